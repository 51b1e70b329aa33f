//! How long one frame of the window takes on the processor, and how fast a network learns meanwhile, for the `bench`
//! command.

use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};

use eframe::CreationContext;
use egui::{Rect, Vec2, pos2};

use super::chapters::{Rooms, Setup};
use super::command::Command;
use super::{App, AppError, OpenModel, Start};
use crate::model::{ModelError, ModelRef, Pipeline, UNet2DConfig, UNet2DModel};
use crate::scene::{Action, ChapterId, Scene};
use crate::worker::{WorkerError, begin};

/// Frames drawn before the measurement: fonts are laid out, galleys and formulas cached.
const WARM_UP: usize = 20;
/// How far t moves from frame to frame: as in a fast drag.
const STRIDE: usize = 7;

/// Milliseconds of each measured frame.
#[derive(Clone, Debug, Default)]
pub struct FrameTimes {
    /// Time of the program's own code and of egui's layout.
    pub layout: Vec<f64>,
    /// Time of turning shapes into triangles.
    pub tessellation: Vec<f64>,
}

impl FrameTimes {
    /// The sum of both times, frame by frame.
    pub fn whole(&self) -> Vec<f64> {
        self.layout.iter().zip(&self.tessellation).map(|(a, b)| a + b).collect()
    }
}

/// Draws `frames` frames of the whole window showing a chapter, at T = 1000 and with two schedules
/// compared, while t moves in every frame. All panels take part; nothing is rasterised, and
/// pictures (the engine's work) stay empty. The heaviest work of a chapter is under way all the while: networks run at
/// full speed, clouds of particles move.
///
/// # Errors
/// When the built-in picture cannot be decoded: never in a sound build.
pub fn frame_times(chapter: ChapterId, size: [f32; 2], frames: usize) -> Result<FrameTimes, AppError> {
    let ctx = egui::Context::default();
    let mut scene = Scene::default();
    scene.apply(Action::Chapter(chapter))?;
    scene.apply(Action::Compare(true))?;
    let steps = scene.steps();
    Rooms::new(&Setup::default()).get(chapter).strain(&mut scene);
    let opener = Some(OpenModel(Arc::new(random_network)));
    let start = Start { scene: Some(scene), without_pictures: true, opener, ..Start::default() };
    let mut app = App::new(&CreationContext::_new_kittest(ctx.clone()), start)?;
    let mut window = eframe::Frame::_new_kittest();
    let screen = Rect::from_min_size(pos2(0.0, 0.0), Vec2::from(size));
    let mut times = FrameTimes::default();
    for i in 0..WARM_UP + frames {
        let input = egui::RawInput {
            screen_rect: Some(screen),
            time: Some(i as f64 / 60.0),
            ..egui::RawInput::default()
        };
        if let Some(order) = app.rooms.get(chapter).strain_order() {
            app.run(&ctx, Command::Order(order));
        }
        let began = Instant::now();
        app.shell.apply(&ctx, Action::Timestep(1 + i * STRIDE % steps));
        let mut output = ctx.run_ui(input, |ui| {
            eframe::App::logic(&mut app, ui.ctx(), &mut window);
            eframe::App::ui(&mut app, ui, &mut window);
        });
        let laid_out = Instant::now();
        let triangles = ctx.tessellate(std::mem::take(&mut output.shapes), output.pixels_per_point);
        let tessellated = Instant::now();
        drop(triangles);
        output.drop_without_applying_deltas();
        if i >= WARM_UP {
            times.layout.push((laid_out - began).as_secs_f64() * 1e3);
            times.tessellation.push((tessellated - laid_out).as_secs_f64() * 1e3);
        }
    }
    Ok(times)
}

/// The time of one frame of a screen that is drawn 60 times a second.
const FRAME: Duration = Duration::from_nanos(1_000_000_000 / 60);
/// The number of iterations before the speed of a training is measured.
const BEGINNING: u64 = 20;
/// How long a training is waited for.
const PATIENCE: Duration = Duration::from_mins(2);

/// Iterations per second of the training that the window offers first, measured in the window, and by itself.
#[derive(Clone, Copy, Debug)]
pub struct TrainingRates {
    /// In the window, which is laid out 60 times a second on the chapter Training; nothing is rasterised.
    pub window: f64,
    /// By itself, as the command `train` learns.
    pub alone: f64,
}

/// Trains the same network for `time` in the window and then by itself.
///
/// # Errors
/// When the window cannot be laid out, the data cannot be opened or the training fails.
pub fn training_rates(size: [f32; 2], time: Duration) -> Result<TrainingRates, AppError> {
    let ctx = egui::Context::default();
    let mut scene = Scene::default();
    scene.apply(Action::Chapter(ChapterId::Training))?;
    Rooms::new(&Setup::default()).get(ChapterId::Training).strain(&mut scene);
    scene.chapters.training.rival = None;
    let start = Start { scene: Some(scene), without_pictures: true, ..Start::default() };
    let mut app = App::new(&CreationContext::_new_kittest(ctx.clone()), start)?;
    if let Some(order) = app.rooms.get(ChapterId::Training).strain_order() {
        app.run(&ctx, Command::Order(order));
    }
    let mut window = eframe::Frame::_new_kittest();
    let screen = Rect::from_min_size(pos2(0.0, 0.0), Vec2::from(size));
    let (opened, mut began) = (Instant::now(), None);
    let window = loop {
        let frame = Instant::now();
        let time_now = Some(opened.elapsed().as_secs_f64());
        let input = egui::RawInput { screen_rect: Some(screen), time: time_now, ..egui::RawInput::default() };
        let output = ctx.run_ui(input, |ui| {
            eframe::App::logic(&mut app, ui.ctx(), &mut window);
            eframe::App::ui(&mut app, ui, &mut window);
        });
        output.drop_without_applying_deltas();
        let iteration = app.workshop.training().map_or(0, |training| training.iteration());
        if began.is_none() && iteration >= BEGINNING {
            began = Some((Instant::now(), iteration));
        }
        match began {
            Some((began, first)) if began.elapsed() >= time => {
                break (iteration - first) as f64 / began.elapsed().as_secs_f64();
            }
            None if opened.elapsed() > PATIENCE => return Err(no_training()),
            _ => sleep(FRAME.saturating_sub(frame.elapsed())),
        }
    };
    let spec = app.workshop.training().map(|training| training.spec.clone());
    drop(app);
    let spec = spec.ok_or_else(no_training)?;
    let mut live = begin(&spec)?;
    while live.iteration() < BEGINNING {
        live.advance().map_err(WorkerError::from)?;
    }
    let began = Instant::now();
    while began.elapsed() < time {
        live.advance().map_err(WorkerError::from)?;
    }
    let alone = (live.iteration() - BEGINNING) as f64 / began.elapsed().as_secs_f64();
    Ok(TrainingRates { window, alone })
}

/// A network of random weights: its predictions do not affect the time.
fn random_network(_: &ModelRef) -> Result<Pipeline, ModelError> {
    let config = UNet2DConfig::preset("tiny32").unwrap_or_default();
    let unet = UNet2DModel::init(&config, 7)?.prepared()?;
    Ok(Pipeline::of(unet, "random"))
}

fn no_training() -> AppError {
    AppError::NoTraining { seconds: PATIENCE.as_secs() }
}
