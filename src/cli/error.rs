//! All errors that can end a command, and the only place that prints them.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::error::ErrorKind;

use super::{output, stop};
use crate::app::AppError;
use crate::app::figure::FigureError;
use crate::app::{ChapterError, LessonExportError};
use crate::classifier::ClassifierError;
use crate::dataset::DatasetError;
use crate::diffusion::ScheduleError;
use crate::diffusion::sampler::{ConfigError, SamplerError};
use crate::diffusion::schedule::diffusers::DiffusersError;
use crate::diffusion::solvers::SolverError;
use crate::diffusion::vdm::VdmError;
use crate::eval::EvalError;
use crate::eval::nll::LikelihoodError;
use crate::export::ExportError;
use crate::families::FamilyError;
use crate::files::FileError;
use crate::gpu::GpuError;
use crate::imaging::ImagingError;
use crate::learned_score::ScoreError;
use crate::lesson::LessonError;
use crate::model::ModelError;
use crate::scene::{SceneError, SceneFileError};
use crate::train::TrainError;

/// Why a command ended early.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// The arguments cannot be parsed; also used for `--help` and `--version`.
    #[error("{}", usage(.0))]
    Arguments(#[from] clap::Error),
    /// The arguments contradict each other.
    #[error("{0}")]
    Usage(String),
    /// The schedule cannot be built.
    #[error(transparent)]
    Schedule(#[from] ScheduleError),
    /// The scene is impossible.
    #[error(transparent)]
    Scene(#[from] SceneError),
    /// The file does not hold a schedule.
    #[error("{path}: {source}")]
    Config {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: DiffusersError,
    },
    /// A picture cannot be read, or a file cannot be written.
    #[error(transparent)]
    Imaging(ImagingError),
    /// The file does not hold a scene.
    #[error(transparent)]
    SceneFile(#[from] SceneFileError),
    /// There is no graphics device, or it failed.
    #[error(transparent)]
    Gpu(#[from] GpuError),
    /// There is no such lesson, or it cannot be played.
    #[error(transparent)]
    Lesson(#[from] LessonError),
    /// A lesson cannot be written down.
    #[error(transparent)]
    LessonExport(#[from] LessonExportError),
    /// The window, or its measurement, failed.
    #[error(transparent)]
    App(#[from] AppError),
    /// The window cannot open.
    #[error("the window cannot open: {0}; 'diffuscope doctor' says what is missing")]
    Window(String),
    /// `doctor` has found a reason why the window could not open.
    #[error("the window could not open here: {0}")]
    Unwell(String),
    /// The network cannot be opened or run.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The file does not describe a sampler.
    #[error("{path}: {source}")]
    Sampler {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: ConfigError,
    },
    /// The sampler cannot run with these options, or its run failed.
    #[error(transparent)]
    Run(#[from] SamplerError),
    /// A file of tensors does not contain what was expected.
    #[error("{path}: {reason}")]
    Input {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The data cannot be read.
    #[error(transparent)]
    Dataset(#[from] DatasetError),
    /// A training could not begin, continue or be saved.
    #[error(transparent)]
    Train(#[from] TrainError),
    /// The classifier cannot be opened or run.
    #[error(transparent)]
    Classifier(#[from] ClassifierError),
    /// The evaluation is not possible.
    #[error(transparent)]
    Eval(#[from] EvalError),
    /// The likelihood cannot be computed.
    #[error(transparent)]
    Likelihood(LikelihoodError),
    /// A signal stopped a training, which can be resumed.
    #[error(
        "stopped and saved after iteration {iteration}; go on with: diffuscope train {} -o {} --resume{options}",
        quoted(data),
        quoted(folder)
    )]
    Paused {
        /// The last iteration that was made.
        iteration: u64,
        /// The data.
        data: PathBuf,
        /// The run's folder.
        folder: PathBuf,
        /// Options that are not saved with the run (how often it saves and draws samples), each after a space.
        options: String,
    },
    /// A signal stopped a training that cannot be resumed; its result so far was saved.
    #[error("stopped; {}: {about}", path.display())]
    Kept {
        /// The file.
        path: PathBuf,
        /// What the file holds.
        about: String,
    },
    /// A run in the plane or on the line is not possible, or failed.
    #[error(transparent)]
    Solver(#[from] SolverError),
    /// A schedule in continuous time is not possible.
    #[error(transparent)]
    Vdm(#[from] VdmError),
    /// The learned score cannot be read, learned or saved.
    #[error(transparent)]
    LearnedScore(#[from] ScoreError),
    /// A relative of diffusion could not be trained or measured.
    #[error(transparent)]
    Family(#[from] FamilyError),
    /// Standard output cannot be written to.
    #[error("cannot write to standard output: {}", if .0.kind() == io::ErrorKind::StorageFull {
        "the disk is full; free some space or choose another disk".to_owned()
    } else {
        .0.to_string()
    })]
    Output(io::Error),
    /// What a figure should show cannot be computed.
    #[error(transparent)]
    Chapter(#[from] ChapterError),
    /// A signal stopped the command.
    #[error("stopped; no unfinished file was left behind")]
    Stopped,
    /// A signal closed the window; the text says what could not be saved.
    #[error("the window was closed. {}", .0.as_deref().unwrap_or("What it remembers is kept"))]
    Closed(Option<String>),
    /// The display server or the window went away under the window.
    #[error("the window lost its display: its scene and its training are kept for the next start")]
    DisplayGone,
    /// There is a mistake in this program.
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

impl From<LikelihoodError> for CliError {
    fn from(error: LikelihoodError) -> Self {
        match error {
            LikelihoodError::Model(error) => Self::Model(error),
            error => Self::Likelihood(error),
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
            error @ (FigureError::NoPlot | FigureError::Small { .. }) => Self::Usage(error.to_string()),
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
    /// Prints the error as one line, and returns the exit code.
    pub fn report(&self) -> ExitCode {
        match self {
            Self::Arguments(error) if !error.use_stderr() => {
                // Help and version are not errors; if the reader has gone away, there is nobody to tell.
                return match output::check_stdout().and_then(|()| error.print().map_err(Self::Output)) {
                    Err(failed) => failed.report(),
                    Ok(()) => ExitCode::SUCCESS,
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
            | Self::Vdm(_)
            | Self::Family(FamilyError::Setting { .. })
            // These come from options that do not fit the network or its scheduler.
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
            | Self::Likelihood(LikelihoodError::NoSignal { .. } | LikelihoodError::NoVariance)
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

/// The parser's message, without its paragraphs on usage and its advice.
fn usage(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let text = text.strip_prefix("error: ").unwrap_or(&text);
    let usage = text.find("\nUsage:").or_else(|| text.find("\nFor more information")).unwrap_or(text.len());
    let lines = text[..usage].lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    let mut reason = String::new();
    for line in lines.filter(|line| !line.is_empty()) {
        // Advice stands in lines of its own.
        let between = if reason.is_empty() {
            ""
        } else if line.starts_with("tip:") {
            "; "
        } else {
            " "
        };
        reason += between;
        reason += &line;
    }
    let reason = reason.replace("invalid digit found in string", "this is no whole number");
    let reason = match error.kind() {
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand | ErrorKind::MissingSubcommand => {
            "a command is missing".to_owned()
        }
        _ => reason,
    };
    format!("{reason}; see --help")
}

/// A path, quoted as a shell needs it.
fn quoted(path: &std::path::Path) -> String {
    let shown = path.display().to_string();
    shlex::try_quote(&shown).map_or(shown.clone(), std::borrow::Cow::into_owned)
}
