//! A U-Net planned for one size of pictures, on a CPU in f32.
//!
//! | module | what it is |
//! | --- | --- |
//! | `lanes` | pictures in blocks of sixteen channels |
//! | `arrange` | normalisation and all else that precedes a convolution, in one pass |
//! | `norm`, `nonlinear` | its parts |
//! | `conv` | convolutions, with what is added to them |
//! | `winograd` | the transformations of minimal filtering |
//! | `product`, `weights` | matrix products, and weights packed for them |
//! | `attention` | attention, a tile of queries at a time |
//! | `builder`, `plan` | a network's steps for one size of pictures |
//! | `backward` | gradients of all of them |
//! | `training` | a network whose weights change |
//!
//! Weights are brought once into the order in which they are read. For every size of pictures there is a
//! plan: steps on buffers that are kept between calls. Work is divided among the threads of the current
//! rayon pool, in a way that the results do not depend on.

mod arrange;
mod attention;
mod backward;
mod builder;
mod conv;
mod lanes;
mod nonlinear;
mod norm;
mod plan;
mod product;
mod training;
mod weights;
mod winograd;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use candle_core::Tensor;
use pulp::Arch;

use self::arrange::Size;
use self::lanes::{Channels, Lanes};
use self::nonlinear::Nonlinearity;
use self::norm::MOST_GROUPS;
use self::plan::{Layer, Plan};
use self::weights::{Kernels, Method, Packed};
use super::layers::Activation;
use super::{ModelError, Result, UNet2DConfig};

pub(crate) use self::training::Training;

/// Plans that are kept, for the sizes used last.
const PLANS: usize = 4;

/// A network's weights, packed when they are first needed, and its plans.
#[derive(Debug)]
pub(crate) struct Network {
    config: UNet2DConfig,
    activation: Nonlinearity,
    tensors: BTreeMap<String, Tensor>,
    packed: Mutex<HashMap<(String, Method), Arc<Packed>>>,
    plans: Mutex<Vec<Plan>>,
}

impl Network {
    /// Of a network with weights in f32 on the CPU that do not change. None if it has a part that there
    /// is no kernel for.
    pub(crate) fn new(config: &UNet2DConfig, tensors: BTreeMap<String, Tensor>) -> Option<Self> {
        let activation = match config.act_fn {
            Activation::Silu => Nonlinearity::Silu,
            Activation::Relu => Nonlinearity::Relu,
            Activation::Mish | Activation::Gelu => return None,
        };
        let groups = config.norm_num_groups.max(config.mid_attention_groups().unwrap_or(0));
        (groups <= MOST_GROUPS).then(|| Self {
            config: config.clone(),
            activation,
            tensors,
            packed: Mutex::default(),
            plans: Mutex::default(),
        })
    }

    /// `sample`: `[n, in_channels, h, w]` as `shape` says; `time`: `[n, time_embed_dim]`. The result is
    /// `[n, out_channels, h, w]`.
    ///
    /// # Errors
    /// [`ModelError::Memory`], before any is taken, and those of making a plan.
    pub(crate) fn forward(
        &self,
        sample: &[f32],
        shape: [usize; 4],
        time: &[f32],
    ) -> Result<Vec<f32>, ModelError> {
        let [images, channels, height, width] = shape;
        let mut output = Vec::with_capacity(images * self.config.out_channels * height * width);
        let batch = batch(height * width);
        let samples = sample.chunks(batch * channels * height * width);
        for (sample, time) in samples.zip(time.chunks(batch * self.config.time_embed_dim())) {
            let size = Size { images: sample.len() / (channels * height * width), height, width };
            let mut plan = self.take(size)?;
            plan.run(Arch::new(), [sample, time], self.config.out_channels, &mut output);
            self.give_back(plan);
        }
        Ok(output)
    }

    fn take(&self, size: Size) -> Result<Plan, ModelError> {
        let kept = {
            let mut plans = self.plans.lock().unwrap_or_else(PoisonError::into_inner);
            plans.iter().position(|plan| plan.size == size).map(|i| plans.remove(i))
        };
        if let Some(plan) = kept {
            return Ok(plan);
        }
        self.plan(size, false)
    }

    fn give_back(&self, plan: Plan) {
        let mut plans = self.plans.lock().unwrap_or_else(PoisonError::into_inner);
        plans.insert(0, plan);
        plans.truncate(PLANS);
    }

    fn numbers(&self, name: &str) -> Result<Vec<f32>> {
        match self.tensors.get(name) {
            Some(tensor) => tensor.flatten_all()?.to_vec1(),
            None => candle_core::bail!("the network has no {name}"),
        }
    }

    /// The weights of layers whose outputs are concatenated.
    fn packed(
        &self,
        names: &[&str],
        kernel: usize,
        inputs: &Channels,
        outputs: &Channels,
        method: Method,
    ) -> Result<Arc<Packed>> {
        let key = (names.join(" "), method);
        let mut all = self.packed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(packed) = all.get(&key) {
            return Ok(packed.clone());
        }
        let numbers = self.all_numbers(names, "weight")?;
        let kernels = Kernels { numbers: &numbers, kernel, inputs, outputs };
        let packed = Arc::new(kernels.pack(Arch::new(), method));
        all.insert(key, packed.clone());
        Ok(packed)
    }

    /// What a layer adds to every pixel.
    fn bias(&self, layer: &Layer) -> Result<Arc<[Lanes]>> {
        let mut numbers = self.all_numbers(&layer.names, "bias")?;
        if let Some((name, _)) = &layer.side {
            let more = self.numbers(&format!("{name}.bias"))?;
            numbers.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
        }
        Ok(layer.outputs.spread(&numbers).into())
    }

    /// The numbers of several layers, one after another.
    fn all_numbers(&self, names: &[impl AsRef<str>], kind: &str) -> Result<Vec<f32>> {
        let mut numbers = Vec::new();
        for name in names {
            numbers.extend(self.numbers(&format!("{}.{kind}", name.as_ref()))?);
        }
        Ok(numbers)
    }
}

/// Images that pass through the network together: as many as make products of small pictures worth their
/// weights, and no more than caches hold.
fn batch(pixels: usize) -> usize {
    (4096 / pixels).max(1)
}

#[cfg(test)]
mod tests;
