//! Every chapter at every window size: everything is there, nothing is cut off, and nothing covers anything
//! else.

use std::path::Path;

use diffuscope::app::{Language, about};
use diffuscope::dataset::BuiltIn;
use diffuscope::diffusion::sampler::SamplerKind;
use diffuscope::scene::{
    BoundAspect, ChapterId, LaneOptions, LearnRival, LikelihoodPart, PlaneSubject, Scene, Space,
    TrainingSubject,
};
use diffuscope::worker::{LearnData, LearnNetwork};
use egui::accesskit::Role;
use egui::{Key, Rect, Theme, Vec2, pos2, vec2};
use egui_kittest::kittest::Queryable as _;

use super::support::{Options, Text, Window, name_of, scene};

/// Window sizes in points, and pixels per point: the smallest size, the usual one, 4K, and two dense screens.
const SIZES: [(Vec2, f32); 5] = [
    (vec2(1024.0, 640.0), 1.0),
    (vec2(1440.0, 900.0), 1.0),
    (vec2(2560.0, 1440.0), 1.0),
    (vec2(1024.0, 640.0), 2.0),
    (vec2(1280.0, 720.0), 2.0),
];
/// The languages of the windows: those that can be chosen, and the pseudo-language, whose texts are two fifths
/// longer.
const LANGUAGES: [Language; 3] = [Language::English, Language::Korean, Language::Pseudo];

/// The least height of a plot that can be read, in points.
const PLOT: f32 = 90.0;

/// All chapters, each with the digit key that shows it.
fn keys() -> impl DoubleEndedIterator<Item = (ChapterId, Key)> {
    let digits = [
        Key::Num1,
        Key::Num2,
        Key::Num3,
        Key::Num4,
        Key::Num5,
        Key::Num6,
        Key::Num7,
        Key::Num8,
        Key::Num9,
        Key::Num0,
    ];
    assert!(ChapterId::ALL.len() <= digits.len(), "there are more chapters than digits");
    let chapters: Vec<_> = ChapterId::ALL.into_iter().zip(digits).collect();
    chapters.into_iter()
}

/// The options of windows of every size in every language.
fn windows() -> impl Iterator<Item = Options> {
    let of = |language| SIZES.map(|(size, scale)| Options { size, scale, language, ..Options::default() });
    LANGUAGES.into_iter().flat_map(of)
}

/// The width of the inspector.
fn inspector(window: &Window) -> f32 {
    if window.ctx.content_rect().width() < 1400.0 { 220.0 } else { 272.0 }
}

/// The names of the pictures of a chapter; `None` for chapters whose pictures are not listed here.
fn pictures(chapter: ChapterId) -> Option<&'static [&'static str]> {
    Some(match chapter {
        ChapterId::Forward => {
            &["picture x₀ · clean picture", "picture ε · noise", "picture xₜ · noised picture"]
        }
        ChapterId::Schedules | ChapterId::Distributions => &[],
        ChapterId::Ledger => &[
            "picture √ᾱₜ x₀ · signal",
            "picture √(αₜ(1−ᾱₜ₋₁)) ε′ · inherited noise",
            "picture √βₜ ε″ · new noise",
            "picture xₜ · noised picture",
        ],
        ChapterId::Posterior => &[
            "picture x₀ · clean picture",
            "picture xₜ · noised picture",
            "picture μ̃ₜ · posterior mean",
            "picture xₜ₋₁ · posterior sample",
        ],
        ChapterId::Reverse => &[
            "picture xₜ · noised picture",
            "picture ε̂ · predicted noise",
            "picture x̂₀ · predicted picture",
            "picture μ_θ · mean of the step",
            "picture xₛ · next state",
        ],
        ChapterId::Likelihood => &[
            "picture x₀ · clean picture",
            "picture xₜ · noised picture",
            "picture x̂₀ · predicted picture",
            "picture Lₜ₋₁ · denoiser’s steps",
            "picture −log p · bound",
        ],
        _ => return None,
    })
}

/// The number of frames of film strips that a chapter shows.
fn frames(chapter: ChapterId) -> usize {
    match chapter {
        ChapterId::Forward | ChapterId::Ledger => 10,
        ChapterId::Schedules => 16,
        _ => 0,
    }
}

/// What is wrong in the window as it is now, one line for each fault.
fn faults(window: &Window) -> Vec<String> {
    let screen = window.ctx.content_rect();
    let right = screen.right() - inspector(window);
    let texts = window.texts();
    let mut faults = Vec::new();
    for text in &texts {
        let Text { words, rect, clip, .. } = text;
        // In debug builds, egui paints warnings about mistakes in its use.
        if words.contains("naligned") || words.contains("use of") {
            faults.push(format!("egui complains: {words}"));
        }
        // The inspector can be scrolled vertically, so its texts may lie above or below the visible part.
        let scrolls = rect.left() > right && clip.bottom() < screen.bottom();
        let wide = rect.left() < clip.left() - 0.5 || rect.right() > clip.right() + 0.5;
        let tall = rect.top() < clip.top() - 0.5 || rect.bottom() > clip.bottom() + 0.5;
        if wide || (tall && !scrolls) || !screen.contains_rect(rect.intersect(*clip)) {
            faults.push(format!("cut off: {words:?} at {rect} in {clip}"));
        }
    }
    for (i, a) in texts.iter().enumerate() {
        for b in &texts[i + 1..] {
            if a.rect.intersect(a.clip).shrink(1.0).intersects(b.rect.intersect(b.clip).shrink(1.0)) {
                faults.push(format!("{:?} lies over {:?} at {}", a.words, b.words, a.rect));
            }
        }
    }
    for node in window.query_all_by(|node| matches!(node.role(), Role::Button | Role::RadioButton)) {
        let (name, rect) = (name_of(&node), node.rect());
        // Below the visible part of the inspector, other texts may lie where a control would be.
        let called = |words: &str| name == words || name.ends_with(&format!(": {words}"));
        let own = |text: &&Text| called(&text.words) && rect.contains(text.rect.center());
        for Text { words, rect: ink, .. } in texts.iter().filter(own) {
            if ink.left() < rect.left() - 0.5 || ink.right() > rect.right() + 0.5 {
                faults.push(format!("{words:?} at {ink} is wider than its control, {rect}"));
            }
        }
    }
    let panel = Rect::from_min_max(pos2(right, 40.0), screen.max);
    for node in window.query_all_by(|node| node.bounding_box().is_some()) {
        let name = name_of(&node);
        let rect = node.rect();
        let inside = name != "Resize panel"
            && panel.contains(rect.center())
            && rect.center().y < window.timeline().top() - 120.0;
        if inside
            && !name.is_empty()
            && (rect.left() < panel.left() + 13.5 || rect.right() > panel.right() - 13.5)
        {
            faults.push(format!("{name:?} sticks out of the inspector: {rect} of {panel}"));
        }
    }
    faults
}

/// All faults in windows of all sizes and languages. They are collected before the test fails.
#[derive(Default)]
struct Report(Vec<String>);

impl Report {
    /// Adds the faults of the window as it is now.
    fn fits(&mut self, window: &Window, language: Language, what: &str) {
        let (size, chapter) = (window.ctx.content_rect().size(), window.scene().chapter);
        let of = |fault| format!("{chapter:?} at {size}, {language:?}, {what}: {fault}");
        self.0.extend(faults(window).into_iter().map(of));
    }

    /// Checks that the window shows this chapter with all its pictures and frames, and adds its faults.
    fn check(&mut self, window: &Window, chapter: ChapterId, language: Language) {
        assert_eq!(window.scene().chapter, chapter);
        self.fits(window, language, "as it is");
        let what = format!("{chapter:?} at {}, {language:?}", window.ctx.content_rect().size());
        let shown = window.pictures();
        if let Some(expected) = pictures(chapter) {
            assert_eq!(shown.len(), expected.len(), "{what}");
            let names: Vec<&str> = shown.iter().map(|(name, _)| name.as_str()).collect();
            assert!(language != Language::English || names == expected, "{what}: {names:?}");
        }
        for (name, rect) in shown {
            if rect.width() < 96.0 || rect.height() < 96.0 {
                self.0.push(format!("{what}: {name} is only {}", rect.size()));
            }
        }
        let film = window.frames().len();
        if film < frames(chapter) {
            self.0.push(format!("{what}: {film} frames"));
        }
    }

    /// Fails with a list of the faults, if there are any.
    #[track_caller]
    fn tell(self) {
        assert!(self.0.is_empty(), "{} faults:\n{}", self.0.len(), self.0.join("\n"));
    }
}

#[test]
fn chapters_open_by_name_at_every_size_dark() {
    let mut report = Report::default();
    for (size, scale) in SIZES {
        let mut window = Window::with(scene(), &Options { size, scale, ..Options::default() });
        for chapter in ChapterId::ALL.into_iter().rev() {
            window.click(&about(chapter).0);
            report.check(&window, chapter, Language::English);
        }
    }
    report.tell();
}

#[test]
fn chapters_open_by_key_at_every_size_light() {
    let mut report = Report::default();
    for options in windows() {
        let options = Options { theme: Theme::Light, ..options };
        let mut window = Window::with(Scene { chapter: ChapterId::Posterior, ..scene() }, &options);
        for (chapter, key) in keys() {
            window.press(key);
            report.check(&window, chapter, options.language);
        }
    }
    report.tell();
}

#[test]
fn comparing_and_few_steps_fit_too() {
    let mut report = Report::default();
    for options in windows() {
        let mut scene = Scene { compare: true, ..scene() };
        scene.chapters.ledger.few_steps = Some(10);
        scene.chapters.ledger.amplify = true;
        scene.chapters.posterior.beta = Some(0.4);
        let mut window = Window::with(scene, &options);
        for (_, key) in keys() {
            window.press(key);
            report.fits(&window, options.language, "comparing");
        }
    }
    report.tell();
}

#[test]
fn a_run_fits_too() {
    let mut report = Report::default();
    for options in windows() {
        for name in ["ddim", "ddpm", "heun"] {
            let mut scene = Scene { chapter: ChapterId::Reverse, ..scene() };
            let sampler = SamplerKind::default_of(name).unwrap();
            scene.chapters.reverse.lane = LaneOptions { sampler, steps: 30, ..LaneOptions::default() };
            let mut window = Window::with(scene, &options);
            let denoise = window.say("reverse-denoise");
            window.click(&denoise);
            report.check(&window, ChapterId::Reverse, options.language);
            // The button may be outside the visible part of the inspector, so it is pressed by its accessible
            // action.
            window.get_by_label(&window.say("reverse-rival-add")).click_accesskit();
            window.settle();
            window.click(&denoise);
            report.fits(&window, options.language, &format!("a race against {name}"));
        }
    }
    report.tell();
}

/// A scene whose training is over at once.
fn short_training(mut scene: Scene) -> Scene {
    scene.chapters.training.iterations = 2;
    scene.chapters.training.batch = 4;
    scene.chapters.training.network = LearnNetwork::Mini;
    scene
}

#[test]
fn a_training_fits_too() {
    let mut report = Report::default();
    let usual = windows().filter(|options| options.scale == 1.0 && options.size.x < 2000.0);
    for options in usual {
        let begin = short_training(Scene { chapter: ChapterId::Training, ..scene() });
        let mut scene = begin.clone();
        scene.chapters.training.rival = Some(LearnRival::Schedule);
        let mut window = Window::with(scene, &options);
        window.click(&window.say("training-begin"));
        // What lies over the plots says that the training has ended.
        window.click(&window.say("notice-close"));
        report.fits(&window, options.language, "a pair");
        window.press(Key::C);
        report.fits(&window, options.language, "a pair, comparing");
        let mut scene = begin;
        scene.chapters.training.subject = TrainingSubject::Step;
        scene.chapters.training.data = LearnData::BuiltIn(BuiltIn::Emoji);
        scene.chapters.training.size = Some(8);
        let mut window = Window::with(scene, &options);
        report.fits(&window, options.language, "one step of a shipped network");
        window.click(&window.say("training-begin"));
        window.click(&window.say("notice-close"));
        report.fits(&window, options.language, "one step");
        report.check(&window, ChapterId::Training, options.language);
    }
    report.tell();
}

#[test]
fn every_part_of_likelihood_fits() {
    let mut report = Report::default();
    for options in windows() {
        let mut scene = Scene { chapter: ChapterId::Likelihood, ..scene() };
        for part in LikelihoodPart::ALL {
            scene.chapters.likelihood.part = part;
            for aspect in BoundAspect::ALL {
                if part != LikelihoodPart::Bound && aspect != BoundAspect::Terms {
                    continue;
                }
                scene.chapters.likelihood.bound.aspect = aspect;
                let window = Window::with(scene.clone(), &options);
                report.fits(&window, options.language, &format!("{part:?}, {aspect:?}"));
                let plots = window.plots();
                if plots.iter().any(|(_, rect)| rect.height() < PLOT - 30.0) {
                    report.0.push(format!("{part:?}, {aspect:?} at {}: {plots:?}", options.size));
                }
            }
        }
    }
    report.tell();
}

#[test]
fn every_subject_of_the_plane_fits() {
    let mut report = Report::default();
    for options in windows() {
        let mut scene = Scene { chapter: ChapterId::Distributions, ..scene() };
        scene.chapters.distributions.space = Space::Plane;
        scene.chapters.distributions.plane.particles = Some(500);
        scene.chapters.distributions.plane.sampler.calls = 20;
        for subject in PlaneSubject::ALL {
            scene.chapters.distributions.plane.subject = subject;
            let window = Window::with(scene.clone(), &options);
            report.fits(&window, options.language, &format!("{subject:?}"));
        }
    }
    report.tell();
}

#[test]
fn explanations_move_no_picture() {
    let mut report = Report::default();
    for options in windows().filter(|options| options.size.x < 1400.0) {
        let options = Options { unfolded: false, ..options };
        let mut window = Window::with(scene(), &options);
        for (chapter, key) in keys() {
            window.press(key);
            let shown = |window: &Window| [window.pictures(), window.frames(), window.plots()].concat();
            let before = shown(&window);
            window.press(Key::E);
            report.fits(&window, options.language, "explained");
            if shown(&window) != before {
                report.0.push(format!("{chapter:?} at {}, {:?}: moved", options.size, options.language));
            }
            // The end of the explanation is there too, if need be after scrolling.
            let notice = window.say("explain-notice");
            window.get_by_label(&notice).scroll_to_me();
            window.run_steps(3);
            let seen = |text: &Text| text.words == notice && text.clip.contains_rect(text.rect);
            assert!(window.texts().iter().any(seen), "{chapter:?}: {notice}");
            window.press(Key::E);
        }
    }
    report.tell();
}

#[test]
fn pictures_of_two_schedules_bear_their_letters() {
    let open = |chapter, compare| Window::of(Scene { chapter, compare, ..scene() });
    let within = |window: &Window, rect: Rect, tag: &str| {
        window.texts().iter().any(|text| text.words == tag && rect.contains(text.rect.left_center()))
    };
    let mut window = open(ChapterId::Forward, true);
    for presented in [false, true] {
        let pictures = window.pictures();
        let noised: Vec<Rect> =
            pictures.iter().filter(|(name, _)| name.contains('ₜ')).map(|picture| picture.1).collect();
        for (rect, letter) in noised.iter().zip(["A", "B"]) {
            assert!(within(&window, *rect, letter), "{letter}, presented: {presented}");
        }
        assert_eq!(noised.len(), 2);
        window.press(Key::P);
    }
    // Rows of films are named; Posterior has no room for one here.
    for (chapter, names) in [
        (ChapterId::Forward, &["A Linear", "B Cosine"][..]),
        (ChapterId::Ledger, &["A Linear"]),
        (ChapterId::Posterior, &[]),
    ] {
        let window = open(chapter, true);
        for name in names {
            assert!(
                window.frames().iter().any(|(_, rect)| within(&window, *rect, name)),
                "{chapter:?}: {name}"
            );
        }
        assert!(window.pictures().iter().any(|(_, rect)| within(&window, *rect, "A")), "{chapter:?}");
        let window = open(chapter, false);
        assert!(!window.pictures().iter().any(|(_, rect)| within(&window, *rect, "A")), "{chapter:?}");
    }
    let mut window = open(ChapterId::Schedules, false);
    for _ in 0..2 {
        for name in ["A Linear", "B Cosine"] {
            assert!(window.frames().iter().any(|(_, rect)| within(&window, *rect, name)), "{name}");
        }
        window.press(Key::P);
    }
}

#[test]
fn what_is_at_rest_is_drawn_to_its_end() {
    let mut window = Window::new();
    let size = window.ctx.content_rect().size();
    let all = Rect::from_min_size(egui::Pos2::ZERO, size - vec2(0.0, 27.0));
    for key in keys().map(|(_, key)| key).chain([Key::C, Key::B, Key::I, Key::I, Key::D]) {
        window.press(key);
        let rest = window.crop(all);
        window.run_steps(3);
        assert!(window.crop(all) == rest, "after {key:?}");
    }
}

#[test]
fn pictures_have_their_share_of_the_window_and_plots_can_be_read() {
    let mut report = Report::default();
    for (size, least) in [(vec2(1280.0, 720.0), 0.25), (vec2(1600.0, 1000.0), 0.30)] {
        for chapter in [
            ChapterId::Forward,
            ChapterId::Ledger,
            ChapterId::Posterior,
            ChapterId::Reverse,
            ChapterId::Training,
        ] {
            let options = Options { size, unfolded: false, ..Options::default() };
            let mut window = Window::with(short_training(Scene { chapter, ..scene() }), &options);
            if chapter == ChapterId::Reverse {
                window.click(&window.say("reverse-denoise"));
            } else if chapter == ChapterId::Training {
                window.click(&window.say("training-begin"));
            }
            report.fits(&window, Language::English, "with its sections folded");
            let shown = [
                window.pictures(),
                window.frames(),
                window.run_frames(),
                window.training_rows(),
                window.training_film(),
            ]
            .concat();
            let area: f32 = shown.iter().map(|(_, rect)| rect.area()).sum();
            let share = area / (size.x * size.y);
            if share < least {
                report.0.push(format!("{chapter:?} at {size}: pictures take {:.1} %", 100.0 * share));
            }
            for (name, rect) in window.plots() {
                if rect.height() < PLOT {
                    report.0.push(format!("{chapter:?} at {size}: {name} is {} high", rect.height()));
                }
            }
        }
    }
    report.tell();
}

/// No two controls share an identity, also where there is hardly any room: egui would say so on the screen.
#[test]
fn controls_keep_apart_in_small_windows() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/distributions-line.diffuscope");
    let line = diffuscope::scene::load(&file).unwrap();
    let scenes = ChapterId::ALL.map(|chapter| Scene { chapter, ..scene() }).into_iter().chain([line]);
    for scene in scenes {
        for size in [vec2(640.0, 360.0), vec2(700.0, 560.0)] {
            let chapter = scene.chapter;
            let mut window = Window::with(scene.clone(), &Options { size, ..Options::default() });
            window.press(Key::E);
            window.settle();
            assert!(!window.shows("widget ID"), "{chapter:?} at {size}");
        }
    }
}

/// Window managers that tile ask no program for its least size. Nothing can be read then, and nothing is lost either.
#[test]
fn no_window_is_too_small() {
    for size in [vec2(300.0, 890.0), vec2(900.0, 120.0), vec2(90.0, 60.0)] {
        for (chapter, _) in keys() {
            let mut scene = Scene { chapter, ..scene() };
            scene.chapters.training.iterations = 2;
            scene.chapters.training.batch = 4;
            scene.chapters.training.network = LearnNetwork::Mini;
            scene.chapters.text.num_inference_steps = 4;
            let mut window = Window::with(scene, &Options { size, ..Options::default() });
            if chapter == ChapterId::Training {
                window.press(Key::Space);
            }
            window.press(Key::E);
            window.press(Key::F11);
        }
    }
}
