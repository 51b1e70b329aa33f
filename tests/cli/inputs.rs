//! Paths that are not files of the kind that is needed, given to everything that takes a path. Each must give
//! one line that names the path, at once and without taking memory for its contents.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use super::{Run, contents, folder, program};

/// Every command and option that reads a path from the user, with the endings of names that it is tried with;
/// `PATH` stands for the path.
const READERS: [(&str, &[&str]); 22] = [
    ("PATH", &["", ".png", ".diffuscope", ".json", "scheduler_config.json"]),
    ("schedule PATH", &[".json"]),
    ("noise PATH --t 5 --device cpu --raw out.safetensors", &["", ".png", ".tif"]),
    ("noise chelsea --t 5 --device cpu --schedule PATH --raw out.safetensors", &[".json"]),
    ("figure forward PATH -o out.png", &["", ".png", ".diffuscope", ".json", "scheduler_config.json"]),
    ("figure forward --schedule PATH -o out.png", &[".json"]),
    ("figure forward --compare PATH -o out.png", &[".json"]),
    ("tour PATH -o out", &["", ".png", ".diffuscope"]),
    ("model PATH", &["", ".safetensors", ".json", ".ckpt"]),
    ("model fashion --schedule PATH", &[".json"]),
    ("sample --model PATH -n 1 -o out.png", &["", ".safetensors"]),
    ("denoise PATH --from-t 5 --model fashion -o out.png", &["", ".png"]),
    ("denoise chelsea --from-t 5 --model PATH -o out.png", &["", ".safetensors"]),
    ("predict --model PATH --input PATH -o out.safetensors", &["", ".safetensors"]),
    ("predict --model fashion --input PATH -o out.safetensors", &["", ".safetensors"]),
    ("train PATH --size 8 --iterations 1 -o out", &["", ".npz", ".csv", ".csv.gz", "-idx3-ubyte"]),
    ("train DATA --size 8 --iterations 1 --config PATH -o out", &[".json"]),
    ("train DATA --size 8 --iterations 1 --schedule PATH -o out", &[".json"]),
    ("train-classifier PATH --size 8 -o out", &["", ".npz", ".csv", "-idx3-ubyte.gz"]),
    ("eval PATH --data DATA", &["", ".safetensors"]),
    ("eval fashion --data PATH", &["", ".npz", ".csv"]),
    ("toy --data moons --score PATH", &["", ".safetensors"]),
];

/// The most memory that a command takes before it has looked at its input. This includes the networks that
/// come with the program, data and graphics.
const MOST_KIB: u64 = 600 << 10;

/// Makes one path of each kind, with names that end in `ending`.
fn things(place: &Path, ending: &str) -> Vec<(String, &'static [&'static str])> {
    let name = |kind: &str| format!("{kind}{ending}");
    std::os::unix::fs::symlink("/dev/zero", place.join(name("endless"))).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(place.join(name("stream"))).status().unwrap().success());
    // The listener is closed, but the socket stays.
    drop(std::os::unix::net::UnixListener::bind(place.join(name("wire"))).unwrap());
    fs::create_dir(place.join(name("place"))).unwrap();
    fs::write(place.join(name("empty")), "").unwrap();
    fs::File::create(place.join(name("sparse"))).unwrap().set_len(5 << 30).unwrap();
    vec![
        (name("endless"), &["device"]),
        (name("stream"), &["pipe"]),
        (name("wire"), &["socket"]),
        (name("place"), &[]),
        (name("empty"), &[]),
        (name("sparse"), &[]),
    ]
}

/// Runs a command to its end, but not for more than 20 seconds. Returns the run and the most memory that was
/// seen.
fn watched(place: &Path, arguments: &str) -> Result<(Run, u64), String> {
    let mut command = program();
    command.current_dir(place).args(arguments.split_whitespace()).stdin(Stdio::null());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let (start, mut peak) = (Instant::now(), 0);
    while child.try_wait().unwrap().is_none() {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
        peak = peak.max(kib.unwrap_or(0));
        if start.elapsed() > Duration::from_secs(20) {
            child.kill().unwrap();
            return Err(format!("{arguments}: still running, with {peak} KiB"));
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    Ok((super::finish(child.wait_with_output().unwrap()), peak))
}

/// What goes wrong when a command is given paths of all kinds with this ending.
fn failures(command: &str, ending: &str) -> Vec<String> {
    let folder = folder();
    let place = folder.path();
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/digits8x8.csv.gz");
    fs::copy(data, place.join("digits.csv.gz")).unwrap();
    let things = things(place, ending);
    let before = contents(place);
    let wrong = |arguments: &str, name: &str, words: &[&str]| {
        let (run, peak) = watched(place, arguments)?;
        let text = run.stderr.trim_end();
        let wrong = if !matches!(run.code, 1 | 2) {
            format!("exit code {}", run.code)
        } else if !text.starts_with("diffuscope: ") || text.lines().count() != 1 || !run.stdout.is_empty() {
            "not one line".to_owned()
        } else if !text.contains(name) || !words.iter().all(|word| text.contains(word)) {
            "not named".to_owned()
        } else if peak > MOST_KIB {
            format!("{} MiB", peak >> 10)
        } else if contents(place) != before {
            format!("left {:?}", contents(place))
        } else {
            return Ok(());
        };
        Err(format!("{arguments}: {wrong}: {}{text}", run.stdout))
    };
    let attempt = |(name, words): (String, &[&str])| {
        wrong(&command.replace("PATH", &name).replace("DATA", "digits.csv.gz"), &name, words).err()
    };
    things.into_iter().filter_map(attempt).collect()
}

#[test]
fn what_is_no_file_is_refused_by_name_everywhere() {
    // Most of the time is spent on starting programs, so this is done on several threads.
    let failures: Vec<String> = std::thread::scope(|scope| {
        let rows: Vec<_> = READERS
            .chunks(READERS.len().div_ceil(4))
            .map(|rows| {
                scope.spawn(move || {
                    let pairs = rows
                        .iter()
                        .flat_map(|(command, endings)| endings.iter().map(move |ending| (command, ending)));
                    pairs.flat_map(|(command, ending)| failures(command, ending)).collect::<Vec<_>>()
                })
            })
            .collect();
        rows.into_iter().flat_map(|row| row.join().unwrap()).collect()
    });
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
