//! The part that all networks share: a graph with its tensors, and the ways to compute it.

use std::collections::BTreeMap;
use std::sync::Arc;

use candle_core::{Device, Tensor, Var};

use crate::model::graph::planned::{Network, Section, TrainableNetwork};
use crate::model::graph::{Graph, Value};
use crate::model::parameters::{Parameters, Precision, Source};
use crate::model::weights::Tensors;
use crate::model::{ModelError, tape};

/// What every network tells of itself: its configuration, and what its body says.
macro_rules! of_every_network {
    ($config:ty, $body:ident) => {
        /// The configuration that the network was built from.
        pub fn config(&self) -> &$config {
            &self.config
        }

        /// The precision that the network computes with.
        pub fn precision(&self) -> $crate::model::parameters::Precision {
            self.$body.precision()
        }

        /// The number of parameters.
        pub fn parameter_count(&self) -> usize {
            self.$body.count()
        }

        /// All tensors by their names in a checkpoint, sorted by name. Those of large layers of a network that was
        /// prepared are copies, made when their turn comes: the network keeps them in another order.
        pub fn tensors(&self) -> impl ExactSizeIterator<Item = (&str, candle_core::Tensor)> {
            self.$body.tensors()
        }
    };
}

pub(super) use of_every_network;

/// A graph with its tensors, of which one section may be planned. Clones share the tensors and the plans.
#[derive(Clone, Debug)]
pub(super) struct Body {
    graph: Arc<Graph>,
    section: Section,
    precision: Precision,
    parameters: Parameters,
    /// Plans for weights that do not change and inputs without gradients, where the section can be planned.
    prepared: Option<Arc<Network>>,
    /// Plans for variables whose gradients are wanted, where the section can be planned.
    training: Option<Arc<TrainableNetwork>>,
}

impl Body {
    /// A body with fresh tensors, which are variables: see [`init`](crate::model::UNet2DModel::init).
    pub(super) fn init(
        graph: Arc<Graph>,
        section: Section,
        seed: u64,
        precision: Precision,
    ) -> Result<Self, ModelError> {
        Self::new(graph, section, precision, &Source::Fresh { seed, precision }).map(Self::for_training)
    }

    /// A body with given tensors, which do not change any more. They may be in a narrower type than `precision`, which is
    /// kept where the body is planned.
    pub(super) fn given(
        graph: Arc<Graph>,
        section: Section,
        precision: Precision,
        tensors: Tensors,
    ) -> Result<Self, ModelError> {
        // The given tensors are let go of here, so that those that are packed are not kept twice.
        let body = Self::new(graph, section, precision, &Source::Given { tensors, train: false })?;
        body.for_calls()
    }

    fn new(
        graph: Arc<Graph>,
        section: Section,
        precision: Precision,
        source: &Source,
    ) -> Result<Self, ModelError> {
        let parameters = Parameters::load(graph.parameters(), source)?;
        Ok(Self { graph, section, precision, parameters, prepared: None, training: None })
    }

    /// The same graph with other tensors.
    fn with(&self, tensors: Tensors, train: bool) -> Result<Self, ModelError> {
        let source = Source::Given { tensors, train };
        Self::new(self.graph.clone(), self.section, self.precision, &source)
    }

    /// The same graph with the same tensors, of which another section may be planned: networks that are called in
    /// several ways have one body for each.
    pub(super) fn for_section(&mut self, section: Section) -> Result<Self, ModelError> {
        let (graph, parameters) = (self.graph.clone(), self.parameters.clone());
        let body =
            Self { graph, section, precision: self.precision, parameters, prepared: None, training: None };
        match (&self.prepared, &self.training) {
            (Some(_), _) => {
                let body = body.for_calls()?;
                // What this body keeps in another order need not be kept here.
                self.parameters = body.parameters.clone();
                Ok(body)
            }
            (None, Some(_)) => Ok(body.for_training()),
            (None, None) => Ok(body),
        }
    }

    /// The same graph with its tensors on a device, without variables.
    pub(super) fn on(self, device: &Device) -> Result<Self, ModelError> {
        if self.device().same_device(device) {
            return Ok(self);
        }
        let tensors = self.parameters.detached().into_iter();
        let moved = tensors.map(|(name, tensor)| Ok((name, tensor.to_device(device)?)));
        self.with(moved.collect::<Result<_, ModelError>>()?, false)?.for_calls()
    }

    /// A copy whose tensors are variables.
    pub(super) fn trainable(&self) -> Result<Self, ModelError> {
        // Making a variable copies, unless it is one already.
        self.with(self.parameters.detached(), true).map(Self::for_training)
    }

    /// The same graph and tensors without variables.
    pub(super) fn frozen(&self) -> Result<Self, ModelError> {
        self.with(self.parameters.detached(), false)
    }

    /// A copy whose tensors do not change any more.
    pub(super) fn prepared(&self) -> Result<Self, ModelError> {
        let copies = self.tensors().map(|(name, tensor)| Ok((name.to_owned(), tensor.detach().copy()?)));
        let tensors: BTreeMap<_, _> = copies.collect::<Result<_, ModelError>>()?;
        self.with(tensors, false)?.for_calls()
    }

    /// Adds plans for tensors that do not change, where the section can be planned.
    fn for_calls(mut self) -> Result<Self, ModelError> {
        if self.precision == Precision::F32 && self.device().is_cpu() {
            self.prepared = Network::new(&self.graph, self.section, &mut self.parameters)?.map(Arc::new);
        }
        self.parameters.convert(self.precision)?;
        Ok(self)
    }

    /// Adds plans for tensors that change, where the section can be planned.
    fn for_training(mut self) -> Self {
        if self.precision == Precision::F32 && self.device().is_cpu() {
            let training = TrainableNetwork::new(&self.graph, self.section, self.parameters.detached());
            self.training = training.map(Arc::new);
        }
        self
    }

    /// Computes a value operation by operation.
    pub(super) fn evaluate(&self, given: &[(Value, Tensor)], wanted: Value) -> Result<Tensor, ModelError> {
        Ok(self.graph.evaluate(&self.parameters, given, &[wanted])?.remove(0))
    }

    /// Computes the section's output and other values operation by operation, from the inputs of [`call`](Self::call).
    pub(super) fn watched(
        &self,
        picture: &Tensor,
        vector: Option<&Tensor>,
        context: Option<&Tensor>,
        values: &[Value],
    ) -> Result<(Tensor, Vec<Tensor>), ModelError> {
        let Section { picture: of_picture, vector: of_vector, context: of_context, output } = self.section;
        let mut given = vec![(of_picture, picture.contiguous()?)];
        given.extend(of_vector.zip(vector.cloned()));
        given.extend(of_context.zip(context.cloned()));
        let wanted: Vec<Value> = std::iter::once(output).chain(values.iter().copied()).collect();
        let mut found = self.graph.evaluate(&self.parameters, &given, &wanted)?;
        let output = found.remove(0);
        Ok((output, found))
    }

    /// Computes the section in the fastest way that there is for these inputs. `picture`: `[n, channels, h, w]`;
    /// `vector`: `[n, width]` and `context`: `[n, width, length, 1]`, for sections that take them.
    pub(super) fn call(
        &self,
        picture: &Tensor,
        vector: Option<&Tensor>,
        context: Option<&Tensor>,
    ) -> Result<Tensor, ModelError> {
        let is_tracked = |input: Option<&Tensor>| input.is_some_and(Tensor::track_op);
        if let Some(network) = &self.prepared
            && ![Some(picture), vector, context].into_iter().any(is_tracked)
        {
            return network.call(picture, vector, context);
        }
        if let Some(training) = &self.training
            && tape::recording()
        {
            return training.call(picture, vector, context, self.variables()?);
        }
        Ok(self.watched(picture, vector, context, &[])?.0)
    }

    /// Brings an input to the device of the tensors, in their precision.
    pub(super) fn taken(&self, input: &Tensor) -> Result<Tensor, ModelError> {
        Ok(input.to_dtype(self.precision.dtype())?.to_device(self.device())?)
    }

    pub(super) fn graph(&self) -> &Graph {
        &self.graph
    }

    pub(super) fn device(&self) -> &Device {
        self.parameters.any().map_or(&Device::Cpu, Tensor::device)
    }

    pub(super) fn precision(&self) -> Precision {
        self.precision
    }

    #[cfg(test)]
    pub(super) fn plans_gradients(&self) -> bool {
        self.training.is_some()
    }

    pub(super) fn is_prepared(&self) -> bool {
        self.prepared.is_some()
    }

    /// The number of parameters.
    pub(super) fn count(&self) -> usize {
        self.parameters.count()
    }

    /// All tensors, sorted by name.
    pub(super) fn tensors(&self) -> impl ExactSizeIterator<Item = (&str, Tensor)> {
        self.parameters.tensors()
    }

    /// The variables that training changes, sorted by name.
    pub(super) fn variables(&self) -> Result<Vec<(&str, Var)>, ModelError> {
        self.parameters.variables()
    }
}
