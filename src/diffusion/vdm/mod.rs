//! The continuous-time loss of Kingma et al. 2021, "Variational Diffusion Models", exactly, for data on the line.
//!
//! `x_t = α_t x + σ_t ε` for t from 0 to 1, and `SNR(t) = α_t²/σ_t²` falls from one given end to the other. With the
//! ideal denoiser, `x̂ = E[x | x_t]`, the loss is in nats
//!
//! `L_∞ = −½ ∫_0^1 SNR′(t) mmse(SNR(t)) dt = ½ ∫ mmse(v) dv` (eq. 17 and 18),
//!
//! where `mmse(v) = E (x − x̂)²` depends on the SNR alone: so the [ends](Ends) matter, and the [schedule](Schedule)
//! between them does not. It does matter to the loss of T steps, and to the variance of estimates.
//!
//! | file | what it is |
//! | --- | --- |
//! | `conditional.rs`, `mmse.rs` | what is left of the data's variance at one SNR |
//! | `profile.rs` | the same as a curve over log-SNR, which is computed once per data |
//! | `kinds/`, `schedule.rs` | log-SNR over t: formulas and tables, stretched to given ends |
//! | `loss.rs` | the loss over t, over SNR, and of T steps |
//! | `variance.rs` | the variance of an estimate from k times, exactly |
//! | `estimate.rs` | the estimate itself, by chance |
//! | [`gamma`] | γ(t) as a monotone network, which is learned beside a denoiser |
//!
//! ```
//! use diffuscope::diffusion::data::LineData;
//! use diffuscope::diffusion::vdm::{Ends, Kind, Profile, Schedule, Times, Variance, discrete_loss, loss};
//!
//! let data = LineData::Gaussian.density();
//! let ends = Ends::new(8.0, -6.0)?;
//! let profile = Profile::of(&data, ends, &|| true).ok_or("stopped")?;
//! // For N(0, 1) the area is ½ ln((1 + SNR_max)/(1 + SNR_min)), whatever the schedule.
//! let exact = 0.5 * ((1.0 + 8_f64.exp()) / (1.0 + (-6_f64).exp())).ln();
//! for kind in Kind::all() {
//!     let schedule = Schedule::new(kind, ends)?;
//!     assert!((loss(&profile, &schedule) - exact).abs() < 1e-9);
//!     assert!(discrete_loss(&data, &schedule, 10, &|| true).ok_or("stopped")? > exact);
//!     let [iid, spread] = Times::ALL.map(|times| Variance::of(&profile, &schedule, times));
//!     assert!(spread.total() < iid.total());
//! }
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```

mod conditional;
mod ends;
mod error;
mod estimate;
pub mod gamma;
mod kinds;
mod loss;
mod mmse;
mod profile;
mod schedule;
mod variance;

pub use ends::{Ends, LOG_SNR};
pub use error::VdmError;
pub use estimate::{Estimation, Tally, Times};
pub use gamma::Gamma;
pub use kinds::{Cosine, Curve, Formula, Kind, LinearBeta, LinearLogSnr};
pub use loss::{discrete_loss, integrand, loss};
pub use mmse::Denoising;
pub use profile::Profile;
pub use schedule::Schedule;
pub use variance::Variance;

/// The number of times k over which one estimate is a mean.
pub const TIMES: usize = 64;
