//! A chapter as a figure: the window's own canvas and formula, drawn without a window.

use std::path::Path;
use std::sync::mpsc;

use eframe::egui_wgpu::{
    RenderState, Renderer, RendererOptions, ScreenDescriptor, WgpuConfiguration, WgpuSetup,
    WgpuSetupCreateNew,
};
use egui::{CentralPanel, Frame, Rect, Ui, pos2};
use i18n_embed_fl::fl;

use super::chapters::{ChapterError, Formula, Pixel, Rooms, Setup, canvas};
use super::command::Intent;
use super::highlight::{Lit, Pointed};
use super::images::{Images, Prepared};
use super::lessons::{self, Playing};
use super::particles::Canvas;
use super::pictures::{Pictures, Stored};
use super::stage::Stage;
use super::theme::{Theme, caption_font, install, title_font};
use super::viewport::{Probe, Viewport};
use super::widgets::fitted_line;
use super::words::{Language, Words, schedule_label, words};
use super::{open_engine, panels};
use crate::gpu::{Device, GpuError};
use crate::imaging::{ImagingError, PixelBytes, save_png};
use crate::scene::{Derived, Scene, SceneError};

/// Frames that are drawn before the picture is taken, until the layout has settled and statistics have arrived.
const FRAMES: usize = 4;
/// Height of a figure's heading, in points.
const HEADING: f32 = 44.0;

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
}

/// Size and look of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FigureOptions {
    /// Size in pixels, `[width, height]`.
    pub size: [u32; 2],
    /// Whether the theme is dark.
    pub dark: bool,
    /// The language of the figure's text.
    pub language: Language,
}

impl Default for FigureOptions {
    fn default() -> Self {
        Self { size: [1600, 1000], dark: false, language: Language::default() }
    }
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

    /// Draws a figure into a PNG file.
    ///
    /// # Errors
    /// When drawing fails or the file cannot be written. No incomplete file is left.
    pub fn save(
        &mut self,
        path: &Path,
        scene: &Scene,
        picture: Prepared,
        options: FigureOptions,
    ) -> Result<(), FigureError> {
        let rgba = self.draw(scene, picture, options)?;
        let [width, height] = options.size;
        Ok(save_png(path, PixelBytes::Rgba(&rgba), width, height)?)
    }

    /// Draws a figure and returns its RGBA bytes, row by row.
    ///
    /// # Errors
    /// When drawing fails.
    pub fn draw(
        &mut self,
        scene: &Scene,
        picture: Prepared,
        options: FigureOptions,
    ) -> Result<Vec<u8>, FigureError> {
        self.draw_with(scene, None, picture, options)
    }

    /// Draws the scene of a lesson's step, with what it lights up, and returns its RGBA bytes. With `said`, the step's
    /// words stand in it too.
    ///
    /// # Errors
    /// When drawing fails.
    pub(super) fn draw_step(
        &mut self,
        playing: &Playing,
        said: bool,
        picture: Prepared,
        options: FigureOptions,
    ) -> Result<Vec<u8>, FigureError> {
        self.draw_with(playing.scene(), Some((playing, said)), picture, options)
    }

    fn draw_with(
        &mut self,
        scene: &Scene,
        step: Option<(&Playing, bool)>,
        picture: Prepared,
        options: FigureOptions,
    ) -> Result<Vec<u8>, FigureError> {
        let [width, height] = options.size;
        let max = self.window.device.limits().max_texture_dimension_2d;
        if width > max || height > max {
            let size = (width as usize, height as usize);
            let max = max as usize;
            return Err(GpuError::Size { what: "a figure", width: size.0, height: size.1, max }.into());
        }
        // Every figure starts with fresh textures.
        let format = self.window.target_format;
        let renderer = Renderer::new(&self.window.device, format, RendererOptions::PREDICTABLE);
        *self.window.renderer.write() = renderer;
        let engine = open_engine(Some(&self.window), self.device)?;

        let derived = Derived::of(scene).map_err(SceneError::from)?;
        let canvas = Canvas::of(&self.window).alike();
        let mut rooms = Rooms::new(&Setup { canvas, ..Setup::default() });
        let mut stage = Stage {
            derived,
            pictures: Pictures::new(Some(engine), Some(self.window.clone()), &picture.raster),
            stored: Stored::default(),
            images: Images::new(picture),
            viewport: Viewport::default(),
            probe: Probe::default(),
            pointed: Pointed::default(),
        };
        rooms.get_mut(scene.chapter).prepare(&stage.input(None, scene))?;
        let words = words(options.language);
        let ctx = egui::Context::default();
        install(&ctx);
        ctx.set_theme(if options.dark { egui::Theme::Dark } else { egui::Theme::Light });
        let screen = Rect::from_min_size(pos2(0.0, 0.0), egui::vec2(width as f32, height as f32));
        let mut output = None;
        for frame in 0..FRAMES {
            let input = egui::RawInput {
                screen_rect: Some(screen),
                time: Some(frame as f64 / 60.0),
                ..egui::RawInput::default()
            };
            let mut full =
                ctx.run_ui(input, |ui| figure_ui(ui, &mut stage, &mut rooms, (scene, &words), step));
            self.take_textures(&mut full.textures_delta);
            output = Some(full);
            stage.pictures.finish()?;
            stage.pictures.poll(&ctx);
            if let Some(error) = stage.pictures.take_failure() {
                return Err(error.into());
            }
        }
        let shapes = output.map(|full| full.shapes).unwrap_or_default();
        let triangles = ctx.tessellate(shapes, 1.0);
        self.rasterise(&triangles, options.size).map_err(FigureError::from)
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

    fn rasterise(
        &self,
        triangles: &[egui::ClippedPrimitive],
        [width, height]: [u32; 2],
    ) -> Result<Vec<u8>, GpuError> {
        let (device, queue) = (&self.window.device, &self.window.queue);
        let texture = device.create_texture(&wgpu::TextureDescriptor {
            label: Some("figure"),
            size: wgpu::Extent3d { width, height, depth_or_array_layers: 1 },
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format: self.window.target_format,
            usage: wgpu::TextureUsages::RENDER_ATTACHMENT | wgpu::TextureUsages::COPY_SRC,
            view_formats: &[],
        });
        let view = texture.create_view(&wgpu::TextureViewDescriptor::default());
        let screen = ScreenDescriptor { size_in_pixels: [width, height], pixels_per_point: 1.0 };
        let mut encoder =
            device.create_command_encoder(&wgpu::CommandEncoderDescriptor { label: Some("figure") });
        let mut renderer = self.window.renderer.write();
        let buffers = renderer.update_buffers(device, queue, &mut encoder, triangles, &screen);
        {
            let attachment = wgpu::RenderPassColorAttachment {
                view: &view,
                resolve_target: None,
                ops: wgpu::Operations {
                    load: wgpu::LoadOp::Clear(wgpu::Color::BLACK),
                    store: wgpu::StoreOp::Store,
                },
                depth_slice: None,
            };
            let pass = wgpu::RenderPassDescriptor {
                label: Some("figure"),
                color_attachments: &[Some(attachment)],
                ..wgpu::RenderPassDescriptor::default()
            };
            let mut pass = encoder.begin_render_pass(&pass).forget_lifetime();
            renderer.render(&mut pass, triangles, &screen);
        }
        drop(renderer);
        let stride = (4 * width).next_multiple_of(wgpu::COPY_BYTES_PER_ROW_ALIGNMENT);
        let buffer = device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("figure"),
            size: u64::from(stride) * u64::from(height),
            usage: wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::MAP_READ,
            mapped_at_creation: false,
        });
        encoder.copy_texture_to_buffer(
            texture.as_image_copy(),
            wgpu::TexelCopyBufferInfo {
                buffer: &buffer,
                layout: wgpu::TexelCopyBufferLayout {
                    offset: 0,
                    bytes_per_row: Some(stride),
                    rows_per_image: None,
                },
            },
            wgpu::Extent3d { width, height, depth_or_array_layers: 1 },
        );
        queue.submit(buffers.into_iter().chain([encoder.finish()]));
        let bytes = self.read(&buffer)?;
        let bgra = matches!(self.window.target_format, wgpu::TextureFormat::Bgra8Unorm);
        let row = 4 * width as usize;
        let mut rgba: Vec<u8> =
            bytes.chunks_exact(stride as usize).flat_map(|line| line[..row].to_vec()).collect();
        for pixel in rgba.chunks_exact_mut(4) {
            if bgra {
                pixel.swap(0, 2);
            }
            pixel[3] = 255;
        }
        Ok(rgba)
    }

    fn read(&self, buffer: &wgpu::Buffer) -> Result<Vec<u8>, GpuError> {
        let (sender, receiver) = mpsc::channel();
        buffer.slice(..).map_async(wgpu::MapMode::Read, move |mapped| drop(sender.send(mapped)));
        let lost = |text: String| GpuError::Lost(text);
        self.window
            .device
            .poll(wgpu::PollType::wait_indefinitely())
            .map_err(|error| lost(error.to_string()))?;
        match receiver.recv() {
            Ok(Ok(())) => {}
            Ok(Err(error)) => return Err(lost(error.to_string())),
            Err(error) => return Err(lost(error.to_string())),
        }
        let bytes = buffer.slice(..).get_mapped_range().map_err(|error| lost(error.to_string()))?.to_vec();
        buffer.unmap();
        Ok(bytes)
    }
}

/// Draws a figure's heading, canvas and formula.
fn figure_ui(
    ui: &mut Ui,
    stage: &mut Stage,
    rooms: &mut Rooms,
    (scene, words): (&Scene, &Words),
    step: Option<(&Playing, bool)>,
) {
    let lit = step.map_or(Lit::ALL, |(playing, _)| playing.lit(scene));
    let theme = Theme { lit, ..Theme::of(ui.ctx()) };
    let mut intents: Vec<Intent> = Vec::new();
    let view = &mut stage.view(scene, (theme, words), &mut intents);
    CentralPanel::default().frame(Frame::NONE.fill(theme.canvas)).show(ui, |ui| {
        let rect = ui.max_rect();
        let heading = Rect::from_min_max(rect.min, pos2(rect.right(), rect.top() + HEADING));
        let words_height =
            step.filter(|(_, said)| *said).map_or(0.0, |(playing, _)| lessons::height(playing));
        let said = rect.with_min_y(rect.bottom() - words_height);
        let bottom = said.top();
        let formula = Rect::from_min_max(
            pos2(rect.left(), bottom - panels::FORMULA_HEIGHT),
            pos2(rect.right(), bottom),
        );
        let middle = Rect::from_min_max(heading.left_bottom(), formula.right_top());
        let painter = ui.painter();
        painter.rect_filled(formula, 0.0, theme.panel);
        painter.hline(rect.x_range(), formula.top(), egui::Stroke::new(1.0, theme.line));
        let at = pos2(heading.left() + 16.0, heading.center().y + 4.0);
        let title = painter.text(
            at,
            egui::Align2::LEFT_CENTER,
            rooms.get(scene.chapter).title(words),
            title_font(),
            theme.ink,
        );
        let facts = fl!(
            words,
            "figure-facts",
            schedule = schedule_label(words, &scene.schedule(scene.active).kind),
            t = scene.t,
            steps = scene.steps(),
            seed = scene.seed.to_string()
        );
        let at = pos2(heading.right() - 16.0, title.center().y + 2.0);
        let facts = painter.text(at, egui::Align2::RIGHT_CENTER, facts, caption_font(), theme.weak);
        let between = facts.with_min_x(title.right() + 12.0).with_max_x(facts.left() - 12.0);
        let about = rooms.get(scene.chapter).about(words);
        fitted_line(ui, between, egui::Align2::LEFT_CENTER, &about, caption_font(), theme.weak);
        let room = rooms.get_mut(scene.chapter);
        room.canvas(ui, view, canvas(middle));
        // A figure gives no hints.
        // A figure gives no hints.
        let shown = Formula { pixel: Pixel::Never, ..room.formula(view) };
        panels::formula_strip(ui, view, &shown, formula);
        if let Some((playing, true)) = step {
            ui.painter().rect_filled(said, 0.0, theme.raised);
            lessons::show_plain(ui, view, playing, said);
        }
    });
}
