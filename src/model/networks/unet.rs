//! The part that the U-Nets share: their inputs, and the embedding of timestep and class.

use std::sync::Arc;

use candle_core::Tensor;

use super::body::Body;
use super::inputs::{self, ClassLabels, Domain};
use crate::model::ModelError;
use crate::model::config::Conditioning;
use crate::model::graph::planned::Section;
use crate::model::graph::{Graph, Kind, Value};

/// The states that a U-Net's weights can be in.
macro_rules! of_a_u_net {
    () => {
        /// This network with its weights on `device`, without variables; see
        /// [`Compute::open`](crate::model::Compute::open). Inputs may be on any device; outputs are on this one.
        ///
        /// # Errors
        /// If candle fails, out of memory for instance.
        pub fn on(self, device: &candle_core::Device) -> Result<Self, ModelError> {
            Ok(Self { body: self.body.on(device)?, ..self })
        }

        /// The device that the weights are on.
        pub fn device(&self) -> &candle_core::Device {
            self.body.device()
        }

        /// A copy of this network whose weights are variables, through which gradients flow.
        ///
        /// # Errors
        /// If candle fails, out of memory for instance.
        pub fn trainable(&self) -> Result<Self, ModelError> {
            Ok(self.with(self.body.trainable()?))
        }

        /// This network without variables, so that nothing is kept for gradients while it runs. The weights are shared:
        /// when training changes them, they change here too.
        ///
        /// # Errors
        /// If candle fails, out of memory for instance.
        pub fn frozen(&self) -> Result<Self, ModelError> {
            Ok(self.with(self.body.frozen()?))
        }

        /// A copy whose weights do not change any more, in the form that is fastest to compute with, if there is such a
        /// form: see [`is_prepared`](Self::is_prepared).
        ///
        /// # Errors
        /// If candle fails, out of memory for instance.
        pub fn prepared(&self) -> Result<Self, ModelError> {
            Ok(self.with(self.body.prepared()?))
        }

        fn with(&self, body: Body) -> Self {
            Self { config: self.config.clone(), inputs: self.inputs, body }
        }

        /// Whether the weights are kept in the form that is fastest to compute with. This is so for opened networks in
        /// f32 on a CPU for whose every part there is a kernel.
        pub fn is_prepared(&self) -> bool {
            self.body.is_prepared()
        }

        /// The variables that training changes, sorted by name. Empty for a network that is not trainable.
        ///
        /// # Errors
        /// If candle fails, out of memory for instance.
        pub fn variables(&self) -> Result<Vec<(&str, candle_core::Var)>, ModelError> {
            self.body.variables()
        }
    };
}

pub(super) use of_a_u_net;

/// The network's operations, and which of their values are inputs and outputs.
#[derive(Clone, Debug)]
pub(super) struct Structure {
    pub(super) graph: Arc<Graph>,
    pub(super) inputs: Inputs,
    /// The part of the graph that is planned: everything that depends on the sample or the context.
    pub(super) section: Section,
}

/// The values of the graph through which timestep and class enter.
#[derive(Clone, Copy, Debug)]
pub(super) struct Inputs {
    pub(super) timesteps: Value,
    /// Class labels, as numbers or vectors, for networks that are told the class.
    pub(super) labels: Option<Value>,
    /// The embedding of timestep and class, `[n, time_embed_dim]`.
    pub(super) embedding: Value,
}

impl Inputs {
    /// The embedding of timesteps and classes, `[samples, time_embed_dim]`.
    pub(super) fn embedded(
        self,
        body: &Body,
        (conditioning, domain): (Conditioning, Domain),
        samples: usize,
        timesteps: &[f64],
        labels: Option<ClassLabels<'_>>,
    ) -> Result<Tensor, ModelError> {
        let mut given = vec![(self.timesteps, inputs::timesteps(domain, samples, timesteps)?)];
        let labels = inputs::labels((conditioning, domain), samples, labels)?;
        if let (Some(value), Some(labels)) = (self.labels, labels) {
            let is_number = body.graph().node(value).kind == Kind::Number;
            given.push((value, if is_number { labels } else { body.taken(&labels)? }));
        }
        let embedding = body.evaluate(&given, self.embedding)?;
        Ok(embedding.broadcast_as((samples, embedding.dim(1)?))?.contiguous()?)
    }
}

/// Checks the shape of a sample, whose sides must be divisible by `factor`. Returns the batch size.
///
/// # Errors
/// [`ModelError::SampleShape`] or [`ModelError::SampleSize`].
pub(super) fn samples(sample: &Tensor, channels: usize, factor: usize) -> Result<usize, ModelError> {
    match *sample.dims() {
        [n, c, height, width] if c == channels && n * height * width > 0 => {
            if height.is_multiple_of(factor) && width.is_multiple_of(factor) {
                Ok(n)
            } else {
                Err(ModelError::SampleSize { width, height, factor })
            }
        }
        _ => Err(ModelError::SampleShape { found: sample.dims().to_vec(), channels }),
    }
}
