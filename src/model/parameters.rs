//! A network's named tensors, and where they come from.

use std::collections::BTreeMap;

use candle_core::{DType, Device, Tensor, Var};

use super::{ModelError, init};

/// The type of numbers that a network computes with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Precision {
    /// 32 bits, used for everything but comparisons.
    #[default]
    F32,
    /// 64 bits: slower, used to see how much rounding matters.
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

/// How the numbers of a fresh tensor are drawn: PyTorch's default for the layer that it belongs to.
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
    /// The weights and biases of a linear map or convolution: uniform in ±1/√inputs, which is what
    /// `kaiming_uniform_(a = √5)` amounts to (`torch.nn.Linear.reset_parameters`).
    pub(crate) fn fan_in(inputs: usize) -> Self {
        Self::Uniform { bound: 1.0 / (inputs as f64).sqrt() }
    }
}

/// The specification of one of a network's tensors.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ParameterSpec {
    pub(crate) shape: Vec<usize>,
    /// How a fresh tensor is drawn.
    pub(crate) init: Init,
    /// Whether training changes the tensor.
    pub(crate) learned: bool,
}

/// Where a network's tensors come from.
pub(crate) enum Source {
    /// Existing tensors; with `train`, learned tensors become variables.
    Given { tensors: BTreeMap<String, Tensor>, train: bool },
    /// Tensors drawn at random from the seed; learned tensors are variables.
    Fresh { seed: u64, precision: Precision },
}

/// One named tensor of a network.
#[derive(Clone, Debug)]
struct Parameter {
    tensor: Tensor,
    learned: bool,
}

/// All tensors of a network by their names in a checkpoint, in one precision and on one device.
#[derive(Clone, Debug)]
pub(crate) struct Parameters(BTreeMap<String, Parameter>);

impl Parameters {
    /// Loads all tensors that a network has.
    ///
    /// # Errors
    /// [`ModelError::MissingTensor`] if the source lacks a tensor; other errors if candle fails.
    pub(crate) fn load(specs: &BTreeMap<String, ParameterSpec>, source: &Source) -> Result<Self, ModelError> {
        let all = specs.iter().map(|(name, spec)| Ok((name.clone(), source.load(name, spec)?)));
        all.collect::<Result<_, ModelError>>().map(Self)
    }

    /// The tensor with that name.
    ///
    /// # Errors
    /// [`ModelError::MissingTensor`] if there is no such tensor.
    pub(crate) fn get(&self, name: &str) -> Result<Tensor, ModelError> {
        self.0.get(name).map(|parameter| parameter.tensor.clone()).ok_or_else(|| missing(name))
    }

    /// Any one of the tensors, to see their device and precision.
    pub(crate) fn any(&self) -> Option<&Tensor> {
        self.0.values().next().map(|parameter| &parameter.tensor)
    }

    /// The number of parameters: the numbers in all tensors together.
    pub(crate) fn count(&self) -> usize {
        self.tensors().map(|(_, tensor)| tensor.elem_count()).sum()
    }

    /// All tensors, sorted by name.
    pub(crate) fn tensors(&self) -> impl ExactSizeIterator<Item = (&str, &Tensor)> {
        self.0.iter().map(|(name, parameter)| (name.as_str(), &parameter.tensor))
    }

    /// All tensors without variables; the numbers are shared.
    pub(crate) fn detached(&self) -> BTreeMap<String, Tensor> {
        self.tensors().map(|(name, tensor)| (name.to_owned(), tensor.detach())).collect()
    }

    /// The variables that training changes, sorted by name; empty if the source gave no variables.
    ///
    /// # Errors
    /// If candle fails, out of memory for instance.
    pub(crate) fn variables(&self) -> Result<Vec<(&str, Var)>, ModelError> {
        let learned = self.0.iter().filter(|(_, p)| p.learned && p.tensor.is_variable());
        learned.map(|(name, p)| Ok((name.as_str(), Var::from_tensor(&p.tensor)?))).collect()
    }
}

impl Source {
    fn load(&self, name: &str, spec: &ParameterSpec) -> Result<Parameter, ModelError> {
        let ParameterSpec { shape, init, learned } = spec;
        let (tensor, train) = match self {
            Self::Given { tensors, train } => {
                (tensors.get(name).ok_or_else(|| missing(name))?.clone(), *train)
            }
            Self::Fresh { seed, precision } => {
                let values = init::draw(*seed, name, shape.iter().product(), *init);
                let tensor = Tensor::from_vec(values, shape.as_slice(), &Device::Cpu)?;
                (tensor.to_dtype(precision.dtype())?, true)
            }
        };
        let tensor = if train && *learned { Var::from_tensor(&tensor)?.into_inner() } else { tensor };
        Ok(Parameter { tensor, learned: *learned })
    }
}

fn missing(name: &str) -> ModelError {
    ModelError::MissingTensor {
        name: "network".to_owned(),
        tensor: name.to_owned(),
        more: String::new(),
        own: "other tensors".to_owned(),
    }
}
