//! The network (`diffusers.models.unets.unet_2d.UNet2DModel`).
//!
//! ```text
//! sample ─ conv_in ─ down block ─ … ─ down block ─ middle ─ up block ─ … ─ up block ─ norm ─ conv_out
//!                         └───────────────┴── kept pictures ───┴──────────────┘
//! timestep, class ─ embedding ─► every residual block
//! ```

mod attention;
mod down;
mod embedding;
mod mid;
mod resnet;
mod up;

use std::collections::BTreeMap;
use std::sync::Arc;

use candle_core::{Device, Tensor, Var};

use super::config::{Conditioning, TimeEmbeddingType};
use super::layers::{Activation, Conv2d, GroupNorm};
use super::parameters::{Loader, Parameters, Precision, Source};
use super::planned::{Network, Training};
use super::{ModelError, UNet2DConfig, tape};
use down::DownBlock;
use embedding::ConditionEmbedding;
use mid::UNetMidBlock2D;
use up::{UpBlock, UpChannels};

pub use embedding::ClassLabels;

/// More parameters than this, 16 GiB of them, are not built.
const MAX_PARAMETERS: usize = 1 << 32;

/// A U-Net that predicts noise (or x₀, or v) from a noised sample and a timestep.
///
/// Opened networks hold plain tensors. Those from [`init`](Self::init) and
/// [`trainable`](Self::trainable) hold variables, through which gradients flow.
#[derive(Clone, Debug)]
pub struct UNet2DModel {
    config: UNet2DConfig,
    precision: Precision,
    parameters: Parameters,
    condition: ConditionEmbedding,
    conv_in: Conv2d,
    down_blocks: Vec<DownBlock>,
    mid_block: Option<UNetMidBlock2D>,
    up_blocks: Vec<UpBlock>,
    conv_norm_out: GroupNorm,
    conv_out: Conv2d,
    /// For weights that do not change, and inputs without gradients.
    prepared: Option<Arc<Network>>,
    /// For variables whose gradients are wanted.
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

    /// As [`init`](Self::init), in a chosen precision. The weights are the same numbers.
    ///
    /// # Errors
    /// As [`init`](Self::init).
    pub fn init_with(config: &UNet2DConfig, seed: u64, precision: Precision) -> Result<Self, ModelError> {
        config.validate("config")?;
        layout(config)?;
        Self::build(config, precision, Source::Fresh { seed, precision }).map(Self::for_training)
    }

    /// A network from tensors that were checked against [`layout`].
    pub(crate) fn from_tensors(
        config: &UNet2DConfig,
        precision: Precision,
        tensors: BTreeMap<String, Tensor>,
    ) -> Result<Self, ModelError> {
        let mut model = Self::build(config, precision, Source::Given { tensors, train: false })?;
        if precision == Precision::F32 && model.device().is_cpu() {
            model.prepared = Network::new(config, model.detached()).map(Arc::new);
        }
        Ok(model)
    }

    /// This network on a device, without variables; see [`Compute::open`](super::Compute::open). What it
    /// is given may lie anywhere; what it gives lies there.
    ///
    /// # Errors
    /// Those of the tensor library.
    pub fn on(self, device: &Device) -> Result<Self, ModelError> {
        if self.device().same_device(device) {
            return Ok(self);
        }
        let moved = self.detached().into_iter().map(|(name, tensor)| Ok((name, tensor.to_device(device)?)));
        Self::from_tensors(&self.config, self.precision, moved.collect::<Result<_, ModelError>>()?)
    }

    /// Where the weights are.
    pub fn device(&self) -> &Device {
        self.conv_in.device()
    }

    /// A copy of this network whose weights are variables.
    ///
    /// # Errors
    /// Those of the tensor library.
    pub fn trainable(&self) -> Result<Self, ModelError> {
        // Making a variable copies, unless it is one already.
        let tensors = Source::Given { tensors: self.detached(), train: true };
        Self::build(&self.config, self.precision, tensors).map(Self::for_training)
    }

    /// This network without variables, so that nothing is kept for gradients while it runs. The
    /// weights are shared: when training changes them, they change here.
    ///
    /// # Errors
    /// Those of the tensor library.
    pub fn frozen(&self) -> Result<Self, ModelError> {
        Self::build(&self.config, self.precision, Source::Given { tensors: self.detached(), train: false })
    }

    /// A copy whose weights do not change any more, in the form that is fastest to compute with, where
    /// there is one: see [`is_prepared`](Self::is_prepared).
    ///
    /// # Errors
    /// Those of the tensor library.
    pub fn prepared(&self) -> Result<Self, ModelError> {
        let copies = self.parameters.iter().map(|(name, p)| Ok((name.clone(), p.tensor.detach().copy()?)));
        Self::from_tensors(&self.config, self.precision, copies.collect::<Result<_, ModelError>>()?)
    }

    fn for_training(mut self) -> Self {
        if self.precision == Precision::F32 {
            self.training = Training::new(&self.config, self.detached()).map(Arc::new);
        }
        self
    }

    fn detached(&self) -> BTreeMap<String, Tensor> {
        self.parameters.iter().map(|(name, p)| (name.clone(), p.tensor.detach())).collect()
    }

    fn build(config: &UNet2DConfig, precision: Precision, source: Source) -> Result<Self, ModelError> {
        let loader = Loader::new(source);
        let root = loader.root();
        let channels = &config.block_out_channels;
        let (first, levels) = (config.first_channels(), channels.len());
        let condition = ConditionEmbedding::load(&root, config, precision.dtype())?;
        let conv_in = Conv2d::same(&root.at("conv_in"), config.in_channels, first)?;
        let mut down_blocks = Vec::with_capacity(levels);
        for (i, &kind) in config.down_block_types.iter().enumerate() {
            let scope = root.at("down_blocks").at(i);
            let around = [channels[i.saturating_sub(1)], channels[i]];
            down_blocks.push(DownBlock::load(&scope, config, kind, around, i + 1 < levels)?);
        }
        let mid_block =
            config.mid_block.then(|| UNetMidBlock2D::load(&root.at("mid_block"), config)).transpose()?;
        let mut up_blocks = Vec::with_capacity(levels);
        for (i, &kind) in config.up_block_types.iter().enumerate() {
            let scope = root.at("up_blocks").at(i);
            let level = levels - 1 - i;
            let around = UpChannels {
                previous: channels[(level + 1).min(levels - 1)],
                own: channels[level],
                finer: channels[level.saturating_sub(1)],
            };
            up_blocks.push(UpBlock::load(&scope, config, kind, around, level > 0)?);
        }
        let conv_norm_out =
            GroupNorm::load(&root.at("conv_norm_out"), first, config.norm_num_groups, config.norm_eps)?;
        let conv_out = Conv2d::same(&root.at("conv_out"), first, config.out_channels)?;
        Ok(Self {
            config: config.clone(),
            precision,
            parameters: loader.into_parameters(),
            condition,
            conv_in,
            down_blocks,
            mid_block,
            up_blocks,
            conv_norm_out,
            conv_out,
            prepared: None,
            training: None,
        })
    }

    /// What the network predicts for noised samples.
    ///
    /// - `sample`: `[n, in_channels, height, width]`, in `[-1, 1]` plus noise; both sides divisible by
    ///   [`UNet2DConfig::size_factor`].
    /// - `timesteps`: one for all samples, or n. They are diffusers' training timesteps, which count
    ///   **from 0**: `t − 1` for this program's t. Fractions are allowed, except for a learned table.
    ///   Networks with a Fourier embedding take noise levels σ > 0.
    /// - `labels`: as [`UNet2DConfig::conditioning`] says.
    ///
    /// The result is `[n, out_channels, height, width]` in the network's precision. Dropout does not
    /// act here.
    ///
    /// # Errors
    /// A [`ModelError`] that says which input is wrong; nothing is computed then.
    pub fn forward(
        &self,
        sample: &Tensor,
        timesteps: &[f64],
        labels: Option<ClassLabels<'_>>,
    ) -> Result<Tensor, ModelError> {
        let samples = self.check(sample)?;
        let time = self.condition.forward(samples, timesteps, labels)?;
        let sample = sample.to_dtype(self.precision.dtype())?.to_device(self.device())?;
        let sample = if self.config.center_input_sample { ((sample * 2.0)? - 1.0)? } else { sample };
        let output = match (&self.prepared, &self.training) {
            (Some(network), _) if !sample.track_op() && !time.track_op() => {
                prepared(network, &sample, &time)?
            }
            (_, Some(training)) if tape::recording() && !sample.track_op() => {
                let variables = self.parameters.iter().filter(|(_, p)| p.tensor.is_variable());
                let variables = variables.map(|(name, p)| (name.clone(), p.tensor.clone())).collect();
                training.forward(&sample, &time, variables)?
            }
            _ => self.blocks(&sample, &time)?,
        };
        if self.config.time_embedding_type != TimeEmbeddingType::Fourier {
            return Ok(output);
        }
        let levels = Tensor::from_slice(timesteps, (timesteps.len(), 1, 1, 1), &Device::Cpu)?;
        let levels = levels.to_dtype(self.precision.dtype())?.to_device(self.device())?;
        Ok(output.broadcast_div(&levels)?)
    }

    /// From the sample to the last convolution, operation by operation.
    fn blocks(&self, sample: &Tensor, time: &Tensor) -> Result<Tensor, ModelError> {
        let mut hidden = self.conv_in.forward(&sample.contiguous()?)?;
        let mut skips = vec![hidden.clone()];
        for block in &self.down_blocks {
            hidden = block.forward(&hidden, time, &mut skips)?;
        }
        if let Some(block) = &self.mid_block {
            hidden = block.forward(&hidden, time)?;
        }
        for block in &self.up_blocks {
            hidden = block.forward(&hidden, time, &mut skips)?;
        }
        // Always silu here, whatever `act_fn` says.
        Ok(self.conv_out.forward(&self.conv_norm_out.activated(&hidden, Activation::Silu)?)?)
    }

    /// The batch size of a sample that has the right shape.
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

    /// What the network is made of.
    pub fn config(&self) -> &UNet2DConfig {
        &self.config
    }

    /// Says which class stands for none, in guidance.
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

    /// Whether its weights are kept in the form that is fastest to compute with. They are in opened
    /// networks in f32, where there is a kernel for every part.
    pub fn is_prepared(&self) -> bool {
        self.prepared.is_some()
    }

    /// The numbers it computes with.
    pub fn precision(&self) -> Precision {
        self.precision
    }

    /// How many numbers the network consists of.
    pub fn parameter_count(&self) -> usize {
        self.parameters.values().map(|parameter| parameter.tensor.elem_count()).sum()
    }

    /// All tensors by their names in a checkpoint, sorted by name.
    pub fn tensors(&self) -> impl ExactSizeIterator<Item = (&str, &Tensor)> {
        self.parameters.iter().map(|(name, parameter)| (name.as_str(), &parameter.tensor))
    }

    /// What training changes, by name, sorted. Empty for a network that is not trainable.
    ///
    /// # Errors
    /// Those of the tensor library.
    pub fn variables(&self) -> Result<Vec<(&str, Var)>, ModelError> {
        let learned = self.parameters.iter().filter(|(_, p)| p.learned && p.tensor.is_variable());
        learned.map(|(name, p)| Ok((name.as_str(), Var::from_tensor(&p.tensor)?))).collect()
    }
}

/// The same by a prepared network.
fn prepared(network: &Network, sample: &Tensor, time: &Tensor) -> Result<Tensor, ModelError> {
    let (n, channels, height, width) = sample.dims4()?;
    let numbers = |x: &Tensor| x.flatten_all()?.to_vec1::<f32>();
    let output = network.forward(&numbers(sample)?, [n, channels, height, width], &numbers(time)?)?;
    Ok(Tensor::from_vec(output, (n, (), height, width), &Device::Cpu)?)
}

/// Names and shapes of a network's tensors, found by building it without any.
///
/// # Errors
/// [`ModelError::TooLarge`].
pub(crate) fn layout(config: &UNet2DConfig) -> Result<BTreeMap<String, Vec<usize>>, ModelError> {
    let model = UNet2DModel::build(config, Precision::F32, Source::Shapes)?;
    let parameters = model.parameter_count();
    if parameters > MAX_PARAMETERS {
        return Err(ModelError::TooLarge { parameters, limit: MAX_PARAMETERS });
    }
    Ok(model.parameters.into_iter().map(|(name, p)| (name, p.tensor.dims().to_vec())).collect())
}

// Networks move to a worker's thread and are shared with others.
const _: fn() = || {
    fn shared<T: Send + Sync>() {}
    shared::<UNet2DModel>();
};
