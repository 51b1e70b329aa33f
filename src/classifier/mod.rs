//! Classifiers: small convolutional networks that tell classes of pictures apart. The features that they compute before
//! they decide are used to compare generated pictures with real ones ([`eval`](crate::eval)).
//!
//! ```text
//! picture ─ [conv 3×3 ─ norm, SiLU ─ conv 3×3 halving ─ norm, SiLU] × 3 ─ mean over pixels ─ linear
//!                         32, 64 and 128 channels                          128 features     classes
//! ```
//!
//! Classifiers are trained by [`ClassifierTrainer`](crate::train::ClassifierTrainer). Their [files](Classifier::open)
//! hold weights, names of classes, and how the pictures were prepared.

mod error;
mod file;
mod structure;

use std::collections::BTreeMap;
use std::sync::Arc;

use candle_core::{Device, Tensor, Var};
use serde::{Deserialize, Serialize};

use crate::dataset::{Dataset, DatasetOptions};
use crate::model::ModelError;
use crate::model::parameters::{Parameters, Precision, Source};

use structure::Structure;

pub use error::ClassifierError;

/// The classifiers that come with the program, as names and contents of their files.
pub const SHIPPED: [(&str, &[u8]); 1] =
    [("fashion", include_bytes!("../../assets/classifiers/fashion.safetensors"))];

/// The number of features of a picture.
pub const FEATURES: usize = 128;
/// The smallest height and width of pictures, which leave one pixel after three halvings.
pub const MIN_SIZE: usize = 8;
/// The most pictures that pass through the network together.
const BATCH: usize = 64;

/// What a classifier is for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Purpose {
    /// Channels (1 or 3), height and width of its pictures, both at least [`MIN_SIZE`].
    pub shape: [usize; 3],
    /// Names of its classes, at least two.
    pub classes: Vec<String>,
    /// The options with which the data set of its pictures was opened.
    pub data: DatasetOptions,
}

impl Purpose {
    /// The purpose of telling the classes of these pictures apart.
    ///
    /// # Errors
    /// [`ClassifierError::Pictures`] if there are fewer than two classes, or the pictures are too small.
    pub fn of(data: &Dataset) -> Result<Self, ClassifierError> {
        let ([_, height, width], classes) = (data.shape(), data.classes().to_vec());
        let refuse = |reason| Err(ClassifierError::Pictures { reason });
        if classes.len() < 2 {
            return refuse("they have no classes to tell apart; give data with at least two".to_owned());
        }
        if height.min(width) < MIN_SIZE {
            let smallest = format!("give a size of at least {MIN_SIZE}");
            return refuse(format!("{width} × {height} pixels cannot be halved three times; {smallest}"));
        }
        Ok(Self { shape: data.shape(), classes, data: data.options().clone() })
    }
}

/// A network that tells classes of pictures apart.
#[derive(Clone, Debug)]
pub struct Classifier {
    purpose: Purpose,
    accuracy: Option<f64>,
    structure: Arc<Structure>,
    parameters: Parameters,
}

/// A classifier's answers for pictures, one after another.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answers {
    /// The features of each picture, [`FEATURES`] numbers.
    pub features: Vec<f32>,
    /// The most likely class of each picture.
    pub classes: Vec<u32>,
}

impl Answers {
    /// The share of pictures whose class is the expected one, in `0..=1`.
    pub fn accuracy(&self, expected: impl IntoIterator<Item = u32>) -> f64 {
        let right = self.classes.iter().zip(expected).filter(|(found, expected)| *found == expected).count();
        right as f64 / self.classes.len() as f64
    }
}

impl Classifier {
    /// A fresh network with variables, for training. The same seed gives the same weights.
    ///
    /// # Errors
    /// If candle fails, out of memory for instance.
    pub fn init(purpose: Purpose, seed: u64) -> Result<Self, ClassifierError> {
        Self::build(purpose, &Source::Fresh { seed, precision: Precision::F32 })
    }

    /// A network from tensors with the right names and shapes.
    pub(crate) fn from_tensors(
        purpose: Purpose,
        tensors: BTreeMap<String, Tensor>,
    ) -> Result<Self, ClassifierError> {
        Self::build(purpose, &Source::Given { tensors, train: false })
    }

    fn build(purpose: Purpose, source: &Source) -> Result<Self, ClassifierError> {
        let structure = Arc::new(Structure::of(&purpose));
        let parameters = Parameters::load(structure.graph.parameters(), source)?;
        Ok(Self { purpose, accuracy: None, structure, parameters })
    }

    /// Computes features `[n, `[`FEATURES`]`]` and logits `[n, classes]` of pictures `[n, channels, height, width]` in
    /// `[-1, 1]`.
    ///
    /// # Errors
    /// If the number of channels is wrong, a side is 0, or candle fails.
    pub fn forward(&self, pictures: &Tensor) -> Result<[Tensor; 2], ModelError> {
        let Structure { graph, pictures: given, features, logits } = &*self.structure;
        let mut values =
            graph.evaluate(&self.parameters, &[(*given, pictures.clone())], &[*features, *logits])?;
        let logits = values.remove(1);
        Ok([values.remove(0), logits])
    }

    /// Appends the answers for pictures, each `[channels, height, width]` in `[-1, 1]`.
    ///
    /// # Errors
    /// If candle fails, out of memory for instance.
    pub fn answer(&self, pictures: &[f32], answers: &mut Answers) -> Result<(), ModelError> {
        let [channels, height, width] = self.purpose.shape;
        let picture = channels * height * width;
        for batch in pictures.chunks(BATCH * picture) {
            let shape = (batch.len() / picture, channels, height, width);
            let [features, logits] = self.forward(&Tensor::from_slice(batch, shape, &Device::Cpu)?)?;
            answers.features.extend(features.flatten_all()?.to_vec1::<f32>()?);
            answers.classes.extend(logits.argmax(1)?.to_vec1::<u32>()?);
        }
        Ok(())
    }

    /// What the classifier is for.
    pub fn purpose(&self) -> &Purpose {
        &self.purpose
    }

    /// The share of test pictures whose class it finds; `None` if this was not measured.
    pub fn accuracy(&self) -> Option<f64> {
        self.accuracy
    }

    /// Sets the share of test pictures whose class it finds, which is saved with it.
    pub fn set_accuracy(&mut self, accuracy: f64) {
        self.accuracy = Some(accuracy);
    }

    /// All tensors, sorted by name.
    pub(crate) fn tensors(&self) -> impl Iterator<Item = (&str, Tensor)> {
        self.parameters.tensors()
    }

    /// The variables that training changes, sorted by name.
    pub(crate) fn variables(&self) -> Result<Vec<(&str, Var)>, ModelError> {
        self.parameters.variables()
    }
}
