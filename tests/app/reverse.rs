//! The Reverse chapter: runs, moving through their steps, races, training, and what can go wrong in them.

use std::time::Duration;

use diffuscope::diffusion::sampler::{StepTo, TimestepSpacing};
use diffuscope::scene::{ChapterId, LaneOptions, RunSize, Scene, StartAt, TimeAxis};
use diffuscope::worker::PredictorKind;
use egui::{Event, Key, Modifiers, PointerButton, vec2};
use egui_kittest::kittest::Queryable as _;

use super::support::{Options, Window, scene as small_scene};

const XT: &str = "picture xₜ · noised picture";
const EPS_HAT: &str = "picture ε̂ · predicted noise";
const X0_HAT: &str = "picture x̂₀ · predicted picture";
const X_PREV: &str = "picture xₜ₋₁ · next state";
const X_S: &str = "picture xₛ · next state";

fn scene() -> Scene {
    let mut scene = Scene { chapter: ChapterId::Reverse, ..small_scene() };
    scene.chapters.reverse.lane.steps = 20;
    scene
}

/// A scene whose run takes a while, as it has 1000 steps.
fn long() -> Scene {
    let mut scene = scene();
    scene.chapters.reverse.lane.steps = 1000;
    scene
}

/// Clicks a control without waiting for the worker.
fn press(window: &mut Window, name: &str) {
    // It may be outside the visible part of the inspector.
    window.get_by_label(name).scroll_to_me();
    window.run_steps(3);
    // Not with the pointer: what is under it may have moved before the click arrives, as the window is at work.
    window.get_by_label(name).click_accesskit();
    window.run_steps(2);
}

/// Runs frames until this text is on the screen.
#[track_caller]
fn until(window: &mut Window, text: &str) {
    let wanted = text.to_owned();
    window.wait(&format!("to show {text:?}"), |window| window.shows(&wanted));
}

fn goto(window: &mut Window, t: f64) {
    window.get_by_label("Timestep").set_value_accesskit(t);
    window.settle();
}

#[test]
fn a_run_fills_the_pictures_and_can_be_scrubbed() {
    let mut window = Window::of(scene());
    let start = window.picture(XT);
    window.click("Denoise");
    assert!(window.shows("call 20 of 20"));
    // The timeline has followed the run to its last call.
    assert_eq!(window.scene().t, 1);
    let end = window.picture(X0_HAT);
    let noise = window.picture(EPS_HAT);
    goto(&mut window, 1000.0);
    assert!(window.picture(XT) == start, "a run begins with the noise that was on show");
    assert_ne!(window.picture(X0_HAT), end);
    goto(&mut window, 500.0);
    assert!(window.shows("t = 501"), "the nearest call is shown");
    assert_ne!(window.picture(EPS_HAT), noise);
    goto(&mut window, 1.0);
    assert!(window.picture(X0_HAT) == end, "scrubbing back shows the same picture");
    window.click("run at t = 951");
    assert_eq!(window.scene().t, 951);
}

#[test]
fn steps_name_the_levels_between_which_they_lead() {
    let mut window = Window::of(scene());
    window.click("Denoise");
    goto(&mut window, 901.0);
    assert!(window.shows("t = 901 → s = 851") && window.shows("s = 851"));
    assert!(window.has(X_S) && !window.has(X_PREV));
    window.choose("Sampler", "DDPM");
    window.click("Denoise");
    goto(&mut window, 901.0);
    assert!(window.shows("αₜ|ₛ = ᾱₜ/ᾱₛ") && window.has(X_S));
    // A run that leaves no timestep out has steps of length one.
    let window = Window::of(long());
    assert!(window.has(X_PREV) && !window.has(X_S));
}

#[test]
fn the_same_noise_makes_the_same_run_and_other_noise_another() {
    let mut window = Window::of(scene());
    window.click("Denoise");
    let first = window.picture(X_S);
    window.click("Again");
    assert!(window.picture(X_S) == first);
    window.click("Other noise");
    assert_ne!(window.scene().seed, scene().seed);
    assert_ne!(window.picture(X_S), first);
}

#[test]
fn steps_beside_the_next_call_are_told_and_can_be_made_exact() {
    let mut scene = scene();
    scene.chapters.reverse.lane.steps = 3;
    let mut window = Window::of(scene);
    let exactly = "Exactly to the next call";
    assert!(!window.has(exactly), "leading timesteps are where the steps lead");
    window.choose("Timestep spacing", "linspace");
    assert_eq!(window.scene().chapters.reverse.spacing, Some(TimestepSpacing::Linspace));
    window.click("Denoise");
    goto(&mut window, 1000.0);
    let beside = "leads to t = 667, the next call is told t = 501";
    assert!(window.shows(beside));
    window.click(exactly);
    assert_eq!(window.scene().chapters.reverse.step_to, StepTo::Listed);
    let again = if window.has("Denoise") { "Denoise" } else { "Again" };
    window.click(again);
    goto(&mut window, 1000.0);
    assert!(!window.shows("the next call is told") && window.has(exactly));
}

#[test]
fn a_run_is_one_step_to_undo() {
    let mut window = Window::of(scene());
    window.click("Denoise");
    assert_eq!(window.scene().t, 1);
    window.press_with(Modifiers::COMMAND, Key::Z);
    assert_eq!(window.scene().t, scene().t);
}

#[test]
fn a_run_pauses_goes_on_step_by_step_and_stops() {
    let mut window = Window::of(long());
    window.settle();
    press(&mut window, "Denoise");
    until(&mut window, "Pause");
    window.key_press(Key::Space);
    window.settle();
    assert!(window.shows("paused") && window.has("Go on"));
    let text = |window: &Window| {
        window.texts().into_iter().find(|text| text.words.starts_with("call ")).map(|text| text.words)
    };
    // The network call that was under way may still arrive.
    std::thread::sleep(Duration::from_millis(100));
    window.run_steps(2);
    let paused = text(&window).unwrap();
    let number: usize = paused.split(' ').nth(1).unwrap().parse().unwrap();
    assert!(number < 1000, "{paused}");
    for i in 1..=3 {
        window.key_press(Key::Period);
        until(&mut window, &format!("call {} of 1000", number + i));
    }
    press(&mut window, "Go on");
    window.wait("to go on", |window| {
        let now = text(window).unwrap_or_default();
        now.split(' ').nth(1).and_then(|n| n.parse::<usize>().ok()).is_some_and(|n| n > number + 5)
    });
    window.click("Stop");
    assert!(window.shows("stopped") && window.has("Denoise"));
    // The kept steps can still be viewed, and a new run is made to its end.
    goto(&mut window, 999.0);
    assert!(window.shows("t = 999"));
    window.get_by_label("Steps").click();
    window.key_press_modifiers(Modifiers::COMMAND, Key::A);
    window.event(Event::Text("6".to_owned()));
    window.key_press(Key::Enter);
    window.settle();
    assert_eq!(window.scene().chapters.reverse.lane.steps, 6);
    window.click("Denoise");
    assert!(window.shows("call 6 of 6"));
}

#[test]
fn one_key_starts_pauses_and_plays_the_run() {
    let mut window = Window::of(scene());
    window.press(Key::Space);
    assert!(window.shows("call 20 of 20"));
    goto(&mut window, 900.0);
    // When a run is complete, the same key plays through its kept steps.
    window.key_press(Key::Space);
    window.run_steps(8);
    let t = window.scene().t;
    assert!(t < 900, "{t}");
    window.key_press(Key::Space);
    window.settle();
}

#[test]
fn one_call_starts_a_run_that_waits() {
    let mut window = Window::of(scene());
    window.click("One call");
    until(&mut window, "call 1 of 20");
    std::thread::sleep(Duration::from_millis(50));
    window.run_steps(3);
    assert!(window.shows("call 1 of 20"));
    window.click("Stop");
}

#[test]
fn samplers_predictors_and_starts_change_the_run() {
    let mut window = Window::of(scene());
    window.click("Denoise");
    let mut seen = vec![window.picture(X_S)];
    for (sampler, calls) in [("DDPM", 20), ("Heun", 39), ("DPM-Solver++", 20)] {
        window.choose("Sampler", sampler);
        window.click("Denoise");
        assert!(window.shows(&format!("call {calls} of {calls}")), "{sampler}");
        let picture = window.picture(X_S);
        assert!(seen.iter().all(|other| *other != picture), "{sampler}");
        seen.push(picture);
    }
    // The oracle knows the picture, so its run ends at the picture.
    window.choose("Sampler", "DDIM");
    window.click("Who predicts: Oracle");
    window.click("Size: 64 × 64");
    window.click("Denoise");
    assert_eq!(window.scene().chapters.reverse.size, RunSize::Picture);
    let oracle = window.picture(X_S);
    window.click("Who predicts: Ideal");
    window.click("Denoise");
    assert_ne!(window.picture(X_S), oracle);
    goto(&mut window, 300.0);
    window.click("Start: Picture at 300");
    assert_eq!(window.scene().chapters.reverse.start, StartAt::Picture);
    window.click("Denoise");
    // Of twenty steps from T, six remain from t = 300. The error against the known noise is drawn.
    assert!(window.shows("call 6 of 6") && window.shows("squared error"));
    // The run has moved the timeline to its end; a run with another predictor starts where this run started.
    assert_eq!(window.scene().t, 1);
    window.click("Who predicts: Oracle");
    window.click("Denoise");
    assert!(window.shows("call 6 of 6"));
    goto(&mut window, 100.0);
    window.click("Denoise from t = 100");
    assert!(window.shows("call 2 of 2"));
    assert!(window.has("Start: Picture at 100"));
}

#[test]
fn classes_are_told_to_the_network_and_no_class_takes_guidance_away() {
    let mut window = Window::of(scene());
    window.click("Denoise");
    let zero = window.picture(X_S);
    window.choose("Class", "pullover");
    assert_eq!(window.scene().chapters.reverse.class, Some(2));
    window.click("Denoise");
    assert_ne!(window.picture(X_S), zero);
    window.choose("Class", "no class");
    assert_eq!(window.scene().chapters.reverse.class, None);
    window.click("Denoise");
    assert_ne!(window.picture(X_S), zero);
}

#[test]
fn lanes_race_from_the_same_noise() {
    let mut window = Window::of(scene());
    window.click("Add a rival");
    window.click("Add a rival");
    assert_eq!(window.scene().chapters.reverse.rivals.len(), 2);
    window.choose("Rival 2 Sampler", "Euler ancest.");
    window.click("Denoise");
    let lanes =
        |window: &Window| window.scene().chapters.reverse.lanes().map(|lane| lane.steps).collect::<Vec<_>>();
    for steps in lanes(&window) {
        assert!(window.shows(&format!("{steps} of {steps} calls")), "{steps}");
    }
    assert!(window.shows("the longest run") && window.shows("from the longest run"));
    goto(&mut window, 1000.0);
    let [a, b] = [1, 2].map(|lane| window.rect(&format!("{XT} · lane {lane}")).size());
    assert!((a - b).length() < 1.5 && a.x > 60.0, "{a} {b}");
    window.click("Remove rival 1");
    assert_eq!(window.scene().chapters.reverse.rivals.len(), 1);
}

#[test]
fn a_race_fits_every_window() {
    for size in [vec2(1024.0, 640.0), vec2(1440.0, 900.0), vec2(2560.0, 1440.0)] {
        for rivals in 1..=3 {
            let mut scene = scene();
            scene.chapters.reverse.lane.steps = 3;
            scene.chapters.reverse.rivals = vec![LaneOptions { steps: 4, ..LaneOptions::default() }; rivals];
            let mut window = Window::with(scene, &Options { size, ..Options::default() });
            window.click("Denoise");
            let canvas = window.ctx.content_rect();
            let pictures = window.pictures();
            assert_eq!(pictures.len(), 2 * (rivals + 1));
            for (i, (name, rect)) in pictures.iter().enumerate() {
                assert!(canvas.contains_rect(*rect) && rect.width() > 30.0, "{name} at {rect} in {size}");
                for (other, place) in &pictures[i + 1..] {
                    assert!(!rect.shrink(1.0).intersects(*place), "{name} lies over {other} in {size}");
                }
            }
        }
    }
}

/// Whether a training has made some iterations.
fn learns(window: &Window) -> bool {
    let made = |words: &str| words.split(" of ").next().and_then(|made| made.parse::<u64>().ok());
    let lines = window.texts().into_iter().filter(|text| text.words.contains(" of 100000"));
    lines.filter_map(|text| made(&text.words)).any(|made| made > 0)
}

#[test]
fn a_network_learns_the_picture_and_predicts() {
    let mut start = scene();
    start.chapters.reverse.own_iterations = 3;
    start.chapters.reverse.size = RunSize::Picture;
    start.chapters.reverse.lane =
        LaneOptions { predictor: PredictorKind::Own, steps: 4, ..LaneOptions::default() };
    let mut window = Window::of(start);
    window.click("Denoise");
    assert!(window.shows("no network has been trained"), "an untrained network is an error that says so");
    window.click("Train on this picture");
    assert!(window.shows("trained for 3×64×64"));
    window.click("Denoise");
    assert!(window.shows("call 4 of 4"));
}

#[test]
fn a_training_and_a_run_go_on_side_by_side_and_either_waits_when_told() {
    let mut scene = scene();
    scene.chapters.reverse.own_iterations = 100_000;
    scene.chapters.reverse.size = RunSize::Picture;
    scene.chapters.reverse.lane.predictor = PredictorKind::Own;
    scene.chapters.reverse.lane.steps = 5;
    let mut window = Window::of(scene);
    press(&mut window, "Train on this picture");
    window.wait("to learn", learns);
    // A run with what the network has learned so far goes to its end, while the training goes on.
    press(&mut window, "Denoise");
    until(&mut window, "call 5 of 5");
    assert!(window.has("Stop training"));
    // A training is paused in its own chapter.
    window.key_press(Key::Num6);
    window.run_steps(2);
    press(&mut window, "Pause");
    let paused = window.say("training-paused");
    until(&mut window, &paused);
    window.key_press(Key::Num5);
    window.run_steps(2);
    // Once the training is paused, the window comes to rest. The iteration that was under way ends before the
    // next run begins.
    window.click("Denoise");
    let line = |window: &Window| {
        window.texts().into_iter().map(|text| text.words).find(|words| words.contains(" of 100000")).unwrap()
    };
    let rest = line(&window);
    std::thread::sleep(Duration::from_millis(300));
    window.run_steps(3);
    assert_eq!(line(&window), rest);
    window.click("Denoise");
    assert_eq!(line(&window), rest, "a run does not wake the training");
    window.press(Key::Num6);
    window.key_press(Key::Space);
    window.key_press(Key::Num5);
    window.run_steps(2);
    window.wait("to go on", |window| line(window) != rest);
    // The key X stops what is under way: here the training, as the run is complete.
    window.key_press(Key::X);
    window.settle();
    assert!(window.has("Train on this picture") && window.shows("trained for 3×64×64"));
}

#[test]
fn training_can_be_stopped_and_what_was_learned_stays() {
    let mut start = scene();
    start.chapters.reverse.own_iterations = 100_000;
    let mut window = Window::of(start);
    press(&mut window, "Train on this picture");
    let options = &window.scene().chapters.reverse;
    assert_eq!(
        (options.size, options.lane.predictor),
        (RunSize::Picture, PredictorKind::Own),
        "it is to be used"
    );
    window.wait("to learn", learns);
    window.click("Stop training");
    assert!(window.has("Train on this picture") && window.shows("trained for 3×64×64"));
}

#[test]
fn a_model_that_panics_costs_nothing_else() {
    let mut window = Window::of(scene());
    window.click("Denoise");
    let before = window.scene().clone();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("panic");
    std::fs::create_dir(&path).unwrap();
    window.drop_file(&path);
    assert!(window.shows("internal error") && window.shows("meant by the test"));
    assert_eq!(window.scene(), &before);
    window.click("Close");
    window.click("Denoise");
    assert!(window.shows("call 20 of 20"), "a fresh worker serves");
}

#[test]
fn networks_that_ask_too_much_are_refused() {
    let mut window = Window::of(scene());
    let before = window.scene().clone();
    let folder = tempfile::tempdir().unwrap();
    for (name, reason) in
        [("greedy", "80.0 GB of memory are needed, 3.0 GB are free"), ("large", "4096×4096")]
    {
        let path = folder.path().join(name);
        std::fs::create_dir(&path).unwrap();
        window.drop_file(&path);
        assert!(window.shows(reason), "{name}");
        assert_eq!(window.scene(), &before);
        window.click("Close");
    }
    window.click("Denoise");
    assert!(window.shows("call 20 of 20"));
}

#[test]
fn a_broken_folder_dropped_during_a_run_is_an_error_and_the_run_goes_on() {
    let mut start = long();
    start.chapters.reverse.lane.steps = 300;
    let mut window = Window::of(start);
    press(&mut window, "Denoise");
    until(&mut window, "Pause");
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("config.json"), "{ this is no config").unwrap();
    let model = window.scene().chapters.reverse.model.clone();
    window.drop_file(folder.path());
    assert!(window.shows("config.json"), "the error names the file");
    assert_eq!(window.scene().chapters.reverse.model, model);
    assert!(window.shows("call 300 of 300"));
}

#[test]
fn a_dropped_model_is_opened_and_remembered() {
    let mut window = Window::of(small_scene());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("small");
    std::fs::create_dir(&path).unwrap();
    window.drop_file(&path);
    assert_eq!(window.scene().chapter, ChapterId::Reverse);
    assert!(window.shows("small") && window.shows("3×16×16"));
    window.press_with(Modifiers::COMMAND, Key::Z);
    assert_eq!(window.scene().chapters.reverse.model, small_scene().chapters.reverse.model);
}

#[test]
fn another_schedule_than_the_models_is_said_and_can_be_taken() {
    let mut start = scene();
    std::mem::swap(&mut start.schedule_a, &mut start.schedule_b);
    start.chapters.reverse.spacing = Some(TimestepSpacing::Linspace);
    let mut window = Window::of(start.clone());
    assert!(window.shows("The scene has another schedule"));
    window.click("Take its schedule and sampler");
    assert_eq!(window.scene().schedule_a, scene().schedule_a);
    assert!(!window.shows("The scene has another schedule"));
    // The sampler that the folder names comes along, in as many steps as before.
    let taken = &window.scene().chapters.reverse;
    assert_eq!((taken.lane.sampler.name(), taken.lane.steps, taken.spacing), ("ddpm", 20, None));
    assert!(window.shows("Linear schedule, T = 1000, and the sampler DDPM"));
    window.press_with(Modifiers::COMMAND, Key::Z);
    assert_eq!(*window.scene(), start, "both are one step to undo");
}

#[test]
fn what_the_network_predicts_and_how_it_is_clipped_is_said() {
    let mut window = Window::of(scene());
    assert!(window.has("Prediction: ε") && window.has("Clipping of x̂₀: [−1, 1]"));
    let spacing = |window: &Window| window.get_by_label("Timestep spacing").value();
    assert_eq!(spacing(&window).as_deref(), Some("usual: leading"));
    window.click("Who predicts: Oracle");
    assert!(window.has("Prediction: x₀"), "who knows the picture predicts it");
    window.click("Who predicts: U-Net");
    window.choose("Sampler", "Euler");
    window.choose("Timestep spacing", "trailing");
    window.get_by_label("Prediction: ε").scroll_to_me();
    window.run_steps(3);
    window.hover_at(window.rect("Prediction: ε").center());
    window.run_steps(20);
    assert!(window.shows("What the network's output means") && window.tooltips() == 1);
    window.remove_cursor();
    window.click("Denoise");
    let who = "U-Net · Euler 20 · trailing timesteps · Linear · from noise";
    assert!(window.shows(who));
}

#[test]
fn ten_thousand_slider_events_during_a_run() {
    let mut window = Window::of(long());
    press(&mut window, "Denoise");
    until(&mut window, "Pause");
    let track = window.rect("Timestep").shrink(10.0);
    let at = |i: usize| track.left_center() + vec2(track.width() * ((i * 37) % 1000) as f32 / 1000.0, 0.0);
    let button = |pressed| Event::PointerButton {
        pos: at(0),
        button: PointerButton::Primary,
        pressed,
        modifiers: Modifiers::NONE,
    };
    window.input_mut().events.extend([Event::PointerMoved(at(0)), button(true)]);
    window.step();
    for frame in 0..100 {
        window.input_mut().events.extend((0..100).map(|i| Event::PointerMoved(at(100 * frame + i))));
        window.step();
    }
    let dragged = window.scene().t;
    window.input_mut().events.push(button(false));
    window.settle();
    // The run has gone on, but t stays where the user has moved it.
    assert!(window.shows("call 1000 of 1000"));
    assert!(window.scene().t.abs_diff(dragged) < 1000 && window.scene().t != 1, "{dragged}");
}

#[test]
fn a_window_closes_during_a_run_and_during_training() {
    for button in ["Denoise", "Train on this picture"] {
        let mut start = long();
        start.chapters.reverse.own_iterations = 100_000;
        let mut window = Window::of(start);
        press(&mut window, button);
        window.run_steps(5);
        let began = std::time::Instant::now();
        drop(window);
        assert!(began.elapsed() < Duration::from_secs(10), "closing waits for one network call at most");
    }
}

#[test]
fn slow_motion_lights_one_part_after_the_other() {
    let mut start = scene();
    start.chapters.reverse.slow = true;
    let mut window = Window::of(start);
    press(&mut window, "Denoise");
    until(&mut window, "call 1 of 20");
    let brightness = |window: &mut Window, name: &str| -> u64 {
        window.picture(name).pixels().map(|pixel| u64::from(pixel.0[1])).sum()
    };
    let (state, noise) = (brightness(&mut window, XT), brightness(&mut window, EPS_HAT));
    assert!(state > 2 * noise, "first the state is lit: {state} {noise}");
    // This is slightly longer than a part is highlighted.
    window.run_steps(19);
    let (state, noise) = (brightness(&mut window, XT), brightness(&mut window, EPS_HAT));
    assert!(noise > 2 * state, "then the predicted noise: {state} {noise}");
    assert!(window.shows("call 1 of 20"));
    window.run_steps(80);
    until(&mut window, "call 2 of 20");
    // Without slow motion, the remaining calls are made quickly.
    press(&mut window, "Slow motion");
    window.settle();
    assert!(window.shows("call 20 of 20"));
}

/// A run stays on show after the scene has been changed. It is named after the settings that it was made
/// with.
#[test]
fn a_run_says_what_it_was_made_with_when_the_scene_has_become_another() {
    let mut scene = scene();
    scene.chapters.reverse.rivals = vec![LaneOptions { steps: 5, ..LaneOptions::default() }];
    let mut window = Window::of(scene);
    window.click("Denoise");
    assert!(!window.shows("shown: ") && window.shows("U-Net · DDIM · 20"));
    window.choose("Sampler", "Euler");
    assert!(window.shows("shown: U-Net, DDIM in 20"));
    // The name is not that of the sampler that the scene has now, which has not made anything yet.
    assert!(window.shows("U-Net · DDIM · 20") && !window.shows("U-Net · Euler"));
    window.choose("Schedule A", "Cosine");
    assert!(window.shows("shown: U-Net, DDIM in 20"));
    window.click("Denoise");
    assert!(!window.shows("shown: ") && window.shows("U-Net · Euler · 20"));
    // Undo brings back the earlier scene, but the run stays, so the two differ again.
    window.press_with(Modifiers::COMMAND, Key::Z);
    window.press_with(Modifiers::COMMAND, Key::Z);
    assert!(window.shows("shown: "));
}

/// The curves of a run are drawn at its own noise levels, even if T has been changed since.
#[test]
fn a_run_of_another_t_is_drawn_with_its_own_schedule() {
    let mut scene = Scene { axis: TimeAxis::LogSnr, ..scene() };
    scene.chapters.reverse.lane.steps = 5;
    let mut window = Window::of(scene);
    window.click("Denoise");
    for steps in [10, 50, 100] {
        window.get_by_label(&format!("Steps T: {steps}")).click_accesskit();
        window.settle();
        assert!(window.shows("shown: Linear schedule, T = 1000"), "T = {steps}");
        window.press_with(Modifiers::COMMAND, Key::Z);
        assert!(!window.shows("shown: "));
        window.press_with(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
        assert_eq!(window.scene().steps(), steps);
        window.press_with(Modifiers::COMMAND, Key::Z);
    }
}
