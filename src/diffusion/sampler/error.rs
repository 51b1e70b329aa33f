//! What can be wrong with a sampler or with what it is fed.

use thiserror::Error;

/// Why a sampler cannot be built or cannot go on. Every message is one line that says what to do.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum SamplerError {
    /// The number of steps is 0 or larger than the number of timesteps.
    #[error("a sampler's steps must be from 1 to {max}, got {got}")]
    Steps {
        /// Steps asked for.
        got: usize,
        /// Number of timesteps.
        max: usize,
    },
    /// The timestep to start from is not one of the schedule's.
    #[error("the timestep to start from must be from 1 to {max}, got {got}")]
    Start {
        /// Timestep asked for.
        got: usize,
        /// `T`.
        max: usize,
    },
    /// A parameter lies outside its range or is not a number.
    #[error("{parameter} must be from {low:?} to {high:?}, got {value:?}")]
    Parameter {
        /// The parameter's name as in the sampler's JSON.
        parameter: &'static str,
        /// Its value.
        value: f64,
        /// Smallest value allowed.
        low: f64,
        /// Largest value allowed.
        high: f64,
    },
    /// No sampler has this name.
    #[error("sampler {found:?} is not known; known: {}", super::SamplerKind::names().collect::<Vec<_>>().join(", "))]
    UnknownName {
        /// The name.
        found: String,
    },
    /// A run with ε-prediction would start where `ᾱ_t = 0`, so that `x̂_0 = (x_t − √(1−ᾱ_t) ε̂)/√ᾱ_t` cannot be
    /// computed.
    #[error(
        "no signal is left at t = {t}, so ε̂ cannot give x̂_0 there: use v or x_0 prediction, \
         a schedule without zero terminal SNR, or fewer than T leading timesteps"
    )]
    NoSignal {
        /// The timestep.
        t: f64,
    },
    /// An array does not fill its shape.
    #[error("{what} must hold {expected} values, got {got}")]
    Length {
        /// Which array.
        what: &'static str,
        /// Values that it must hold.
        expected: usize,
        /// Values that it holds.
        got: usize,
    },
    /// A shape without pixels, with too many channels, or with more values than memory can address.
    #[error("the shape {shape:?} must have 1 to 255 channels, at least one pixel and fewer than 2^32 values")]
    Shape {
        /// Samples, channels, height and width.
        shape: [usize; 4],
    },
    /// The sampler uses a variance from the network, and the network gave none.
    #[error(
        "the variance is learned, so the network's output must hold {expected} values (twice the \
         channels), got {got}: use a model trained with learned variance, or a fixed variance_type"
    )]
    NoVariance {
        /// Values that the output must hold.
        expected: usize,
        /// Values that it holds.
        got: usize,
    },
    /// The noise that was given has no array for a call that needs one.
    #[error("noise was given for {given} network calls, but call {call} needs some too")]
    NoNoise {
        /// Calls for which there is noise.
        given: usize,
        /// The call, from 1.
        call: usize,
    },
    /// The network's output contains NaN or infinite values.
    #[error(
        "the network's output at t = {t} (call {call} of {calls}) is not finite: check the model's \
         weights and its input"
    )]
    OutputNotFinite {
        /// The timestep.
        t: f64,
        /// The call, from 1.
        call: usize,
        /// Calls of the whole run.
        calls: usize,
    },
    /// The next state contains NaN or infinite values.
    #[error(
        "the state after t = {t} (call {call} of {calls}) is not finite: check the prediction type, \
         or turn clipping on"
    )]
    StateNotFinite {
        /// The timestep.
        t: f64,
        /// The call, from 1.
        call: usize,
        /// Calls of the whole run.
        calls: usize,
    },
    /// An answer was given although the run is complete.
    #[error("the run is complete after {calls} network calls: start a new one")]
    Complete {
        /// Calls of the whole run.
        calls: usize,
    },
}
