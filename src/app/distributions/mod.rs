//! The Distributions chapter's state: what is computed for it in the background. Views only read.

mod commands;
mod followed;
mod learning;
mod line;
mod plane;
mod shades;

pub use self::commands::DistributionsCommand;
pub use self::line::Line;
pub use self::plane::{Plane, paintable};
use crate::app::background::Task;
use crate::app::particles::Canvas;
use crate::diffusion::Raster;
use crate::diffusion::solvers::Solver;
use crate::scene::{Chapter, Derived, Scene, Space};

/// The chapter's state.
pub struct Distributions {
    /// What particles are drawn with.
    pub canvas: Canvas,
    /// The line.
    pub line: Line,
    /// The plane.
    pub plane: Plane,
}

impl Distributions {
    /// Nothing computed yet.
    pub fn new(canvas: Canvas) -> Self {
        Self { canvas, line: Line::default(), plane: Plane::default() }
    }

    /// For figures: where the scene shows the chapter, everything is computed here and now.
    pub fn of_scene(canvas: Canvas, scene: &Scene, derived: &Derived, image: &Raster) -> Self {
        let mut distributions = Self::new(canvas);
        distributions.prepare(None, scene, derived, image);
        distributions
    }

    /// Takes in what has ended, and wants what the scene shows, where the chapter is on show.
    pub fn prepare(&mut self, ctx: Option<&egui::Context>, scene: &Scene, derived: &Derived, image: &Raster) {
        // What was begun for another chapter or subject comes to its end there.
        self.line.tasks_mut().into_iter().for_each(Task::poll);
        self.plane.tasks_mut().into_iter().for_each(Task::poll);
        if scene.chapter != Chapter::Distributions {
            return;
        }
        let schedule = &derived.side(scene.active).schedule;
        match scene.distributions.space {
            Space::Line => self.line.prepare(ctx, scene, schedule),
            Space::Plane => self.plane.prepare(ctx, self.canvas, scene, schedule, image),
        }
    }

    /// Whether anything is under way that comes to its end by itself.
    pub fn is_busy(&self) -> bool {
        let busy = |task: &&dyn Task| task.fraction().is_some();
        let computing = self.line.tasks().iter().any(busy) || self.plane.tasks().iter().any(busy);
        computing || self.plane.learning.is_open()
    }

    /// What has failed that should never fail, each once.
    pub fn take_panics(&mut self) -> Vec<String> {
        let line = self.line.tasks_mut().into_iter().filter_map(Task::take_panic);
        line.chain(self.plane.tasks_mut().into_iter().filter_map(Task::take_panic)).collect()
    }
}

/// A sampler's name in lists and captions.
pub fn solver_label(solver: &Solver) -> &'static str {
    match solver {
        Solver::Ddpm => "DDPM",
        Solver::Ddim { .. } => "DDIM",
        Solver::ReverseSde => "Reverse SDE",
        Solver::PredictorCorrector { .. } => "Predictor–corr.",
        Solver::Langevin { .. } => "Langevin",
        Solver::OdeEuler => "ODE, Euler",
        Solver::OdeHeun => "ODE, Heun",
        Solver::OdeRk45 { .. } => "ODE, RK45",
        Solver::DpmPlusPlus => "DPM-Solver++",
    }
}
