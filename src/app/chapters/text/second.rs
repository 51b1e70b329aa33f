//! The second stage of a cascade, which runs in the background when the first one has come to its end.

use std::sync::Arc;

use crate::analysis::text::{Enlarging, EnlargingSpec, TextPipelines, enlarge};
use crate::app::drawings::TextRun;
use crate::background::{Computed, Latest, Missing, Pending, Wake};
use crate::scene::Scene;

/// A small picture and how it becomes large, with what it was asked for.
pub type Enlarged = Arc<Computed<EnlargingSpec, Enlarging>>;

/// What the second stage makes of the picture of a run.
pub struct Second {
    run: Latest<EnlargingSpec, Enlarging>,
    /// What the scene shows.
    wanted: Option<EnlargingSpec>,
}

impl Default for Second {
    fn default() -> Self {
        Self { run: Latest::new("second-stage"), wanted: None }
    }
}

impl Second {
    /// A copy with what has been drawn, which draws nothing by itself.
    #[must_use]
    pub fn still(&self) -> Self {
        Self { run: self.run.still(), wanted: self.wanted.clone() }
    }

    /// Requests what the scene shows, once the run of the first stage is there. Without a wake it is there when this
    /// returns.
    pub fn want(
        &mut self,
        wake: Option<&Wake>,
        scene: &Scene,
        (first, pipelines): (&TextRun, &TextPipelines),
    ) {
        let has_second = first.facts().is_some_and(|facts| facts.second.is_some());
        let Some(found) = first.drawn().filter(|found| has_second && found.value.is_whole()).cloned() else {
            return;
        };
        let noise_level = scene.chapters.text.noise_level;
        let spec = EnlargingSpec { drawing: found.key.clone(), noise_level };
        self.wanted = Some(spec.clone());
        let pipelines = pipelines.clone();
        self.run.want(wake, &spec, move |spec, work| {
            let show = |done: f64, enlarging: &Enlarging| work.show(done, || enlarging.clone());
            enlarge(spec, &found.value, &pipelines, show).map_err(Missing::failed)?.ok_or(Missing::Cancelled)
        });
    }

    /// What has been drawn, which may be of an earlier scene, or under way.
    pub fn drawn(&self) -> Option<&Enlarged> {
        self.run.get()
    }

    /// Whether what is on show is not what the scene shows.
    pub fn is_stale(&self) -> bool {
        self.run.get().is_some_and(|found| Some(&found.key) != self.wanted.as_ref())
    }

    /// The computation.
    pub fn task(&self) -> &dyn Pending {
        &self.run
    }

    /// The same, mutably.
    pub fn task_mut(&mut self) -> &mut dyn Pending {
        &mut self.run
    }
}
