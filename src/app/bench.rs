//! How long one frame of the window takes on the processor, for the `bench` command.

use std::sync::Arc;
use std::time::Instant;

use eframe::CreationContext;
use egui::{Rect, Vec2, pos2};

use super::chapters::{Rooms, Setup};
use super::command::Command;
use super::{App, AppError, OpenModel, Start};
use crate::model::{ModelError, ModelRef, Pipeline, UNet2DConfig, UNet2DModel};
use crate::scene::{Action, ChapterId, Scene};

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

/// A network of random weights: its predictions do not affect the time.
fn random_network(_: &ModelRef) -> Result<Pipeline, ModelError> {
    let config = UNet2DConfig::preset("tiny32").unwrap_or_default();
    let unet = UNet2DModel::init(&config, 7)?.prepared()?;
    Ok(Pipeline::of(unet, "random"))
}
