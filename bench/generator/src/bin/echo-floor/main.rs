//! What sending alone costs on this machine: the floor that no forwarding server gets under.
//!
//! `echo-floor sendto|gso [--seal] RECEIVERS SECONDS` sends what a picture of 136 packets a second is, four packets a frame, to so
//! many receivers: one sendto(2) a packet, or the four in one message that the kernel cuts apart, each packet copied and with
//! `--seal` sealed by AES-128-GCM with the receiver's own keys. The receivers are a process of their own on the cores
//! that this one may not use. Pin it from outside (taskset). Prints JSON.

#![forbid(unsafe_code)]

mod cores;
mod loops;
mod sink;

use std::io;
use std::process::ExitCode;
use std::time::Duration;

use loops::{Mode, Plan};

const USAGE: &str = "usage: echo-floor sendto|gso [--seal] RECEIVERS SECONDS";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.first().map(String::as_str) {
        Some(sink::COMMAND) => sink::run(),
        _ => match plan(&arguments) {
            Some(plan) => floor(&plan),
            None => {
                eprintln!("{USAGE}");
                return ExitCode::from(2);
            }
        },
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("echo-floor: {error}");
            ExitCode::FAILURE
        }
    }
}

fn plan(arguments: &[String]) -> Option<Plan> {
    let (seal, rest): (Vec<&String>, Vec<&String>) = arguments.iter().partition(|argument| *argument == "--seal");
    let [mode, receivers, seconds] = rest[..] else { return None };
    let mode = match mode.as_str() {
        "sendto" => Mode::Sendto,
        "gso" => Mode::Gso,
        _ => return None,
    };
    let time = Duration::try_from_secs_f64(seconds.parse().ok()?).ok()?;
    Some(Plan { mode, seal: !seal.is_empty(), receivers: receivers.parse().ok().filter(|&count| count > 0)?, time })
}

fn floor(plan: &Plan) -> io::Result<()> {
    let sink = sink::Sink::start(plan.receivers)?;
    let sent = loops::run(plan, &sink.addresses)?;
    let received = sink.finish()?;
    let report = serde_json::json!({
        "receivers": plan.receivers,
        "seconds": sent.seconds,
        "packets": sent.packets,
        "lost": sent.all.saturating_sub(received),
        "cpu_us_per_packet": sent.cpu_ns as f64 / 1000.0 / sent.packets as f64,
    });
    println!("{report}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_read_in_any_place_of_the_flag() {
        let of = |line: &str| plan(&line.split(' ').map(str::to_owned).collect::<Vec<_>>());
        let sealed = Plan { mode: Mode::Gso, seal: true, receivers: 50, time: Duration::from_millis(2500) };
        assert_eq!(of("gso --seal 50 2.5"), Some(sealed));
        assert_eq!(of("gso 50 2.5 --seal"), Some(sealed));
        assert_eq!(of("sendto 50 2.5"), Some(Plan { mode: Mode::Sendto, seal: false, ..sealed }));
        for wrong in ["gso", "gso 0 1", "gso 5 -1", "udp 5 1", "gso 5 1 2"] {
            assert_eq!(of(wrong), None, "{wrong}");
        }
    }
}
