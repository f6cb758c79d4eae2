//! The service: a mail server behind two functions that can be overridden.

use std::net::IpAddr;
use std::sync::Arc;

use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, Tokio1Executor};
use secrecy::ExposeSecret as _;
use supertokens_kernel::delivery::{Email, EmailService};
use supertokens_kernel::{BoxFuture, Error, InitError, NormalisedAppInfo};

use crate::functions::{GetContent, SendRawEmail, SmtpFunctions, SmtpFunctionsBuilder};
use crate::implementation::{Implementation, Server, mailbox};
use crate::settings::{SmtpSettings, SmtpTls};

/// Sends e-mails by SMTP. Cheap to clone; one serves all recipes.
#[derive(Clone)]
#[must_use]
pub struct SmtpService {
    original: Implementation,
    overrides: SmtpFunctionsBuilder,
    functions: SmtpFunctions,
}

impl SmtpService {
    /// A service of the mail server that the settings name. Connects to nothing yet.
    ///
    /// # Errors
    ///
    /// If an address, a name or a certificate is unusable, or the password would leave this machine in clear.
    pub fn new(settings: SmtpSettings) -> Result<Self, InitError> {
        let original = Implementation(Arc::new(server(settings)?));
        let overrides = SmtpFunctionsBuilder::default();
        let functions = overrides.clone().build(original.clone());
        Ok(Self { original, overrides, functions })
    }

    /// Overrides functions. Called twice, the second call's overrides lie over those of the first.
    pub fn override_functions(mut self, overrides: impl FnOnce(SmtpFunctionsBuilder) -> SmtpFunctionsBuilder) -> Self {
        self.overrides = overrides(self.overrides);
        self.functions = self.overrides.clone().build(self.original.clone());
        self
    }

    /// The functions, with all overrides.
    pub fn functions(&self) -> &SmtpFunctions {
        &self.functions
    }
}

impl EmailService for SmtpService {
    fn send_email(&self, email: Arc<dyn Email>, app_info: Arc<NormalisedAppInfo>) -> BoxFuture<Result<(), Error>> {
        let (functions, from) = (self.functions.clone(), self.original.0.from.clone());
        Box::pin(async move {
            let context = email.user_context().clone();
            let content = functions.get_content(GetContent::new(email, app_info).user_context(context.clone())).await?;
            functions.send_raw_email(SendRawEmail::new(content, from).user_context(context)).await
        })
    }
}

impl std::fmt::Debug for SmtpService {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SmtpService").field("server", &self.original.0.name).finish_non_exhaustive()
    }
}

fn server(settings: SmtpSettings) -> Result<Server, InitError> {
    let port = settings.port.unwrap_or(settings.tls.port());
    if settings.host.is_empty() || settings.host.contains(|char: char| char.is_whitespace() || "/:@".contains(char)) {
        let problem = "is not the name of a host";
        return Err(InitError::invalid("SmtpSettings host", settings.host, problem, "a name such as smtp.acme.com"));
    }
    mailbox(settings.from.clone()).map_err(|_| {
        let problem = "is not an e-mail address";
        InitError::invalid("SmtpSettings from", &*settings.from.email, problem, "an address such as no-reply@acme.com")
    })?;
    if settings.tls == SmtpTls::None && settings.credentials.is_some() && !is_loopback(&settings.host) {
        let message = format!(
            "the password for the mail server {} would be sent in clear: use SmtpTls::StartTls or SmtpTls::Implicit",
            settings.host
        );
        return Err(InitError::Conflict { message });
    }
    let tls = match settings.tls {
        SmtpTls::Implicit => Tls::Wrapper(tls_parameters(&settings)?),
        SmtpTls::StartTls => Tls::Required(tls_parameters(&settings)?),
        SmtpTls::None => Tls::None,
    };
    let mut transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&settings.host)
        .port(port)
        .timeout(Some(settings.timeout))
        .tls(tls);
    if let Some((username, password)) = &settings.credentials {
        transport = transport.credentials(Credentials::new(username.clone(), password.expose_secret().to_owned()));
    }
    Ok(Server {
        transport: transport.build(),
        name: format!("{}:{port}", settings.host),
        from: settings.from,
        tls: settings.tls,
        timeout: settings.timeout,
        password: settings.credentials.map(|(_, password)| password),
    })
}

fn tls_parameters(settings: &SmtpSettings) -> Result<TlsParameters, InitError> {
    let mut parameters = TlsParameters::builder(settings.host.clone());
    if let Some(pem) = &settings.root_certificate {
        let unreadable = || {
            let problem = "cannot be read as one";
            InitError::invalid("SmtpSettings root_certificate", "(a certificate)", problem, "a certificate as PEM")
        };
        // A text without any certificate would be read as an empty list of them.
        if !pem.contains("-----BEGIN CERTIFICATE-----") {
            return Err(unreadable());
        }
        let certificate = Certificate::from_pem(pem.as_bytes()).map_err(|_| unreadable())?;
        parameters = parameters.add_root_certificate(certificate);
    }
    parameters.build().map_err(|error| {
        InitError::invalid("SmtpSettings tls", &*settings.host, format!("gives no TLS: {error}"), "a host with TLS")
    })
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}
