//! The bare loops.

use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::thread;
use std::time::{Duration, Instant};

use echo_sys::{SendBatch, SendRun, UdpPort, thread_cpu_ns};
use echo_wire::rtp::HeaderWriter;
use echo_wire::{Profile, Sealer, SessionKeys};

const PAYLOAD: [u8; 1180] = [0x5a; 1180];
/// Packets of a frame, which is what makes one message with segments.
const FRAME: u64 = 4;
/// Four packets a frame are 136 packets a second: a picture of 1.2 Mbit/s.
const FRAMES_PER_SECOND: u32 = 34;
/// Frames that are sent before the measured ones, to fill caches.
const WARM: u64 = 10;

/// How packets are handed to the kernel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Sendto,
    Gso,
}

/// What to measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    pub mode: Mode,
    pub seal: bool,
    pub receivers: usize,
    pub time: Duration,
}

/// What it cost, without the first frames.
#[derive(Debug, Default)]
pub struct Sent {
    pub packets: u64,
    /// The first ones included.
    pub all: u64,
    pub cpu_ns: u64,
    pub seconds: f64,
}

/// Sends the frame of this number to everybody.
type SendFrame = Box<dyn FnMut(&mut [Receiver], u64) -> io::Result<()>>;

/// One receiver.
struct Receiver {
    address: SocketAddr,
    ssrc: u32,
    sealer: Option<Sealer>,
}

/// Sends frame after frame to everybody, in real time.
pub fn run(plan: &Plan, addresses: &[SocketAddr]) -> io::Result<Sent> {
    let mut receivers: Vec<Receiver> = addresses
        .iter()
        .zip(1..)
        .map(|(&address, ssrc)| Receiver { address, ssrc, sealer: plan.seal.then(|| sealer(ssrc)) })
        .collect();
    let mut send: SendFrame = match plan.mode {
        Mode::Sendto => sendto()?,
        Mode::Gso => gso()?,
    };
    let step = Duration::from_secs(1) / FRAMES_PER_SECOND;
    let frames = (plan.time.as_secs_f64() * f64::from(FRAMES_PER_SECOND)).ceil() as u64;
    let mut due = Instant::now();
    let mut began = (due, 0);
    for frame in 0..WARM + frames {
        thread::sleep(due.saturating_duration_since(Instant::now()));
        due += step;
        if frame == WARM {
            began = (Instant::now(), thread_cpu_ns());
        }
        send(&mut receivers, frame)?;
    }
    let a_frame = FRAME * receivers.len() as u64;
    Ok(Sent {
        packets: frames * a_frame,
        all: (WARM + frames) * a_frame,
        cpu_ns: thread_cpu_ns() - began.1,
        seconds: began.0.elapsed().as_secs_f64(),
    })
}

/// One system call a packet.
fn sendto() -> io::Result<SendFrame> {
    let socket = UdpSocket::bind((std::net::Ipv4Addr::LOCALHOST, 0))?;
    let mut packet = Vec::with_capacity(2048);
    Ok(Box::new(move |receivers, frame| {
        for receiver in receivers {
            for index in frame * FRAME..(frame + 1) * FRAME {
                packet.clear();
                receiver.write(index, &mut packet)?;
                socket.send_to(&packet, receiver.address)?;
            }
        }
        Ok(())
    }))
}

/// A frame in one message, and as many messages in a system call as it takes.
fn gso() -> io::Result<SendFrame> {
    let port = UdpPort::bind(SocketAddr::from(([127, 0, 0, 1], 0)))?;
    let (mut batch, mut bytes, mut runs) = (SendBatch::new(), Vec::new(), Vec::new());
    Ok(Box::new(move |receivers, frame| {
        bytes.clear();
        runs.clear();
        for receiver in receivers {
            let start = bytes.len();
            for index in frame * FRAME..(frame + 1) * FRAME {
                receiver.write(index, &mut bytes)?;
            }
            let (end, size) = (bytes.len(), (bytes.len() - start) / FRAME as usize);
            runs.push(SendRun { destination: receiver.address, start, end, size });
        }
        let report = batch.send_runs(&port, &bytes, &runs);
        match report.blocked + report.failed {
            0 => Ok(()),
            refused => Err(io::Error::other(format!("the kernel refused {refused} packets"))),
        }
    }))
}

impl Receiver {
    /// Appends one packet: a header, a copy of the payload, and the seal.
    fn write(&mut self, index: u64, into: &mut Vec<u8>) -> io::Result<()> {
        let (start, sequence) = (into.len(), index as u16);
        let header =
            HeaderWriter { payload_type: 96, marker: false, sequence, timestamp: index as u32, ssrc: self.ssrc };
        let header_len = header.write(into, &[]);
        into.extend_from_slice(&PAYLOAD);
        match &mut self.sealer {
            Some(sealer) => sealer.seal_rtp(into, start, header_len, self.ssrc, index).map_err(io::Error::other),
            None => Ok(()),
        }
    }
}

/// Keys of one receiver's own.
fn sealer(ssrc: u32) -> Sealer {
    let mut key = [7; 16];
    key[..4].copy_from_slice(&ssrc.to_be_bytes());
    let keys = SessionKeys::derive(Profile::AeadAes128Gcm, &key, &[9; 12]);
    Sealer::new(&keys.expect("the key is as long as the profile wants"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What arrives of two frames at each of two receivers.
    fn arrives(mode: Mode, seal: bool) {
        let ports: Vec<UdpSocket> = (0..2).map(|_| UdpSocket::bind("127.0.0.1:0").unwrap()).collect();
        let addresses: Vec<SocketAddr> = ports.iter().map(|port| port.local_addr().unwrap()).collect();
        let time = Duration::from_secs(2) / FRAMES_PER_SECOND;
        let sent = run(&Plan { mode, seal, receivers: 2, time }, &addresses).unwrap();
        assert_eq!(sent.packets, 2 * FRAME * 2);
        let mut buffer = [0; 2048];
        for (port, ssrc) in ports.iter().zip(1u32..) {
            for index in 0..(WARM + 2) * FRAME {
                let length = port.recv(&mut buffer).unwrap();
                assert_eq!(length, 12 + PAYLOAD.len() + if seal { 16 } else { 0 });
                assert_eq!(buffer[2..4], (index as u16).to_be_bytes());
                assert_eq!(buffer[8..12], ssrc.to_be_bytes());
                assert_eq!(buffer[12..12 + PAYLOAD.len()] == PAYLOAD, !seal);
            }
        }
    }

    #[test]
    fn every_packet_arrives_in_order_sealed_or_not() {
        for mode in [Mode::Sendto, Mode::Gso] {
            for seal in [false, true] {
                arrives(mode, seal);
            }
        }
    }
}
