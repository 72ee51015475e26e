//! The receivers: a process of its own with a socket each, that takes in everything and counts.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::SocketAddr;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::thread;

use echo_sys::{Poller, ReceiveBatch, UdpPort, Wake};

use crate::cores;

/// The first argument of the process that receives.
pub const COMMAND: &str = "sink";
const BATCH: usize = 16;
const END: u64 = u64::MAX;

/// The other process, seen from the sender.
pub struct Sink {
    pub addresses: Vec<SocketAddr>,
    process: Child,
    output: BufReader<ChildStdout>,
}

impl Sink {
    /// Starts it on the cores that this process may not use.
    pub fn start(receivers: usize) -> io::Result<Sink> {
        let program = std::env::current_exe()?;
        let mut command = match cores::others() {
            Some(others) => {
                let mut command = Command::new("taskset");
                command.args(["-c", &others]).arg(program);
                command
            }
            None => Command::new(program),
        };
        command.args([COMMAND, &receivers.to_string()]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn()?;
        let output = process.stdout.take().ok_or_else(|| io::Error::other("the receivers have no output"))?;
        let mut output = BufReader::new(output);
        let addresses = serde_json::from_str(&line(&mut output)?)?;
        Ok(Sink { addresses, process, output })
    }

    /// Ends it, and gives the number of packets that arrived.
    pub fn finish(mut self) -> io::Result<u64> {
        drop(self.process.stdin.take());
        let received = serde_json::from_str(&line(&mut self.output)?)?;
        self.process.wait()?;
        Ok(received)
    }
}

/// The body of the other process: says its addresses, then receives until its input ends, then says how much.
pub fn run() -> io::Result<()> {
    let receivers: usize = std::env::args().nth(2).and_then(|count| count.parse().ok()).unwrap_or(1);
    let here = SocketAddr::from(([127, 0, 0, 1], 0));
    let ports: Vec<UdpPort> = (0..receivers).map(|_| UdpPort::bind(here)).collect::<io::Result<_>>()?;
    ports.iter().try_for_each(UdpPort::take_runs)?;
    let (poller, wake) = (Poller::new()?, Arc::new(Wake::new()?));
    poller.add(wake.fd(), END, false)?;
    for (token, port) in ports.iter().enumerate() {
        poller.add(port.fd(), token as u64, false)?;
    }
    say(&serde_json::to_string(&ports.iter().map(UdpPort::local).collect::<Vec<_>>())?)?;
    let ended = Arc::clone(&wake);
    thread::spawn(move || {
        // Whatever ends the input ends us.
        let _read = io::stdin().read_to_end(&mut Vec::new());
        ended.set();
    });
    let (mut batch, mut ready, mut received, mut ending) = (ReceiveBatch::of_runs(BATCH), Vec::new(), 0, false);
    // What was sent before the input ended waits in the sockets already, so one empty look after it is the end.
    loop {
        poller.wait(None, &mut ready)?;
        let mut idle = true;
        for event in ready.iter().filter(|event| event.token != END) {
            batch.receive(&ports[event.token as usize])?;
            let count = batch.iter().count();
            (received, idle) = (received + count, idle && count == 0);
        }
        if ending && idle {
            return say(&received.to_string());
        }
        ending |= ready.iter().any(|event| event.token == END);
    }
}

fn line(from: &mut impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    match from.read_line(&mut line)? {
        0 => Err(io::Error::other("the receivers have ended")),
        _ => Ok(line),
    }
}

fn say(line: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}
