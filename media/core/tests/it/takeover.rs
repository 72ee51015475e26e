//! A slot is given to another publisher: the receiver sees one stream.

use crate::common::World;
use crate::common::client::{FULL, Offers};
use crate::common::pictures::Ids;
use crate::common::streams::continuous_pictures;
use echo_core::messages::PictureState;

fn handed_over(ids: [Ids; 2]) {
    let mut world = World::new();
    let ana = world.connect("con_ana", FULL);
    let ben = world.connect("con_ben", Offers { camera: &[""], ..FULL });
    let cleo = world.connect("con_cleo", FULL);
    for (publisher, ids) in [ana, ben].into_iter().zip(ids) {
        world.clients[publisher].camera.ids = ids;
        world.clients[publisher].camera.on = true;
    }
    for round in 0..6 {
        let publisher = ["con_ana", "con_ben"][round % 2];
        world.watch("con_cleo", &[Some((publisher, 720))]);
        world.run(700);
        let slot = world.slot("con_cleo", 0).unwrap();
        assert_eq!((slot.state, slot.publisher.as_str()), (PictureState::Live, publisher));
    }
    let cleo = &world.clients[cleo];
    let said = continuous_pictures(&cleo.of(cleo.videos[0]));
    let mut owners: Vec<usize> = said.iter().map(|said| said.owner).collect();
    owners.dedup();
    assert_eq!(owners, [ana, ben, ana, ben, ana, ben]);
}

#[test]
fn a_slot_passed_back_and_forth_is_one_stream() {
    handed_over([Ids::Long, Ids::Long]);
}

#[test]
fn short_picture_ids_make_no_difference() {
    handed_over([Ids::Long, Ids::Short]);
}

#[test]
fn absent_picture_ids_make_no_difference() {
    handed_over([Ids::Absent, Ids::Long]);
}
