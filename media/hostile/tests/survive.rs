//! Each target over its seeds and over mutations of them, the same ones in every run.

use std::fs;
use std::path::Path;

use echo_hostile::{Mutator, TARGETS};

/// Mutations of a target's seeds.
const MUTATIONS: usize = 20_000;
/// Every so many, one joins the seeds, so that changes add up.
const KEPT: usize = 50;

fn seeds(name: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds").join(name);
    let mut paths: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(!paths.is_empty(), "no seeds in {}", folder.display());
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

fn survives(name: &str) {
    let (_, target) = TARGETS.iter().find(|(target, _)| *target == name).unwrap();
    let mut pool = seeds(name);
    for seed in &pool {
        target(seed);
    }
    let mut mutator = Mutator::new(1);
    for round in 0..MUTATIONS {
        let input = mutator.next(&pool);
        if std::panic::catch_unwind(|| target(&input)).is_err() {
            panic!("this input broke {name} in round {round}: {input:02x?}");
        }
        if round % KEPT == 0 {
            pool.push(input);
        }
    }
}

#[test]
fn demux_survives() {
    survives("demux");
}

#[test]
fn feedback_survives() {
    survives("feedback");
}

#[test]
fn line_survives() {
    survives("line");
}

#[test]
fn pair_survives() {
    survives("pair");
}

#[test]
fn rtcp_survives() {
    survives("rtcp");
}

#[test]
fn rtp_survives() {
    survives("rtp");
}

#[test]
fn srtp_survives() {
    survives("srtp");
}

#[test]
fn vp8_survives() {
    survives("vp8");
}

#[test]
fn every_target_has_its_program() {
    for (name, _) in TARGETS {
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../fuzz/targets/{name}.rs"));
        assert!(program.exists(), "{}", program.display());
    }
}
