//! The program as scripts see it: exit codes, standard output, standard error, and files.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests too")]

mod assumptions;
mod broken;
mod cousins;
mod data;
mod eval;
mod figures;
#[cfg(target_os = "linux")]
mod inputs;
#[cfg(unix)]
mod kept;
mod likelihood;
mod machine;
#[cfg(unix)]
mod names;
mod networks;
mod noise;
mod parts;
#[cfg(unix)]
mod runs;
mod schedule;
mod schedulers;
#[cfg(unix)]
mod signals;
mod toy;
mod train;
mod vdm;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// The outcome of running the program in a folder of its own, without a display.
struct Run {
    code: i32,
    stdout: String,
    stderr: String,
}

/// A command that runs the program without a display, in English.
fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_diffuscope"));
    for name in ["DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET", "RUST_BACKTRACE", "DIFFUSCOPE_LANG"] {
        command.env_remove(name);
    }
    for name in ["LANGUAGE", "LC_ALL"] {
        command.env(name, "C");
    }
    command
}

fn finish(output: Output) -> Run {
    Run {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Runs the program in `folder`; arguments are separated by spaces.
fn run_in(folder: &Path, arguments: &str) -> Run {
    finish(program().current_dir(folder).args(arguments.split_whitespace()).output().unwrap())
}

fn run(arguments: &str) -> Run {
    run_in(Path::new(env!("CARGO_MANIFEST_DIR")), arguments)
}

impl Run {
    #[track_caller]
    fn succeeded(self) -> Self {
        assert_eq!((self.code, self.stderr.as_str()), (0, ""), "{}", self.stdout);
        self
    }

    /// Checks that the run has succeeded, and that standard error holds one line for each of these remarks
    /// and nothing else.
    #[track_caller]
    fn remarked(self, parts: &[&str]) -> Self {
        let lines: Vec<&str> = self.stderr.lines().collect();
        assert_eq!((self.code, lines.len()), (0, parts.len()), "{}", self.stderr);
        for (line, part) in lines.iter().zip(parts) {
            assert!(line.starts_with("diffuscope: ") && line.contains(part), "{line:?} lacks {part:?}");
        }
        self
    }

    /// Checks that the run has succeeded, and that every line on standard error contains `part`.
    #[track_caller]
    fn told(self, part: &str) -> Self {
        assert_eq!(self.code, 0, "{}", self.stderr);
        for line in self.stderr.lines() {
            assert!(line.starts_with("diffuscope: ") && line.contains(part), "{line:?} lacks {part:?}");
        }
        self
    }

    /// Checks that the run has failed with this code and exactly one line, which contains `part`, and has
    /// written nothing to standard output.
    #[track_caller]
    fn failed(self, code: i32, part: &str) {
        assert_eq!(self.code, code, "{}", self.stderr);
        assert!(self.stderr.starts_with("diffuscope: ") && self.stderr.ends_with('\n'), "{}", self.stderr);
        assert_eq!(self.stderr.lines().count(), 1, "{}", self.stderr);
        assert!(self.stderr.contains(part), "{:?} lacks {part:?}", self.stderr);
        assert_eq!(self.stdout, "");
    }
}

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// The names in a folder, hidden files included, sorted.
fn contents(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        folder.read_dir().unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/images").join(name)
}

/// Saves a small picture in which every pixel is different.
fn save_picture(path: &Path, width: u32, height: u32) {
    image::RgbImage::from_fn(width, height, |x, y| image::Rgb([(x * 5) as u8, (y * 7) as u8, (x ^ y) as u8]))
        .save(path)
        .unwrap();
}

/// Whether there is an adapter. `DIFFUSCOPE_REQUIRE_GPU` turns its absence into a failure.
fn has_adapter() -> bool {
    use diffuscope::gpu::{Device, Engine};
    match Engine::headless(Device::Gpu) {
        Ok(_) => true,
        Err(error) if std::env::var_os("DIFFUSCOPE_REQUIRE_GPU").is_some() => panic!("{error}"),
        Err(error) => {
            eprintln!("skipped: {error}");
            false
        }
    }
}

#[test]
fn help_and_version_go_to_standard_output() {
    let help = run("--help").succeeded().stdout;
    let commands = [
        "schedule",
        "noise",
        "figure",
        "tour",
        "model",
        "sample",
        "denoise",
        "predict",
        "tokenize",
        "encode",
        "decode",
        "likelihood",
        "train",
        "train-classifier",
        "eval",
        "vdm",
        "doctor",
    ];
    for command in commands.into_iter().chain(["bench", "Examples:"]) {
        assert!(help.contains(command), "{help}");
    }
    assert_eq!(run("--version").succeeded().stdout, concat!("diffuscope ", env!("CARGO_PKG_VERSION"), "\n"));
    for command in commands.into_iter().chain(["bench forward", "bench frame", "bench unet"]) {
        let help = run(&format!("{command} --help")).succeeded().stdout;
        assert!(help.contains("Usage:"), "{help}");
    }
}

#[test]
fn misuse_is_one_line_and_code_2() {
    run("--no-such-option").failed(2, "--no-such-option");
    run("shedule").failed(2, "shedule is neither a command nor a file");
    run("bench").failed(2, "a command is missing");
    run("bench sideways").failed(2, "sideways");
    run("figure").failed(2, "<CHAPTER>");
    run("tour").failed(2, "--output <DIR>");
    run("noise chelsea --t 3").failed(2, "--raw");
    run("noise --t 3 -o a.png").failed(2, "<IMAGE>");
    run("noise chelsea -o a.png").failed(2, "--t <N>");
    // Tensors do not take the place of a picture.
    let folder = folder();
    save_picture(&folder.path().join("cat.png"), 8, 8);
    let before = std::fs::read(folder.path().join("cat.png")).unwrap();
    for command in [
        "encode cat.png --model emoji-latent -o cat.png",
        "predict --model fashion --input cat.png -o cat.png",
        "toy --data moons --raw cat.png",
        "toy-train --data moons -o cat.png",
        "cousins --data moons --family vae --raw cat.png",
        "train-classifier cat.png -o cat.PNG",
        "sample --model fashion --raw cat.png",
        "likelihood cat.png --model fashion --raw cat.png",
        "noise chelsea --t 3 --raw cat.png",
    ] {
        run_in(folder.path(), command).failed(2, "choose a name that ends in .safetensors");
    }
    assert_eq!(std::fs::read(folder.path().join("cat.png")).unwrap(), before);
    // Advice is set off from what is wrong, and what is wrong is said in words of people.
    run("noise chelsea --t 3 -o a.png --sead 4").failed(2, "found; tip: ");
    run("train x -o y --iterations two").failed(2, "'--iterations <N>': this is no whole number; see --help");
}
