//! Totals since start. Nothing here is ever reset, so a reader may take differences.

macro_rules! counters {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// Totals of one [`Core`](crate::Core) since it was made.
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
        pub struct Counters {
            $($(#[$doc])* pub $name: u64,)*
        }

        impl Counters {
            /// Every total with its name.
            pub fn pairs(&self) -> Vec<(&'static str, u64)> {
                vec![$((stringify!($name), self.$name),)*]
            }

            /// Sums the totals of several cores.
            pub fn add(&mut self, other: &Counters) {
                $(self.$name += other.$name;)*
            }
        }
    };
}

counters! {
    /// Datagrams given to [`Core::receive`](crate::Core::receive).
    packets_in,
    /// Their bytes.
    bytes_in,
    /// Datagrams handed out to be sent.
    packets_out,
    /// Their bytes.
    bytes_out,
    /// Decrypted media packets of publishers.
    media_in,
    /// Media packets written to receivers.
    media_out,
    /// Datagrams that no peer claimed or that were no STUN, DTLS, RTP or RTCP at all.
    dropped_garbage,
    /// Datagrams that no peer claimed and that the limit on such ones cut off unread.
    dropped_limited,
    /// Datagrams that demux matched and the peer's own transport refused.
    dropped_refused,
    /// Packets of media that could not be opened: forged, cut short, or sent before.
    dropped_unopened,
    /// Media packets that came too late for the switch point.
    dropped_late,
    /// Media packets of muted publications.
    dropped_muted,
    /// Audio packets not among the loudest of any listener.
    dropped_quiet,
    /// Media packets that belong to no publication, or whose payload could not be understood.
    dropped_malformed,
    /// Keyframe requests sent to publishers.
    keyframes_requested,
    /// Keyframe requests of viewers that were folded into one already under way.
    keyframes_coalesced,
    /// Completed switches of a video slot to another layer or publisher.
    switches,
    /// Slots that were shown the last keyframe of a layer while they waited for a fresh one.
    stills,
    /// Layer changes downward because a layer fell silent.
    fallbacks,
    /// Peers whose receiving the direct egress took over.
    peers_direct,
    /// SRTCP packets of receivers that were looked at by the direct egress.
    feedback_in,
    /// SRTCP packets and keyframe requests of receivers beyond what one may send in a second.
    feedback_limited,
    /// SRTCP packets that were heard before.
    feedback_replayed,
    /// SRTCP packets that their sender's keys did not open.
    feedback_forged,
    /// Packets that receivers asked to be sent again.
    repairs_asked,
    /// Packets sent again.
    repairs_sent,
    /// Requests for packets beyond a stream's share, or within a round trip of the last one.
    repairs_refused,
    /// Requests for packets that were never sent, or that are kept no longer.
    repairs_unknown,
    /// Empty packets sent to learn what a line carries.
    probe_packets,
    /// Times that a picture was paused since its receiver's line is too narrow.
    pictures_limited,
    /// Media packets handed over to be carried to another worker.
    crossings_out,
    /// Media packets that came from another worker.
    crossings_in,
    /// Peers whose work panicked; each ended alone.
    panics,
    /// Peers added.
    peers_added,
    /// Peers ended, for whatever reason.
    peers_closed,
}
