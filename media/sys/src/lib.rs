//! The system calls of the engine, each behind a safe interface. Linux only.
//!
//! This is the one crate of the workspace that contains `unsafe`; every block says why it is sound. It knows nothing of
//! rooms or peers: datagrams go in and out in batches, nothing here ever blocks except [`Poller::wait`] and [`rest`].

#![deny(missing_docs, unsafe_op_in_unsafe_fn, clippy::undocumented_unsafe_blocks)]

mod clock;
mod delivery;
mod framing;
mod interfaces;
mod message;
mod poll;
mod receive;
mod rest;
mod send;
mod sockaddr;
mod socket;
mod tcp;
mod udp;
mod wake;

pub use clock::{boottime_ns, monotonic_ns, process_cpu_ns, thread_cpu_ns};
pub use framing::{FrameDecoder, FrameTooLong, MAX_FRAME, frame_header};
pub use interfaces::interface_addresses;
pub use poll::{Poller, Ready};
pub use receive::ReceiveBatch;
pub use rest::rest;
pub use send::{SendBatch, SendReport, SendRun};
pub use tcp::{Listener, Stream, StreamState};
pub use udp::UdpPort;
pub use wake::Wake;

/// Turns the -1 of a system call into its error.
fn check(result: libc::c_int) -> std::io::Result<libc::c_int> {
    if result < 0 { Err(std::io::Error::last_os_error()) } else { Ok(result) }
}
