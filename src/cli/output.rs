//! Standard output, standard error and progress.

use std::ffi::OsStr;
use std::io::{BufWriter, IsTerminal as _, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use serde_json::Value;

use super::error::CliError;
use crate::files::{escaped, inputs, message, plain, same_place};
use crate::train::Checkpoint;

/// Whether there is no standard output at all.
static NO_STDOUT: AtomicBool = AtomicBool::new(false);

/// Says that the program was started with standard output closed. The runtime opens `/dev/null` in its place, where
/// results would vanish without an error.
pub fn without_stdout() {
    NO_STDOUT.store(true, Ordering::Relaxed);
}

/// Fails if there is no standard output. Commands whose results are all printed call this before they begin.
///
/// # Errors
/// [`CliError::Output`].
pub fn check_stdout() -> Result<(), CliError> {
    if !NO_STDOUT.load(Ordering::Relaxed) {
        return Ok(());
    }
    Err(CliError::Output(std::io::Error::other("it is closed; redirect it to a file or to /dev/null")))
}

/// Prints one line to standard error, whatever characters the text contains.
pub fn say(text: &str) {
    // If standard error cannot be written to, there is nobody left to tell.
    drop(writeln!(std::io::stderr().lock(), "diffuscope: {}", message(text)));
}

/// The remarks of this run, in order, and how many of them have been printed.
struct Remarks {
    lines: Vec<String>,
    said: usize,
    /// Whether the work has begun, so that each remark is printed at once.
    begun: bool,
}

/// Remarks are global, as standard error is: everything that is printed there is also part of the results.
static REMARKS: Mutex<Remarks> = Mutex::new(Remarks { lines: Vec::new(), said: 0, begun: false });

fn remarks() -> MutexGuard<'static, Remarks> {
    REMARKS.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Remarks {
    fn say(&mut self) {
        self.lines[self.said..].iter().for_each(|line| say(line));
        self.said = self.lines.len();
    }
}

/// Prints the remarks made so far, and from now on prints each remark at once, since the work begins or is
/// done. If a command is refused before this is called, only the reason is printed.
pub fn say_remarks() {
    let mut remarks = remarks();
    remarks.begun = true;
    remarks.say();
}

/// Prints one line to standard error about what a result means: an assumption, or what became of an input. It is also
/// printed into pipes and logs, where nobody sees what a person would see. The same remark is printed once, and is part
/// of the results that [`print_json`] writes.
pub fn remark(text: &str) {
    let text = message(text);
    let mut remarks = remarks();
    if !remarks.lines.contains(&text) {
        remarks.lines.push(text);
    }
    if remarks.begun {
        remarks.say();
    }
}

/// All remarks that were made so far.
pub fn assumptions() -> Vec<String> {
    remarks().lines.clone()
}

/// Prints one line to standard error for a person, such as where a result is; nothing is printed in a script.
pub fn aside(text: &str) {
    if std::io::stderr().is_terminal() {
        say(text);
    }
}

/// A path as it stands in a line of standard output, whatever characters it contains.
pub fn in_line(path: &Path) -> String {
    message(&path.display().to_string())
}

/// Writes text to standard output. Line breaks are kept; all other characters that would affect a terminal,
/// which the name of a file may contain, are replaced.
///
/// # Errors
/// [`CliError::Output`], also if the reader has gone away (which is not printed).
pub fn to_stdout(write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>) -> Result<(), CliError> {
    check_stdout()?;
    say_remarks();
    let mut text = Vec::new();
    write(&mut text).map_err(CliError::Output)?;
    let mut stdout = BufWriter::new(std::io::stdout().lock());
    let lines = String::from_utf8_lossy(&text);
    let mut lines = lines.split_inclusive('\n').map(|line| match line.strip_suffix('\n') {
        Some(line) => plain(line) + "\n",
        None => plain(line),
    });
    lines
        .try_for_each(|line| stdout.write_all(line.as_bytes()))
        .and_then(|()| stdout.flush())
        .map_err(CliError::Output)
}

/// Writes the result of a command as JSON. An object gets one more field, `assumptions`, with all remarks.
///
/// # Errors
/// The errors of [`to_stdout`].
pub fn print_json(result: &impl Serialize) -> Result<(), CliError> {
    to_stdout(|out| {
        let mut value = serde_json::to_value(result)?;
        if let Value::Object(fields) = &mut value {
            fields.insert("assumptions".to_owned(), assumptions().into());
        }
        writeln!(out, "{}", escaped(&format!("{value:#}")))
    })
}

/// A progress bar on standard error; invisible if that is not a terminal.
pub fn progress(total: u64) -> ProgressBar {
    say_remarks();
    let bar = ProgressBar::new(total);
    // The template is a constant; if it did not parse, the default style would do.
    if let Ok(style) = ProgressStyle::with_template("{msg:14} {wide_bar} {pos}/{len}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

/// A progress bar in percent for files that are read. Remarks are not printed yet, since the work has not begun.
pub fn percent_bar(message: &'static str) -> ProgressBar {
    let bar = ProgressBar::new(100).with_message(message);
    if let Ok(style) = ProgressStyle::with_template("{msg:14} {wide_bar} {percent} %") {
        bar.set_style(style);
    }
    bar
}

/// A progress bar that also shows the steps per second and the remaining time.
pub fn steps_bar(total: u64, message: &'static str) -> ProgressBar {
    let bar = progress(total).with_message(message);
    if let Ok(style) = ProgressStyle::with_template("{msg:14} {wide_bar} {pos}/{len}  {per_sec}  {eta} left")
    {
        bar.set_style(style);
    }
    bar
}

/// A progress bar for a training with this number of iterations, or `None` if it is not known yet.
pub fn training_bar(iterations: Option<u64>) -> ProgressBar {
    let bar = progress(iterations.unwrap_or(0));
    if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len}  {eta} left") {
        bar.set_style(style);
    }
    bar
}

/// Refuses to replace files that this command has read: called when all inputs are open, and before long work. What
/// writes files refuses this too, but when the work is done.
///
/// # Errors
/// [`CliError::Usage`] if an input would be replaced.
pub fn check_apart(outputs: impl IntoIterator<Item = impl AsRef<Path>>) -> Result<(), CliError> {
    outputs.into_iter().try_for_each(|output| {
        if inputs::contains(output.as_ref()) { Err(would_replace(output.as_ref())) } else { Ok(()) }
    })
}

/// Refuses to replace a file in a network's folder that may belong to the network, even if it is not read.
///
/// # Errors
/// [`CliError::Usage`] if it would be replaced.
pub fn check_outside(output: &Path, network: &Path) -> Result<(), CliError> {
    let may_belong = output.extension().is_some_and(|ending| {
        ["safetensors", "json", "bin"].iter().any(|known| ending.eq_ignore_ascii_case(known))
    });
    let is_inside = || {
        let mut above = output.ancestors().skip(1).filter(|part| !part.as_os_str().is_empty());
        above.any(|part| same_place(part, network))
    };
    if may_belong && network.is_dir() && output.exists() && is_inside() {
        return Err(would_replace(output));
    }
    Ok(())
}

fn would_replace(output: &Path) -> CliError {
    let reason = "this is what is read, and would be replaced; choose another name";
    CliError::Usage(format!("{}: {reason}", output.display()))
}

/// The largest number of results of trainings that were stopped early and that are kept beside a finished
/// result.
const MOST_STOPPED: usize = 1000;

/// The path to which the result of a training that was stopped early is written: the file itself if it does
/// not exist yet, otherwise a file beside it, so that no finished result is replaced by an unfinished one.
pub fn unfinished_place(output: &Path) -> PathBuf {
    if output.symlink_metadata().is_err() {
        return output.to_owned();
    }
    let stem = output.file_stem().unwrap_or_default().to_string_lossy();
    let ending = output.extension().map_or(String::new(), |ending| format!(".{}", ending.to_string_lossy()));
    let place = |count: usize| {
        let number = if count == 1 { String::new() } else { format!("-{count}") };
        output.with_file_name(format!("{stem}.stopped{number}{ending}"))
    };
    (1..=MOST_STOPPED)
        .map(place)
        .find(|place| place.symlink_metadata().is_err())
        .unwrap_or_else(|| output.to_owned())
}

/// Refuses to write a network into a folder in which there is one already, or into a part of a training's folder.
///
/// # Errors
/// [`CliError::Usage`].
pub fn check_unused(folder: &Path) -> Result<(), CliError> {
    let absolute = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let of_training = absolute.parent().is_some_and(Checkpoint::exists);
    let network = ["model_index.json", "config.json", "unet"];
    let reason = if network.iter().any(|part| folder.join(part).symlink_metadata().is_ok()) {
        "there is a network in it, which would be replaced"
    } else if of_training && ["unet", "scheduler", "raw"].iter().any(|part| absolute.ends_with(part)) {
        "this is a part of a training's folder"
    } else {
        return Ok(());
    };
    Err(CliError::Usage(format!("{}: {reason}; choose another folder", folder.display())))
}

/// Refuses a name whose extension promises another format than PNG.
///
/// # Errors
/// [`CliError::Usage`] if it does.
pub fn check_png(path: &Path) -> Result<(), CliError> {
    check_ending(path, &["png"], "pictures are written as PNG; choose a name that ends in .png")
}

/// Refuses a name whose extension promises another format than those of figures.
///
/// # Errors
/// [`CliError::Usage`] if it does.
pub fn check_figure(path: &Path) -> Result<(), CliError> {
    let advice = "figures are written as PNG or SVG; choose a name that ends in .png or .svg";
    check_ending(path, &["png", "svg"], advice)
}

/// Refuses a name whose extension promises another format of this program than tensors.
///
/// # Errors
/// [`CliError::Usage`] if it does.
pub fn check_tensors(path: &Path) -> Result<(), CliError> {
    const OTHERS: [&str; 18] = [
        "apng",
        "bmp",
        "csv",
        "diffuscope",
        "gif",
        "html",
        "jpeg",
        "jpg",
        "json",
        "npy",
        "npz",
        "png",
        "svg",
        "tif",
        "tiff",
        "toml",
        "txt",
        "webp",
    ];
    let is_other = |extension: &OsStr| OTHERS.iter().any(|other| extension.eq_ignore_ascii_case(other));
    if path.extension().is_some_and(is_other) {
        let advice = "tensors are written as safetensors; choose a name that ends in .safetensors";
        return Err(CliError::Usage(format!("{}: {advice}", path.display())));
    }
    Ok(())
}

fn check_ending(path: &Path, endings: &[&str], advice: &str) -> Result<(), CliError> {
    let is_one = |extension: &OsStr| endings.iter().any(|known| extension.eq_ignore_ascii_case(known));
    if path.extension().is_none_or(is_one) {
        return Ok(());
    }
    Err(CliError::Usage(format!("{}: {advice}", path.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remarks_are_kept_once_and_on_one_line() {
        // Other tests in this process may make remarks as well.
        let kept = || {
            remarks().lines.iter().filter(|text| text.starts_with("a remark")).cloned().collect::<Vec<_>>()
        };
        remark("a remark of\nthe test");
        remark("a remark of\nthe test");
        assert_eq!(kept(), ["a remark of the test"]);
    }
}
