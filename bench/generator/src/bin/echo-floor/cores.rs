//! Which cores there are for the receivers.

use std::collections::BTreeSet;
use std::fs;

/// The cores that this process may not use, as taskset(1) wants them; `None` where there are no others.
pub fn others() -> Option<String> {
    let online = fs::read_to_string("/sys/devices/system/cpu/online").ok()?;
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let mine = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:"))?;
    let mine = numbers(mine);
    let others: Vec<String> = numbers(&online).difference(&mine).map(u32::to_string).collect();
    (!others.is_empty()).then(|| others.join(","))
}

/// "0-2,5"
fn numbers(list: &str) -> BTreeSet<u32> {
    let range = |part: &str| {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        Some(first.parse().ok()?..=last.parse().ok()?)
    };
    list.trim().split(',').filter_map(range).flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_cores_are_read() {
        assert_eq!(numbers(" 0-2,5\n"), BTreeSet::from([0, 1, 2, 5]));
        assert_eq!(numbers("1"), BTreeSet::from([1]));
        assert_eq!(numbers(""), BTreeSet::new());
    }
}
