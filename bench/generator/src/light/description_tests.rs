use super::*;

/// The shape of a server's offer: transport in the session part, data channels first, two codecs.
const OFFER: &str = "v=0\r\no=- 4611 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=ice-lite\r\n\
    a=fingerprint:sha-256 0A:FF:10\r\na=group:BUNDLE 0 v1\r\na=extmap-allow-mixed\r\n\
    m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=setup:actpass\r\na=mid:0\r\na=sctp-port:5000\r\n\
    a=ice-ufrag:uf\r\na=ice-pwd:pw\r\na=candidate:1 1 udp 2130706431 127.0.0.1 7882 typ host\r\n\
    m=video 9 UDP/TLS/RTP/SAVPF 100 107 96 97\r\na=ice-ufrag:uf\r\na=ice-pwd:pw\r\na=mid:v1\r\na=rtcp-rsize\r\n\
    a=candidate:1 1 udp 2130706431 127.0.0.1 7882 typ host\r\n\
    a=rtpmap:100 H264/90000\r\na=rtpmap:107 rtx/90000\r\na=fmtp:107 apt=100\r\n\
    a=rtpmap:96 vp8/90000\r\na=rtcp-fb:96 nack\r\na=rtcp-fb:96 nack pli\r\na=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96;rtx-time=200\r\n\
    a=extmap:5/sendonly http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r\n\
    a=ssrc-group:FID 11 12\r\na=ssrc:11 cname:x\r\na=ssrc:11 msid:a b\r\na=ssrc:12 cname:x\r\na=sendonly\r\n\
    m=audio 0 UDP/TLS/RTP/SAVPF 0\r\na=mid:2\r\na=rtpmap:0 PCMU/8000\r\n";

#[test]
fn a_servers_offer_is_read() {
    let offer = Description::read(OFFER).unwrap();
    assert_eq!((&*offer.ufrag, &*offer.password, &*offer.setup, offer.lite), ("uf", "pw", "actpass", true));
    assert_eq!((&*offer.fingerprint.hash_func, &offer.fingerprint.bytes[..]), ("sha-256", &[10, 255, 16][..]));
    assert_eq!(offer.candidates, ["candidate:1 1 udp 2130706431 127.0.0.1 7882 typ host"]);
    let [data, video, audio] = &offer.sections[..] else { panic!("three sections") };
    assert_eq!((data.kind, &*data.mid, &*data.formats_text), (Kind::Application, "0", "webrtc-datachannel"));
    assert_eq!((video.kind, &*video.mid, video.way), (Kind::Video, "v1", Way::Send));
    assert_eq!(video.payload_types(), Some((96, Some(97))));
    assert_eq!((&video.ssrcs[..], &video.repairs[..]), (&[11, 12][..], &[(11, 12)][..]));
    assert!(video.reduced_size && video.has_feedback(96, "nack pli") && !video.has_feedback(96, "goog-remb"));
    let wide = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";
    assert_eq!(video.extension(wide), Some(5));
    assert_eq!((audio.rejected, audio.payload_types()), (true, None));
}

#[test]
fn what_lacks_a_transport_is_refused() {
    for lacking in ["ice-ufrag", "ice-pwd", "fingerprint"] {
        let cut: String =
            OFFER.lines().filter(|line| !line.contains(lacking)).map(|line| format!("{line}\r\n")).collect();
        assert!(Description::read(&cut).unwrap_err().contains(lacking));
    }
    assert!(Description::read("m=nonsense\r\n").is_err());
}
