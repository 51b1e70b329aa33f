//! The Latent chapter's state: what is computed for it in the background. Views only read.

use std::sync::Arc;

use half::f16;

use crate::analysis::Picture;
use crate::analysis::encoding::{
    Autoencoders, Between, BetweenSpec, Cost, CostSpec, Encoding, EncodingSpec, Noised, NoisedSpec,
    alpha_bar_of_equal_snr, between, cost, encode, noise,
};
use crate::analysis::text::{LatentFrame, latent_frames};
use crate::app::chapters::{ChapterError, Input, Setup};
use crate::app::drawings::{self, Drawn, TextRun};
use crate::app::pictures::Maps;
use crate::app::wake::wake;
use crate::background::{Computed, Latest, Missing, Pending, Wake};
use crate::diffusion::Schedule;
use crate::model::ModelRef;
use crate::scene::{EqualNoise, LatentPart, Scene};

/// The network of which a call is measured in both spaces.
const MEASURED: &str = "emoji";

/// A picture as a latent and back, with what it was made from.
pub type Encoded = Arc<Computed<EncodingSpec, Encoding>>;

/// What is shown of a picture and its latent.
#[derive(Clone)]
pub struct Shown {
    of: Encoded,
    /// The picture.
    pub x0: Arc<[f16]>,
    /// The latent as colours.
    pub z0: Arc<[f16]>,
}

/// The chapter's state.
pub struct Latent {
    autoencoders: Autoencoders,
    encoding: Latest<EncodingSpec, Encoding>,
    noised: Latest<NoisedSpec, Noised>,
    between: Latest<BetweenSpec, Between>,
    cost: Latest<CostSpec, Cost>,
    /// The run in latents.
    pub run: TextRun,
    frames: Option<(Drawn, Arc<[LatentFrame]>)>,
    /// What the scene shows.
    wanted: Option<EncodingSpec>,
    shown: Option<Shown>,
    /// Maps as pictures.
    pub maps: Maps,
}

impl Latent {
    /// A state with nothing computed.
    pub fn new(setup: &Setup) -> Self {
        let (_, threads) = setup.workshop.lock().opening();
        Self::of(Autoencoders::new(threads), TextRun::new(setup.pipelines.clone()))
    }

    fn of(autoencoders: Autoencoders, run: TextRun) -> Self {
        Self {
            run,
            frames: None,
            autoencoders,
            encoding: Latest::new("latent"),
            noised: Latest::new("noised latent"),
            between: Latest::new("way between latents"),
            cost: Latest::new("cost of calls"),
            wanted: None,
            shown: None,
            maps: Maps::default(),
        }
    }

    /// A copy with what has been computed, for a figure.
    pub(super) fn copy(&self) -> Self {
        Self {
            encoding: self.encoding.still(),
            noised: self.noised.still(),
            between: self.between.still(),
            cost: self.cost.still(),
            wanted: self.wanted.clone(),
            ..Self::of(self.autoencoders.clone(), self.run.still())
        }
    }

    /// Requests what the scene needs. For a figure everything is there when it returns.
    ///
    /// # Errors
    /// For a figure, when the picture cannot be encoded.
    pub(super) fn want(&mut self, input: &Input<'_>) -> Result<(), ChapterError> {
        let (scene, wake) = (input.scene, input.ctx.map(wake));
        let wake = wake.as_ref();
        let options = &scene.chapters.latent;
        let spec = EncodingSpec {
            model: options.autoencoder.clone(),
            picture: Picture(input.original.clone()),
            side: options.side,
        };
        let autoencoders = self.autoencoders.clone();
        self.encoding.want(wake, &spec, move |spec, _| encode(spec, &autoencoders).map_err(Missing::failed));
        if let (None, Some(missing)) = (wake, self.encoding.missing()) {
            return Err(ChapterError(missing.reason().unwrap_or_default().into()));
        }
        match options.part {
            LatentPart::Noise => {
                // It is computed when it is wanted again.
                self.between.stop();
                self.between.again();
                self.want_noised(wake, input, &spec);
                self.want_cost(wake, &spec);
            }
            LatentPart::Between => self.want_between(wake, &spec, options.to.clone()),
            LatentPart::Run => {
                self.run
                    .want(wake, &drawings::spec(scene, &options.autoencoder, &scene.chapters.text.prompt));
                if let (None, Some(missing)) = (wake, self.run.missing()) {
                    return Err(ChapterError(missing.reason().unwrap_or_default().into()));
                }
            }
        }
        self.wanted = Some(spec);
        Ok(())
    }

    /// Requests the noised pictures, once the latent is there.
    fn want_noised(&mut self, wake: Option<&Wake>, input: &Input<'_>, spec: &EncodingSpec) {
        let Some(found) = self.encoding.get().filter(|found| found.key == *spec).cloned() else { return };
        let schedule = &input.derived.side(input.scene.active).schedule;
        let alpha_bars = alpha_bars(input.scene, schedule, &found.value);
        let key = NoisedSpec { encoding: spec.clone(), alpha_bars, seed: input.scene.seed };
        let autoencoders = self.autoencoders.clone();
        self.noised
            .want(wake, &key, move |key, _| noise(key, &found.value, &autoencoders).map_err(Missing::failed));
    }

    /// Requests what calls cost, once the size of the latent is known.
    fn want_cost(&mut self, wake: Option<&Wake>, spec: &EncodingSpec) {
        let Some(found) = self.encoding.get().filter(|found| found.key == *spec) else { return };
        let shapes = [found.value.shape, found.value.latent_shape];
        // A figure is the same whenever it is drawn: it has the times that a window has measured, or none.
        let timed = wake.is_some()
            || self.cost.get().is_some_and(|known| known.key.timed && known.key.shapes == shapes);
        let key = CostSpec { model: ModelRef::Shipped(MEASURED.to_owned()), shapes, timed };
        let autoencoders = self.autoencoders.clone();
        self.cost.want(wake, &key, move |key, work| {
            let found = cost(key, &autoencoders, |done| work.report(done));
            found.map_err(Missing::failed)?.ok_or(Missing::Cancelled)
        });
    }

    fn want_between(&mut self, wake: Option<&Wake>, spec: &EncodingSpec, to: String) {
        let key = BetweenSpec { from: spec.clone(), to };
        let autoencoders = self.autoencoders.clone();
        self.between.want(wake, &key, move |key, work| {
            let found = between(key, &autoencoders, |done| work.report(done));
            found.map_err(Missing::failed)?.ok_or(Missing::Cancelled)
        });
    }

    /// Takes in the results of computations that have ended.
    pub(super) fn take_ended(&mut self) {
        self.tasks_mut().into_iter().for_each(Pending::poll);
    }

    /// Stops what is under way while another chapter is on show. It goes on when it is wanted again.
    pub(super) fn rest(&mut self) {
        self.run.rest();
        let tasks: [&mut dyn Pending; 4] =
            [&mut self.encoding, &mut self.noised, &mut self.between, &mut self.cost];
        for task in tasks {
            task.stop();
            task.again();
        }
    }

    /// Whether a computation is under way.
    pub(super) fn is_at_work(&self) -> bool {
        let tasks: [&dyn Pending; 4] = [&self.encoding, &self.noised, &self.between, &self.cost];
        tasks.into_iter().chain(self.run.tasks()).any(|task| task.fraction().is_some())
    }

    /// The panics since the last call.
    pub(super) fn take_failures(&mut self) -> Vec<Missing> {
        let panics = self.tasks_mut().into_iter().filter_map(Pending::take_panic);
        panics.map(Missing::Panicked).collect()
    }

    fn tasks_mut(&mut self) -> [&mut dyn Pending; 6] {
        let [facts, drawing] = self.run.tasks_mut();
        [&mut self.encoding, &mut self.noised, &mut self.between, &mut self.cost, facts, drawing]
    }

    /// The steps of the run as pictures. They are made once for each state of the run.
    pub fn frames(&mut self) -> Option<(Drawn, Arc<[LatentFrame]>)> {
        let run = self.run.drawn()?.clone();
        if !self.frames.as_ref().is_some_and(|(of, _)| Arc::ptr_eq(of, &run)) {
            let frames = latent_frames(&run.value).into();
            self.frames = Some((run, frames));
        }
        self.frames.clone()
    }

    /// The picture as a latent, which may be that of an earlier scene.
    pub fn encoding(&self) -> Option<&Encoded> {
        self.encoding.get()
    }

    /// Why there is no latent; `None` while there is one or it is being computed.
    pub fn missing(&self) -> Option<&Missing> {
        self.encoding.missing()
    }

    /// Whether what is on show is not of the scene as it is.
    pub fn is_stale(&self) -> bool {
        self.encoding.get().map(|found| &found.key) != self.wanted.as_ref()
    }

    /// The picture that is encoded, and its latent as colours, in the form in which pictures are shown. They are made once.
    pub fn shown(&mut self, found: &Encoded) -> Shown {
        if let Some(shown) = self.shown.as_ref().filter(|shown| Arc::ptr_eq(&shown.of, found)) {
            return shown.clone();
        }
        let x0 = found.value.x0.iter().map(|&value| f16::from_f32(value)).collect();
        let z0 = found.value.colours.picture(&found.value.z0);
        self.shown.insert(Shown { of: Arc::clone(found), x0, z0 }).clone()
    }

    /// The noised pictures of a latent, at the timeline's t or at one before it.
    pub fn noised(&self, of: &EncodingSpec) -> Option<&Arc<Computed<NoisedSpec, Noised>>> {
        self.noised.get().filter(|found| found.key.encoding == *of)
    }

    /// The way to another picture, which may be that of an earlier scene.
    pub fn between(&self) -> Option<&Arc<Computed<BetweenSpec, Between>>> {
        self.between.get()
    }

    /// The share of that way that is behind, while it is computed.
    pub fn between_progress(&self) -> Option<f32> {
        self.between.fraction()
    }

    /// Why there is no way; `None` while there is one or it is being computed.
    pub fn between_missing(&self) -> Option<&Missing> {
        self.between.missing()
    }

    /// What calls cost in both spaces.
    pub fn cost(&self) -> Option<Cost> {
        self.cost.get().map(|found| found.value)
    }
}

/// ᾱ of the pixels and of the latent at the timeline's t.
pub fn alpha_bars(scene: &Scene, schedule: &Schedule, encoding: &Encoding) -> [f64; 2] {
    let alpha_bar = schedule.alpha_bar(scene.t.min(schedule.steps()));
    match scene.chapters.latent.equal {
        EqualNoise::Timestep => [alpha_bar; 2],
        EqualNoise::Snr => [alpha_bar, alpha_bar_of_equal_snr(alpha_bar, encoding.variances)],
    }
}

/// The timestep of a schedule whose level is nearest to ᾱ.
pub fn timestep_of(schedule: &Schedule, alpha_bar: f64) -> usize {
    schedule.nearest_timestep_at_log_snr((alpha_bar / (1.0 - alpha_bar)).ln())
}
