//! PictureIDs and TL0PICIDX over wraps, widths and switches.

use super::*;

/// A payload: `id` with 15 bits, 7 bits or none; a keyframe carries its height.
fn payload(id: Option<(u16, bool)>, tl0: Option<u8>, keyframe_height: Option<u16>) -> Arc<[u8]> {
    let mut bytes = vec![0x90, 0];
    if let Some((id, long)) = id {
        bytes[1] |= 0x80;
        if long {
            bytes.extend([0x80 | (id >> 8) as u8, id as u8]);
        } else {
            bytes.push(id as u8 & 0x7f);
        }
    }
    if let Some(tl0) = tl0 {
        bytes[1] |= 0x60;
        bytes.extend([tl0, 0]);
    }
    match keyframe_height {
        Some(height) => {
            bytes.extend([0x10, 0, 0, 0x9d, 0x01, 0x2a, 0, 0]);
            bytes.extend(height.to_le_bytes());
        }
        None => bytes.extend([0x11, 0, 0, 7, 7, 7]),
    }
    bytes.into()
}

fn picture(id: u16, tl0: u8) -> Picture {
    Frames::default().read(payload(Some((id, true)), Some(tl0), Some(720)), 0).unwrap().1
}

#[test]
fn a_long_picture_id_is_left_alone() {
    let before = payload(Some((0x1234, true)), Some(9), Some(360));
    let (after, picture) = Frames::default().read(before.clone(), 0).unwrap();
    assert_eq!(after, before);
    assert_eq!((picture.picture_id, picture.tl0, picture.keyframe, picture.height), (0x1234, Some(9), true, Some(360)));
}

#[test]
fn short_picture_ids_are_widened_and_unwrapped_over_many_rounds() {
    let mut frames = Frames::default();
    for n in 0..100_000_u32 {
        let (bytes, picture) = frames.read(payload(Some(((n % 128) as u16, false)), Some(3), None), 0).unwrap();
        assert_eq!(u32::from(picture.picture_id), n % 0x8000);
        assert_eq!(picture.tl0, Some(3));
        assert_eq!(bytes[bytes.len() - 6..], [0x11, 0, 0, 7, 7, 7]);
    }
}

#[test]
fn a_late_short_picture_id_keeps_its_number() {
    let mut frames = Frames::default();
    let mut read = |id: u16| frames.read(payload(Some((id, false)), None, None), 0).unwrap().1.picture_id;
    for id in 0..130 {
        read(id % 128);
    }
    assert_eq!(read(127), 127);
    assert_eq!(read(2), 130);
}

#[test]
fn frames_without_picture_ids_are_numbered_by_timestamp() {
    let mut frames = Frames::default();
    let mut read = |timestamp: u64| frames.read(payload(None, None, None), timestamp).unwrap().1.picture_id;
    assert_eq!([read(0), read(0), read(3000), read(6000), read(3000)], [1, 1, 2, 3, 2]);
}

#[test]
fn a_bare_descriptor_gets_a_picture_id_too() {
    let bare: Arc<[u8]> = vec![0x10, 0x10, 0, 0, 0x9d, 0x01, 0x2a, 0, 0, 0xb4, 0].into();
    let (bytes, picture) = Frames::default().read(bare, 0).unwrap();
    assert_eq!(bytes[..5], [0x90, 0x80, 0x80, 0x01, 0x10]);
    assert_eq!((picture.keyframe, picture.height), (true, Some(180)));
}

#[test]
fn truncated_payloads_are_refused() {
    for bytes in [&[][..], &[0x90], &[0x90, 0x80], &[0x90, 0x80, 0x81], &[0x90, 0x80, 0x81, 0x01]] {
        assert!(Frames::default().read(bytes.into(), 0).is_none());
    }
}

#[test]
fn a_switch_continues_both_numbers_by_one_over_their_wraps() {
    let mut rewrite = PictureRewrite::default();
    rewrite.switch(&picture(0x7ffe, 254));
    assert_eq!(rewrite.place(&picture(0x7ffe, 254)), (0x7ffe, Some(254)));
    assert_eq!(rewrite.place(&picture(0x7fff, 255)), (0x7fff, Some(255)));
    rewrite.switch(&picture(500, 17));
    assert_eq!(rewrite.place(&picture(500, 17)), (0, Some(0)));
    assert_eq!(rewrite.place(&picture(501, 17)), (1, Some(0)));
}

#[test]
fn numbers_stay_continuous_over_random_sources() {
    let (mut rewrite, mut expected, mut random) = (PictureRewrite::default(), None::<(u16, u8)>, 99_u64);
    for _ in 0..2000 {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let (id, tl0) = ((random >> 40) as u16 & 0x7fff, (random >> 24) as u8);
        rewrite.switch(&picture(id, tl0));
        for n in 0..(random >> 10) % 40 {
            let source = picture(id.wrapping_add(n as u16) & 0x7fff, tl0.wrapping_add(n as u8));
            let placed = rewrite.place(&source);
            if let Some((id, tl0)) = expected {
                assert_eq!(placed, (id, Some(tl0)));
            }
            expected = Some(((placed.0 + 1) & 0x7fff, placed.1.unwrap().wrapping_add(1)));
        }
    }
}

#[test]
fn a_late_frame_does_not_set_the_numbers_back() {
    let mut rewrite = PictureRewrite::default();
    rewrite.switch(&picture(10, 1));
    rewrite.place(&picture(10, 1));
    rewrite.place(&picture(12, 3));
    rewrite.place(&picture(11, 2));
    rewrite.switch(&picture(900, 90));
    assert_eq!(rewrite.place(&picture(900, 90)), (13, Some(4)));
}
