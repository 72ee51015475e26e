//! An offer without what would not be answered anyway, or makes no difference to the answer.
//!
//! A browser describes every codec and every header extension it has once more for each m-line, and parsing that is the
//! most of what a join costs: about 5 us a line. A codec and an extension that the answer leaves out is refused (RFC 3264,
//! section 6.1), so leaving it out before the offer is parsed comes to the same. What feedback and which parameters of Opus we
//! answer with does not depend on the offer, but for `transport-cc`, which is agreed on if one line has it. Candidates are of
//! no use to an ICE-lite server: it answers where requests come from. M-lines, their order and their mids stay as they are.

use std::collections::HashSet;

/// Said by every m-line of a bundle, and the same each time (RFC 9143): once is enough.
const TRANSPORT: [&str; 5] = ["ice-ufrag", "ice-pwd", "ice-options", "fingerprint", "setup"];
/// Of an m-line as such.
const LINE: [&str; 8] = ["mid", "sendrecv", "sendonly", "recvonly", "inactive", "rid", "simulcast", "ssrc-group"];
/// What the whole bundle agrees on if one payload type of it names it.
const TRANSPORT_WIDE: &str = "transport-cc";

/// The offer with our codecs and the header extensions that are `known`, by their URI.
pub(crate) fn trim(offer: &str, known: impl Fn(&str) -> bool) -> String {
    let mut out = String::with_capacity(offer.len());
    let mut said = HashSet::new();
    let mut lines = offer.lines().peekable();
    while let Some(line) = lines.next() {
        let mut section = vec![line];
        while let Some(line) = lines.next_if(|line| !line.starts_with("m=")) {
            section.push(line);
        }
        let Some(Ours { media, payload_types, codecs }) = ours(&section) else {
            section.iter().for_each(|line| push(&mut out, line));
            continue;
        };
        push(&mut out, &media);
        // Where there are several Opus, their parameters tell which of them suits us best.
        let only_opus = media.starts_with("m=audio") && codecs == 1;
        let mut sources = HashSet::new();
        for line in &section[1..] {
            let Some(attribute) = line.strip_prefix("a=") else { continue };
            let (key, value) = attribute.split_once(':').unwrap_or((attribute, ""));
            let mut words = value.split(' ');
            let first = words.next().unwrap_or_default();
            let kept = match key {
                "rtpmap" => payload_types.contains(&first),
                "fmtp" => !only_opus && payload_types.contains(&first),
                "rtcp-fb" => {
                    let agreed = payload_types.contains(&first) && words.next() == Some(TRANSPORT_WIDE);
                    agreed && said.insert(TRANSPORT_WIDE)
                }
                "extmap" => words.next().is_some_and(&known),
                "ssrc" => sources.insert(first),
                key if TRANSPORT.contains(&key) => said.insert(*line),
                key => LINE.contains(&key),
            };
            if kept {
                push(&mut out, line);
            }
        }
    }
    out
}

fn push(out: &mut String, line: &str) {
    out.push_str(line);
    out.push_str("\r\n");
}

/// What is ours of an m-line.
struct Ours<'a> {
    /// The line itself with our payload types alone.
    media: String,
    payload_types: Vec<&'a str>,
    /// Payload types without those of retransmissions.
    codecs: usize,
}

/// `None` for the lines before the first m-line, and for one with nothing of ours, which is left whole so that its refusal
/// says what it is.
fn ours<'a>(section: &[&'a str]) -> Option<Ours<'a>> {
    let media = section[0].strip_prefix("m=")?;
    let codecs = section.iter().filter_map(|line| {
        let (payload_type, codec) = line.strip_prefix("a=rtpmap:")?.split_once(' ')?;
        let name = codec.split('/').next()?;
        ["opus", "vp8"].iter().any(|one| name.eq_ignore_ascii_case(one)).then_some(payload_type)
    });
    let mut wanted: Vec<&str> = codecs.collect();
    let codecs = wanted.len();
    let repairs = section.iter().filter_map(|line| {
        let (payload_type, parameters) = line.strip_prefix("a=fmtp:")?.split_once(' ')?;
        let repaired = parameters.split(';').find_map(|one| one.trim().strip_prefix("apt="))?;
        wanted.contains(&repaired).then_some(payload_type)
    });
    let repairs: Vec<&str> = repairs.collect();
    wanted.extend(repairs);
    let mut words = media.split(' ');
    let head: Vec<&str> = words.by_ref().take(3).collect();
    let payload_types: Vec<&str> = words.filter(|word| wanted.contains(word)).collect();
    let media = format!("m={} {}", head.join(" "), payload_types.join(" "));
    (!payload_types.is_empty()).then_some(Ours { media, payload_types, codecs })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trimmed(offer: &str) -> String {
        trim(offer, |uri| uri == "urn:mid")
    }

    #[test]
    fn codecs_and_extensions_that_nobody_answers_are_left_out() {
        let offer = "v=0\r\ns=-\r\na=group:BUNDLE 0 1\r\n\
             m=video 9 UDP/TLS/RTP/SAVPF 45 96 97 98 99\r\nc=IN IP4 0.0.0.0\r\na=rtcp:9 IN IP4 0.0.0.0\r\na=mid:1\r\n\
             a=extmap:3 urn:toffset\r\na=extmap:4/sendonly urn:mid\r\na=sendonly\r\na=rtcp-mux\r\na=rtcp-rsize\r\n\
             a=rtpmap:45 AV1/90000\r\na=rtcp-fb:45 transport-cc\r\na=rtpmap:96 VP8/90000\r\na=rtcp-fb:96 nack pli\r\n\
             a=rtcp-fb:96 transport-cc\r\na=rtpmap:97 rtx/90000\r\n\
             a=fmtp:97 apt=96;rtx-time=3000\r\na=rtpmap:98 VP9/90000\r\na=rtcp-fb:98 nack pli\r\na=fmtp:98 profile-id=0\r\n\
             a=rtpmap:99 rtx/90000\r\na=fmtp:99 apt=98\r\na=ssrc-group:FID 5 6\r\na=ssrc:5 cname:x\r\na=ssrc:5 msid:- y\r\n\
             a=ssrc:6 cname:x\r\na=candidate:1 1 udp 1 10.0.0.1 9 typ host\r\na=end-of-candidates\r\na=msid:- y\r\n";
        let kept = "v=0\r\ns=-\r\na=group:BUNDLE 0 1\r\n\
             m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\na=mid:1\r\na=extmap:4/sendonly urn:mid\r\na=sendonly\r\n\
             a=rtpmap:96 VP8/90000\r\na=rtcp-fb:96 transport-cc\r\na=rtpmap:97 rtx/90000\r\n\
             a=fmtp:97 apt=96;rtx-time=3000\r\na=ssrc-group:FID 5 6\r\na=ssrc:5 cname:x\r\na=ssrc:6 cname:x\r\n";
        assert_eq!(trimmed(offer), kept);
        assert_eq!(trimmed(kept), kept);
    }

    #[test]
    fn what_a_bundle_says_each_time_is_said_once_and_what_differs_stays() {
        let audio = "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=ice-ufrag:u\r\na=ice-pwd:p\r\na=fingerprint:sha-256 AA\r\na=setup:actpass\r\n";
        let other = "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=ice-ufrag:other\r\na=ice-pwd:p\r\n";
        let rest = "a=rtpmap:111 OPUS/48000/2\r\n";
        let offer = format!("v=0\r\n{audio}{rest}{audio}{rest}{other}{rest}");
        let bare = "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n";
        let kept = format!("v=0\r\n{audio}{rest}{bare}{rest}{bare}a=ice-ufrag:other\r\n{rest}");
        assert_eq!(trimmed(&offer), kept);
    }

    #[test]
    fn feedback_for_the_whole_transport_is_said_once_and_parameters_only_to_choose_by() {
        let one = "m=audio 9 x 111\r\na=rtpmap:111 opus/48000/2\r\na=fmtp:111 useinbandfec=1\r\na=rtcp-fb:111 transport-cc\r\n";
        let two = "m=audio 9 x 111 112\r\na=rtpmap:111 opus/48000/2\r\na=fmtp:111 stereo=1\r\na=rtcp-fb:111 transport-cc\r\n\
             a=rtpmap:112 opus/48000/2\r\na=fmtp:112 useinbandfec=1\r\n";
        let kept = "m=audio 9 x 111\r\na=rtpmap:111 opus/48000/2\r\na=rtcp-fb:111 transport-cc\r\n\
             m=audio 9 x 111 112\r\na=rtpmap:111 opus/48000/2\r\na=fmtp:111 stereo=1\r\na=rtpmap:112 opus/48000/2\r\n\
             a=fmtp:112 useinbandfec=1\r\n";
        assert_eq!(trimmed(&[one, two].concat()), kept);
    }

    #[test]
    fn a_line_with_nothing_of_ours_stays_whole() {
        let offer = "v=0\r\nm=video 9 UDP/TLS/RTP/SAVPF 98\r\na=mid:0\r\na=rtpmap:98 VP9/90000\r\na=x-own:1\r\n\
             m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:1\r\na=sctp-port:5000\r\n\
             m=audio\r\na=rtpmap:111 opus/48000\r\n";
        assert_eq!(trimmed(offer), offer);
        assert_eq!(trimmed(""), "");
    }
}
