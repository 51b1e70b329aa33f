//! Writes every step of a run as a file, in a folder that appears when the run is complete.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::error::CliError;
use crate::diffusion::sampler::Record;
use crate::files::{Unfinished, end_of_links, folder_of};
use crate::imaging::{ImagingError, NamedTensor, check_folder, save_tensors};

/// A folder of steps that is being written.
pub struct Trace {
    target: PathBuf,
    /// The temporary folder, beside the target so that it can be renamed in one step. It is removed if the run is not
    /// completed.
    folder: Unfinished<TempDir>,
    shape: [usize; 4],
    steps: usize,
}

impl Trace {
    /// Checks that a folder could be begun now; nothing is created.
    ///
    /// # Errors
    /// The errors of [`begin`](Self::begin).
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
        // The temporary folder is created beside the target.
        let place = end_of_links(target).map_err(|error| ImagingError::making(target, &error))?;
        Ok(check_folder(&folder_of(&place))?)
    }

    /// Begins a folder; at `target` there must be nothing, or an empty folder.
    ///
    /// # Errors
    /// [`CliError::Usage`] if there is something at `target` already; a write error if the folder cannot be created.
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
    /// If the file cannot be written.
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
            // This is not always the t of the next file: see --step-to.
            NamedTensor { name: "t_prev", shape: &[], data: &t_prev },
        ];
        save_tensors(&path, &tensors).map_err(|error| match error {
            // The name of the temporary folder would mean nothing to the user.
            ImagingError::Write { reason, advice, .. } => {
                ImagingError::Write { name: self.target.display().to_string(), reason, advice }.into()
            }
            error => error.into(),
        })
    }

    /// Moves the folder to its place.
    ///
    /// # Errors
    /// If something has appeared at that place meanwhile, or the system refuses.
    pub fn finish(self) -> Result<(), CliError> {
        let Self { target, folder, .. } = self;
        folder.persist(&target).map_err(|error| ImagingError::making(&target, &error).into())
    }
}
