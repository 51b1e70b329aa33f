//! What is computed for the loss in continuous time.

use std::sync::Arc;

use crate::analysis::vdm::{Comparison, ComparisonSpec, Estimates, EstimatesSpec, Pace};
use crate::app::chapters::Input;
use crate::app::wake::wake;
use crate::background::{Computed, Latest, Missing, Pending};
use crate::diffusion::exact::Density;
use crate::diffusion::vdm::Schedule;
use crate::scene::LikelihoodOptions;

/// The loss in continuous time.
pub struct Continuous {
    comparison: Latest<ComparisonSpec, Comparison>,
    estimates: Latest<EstimatesSpec, Estimates>,
    steps: Latest<StepsKey, f64>,
}

/// The inputs of the loss of T steps.
#[derive(Clone, Debug, PartialEq)]
pub struct StepsKey {
    data: Density,
    schedule: Schedule,
    /// T.
    pub steps: usize,
}

impl Default for Continuous {
    fn default() -> Self {
        Self {
            comparison: Latest::new("continuous-time loss"),
            estimates: Latest::new("estimates of the loss"),
            steps: Latest::new("steps"),
        }
    }
}

impl Continuous {
    /// Requests the computations that the scene needs.
    pub(super) fn want(&mut self, input: &Input<'_>) {
        let options = &input.scene.chapters.likelihood;
        // This never fails: scenes change through `Scene::apply`, which refuses what is not possible.
        let (Some(spec), Ok(front)) = (comparison(options), options.front()) else { return };
        let wake = input.ctx.map(wake);
        let earlier = self.comparison.get().cloned();
        self.comparison.want(wake.as_ref(), &spec, move |spec, work| {
            let earlier = earlier.as_deref().map(|Computed { key, value }| (key, value));
            let go_on = || !work.progress().is_cancelled();
            Comparison::of(spec, earlier, &go_on).map_err(Missing::failed)?.ok_or(Missing::Cancelled)
        });
        let found =
            self.comparison.get().filter(|found| found.key.data == spec.data && found.key.ends == spec.ends);
        if let Some(profile) = found.map(|found| Arc::clone(&found.value.profile)) {
            let (data, schedule) = (spec.data.clone(), front.clone());
            let key = StepsKey { data, schedule, steps: input.scene.steps() };
            let loss = move |key: &StepsKey, _: &_| Ok(profile.discrete_loss(&key.schedule, key.steps));
            self.steps.want(wake.as_ref(), &key, loss);
        }
        let spec = EstimatesSpec { data: spec.data, schedule: front, seed: input.scene.seed };
        self.estimates.want(wake.as_ref(), &spec, |spec, work| {
            Estimates::of(spec, |done, so_far| work.show(done, || so_far.clone())).ok_or(Missing::Cancelled)
        });
    }

    /// The comparison of the schedules, which may still be that of earlier options.
    pub fn comparison(&self) -> Option<&Computed<ComparisonSpec, Comparison>> {
        self.comparison.get().map(AsRef::as_ref)
    }

    /// What the comparison says of the schedule in front.
    pub fn in_front(&self, options: &LikelihoodOptions) -> Option<&Pace> {
        self.comparison()?.value.paces.get(options.schedule.index())
    }

    /// Estimates along the schedule in front, which may still be those of earlier options.
    pub fn estimates(&self) -> Option<&Computed<EstimatesSpec, Estimates>> {
        self.estimates.get().map(AsRef::as_ref)
    }

    /// The loss of as many steps as the scene has, with its inputs.
    pub fn loss_of_steps(&self) -> Option<&Computed<StepsKey, f64>> {
        self.steps.get().map(AsRef::as_ref)
    }

    /// All computations.
    pub(super) fn tasks(&self) -> [&dyn Pending; 3] {
        [&self.comparison, &self.estimates, &self.steps]
    }

    /// All computations, mutably.
    pub(super) fn tasks_mut(&mut self) -> [&mut dyn Pending; 3] {
        [&mut self.comparison, &mut self.estimates, &mut self.steps]
    }
}

/// The inputs of the comparison that these options ask for.
fn comparison(options: &LikelihoodOptions) -> Option<ComparisonSpec> {
    let (ends, kinds) = (options.ends().ok()?, options.kinds().ok()?);
    Some(ComparisonSpec { data: options.shape.density()?, ends, kinds })
}
