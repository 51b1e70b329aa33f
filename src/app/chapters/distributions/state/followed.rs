//! The single particles that are followed from the clicked place. The search among all particles is repeated
//! only when the place, or what is searched, has changed.

use std::sync::Arc;

use super::plane::CloudKey;
use crate::analysis::plane::{Cloud, Film, FilmSpec, Recording, RecordingSpec};
use crate::background::Computed;

/// A run of a sampler with its inputs.
type Made = Arc<Computed<RecordingSpec, Recording>>;
/// A cloud with its inputs.
type Known = Arc<Computed<CloudKey, Cloud>>;

/// The sample of a run that is followed.
#[derive(Default)]
pub struct Followed {
    of: Option<(Made, usize, [f64; 2])>,
    path: Vec<[f64; 2]>,
}

impl Followed {
    /// Follows the sample that is nearest to `place` in the state whose time is nearest to `t`.
    pub fn seek(&mut self, run: &Made, t: f64, place: [f64; 2]) {
        let state = run.value.nearest(t);
        let found = |(of, calls, at): &(Made, usize, [f64; 2])| {
            Arc::ptr_eq(of, run) && *calls == state.calls && *at == place
        };
        if !self.of.as_ref().is_some_and(found) {
            self.path = run.value.path(state.nearest(place));
            self.of = Some((Arc::clone(run), state.calls, place));
        }
    }

    /// The place of the sample in each state of the run.
    pub fn path(&self) -> &[[f64; 2]] {
        &self.path
    }
}

/// The particle of a cloud that is followed.
#[derive(Default)]
pub struct Filmed(Option<(Known, Film)>);

impl Filmed {
    /// Follows the particle that the specification of the film selects.
    pub fn seek(&mut self, cloud: &Known, spec: FilmSpec) {
        let found = |(of, film): &(Known, Film)| Arc::ptr_eq(of, cloud) && film.spec == spec;
        if !self.0.as_ref().is_some_and(found) {
            self.0 = Some((Arc::clone(cloud), Film::of(&cloud.value, spec)));
        }
    }

    /// The path of the particle from the data to the time `t`.
    pub fn until(&self, t: f64) -> Vec<[f64; 2]> {
        self.0.as_ref().map_or_else(Vec::new, |(cloud, film)| film.until(&cloud.value, t))
    }
}
