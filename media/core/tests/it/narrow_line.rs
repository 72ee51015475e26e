//! A receiver's line that is narrow, or becomes it.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use crate::common::client::{FULL, Offers};
use crate::common::{Fate, STEP, World};
use echo_core::messages::{Event, Layer, PictureState};
use echo_wire::rtcp::{self, ReportBlock};

/// What a datagram takes besides its bytes: IPv4 and UDP.
const HEADERS: usize = 28;
/// A queue as deep as most routers have.
const QUEUE: f64 = 150_000.0;

/// The line down to one receiver: a queue that is served at a rate, by a bucket of tokens.
#[derive(Debug)]
struct Line {
    /// Bytes in a second.
    rate: f64,
    /// Bytes that pass at once after a rest.
    burst: f64,
    queue: f64,
    now: Duration,
    /// What the bucket owes, in bytes; what is beyond `burst` waits.
    owed: f64,
    lost: usize,
    /// Bytes that came at one moment, and the most that ever did.
    at_once: usize,
    largest_burst: usize,
}

impl Line {
    fn advance(&mut self, now: Duration) {
        self.owed = (self.owed - self.rate * (now - self.now).as_secs_f64()).max(0.0);
        self.now = now;
        self.at_once = 0;
    }

    fn carry(&mut self, bytes: usize) -> Fate {
        let size = (bytes + HEADERS) as f64;
        if self.owed + size > self.burst + self.queue {
            self.lost += 1;
            return Fate::Lost;
        }
        self.owed += size;
        self.at_once += bytes;
        self.largest_burst = self.largest_burst.max(self.at_once);
        Fate::Late(Duration::from_secs_f64((self.owed - self.burst).max(0.0) / self.rate))
    }
}

/// Two who talk and are seen, and one who watches both over a line of its own.
struct Scene {
    world: World,
    line: Rc<RefCell<Line>>,
    watcher: usize,
}

impl Scene {
    fn new(kbps: f64) -> Scene {
        Scene::behind(kbps, 0.0, QUEUE)
    }

    /// Behind a shaper that lets `burst` bytes pass at once and holds `queue` bytes.
    fn behind(kbps: f64, burst: f64, queue: f64) -> Scene {
        let mut world = World::new();
        let (now, owed, rate) = (Duration::ZERO, 0.0, kbps * 125.0);
        let line = Line { rate, burst, queue, now, owed, lost: 0, at_once: 0, largest_burst: 0 };
        let line = Rc::new(RefCell::new(line));
        let speakers = [world.connect("con_ana", FULL), world.connect("con_ben", FULL)];
        for speaker in speakers {
            world.clients[speaker].camera.in_full();
            world.clients[speaker].camera.on = true;
            world.clients[speaker].voice = Some(-30);
        }
        let quiet = Offers { microphone: false, camera: &[], screen_sound: false, ..FULL };
        let watcher = world.join("con_cleo", quiet);
        let carried = Rc::clone(&line);
        world.network(move |flight| {
            if flight.up || flight.client != watcher { Fate::Arrive } else { carried.borrow_mut().carry(flight.bytes) }
        });
        let mut scene = Scene { world, line, watcher };
        scene.run(1.0);
        assert!(scene.world.clients[watcher].connected);
        scene.world.watch("con_cleo", &[Some(("con_ana", 720)), Some(("con_ben", 700))]);
        scene
    }

    fn run(&mut self, seconds: f64) {
        let end = self.world.now + Duration::from_secs_f64(seconds);
        while self.world.now < end {
            let now = self.world.now + STEP - self.world.start;
            self.line.borrow_mut().advance(now);
            self.world.run(STEP.as_millis() as u64);
        }
    }

    fn widen(&mut self, kbps: f64) {
        self.line.borrow_mut().rate = kbps * 125.0;
    }

    fn at(&self) -> f64 {
        (self.world.now - self.world.start).as_secs_f64()
    }

    /// What a slot shows from some time on, at each change: seconds, state and layer.
    fn shown(&self, slot: usize, from: f64) -> Vec<(f64, PictureState, Layer)> {
        let told = self.world.events.iter().filter_map(|(at, event)| match event {
            Event::PictureSlot(told) if told.peer == "con_cleo" && told.slot == slot => {
                Some((at.as_secs_f64(), told.state, told.layer))
            }
            _ => None,
        });
        told.filter(|(at, ..)| *at >= from).collect()
    }

    /// The first time from `from` on, in seconds after it, at which a slot is told to be so.
    fn first(&self, slot: usize, from: f64, is: impl Fn(PictureState, Layer) -> bool) -> f64 {
        let found = self.shown(slot, from).into_iter().find(|(_, state, layer)| is(*state, *layer));
        found.map_or(f64::INFINITY, |(at, ..)| at - from)
    }

    /// Checks that nothing on either slot changes twice within ten seconds.
    fn assert_steady(&self, from: f64) {
        let mut changes: Vec<_> = [0, 1].into_iter().flat_map(|slot| self.shown(slot, from)).collect();
        // A picture that resumes says so twice, and that it starts is not what is seen.
        changes.retain(|(_, state, _)| *state != PictureState::Starting);
        changes.sort_by(|a, b| a.0.total_cmp(&b.0));
        assert!(changes.windows(2).all(|pair| pair[1].0 - pair[0].0 >= 10.0), "{changes:?}");
    }

    /// Runs on and checks at each second that the estimate is within a quarter of the truth.
    fn run_known(&mut self, seconds: usize, kbps: f64) {
        for _ in 0..seconds {
            self.run(1.0);
            let estimate = self.estimate();
            assert!((0.75 * kbps..=1.25 * kbps).contains(&estimate), "{estimate} of {kbps} at {:.0} s", self.at());
        }
    }

    /// Kilobits per second that the engine believes in.
    fn estimate(&self) -> f64 {
        self.world.core.estimate("con_cleo").unwrap() as f64 / 1000.0
    }

    /// Whether what the watcher tells comes through from now on.
    fn hears(&mut self, hears: bool) {
        let (watcher, carried) = (self.watcher, Rc::clone(&self.line));
        self.world.network(move |flight| match flight.client == watcher {
            true if flight.up && flight.media && !hears => Fate::Lost,
            true if !flight.up => carried.borrow_mut().carry(flight.bytes),
            _ => Fate::Arrive,
        });
    }

    /// Nothing that the watcher tells comes through but a report without loss every second.
    fn run_deaf(&mut self, seconds: usize) {
        self.hears(false);
        for _ in 0..seconds {
            let report = self.report(0);
            self.world.core.hear("con_cleo", &report);
            self.run(1.0);
        }
    }

    /// The watcher's report that so many 256ths of its first picture are lost.
    fn report(&mut self, fraction_lost: u8) -> Vec<u8> {
        let client = &mut self.world.clients[self.watcher];
        let mid = client.videos[0];
        let ssrc = *client.rtc.direct_api().stream_rx_by_mid(mid, None).unwrap().ssrc();
        let (cumulative_lost, highest_sequence, jitter, last_report, delay) = (0, 0, 0, 0, 0);
        let block = ReportBlock { ssrc, fraction_lost, cumulative_lost, highest_sequence, jitter, last_report, delay };
        let mut compound = Vec::new();
        rtcp::receiver_report(&mut compound, 1, &[block]);
        compound
    }

    /// Voice packets that came in the last seconds.
    fn voices(&self, seconds: f64) -> usize {
        let client = &self.world.clients[self.watcher];
        let since = self.world.now - Duration::from_secs_f64(seconds);
        client.received.iter().filter(|packet| packet.at > since && client.voices.contains(&packet.mid)).count()
    }
}

#[test]
fn two_megabits_then_less_than_half_of_one_then_two_again() {
    // 4,096 bytes is what `bench/network.py` gives its shaper; 60 kB is a queue of 1.2 s on the narrow line.
    for (burst, queue) in [(0.0, QUEUE), (4096.0, QUEUE), (0.0, 60_000.0), (4096.0, 60_000.0), (12_000.0, 60_000.0)] {
        wide_narrow_wide(Scene::behind(2000.0, burst, queue));
    }
}

fn wide_narrow_wide(mut scene: Scene) {
    scene.run(10.0);
    let begin = scene.at();
    scene.run_known(30, 2000.0);
    scene.assert_steady(begin);
    assert_eq!(scene.shown(0, 0.0).last().map(|shown| shown.2), Some(Layer::F));

    scene.widen(400.0);
    let narrow = scene.at();
    scene.run(5.0);
    let lowered = scene.first(0, narrow, |_, layer| layer == Layer::Q);
    assert!(lowered <= 2.0, "lowered after {lowered} s");
    let limited = scene.first(1, narrow, |state, layer| state == PictureState::Limited && layer == Layer::None);
    assert!(limited <= 2.0, "paused, and said so, after {limited} s");
    let settled = scene.at();
    scene.run_known(35, 400.0);
    scene.assert_steady(settled);
    let shown = |slot| scene.shown(slot, 0.0).last().map(|(_, state, layer)| (*state, *layer));
    assert_eq!(shown(0), Some((PictureState::Live, Layer::Q)), "the stage's lowest layer is never paused");

    scene.widen(2000.0);
    let wide = scene.at();
    scene.run(10.0);
    for (slot, least) in [(0, Layer::F), (1, Layer::Q)] {
        let back = scene
            .shown(slot, 0.0)
            .last()
            .is_some_and(|(_, state, layer)| *state == PictureState::Live && *layer >= least);
        assert!(back, "slot {slot} after 10 s: {:?}", scene.shown(slot, wide));
    }
    scene.run(10.0);
    let known = scene.at();
    scene.run_known(20, 2000.0);
    scene.assert_steady(known);
    assert_eq!(scene.shown(0, 0.0).last().map(|shown| shown.2), Some(Layer::F));

    // Two voices, fifty packets a second each, all the time.
    let voices = scene.voices(119.0);
    assert!((11_890..=11_910).contains(&voices), "{voices} packets of voice");
    assert_eq!(scene.line.borrow().lost, 0);
}

#[test]
fn a_newcomer_on_a_good_line_sees_all_at_once_and_in_full() {
    let mut scene = Scene::new(10_000.0);
    let begin = scene.at();
    scene.run(2.0);
    for slot in [0, 1] {
        let live = scene.first(slot, begin, |state, _| state == PictureState::Live);
        assert!(live <= 0.1, "slot {slot} shows something after {live} s");
        let full = scene.first(slot, begin, |_, layer| layer == Layer::F);
        assert!(full <= 1.0, "slot {slot} is in full after {full} s: {:?}", scene.shown(slot, begin));
    }
    assert!(scene.estimate() > 3000.0, "{}", scene.estimate());
}

#[test]
fn a_keyframe_is_spread_over_the_line() {
    let mut scene = Scene::new(50_000.0);
    scene.run(5.0);
    let watcher = scene.watcher;
    for slot in [0, 1, 0, 1] {
        scene.world.clients[watcher].ask_keyframe(slot);
        scene.run(1.0);
    }
    // 32 kB each; at once 12 kB may go, or what 25 ms take.
    let (burst, estimate) = (scene.line.borrow().largest_burst, scene.estimate());
    let at_once = f64::max(12_000.0, estimate * 125.0 * 0.025) + estimate * 125.0 * 2.5 * STEP.as_secs_f64();
    assert!(burst as f64 <= at_once + 3000.0, "{burst} bytes at one moment, {at_once} were to be");
    let keyframes = scene.world.clients[watcher].received.iter().filter(|packet| packet.payload.len() > 1000).count();
    assert!(keyframes > 1000, "pictures came");
}

#[test]
fn lines_of_any_rate_are_known_and_kept_to() {
    // Up to what both pictures take in full, beyond which there is no reason to look.
    for kbps in [250.0, 350.0, 500.0, 700.0, 1000.0, 1400.0, 1700.0, 2300.0, 2600.0, 3000.0] {
        let mut scene = Scene::new(kbps);
        scene.run(15.0);
        let settled = scene.at();
        scene.run_known(45, kbps);
        scene.assert_steady(settled);
        let voices = scene.voices(40.0);
        // Those of up to a tenth of a second are on their way behind a probe.
        assert!((3988..=4005).contains(&voices), "{voices} packets of voice over {kbps} kbit/s");
    }
}

#[test]
fn what_was_let_go_is_not_sent_again() {
    let mut let_go = 0;
    for step in 0..10 {
        // A keyframe that is being spread over the line when that is found to have collapsed.
        let mut scene = Scene::new(2000.0);
        scene.run(15.0);
        scene.widen(400.0);
        scene.run(0.1 + f64::from(step) * 0.03);
        let watcher = scene.watcher;
        scene.world.clients[watcher].ask_keyframe(0);
        let before = scene.world.core.counters();
        scene.run(4.0);
        let client = &mut scene.world.clients[watcher];
        let (ssrc, _) = client.newest_picture();
        let numbers: Vec<u64> = client.of(client.videos[0]).iter().map(|packet| packet.sequence).collect();
        let missing: Vec<u16> =
            numbers.windows(2).flat_map(|pair| pair[0] + 1..pair[1]).map(|missing| missing as u16).collect();
        let mut compound = Vec::new();
        rtcp::nack(&mut compound, 1, ssrc, missing.iter().copied());
        scene.world.core.hear("con_cleo", &compound);
        scene.run(1.0);
        let after = scene.world.core.counters();
        assert_eq!(after.repairs_sent, before.repairs_sent, "nothing was lost on the way");
        assert!(after.repairs_unknown - before.repairs_unknown >= missing.len() as u64);
        let_go += missing.len();
    }
    assert!(let_go > 10, "{let_go} packets were let go");
}

#[test]
fn who_tells_no_arrivals_is_reacted_to_at_once() {
    for remb in [true, false] {
        let mut scene = Scene::new(10_000.0);
        scene.run_deaf(25);
        assert_eq!(scene.shown(1, 0.0).last().map(|shown| shown.2), Some(Layer::F), "{}", scene.estimate());
        // Nothing was chosen in the last tenth of a second, nor will be in the next for its own sake.
        scene.run(0.3);
        let mut compound = Vec::new();
        if remb {
            rtcp::remb(&mut compound, 1, 300_000, &[]);
        } else {
            compound = scene.report(255);
        }
        let told = scene.at();
        scene.world.core.hear("con_cleo", &compound);
        scene.run(0.15);
        let changed = [0, 1].map(|slot| scene.shown(slot, told).len());
        assert_ne!(changed, [0, 0], "{} kbit/s after {}", scene.estimate(), if remb { "REMB" } else { "a report" });
    }
}

#[test]
fn a_queue_that_overflows_lowers_no_further_than_to_what_comes_through() {
    // What holds 300 ms holds 15 kB when the line has become narrow.
    for (burst, seconds) in [(0.0, 10.0), (4096.0, 10.0), (4096.0, 11.3), (4096.0, 12.7), (12_000.0, 10.0)] {
        let mut scene = Scene::behind(2000.0, burst, 75_000.0);
        scene.run(seconds);
        scene.widen(400.0);
        scene.line.borrow_mut().queue = 15_000.0;
        for _ in 0..100 {
            scene.run(0.1);
            assert!(scene.estimate() >= 260.0, "{} of 400 at {:.1} s, {burst}", scene.estimate(), scene.at());
        }
        assert!(scene.line.borrow().lost > 10, "it overflowed");
        let shown = scene.shown(0, 0.0).last().map(|(_, state, layer)| (*state, *layer));
        assert_eq!(shown, Some((PictureState::Live, Layer::Q)));
    }
}
