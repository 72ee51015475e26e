//! What a packet costs. Run by hand: `cargo test --release -p echo-bandwidth -- --ignored --nocapture cost`.

use std::time::{Duration, Instant};

use echo_bandwidth::{Bitrate, Estimator};

const PACKETS: u32 = 2_000_000;
const BATCH: u16 = 20;
const ROUND: u32 = 500;

#[test]
#[ignore = "measures time"]
fn a_packet_costs_less_than_a_tenth_of_a_microsecond() {
    let start = Instant::now();
    let mut estimator = Estimator::new(start, Bitrate::kbps(2000));
    // The least of many: the machine may be busy with other things.
    let (mut sending, mut judging) = (Duration::MAX, Duration::MAX);
    let (mut sent, mut judged) = (Duration::ZERO, Duration::ZERO);
    for batch in 0..PACKETS / u32::from(BATCH) {
        let now = start + Duration::from_millis(u64::from(batch) * 100);
        let first = (batch * u32::from(BATCH)) as u16;
        let clock = Instant::now();
        for packet in 0..BATCH {
            let at = now + Duration::from_millis(5 * u64::from(packet));
            estimator.sent(at, first.wrapping_add(packet), 1200, None);
        }
        sent += clock.elapsed();
        let clock = Instant::now();
        let arrival = i64::from(batch) * 100_000;
        let results = (0..BATCH).map(|packet| (first.wrapping_add(packet), Some(arrival + 5000 * i64::from(packet))));
        estimator.feedback(now + Duration::from_millis(150), results);
        judged += clock.elapsed();
        if batch % ROUND == ROUND - 1 {
            let packets = ROUND * u32::from(BATCH);
            sending = sending.min(std::mem::take(&mut sent) / packets);
            judging = judging.min(std::mem::take(&mut judged) / packets);
        }
    }
    println!("sent {sending:?}, feedback {judging:?} a packet");
    assert!(sending < Duration::from_nanos(100) && judging < Duration::from_nanos(100));
}
