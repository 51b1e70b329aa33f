//! A network whose weights change between calls, with gradients.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use candle_core::{CpuStorage, Device, Storage, Tensor, Var, bail};
use pulp::Arch;
use rayon::prelude::*;

use super::arrange::Size;
use super::backward::Backward;
use super::kept::Weights;
use super::plan::{Given, Plan, Step};
use super::weights::{Kernels, Method};
use super::{Graph, Network, Section, numbers};
use crate::model::{ModelError, Result, simd, tape};

/// The number of plans that are kept, for the sizes used last.
const PLANS: usize = 2;

/// A network and its plans with gradients.
#[derive(Debug)]
pub(crate) struct TrainableNetwork {
    network: Network,
    plans: Mutex<Vec<Planned>>,
}

/// A plan, and its backward pass.
#[derive(Debug)]
pub(super) struct Planned {
    pub(super) plan: Plan,
    pub(super) backward: Backward,
    /// A copy of the network's weights as they were when they were packed last.
    packed: Vec<f32>,
}

impl TrainableNetwork {
    /// Prepares a section of a graph in f32 on the CPU, whose `tensors` may change. `None` if the section has a part
    /// that no kernel computes, or that has no gradients here.
    pub(crate) fn new(graph: &Graph, section: Section, tensors: BTreeMap<String, Tensor>) -> Option<Self> {
        let network = Network::changing(graph, section, tensors)?;
        network.program.is_differentiable().then(|| Self { network, plans: Mutex::default() })
    }

    /// Like [`Network::call`]. The result is recorded on the tape, with gradients of the inputs and of `variables` (the
    /// network's tensors, by name).
    ///
    /// # Errors
    /// [`ModelError::Memory`] before any memory is taken, if there is too little; other errors if candle fails.
    pub(crate) fn call(
        self: &Arc<Self>,
        picture: &Tensor,
        vector: Option<&Tensor>,
        context: Option<&Tensor>,
        variables: Vec<(&str, Var)>,
    ) -> Result<Tensor, ModelError> {
        let (images, _, height, width) = picture.dims4()?;
        let channels = self.network.program.outputs;
        let length = context.map(|context| context.dim(2)).transpose()?.unwrap_or_default();
        let given = Given { size: Size { images, height, width }, length };
        let mut planned = self.take(given, picture.track_op())?;
        planned.pack(&self.network)?;
        let [height, width] = planned.plan.output_size;
        let mut output = Vec::with_capacity(images * channels * height * width);
        let inputs = [Some(picture), vector, context].map(|input| input.map(numbers).transpose());
        let [picture_numbers, vector_numbers, context_numbers] = inputs;
        let given = [picture_numbers?, vector_numbers?, context_numbers?].map(Option::unwrap_or_default);
        planned.plan.run(simd::arch(), given.each_ref().map(Vec::as_slice), channels, &mut output);
        let (mut names, mut inputs) = (Vec::new(), Vec::new());
        for (name, variable) in variables {
            names.push(name.to_owned());
            inputs.push(variable.into_inner());
        }
        // Of the inputs, those that are there.
        let of_inputs = [Some(picture), vector, context];
        let is_given = of_inputs.map(|input| input.is_some());
        inputs.extend(of_inputs.into_iter().flatten().cloned());
        let shapes: Vec<_> = inputs.iter().map(|input| input.shape().clone()).collect();
        let (own, planned) = (self.clone(), Mutex::new(Some(planned)));
        let result =
            tape::apply(&inputs, output, (images, channels, height, width).into(), move |gradient| {
                let Some(mut planned) = planned.lock().unwrap_or_else(PoisonError::into_inner).take() else {
                    bail!("gradients are there once")
                };
                let found =
                    planned.backward.run(simd::arch(), &planned.plan, &own.network, &numbers(gradient)?)?;
                own.give_back(planned);
                let mut by_name: BTreeMap<_, _> = found.tensors.into_iter().collect();
                let of_names = names.iter().map(|name| by_name.remove(name));
                let of_inputs = [found.picture, found.vector, found.context].into_iter().zip(is_given);
                let of_inputs = of_inputs.filter_map(|(numbers, is_given)| is_given.then_some(numbers));
                let all = of_names.chain(of_inputs).zip(&shapes);
                all.map(|(numbers, shape)| {
                    numbers.map(|numbers| Tensor::from_vec(numbers, shape, &Device::Cpu)).transpose()
                })
                .collect()
            })?;
        Ok(result)
    }

    fn take(&self, given: Given, with_picture: bool) -> Result<Planned, ModelError> {
        let kept = {
            let mut plans = self.plans.lock().unwrap_or_else(PoisonError::into_inner);
            plans.iter().position(|planned| planned.fits(given, with_picture)).map(|i| plans.remove(i))
        };
        if let Some(planned) = kept {
            return Ok(planned);
        }
        Planned::new(&self.network, given, with_picture)
    }

    fn give_back(&self, planned: Planned) {
        let mut plans = self.plans.lock().unwrap_or_else(PoisonError::into_inner);
        plans.insert(0, planned);
        plans.truncate(PLANS);
    }
}

impl Planned {
    pub(super) fn new(network: &Network, given: Given, with_picture: bool) -> Result<Self, ModelError> {
        let plan = network.plan(given, true)?;
        Ok(Self { backward: Backward::new(&plan, with_picture)?, plan, packed: Vec::new() })
    }

    /// Whether this is the plan for such inputs, with the gradient of the picture or without.
    fn fits(&self, given: Given, with_picture: bool) -> bool {
        let own = Given { size: self.plan.size, length: self.plan.length };
        own == given && self.backward.with_picture == with_picture
    }

    /// Packs the network's current weights, unless they have not changed.
    pub(super) fn pack(&mut self, network: &Network) -> Result<()> {
        if !self.outdated(network)? {
            return Ok(());
        }
        let arch = simd::arch();
        self.plan.steps.par_iter_mut().try_for_each(|step| step.pack(arch, network))?;
        self.backward.pack(network)
    }
}

impl Planned {
    /// Whether weights have changed since they were packed. If so, a copy of the current weights is kept.
    fn outdated(&mut self, network: &Network) -> Result<bool> {
        let mut known = self.packed.as_slice();
        let mut same = true;
        for tensor in network.tensors.values() {
            let (storage, layout) = tensor.storage_and_layout();
            let (Storage::Cpu(CpuStorage::F32(all)), Some((start, end))) =
                (&*storage, layout.contiguous_offsets())
            else {
                bail!("weights are contiguous numbers in f32")
            };
            let Some((own, rest)) = known.split_at_checked(end - start) else {
                same = false;
                break;
            };
            known = rest;
            same &= own == &all[start..end];
        }
        if same {
            return Ok(false);
        }
        self.packed.clear();
        for tensor in network.tensors.values() {
            self.packed.extend(numbers(tensor)?);
        }
        Ok(true)
    }
}

impl Step {
    fn pack(&mut self, arch: Arch, network: &Network) -> Result<()> {
        match self {
            Self::Convolve { convolution, layer, added, .. } => {
                let numbers = network.weights(&layer.names)?;
                let (inputs, outputs) = (&layer.inputs, &layer.outputs);
                let kernels = Kernels { numbers: &numbers, kernel: layer.kernel, inputs, outputs };
                if let Weights::Ready(weights) = &mut convolution.weights {
                    kernels.repack(arch, layer.method, Arc::make_mut(weights));
                }
                convolution.bias = network.bias(layer)?;
                if let (Some((side, _)), Some((name, inputs))) = (&mut added.side, &layer.side) {
                    let numbers = network.numbers(&format!("{name}.weight"))?;
                    let kernels = Kernels { numbers: &numbers, kernel: 1, inputs, outputs };
                    if let Weights::Ready(weights) = &mut side.weights {
                        kernels.repack(arch, Method::Direct, Arc::make_mut(weights));
                    }
                }
            }
            Self::Arrange { arrangement, norm: Some(name), .. } => {
                if let Some(norm) = &mut arrangement.norm {
                    let weight = network.numbers(&format!("{name}.weight"))?;
                    norm.set(&weight, &network.numbers(&format!("{name}.bias"))?);
                }
            }
            Self::LayerNorm { norm, layer, .. } => {
                let weight = network.numbers(&format!("{layer}.weight"))?;
                norm.set([&weight, &network.numbers(&format!("{layer}.bias"))?]);
            }
            Self::Arrange { .. } | Self::Geglu { .. } | Self::Attend { .. } => {}
        }
        Ok(())
    }
}
