//! A recipe's e-mails: the setting that an application makes, and what the recipe sends with.

use std::sync::Arc;

use super::services::{LogEmails, NoService};
use super::{Email, EmailService, Outbox};
use crate::app_info::NormalisedAppInfo;
use crate::error::Error;
use crate::overrides::BoxFuture;
use crate::setup::Setup;

type Layer<T> = Arc<dyn Fn(T, EmailSender<T>) -> BoxFuture<Result<(), Error>> + Send + Sync>;

/// How a recipe's e-mails of type `T` are sent: by which service, and with what overrides.
#[must_use]
pub struct EmailDelivery<T> {
    service: Option<Arc<dyn EmailService>>,
    layers: Vec<Layer<T>>,
}

impl<T: Email> EmailDelivery<T> {
    /// The default: [`LogEmails`] where the API domain is loopback, else nothing is sent and the log says so.
    pub fn new() -> Self {
        Self { service: None, layers: Vec::new() }
    }

    /// Sends by `service`, unless the application has one for all recipes.
    pub fn service(mut self, service: impl EmailService) -> Self {
        self.service = Some(Arc::new(service));
        self
    }

    /// Replaces the sending; `original` is what it was before, one layer down. The last added is outermost.
    pub fn send_email<F, Fut>(mut self, replacement: F) -> Self
    where
        F: FnOnce(T, EmailSender<T>) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = Result<(), Error>> + Send + 'static,
    {
        self.layers.push(Arc::new(move |email, original| Box::pin(replacement.clone()(email, original))));
        self
    }

    /// What the recipe sends with, once the application is built.
    pub fn build(self, setup: &Setup) -> EmailSender<T> {
        let app_info = setup.app_info().clone();
        let service = setup.email_service().cloned().or(self.service).unwrap_or_else(|| {
            if app_info.api_domain.is_loopback() { Arc::new(LogEmails) } else { Arc::new(NoService) }
        });
        let depth = self.layers.len();
        let shared = Shared { service, layers: self.layers, app_info, outbox: setup.outbox().clone() };
        EmailSender { shared: Arc::new(shared), depth }
    }
}

impl<T: Email> Default for EmailDelivery<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Clone for EmailDelivery<T> {
    fn clone(&self) -> Self {
        Self { service: self.service.clone(), layers: self.layers.clone() }
    }
}

/// Sends a recipe's e-mails. Cheap to clone. In an override, `original` is this type one layer down.
pub struct EmailSender<T> {
    shared: Arc<Shared<T>>,
    depth: usize,
}

struct Shared<T> {
    service: Arc<dyn EmailService>,
    layers: Vec<Layer<T>>,
    app_info: Arc<NormalisedAppInfo>,
    outbox: Outbox,
}

impl<T: Email> EmailSender<T> {
    /// Sends an e-mail now.
    ///
    /// # Errors
    ///
    /// If it was not sent.
    pub fn send_email(&self, email: T) -> BoxFuture<Result<(), Error>> {
        let below = self.depth.checked_sub(1).and_then(|below| Some((below, self.shared.layers.get(below)?)));
        match below {
            Some((depth, replacement)) => replacement(email, Self { shared: self.shared.clone(), depth }),
            None => self.shared.service.send_email(Arc::new(email), self.shared.app_info.clone()),
        }
    }

    /// Sends an e-mail after the reply. A failure is logged.
    pub fn send_later(&self, email: T) {
        let (kind, sender) = (email.kind(), self.clone());
        self.shared.outbox.spawn(kind, async move { sender.send_email(email).await });
    }

    /// Where [`send_later`](Self::send_later) leaves its work, for recipes that do more than sending after the reply.
    pub fn outbox(&self) -> &Outbox {
        &self.shared.outbox
    }
}

impl<T> Clone for EmailSender<T> {
    fn clone(&self) -> Self {
        Self { shared: self.shared.clone(), depth: self.depth }
    }
}

impl<T> std::fmt::Debug for EmailSender<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EmailSender").field("depth", &self.depth).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::core_client::{CoreConfig, CoreHosts, CoreTransport, TransportError};
    use crate::delivery::{EmailContent, EmailTemplate};
    use crate::{AppInfo, CoreClient, SystemClock, TenantId, UserContext};

    #[derive(Clone, Debug)]
    struct Greeting(String, TenantId, UserContext);

    impl Email for Greeting {
        fn kind(&self) -> &'static str {
            "GREETING"
        }
        fn to(&self) -> &str {
            &self.0
        }
        fn link_or_code(&self) -> &str {
            "the-secret"
        }
        fn tenant_id(&self) -> &TenantId {
            &self.1
        }
        fn user_context(&self) -> &UserContext {
            &self.2
        }
        fn content(&self, app_info: &NormalisedAppInfo) -> EmailContent {
            EmailTemplate::new(&app_info.app_name, "Hello").to(self.to())
        }
    }

    #[derive(Clone, Default)]
    struct Sent(Arc<Mutex<Vec<String>>>);

    impl EmailService for Sent {
        fn send_email(&self, email: Arc<dyn Email>, app_info: Arc<NormalisedAppInfo>) -> BoxFuture<Result<(), Error>> {
            assert!(email.downcast_ref::<Greeting>().is_some());
            self.0.lock().unwrap().push(email.content(&app_info).to);
            Box::pin(std::future::ready(Ok(())))
        }
    }

    struct NoCore;
    impl CoreTransport for NoCore {
        fn send(
            &self,
            _: http::Request<bytes::Bytes>,
        ) -> BoxFuture<Result<http::Response<bytes::Bytes>, TransportError>> {
            Box::pin(std::future::ready(Err(TransportError::Unreachable("there is no core".into()))))
        }
    }

    fn setup(api_domain: &str) -> Setup {
        let config = CoreConfig {
            hosts: CoreHosts::in_process(),
            transport: Arc::new(NoCore),
            api_key: None,
            interceptor: None,
            disable_core_call_cache: false,
        };
        let app_info = Arc::new(AppInfo::new("Acme", api_domain, "https://acme.com").normalise().unwrap());
        let core = CoreClient::new(config, &app_info).unwrap();
        Setup::new(app_info, core, Arc::new(SystemClock))
    }

    fn greeting() -> Greeting {
        Greeting("a@example.com".to_owned(), TenantId::default(), UserContext::new())
    }

    #[tokio::test]
    async fn overrides_lie_over_the_service_the_last_outermost() {
        let sent = Sent::default();
        let setup = setup("https://api.acme.com");
        let delivery = EmailDelivery::<Greeting>::new()
            .send_email(async |mut email: Greeting, original| {
                email.0.insert_str(0, "inner-");
                original.send_email(email).await
            })
            .send_email(async |mut email: Greeting, original| {
                email.0.insert_str(0, "outer-");
                original.send_email(email).await
            });
        let sender = delivery.service(sent.clone()).build(&setup);
        sender.send_email(greeting()).await.unwrap();
        sender.send_later(greeting());
        setup.outbox().flush().await;
        assert_eq!(*sent.0.lock().unwrap(), ["inner-outer-a@example.com", "inner-outer-a@example.com"]);
    }

    #[tokio::test]
    async fn a_service_for_all_recipes_takes_the_place_of_a_recipes_own() {
        let (own, of_all) = (Sent::default(), Sent::default());
        let setup = setup("https://api.acme.com").with_email_service(Some(Arc::new(of_all.clone())));
        EmailDelivery::new().service(own.clone()).build(&setup).send_email(greeting()).await.unwrap();
        assert!(own.0.lock().unwrap().is_empty());
        assert_eq!(*of_all.0.lock().unwrap(), ["a@example.com"]);
    }

    #[tokio::test]
    async fn without_a_service_links_are_logged_on_loopback_only() {
        let on_loopback = EmailDelivery::<Greeting>::new().build(&setup("http://localhost:3001"));
        on_loopback.send_email(greeting()).await.unwrap();
        let elsewhere = EmailDelivery::<Greeting>::new().build(&setup("https://api.acme.com"));
        let error = elsewhere.send_email(greeting()).await.unwrap_err().to_string();
        assert!(error.contains("email_delivery(") && !error.contains("the-secret"), "{error}");
    }
}
