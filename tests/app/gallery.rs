//! Pictures of the window, to be looked at: `DIFFUSCOPE_GALLERY=FOLDER cargo test --test app gallery`.

use std::path::PathBuf;

use diffuscope::app::Language;
use diffuscope::dataset::BuiltIn;
use diffuscope::diffusion::sampler::SamplerKind;
use diffuscope::scene::{
    BoundAspect, ChapterId, CurveChoice, LaneOptions, LearnRival, PlaneSubject, Scene, Space, TrainingSubject,
};
use diffuscope::worker::{LearnData, LearnNetwork};
use egui::{Key, Modifiers, Theme, Vec2, vec2};
use egui_kittest::kittest::Queryable as _;

use super::support::{Options, Window};

/// Where the pictures go; without it there are none.
fn folder() -> Option<PathBuf> {
    std::env::var_os("DIFFUSCOPE_GALLERY").map(PathBuf::from)
}

fn save(window: &mut Window, name: &str) {
    let Some(folder) = folder() else { return };
    std::fs::create_dir_all(&folder).unwrap();
    let all = window.ctx.content_rect();
    window.crop(all).save(folder.join(format!("{name}.png"))).unwrap();
}

fn options(size: Vec2, theme: Theme, language: Language) -> Options {
    Options { size, theme, language, unfolded: false, ..Options::default() }
}

#[test]
fn gallery_of_chapters() {
    if folder().is_none() {
        return;
    }
    for (size, theme, language) in [
        (vec2(1280.0, 720.0), Theme::Dark, Language::English),
        (vec2(1280.0, 720.0), Theme::Light, Language::Korean),
        (vec2(1600.0, 1000.0), Theme::Dark, Language::Korean),
        (vec2(1024.0, 640.0), Theme::Light, Language::English),
    ] {
        for chapter in ChapterId::ALL {
            let scene = Scene { chapter, ..Scene::default() };
            let mut window = Window::with(scene, &options(size, theme, language));
            if chapter == ChapterId::Reverse {
                window.click(&window.say("reverse-denoise"));
            }
            let name = format!("{}-{}x{}-{}", chapter.name(), size.x, size.y, language.tag());
            save(&mut window, &name);
        }
    }
}

/// The number of iterations in pictures of trainings: `DIFFUSCOPE_ITERATIONS`, or a few.
fn chosen(usual: u64) -> u64 {
    std::env::var("DIFFUSCOPE_ITERATIONS").ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

#[test]
fn gallery_of_training() {
    if folder().is_none() {
        return;
    }
    for (size, theme, language) in [
        (vec2(1280.0, 720.0), Theme::Dark, Language::English),
        (vec2(1024.0, 640.0), Theme::Light, Language::Korean),
        (vec2(1600.0, 1000.0), Theme::Light, Language::English),
    ] {
        let name = |what: &str| format!("training-{what}-{}x{}-{}", size.x, size.y, language.tag());
        let mut scene = Scene { chapter: ChapterId::Training, ..Scene::default() };
        scene.chapters.training.iterations = chosen(60);
        scene.chapters.training.network = LearnNetwork::Mini;
        scene.chapters.training.batch = 8;
        let mut window = Window::with(scene.clone(), &options(size, theme, language));
        save(&mut window, &name("before"));
        window.get_by_label(&window.say("training-begin")).click();
        window.wait("to learn", |window| window.training_frames().len() > 2);
        save(&mut window, &name("begun"));
        window.settle();
        save(&mut window, &name("alone"));
        scene.chapters.training.rival = Some(LearnRival::Schedule);
        scene.chapters.training.iterations = chosen(60) / 2;
        let mut window = Window::with(scene.clone(), &options(size, theme, language));
        window.click(&window.say("training-begin"));
        save(&mut window, &name("pair"));
        scene.chapters.training.subject = TrainingSubject::Step;
        scene.chapters.training.data = LearnData::BuiltIn(BuiltIn::Emoji);
        let mut window = Window::with(scene, &options(size, theme, language));
        save(&mut window, &name("step"));
        window.press(Key::P);
        save(&mut window, &name("step-presented"));
    }
}

#[test]
fn gallery_of_learned_schedules() {
    if folder().is_none() {
        return;
    }
    for (size, theme, language) in [
        (vec2(1280.0, 720.0), Theme::Dark, Language::English),
        (vec2(1024.0, 640.0), Theme::Light, Language::Korean),
    ] {
        let name = |what: &str| format!("learned-{what}-{}x{}-{}", size.x, size.y, language.tag());
        let mut scene = Scene { chapter: ChapterId::Likelihood, ..Scene::default() };
        scene.chapters.likelihood.part = diffuscope::scene::LikelihoodPart::Learned;
        scene.chapters.training.gamma = true;
        scene.chapters.training.iterations = chosen(300);
        scene.chapters.training.network = LearnNetwork::Mini;
        scene.chapters.training.batch = 4;
        let mut window = Window::with(scene, &options(size, theme, language));
        save(&mut window, &name("before"));
        window.click(&window.say("likelihood-learned-begin"));
        save(&mut window, &name("done"));
        window.press(Key::E);
        save(&mut window, &name("explained"));
        window.press(Key::E);
        window.press(Key::P);
        save(&mut window, &name("presented"));
        window.press(Key::P);
        window.click(&window.say("likelihood-learned-use"));
        window.press(Key::Num2);
        save(&mut window, &name("used"));
        window.press(Key::Num6);
        save(&mut window, &name("training"));
    }
}

/// Every step of every lesson, as it is presented.
#[test]
fn gallery_of_presented_lessons() {
    if folder().is_none() {
        return;
    }
    let look = options(vec2(1280.0, 720.0), Theme::Dark, Language::Korean);
    for lesson in diffuscope::lesson::shipped() {
        let mut window = Window::with(Scene::default(), &look);
        window.click(&window.say("menu-help"));
        window.click(&window.say(&format!("lesson-{}", lesson.name)));
        window.press(Key::P);
        let scenes = lesson.scenes(&Scene::default()).unwrap();
        let learns = |scene: &Scene| {
            scene.chapter == ChapterId::Training && scene.chapters.training.subject == TrainingSubject::Live
        };
        for (step, number) in lesson.steps.iter().zip(1..) {
            save(&mut window, &format!("presented-{}-{number}", lesson.name));
            // A network would learn for minutes.
            if scenes.get(number).is_some_and(learns) {
                break;
            }
            (0..=usize::from(step.question.is_some())).for_each(|_| window.press(Key::PageDown));
        }
    }
}

#[test]
fn gallery_of_likelihood() {
    if folder().is_none() {
        return;
    }
    for (size, theme, language) in [
        (vec2(1280.0, 720.0), Theme::Dark, Language::English),
        (vec2(1024.0, 640.0), Theme::Light, Language::Korean),
        (vec2(1600.0, 1000.0), Theme::Light, Language::English),
        (vec2(1024.0, 640.0), Theme::Dark, Language::English),
    ] {
        let mut scene = Scene { chapter: ChapterId::Likelihood, ..Scene::default() };
        for aspect in BoundAspect::ALL {
            scene.chapters.likelihood.bound.aspect = aspect;
            let mut window = Window::with(scene.clone(), &options(size, theme, language));
            let name = format!("likelihood-{}-{}x{}-{}", aspect.name(), size.x, size.y, language.tag());
            save(&mut window, &name);
            window.press(Key::P);
            save(&mut window, &format!("{name}-presented"));
        }
    }
}

#[test]
fn gallery_of_teaching() {
    if folder().is_none() {
        return;
    }
    let size = vec2(1280.0, 720.0);
    for language in [Language::English, Language::Korean] {
        let tag = language.tag();
        let mut window = Window::with(Scene::default(), &options(size, Theme::Dark, language));
        window.press(Key::E);
        save(&mut window, &format!("explain-{tag}"));
        window.press(Key::E);
        window.press_with(Modifiers::COMMAND, Key::K);
        save(&mut window, &format!("search-{tag}"));
        window.press(Key::Escape);
        window.click(&window.say("menu-help"));
        save(&mut window, &format!("help-{tag}"));
        window.click(&window.say("lesson-why-cosine"));
        for step in 1..=4 {
            save(&mut window, &format!("lesson-{step}-{tag}"));
            window.press(Key::PageDown);
        }
        window.press(Key::P);
        window.press(Key::PageUp);
        save(&mut window, &format!("present-lesson-{tag}"));
    }
    for chapter in ChapterId::ALL {
        let scene = Scene { chapter, ..Scene::default() };
        let mut window = Window::with(scene, &options(size, Theme::Dark, Language::English));
        if chapter == ChapterId::Reverse {
            window.click(&window.say("reverse-denoise"));
        }
        window.press(Key::P);
        window.settle();
        save(&mut window, &format!("present-{}", chapter.name()));
    }
}

#[test]
fn gallery_of_moments() {
    if folder().is_none() {
        return;
    }
    for (size, theme, language) in [
        (vec2(1280.0, 720.0), Theme::Dark, Language::Korean),
        (vec2(1024.0, 640.0), Theme::Light, Language::English),
        (vec2(2560.0, 1440.0), Theme::Light, Language::Korean),
    ] {
        let name = |what: &str| format!("{what}-{}x{}-{}", size.x, size.y, language.tag());
        let open = |scene: Scene| Window::with(scene, &options(size, theme, language));
        for chapter in [ChapterId::Forward, ChapterId::Ledger, ChapterId::Posterior, ChapterId::Schedules] {
            save(
                &mut open(Scene { chapter, compare: true, t: 1000, ..Scene::default() }),
                &name(&format!("compare-{}", chapter.name())),
            );
        }
        let mut window = open(Scene::default());
        let picture = window.pictures()[2].1;
        window.hover_at(picture.center());
        window.settle();
        save(&mut window, &name("hover"));
        window.remove_cursor();
        window.click(&window.say("menu-file"));
        save(&mut window, &name("file"));
        window.press(Key::Escape);
        window.click(&window.say("menu-help"));
        window.click(&window.say("command-record"));
        window.click(&window.say("record-take"));
        save(&mut window, &name("record"));
        window.click(&window.say("record-end"));
        save(&mut window, &name("record-end"));
        window.press_with(Modifiers::COMMAND, Key::K);
        window.event(egui::Event::Text("ELBO".to_owned()));
        window.settle();
        save(&mut window, &name("found"));
        window.press(Key::Enter);
        save(&mut window, &name("card"));
        let mut scene = Scene { chapter: ChapterId::Reverse, ..Scene::default() };
        let lane = scene.chapters.reverse.lane;
        scene.chapters.reverse.rivals = ["ddpm", "euler"]
            .map(|name| LaneOptions { sampler: SamplerKind::default_of(name).unwrap(), steps: 20, ..lane })
            .to_vec();
        let mut window = open(scene);
        window.click(&window.say("reverse-denoise"));
        save(&mut window, &name("race"));
        let mut scene = Scene { chapter: ChapterId::Distributions, ..Scene::default() };
        scene.chapters.distributions.space = Space::Plane;
        scene.chapters.distributions.plane.particles = Some(2000);
        for subject in PlaneSubject::ALL {
            scene.chapters.distributions.plane.subject = subject;
            save(&mut open(scene.clone()), &name(&format!("plane-{subject:?}")));
        }
    }
    let home = tempfile::tempdir().unwrap();
    let first = Options { folder: Some(home.path().to_owned()), ..Options::default() };
    save(&mut Window::first(&first), "first");
}

#[test]
fn gallery_of_labels() {
    if folder().is_none() {
        return;
    }
    for (size, theme, language) in [
        (vec2(1024.0, 640.0), Theme::Light, Language::English),
        (vec2(1280.0, 720.0), Theme::Dark, Language::Korean),
        (vec2(1600.0, 1000.0), Theme::Dark, Language::English),
    ] {
        let name = |what: &str| format!("{what}-{}x{}-{}", size.x, size.y, language.tag());
        let open = |scene: Scene| Window::with(scene, &options(size, theme, language));
        for curve in [CurveChoice::Beta, CurveChoice::AlphaBar, CurveChoice::Snr] {
            let mut scene = Scene { chapter: ChapterId::Schedules, ..Scene::default() };
            scene.chapters.schedules.all_kinds = true;
            scene.chapters.schedules.curve = curve;
            save(&mut open(scene), &name(&format!("kinds-{curve:?}")));
        }
        for sampler in ["ddim", "ddpm", "euler"] {
            let mut scene = Scene { chapter: ChapterId::Reverse, ..Scene::default() };
            scene.chapters.reverse.lane.sampler = SamplerKind::default_of(sampler).unwrap();
            scene.chapters.reverse.lane.steps = 10;
            let mut window = open(scene);
            window.click(&window.say("reverse-denoise"));
            window.settle();
            save(&mut window, &name(&format!("few-{sampler}")));
        }
        let mut scene = Scene { chapter: ChapterId::Distributions, ..Scene::default() };
        scene.chapters.distributions.space = Space::Plane;
        scene.chapters.distributions.plane.subject = PlaneSubject::Learning;
        save(&mut open(scene), &name("learning"));
    }
}

#[test]
fn gallery_of_figures() {
    if folder().is_none() {
        return;
    }
    for (size, theme, language) in [
        (vec2(1280.0, 720.0), Theme::Dark, Language::Korean),
        (vec2(1024.0, 640.0), Theme::Light, Language::English),
    ] {
        let name = |what: &str| format!("{what}-{}x{}-{}", size.x, size.y, language.tag());
        let mut window = Window::with(Scene::default(), &options(size, theme, language));
        window.press_with(Modifiers::COMMAND, Key::E);
        save(&mut window, &name("figure"));
        window.press(Key::Escape);
        let plot = window.plots()[0].1;
        window.right_click_at(plot.center());
        save(&mut window, &name("plot-menu"));
        window.click(&window.say("plot-save"));
        save(&mut window, &name("figure-of-plot"));
        window.press(Key::Escape);
        for chapter in ChapterId::ALL {
            let scene = Scene { chapter, ..Scene::default() };
            let mut window = Window::with(scene, &options(size, theme, language));
            window.press(Key::P);
            save(&mut window, &name(&format!("present-{}", chapter.name())));
            window.press(Key::Escape);
            window.press(Key::E);
            save(&mut window, &name(&format!("explained-{}", chapter.name())));
        }
    }
}
