//! `UNet2DModel` of diffusers: its weights, and the ways to compute it.
//!
//! | module | what it is |
//! | --- | --- |
//! | `describe` | the blocks of a network, from its config |
//! | `inputs` | timesteps and class labels |

mod describe;
mod inputs;

use std::collections::BTreeMap;
use std::sync::Arc;

use candle_core::{Device, Tensor, Var};

use self::describe::Structure;
use crate::model::config::{Conditioning, TimeEmbeddingType};
use crate::model::graph::planned::{Network, Training};
use crate::model::graph::{Graph, Kind};
use crate::model::parameters::{Parameters, Precision, Source};
use crate::model::{ModelError, UNet2DConfig, tape};

pub use inputs::ClassLabels;

/// A U-Net that predicts noise (or x₀, or v) from a noised sample and a timestep.
///
/// Opened networks hold plain tensors. Networks from [`init`](Self::init) and [`trainable`](Self::trainable) hold
/// variables, through which gradients flow.
#[derive(Clone, Debug)]
pub struct UNet2DModel {
    config: UNet2DConfig,
    precision: Precision,
    structure: Arc<Structure>,
    parameters: Parameters,
    /// Plans for weights that do not change and inputs without gradients, where the network can be planned.
    prepared: Option<Arc<Network>>,
    /// Plans for variables whose gradients are wanted, where the network can be planned.
    training: Option<Arc<Training>>,
}

impl UNet2DModel {
    /// A fresh network to be trained, with PyTorch's default initialisation. The same seed gives the
    /// same weights, on every machine.
    ///
    /// # Errors
    /// If the configuration is not valid or describes more than 2³² parameters.
    pub fn init(config: &UNet2DConfig, seed: u64) -> Result<Self, ModelError> {
        Self::init_with(config, seed, Precision::F32)
    }

    /// Like [`init`](Self::init), in a chosen precision. The weights are the same numbers in every precision.
    ///
    /// # Errors
    /// The errors of [`init`](Self::init).
    pub fn init_with(config: &UNet2DConfig, seed: u64, precision: Precision) -> Result<Self, ModelError> {
        config.validate("config")?;
        Self::build(config, precision, &Source::Fresh { seed, precision }).map(Self::for_training)
    }

    /// A network from tensors that were checked against the parameters of its [`graph`].
    pub(crate) fn from_tensors(
        config: &UNet2DConfig,
        precision: Precision,
        tensors: BTreeMap<String, Tensor>,
    ) -> Result<Self, ModelError> {
        Self::build(config, precision, &Source::Given { tensors, train: false }).map(Self::for_calls)
    }

    /// This network with its weights on `device`, without variables; see
    /// [`Compute::open`](crate::model::Compute::open). Inputs may be on any device; outputs are on this one.
    ///
    /// # Errors
    /// If candle fails, out of memory for instance.
    pub fn on(self, device: &Device) -> Result<Self, ModelError> {
        if self.device().same_device(device) {
            return Ok(self);
        }
        let moved = self
            .parameters
            .detached()
            .into_iter()
            .map(|(name, tensor)| Ok((name, tensor.to_device(device)?)));
        Self::from_tensors(&self.config, self.precision, moved.collect::<Result<_, ModelError>>()?)
    }

    /// The device that the weights are on.
    pub fn device(&self) -> &Device {
        self.parameters.any().map_or(&Device::Cpu, Tensor::device)
    }

    /// A copy of this network whose weights are variables.
    ///
    /// # Errors
    /// If candle fails, out of memory for instance.
    pub fn trainable(&self) -> Result<Self, ModelError> {
        // Making a variable copies, unless it is one already.
        self.rebuilt(&Source::Given { tensors: self.parameters.detached(), train: true })
            .map(Self::for_training)
    }

    /// This network without variables, so that nothing is kept for gradients while it runs. The weights are shared:
    /// when training changes them, they change here too.
    ///
    /// # Errors
    /// If candle fails, out of memory for instance.
    pub fn frozen(&self) -> Result<Self, ModelError> {
        self.rebuilt(&Source::Given { tensors: self.parameters.detached(), train: false })
    }

    /// A copy whose weights do not change any more, in the form that is fastest to compute with, if there is such a
    /// form: see [`is_prepared`](Self::is_prepared).
    ///
    /// # Errors
    /// If candle fails, out of memory for instance.
    pub fn prepared(&self) -> Result<Self, ModelError> {
        let copies = self.tensors().map(|(name, tensor)| Ok((name.to_owned(), tensor.detach().copy()?)));
        let tensors = copies.collect::<Result<_, ModelError>>()?;
        self.rebuilt(&Source::Given { tensors, train: false }).map(Self::for_calls)
    }

    fn build(config: &UNet2DConfig, precision: Precision, source: &Source) -> Result<Self, ModelError> {
        let structure = Arc::new(Structure::of(config)?);
        let parameters = Parameters::load(structure.graph.parameters(), source)?;
        let config = config.clone();
        Ok(Self { config, precision, structure, parameters, prepared: None, training: None })
    }

    /// The same network with other tensors.
    fn rebuilt(&self, source: &Source) -> Result<Self, ModelError> {
        let parameters = Parameters::load(self.structure.graph.parameters(), source)?;
        Ok(Self { parameters, prepared: None, training: None, ..self.clone() })
    }

    /// Adds plans for weights that do not change, where the network can be planned.
    fn for_calls(mut self) -> Self {
        if self.precision == Precision::F32 && self.device().is_cpu() {
            let Structure { graph, .. } = &*self.structure;
            let section = self.structure.section();
            self.prepared = Network::new(graph, section, self.parameters.detached()).map(Arc::new);
        }
        self
    }

    /// Adds plans for weights that change, where the network can be planned.
    fn for_training(mut self) -> Self {
        if self.precision == Precision::F32 && self.device().is_cpu() {
            let Structure { graph, .. } = &*self.structure;
            let section = self.structure.section();
            self.training = Training::new(graph, section, self.parameters.detached()).map(Arc::new);
        }
        self
    }

    /// The network's prediction for noised samples.
    ///
    /// - `sample`: `[n, in_channels, height, width]`, in `[-1, 1]` plus noise; both sides divisible by
    /// - `timesteps`: one for all samples, or one for each. They are diffusers' training timesteps, which count **from
    ///   0**: `t − 1` for this program's t. Fractions are allowed, except for a learned table. Networks with a Fourier
    ///   embedding take noise levels σ > 0.
    /// - `labels`: classes, as [`UNet2DConfig::conditioning`] says; one for all samples, or one for each.
    ///
    /// The result is `[n, out_channels, height, width]` in the network's precision. Dropout is not applied.
    ///
    /// # Errors
    /// A [`ModelError`] that says which input is wrong (nothing has been computed then), or that there is too little
    /// memory.
    pub fn forward(
        &self,
        sample: &Tensor,
        timesteps: &[f64],
        labels: Option<ClassLabels<'_>>,
    ) -> Result<Tensor, ModelError> {
        let samples = self.check(sample)?;
        let time = self.embedding(samples, timesteps, labels)?;
        let sample = sample.to_dtype(self.precision.dtype())?.to_device(self.device())?;
        let sample = if self.config.center_input_sample { ((sample * 2.0)? - 1.0)? } else { sample };
        let output = match (&self.prepared, &self.training) {
            (Some(network), _) if !sample.track_op() && !time.track_op() => {
                network.call(&sample, Some(&time))?
            }
            (_, Some(training)) if tape::recording() && !sample.track_op() => {
                training.call(&sample, Some(&time), self.parameters.variables()?)?
            }
            _ => {
                let Structure { graph, embedding, sample: from, output, .. } = &*self.structure;
                let given = [(*embedding, time), (*from, sample.contiguous()?)];
                graph.evaluate(&self.parameters, &given, &[*output])?.remove(0)
            }
        };
        if self.config.time_embedding_type != TimeEmbeddingType::Fourier {
            return Ok(output);
        }
        let levels = Tensor::from_slice(timesteps, (timesteps.len(), 1, 1, 1), &Device::Cpu)?;
        let levels = levels.to_dtype(self.precision.dtype())?.to_device(self.device())?;
        Ok(output.broadcast_div(&levels)?)
    }

    /// The embedding of timestep and class, `[samples, time_embed_dim]`.
    fn embedding(
        &self,
        samples: usize,
        timesteps: &[f64],
        labels: Option<ClassLabels<'_>>,
    ) -> Result<Tensor, ModelError> {
        let Structure { graph, timesteps: number, labels: label, embedding, .. } = &*self.structure;
        let mut given = vec![(*number, inputs::timesteps(&self.config, samples, timesteps)?)];
        if let (Some(value), Some(labels)) = (label, inputs::labels(&self.config, samples, labels)?) {
            let labels = match graph.node(*value).kind {
                Kind::Number => labels,
                _ => labels.to_dtype(self.precision.dtype())?.to_device(self.device())?,
            };
            given.push((*value, labels));
        }
        let embedding = graph.evaluate(&self.parameters, &given, &[*embedding])?.remove(0);
        Ok(embedding.broadcast_as((samples, embedding.dim(1)?))?.contiguous()?)
    }

    /// Checks the shape of a sample and returns its batch size.
    fn check(&self, sample: &Tensor) -> Result<usize, ModelError> {
        let channels = self.config.in_channels;
        let factor = self.config.size_factor();
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

    /// The configuration that the network was built from.
    pub fn config(&self) -> &UNet2DConfig {
        &self.config
    }

    /// Sets the class that stands for "no class" in guidance.
    ///
    /// # Errors
    /// If the network has no such class.
    pub fn set_null_class(&mut self, class: usize) -> Result<(), ModelError> {
        let Conditioning::Classes { classes } = self.config.conditioning() else {
            return Err(ModelError::LabelsUnexpected);
        };
        if class >= classes {
            let expected = format!("from 0 to {}", classes - 1);
            return Err(ModelError::Range { what: "null class", found: class as f64, expected });
        }
        self.config.null_class = Some(class);
        Ok(())
    }

    /// Whether the weights are kept in the form that is fastest to compute with. This is so for opened networks in f32
    /// on a CPU for whose every part there is a kernel.
    pub fn is_prepared(&self) -> bool {
        self.prepared.is_some()
    }

    /// The precision that the network computes with.
    pub fn precision(&self) -> Precision {
        self.precision
    }

    /// The number of parameters.
    pub fn parameter_count(&self) -> usize {
        self.parameters.count()
    }

    /// All tensors by their names in a checkpoint, sorted by name.
    pub fn tensors(&self) -> impl ExactSizeIterator<Item = (&str, &Tensor)> {
        self.parameters.tensors()
    }

    /// The variables that training changes, sorted by name. Empty for a network that is not trainable.
    ///
    /// # Errors
    /// If candle fails, out of memory for instance.
    pub fn variables(&self) -> Result<Vec<(&str, Var)>, ModelError> {
        self.parameters.variables()
    }
}

/// The graph of the network with this config, which must be valid.
///
/// # Errors
/// [`ModelError::TooLarge`] for more than 2³² parameters.
pub(crate) fn graph(config: &UNet2DConfig) -> Result<Graph, ModelError> {
    Structure::of(config).map(|structure| structure.graph)
}

/// The planned part alone; tensors that are not needed may be missing.
#[cfg(test)]
pub(crate) fn planned(config: &UNet2DConfig, tensors: BTreeMap<String, Tensor>) -> Network {
    let structure = Structure::of(config).unwrap();
    Network::new(&structure.graph, structure.section(), tensors).unwrap()
}

// Networks are moved to a worker's thread and shared with others.
const _: fn() = || {
    fn shared<T: Send + Sync>() {}
    shared::<UNet2DModel>();
};
