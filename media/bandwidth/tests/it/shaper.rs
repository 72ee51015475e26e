//! Lines behind a shaper, which lets a bucket of bytes pass as fast as they come.

use echo_bandwidth::Bitrate;
use echo_bandwidth::allocate::Shown;

use crate::line::Nature;
use crate::session::Session;

/// What a line behind a shaper did: 40 s at 2 Mbit/s, 40 s at 0.4, 40 s at 2.
fn wide_narrow_wide(burst: u64, queue: u64) -> Session {
    let nature = Nature { rate: 2_000_000, burst, queue, delay: 25_000, jitter: 2000, loss: 0 };
    let mut session = Session::new(nature, 2, Bitrate::kbps(2000));
    for rate in [2_000_000, 400_000, 2_000_000] {
        session.line.nature.rate = rate;
        session.run(40.0);
    }
    session
}

fn first(session: &Session, from: f64, holds: impl Fn(&[Shown]) -> bool) -> f64 {
    let found = session.between(from, 1e9).find(|note| holds(&note.shown));
    found.map_or(f64::INFINITY, |note| note.at as f64 / 1e6 - from)
}

#[test]
fn a_bucket_of_a_few_packets_hides_nothing() {
    for burst in [1500, 4096, 8000] {
        for queue in [60_000, 75_000, 150_000] {
            let session = wide_narrow_wide(burst, queue);
            for (from, to, truth) in [(5.0, 40.0, 2000), (45.0, 80.0, 400), (90.0, 120.0, 2000)] {
                let (least, most) = session.estimates(from, to);
                let near = truth * 3 / 4..=truth * 5 / 4;
                assert!(near.contains(&least) && near.contains(&most), "{least} to {most} of {truth}, bucket {burst}");
                let switches = session.switches(from, to);
                assert!(switches.windows(2).all(|pair| pair[1] - pair[0] >= 10.0), "{switches:?}, bucket {burst}");
            }
            let lowered = first(&session, 40.0, |shown| shown[0] == Shown::Layer(0));
            assert!(lowered <= 0.5, "lowered after {lowered} s, bucket {burst}");
            let back =
                first(&session, 80.0, |shown| shown[0] == Shown::Layer(2) && matches!(shown[1], Shown::Layer(_)));
            assert!(back <= 10.0, "back after {back} s, bucket {burst}");
            let mut narrow = session.between(40.5, 80.0);
            assert!(narrow.all(|note| note.shown[0] == Shown::Layer(0)), "the lowest layer fits, and is shown");
            let lost = session.voices_sent - session.voices.len();
            assert!(lost <= 3, "{lost} packets of voice lost or on their way, bucket {burst}, queue {queue}");
        }
    }
}

#[test]
fn a_large_bucket_is_found_out() {
    for burst in [16_000, 40_000] {
        let session = wide_narrow_wide(burst, 75_000);
        // It is fooled until it has seen what a probe promised and the line did not keep.
        let switches = session.switches(25.0, 120.0);
        assert!(switches.len() <= 14, "{switches:?}, bucket {burst}");
        let lost = session.voices_sent - session.voices.len();
        assert!(lost * 200 <= session.voices_sent, "{lost} packets of voice lost, bucket {burst}");
        let mut narrow = session.between(42.0, 80.0);
        assert!(narrow.all(|note| note.shown[0] != Shown::Paused { by_bandwidth: true }), "bucket {burst}");
    }
}

#[test]
fn probes_cost_little() {
    for (rate, most_percent) in [(400_000, 15), (2_000_000, 8)] {
        let nature = Nature { rate, burst: 4096, queue: 60_000, delay: 25_000, jitter: 2000, loss: 0 };
        let mut session = Session::new(nature, 2, Bitrate::kbps(2000));
        session.run(60.0);
        let bits = session.padding as u64 * 8 / 60;
        assert!(bits * 100 <= rate * most_percent, "{bits} bit/s of padding over {rate}");
    }
    // A line that carries all that is wanted is probed until that is known, and no more.
    let nature = Nature { rate: 20_000_000, burst: 0, queue: 500_000, delay: 25_000, jitter: 2000, loss: 0 };
    let mut session = Session::new(nature, 9, Bitrate::kbps(2000));
    session.run(3.0);
    let (probes, padding) = (session.estimator.totals().probes, session.padding);
    assert!(session.choices.iter().all(|choice| choice.shown == Shown::Layer(2)), "{:?}", session.choices);
    session.run(57.0);
    assert!(session.estimator.totals().probes <= probes + 2);
    assert!(probes <= 6 && padding <= 150_000, "{probes} probes with {padding} bytes of padding");
}
