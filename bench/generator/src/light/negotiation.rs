//! How a light participant and the other side come to terms.

use std::mem;

use str0m::{Candidate, IceCreds};

use super::Light;
use super::description::{Description, Kind, Section};
use super::media_line::{MediaLine, Sent, Transport, describe};
use super::routes::Routes;

const LAYERS: [char; 3] = ['q', 'h', 'f'];

impl Light {
    /// Offers one more line.
    pub(super) fn add(&mut self, kind: Kind, sent: Vec<Sent>) -> String {
        let mid = self.lines.len().to_string();
        self.lines.push(MediaLine::offered(kind, mid.clone(), sent));
        mid
    }

    /// New streams to be sent.
    pub(super) fn streams(&mut self, kind: Kind, layers: usize) -> Vec<Sent> {
        let api = self.link.rtc.direct_api();
        let sent = |rid| {
            let repair = (kind == Kind::Video).then(|| *api.new_ssrc());
            Sent { ssrc: *api.new_ssrc(), repair, rid }
        };
        if layers >= 3 { LAYERS.into_iter().map(|rid| sent(Some(rid))).collect() } else { vec![sent(None)] }
    }

    /// Writes an offer or an answer.
    pub(super) fn describe(&mut self, setup: &str) -> String {
        self.version += 1;
        let api = self.link.rtc.direct_api();
        let IceCreds { ufrag, pass } = api.local_ice_credentials();
        let fingerprint = api.local_dtls_fingerprint().to_string();
        let transport =
            Transport { ufrag: &ufrag, password: &pass, fingerprint: &fingerprint, setup, candidate: &self.candidate };
        describe(&self.lines, &transport, self.version)
    }

    /// Takes the other side's transport, and begins DTLS if that has not begun.
    pub(super) fn start(&mut self, remote: &Description, client: bool) -> Result<(), String> {
        for candidate in &remote.candidates {
            if let Ok(candidate) = Candidate::from_sdp_string(candidate) {
                self.link.rtc.add_remote_candidate(candidate);
            }
        }
        let mut api = self.link.rtc.direct_api();
        if !mem::replace(&mut self.started, true) {
            api.set_remote_ice_credentials(IceCreds { ufrag: remote.ufrag.clone(), pass: remote.password.clone() });
            api.set_remote_fingerprint(remote.fingerprint.clone());
            api.start_dtls(client).map_err(|error| error.to_string())?;
        }
        let data = remote.sections.iter().any(|section| section.kind == Kind::Application && !section.rejected);
        if data && !mem::replace(&mut self.talks, true) {
            api.start_sctp(client);
        }
        self.media.receiver.routes = Routes::new(&self.lines, &remote.sections);
        self.media.sender.settle(&self.lines);
        self.link.drain();
        Ok(())
    }

    /// Our side of the sections of an offer. Lines that are there keep their streams; others send while something is to be sent.
    pub(super) fn answer_lines(
        &mut self,
        sections: &[Section],
        mut sounds: usize,
        mut pictures: usize,
    ) -> Vec<MediaLine> {
        let mut lines: Vec<MediaLine> = Vec::new();
        for (index, section) in sections.iter().enumerate() {
            let left = if section.kind == Kind::Audio { &mut sounds } else { &mut pictures };
            let media = matches!(section.kind, Kind::Audio | Kind::Video);
            let known = self.lines.get(index).map(|line| line.sent.clone()).unwrap_or_default();
            let wanted = media && section.way.receives() && *left > 0 && known.is_empty();
            *left -= usize::from(wanted);
            let sent = if wanted { self.streams(section.kind, 1) } else { known };
            lines.push(MediaLine::answering(section, sent));
        }
        lines
    }
}
