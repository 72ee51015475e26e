//! A bitrate.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Mul};
use std::time::Duration;

/// Bits per second. Sums saturate.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Hash)]
pub struct Bitrate(u64);

impl Bitrate {
    /// Nothing at all.
    pub const ZERO: Bitrate = Bitrate(0);

    /// From bits per second.
    pub const fn bps(bits: u64) -> Bitrate {
        Bitrate(bits)
    }

    /// From thousands of bits per second.
    pub const fn kbps(kilobits: u64) -> Bitrate {
        Bitrate(kilobits * 1000)
    }

    /// Bits per second.
    pub const fn as_bps(self) -> u64 {
        self.0
    }

    /// The rate at which so many bytes pass in so much time; zero where no time passed.
    pub fn of(bytes: u64, time: Duration) -> Bitrate {
        Bitrate(share(bytes, 8_000_000, time.as_micros()).unwrap_or(0))
    }

    /// What passes in so much time, in bytes.
    pub fn bytes_in(self, time: Duration) -> u64 {
        match u64::try_from(time.as_micros()) {
            Ok(micros) => share(self.0, micros, 8_000_000).unwrap_or(0),
            Err(_) if self == Bitrate::ZERO => 0,
            Err(_) => u64::MAX,
        }
    }

    /// How long so many bytes take; for ever (`Duration::MAX`) at rate zero.
    pub fn time_for(self, bytes: u64) -> Duration {
        share(bytes, 8_000_000, self.0.into()).map_or(Duration::MAX, Duration::from_micros)
    }

    /// What is left after taking `other` away; never below zero.
    pub const fn saturating_sub(self, other: Bitrate) -> Bitrate {
        Bitrate(self.0.saturating_sub(other.0))
    }
}

/// `number * times / parts`, at most `u64::MAX`; `None` where there are no parts. Nearly always 64 bits are enough, which divide
/// many times faster than 128.
fn share(number: u64, times: u64, parts: u128) -> Option<u64> {
    match (number.checked_mul(times), u64::try_from(parts)) {
        (Some(product), Ok(parts)) => product.checked_div(parts),
        _ => {
            let whole = (u128::from(number) * u128::from(times)).checked_div(parts)?;
            Some(u64::try_from(whole).unwrap_or(u64::MAX))
        }
    }
}

impl Add for Bitrate {
    type Output = Bitrate;
    fn add(self, other: Bitrate) -> Bitrate {
        Bitrate(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Bitrate {
    fn add_assign(&mut self, other: Bitrate) {
        *self = *self + other;
    }
}

impl Mul<f64> for Bitrate {
    type Output = Bitrate;
    /// Scales; a negative or undefined factor gives zero.
    fn mul(self, factor: f64) -> Bitrate {
        Bitrate((self.0 as f64 * factor) as u64)
    }
}

impl Sum for Bitrate {
    fn sum<I: Iterator<Item = Bitrate>>(rates: I) -> Bitrate {
        rates.fold(Bitrate::ZERO, Add::add)
    }
}

impl fmt::Debug for Bitrate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{:03} kbit/s", self.0 / 1000, self.0 % 1000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_saturate_and_nothing_stays_nothing() {
        assert_eq!(Bitrate::kbps(800).bytes_in(Duration::from_millis(10)), 1000);
        assert_eq!(Bitrate::bps(1).bytes_in(Duration::MAX), u64::MAX);
        assert_eq!(Bitrate::ZERO.bytes_in(Duration::MAX), 0);
    }
}
