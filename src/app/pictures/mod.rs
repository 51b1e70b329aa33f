//! Pictures of the engine: from a view's request to a texture of the window.

mod maps;
mod pixels;
mod stored;

use std::collections::HashMap;
use std::sync::Arc;

use eframe::egui_wgpu::RenderState;
use egui::{ColorImage, Rect, TextureHandle, TextureId, TextureOptions, Ui};

pub use self::maps::{Maps, scale};
pub use self::pixels::Pixels;
use self::stored::FRAMES_KEPT;
pub use self::stored::Stored;
use super::viewport::Viewport;
use crate::diffusion::noise::Coefficients;
use crate::diffusion::statistics::{Histogram, Moments, Statistics};
use crate::diffusion::{Raster, Step};
pub use crate::gpu::Slot;
use crate::gpu::{
    CpuPicture, Display, Engine, EngineInfo, Field, Filter, GpuError, GpuPicture, Job, JobKind, Mapping,
    Picture, Source, ViewRect,
};
use crate::imaging::thumbnail;
use crate::scene::{Interpolation, Scene, ShowAs};

/// The longest side, in pixels, of the small picture from which thumbnails are computed.
const THUMBNAIL: usize = 160;

impl Slot {
    /// The active schedule's pictures.
    pub const MAIN: Self = Self(0);
    /// The other schedule's pictures.
    pub const OTHER: Self = Self(1);
    /// The noise ledger.
    pub const LEDGER: Self = Self(2);
    /// The posterior.
    pub const POSTERIOR: Self = Self(3);
    /// First frame of the active schedule's film.
    pub const FILM: Self = Self(100);
    /// First frame of the other schedule's film.
    pub const OTHER_FILM: Self = Self(200);

    /// The slot `i` places after this one.
    #[must_use]
    pub const fn nth(self, i: usize) -> Self {
        Self(self.0 + i as u32)
    }
}

/// A picture that a view wants.
#[derive(Clone, Debug, PartialEq)]
pub struct PictureRequest {
    /// The engine's slot in which the picture is computed.
    pub slot: Slot,
    /// The computation.
    pub kind: JobKind,
    /// Which result of the computation is shown.
    pub field: Field,
    /// The transition of the schedule.
    pub step: Step,
    /// Amplification; 1 is true to scale.
    pub gain: f32,
    /// Whether the picture is computed from the small version of the scene's picture.
    pub thumbnail: bool,
}

/// Renders pictures and keeps their textures.
pub struct Pictures {
    /// `None` in measurements of the window's own work, where no pictures are computed.
    engine: Option<Engine>,
    window: Option<RenderState>,
    source: Arc<Source>,
    thumbnail: Arc<Source>,
    deviation: f64,
    native: HashMap<(Slot, Field), (u64, TextureId)>,
    managed: HashMap<(Slot, Field), (u64, TextureHandle)>,
    failure: Option<GpuError>,
    /// The number of the frame in which each slot was last shown.
    used: HashMap<Slot, u64>,
    frame: u64,
    /// Statistics that are shown where nothing is computed.
    stand_in: Option<Arc<Statistics>>,
}

impl Pictures {
    /// Renders pictures of `image` with an engine; `window` holds the textures.
    pub fn new(engine: Option<Engine>, window: Option<RenderState>, image: &Raster) -> Self {
        let mut pictures = Self {
            engine,
            window,
            source: Source::new(image.clone()),
            thumbnail: Source::new(image.clone()),
            deviation: 1.0,
            native: HashMap::new(),
            managed: HashMap::new(),
            failure: None,
            used: HashMap::new(),
            frame: 0,
            stand_in: None,
        };
        if pictures.engine.is_none() {
            pictures.stand_in = Some(Arc::new(statistics_of(image)));
        }
        pictures.set_image(image);
        pictures
    }

    /// Changes the picture that everything is computed from.
    pub fn set_image(&mut self, image: &Raster) {
        self.source = Source::new(image.clone());
        let size = (image.width, image.height);
        self.thumbnail = Source::keyed(thumbnail(image, THUMBNAIL), size);
        self.deviation = deviation(image);
    }

    /// The device on which the engine runs; `None` if there is none.
    pub fn device(&self) -> Option<EngineInfo> {
        self.engine.as_ref().map(|engine| engine.info().clone())
    }

    /// Takes the failure that has happened since the last call, if any. After a failure, pictures are computed on the
    /// processor.
    pub fn take_failure(&mut self) -> Option<GpuError> {
        self.failure.take()
    }

    /// Takes in results that have arrived; asks for another frame while some are under way.
    pub fn poll(&mut self, ctx: &egui::Context) {
        let Some(engine) = &mut self.engine else { return };
        let polled = engine.poll();
        if engine.is_counting() {
            ctx.request_repaint();
        }
        if let Err(error) = polled {
            self.fail(error);
        }
        self.release_unused();
    }

    /// Frees slots that no chapter has shown for a while: the ledger of a large picture takes hundreds of megabytes.
    fn release_unused(&mut self) {
        self.frame += 1;
        let (frame, Some(engine)) = (self.frame, self.engine.as_mut()) else { return };
        let unused = self.used.extract_if(|_, last| frame - *last > FRAMES_KEPT);
        for slot in unused.map(|(slot, _)| slot).collect::<Vec<_>>() {
            engine.release(slot);
            self.managed.retain(|key, _| key.0 != slot);
            let gone: Vec<_> =
                self.native.extract_if(|key, _| key.0 == slot).map(|(_, entry)| entry.1).collect();
            if let Some(window) = &self.window {
                let mut renderer = window.renderer.write();
                for id in &gone {
                    renderer.free_texture(id);
                }
            }
        }
    }

    /// The texture of a picture, to be shown in `area`; `None` when it is not there yet.
    pub fn texture(
        &mut self,
        ui: &Ui,
        area: Rect,
        viewport: Viewport,
        scene: &Scene,
        request: &PictureRequest,
    ) -> Option<TextureId> {
        let ppp = ui.pixels_per_point();
        let size = |points: f32| ((points * ppp).round() as usize).clamp(1, 4096);
        let raster = self.source_of(request).raster();
        let [x, y, width, height] = viewport.region(raster.width, raster.height);
        let display = Display {
            mapping: self.mapping(scene.show_as, request),
            filter: match scene.zoom {
                Interpolation::Sharp => Filter::Nearest,
                Interpolation::Smooth => Filter::Smooth,
            },
            view: ViewRect { x, y, width, height },
            size: (size(area.width()), size(area.height())),
        };
        let job = self.job(scene, request);
        self.used.insert(request.slot, self.frame);
        let engine = self.engine.as_mut()?;
        let picture = engine
            .compute(request.slot, &job)
            .and_then(|_| engine.display(request.slot, request.field, &display));
        match picture {
            Ok(Picture::Gpu(picture)) => self.native_texture((request.slot, request.field), &picture),
            Ok(Picture::Cpu(picture)) => Some(self.managed_texture(ui, request, &picture)),
            Err(error) => {
                self.fail(error);
                None
            }
        }
    }

    /// A picture at its own resolution: `(rgba, width, height)`. Waits until the device has computed it.
    ///
    /// # Errors
    /// When the device fails.
    pub fn render(
        &mut self,
        scene: &Scene,
        request: &PictureRequest,
    ) -> Result<(Vec<u8>, usize, usize), GpuError> {
        let raster = self.source_of(request).raster();
        let (width, height) = (raster.width, raster.height);
        let display = Display {
            mapping: self.mapping(scene.show_as, request),
            filter: Filter::Nearest,
            view: ViewRect::whole(width, height),
            size: (width, height),
        };
        let job = self.job(scene, request);
        let Some(engine) = self.engine.as_mut() else {
            return Err(GpuError::NoAdapter("none opened".to_owned()));
        };
        // A slot of its own, so that what is on screen stays as it is.
        let slot = Slot(u32::MAX);
        engine.compute(slot, &job)?;
        let rgba = engine.read_display(slot, request.field, &display);
        engine.release(slot);
        Ok((rgba?, width, height))
    }

    /// The newest statistics of a slot's field; `None` when there are none yet.
    pub fn statistics(&mut self, ctx: &egui::Context, slot: Slot, field: Field) -> Option<Arc<Statistics>> {
        let Some(engine) = self.engine.as_mut() else { return self.stand_in.clone() };
        match engine.request_statistics(slot, field) {
            Ok(()) => {}
            // The panel that asks may be drawn before the picture it asks about.
            Err(GpuError::NoField { .. }) => ctx.request_repaint(),
            Err(error) => {
                self.fail(error);
                return None;
            }
        }
        engine.latest_statistics(slot, field).map(|(_, statistics)| statistics)
    }

    /// Waits until everything that was asked for has been computed, for figures.
    ///
    /// # Errors
    /// When the device fails.
    pub fn finish(&mut self) -> Result<(), GpuError> {
        self.engine.as_mut().map_or(Ok(()), Engine::finish)
    }

    fn source_of(&self, request: &PictureRequest) -> &Arc<Source> {
        if request.thumbnail { &self.thumbnail } else { &self.source }
    }

    fn job(&self, scene: &Scene, request: &PictureRequest) -> Job {
        Job {
            kind: request.kind,
            source: Arc::clone(self.source_of(request)),
            seed: scene.seed,
            mode: scene.noise,
            coefficients: Coefficients::of(&request.step),
        }
    }

    fn mapping(&self, show_as: ShowAs, request: &PictureRequest) -> Mapping {
        let std = self.expected_deviation(request.field, &request.step).max(1e-6) as f32;
        stored::mapping(show_as, std, request.gain)
    }

    /// The theoretical standard deviation of a field, from that of the picture.
    fn expected_deviation(&self, field: Field, step: &Step) -> f64 {
        let x0 = self.deviation;
        let mixed = |signal: f64, noise: f64| (signal * signal * x0 * x0 + noise).sqrt();
        match field {
            Field::X0 => x0,
            Field::Eps => 1.0,
            Field::Xt => mixed(step.sqrt_alpha_bar(), step.noise_variance()),
            Field::Signal => step.sqrt_alpha_bar() * x0,
            Field::Inherited => step.inherited_variance().sqrt(),
            Field::New => step.new_variance().sqrt(),
            Field::Residual => f64::from(f32::EPSILON),
            Field::PosteriorMean | Field::Sample => {
                let previous = step.alpha_bar_prev;
                mixed(previous.sqrt(), 1.0 - previous)
            }
        }
    }

    fn native_texture(&mut self, key: (Slot, Field), picture: &GpuPicture) -> Option<TextureId> {
        let window = self.window.as_ref()?;
        if let Some(&(generation, id)) = self.native.get(&key)
            && generation == picture.generation
        {
            return Some(id);
        }
        let mut renderer = window.renderer.write();
        let nearest = wgpu::FilterMode::Nearest;
        let id = match self.native.get(&key) {
            Some(&(_, id)) => {
                renderer.update_egui_texture_from_wgpu_texture(&window.device, &picture.view, nearest, id);
                id
            }
            None => renderer.register_native_texture(&window.device, &picture.view, nearest),
        };
        self.native.insert(key, (picture.generation, id));
        Some(id)
    }

    fn managed_texture(&mut self, ui: &Ui, request: &PictureRequest, picture: &CpuPicture) -> TextureId {
        let key = (request.slot, request.field);
        let image = || ColorImage::from_rgba_unmultiplied([picture.size.0, picture.size.1], &picture.rgba);
        let (version, handle) = self.managed.entry(key).or_insert_with(|| {
            let name = format!("{:?} {:?}", request.slot, request.field);
            (picture.version, ui.load_texture(name, image(), TextureOptions::NEAREST))
        });
        if *version != picture.version {
            handle.set(image(), TextureOptions::NEAREST);
            *version = picture.version;
        }
        handle.id()
    }

    /// Remembers a failure. A device that has failed is replaced by the processor, so that the window keeps working.
    fn fail(&mut self, error: GpuError) {
        log::error!("{error}");
        if !matches!(error, GpuError::NoField { .. } | GpuError::Size { .. }) {
            self.engine = Engine::cpu(0).ok();
            if let Some(window) = &self.window {
                let mut renderer = window.renderer.write();
                for (_, id) in self.native.drain().map(|(_, entry)| entry) {
                    renderer.free_texture(&id);
                }
            }
        }
        self.failure = Some(error);
    }
}

/// Standard deviation of a picture, over all pixels and channels.
fn deviation(image: &Raster) -> f64 {
    let moments: Moments = image.data.iter().map(|&value| f64::from(value)).collect();
    moments.variance().max(0.0).sqrt()
}

/// A picture's own statistics, per channel.
fn statistics_of(image: &Raster) -> Statistics {
    let channels = (0..image.channels).map(|channel| image.plane(channel).iter().map(|&v| f64::from(v)));
    let moments = channels.clone().map(Iterator::collect).collect();
    let histograms = channels.map(|values| {
        let mut histogram = Histogram::new(-6.0, 6.0, 4096);
        values.for_each(|value| histogram.add(value));
        histogram
    });
    Statistics::new(moments, histograms.collect())
}
