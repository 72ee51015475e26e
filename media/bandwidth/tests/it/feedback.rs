//! Feedback that is missing, late, repeated, invented, or told by a clock that jumps.

use std::time::{Duration, Instant};

use echo_bandwidth::{Bitrate, Estimator};

use crate::dice::Dice;
use crate::line::Nature;
use crate::session::Session;

const LINE: Nature = Nature { rate: 2_000_000, burst: 0, queue: 60_000, delay: 25_000, jitter: 2000, loss: 0 };

fn assert_close(session: &Session, from: f64, to: f64) {
    let (least, most) = session.estimates(from, to);
    assert!(least >= 1500 && most <= 2500, "{least} to {most} kbit/s from {from} to {to} s");
}

#[test]
fn what_was_never_sent_or_comes_twice_or_late_changes_nothing() {
    let mut session = Session::new(LINE, 2, Bitrate::kbps(2000));
    session.odd_feedback = true;
    session.run(40.0);
    assert_close(&session, 5.0, 40.0);
    let totals = session.estimator.totals();
    assert!(totals.unknown > 10_000 && totals.repeated > 10_000, "{totals:?}");
    assert_eq!(totals.clock_jumps, 0, "{totals:?}");
}

#[test]
fn a_clock_that_is_set_is_not_a_queue() {
    let mut session = Session::new(LINE, 2, Bitrate::kbps(2000));
    session.run(10.0);
    session.clock += 3_600_000_000;
    session.run(10.0);
    session.clock -= 1 << 40;
    session.run(10.0);
    assert_close(&session, 5.0, 30.0);
    assert_eq!(session.estimator.totals().clock_jumps, 2);
}

#[test]
fn silence_lowers_the_estimate_and_its_end_restores_it() {
    let mut session = Session::new(LINE, 2, Bitrate::kbps(2000));
    session.run(20.0);
    session.feedback = false;
    session.run(10.0);
    assert_close(&session, 5.0, 22.5);
    let (least, _) = session.estimates(29.5, 30.0);
    assert!(least < 200, "{least} kbit/s after 10 s without a word");
    session.feedback = true;
    session.run(5.0);
    let (_, back) = session.estimates(30.0, 35.0);
    assert!(back >= 1500, "{back} kbit/s after 5 s");
}

#[test]
fn nothing_is_padded_while_feedback_is_overdue() {
    let mut session = Session::new(LINE, 2, Bitrate::kbps(2000));
    session.run(10.0);
    for _ in 0..12 {
        // Probes come every 3.5 s, so that each part of them falls into some gap.
        session.run(2.37);
        session.feedback = false;
        session.run(0.6);
        let padding = session.padding;
        session.run(2.3);
        assert_eq!(session.padding, padding, "at {} us", session.now);
        session.feedback = true;
    }
    let padding = session.padding;
    session.run(10.0);
    assert!(session.padding > padding, "probes go on when feedback is back");
}

#[test]
fn a_running_probe_ends_when_feedback_is_overdue() {
    let start = Instant::now();
    let at = |ms| start + Duration::from_millis(ms);
    let mut estimator = Estimator::new(start, Bitrate::kbps(2000));
    estimator.sent(at(0), 0, 1200, None);
    estimator.feedback(at(50), [(0, Some(0))].into_iter());
    estimator.set_desired(at(60), Bitrate::kbps(4000));
    let Some(probe) = estimator.poll(at(60)) else { panic!("it is wanted") };
    for (ms, number) in (60..700).step_by(10).zip(1..) {
        estimator.sent(at(ms), number, 100, Some(probe.id));
    }
    assert!(estimator.wants(at(300), probe.id));
    assert!(!estimator.wants(at(700), probe.id) && estimator.is_jammed(at(700)));
    assert!(estimator.next_timeout() > at(700), "nobody is woken for it over and over");
}

#[test]
fn receiver_reports_count_where_there_is_nothing_better() {
    let start = Instant::now();
    let mut estimator = Estimator::new(start, Bitrate::kbps(2000));
    for second in 1..5 {
        estimator.report(start + Duration::from_secs(second), 128, Some(Duration::from_millis(80)));
    }
    let alone = estimator.estimate();
    assert!(alone < Bitrate::kbps(700), "{alone:?}");
    let mut session = Session::new(LINE, 2, Bitrate::kbps(2000));
    for _ in 0..20 {
        session.run(1.0);
        let now = session.instant();
        session.estimator.report(now, 128, None);
    }
    assert_close(&session, 5.0, 20.0);
}

#[test]
fn who_agreed_to_tell_and_does_not_is_sent_what_is_wanted() {
    let start = Instant::now();
    let at = |second| start + Duration::from_secs(second);
    let mut estimator = Estimator::new(start, Bitrate::kbps(2000));
    let (mut probes, mut number) = (0, 0);
    let mut second = |estimator: &mut Estimator, second, lost| {
        estimator.set_desired(at(second), Bitrate::kbps(6000));
        for _ in 0..100 {
            number += 1;
            estimator.sent(at(second), number, 1200, None);
        }
        probes += u32::from(estimator.poll(at(second)).is_some());
        estimator.report(at(second), lost, Some(Duration::from_millis(80)));
        probes
    };
    for now in 0..5 {
        second(&mut estimator, now, 0);
    }
    assert_eq!(estimator.estimate(), Bitrate::kbps(2000), "feedback may yet come");
    for now in 5..60 {
        second(&mut estimator, now, 0);
        assert!(estimator.estimate() >= Bitrate::kbps(6000), "{:?} after {now} s", estimator.estimate());
        assert!(!estimator.is_jammed(at(now)));
    }
    for now in 60..65 {
        second(&mut estimator, now, 64);
    }
    let lossy = estimator.estimate();
    assert!(lossy < Bitrate::kbps(4500), "{lossy:?} where a quarter is lost");
    estimator.told(at(65), Bitrate::kbps(800));
    assert_eq!(estimator.estimate(), Bitrate::kbps(800), "what the receiver itself thinks");
    assert!(second(&mut estimator, 66, 0) <= 3, "nobody tells what became of probes");
    for now in 66..68 {
        estimator.feedback(at(now), (number - 50..number).map(|told| (told, Some(i64::from(told) * 1000))));
        number += 50;
        (number - 50..number).for_each(|sent| estimator.sent(at(now), sent, 1200, None));
    }
    assert!(estimator.estimate() > Bitrate::kbps(800), "feedback is better");
}

#[test]
fn nothing_that_can_be_told_breaks_it() {
    for seed in 0..200 {
        let mut dice = Dice::new(seed);
        let start = Instant::now();
        let mut estimator = Estimator::new(start, Bitrate::kbps(1000));
        let (mut now, mut probe) = (start, None);
        for _ in 0..2000 {
            now += Duration::from_micros(dice.below(30_000));
            match dice.below(6) {
                0 => {
                    let base = dice.below(65_536) as u16;
                    let results: Vec<_> = (0..dice.below(300) as u16)
                        .map(|offset| {
                            let at = match dice.below(4) {
                                0 => None,
                                1 => Some(dice.below(1 << 48) as i64 - (1 << 47)),
                                2 => Some(i64::MIN / 2 + dice.below(9) as i64),
                                _ => Some(dice.below(1_000_000) as i64),
                            };
                            (base.wrapping_add(offset), at)
                        })
                        .collect();
                    estimator.feedback(now, results.into_iter());
                }
                1 if dice.below(4) == 0 => estimator.told(now, Bitrate::bps(dice.below(u64::MAX))),
                1 => estimator.report(now, dice.below(256) as u8, Some(Duration::from_secs(dice.below(1 << 40)))),
                2 => estimator.set_desired(now, Bitrate::bps(dice.below(u64::MAX))),
                3 => probe = estimator.poll(now).map(|probe| probe.id).or(probe),
                _ => {
                    for _ in 0..dice.below(50) {
                        estimator.sent(now, dice.below(65_536) as u16, dice.below(100_000) as usize, probe);
                    }
                }
            }
            let estimate = estimator.estimate();
            assert!((50_000..=100_000_000).contains(&estimate.as_bps()), "{seed}: {estimate:?}");
            assert!(estimator.next_timeout() >= start);
        }
    }
}
