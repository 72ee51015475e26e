//! The four publications that a peer may have, and its ghosts with it.

use crate::messages::Source;
use crate::publication::{Sound, Video};

/// The sources of pictures.
pub(crate) const PICTURES: [Source; 2] = [Source::Camera, Source::Screen];

/// What one peer publishes.
#[derive(Debug)]
pub(crate) struct Publications {
    pub(crate) microphone: Option<Sound>,
    pub(crate) camera: Option<Video>,
    pub(crate) screen: Option<Video>,
    pub(crate) screen_sound: Option<Sound>,
}

impl Publications {
    /// Those that are offered.
    pub(crate) fn offered(offers: impl Fn(Source) -> bool) -> Publications {
        let sound = |source| offers(source).then(|| Sound::new(source));
        let video = |source| offers(source).then(|| Video::new(source));
        Publications {
            microphone: sound(Source::Microphone),
            camera: video(Source::Camera),
            screen: video(Source::Screen),
            screen_sound: sound(Source::ScreenSound),
        }
    }

    /// Which of them there are.
    pub(crate) fn sources(&self) -> Vec<Source> {
        let there = |source: &Source| match source {
            Source::Microphone => self.microphone.is_some(),
            Source::ScreenSound => self.screen_sound.is_some(),
            Source::Camera | Source::Screen => self.shown(*source).is_some(),
        };
        Source::ALL.into_iter().filter(there).collect()
    }

    /// A publication with pictures, to be looked at.
    pub(crate) fn shown(&self, source: Source) -> Option<&Video> {
        match source {
            Source::Camera => self.camera.as_ref(),
            Source::Screen => self.screen.as_ref(),
            Source::Microphone | Source::ScreenSound => None,
        }
    }

    pub(crate) fn video(&mut self, source: Source) -> Option<&mut Video> {
        match source {
            Source::Camera => self.camera.as_mut(),
            Source::Screen => self.screen.as_mut(),
            Source::Microphone | Source::ScreenSound => None,
        }
    }

    pub(crate) fn sound(&mut self, source: Source) -> Option<&mut Sound> {
        match source {
            Source::Microphone => self.microphone.as_mut(),
            Source::ScreenSound => self.screen_sound.as_mut(),
            Source::Camera | Source::Screen => None,
        }
    }
}
