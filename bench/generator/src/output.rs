//! Lines out.

use std::io::{self, Write};

use crate::control::Notice;

/// Writes one line. A driver that is gone ends us through our input.
pub fn say(notice: &Notice) {
    let mut out = io::stdout().lock();
    let line = serde_json::to_string(notice).expect("notices are plain data");
    let _gone = writeln!(out, "{line}").and_then(|()| out.flush());
}
