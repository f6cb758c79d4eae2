//! A core on a socket, and what may stand before it: time-outs, nonsense, refusals.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, OnceLock};

use bytes::Bytes;
use http::Request;
use supertokens::embedded_core;
use supertokens_core_sqlite::SqliteStorage;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};

/// What the core does with a request.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// Answers as a core does.
    Answer,
    /// Answers with this status and this body.
    Say(u16, String),
    /// Sends exactly these bytes and closes.
    Send(Vec<u8>),
    /// Never answers.
    Wait,
    /// Begins an answer of status 200 that never ends.
    Endless,
}

/// A core that listens on loopback. It ends with the test's runtime.
pub(crate) struct FakeCore {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl FakeCore {
    /// A core that does with each path what `act` says.
    pub(crate) async fn start(act: impl Fn(&str) -> Act + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, asked) = (listener.local_addr().unwrap(), Arc::new(Mutex::new(Vec::new())));
        let server = Arc::new(Server { core: OnceLock::new(), asked: asked.clone(), act: Box::new(act) });
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let server = server.clone();
                // A client that goes away is not this core's concern.
                tokio::spawn(async move { server.serve(stream).await });
            }
        });
        Self { address, asked }
    }

    /// A core that tells the interface versions as a core does, and does this with everything else.
    pub(crate) async fn doing(act: Act) -> Self {
        let versions = Act::Say(200, r#"{"versions":["5.6"]}"#.to_owned());
        Self::start(move |path| if path == "/apiversion" { versions.clone() } else { act.clone() }).await
    }

    /// An address that nobody listens at.
    pub(crate) fn nobody() -> String {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let url = format!("http://{}", socket.local_addr().unwrap());
        // The port stays taken, or another test might get it.
        std::mem::forget(socket);
        url
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The paths that were asked for.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

struct Server {
    /// Opened when it is first wanted, since making keys takes long.
    core: OnceLock<embedded_core::Core>,
    asked: Arc<Mutex<Vec<String>>>,
    act: Box<dyn Fn(&str) -> Act + Send + Sync>,
}

impl Server {
    async fn serve(&self, mut stream: TcpStream) -> io::Result<()> {
        let request = read(&mut stream).await?;
        self.asked.lock().unwrap().push(request.uri().path().to_owned());
        let bytes = match (self.act)(request.uri().path()) {
            Act::Answer => {
                let response = self.core.get_or_init(open).call(request).await;
                answer(response.status().as_u16(), response.body())
            }
            Act::Say(status, body) => answer(status, body.as_bytes()),
            Act::Send(bytes) => bytes,
            Act::Wait => std::future::pending().await,
            Act::Endless => {
                stream.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n").await?;
                loop {
                    stream.write_all(&[b' '; 256 * 1024]).await?;
                }
            }
        };
        stream.write_all(&bytes).await?;
        stream.shutdown().await
    }
}

fn open() -> embedded_core::Core {
    embedded_core::Core::builder(SqliteStorage::memory().unwrap()).build().unwrap()
}

fn answer(status: u16, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 {status} Some\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

/// Reads a request as the SDK writes it.
async fn read(stream: &mut TcpStream) -> io::Result<Request<Bytes>> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        if stream.read_buf(&mut bytes).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let mut lines = head.lines();
    let mut first = lines.next().unwrap().split(' ');
    let mut request = Request::builder().method(first.next().unwrap()).uri(first.next().unwrap());
    for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
        request = request.header(name, value);
    }
    let length = request.headers_ref().unwrap().get("content-length").map_or("0", |length| length.to_str().unwrap());
    let whole = end + 4 + length.parse::<usize>().unwrap();
    while bytes.len() < whole {
        if stream.read_buf(&mut bytes).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(request.body(Bytes::from(bytes.split_off(end + 4))).unwrap())
}
