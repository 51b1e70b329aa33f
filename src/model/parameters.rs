//! The network's named tensors, and where they come from while it is built.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Display;

use candle_core::{DType, Device, Tensor, Var};

use super::{ModelError, init};

/// The numbers the network computes with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Precision {
    /// 32 bits: what everything but comparisons uses.
    #[default]
    F32,
    /// 64 bits: half as fast, to see how much rounding matters.
    F64,
}

impl Precision {
    pub(crate) fn dtype(self) -> DType {
        match self {
            Self::F32 => DType::F32,
            Self::F64 => DType::F64,
        }
    }
}

/// How a fresh tensor is drawn: PyTorch's defaults for the layer it belongs to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Init {
    /// Uniform in ±bound.
    Uniform { bound: f64 },
    /// Normal with mean 0.
    Normal { std: f64 },
    /// 1 everywhere.
    Ones,
    /// 0 everywhere.
    Zeros,
}

impl Init {
    /// Weights and biases of a linear map or convolution: ±1/√inputs, which is what
    /// `kaiming_uniform_(a = √5)` comes to (`torch.nn.Linear.reset_parameters`).
    pub(crate) fn fan_in(inputs: usize) -> Self {
        Self::Uniform { bound: 1.0 / (inputs as f64).sqrt() }
    }
}

/// Where tensors come from.
pub(crate) enum Source {
    /// Nowhere: views of a single zero, to learn names and shapes without memory.
    Shapes,
    /// Existing tensors; with `train`, as variables.
    Given { tensors: BTreeMap<String, Tensor>, train: bool },
    /// Drawn from the seed, as variables.
    Fresh { seed: u64, precision: Precision },
}

/// One named tensor of a network.
#[derive(Clone, Debug)]
pub(crate) struct Parameter {
    pub(crate) tensor: Tensor,
    /// Whether training changes it.
    pub(crate) learned: bool,
}

/// All tensors of a network by their names in a checkpoint, sorted.
pub(crate) type Parameters = BTreeMap<String, Parameter>;

/// Hands out tensors by name and keeps a list of them.
pub(crate) struct Loader {
    source: Source,
    parameters: RefCell<Parameters>,
}

impl Loader {
    pub(crate) fn new(source: Source) -> Self {
        Self { source, parameters: RefCell::default() }
    }

    /// The top of the network's tree of names.
    pub(crate) fn root(&self) -> Scope<'_> {
        Scope { loader: self, path: String::new() }
    }

    pub(crate) fn into_parameters(self) -> Parameters {
        self.parameters.into_inner()
    }

    fn load(&self, name: &str, shape: &[usize], init: Init, learned: bool) -> Result<Tensor, ModelError> {
        let (tensor, train) = match &self.source {
            Source::Shapes => (Tensor::zeros(1, DType::F32, &Device::Cpu)?.broadcast_as(shape)?, false),
            Source::Given { tensors, train } => {
                let tensor = tensors.get(name).ok_or_else(|| ModelError::MissingTensor {
                    name: "network".to_owned(),
                    tensor: name.to_owned(),
                    more: String::new(),
                    own: "other tensors".to_owned(),
                })?;
                (tensor.clone(), *train)
            }
            Source::Fresh { seed, precision } => {
                let values = init::draw(*seed, name, shape.iter().product(), init);
                (Tensor::from_vec(values, shape, &Device::Cpu)?.to_dtype(precision.dtype())?, true)
            }
        };
        let tensor = if train && learned { Var::from_tensor(&tensor)?.into_inner() } else { tensor };
        self.parameters.borrow_mut().insert(name.to_owned(), Parameter { tensor: tensor.clone(), learned });
        Ok(tensor)
    }
}

/// A place in the tree of names, such as `down_blocks.0.resnets.1`.
#[derive(Clone)]
pub(crate) struct Scope<'a> {
    loader: &'a Loader,
    path: String,
}

impl Scope<'_> {
    /// A branch of this place.
    pub(crate) fn at(&self, name: impl Display) -> Self {
        Self { loader: self.loader, path: self.full(&name) }
    }

    /// A learned tensor of this place.
    pub(crate) fn get(&self, name: &str, shape: &[usize], init: Init) -> Result<Tensor, ModelError> {
        self.loader.load(&self.full(&name), shape, init, true)
    }

    /// A tensor of this place that training leaves as it is.
    pub(crate) fn fixed(&self, name: &str, shape: &[usize], init: Init) -> Result<Tensor, ModelError> {
        self.loader.load(&self.full(&name), shape, init, false)
    }

    fn full(&self, name: &dyn Display) -> String {
        if self.path.is_empty() { name.to_string() } else { format!("{}.{name}", self.path) }
    }
}
