//! Thousands of sound files with small changes, given to everything that reads files. There must be no panic,
//! no long wait, not too much memory, and no file left behind.
//!
//! A short part runs with all tests. The long part is started by
//!
//! ```sh
//! DIFFUSCOPE_MUTATIONS=100000 cargo test --release --test mutations -- --nocapture
//! ```
//!
//! Each input follows from the seed and the input's number, and a failure names both.
//! `DIFFUSCOPE_MUTATION=SEED:NUMBER` makes only that input, and leaves its file in the folder for temporary
//! files.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests too")]

mod corpus;
mod mutate;
mod random;

use std::collections::BTreeMap;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use peak_alloc::PeakAlloc;
use tempfile::TempDir;

use self::corpus::{Case, Kind, kinds, packed};
use self::random::Random;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// The number of inputs in the short part.
const SHORT: u64 = 3000;
/// The usual seed.
const SEED: u64 = 20_261_129;
/// The most memory, in bytes, that may be taken for an input: pictures may take 512 MiB, and decoders hold
/// them twice.
const MOST_BYTES: usize = (1 << 30) + (1 << 28);
/// The longest time that an input may take. It is generous, as this program is usually built without
/// optimisation.
const LONGEST: Duration = Duration::from_secs(30);

/// The input that is being read, with the time at which it began, for the watching thread.
static IN_FLIGHT: Mutex<Option<(Instant, String)>> = Mutex::new(None);

/// Starts a thread that ends the whole program if an input takes too long, since nothing else can end it.
fn watch() {
    std::thread::spawn(|| {
        loop {
            std::thread::sleep(Duration::from_millis(500));
            if let Some((start, what)) = &*IN_FLIGHT.lock().unwrap()
                && start.elapsed() > LONGEST
            {
                eprintln!("{what}: still read after {LONGEST:?}");
                std::process::abort();
            }
        }
    });
}

/// The folder of a case, with its sound files, and the names in it.
struct Place {
    folder: TempDir,
    names: Vec<PathBuf>,
}

impl Place {
    fn new(case: &Case) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (index, (name, _)) in case.files.iter().enumerate() {
            fs::create_dir_all(folder.path().join(name).parent().unwrap()).unwrap();
            write(case, folder.path(), index, None);
        }
        let names = names(folder.path());
        Self { folder, names }
    }
}

/// Writes a file of a case: the changed bytes, or the sound ones if there are none.
fn write(case: &Case, folder: &Path, index: usize, changed: Option<&[u8]>) {
    let (name, sound) = &case.files[index];
    let bytes = packed(case.packing, changed.unwrap_or(sound));
    fs::write(folder.join(name), bytes).unwrap();
}

/// The paths of everything in a folder and below it.
fn names(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in folder.read_dir().unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_dir() {
            all.extend(names(&entry.path()));
        }
        all.push(entry.path());
    }
    all.sort();
    all
}

/// The outcome of an input.
struct Seen {
    kind: &'static str,
    opened: bool,
    time: Duration,
    memory: usize,
}

/// Makes one input and opens it.
fn attempt(kinds: &[Kind], places: &[Vec<Place>], seed: u64, number: u64) -> Result<Seen, String> {
    let mut random = Random::of(seed, number);
    let kind_index = number as usize % kinds.len();
    let kind = &kinds[kind_index];
    let case_index = random.below(kind.cases.len());
    let (case, place) = (&kind.cases[case_index], &places[kind_index][case_index]);
    let index = *random.one(&case.changed);
    let others: Vec<&[u8]> = kind.cases.iter().map(|other| &other.files[0].1[..]).collect();
    let changed = mutate::mutate(&mut random, &case.files[index].1, &others);
    let folder = place.folder.path();
    write(case, folder, index, Some(&changed));

    let input = format!("{} ({}), DIFFUSCOPE_MUTATION={seed}:{number}", kind.name, case.files[index].0);
    let start = Instant::now();
    *IN_FLIGHT.lock().unwrap() = Some((start, input.clone()));
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let result = catch_unwind(AssertUnwindSafe(|| (kind.open)(&folder.join(&case.opened))));
    let memory = MEMORY.peak_usage().saturating_sub(before);
    let time = start.elapsed();
    *IN_FLIGHT.lock().unwrap() = None;

    let left = names(folder);
    if std::env::var_os("DIFFUSCOPE_MUTATION").is_some() {
        let kept = std::env::temp_dir().join(format!("diffuscope-mutation-{seed}-{number}"));
        fs::write(&kept, &changed).unwrap();
        eprintln!("{input}: {result:?} in {time:?} with {} MB; {}", memory >> 20, kept.display());
    }
    write(case, folder, index, None);
    let failed = |what: String| Err(format!("{input}: {what}"));
    if left != place.names {
        return failed(format!("files left or lost: {left:?}"));
    }
    if memory > MOST_BYTES {
        return failed(format!("{} MB of memory", memory >> 20));
    }
    match result {
        Err(_) => failed("a panic".to_owned()),
        Ok(Err(text)) if text.trim().is_empty() => failed("an error without words".to_owned()),
        Ok(opened) => Ok(Seen { kind: kind.name, opened: opened.is_ok(), time, memory }),
    }
}

/// The input that is named by `DIFFUSCOPE_MUTATION=SEED:NUMBER`.
fn the_one() -> Option<(u64, u64)> {
    let text = std::env::var("DIFFUSCOPE_MUTATION").ok()?;
    let (seed, number) = text.split_once(':').expect("SEED:NUMBER");
    Some((seed.parse().expect("a seed"), number.parse().expect("a number")))
}

#[test]
fn files_with_something_wrong_are_errors_and_no_more() {
    let kinds = kinds();
    let places: Vec<Vec<Place>> =
        kinds.iter().map(|kind| kind.cases.iter().map(Place::new).collect()).collect();
    for (kind, places) in kinds.iter().zip(&places) {
        for (case, place) in kind.cases.iter().zip(places) {
            let sound = (kind.open)(&place.folder.path().join(&case.opened));
            assert_eq!(sound, Ok(()), "{} as it was", kind.name);
        }
    }
    watch();
    if let Some((seed, number)) = the_one() {
        attempt(&kinds, &places, seed, number).map(drop).unwrap();
        return;
    }
    let number = |name: &str, usual| std::env::var(name).map_or(usual, |text| text.parse().unwrap());
    let (count, seed) = (number("DIFFUSCOPE_MUTATIONS", SHORT), number("DIFFUSCOPE_MUTATIONS_SEED", SEED));
    // Panics are reported below, once and with the input's number.
    std::panic::set_hook(Box::new(|_| {}));
    let (mut failures, mut table) = (Vec::new(), BTreeMap::<&str, (u64, u64, Duration, usize)>::new());
    for input in 0..count {
        match attempt(&kinds, &places, seed, input) {
            Ok(seen) => {
                let row = table.entry(seen.kind).or_default();
                row.0 += 1;
                row.1 += u64::from(seen.opened);
                row.2 = row.2.max(seen.time);
                row.3 = row.3.max(seen.memory);
            }
            Err(failure) => failures.push(failure),
        }
    }
    drop(std::panic::take_hook());
    for (kind, (count, opened, time, memory)) in table {
        eprintln!(
            "{kind:12} {count:7} inputs, {opened:6} opened, at most {time:.2?} and {} MB",
            memory >> 20
        );
    }
    assert!(failures.is_empty(), "{} of {count}:\n{}", failures.len(), failures.join("\n"));
}
