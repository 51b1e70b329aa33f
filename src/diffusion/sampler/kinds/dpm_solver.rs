//! DPM-Solver++ of second order.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{About, Family, FinalSigmas, Form, Method};
use crate::diffusion::Schedule;
use crate::diffusion::sampler::ConfigError;
use crate::diffusion::sampler::config::Reader;
use crate::diffusion::sampler::levels::Levels;
use crate::diffusion::sampler::step::{SamplerStep, successors};
use crate::diffusion::sampler::weights::{MeanWeights, RecordWeights, Waypoint};

/// With fewer steps than this, the last one may be of first order (diffusers' `lower_order_final`).
const FEW_STEPS: usize = 15;

/// DPM-Solver++ of second order, multistep, with the midpoint rule (Lu et al. 2022, algorithm 2).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct DpmSolverPlusPlus2M {
    /// Whether the last step is of first order when there are fewer than 15 steps.
    pub lower_order_final: bool,
    /// Whether the last step is always of first order.
    pub euler_at_final: bool,
    /// Where the last step ends; a step that ends at 0 is always of first order.
    pub final_sigmas_type: FinalSigmas,
}

impl Family for DpmSolverPlusPlus2M {
    const ABOUT: About = About {
        label: "DPM-Solver++ (2M)",
        short: "dpm++",
        help: "DPM-Solver++ of second order, multistep (Lu et al. 2022)",
        class: "DPMSolverMultistepScheduler",
        form: Form::LogSnr,
        counts_the_end: true,
        ..About::NONE
    };

    fn customary() -> Self {
        Self { lower_order_final: true, euler_at_final: false, final_sigmas_type: FinalSigmas::Zero }
    }

    fn read(reader: &mut Reader<'_>, schedule: &Schedule) -> Result<Self, ConfigError> {
        // diffusers replaces the names of related solvers by these two. If the network also predicts a
        // variance, this has no effect in an ODE solver, whatever `variance_type` says.
        reader.only("algorithm_type", &[("dpmsolver++", ()), ("deis", ())], ())?;
        let solvers = ["midpoint", "logrho", "bh1", "bh2"].map(|name| (name, ()));
        reader.only("solver_type", &solvers, ())?;
        if reader.whole("solver_order", 2)? != 2 {
            reader.refuse("solver_order", "2")?;
        }
        if reader.is_bounded("lambda_min_clipped") {
            // λ is half the log-SNR; a bound below all λ of the schedule clips nothing.
            let lowest = 0.5 * schedule.log_snr(schedule.steps());
            if reader.number("lambda_min_clipped", f64::NEG_INFINITY)? > lowest {
                reader.refuse("lambda_min_clipped", "-Infinity")?;
            }
        }
        Ok(Self {
            lower_order_final: reader.switch("lower_order_final", true)?,
            euler_at_final: reader.switch("euler_at_final", false)?,
            final_sigmas_type: FinalSigmas::read(reader)?,
        })
    }
}

impl Method for DpmSolverPlusPlus2M {
    fn fields(&self) -> Value {
        json!({
            "algorithm_type": "dpmsolver++",
            "euler_at_final": self.euler_at_final,
            "final_sigmas_type": self.final_sigmas_type.name(),
            "lower_order_final": self.lower_order_final,
            "solver_order": 2,
            "solver_type": "midpoint",
        })
    }

    /// The first step is of first order, all others of second order, except perhaps the last.
    fn plan(&self, levels: &Levels<'_>, calls: &[Waypoint]) -> Vec<SamplerStep> {
        let last_is_first_order = self.euler_at_final
            || (self.lower_order_final && calls.len() < FEW_STEPS)
            || self.final_sigmas_type == FinalSigmas::Zero;
        successors(calls, levels.end(self.final_sigmas_type))
            .enumerate()
            .map(|(i, (here, to))| {
                let first_order = i + 1 == calls.len() && last_is_first_order;
                let before = i.checked_sub(1).filter(|_| !first_order).map(|before| calls[before]);
                SamplerStep::new(here, to, weights(here, to, before))
            })
            .collect()
    }
}

/// First order, or second order if the level of the previous call is given (Lu et al. 2022, algorithm 2).
fn weights(here: Waypoint, to: Waypoint, last: Option<Waypoint>) -> MeanWeights {
    let x_t = ((1.0 - to.alpha_bar) / (1.0 - here.alpha_bar)).sqrt();
    // −α_t (e^{−h} − 1), as e^{−h} is the ratio of the σ's.
    let x0 = to.alpha_bar.sqrt() * (1.0 - to.sigma / here.sigma);
    let half_slope = last.map_or(0.0, |last| {
        // 1/(2 r) with r = h_0/h, where h and h_0 are the lengths of this step and the last in λ = −ln σ.
        0.5 * (here.sigma / to.sigma).ln() / (last.sigma / here.sigma).ln()
    });
    let before = RecordWeights { x0: -x0 * half_slope, ..Default::default() };
    MeanWeights { x_t, x0: x0 * (1.0 + half_slope), ..Default::default() }.with_last(before)
}
