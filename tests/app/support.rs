//! A window without a screen, and functions by which tests use and read it.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::ops::{Deref, DerefMut};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use diffuscope::app::{App, Chooser, Language, OpenModel, Start, Words, words};
use diffuscope::diffusion::ScheduleSpec;
use diffuscope::gpu::Device;
use diffuscope::imaging::FitOptions;
use diffuscope::memory::Shortage;
use diffuscope::model::{
    DownBlockType, ModelError, ModelRef, Pipeline, UNet2DConfig, UNet2DModel, UpBlockType,
};
use diffuscope::scene::Scene;
use egui::accesskit::Role;
use egui::epaint::{ClippedShape, Shape, TextShape};
use egui::style::ScrollAnimation;
use egui::{Event, Key, Modifiers, PointerButton, Pos2, Rect, Theme, Vec2, vec2};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use egui_kittest::{Harness, Node};
use image::RgbaImage;

/// The longest that background work may take on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);
/// The size that most tests use: all panels have their full width, and there are few pixels.
const SIZE: Vec2 = vec2(1280.0, 800.0);

/// The application in a window without a screen, and the messages of its language.
pub struct Window(Harness<'static, App>, Words);

impl Deref for Window {
    type Target = Harness<'static, App>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for Window {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

/// The default scene with a picture so small that a software adapter computes it at once.
pub fn scene() -> Scene {
    Scene { fit: FitOptions { size: 64, ..FitOptions::default() }, ..Scene::default() }
}

/// Opens a small network with random weights and three classes, for colour pictures of 16 × 16 pixels. A
/// folder called `panic` panics; other folders are opened as usual.
fn open_model(model: &ModelRef) -> Result<Pipeline, ModelError> {
    if let ModelRef::Folder(path) = model {
        assert!(!path.ends_with("panic"), "meant by the test");
        if path.ends_with("greedy") {
            return Err(Shortage { needed: 80_000_000_000, available: 3_000_000_000 }.into());
        }
        if !path.ends_with("small") && !path.ends_with("large") {
            return model.open();
        }
    }
    let large = matches!(model, ModelRef::Folder(path) if path.ends_with("large"));
    let config = UNet2DConfig {
        sample_size: Some(if large { [4096; 2] } else { [16; 2] }),
        block_out_channels: vec![8, 8],
        down_block_types: vec![DownBlockType::DownBlock2D; 2],
        up_block_types: vec![UpBlockType::UpBlock2D; 2],
        layers_per_block: 1,
        norm_num_groups: 4,
        num_class_embeds: Some(4),
        null_class: Some(3),
        ..UNet2DConfig::default()
    };
    let unet = UNet2DModel::init(&config, 3)?.frozen()?;
    let scheduler = ScheduleSpec::default().to_diffusers().unwrap();
    Ok(Pipeline { scheduler: Some(scheduler), ..Pipeline::of(unet, "small") })
}

/// The options with which a window is opened.
pub struct Options {
    /// Its size in points.
    pub size: Vec2,
    /// Physical pixels per point.
    pub scale: f32,
    /// The theme, dark or light.
    pub theme: Theme,
    /// The language of the window.
    pub language: Language,
    /// Whether all sections of the inspector are open.
    pub unfolded: bool,
    /// The device that computes the pictures.
    pub device: Device,
    /// The folder in which settings and scene are remembered, and in which the scene is kept for an
    /// unexpected end.
    pub folder: Option<PathBuf>,
    /// The function that answers when the window asks for a file.
    pub chooser: Option<Chooser>,
}

impl Default for Options {
    fn default() -> Self {
        let (theme, device) = (Theme::Dark, Device::Cpu);
        let language = Language::English;
        let (unfolded, scale) = (true, 1.0);
        Self { size: SIZE, scale, theme, language, unfolded, device, folder: None, chooser: None }
    }
}

impl Window {
    /// A dark window of the usual size on a small picture.
    pub fn new() -> Self {
        Self::of(scene())
    }

    /// A dark window of the usual size with this scene.
    pub fn of(scene: Scene) -> Self {
        Self::with(scene, &Options::default())
    }

    /// A window with this scene.
    pub fn with(scene: Scene, options: &Options) -> Self {
        Self::open(Some(scene), options)
    }

    /// A window that begins with what is remembered, or for the first time.
    pub fn first(options: &Options) -> Self {
        Self::open(None, options)
    }

    /// Closes the window as a user does.
    pub fn close(mut self) {
        eframe::App::on_exit(self.state_mut());
    }

    fn open(scene: Option<Scene>, options: &Options) -> Self {
        let opener = Some(OpenModel(Arc::new(open_model)));
        // By default every dialog is answered with "cancel", as a test must not open dialogs on somebody's
        // screen.
        let closed = || Chooser(Arc::new(|_| Ok(None)));
        let start = Start {
            scene,
            language: Some(options.language),
            unfolded: options.unfolded,
            device: options.device,
            remember: options.folder.is_some(),
            folder: options.folder.clone(),
            opener,
            chooser: Some(options.chooser.clone().unwrap_or_else(closed)),
            ..Start::default()
        };
        let harness = Harness::builder()
            .with_size(options.size)
            .with_pixels_per_point(options.scale)
            .with_theme(options.theme)
            .with_step_dt(0.05)
            .with_render_cursor(false)
            .wgpu()
            .build_eframe(|cc| App::new(cc, start).unwrap());
        harness.ctx.all_styles_mut(|style| style.scroll_animation = ScrollAnimation::none());
        let mut window = Self(harness, words(options.language));
        window.settle();
        window
    }

    /// A message in the window's language.
    pub fn say(&self, message: &str) -> String {
        self.1.get(message)
    }

    /// An attribute of a message in the window's language: its name is `message.attribute`.
    pub fn attribute(&self, name: &str) -> String {
        let (message, attribute) = name.split_once('.').unwrap();
        self.1.get_attr(message, attribute)
    }

    /// The beginning of a message in the window's language, up to its first argument.
    fn start_of(&self, message: &str, arguments: &[&str]) -> String {
        let arguments: HashMap<&str, &str> = arguments.iter().map(|argument| (*argument, "\u{0}")).collect();
        let text = self.1.get_args(message, arguments);
        text.split('\u{0}').next().unwrap_or_default().to_owned()
    }

    /// The scene of the application.
    pub fn scene(&self) -> &Scene {
        self.state().scene()
    }

    /// Runs frames until nothing is under way and no further frame is requested.
    pub fn settle(&mut self) {
        self.wait("to come to rest", |window| {
            let delays = window.output().viewport_output.values().map(|output| output.repaint_delay);
            !window.state().is_busy() && delays.min() != Some(Duration::ZERO)
        });
        self.check_accessibility();
    }

    /// Runs frames until `done` returns true.
    #[track_caller]
    pub fn wait(&mut self, what: &str, done: impl Fn(&Self) -> bool) {
        let began = Instant::now();
        loop {
            self.step();
            if done(self) {
                return;
            }
            assert!(began.elapsed() < PATIENCE, "waited in vain for the window {what}");
            if self.state().is_busy() {
                std::thread::sleep(Duration::from_millis(2));
            }
        }
    }

    /// Presses a key and lets the window settle.
    pub fn press(&mut self, key: Key) {
        self.press_with(Modifiers::NONE, key);
    }

    /// Presses a key together with modifiers and lets the window settle.
    pub fn press_with(&mut self, modifiers: Modifiers, key: Key) {
        self.key_press_modifiers(modifiers, key);
        self.settle();
    }

    /// Clicks the control with this name, takes the pointer away, and lets the window settle.
    #[track_caller]
    pub fn click(&mut self, name: &str) {
        // It may be outside the visible part of the inspector.
        self.get_by_label(name).scroll_to_me();
        self.run_steps(3);
        self.get_by_label(name).click();
        self.remove_cursor();
        self.settle();
    }

    /// Clicks a place, takes the pointer away, and lets the window settle.
    pub fn click_at(&mut self, at: Pos2) {
        self.hover_at(at);
        self.drag_at(at);
        self.drop_at(at);
        self.settle();
    }

    /// Opens a combo box and chooses an entry.
    #[track_caller]
    pub fn choose(&mut self, combo: &str, entry: &str) {
        self.click(combo);
        self.click(entry);
    }

    /// Drags from one place to another in a few steps.
    pub fn drag(&mut self, from: Pos2, to: Pos2) {
        self.hover_at(from);
        self.drag_at(from);
        for i in 1..=4 {
            self.hover_at(from.lerp(to, i as f32 / 4.0));
        }
        self.drop_at(to);
        self.settle();
    }

    /// Double-clicks a place.
    pub fn double_click_at(&mut self, at: Pos2) {
        self.hover_at(at);
        for pressed in [true, false, true, false] {
            let modifiers = Modifiers::NONE;
            self.event(Event::PointerButton { pos: at, button: PointerButton::Primary, pressed, modifiers });
        }
        self.remove_cursor();
        self.settle();
    }

    /// Clicks a place with the right button.
    pub fn right_click_at(&mut self, at: Pos2) {
        self.hover_at(at);
        for pressed in [true, false] {
            let (button, modifiers) = (PointerButton::Secondary, Modifiers::NONE);
            self.event(Event::PointerButton { pos: at, button, pressed, modifiers });
        }
        self.settle();
    }

    /// The rectangle of the timeline's slider.
    #[track_caller]
    pub fn timeline(&self) -> Rect {
        let name = self.say("timestep");
        self.get_by(|node| node.role() == Role::Slider && node.label().as_deref() == Some(&name)).rect()
    }

    /// The rectangle of the control with this name.
    #[track_caller]
    pub fn rect(&self, name: &str) -> Rect {
        self.get_by_label(name).rect()
    }

    /// Whether there is a control with this name.
    pub fn has(&self, name: &str) -> bool {
        self.query_all_by_label(name).next().is_some()
    }

    /// The control whose name begins with `start`.
    #[track_caller]
    pub fn starting<'a>(&'a self, start: &'a str) -> Node<'a> {
        let mut found =
            self.query_all_by_label_contains(start).filter(|node| name_of(node).starts_with(start));
        let node = found.next().unwrap_or_else(|| panic!("no control {start:?}…"));
        assert!(found.next().is_none(), "several controls {start:?}…");
        node
    }

    /// The names and rectangles of all pictures of the chapter.
    pub fn pictures(&self) -> Vec<(String, Rect)> {
        let pictures = self.query_all_by(|node| node.role() == Role::Image);
        pictures.map(|node| (name_of(&node), node.rect())).collect()
    }

    /// The names and rectangles of all frames of the film strips over t.
    pub fn frames(&self) -> Vec<(String, Rect)> {
        self.all_called("film-frame", &["side", "t"])
    }

    /// The names and rectangles of all frames of the film strip of a run.
    pub fn run_frames(&self) -> Vec<(String, Rect)> {
        let mut frames = self.all_called("reverse-film-frame", &["t"]);
        frames.extend(self.all_called("reverse-film-estimate", &["t"]));
        frames
    }

    /// The names and rectangles of the frames of a training's film, and of its rows of a held-out picture.
    pub fn training_frames(&self) -> Vec<(String, Rect)> {
        let mut frames = self.all_called("training-film-frame", &["iteration"]);
        frames.extend(self.training_rows());
        frames
    }

    /// The names and rectangles of the rows of a held-out picture.
    pub fn training_rows(&self) -> Vec<(String, Rect)> {
        let mut frames = self.all_called("training-row-noised", &[]);
        frames.extend(self.all_called("training-row-estimates", &[]));
        frames
    }

    /// The name and the rectangle of the whole film of a training.
    pub fn training_film(&self) -> Vec<(String, Rect)> {
        self.all_called("training-film", &["iteration"])
    }

    /// The names and rectangles of all plots over time.
    pub fn plots(&self) -> Vec<(String, Rect)> {
        let end = self.1.get_args("plot-at", HashMap::from([("title", "\u{0}"), ("t", "\u{1}")]));
        let mut parts = end.split(['\u{0}', '\u{1}']).map(str::to_owned);
        let (start, between) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let nodes = self.query_all_by_label_contains(&between);
        let named = nodes.map(|node| (name_of(&node), node.rect()));
        // Frames of films have names of the same form, with other words.
        named.filter(|(name, rect)| name.starts_with(&start) && rect.width() > 60.0).collect()
    }

    /// The names and rectangles of all controls whose names begin as this message does.
    fn all_called(&self, message: &str, arguments: &[&str]) -> Vec<(String, Rect)> {
        let start = self.start_of(message, arguments);
        let nodes = self.query_all_by_label_contains(&start);
        let named = nodes.map(|node| (name_of(&node), node.rect()));
        named.filter(|(name, _)| name.starts_with(&start)).collect()
    }

    /// All text painted in the last frame, with the region to which painting was limited.
    pub fn texts(&self) -> Vec<Text> {
        let mut texts = Vec::new();
        for ClippedShape { clip_rect, shape, .. } in &self.output().shapes {
            collect(shape, *clip_rect, &mut texts);
        }
        texts
    }

    /// All text painted in a region, line by line.
    pub fn text_in(&self, region: Rect) -> String {
        let texts = self.texts().into_iter().filter(|text| region.contains(text.rect.center()));
        texts.fold(String::new(), |mut all, text| {
            writeln!(all, "{}", text.words).unwrap();
            all
        })
    }

    /// Whether this text is painted somewhere.
    pub fn shows(&self, text: &str) -> bool {
        self.texts().iter().any(|painted| painted.words.contains(text))
    }

    /// The number of hints on the screen.
    pub fn tooltips(&self) -> usize {
        let shown = self.ctx.memory(|memory| memory.areas().visible_layer_ids());
        shown.into_iter().filter(|layer| layer.order == egui::Order::Tooltip).count()
    }

    /// The pixels of a region.
    pub fn crop(&mut self, region: Rect) -> RgbaImage {
        let ppp = self.ctx.pixels_per_point();
        let image = self.render().unwrap();
        let [left, top] = [region.left(), region.top()].map(|v| (v * ppp).round() as u32);
        let [width, height] = [region.width(), region.height()].map(|v| (v * ppp).round() as u32);
        assert!(
            left + width <= image.width() && top + height <= image.height(),
            "{region} is not in the window"
        );
        image::imageops::crop_imm(&image, left, top, width, height).to_image()
    }

    /// The pixels of a picture, without its frame and without the lower part, on which its coefficient is written.
    #[track_caller]
    pub fn picture(&mut self, name: &str) -> RgbaImage {
        let region = self.rect(name).shrink(2.0);
        let region = region.with_max_y(region.bottom() - 40.0);
        self.crop(region)
    }
}

/// A text on the screen.
#[derive(Debug)]
pub struct Text {
    /// The words.
    pub words: String,
    /// The rectangle in which its letters may lie.
    pub rect: Rect,
    /// The region to which its painting is limited.
    pub clip: Rect,
    /// The size of its smallest letters in points.
    pub font: f32,
}

fn collect(shape: &Shape, clip: Rect, texts: &mut Vec<Text>) {
    match shape {
        Shape::Vec(shapes) => shapes.iter().for_each(|shape| collect(shape, clip, texts)),
        Shape::Text(TextShape { pos, galley, angle, .. }) if *angle == 0.0 => {
            let rect = galley.mesh_bounds.translate(pos.to_vec2());
            if rect.is_positive() && rect.intersects(clip) {
                let sizes = galley.job.sections.iter().map(|section| section.format.font_id.size);
                let font = sizes.fold(f32::INFINITY, f32::min);
                texts.push(Text { words: galley.text().to_owned(), rect, clip, font });
            }
        }
        _ => {}
    }
}

/// The accessible name of a node.
pub fn name_of(node: &Node<'_>) -> String {
    let node = node.accesskit_node();
    node.label().or_else(|| node.value()).unwrap_or_default()
}

/// A file to be dropped on the window.
#[derive(Debug)]
pub struct Dropped(pub PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &std::path::Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        std::fs::read(&self.0).map_err(|error| error.to_string())
    }
}

impl Window {
    /// Drops a file on the window and waits until it has been dealt with.
    pub fn drop_file(&mut self, path: &std::path::Path) {
        self.input_mut().dropped_files.push(Arc::new(Dropped(path.to_owned())));
        self.settle();
    }
}
