//! What is computed for the line.

use egui::{TextureHandle, TextureId, Ui};

use super::shades::{self, Shades};
use crate::analysis::line::{
    Forgetting, HeatMap, Normalising, PathSpec, Paths, PointSpec, PointView, RANGE, forget,
};
use crate::app::widgets::Horizontal;
use crate::background::{Computed, Latest, Missing, Pending, Wake};
use crate::diffusion::exact::Density;
use crate::diffusion::noise::{Key, Stream, plane};
use crate::diffusion::process::Level;
use crate::diffusion::{Gaussian, Schedule};
use crate::scene::{LineOptions, Scene, StartShape, TimeAxis};

/// The number of columns and rows of the heat map.
const HEAT: [usize; 2] = [240, 192];
/// The largest number of steps of a path.
const STEPS: usize = 200;
/// The largest number of reverse kernels, between T and the data, that a start distribution is taken through.
const KERNELS: usize = 48;
/// The number of points of the curve of the divergence over merged steps.
const MERGED: usize = 20;

/// The inputs of the heat map of `q(x_t)`.
#[derive(Clone, Debug, PartialEq)]
pub struct HeatSpec {
    data: Density,
    /// The quantity on the map's horizontal axis.
    pub axis: TimeAxis,
    /// The places of the map's left and right edge on that axis.
    pub ends: [f64; 2],
    /// The noise level of each column.
    levels: Vec<Level>,
}

/// The inputs of what is shown at a state, with the timesteps of the noise levels in them.
#[derive(Clone, Debug, PartialEq)]
pub struct PointKey {
    /// The state's timestep.
    pub t: usize,
    /// The timestep to which the reverse kernel leads.
    pub end: usize,
    /// What is computed.
    pub spec: PointSpec,
}

/// The inputs of the plot that follows a start distribution through the reverse kernels.
#[derive(Clone, Debug, PartialEq)]
pub struct ForgetSpec {
    data: Density,
    /// Timesteps with their levels, from T on.
    pub levels: Vec<(f64, Level)>,
    start: StartShape,
    /// The mean of a narrow start distribution; 0 for other starts, which have no place.
    x: f64,
}

/// The line's state.
pub struct Line {
    density: Option<Density>,
    heat: Latest<HeatSpec, HeatMap>,
    texture: Option<(Shades, TextureHandle)>,
    point: Latest<PointKey, PointView>,
    paths: Latest<PathSpec, Paths>,
    forgetting: Latest<ForgetSpec, Forgetting>,
    normalising: Latest<(Density, Level), Normalising>,
}

impl Default for Line {
    fn default() -> Self {
        Self {
            density: None,
            heat: Latest::new("marginals"),
            texture: None,
            point: Latest::new("reverse kernel"),
            paths: Latest::new("paths"),
            forgetting: Latest::new("forgetting"),
            normalising: Latest::new("normalising"),
        }
    }
}

impl Line {
    /// Requests the computations that the scene needs.
    pub fn prepare(&mut self, wake: Option<&Wake>, scene: &Scene, schedule: &Schedule) {
        let options = &scene.chapters.distributions.line;
        // This never fails: scenes change through `Scene::apply`, which refuses shapes that are not a
        // density.
        let Some(data) = options.shape.density() else { return };
        let heat = heat(&data, scene.axis, schedule);
        self.heat.want(wake, &heat, |spec, _| Ok(HeatMap::of(&spec.data, &spec.levels, HEAT[1])));
        let point = point(&data, options, schedule, scene.t);
        self.point.want(wake, &point, |key, _| Ok(PointView::of(&key.spec)));
        let paths = paths(&data, options, schedule, scene.seed);
        self.paths.want(wake, &paths, |spec, _| Ok(Paths::of(spec)));
        let last = level(schedule, schedule.steps());
        self.normalising
            .want(wake, &(data.clone(), last), |(data, last), _| Ok(Normalising::of(data, *last)));
        let forgetting = forgetting(&data, options, schedule);
        self.forgetting.want(wake, &forgetting, |spec, work| {
            let total = spec.levels.len().max(1);
            forget(
                &spec.data,
                &spec.levels,
                |place| start_density(&spec.data, spec.start, spec.x, place),
                |done| work.report(done as f64 / total as f64),
            )
            .ok_or(Missing::Cancelled)
        });
        self.density = Some(data);
    }

    /// All computations.
    pub fn tasks(&self) -> [&dyn Pending; 5] {
        [&self.heat, &self.point, &self.paths, &self.forgetting, &self.normalising]
    }

    /// All computations, mutably.
    pub fn tasks_mut(&mut self) -> [&mut dyn Pending; 5] {
        let Self { heat, point, paths, forgetting, normalising, .. } = self;
        [heat, point, paths, forgetting, normalising]
    }

    /// The density of the data; `None` before anything has been requested.
    pub fn density(&self) -> Option<&Density> {
        self.density.as_ref()
    }

    /// A state drawn from `q(x_t)`: a sample of the data, with noise added. Each call gives another state,
    /// because the present state is part of the seed.
    pub fn draw(&self, scene: &Scene, schedule: &Schedule) -> Option<f64> {
        let seed = scene.chapters.distributions.line.x.to_bits() ^ scene.seed;
        let clean = *self.density.as_ref()?.sample(seed, 1).first()?;
        let noise = *plane(Key::from_seed(seed), 0, Stream::Initial, 0, 0, 1).first()?;
        let level = level(schedule, scene.t);
        Some((level.scale * clean + level.sigma() * f64::from(noise)).clamp(RANGE[0], RANGE[1]))
    }

    /// The map of `q(x_t)` as a texture, with its inputs.
    pub fn heat(&mut self, ui: &Ui, dark: bool) -> Option<(TextureId, &HeatSpec)> {
        let Computed { key, value: map } = &**self.heat.get()?;
        let shades = Shades::new(map.size, &map.shades, dark);
        Some((shades::texture(ui, &mut self.texture, "marginals", shades), key))
    }

    /// What is shown at the clicked state.
    pub fn point(&self) -> Option<&Computed<PointKey, PointView>> {
        self.point.get().map(AsRef::as_ref)
    }

    /// The paths from the clicked state.
    pub fn paths(&self) -> Option<&Computed<PathSpec, Paths>> {
        self.paths.get().map(AsRef::as_ref)
    }

    /// How a start distribution develops under the reverse kernels.
    pub fn forgetting(&self) -> Option<&Computed<ForgetSpec, Forgetting>> {
        self.forgetting.get().map(AsRef::as_ref)
    }

    /// The standardised data beside `x_T`. Its inputs are not needed to draw it.
    pub fn normalising(&self) -> Option<&Normalising> {
        self.normalising.get().map(|computed| &computed.value)
    }
}

/// The noise level of a timestep from 0 to T.
pub fn level(schedule: &Schedule, t: usize) -> Level {
    if t == 0 { Level::CLEAN } else { some_signal(schedule.alpha_bar(t)) }
}

/// The noise level with this ᾱ, but at least 1e-9: formulas divide by √ᾱ, and a schedule may have `ᾱ_T = 0`.
fn some_signal(alpha_bar: f64) -> Level {
    Level::of_alpha_bar(alpha_bar.max(1e-9))
}

/// The timestep to which a reverse kernel of `merge` merged steps leads from `t`. It is never 0, because data
/// that consist of points have no density at timestep 0.
fn kernel_end(t: usize, merge: usize) -> usize {
    t.saturating_sub(merge).max(1)
}

/// The inputs of the heat map over a schedule. Between timesteps ᾱ is interpolated linearly.
fn heat(data: &Density, axis: TimeAxis, schedule: &Schedule) -> HeatSpec {
    let (low, high) = Horizontal::from(axis).range(schedule);
    let ends = if axis == TimeAxis::LogSnr { [high, low] } else { [low, high] };
    let column = |i: usize| {
        let place = ends[0] + (i as f64 + 0.5) / HEAT[0] as f64 * (ends[1] - ends[0]);
        if axis == TimeAxis::LogSnr {
            return some_signal(1.0 / (1.0 + (-place).exp()));
        }
        let alpha_bar = |t: f64| schedule.alpha_bar(t as usize);
        let part = place - place.floor();
        some_signal((1.0 - part) * alpha_bar(place.floor()) + part * alpha_bar(place.ceil()))
    };
    HeatSpec { data: data.clone(), axis, ends, levels: (0..HEAT[0]).map(column).collect() }
}

/// Timesteps from `first` to `last`, both included: all of them, or at most `most + 1` evenly spaced ones.
fn thinned(first: usize, last: usize, most: usize) -> Vec<usize> {
    let steps = last - first;
    let count = steps.min(most).max(1);
    let mut timesteps: Vec<usize> = (0..=count).map(|i| first + i * steps / count).collect();
    timesteps.dedup();
    timesteps
}

fn point(data: &Density, options: &LineOptions, schedule: &Schedule, t: usize) -> PointKey {
    // From t = 1 the kernel would lead to the data, which need not have a density. The kernel from t = 2 is
    // shown instead.
    let t = t.max(2).min(schedule.steps());
    let largest = (t - 1) as f64;
    let mut merged: Vec<usize> =
        (0..MERGED).map(|i| largest.powf(i as f64 / (MERGED - 1) as f64).round() as usize).collect();
    merged.dedup();
    let merged = merged.into_iter().map(|k| (k, level(schedule, t - k))).collect();
    let end = kernel_end(t, options.merge);
    let (level, before) = (level(schedule, t), level(schedule, end));
    PointKey { t, end, spec: PointSpec { data: data.clone(), level, before, merged, x: options.x } }
}

fn paths(data: &Density, options: &LineOptions, schedule: &Schedule, seed: u64) -> PathSpec {
    let from = options.from.min(schedule.steps());
    let with_levels = |t: usize| (t as f64, level(schedule, t));
    PathSpec {
        data: data.clone(),
        onwards: thinned(from, schedule.steps(), STEPS).into_iter().map(with_levels).collect(),
        backwards: thinned(0, from, STEPS).into_iter().rev().map(with_levels).collect(),
        x: options.x,
        count: options.paths,
        seed,
    }
}

fn forgetting(data: &Density, options: &LineOptions, schedule: &Schedule) -> ForgetSpec {
    let kernels = thinned(1, schedule.steps(), KERNELS).into_iter().rev();
    let levels = kernels.map(|t| (t as f64, level(schedule, t))).collect();
    // Only a narrow start depends on the place.
    let x = if options.start == StartShape::Narrow { options.x } else { 0.0 };
    ForgetSpec { data: data.clone(), levels, start: options.start, x }
}

fn start_density(data: &Density, start: StartShape, x: f64, place: f64) -> f64 {
    match start {
        StartShape::Narrow => Gaussian { mean: x, variance: 0.01 }.pdf(place),
        StartShape::Uniform => f64::from(u8::from(place.abs() <= RANGE[1])),
        // Data that consist of points have no density; they are replaced by bumps that are just wide enough
        // for the grid.
        StartShape::Data => data.log_pdf(Level { scale: 1.0, variance: 0.0036 }, place).exp(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::chapters::{Chapter as _, Input};
    use crate::app::particles::Canvas;
    use crate::app::view::Teaching;
    use crate::app::wake::wake;
    use crate::diffusion::Raster;
    use crate::imaging;
    use crate::scene::{Action, ChapterId, Derived};

    fn input<'a>(
        ctx: &'a egui::Context,
        scene: &'a Scene,
        derived: &'a Derived,
        image: &'a Raster,
    ) -> Input<'a> {
        Input {
            ctx: Some(ctx),
            scene,
            derived,
            image,
            original: image,
            canvas: Canvas::unseen(),
            teaching: Teaching::Nothing,
        }
    }

    #[test]
    fn a_panic_is_told_once_wherever_the_window_has_gone_meanwhile() {
        let (ctx, mut scene) = (egui::Context::default(), Scene::default());
        let derived = Derived::of(&scene).unwrap();
        let image = imaging::sample("camera").unwrap().load().unwrap().pixels;
        let image = imaging::fit(&image, &scene.fit);
        let mut room = super::super::Distributions::default();
        let data = scene.chapters.distributions.line.shape.density().unwrap();
        let spec = heat(&data, scene.axis, &derived.side(scene.active).schedule);
        room.line.heat.want(Some(&wake(&ctx)), &spec, |_, _| panic!("meant by the test"));
        // Another chapter is on show when the computation ends.
        let told = loop {
            room.prepare(&input(&ctx, &scene, &derived, &image)).unwrap();
            match room.take_failures().pop() {
                Some(missing) => break missing.reason().unwrap(),
                None => std::thread::yield_now(),
            }
        };
        assert_eq!(told, "marginals: stopped by an internal error (meant by the test)");
        assert!(room.take_failures().is_empty() && !room.is_busy());
        // The chapter is shown again under another schedule: the values for that schedule are computed.
        scene.chapter = ChapterId::Distributions;
        scene.apply(Action::Steps(50)).unwrap();
        let derived = Derived::of(&scene).unwrap();
        let input = input(&ctx, &scene, &derived, &image);
        room.prepare(&input).unwrap();
        while room.is_busy() {
            room.prepare(&input).unwrap();
        }
        assert!(room.line.heat.get().is_some() && room.take_failures().is_empty());
    }

    #[test]
    fn thinned_timesteps_keep_both_ends() {
        for (first, last) in [(0, 1), (1, 1), (0, 7), (300, 1000), (0, 10_000)] {
            let timesteps = thinned(first, last, 50);
            assert_eq!((timesteps[0], timesteps[timesteps.len() - 1]), (first, last));
            assert!(timesteps.windows(2).all(|pair| pair[0] < pair[1]) && timesteps.len() <= 51);
        }
    }
}
