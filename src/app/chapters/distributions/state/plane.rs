//! What is computed for the plane.

use egui::{TextureHandle, TextureId, Ui};

use super::data::Data;
use super::followed::{Filmed, Followed};
use super::learning::Learning;
use super::shades::{self, Shades};
use crate::analysis::plane::{
    Arrows, Cloud, Coverage, ErrorMap, Field, FieldSpec, FilmSpec, Likelihoods, Quality, Recording,
    RecordingSpec, ScoreModel, process_time,
};
use crate::app::particles::Canvas;
use crate::background::{Computed, Latest, Missing, Pending, Wake, Work};
use crate::diffusion::data::REACH;
use crate::diffusion::solvers::{Solver, SolverError};
use crate::diffusion::{Raster, Schedule};
use crate::scene::{MAX_RACERS, PlaneOptions, PlaneSubject, Racer, Scene, Vectors};

/// The number of particles of a racer.
const RACERS: usize = 2000;
/// The number of particles and the number of network calls of the guided run.
const GUIDED: (usize, usize) = (2000, 40);

/// What a computation under way is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activity {
    /// Samples are drawn.
    Sampling,
    /// The quality of samples is measured.
    Measuring,
    /// Likelihoods are integrated along the ODE.
    Integrating,
    /// A network is compared with the exact score.
    Comparing,
}

/// A guided run, and how its samples cover the classes.
pub type Guided = (Recording, Coverage);

/// The inputs of a cloud: its data and process, the number of particles, the seed.
pub type CloudKey = (ScoreModel, usize, u64);
/// The inputs of a measurement of quality: the data and process, the sampler that is measured, the seed.
pub type QualityKey = (ScoreModel, Solver, u64);
/// The inputs of likelihoods: the data and process, the clicked point, and the seed of the other points.
pub type LikelihoodKey = (ScoreModel, [f64; 2], u64);

/// The inputs of a map of a network's error.
#[derive(Clone, PartialEq)]
pub struct ErrorKey {
    /// The network, with the data and the process that it was trained on.
    pub score_model: ScoreModel,
    /// The time at which the error is mapped, in the units of the process.
    pub time: f64,
    /// The timestep that corresponds to `time`.
    pub t: usize,
}

/// The plane's state.
pub struct Plane {
    data: Data,
    score_model: Option<ScoreModel>,
    /// The time on show, in the units of the process.
    t: f64,
    cloud: Latest<CloudKey, Cloud>,
    field: Latest<FieldSpec, Field>,
    backward: Latest<RecordingSpec, Recording>,
    followed: Followed,
    filmed: Filmed,
    racers: [Latest<RecordingSpec, Recording>; MAX_RACERS],
    quality: [Latest<QualityKey, Quality>; MAX_RACERS],
    guided: Latest<RecordingSpec, Guided>,
    likelihood: Latest<LikelihoodKey, Likelihoods>,
    error: Latest<ErrorKey, ErrorMap>,
    /// Training on the data.
    pub learning: Learning,
    textures: [Option<(Shades, TextureHandle)>; 2],
}

impl Default for Plane {
    fn default() -> Self {
        Self {
            data: Data::default(),
            score_model: None,
            t: 1.0,
            cloud: Latest::new("cloud"),
            field: Latest::new("score field"),
            backward: Latest::new("sampler"),
            followed: Followed::default(),
            filmed: Filmed::default(),
            racers: std::array::from_fn(|_| Latest::new("racer")),
            quality: std::array::from_fn(|_| Latest::new("quality")),
            guided: Latest::new("guided sampler"),
            likelihood: Latest::new("likelihood"),
            error: Latest::new("error map"),
            learning: Learning::default(),
            textures: [None, None],
        }
    }
}

impl Plane {
    /// Requests the computations that the scene needs.
    pub fn prepare(
        &mut self,
        wake: Option<&Wake>,
        canvas: Canvas,
        scene: &Scene,
        schedule: &Schedule,
        image: &Raster,
    ) {
        let options = &scene.chapters.distributions.plane;
        let Some(exact) = self.exact(options, image) else {
            self.score_model = None;
            return;
        };
        self.t = process_time(&options.process, schedule, scene.t);
        let network = self.learning.network(&exact).filter(|_| options.learned);
        let score_model = ScoreModel { network, ..exact.clone() };
        self.want_field(wake, options, &score_model);
        match options.subject {
            PlaneSubject::Particles => self.want_particles(wake, canvas, scene, &score_model),
            PlaneSubject::Race => self.want_race(wake, scene, &score_model),
            PlaneSubject::Guidance => self.want_guided(wake, scene, &score_model),
            PlaneSubject::Learning => {
                if let Some(network) = self.learning.network(&exact) {
                    let learned = ScoreModel { network: Some(network), ..exact };
                    let key = ErrorKey { score_model: learned, time: self.t, t: scene.t };
                    self.error
                        .want(wake, &key, |key, _| ErrorMap::of(&key.score_model, key.time).map_err(failed));
                }
            }
            PlaneSubject::Likelihood => {
                let key = (score_model.clone(), options.point, scene.seed);
                self.likelihood.want(wake, &key, |(score_model, point, seed), _| {
                    Likelihoods::of(score_model, *point, *seed).map_err(failed)
                });
            }
        }
        self.score_model = Some(score_model);
    }

    /// The score model that computes the exact score of the data; `None` while there are no data.
    pub fn exact(&mut self, options: &PlaneOptions, image: &Raster) -> Option<ScoreModel> {
        let data = self.data.of(&options.data, image)?;
        Some(ScoreModel { data, process: options.process, network: None })
    }

    fn want_field(&mut self, wake: Option<&Wake>, options: &PlaneOptions, score_model: &ScoreModel) {
        let PlaneOptions { point, contours, vectors, .. } = *options;
        let streamlines = vectors == Vectors::Streamlines;
        // The likelihood is that of clean data, so density and path are computed for the smallest time as
        // well.
        let clean = options.subject == PlaneSubject::Likelihood;
        let t = if clean { options.process.cut_off() } else { self.t };
        // Contours are always needed with the error map, where they show where the data lie.
        let contours = contours || options.subject == PlaneSubject::Learning;
        let spec = FieldSpec { score_model: score_model.clone(), t, point, streamlines, contours };
        self.field.want(wake, &spec, |spec, _| Field::of(spec).map_err(failed));
    }

    fn want_particles(
        &mut self,
        wake: Option<&Wake>,
        canvas: Canvas,
        scene: &Scene,
        score_model: &ScoreModel,
    ) {
        let PlaneOptions { particles, sampler, point, .. } = scene.chapters.distributions.plane;
        let particles = particles.unwrap_or(canvas.particles());
        let key = (score_model.exact(), particles, scene.seed);
        self.cloud.want(wake, &key, |(score_model, count, seed), _| {
            Ok(Cloud::of(&score_model.data, *count, *seed))
        });
        let spec = run(score_model, sampler, particles, scene.seed);
        self.backward.want(wake, &spec, |spec, work| record(spec, work, |recording| recording));
        if let Some(run) = self.backward.get() {
            self.followed.seek(run, self.t, point);
        }
        if let Some(cloud) = self.cloud.get() {
            let (process, mode) = (cloud.key.0.process, scene.noise);
            self.filmed.seek(cloud, FilmSpec { process, mode, place: point });
        }
    }

    fn want_race(&mut self, wake: Option<&Wake>, scene: &Scene, score_model: &ScoreModel) {
        for (i, racer) in scene.chapters.distributions.plane.racers.iter().enumerate().take(MAX_RACERS) {
            let spec = run(score_model, *racer, RACERS, scene.seed);
            self.racers[i].want(wake, &spec, |spec, work| record(spec, work, |recording| recording));
            let key = (score_model.clone(), racer.solver, scene.seed);
            self.quality[i].want(wake, &key, |(score_model, solver, seed), work| {
                let told = |done: f64, so_far: &Quality| work.show(done, || so_far.clone());
                Quality::of(score_model, *solver, *seed, told).map_err(failed)?.ok_or(Missing::Cancelled)
            });
        }
    }

    fn want_guided(&mut self, wake: Option<&Wake>, scene: &Scene, score_model: &ScoreModel) {
        let PlaneOptions { class, scale, .. } = scene.chapters.distributions.plane;
        let (count, calls) = GUIDED;
        let racer = Racer { solver: Solver::Ddim { eta: 0.0 }, calls };
        let spec =
            RecordingSpec { guidance: Some((class, scale)), ..run(score_model, racer, count, scene.seed) };
        self.guided.want(wake, &spec, |spec, work| {
            let class = spec.guidance.map_or(0, |(class, _)| class);
            record(spec, work, |recording| {
                let coverage = Coverage::of(&recording, &spec.score_model.data, class);
                (recording, coverage)
            })
        });
    }

    /// The activity under way, with the fraction that is done; `None` if there is none.
    pub fn work(&self) -> Option<(Activity, f32)> {
        let racing = self.racers.iter().find_map(Latest::fraction);
        let measuring = self.quality.iter().find_map(Latest::fraction);
        [
            (Activity::Sampling, self.backward.fraction().or(racing).or(self.guided.fraction())),
            (Activity::Measuring, measuring),
            (Activity::Integrating, self.likelihood.fraction()),
            (Activity::Comparing, self.error.fraction()),
        ]
        .into_iter()
        .find_map(|(activity, fraction)| Some((activity, fraction?)))
    }

    /// All computations except the training.
    pub fn tasks(&self) -> Vec<&dyn Pending> {
        let several = self.racers.iter().map(|racer| racer as &dyn Pending);
        let measured = self.quality.iter().map(|quality| quality as &dyn Pending);
        let single: [&dyn Pending; 6] =
            [&self.cloud, &self.field, &self.backward, &self.guided, &self.likelihood, &self.error];
        single.into_iter().chain(several).chain(measured).collect()
    }

    /// All computations except the training, mutably.
    pub fn tasks_mut(&mut self) -> Vec<&mut dyn Pending> {
        let several = self.racers.iter_mut().map(|racer| racer as &mut dyn Pending);
        let measured = self.quality.iter_mut().map(|quality| quality as &mut dyn Pending);
        let single: [&mut dyn Pending; 6] = [
            &mut self.cloud,
            &mut self.field,
            &mut self.backward,
            &mut self.guided,
            &mut self.likelihood,
            &mut self.error,
        ];
        single.into_iter().chain(several).chain(measured).collect()
    }

    /// Stops samplers and measurements.
    pub fn stop(&mut self) {
        self.tasks_mut().into_iter().for_each(Pending::stop);
    }

    /// Allows computations that were stopped or have failed to be made again.
    pub fn again(&mut self) {
        self.tasks_mut().into_iter().for_each(Pending::again);
    }

    /// Why something on show is missing; `None` when nothing is.
    pub fn missing(&self) -> Option<&Missing> {
        self.tasks().into_iter().find_map(Pending::missing)
    }

    /// The score model on show, exact or with a network; `None` while there are no data.
    pub fn score_model(&self) -> Option<&ScoreModel> {
        self.score_model.as_ref()
    }

    /// The time on show, in the units of the process.
    pub fn t(&self) -> f64 {
        self.t
    }

    /// The cloud of particles that diffuses from the data.
    pub fn cloud(&self) -> Option<&Computed<CloudKey, Cloud>> {
        self.cloud.get().map(AsRef::as_ref)
    }

    /// The density and the score at t.
    pub fn field(&self) -> Option<&Computed<FieldSpec, Field>> {
        self.field.get().map(AsRef::as_ref)
    }

    /// The run of the sampler that brings the particles out of noise.
    pub fn backward(&self) -> Option<&Computed<RecordingSpec, Recording>> {
        self.backward.get().map(AsRef::as_ref)
    }

    /// The path of the sample that is nearest to the clicked state at t: its place in each state of the run.
    pub fn followed(&self) -> &[[f64; 2]] {
        self.followed.path()
    }

    /// The path, up to t, of the particle that starts nearest to the clicked place.
    pub fn film(&self) -> Vec<[f64; 2]> {
        self.filmed.until(self.t)
    }

    /// The run of the racer at this index, which may still be the run of an earlier racer at the same index.
    pub fn racer(&self, i: usize) -> Option<&Computed<RecordingSpec, Recording>> {
        self.racers.get(i)?.get().map(AsRef::as_ref)
    }

    /// The quality of a racer's samples, with the sampler that was measured.
    pub fn quality(&self, i: usize) -> Option<&Computed<QualityKey, Quality>> {
        self.quality.get(i)?.get().map(AsRef::as_ref)
    }

    /// The guided run.
    pub fn guided(&self) -> Option<&Computed<RecordingSpec, Guided>> {
        self.guided.get().map(AsRef::as_ref)
    }

    /// The arrows of guidance at the clicked state.
    pub fn arrows(&self, class: usize, place: [f64; 2]) -> Option<Arrows> {
        let score_model = self.score_model.as_ref()?;
        Arrows::at(score_model, class, self.t, place).ok().flatten()
    }

    /// The log-likelihoods of the clicked point and of fresh data.
    pub fn likelihood(&self) -> Option<&Computed<LikelihoodKey, Likelihoods>> {
        self.likelihood.get().map(AsRef::as_ref)
    }

    /// The map of the error of the network for the data and the process on show.
    pub fn error(&self) -> Option<&Computed<ErrorKey, ErrorMap>> {
        let score_model = self.score_model.as_ref()?.exact();
        self.error.get().map(AsRef::as_ref).filter(|error| error.key.score_model.exact() == score_model)
    }

    /// The density at t as a texture.
    pub fn density_texture(&mut self, ui: &Ui, dark: bool) -> Option<TextureId> {
        let field = self.field.get()?;
        let shades = Shades::faint([Field::SIDE; 2], &field.value.shades, dark);
        Some(shades::texture(ui, &mut self.textures[0], "density", shades))
    }

    /// The error map as a texture.
    pub fn error_texture(&mut self, ui: &Ui, dark: bool) -> Option<TextureId> {
        let map = &self.error()?.value;
        let shades = Shades::warm([ErrorMap::SIDE; 2], &map.shades, dark);
        Some(shades::texture(ui, &mut self.textures[1], "error", shades))
    }
}

fn run(score_model: &ScoreModel, racer: Racer, count: usize, seed: u64) -> RecordingSpec {
    let Racer { solver, calls } = racer;
    RecordingSpec { score_model: score_model.clone(), solver, calls, count, seed, guidance: None }
}

/// Makes a run of a sampler. While it is computed, shows the `value` of the states so far; returns the
/// `value` of all states.
fn record<V>(spec: &RecordingSpec, work: &Work<V>, value: impl Fn(Recording) -> V) -> Result<V, Missing> {
    let recording = spec.record(|run| work.show(run.done, || value(run.recording()))).map_err(failed)?;
    recording.map(value).ok_or(Missing::Cancelled)
}

fn failed(error: SolverError) -> Missing {
    Missing::failed(error)
}

/// The nearest point to `point` in the square in which points can be painted.
pub fn paintable(point: [f64; 2]) -> [f64; 2] {
    point.map(|v| v.clamp(-REACH, REACH))
}
