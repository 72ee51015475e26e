//! Which layer of a publication a slot is to show.

use echo_bandwidth::Bitrate;
use echo_bandwidth::allocate::fills;

use crate::messages::Layer;

/// How many layers a publication has at most.
pub(crate) const MOST_LAYERS: usize = 3;

/// One layer as the choice sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LayerView {
    pub(crate) layer: Layer,
    /// Packets flow, and have done so without a stop for long enough.
    pub(crate) usable: bool,
    /// Height in pixels, as its keyframes say or as its name promises.
    pub(crate) height: u32,
    /// What it takes on the wire, as measured or as its name promises.
    pub(crate) bitrate: Bitrate,
}

/// The lowest usable layer that fills `max_height`, or the highest usable one.
pub(crate) fn choose(layers: &[LayerView], max_height: u32) -> Option<Layer> {
    let usable = || layers.iter().filter(|view| view.usable);
    usable()
        .filter(|view| fills(view.height, max_height))
        .min_by_key(|view| (view.height, view.layer))
        .or_else(|| usable().max_by_key(|view| (view.height, view.layer)))
        .map(|view| view.layer)
}

/// Height that a layer promises by its name, until a keyframe tells.
pub(crate) fn nominal_height(layer: Layer) -> u32 {
    match layer {
        Layer::None => 0,
        Layer::Q => 180,
        Layer::H => 360,
        Layer::F => 720,
    }
}

/// Place of a layer in the array of a publication.
pub(crate) fn index(layer: Layer) -> Option<usize> {
    match layer {
        Layer::None => None,
        Layer::Q => Some(0),
        Layer::H => Some(1),
        Layer::F => Some(2),
    }
}

/// The layer at a place.
pub(crate) const LAYERS: [Layer; MOST_LAYERS] = [Layer::Q, Layer::H, Layer::F];

#[cfg(test)]
mod tests {
    use super::*;

    fn views(usable: [bool; 3]) -> Vec<LayerView> {
        LAYERS
            .iter()
            .zip(usable)
            .map(|(layer, usable)| LayerView {
                layer: *layer,
                usable,
                height: nominal_height(*layer),
                bitrate: Bitrate::ZERO,
            })
            .collect()
    }

    #[test]
    fn the_lowest_layer_that_fills_the_tile_is_chosen() {
        let all = views([true; 3]);
        let chosen: Vec<_> = [90, 180, 198, 199, 360, 700, 2000].iter().map(|h| choose(&all, *h).unwrap()).collect();
        assert_eq!(chosen, [Layer::Q, Layer::Q, Layer::Q, Layer::H, Layer::H, Layer::F, Layer::F]);
    }

    #[test]
    fn what_does_not_flow_is_passed_over() {
        assert_eq!(choose(&views([true, true, false]), 720), Some(Layer::H));
        assert_eq!(choose(&views([false, true, true]), 90), Some(Layer::H));
        assert_eq!(choose(&views([false; 3]), 90), None);
    }
}
