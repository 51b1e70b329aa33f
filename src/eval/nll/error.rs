//! Why a likelihood cannot be computed, each told in one line that a person can act on.

use crate::diffusion::solvers::SolverError;
use crate::model::ModelError;

/// Why a likelihood cannot be computed.
#[derive(Debug, thiserror::Error)]
pub enum LikelihoodError {
    /// The network predicts ε, and no signal is left at T.
    #[error(
        "no signal is left at t = {t}, so ε̂ cannot give x̂_0 there and the bound is infinite: take a network that \
         predicts v or x_0, or a schedule without zero terminal SNR"
    )]
    NoSignal {
        /// The timestep.
        t: usize,
    },
    /// The pictures do not fill their shape, or have no values.
    #[error("the pictures of shape {shape:?} must hold {} values and at least one, got {got}", shape.iter().product::<usize>())]
    Pictures {
        /// Samples, channels, height and width.
        shape: [usize; 4],
        /// Values that there are.
        got: usize,
    },
    /// A value of a picture is not a number from −1 to 1.
    #[error("a picture holds {found}; values are from -1 (black) to 1 (white)")]
    Value {
        /// The value.
        found: f32,
    },
    /// The noise that was given does not have a value for each timestep and each value of the pictures.
    #[error(
        "the noise must hold {expected} values, as many as the pictures for each of {steps} timesteps; got {got}"
    )]
    Noise {
        /// T.
        steps: usize,
        /// Values that it must hold.
        expected: usize,
        /// Values that it holds.
        got: usize,
    },
    /// There is no such timestep.
    #[error("the timestep must be from 1 to T = {steps}, got {got}")]
    Timestep {
        /// T.
        steps: usize,
        /// The timestep.
        got: usize,
    },
    /// The network's output does not have the size of a prediction, or of a prediction and a variance.
    #[error("the network's output must hold {expected} values, or twice as many with a variance; got {got}")]
    Output {
        /// Values of the pictures.
        expected: usize,
        /// Values of the output.
        got: usize,
    },
    /// The variance should be the network's, which gives none.
    #[error("the network gives no variance, as its output has no second half; take a fixed one")]
    NoVariance,
    /// The network's output has a value that is NaN or infinite.
    #[error("the network's output at t = {t} is not finite: check the model's weights")]
    NotFinite {
        /// The timestep.
        t: f64,
    },
    /// The variance that the network gives cannot be one.
    #[error("the variance that the network gives at t = {t} is {found}, which must be finite and above 0")]
    Variance {
        /// The timestep.
        t: usize,
        /// The variance.
        found: f64,
    },
    /// The path of the ODE left the finite numbers.
    #[error(transparent)]
    Path(#[from] SolverError),
    /// The network could not be computed.
    #[error(transparent)]
    Model(#[from] ModelError),
}
