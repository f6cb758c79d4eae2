//! Mail servers that refuse, hang, or are none: each an error that says what to do, with no secret in it.

use supertokens_smtp::{SmtpService, SmtpTls};
use tokio::net::TcpListener;

use crate::server::{Behaviour, MailServer};
use crate::{Reset, SHORT, failure, send, service, settings};

#[tokio::test]
async fn a_server_that_is_away() {
    let server = MailServer::start(Behaviour::Accept).await;
    let unused = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let service = SmtpService::new(settings(&server).port(unused)).unwrap();
    let error = failure(&service).await;
    assert!(error.contains(&format!("127.0.0.1:{unused} cannot be spoken to")), "{error}");
}

#[tokio::test]
async fn servers_that_hang() {
    for behaviour in [Behaviour::Hang, Behaviour::HangAt("EHLO"), Behaviour::HangAt("RCPT"), Behaviour::HangAt("DATA")]
    {
        let server = MailServer::start(behaviour).await;
        let service = SmtpService::new(settings(&server).timeout(SHORT)).unwrap();
        let error = failure(&service).await;
        assert!(error.contains("within 100ms"), "{error}");
    }
}

#[tokio::test]
async fn a_connection_that_was_given_up_is_not_used_again() {
    let server = MailServer::start(Behaviour::HangAt("DATA")).await;
    let service = SmtpService::new(settings(&server).timeout(SHORT)).unwrap();
    failure(&service).await;
    failure(&service).await;
    assert_eq!(server.seen().connections, 2);
}

#[tokio::test]
async fn servers_that_speak_no_smtp() {
    for garbage in [&b"HTTP/1.1 200 OK\r\n\r\n"[..], b"\xff\xfe\x00\x01\r\n", b"", b"999 what\r\n"] {
        let server = MailServer::start(Behaviour::Garbage(garbage)).await;
        let error = failure(&service(&server)).await;
        assert!(error.contains("SMTP") || error.contains("cannot be spoken to"), "{error}");
    }
}

#[tokio::test]
async fn a_server_that_hangs_up() {
    for at in ["EHLO", "MAIL", "DATA"] {
        let server = MailServer::start(Behaviour::HangUp(at)).await;
        failure(&service(&server)).await;
        assert!(server.seen().mails.is_empty());
    }
}

#[tokio::test]
async fn a_refusal_says_what_the_server_says() {
    for (at, answer, expected) in [
        ("MAIL", "550 sender not allowed here", "code 550: sender not allowed here"),
        ("RCPT", "450 try again later", "code 450: try again later"),
        ("the mail", "554 looks like spam", "code 554: looks like spam"),
    ] {
        let server = MailServer::start(Behaviour::Answer(at, answer)).await;
        let error = failure(&service(&server)).await;
        assert!(error.contains(expected), "{error}");
    }
}

#[tokio::test]
async fn wrong_credentials_are_named_without_the_password() {
    let server = MailServer::start(Behaviour::Answer("AUTH", "535 no the-password here")).await;
    let service = SmtpService::new(settings(&server).credentials("mailer", "the-password")).unwrap();
    let error = failure(&service).await;
    assert!(error.contains("535"), "{error}");
}

#[tokio::test]
async fn a_refusal_that_repeats_the_link_is_not_repeated() {
    let server =
        MailServer::start(Behaviour::Answer("the mail", "550 http://a/b?token=the-secret-token is on a list")).await;
    let error = failure(&service(&server)).await;
    assert!(error.contains("550") && error.contains("withheld"), "{error}");
}

#[tokio::test]
async fn without_starttls_nothing_is_sent() {
    let server = MailServer::start(Behaviour::Accept).await;
    let service =
        SmtpService::new(settings(&server).tls(SmtpTls::StartTls).credentials("mailer", "the-password")).unwrap();
    let error = failure(&service).await;
    assert!(error.contains("STARTTLS"), "{error}");
    let commands = server.seen().commands;
    assert!(
        commands.iter().all(|command| !command.starts_with("AUTH") && !command.starts_with("MAIL")),
        "{commands:?}"
    );
}

#[tokio::test]
async fn a_failing_server_is_asked_again_next_time() {
    let server = MailServer::start(Behaviour::Answer("RCPT", "450 not now")).await;
    let service = service(&server);
    failure(&service).await;
    assert!(send(&service, Reset::to("ada@example.com")).await.is_err());
    assert_eq!(server.seen().connections, 2);
}
