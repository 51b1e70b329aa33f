//! Single particles that are followed from the clicked place: sought among all only when that, or what they are
//! sought in, has changed.

use std::sync::Arc;

use super::plane::CloudKey;
use crate::analysis::plane::{Cloud, Film, FilmSpec, Recording, RecordingSpec};
use crate::background::Computed;

/// A run with what it was asked for.
type Made = Arc<Computed<RecordingSpec, Recording>>;
/// A cloud with its data.
type Known = Arc<Computed<CloudKey, Cloud>>;

/// A sample of a run.
#[derive(Default)]
pub struct Followed {
    of: Option<(Made, usize, [f64; 2])>,
    path: Vec<[f64; 2]>,
}

impl Followed {
    /// Follows the sample that is nearest to a place in the state nearest to a time.
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

    /// Where it was in each state of the run.
    pub fn path(&self) -> &[[f64; 2]] {
        &self.path
    }
}

/// A particle of a cloud.
#[derive(Default)]
pub struct Filmed(Option<(Known, Film)>);

impl Filmed {
    /// Follows the particle that a film of this specification is of.
    pub fn seek(&mut self, cloud: &Known, spec: FilmSpec) {
        let found = |(of, film): &(Known, Film)| Arc::ptr_eq(of, cloud) && film.spec == spec;
        if !self.0.as_ref().is_some_and(found) {
            self.0 = Some((Arc::clone(cloud), Film::of(&cloud.value, spec)));
        }
    }

    /// Its way from the data, as far as a time.
    pub fn until(&self, t: f64) -> Vec<[f64; 2]> {
        self.0.as_ref().map_or_else(Vec::new, |(cloud, film)| film.until(&cloud.value, t))
    }
}
