//! Checks that the examples do what they say. Each is included as a module, so that all are built once,
//! together.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests too")]

use std::fs;
use std::path::Path;

use diffuscope::imaging::load::open;

#[path = "../examples/custom_sampler.rs"]
#[expect(dead_code, reason = "the test calls `run` with a folder of its own")]
mod custom_sampler;
#[path = "../examples/noise_picture.rs"]
#[expect(dead_code, reason = "the test calls `run` with a folder of its own")]
mod noise_picture;
#[path = "../examples/sample_folder.rs"]
#[expect(dead_code, reason = "the test calls `run` with a folder of its own")]
mod sample_folder;
#[path = "../examples/schedule_curves.rs"]
#[expect(dead_code, reason = "the test calls `run` with a folder of its own")]
mod schedule_curves;

/// Mean and standard deviation of a picture's values in `[-1, 1]`.
fn moments(path: &Path) -> [f32; 2] {
    let pixels = open(path).unwrap().pixels;
    let n = pixels.data.len() as f32;
    let mean = pixels.data.iter().sum::<f32>() / n;
    let variance = pixels.data.iter().map(|v| (v - mean).powi(2)).sum::<f32>() / n;
    [mean, variance.sqrt()]
}

#[test]
fn schedule_curves_writes_a_line_for_each_timestep() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("curves.csv");
    schedule_curves::run(&file).unwrap();
    let text = fs::read_to_string(file).unwrap();
    let lines: Vec<Vec<&str>> = text.lines().map(|line| line.split(',').collect()).collect();
    assert_eq!(lines.len(), 1001);
    assert!(lines.iter().all(|line| line.len() == 7));
    assert_eq!(lines[0][1], "linear_sqrt_alpha_bar");
    // The expected value is √(1 − β₁) of the linear schedule.
    assert_eq!(lines[1][1].parse(), Ok((1.0 - 1e-4_f64).sqrt()));
}

#[test]
fn noise_picture_leaves_less_of_the_picture_each_time() {
    let folder = tempfile::tempdir().unwrap();
    noise_picture::run(Path::new("chelsea"), folder.path()).unwrap();
    let files = [1, 50, 200, 500, 1000].map(|t| folder.path().join(format!("t{t:04}.png")));
    let deviations = files.map(|file| moments(&file)[1]);
    assert!(deviations.is_sorted(), "{deviations:?}");
    // The expected value is the deviation of standard normals that 8 bits clip to [-1, 1].
    assert!((deviations[4] - 0.7184).abs() < 0.01, "{deviations:?}");
}

#[test]
fn sample_folder_opens_what_the_program_brings_and_folders() {
    let folder = tempfile::tempdir().unwrap();
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/models/fashion");
    sample_folder::run(Path::new("fashion"), folder.path(), 2, 2).unwrap();
    let first = fs::read(folder.path().join("sample1.png")).unwrap();
    fs::remove_file(folder.path().join("sample1.png")).unwrap();
    sample_folder::run(&shipped, folder.path(), 2, 2).unwrap();
    assert_eq!(fs::read(folder.path().join("sample1.png")).unwrap(), first, "the same network");
    assert_ne!(fs::read(folder.path().join("sample0.png")).unwrap(), first, "of another class");
}

#[test]
fn custom_sampler_draws_trousers() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("trousers.png");
    custom_sampler::run(&file, 8).unwrap();
    let pixels = open(&file).unwrap().pixels;
    let (height, width) = (pixels.height, pixels.width);
    // The picture shows trousers: light legs in the middle, on a black ground.
    let column = |x: usize| (0..height).map(|y| pixels.at(0, y, x)).sum::<f32>() / height as f32;
    let (edge, leg) = (column(1).max(column(width - 2)), column(width / 2 - 3).max(column(width / 2 + 3)));
    assert!(edge < -0.9 && leg > 0.0, "{edge} {leg}");
}
