//! The answer as clients need it.

const MULTIPLEXED: &str = "a=rtcp-mux";
const REDUCED_SIZE: &str = "a=rtcp-rsize";

/// Our library's answer to the offer, with what clients miss in it.
pub(crate) fn complete(offer: &str, answer: &str) -> String {
    spread_candidates(&agree(offer, answer))
}

/// Takes up what our library leaves out, in each section where the offer has it. The sections of an answer are those of the offer,
/// in its order (RFC 3264).
///
/// - Which way each header extension goes: the answer to `a=extmap:9/sendonly` must say `9/recvonly` (RFC 8285, section 6); our
///   library says `9`, and Firefox then goes without the extension.
/// - Feedback of reduced size (RFC 5506), which we read anyway: without it clients put a report with all its blocks before each
///   message, ten times a second.
fn agree(offer: &str, answer: &str) -> String {
    let offered: Vec<Vec<&str>> = sections(offer).map(Iterator::collect).collect();
    let mut out = String::with_capacity(answer.len() * 2);
    let mut section = 0;
    for line in answer.lines() {
        section += usize::from(line.starts_with("m="));
        let offered = offered.get(section).map_or(&[][..], Vec::as_slice);
        let turned = turn(line, offered);
        let reduced = line == MULTIPLEXED && offered.contains(&REDUCED_SIZE);
        for line in [Some(turned.as_deref().unwrap_or(line)), reduced.then_some(REDUCED_SIZE)].into_iter().flatten() {
            out.push_str(line);
            out.push_str("\r\n");
        }
    }
    out
}

/// An extension's line with the direction that answers the one offered; `None` where none is, or the line is another one.
fn turn(line: &str, offered: &[&str]) -> Option<String> {
    let (id, rest) = line.strip_prefix("a=extmap:")?.split_once(' ')?;
    let (_, direction) = offered.iter().filter_map(|line| directed(line)).find(|(offered, _)| *offered == id)?;
    Some(format!("a=extmap:{id}/{} {rest}", turned_round(direction)?))
}

/// The lines before the first m-line, and then of each m-section.
fn sections(sdp: &str) -> impl Iterator<Item = std::str::Lines<'_>> {
    sdp.split("\nm=").map(str::lines)
}

/// Id and direction of an extension that the offer gives a direction.
fn directed(line: &str) -> Option<(&str, &str)> {
    line.strip_prefix("a=extmap:")?.split_once(' ')?.0.split_once('/')
}

fn turned_round(direction: &str) -> Option<&'static str> {
    match direction {
        "sendonly" => Some("recvonly"),
        "recvonly" => Some("sendonly"),
        "inactive" => Some("inactive"),
        _ => None,
    }
}

/// Copies the candidates into every m-section: str0m writes them into the first one only, and aiortc with `MAX_BUNDLE`
/// waits for ever for those of the others.
fn spread_candidates(sdp: &str) -> String {
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

    #[test]
    fn feedback_of_reduced_size_is_agreed_on_where_it_is_offered() {
        let offer = "v=0\r\nm=audio 9 x 111\r\na=rtcp-mux\r\nm=video 9 x 96\r\na=rtcp-mux\r\na=rtcp-rsize\r\n";
        let answer = "v=0\r\nm=audio 9 x 111\r\na=rtcp-mux\r\nm=video 9 x 96\r\na=rtcp-mux\r\na=mid:1\r\n";
        assert_eq!(
            agree(offer, answer),
            "v=0\r\nm=audio 9 x 111\r\na=rtcp-mux\r\nm=video 9 x 96\r\na=rtcp-mux\r\na=rtcp-rsize\r\na=mid:1\r\n"
        );
    }

    #[test]
    fn an_extension_that_goes_one_way_is_answered_the_other_way() {
        let offer = "v=0\r\nm=audio 9 x 111\r\na=extmap:3 urn:mid\r\nm=video 9 x 96\r\na=extmap:3 urn:mid\r\n\
             a=extmap:9/sendonly urn:rid\r\na=extmap:6/recvonly urn:delay\r\na=extmap:7/inactive urn:x\r\n";
        let answer = "v=0\r\nm=audio 9 x 111\r\na=extmap:3 urn:mid\r\nm=video 9 x 96\r\na=extmap:3 urn:mid\r\n\
             a=extmap:9 urn:rid\r\na=extmap:6 urn:delay\r\na=extmap:7 urn:x\r\n";
        assert_eq!(
            agree(offer, answer),
            "v=0\r\nm=audio 9 x 111\r\na=extmap:3 urn:mid\r\nm=video 9 x 96\r\na=extmap:3 urn:mid\r\n\
             a=extmap:9/recvonly urn:rid\r\na=extmap:6/sendonly urn:delay\r\na=extmap:7/inactive urn:x\r\n"
        );
    }
}
