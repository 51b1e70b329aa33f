//! A graph planned for CPUs in f32, and for one size of pictures at a time.
//!
//! | module | what it is |
//! | --- | --- |
//! | `program` | a section of a graph as operations that there are kernels for |
//! | `fuse` | how a section becomes such operations |
//! | `places` | where values are kept in memory, and how much that takes |
//! | `need` | how much memory that and the weights take |
//! | `lower`, `plan` | the steps for one size of pictures |
//! | `lanes` | pictures in blocks of sixteen channels |
//! | `arrange` | normalisation and everything else before a convolution, in one pass |
//! | `norm`, `nonlinear` | parts of `arrange` |
//! | `conv` | convolutions, with what is added to them |
//! | `winograd` | the transformations of minimal filtering |
//! | `product`, `weights` | matrix products, and weights packed for them |
//! | `kept`, `half` | the only copy of large layers' weights, perhaps in 16 bits |
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
mod half;
mod kept;
mod lanes;
mod layer_norm;
mod lower;
pub(crate) mod need;
mod nonlinear;
mod norm;
mod places;
mod plan;
mod product;
mod program;
mod trainable;
mod weights;
mod winograd;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use ::half::f16;
use candle_core::{DType, Device, Tensor};

use self::arrange::Size;
use self::fuse::fuse;
use self::kept::{Kept, KeptTensor, Weights, is_large};
use self::lanes::{Channels, Lanes};
use self::plan::{Given, Layer, Plan};
use self::program::{Layers, Program};
use self::weights::{Kernels, Method, Packed};
use super::Graph;
use crate::model::parameters::{Parameters, Precision};
use crate::model::{ModelError, Result, simd};

pub(crate) use self::program::Section;
pub(crate) use self::trainable::TrainableNetwork;

/// The number of plans that are kept, for the sizes used last.
const PLANS: usize = 4;

/// A network's weights and its plans. The weights of large layers are packed when the network is made, others when they
/// are first needed.
#[derive(Debug)]
pub(crate) struct Network {
    program: Program,
    /// The tensors of layers that are not kept otherwise.
    tensors: BTreeMap<String, Tensor>,
    /// The weights of large layers, by the names of those that are computed together.
    kept: HashMap<String, Arc<Kept>>,
    packed: Mutex<HashMap<(String, Method), Arc<Packed>>>,
    plans: Mutex<Vec<Plan>>,
}

impl Network {
    /// Prepares a section of a graph whose parameters are on the CPU, in f32 or in narrower types, and do not change.
    /// `None` if the section has a part that no kernel computes. Parameters that the network keeps in another order are
    /// taken from `parameters`, one after another, so that there is one copy of them at any time.
    ///
    /// # Errors
    /// If a parameter is missing.
    pub(crate) fn new(
        graph: &Graph,
        section: Section,
        parameters: &mut Parameters,
    ) -> Result<Option<Self>, ModelError> {
        let Some(program) = fuse(graph, section) else { return Ok(None) };
        let mut kept = HashMap::new();
        for layers in program.layers().iter().filter(|layers| is_large(&layers.inputs, &layers.outputs)) {
            kept.insert(layers.names.join(" "), keep(layers, parameters)?);
        }
        let layers = program.layers().into_iter().flat_map(|layers| layers.names);
        let own: HashSet<String> = layers.chain(program.norms()).map(str::to_owned).collect();
        let is_own = |name: &str| name.rsplit_once('.').is_some_and(|(layer, _)| own.contains(layer));
        parameters.convert(Precision::F32)?;
        let tensors = parameters.present().filter(|(name, _)| is_own(name));
        let tensors = tensors.map(|(name, tensor)| (name.to_owned(), tensor.detach())).collect();
        Ok(Some(Self { program, tensors, kept, packed: Mutex::default(), plans: Mutex::default() }))
    }

    /// Prepares a section of a graph whose weights are f32, on the CPU and change. `None` if the section has a part that
    /// no kernel computes.
    pub(crate) fn changing(
        graph: &Graph,
        section: Section,
        tensors: BTreeMap<String, Tensor>,
    ) -> Option<Self> {
        let (kept, packed, plans) = Default::default();
        Some(Self { program: fuse(graph, section)?, tensors, kept, packed, plans })
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
    ) -> Result<Weights> {
        let key = (names.join(" "), method);
        if let Some(kept) = self.kept.get(&key.0) {
            return Ok(Weights::Kept(kept.clone()));
        }
        let mut all = self.packed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(packed) = all.get(&key) {
            return Ok(Weights::Ready(packed.clone()));
        }
        let numbers = self.weights(names)?;
        let kernels = Kernels { numbers: &numbers, kernel, inputs, outputs };
        let packed = Arc::new(kernels.pack(simd::arch(), method));
        all.insert(key, packed.clone());
        Ok(Weights::Ready(packed))
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

/// Packs layers that are computed together, and takes their tensors.
fn keep(layers: &Layers<'_>, parameters: &mut Parameters) -> Result<Arc<Kept>, ModelError> {
    let Layers { names, kernel, inputs, outputs } = layers;
    let weights: Vec<String> = names.iter().map(|name| format!("{name}.weight")).collect();
    let (mut of_all, mut is_half) =
        (Vec::with_capacity(inputs.count() * outputs.count() * kernel * kernel), true);
    for name in &weights {
        let tensor = parameters.get(name)?.flatten_all()?;
        if tensor.dtype() == DType::F16 {
            of_all.extend(tensor.to_vec1::<f16>()?.into_iter().map(f16::to_f32));
        } else {
            is_half = false;
            of_all.extend(tensor.to_vec1::<f32>()?);
        }
    }
    let kernels = Kernels { numbers: &of_all, kernel: *kernel, inputs, outputs };
    let packed = kernels.pack(simd::arch(), Method::Direct);
    drop(of_all);
    let kept = Arc::new(Kept::new(packed, is_half));
    let mut first = 0;
    for name in weights {
        let shape = parameters.get(&name)?.dims().to_vec();
        let rows = first..first + shape.first().copied().unwrap_or_default();
        first = rows.end;
        let (kept, taps) = (kept.clone(), kernel * kernel);
        let (inputs, outputs) = (inputs.clone(), outputs.clone());
        parameters.replace(&name, Arc::new(KeptTensor { kept, shape, taps, inputs, outputs, rows }));
    }
    Ok(kept)
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
