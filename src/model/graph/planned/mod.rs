//! A graph planned for CPUs in f32, and for one size of pictures at a time.
//!
//! | module | what it is |
//! | --- | --- |
//! | `program` | a section of a graph as operations that there are kernels for |
//! | `fuse` | how a section becomes such operations |
//! | `places` | where values are kept in memory, and how much that takes |
//! | `lower`, `plan` | the steps for one size of pictures |
//! | `lanes` | pictures in blocks of sixteen channels |
//! | `arrange` | normalisation and everything else before a convolution, in one pass |
//! | `norm`, `nonlinear` | parts of `arrange` |
//! | `conv` | convolutions, with what is added to them |
//! | `winograd` | the transformations of minimal filtering |
//! | `product`, `weights` | matrix products, and weights packed for them |
//! | `attention` | attention, a tile of queries at a time |
//! | `backward` | gradients of all steps |
//! | `training` | a network whose weights change |
//!
//! This code does not know which network it computes: it can plan any [`Section`] of a [graph](super) that has only
//! operations with kernels here; the reference computes all others. Weights are brought once into the order in which
//! they are read. For every size of pictures there is a plan: steps on buffers that are kept between calls. Work is
//! divided among the threads of the current rayon pool, and the results do not depend on how.

mod arrange;
mod attention;
mod backward;
mod conv;
mod fuse;
mod lanes;
mod lower;
mod nonlinear;
mod norm;
mod places;
mod plan;
mod product;
mod program;
mod training;
mod weights;
mod winograd;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use candle_core::{Device, Tensor};
use pulp::Arch;

use self::arrange::Size;
use self::fuse::fuse;
use self::lanes::{Channels, Lanes};
use self::plan::{Layer, Plan};
use self::program::Program;
use self::weights::{Kernels, Method, Packed};
use super::Graph;
use crate::model::{ModelError, Result};

pub(crate) use self::program::Section;
pub(crate) use self::training::Training;

/// The number of plans that are kept, for the sizes used last.
const PLANS: usize = 4;

/// A network's weights, packed when they are first needed, and its plans.
#[derive(Debug)]
pub(crate) struct Network {
    program: Program,
    tensors: BTreeMap<String, Tensor>,
    packed: Mutex<HashMap<(String, Method), Arc<Packed>>>,
    plans: Mutex<Vec<Plan>>,
}

impl Network {
    /// Prepares a section of a graph whose weights are f32, on the CPU and do not change. `None` if the section has a
    /// part that no kernel computes.
    pub(crate) fn new(graph: &Graph, section: Section, tensors: BTreeMap<String, Tensor>) -> Option<Self> {
        let program = fuse(graph, section)?;
        Some(Self { program, tensors, packed: Mutex::default(), plans: Mutex::default() })
    }

    /// Computes the section. `picture`: `[n, channels, h, w]`; `vector`: `[n, width]`, for sections that take one. The
    /// result is a picture.
    ///
    /// # Errors
    /// [`ModelError::Memory`] before any memory is taken, if there is too little; other errors if candle fails.
    pub(crate) fn call(&self, picture: &Tensor, vector: Option<&Tensor>) -> Result<Tensor, ModelError> {
        let (images, channels, height, width) = picture.dims4()?;
        let pixels = numbers(picture)?;
        let vector = vector.map(numbers).transpose()?.unwrap_or_default();
        let mut output = Vec::with_capacity(images * self.program.outputs * height * width);
        let batch = batch(height * width);
        let mut vectors = vector.chunks((batch * self.program.vector_width).max(1));
        for pixels in pixels.chunks(batch * channels * height * width) {
            let size = Size { images: pixels.len() / (channels * height * width), height, width };
            let mut plan = self.take(size)?;
            let vector = vectors.next().unwrap_or_default();
            plan.run(Arch::new(), [pixels, vector], self.program.outputs, &mut output);
            self.give_back(plan);
        }
        let [height, width] = self.program.output_size([height, width]);
        Ok(Tensor::from_vec(output, (images, self.program.outputs, height, width), &Device::Cpu)?)
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

    /// The packed weights of layers whose outputs are concatenated.
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

    /// The bias of a layer, including that of its side.
    fn bias(&self, layer: &Layer) -> Result<Arc<[Lanes]>> {
        let mut numbers = self.all_numbers(&layer.names, "bias")?;
        if let Some((name, _)) = &layer.side {
            let more = self.numbers(&format!("{name}.bias"))?;
            numbers.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
        }
        Ok(layer.outputs.spread(&numbers).into())
    }

    /// The weights (or biases, by `kind`) of several layers, one after another.
    fn all_numbers(&self, names: &[impl AsRef<str>], kind: &str) -> Result<Vec<f32>> {
        let mut numbers = Vec::new();
        for name in names {
            numbers.extend(self.numbers(&format!("{}.{kind}", name.as_ref()))?);
        }
        Ok(numbers)
    }
}

/// The number of images that pass through the network together: enough that reading the weights pays for small
/// pictures, and no more than fit in caches.
fn batch(pixels: usize) -> usize {
    (4096 / pixels).max(1)
}

/// The numbers of a tensor in f32 on the CPU.
fn numbers(x: &Tensor) -> Result<Vec<f32>> {
    x.flatten_all()?.to_vec1()
}

#[cfg(test)]
mod tests;
