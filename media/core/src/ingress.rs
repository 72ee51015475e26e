//! Our own way in: what a client sends is opened once, told apart by its header, and counted, so that the client can be told
//! what came and what is missing.
//!
//! One per client, beside [`crate::direct`], which has the keys. The parts: `form` (what the offer settled), `streams` (which
//! SSRC is what), `stream` (one of them), `holes` (what is asked for again), `arrival_log` (transport-wide feedback), `reply`
//! (what the client is told, and when).

mod arrival_log;
mod form;
mod holes;
mod reply;
mod stream;
mod streams;

use std::sync::Arc;
use std::time::Instant;

use echo_wire::Opened;
use echo_wire::rtcp::SenderInfo;
use str0m::media::{Mid, Rid};
use str0m::rtp::Ssrc;

pub(crate) use self::form::IngressForm;
pub(crate) use self::reply::Replier;

use self::arrival_log::ArrivalLog;
use self::form::Payload;
use self::streams::Streams;
use crate::packet::Received;

/// Bytes in front of what is sent again: the sequence number that it had (RFC 4588 section 4).
const ORIGINAL_SEQUENCE: usize = 2;

/// SSRC on which some browsers send what is there to be told of, and nothing else.
const PROBES: u32 = 0;

/// What comes in from one client.
#[derive(Debug)]
pub(crate) struct Ingress {
    form: IngressForm,
    streams: Streams,
    arrivals: ArrivalLog,
    /// When the next report about what came in is due.
    report_at: Option<Instant>,
    /// When something else is to be said, or sooner.
    due: Option<Instant>,
    began: Instant,
}

impl Ingress {
    pub(crate) fn new(now: Instant, form: IngressForm) -> Ingress {
        let streams = Streams::announced(now, &form);
        Ingress { form, streams, arrivals: ArrivalLog::new(now), report_at: None, due: None, began: now }
    }

    /// Takes a packet that was opened. `None` where there is nothing to hand on: it belongs nowhere, is padding of the stream of
    /// retransmissions, or came before.
    pub(crate) fn take(&mut self, now: Instant, opened: &Opened<'_>) -> Option<Received> {
        let (header, packet) = (&opened.header, opened.packet);
        let said = self.form.read(header, packet);
        if let Some(sequence) = said.transport_sequence {
            self.arrivals.note(now, sequence);
            self.due = sooner(self.due, self.arrivals.due());
        }
        if header.ssrc == PROBES {
            return None;
        }
        let payload = self.form.payload(header.payload_type)?;
        let stream = self.streams.of(now, header.ssrc, said.place(), payload, &self.form)?;
        let again = payload == Payload::Repair;
        let (index, bytes) = if again {
            let (original, bytes) = opened.payload().split_first_chunk::<ORIGINAL_SEQUENCE>()?;
            (stream.index_of(u16::from_be_bytes(*original))?, bytes)
        } else {
            (opened.index, opened.payload())
        };
        let timestamp = stream.arrived(now, index, header.timestamp, again)?;
        self.due = sooner(self.due, stream.due());
        self.report_at.get_or_insert(now + reply::FIRST_REPORT);
        Some(Received {
            ssrc: stream.ssrc.into(),
            sequence: index,
            timestamp,
            clock_rate: stream.clock_rate,
            marker: header.marker,
            arrived: now,
            told: stream.told(),
            payload: Arc::from(bytes),
            extensions: said.forwarded,
        })
    }

    /// Takes what the client says of one of its streams.
    pub(crate) fn reported(&mut self, now: Instant, info: &SenderInfo) {
        if let Some(stream) = self.streams.get_mut(info.ssrc) {
            stream.reported(now, info);
        }
    }

    /// Which m-line and layer a stream belongs to.
    pub(crate) fn origin(&self, ssrc: Ssrc) -> Option<(Mid, Option<Rid>)> {
        self.streams.get(*ssrc).map(|stream| (stream.place.mid, stream.place.rid))
    }

    /// Asks for a keyframe with the next reply; false where there is no such stream.
    pub(crate) fn request_keyframe(&mut self, ssrc: Ssrc) -> bool {
        let Some(stream) = self.streams.get_mut(*ssrc) else { return false };
        stream.wants_keyframe = true;
        self.due = Some(self.began);
        true
    }
}

fn sooner(one: Option<Instant>, other: Option<Instant>) -> Option<Instant> {
    one.into_iter().chain(other).min()
}

#[cfg(test)]
mod tests;
