//! The cores that tests run on: one in this process, and the program `supertokens-core`.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, StatusCode};
use serde_json::{Map, Value, json};
use supertokens::Core;
use supertokens::kernel::core_client::{CoreTransport, RemoteTimeouts, RemoteTransport};
use tokio::sync::Mutex;

/// What names the program for the second pass.
const BINARY: &str = "SUPERTOKENS_CORE_BIN";

/// Which core a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TestCore {
    /// One of its own in this process, whose clock can be moved.
    InProcess,
    /// The program `supertokens-core`, over HTTP, which all tests share: those that configure it get an app of their own.
    /// Its clock is the machine's.
    Remote,
}

/// Runs each of these tests twice: on the core in this process, and on the program over HTTP. The second pass is ignored
/// unless asked for, since it needs the environment variable `SUPERTOKENS_CORE_BIN`; `cargo xtask test` asks for it.
macro_rules! on_each_core {
    ($($name:ident),+ $(,)?) => {
        mod in_process {
            $(#[tokio::test]
            async fn $name() {
                super::$name($crate::support::TestCore::InProcess).await;
            })+
        }
        mod remote {
            $(#[tokio::test]
            #[ignore = "needs SUPERTOKENS_CORE_BIN, the path of the program supertokens-core"]
            async fn $name() {
                super::$name($crate::support::TestCore::Remote).await;
            })+
        }
    };
}
pub(crate) use on_each_core;

/// The program, running. It ends with its last user: a process of tests keeps no static alive to end it.
pub(crate) struct Running {
    process: Child,
    url: String,
}

impl TestCore {
    /// A core, or an app of one, with this configuration.
    pub(super) async fn open(self, config: &[(&'static str, Value)]) -> (Core, Option<Arc<Running>>) {
        match self {
            Self::InProcess => {
                let yaml: String = config.iter().map(|(key, value)| format!("{key}: {value}\n")).collect();
                let config = supertokens::embedded_core::Config::from_yaml_str(&yaml).unwrap();
                (Core::embedded(":memory:").config(config), None)
            }
            Self::Remote => {
                let running = shared().await;
                let url = if config.is_empty() { running.url.clone() } else { running.new_app(config).await };
                (Core::remote(url), Some(running))
            }
        }
    }
}

impl Running {
    async fn start() -> Self {
        let Ok(binary) = std::env::var(BINARY) else {
            panic!("{BINARY} is not set; build supertokens-core and set it to the program's path");
        };
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let process = Command::new(binary)
            .args(["--host", "127.0.0.1", "--port", &port.to_string(), "--database", ":memory:"])
            .env("RUST_LOG", "error")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut running = Self { process, url: format!("http://127.0.0.1:{port}") };
        for _ in 0..500 {
            if running.send("GET", "/hello", &Value::Null).await == Some(StatusCode::OK) {
                return running;
            }
            if let Some(status) = running.process.try_wait().unwrap() {
                panic!("supertokens-core has ended: {status}");
            }
            // It is another process: nothing but asking tells that it listens.
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("supertokens-core does not answer at {}", running.url);
    }

    /// The address of a new app with this configuration.
    async fn new_app(&self, config: &[(&'static str, Value)]) -> String {
        static COUNTER: AtomicU32 = AtomicU32::new(0);
        let app = format!("wire-{}-{}", std::process::id(), COUNTER.fetch_add(1, Ordering::Relaxed));
        let config: Map<String, Value> = config.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
        let body = json!({"appId": app, "coreConfig": config});
        let status = self.send("PUT", "/recipe/multitenancy/app/v2", &body).await;
        assert_eq!(status, Some(StatusCode::OK), "{body}");
        format!("{}/appid-{app}", self.url)
    }

    async fn send(&self, method: &str, path: &str, body: &Value) -> Option<StatusCode> {
        let body = if body.is_null() { Bytes::new() } else { body.to_string().into() };
        let request = Request::builder().method(method).uri(format!("{}{path}", self.url));
        let request = request.header("content-type", "application/json; charset=utf-8").body(body).unwrap();
        let answer = RemoteTransport::new(RemoteTimeouts::default()).unwrap().send(request).await;
        Some(answer.ok()?.status())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The one program of all tests that run at the moment.
async fn shared() -> Arc<Running> {
    static SHARED: Mutex<Weak<Running>> = Mutex::const_new(Weak::new());
    let mut shared = SHARED.lock().await;
    if let Some(running) = shared.upgrade() {
        return running;
    }
    let running = Arc::new(Running::start().await);
    *shared = Arc::downgrade(&running);
    running
}
