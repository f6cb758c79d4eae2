//! Which core an application uses.

use std::sync::Arc;

use secrecy::SecretString;
use supertokens_kernel::core_client::{CoreConfig, CoreHosts, NetworkInterceptor};
#[cfg(feature = "remote")]
use supertokens_kernel::core_client::{RemoteTimeouts, RemoteTransport};
use supertokens_kernel::{Clock, CoreTransport, InitError, NormalisedAppInfo};

#[cfg(feature = "embedded")]
use crate::embedded::{Embedded, InProcess};

const CONNECTION_URI: &str = "SUPERTOKENS_CONNECTION_URI";
const API_KEY: &str = "SUPERTOKENS_API_KEY";
#[cfg(feature = "embedded")]
const DATABASE: &str = "SUPERTOKENS_DATABASE";

/// Which core an application uses.
///
/// ```
/// use supertokens_app::Core;
///
/// # #[cfg(feature = "remote")]
/// let core = Core::remote("http://localhost:3567").api_key("the-key-that-the-core-demands");
/// ```
#[must_use]
pub struct Core {
    place: Place,
    api_key: Option<SecretString>,
    interceptor: Option<NetworkInterceptor>,
    disable_core_call_cache: bool,
    /// A setting that this core does not have.
    misplaced: Option<&'static str>,
}

enum Place {
    #[cfg(feature = "remote")]
    Remote {
        connection_uri: String,
        timeouts: RemoteTimeouts,
    },
    #[cfg(feature = "embedded")]
    Embedded(Box<Embedded>),
    Transport(Arc<dyn CoreTransport>),
}

impl Core {
    /// A core over HTTP: one host, or several separated by `;`, each with a base path if need be
    /// (`https://core.example.com/appid-shop`).
    #[cfg(feature = "remote")]
    pub fn remote(connection_uri: impl Into<String>) -> Self {
        Self::at(Place::Remote { connection_uri: connection_uri.into(), timeouts: RemoteTimeouts::default() })
    }

    /// The embedded core on a database file, or on `:memory:`.
    #[cfg(feature = "embedded")]
    pub fn embedded(database: impl Into<std::path::PathBuf>) -> Self {
        Self::at(Place::Embedded(Box::new(Embedded::new(database.into()))))
    }

    /// An embedded core that has been opened already, on a storage and with a clock of its own. A
    /// [`Builder::clock`](crate::Builder::clock) does not move it.
    #[cfg(feature = "embedded")]
    pub fn opened(core: supertokens_core::Core) -> Self {
        Self::transport(InProcess(core))
    }

    /// Anything that answers as a core does: a test's double, for one.
    pub fn transport(transport: impl CoreTransport) -> Self {
        Self::at(Place::Transport(Arc::new(transport)))
    }

    /// The settings of an embedded core. On any other core they are an error when the application is built.
    #[cfg(feature = "embedded")]
    pub fn config(mut self, config: supertokens_core::Config) -> Self {
        match &mut self.place {
            Place::Embedded(embedded) => embedded.config = config,
            _ => self.misplaced = Some("config(..) is for Core::embedded(..); a remote core has its own configuration"),
        }
        self
    }

    /// How long calls to a remote core may take. On any other core they are an error when the application is built.
    #[cfg(feature = "remote")]
    pub fn timeouts(mut self, new: RemoteTimeouts) -> Self {
        match &mut self.place {
            Place::Remote { timeouts, .. } => *timeouts = new,
            _ => self.misplaced = Some("timeouts(..) are for Core::remote(..); nothing else has a connection"),
        }
        self
    }

    /// The API key that the core demands.
    pub fn api_key(mut self, api_key: impl Into<String>) -> Self {
        self.api_key = Some(api_key.into().into());
        self
    }

    /// Sees every call to the core just before it is sent, and may change it.
    pub fn network_interceptor(
        mut self,
        interceptor: impl Fn(
            supertokens_kernel::core_client::CoreRequest,
            &supertokens_kernel::UserContext,
        ) -> supertokens_kernel::core_client::CoreRequest
        + Send
        + Sync
        + 'static,
    ) -> Self {
        self.interceptor = Some(Arc::new(interceptor));
        self
    }

    /// Asks the core each time, also for what it has told within the same request.
    pub fn disable_core_call_cache(mut self) -> Self {
        self.disable_core_call_cache = true;
        self
    }

    fn at(place: Place) -> Self {
        Self { place, api_key: None, interceptor: None, disable_core_call_cache: false, misplaced: None }
    }

    /// Opens what has to be opened. A remote core is not contacted.
    pub(crate) fn open(self, clock: &Arc<dyn Clock>) -> Result<CoreConfig, InitError> {
        // Without the embedded core nobody here needs a clock.
        let _ = clock;
        if let Some(misplaced) = self.misplaced {
            return Err(InitError::Conflict { message: misplaced.to_owned() });
        }
        let (hosts, transport): (CoreHosts, Arc<dyn CoreTransport>) = match self.place {
            #[cfg(feature = "remote")]
            Place::Remote { connection_uri, timeouts } => {
                let hosts = CoreHosts::parse(&connection_uri)?;
                if self.api_key.is_some() && hosts.leaves_loopback_in_clear() {
                    tracing::warn!(target: "supertokens", "the core's API key is sent over plain HTTP; use https for every host of the connection URI");
                }
                (hosts, Arc::new(RemoteTransport::new(timeouts)?))
            }
            #[cfg(feature = "embedded")]
            Place::Embedded(embedded) => (CoreHosts::in_process(), embedded.open(clock.clone())?),
            Place::Transport(transport) => (CoreHosts::in_process(), transport),
        };
        let Self { api_key, interceptor, disable_core_call_cache, .. } = self;
        Ok(CoreConfig { hosts, transport, api_key, interceptor, disable_core_call_cache })
    }
}

/// The core of an application that does not say which; see [`Builder`](crate::Builder).
pub(crate) fn from_environment(
    app_info: &NormalisedAppInfo,
    environment: impl Fn(&str) -> Option<String>,
) -> Result<Core, InitError> {
    let set = |name: &'static str| match environment(name) {
        Some(value) if value.trim().is_empty() => {
            Err(InitError::invalid(name, value, "is set but empty", "a value, or the variable not set"))
        }
        value => Ok(value),
    };
    let (connection_uri, api_key) = (set(CONNECTION_URI)?, set(API_KEY)?);
    if let Some(connection_uri) = connection_uri {
        return remote(connection_uri, api_key);
    }
    #[cfg(feature = "embedded")]
    if app_info.api_domain.is_loopback() {
        let database = set(DATABASE)?.unwrap_or_else(|| "supertokens.db".to_owned());
        tracing::info!(target: "supertokens", database, "using the embedded core");
        return Ok(Core::embedded(database));
    }
    let message = format!(
        "none is configured. Set {CONNECTION_URI}, or say .core(Core::remote(..)) or .core(Core::embedded(..)) \
         (features `remote` and `embedded`). The embedded core is used without being named only if the feature \
         `embedded` is on and the API domain is localhost; here it is {}",
        app_info.api_domain
    );
    Err(InitError::Core { message, source: None })
}

#[cfg(feature = "remote")]
fn remote(connection_uri: String, api_key: Option<String>) -> Result<Core, InitError> {
    let core = Core::remote(connection_uri);
    Ok(match api_key {
        Some(api_key) => core.api_key(api_key),
        None => core,
    })
}

#[cfg(not(feature = "remote"))]
fn remote(_connection_uri: String, _api_key: Option<String>) -> Result<Core, InitError> {
    let message = format!("{CONNECTION_URI} is set, but the feature `remote` of `supertokens` is off; turn it on");
    Err(InitError::Core { message, source: None })
}

#[cfg(test)]
mod tests {
    use supertokens_kernel::AppInfo;

    use super::*;

    fn chosen(api_domain: &str, variables: &[(&str, &str)]) -> Result<Core, InitError> {
        let app_info = AppInfo::new("Acme", api_domain, "http://localhost:3000").normalise().unwrap();
        let find = |name: &str| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        from_environment(&app_info, find)
    }

    #[test]
    fn an_empty_variable_is_an_error_that_names_it() {
        for name in [CONNECTION_URI, API_KEY] {
            let error = chosen("http://localhost:3001", &[(name, " ")]).err().unwrap();
            assert!(error.to_string().contains(name), "{error}");
        }
    }

    #[test]
    fn beyond_loopback_no_core_is_chosen_silently() {
        let error = chosen("https://api.example.com", &[]).err().unwrap();
        assert!(error.to_string().contains("https://api.example.com"), "{error}");
    }

    #[cfg(feature = "remote")]
    #[test]
    fn the_environment_names_a_remote_core() {
        let variables = [(CONNECTION_URI, "http://core.example.com:3567"), (API_KEY, "secret-key")];
        let core = chosen("https://api.example.com", &variables).unwrap();
        assert!(
            matches!(&core.place, Place::Remote { connection_uri, .. } if connection_uri.contains("core.example.com"))
        );
        assert!(core.api_key.is_some());
    }

    #[cfg(all(feature = "embedded", feature = "remote"))]
    #[test]
    fn a_setting_that_a_core_does_not_have_is_an_error_and_not_ignored() {
        let clock: Arc<dyn Clock> = Arc::new(supertokens_kernel::SystemClock);
        let remote = Core::remote("http://localhost:3567").config(supertokens_core::Config::default());
        let embedded = Core::embedded(":memory:").timeouts(RemoteTimeouts::default());
        for core in [remote, embedded] {
            assert!(matches!(core.open(&clock), Err(InitError::Conflict { .. })));
        }
    }

    #[cfg(feature = "embedded")]
    #[test]
    fn on_loopback_the_embedded_core_is_the_default_and_its_file_can_be_named() {
        let core = chosen("http://localhost:3001", &[(DATABASE, "mine.db")]).unwrap();
        assert!(matches!(&core.place, Place::Embedded(embedded) if embedded.database.ends_with("mine.db")));
    }
}
