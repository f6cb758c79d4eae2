//! Where the program listens, and whether it may.

use std::{
    io::ErrorKind,
    net::{SocketAddr, TcpListener, ToSocketAddrs},
};

use supertokens_core::Config;

use crate::error::StartError;

/// Takes the address of the configuration. Beyond loopback only if clients must send an API key.
pub(crate) fn listen(config: &Config) -> Result<TcpListener, StartError> {
    let addresses = resolve(&config.host, config.port)?;
    if !addresses.iter().all(is_loopback) {
        if config.api_keys.is_empty() {
            return Err(StartError::OpenToAll { host: config.host.clone() });
        }
        tracing::warn!(
            host = config.host,
            "other machines can reach this address: put TLS in front of it, or API keys and tokens go over the network in \
             plain text"
        );
    }
    let listener = bind(&config.host, &addresses)?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// Takes the first of a host's addresses, or the next if this machine does not have it. One that another program has is
/// not passed over: clients of the host would go to that program.
fn bind(host: &str, addresses: &[SocketAddr]) -> Result<TcpListener, StartError> {
    let mut failure = None;
    for &address in addresses {
        let source = match TcpListener::bind(address) {
            Ok(listener) => return Ok(listener),
            Err(source) => source,
        };
        let is_elsewhere = source.kind() == ErrorKind::AddrNotAvailable;
        failure.get_or_insert(StartError::Bind { address, source });
        if !is_elsewhere {
            break;
        }
    }
    let no_address = || StartError::UnknownHost { host: host.to_owned(), source: ErrorKind::NotFound.into() };
    Err(failure.unwrap_or_else(no_address))
}

/// The addresses of a host, IPv4 first: `localhost` is 127.0.0.1 wherever that is one of its addresses.
fn resolve(host: &str, port: u16) -> Result<Vec<SocketAddr>, StartError> {
    let without_brackets = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    let resolved = (without_brackets, port).to_socket_addrs();
    let mut addresses: Vec<_> =
        resolved.map_err(|source| StartError::UnknownHost { host: host.to_owned(), source })?.collect();
    addresses.sort_by_key(SocketAddr::is_ipv6);
    Ok(addresses)
}

fn is_loopback(address: &SocketAddr) -> bool {
    address.ip().to_canonical().is_loopback()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(host: &str) -> Vec<SocketAddr> {
        resolve(host, 1).unwrap()
    }

    #[test]
    fn loopback_is_known_in_all_its_forms() {
        for host in ["127.0.0.1", "127.1.2.3", "::1", "[::1]", "::ffff:127.0.0.1", "localhost"] {
            assert!(addresses(host).iter().all(is_loopback), "{host}");
        }
        for host in ["0.0.0.0", "::", "10.0.0.1", "::ffff:10.0.0.1"] {
            assert!(!addresses(host).iter().any(is_loopback), "{host}");
        }
    }

    #[test]
    fn localhost_is_an_ipv4_address() {
        assert!(addresses("localhost").first().is_some_and(SocketAddr::is_ipv4));
    }

    #[test]
    fn a_host_that_is_none_is_named() {
        let error = resolve("not a host", 1).unwrap_err().to_string();
        assert!(error.starts_with("the address not a host is unknown"), "{error}");
    }

    #[test]
    fn beyond_loopback_an_api_key_is_needed() {
        let mut config = Config::default();
        config.host = "0.0.0.0".to_owned();
        config.port = 0;
        assert!(matches!(listen(&config), Err(StartError::OpenToAll { .. })));
        config.api_keys = supertokens_core::ApiKeys::parse("a-key-of-twenty-characters").unwrap();
        assert!(listen(&config).is_ok());
    }
    #[test]
    fn an_address_that_another_program_has_is_not_passed_over() {
        let other_program = TcpListener::bind("127.0.0.1:0").unwrap();
        let taken = other_program.local_addr().unwrap();
        let free = SocketAddr::from(([127, 0, 0, 1], 0));
        let error = bind("a host", &[taken, free]).unwrap_err().to_string();
        assert!(error.starts_with(&format!("{taken} cannot be listened on")), "{error}");
    }

    #[test]
    fn an_address_of_another_machine_is_passed_over() {
        // 192.0.2.0/24 is for documentation: no machine has it.
        let elsewhere = SocketAddr::from(([192, 0, 2, 1], 0));
        let free = SocketAddr::from(([127, 0, 0, 1], 0));
        assert!(bind("a host", &[elsewhere, free]).unwrap().local_addr().unwrap().ip().is_loopback());
        let error = bind("a host", &[elsewhere]).unwrap_err().to_string();
        assert!(error.starts_with("192.0.2.1:0 cannot be listened on"), "{error}");
        assert!(matches!(bind("a host", &[]), Err(StartError::UnknownHost { .. })));
    }
}
