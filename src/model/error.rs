//! What can go wrong with a network, each told in one line that a person can act on.

use std::io;
use std::path::Path;

use crate::files::{FileError, plain, shortened};
use crate::imaging::ImagingError;
use crate::memory::Shortage;

/// The most characters that a message shows of a value from a file, and of another library's message.
const MOST_OF_VALUE: usize = 100;
const MOST_OF_ERROR: usize = 200;

/// A network could not be opened, built, run or saved.
///
/// `Display` is one line: the file, the field or tensor, what is wrong, and what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// A file cannot be read, whatever its contents are.
    #[error(transparent)]
    File(#[from] FileError),
    /// A folder or file is not what it should be.
    #[error("{name}: {reason}; {advice}")]
    Unreadable {
        /// The path as it was given or found.
        name: String,
        /// What is wrong.
        reason: String,
        /// What to do.
        advice: &'static str,
    },
    /// There is no device of the kind that was asked for.
    #[error("no {name} device: {reason}; compute on the CPU, or build with --features {name}")]
    Device {
        /// The Cargo feature that the device needs.
        name: &'static str,
        /// candle's message.
        reason: String,
    },
    /// A JSON file is not valid JSON, or not an object.
    #[error("{name}: not a valid JSON object ({reason}); copy or download it again")]
    Json {
        /// The file.
        name: String,
        /// The parser's message.
        reason: String,
    },
    /// The file is for another class than the class that can be opened here.
    #[error("{name}: _class_name is {found:?}; only {expected} can be opened")]
    Class {
        /// The file.
        name: String,
        /// The class in the file.
        found: String,
        /// The class that can be opened.
        expected: &'static str,
    },
    /// A field that networks of the class do not have.
    #[error("{name}: the field {field:?} is not known; remove it if it does not change the network")]
    UnknownField {
        /// The file.
        name: String,
        /// The field.
        field: String,
    },
    /// A field has a value outside its range, or of the wrong type.
    #[error("{name}: {field} must be {expected}, got {found}")]
    Field {
        /// The file.
        name: String,
        /// The field, with an index where it is a list.
        field: String,
        /// What it must be.
        expected: String,
        /// The value, shortened.
        found: String,
    },
    /// A field has a value that diffusers may know and that is not implemented here.
    #[error("{name}: {field} {found:?} is not supported; supported: {known}")]
    Unsupported {
        /// The file.
        name: String,
        /// The field, with an index where it is a list.
        field: String,
        /// The value.
        found: String,
        /// The values that are supported.
        known: String,
    },
    /// A pipeline with parts other than a U-Net and a scheduler.
    #[error("{name}: the pipeline also has {parts}, which is not supported; open its unet folder alone")]
    Parts {
        /// The file.
        name: String,
        /// Names of the other parts.
        parts: String,
    },
    /// Two parts of a pipeline do not fit together.
    #[error(
        "{name}: {reason}, which do not go together; the parts are of different pipelines, so copy all of one"
    )]
    Apart {
        /// The folder.
        name: String,
        /// What does not agree.
        reason: String,
    },
    /// The two stages of a cascade do not fit together.
    #[error("{name}: {reason}; take the second stage that was trained for this pipeline")]
    Stages {
        /// The folder of the second stage, or its index.
        name: String,
        /// What does not agree.
        reason: String,
    },
    /// The files of a tokenizer do not make one, or it cannot read a text.
    #[error("{name}: the tokenizer cannot be used: {reason}; copy or download its files again")]
    Tokenizer {
        /// The file or folder.
        name: String,
        /// What is wrong.
        reason: String,
    },
    /// Weights as a Python pickle.
    #[error("{name}: a pickle can run any code when it is opened, so it is not; {advice}")]
    Pickle {
        /// The file.
        name: String,
        /// What to do, which depends on where the file comes from.
        advice: String,
    },
    /// The files that the weights are split over do not match their index.
    #[error("{name}: the weights are split over several files: {reason}; copy or download all of them again")]
    Shards {
        /// The index, or one of the files where there is no index.
        name: String,
        /// What is wrong.
        reason: String,
    },
    /// The weights are cut, or are not safetensors at all.
    #[error("{name}: the weights are damaged or cut short ({reason}); copy or download the file again")]
    Damaged {
        /// The file.
        name: String,
        /// What is wrong.
        reason: String,
    },
    /// The network needs a tensor that the file does not have.
    #[error(
        "{name}: tensor {tensor} is missing{more}; the weights do not belong to this config (it has {own})"
    )]
    MissingTensor {
        /// The file.
        name: String,
        /// The first tensor that is missing.
        tensor: String,
        /// How many more are missing, as text; empty if only one is.
        more: String,
        /// The first names of the tensors that the file has instead.
        own: String,
    },
    /// The file has a tensor that the network does not.
    #[error(
        "{name}: tensor {tensor} has no place in the network{more}; the weights do not belong to this config"
    )]
    ExtraTensor {
        /// The file.
        name: String,
        /// The first tensor that has no place.
        tensor: String,
        /// How many more there are, as text; empty if there is only one.
        more: String,
    },
    /// A tensor has another shape than the config asks for.
    #[error(
        "{name}: tensor {tensor} has shape {found:?} where the config asks for {expected:?}; the weights do not belong to this config"
    )]
    TensorShape {
        /// The file.
        name: String,
        /// The tensor.
        tensor: String,
        /// The shape that the network needs.
        expected: Vec<usize>,
        /// The shape in the file.
        found: Vec<usize>,
    },
    /// A tensor is not made of floating-point numbers.
    #[error("{name}: tensor {tensor} is of type {found}; save the weights as f32, f16 or bf16")]
    TensorType {
        /// The file.
        name: String,
        /// The tensor.
        tensor: String,
        /// The type in the file.
        found: String,
    },
    /// A weight is NaN or infinite.
    #[error(
        "{name}: tensor {tensor} holds {found} at index {index}; the training diverged or the file is damaged"
    )]
    NotFinite {
        /// The file.
        name: String,
        /// The tensor.
        tensor: String,
        /// The value.
        found: f64,
        /// The value's index in the tensor, in row-major order.
        index: usize,
    },
    /// A weight is too large for the number type that was asked for.
    #[error("tensor {tensor} holds {found}, which f16 cannot represent; save as f32")]
    Overflow {
        /// The tensor.
        tensor: String,
        /// The value.
        found: f64,
    },
    /// The config describes more parameters than this program ever allocates.
    #[error("the config describes {parameters} parameters; more than {limit} are not built")]
    TooLarge {
        /// How many there would be.
        parameters: usize,
        /// The limit.
        limit: usize,
    },
    /// There is not enough memory.
    #[error("{0}; take a smaller network or picture, or close other programs")]
    Memory(#[from] Shortage),
    /// The sample does not have the network's channels or has no pixels.
    #[error(
        "the sample has shape {found:?}; the network takes [n, {channels}, height, width], none of them 0"
    )]
    SampleShape {
        /// The shape that was given.
        found: Vec<usize>,
        /// `in_channels` of the network.
        channels: usize,
    },
    /// The sample cannot be halved as often as the network does.
    #[error("the size {width} × {height} is not divisible by {factor}; choose multiples of {factor}")]
    SampleSize {
        /// Columns.
        width: usize,
        /// Rows.
        height: usize,
        /// 2 to the number of downsamplings.
        factor: usize,
    },
    /// The context does not have the network's width, or is not given for all samples, or has no places.
    #[error(
        "the context has shape {found:?}; the network takes [1 or {samples}, length, {width}], none of them 0"
    )]
    ContextShape {
        /// The shape that was given.
        found: Vec<usize>,
        /// `cross_attention_dim` of the network.
        width: usize,
        /// The batch size.
        samples: usize,
    },
    /// A text has too many tokens, or none, or another number of them than the texts beside it.
    #[error("a text has {found} tokens; the network takes from 1 to {most}, as many for every text")]
    TokenCount {
        /// How many tokens were given.
        found: usize,
        /// `max_position_embeddings` of the network.
        most: usize,
    },
    /// The number of timesteps or labels is neither one nor one for each sample.
    #[error("{found} {what} for {samples} samples; give one, or one each")]
    Count {
        /// "timesteps" or "class labels".
        what: &'static str,
        /// How many were given.
        found: usize,
        /// The batch size.
        samples: usize,
    },
    /// A timestep or label outside the domain of the network's embedding.
    #[error("the {what} {found} must be {expected}")]
    Range {
        /// "timestep", "class label" or "guidance scale".
        what: &'static str,
        /// The value.
        found: f64,
        /// What it must be.
        expected: String,
    },
    /// The network is conditioned on a class and none was given.
    #[error("the network is conditioned on a class; give class labels")]
    LabelsMissing,
    /// The network is not conditioned on a class and one was given.
    #[error("the network is not conditioned on a class; give no class labels")]
    LabelsUnexpected,
    /// Guidance was asked of a network without classes. Classifier-free guidance needs classes, and one that stands for
    /// "no class".
    #[error(
        "the network has no classes, so there is nothing to guide towards; leave the guidance scale at 1"
    )]
    NoGuidance,
    /// Class labels of another kind than the network's `class_embed_type` takes.
    #[error("the network's class labels are {expected}, got {found}")]
    LabelKind {
        /// What the network takes.
        expected: String,
        /// What was given.
        found: String,
    },
    /// A file could not be written. Whatever was there before is still there, unchanged.
    #[error(transparent)]
    Write(#[from] ImagingError),
    /// candle failed, out of memory for instance.
    #[error("the computation failed: {}", one_line(.0))]
    Compute(#[from] candle_core::Error),
}

impl ModelError {
    /// `path` could not be read; the message depends on the cause.
    pub(super) fn reading(path: &Path, error: &io::Error) -> Self {
        FileError::reading(path, error).into()
    }

    /// The weights in `path` are damaged.
    pub(super) fn damaged(path: &Path, reason: &dyn std::fmt::Display) -> Self {
        Self::Damaged { name: path.display().to_string(), reason: one_line(reason) }
    }
}

/// An error's text on one line, shortened. candle adds a backtrace below the first line, and parsers quote what they
/// have read.
pub(super) fn one_line(error: &dyn std::fmt::Display) -> String {
    let text = error.to_string();
    let line = text.lines().next().unwrap_or_default().trim_end_matches(['.', ';', ' ']);
    shortened(&plain(line), MOST_OF_ERROR)
}

/// A value from a file, shortened for a message.
pub(super) fn shown(value: &str) -> String {
    shortened(&plain(value), MOST_OF_VALUE)
}
