//! Writes every step of a run as a file, in a folder that appears when the run is complete.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::error::CliError;
use crate::diffusion::sampler::Record;
use crate::files::{Unfinished, end_of_links, folder_of, is_leftover};
use crate::imaging::{ImagingError, NamedTensor, check_folder, save_tensors};

/// What the temporary folder is called.
const NAME: &str = "trace";

/// A folder of steps that is being written.
pub struct Trace {
    target: PathBuf,
    /// The temporary folder: in the target where that is there already, since it may be a disk of its own, else beside
    /// it, so that it can be renamed in one step. It is removed if the run is not completed.
    folder: Unfinished<TempDir>,
    /// Whether the target was there already.
    is_there: bool,
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
            Ok(entries) => {
                let is_leftover = |entry: io::Result<fs::DirEntry>| {
                    entry.is_ok_and(|entry| is_leftover(&entry.file_name(), NAME))
                };
                if !entries.into_iter().all(is_leftover) {
                    let reason = "the folder is not empty; choose a new one for --trace";
                    return Err(CliError::Usage(format!("{}: {reason}", target.display())));
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound && target.file_name().is_none() => {
                let reason = "there is no such folder; choose a new one for --trace";
                return Err(CliError::Usage(format!("{}: {reason}", target.display())));
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(ImagingError::making(target, &error).into()),
        }
        Ok(check_folder(target)?)
    }

    /// Begins a folder; at `target` there must be nothing, or an empty folder.
    ///
    /// # Errors
    /// [`CliError::Usage`] if there is something at `target` already; a write error if the folder cannot be created.
    pub fn begin(target: &Path, shape: [usize; 4]) -> Result<Self, CliError> {
        Self::check(target)?;
        let begun = end_of_links(target).and_then(|target| {
            let is_there = target.is_dir();
            let parent = if is_there { target.clone() } else { folder_of(&target) };
            fs::create_dir_all(&parent)?;
            let folder = Unfinished::folder(&parent, NAME.as_ref())?;
            Ok(Self { target, folder, is_there, shape, steps: 0 })
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
        let Self { target, folder, is_there, .. } = self;
        let finished = if is_there {
            folder.finish(|folder| move_files(folder.path(), &target))
        } else {
            folder.persist(&target)
        };
        finished.map_err(|error| ImagingError::making(&target, &error).into())
    }
}

/// Moves all files of a folder to another one, where none of them may be yet.
fn move_files(from: &Path, to: &Path) -> io::Result<()> {
    let files: Vec<_> = fs::read_dir(from)?.collect::<io::Result<_>>()?;
    if files.iter().any(|file| to.join(file.file_name()).symlink_metadata().is_ok()) {
        return Err(io::ErrorKind::DirectoryNotEmpty.into());
    }
    files.iter().try_for_each(|file| fs::rename(file.path(), to.join(file.file_name())))
}
