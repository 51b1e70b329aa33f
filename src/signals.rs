//! Requests to end: Ctrl-C, `kill`, a terminal that is closed.
//!
//! Until something [heeds](heed) them, the first one ends the program: at once, but for what is to be done
//! [before the end](before_end). Work that can end in good order heeds them, so that the first is only
//! [remembered](received), and handed to those who [asked for it](on_signal). A second one then ends the program:
//! but not right behind the first, as `timeout`, `docker stop` and closed terminals send several of which all mean
//! the same; nor while something is [saved](undisturbed).

use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};
use std::time::{Duration, Instant};

/// Signals that come within this time of the first mean the same as it.
const SAME: Duration = Duration::from_secs(2);

/// A request to end. The values are the system's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Signal {
    /// SIGHUP: the terminal was closed, or the session has ended.
    HangUp = 1,
    /// SIGINT: Ctrl-C.
    Interrupt = 2,
    /// SIGTERM: `kill`, `docker stop`, the end of a batch job, the system going down.
    Terminate = 15,
}

impl Signal {
    const ALL: [Self; 3] = [Self::HangUp, Self::Interrupt, Self::Terminate];

    fn of(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|signal| *signal as u8 == number)
    }

    /// The exit code of a program that ended on it: 128 and its number, as shells have it.
    pub fn exit_code(self) -> u8 {
        128 + self as u8
    }
}

type Waker = Box<dyn Fn(Signal) + Send>;

/// Who is to be told.
struct Listeners {
    heeded: bool,
    /// When the first came that was heeded.
    since: Option<Instant>,
    wakers: Vec<Waker>,
    last: Vec<fn()>,
}

static RECEIVED: AtomicU8 = AtomicU8::new(0);
static LISTENERS: Mutex<Listeners> =
    Mutex::new(Listeners { heeded: false, since: None, wakers: Vec::new(), last: Vec::new() });
/// How many are saving something.
static SAVING: AtomicUsize = AtomicUsize::new(0);
static WATCHING: Once = Once::new();

fn listeners() -> MutexGuard<'static, Listeners> {
    LISTENERS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Catches signals from here on. One that was ignored when the program began is left alone: `nohup` means
/// that the program outlives its terminal, and a shell's background job has no Ctrl-C.
pub fn watch() {
    WATCHING.call_once(|| {
        if let Err(error) = catch() {
            // They then end the program in the middle of things, as they do anywhere else.
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

/// [Heeds](heed) signals, and has the first handed to `waker`, on a thread of its own; now, if it has
/// come already. `waker` must not call this module.
pub fn on_signal(waker: impl Fn(Signal) + Send + 'static) {
    watch();
    let mut listeners = listeners();
    listeners.heeded = true;
    if let Some(signal) = received() {
        waker(signal);
    }
    listeners.wakers.push(Box::new(waker));
}

/// Has `last` called when a signal ends the program at once, the latest first.
pub fn before_end(last: fn()) {
    listeners().last.push(last);
}

/// Until this is let go, no further signal ends the program.
#[derive(Debug)]
pub struct Undisturbed(());

impl Drop for Undisturbed {
    fn drop(&mut self) {
        SAVING.fetch_sub(1, Ordering::Relaxed);
    }
}

/// What is saved from here on is saved whole, however many signals come; [heeded](heed) ones, that is.
pub fn undisturbed() -> Undisturbed {
    SAVING.fetch_add(1, Ordering::Relaxed);
    Undisturbed(())
}

/// A signal has come.
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

/// Without what other threads have registered for the end of the program: they are in the midst of work.
#[cfg(unix)]
fn end(signal: Signal) -> ! {
    signal_hook::low_level::exit(signal.exit_code().into())
}

/// Whether whoever started the program has had it ignore a signal. To ask the system is not safe in Rust's
/// sense; Linux writes it down as well.
#[cfg(target_os = "linux")]
fn ignored(signal: Signal) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    mask >> (signal as u8 - 1) & 1 == 1
}

/// Whether whoever started the program has had it ignore a signal. To ask the system is not safe in Rust's
/// sense; a shell inherits what is ignored, and does not trap it (POSIX), so it lives on after the signal.
#[cfg(all(unix, not(target_os = "linux")))]
fn ignored(signal: Signal) -> bool {
    let number = signal as u8;
    let script = format!("trap 'exit 1' {number}; kill -{number} $$; exit 0");
    std::process::Command::new("/bin/sh").args(["-c", &script]).status().is_ok_and(|status| status.success())
}

/// Ctrl-C, Ctrl-Break, and what Windows says when a console is closed, which do not tell themselves apart.
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
