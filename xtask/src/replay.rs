//! Sends the recorded exchanges in `tests/exchanges` to a fresh `supertokens-core` and compares its answers.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::cargo::build_program;
use crate::process::{command, run_tests};
use crate::step::{Outcome, Step};
use crate::workspace::Workspace;

/// The scenario for a core that demands an API key; without one, the replay runs all others.
const KEYED_SCENARIO: &str = "apikey";
/// Twenty characters at least, some of them small letters: the scenario sends the key in capitals as a wrong one.
const API_KEY: &str = "replay-of-recorded-exchanges-1";
const START_LIMIT: Duration = Duration::from_secs(30);

/// The step that replays all exchanges.
pub(crate) fn step() -> Step {
    Step::new("replay of recorded exchanges", |workspace| {
        let program = build_program(workspace, "supertokens-core-server", "supertokens-core")?;
        let mut tally = replay(workspace, &program, None)?;
        tally += replay(workspace, &program, Some(API_KEY)).map_err(|failure| failure.after(tally))?;
        Ok(tally)
    })
}

fn replay(workspace: &Workspace, program: &Path, api_key: Option<&str>) -> Outcome {
    let core = RunningCore::start(workspace, program, api_key)?;
    let mut replay = command("python3", &workspace.root);
    replay.args(["tests/exchanges/replay.py", "--core", &format!("http://{}", core.address)]);
    replay.args(["--accept", "tests/exchanges/accept.json", "--scope", "tests/exchanges/scope.json"]);
    if let Some(key) = api_key {
        replay.args(["--only", KEYED_SCENARIO, "--api-key", key]);
    }
    run_tests(replay)
}

/// A core in memory on a loopback port; it ends with this value.
struct RunningCore {
    child: Child,
    address: SocketAddr,
}

impl RunningCore {
    fn start(workspace: &Workspace, program: &Path, api_key: Option<&str>) -> Result<Self, String> {
        let address = free_address().map_err(|error| format!("No free loopback port: {error}"))?;
        let mut core = command(program, &workspace.root);
        core.args(["--host", &address.ip().to_string(), "--port", &address.port().to_string()]);
        // The test mode allows the very short lives of tokens that some exchanges wait for.
        core.args(["--database", ":memory:", "--test-mode"]).env_remove("API_KEYS");
        core.stdin(Stdio::null()).stdout(Stdio::null());
        core.envs(api_key.map(|key| ("API_KEYS", key)));
        let child = core.spawn().map_err(|error| format!("{} could not be started: {error}", program.display()))?;
        let mut running = Self { child, address };
        running.wait_until_it_answers()?;
        Ok(running)
    }

    fn wait_until_it_answers(&mut self) -> Result<(), String> {
        let deadline = Instant::now() + START_LIMIT;
        while !answers(self.address) {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(format!("supertokens-core ended with {status} before it answered: see its output above."));
            }
            if Instant::now() > deadline {
                return Err(format!("supertokens-core did not answer /hello within {} s.", START_LIMIT.as_secs()));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }
}

impl Drop for RunningCore {
    fn drop(&mut self) {
        // Already gone is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_address() -> std::io::Result<SocketAddr> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()
}

/// Whether `/hello` gets an HTTP answer. Its status is of no matter: a core with an API key refuses this request.
fn answers(address: SocketAddr) -> bool {
    let ask = || {
        let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(1))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        stream.write_all(b"GET /hello HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
        let mut start = [0; 5];
        stream.read_exact(&mut start)?;
        std::io::Result::Ok(start)
    };
    ask().is_ok_and(|start| start == *b"HTTP/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_speaks_http_answers_and_a_closed_port_does_not() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 64];
            let length = stream.read(&mut request).unwrap();
            stream.write_all(b"HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n").unwrap();
            String::from_utf8_lossy(&request[..length]).into_owned()
        });
        assert!(answers(address));
        assert!(server.join().unwrap().starts_with("GET /hello "));
        assert!(!answers(address), "the listener is closed");
    }
}
