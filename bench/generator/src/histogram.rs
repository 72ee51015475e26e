//! Delays by magnitude: 32 steps an octave, so about 3% exact, at a fixed size.

const STEPS: u32 = 32;
const OCTAVES: u32 = 40;

/// Counts of values in nanoseconds.
#[derive(Clone)]
pub struct Histogram {
    counts: Vec<u32>,
    total: u64,
    worst: u64,
}

impl Histogram {
    pub fn new() -> Histogram {
        Histogram { counts: vec![0; (STEPS * OCTAVES) as usize], total: 0, worst: 0 }
    }

    pub fn add(&mut self, value: u64) {
        let last = self.counts.len() - 1;
        self.counts[bucket(value).min(last)] += 1;
        self.total += 1;
        self.worst = self.worst.max(value);
    }

    pub fn merge(&mut self, other: &Histogram) {
        self.total += other.total;
        self.worst = self.worst.max(other.worst);
        for (mine, theirs) in self.counts.iter_mut().zip(&other.counts) {
            *mine += theirs;
        }
    }

    /// The largest value, exactly; 0 where there is none.
    pub fn worst(&self) -> u64 {
        self.worst
    }

    /// The value that a share `0.0..=1.0` of all does not exceed; 0 where there is none.
    pub fn quantile(&self, share: f64) -> u64 {
        let wanted = ((self.total as f64 * share).ceil() as u64).max(1);
        let mut seen = 0;
        for (index, &count) in self.counts.iter().enumerate() {
            seen += u64::from(count);
            if seen >= wanted {
                return upper(index).min(self.worst);
            }
        }
        0
    }
}

fn bucket(value: u64) -> usize {
    if value < u64::from(STEPS) {
        return value as usize;
    }
    let octave = value.ilog2() - STEPS.ilog2();
    let step = (value >> octave) as u32 - STEPS;
    (STEPS * (octave + 1) + step) as usize
}

fn upper(index: usize) -> u64 {
    let (octave, step) = (index as u32 / STEPS, u64::from(index as u32 % STEPS));
    if octave == 0 { step } else { (u64::from(STEPS) + step + 1) << (octave - 1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_right_within_four_percent() {
        let mut histogram = Histogram::new();
        assert_eq!(histogram.quantile(0.5), 0);
        (1..=1000u64).for_each(|n| histogram.add(n * 10_000));
        let mut twice = histogram.clone();
        twice.merge(&histogram);
        for (share, exact) in [(0.5, 5_000_000f64), (0.99, 9_900_000f64)] {
            assert_eq!(twice.worst(), 10_000_000);
            assert!((twice.quantile(share) as f64 / exact - 1.0).abs() < 0.04, "{share}");
        }
    }
}
