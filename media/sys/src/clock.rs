//! Clocks that the standard library does not offer, in nanoseconds.

fn read(clock: libc::clockid_t) -> u64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` is a valid timespec for the kernel to fill.
    let result = unsafe { libc::clock_gettime(clock, &mut time) };
    assert_eq!(result, 0, "clock {clock} exists on every supported kernel");
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}

/// Time since boot, suspend included: what attendance is dated with.
pub fn boottime_ns() -> u64 {
    read(libc::CLOCK_BOOTTIME)
}

/// Time since boot, suspend excluded; the same for every process of this machine.
pub fn monotonic_ns() -> u64 {
    read(libc::CLOCK_MONOTONIC)
}

/// Processor time that the calling thread has used.
pub fn thread_cpu_ns() -> u64 {
    read(libc::CLOCK_THREAD_CPUTIME_ID)
}

/// Processor time that the whole process has used.
pub fn process_cpu_ns() -> u64 {
    read(libc::CLOCK_PROCESS_CPUTIME_ID)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_advance_and_boottime_counts_suspend_too() {
        let (boot, mono, cpu) = (boottime_ns(), monotonic_ns(), thread_cpu_ns());
        assert!(boot + 1_000_000 >= mono);
        while thread_cpu_ns() == cpu {}
        assert!(boottime_ns() > boot);
        assert!(process_cpu_ns() > 0);
    }
}
