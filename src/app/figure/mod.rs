//! A chapter, or one plot of it, as a figure: the window's own canvas and formula, drawn without a window.

mod dialog;
mod layout;
mod raster;
mod svg;

use std::io::Write as _;
use std::path::Path;

use eframe::egui_wgpu::{
    RenderState, Renderer, RendererOptions, WgpuConfiguration, WgpuSetup, WgpuSetupCreateNew,
};
use egui::epaint::ClippedShape;
use egui::{ColorImage, Rect, pos2, vec2};

pub(super) use self::dialog::{FigureChoice, FigureDialog, Order};
pub use self::dialog::{FigureFormat, LETTERINGS, SIDES};
use self::layout::figure_ui;
use self::raster::{Pixmap, rasterise};
use super::chapters::{Chapter, ChapterError, Input, Rooms, Setup};
use super::highlight::Pointed;
use super::images::{Images, Prepared};
use super::lessons::Playing;
use super::open_engine;
use super::particles::Canvas;
use super::pictures::{Pictures, Stored};
use super::plots::Plots;
use super::stage::Stage;
use super::theme::install;
use super::view::Teaching;
use super::viewport::{Probe, Viewport};
use super::words::{Language, words};
use crate::gpu::{Device, GpuError};
use crate::imaging::{ImagingError, PixelBytes, save_png, write_atomically};
use crate::scene::{Derived, Scene, SceneError};

/// Frames that are drawn before the picture is taken, until the layout has settled and statistics have arrived.
const FRAMES: usize = 4;

/// Why a figure could not be made.
#[derive(Debug, thiserror::Error)]
pub enum FigureError {
    /// There is no device to draw with, or it failed.
    #[error(transparent)]
    Gpu(#[from] GpuError),
    /// The scene is not valid.
    #[error(transparent)]
    Scene(#[from] SceneError),
    /// The content of the chapter cannot be computed.
    #[error(transparent)]
    Chapter(#[from] ChapterError),
    /// The picture cannot be decoded, or the file cannot be written.
    #[error(transparent)]
    Imaging(#[from] ImagingError),
    /// Letters would lie over each other.
    #[error(
        "{} × {} pixels with letters of {lettering} times their size are too few for a chapter: take at least {} × {}, or \
         smaller letters",
        size[0], size[1], least[0], least[1]
    )]
    Small {
        /// The size in pixels.
        size: [u32; 2],
        /// Pixels per point.
        lettering: f32,
        /// The least size in pixels with these letters.
        least: [u32; 2],
    },
    /// The chapter does not show the plot that was asked for.
    #[error("this plot is not on show any more; bring it back, and save it again")]
    NoPlot,
}

/// The least size of a chapter, in points.
const LEAST: [f32; 2] = [400.0, 300.0];

/// Size and look of a figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FigureOptions {
    /// Size in pixels, `[width, height]`.
    pub size: [u32; 2],
    /// Pixels per point: how large letters and lines are. At 1, text is about 13 pixels high.
    pub lettering: f32,
    /// Whether the theme is dark.
    pub dark: bool,
    /// The language of the figure's text.
    pub language: Language,
}

impl Default for FigureOptions {
    fn default() -> Self {
        Self { size: [1600, 1000], lettering: 1.0, dark: false, language: Language::default() }
    }
}

impl FigureOptions {
    /// The size in points, for which the figure is laid out.
    fn points(&self) -> egui::Vec2 {
        let [width, height] = self.size;
        vec2(width as f32, height as f32) / self.lettering
    }
}

/// The scene that is drawn, and which part of it.
pub struct Subject<'a> {
    scene: &'a Scene,
    picture: Prepared,
    room: Option<Box<dyn Chapter + Send>>,
    viewport: Viewport,
    part: Part<'a>,
}

/// Which part of a scene is drawn.
#[derive(Clone, Copy)]
enum Part<'a> {
    /// The chapter with a heading and its formula.
    Chapter,
    /// The same with what a step of a lesson lights up, and, if the switch says so, its words.
    Step(&'a Playing, bool),
    /// One plot, from a canvas that has the figure's size: it is cut out.
    Plot(&'a str),
}

impl<'a> Subject<'a> {
    /// The scene's chapter; `picture` is the scene's picture.
    pub fn chapter(scene: &'a Scene, picture: Prepared) -> Self {
        Self { scene, picture, room: None, viewport: Viewport::default(), part: Part::Chapter }
    }

    /// A step of a lesson, with its words if `said`.
    pub(super) fn step(playing: &'a Playing, said: bool, picture: Prepared) -> Self {
        Self { part: Part::Step(playing, said), ..Self::chapter(playing.scene(), picture) }
    }

    /// One plot of the scene's chapter alone, by its identifier. The figure's size is that of the canvas from which it
    /// is cut out.
    pub(super) fn plot(scene: &'a Scene, picture: Prepared, id: &'a str) -> Self {
        Self { part: Part::Plot(id), ..Self::chapter(scene, picture) }
    }

    /// Shows the chapter as a window does: as this room, in place of one in which everything is computed anew, and with
    /// this part of the pictures.
    #[must_use]
    pub(super) fn seen_as(self, room: Option<Box<dyn Chapter + Send>>, viewport: Viewport) -> Self {
        Self { room, viewport, ..self }
    }
}

/// All that a figure in a window's look is drawn from, by itself: it can be drawn on another thread, later.
pub(super) struct Still {
    /// The scene.
    pub scene: Scene,
    /// The scene's picture.
    pub picture: Prepared,
    /// The room of the scene's chapter; `None` if it follows from the scene.
    pub room: Option<Box<dyn Chapter + Send>>,
    /// The part of the pictures that is on show.
    pub viewport: Viewport,
    /// Size and look.
    pub options: FigureOptions,
    /// The plot that is wanted; the whole chapter if `None`.
    pub plot: Option<String>,
}

impl Still {
    /// Draws the figure into a file of the kind that its name tells.
    ///
    /// # Errors
    /// When drawing fails or the file cannot be written.
    pub fn save(mut self, path: &Path) -> Result<(), FigureError> {
        let options = self.options;
        Studio::open(Device::Auto)?.save(path, self.subject(), options)
    }

    /// Draws the figure into pixels.
    ///
    /// # Errors
    /// When drawing fails.
    pub fn draw(mut self) -> Result<ColorImage, FigureError> {
        let options = self.options;
        let (rgba, size) = Studio::open(Device::Auto)?.draw(self.subject(), options)?;
        Ok(ColorImage::from_rgba_unmultiplied(size.map(|side| side as usize), &rgba))
    }

    fn subject(&mut self) -> Subject<'_> {
        let room = self.room.take();
        let subject = match &self.plot {
            Some(id) => Subject::plot(&self.scene, self.picture.clone(), id),
            None => Subject::chapter(&self.scene, self.picture.clone()),
        };
        subject.seen_as(room, self.viewport)
    }
}

/// A figure that has been laid out: shapes that are not pixels yet.
struct Drawing {
    ctx: egui::Context,
    shapes: Vec<ClippedShape>,
    /// The part of the shapes that is wanted, in points.
    part: Rect,
    options: FigureOptions,
    /// Holds the textures that the shapes show.
    _stage: Stage,
}

/// Draws figures. Opening an adapter takes a moment, so one studio should draw all figures.
pub struct Studio {
    window: RenderState,
    device: Device,
}

impl Studio {
    /// Opens an adapter to draw with, a software one if there is no other.
    ///
    /// # Errors
    /// When there is no adapter at all.
    pub fn open(device: Device) -> Result<Self, FigureError> {
        let setup = WgpuSetup::CreateNew(WgpuSetupCreateNew::without_display_handle());
        let instance = pollster::block_on(setup.new_instance());
        let configuration = WgpuConfiguration { wgpu_setup: setup, ..WgpuConfiguration::default() };
        let state = RenderState::create(&configuration, &instance, None, RendererOptions::PREDICTABLE);
        let window = pollster::block_on(state).map_err(|error| GpuError::NoAdapter(error.to_string()))?;
        Ok(Self { window, device })
    }

    /// Draws a figure into a file: SVG if its name ends in `.svg`, else PNG.
    ///
    /// # Errors
    /// When drawing fails or the file cannot be written. No incomplete file is left.
    pub fn save(
        &mut self,
        path: &Path,
        subject: Subject<'_>,
        options: FigureOptions,
    ) -> Result<(), FigureError> {
        if FigureFormat::of(path) == FigureFormat::Svg {
            let text = self.svg(subject, options)?;
            return Ok(write_atomically(path, |file| file.write_all(text.as_bytes()))?);
        }
        let (rgba, [width, height]) = self.draw(subject, options)?;
        Ok(save_png(path, PixelBytes::Rgba(&rgba), width, height)?)
    }

    /// Draws a figure and returns its RGBA bytes, row by row, with its width and height. A figure of a whole chapter
    /// has the size that was asked for.
    ///
    /// # Errors
    /// When drawing fails.
    pub fn draw(
        &mut self,
        subject: Subject<'_>,
        options: FigureOptions,
    ) -> Result<(Vec<u8>, [u32; 2]), FigureError> {
        let drawing = self.lay_out(subject, options)?;
        let raster = self.pixels(&drawing.ctx, drawing.shapes, options.size, options.lettering)?;
        let pixel = |point: f32| (point * options.lettering).round().max(0.0) as u32;
        let Rect { min, max } = drawing.part;
        let mut part = raster.part([pixel(min.x), pixel(min.y)], [pixel(max.x), pixel(max.y)]);
        part.rgba.chunks_exact_mut(4).for_each(|pixel| pixel[3] = 255);
        Ok((part.rgba, part.size))
    }

    /// Draws a figure as the text of an SVG file: curves and letters as paths, pictures as pixels.
    ///
    /// # Errors
    /// When drawing fails.
    pub fn svg(&mut self, subject: Subject<'_>, options: FigureOptions) -> Result<String, FigureError> {
        let drawing = self.lay_out(subject, options)?;
        let most = self.window.device.limits().max_texture_dimension_2d;
        svg::document(&drawing, most, |shapes, size, scale| {
            Ok(self.pixels(&drawing.ctx, shapes, size, scale)?)
        })
    }

    fn lay_out(&mut self, subject: Subject<'_>, options: FigureOptions) -> Result<Drawing, FigureError> {
        let Subject { scene, picture, room, viewport, part } = subject;
        let [width, height] = options.size;
        let max = self.window.device.limits().max_texture_dimension_2d;
        if width > max || height > max {
            let size = (width as usize, height as usize);
            let max = max as usize;
            return Err(GpuError::Size { what: "a figure", width: size.0, height: size.1, max }.into());
        }
        let points = options.points();
        if !matches!(part, Part::Plot(_)) && (points.x < LEAST[0] || points.y < LEAST[1]) {
            let FigureOptions { size, lettering, .. } = options;
            let least = LEAST.map(|points| (points * lettering).ceil() as u32);
            return Err(FigureError::Small { size, lettering, least });
        }
        // Every figure starts with fresh textures.
        let format = self.window.target_format;
        let renderer = Renderer::new(&self.window.device, format, RendererOptions::PREDICTABLE);
        *self.window.renderer.write() = renderer;
        let engine = open_engine(Some(&self.window), self.device)?;
        let mut rooms = Rooms::new(&Setup::default());
        let mut stage = Stage {
            derived: Derived::of(scene).map_err(SceneError::from)?,
            pictures: Pictures::new(Some(engine), Some(self.window.clone()), &picture.raster),
            stored: Stored::default(),
            images: Images::new(picture),
            canvas: Canvas::of(&self.window).alike(),
            viewport,
            probe: Probe::default(),
            pointed: Pointed::default(),
            plots: Plots::default(),
        };
        if let Some(room) = room {
            rooms.put(room);
        }
        let teaching =
            if let Part::Step(playing, _) = &part { playing.teaching() } else { Teaching::Nothing };
        rooms.get_mut(scene.chapter).prepare(&Input { teaching, ..stage.input(None, scene) })?;
        let words = words(options.language);
        let ctx = egui::Context::default();
        install(&ctx);
        ctx.set_theme(if options.dark { egui::Theme::Dark } else { egui::Theme::Light });
        let whole = Rect::from_min_size(pos2(0.0, 0.0), options.points());
        let mut shapes = Vec::new();
        for frame in 0..FRAMES {
            let mut input = egui::RawInput {
                screen_rect: Some(whole),
                time: Some(frame as f64 / 60.0),
                ..egui::RawInput::default()
            };
            if let Some(viewport) = input.viewports.get_mut(&egui::ViewportId::ROOT) {
                viewport.native_pixels_per_point = Some(options.lettering);
            }
            let mut full =
                ctx.run_ui(input, |ui| figure_ui(ui, &mut stage, &mut rooms, (scene, &words), part));
            self.take_textures(&mut full.textures_delta);
            shapes = full.shapes;
            stage.pictures.finish()?;
            stage.pictures.poll(&ctx);
            if let Some(error) = stage.pictures.take_failure() {
                return Err(error.into());
            }
        }
        let part = match part {
            Part::Plot(id) => stage.plots.find(id).ok_or(FigureError::NoPlot)?.rect.intersect(whole),
            Part::Chapter | Part::Step(..) => whole,
        };
        Ok(Drawing { ctx, shapes, part, options, _stage: stage })
    }

    /// Uploads new textures. Textures that egui no longer needs are freed with the renderer.
    fn take_textures(&self, delta: &mut egui::TexturesDelta) {
        let mut renderer = self.window.renderer.write();
        for (id, images) in delta.set.drain() {
            for image in images {
                renderer.update_texture(&self.window.device, &self.window.queue, id, &image);
            }
        }
        delta.free.clear();
    }

    fn pixels(
        &self,
        ctx: &egui::Context,
        shapes: Vec<ClippedShape>,
        size: [u32; 2],
        scale: f32,
    ) -> Result<Pixmap, GpuError> {
        rasterise(&self.window, &ctx.tessellate(shapes, scale), size, scale)
    }
}
