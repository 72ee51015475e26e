//! A sender with voice and pictures, a line, and a receiver that sends transport-wide feedback, in simulated time.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use echo_bandwidth::allocate::{Budget, Choice, Hysteresis, LayerRate, Priority, Shown, Wish, allocate, desired};
use echo_bandwidth::{Bitrate, Estimator, Pacer, Probe, ProbeId, Steady};

use crate::dice::Dice;
use crate::line::{Line, Nature};
use crate::notes::Note;

const TICK: i64 = 500;
const FEEDBACK_EVERY: i64 = 100_000;
const ALLOCATE_EVERY: i64 = 100_000;
const VOICE_EVERY: i64 = 20_000;
const FRAME_EVERY: i64 = 33_333;
const KEYFRAME_EVERY: i64 = 7_000_000;
const OVERHEAD: usize = 60;
/// One voice on the wire.
pub const VOICE: Bitrate = Bitrate::kbps(64);
/// What the layers of each picture take.
pub const LAYERS: [u64; 3] = [150, 400, 1200];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    Voice,
    Picture,
    Padding,
    Foreign,
}

/// A packet under way.
#[derive(Debug, Clone, Copy)]
pub struct Packet {
    sequence: u16,
    content: Content,
    sent: i64,
}

/// Of one feedback message.
type Results = Vec<(u16, Option<i64>)>;

/// The whole of it.
pub struct Session {
    origin: Instant,
    pub now: i64,
    pub line: Line<Packet>,
    pub estimator: Estimator,
    pacer: Pacer,
    state: Hysteresis,
    steady: Steady,
    pub choices: Vec<Choice>,
    pub pictures: usize,
    carried: Vec<Option<u8>>,
    key_next: Vec<bool>,
    /// Slot and bytes of packets that wait for the pacer.
    paced: VecDeque<(usize, usize)>,
    probe: Option<(Probe, usize, usize, i64)>,
    next_sequence: u16,
    arrived: Vec<(u16, i64)>,
    told: u16,
    returning: VecDeque<(i64, Results)>,
    /// Whether feedback gets through.
    pub feedback: bool,
    /// Whether feedback comes twice, out of order, and with results for packets that were never sent.
    pub odd_feedback: bool,
    /// Pictures are wanted, but nobody shows any.
    pub dark: bool,
    /// What is wanted is measured: up to so many kilobits per second are added by chance.
    pub noise: u64,
    /// Added to the receiver's clock, in microseconds.
    pub clock: i64,
    /// Bits per second that somebody else sends over the same line.
    pub foreign: u64,
    foreign_owed: i64,
    dice: Dice,
    /// Bytes sent for probes alone.
    pub padding: usize,
    pub notes: Vec<Note>,
    /// Departure and delay of each voice packet that arrived.
    pub voices: Vec<(i64, i64)>,
    pub voices_sent: usize,
}

impl Session {
    /// Pictures of 720 lines, the first on the stage, over this line.
    pub fn new(nature: Nature, pictures: usize, start: Bitrate) -> Session {
        let origin = Instant::now();
        Session {
            origin,
            now: 0,
            line: Line::new(nature, 11),
            estimator: Estimator::new(origin, start),
            pacer: Pacer::new(origin, start),
            state: Hysteresis::default(),
            steady: Steady::default(),
            choices: Vec::new(),
            pictures,
            carried: vec![None; pictures],
            key_next: vec![false; pictures],
            paced: VecDeque::new(),
            probe: None,
            next_sequence: 65_000,
            arrived: Vec::new(),
            told: 65_000,
            returning: VecDeque::new(),
            feedback: true,
            odd_feedback: false,
            dark: false,
            noise: 0,
            clock: 1_000_000_000,
            foreign: 0,
            foreign_owed: 0,
            dice: Dice::new(5),
            padding: 0,
            notes: Vec::new(),
            voices: Vec::new(),
            voices_sent: 0,
        }
    }

    /// Goes on for so many seconds.
    pub fn run(&mut self, seconds: f64) {
        let end = self.now + (seconds * 1e6) as i64;
        while self.now < end {
            self.tick();
            self.now += TICK;
        }
    }

    /// Now, as the estimator is told.
    pub fn instant(&self) -> Instant {
        self.origin + Duration::from_micros(self.now as u64)
    }

    fn tick(&mut self) {
        let now = self.instant();
        self.take_feedback(now);
        if self.now % ALLOCATE_EVERY == 0 {
            self.choose(now);
        }
        if self.now % VOICE_EVERY == 0 {
            self.voices_sent += 1;
            self.send(now, 100 + OVERHEAD, Content::Voice);
        }
        self.film();
        self.pace(now);
        self.run_probe(now);
        self.run_foreign();
        for (at, packet) in self.line.receive(self.now) {
            self.arrive(at, packet);
        }
        if self.now % FEEDBACK_EVERY == 0 {
            self.give_feedback();
        }
    }

    fn wishes(&self) -> Vec<Wish> {
        let layer = |place: usize| {
            let (layer, height) = (place as u8, [180, 360, 720][place]);
            Some(LayerRate { layer, height, bitrate: Bitrate::kbps(LAYERS[place]), usable: true })
        };
        let layers = [layer(0), layer(1), layer(2)];
        let of = |slot| {
            let priority = if slot == 0 { Priority::Stage } else { Priority::Other };
            Wish { slot, priority, wanted_height: 720, layers }
        };
        (0..self.pictures).map(of).collect()
    }

    fn choose(&mut self, now: Instant) {
        let wishes = self.wishes();
        let noise = if self.noise > 0 { Bitrate::kbps(self.dice.below(self.noise)) } else { Bitrate::ZERO };
        self.estimator.set_desired(now, desired(&wishes, VOICE) + noise);
        let estimate = self.estimator.estimate();
        self.pacer.set_rate(now, estimate);
        let budget = Budget { total: self.steady.take(now, estimate), audio: VOICE };
        self.choices = allocate(&self.choices, &wishes, budget, now, &mut self.state);
        self.carried.resize(self.pictures, None);
        self.key_next.resize(self.pictures, false);
        for place in 0..self.pictures {
            let choice = self.choices[place];
            let layer = if let Shown::Layer(layer) = choice.shown { Some(layer) } else { None };
            let layer = layer.filter(|_| !self.dark);
            self.key_next[place] |= layer != self.carried[place];
            if layer < self.carried[place] {
                // What waits of a layer that is shown no more is not sent.
                self.paced.retain(|(slot, _)| *slot != place);
            }
            self.carried[place] = layer;
        }
        let shown = self.choices.iter().map(|choice| choice.shown).collect();
        self.notes.push(Note { at: self.now, estimate, shown });
    }

    /// Each picture's next frame, where it is due.
    fn film(&mut self) {
        for place in 0..self.pictures {
            let shifted = self.now + place as i64 * 7000;
            if shifted / FRAME_EVERY == (shifted - TICK) / FRAME_EVERY {
                continue;
            }
            let Some(layer) = self.carried.get(place).copied().flatten() else { continue };
            let mut bytes = LAYERS[usize::from(layer)] * 1000 / 8 * FRAME_EVERY as u64 / 1_000_000;
            bytes = bytes * (80 + self.dice.below(30)) / 100;
            let turn = shifted / KEYFRAME_EVERY != (shifted - FRAME_EVERY) / KEYFRAME_EVERY;
            if std::mem::take(&mut self.key_next[place]) || turn {
                bytes *= 6;
            }
            while bytes > 0 {
                let part = bytes.min(1100);
                bytes -= part;
                self.paced.push_back((place, part as usize + OVERHEAD));
            }
        }
    }

    fn pace(&mut self, now: Instant) {
        while let Some((_, bytes)) = self.paced.front().copied() {
            if self.estimator.is_jammed(now) || !self.pacer.may_send(now, bytes) {
                return;
            }
            self.paced.pop_front();
            self.send(now, bytes, Content::Picture);
        }
    }

    fn run_probe(&mut self, now: Instant) {
        if self.probe.is_none()
            && let Some(probe) = self.estimator.poll(now)
        {
            self.probe = Some((probe, 0, 0, self.now));
        }
        while let Some((probe, sent, packets, begun)) = self.probe {
            if (sent >= probe.bytes && packets >= probe.packets) || !self.estimator.wants(now, probe.id) {
                self.probe = None;
                return;
            }
            let owed = probe.bitrate.bytes_in(Duration::from_micros((self.now - begun) as u64)) as usize;
            if sent > owed {
                return;
            }
            self.padding += 255 + OVERHEAD;
            self.send(now, 255 + OVERHEAD, Content::Padding);
        }
    }

    fn run_foreign(&mut self) {
        self.foreign_owed += self.foreign as i64 * TICK / 8_000_000;
        while self.foreign_owed >= 1200 {
            self.foreign_owed -= 1200;
            let packet = Packet { sequence: 0, content: Content::Foreign, sent: self.now };
            self.line.send(self.now, 1200, packet);
        }
    }

    fn send(&mut self, now: Instant, bytes: usize, content: Content) {
        let sequence = self.next_sequence;
        self.next_sequence = sequence.wrapping_add(1);
        let mut id: Option<ProbeId> = None;
        if let Some((probe, sent, packets, _)) = &mut self.probe {
            id = Some(probe.id);
            *sent += bytes;
            *packets += 1;
        }
        self.estimator.sent(now, sequence, bytes, id);
        self.pacer.spent(now, bytes);
        self.line.send(self.now, bytes as u64, Packet { sequence, content, sent: self.now });
    }

    fn arrive(&mut self, at: i64, packet: Packet) {
        match packet.content {
            Content::Foreign => return,
            Content::Voice => self.voices.push((packet.sent, at - packet.sent)),
            Content::Picture | Content::Padding => {}
        }
        // Feedback has a resolution of 250 us.
        self.arrived.push((packet.sequence, (at + self.clock) / 250 * 250));
    }

    fn give_feedback(&mut self) {
        let arrived = std::mem::take(&mut self.arrived);
        let Some(highest) = arrived.iter().map(|(sequence, _)| sequence.wrapping_sub(self.told)).max() else { return };
        let mut results: Results = (0..=highest).map(|offset| (self.told.wrapping_add(offset), None)).collect();
        for (sequence, at) in arrived {
            results[usize::from(sequence.wrapping_sub(self.told))].1 = Some(at);
        }
        self.told = self.told.wrapping_add(highest + 1);
        if !self.feedback {
            return;
        }
        let at = self.now + self.line.nature.delay;
        if self.odd_feedback {
            let never = (1..50).map(|ahead| (self.next_sequence.wrapping_add(5000 + ahead * 7), Some(self.now + 99)));
            self.returning.push_back((at, never.collect()));
            self.returning.push_back((at, results.clone()));
            // The message before this one once more.
            let count = self.returning.len();
            self.returning.swap(count - 1, count.saturating_sub(3));
        }
        self.returning.push_back((at, results));
    }

    fn take_feedback(&mut self, now: Instant) {
        while self.returning.front().is_some_and(|(at, _)| *at <= self.now) {
            if let Some((_, results)) = self.returning.pop_front() {
                self.estimator.feedback(now, results.into_iter());
            }
        }
    }
}
