//! The answer as clients need it.

/// Copies the candidates into every m-section: str0m writes them into the first one only, and aiortc with `MAX_BUNDLE`
/// waits for ever for those of the others.
pub(crate) fn spread_candidates(sdp: &str) -> String {
    let is_candidate = |line: &&str| line.starts_with("a=candidate:") || line.starts_with("a=end-of-candidates");
    let mut candidates: Vec<&str> = sdp.lines().filter(is_candidate).collect();
    if !candidates.contains(&"a=end-of-candidates") {
        candidates.push("a=end-of-candidates");
    }
    let mut out = String::with_capacity(sdp.len() * 2);
    let mut in_section = false;
    let finish = |out: &mut String| {
        for line in &candidates {
            out.push_str(line);
            out.push_str("\r\n");
        }
    };
    for line in sdp.lines().filter(|line| !is_candidate(line)) {
        if line.starts_with("m=") {
            if in_section {
                finish(&mut out);
            }
            in_section = true;
        }
        out.push_str(line);
        out.push_str("\r\n");
    }
    if in_section {
        finish(&mut out);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_section_gets_the_candidates_and_their_end() {
        let sdp = "v=0\r\nm=audio 9 x 111\r\na=mid:0\r\na=candidate:1 1 udp 1 10.0.0.1 9 typ host\r\nm=video 9 x 96\r\na=mid:1\r\n";
        let spread = spread_candidates(sdp);
        for section in spread.split("m=").skip(1) {
            assert_eq!(section.matches("a=candidate:").count(), 1);
            assert_eq!(section.matches("a=end-of-candidates").count(), 1);
        }
        assert!(spread.starts_with("v=0\r\nm=audio"));
    }
}
