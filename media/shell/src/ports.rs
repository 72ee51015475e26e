//! Which sockets a worker has, and under which addresses clients know them.

use std::error::Error;
use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};

use echo_core::{CandidateAddr, Proto};
use echo_sys::{Listener, UdpPort, interface_addresses};

/// How often another port is tried where the system may choose (UDP and TCP must have the same number).
const CHOICES: usize = 16;

/// A socket that cannot be had.
#[derive(Debug)]
pub struct BindError {
    /// The system's reason.
    pub cause: io::Error,
    /// "UDP" or "TCP".
    pub transport: &'static str,
    /// The address and port that were wanted.
    pub addr: SocketAddr,
}

impl fmt::Display for BindError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let BindError { cause, transport, addr } = self;
        match cause.kind() {
            io::ErrorKind::AddrInUse => write!(f, "{transport} port {} on {} is in use", addr.port(), addr.ip()),
            io::ErrorKind::AddrNotAvailable => {
                write!(f, "{} is no address of this machine ({transport} port {})", addr.ip(), addr.port())
            }
            io::ErrorKind::PermissionDenied => {
                write!(f, "{transport} port {} on {} is not allowed for this user", addr.port(), addr.ip())
            }
            _ => write!(f, "{transport} port {} on {} cannot be opened: {cause}", addr.port(), addr.ip()),
        }
    }
}

impl Error for BindError {}

/// The UDP socket and the TCP listener of one bound address.
pub(crate) struct Port {
    pub udp: UdpPort,
    /// Gets reports of what has arrived; `None` where the kernel cannot tell it apart, and all comes to `udp`.
    pub aside: Option<UdpPort>,
    pub tcp: Listener,
    /// What the core calls this socket: its first announced address.
    pub announced: SocketAddr,
}

/// All sockets of one worker.
pub(crate) struct Ports {
    pub ports: Vec<Port>,
    /// Announced address to index of `ports`.
    routes: Vec<(SocketAddr, usize)>,
}

impl Ports {
    /// Binds one port number on every address, UDP and TCP. Port 0 lets the system choose.
    pub fn bind(addresses: &[IpAddr], port: u16, public: &[IpAddr]) -> Result<Ports, BindError> {
        let mut tries = if port == 0 { CHOICES } else { 1 };
        let sockets = loop {
            tries -= 1;
            match bind_all(addresses, port) {
                Err(error) if tries > 0 && error.cause.kind() == io::ErrorKind::AddrInUse => {}
                outcome => break outcome?,
            }
        };
        let bound: Vec<SocketAddr> = sockets.iter().map(|(udp, _)| udp.local()).collect();
        let routes = announce(&bound, public);
        let name = |index: usize| routes.iter().find(|(_, to)| *to == index).map_or(bound[index], |(addr, _)| *addr);
        let names: Vec<SocketAddr> = (0..bound.len()).map(name).collect();
        let port = |((udp, tcp), announced): ((UdpPort, Listener), SocketAddr)| {
            let aside = udp.set_reports_aside().ok();
            Port { udp, aside, tcp, announced }
        };
        let ports = sockets.into_iter().zip(names).map(port).collect();
        Ok(Ports { ports, routes })
    }

    /// What an answer announces: UDP first.
    pub fn candidates(&self) -> Vec<CandidateAddr> {
        let of = |proto| self.routes.iter().map(move |&(addr, _)| CandidateAddr { proto, addr });
        of(Proto::Udp).chain(of(Proto::Tcp)).collect()
    }

    /// The socket behind an announced address.
    pub fn route(&self, announced: SocketAddr) -> Option<usize> {
        self.routes.iter().find(|(addr, _)| *addr == announced).map(|&(_, index)| index)
    }
}

/// The addresses to bind. With nothing else to announce, a wildcard becomes the machine's own addresses of that family, so that
/// an answer leaves from where the request came in; loopback counts only where there is nothing else.
pub(crate) fn resolve(bind: &[IpAddr], public: &[IpAddr]) -> io::Result<Vec<IpAddr>> {
    let mut addresses: Vec<IpAddr> = Vec::new();
    for &ip in bind {
        let expanded = if ip.is_unspecified() && public.is_empty() { own_addresses(ip)? } else { vec![ip] };
        addresses.extend(expanded);
    }
    let mut unique: Vec<IpAddr> = Vec::new();
    addresses.retain(|ip| {
        let new = !unique.contains(ip);
        unique.push(*ip);
        new
    });
    Ok(addresses)
}

fn own_addresses(wildcard: IpAddr) -> io::Result<Vec<IpAddr>> {
    let mut own = interface_addresses()?;
    own.retain(|ip| ip.is_ipv4() == wildcard.is_ipv4());
    if own.iter().any(|ip| !ip.is_loopback()) {
        own.retain(|ip| !ip.is_loopback());
    }
    Ok(own)
}

fn bind_all(addresses: &[IpAddr], port: u16) -> Result<Vec<(UdpPort, Listener)>, BindError> {
    let mut port = port;
    let mut sockets = Vec::with_capacity(addresses.len());
    for &ip in addresses {
        let addr = SocketAddr::new(ip, port);
        let udp = UdpPort::bind(addr).map_err(|cause| BindError { cause, transport: "UDP", addr })?;
        port = udp.local().port();
        let addr = udp.local();
        let tcp = Listener::bind(addr).map_err(|cause| BindError { cause, transport: "TCP", addr })?;
        sockets.push((udp, tcp));
    }
    Ok(sockets)
}

/// Announced addresses with the socket each leads to: the public ones, each by the first socket of its family; or the bound ones.
fn announce(bound: &[SocketAddr], public: &[IpAddr]) -> Vec<(SocketAddr, usize)> {
    if public.is_empty() {
        return bound.iter().copied().zip(0..).collect();
    }
    let socket_of = |ip: IpAddr| {
        let exact = bound.iter().position(|addr| addr.ip() == ip);
        let index = exact.or_else(|| bound.iter().position(|addr| addr.is_ipv4() == ip.is_ipv4()))?;
        Some((SocketAddr::new(ip, bound[index].port()), index))
    };
    public.iter().filter_map(|&ip| socket_of(ip)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ips(texts: &[&str]) -> Vec<IpAddr> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    fn socks(texts: &[&str]) -> Vec<SocketAddr> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn public_addresses_replace_the_bound_ones_in_answers() {
        let bound = socks(&["10.0.0.5:7", "[fd00::5]:7"]);
        let routes = announce(&bound, &ips(&["203.0.113.5", "2001:db8::5", "203.0.113.6"]));
        let expected = socks(&["203.0.113.5:7", "[2001:db8::5]:7", "203.0.113.6:7"]);
        assert_eq!(routes, expected.into_iter().zip([0, 1, 0]).collect::<Vec<_>>());
        assert_eq!(announce(&bound[..1], &ips(&["2001:db8::5"])), []);
        assert_eq!(announce(&bound, &[]), [(bound[0], 0), (bound[1], 1)]);
    }

    #[test]
    fn a_wildcard_means_the_machines_own_addresses_unless_public_ones_are_given() {
        let own = resolve(&ips(&["0.0.0.0"]), &[]).unwrap();
        assert!(!own.is_empty() && own.iter().all(|ip| ip.is_ipv4() && !ip.is_unspecified()));
        assert_eq!(resolve(&ips(&["0.0.0.0"]), &ips(&["203.0.113.5"])).unwrap(), ips(&["0.0.0.0"]));
        assert_eq!(resolve(&ips(&["127.0.0.1", "127.0.0.1"]), &[]).unwrap(), ips(&["127.0.0.1"]));
    }

    #[test]
    fn udp_and_tcp_share_a_number_and_a_taken_one_is_named() {
        let first = Ports::bind(&ips(&["127.0.0.1"]), 0, &[]).unwrap();
        let addr = first.ports[0].udp.local();
        assert_eq!(first.ports[0].tcp.local().unwrap(), addr);
        let candidates = first.candidates();
        assert_eq!(candidates.iter().map(|c| c.proto).collect::<Vec<_>>(), [Proto::Udp, Proto::Tcp]);
        assert!(candidates.iter().all(|c| c.addr == addr));
        assert_eq!(first.route(addr), Some(0));
        let error = Ports::bind(&ips(&["127.0.0.1"]), addr.port(), &[]).err().unwrap();
        assert_eq!(error.to_string(), format!("UDP port {} on 127.0.0.1 is in use", addr.port()));
    }
}
