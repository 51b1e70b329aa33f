//! Timesteps and class labels as vectors (`diffusers.models.embeddings`).

use candle_core::{DType, Device, Tensor};

use crate::model::config::{Conditioning, TimeEmbeddingType};
use crate::model::layers::{Activation, Embedding, Linear};
use crate::model::parameters::{Init, Scope};
use crate::model::{ModelError, UNet2DConfig};

/// The longest period of the positional embedding, in units of 2π timesteps.
const MAX_PERIOD: f64 = 10_000.0;
/// Standard deviation of the random frequencies in `UNet2DModel`.
const FOURIER_SCALE: f64 = 16.0;

/// Class labels as the network's [`Conditioning`] asks for them: one for all samples, or one each.
#[derive(Clone, Copy, Debug)]
pub enum ClassLabels<'a> {
    /// Indices of classes; also taken where numbers are asked for.
    Classes(&'a [u32]),
    /// Numbers that are embedded as timesteps are (`class_embed_type` "timestep").
    Values(&'a [f64]),
    /// Vectors `[1 or n, time_embed_dim]` (`class_embed_type` "identity").
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

/// Numbers to vectors, before anything is learned (`time_proj`).
#[derive(Clone, Debug)]
enum Projection {
    Positional { width: usize, flip: bool, shift: f64 },
    Fourier { frequencies: Tensor },
    Learned(Embedding),
}

impl Projection {
    fn load(scope: &Scope<'_>, config: &UNet2DConfig) -> Result<Self, ModelError> {
        let width = config.first_channels();
        Ok(match config.time_embedding_type {
            TimeEmbeddingType::Positional => {
                Self::Positional { width, flip: config.flip_sin_to_cos, shift: config.freq_shift }
            }
            TimeEmbeddingType::Fourier => Self::Fourier {
                frequencies: scope.fixed("weight", &[width], Init::Normal { std: FOURIER_SCALE })?,
            },
            TimeEmbeddingType::Learned => {
                let entries = config.num_train_timesteps.unwrap_or_default();
                Self::Learned(Embedding::load(scope, entries, width)?)
            }
        })
    }

    /// `[n, width]`.
    fn forward(&self, what: &'static str, values: &[f64], dtype: DType) -> Result<Tensor, ModelError> {
        let range = |found, expected: String| ModelError::Range { what, found, expected };
        if let Some(&found) = values.iter().find(|value| !value.is_finite()) {
            return Err(range(found, "a finite number".to_owned()));
        }
        match self {
            Self::Positional { width, flip, shift } => {
                let rows = values.iter().flat_map(|&value| positional(value, *width, *flip, *shift));
                tensor(rows.collect(), values.len(), dtype)
            }
            Self::Fourier { frequencies } => {
                if let Some(&found) = values.iter().find(|&&value| value <= 0.0) {
                    let expected = "above 0, since the network takes its logarithm".to_owned();
                    return Err(range(found, expected));
                }
                let frequencies = frequencies.to_dtype(DType::F64)?.to_vec1::<f64>()?;
                let rows = values.iter().flat_map(|&value| fourier(value, &frequencies));
                tensor(rows.collect(), values.len(), dtype)
            }
            Self::Learned(table) => {
                let inside =
                    |value: f64| value.fract() == 0.0 && (0.0..table.entries() as f64).contains(&value);
                if let Some(&found) = values.iter().find(|&&value| !inside(value)) {
                    return Err(range(found, format!("a whole number from 0 to {}", table.entries() - 1)));
                }
                Ok(table.forward(&values.iter().map(|&value| value as u32).collect::<Vec<_>>())?)
            }
        }
    }
}

fn tensor(values: Vec<f64>, rows: usize, dtype: DType) -> Result<Tensor, ModelError> {
    let width = values.len() / rows;
    Ok(Tensor::from_vec(values, (rows, width), &Device::Cpu)?.to_dtype(dtype)?)
}

/// `get_timestep_embedding`. diffusers computes it in f32 even for networks in f64, and angles reach
/// 1000, where f32 is coarse: so the roundings are part of the definition and are done here too.
fn positional(value: f64, width: usize, flip: bool, shift: f64) -> Vec<f64> {
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

/// `GaussianFourierProjection` with `log`: sines, then cosines, whatever `flip_sin_to_cos` says. As
/// timesteps are whole numbers or f32 there, the logarithm is f32 even for networks in f64.
fn fourier(value: f64, frequencies: &[f64]) -> Vec<f64> {
    let log = libm::log(value as f32 as f64) as f32 as f64;
    let angles: Vec<f64> = frequencies.iter().map(|f| log * f * 2.0 * std::f64::consts::PI).collect();
    angles.iter().map(|&a| libm::sin(a)).chain(angles.iter().map(|&a| libm::cos(a))).collect()
}

/// Two linear layers (`TimestepEmbedding`). Always with silu, whatever `act_fn` says.
#[derive(Clone, Debug)]
struct TimestepEmbedding {
    linear_1: Linear,
    linear_2: Linear,
}

impl TimestepEmbedding {
    fn load(scope: &Scope<'_>, config: &UNet2DConfig) -> Result<Self, ModelError> {
        let first = config.first_channels();
        let inputs = if config.time_embedding_type == TimeEmbeddingType::Fourier { 2 * first } else { first };
        let width = config.time_embed_dim();
        Ok(Self {
            linear_1: Linear::load(&scope.at("linear_1"), inputs, width)?,
            linear_2: Linear::load(&scope.at("linear_2"), width, width)?,
        })
    }

    fn forward(&self, x: &Tensor) -> Result<Tensor, ModelError> {
        let x = x.to_device(self.linear_1.device())?;
        Ok(self.linear_2.forward(&Activation::Silu.forward(&self.linear_1.forward(&x)?)?)?)
    }
}

/// What a class label becomes.
#[derive(Clone, Debug)]
enum ClassEmbedding {
    None,
    Table(Embedding),
    Values(TimestepEmbedding),
    Identity { width: usize },
}

/// Timestep and class label → the vector that every residual block gets.
#[derive(Clone, Debug)]
pub(super) struct ConditionEmbedding {
    time_proj: Projection,
    time_embedding: TimestepEmbedding,
    class_embedding: ClassEmbedding,
    dtype: DType,
}

impl ConditionEmbedding {
    pub(super) fn load(scope: &Scope<'_>, config: &UNet2DConfig, dtype: DType) -> Result<Self, ModelError> {
        let class_scope = scope.at("class_embedding");
        Ok(Self {
            time_proj: Projection::load(&scope.at("time_proj"), config)?,
            time_embedding: TimestepEmbedding::load(&scope.at("time_embedding"), config)?,
            class_embedding: match config.conditioning() {
                Conditioning::None => ClassEmbedding::None,
                Conditioning::Classes { classes } => {
                    ClassEmbedding::Table(Embedding::load(&class_scope, classes, config.time_embed_dim())?)
                }
                Conditioning::Values => {
                    ClassEmbedding::Values(TimestepEmbedding::load(&class_scope, config)?)
                }
                Conditioning::Embeddings { width } => ClassEmbedding::Identity { width },
            },
            dtype,
        })
    }

    /// `[samples, time_embed_dim]`.
    pub(super) fn forward(
        &self,
        samples: usize,
        timesteps: &[f64],
        labels: Option<ClassLabels<'_>>,
    ) -> Result<Tensor, ModelError> {
        count("timesteps", timesteps.len(), samples)?;
        let projected = self.time_proj.forward("timestep", timesteps, self.dtype)?;
        let time = self.time_embedding.forward(&projected)?;
        let time = time.broadcast_as((samples, time.dim(1)?))?;
        Ok(match self.class(samples, labels)? {
            Some(class) => time.broadcast_add(&class)?,
            None => time.contiguous()?,
        })
    }

    /// `[1 or samples, time_embed_dim]`.
    fn class(&self, samples: usize, labels: Option<ClassLabels<'_>>) -> Result<Option<Tensor>, ModelError> {
        let expected = match (&self.class_embedding, &labels) {
            (ClassEmbedding::None, None) => return Ok(None),
            (ClassEmbedding::None, Some(_)) => return Err(ModelError::LabelsUnexpected),
            (_, None) => return Err(ModelError::LabelsMissing),
            (ClassEmbedding::Table(table), Some(ClassLabels::Classes(classes))) => {
                count("class labels", classes.len(), samples)?;
                let most = table.entries() - 1;
                if let Some(&found) = classes.iter().find(|&&class| class as usize > most) {
                    let expected = format!("from 0 to {most}");
                    return Err(ModelError::Range { what: "class label", found: found as f64, expected });
                }
                return Ok(Some(table.forward(classes)?));
            }
            (ClassEmbedding::Values(embedding), Some(ClassLabels::Values(values))) => {
                return self.class_values(embedding, samples, values).map(Some);
            }
            (ClassEmbedding::Values(embedding), Some(ClassLabels::Classes(classes))) => {
                let values: Vec<f64> = classes.iter().map(|&class| class as f64).collect();
                return self.class_values(embedding, samples, &values).map(Some);
            }
            (ClassEmbedding::Identity { width }, Some(ClassLabels::Embeddings(vectors))) if matches!(vectors.dims(), [rows, columns] if columns == width && [1, samples].contains(rows)) =>
            {
                let device = self.time_embedding.linear_1.device();
                return Ok(Some(vectors.to_dtype(self.dtype)?.to_device(device)?));
            }
            (ClassEmbedding::Table(_), _) => "indices of classes".to_owned(),
            (ClassEmbedding::Values(_), _) => "numbers".to_owned(),
            (ClassEmbedding::Identity { width }, _) => {
                format!("vectors of shape [1, {width}] or [{samples}, {width}]")
            }
        };
        let found = labels.map(|labels| labels.describe()).unwrap_or_default();
        Err(ModelError::LabelKind { expected, found })
    }

    fn class_values(
        &self,
        embedding: &TimestepEmbedding,
        samples: usize,
        values: &[f64],
    ) -> Result<Tensor, ModelError> {
        count("class labels", values.len(), samples)?;
        embedding.forward(&self.time_proj.forward("class label", values, self.dtype)?)
    }
}

/// One, or one for each sample.
fn count(what: &'static str, found: usize, samples: usize) -> Result<(), ModelError> {
    if found == 1 || found == samples { Ok(()) } else { Err(ModelError::Count { what, found, samples }) }
}
