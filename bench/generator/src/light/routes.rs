//! What an incoming packet is, by its header alone.

use std::collections::HashMap;

use echo_wire::rtp::Header;
use str0m::media::Mid;

use super::description::{Kind, Section};
use super::media_line::{MID, MediaLine, TRANSPORT_WIDE};

/// A stream's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub mid: Mid,
    pub video: bool,
    /// Holes in it can be asked for again.
    pub repaired: bool,
    /// It carries retransmissions, of this stream where that was said.
    pub repair: Option<Option<u32>>,
    /// RTP clock, in Hz.
    pub clock: u32,
}

/// One line that receives.
#[derive(Debug, Clone, Copy)]
struct Receiving {
    place: Place,
    payload_types: (u8, Option<u8>),
    mid_extension: Option<u8>,
}

/// Where what arrives belongs.
#[derive(Debug, Default)]
pub struct Routes {
    lines: Vec<Receiving>,
    announced: HashMap<u32, Mid>,
    repairs: HashMap<u32, u32>,
    /// Id of the extension with the transport-wide number.
    pub transport_wide: Option<u8>,
    /// Receiver-side estimates are wanted.
    pub estimates: bool,
}

impl Routes {
    /// From our lines and the other side's sections.
    pub fn new(lines: &[MediaLine], sections: &[Section]) -> Routes {
        let mut routes = Routes::default();
        for line in lines.iter().filter(|line| line.receives() && line.kind != Kind::Application) {
            let (video, repaired) = (line.kind == Kind::Video, line.has_feedback("nack"));
            let clock = if video { 90_000 } else { 48_000 };
            let place = Place { mid: line.name(), video, repaired, repair: None, clock };
            let mid_extension = line.extension(MID);
            routes.lines.push(Receiving { place, payload_types: line.payload_types, mid_extension });
            routes.transport_wide = routes.transport_wide.or(line.extension(TRANSPORT_WIDE));
            routes.estimates |= line.has_feedback("goog-remb");
        }
        for section in sections {
            routes.announced.extend(section.ssrcs.iter().map(|ssrc| (*ssrc, Mid::from(&*section.mid))));
            routes.repairs.extend(section.repairs.iter().map(|(main, repair)| (*repair, *main)));
        }
        // The line need not be read twice where the better way was agreed on.
        routes.estimates &= routes.transport_wide.is_none();
        routes
    }

    /// Where a stream belongs that was not heard of before: by its SSRC in the SDP, by the name in the packet, or by what only
    /// one line can be. `None` for payload types that nobody agreed on.
    pub fn place(&self, header: &Header, packet: &[u8]) -> Option<Place> {
        let fits = |line: &&Receiving| {
            let (main, repair) = line.payload_types;
            header.payload_type == main || Some(header.payload_type) == repair
        };
        let named = |line: &&Receiving| {
            let name = line.mid_extension.and_then(|id| header.extension(packet, id));
            name.is_some_and(|name| line.place.mid.as_bytes() == name)
        };
        let announced = self.announced.get(&header.ssrc);
        let among = || self.lines.iter().filter(fits);
        let line = among().find(|line| announced == Some(&line.place.mid));
        let line = line.or_else(|| among().find(named)).or_else(|| among().next())?;
        let repair =
            (line.payload_types.1 == Some(header.payload_type)).then(|| self.repairs.get(&header.ssrc).copied());
        Some(Place { repair, repaired: line.place.repaired && repair.is_none(), ..line.place })
    }
}
