//! The tensors that a run learns: variables of a network, each with the state of its optimiser.

use candle_core::{Device, Tensor, Var};
use rayon::prelude::*;

use super::checkpoint::States;
use super::optimiser::{AdamState, Update, ema_decay, learning_rate, norm};
use super::{TrainError, TrainSettings};
use crate::model::weights::Tensors;

/// Fails if a number of an iteration is NaN or infinite.
pub(super) fn finite(iteration: u64, what: &'static str, found: f64) -> Result<(), TrainError> {
    if found.is_finite() { Ok(()) } else { Err(TrainError::Diverged { iteration, what, found }) }
}

/// One learned tensor.
struct Parameter {
    name: String,
    /// The tensor that the network computes with; always a copy of the optimiser's weights.
    variable: Var,
    adam: AdamState,
}

/// All tensors that a run learns.
pub(super) struct Learned {
    parameters: Vec<Parameter>,
}

/// The sum of gradients of parts of a batch, with an array of numbers for each learned tensor.
pub(super) struct Gradients(Vec<Vec<f32>>);

impl Learned {
    /// The variables of a network, by name, as they are before the first iteration.
    pub(super) fn new(
        variables: impl IntoIterator<Item = (impl Into<String>, Var)>,
    ) -> Result<Self, TrainError> {
        let parameter = |(name, variable): (_, Var)| {
            let adam = AdamState::new(variable.flatten_all()?.to_vec1()?);
            Ok(Parameter { name: Into::into(name), variable, adam })
        };
        Ok(Self { parameters: variables.into_iter().map(parameter).collect::<Result<_, TrainError>>()? })
    }

    /// Gradients that are 0, to which those of parts of a batch are added.
    pub(super) fn no_gradients(&self) -> Gradients {
        Gradients(self.parameters.iter().map(|parameter| vec![0.0; parameter.adam.weight.len()]).collect())
    }

    /// Adds the gradients that are found for variables; none stands for 0.
    pub(super) fn add<'a>(
        &self,
        sums: &mut Gradients,
        find: impl Fn(&Var) -> Option<&'a Tensor>,
    ) -> Result<(), TrainError> {
        for (sum, Parameter { variable, .. }) in sums.0.iter_mut().zip(&self.parameters) {
            if let Some(gradient) = find(variable) {
                let gradient: Vec<f32> = gradient.flatten_all()?.to_vec1()?;
                sum.iter_mut().zip(gradient).for_each(|(sum, gradient)| *sum += gradient);
            }
        }
        Ok(())
    }

    /// Makes the step of an iteration, counted from 1, with its gradients, which have this norm.
    pub(super) fn step(
        &mut self,
        settings: &TrainSettings,
        number: u64,
        gradients: &Gradients,
        norm: f64,
    ) -> Result<(), TrainError> {
        // As in PyTorch's `clip_grad_norm_`.
        let clip = |longest: f64| (longest / (norm + 1e-6)).min(1.0);
        let update = Update {
            learning_rate: learning_rate(settings, number - 1),
            weight_decay: settings.weight_decay,
            scale: settings.clip_grad.map_or(1.0, clip),
            number,
            ema_decay: ema_decay(settings.ema, number),
        };
        self.parameters.par_iter_mut().zip(&gradients.0).try_for_each(|(parameter, gradient)| {
            parameter.adam.update(gradient, &update);
            parameter.show()
        })?;
        Ok(())
    }

    /// The moving averages of the tensors, by name.
    pub(super) fn averages(&self) -> Result<Tensors, TrainError> {
        let average = |Parameter { name, variable, adam }: &Parameter| {
            Ok((name.clone(), Tensor::from_slice(&adam.ema, variable.shape(), &Device::Cpu)?))
        };
        self.parameters.iter().map(average).collect()
    }

    /// Takes the tensors from a checkpoint.
    pub(super) fn restore(&mut self, states: &mut States) -> Result<(), TrainError> {
        for parameter in &mut self.parameters {
            parameter.adam = states.take(&parameter.name, parameter.adam.weight.len())?;
            parameter.show()?;
        }
        Ok(())
    }

    /// Name, state and shape of each tensor.
    pub(super) fn states(&self) -> impl Iterator<Item = (&str, &AdamState, &[usize])> {
        self.parameters
            .iter()
            .map(|Parameter { name, variable, adam }| (name.as_str(), adam, variable.dims()))
    }
}

impl Parameter {
    /// Lets the network compute with the optimiser's weights.
    fn show(&self) -> candle_core::Result<()> {
        self.variable.set(&Tensor::from_slice(&self.adam.weight, self.variable.shape(), &Device::Cpu)?)
    }
}

impl Gradients {
    /// The Euclidean norm of all gradients together.
    pub(super) fn norm(&self) -> f64 {
        norm(&self.0)
    }
}
