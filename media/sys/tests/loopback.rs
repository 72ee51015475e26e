//! Batches over loopback sockets.

use std::net::SocketAddr;
use std::time::Duration;

use echo_sys::{Poller, ReceiveBatch, SendBatch, SendReport, SendRun, UdpPort};

fn pair(host: &str) -> (UdpPort, UdpPort) {
    let addr: SocketAddr = format!("{host}:0").parse().unwrap();
    (UdpPort::bind(addr).unwrap(), UdpPort::bind(addr).unwrap())
}

/// Everything that arrives until `count` datagrams are there.
fn collect(port: &UdpPort, count: usize) -> Vec<(SocketAddr, Vec<u8>)> {
    let (poller, mut batch, mut out) = (Poller::new().unwrap(), ReceiveBatch::new(8), Vec::new());
    poller.add(port.fd(), 0, false).unwrap();
    while out.len() < count {
        let mut ready = Vec::new();
        poller.wait(Some(Duration::from_secs(5)), &mut ready).unwrap();
        assert!(!ready.is_empty(), "only {} of {count} datagrams arrived", out.len());
        batch.receive(port).unwrap();
        out.extend(batch.iter().map(|(source, bytes)| (source, bytes.to_vec())));
    }
    out
}

fn payloads() -> Vec<Vec<u8>> {
    // Equal sizes, a shorter one that closes a run, a longer one after it, one byte, more than 64 messages.
    let sizes = [1200, 1200, 1200, 300, 1200, 1, 700, 700].into_iter().chain((0..150).map(|i| 100 + i % 7));
    sizes.enumerate().map(|(index, size)| vec![index as u8; size]).collect()
}

fn round_trip(host: &str, mut sender: SendBatch) {
    let (from, to) = pair(host);
    let (_, other) = pair(host);
    let payloads = payloads();
    let datagrams: Vec<(SocketAddr, &[u8])> =
        payloads.iter().flat_map(|p| [(to.local(), &p[..]), (other.local(), &p[..])]).collect();
    let report = sender.send(&from, &datagrams);
    assert_eq!(report, SendReport { sent: datagrams.len(), blocked: 0, failed: 0 });
    for port in [&to, &other] {
        let arrived = collect(port, payloads.len());
        assert!(arrived.iter().all(|(source, _)| *source == from.local()));
        assert!(arrived.iter().map(|(_, bytes)| bytes).eq(payloads.iter()));
    }
}

#[test]
fn batches_arrive_whole_and_in_order_to_each_address() {
    round_trip("127.0.0.1", SendBatch::without_segmentation());
    round_trip("127.0.0.1", SendBatch::new());
}

#[test]
fn batches_cross_ipv6_too() {
    round_trip("[::1]", SendBatch::new());
}

#[test]
fn reports_come_to_the_second_socket_and_all_else_to_the_first() {
    for host in ["127.0.0.1", "[::1]"] {
        let (from, first) = pair(host);
        let second = first.set_reports_aside().unwrap();
        assert_eq!(second.local(), first.local());
        let taken = UdpPort::bind(first.local()).unwrap_err();
        assert_eq!(taken.kind(), std::io::ErrorKind::AddrInUse, "others find the address in use all the same");
        let reports: [&[u8]; 4] = [&[0x8f, 205, 0, 1], &[0xaf, 205], &[0x8f, 205, 9], &[0x82, 201, 0]];
        // Requests for packets and keyframes, sender reports, media, STUN, DTLS, other versions, and what is too short.
        let other: [&[u8]; 9] = [
            &[0x81, 205, 0],
            &[0x81, 206],
            &[0x80, 200],
            &[0x8f, 206],
            &[0x90, 96],
            &[0, 1],
            &[22, 254],
            &[0x4f, 205],
            &[0x8f],
        ];
        let all: Vec<(SocketAddr, &[u8])> =
            reports.into_iter().chain(other).map(|bytes| (first.local(), bytes)).collect();
        // What the kernel cuts apart goes where its first part goes.
        assert_eq!(SendBatch::without_segmentation().send(&from, &all).sent, 13);
        let bytes = |port, count| collect(port, count).into_iter().map(|(_, bytes)| bytes).collect::<Vec<_>>();
        assert_eq!(bytes(&second, 4), reports);
        assert_eq!(bytes(&first, 9), other);
    }
}

#[test]
fn runs_arrive_as_the_datagrams_they_are_made_of() {
    let (from, to) = pair("127.0.0.1");
    let (_, other) = pair("127.0.0.1");
    let bytes: Vec<u8> = (0..200_000_u32).map(|n| (n / 7) as u8).collect();
    // More segments than one message takes, a run whose last is shorter, single ones, more messages than one call takes.
    let mut runs = vec![(to.local(), 0, 110_000, 1100), (other.local(), 110_000, 113_000, 1100)];
    runs.extend((0..200).map(|n| (other.local(), 113_000 + n * 100, 113_000 + (n + 1) * 100, 100)));
    let runs: Vec<SendRun> =
        runs.into_iter().map(|(destination, start, end, size)| SendRun { destination, start, end, size }).collect();
    for mut sender in [SendBatch::new(), SendBatch::without_segmentation()] {
        assert_eq!(sender.send_runs(&from, &bytes, &runs), SendReport { sent: 303, blocked: 0, failed: 0 });
        for (port, count) in [(&to, 100), (&other, 203)] {
            let mine = runs.iter().filter(|run| run.destination == port.local());
            let expected = mine.flat_map(|run| bytes[run.start..run.end].chunks(run.size));
            assert!(collect(port, count).iter().map(|(_, bytes)| &bytes[..]).eq(expected));
        }
    }
}

#[test]
fn a_socket_that_takes_runs_gives_the_same_datagrams_in_fewer_messages() {
    let (from, to) = pair("127.0.0.1");
    to.take_runs().unwrap();
    let bytes: Vec<u8> = (0..13_700_u32).map(|n| (n / 11) as u8).collect();
    let run = |start, end, size| SendRun { destination: to.local(), start, end, size };
    let runs = [run(0, 5_000, 1100), run(5_000, 5_090, 90), run(5_090, 13_700, 1200)];
    assert_eq!(SendBatch::new().send_runs(&from, &bytes, &runs).sent, 14);
    let mut batch = ReceiveBatch::of_runs(8);
    let messages = batch.receive(&to).unwrap();
    let arrived: Vec<_> = batch.iter().collect();
    assert!(arrived.iter().all(|(source, _)| *source == from.local()));
    let expected = runs.iter().flat_map(|run| bytes[run.start..run.end].chunks(run.size));
    assert!(arrived.iter().map(|(_, bytes)| *bytes).eq(expected));
    assert_eq!((messages, arrived.len()), (3, 14));
    assert_eq!(batch.receive(&to).unwrap(), 0);
}

#[test]
fn an_idle_socket_gives_nothing_and_does_not_block() {
    let (port, _) = pair("127.0.0.1");
    let mut batch = ReceiveBatch::new(4);
    assert_eq!(batch.receive(&port).unwrap(), 0);
    assert_eq!(batch.iter().count(), 0);
}

#[test]
fn an_oversized_datagram_shows_as_an_empty_one() {
    let (from, to) = pair("127.0.0.1");
    let long = vec![1u8; 9000];
    SendBatch::new().send(&from, &[(to.local(), &long), (to.local(), b"fits")]);
    let arrived: Vec<Vec<u8>> = collect(&to, 2).into_iter().map(|(_, bytes)| bytes).collect();
    assert_eq!(arrived, [b"".to_vec(), b"fits".to_vec()]);
}

#[test]
fn a_datagram_the_kernel_refuses_is_counted_and_the_rest_goes_out() {
    let (from, to) = pair("127.0.0.1");
    let impossible = vec![0u8; 70_000];
    let report = SendBatch::new().send(&from, &[(to.local(), &impossible), (to.local(), b"after")]);
    assert_eq!(report, SendReport { sent: 1, blocked: 0, failed: 1 });
    assert_eq!(collect(&to, 1)[0].1, b"after");
}

#[test]
fn a_taken_port_is_refused_and_the_buffers_are_large() {
    let (port, _) = pair("127.0.0.1");
    let error = UdpPort::bind(port.local()).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::AddrInUse);
    assert!(port.receive_buffer().unwrap() > 100_000);
}
