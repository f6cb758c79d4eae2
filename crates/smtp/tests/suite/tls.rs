//! Encrypted connections: both kinds, and certificates that are not to be trusted.

use supertokens_smtp::{SmtpSender, SmtpService, SmtpSettings, SmtpTls};

use crate::server::{Behaviour, MailServer, ServerTls};
use crate::{Reset, failure, send};

/// Settings for a server whose certificate is for `localhost`.
fn settings(server: &MailServer, tls: SmtpTls) -> SmtpSettings {
    let from = SmtpSender::new("Acme", "no-reply@acme.com");
    SmtpSettings::new("localhost", from).port(server.port()).tls(tls).credentials("mailer", "the-password")
}

#[tokio::test]
async fn both_kinds_of_tls_carry_an_email() {
    for (client, of_server) in [(SmtpTls::Implicit, ServerTls::Implicit), (SmtpTls::StartTls, ServerTls::StartTls)] {
        let server = MailServer::with_tls(Behaviour::Accept, of_server).await;
        let settings = settings(&server, client).root_certificate(server.certificate());
        send(&SmtpService::new(settings).unwrap(), Reset::to("ada@example.com")).await.unwrap();
        assert!(server.mail().contains("Subject: Reset your Acme password"));
    }
}

#[tokio::test]
async fn a_certificate_of_an_unknown_authority_is_refused_before_anything_is_said() {
    for (client, of_server) in [(SmtpTls::Implicit, ServerTls::Implicit), (SmtpTls::StartTls, ServerTls::StartTls)] {
        let server = MailServer::with_tls(Behaviour::Accept, of_server).await;
        let error = failure(&SmtpService::new(settings(&server, client)).unwrap()).await;
        assert!(error.contains("localhost"), "{error}");
        let commands = server.seen().commands;
        assert!(commands.iter().all(|command| !command.starts_with("AUTH")), "{commands:?}");
    }
}

#[tokio::test]
async fn a_certificate_for_another_name_is_refused() {
    let server = MailServer::with_tls(Behaviour::Accept, ServerTls::Implicit).await;
    let from = SmtpSender::new("Acme", "no-reply@acme.com");
    let settings = SmtpSettings::new("127.0.0.1", from).port(server.port()).tls(SmtpTls::Implicit);
    let settings = settings.root_certificate(server.certificate());
    failure(&SmtpService::new(settings).unwrap()).await;
    assert!(server.seen().mails.is_empty());
}

#[tokio::test]
async fn tls_from_the_first_byte_is_not_spoken_in_clear() {
    let server = MailServer::start(Behaviour::Accept).await;
    failure(&SmtpService::new(settings(&server, SmtpTls::Implicit).timeout(crate::SHORT)).unwrap()).await;
    assert!(server.seen().mails.is_empty());
}
