//! Pictures and paths that are not possible: each gives one line with the file's name, and leaves nothing
//! behind.

use std::fs;
use std::path::Path;

use super::{contents, fixture, folder, program, run_in, save_picture};

/// A PNG that announces a size but holds no pixels.
fn png_header(width: u32, height: u32) -> Vec<u8> {
    let mut header = [width.to_be_bytes(), height.to_be_bytes()].concat();
    header.extend([8, 2, 0, 0, 0]);
    [b"\x89PNG\r\n\x1a\n", &chunk("IHDR", &header)[..], &chunk("IDAT", b"")].concat()
}

/// A chunk of a PNG: length, kind, content, CRC-32.
fn chunk(kind: &str, content: &[u8]) -> Vec<u8> {
    let body = [kind.as_bytes(), content].concat();
    let mut crc = !0u32;
    for &byte in &body {
        crc ^= u32::from(byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 };
        }
    }
    [&(content.len() as u32).to_be_bytes()[..], &body, &(!crc).to_be_bytes()].concat()
}

#[test]
fn broken_pictures_are_named() {
    let folder = folder();
    let path = folder.path();
    save_picture(&path.join("whole.png"), 60, 60);
    let whole = fs::read(path.join("whole.png")).unwrap();
    fs::remove_file(path.join("whole.png")).unwrap();
    fs::write(path.join("cut.png"), &whole[..whole.len() / 2]).unwrap();
    fs::write(path.join("empty.png"), "").unwrap();
    fs::write(path.join("text.png"), "not a picture at all").unwrap();
    fs::write(path.join("huge.png"), png_header(40_000, 40_000)).unwrap();
    fs::write(path.join("scene.diffuscope"), "{}").unwrap();
    fs::create_dir(path.join("folder")).unwrap();
    let before = contents(path);
    for (name, reason) in [
        ("cut.png", "damaged or cut short"),
        ("empty.png", "empty"),
        ("text.png", "not a picture"),
        ("huge.png", "too large"),
        ("folder", "this is a folder"),
        ("missing.png", "there is no such file"),
    ] {
        let named = format!("{name}: ");
        for command in [
            "noise NAME --t 5 -o out.png --raw out.safetensors",
            "figure forward NAME -o out.png",
            "tour NAME -o out",
            "NAME",
        ] {
            let run = run_in(path, &command.replace("NAME", name));
            assert!(run.stderr.contains(reason), "{command} {name}: {}", run.stderr);
            run.failed(1, &named);
        }
    }
    run_in(path, "figure forward scene.diffuscope -o out.png").failed(1, "scene.diffuscope");
    run_in(path, "scene.diffuscope").failed(1, "scene.diffuscope");
    assert_eq!(contents(path), before);
}

#[test]
fn odd_pictures_work() {
    let folder = folder();
    let path = folder.path();
    save_picture(&path.join("one.png"), 1, 1);
    save_picture(&path.join("thin.png"), 1, 4000);
    image::ImageBuffer::<image::Rgb<u16>, _>::from_fn(9, 9, |x, y| {
        image::Rgb([(x * 7000) as u16, (y * 7000) as u16, 1])
    })
    .save(path.join("deep.png"))
    .unwrap();
    fs::copy(fixture("cmyk-adobe.jpg"), path.join("inks.jpg")).unwrap();
    for (name, size) in
        [("one.png", (1, 1)), ("thin.png", (1, 2048)), ("deep.png", (9, 9)), ("inks.jpg", (24, 16))]
    {
        let run = run_in(path, &format!("noise {name} --t 5 --device cpu -o out.png"));
        if name == "thin.png" {
            run.remarked(&["scaled down from 1 × 4000"])
        } else {
            run.succeeded()
        };
        let out = image::open(path.join("out.png")).unwrap();
        assert_eq!((out.width(), out.height()), size, "{name}");
    }
}

#[test]
fn numbers_out_of_range_are_refused() {
    let folder = folder();
    let path = folder.path();
    let refuse = |arguments: &str, part: &str| run_in(path, arguments).failed(2, part);
    refuse("noise chelsea --t 0 -o out.png", "--t must be from 1 to T = 1000, got 0");
    refuse("noise chelsea --t 1001 -o out.png", "got 1001");
    refuse("noise chelsea --t -1 -o out.png", "--t");
    refuse("noise chelsea --t 1.5 -o out.png", "--t");
    refuse("noise chelsea --t 1 --steps 1 -o out.png", "T must be from 2 to 10000");
    refuse("noise chelsea --t 1 --steps 10001 -o out.png", "got 10001");
    refuse("noise chelsea --t 1 --schedule foo -o out.png", "foo");
    refuse("noise chelsea --t 1 --seed -1 -o out.png", "--seed");
    refuse("noise chelsea --t 1 --device tpu -o out.png", "tpu");
    for size in ["0", "31", "2049", "-4", "99999999999"] {
        refuse(&format!("noise chelsea --t 1 --size {size} -o out.png"), "--size");
    }
    refuse("noise chelsea --t 1 -o out.jpg", "out.jpg: pictures are written as PNG");
    refuse("noise chelsea --t 1 -o same.png --raw same.png", "same.png: ");
    refuse("figure sideways -o out.png", "sideways");
    refuse("figure forward --t 0 -o out.png", "got 0");
    refuse("figure forward --t 1001 -o out.png", "got 1001");
    refuse("figure forward --steps 50 --t 51 -o out.png", "T = 50");
    refuse("figure forward --compare foo -o out.png", "foo");
    refuse("figure forward --theme sepia -o out.png", "sepia");
    refuse("figure forward -o out.gif", "out.gif");
    refuse("figure forward --size 320x320 --lettering 4 -o out.png", "at least 1600 × 1200");
    for size in ["0x0", "1600", "1600x", "-5x900", "1600x100000", "99999999999x1", "axb"] {
        refuse(&format!("figure forward --size {size} -o out.png"), "--size");
        refuse(&format!("tour --size {size} -o out"), "--size");
    }
    assert_eq!(contents(path), [""; 0]);
}

#[test]
fn places_that_cannot_be_written() {
    let folder = folder();
    let path = folder.path();
    save_picture(&path.join("it.png"), 8, 8);
    let device = "--device cpu";
    let fail = |arguments: &str, part: &str| run_in(path, arguments).failed(1, part);
    fail(&format!("noise it.png --t 5 {device} -o none/out.png"), "none/out.png");
    fail(&format!("noise it.png --t 5 {device} --raw none/out.st"), "none/out.st");
    fail(&format!("noise it.png --t 5 {device} -o out.png --raw none/out.st"), "none/out.st");
    fail(&format!("noise it.png --t 5 {device} -o none/out.png --raw out.st"), "none/out.png");
    if Path::new("/proc/self").exists() {
        fail(&format!("noise it.png --t 5 {device} -o /proc/out.png"), "/proc/out.png");
        fail("schedule linear -o /proc/out.csv", "/proc/out.csv");
        fail("tour it.png -o /proc/out", "/proc/out");
    }
    // In other programs, a dash stands for their standard output.
    for command in ["noise it.png --t 5 -o -", "schedule linear -o -", "tour it.png -o -"] {
        fail(command, "a dash is no file here: leave the option out where the command prints its result");
    }
    fail("tour it.png -o it.png", "it.png: could not be written (a file stands where the folder would be)");
    assert_eq!(contents(path), ["it.png"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    let full = fs::File::options().write(true).open("/dev/full").unwrap();
    let child =
        program().args(["schedule", "linear"]).stdout(full).stderr(std::process::Stdio::piped()).spawn();
    let run = super::finish(child.unwrap().wait_with_output().unwrap());
    run.failed(1, "standard output");
}

/// A result that has nowhere to go is not lost in silence; one in a file is none of standard output.
#[cfg(target_os = "linux")]
#[test]
fn a_closed_standard_output_is_an_error() {
    let folder = folder();
    let run = |arguments: &str, more: &str| {
        let mut shell = std::process::Command::new("sh");
        // As if run by a service: with the variable unset the program starts itself once more.
        shell.env_remove("XDG_RUNTIME_DIR").current_dir(folder.path());
        let line = format!("exec '{}' {arguments} >&- {more}", env!("CARGO_BIN_EXE_diffuscope"));
        super::finish(shell.args(["-c", &line]).output().unwrap())
    };
    for command in [
        "schedule linear",
        "schedule linear --format json",
        "model fashion",
        "model fashion --json",
        "lesson --list",
        "vdm --data mixture --logsnr-max 1 --logsnr-min 0 --draws 10000000",
        "--help",
        "--version",
    ] {
        run(command, "").failed(1, "cannot write to standard output: it is closed");
        run(command, "<&-").failed(1, "cannot write to standard output: it is closed");
    }
    run("schedule linear -o it.csv", "").succeeded();
    assert_eq!(contents(folder.path()), ["it.csv"]);
    assert_eq!(run("schedule linear", ">/dev/null").code, 0);
}

/// Advice that can be followed: a shell's file is named, or the option is left out.
#[cfg(target_os = "linux")]
#[test]
fn a_file_that_a_shell_has_opened_is_not_replaced() {
    let folder = folder();
    let line = format!("exec '{}' schedule linear -o /dev/stdout >it.csv", env!("CARGO_BIN_EXE_diffuscope"));
    let output = std::process::Command::new("sh").args(["-c", &line]).current_dir(folder.path()).output();
    super::finish(output.unwrap()).failed(1, "name that file itself, or leave the option out");
    assert_eq!(fs::read(folder.path().join("it.csv")).unwrap(), b"");
}

/// A line break in the name of a file must not break the message into two lines.
#[cfg(unix)]
#[test]
fn names_with_line_breaks_stay_on_the_line() {
    let output = program().args(["noise", "a\nb.png", "--t", "1", "-o", "x.png"]).output().unwrap();
    super::finish(output).failed(1, "a b.png: there is no such file");
}
