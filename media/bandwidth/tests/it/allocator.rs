//! What must hold of every allocation, tried on many random ones.

use std::time::{Duration, Instant};

use crate::dice::Dice;
use echo_bandwidth::Bitrate;
use echo_bandwidth::allocate::{Budget, Choice, Hysteresis, LayerRate, Priority, Shown, Wish, allocate, desired};

const ROUNDS: u64 = 3000;

fn wish(slot: usize, priority: Priority, wanted_height: u32, rates: [u64; 3]) -> Wish {
    let layer = |place: usize| {
        let height = [180, 360, 720][place];
        Some(LayerRate { layer: place as u8, height, bitrate: Bitrate::kbps(rates[place]), usable: true })
    };
    Wish { slot, priority, wanted_height, layers: [layer(0), layer(1), layer(2)] }
}

fn random(dice: &mut Dice) -> (Vec<Wish>, Budget) {
    let wishes = (0..dice.below(10) as usize)
        .map(|slot| {
            let priority = if dice.below(4) == 0 { Priority::Stage } else { Priority::Other };
            let height = [90, 180, 360, 720, 1080][dice.below(5) as usize];
            let mut wish =
                wish(slot, priority, height, [50 + dice.below(200), 200 + dice.below(500), 600 + dice.below(2000)]);
            for layer in &mut wish.layers {
                if dice.below(8) == 0 {
                    *layer = None;
                } else if let Some(layer) = layer {
                    layer.usable = dice.below(8) != 0;
                }
            }
            wish
        })
        .collect();
    let budget = Budget { total: Bitrate::kbps(dice.below(8000)), audio: Bitrate::kbps(dice.below(150)) };
    (wishes, budget)
}

fn fresh(wishes: &[Wish], budget: Budget) -> Vec<Choice> {
    allocate(&[], wishes, budget, Instant::now(), &mut Hysteresis::default())
}

fn cost(wish: &Wish, choice: &Choice) -> u64 {
    let Shown::Layer(shown) = choice.shown else { return 0 };
    wish.layers.iter().flatten().find(|layer| layer.layer == shown).map_or(0, |layer| layer.bitrate.as_bps())
}

fn total(wishes: &[Wish], choices: &[Choice]) -> u64 {
    wishes.iter().zip(choices).map(|(wish, choice)| cost(wish, choice)).sum()
}

/// How much of it is shown: nothing, the lowest layer, and so on.
fn rank(choice: &Choice) -> u8 {
    match choice.shown {
        Shown::Layer(layer) => layer + 1,
        Shown::Paused { .. } => 0,
    }
}

/// How many usable layers there are up to the one shown.
fn level(wish: &Wish, choice: &Choice) -> usize {
    let Shown::Layer(shown) = choice.shown else { return 0 };
    wish.layers.iter().flatten().filter(|layer| layer.usable && layer.layer <= shown).count()
}

#[test]
fn the_budget_is_kept_also_while_things_change() {
    for seed in 0..ROUNDS {
        let mut dice = Dice::new(seed);
        let (mut wishes, mut budget) = random(&mut dice);
        let (mut state, mut choices, mut now) = (Hysteresis::default(), Vec::new(), Instant::now());
        for _ in 0..20 {
            choices = allocate(&choices, &wishes, budget, now, &mut state);
            let spend = budget.total.saturating_sub(budget.audio).as_bps();
            assert!(total(&wishes, &choices) <= spend, "seed {seed}");
            now += Duration::from_millis(dice.below(4000));
            budget.total = Bitrate::kbps(dice.below(8000));
            if dice.below(3) == 0 {
                wishes = random(&mut dice).0;
            }
        }
    }
}

#[test]
fn more_budget_never_shows_less_where_it_matters_more() {
    for seed in 0..ROUNDS {
        let mut dice = Dice::new(seed);
        let (wishes, budget) = random(&mut dice);
        let more = Budget { total: budget.total + Bitrate::kbps(1 + dice.below(2000)), ..budget };
        let (little, much) = (fresh(&wishes, budget), fresh(&wishes, more));
        // What is decided, the most important first: lowest layers, climbs of the stage, climbs of the others.
        let decided = |choices: &[Choice]| {
            let mut decided = Vec::new();
            for (priority, levels) in
                [(Priority::Stage, 1..=1), (Priority::Other, 1..=1), (Priority::Stage, 2..=3), (Priority::Other, 2..=3)]
            {
                for least in levels {
                    let both = wishes.iter().zip(choices).filter(|(wish, _)| wish.priority == priority);
                    decided.extend(both.map(|(wish, choice)| level(wish, choice) >= least));
                }
            }
            decided
        };
        assert!(decided(&much) >= decided(&little), "seed {seed}: {little:?} {much:?}");
    }
}

#[test]
fn the_stage_comes_before_others() {
    for seed in 0..ROUNDS {
        let (wishes, budget) = random(&mut Dice::new(seed));
        let choices = fresh(&wishes, budget);
        let mut left = budget.total.saturating_sub(budget.audio).as_bps();
        for (wish, choice) in wishes.iter().zip(&choices).filter(|(wish, _)| wish.priority == Priority::Stage) {
            let lowest = wish.layers.iter().flatten().find(|layer| layer.usable).map(|layer| layer.bitrate.as_bps());
            match (lowest, choice.shown) {
                (Some(lowest), Shown::Layer(_)) => left -= lowest,
                (Some(lowest), Shown::Paused { by_bandwidth }) => {
                    assert!(by_bandwidth && lowest > left, "seed {seed}: paused though there was room");
                }
                (None, shown) => assert_eq!(shown, Shown::Paused { by_bandwidth: false }, "seed {seed}"),
            }
        }
    }
    let both = [wish(0, Priority::Other, 720, [150, 400, 1200]), wish(1, Priority::Stage, 720, [150, 400, 1200])];
    let choices = fresh(&both, Budget { total: Bitrate::kbps(1500), audio: Bitrate::kbps(100) });
    assert_eq!(choices.map_ranks(), [1, 3], "the stage climbs first, whatever its place in the list");
    let choices = fresh(&both, Budget { total: Bitrate::kbps(250), audio: Bitrate::kbps(100) });
    assert_eq!(choices.map_ranks(), [0, 1]);
}

#[test]
fn equals_climb_together_and_no_higher_than_they_are_shown() {
    let wishes: Vec<_> = (0..3).map(|slot| wish(slot, Priority::Other, 360, [150, 400, 1200])).collect();
    let of = |total| fresh(&wishes, Budget { total: Bitrate::kbps(total), audio: Bitrate::ZERO }).map_ranks();
    assert_eq!(of(449), [1, 1, 0]);
    assert_eq!(of(450), [1, 1, 1]);
    assert_eq!(of(700), [2, 1, 1]);
    assert_eq!(of(9000), [2, 2, 2]);
    assert_eq!(desired(&wishes, Bitrate::kbps(100)), Bitrate::kbps(1300));
}

#[test]
fn what_does_not_flow_is_not_chosen_and_not_called_narrow() {
    let mut silent = wish(0, Priority::Stage, 720, [150, 400, 1200]);
    for layer in silent.layers.iter_mut().flatten() {
        layer.usable = layer.layer == 1;
    }
    let budget = Budget { total: Bitrate::kbps(9000), audio: Bitrate::ZERO };
    assert_eq!(fresh(&[silent.clone()], budget)[0].shown, Shown::Layer(1));
    silent.layers[1] = None;
    assert_eq!(fresh(&[silent], budget)[0].shown, Shown::Paused { by_bandwidth: false });
}

#[test]
fn after_a_downgrade_nothing_that_is_shown_climbs_for_ten_seconds() {
    for seed in 0..ROUNDS / 10 {
        let mut dice = Dice::new(seed);
        let (wishes, budget) = random(&mut dice);
        let (mut state, mut now) = (Hysteresis::default(), Instant::now());
        let before = allocate(&[], &wishes, budget, now, &mut state);
        let narrow = Budget { total: Bitrate::kbps(dice.below(1000)), ..budget };
        let mut choices = allocate(&before, &wishes, narrow, now, &mut state);
        let lowered = choices.map_ranks();
        if narrow.total >= budget.total || lowered == before.map_ranks() {
            continue;
        }
        for step in 1..100 {
            now += Duration::from_millis(100);
            choices = allocate(&choices, &wishes, budget, now, &mut state);
            for (place, choice) in choices.iter().enumerate() {
                // Only what was paused may be back after half of it, with its lowest layer.
                let back = lowered[place] == 0 && step >= 50 && level(&wishes[place], choice) <= 1;
                assert!(
                    back || rank(choice) == lowered[place],
                    "seed {seed} step {step} {lowered:?} {choices:?} {budget:?} {wishes:?}"
                );
            }
        }
    }
}

#[test]
fn a_climb_waits_for_lasting_room_and_a_resume_for_longer() {
    let wishes = [wish(0, Priority::Stage, 720, [150, 400, 1200]), wish(1, Priority::Other, 180, [150, 400, 1200])];
    let budget = |total| Budget { total: Bitrate::kbps(total), audio: Bitrate::kbps(50) };
    let (mut state, start) = (Hysteresis::default(), Instant::now());
    let mut choices = allocate(&[], &wishes, budget(4000), start, &mut state);
    assert_eq!(choices.map_ranks(), [3, 1], "at the start nothing has to wait");
    let mut changes = Vec::new();
    for step in 1..240_u32 {
        // The hold after the downgrade ends at 101; room comes after that, goes for a moment, and comes to stay.
        let total = if step < 110 || step == 115 { 300 } else { 4000 };
        let next = allocate(&choices, &wishes, budget(total), start + step * Duration::from_millis(100), &mut state);
        if next != choices {
            changes.push((step, next.map_ranks()));
        }
        choices = next;
    }
    assert_eq!(changes, [(1, vec![1, 0]), (126, vec![3, 1])], "plenty of room");

    let mut only = wish(0, Priority::Stage, 720, [150, 0, 0]);
    only.layers[1..].fill(None);
    let mut state = Hysteresis::default();
    let mut choices = allocate(&[], &[only.clone()], budget(400), start, &mut state);
    let mut changes = Vec::new();
    for step in 1..240_u32 {
        let total = if step < 20 || step == 25 { 150 } else { 250 };
        let now = start + step * Duration::from_millis(100);
        let next = allocate(&choices, &[only.clone()], budget(total), now, &mut state);
        if next != choices {
            changes.push((step, next.map_ranks()));
        }
        choices = next;
    }
    assert_eq!(changes, [(1, vec![0]), (76, vec![1])], "little room, lasting from 26 on");
}

#[test]
fn the_lowest_layer_comes_back_though_nothing_may_climb() {
    let wishes = [wish(0, Priority::Stage, 720, [150, 400, 1200]), wish(1, Priority::Other, 720, [150, 400, 1200])];
    let budget = |total| Budget { total: Bitrate::kbps(total), audio: Bitrate::kbps(120) };
    let (mut state, start) = (Hysteresis::default(), Instant::now());
    let (mut choices, mut back) = (Vec::new(), None);
    for step in 0..900_u32 {
        // Four climbs of the wide line did not last; then it becomes narrow, and looks narrower than it is at first.
        let total = match step {
            0..400 if choices.map_ranks().contains(&3) => 1400,
            0..400 => 3000,
            400..420 => 200,
            _ => 400,
        };
        choices = allocate(&choices, &wishes, budget(total), start + step * Duration::from_millis(100), &mut state);
        if step > 400 && choices.map_ranks() == [1, 0] {
            back = back.or(Some(step));
        }
        assert!(step < 420 || rank(&choices[0]) < 2, "{choices:?}");
    }
    assert_eq!(back, Some(470), "room for it has lasted for five seconds");
}

#[test]
fn a_picture_that_a_guess_had_no_room_for_comes_as_soon_as_the_line_is_known() {
    let wishes = [wish(0, Priority::Stage, 720, [150, 400, 1200]), wish(1, Priority::Other, 180, [150, 400, 1200])];
    let budget = |total| Budget { total: Bitrate::kbps(total), audio: Bitrate::ZERO };
    let (mut state, now) = (Hysteresis::default(), Instant::now());
    let choices = allocate(&[], &wishes, budget(200), now, &mut state);
    let choices = allocate(&choices, &wishes, budget(4000), now, &mut state);
    assert_eq!(choices.map_ranks(), [3, 1]);
}

#[test]
fn small_moves_of_the_estimate_change_nothing() {
    let wishes = [wish(0, Priority::Stage, 720, [150, 400, 1200]), wish(1, Priority::Other, 720, [150, 400, 1200])];
    let mut dice = Dice::new(1);
    for centre in (400..3000).step_by(50) {
        let (mut state, start) = (Hysteresis::default(), Instant::now());
        let (mut choices, mut switches) = (Vec::new(), Vec::new());
        for step in 0..1200_u64 {
            let total = Bitrate::kbps(centre) * (0.95 + dice.below(100) as f64 / 1000.0);
            let budget = Budget { total, audio: Bitrate::kbps(50) };
            let next = allocate(&choices, &wishes, budget, start + Duration::from_millis(step * 100), &mut state);
            if step > 0 && next != choices {
                switches.push(step);
            }
            choices = next;
        }
        assert!(switches.iter().filter(|step| **step > 100).count() <= 1, "{centre}: {switches:?}");
    }
}

#[test]
fn a_climb_that_does_not_last_is_tried_less_and_less_often() {
    let wishes = [wish(0, Priority::Stage, 720, [150, 400, 1200])];
    let (mut state, start) = (Hysteresis::default(), Instant::now());
    let (mut choices, mut climbs) = (Vec::new(), Vec::new());
    for step in 0..2400_u64 {
        // As if the line looked wide only while little is sent.
        let total = if choices.map_ranks() == [3] { 1000 } else { 3000 };
        let budget = Budget { total: Bitrate::kbps(if step == 1 { 1000 } else { total }), audio: Bitrate::ZERO };
        let next = allocate(&choices, &wishes, budget, start + Duration::from_millis(step * 100), &mut state);
        if step > 0 && next.map_ranks() == [3] && next != choices {
            climbs.push(step / 10);
        }
        choices = next;
    }
    let gaps: Vec<_> = climbs.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(gaps.starts_with(&[20, 40, 60, 60]), "{gaps:?}");
}

#[test]
fn the_same_gives_the_same() {
    for seed in 0..ROUNDS {
        let (wishes, budget) = random(&mut Dice::new(seed));
        assert_eq!(fresh(&wishes, budget), fresh(&wishes, budget));
    }
}

trait Ranks {
    fn map_ranks(&self) -> Vec<u8>;
}

impl Ranks for Vec<Choice> {
    fn map_ranks(&self) -> Vec<u8> {
        self.iter().map(rank).collect()
    }
}
