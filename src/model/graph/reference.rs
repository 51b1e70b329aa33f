//! The reference: a graph computed operation by operation with candle, in the precision and on the device of its
//! parameters, with gradients of all variables.
//!
//! In f32 on a CPU, the [layers](crate::model::layers) do most of it with the project's own kernels, which join a few
//! operations: a normalisation and the non-linearity after it, a convolution and the shift of its channels, doubling
//! and the convolution after it.

use candle_core::{DType, Device, Tensor};

use super::{Graph, Kind, Node, Op, Value};
use crate::model::ModelError;
use crate::model::layers::{
    Conv2d, Embedding, GroupNorm, LayerNorm, Linear, TimeAdd, attend, attend_back, average_halved, cut,
    doubled, geglu, joined, mean,
};
use crate::model::parameters::Parameters;

/// The longest period of the sines and cosines, in units of 2π.
const MAX_PERIOD: f64 = 10_000.0;

impl Graph {
    /// Computes the `wanted` values from the `given` values, which may be any values of the graph: nodes that
    /// are needed only for given values are not computed. Vectors may have one row for all samples.
    ///
    /// # Errors
    /// [`ModelError::MissingTensor`] if a parameter is missing; other errors if candle fails.
    pub(crate) fn evaluate(
        &self,
        parameters: &Parameters,
        given: &[(Value, Tensor)],
        wanted: &[Value],
    ) -> Result<Vec<Tensor>, ModelError> {
        let needed = self.needed(given.iter().map(|(value, _)| *value), wanted);
        let users = self.users(&needed);
        let mut left: Vec<usize> = users.iter().map(Vec::len).collect();
        for value in wanted {
            left[value.0] += 1;
        }
        let mut values = vec![None; self.nodes.len()];
        for (value, tensor) in given {
            values[value.0] = Some(tensor.clone());
        }
        let mut run = Evaluation { graph: self, parameters, needed, users, left, values };
        for i in 0..self.nodes.len() {
            if run.needed[i] && !run.is_joined(i) {
                let value = run.node(i)?;
                run.values[i] = Some(value);
            }
        }
        wanted.iter().map(|value| run.take(*value)).collect()
    }
}

/// A computation in progress.
struct Evaluation<'a> {
    graph: &'a Graph,
    parameters: &'a Parameters,
    needed: Vec<bool>,
    users: Vec<Vec<usize>>,
    /// How many more times each value will be used; its memory is freed at 0.
    left: Vec<usize>,
    values: Vec<Option<Tensor>>,
}

impl<'a> Evaluation<'a> {
    /// Whether the node is computed together with the only node that uses it.
    fn is_joined(&self, i: usize) -> bool {
        let [user] = self.users[i][..] else { return false };
        let user = &self.graph.nodes[user];
        match (&self.graph.nodes[i].op, &user.op) {
            (Op::GroupNorm { .. }, Op::Activation(_)) => true,
            (Op::Conv { .. }, Op::Shift) => user.inputs[0].0 == i,
            (Op::Double, Op::Conv { kernel: 3, stride: 1, .. }) => {
                self.graph.nodes[i].inputs.len() == 1 && !self.is_joined(self.users[i][0])
            }
            _ => false,
        }
    }

    /// A value, for one of its users; the last user gets it without a copy.
    fn take(&mut self, value: Value) -> Result<Tensor, ModelError> {
        let i = value.0;
        self.left[i] = self.left[i].saturating_sub(1);
        let found = if self.left[i] == 0 { self.values[i].take() } else { self.values[i].clone() };
        found.ok_or_else(|| failed(format!("value {i} was not given")))
    }

    /// The node of a value, if the node is computed together with its user.
    fn joined(&self, value: Value) -> Option<&'a Node> {
        (self.needed[value.0] && self.is_joined(value.0)).then(|| &self.graph.nodes[value.0])
    }

    fn node(&mut self, i: usize) -> Result<Tensor, ModelError> {
        let node = &self.graph.nodes[i];
        let input = |n: usize| node.inputs[n];
        Ok(match &node.op {
            Op::Input => return Err(failed(format!("input {i} was not given"))),
            Op::Lookup { layer } if node.kind == Kind::Sequence => {
                Embedding::new(self.weight(layer)?).sequence(&self.take(input(0))?)?
            }
            Op::Positions { layer } => {
                let x = self.take(input(0))?;
                let rows = self.weight(layer)?.narrow(0, 0, x.dim(2)?)?;
                x.broadcast_add(&rows.t()?.unsqueeze(0)?.unsqueeze(3)?)?
            }
            Op::Sinusoids { .. } | Op::Fourier { .. } | Op::Lookup { .. } => {
                let x = self.take(input(0))?.to_dtype(DType::F64)?.to_vec1()?;
                self.embedded(node, &x)?
            }
            Op::Linear { layer } => {
                let linear = Linear::new(self.weight(layer)?, self.bias(layer)?);
                let x = self.take(input(0))?;
                if node.kind == Kind::Vector { linear.forward(&x)? } else { linear.channels_first(&x)? }
            }
            Op::Conv { .. } | Op::GroupNorm { .. } | Op::Activation(_) | Op::Shift => self.convolved(node)?,
            Op::LayerNorm { layer, eps } => {
                LayerNorm::new(self.weight(layer)?, self.bias(layer)?, *eps).forward(&self.take(input(0))?)?
            }
            Op::Geglu => geglu(&self.take(input(0))?)?,
            Op::ScaleShift => TimeAdd::scale_shift(&self.take(input(0))?, &self.take(input(1))?)?,
            Op::Add { divisor } if node.kind == Kind::Picture => {
                mean(&self.take(input(0))?, &self.take(input(1))?, *divisor)?
            }
            Op::Add { divisor } => {
                let sum = self.take(input(0))?.broadcast_add(&self.take(input(1))?)?;
                if *divisor == 1.0 { sum } else { (sum / *divisor)? }
            }
            Op::Concat => joined(&self.take(input(0))?, &self.take(input(1))?)?,
            Op::Double => {
                let double = doubled(&self.take(input(0))?)?;
                match node.inputs.get(1) {
                    Some(&like) => cut(&double, &self.take(like)?)?,
                    None => double,
                }
            }
            Op::Halve => average_halved(&self.take(input(0))?)?,
            Op::Attend { heads, causal } => {
                let [query, key, value] = [0, 1, 2].map(|n| self.take(input(n)));
                let attended = if *causal { attend_back } else { attend };
                attended(&query?, &key?, &value?, *heads)?
            }
            Op::Mean => self.take(input(0))?.flatten_from(2)?.mean(2)?,
        })
    }

    /// A convolution, together with the operation before it where the two are joined.
    fn convolved(&mut self, node: &Node) -> Result<Tensor, ModelError> {
        let first = node.inputs[0];
        let before = self.joined(first);
        // If the operation before is joined with this one, its input is read here, otherwise its result.
        let x = self.take(before.map_or(first, |before| before.inputs[0]))?;
        Ok(match (&node.op, before) {
            (Op::Conv { .. }, None) => self.conv(node)?.forward(&x)?,
            (Op::Conv { .. }, Some(_)) => self.conv(node)?.doubling(&x)?,
            (Op::Activation(activation), None) => activation.forward(&x)?,
            (Op::Activation(activation), Some(norm)) => self.norm(norm)?.activated(&x, *activation)?,
            (Op::Shift, None) => TimeAdd::shift(&x, &self.take(node.inputs[1])?)?,
            (Op::Shift, Some(conv)) => self.conv(conv)?.shifted(&x, &self.take(node.inputs[1])?)?,
            _ => self.norm(node)?.forward(&x)?,
        })
    }

    /// Embeds numbers as vectors.
    fn embedded(&self, node: &Node, x: &[f64]) -> Result<Tensor, ModelError> {
        let rows = match &node.op {
            Op::Lookup { layer } => {
                let indices: Vec<u32> = x.iter().map(|&x| x as u32).collect();
                return Ok(Embedding::new(self.weight(layer)?).forward(&indices)?);
            }
            Op::Fourier { layer } => {
                let frequencies = self.weight(layer)?.to_dtype(DType::F64)?.to_vec1::<f64>()?;
                x.iter().flat_map(|&x| fourier(x, &frequencies)).collect()
            }
            Op::Sinusoids { flip, shift } => {
                x.iter().flat_map(|&x| sinusoids(x, node.width, *flip, *shift)).collect()
            }
            _ => return Err(failed("no embedding of numbers".to_owned())),
        };
        let rows = Tensor::from_vec(rows, (x.len(), node.width), &Device::Cpu)?;
        // The rows are brought to the device and the precision of the parameters.
        Ok(match self.parameters.any() {
            Some(like) => rows.to_dtype(like.dtype())?.to_device(like.device())?,
            None => rows,
        })
    }

    fn conv(&self, node: &Node) -> Result<Conv2d, ModelError> {
        let Op::Conv { layer, kernel, stride, padding } = &node.op else {
            return Err(failed("no convolution".to_owned()));
        };
        Ok(Conv2d::new(self.weight(layer)?, self.bias(layer)?, *kernel, *stride, *padding))
    }

    fn norm(&self, node: &Node) -> Result<GroupNorm, ModelError> {
        let Op::GroupNorm { layer, groups, eps } = &node.op else {
            return Err(failed("no normalisation".to_owned()));
        };
        Ok(GroupNorm::new(self.weight(layer)?, self.bias(layer)?, *groups, *eps))
    }

    fn weight(&self, layer: &str) -> Result<Tensor, ModelError> {
        self.parameters.get(&format!("{layer}.weight"))
    }

    /// The bias of a layer; zeros where it has none.
    fn bias(&self, layer: &str) -> Result<Tensor, ModelError> {
        let name = format!("{layer}.bias");
        if self.graph.parameters.contains_key(&name) {
            return self.parameters.get(&name);
        }
        let weight = self.weight(layer)?;
        Ok(Tensor::zeros(weight.dim(0)?, weight.dtype(), weight.device())?)
    }
}

/// An error for cases that cannot happen in a graph that a builder made and that is given all its inputs.
fn failed(reason: String) -> ModelError {
    candle_core::Error::Msg(reason).into()
}

/// `get_timestep_embedding` of diffusers. diffusers computes it in f32 even for networks in f64, and angles reach 1000,
/// where f32 is coarse: so its roundings are part of the definition and are repeated here.
fn sinusoids(value: f64, width: usize, flip: bool, shift: f64) -> Vec<f64> {
    let half = width / 2;
    let angle = |i: usize| {
        let exponent = -MAX_PERIOD.ln() as f32 * i as f32 / (half as f64 - shift) as f32;
        let frequency = libm::exp(exponent as f64) as f32;
        (value as f32 * frequency) as f64
    };
    let sines = (0..half).map(|i| libm::sin(angle(i)) as f32 as f64);
    let cosines = (0..half).map(|i| libm::cos(angle(i)) as f32 as f64);
    let mut row: Vec<f64> =
        if flip { cosines.chain(sines).collect() } else { sines.chain(cosines).collect() };
    row.resize(width, 0.0);
    row
}

/// `GaussianFourierProjection` of diffusers with `log`: sines, then cosines, whatever `flip_sin_to_cos` says.
/// As timesteps are whole numbers or f32 in diffusers, the logarithm is f32 even for networks in f64.
fn fourier(value: f64, frequencies: &[f64]) -> Vec<f64> {
    let log = libm::log(value as f32 as f64) as f32 as f64;
    let angles: Vec<f64> = frequencies.iter().map(|f| log * f * 2.0 * std::f64::consts::PI).collect();
    angles.iter().map(|&a| libm::sin(a)).chain(angles.iter().map(|&a| libm::cos(a))).collect()
}
