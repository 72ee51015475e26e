//! Compound RTCP packets.

use echo_wire::rtcp::{self as wire, Message, ReportBlock};

/// Reads a compound, writes what was read, and reads that again.
///
/// # Panics
/// Where more is read than bytes can say, or the two readings differ.
pub fn rtcp(data: &[u8]) {
    let mut messages = 0;
    for message in wire::parse(data) {
        messages += 1;
        let mut written = Vec::new();
        let what = say(message, &mut written);
        if !written.is_empty() {
            let mut again = wire::parse(&written);
            let repeated = again.next().map(|message| say(message, &mut Vec::new()));
            assert_eq!(repeated, Some(what));
            assert!(again.next().is_none());
        }
    }
    assert!(messages <= data.len() / 4);
}

/// What a message says, in words; writes it where there is a writer for it.
fn say(message: Message<'_>, into: &mut Vec<u8>) -> String {
    match message {
        Message::SenderReport { info, blocks } => {
            let blocks: Vec<ReportBlock> = blocks.collect();
            wire::sender_report(into, &info, &blocks);
            format!("{info:?} {blocks:?}")
        }
        Message::ReceiverReport { ssrc, blocks } => {
            let blocks: Vec<ReportBlock> = blocks.collect();
            wire::receiver_report(into, ssrc, &blocks);
            format!("{ssrc} {blocks:?}")
        }
        Message::Nack { sender, media, lost } => {
            let lost: Vec<u16> = lost.collect();
            assert!(lost.len() <= 1024);
            let ascending = lost.windows(2).all(|pair| (1..1 << 15).contains(&pair[1].wrapping_sub(pair[0])));
            if ascending {
                wire::nack(into, sender, media, lost.iter().copied());
            }
            format!("{sender} {media} {lost:?}")
        }
        Message::Pli { sender, media } => {
            wire::pli(into, sender, media);
            format!("{sender} {media}")
        }
        Message::Fir { sender, requests } => {
            let requests: Vec<(u32, u8)> = requests.collect();
            wire::fir(into, sender, &requests);
            format!("{sender} {requests:?}")
        }
        Message::Remb { sender, bitrate, ssrcs } => {
            let ssrcs: Vec<u32> = ssrcs.collect();
            wire::remb(into, sender, bitrate.bps(), &ssrcs);
            // What does not fit 64 bits is written as the greatest number that does, with the bits there are for it.
            let bps = bitrate.bps().min(((1 << 18) - 1) << 46);
            format!("{sender} {bps} {ssrcs:?}")
        }
        Message::Bye { ssrcs } => {
            let ssrcs: Vec<u32> = ssrcs.collect();
            wire::bye(into, &ssrcs);
            format!("{ssrcs:?}")
        }
        Message::Transport(feedback) => {
            assert!(feedback.iter().count() <= feedback.status_count.into());
            format!("{} {}", feedback.base_seq, feedback.status_count)
        }
        other @ (Message::Sdes | Message::ExtendedReport { .. } | Message::Other { .. }) => format!("{other:?}"),
    }
}
