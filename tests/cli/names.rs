//! Names and values that would affect a terminal or fill it: nothing of them reaches standard output or
//! standard error.

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use super::{Run, fixture, folder, program, save_picture};

/// A line break, an escape sequence, a character that changes the direction of writing, and a C1 control
/// character.
const ODD: &str = "a\n\u{1b}[31mb\u{202e}gpj\u{85}";

/// Commands that print the name of what they read or write; `ODD` stands for the name.
const COMMANDS: [&str; 26] = [
    "ODD",
    "schedule ODD.json",
    "schedule ODD",
    "noise ODD.png --t 5 --device cpu --raw out.safetensors",
    "noise ODD.tif --t 5 --device cpu --raw out.safetensors",
    "noise chelsea --t 5 --device cpu -o none/ODD.png",
    "noise chelsea --t 5 --device cpu -o ODD.jpg",
    "noise chelsea --t ODD -o out.png",
    "noise chelsea --t 5 --schedule ODD -o out.png",
    "figure ODD -o out.png",
    "figure forward ODD.diffuscope -o out.png",
    "tour ODD.png -o ODD.png",
    "model ODD",
    "model ODD.safetensors",
    "sample --model ODD -o out.png",
    "sample --model fashion --sampler ODD -o out.png",
    "predict --model fashion --input ODD.safetensors -o out.safetensors",
    "train ODD.npz --size 8 -o out",
    "train digits.csv.gz --size 8 --classes ODD -o out",
    "train digits.csv.gz --size 8 --config ODD -o out",
    "train-classifier ODD.csv -o out",
    "eval fashion --data ODD.csv",
    "toy --data moons --score ODD.safetensors",
    "vdm --data ODD --logsnr-max 1 --logsnr-min 0",
    "vdm --data mixture --logsnr-max 1 --logsnr-min 0 --schedule ODD.json",
    "--ODD",
];

fn run(place: &Path, command: &str, odd: &str) -> Run {
    let arguments = command.split(' ').map(|argument| OsString::from(argument.replace("ODD", odd)));
    super::finish(program().current_dir(place).args(arguments).output().unwrap())
}

/// A folder with files of such names, whose contents are not what their extensions promise.
fn place() -> tempfile::TempDir {
    let folder = folder();
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/digits8x8.csv.gz");
    fs::copy(data, folder.path().join("digits.csv.gz")).unwrap();
    for ending in ["json", "tif", "diffuscope", "npz", "csv", "safetensors"] {
        fs::write(folder.path().join(format!("{ODD}.{ending}")), "{").unwrap();
    }
    fs::copy(fixture("exif-2.jpg"), folder.path().join(format!("{ODD}.png"))).unwrap();
    folder
}

fn acts(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c, '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[test]
fn nothing_in_a_name_acts_on_the_terminal() {
    let folder = place();
    for command in COMMANDS {
        let run = run(folder.path(), command, ODD);
        for (stream, text) in [("output", &run.stdout), ("error", &run.stderr)] {
            assert!(!text.contains(acts), "{command:?} on standard {stream}: {text:?}");
        }
        assert!(
            run.stderr.lines().all(|line| line.starts_with("diffuscope: ")),
            "{command:?}: {:?}",
            run.stderr
        );
    }
}

#[test]
fn no_value_fills_the_screen() {
    let folder = place();
    for long in ["x".repeat(5000), "x y".repeat(1700), "9".repeat(5000), format!("/{}", "ab/".repeat(1700))] {
        for command in COMMANDS {
            let run = run(folder.path(), command, &long);
            let longest = run.stderr.lines().map(|line| line.chars().count()).max().unwrap_or(0);
            assert!(longest < 1600, "{command:?}: {} characters: {:.300}", longest, run.stderr);
            let word = run.stderr.split_whitespace().map(|word| word.chars().count()).max().unwrap_or(0);
            assert!(word < 400, "{command:?}: {:.600}", run.stderr);
            assert!(run.code == 1 || run.code == 2, "{command:?}: {}", run.code);
        }
    }
}

#[test]
fn json_keeps_the_name_and_does_not_act() {
    let folder = folder();
    let (place, name) = (folder.path(), format!("run{ODD}"));
    save_picture(&place.join("it.png"), 8, 8);
    let saved = run(place, "model fashion --save ODD", &name);
    assert_eq!(saved.code, 0, "{}", saved.stderr);
    let told = run(place, "model ODD --json", &name);
    assert_eq!(told.code, 0, "{}", told.stderr);
    assert!(!told.stdout.contains(acts), "{:?}", told.stdout);
    let value: serde_json::Value = serde_json::from_str(&told.stdout).unwrap();
    assert_eq!(value["model"], name);
    let text = run(place, "model ODD", &name);
    assert_eq!(text.code, 0, "{}", text.stderr);
    assert!(!text.stdout.contains(acts), "{:?}", text.stdout);
    // A line break in the name breaks no line: every row begins with what it is about.
    for (line, about) in text.stdout.lines().zip(["model ", "weights ", "class ", "parameters "]) {
        assert!(line.starts_with(about), "{:?}", text.stdout);
    }
}

/// Results that are printed name files on their own line.
#[test]
fn line_breaks_in_names_stay_out_of_results() {
    let folder = folder();
    let place = folder.path();
    for class in ["a", "b"] {
        fs::create_dir_all(place.join(format!("d{ODD}")).join(class)).unwrap();
        for i in 0..12 {
            save_picture(&place.join(format!("d{ODD}")).join(class).join(format!("{i}.png")), 8 + i, 8);
        }
    }
    fs::write(place.join(ODD), r#"{"weights": [1], "means": [0], "sds": [1]}"#).unwrap();
    save_picture(&place.join(format!("{ODD}.png")), 32, 32);
    for (command, lines) in [
        ("train-classifier dODD --size 8 --iterations 1 --batch 2 -o cODD", 1),
        ("train dODD --size 8 --config net.json --batch 2 --iterations 1 --sample-every 0 -o rODD", 1),
        ("vdm --data ODD --logsnr-max 1 --logsnr-min 0 --draws 10", 12),
        ("likelihood ODD.png --model fashion --times 2", 2),
    ] {
        fs::write(place.join("net.json"), super::train::NETWORK).unwrap();
        let run = run(place, command, ODD);
        assert_eq!(
            (run.code, run.stdout.lines().count()),
            (0, lines),
            "{command}: {} {}",
            run.stdout,
            run.stderr
        );
        assert!(!run.stdout.contains(acts), "{:?}", run.stdout);
    }
}

#[test]
fn a_folder_for_a_tensor_file_is_called_that() {
    let folder = folder();
    fs::create_dir(folder.path().join("io")).unwrap();
    let run = run(folder.path(), "predict --model fashion --input io -o out.safetensors", "");
    run.failed(1, "io: this is a folder");
}
