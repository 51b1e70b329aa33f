//! Thousands of random actions that a person could take. Afterwards the window must still work, and nothing
//! in it may have stopped because of an internal error.
//!
//! `DIFFUSCOPE_MONKEY_SEED` and `DIFFUSCOPE_MONKEY_EVENTS` set another seed and another number of events.

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use diffuscope::dataset::BuiltIn;
use diffuscope::diffusion::data::{LineShape, PlaneData};
use diffuscope::diffusion::noise::NoiseMode;
use diffuscope::diffusion::process::Process;
use diffuscope::diffusion::sampler::{PredictionType, SamplerFamily};
use diffuscope::diffusion::schedule::Cosine;
use diffuscope::diffusion::solvers::Solver;
use diffuscope::diffusion::{ScheduleKind, ScheduleSpec};
use diffuscope::imaging::{FitMode, FitOptions};
use diffuscope::model::ModelRef;
use diffuscope::scene::{
    self, Action, ChapterId, ImageRef, Interpolation, LaneOptions, LearnRival, LineAspect, LossChoice,
    PairBy, PlaneSource, PlaneSubject, Racer, RunSize, Scene, ShowAs, Side, Space, StartAt, StartShape,
    TimeAxis, TrainingSubject, Vectors,
};
use diffuscope::worker::{LearnData, LearnNetwork, PredictorKind};
use egui::accesskit::Role;
use egui::epaint::text::MissingGlyphPolicy;
use egui::{Event, Key, Modifiers, MouseWheelUnit, PointerButton, Pos2, TouchPhase, Vec2, pos2, vec2};
use egui_kittest::kittest::NodeT as _;

use super::support::{Dropped, Window, name_of, scene as small_scene};

const SEED: u64 = 16;
const EVENTS: usize = 3000;
/// The number of events between two checks for failures.
const LOOK: usize = 5;

/// The generator `SplitMix64` of Sebastiano Vigna.
struct Dice(u64);

impl Dice {
    fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.number() % n as u64) as usize
    }

    fn share(&mut self) -> f64 {
        (self.number() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.share()
    }

    fn coin(&mut self) -> bool {
        self.below(2) == 0
    }

    fn of<T: Clone>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())].clone()
    }

    fn place(&mut self, size: Vec2) -> Pos2 {
        pos2(size.x * self.share() as f32, size.y * self.share() as f32)
    }
}

/// The window, the dice, and the list of what was done so far.
struct Monkey {
    window: Window,
    dice: Dice,
    size: Vec2,
    folder: tempfile::TempDir,
    done: Arc<Mutex<Vec<String>>>,
}

impl Monkey {
    fn act(&mut self) {
        match self.dice.below(100) {
            0..22 => self.click(),
            22..32 => self.drag(),
            32..54 => self.key(),
            54..66 => self.control(),
            66..76 => self.undo(),
            76..88 => self.scene(),
            88..91 => self.schedule(),
            91..95 => self.wheel(),
            95..97 => self.command(),
            97..98 => self.resize(),
            _ => self.wait(),
        }
    }

    fn note(&mut self, text: impl Into<String>) {
        self.done.lock().unwrap_or_else(PoisonError::into_inner).push(text.into());
    }

    fn button(&mut self, pos: Pos2, button: PointerButton, pressed: bool) {
        let modifiers = Modifiers::NONE;
        self.window.event(Event::PointerButton { pos, button, pressed, modifiers });
    }

    fn click(&mut self) {
        let at = self.dice.place(self.size);
        let button =
            self.dice.of(&[PointerButton::Primary, PointerButton::Primary, PointerButton::Secondary]);
        self.note(format!("{button:?} click at {at}"));
        self.window.hover_at(at);
        for _ in 0..=self.dice.below(2) {
            self.button(at, button, true);
            self.button(at, button, false);
        }
    }

    fn drag(&mut self) {
        let (from, to) = (self.dice.place(self.size), self.dice.place(self.size));
        self.note(format!("drag from {from} to {to}"));
        self.window.hover_at(from);
        self.button(from, PointerButton::Primary, true);
        self.window.hover_at(from.lerp(to, 0.5));
        self.window.hover_at(to);
        // Sometimes the button stays pressed while other things happen.
        if self.dice.below(4) > 0 {
            self.button(to, PointerButton::Primary, false);
        }
    }

    fn key(&mut self) {
        let key = self.dice.of(Key::ALL);
        let modifiers = self.dice.of(&[
            Modifiers::NONE,
            Modifiers::NONE,
            Modifiers::SHIFT,
            Modifiers::COMMAND,
            Modifiers::COMMAND | Modifiers::SHIFT,
        ]);
        self.note(format!("{modifiers:?} {key:?}"));
        self.window.key_press_modifiers(modifiers, key);
    }

    /// Presses a control, found by its accessible name, or gives it another value.
    fn control(&mut self) {
        let dice = &mut self.dice;
        let nodes: Vec<_> = self.window.root().children_recursive().collect();
        let roles =
            [Role::Button, Role::RadioButton, Role::CheckBox, Role::ComboBox, Role::SpinButton, Role::Slider];
        let nodes: Vec<_> =
            nodes.into_iter().filter(|node| roles.contains(&node.accesskit_node().role())).collect();
        if nodes.is_empty() {
            return;
        }
        let node = &nodes[dice.below(nodes.len())];
        let role = node.accesskit_node().role();
        let name = name_of(node);
        if matches!(role, Role::SpinButton | Role::Slider) {
            let value = dice.of(&[-1.0, 0.0, 0.5, 1.0, 2.0, 10.0, 100.0, 300.0]);
            node.set_value_accesskit(value);
            self.note(format!("{name:?} is {value}"));
        } else {
            node.click_accesskit();
            self.note(format!("{role:?} {name:?}"));
        }
    }

    fn undo(&mut self) {
        let times = 1 + self.dice.below(4);
        let shift = if self.dice.coin() { Modifiers::SHIFT } else { Modifiers::NONE };
        self.note(format!("undo or redo ({shift:?}), {times} times"));
        for _ in 0..times {
            self.window.key_press_modifiers(Modifiers::COMMAND | shift, Key::Z);
        }
    }

    /// Applies some actions to the scene, and drops the result on the window as a file.
    fn scene(&mut self) {
        let mut scene = if self.dice.below(8) == 0 { small_scene() } else { self.window.scene().clone() };
        let mut actions = Vec::new();
        for _ in 0..=self.dice.below(3) {
            let action = action(&mut self.dice, &scene);
            actions.push(format!("{action:?}"));
            // The action may be refused; then the scene stays as it is.
            let _ = scene.apply(action);
        }
        light(&mut scene);
        self.note(format!("a scene after {}", actions.join(", ")));
        self.drop_scene(&scene);
    }

    fn drop_scene(&mut self, scene: &Scene) {
        let path = self.folder.path().join("random.diffuscope");
        scene::save(&path, scene).unwrap();
        self.drop_file(path);
    }

    fn drop_file(&mut self, path: PathBuf) {
        self.window.input_mut().dropped_files.push(Arc::new(Dropped(path)));
        self.window.step();
    }

    fn schedule(&mut self) {
        let steps = self.dice.of(&[0, 2, 10, 50, 999, 1000]);
        let kind = self.dice.of(&["linear", "scaled_linear", "squaredcos_cap_v2", "sigmoid", "unknown"]);
        let text = format!(r#"{{"num_train_timesteps": {steps}, "beta_schedule": "{kind}"}}"#);
        self.note(format!("a schedule: {text}"));
        let path = self.folder.path().join("scheduler_config.json");
        std::fs::write(&path, text).unwrap();
        self.drop_file(path);
    }

    fn wheel(&mut self) {
        let at = self.dice.place(self.size);
        let delta = vec2(0.0, self.dice.between(-120.0, 120.0) as f32);
        self.note(format!("{delta} of the wheel at {at}"));
        self.window.hover_at(at);
        let modifiers = self.dice.of(&[Modifiers::NONE, Modifiers::COMMAND]);
        self.window.event(Event::MouseWheel {
            unit: MouseWheelUnit::Point,
            delta,
            phase: TouchPhase::Move,
            source: egui::MouseWheelSource::Wheel,
            modifiers,
        });
    }

    /// Runs a command from the palette, found by a part of its name.
    fn command(&mut self) {
        let text = self.dice.of(&[
            "", "a", "den", "stop", "train", "again", "reset", "noise", "axis", "copy", "theme", "play",
            "t = ", "plane", "line", "step",
        ]);
        self.note(format!("the palette's {text:?}"));
        self.window.key_press_modifiers(Modifiers::COMMAND, Key::K);
        self.window.event(Event::Text(text.to_owned()));
        for _ in 0..self.dice.below(6) {
            self.window.key_press_modifiers(Modifiers::NONE, Key::ArrowDown);
        }
        self.window.key_press_modifiers(Modifiers::NONE, Key::Enter);
    }

    fn resize(&mut self) {
        self.size = vec2(self.dice.between(200.0, 1500.0) as f32, self.dice.between(150.0, 900.0) as f32);
        self.note(format!("the window's size is {}", self.size));
        // A window has as many pixels as before when what is in it is enlarged.
        let size = self.size / self.window.ctx.zoom_factor();
        self.window.set_size(size);
    }

    fn wait(&mut self) {
        self.note("a moment");
        for _ in 0..4 {
            std::thread::sleep(std::time::Duration::from_millis(4));
            self.window.step();
        }
    }

    /// Makes slow settings of the scene small again, so that there is time for more events.
    fn lighten(&mut self) {
        let mut scene = self.window.scene().clone();
        if light(&mut scene) {
            self.drop_scene(&scene);
        }
    }

    #[track_caller]
    fn look(&self) {
        assert!(!self.window.shows("internal error"), "something has stopped by an internal error");
    }
}

/// Limits the settings that take much time. Returns whether anything was changed.
fn light(scene: &mut Scene) -> bool {
    let before = scene.clone();
    scene.fit.size = scene.fit.size.min(64);
    if scene.steps() > 1000 {
        let _ = scene.apply(Action::Steps(1000));
    }
    let reverse = &mut scene.chapters.reverse;
    reverse.own_iterations = reverse.own_iterations.min(20);
    let training = &mut scene.chapters.training;
    training.iterations = training.iterations.min(20);
    training.batch = training.batch.min(4);
    training.network = LearnNetwork::Mini;
    training.size = training.size.map(|size| size.min(16));
    if !matches!(training.data, LearnData::BuiltIn(BuiltIn::Digits) | LearnData::Files(_)) {
        training.size = Some(16);
    }
    let reverse = &mut scene.chapters.reverse;
    reverse.lane.steps = reverse.lane.steps.min(50);
    reverse.rivals.iter_mut().for_each(|rival| rival.steps = rival.steps.min(50));
    let plane = &mut scene.chapters.distributions.plane;
    plane.particles = Some(plane.particles.unwrap_or(500).min(500));
    plane.sampler.calls = plane.sampler.calls.min(20);
    plane.racers.iter_mut().for_each(|racer| racer.calls = racer.calls.min(10));
    plane.iterations = plane.iterations.min(200);
    plane.hidden = plane.hidden.min(16);
    *scene != before
}

fn action(dice: &mut Dice, scene: &Scene) -> Action {
    match dice.below(19) {
        0 => Action::Chapter(dice.of(&ChapterId::ALL)),
        1 => Action::Image(ImageRef::Sample(dice.of(&["chelsea", "camera", "coins", "none"]).to_owned())),
        2 => Action::Fit(FitOptions {
            size: dice.of(&[32, 48, 64]),
            mode: dice.of(&[FitMode::Crop, FitMode::Fit]),
        }),
        3 | 4 => Action::Schedule(dice.of(&Side::BOTH), schedule(dice)),
        5 | 6 => Action::Steps(dice.of(&[2, 3, 10, 50, 100, 1000])),
        7 => Action::Compare(dice.coin()),
        8 => Action::Active(dice.of(&Side::BOTH)),
        9 => Action::Timestep(1 + dice.below(scene.steps())),
        10 => Action::Seed(dice.number()),
        11 => Action::Noise(dice.of(&[NoiseMode::Jump, NoiseMode::Walk])),
        12 => Action::ShowAs(dice.of(&[ShowAs::Clip, ShowAs::Rescale, ShowAs::Signed])),
        13 => Action::Axis(dice.of(&[TimeAxis::Timestep, TimeAxis::LogSnr])),
        14 => looks(dice, scene),
        15 => reverse(dice, scene),
        16 => distributions(dice, scene),
        17 => training(dice, scene),
        _ => {
            let Action::Options(options) = distributions(dice, scene) else {
                return Action::Interpolation(Interpolation::Smooth);
            };
            Action::Click(options, 1 + dice.below(scene.steps()))
        }
    }
}

fn schedule(dice: &mut Dice) -> ScheduleSpec {
    let kinds: Vec<&str> = ScheduleKind::named().collect();
    let kind = dice.of(&kinds);
    ScheduleSpec {
        kind: ScheduleKind::default_of(kind).unwrap_or(ScheduleKind::Cosine(Cosine { s: 0.008 })),
        steps: dice.of(&[2, 10, 50, 100, 1000]),
        zero_terminal_snr: dice.coin(),
    }
}

/// Options of the chapters that compute little.
fn looks(dice: &mut Dice, scene: &Scene) -> Action {
    match dice.below(3) {
        0 => {
            let mut options = scene.chapters.schedules.clone();
            options.all_kinds = dice.coin();
            options.log_axis = dice.coin();
            options.pace = dice.of(&[PairBy::EqualTimestep, PairBy::EqualSnr]);
            Action::options(options)
        }
        1 => {
            let mut options = scene.chapters.ledger.clone();
            options.few_steps = dice.of(&[None, Some(2), Some(10), Some(1000)]);
            options.amplify = dice.coin();
            options.shares = dice.coin();
            Action::options(options)
        }
        _ => {
            let mut options = scene.chapters.posterior.clone();
            options.pixel = dice.of(&[None, Some([0, 0]), Some([63, 63]), Some([5, 40])]);
            options.channel = dice.below(4);
            options.beta = dice.of(&[None, Some(0.001), Some(0.5)]);
            Action::options(options)
        }
    }
}

fn reverse(dice: &mut Dice, scene: &Scene) -> Action {
    let mut options = scene.chapters.reverse.clone();
    let lane = |dice: &mut Dice| LaneOptions {
        predictor: dice.of(&PredictorKind::ALL),
        sampler: dice.of(SamplerFamily::ALL).with_defaults(),
        steps: dice.of(&[1, 2, 7, 50]),
    };
    options.model = dice.of(&[ModelRef::Folder("small".into()), ModelRef::default()]);
    options.class = dice.of(&[None, Some(0), Some(2), Some(9)]);
    options.start = dice.of(&[StartAt::Noise, StartAt::Picture]);
    options.size = dice.of(&[RunSize::Model, RunSize::Picture]);
    options.lane = lane(dice);
    options.rivals = (0..dice.below(4)).map(|_| lane(dice)).collect();
    options.slow = dice.below(4) == 0;
    Action::options(options)
}

fn training(dice: &mut Dice, scene: &Scene) -> Action {
    let mut options = scene.chapters.training.clone();
    options.subject = dice.of(&TrainingSubject::ALL);
    options.data = match dice.below(6) {
        0 => LearnData::Gallery,
        1 => LearnData::Picture,
        2 => LearnData::Files("nowhere".into()),
        _ => LearnData::BuiltIn(dice.of(&BuiltIn::ALL)),
    };
    options.size = dice.of(&[None, Some(8), Some(16), Some(64)]);
    options.target = dice.of(&PredictionType::ALL);
    options.loss = dice.of(&LossChoice::ALL);
    options.rival = dice.of(&[
        None,
        Some(LearnRival::Target(PredictionType::Sample)),
        Some(LearnRival::Loss(LossChoice::Vlb)),
        Some(LearnRival::Schedule),
    ]);
    options.iterations = 1 + dice.below(20) as u64;
    options.averaged = dice.coin();
    options.picture = dice.below(3000);
    options.slow = dice.below(4) == 0;
    Action::options(options)
}

fn distributions(dice: &mut Dice, scene: &Scene) -> Action {
    let mut options = scene.chapters.distributions.clone();
    options.space = dice.of(&[Space::Line, Space::Plane]);
    let line = &mut options.line;
    line.shape = dice.of(&LineShape::all());
    line.x = dice.between(-4.0, 4.0);
    line.from = 1 + dice.below(1000);
    line.paths = 1 + dice.below(64);
    line.merge = 1 + dice.below(1000);
    line.aspect = dice.of(&[LineAspect::Merging, LineAspect::Normalising, LineAspect::Forgetting]);
    line.start = dice.of(&[StartShape::Narrow, StartShape::Uniform, StartShape::Data]);
    let plane = &mut options.plane;
    let racer = |dice: &mut Dice| Racer {
        solver: dice.of(&[
            Solver::Ddpm,
            Solver::Ddim { eta: 0.5 },
            Solver::OdeHeun,
            Solver::DpmPlusPlus,
            Solver::OdeRk45 { tolerance: 1e-3 },
        ]),
        calls: 1 + dice.below(10),
    };
    plane.subject = dice.of(&PlaneSubject::ALL);
    plane.data = match dice.below(4) {
        0 => PlaneSource::Painted((0..dice.below(9)).map(|i| [i as f64 / 3.0 - 1.0, 0.5]).collect()),
        1 => PlaneSource::Picture,
        _ => PlaneSource::Named(dice.of(&PlaneData::ALL)),
    };
    plane.process = dice.of(&Process::ALL);
    plane.sampler = racer(dice);
    plane.racers = (0..=dice.below(6)).map(|_| racer(dice)).collect();
    plane.vectors = dice.of(&[Vectors::None, Vectors::Arrows, Vectors::Streamlines]);
    plane.contours = dice.coin();
    plane.learned = dice.coin();
    plane.point = [dice.between(-3.0, 3.0), dice.between(-3.0, 3.0)];
    plane.class = dice.below(10);
    Action::options(options)
}

fn chosen<T: std::str::FromStr>(variable: &str, usual: T) -> T {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// Prints, when this thread panics, what was done before. This happens inside the panic hook, not after the
/// panic has been caught: unwinding drops values of egui that must not be dropped in this state, and the
/// process may end before it gets here.
fn tell_at_a_panic(seed: u64, done: Arc<Mutex<Vec<String>>>) {
    let usual = std::panic::take_hook();
    let own = std::thread::current().id();
    std::panic::set_hook(Box::new(move |panic| {
        if std::thread::current().id() == own {
            let done = done.lock().unwrap_or_else(PoisonError::into_inner);
            let last = done[done.len().saturating_sub(12)..].join("\n");
            // This writes directly to standard error. The output that the test harness captures is lost when
            // the process ends.
            let text = format!("DIFFUSCOPE_MONKEY_SEED={seed}: event {}\n{last}\n{panic}\n", done.len());
            let _ = std::io::stderr().write_all(text.as_bytes());
        }
        usual(panic);
    }));
}

#[test]
fn nothing_that_a_person_does_ends_the_window() {
    let seed = chosen("DIFFUSCOPE_MONKEY_SEED", SEED);
    let events = chosen("DIFFUSCOPE_MONKEY_EVENTS", EVENTS);
    let mut scene = small_scene();
    light(&mut scene);
    let mut monkey = Monkey {
        window: Window::of(scene),
        dice: Dice(seed),
        size: vec2(1280.0, 800.0),
        folder: tempfile::tempdir().unwrap(),
        done: Arc::default(),
    };
    // It types what this machine may have no font for; people see a box then.
    monkey.window.ctx.set_missing_glyph_policy(MissingGlyphPolicy::Tofu);
    tell_at_a_panic(seed, Arc::clone(&monkey.done));
    for event in 0..events {
        monkey.act();
        monkey.window.step();
        monkey.lighten();
        if event % LOOK == 0 {
            monkey.look();
        }
    }
    monkey.look();
}
