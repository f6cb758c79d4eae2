//! A mail server of a few lines, which does what a test says.

use std::sync::{Arc, Mutex};

use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// What the server does with those who connect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Behaviour {
    /// Takes every e-mail.
    Accept,
    /// Answers the command that begins so with this line.
    Answer(&'static str, &'static str),
    /// Says nothing, ever.
    Hang,
    /// Says nothing once the command that begins so has come.
    HangAt(&'static str),
    /// Greets with something that is not SMTP.
    Garbage(&'static [u8]),
    /// Ends the connection at the command that begins so.
    HangUp(&'static str),
}

/// Where the server's TLS begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ServerTls {
    No,
    Implicit,
    StartTls,
}

/// The server, listening on loopback until the test's runtime ends.
pub(crate) struct MailServer {
    port: u16,
    seen: Arc<Mutex<Seen>>,
    certificate: String,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    /// All commands, without the e-mails' text.
    pub(crate) commands: Vec<String>,
    /// The e-mails, as they came.
    pub(crate) mails: Vec<String>,
    /// How many connected.
    pub(crate) connections: usize,
}

impl MailServer {
    pub(crate) async fn start(behaviour: Behaviour) -> Self {
        Self::with_tls(behaviour, ServerTls::No).await
    }

    /// A server with a certificate for `localhost` that an authority of its own has signed.
    pub(crate) async fn with_tls(behaviour: Behaviour, tls: ServerTls) -> Self {
        let key = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        let private = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.signing_key.serialize_der()));
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![key.cert.der().clone()], private)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::<Mutex<Seen>>::default();
        let server = Self { port, seen: seen.clone(), certificate: key.cert.pem() };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                seen.lock().unwrap().connections += 1;
                let connection = Connection { behaviour: behaviour.clone(), seen: seen.clone(), offers_tls: false };
                tokio::spawn(connection.serve(stream, tls, acceptor.clone()));
            }
        });
        server
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn certificate(&self) -> &str {
        &self.certificate
    }

    pub(crate) fn seen(&self) -> Seen {
        self.seen.lock().unwrap().clone()
    }

    /// The only e-mail that came.
    pub(crate) fn mail(&self) -> String {
        let mails = self.seen().mails;
        assert_eq!(mails.len(), 1, "{mails:?}");
        mails[0].clone()
    }
}

struct Connection {
    behaviour: Behaviour,
    seen: Arc<Mutex<Seen>>,
    offers_tls: bool,
}

enum End {
    Closed,
    StartTls,
}

impl Connection {
    async fn serve(mut self, mut stream: TcpStream, tls: ServerTls, acceptor: TlsAcceptor) {
        match tls {
            ServerTls::Implicit => {
                if let Ok(stream) = acceptor.accept(stream).await {
                    self.speak(stream, true).await;
                }
            }
            ServerTls::No => {
                self.speak(stream, true).await;
            }
            ServerTls::StartTls => {
                self.offers_tls = true;
                if let End::StartTls = self.speak(&mut stream, true).await {
                    self.offers_tls = false;
                    if let Ok(stream) = acceptor.accept(stream).await {
                        self.speak(stream, false).await;
                    }
                }
            }
        }
    }

    async fn speak(&self, stream: impl AsyncRead + AsyncWrite + Unpin, greets: bool) -> End {
        let mut stream = BufReader::new(stream);
        match &self.behaviour {
            Behaviour::Hang => std::future::pending().await,
            Behaviour::Garbage(bytes) => return say(&mut stream, bytes).await,
            _ if greets => _ = say(&mut stream, b"220 mail.test ready\r\n").await,
            _ => {}
        }
        let mut line = String::new();
        loop {
            line.clear();
            if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
                return End::Closed;
            }
            let command = line.trim_end().to_owned();
            self.seen.lock().unwrap().commands.push(command.clone());
            let answer = match &self.behaviour {
                Behaviour::Answer(to, answer) if command.starts_with(to) => format!("{answer}\r\n"),
                Behaviour::HangAt(at) if command.starts_with(at) => std::future::pending().await,
                Behaviour::HangUp(at) if command.starts_with(at) => return End::Closed,
                _ if command.starts_with("EHLO") => self.abilities(),
                _ if command == "STARTTLS" => "220 go ahead\r\n".to_owned(),
                _ if command.starts_with("AUTH") => "235 welcome\r\n".to_owned(),
                _ if command == "DATA" => "354 go ahead\r\n".to_owned(),
                _ => "250 ok\r\n".to_owned(),
            };
            say(&mut stream, answer.as_bytes()).await;
            if command == "STARTTLS" && answer.starts_with("220") {
                return End::StartTls;
            }
            if command == "DATA" && answer.starts_with("354") {
                self.take_mail(&mut stream).await;
            }
        }
    }

    fn abilities(&self) -> String {
        let tls = if self.offers_tls { "250-STARTTLS\r\n" } else { "" };
        format!("250-mail.test\r\n{tls}250-8BITMIME\r\n250 AUTH PLAIN LOGIN\r\n")
    }

    async fn take_mail(&self, stream: &mut BufReader<impl AsyncRead + AsyncWrite + Unpin>) {
        let mut mail = String::new();
        while !mail.ends_with("\r\n.\r\n") && stream.read_line(&mut mail).await.unwrap_or(0) > 0 {}
        let answer = match &self.behaviour {
            Behaviour::Answer("the mail", answer) => format!("{answer}\r\n"),
            _ => "250 taken\r\n".to_owned(),
        };
        self.seen.lock().unwrap().mails.push(mail);
        say(stream, answer.as_bytes()).await;
    }
}

async fn say(stream: &mut BufReader<impl AsyncRead + AsyncWrite + Unpin>, bytes: &[u8]) -> End {
    // Who does not listen any more has gone.
    let _ = stream.get_mut().write_all(bytes).await;
    let _ = stream.get_mut().flush().await;
    End::Closed
}
