//! The inputs of a network besides the sample: timesteps, class labels and contexts, checked before anything
//! is computed.

use candle_core::{Device, Tensor};

use crate::model::ModelError;
use crate::model::config::Conditioning;

/// The numbers that a network's embedding of timesteps takes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Domain {
    /// All finite numbers.
    Finite,
    /// Finite numbers above 0.
    Positive,
    /// Whole numbers from 0 to `entries` − 1.
    Indices { entries: usize },
}

/// Class labels as the network's [`Conditioning`] asks for them: one for all samples, or one for each sample.
#[derive(Clone, Copy, Debug)]
pub enum ClassLabels<'a> {
    /// Indices of classes; also accepted where numbers are asked for.
    Classes(&'a [u32]),
    /// Numbers that are embedded as timesteps are (`class_embed_type` "timestep").
    Values(&'a [f64]),
    /// Vectors `[1 or n, width]` (`class_embed_type` "identity" and "projection").
    Embeddings(&'a Tensor),
}

impl ClassLabels<'_> {
    fn describe(&self) -> String {
        match self {
            Self::Classes(_) => "indices of classes".to_owned(),
            Self::Values(_) => "numbers".to_owned(),
            Self::Embeddings(vectors) => format!("vectors of shape {:?}", vectors.dims()),
        }
    }
}

/// Checks timesteps and returns them as `[1 or samples]`.
///
/// # Errors
/// [`ModelError::Count`] or [`ModelError::Range`].
pub(super) fn timesteps(domain: Domain, samples: usize, timesteps: &[f64]) -> Result<Tensor, ModelError> {
    count("timesteps", timesteps.len(), samples)?;
    numbers(domain, "timestep", timesteps)
}

/// Checks labels and returns them as `[1 or samples]` numbers or `[1 or samples, width]` vectors; `None` for networks
/// that are not told the class.
///
/// # Errors
/// [`ModelError::LabelsUnexpected`], [`ModelError::LabelsMissing`], [`ModelError::LabelKind`],
/// [`ModelError::Count`] and [`ModelError::Range`].
pub(super) fn labels(
    (conditioning, domain): (Conditioning, Domain),
    samples: usize,
    labels: Option<ClassLabels<'_>>,
) -> Result<Option<Tensor>, ModelError> {
    let Some(labels) = labels else {
        return match conditioning {
            Conditioning::None => Ok(None),
            _ => Err(ModelError::LabelsMissing),
        };
    };
    let expected = match (conditioning, labels) {
        (Conditioning::None, _) => return Err(ModelError::LabelsUnexpected),
        (Conditioning::Classes { classes: known }, ClassLabels::Classes(classes)) => {
            count("class labels", classes.len(), samples)?;
            if let Some(&found) = classes.iter().find(|&&class| class as usize >= known) {
                let expected = format!("from 0 to {}", known - 1);
                return Err(ModelError::Range { what: "class label", found: found as f64, expected });
            }
            return Ok(Some(tensor(classes.iter().map(|&class| class as f64))?));
        }
        (Conditioning::Values, ClassLabels::Values(values)) => {
            count("class labels", values.len(), samples)?;
            return numbers(domain, "class label", values).map(Some);
        }
        (Conditioning::Values, ClassLabels::Classes(classes)) => {
            count("class labels", classes.len(), samples)?;
            let values: Vec<f64> = classes.iter().map(|&class| class as f64).collect();
            return numbers(domain, "class label", &values).map(Some);
        }
        (Conditioning::Embeddings { width }, ClassLabels::Embeddings(vectors)) if matches!(vectors.dims(), [rows, columns] if *columns == width && [1, samples].contains(rows)) =>
        {
            return Ok(Some(vectors.clone()));
        }
        (Conditioning::Classes { .. }, _) => "indices of classes".to_owned(),
        (Conditioning::Values, _) => "numbers".to_owned(),
        (Conditioning::Embeddings { width }, _) => {
            format!("vectors of shape [1, {width}] or [{samples}, {width}]")
        }
    };
    Err(ModelError::LabelKind { expected, found: labels.describe() })
}

/// Checks a context `[1 or samples, length, width]` and returns it as `[samples, width, length, 1]`.
///
/// # Errors
/// [`ModelError::ContextShape`].
pub(super) fn context(width: usize, samples: usize, context: &Tensor) -> Result<Tensor, ModelError> {
    match *context.dims() {
        [n, length, w] if w == width && length > 0 && [1, samples].contains(&n) => {
            let each = context.broadcast_as((samples, length, width))?;
            Ok(each.transpose(1, 2)?.unsqueeze(3)?.contiguous()?)
        }
        _ => Err(ModelError::ContextShape { found: context.dims().to_vec(), width, samples }),
    }
}

/// Checks numbers that are embedded as timesteps are, and returns them as a tensor.
fn numbers(domain: Domain, what: &'static str, values: &[f64]) -> Result<Tensor, ModelError> {
    let check = |valid: &dyn Fn(f64) -> bool, expected: &dyn Fn() -> String| match values
        .iter()
        .find(|&&value| !valid(value))
    {
        Some(&found) => Err(ModelError::Range { what, found, expected: expected() }),
        None => Ok(()),
    };
    check(&f64::is_finite, &|| "a finite number".to_owned())?;
    match domain {
        Domain::Finite => {}
        Domain::Positive => {
            check(&|value| value > 0.0, &|| "above 0, since the network takes its logarithm".to_owned())?;
        }
        Domain::Indices { entries } => {
            let inside = |value: f64| value.fract() == 0.0 && (0.0..entries as f64).contains(&value);
            check(&inside, &|| format!("a whole number from 0 to {}", entries.saturating_sub(1)))?;
        }
    }
    tensor(values.iter().copied())
}

fn tensor(values: impl Iterator<Item = f64>) -> Result<Tensor, ModelError> {
    Ok(Tensor::from_iter(values, &Device::Cpu)?)
}

/// Checks that `found` labels or timesteps are one for all samples, or one for each sample.
fn count(what: &'static str, found: usize, samples: usize) -> Result<(), ModelError> {
    if found == 1 || found == samples { Ok(()) } else { Err(ModelError::Count { what, found, samples }) }
}
