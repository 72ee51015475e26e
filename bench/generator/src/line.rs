//! How one participant reaches the other side: a UDP socket, or an ICE-TCP connection of the active kind.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::os::fd::RawFd;

use str0m::Candidate;
use str0m::error::IceError;
use str0m::net::{Protocol, TcpType};

use echo_sys::{ReceiveBatch, SendBatch, Stream, StreamState, UdpPort};

/// Datagrams taken from one socket in one call: a frame's packets arrive together.
pub const BATCH: usize = 16;

/// A way for datagrams.
pub enum Line {
    Udp(UdpPort),
    /// To be dialled when the answer says where.
    Undialled,
    Tcp {
        stream: Stream,
        local: SocketAddr,
        remote: SocketAddr,
    },
    Dead,
}

impl Line {
    /// A UDP socket of its own.
    pub fn udp(ip: IpAddr) -> io::Result<Line> {
        let port = UdpPort::bind(SocketAddr::new(ip, 0))?;
        port.take_runs()?;
        Ok(Line::Udp(port))
    }

    /// Dials the first TCP candidate of an answer.
    pub fn dial(sdp: &str) -> io::Result<Line> {
        let remote = tcp_candidate(sdp).ok_or_else(|| io::Error::other("the answer has no TCP candidate"))?;
        let stream = Stream::connect(remote)?;
        Ok(Line::Tcp { local: stream.local()?, stream, remote })
    }

    /// This side's candidate, if it is known yet.
    pub fn candidate(&self) -> Option<Result<Candidate, IceError>> {
        match self {
            Line::Udp(socket) => Some(Candidate::host(socket.local(), "udp")),
            Line::Tcp { local, .. } => Some(Candidate::builder().tcp().host(*local).tcptype(TcpType::Active).build()),
            Line::Undialled | Line::Dead => None,
        }
    }

    /// The descriptor to watch.
    pub fn fd(&self) -> Option<RawFd> {
        match self {
            Line::Udp(socket) => Some(socket.fd()),
            Line::Tcp { stream, .. } => Some(stream.fd()),
            Line::Undialled | Line::Dead => None,
        }
    }

    /// Takes in what waits, with a batch of [`BATCH`]: `each` gets protocol, source, destination and bytes.
    pub fn receive(
        &mut self,
        batch: &mut ReceiveBatch,
        mut each: impl FnMut(Protocol, SocketAddr, SocketAddr, &[u8]),
    ) -> io::Result<()> {
        let state = match self {
            Line::Udp(socket) => {
                loop {
                    let count = batch.receive(socket)?;
                    batch.iter().for_each(|(source, bytes)| each(Protocol::Udp, source, socket.local(), bytes));
                    if count < BATCH {
                        break;
                    }
                }
                StreamState::Idle
            }
            Line::Tcp { stream, local, remote } => stream.read(|frame| each(Protocol::Tcp, *remote, *local, frame)),
            Line::Undialled | Line::Dead => StreamState::Idle,
        };
        self.settle(state);
        Ok(())
    }

    /// Sends datagrams, or drops them where there is no way.
    pub fn send(&mut self, batch: &mut SendBatch, datagrams: &[(SocketAddr, Vec<u8>)]) {
        let mut state = StreamState::Idle;
        match self {
            Line::Udp(socket) => {
                let datagrams: Vec<(SocketAddr, &[u8])> =
                    datagrams.iter().map(|(to, bytes)| (*to, &bytes[..])).collect();
                batch.send(socket, &datagrams);
            }
            Line::Tcp { stream, .. } => datagrams.iter().for_each(|(_, bytes)| (_, state) = stream.send(bytes)),
            Line::Undialled | Line::Dead => {}
        }
        self.settle(state);
    }

    /// Datagrams that did not fit the socket's buffer.
    pub fn overflowed(&self) -> u64 {
        // Who cannot say has lost nothing that we know of.
        if let Line::Udp(socket) = self { socket.dropped().unwrap_or(0) } else { 0 }
    }

    fn settle(&mut self, state: StreamState) {
        if state == StreamState::Dead {
            *self = Line::Dead;
        }
    }
}

/// The address of the first passive TCP candidate (RFC 6544, section 4.5).
fn tcp_candidate(sdp: &str) -> Option<SocketAddr> {
    sdp.lines().filter_map(|line| line.trim().strip_prefix("a=candidate:")).find_map(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let tcp = fields.get(2)?.eq_ignore_ascii_case("tcp");
        let addr = SocketAddr::new(fields.get(4)?.parse().ok()?, fields.get(5)?.parse().ok()?);
        tcp.then_some(addr)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_tcp_candidate_of_an_answer_is_found() {
        let sdp = "v=0\r\na=candidate:1 1 udp 2130706175 192.0.2.7 40000 typ host\r\n\
                   a=candidate:2 1 tcp 1694498559 192.0.2.7 40001 typ host tcptype passive\r\n";
        assert_eq!(tcp_candidate(sdp), Some("192.0.2.7:40001".parse().unwrap()));
        assert_eq!(tcp_candidate("v=0\r\n"), None);
    }
}
