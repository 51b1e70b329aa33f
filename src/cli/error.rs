//! Everything that can end a command, and the one place that says so.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::error::ErrorKind;

use super::{output, stop};
use crate::app::AppError;
use crate::app::ChapterError;
use crate::app::figure::FigureError;
use crate::classifier::ClassifierError;
use crate::dataset::DatasetError;
use crate::diffusion::ScheduleError;
use crate::diffusion::sampler::{ConfigError, SamplerError};
use crate::diffusion::schedule::diffusers::DiffusersError;
use crate::diffusion::solvers::SolverError;
use crate::eval::EvalError;
use crate::export::ExportError;
use crate::files::FileError;
use crate::gpu::GpuError;
use crate::imaging::ImagingError;
use crate::learned_score::ScoreError;
use crate::model::ModelError;
use crate::scene::{SceneError, SceneFileError};
use crate::train::TrainError;

/// Why a command ended early.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// Arguments that cannot be parsed; also `--help` and `--version`.
    #[error("{}", usage(.0))]
    Arguments(#[from] clap::Error),
    /// Arguments that make no sense together.
    #[error("{0}")]
    Usage(String),
    /// A schedule that cannot be.
    #[error(transparent)]
    Schedule(#[from] ScheduleError),
    /// A scene that cannot be.
    #[error(transparent)]
    Scene(#[from] SceneError),
    /// A file that is no schedule.
    #[error("{path}: {source}")]
    Config {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: DiffusersError,
    },
    /// A picture, or a file that could not be written.
    #[error(transparent)]
    Imaging(ImagingError),
    /// A file that is no scene.
    #[error(transparent)]
    SceneFile(#[from] SceneFileError),
    /// No device, or one that failed.
    #[error(transparent)]
    Gpu(#[from] GpuError),
    /// The window, or the measurement of it.
    #[error(transparent)]
    App(#[from] AppError),
    /// The window cannot open.
    #[error("the window cannot open: {0}; 'diffuscope doctor' says what is missing")]
    Window(String),
    /// `doctor` has found why the window could not open.
    #[error("the window could not open here: {0}")]
    Unwell(String),
    /// A network that cannot be opened or run.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// A file that says no sampler.
    #[error("{path}: {source}")]
    Sampler {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: ConfigError,
    },
    /// A sampler that cannot run so, or did not.
    #[error(transparent)]
    Run(#[from] SamplerError),
    /// A file of tensors that is not what was expected.
    #[error("{path}: {reason}")]
    Input {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Pictures to learn from that cannot be read.
    #[error(transparent)]
    Dataset(#[from] DatasetError),
    /// A training that could not begin, go on or be saved.
    #[error(transparent)]
    Train(#[from] TrainError),
    /// A classifier that cannot be opened or run.
    #[error(transparent)]
    Classifier(#[from] ClassifierError),
    /// An evaluation that is not possible.
    #[error(transparent)]
    Eval(#[from] EvalError),
    /// A signal in a training, which can go on.
    #[error(
        "stopped and saved after iteration {iteration}; go on with: diffuscope train {} -o {} --resume{options}",
        quoted(data),
        quoted(folder)
    )]
    Paused {
        /// The last iteration that was made.
        iteration: u64,
        /// The pictures.
        data: PathBuf,
        /// The run.
        folder: PathBuf,
        /// What is not kept with the run: how often it saves and draws samples, each after a space.
        options: String,
    },
    /// A signal in a training that cannot go on, whose result so far was saved.
    #[error("stopped; {}: {about}", path.display())]
    Kept {
        /// The file.
        path: PathBuf,
        /// What is in it.
        about: String,
    },
    /// A run in the plane or on the line that cannot be, or failed.
    #[error(transparent)]
    Solver(#[from] SolverError),
    /// A learned score that cannot be read, learned or saved.
    #[error(transparent)]
    LearnedScore(#[from] ScoreError),
    /// Standard output cannot be written.
    #[error("cannot write to standard output: {}", if .0.kind() == io::ErrorKind::StorageFull {
        "the disk is full; free some space or choose another disk".to_owned()
    } else {
        .0.to_string()
    })]
    Output(io::Error),
    /// What a figure shows cannot be had.
    #[error(transparent)]
    Chapter(#[from] ChapterError),
    /// A signal.
    #[error("stopped; no unfinished file was left behind")]
    Stopped,
    /// A signal, to the window; and what could not be kept.
    #[error("the window was closed. {}", .0.as_deref().unwrap_or("What it remembers is kept"))]
    Closed(Option<String>),
    /// A mistake in this program.
    #[error("internal error: {0}; please report it")]
    Internal(String),
}

impl From<ImagingError> for CliError {
    fn from(error: ImagingError) -> Self {
        match error {
            ImagingError::Cancelled { .. } => Self::Stopped,
            error => Self::Imaging(error),
        }
    }
}

impl From<FileError> for CliError {
    fn from(error: FileError) -> Self {
        Self::Imaging(error.into())
    }
}

impl From<FigureError> for CliError {
    fn from(error: FigureError) -> Self {
        match error {
            FigureError::Gpu(error) => Self::Gpu(error),
            FigureError::Scene(error) => Self::Scene(error),
            FigureError::Imaging(error) => Self::Imaging(error),
            FigureError::Chapter(error) => Self::Chapter(error),
        }
    }
}

impl From<ExportError> for CliError {
    fn from(error: ExportError) -> Self {
        match error {
            ExportError::Imaging(error) => error.into(),
            ExportError::Gpu(error) => Self::Gpu(error),
            ExportError::Schedule(error) => Self::Schedule(error),
        }
    }
}

impl CliError {
    /// Prints the error as one line and gives the exit code.
    pub fn report(&self) -> ExitCode {
        match self {
            Self::Arguments(error) if !error.use_stderr() => {
                // Help and version are no errors; a reader that has gone away needs none.
                return match error.print() {
                    Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Self::Output(error).report(),
                    _ => ExitCode::SUCCESS,
                };
            }
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => return ExitCode::SUCCESS,
            _ => output::say(&self.to_string()),
        }
        ExitCode::from(match self {
            Self::Arguments(_)
            | Self::Usage(_)
            | Self::Schedule(_)
            | Self::Scene(_)
            // Options that do not fit the network or its scheduler.
            | Self::Run(SamplerError::Steps { .. } | SamplerError::Parameter { .. })
            | Self::Model(
                ModelError::Range { .. }
                | ModelError::LabelsMissing
                | ModelError::LabelsUnexpected
                | ModelError::NoGuidance
                | ModelError::SampleSize { .. },
            )
            | Self::Solver(SolverError::Calls { .. })
            | Self::Dataset(
                DatasetError::Size { .. }
                | DatasetError::Class { .. }
                | DatasetError::Several { .. }
                | DatasetError::Set { .. }
                | DatasetError::Column { .. },
            )
            | Self::Eval(EvalError::TooFew { .. })
            | Self::Train(
                TrainError::Setting { .. }
                | TrainError::Network { .. }
                | TrainError::Schedule(_)
                | TrainError::Classifier(_),
            ) => 2,
            Self::Stopped | Self::Closed(_) | Self::Paused { .. } | Self::Kept { .. } => return stop::code(),
            _ => 1,
        })
    }
}

/// The parser's complaint without its paragraphs of usage and advice.
fn usage(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let text = text.strip_prefix("error: ").unwrap_or(&text);
    let usage = text.find("\nUsage:").or_else(|| text.find("\nFor more information")).unwrap_or(text.len());
    let reason = text[..usage].split_whitespace().collect::<Vec<_>>().join(" ");
    let reason = match error.kind() {
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand | ErrorKind::MissingSubcommand => {
            "a command is missing".to_owned()
        }
        _ => reason,
    };
    format!("{reason}; see --help")
}

/// A path as a shell takes it.
fn quoted(path: &std::path::Path) -> String {
    let shown = path.display().to_string();
    shlex::try_quote(&shown).map_or(shown.clone(), std::borrow::Cow::into_owned)
}
