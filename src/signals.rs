//! Requests to end the program: Ctrl-C, `kill`, a terminal that is closed.
//!
//! Until something [heeds](heed) signals, the first one ends the program at once, after what is registered [for the
//! end](before_end). Work that can end in good order heeds them: then the first signal is only [remembered](received),
//! and reported to those who [registered for it](on_signal). A second signal then ends the program, with two
//! exceptions: if it follows right behind the first, as `timeout`, `docker stop` and closed terminals send several
//! signals that mean the same; and while something is [saved](undisturbed).

use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};
use std::time::{Duration, Instant};

/// Signals that come within this time after the first one mean the same.
const SAME: Duration = Duration::from_secs(2);

/// A request to end. The values are the system's numbers of the signals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Signal {
    /// SIGHUP: the terminal was closed, or the session has ended.
    HangUp = 1,
    /// SIGINT: Ctrl-C.
    Interrupt = 2,
    /// SIGTERM: `kill`, `docker stop`, the end of a batch job, a shutdown of the system.
    Terminate = 15,
}

impl Signal {
    const ALL: [Self; 3] = [Self::HangUp, Self::Interrupt, Self::Terminate];

    fn of(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|signal| *signal as u8 == number)
    }

    /// The exit code of a program that ended because of the signal: 128 plus its number, as in shells.
    pub fn exit_code(self) -> u8 {
        128 + self as u8
    }
}

type Waker = Box<dyn Fn(Signal) + Send>;

/// What happens when a signal comes.
struct Listeners {
    heeded: bool,
    /// When the first heeded signal came.
    since: Option<Instant>,
    wakers: Vec<Waker>,
    last: Vec<fn()>,
}

static RECEIVED: AtomicU8 = AtomicU8::new(0);
static LISTENERS: Mutex<Listeners> =
    Mutex::new(Listeners { heeded: false, since: None, wakers: Vec::new(), last: Vec::new() });
/// How many places are saving something at the moment.
static SAVING: AtomicUsize = AtomicUsize::new(0);
static WATCHING: Once = Once::new();

fn listeners() -> MutexGuard<'static, Listeners> {
    LISTENERS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Catches signals from now on. Signals that were ignored when the program was started stay ignored: with `nohup` the
/// program is meant to outlive its terminal, and a shell's background job does not react to Ctrl-C.
pub fn watch() {
    WATCHING.call_once(|| {
        if let Err(error) = catch() {
            // Signals then end the program immediately, as they do with any other program.
            log::warn!("signals are not caught: {error}");
        }
    });
}

/// From here on the first signal is only remembered.
pub fn heed() {
    watch();
    listeners().heeded = true;
}

/// The first signal that came.
pub fn received() -> Option<Signal> {
    Signal::of(RECEIVED.load(Ordering::Relaxed))
}

/// [Heeds](heed) signals, and calls `waker` with the first one, on another thread; immediately, if it has come already.
/// `waker` must not call this module.
pub fn on_signal(waker: impl Fn(Signal) + Send + 'static) {
    watch();
    let mut listeners = listeners();
    listeners.heeded = true;
    if let Some(signal) = received() {
        waker(signal);
    }
    listeners.wakers.push(Box::new(waker));
}

/// Registers a function that is called when a signal ends the program at once; the latest is called first.
pub fn before_end(last: fn()) {
    listeners().last.push(last);
}

/// As long as this value lives, no further signal ends the program.
#[derive(Debug)]
pub struct Undisturbed(());

impl Drop for Undisturbed {
    fn drop(&mut self) {
        SAVING.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Makes sure that what is saved from now on is saved whole, however many [heeded](heed) signals come.
pub fn undisturbed() -> Undisturbed {
    SAVING.fetch_add(1, Ordering::Relaxed);
    Undisturbed(())
}

/// Handles a signal.
fn arrived(signal: Signal) {
    let first = RECEIVED.compare_exchange(0, signal as u8, Ordering::Relaxed, Ordering::Relaxed).is_ok();
    let mut listeners = listeners();
    if first && listeners.heeded {
        listeners.since = Some(Instant::now());
        listeners.wakers.iter().for_each(|waker| waker(signal));
        return;
    }
    let is_same = listeners.since.is_some_and(|since| since.elapsed() < SAME);
    if is_same || listeners.heeded && SAVING.load(Ordering::Relaxed) > 0 {
        return;
    }
    listeners.last.iter().rev().for_each(|last| last());
    end(signal);
}

#[cfg(unix)]
fn catch() -> std::io::Result<()> {
    let wanted: Vec<Signal> = Signal::ALL.into_iter().filter(|&signal| !ignored(signal)).collect();
    let numbers: Vec<i32> = wanted.iter().map(|&signal| signal as i32).collect();
    let mut signals = signal_hook::iterator::Signals::new(numbers)?;
    std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        let known = |number: i32| Signal::of(u8::try_from(number).ok()?);
        signals.forever().filter_map(known).for_each(arrived);
    })?;
    Ok(())
}

/// Ends the program without running what other threads have registered for the end, since they are in the middle of
/// their work.
#[cfg(unix)]
fn end(signal: Signal) -> ! {
    signal_hook::low_level::exit(signal.exit_code().into())
}

/// Whether the program was started with this signal ignored. Asking the system is not safe code in Rust, but Linux also
/// writes it to a file.
#[cfg(target_os = "linux")]
fn ignored(signal: Signal) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    mask >> (signal as u8 - 1) & 1 == 1
}

/// Whether the program was started with this signal ignored. Asking the system is not safe code in Rust; but a shell
/// inherits ignored signals and cannot trap them (POSIX), so a shell that survives the signal tells.
#[cfg(all(unix, not(target_os = "linux")))]
fn ignored(signal: Signal) -> bool {
    let number = signal as u8;
    let script = format!("trap 'exit 1' {number}; kill -{number} $$; exit 0");
    std::process::Command::new("/bin/sh").args(["-c", &script]).status().is_ok_and(|status| status.success())
}

/// Handles Ctrl-C, Ctrl-Break and Windows' signal for a closed console, which cannot be told apart.
#[cfg(not(unix))]
fn catch() -> std::io::Result<()> {
    ctrlc::set_handler(|| arrived(Signal::Interrupt)).map_err(std::io::Error::other)
}

#[cfg(not(unix))]
fn end(signal: Signal) -> ! {
    std::process::exit(signal.exit_code().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exit_codes_are_those_of_shells() {
        let codes = Signal::ALL.map(Signal::exit_code);
        assert_eq!(codes, [129, 130, 143]);
        assert!(Signal::ALL.into_iter().all(|signal| Signal::of(signal as u8) == Some(signal)));
        assert_eq!(Signal::of(9), None);
    }
}
