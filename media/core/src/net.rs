//! Addresses and datagrams as they cross between the engine and the shell that owns the sockets.

use std::net::SocketAddr;

/// How a datagram travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Proto {
    /// One datagram, one UDP packet.
    Udp,
    /// ICE-TCP, passive; the shell adds and removes the RFC 4571 framing.
    Tcp,
}

/// An address that the answer announces. The shell maps it to a socket of its own, both ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CandidateAddr {
    /// UDP or passive TCP.
    pub proto: Proto,
    /// Address and port a client is to send to.
    pub addr: SocketAddr,
}
