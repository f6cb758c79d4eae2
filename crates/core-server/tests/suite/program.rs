//! The program, started for a test.

use std::{
    io::{BufRead, BufReader, Read},
    net::SocketAddr,
    path::Path,
    process::{Child, ChildStdout, Command, ExitStatus, Stdio},
};

use crate::client::Client;

/// A running program; it is killed with this value.
pub(crate) struct Program {
    child: Child,
    pub(crate) address: SocketAddr,
    /// What it said when it began to listen.
    pub(crate) announcement: String,
    // Kept open: closing it is not what these tests are about.
    _output: BufReader<ChildStdout>,
}

impl Program {
    /// Starts it on a free port with a database file.
    pub(crate) fn start(database: &Path) -> Self {
        Self::spawn(command().arg("--database").arg(database))
    }

    /// Starts it on a free port with a database in memory.
    pub(crate) fn in_memory() -> Self {
        Self::start(Path::new(":memory:"))
    }

    /// Waits until it listens. It must.
    pub(crate) fn spawn(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the program is built");
        let mut output = BufReader::new(child.stdout.take().expect("it is piped"));
        let mut announcement = String::new();
        output.read_line(&mut announcement).expect("its output can be read");
        let address = announcement
            .split_once("http://")
            .and_then(|(_, rest)| rest.split(' ').next())
            .and_then(|address| address.parse().ok())
            .unwrap_or_else(|| panic!("it did not start: {announcement:?} {:?}", child.wait()));
        Self { child, address, announcement, _output: output }
    }

    pub(crate) fn client(&self) -> Client {
        Client::connect(self.address).expect("it listens")
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it is a child");
    }

    pub(crate) fn wait(&mut self) -> ExitStatus {
        self.child.wait().expect("it is a child")
    }

    /// What it logs until it ends, if its standard error is piped.
    pub(crate) fn log(&mut self) -> String {
        let mut log = String::new();
        self.child.stderr.take().expect("it is piped").read_to_string(&mut log).expect("it is text");
        log
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // Already gone is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The program on a free port, and without what the environment of the test says.
pub(crate) fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_supertokens-core"));
    command.env_clear().env("SUPERTOKENS_PORT", "0").args(["--log-level", "error"]).stdin(Stdio::null());
    command
}

/// What a program says that does not start. It must not.
pub(crate) fn refusal(command: &mut Command) -> String {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program is built");
    let mut said = String::new();
    child.stdout.take().expect("it is piped").read_to_string(&mut said).expect("it is text");
    assert_eq!(said, "", "it began to listen");
    child.stderr.take().expect("it is piped").read_to_string(&mut said).expect("it is text");
    assert!(!child.wait().expect("it is a child").success(), "it succeeded: {said}");
    said
}
