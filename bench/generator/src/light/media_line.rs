//! One m-line as both sides have agreed on it, and how it is written.

use std::fmt::Write;

use str0m::media::Mid;

use super::description::{Kind, Section, Way};

pub const AUDIO_LEVEL: &str = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";
pub const TRANSPORT_WIDE: &str = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";
pub const MID: &str = "urn:ietf:params:rtp-hdrext:sdes:mid";
pub const RID: &str = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id";
pub const REPAIRED_RID: &str = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id";

const OPUS: u8 = 111;
const VP8: u8 = 96;
const VP8_REPAIR: u8 = 97;

/// What we offer on lines that receive.
const WHEN_RECEIVING: [(u8, &str); 3] = [(1, AUDIO_LEVEL), (3, TRANSPORT_WIDE), (4, MID)];
/// What we offer on lines that send. No transport-wide numbers: nothing here estimates a line.
const WHEN_SENDING: [(u8, &str); 2] = [(1, AUDIO_LEVEL), (4, MID)];
const WITH_LAYERS: [(u8, &str); 2] = [(10, RID), (11, REPAIRED_RID)];

const SOUND_FEEDBACK: [&str; 1] = ["transport-cc"];
const PICTURE_FEEDBACK: [&str; 5] = ["transport-cc", "goog-remb", "ccm fir", "nack", "nack pli"];

/// A stream that is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sent {
    pub ssrc: u32,
    /// SSRC of the retransmissions of pictures.
    pub repair: Option<u32>,
    /// `q`, `h` or `f`, where there are layers.
    pub rid: Option<char>,
}

/// An m-line.
#[derive(Debug, Clone)]
pub struct MediaLine {
    pub kind: Kind,
    pub mid: String,
    protocol: String,
    formats_text: String,
    pub way: Way,
    pub rejected: bool,
    /// Of the codec, and of its retransmissions.
    pub payload_types: (u8, Option<u8>),
    pub extensions: Vec<(u8, String)>,
    pub feedback: Vec<String>,
    pub reduced_size: bool,
    pub sent: Vec<Sent>,
}

impl MediaLine {
    /// A line that we offer. It sends what `sent` lists, or else receives.
    pub fn offered(kind: Kind, mid: String, sent: Vec<Sent>) -> MediaLine {
        let sends = !sent.is_empty();
        let layers = if sent.len() > 1 { &WITH_LAYERS[..] } else { &[] };
        let offered = if sends { &WHEN_SENDING[..] } else { &WHEN_RECEIVING[..] };
        let fits = |(_, uri): &&(u8, &str)| kind == Kind::Audio || *uri != AUDIO_LEVEL;
        let feedback = feedback(kind).iter().filter(|name| !(sends && **name == "transport-cc"));
        MediaLine {
            kind,
            mid,
            protocol: "UDP/TLS/RTP/SAVPF".to_owned(),
            formats_text: String::new(),
            way: Way::of(sends, !sends),
            rejected: false,
            payload_types: if kind == Kind::Audio { (OPUS, None) } else { (VP8, Some(VP8_REPAIR)) },
            extensions: offered.iter().chain(layers).filter(fits).map(|(id, uri)| (*id, (*uri).to_owned())).collect(),
            feedback: feedback.map(|name| (*name).to_owned()).collect(),
            reduced_size: true,
            sent,
        }
    }

    /// Our side of a line that the other side offered: it receives what is sent, and sends `sent` if that is wanted.
    pub fn answering(section: &Section, sent: Vec<Sent>) -> MediaLine {
        let payload_types = section.payload_types();
        let speaks = section.kind == Kind::Application || payload_types.is_some();
        let wanted = [TRANSPORT_WIDE, MID, AUDIO_LEVEL, RID, REPAIRED_RID];
        let payload_types = payload_types.unwrap_or_default();
        let both = |name: &&&str| section.has_feedback(payload_types.0, name);
        MediaLine {
            kind: section.kind,
            mid: section.mid.clone(),
            protocol: section.protocol.clone(),
            formats_text: section.formats_text.clone(),
            way: Way::of(section.way.receives() && !sent.is_empty(), section.way.sends()),
            rejected: section.rejected || section.kind == Kind::Other || !speaks,
            payload_types,
            extensions: section.extensions.iter().filter(|(_, uri)| wanted.contains(&&**uri)).cloned().collect(),
            feedback: feedback(section.kind).iter().filter(both).map(|name| (*name).to_owned()).collect(),
            reduced_size: section.reduced_size,
            sent,
        }
    }

    /// Takes what the other side answered to a line of ours.
    pub fn settle(&mut self, section: &Section) {
        self.rejected |= section.rejected;
        self.payload_types = section.payload_types().unwrap_or(self.payload_types);
        self.extensions.retain(|(_, uri)| section.extension(uri).is_some());
        self.feedback.retain(|name| section.has_feedback(self.payload_types.0, name));
        self.reduced_size &= section.reduced_size;
        self.way = Way::of(self.way.sends() && section.way.receives(), self.way.receives() && section.way.sends());
    }

    /// Whether media may arrive on it.
    pub fn receives(&self) -> bool {
        !self.rejected && self.way.receives()
    }

    /// Whether media may be sent on it.
    pub fn sends(&self) -> bool {
        !self.rejected && self.way.sends()
    }

    /// The id of a header extension.
    pub fn extension(&self, uri: &str) -> Option<u8> {
        self.extensions.iter().find(|(_, found)| found == uri).map(|(id, _)| *id)
    }

    /// Whether a kind of feedback was agreed on.
    pub fn has_feedback(&self, name: &str) -> bool {
        self.feedback.iter().any(|found| found == name)
    }

    /// Its name as str0m has it.
    pub fn name(&self) -> Mid {
        Mid::from(&*self.mid)
    }

    fn write(&self, transport: &Transport<'_>, into: &mut String) -> std::fmt::Result {
        let (main, repair) = self.payload_types;
        let port = if self.rejected { 0 } else { 9 };
        let types = match repair {
            _ if self.rejected || self.kind == Kind::Application => self.formats_text.clone(),
            Some(repair) => format!("{main} {repair}"),
            None => main.to_string(),
        };
        write!(
            into,
            "m={} {port} {} {types}\r\nc=IN IP4 0.0.0.0\r\na=mid:{}\r\n",
            self.kind.name(),
            self.protocol,
            self.mid
        )?;
        if self.rejected {
            return into.write_str("a=inactive\r\n");
        }
        write!(into, "a=ice-ufrag:{}\r\na=ice-pwd:{}\r\n", transport.ufrag, transport.password)?;
        write!(into, "a=fingerprint:{}\r\na=setup:{}\r\n", transport.fingerprint, transport.setup)?;
        write!(into, "a={}\r\na=end-of-candidates\r\n", transport.candidate)?;
        if self.kind == Kind::Application {
            return into.write_str("a=sctp-port:5000\r\n");
        }
        write!(into, "a={}\r\na=rtcp-mux\r\n", self.way.name())?;
        if self.reduced_size {
            into.write_str("a=rtcp-rsize\r\n")?;
        }
        match self.kind {
            Kind::Audio => {
                write!(into, "a=rtpmap:{main} opus/48000/2\r\na=fmtp:{main} minptime=10;useinbandfec=1\r\n")?
            }
            _ => write!(into, "a=rtpmap:{main} VP8/90000\r\n")?,
        }
        if let Some(repair) = repair {
            write!(into, "a=rtpmap:{repair} rtx/90000\r\na=fmtp:{repair} apt={main}\r\n")?;
        }
        for name in &self.feedback {
            write!(into, "a=rtcp-fb:{main} {name}\r\n")?;
        }
        for (id, uri) in &self.extensions {
            write!(into, "a=extmap:{id} {uri}\r\n")?;
        }
        self.write_sent(into)
    }

    fn write_sent(&self, into: &mut String) -> std::fmt::Result {
        let name = format!("load{}", self.mid);
        if self.way.sends() {
            write!(into, "a=msid:load {name}\r\n")?;
        }
        let rids: Vec<String> = self.sent.iter().filter_map(|sent| sent.rid).map(String::from).collect();
        for rid in &rids {
            write!(into, "a=rid:{rid} send\r\n")?;
        }
        if !rids.is_empty() {
            return write!(into, "a=simulcast:send {}\r\n", rids.join(";"));
        }
        for sent in &self.sent {
            let repair = sent.repair.filter(|_| self.payload_types.1.is_some());
            if let Some(repair) = repair {
                write!(into, "a=ssrc-group:FID {} {repair}\r\n", sent.ssrc)?;
            }
            for ssrc in [sent.ssrc].into_iter().chain(repair) {
                write!(into, "a=ssrc:{ssrc} cname:load\r\na=ssrc:{ssrc} msid:load {name}\r\n")?;
            }
        }
        Ok(())
    }
}

/// What all bundled lines share.
pub struct Transport<'a> {
    pub ufrag: &'a str,
    pub password: &'a str,
    pub fingerprint: &'a str,
    pub setup: &'a str,
    /// `candidate:...`
    pub candidate: &'a str,
}

/// Writes an offer or an answer. `version` goes up with each.
pub fn describe(lines: &[MediaLine], transport: &Transport<'_>, version: u64) -> String {
    let bundled: Vec<&str> = lines.iter().filter(|line| !line.rejected).map(|line| &*line.mid).collect();
    let mut sdp = format!(
        "v=0\r\no=- 1 {version} IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE {}\r\na=msid-semantic: WMS *\r\n\
         a=extmap-allow-mixed\r\n",
        bundled.join(" ")
    );
    for line in lines {
        line.write(transport, &mut sdp).expect("a string takes everything");
    }
    sdp
}

fn feedback(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Audio => &SOUND_FEEDBACK,
        Kind::Video => &PICTURE_FEEDBACK,
        Kind::Application | Kind::Other => &[],
    }
}
