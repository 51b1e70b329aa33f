//! Every step of a run as a file, in a folder that appears when the run is complete.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::error::CliError;
use crate::diffusion::sampler::Record;
use crate::files::{Unfinished, end_of_links, folder_of};
use crate::imaging::{ImagingError, NamedTensor, check_folder, save_tensors};

/// A folder in the making.
pub struct Trace {
    target: PathBuf,
    /// Beside the target, so that it can take its place in one step; gone if the run is not completed.
    folder: Unfinished<TempDir>,
    shape: [usize; 4],
    steps: usize,
}

impl Trace {
    /// Whether a folder could begin now; nothing is made.
    ///
    /// # Errors
    /// As [`begin`](Self::begin).
    pub fn check(target: &Path) -> Result<(), CliError> {
        match fs::read_dir(target) {
            Ok(mut entries) => {
                if entries.next().is_some() {
                    let reason = "the folder is not empty; choose a new one for --trace";
                    return Err(CliError::Usage(format!("{}: {reason}", target.display())));
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(ImagingError::making(target, &error).into()),
        }
        if target.file_name().is_none() {
            let reason = "this folder stays where it is; choose a new one for --trace";
            return Err(CliError::Usage(format!("{}: {reason}", target.display())));
        }
        // It appears beside what is there.
        let place = end_of_links(target).map_err(|error| ImagingError::making(target, &error))?;
        Ok(check_folder(&folder_of(&place))?)
    }

    /// Begins a folder; there must be none of that name, or an empty one.
    ///
    /// # Errors
    /// [`CliError::Usage`] when there is something at `target` already; a write error when the folder
    /// cannot be made.
    pub fn begin(target: &Path, shape: [usize; 4]) -> Result<Self, CliError> {
        Self::check(target)?;
        let begun = end_of_links(target).and_then(|target| {
            let parent = folder_of(&target);
            fs::create_dir_all(&parent)?;
            let folder = Unfinished::folder(&parent, "trace".as_ref())?;
            Ok(Self { target, folder, shape, steps: 0 })
        });
        begun.map_err(|error| ImagingError::making(target, &error).into())
    }

    /// Writes the next step.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn step(&mut self, record: &Record) -> Result<(), CliError> {
        self.steps += 1;
        let path = self.folder.path().join(format!("step-{:04}.safetensors", self.steps));
        let none = vec![0.0; record.x_t.len()];
        let (t, t_prev) = ([record.t as f32], [record.t_prev as f32]);
        let state = |name, data| NamedTensor { name, shape: &self.shape, data };
        let tensors = [
            state("x_t", &record.x_t),
            state("eps_hat", &record.eps_hat),
            state("x0_hat", &record.x0_hat),
            state("mean", &record.mean),
            state("noise", record.noise.as_deref().unwrap_or(&none)),
            state("x_prev", &record.x_prev),
            NamedTensor { name: "t", shape: &[], data: &t },
            // Not always the next file's t: see --step-to.
            NamedTensor { name: "t_prev", shape: &[], data: &t_prev },
        ];
        save_tensors(&path, &tensors).map_err(|error| match error {
            // The temporary folder's name would tell nobody anything.
            ImagingError::Write { reason, advice, .. } => {
                ImagingError::Write { name: self.target.display().to_string(), reason, advice }.into()
            }
            error => error.into(),
        })
    }

    /// Puts the folder in its place.
    ///
    /// # Errors
    /// When something has taken the place meanwhile, or the system refuses.
    pub fn finish(self) -> Result<(), CliError> {
        let Self { target, folder, .. } = self;
        folder.persist(&target).map_err(|error| ImagingError::making(&target, &error).into())
    }
}
