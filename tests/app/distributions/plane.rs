//! The Distributions chapter on the plane.

use diffuscope::app::Prepared;
use diffuscope::app::figure::{FigureOptions, Studio, Subject};
use diffuscope::diffusion::data::PlaneData;
use diffuscope::diffusion::noise::NoiseMode;
use diffuscope::diffusion::process::Process;
use diffuscope::diffusion::solvers::Solver;
use diffuscope::gpu::Device;
use diffuscope::scene::{PlaneSource, PlaneSubject, Racer, Scene, Space, Vectors};
use egui::{Key, vec2};
use egui_kittest::kittest::Queryable as _;

use super::super::support::{Options, Window, name_of};
use super::line;

/// A scene with the plane, few particles, and this subject.
fn plane(subject: PlaneSubject) -> Scene {
    let mut scene = line();
    scene.chapters.distributions.space = Space::Plane;
    let plane = &mut scene.chapters.distributions.plane;
    (plane.subject, plane.particles) = (subject, Some(500));
    plane.sampler.calls = 20;
    scene.chapters.distributions.plane.racers.truncate(2);
    scene
}

#[test]
fn particles_follow_t_and_a_click_takes_a_state() {
    let mut window = Window::of(plane(PlaneSubject::Particles));
    let area = window.starting("square: forward particles").rect();
    let before = [area, window.starting("square: backward particles").rect()].map(|area| window.crop(area));
    window.press(Key::End);
    window.starting("square: backward particles, call 0");
    let after = [area, window.starting("square: backward particles").rect()].map(|area| window.crop(area));
    assert!(before[0] != after[0] && before[1] != after[1]);
    window.click_at(area.center() + vec2(0.25 * area.width(), 0.0));
    let [x, y] = window.scene().chapters.distributions.plane.point;
    assert!((x - 1.6).abs() < 0.05 && y.abs() < 0.05, "{x} {y}");
}

#[test]
fn particles_jump_or_walk_and_there_are_as_many_as_wished() {
    let mut window = Window::of(plane(PlaneSubject::Particles));
    let cloud = |window: &mut Window| {
        let area = window.starting("square: forward particles").rect();
        window.crop(area)
    };
    assert!(window.shows("forward by jump, t = 300"));
    let jump = cloud(&mut window);
    window.click("Noise: Walk");
    assert_eq!(window.scene().noise, NoiseMode::Walk);
    assert!(window.shows("forward by walk, t = 300"));
    let walk = cloud(&mut window);
    assert!(jump != walk, "a walk ends where the jump does");
    window.press(Key::ArrowLeft);
    assert!(cloud(&mut window) != walk);
    window.press(Key::ArrowRight);
    assert!(cloud(&mut window) == walk, "a walk that returns is another");
    window.press(Key::W);
    assert!(cloud(&mut window) == jump);
    window.click("Particles: 2k");
    assert_eq!(window.scene().chapters.distributions.plane.particles, Some(2000));
    assert!(cloud(&mut window) != jump);
    window.click("Particles: Auto");
    assert_eq!(window.scene().chapters.distributions.plane.particles, None);
    window.click("Subject: Race");
    assert!(!window.has("Noise: Walk"), "racers neither jump nor walk");
}

#[test]
fn figures_show_as_many_particles_as_the_scene_has() {
    let mut studio = Studio::open(Device::Cpu).unwrap();
    let mut scene = plane(PlaneSubject::Particles);
    let options = &mut scene.chapters.distributions.plane;
    (options.density, options.vectors) = (false, Vectors::None);
    options.sampler = Racer { solver: Solver::Ddim { eta: 0.0 }, calls: 5 };
    let mut inked = |particles: usize| {
        scene.chapters.distributions.plane.particles = Some(particles);
        let look = FigureOptions { size: [900, 640], dark: true, ..FigureOptions::default() };
        let subject = Subject::chapter(&scene, Prepared::of_scene(&scene).unwrap());
        let (rgba, _) = studio.draw(subject, look).unwrap();
        // Only the upper part is counted, as both squares lie above the formula.
        let above = &rgba[..4 * 900 * 480];
        above.as_chunks::<4>().0.iter().filter(|pixel| pixel[1] > 100).count()
    };
    let [few, many] = [100, 5000].map(&mut inked);
    assert!(few > 200 && many > few + 10_000, "{few} {many}");
}

#[test]
fn captions_stay_where_the_window_is_small() {
    let options = Options { size: vec2(1024.0, 640.0), ..Options::default() };
    let mut window = Window::with(line(), &options);
    for caption in ["reverse kernel", "KL over merged steps", "exact", "Gaussian", "mean ± σ"] {
        assert!(window.shows(caption), "{caption}");
    }
    let captions: [(PlaneSubject, &[&str]); 5] = [
        (PlaneSubject::Particles, &["forward by jump, t = 300", "ODE", "backward, DDPM · call", "a path"]),
        (PlaneSubject::Race, &["DDPM · call", "DDIM · call", "energy distance to the data", "fresh data"]),
        (
            PlaneSubject::Guidance,
            &[
                "classifier",
                "gradient",
                "classifier-free",
                "class",
                "DDIM to class 0",
                "samples by class · spread",
            ],
        ),
        (PlaneSubject::Learning, &["no network for these data yet", "density", "loss over iterations"]),
        (PlaneSubject::Likelihood, &["click a point", "its code", "by the ODE over exact", "clicked"]),
    ];
    window = Window::with(plane(PlaneSubject::Particles), &options);
    for (subject, captions) in captions {
        window.click(&format!("Subject: {subject:?}"));
        for caption in captions {
            assert!(window.shows(caption), "{subject:?}: {caption}");
        }
    }
}

#[test]
fn data_are_chosen_painted_and_taken_from_the_picture() {
    let mut window = Window::of(plane(PlaneSubject::Particles));
    window.choose("Data of the plane", "Moons");
    assert_eq!(window.scene().chapters.distributions.plane.data, PlaneSource::Named(PlaneData::Moons));
    window.choose("Data of the plane", "Painted by hand");
    let area = window.rect("square: paint the data here");
    window.drag(area.center(), area.center() + vec2(60.0, 30.0));
    let painted = |window: &Window| match &window.scene().chapters.distributions.plane.data {
        PlaneSource::Painted(points) => points.len(),
        _ => panic!("not painted"),
    };
    assert!(painted(&window) >= 3, "{}", painted(&window));
    window.starting("square: forward particles");
    window.click("Clear");
    assert_eq!(painted(&window), 0);
    window.choose("Data of the plane", "The picture");
    window.starting("square: forward particles");
    window.click("Process: VE");
    assert_eq!(window.scene().chapters.distributions.plane.process, Process::VE);
}

#[test]
fn a_race_has_as_many_squares_as_racers() {
    let mut window = Window::of(plane(PlaneSubject::Race));
    assert_eq!(window.query_all_by_label_contains("square: ").count(), 2);
    window.click("Add a racer");
    let racers = &window.scene().chapters.distributions.plane.racers;
    assert_eq!((racers.len(), racers[2].solver.name()), (3, "reverse-sde"));
    assert_eq!(window.query_all_by_label_contains("square: ").count(), 3);
    window.choose("Racer 3 Sampler", "Langevin");
    assert!(matches!(
        window.scene().chapters.distributions.plane.racers[2],
        Racer { solver: Solver::Langevin { .. }, .. }
    ));
    window.click("Remove racer 1");
    assert_eq!(window.query_all_by_label_contains("square: ").count(), 2);
    window.rect("plot: energy distance over network calls");
}

#[test]
fn guidance_covers_the_class_that_is_clicked() {
    let mut window = Window::of(plane(PlaneSubject::Guidance));
    window.starting("class 0: 100");
    window.starting("class 3: 0 %");
    let row = window.starting("class 3: ").rect();
    window.click_at(row.center());
    assert_eq!(window.scene().chapters.distributions.plane.class, 3);
    window.starting("class 3: 100");
    window.rect("square: classifier guidance");
    window.rect("square: classifier-free guidance");
}

#[test]
fn a_network_learns_and_then_knows_the_score() {
    let mut scene = plane(PlaneSubject::Learning);
    (scene.chapters.distributions.plane.hidden, scene.chapters.distributions.plane.iterations) = (16, 200);
    let mut window = Window::of(scene);
    // A button stands where the network's error will be.
    let (point, button) =
        (window.scene().chapters.distributions.plane.point, "Train a network on these data");
    window.click(button);
    assert!(!window.has(button));
    assert_eq!(window.scene().chapters.distributions.plane.point, point, "it chooses no place");
    window.starting("plot: loss, iteration 200");
    window.starting("square: error of ε̂ at t = 300: rms 0.");
    assert!(window.shows("learned in 200 iterations"));
    window.click("Score: Learned");
    assert!(window.scene().chapters.distributions.plane.learned);
    window.click("Subject: Particles");
    window.starting("square: backward particles");
    // The network was not trained on these other data.
    window.choose("Data of the plane", "Rings");
    assert!(window.shows("no network for these data yet"));
}

#[test]
fn a_training_stops_when_told() {
    let mut scene = plane(PlaneSubject::Learning);
    scene.chapters.distributions.plane.iterations = 1_000_000;
    let mut window = Window::of(scene);
    window.get_by_label("Train a network").click();
    window.remove_cursor();
    window.wait("to train", |window| window.has("Stop training"));
    window.wait("to learn a little", |window| !window.has("plot: loss, iteration 0"));
    window.click("Stop training");
    assert!(window.has("Train a network"));
    assert!(window.query_all_by_label_contains(": rms ").next().is_some());
}

#[test]
fn likelihoods_agree() {
    let window = Window::of(plane(PlaneSubject::Likelihood));
    window.rect("plot: likelihood by the ODE over the exact one");
    let region = window.ctx.content_rect();
    let text = window.text_in(region);
    let value = |name: &str, text: &str| -> f64 {
        let lines: Vec<&str> = text.lines().collect();
        let at = lines.iter().position(|line| *line == name).unwrap();
        lines[at + 1].trim().replace('−', "-").parse().unwrap()
    };
    let [ode, exact] = ["= ln p(x) by the ODE", "ln p(x), exact"].map(|name| value(name, &text));
    assert!((ode - exact).abs() < 0.05 * (1.0 + exact.abs()), "{ode} {exact}");
}

/// The number of network calls of the state in the square of the backward particles.
fn calls(window: &Window) -> usize {
    let name = name_of(&window.starting("square: backward particles, call"));
    name.rsplit(' ').next().unwrap().parse().unwrap()
}

#[test]
fn a_run_shows_its_states_while_it_is_made_and_keeps_them_when_stopped() {
    let mut scene = plane(PlaneSubject::Particles);
    let options = &mut scene.chapters.distributions.plane;
    options.data = PlaneSource::Named(PlaneData::Checkerboard);
    (options.particles, options.sampler) = (Some(20_000), Racer { solver: Solver::Ddpm, calls: 2000 });
    let mut start = scene.clone();
    (start.t, start.chapters.distributions.space) = (1, Space::Line);
    let mut window = Window::of(start);
    window.get_by_label("Space: Plane").click();
    window.remove_cursor();
    let mut seen = Vec::new();
    for _ in 0..4 {
        let last = seen.last().copied().unwrap_or(0);
        window.wait("to show another state", |window| {
            window.has("Stop")
                && window.query_all_by_label_contains("call").next().is_some()
                && calls(window) > last
        });
        let area = window.starting("square: backward particles").rect();
        let picture = window.crop(area);
        seen.push(calls(&window));
        assert!(picture.pixels().any(|pixel| pixel[1] > 100 && pixel[1] > pixel[0] + 60), "no particles");
    }
    assert!(seen.windows(2).all(|pair| pair[0] < pair[1]) && seen[3] < 2000, "{seen:?}");
    window.get_by_label("Stop").click();
    window.remove_cursor();
    window.wait("to have stopped", |window| window.has("Again"));
    window.settle();
    let kept = calls(&window);
    assert!((seen[3]..2000).contains(&kept), "{kept} after {seen:?}");
    assert!(window.shows("stopped") && window.shows(&format!("call {kept} of 2000")));
    // All of its states are kept, back to the noise.
    window.press(Key::End);
    assert_eq!(calls(&window), 0);
    window.press(Key::Home);
    assert_eq!(calls(&window), kept);
}

#[test]
fn a_long_run_can_be_stopped_and_made_again() {
    let mut scene = plane(PlaneSubject::Particles);
    let options = &mut scene.chapters.distributions.plane;
    options.data = PlaneSource::Named(PlaneData::Checkerboard);
    (options.particles, options.sampler) = (Some(100_000), Racer { solver: Solver::Ddpm, calls: 2000 });
    let mut window = Window::of({
        let mut start = scene.clone();
        start.chapters.distributions.space = Space::Line;
        start
    });
    window.get_by_label("Space: Plane").click();
    window.remove_cursor();
    window.wait("to sample", |window| window.has("Stop"));
    window.get_by_label("Stop").click();
    window.remove_cursor();
    window.wait("to have stopped", |window| window.has("Again"));
    window.settle();
    assert!(window.shows("stopped"));
    window.get_by_label("Again").click();
    window.remove_cursor();
    window.wait("to sample again", |window| window.has("Stop"));
}
