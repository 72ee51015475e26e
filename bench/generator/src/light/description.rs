//! What the other side's SDP says, as far as a participant without a browser needs it (RFC 8866, RFC 8829).

use str0m::crypto::Fingerprint;

/// What an m-line carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Audio,
    Video,
    Application,
    /// To be refused.
    Other,
}

impl Kind {
    /// As the m-line names it.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Audio => "audio",
            Kind::Video => "video",
            Kind::Application => "application",
            Kind::Other => "text",
        }
    }

    /// The codec spoken on it.
    pub fn codec(self) -> &'static str {
        if self == Kind::Audio { "opus" } else { "VP8" }
    }
}

/// Who sends on an m-line, seen from whoever wrote the description.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Way {
    #[default]
    Both,
    Send,
    Receive,
    Neither,
}

impl Way {
    pub fn sends(self) -> bool {
        matches!(self, Way::Both | Way::Send)
    }

    pub fn receives(self) -> bool {
        matches!(self, Way::Both | Way::Receive)
    }

    /// The way of who does these.
    pub fn of(sends: bool, receives: bool) -> Way {
        match (sends, receives) {
            (true, true) => Way::Both,
            (true, false) => Way::Send,
            (false, true) => Way::Receive,
            (false, false) => Way::Neither,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Way::Both => "sendrecv",
            Way::Send => "sendonly",
            Way::Receive => "recvonly",
            Way::Neither => "inactive",
        }
    }

    fn named(name: &str) -> Option<Way> {
        [Way::Both, Way::Send, Way::Receive, Way::Neither].into_iter().find(|way| way.name() == name)
    }
}

/// One payload type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Format {
    pub payload_type: u8,
    pub codec: String,
    /// For retransmissions: of what.
    pub repairs: Option<u8>,
}

/// One m-line with its attributes.
#[derive(Debug, Clone)]
pub struct Section {
    pub kind: Kind,
    pub mid: String,
    /// Third and later fields of the m-line.
    pub protocol: String,
    pub formats_text: String,
    pub rejected: bool,
    pub way: Way,
    pub formats: Vec<Format>,
    pub extensions: Vec<(u8, String)>,
    /// Payload type and mechanism of each `a=rtcp-fb`.
    pub feedback: Vec<(u8, String)>,
    pub reduced_size: bool,
    pub ssrcs: Vec<u32>,
    /// Stream and its retransmissions (`a=ssrc-group:FID`).
    pub repairs: Vec<(u32, u32)>,
}

impl Section {
    /// Payload type of our codec and of its retransmissions.
    pub fn payload_types(&self) -> Option<(u8, Option<u8>)> {
        let ours = |format: &&Format| format.codec.eq_ignore_ascii_case(self.kind.codec());
        let main = self.formats.iter().find(ours)?.payload_type;
        let repair = self.formats.iter().find(|format| format.repairs == Some(main));
        Some((main, repair.map(|format| format.payload_type)))
    }

    /// The id of a header extension.
    pub fn extension(&self, uri: &str) -> Option<u8> {
        self.extensions.iter().find(|(_, found)| found == uri).map(|(id, _)| *id)
    }

    /// Whether this feedback was named for a payload type.
    pub fn has_feedback(&self, payload_type: u8, mechanism: &str) -> bool {
        self.feedback.iter().any(|(found, name)| *found == payload_type && name == mechanism)
    }
}

/// A whole description.
#[derive(Debug)]
pub struct Description {
    pub ufrag: String,
    pub password: String,
    pub lite: bool,
    pub fingerprint: Fingerprint,
    /// The value of `a=setup`.
    pub setup: String,
    /// Values of `a=candidate`, the attribute's name included.
    pub candidates: Vec<String>,
    pub sections: Vec<Section>,
}

impl Description {
    /// Reads an offer or an answer. What concerns the transport may stand in any section, since all are bundled.
    pub fn read(sdp: &str) -> Result<Description, String> {
        let mut transport = Vec::new();
        let mut candidates: Vec<String> = Vec::new();
        let mut sections: Vec<Section> = Vec::new();
        for line in sdp.lines().map(str::trim) {
            if let Some(media) = line.strip_prefix("m=") {
                sections.push(section(media, sections.len()).ok_or_else(|| format!("no m-line: {line:?}"))?);
            } else if let Some(attribute) = line.strip_prefix("a=") {
                let (name, value) = attribute.split_once(':').unwrap_or((attribute, ""));
                match name {
                    "ice-ufrag" | "ice-pwd" | "ice-lite" | "fingerprint" | "setup" => transport.push((name, value)),
                    "candidate" if !candidates.iter().any(|known| known == attribute) => {
                        candidates.push(attribute.to_owned());
                    }
                    _ => sections.last_mut().map(|section| section.read(name, value)).unwrap_or_default(),
                }
            }
        }
        let first = |name| transport.iter().find(|(found, _)| *found == name).map(|(_, value)| *value);
        let needed = |name| first(name).ok_or_else(|| format!("the description has no {name}"));
        Ok(Description {
            ufrag: needed("ice-ufrag")?.to_owned(),
            password: needed("ice-pwd")?.to_owned(),
            lite: first("ice-lite").is_some(),
            fingerprint: fingerprint(needed("fingerprint")?).ok_or("the fingerprint cannot be read")?,
            setup: first("setup").unwrap_or("actpass").to_owned(),
            candidates,
            sections,
        })
    }
}

impl Section {
    fn read(&mut self, name: &str, value: &str) {
        match name {
            "mid" => self.mid = value.to_owned(),
            "rtcp-rsize" => self.reduced_size = true,
            "rtpmap" => self.formats.extend(format(value)),
            "fmtp" => self.note_repair(value),
            "rtcp-fb" => {
                if let Some((payload_type, mechanism)) = value.split_once(' ') {
                    // "*" stands for all; nobody writes it for VP8.
                    self.feedback.extend(payload_type.parse().ok().map(|found| (found, mechanism.trim().to_owned())));
                }
            }
            "extmap" => self.extensions.extend(extension(value)),
            "ssrc" => {
                let ssrc = value.split(' ').next().and_then(|ssrc| ssrc.parse().ok());
                self.ssrcs.extend(ssrc.filter(|ssrc| !self.ssrcs.contains(ssrc)));
            }
            "ssrc-group" => {
                let numbers: Vec<u32> = value.split(' ').skip(1).filter_map(|ssrc| ssrc.parse().ok()).collect();
                if let ([main, repair], true) = (&numbers[..], value.starts_with("FID ")) {
                    self.repairs.push((*main, *repair));
                }
            }
            other => self.way = Way::named(other).unwrap_or(self.way),
        }
    }

    fn note_repair(&mut self, value: &str) {
        let Some((payload_type, parameters)) = value.split_once(' ') else { return };
        let repaired = parameters.split(';').find_map(|parameter| parameter.trim().strip_prefix("apt=")?.parse().ok());
        for format in &mut self.formats {
            if payload_type.parse() == Ok(format.payload_type) {
                format.repairs = format.repairs.or(repaired);
            }
        }
    }
}

fn section(media: &str, index: usize) -> Option<Section> {
    let mut fields = media.splitn(4, ' ');
    let kinds = [Kind::Audio, Kind::Video, Kind::Application];
    let name = fields.next()?;
    let port: u16 = fields.next()?.split('/').next()?.parse().ok()?;
    Some(Section {
        kind: kinds.into_iter().find(|kind| kind.name() == name).unwrap_or(Kind::Other),
        mid: index.to_string(),
        protocol: fields.next()?.to_owned(),
        formats_text: fields.next().unwrap_or_default().to_owned(),
        rejected: port == 0,
        way: Way::default(),
        formats: Vec::new(),
        extensions: Vec::new(),
        feedback: Vec::new(),
        reduced_size: false,
        ssrcs: Vec::new(),
        repairs: Vec::new(),
    })
}

/// "96 VP8/90000"
fn format(value: &str) -> Option<Format> {
    let (payload_type, encoding) = value.split_once(' ')?;
    let codec = encoding.split('/').next()?.to_owned();
    Some(Format { payload_type: payload_type.parse().ok()?, codec, repairs: None })
}

/// "3 uri" or "3/recvonly uri"
fn extension(value: &str) -> Option<(u8, String)> {
    let (id, rest) = value.split_once(' ')?;
    Some((id.split('/').next()?.parse().ok()?, rest.split(' ').next()?.to_owned()))
}

/// "sha-256 AB:CD:..."
fn fingerprint(value: &str) -> Option<Fingerprint> {
    let (hash, digits) = value.split_once(' ')?;
    let bytes = digits.trim().split(':').map(|byte| u8::from_str_radix(byte, 16).ok()).collect::<Option<_>>()?;
    Some(Fingerprint { hash_func: hash.to_lowercase(), bytes })
}

#[cfg(test)]
#[path = "description_tests.rs"]
mod tests;
