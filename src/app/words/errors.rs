//! Errors in the window's language.
//!
//! Below the window, errors are plain data with an English text, which the command line shows. Here the variants that a
//! user is likely to meet get messages of their own. Other variants share the message of their kind of error, followed
//! by the English cause.

use std::error::Error;
use std::path::Path;

use i18n_embed_fl::fl;

use super::Words;
use super::causes::cause as told;
use crate::analysis::AnalysisError;
use crate::app::dialogs::DialogError;
use crate::app::error::AppError;
use crate::app::figure::FigureError;
use crate::background::Missing;
use crate::dataset::DatasetError;
use crate::diffusion::ScheduleError;
use crate::diffusion::sampler::{ConfigError, SamplerError};
use crate::diffusion::solvers::SolverError;
use crate::eval::nll::LikelihoodError;
use crate::export::ExportError;
use crate::files::{self, FileError};
use crate::gpu::GpuError;
use crate::imaging::ImagingError;
use crate::learned_score::ScoreError;
use crate::lesson::LessonError;
use crate::memory::Shortage;
use crate::model::ModelError;
use crate::scene::{SCENE_VERSION, SceneError, SceneFileError};
use crate::system::{NoDialogs, Package};
use crate::train::TrainError;
use crate::worker::{MAX_SIDE, WorkerError};

/// The text of an error in the window's language.
pub fn error_text(words: &Words, error: &(dyn Error + 'static)) -> String {
    /// Returns the text of the error if it has one of these types.
    macro_rules! first {
        ($($kind:ty => $text:expr),* $(,)?) => {
            $(if let Some(error) = error.downcast_ref::<$kind>() {
                let text: fn(&Words, &$kind) -> String = $text;
                return text(words, error);
            })*
        };
    }
    first! {
        FileError => file,
        ImagingError => imaging,
        ExportError => export,
        SceneError => scene,
        SceneFileError => scene_file,
        ModelError => model,
        DatasetError => dataset,
        WorkerError => worker,
        AnalysisError => analysis,
        LikelihoodError => likelihood,
        LessonError => lesson,
        FigureError => figure,
        GpuError => graphics,
        AppError => app,
        DialogError => dialog,
        ScheduleError => |words, error| fl!(words, "error-schedule", cause = error.to_string()),
        ConfigError => |words, error| fl!(words, "error-scheduler", cause = error.to_string()),
        SamplerError => |words, error| fl!(words, "error-sampler", cause = error.to_string()),
        SolverError => |words, error| fl!(words, "error-sampler", cause = error.to_string()),
        TrainError => |words, error| fl!(words, "error-training", cause = error.to_string()),
        ScoreError => |words, error| fl!(words, "error-training", cause = error.to_string()),
    }
    // The error comes from a library, or has a text in the window's language already.
    error.to_string()
}

/// Why a value is missing, in the window's language; `None` if its computation was stopped.
pub fn missing_text(words: &Words, missing: &Missing) -> Option<String> {
    match missing {
        Missing::Cancelled => None,
        Missing::Failed(error) => Some(error_text(words, &**error)),
        Missing::Panicked(text) => Some(text.clone()),
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

fn analysis(words: &Words, error: &AnalysisError) -> String {
    match error {
        AnalysisError::Model(error) => error_text(words, error),
        AnalysisError::Scheduler(error) => error_text(words, error),
        AnalysisError::Schedule(error) => error_text(words, error),
        AnalysisError::Sampler(error) => error_text(words, error),
        AnalysisError::Likelihood(error) => error_text(words, error),
        &AnalysisError::Channels { channels } => fl!(words, "error-analysis-channels", channels = channels),
        AnalysisError::Enlarges { name } => fl!(words, "error-analysis-enlarges", name = name.as_str()),
        AnalysisError::OneStage { name } => fl!(words, "error-analysis-one-stage", name = name.as_str()),
        AnalysisError::NotFinite => fl!(words, "error-analysis-not-finite"),
        AnalysisError::Data(error) => error_text(words, error),
        AnalysisError::Sample { name } => fl!(words, "error-analysis-sample", name = name.as_str()),
        AnalysisError::Picture(error) => error_text(words, error),
        AnalysisError::Memory(shortage) => memory(words, shortage),
        AnalysisError::Threads(cause) => fl!(words, "error-likelihood", cause = cause.as_str()),
    }
}

fn likelihood(words: &Words, error: &LikelihoodError) -> String {
    match error {
        &LikelihoodError::NoSignal { t } => fl!(words, "error-likelihood-no-signal", t = t),
        LikelihoodError::NoVariance => fl!(words, "error-likelihood-no-variance"),
        LikelihoodError::Model(error) => error_text(words, error),
        LikelihoodError::Path(error) => error_text(words, error),
        error => fl!(words, "error-likelihood", cause = error.to_string()),
    }
}

fn lesson(words: &Words, error: &LessonError) -> String {
    match error {
        LessonError::Read(source) => file(words, source),
        LessonError::File { path, source } => {
            let cause = told(words, &source.to_string());
            fl!(words, "error-lesson-file", path = shown(path), cause = cause)
        }
        error => fl!(words, "error-lesson", cause = error.to_string()),
    }
}

fn file(words: &Words, error: &FileError) -> String {
    match error {
        FileError::NotFound { path } => fl!(words, "error-file-not-found", path = shown(path)),
        FileError::Folder { path } => fl!(words, "error-file-folder", path = shown(path)),
        FileError::Special { path, kind } => {
            fl!(words, "error-file-special", path = shown(path), kind = kind.name())
        }
        FileError::TooLarge { path, limit } => {
            fl!(words, "error-file-too-large", path = shown(path), limit = files::bytes(*limit))
        }
        FileError::Memory { path, shortage } => {
            fl!(words, "error-file-memory", path = shown(path), shortage = memory(words, shortage))
        }
        FileError::NotText { path } => fl!(words, "error-file-not-text", path = shown(path)),
        FileError::Unreadable { path, reason } => {
            fl!(words, "error-file-unreadable", path = shown(path), reason = reason.as_str())
        }
    }
}

fn memory(words: &Words, Shortage { needed, available }: &Shortage) -> String {
    let [needed, available] = [needed, available].map(|bytes| format!("{:.1}", *bytes as f64 / 1e9));
    fl!(words, "error-memory", needed = needed, available = available)
}

fn imaging(words: &Words, error: &ImagingError) -> String {
    match error {
        ImagingError::File(error) => file(words, error),
        ImagingError::Gone { name } => fl!(words, "error-picture-gone", name = name.as_str()),
        ImagingError::Empty { name } => fl!(words, "error-picture-empty", name = name.as_str()),
        ImagingError::UnknownFormat { name } => fl!(words, "error-picture-format", name = name.as_str()),
        ImagingError::Unsupported { name, format, reason } => {
            let [name, format, reason] = [name, format, reason].map(String::as_str);
            fl!(words, "error-picture-unsupported", name = name, format = format, reason = reason)
        }
        ImagingError::TooLarge { name, what } => {
            fl!(words, "error-picture-too-large", name = name.as_str(), what = told(words, what))
        }
        ImagingError::NoPixels { name, width, height } => {
            fl!(words, "error-picture-no-pixels", name = name.as_str(), width = width, height = height)
        }
        ImagingError::Damaged { name, format, reason } => {
            let (name, format, reason) = (name.as_str(), format.as_str(), told(words, reason));
            fl!(words, "error-picture-damaged", name = name, format = format, reason = reason)
        }
        ImagingError::Clipboard { reason, advice } => {
            let (reason, advice) = (told(words, reason), told(words, advice));
            fl!(words, "error-clipboard", reason = reason, advice = advice)
        }
        ImagingError::Write { name, reason, advice } => {
            let (name, reason, advice) = (name.as_str(), told(words, reason), told(words, advice));
            fl!(words, "error-write", name = name, reason = reason, advice = advice)
        }
        ImagingError::Cancelled { name } => fl!(words, "error-write-stopped", name = name.as_str()),
        ImagingError::Tensor { .. } => fl!(words, "error-picture", cause = error.to_string()),
    }
}

fn dialog(words: &Words, error: &DialogError) -> String {
    match error {
        DialogError::Missing { reason, command } => {
            let [package, ..] = Package::DIALOGS.0;
            let advice = match command {
                Some(command) => fl!(words, "error-dialog-install-by", command = command.as_str()),
                None => fl!(words, "error-dialog-install", package = package),
            };
            match reason {
                NoDialogs::NoBus => fl!(words, "error-dialog-no-bus", advice = advice),
                NoDialogs::NoPortal(cause) => {
                    fl!(words, "error-dialog-no-portal", cause = cause.as_str(), advice = advice)
                }
            }
        }
        DialogError::NotShown => fl!(words, "error-dialog-not-shown"),
        DialogError::Zenity(cause) => fl!(words, "error-dialog-zenity", cause = cause.as_str()),
        DialogError::Thread(cause) => fl!(words, "error-dialog-thread", cause = cause.as_str()),
        DialogError::Ended => fl!(words, "error-dialog-ended"),
    }
}

fn export(words: &Words, error: &ExportError) -> String {
    match error {
        ExportError::Imaging(error) => imaging(words, error),
        ExportError::Gpu(error) => graphics(words, error),
        ExportError::Schedule(error) => error_text(words, error),
    }
}

fn figure(words: &Words, error: &FigureError) -> String {
    match error {
        FigureError::Gpu(error) => graphics(words, error),
        FigureError::Scene(error) => scene(words, error),
        FigureError::Chapter(error) => error_text(words, &*error.0),
        FigureError::Imaging(error) => imaging(words, error),
        FigureError::NoPlot => fl!(words, "error-no-plot"),
        FigureError::Small { size: [width, height], least: [wide, high], .. } => {
            fl!(words, "error-small-figure", width = width, height = height, wide = wide, high = high)
        }
    }
}

fn scene(words: &Words, error: &SceneError) -> String {
    match error {
        SceneError::Schedule(error) => error_text(words, error),
        SceneError::FixedSteps(steps, side) => {
            fl!(words, "error-fixed-steps", steps = steps, side = (*side).to_owned())
        }
        SceneError::OutOfRange { field, range, value } => {
            let (range, value) = (told(words, range), value.as_str());
            fl!(words, "error-out-of-range", field = (*field).to_owned(), range = range, value = value)
        }
    }
}

fn scene_file(words: &Words, error: &SceneFileError) -> String {
    match error {
        SceneFileError::Read(error) => file(words, error),
        SceneFileError::Invalid { path, reason } => {
            fl!(words, "error-scene-invalid", path = shown(path), reason = told(words, reason))
        }
        SceneFileError::Newer { path, version } => {
            fl!(words, "error-scene-newer", path = shown(path), version = version, reads = SCENE_VERSION)
        }
        SceneFileError::Impossible { path, source } => {
            fl!(words, "error-scene-impossible", path = shown(path), reason = scene(words, source))
        }
    }
}

fn model(words: &Words, error: &ModelError) -> String {
    match error {
        ModelError::File(error) => file(words, error),
        ModelError::Pickle { name, advice } => {
            fl!(words, "error-network-pickle", name = name.as_str(), advice = advice.as_str())
        }
        ModelError::Damaged { name, reason } => {
            fl!(words, "error-network-damaged", name = name.as_str(), reason = reason.as_str())
        }
        ModelError::Unreadable { name, reason, advice } => {
            let (name, reason, advice) = (name.as_str(), told(words, reason), told(words, advice));
            fl!(words, "error-network-unreadable", name = name, reason = reason, advice = advice)
        }
        ModelError::Memory(shortage) => {
            fl!(words, "error-network-memory", shortage = memory(words, shortage))
        }
        error => fl!(words, "error-network", cause = error.to_string()),
    }
}

fn dataset(words: &Words, error: &DatasetError) -> String {
    match error {
        DatasetError::Read(error) => imaging(words, error),
        error => fl!(words, "error-data", cause = error.to_string()),
    }
}

fn worker(words: &Words, error: &WorkerError) -> String {
    match error {
        WorkerError::Model(error) => model(words, error),
        WorkerError::Dataset(error) => dataset(words, error),
        WorkerError::Imaging(error) => imaging(words, error),
        WorkerError::Sampler(error) => error_text(words, error),
        WorkerError::Schedule(error) => error_text(words, error),
        WorkerError::Train(error) => error_text(words, error),
        WorkerError::Scheduler(_) => fl!(words, "error-scheduler", cause = error.to_string()),
        WorkerError::NoPicture => fl!(words, "error-no-picture"),
        WorkerError::NotTrained => fl!(words, "error-not-trained"),
        WorkerError::NothingTrained => fl!(words, "error-nothing-trained"),
        WorkerError::Channels { expected, found } => {
            fl!(words, "error-channels", expected = expected, found = found)
        }
        WorkerError::TooLarge { width, height } => {
            fl!(words, "error-network-too-large", width = width, height = height, most = MAX_SIDE)
        }
        WorkerError::Threads(cause) => fl!(words, "error-threads", cause = cause.as_str()),
        WorkerError::Panic(cause) => fl!(words, "error-worker-panic", cause = cause.as_str()),
    }
}

fn graphics(words: &Words, error: &GpuError) -> String {
    match error {
        GpuError::OutOfMemory(cause) => fl!(words, "error-graphics-memory", cause = cause.as_str()),
        GpuError::Lost(cause) => fl!(words, "error-graphics-lost", cause = cause.as_str()),
        error => fl!(words, "error-graphics", cause = error.to_string()),
    }
}

fn app(words: &Words, error: &AppError) -> String {
    match error {
        AppError::Imaging(error) => imaging(words, error),
        AppError::Scene(error) => scene(words, error),
        AppError::Gpu(error) => graphics(words, error),
        AppError::Worker(error) => worker(words, error),
        AppError::NoTraining { .. } => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::words::{Language, words};
    use crate::files::SpecialFile;

    #[test]
    fn the_window_and_the_command_line_say_the_same_in_english() {
        let (path, name, reason) = (|| "a.png".into(), || "a.png".to_owned(), || "why".to_owned());
        let shortage = || Shortage { needed: 80_000_000_000, available: 3_000_000_000 };
        let special = |kind| FileError::Special { path: path(), kind };
        let errors: Vec<Box<dyn Error>> = vec![
            Box::new(FileError::NotFound { path: path() }),
            Box::new(FileError::Folder { path: path() }),
            Box::new(special(SpecialFile::Device)),
            Box::new(special(SpecialFile::Pipe)),
            Box::new(special(SpecialFile::Socket)),
            Box::new(FileError::TooLarge { path: path(), limit: 4 << 20 }),
            Box::new(FileError::Memory { path: path(), shortage: shortage() }),
            Box::new(FileError::NotText { path: path() }),
            Box::new(FileError::Unreadable { path: path(), reason: reason() }),
            Box::new(ImagingError::File(FileError::NotFound { path: path() })),
            Box::new(ImagingError::Gone { name: name() }),
            Box::new(ImagingError::Empty { name: name() }),
            Box::new(ImagingError::UnknownFormat { name: name() }),
            Box::new(ImagingError::Unsupported { name: name(), format: "TIFF".to_owned(), reason: reason() }),
            Box::new(ImagingError::Tensor { name: name(), reason: reason() }),
            Box::new(ImagingError::TooLarge { name: name(), what: reason() }),
            Box::new(ImagingError::NoPixels { name: name(), width: 0, height: 12345 }),
            Box::new(ImagingError::Damaged { name: name(), format: "PNG".to_owned(), reason: reason() }),
            Box::new(ImagingError::Clipboard { reason: reason(), advice: "do that" }),
            Box::new(ImagingError::Write { name: name(), reason: reason(), advice: "do that".to_owned() }),
            Box::new(ImagingError::Cancelled { name: name() }),
            Box::new(SceneError::FixedSteps(1000, "A")),
            Box::new(SceneError::OutOfRange { field: "t", range: "from 1 to 5".to_owned(), value: reason() }),
            Box::new(SceneFileError::Invalid { path: path(), reason: reason() }),
            Box::new(SceneFileError::Newer { path: path(), version: 9 }),
            Box::new(SceneFileError::Impossible { path: path(), source: SceneError::FixedSteps(10, "B") }),
            Box::new(ModelError::Pickle { name: name(), advice: reason() }),
            Box::new(ModelError::Damaged { name: name(), reason: reason() }),
            Box::new(ModelError::Memory(shortage())),
            Box::new(ModelError::Json { name: name(), reason: reason() }),
            Box::new(DatasetError::Empty { name: name(), reason: reason() }),
            Box::new(WorkerError::NoPicture),
            Box::new(WorkerError::NotTrained),
            Box::new(WorkerError::NothingTrained),
            Box::new(WorkerError::Channels { expected: 3, found: 1 }),
            Box::new(WorkerError::TooLarge { width: 4096, height: 4096 }),
            Box::new(WorkerError::Threads(reason())),
            Box::new(WorkerError::Panic(reason())),
            Box::new(GpuError::OutOfMemory(reason())),
            Box::new(GpuError::Lost(reason())),
            Box::new(GpuError::Device(reason())),
            Box::new(ScheduleError::Steps { got: 1 }),
            Box::new(DialogError::Missing { reason: NoDialogs::NoBus, command: None }),
            Box::new(DialogError::Missing { reason: NoDialogs::NoPortal(reason()), command: Some(name()) }),
            Box::new(DialogError::NotShown),
            Box::new(DialogError::Zenity(reason())),
            Box::new(DialogError::Thread(reason())),
            Box::new(DialogError::Ended),
        ];
        let (english, pseudo) = (words(Language::English), words(Language::Pseudo));
        for error in errors {
            assert_eq!(error_text(&english, &*error), error.to_string());
            let translated = error_text(&pseudo, &*error);
            // A message whose English text is the cause alone has no letters of its own to change.
            assert!(translated == error.to_string() || translated.contains('['), "{translated}");
        }
    }
}
