//! A network whose weights change between calls, with gradients.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use candle_core::{CpuStorage, Device, Storage, Tensor, Var, bail};
use pulp::Arch;
use rayon::prelude::*;

use super::arrange::Size;
use super::backward::Backward;
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
        let network = Network::new(graph, section, tensors)?;
        network.program.is_differentiable().then(|| Self { network, plans: Mutex::default() })
    }

    /// Like [`Network::call`]. The result is recorded on the tape, with gradients of the vector and of `variables` (the
    /// network's tensors, by name), but none of `picture`.
    ///
    /// # Errors
    /// [`ModelError::Memory`] before any memory is taken, if there is too little; other errors if candle fails.
    pub(crate) fn call(
        self: &Arc<Self>,
        picture: &Tensor,
        vector: Option<&Tensor>,
        variables: Vec<(&str, Var)>,
    ) -> Result<Tensor, ModelError> {
        let (images, _, height, width) = picture.dims4()?;
        let channels = self.network.program.outputs;
        let mut planned = self.take(Size { images, height, width })?;
        planned.pack(&self.network)?;
        let [height, width] = planned.plan.output_size;
        let mut output = Vec::with_capacity(images * channels * height * width);
        let given = [numbers(picture)?, vector.map(numbers).transpose()?.unwrap_or_default()];
        planned.plan.run(simd::arch(), [&given[0], &given[1], &[]], channels, &mut output);
        let (mut names, mut inputs) = (Vec::new(), Vec::new());
        for (name, variable) in variables {
            names.push(name.to_owned());
            inputs.push(variable.into_inner());
        }
        inputs.extend(vector.cloned());
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
                let all = of_names.chain(std::iter::once(found.vector)).zip(&shapes);
                all.map(|(numbers, shape)| {
                    numbers.map(|numbers| Tensor::from_vec(numbers, shape, &Device::Cpu)).transpose()
                })
                .collect()
            })?;
        Ok(result)
    }

    fn take(&self, size: Size) -> Result<Planned, ModelError> {
        let kept = {
            let mut plans = self.plans.lock().unwrap_or_else(PoisonError::into_inner);
            plans.iter().position(|planned| planned.plan.size == size).map(|i| plans.remove(i))
        };
        if let Some(planned) = kept {
            return Ok(planned);
        }
        Planned::new(&self.network, size)
    }

    fn give_back(&self, planned: Planned) {
        let mut plans = self.plans.lock().unwrap_or_else(PoisonError::into_inner);
        plans.insert(0, planned);
        plans.truncate(PLANS);
    }
}

impl Planned {
    pub(super) fn new(network: &Network, size: Size) -> Result<Self, ModelError> {
        let plan = network.plan(Given { size, length: 0 }, true)?;
        Ok(Self { backward: Backward::new(&plan)?, plan, packed: Vec::new() })
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
                kernels.repack(arch, layer.method, Arc::make_mut(&mut convolution.weights));
                convolution.bias = network.bias(layer)?;
                if let (Some((side, _)), Some((name, inputs))) = (&mut added.side, &layer.side) {
                    let numbers = network.numbers(&format!("{name}.weight"))?;
                    let kernels = Kernels { numbers: &numbers, kernel: 1, inputs, outputs };
                    kernels.repack(arch, Method::Direct, Arc::make_mut(&mut side.weights));
                }
            }
            Self::Arrange { arrangement, norm: Some(name), .. } => {
                if let Some(norm) = &mut arrangement.norm {
                    let weight = network.numbers(&format!("{name}.weight"))?;
                    norm.set(&weight, &network.numbers(&format!("{name}.bias"))?);
                }
            }
            Self::Arrange { .. } | Self::LayerNorm { .. } | Self::Geglu { .. } | Self::Attend { .. } => {}
        }
        Ok(())
    }
}
