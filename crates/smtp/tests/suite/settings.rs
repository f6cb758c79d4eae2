//! Settings that cannot work are refused when the application starts.

use supertokens_smtp::{SmtpSender, SmtpService, SmtpSettings, SmtpTls};

fn settings(host: &str, from: &str) -> SmtpSettings {
    SmtpSettings::new(host, SmtpSender::new("Acme", from))
}

fn refusal(settings: SmtpSettings) -> String {
    SmtpService::new(settings).unwrap_err().to_string()
}

#[test]
fn a_host_a_sender_and_a_certificate_are_checked_at_once() {
    assert!(refusal(settings("", "a@acme.com")).contains("host"));
    assert!(refusal(settings("smtp://acme.com", "a@acme.com")).contains("host"));
    assert!(refusal(settings("smtp.acme.com", "nobody")).contains("from"));
    assert!(refusal(settings("smtp.acme.com", "a@acme.com\r\nBcc: b@acme.com")).contains("from"));
    assert!(refusal(settings("smtp.acme.com", "a@acme.com").root_certificate("no PEM")).contains("root_certificate"));
    let usable = settings("smtp.acme.com", "a@acme.com").credentials("mailer", "the-password");
    assert!(SmtpService::new(usable).is_ok());
}

#[test]
fn a_password_goes_in_clear_to_this_machine_only() {
    let clear = |host| settings(host, "a@acme.com").tls(SmtpTls::None).credentials("mailer", "the-password");
    let error = refusal(clear("smtp.acme.com"));
    assert!(error.contains("in clear") && !error.contains("the-password"), "{error}");
    for host in ["localhost", "127.0.0.1"] {
        assert!(SmtpService::new(clear(host)).is_ok());
    }
}

#[test]
fn a_password_is_in_no_debug_output() {
    let settings = settings("smtp.acme.com", "a@acme.com").credentials("mailer", "the-password");
    let shown = format!("{settings:?} {:?}", SmtpService::new(settings.clone()).unwrap());
    assert!(shown.contains("smtp.acme.com") && !shown.contains("the-password"), "{shown}");
}
