//! Where pixels look: the attention of a U-Net to its context, layer by layer.

use candle_core::Tensor;

use super::UNet2DConditionModel;
use crate::model::ModelError;
use crate::model::layers::attention_weights;
use crate::model::networks::inputs::ClassLabels;

/// How much every pixel attends to every place of the context, in one layer (Hertz et al. 2022, section 3).
#[derive(Clone, Debug)]
pub struct AttentionMap {
    /// The layer's name in checkpoints, such as `mid_block.attentions.0.transformer_blocks.0.attn2`.
    pub layer: String,
    /// Height and width of the picture whose pixels attend.
    pub size: [usize; 2],
    /// `softmax(q kᵀ / √d)`, `[n, heads, height · width, length]`: over the places of the context each row sums to 1.
    pub weights: Tensor,
}

impl UNet2DConditionModel {
    /// Like [`forward`](Self::forward), and where every pixel looks: a map for each layer that attends to the context, in
    /// the order in which a sample passes. The network is computed operation by operation, which takes longer.
    ///
    /// # Errors
    /// The errors of [`forward`](Self::forward).
    pub fn forward_with_attention(
        &self,
        sample: &Tensor,
        timesteps: &[f64],
        context: &Tensor,
        labels: Option<ClassLabels<'_>>,
    ) -> Result<(Tensor, Vec<AttentionMap>), ModelError> {
        let (sample, time, context) = self.taken(sample, timesteps, context, labels)?;
        let graph = self.body.graph();
        let layers = graph.cross_attentions();
        // Queries and keys; the third input are values.
        let inputs = layers.iter().flat_map(|layer| graph.node(layer.node).inputs.iter().take(2));
        let values: Vec<_> = inputs.copied().collect();
        let (output, found) = self.body.watched(&sample, Some(&time), Some(&context), &values)?;
        let map = |(layer, found): (crate::model::graph::CrossAttention, &[Tensor])| {
            let [query, key] = found else { return Ok(None) };
            let (_, _, height, width) = query.dims4()?;
            let weights = attention_weights(query, key, layer.heads)?;
            Ok(Some(AttentionMap { layer: layer.layer, size: [height, width], weights }))
        };
        let maps: Result<Vec<_>, ModelError> = layers.into_iter().zip(found.chunks(2)).map(map).collect();
        Ok((output, maps?.into_iter().flatten().collect()))
    }
}
