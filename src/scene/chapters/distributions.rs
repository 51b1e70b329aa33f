//! Options of the Distributions chapter.

use serde::{Deserialize, Serialize};

use super::{Change, Options};
use crate::diffusion::data::{LineShape, PlaneData};
use crate::diffusion::process::Process;
use crate::diffusion::sampler::PredictionType;
use crate::diffusion::solvers::Solver;
use crate::scene::SceneError;
use crate::scene::action::{rescaled_t, within};

/// The most samplers in a race.
pub const MAX_RACERS: usize = 6;
/// The most points that can be painted by hand.
pub const MAX_PAINTED: usize = 400;
/// The range of states that can be clicked, on the line and in the plane.
const PLACES: std::ops::RangeInclusive<f64> = -10.0..=10.0;

/// The dimension of the data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Space {
    /// One dimension.
    #[default]
    Line,
    /// Two dimensions.
    Plane,
}

/// What the last plot of the line shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LineAspect {
    /// How far the reverse kernel is from a Gaussian as more steps are merged.
    #[default]
    Merging,
    /// Standardised data, compared with `x_T`.
    Normalising,
    /// How fast the start distribution is forgotten.
    Forgetting,
}

/// A distribution that the reverse kernels start from, instead of `q(x_T)`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StartShape {
    /// A narrow Gaussian at the clicked x.
    #[default]
    Narrow,
    /// Uniform over everything that is shown.
    Uniform,
    /// The data themselves.
    Data,
}

/// Options of the line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LineOptions {
    /// The data.
    pub shape: LineShape,
    /// The clicked `x_t`.
    pub x: f64,
    /// The timestep at which it was clicked, from which paths start.
    pub from: usize,
    /// Number of paths of each stochastic process.
    pub paths: usize,
    /// How many steps are merged into one: the kernel leads from t to t − `merge`.
    pub merge: usize,
    /// What the last plot shows.
    pub aspect: LineAspect,
    /// The distribution that is taken through the reverse kernels.
    pub start: StartShape,
}

impl Default for LineOptions {
    fn default() -> Self {
        Self {
            shape: LineShape::default(),
            x: 0.4,
            from: 300,
            paths: 8,
            merge: 20,
            aspect: LineAspect::default(),
            start: StartShape::default(),
        }
    }
}

/// Where the data of the plane come from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PlaneSource {
    /// A named distribution.
    Named(PlaneData),
    /// Points painted by hand.
    Painted(Vec<[f64; 2]>),
    /// The ink of the scene's picture, dark on light or light on dark, as a density.
    Picture,
}

impl Default for PlaneSource {
    fn default() -> Self {
        Self::Named(PlaneData::EightGaussians)
    }
}

/// What is studied in the plane.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PlaneSubject {
    /// Clouds of particles, forward and backward.
    #[default]
    Particles,
    /// Samplers, compared side by side.
    Race,
    /// Guidance towards a class.
    Guidance,
    /// A network that learns the score.
    Learning,
    /// `ln p(x)` along the ODE.
    Likelihood,
}

impl PlaneSubject {
    /// All subjects.
    pub const ALL: [Self; 5] =
        [Self::Particles, Self::Race, Self::Guidance, Self::Learning, Self::Likelihood];
}

/// How the score is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Vectors {
    /// It is not drawn.
    None,
    /// As arrows.
    #[default]
    Arrows,
    /// As lines that follow it.
    Streamlines,
}

/// A sampler of the plane, and the number of its network calls.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Racer {
    /// The sampler.
    pub solver: Solver,
    /// Number of network calls.
    pub calls: usize,
}

/// Options of the plane.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PlaneOptions {
    /// What is studied.
    pub subject: PlaneSubject,
    /// The data.
    pub data: PlaneSource,
    /// The process that diffuses the data. Its times are those at which it has the schedule's log-SNR.
    pub process: Process,
    /// The sampler.
    pub sampler: Racer,
    /// Number of particles; `None` for as many as the window's device can move without lag.
    pub particles: Option<usize>,
    /// Whether the marginal density is drawn.
    pub density: bool,
    /// Whether lines of equal density are drawn.
    pub contours: bool,
    /// How the score is drawn.
    pub vectors: Vectors,
    /// The clicked state, in units in which every level of noise has unit variance.
    pub point: [f64; 2],
    /// Whether the learned score is used instead of the exact one, if there is one.
    pub learned: bool,
    /// The samplers of the race.
    pub racers: Vec<Racer>,
    /// The class that samples are guided towards.
    pub class: usize,
    /// Guidance scale w.
    pub scale: f64,
    /// What the network learns to predict.
    pub target: PredictionType,
    /// Width of the network's hidden layers.
    pub hidden: usize,
    /// Number of iterations of the network's training.
    pub iterations: u64,
}

impl Default for PlaneOptions {
    fn default() -> Self {
        let racer = |(solver, calls)| Racer { solver, calls };
        Self {
            subject: PlaneSubject::default(),
            data: PlaneSource::default(),
            process: Process::VP,
            sampler: Racer { solver: Solver::Ddpm, calls: 50 },
            particles: None,
            density: true,
            contours: false,
            vectors: Vectors::default(),
            point: [0.3, 1.1],
            learned: false,
            racers: [
                (Solver::Ddpm, 50),
                (Solver::Ddim { eta: 0.0 }, 50),
                (Solver::OdeHeun, 50),
                (Solver::DpmPlusPlus, 50),
            ]
            .map(racer)
            .to_vec(),
            class: 0,
            scale: 2.0,
            target: PredictionType::Epsilon,
            hidden: 64,
            iterations: 4000,
        }
    }
}

/// Options of the Distributions chapter.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DistributionsOptions {
    /// Whether the line or the plane is shown.
    pub space: Space,
    /// Options of the line.
    pub line: LineOptions,
    /// Options of the plane.
    pub plane: PlaneOptions,
}

impl Options for DistributionsOptions {
    fn check(&self) -> Result<(), SceneError> {
        self.line.check()?;
        self.plane.check()
    }

    fn follow(&mut self, change: Change) {
        // The timestep from which paths start keeps its fraction of T.
        if let Change::Steps { old, new } = change
            && self.line.from > 0
        {
            self.line.from = rescaled_t(self.line.from, old, new);
        }
    }
}

impl LineOptions {
    fn check(&self) -> Result<(), SceneError> {
        let name = self.shape.name();
        within(self.shape.density().is_some(), "distributions.line.shape", "a density", name)?;
        within(PLACES.contains(&self.x), "distributions.line.x", "from -10 to 10", self.x)?;
        let steps = 1..=10_000;
        within(steps.contains(&self.from), "distributions.line.from", "from 1 to 10000", self.from)?;
        within(steps.contains(&self.merge), "distributions.line.merge", "from 1 to 10000", self.merge)?;
        within((1..=64).contains(&self.paths), "distributions.line.paths", "from 1 to 64", self.paths)
    }
}

impl PlaneOptions {
    fn check(&self) -> Result<(), SceneError> {
        if let PlaneSource::Painted(points) = &self.data {
            let most = format!("at most {MAX_PAINTED} points from -10 to 10");
            let sound =
                points.len() <= MAX_PAINTED && points.as_flattened().iter().all(|x| PLACES.contains(x));
            within(sound, "distributions.plane.data", &most, points.len())?;
        }
        let process = self.process.name();
        let known = Process::ALL.contains(&self.process);
        within(known, "distributions.plane.process", "vp, ve or subvp as in the paper", process)?;
        if let Some(particles) = self.particles {
            let field = "distributions.plane.particles";
            within((100..=100_000).contains(&particles), field, "from 100 to 100000", particles)?;
        }
        let inside = self.point.iter().all(|x| PLACES.contains(x));
        within(inside, "distributions.plane.point", "from -10 to 10", format!("{:?}", self.point))?;
        let racers = self.racers.len();
        let range = format!("1 to {MAX_RACERS}");
        within((1..=MAX_RACERS).contains(&racers), "distributions.plane.racers", &range, racers)?;
        for racer in self.racers.iter().chain([&self.sampler]) {
            racer.check()?;
        }
        within(self.class < 64, "distributions.plane.class", "below 64", self.class)?;
        within((0.0..=20.0).contains(&self.scale), "distributions.plane.scale", "from 0 to 20", self.scale)?;
        within((8..=256).contains(&self.hidden), "distributions.plane.hidden", "from 8 to 256", self.hidden)?;
        let iterations = self.iterations;
        let range = 100..=1_000_000;
        let field = "distributions.plane.iterations";
        within(range.contains(&iterations), field, "from 100 to 1000000", iterations)
    }
}

impl Racer {
    fn check(&self) -> Result<(), SceneError> {
        let calls = self.calls;
        within((1..=2000).contains(&calls), "distributions.plane calls", "from 1 to 2000", calls)?;
        let (name, value, range) = match self.solver {
            Solver::Ddim { eta } => ("distributions.plane eta", eta, 0.0..=1.0),
            Solver::PredictorCorrector { snr } => ("distributions.plane snr", snr, 0.0..=1.0),
            Solver::Langevin { step } => ("distributions.plane step", step, 0.001..=1.0),
            Solver::OdeRk45 { tolerance } => ("distributions.plane tolerance", tolerance, 1e-9..=0.1),
            _ => return Ok(()),
        };
        within(range.contains(&value), name, &format!("from {} to {}", range.start(), range.end()), value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::{Action, Scene};

    #[test]
    fn options_survive_a_file_and_old_scenes_have_none() {
        let mut scene = Scene::default();
        scene.chapters.distributions.plane.data = PlaneSource::Painted(vec![[0.5, -1.0]]);
        scene.chapters.distributions.plane.process = Process::VE;
        scene.chapters.distributions.plane.sampler =
            Racer { solver: Solver::Langevin { step: 0.2 }, calls: 200 };
        let [.., drawn] = LineShape::all();
        scene.chapters.distributions.line.shape = drawn;
        let mut json = serde_json::to_value(&scene).unwrap();
        assert_eq!(serde_json::from_value::<Scene>(json.clone()).unwrap(), scene);
        json.as_object_mut().unwrap().remove("distributions");
        let old: Scene = serde_json::from_value(json).unwrap();
        assert_eq!(old.chapters.distributions, DistributionsOptions::default());
    }

    #[test]
    fn impossible_options_are_refused_by_name() {
        type Spoil = fn(&mut DistributionsOptions);
        let spoils: [(&str, Spoil); 7] = [
            ("plane.particles", |o| o.plane.particles = Some(7)),
            ("line.shape", |o| o.line.shape = LineShape::Mixture(Vec::new())),
            ("line.x", |o| o.line.x = f64::NAN),
            ("line.merge", |o| o.line.merge = 0),
            ("plane.racers", |o| o.plane.racers.clear()),
            ("plane eta", |o| o.plane.sampler.solver = Solver::Ddim { eta: 2.0 }),
            ("plane.process", |o| o.plane.process = Process::Ve { sigma_min: 0.0, sigma_max: -1.0 }),
        ];
        for (field, spoil) in spoils {
            let mut scene = Scene::default();
            let mut options = scene.chapters.distributions.clone();
            spoil(&mut options);
            let error = scene.apply(Action::options(options)).unwrap_err();
            assert!(error.to_string().contains(field), "{error}");
            assert_eq!(scene, Scene::default());
        }
    }
}
