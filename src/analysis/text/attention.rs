//! How much pixels attend to words.

use std::ops::Range;
use std::sync::Arc;

use super::TokenizedText;
use crate::analysis::AnalysisError;
use crate::analysis::picture::numbers;
use crate::model::{AttentionMap, enlarged, enlargement};

/// How much pixels attend to the tokens of a text, in one layer. Pads are summed up: they are one place behind the end.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerAttention {
    /// The layer's name in checkpoints.
    pub layer: String,
    /// Height and width of the picture whose pixels attend.
    pub size: [usize; 2],
    /// The number of heads.
    pub heads: usize,
    /// The number of places: the tokens up to the end, and one for all pads if there are any.
    places: usize,
    /// `[heads, places, height · width]`. For each pixel and head they sum to 1.
    weights: Arc<[f32]>,
}

/// Which attention is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct AttentionChoice {
    /// The layer, from 0; the mean of all with `None`.
    pub layer: Option<usize>,
    /// The head of that layer, from 0; the mean of all with `None`.
    pub head: Option<usize>,
}

/// How much each pixel attends to a word.
#[derive(Clone, Debug, PartialEq)]
pub struct WordMap {
    /// Height and width.
    pub size: [usize; 2],
    /// The share of a pixel's attention, from 0 to 1.
    pub shares: Arc<[f32]>,
}

impl LayerAttention {
    /// The layers' maps of the second of two samples, for the tokens of a text.
    pub(super) fn all(maps: Vec<AttentionMap>, text: &TokenizedText) -> Result<Vec<Self>, AnalysisError> {
        maps.into_iter().map(|map| Self::of(map, text)).collect()
    }

    fn of(map: AttentionMap, text: &TokenizedText) -> Result<Self, AnalysisError> {
        let AttentionMap { layer, size, weights } = map;
        let (_, heads, pixels, length) = weights.dims4()?;
        // Of two samples the second, and [heads, length, pixels].
        let of_text = numbers(&weights.narrow(0, 1, 1)?.transpose(2, 3)?.contiguous()?)?;
        let read = (text.end() + 1).min(length);
        let places = read + usize::from(length > read);
        let mut kept = vec![0.0_f32; heads * places * pixels];
        for head in 0..heads {
            for token in 0..length {
                let place = token.min(places - 1);
                let from = &of_text[(head * length + token) * pixels..][..pixels];
                let to = &mut kept[(head * places + place) * pixels..][..pixels];
                to.iter_mut().zip(from).for_each(|(sum, weight)| *sum += weight);
            }
        }
        Ok(Self { layer, size, heads, places, weights: kept.into() })
    }

    /// The share of each pixel's attention that goes to some places, in one head or as the mean of all.
    fn shares(&self, tokens: Range<usize>, head: Option<usize>) -> Vec<f32> {
        let pixels = self.size[0] * self.size[1];
        let heads = match head {
            Some(head) => head.min(self.heads - 1)..head.min(self.heads - 1) + 1,
            None => 0..self.heads,
        };
        let part = 1.0 / heads.len() as f32;
        let mut sum = vec![0.0_f32; pixels];
        for head in heads {
            for place in tokens.start..tokens.end.min(self.places) {
                let weights = &self.weights[(head * self.places + place) * pixels..][..pixels];
                sum.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += part * weight);
            }
        }
        sum
    }
}

/// How much each pixel attends to the tokens at some places of the text; a place behind the end stands for all pads. The
/// mean over layers has the size of the largest, to which the others are enlarged (as Tang et al. 2023 do it). `None` if
/// no layer attends to the text.
pub fn word_map(layers: &[LayerAttention], tokens: Range<usize>, choice: AttentionChoice) -> Option<WordMap> {
    if let Some(layer) = choice.layer.and_then(|layer| layers.get(layer)) {
        return Some(WordMap { size: layer.size, shares: layer.shares(tokens, choice.head).into() });
    }
    let size = layers.iter().map(|layer| layer.size).max_by_key(|size| size[0] * size[1])?;
    let mut mean = vec![0.0_f32; size[0] * size[1]];
    // Sizes that do not divide the largest, of odd pictures, are left out.
    let fitting: Vec<&LayerAttention> =
        layers.iter().filter(|layer| enlargement(layer.size, size).is_some()).collect();
    let part = 1.0 / fitting.len().max(1) as f32;
    for layer in fitting {
        let own = layer.shares(tokens.clone(), None);
        let factor = enlargement(layer.size, size).unwrap_or(1);
        let large = enlarged(&own, [1, layer.size[0], layer.size[1]], factor);
        mean.iter_mut().zip(&large).for_each(|(mean, share)| *mean += part * share);
    }
    Some(WordMap { size, shares: mean.into() })
}
