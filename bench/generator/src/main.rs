//! Many light participants in one process: str0m as the client, media packetised beforehand.
//!
//! Driven over standard input and output, one JSON object a line (`control`). Offers and answers are the driver's to carry, so that it
//! joins through whatever it likes: the engine itself, or the signaling of a running service. Ends when its input does.

#![forbid(unsafe_code)]

mod client;
mod clip;
mod control;
mod crowd;
mod histogram;
mod light;
mod line;
mod link;
mod measure;
mod offering;
mod output;
mod participant;
mod publisher;
mod run;
mod stamp;
mod transport;

use std::net::IpAddr;
use std::process::ExitCode;

fn main() -> ExitCode {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1".to_owned());
    let Ok(ip) = address.parse::<IpAddr>() else {
        eprintln!("usage: echo-generator [ADDRESS]; {address:?} is no IP address");
        return ExitCode::from(2);
    };
    match run::run(ip) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("echo-generator: {error}");
            ExitCode::FAILURE
        }
    }
}
