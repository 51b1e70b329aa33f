//! A network's named tensors, and where they come from.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::Arc;

use candle_core::{DType, Device, Tensor, Var};
use half::f16;
use rayon::prelude::*;

use super::{ModelError, WeightType, init};

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

/// A tensor whose numbers are kept in another order, which is made again when it is asked for.
pub(crate) trait Elsewhere: Debug + Send + Sync {
    /// The tensor's shape.
    fn shape(&self) -> &[usize];

    /// The tensor, in f32 on the CPU.
    fn tensor(&self) -> Tensor;
}

/// The numbers of a tensor.
#[derive(Clone, Debug)]
enum Numbers {
    Here(Tensor),
    Elsewhere(Arc<dyn Elsewhere>),
}

/// One named tensor of a network.
#[derive(Clone, Debug)]
struct Parameter {
    numbers: Numbers,
    learned: bool,
}

impl Parameter {
    fn tensor(&self) -> Tensor {
        match &self.numbers {
            Numbers::Here(tensor) => tensor.clone(),
            Numbers::Elsewhere(elsewhere) => elsewhere.tensor(),
        }
    }

    fn present(&self) -> Option<&Tensor> {
        match &self.numbers {
            Numbers::Here(tensor) => Some(tensor),
            Numbers::Elsewhere(_) => None,
        }
    }

    fn count(&self) -> usize {
        match &self.numbers {
            Numbers::Here(tensor) => tensor.elem_count(),
            Numbers::Elsewhere(elsewhere) => elsewhere.shape().iter().product(),
        }
    }
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

    /// The tensor with that name. It is a copy if its numbers are kept elsewhere.
    ///
    /// # Errors
    /// [`ModelError::MissingTensor`] if there is no such tensor.
    pub(crate) fn get(&self, name: &str) -> Result<Tensor, ModelError> {
        self.0.get(name).map(Parameter::tensor).ok_or_else(|| missing(name))
    }

    /// Lets go of a tensor whose numbers are kept elsewhere from now on.
    pub(crate) fn replace(&mut self, name: &str, by: Arc<dyn Elsewhere>) {
        if let Some(parameter) = self.0.get_mut(name) {
            parameter.numbers = Numbers::Elsewhere(by);
        }
    }

    /// Converts tensors that were read in a narrower type, one after another.
    ///
    /// # Errors
    /// If candle fails, out of memory for instance.
    pub(crate) fn convert(&mut self, precision: Precision) -> Result<(), ModelError> {
        for parameter in self.0.values_mut() {
            if let Numbers::Here(tensor) = &mut parameter.numbers
                && tensor.dtype() != precision.dtype()
            {
                *tensor = tensor.to_dtype(precision.dtype())?;
            }
        }
        Ok(())
    }

    /// Any one of the tensors, to see their device and precision.
    pub(crate) fn any(&self) -> Option<&Tensor> {
        self.0.values().find_map(Parameter::present)
    }

    /// The number of parameters: the numbers in all tensors together.
    pub(crate) fn count(&self) -> usize {
        self.0.values().map(Parameter::count).sum()
    }

    /// All tensors, sorted by name. Those whose numbers are kept elsewhere are made when their turn comes.
    pub(crate) fn tensors(&self) -> impl ExactSizeIterator<Item = (&str, Tensor)> {
        self.0.iter().map(|(name, parameter)| (name.as_str(), parameter.tensor()))
    }

    /// The tensors whose numbers are not kept elsewhere, sorted by name.
    pub(crate) fn present(&self) -> impl Iterator<Item = (&str, &Tensor)> {
        self.0.iter().filter_map(|(name, parameter)| Some((name.as_str(), parameter.present()?)))
    }

    /// All tensors without variables; the numbers are shared, unless they are kept elsewhere.
    pub(crate) fn detached(&self) -> BTreeMap<String, Tensor> {
        self.tensors().map(|(name, tensor)| (name.to_owned(), tensor.detach())).collect()
    }

    /// The variables that training changes, sorted by name; empty if the source gave no variables.
    ///
    /// # Errors
    /// If candle fails, out of memory for instance.
    pub(crate) fn variables(&self) -> Result<Vec<(&str, Var)>, ModelError> {
        let learned = self.0.iter().filter(|(_, p)| p.learned);
        let variables =
            learned.filter_map(|(name, p)| Some((name, p.present().filter(|t| t.is_variable())?)));
        variables.map(|(name, tensor)| Ok((name.as_str(), Var::from_tensor(tensor)?))).collect()
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
        Ok(Parameter { numbers: Numbers::Here(tensor), learned: *learned })
    }
}

/// Random tensors that do not change, in the type that they would be stored in.
pub(crate) fn drawn(
    specs: &BTreeMap<String, ParameterSpec>,
    seed: u64,
    kind: WeightType,
) -> Result<BTreeMap<String, Tensor>, ModelError> {
    let of = |(name, spec): (&String, &ParameterSpec)| {
        let values = init::draw(seed, name, spec.shape.iter().product(), spec.init);
        let shape = spec.shape.as_slice();
        let tensor = match kind {
            WeightType::F32 => Tensor::from_vec(values, shape, &Device::Cpu)?,
            WeightType::F16 => {
                let values: Vec<f16> = values.into_iter().map(f16::from_f32).collect();
                Tensor::from_vec(values, shape, &Device::Cpu)?
            }
        };
        Ok((name.clone(), tensor))
    };
    specs.par_iter().map(of).collect()
}

fn missing(name: &str) -> ModelError {
    ModelError::MissingTensor {
        name: "network".to_owned(),
        tensor: name.to_owned(),
        more: String::new(),
        own: "other tensors".to_owned(),
    }
}
