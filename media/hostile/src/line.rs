//! What a receiver says of its line, and what is made of it.

use std::time::{Duration, Instant};

use echo_bandwidth::allocate::{Budget, Choice, Hysteresis, LayerRate, Priority, Wish, allocate, desired};
use echo_bandwidth::{Bitrate, Estimator, Pacer, Probe};

use crate::input::Input;

/// Of what one receiver's line is thought to carry, at most; more than any estimate has a reason to be.
const MOST: Bitrate = Bitrate::bps(1 << 40);
/// How many duties may be due at one moment.
const DUTIES: usize = 1000;

struct Line {
    now: Instant,
    estimator: Estimator,
    pacer: Pacer,
    probe: Option<Probe>,
    next: u16,
    choices: Vec<Choice>,
    hysteresis: Hysteresis,
}

/// Takes the input as packets sent, feedback on packets sent and never sent, reports, wishes and time that passes.
///
/// # Panics
/// Where an estimate, a delay or a choice makes no sense.
pub fn line(data: &[u8]) {
    let now = Instant::now();
    let start = Bitrate::kbps(500);
    let mut line = Line {
        now,
        estimator: Estimator::new(now, start),
        pacer: Pacer::new(now, start),
        probe: None,
        next: 0,
        choices: Vec::new(),
        hysteresis: Hysteresis::default(),
    };
    let mut input = Input::new(data);
    while !input.is_empty() {
        line.step(&mut input);
        let estimate = line.estimator.estimate();
        assert!(estimate > Bitrate::ZERO && estimate < MOST, "{estimate:?}");
    }
}

impl Line {
    fn step(&mut self, input: &mut Input<'_>) {
        match input.u8() % 7 {
            0 => self.send(input.u8(), input.u16()),
            1 => self.feedback(input),
            2 => {
                let rtt = Some(Duration::from_millis(input.u16().into())).filter(|rtt| !rtt.is_zero());
                let said = input.u8();
                self.estimator.report(self.now, said, rtt);
                if rtt.is_none() {
                    self.estimator.told(self.now, Bitrate::kbps(u64::from(said) * 100));
                }
            }
            3 => self.estimator.set_desired(self.now, Bitrate::bps(u64::from(input.u32()) << 8)),
            4 => self.wait(Duration::from_micros(u64::from(input.u16()) * 16)),
            5 => self.wait(Duration::from_millis(u64::from(input.u16()) * 16)),
            _ => self.choose(input),
        }
    }

    fn send(&mut self, count: u8, bytes: u16) {
        for _ in 0..count {
            let probe = self.probe.as_ref().map(|probe| probe.id);
            self.estimator.sent(self.now, self.next, bytes.into(), probe);
            self.next = self.next.wrapping_add(1);
            if self.pacer.may_send(self.now, bytes.into()) {
                self.pacer.spent(self.now, bytes.into());
            } else {
                assert!(self.pacer.next(bytes.into()) > self.now);
            }
        }
    }

    /// Feedback on the last packets, or on any.
    fn feedback(&mut self, input: &mut Input<'_>) {
        let first = match input.u8() {
            back @ 0..=200 => self.next.wrapping_sub(back.into()),
            _ => input.u16(),
        };
        let mut at = i64::from(input.u32()) << (input.u8() % 24);
        let steps = input.counted();
        let results = (0..).map(|ahead| first.wrapping_add(ahead)).zip(steps.iter().map(|step| {
            at += i64::from(*step as i8) * 250;
            (step % 16 != 15).then_some(at)
        }));
        self.estimator.feedback(self.now, results);
    }

    fn wait(&mut self, time: Duration) {
        self.now += time;
        for _ in 0..DUTIES {
            if self.estimator.next_timeout() > self.now {
                self.pacer.set_rate(self.now, self.estimator.estimate());
                return;
            }
            self.probe = self.estimator.poll(self.now).or(self.probe.take());
        }
        panic!("duties without end: {:?} after {:?}", self.estimator.next_timeout(), self.now);
    }

    fn choose(&mut self, input: &mut Input<'_>) {
        let wishes: Vec<Wish> = (0..usize::from(input.u8() % 26)).map(|slot| wish(slot, input)).collect();
        let audio = Bitrate::kbps(input.u8().into());
        self.estimator.set_desired(self.now, desired(&wishes, audio));
        let budget = Budget { total: self.estimator.estimate(), audio };
        let choices = allocate(&self.choices, &wishes, budget, self.now, &mut self.hysteresis);
        assert!(choices.iter().map(|choice| choice.slot).eq(wishes.iter().map(|wish| wish.slot)));
        self.choices = choices;
    }
}

fn wish(slot: usize, input: &mut Input<'_>) -> Wish {
    let flags = input.u8();
    let wanted_height = input.u16().into();
    let layers = [0_u8, 1, 2].map(|layer| {
        let present = flags >> layer & 1 == 1;
        present.then(|| LayerRate {
            layer,
            height: u32::from(input.u8()) * 8,
            bitrate: Bitrate::kbps(input.u16().into()),
            usable: flags >> (layer + 3) & 1 == 1,
        })
    });
    Wish { slot, priority: if flags & 0x40 == 0 { Priority::Stage } else { Priority::Other }, wanted_height, layers }
}
