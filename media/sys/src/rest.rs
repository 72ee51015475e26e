//! Sleeping until about a time.

use std::time::Duration;

/// Sleeps for `shortest`, or up to `longest` where the processor is interrupted for something else meanwhile: its own tick wakes
/// this thread then, at a fraction of what a timer of its own costs.
///
/// The thread's timer slack (prctl(2), `PR_SET_TIMERSLACK`) is the usual one again afterwards.
pub fn rest(shortest: Duration, longest: Duration) {
    set_slack(longest.saturating_sub(shortest));
    std::thread::sleep(shortest);
    set_slack(Duration::ZERO);
}

/// No slack stands for the usual one. The kernel takes any figure; without the call the sleep is as exact as ever.
fn set_slack(slack: Duration) {
    let nanoseconds = libc::c_ulong::try_from(slack.as_nanos()).unwrap_or(libc::c_ulong::MAX);
    // SAFETY: takes a number by value and touches no memory of ours.
    unsafe { libc::prctl(libc::PR_SET_TIMERSLACK, nanoseconds) };
}
