//! E-mails that arrive.

use supertokens_kernel::delivery::EmailService;
use supertokens_smtp::{SmtpSender, SmtpService, SmtpSettings, SmtpTls};

use crate::server::{Behaviour, MailServer};
use crate::{LINK, Reset, app_info, send, service, settings};

/// The text of a mail with quoted-printable taken back.
fn decoded(mail: &str) -> String {
    let unfolded = mail.replace("=\r\n", "");
    let mut bytes = Vec::new();
    let mut rest = unfolded.as_bytes();
    while let [first, tail @ ..] = rest {
        let escaped = match tail {
            [high, low, ..] if *first == b'=' => u8::from_str_radix(&String::from_utf8_lossy(&[*high, *low]), 16).ok(),
            _ => None,
        };
        match escaped {
            Some(byte) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).unwrap()
}

#[tokio::test]
async fn an_email_arrives_as_text_and_html_with_its_link() {
    let server = MailServer::start(Behaviour::Accept).await;
    send(&service(&server), Reset::to("ada@example.com")).await.unwrap();
    let seen = server.seen();
    assert!(
        seen.commands.iter().any(|command| command == "MAIL FROM:<no-reply@acme.com>"
            || command.starts_with("MAIL FROM:<no-reply@acme.com> ")),
        "{seen:?}"
    );
    assert!(seen.commands.contains(&"RCPT TO:<ada@example.com>".to_owned()), "{seen:?}");
    let raw = server.mail();
    let mail = decoded(&raw);
    for part in [
        "From: Acme <no-reply@acme.com>\r\n",
        "To: ada@example.com\r\n",
        "Subject: Reset your Acme password\r\n",
        "Auto-Submitted: auto-generated\r\n",
        "multipart/alternative",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Type: text/html; charset=utf-8",
        "Grüße!",
        LINK,
        &LINK.replace('&', "&amp;"),
    ] {
        assert!(mail.contains(part), "{part} is not in {mail}");
    }
    let id = raw.lines().find(|line| line.starts_with("Message-ID: ")).unwrap();
    assert!(id.ends_with("@acme.com>"), "{id}");
    assert!(raw.lines().all(|line| line.len() <= 998 && line.is_ascii()));
}

#[tokio::test]
async fn names_cannot_bring_in_headers_or_other_recipients() {
    let server = MailServer::start(Behaviour::Accept).await;
    let from = SmtpSender::new("Ac\r\nBcc: evil@example.com", "no-reply@acme.com");
    let settings = SmtpSettings::new("127.0.0.1", from).port(server.port()).tls(SmtpTls::None);
    let service = SmtpService::new(settings).unwrap().override_functions(|functions| {
        functions.get_content(async move |input, original| {
            let mut content = original.get_content(input).await?;
            content.subject = "Hello\r\nBcc: evil@example.com\r\n\r\nbody".to_owned();
            Ok(content)
        })
    });
    let hostile = app_info("Acme\r\nBcc: evil@example.com");
    service.send_email(std::sync::Arc::new(Reset::to("ada@example.com")), hostile).await.unwrap();
    let seen = server.seen();
    let recipients: Vec<_> = seen.commands.iter().filter(|command| command.starts_with("RCPT")).collect();
    assert_eq!(recipients, ["RCPT TO:<ada@example.com>"]);
    let head = seen.mails[0].split("\r\n\r\n").next().unwrap();
    assert!(head.lines().all(|line| !line.starts_with("Bcc")), "{head}");
    assert!(head.contains("Message-ID"), "the headers are whole: {head}");
}

#[tokio::test]
async fn an_address_that_would_be_two_or_a_command_is_not_sent_to() {
    let server = MailServer::start(Behaviour::Accept).await;
    for address in ["ada@example.com, evil@example.com", "ada@example.com>\r\nRCPT TO:<evil@example.com", "ada", ""] {
        let error = send(&service(&server), Reset::to(address)).await.unwrap_err().to_string();
        assert!(error.contains("recipient's address"), "{error}");
    }
    assert_eq!(server.seen().connections, 0);
}

#[tokio::test]
async fn credentials_are_sent_if_there_are_any() {
    let server = MailServer::start(Behaviour::Accept).await;
    let service = SmtpService::new(settings(&server).credentials("mailer", "the-password")).unwrap();
    send(&service, Reset::to("ada@example.com")).await.unwrap();
    let commands = server.seen().commands;
    assert!(commands.iter().any(|command| command.starts_with("AUTH PLAIN ")), "{commands:?}");
}

#[tokio::test]
async fn overrides_change_the_words_and_the_sending() {
    let server = MailServer::start(Behaviour::Accept).await;
    let service = service(&server).override_functions(|functions| {
        functions
            .get_content(async move |input, original| {
                assert_eq!(input.email.downcast_ref::<Reset>().unwrap().to, "ada@example.com");
                let mut content = original.get_content(input).await?;
                content.html = None;
                content.text = "only words".to_owned();
                Ok(content)
            })
            .send_raw_email(async move |mut input, original| {
                input.content.to = "eve@example.com".to_owned();
                input.from = SmtpSender::new("", "other@acme.com");
                original.send_raw_email(input).await
            })
    });
    send(&service, Reset::to("ada@example.com")).await.unwrap();
    let mail = server.mail();
    assert!(mail.contains("From: other@acme.com\r\n") && mail.contains("To: eve@example.com\r\n"), "{mail}");
    assert!(mail.contains("only words") && !mail.contains("text/html"), "{mail}");
}
