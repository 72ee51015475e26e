//! Lines that change, lose, and are shared.

use echo_bandwidth::Bitrate;
use echo_bandwidth::allocate::Shown;

use crate::line::Nature;
use crate::session::Session;

fn nature(kbps: u64) -> Nature {
    Nature { rate: kbps * 1000, burst: 0, queue: 60_000, delay: 25_000, jitter: 2000, loss: 0 }
}

fn assert_within(session: &Session, (from, to): (f64, f64), truth: u64, percent: u64) {
    let (least, most) = session.estimates(from, to);
    let (low, high) = (truth * (100 - percent) / 100, truth * (100 + percent) / 100);
    assert!(least >= low && most <= high, "{least} to {most} kbit/s from {from} to {to} s, not {low} to {high}");
}

/// First second from `from` on at which something holds.
fn first(session: &Session, from: f64, holds: impl Fn(u64, &[Shown]) -> bool) -> f64 {
    let mut notes = session.between(from, 1e9);
    let found = notes.find(|note| holds(note.estimate.as_bps() / 1000, &note.shown));
    found.map_or(f64::INFINITY, |note| note.at as f64 / 1e6 - from)
}

#[test]
fn two_megabits_then_less_than_half_of_one_then_two_again() {
    // The queue is deep, as in most routers: all waits, nothing is lost.
    let mut session = Session::new(Nature { queue: 150_000, ..nature(2000) }, 2, Bitrate::kbps(2000));
    session.run(40.0);
    session.line.nature.rate = 400_000;
    session.run(40.0);
    session.line.nature.rate = 2_000_000;
    session.run(40.0);

    assert_within(&session, (5.0, 40.0), 2000, 25);
    assert_within(&session, (45.0, 80.0), 400, 25);
    assert_within(&session, (90.0, 120.0), 2000, 25);

    let lowered = first(&session, 40.0, |_, shown| shown.iter().all(|shown| !matches!(shown, Shown::Layer(1 | 2))));
    assert!(lowered <= 2.0, "lowered after {lowered} s");
    let back = first(&session, 80.0, |_, shown| shown[0] == Shown::Layer(2));
    assert!(back <= 10.0, "back after {back} s");
    let all_back = first(&session, 80.0, |_, shown| !shown.contains(&Shown::Paused { by_bandwidth: true }));
    assert!(all_back <= 10.0, "all back after {all_back} s");

    for (from, to) in [(0.0, 40.0), (43.0, 80.0), (90.0, 120.0)] {
        let switches = session.switches(from, to);
        assert!(switches.windows(2).all(|pair| pair[1] - pair[0] >= 10.0), "{switches:?}");
        let delays = session.voice_delays(from, to);
        assert!(delays[delays.len() / 2] <= 50, "voice waits {} ms", delays[delays.len() / 2]);
    }
    assert_eq!(session.line.overflowed, 0, "nothing was lost, no voice either");
    assert!(session.voices.len() + 5 > session.voices_sent);
}

#[test]
fn a_line_that_opens_wide_is_used_soon() {
    let mut session = Session::new(nature(150), 9, Bitrate::kbps(150));
    session.run(20.0);
    assert_within(&session, (5.0, 20.0), 150, 25);
    session.line.nature.rate = 8_000_000;
    session.run(30.0);
    let found = first(&session, 20.0, |estimate, _| estimate >= 6000);
    assert!(found <= 5.0, "found after {found} s");
    assert_within(&session, (30.0, 50.0), 8000, 35);
}

#[test]
fn a_newcomer_on_a_good_line_sees_at_once_and_its_line_is_known_within_a_second() {
    let mut session = Session::new(nature(8000), 6, Bitrate::kbps(2000));
    session.run(10.0);
    assert_eq!(first(&session, 0.0, |_, shown| shown.iter().all(|shown| matches!(shown, Shown::Layer(_)))), 0.0);
    let found = first(&session, 0.0, |estimate, _| estimate >= 6000);
    assert!(found <= 1.0, "found after {found} s");
}

#[test]
fn loss_by_chance_is_no_congestion() {
    let mut session = Session::new(Nature { loss: 50, ..nature(3000) }, 3, Bitrate::kbps(2000));
    session.run(60.0);
    assert_within(&session, (10.0, 60.0), 3000, 40);
}

#[test]
fn a_line_without_a_queue_is_known_by_what_it_loses() {
    let mut session = Session::new(Nature { queue: 6000, ..nature(2000) }, 3, Bitrate::kbps(2000));
    session.run(20.0);
    session.line.nature.rate = 500_000;
    session.run(40.0);
    let lowered = first(&session, 20.0, |_, shown| !shown.contains(&Shown::Layer(2)));
    assert!(lowered <= 2.0, "lowered after {lowered} s");
    let (_, most) = session.estimates(30.0, 60.0);
    assert!(most <= 625, "{most}");
}

#[test]
fn what_others_send_over_the_same_line_is_theirs() {
    let mut session = Session::new(nature(2500), 3, Bitrate::kbps(2000));
    session.run(20.0);
    session.foreign = 1_500_000;
    session.run(30.0);
    session.foreign = 0;
    session.run(30.0);
    let (least, most) = session.estimates(25.0, 50.0);
    // More than is left over, since a burst pushes the other's packets aside for a moment; but what is sent fits.
    assert!(least >= 600 && most <= 2000, "{least} to {most} kbit/s beside 1500 of 2500");
    let delays = session.voice_delays(25.0, 50.0);
    assert!(delays[delays.len() / 2] <= 100, "voice waits {} ms", delays[delays.len() / 2]);
    let back = first(&session, 50.0, |estimate, _| estimate >= 1900);
    assert!(back <= 5.0, "back after {back} s");
}

#[test]
fn what_is_not_sent_lowers_nothing_and_stops_no_growth() {
    let mut session = Session::new(nature(4000), 2, Bitrate::kbps(300));
    session.dark = true;
    session.run(5.0);
    let (_, found) = session.estimates(0.0, 5.0);
    assert!(found >= 2400, "{found} kbit/s found by probes alone, with one voice to send");
    session.run(115.0);
    let (least, _) = session.estimates(10.0, 120.0);
    assert!(least >= 2400, "fell to {least} though nothing spoke against it");
    session.dark = false;
    session.run(20.0);
    assert_eq!(session.choices.iter().map(|choice| choice.shown).collect::<Vec<_>>(), [Shown::Layer(2); 2]);
}

#[test]
fn a_line_is_shared_out_steadily_whatever_its_rate() {
    for pictures in 1..4 {
        for rate in (200..3500).step_by(100) {
            let mut session = Session::new(nature(rate), pictures, Bitrate::kbps(2000));
            session.run(90.0);
            let (_, most) = session.estimates(20.0, 90.0);
            assert!(most <= rate * 130 / 100, "{pictures} pictures at {rate}: {most}");
            let switches = session.switches(20.0, 90.0);
            let close = switches.windows(2).filter(|pair| pair[1] - pair[0] < 10.0).count();
            assert!(close <= 1, "{pictures} pictures at {rate}: {switches:?}");
        }
    }
}

#[test]
fn what_is_wanted_may_be_measured_without_a_probe_for_each_measurement() {
    let probes = |noise| {
        let mut session = Session::new(nature(1000), 2, Bitrate::kbps(1000));
        session.noise = noise;
        session.run(30.0);
        session.estimator.totals().probes
    };
    let (still, noisy) = (probes(0), probes(300));
    assert!(noisy <= still + 3, "{noisy} probes in half a minute, {still} where the same is wanted all the time");
}

#[test]
fn a_longer_way_that_loses_some_is_no_queue() {
    for (loss, longer) in [(30, 150_000), (50, 120_000)] {
        let mut session = Session::new(Nature { queue: 90_000, loss, ..nature(3000) }, 2, Bitrate::kbps(2000));
        session.run(20.0);
        session.line.nature.delay += longer;
        session.run(20.0);
        let (least, _) = session.estimates(20.0, 40.0);
        assert!(least >= 400, "{least} kbit/s with {loss} of 1000 lost");
        let (back, _) = session.estimates(28.0, 40.0);
        assert!(back >= 2000, "{back} kbit/s after 8 s with {loss} of 1000 lost");
    }
}
