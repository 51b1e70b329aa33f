//! Gradients of a plan. Its steps are gone through from the last to the first. Each computes, from the
//! gradient of its result, the gradients of the values that it read and of its weights.
//!
//! | module | what it is |
//! | --- | --- |
//! | `order` | which step's gradient goes where |
//! | `arrange`, `conv` with `tiles`, `attention`, `layer_norm`, `geglu` | the gradients of each kind of step |
//! | `outer` | sums of outer products: the gradients of weights |
//!
//! Buffers of gradients are shared in the same way as the buffers of a plan that does not keep its values.
//! Where several steps contribute to a gradient, the first step writes and the others add.

mod arrange;
mod attention;
mod conv;
mod geglu;
mod layer_norm;
mod order;
mod outer;
mod tiles;

use candle_core::bail;
use pulp::Arch;
use rayon::prelude::*;

use self::order::{Adjoint, Convolve, Kind, OfInputs, Target, order};
use super::Network;
use super::arrange::Size;
use super::lanes::Lanes;
use super::plan::{Place, Plan, Step, gather, read, spread};
use crate::model::{Result, simd};

/// The backward steps of a plan, with the memory that they need.
#[derive(Debug)]
pub(super) struct Backward {
    adjoints: Vec<Adjoint>,
    gradients: Vec<Vec<Lanes>>,
    /// Working memory for the tiles of the gradient of a convolution's result.
    transformed: Vec<Lanes>,
    /// The inputs that have gradients, and whether that of the picture was wanted.
    inputs: OfInputs,
    pub(super) with_picture: bool,
}

/// The gradients of a network.
#[derive(Debug, Default)]
pub(super) struct Gradients {
    /// Gradients of the inputs, in the shapes of the inputs, where the output depends on them.
    pub(super) picture: Option<Vec<f32>>,
    pub(super) vector: Option<Vec<f32>>,
    pub(super) context: Option<Vec<f32>>,
    /// Gradients of the network's tensors, by name.
    pub(super) tensors: Vec<(String, Vec<f32>)>,
}

impl Backward {
    /// The backward steps of a plan that keeps all values. The gradient of the picture is computed only `with_picture`.
    pub(super) fn new(plan: &Plan, with_picture: bool) -> Result<Self> {
        let (adjoints, inputs) = order(plan, with_picture)?;
        let mut lengths = vec![0; plan.buffers.len()];
        for (buffer, &shared) in plan.buffers.iter().zip(&plan.shared) {
            lengths[shared] = lengths[shared].max(buffer.len());
        }
        let gradients = lengths.into_iter().map(|length| vec![Lanes::ZERO; length]).collect();
        Ok(Self { adjoints, gradients, transformed: Vec::new(), inputs, with_picture })
    }

    /// Packs the network's current weights.
    pub(super) fn pack(&mut self, network: &Network) -> Result<()> {
        let arch = simd::arch();
        self.adjoints.par_iter_mut().try_for_each(|adjoint| {
            let Kind::Convolve(convolve) = &mut adjoint.kind else { return Ok(()) };
            let Convolve { side, main, .. } = &mut **convolve;
            side.iter_mut().chain([main]).try_for_each(|convolution| convolution.pack(arch, network))
        })
    }

    /// Computes all gradients from the gradient of the output, `[images, channels, height, width]`, after the
    /// plan has run.
    pub(super) fn run(
        &mut self,
        arch: Arch,
        plan: &Plan,
        network: &Network,
        gradient: &[f32],
    ) -> Result<Gradients> {
        let images = plan.size.images;
        let [height, width] = plan.output_size;
        let Self { adjoints, gradients, transformed, inputs, .. } = self;
        let output = &plan.output;
        let to = &mut gradients[plan.shared[output.buffer]][output.range.clone()];
        gather(gradient, images, height * width, to);
        let mut found = Gradients::default();
        let mut job = Job { arch, plan, network, gradients, transformed, found: &mut found.tensors };
        for adjoint in adjoints {
            job.run(adjoint)?;
        }
        let of_input = |place: &Place, channels: usize, pixels: usize| {
            let blocks = &gradients[plan.shared[place.buffer]][place.range.clone()];
            let mut numbers = Vec::with_capacity(images * channels * pixels);
            spread(blocks, [images, channels, pixels], &mut numbers);
            numbers
        };
        let (program, size) = (&network.program, plan.size);
        let of_picture = inputs.picture.then_some(&plan.picture);
        found.picture =
            of_picture.map(|place| of_input(place, program.picture_width, size.height * size.width));
        let of_vector = plan.vector.as_ref().filter(|_| inputs.vector);
        found.vector = of_vector.map(|place| of_input(place, program.vector_width, 1));
        let of_context = plan.context.as_ref().filter(|_| inputs.context);
        found.context = of_context.map(|place| of_input(place, program.context_width, plan.length));
        Ok(found)
    }
}

/// The data that all backward steps work with.
struct Job<'a> {
    arch: Arch,
    plan: &'a Plan,
    network: &'a Network,
    gradients: &'a mut [Vec<Lanes>],
    transformed: &'a mut Vec<Lanes>,
    found: &'a mut Vec<(String, Vec<f32>)>,
}

impl Job<'_> {
    fn run(&mut self, adjoint: &mut Adjoint) -> Result<()> {
        let Adjoint { step, of, kind } = adjoint;
        // The buffer is taken out of the list meanwhile, so that the other buffers can be borrowed.
        let mut own = std::mem::take(&mut self.gradients[of.buffer]);
        let gradient = &mut own[of.range.clone()];
        match (kind, &self.plan.steps[*step]) {
            (Kind::Arrange { to }, Step::Arrange { arrangement, norm, from, .. }) => {
                let channels = arrangement.norm.as_ref().map(|norm| &norm.channels);
                let mut affine = vec![[Lanes::ZERO; 2]; channels.map_or(0, super::Channels::blocks)];
                let x = read(&self.plan.buffers, from);
                let target = &mut self.gradients[to.place.buffer][to.place.range.clone()];
                arrange::run(self.arch, arrangement, [x, gradient], target, to.add, &mut affine);
                if let (Some(name), Some(channels)) = (norm, channels) {
                    for (i, kind) in ["weight", "bias"].into_iter().enumerate() {
                        let blocks: Vec<_> = affine.iter().map(|affine| affine[i]).collect();
                        self.found.push((format!("{name}.{kind}"), channels.dense(&blocks)));
                    }
                }
            }
            (Kind::Convolve(convolve), Step::Convolve { convolution, .. }) => {
                let Convolve { shift, residual, side, main } = &mut **convolve;
                if convolution.scale != 1.0 {
                    scale(gradient, convolution.scale);
                }
                let bias = self.shift(main, gradient, shift.as_ref());
                if let Some(target) = residual {
                    self.pass(gradient, target);
                }
                if let Some(side) = side {
                    self.convolution(side, gradient, &bias)?;
                }
                self.convolution(main, gradient, &bias)?;
            }
            (Kind::Attend { to, context }, Step::Attend { attention, from, to: result }) => {
                if to.add || context.as_ref().is_some_and(|context| context.add) {
                    bail!("what attention reads is read elsewhere too");
                }
                let [q, kv, result] =
                    [&from[0], &from[1], result].map(|place| read(&self.plan.buffers, place));
                let mut queries = std::mem::take(&mut self.gradients[to.place.buffer]);
                let own = &mut queries[to.place.range.clone()];
                let targets = match context {
                    None => own.split_at_mut(q.len()),
                    Some(Target { place, .. }) => {
                        (own, &mut self.gradients[place.buffer][place.range.clone()])
                    }
                };
                attention::run(self.arch, *attention, [q, kv], [result, gradient], targets.into());
                self.gradients[to.place.buffer] = queries;
            }
            (Kind::LayerNorm { to }, Step::LayerNorm { norm, layer, from, .. }) => {
                let x = read(&self.plan.buffers, from);
                let target = &mut self.gradients[to.place.buffer][to.place.range.clone()];
                let affine = layer_norm::run(self.arch, norm, [x, gradient], target, to.add);
                for (blocks, kind) in affine.iter().zip(["weight", "bias"]) {
                    self.found.push((format!("{layer}.{kind}"), norm.dense(blocks)));
                }
            }
            (Kind::Geglu { to }, Step::Geglu { from, .. }) => {
                if to.add {
                    bail!("values and gates are read elsewhere too");
                }
                let x = read(&self.plan.buffers, from);
                let target = &mut self.gradients[to.place.buffer][to.place.range.clone()];
                geglu::run(self.arch, [x, gradient], target);
            }
            _ => bail!("gradients of another plan"),
        }
        self.gradients[of.buffer] = own;
        Ok(())
    }

    /// The gradient of a shift, which was added to every pixel: stored for each image in `to`, and returned summed over
    /// all images, as the gradient of the bias.
    fn shift(
        &mut self,
        convolution: &conv::Convolution,
        gradient: &[Lanes],
        to: Option<&Target>,
    ) -> Vec<f32> {
        let Size { images, height, width } = convolution.size;
        let mut own = Vec::new();
        let sums = if let Some(Target { place, .. }) = to {
            &mut self.gradients[place.buffer][place.range.clone()]
        } else {
            own.resize(convolution.outputs.blocks() * images, Lanes::ZERO);
            own.as_mut_slice()
        };
        conv::sums(self.arch, gradient, height * width, sums);
        let total = |images: &[Lanes]| {
            let mut total = Lanes::ZERO;
            for image in images {
                total.0.iter_mut().zip(image.0).for_each(|(total, x)| *total += x);
            }
            total
        };
        let blocks: Vec<_> = sums.chunks_exact(images).map(total).collect();
        convolution.outputs.dense(&blocks)
    }

    /// Passes a gradient on unchanged.
    fn pass(&mut self, gradient: &[Lanes], Target { place, add }: &Target) {
        let to = &mut self.gradients[place.buffer][place.range.clone()];
        if *add {
            to.iter_mut().zip(gradient).for_each(|(to, from)| {
                to.0.iter_mut().zip(from.0).for_each(|(to, from)| *to += from);
            });
        } else {
            to.copy_from_slice(gradient);
        }
    }

    fn convolution(
        &mut self,
        convolution: &mut conv::Convolution,
        gradient: &[Lanes],
        bias: &[f32],
    ) -> Result<()> {
        let arranged = read(&self.plan.buffers, &convolution.from);
        let weight = convolution.run(self.arch, arranged, gradient, self.gradients, self.transformed);
        let outputs = convolution.outputs.count();
        let (mut weight, mut bias) = (weight.as_slice(), bias);
        let inputs = weight.len() / outputs;
        for name in &convolution.names {
            let name = [format!("{name}.weight"), format!("{name}.bias")];
            let Some(tensor) = self.network.tensors.get(&name[0]) else {
                bail!("the network has no {name:?}")
            };
            let own = tensor.dim(0)?;
            let ((of_weight, of_bias), rest) =
                ((&weight[..own * inputs], &bias[..own]), (&weight[own * inputs..], &bias[own..]));
            (weight, bias) = rest;
            let [of, shift] = name;
            self.found.push((of, of_weight.to_vec()));
            if self.network.tensors.contains_key(&shift) {
                self.found.push((shift, of_bias.to_vec()));
            }
        }
        Ok(())
    }
}

fn scale(gradient: &mut [Lanes], factor: f32) {
    for pixel in gradient {
        pixel.0.iter_mut().for_each(|x| *x *= factor);
    }
}
