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
//! | `layer_norm`, `geglu` | other operations of transformers |
//! | `backward` | gradients of all steps |
//! | `trainable` | a network whose weights change |
//!
//! This code does not know which network it computes: it can plan any [`Section`] of a [graph](super) that
//! has only operations with kernels here; the reference computes all other sections. Weights are brought once
//! into the order in which they are read. For every size of pictures there is a plan: steps on buffers that
//! are kept between calls. Work is divided among the threads of the current rayon pool, and the results do
//! not depend on how it is divided.

mod arrange;
mod attention;
mod backward;
mod conv;
mod fuse;
mod geglu;
mod lanes;
mod layer_norm;
mod lower;
mod nonlinear;
mod norm;
mod places;
mod plan;
mod product;
mod program;
mod trainable;
mod weights;
mod winograd;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use candle_core::{Device, Tensor};

use self::arrange::Size;
use self::fuse::fuse;
use self::lanes::{Channels, Lanes};
use self::plan::{Given, Layer, Plan};
use self::program::Program;
use self::weights::{Kernels, Method, Packed};
use super::Graph;
use crate::model::{ModelError, Result, simd};

pub(crate) use self::program::Section;
pub(crate) use self::trainable::TrainableNetwork;

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

    /// Computes the section. `picture`: `[n, channels, h, w]`; `vector`: `[n, width]` and `context`: `[n, width, length,
    /// 1]`, for sections that take them. The result is a picture.
    ///
    /// # Errors
    /// [`ModelError::Memory`] before any memory is taken, if there is too little; and candle's errors.
    pub(crate) fn call(
        &self,
        picture: &Tensor,
        vector: Option<&Tensor>,
        context: Option<&Tensor>,
    ) -> Result<Tensor, ModelError> {
        let (images, channels, height, width) = picture.dims4()?;
        let pixels = numbers(picture)?;
        let length = context.map(|context| context.dim(2)).transpose()?.unwrap_or_default();
        let [vector, context] = [vector, context].map(|input| input.map(numbers).transpose());
        let (vector, context) = (vector?.unwrap_or_default(), context?.unwrap_or_default());
        let mut output = Vec::with_capacity(images * self.program.outputs * height * width);
        let batch = batch(height * width);
        let of_batch = |input: &[f32]| (input.len() / images.max(1) * batch).max(1);
        let mut vectors = vector.chunks(of_batch(&vector));
        let mut contexts = context.chunks(of_batch(&context));
        for pixels in pixels.chunks(batch * channels * height * width) {
            let size = Size { images: pixels.len() / (channels * height * width), height, width };
            let mut plan = self.take(Given { size, length })?;
            let [vector, context] = [vectors.next(), contexts.next()].map(Option::unwrap_or_default);
            plan.run(simd::arch(), [pixels, vector, context], self.program.outputs, &mut output);
            self.give_back(plan);
        }
        let [height, width] = self.program.output_size([height, width]);
        Ok(Tensor::from_vec(output, (images, self.program.outputs, height, width), &Device::Cpu)?)
    }

    fn take(&self, given: Given) -> Result<Plan, ModelError> {
        let kept = {
            let mut plans = self.plans.lock().unwrap_or_else(PoisonError::into_inner);
            let fits = |plan: &Plan| Given { size: plan.size, length: plan.length } == given;
            plans.iter().position(fits).map(|i| plans.remove(i))
        };
        if let Some(plan) = kept {
            return Ok(plan);
        }
        self.plan(given, false)
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
        let numbers = self.weights(names)?;
        let kernels = Kernels { numbers: &numbers, kernel, inputs, outputs };
        let packed = Arc::new(kernels.pack(simd::arch(), method));
        all.insert(key, packed.clone());
        Ok(packed)
    }

    /// The bias of a layer, to which the bias of its side is added; zeros for layers without a bias.
    fn bias(&self, layer: &Layer) -> Result<Arc<[Lanes]>> {
        let parameters = self.program.graph.parameters();
        let mut numbers = Vec::with_capacity(layer.outputs.count());
        for name in &layer.names {
            let bias = format!("{name}.bias");
            if parameters.contains_key(&bias) {
                numbers.extend(self.numbers(&bias)?);
            } else {
                let outputs = parameters.get(&format!("{name}.weight")).map_or(0, |weight| weight.shape[0]);
                numbers.resize(numbers.len() + outputs, 0.0);
            }
        }
        if let Some((name, _)) = &layer.side {
            let more = self.numbers(&format!("{name}.bias"))?;
            numbers.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
        }
        Ok(layer.outputs.spread(&numbers).into())
    }

    /// The weights of several layers, one after another.
    fn weights(&self, names: &[impl AsRef<str>]) -> Result<Vec<f32>> {
        let mut numbers = Vec::new();
        for name in names {
            numbers.extend(self.numbers(&format!("{}.weight", name.as_ref()))?);
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
