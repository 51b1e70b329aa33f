//! The timeline: its slider, plots, keys, playing, and one undo step for each gesture.

use diffuscope::scene::{ChapterId, Scene, TimeAxis};
use egui::{Event, Key, Modifiers, PointerButton, Pos2, pos2};
use egui_kittest::kittest::Queryable as _;

use super::support::{Window, scene};

const XT: &str = "picture xₜ · noised picture";

/// The point on the timeline at a fraction of its length.
fn on_timeline(window: &Window, share: f32) -> Pos2 {
    // The slider can be grabbed up to eight points beyond either end of its track.
    let track = window.rect("Timestep").shrink2(egui::vec2(8.0, 0.0));
    pos2(track.left() + track.width() * share, track.center().y)
}

#[test]
fn dragging_the_timeline_moves_t_and_the_picture() {
    let mut window = Window::new();
    let at_300 = window.picture(XT);
    window.drag(on_timeline(&window, 0.3), on_timeline(&window, 0.75));
    let t = window.scene().t;
    assert!((749..=752).contains(&t), "{t}");
    assert!(window.shows(&format!("t = {t}")));
    assert_ne!(window.picture(XT), at_300);
    window.get_by_label("Timestep").set_value_accesskit(300.0);
    window.settle();
    assert_eq!(window.scene().t, 300);
    assert!(window.picture(XT) == at_300, "the same t must give the same picture");
    // These were two gestures, so there are two steps to undo.
    window.press_with(Modifiers::COMMAND, Key::Z);
    assert_eq!(window.scene().t, t);
    window.press_with(Modifiers::COMMAND, Key::Z);
    assert_eq!(window.scene().t, 300);
    window.press_with(Modifiers::COMMAND, Key::Z);
    assert_eq!(window.scene(), &scene());
    window.press_with(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    assert_eq!(window.scene().t, t);
}

#[test]
fn what_happens_between_two_frames_counts() {
    let mut window = Window::new();
    let button = |pos: Pos2, pressed| Event::PointerButton {
        pos,
        button: PointerButton::Primary,
        pressed,
        modifiers: Modifiers::NONE,
    };
    // In a quick click, press and release arrive in the same frame.
    let at = on_timeline(&window, 0.6);
    window.hover_at(at);
    window.settle();
    window.input_mut().events.extend([button(at, true), button(at, false)]);
    window.settle();
    let clicked = window.scene().t;
    assert!(clicked.abs_diff(600) <= 1, "{clicked}");
    // A drag whose last movement arrives in one frame with its end and with the next gesture is still one
    // step to undo.
    let [from, middle, end] = [0.2, 0.3, 0.4].map(|share| on_timeline(&window, share));
    window.hover_at(from);
    window.drag_at(from);
    window.hover_at(middle);
    window.step();
    let gone = Event::PointerMoved(pos2(70.0, 500.0));
    window.input_mut().events.extend([Event::PointerMoved(end), button(end, false), gone]);
    window.settle();
    let dragged = window.scene().t;
    assert!(dragged.abs_diff(400) <= 1, "{dragged}");
    window.press_with(Modifiers::COMMAND, Key::Z);
    assert_eq!(window.scene().t, clicked);
    // The same holds in a plot.
    let area = window.starting("plot: signal and noise").rect();
    window.hover_at(area.center());
    window.settle();
    window.input_mut().events.extend([button(area.center(), true), button(area.center(), false)]);
    window.settle();
    assert!(window.scene().t.abs_diff(500) < 60, "{}", window.scene().t);
}

#[test]
fn the_ends_of_the_timeline_are_the_ends_of_time() {
    let mut window = Window::new();
    window.drag(on_timeline(&window, 0.5), on_timeline(&window, 1.0) + egui::vec2(300.0, 0.0));
    assert_eq!(window.scene().t, 1000);
    window.drag(on_timeline(&window, 0.5), on_timeline(&window, 0.0) - egui::vec2(150.0, 0.0));
    assert_eq!(window.scene().t, 1);
}

#[test]
fn assistive_technology_moves_the_timeline() {
    let mut window = Window::new();
    for (action, t) in [("up", 301), ("up", 302), ("down", 301)] {
        let slider = window.get_by_label("Timestep");
        if action == "up" {
            slider.increment_accesskit();
        } else {
            slider.decrement_accesskit();
        }
        window.settle();
        assert_eq!(window.scene().t, t);
    }
    for (value, t) in [(1e9, 1000), (-5.0, 1), (12.0, 12)] {
        window.get_by_label("Timestep").set_value_accesskit(value);
        window.settle();
        assert_eq!(window.scene().t, t);
    }
    window.get_by_label("Timestep").decrement_accesskit();
    window.settle();
    assert_eq!(window.scene().t, 11);
}

#[test]
fn dragging_in_any_plot_over_time_drags_t() {
    for (chapter, plot) in [
        (ChapterId::Forward, "plot: signal and noise"),
        (ChapterId::Schedules, "plot: ᾱₜ signal variance"),
        (ChapterId::Schedules, "plot: log SNRₜ"),
        (ChapterId::Ledger, "plot: variance of xₜ"),
        (ChapterId::Posterior, "plot: weights"),
        (ChapterId::Posterior, "plot: variances, log"),
    ] {
        let mut window = Window::of(Scene { chapter, ..scene() });
        let area = window.starting(plot).rect();
        let inside = |share: f32| pos2(area.left() + area.width() * share, area.center().y);
        window.drag(inside(0.2), inside(0.5));
        let middle = window.scene().t;
        assert_ne!(middle, 300, "{plot}");
        window.drag(inside(0.5), inside(0.9));
        assert!(window.scene().t > middle, "{plot}: {} after {middle}", window.scene().t);
        window.press_with(Modifiers::COMMAND, Key::Z);
        assert_eq!(window.scene().t, middle, "{plot}");
        window.press_with(Modifiers::COMMAND, Key::Z);
        assert_eq!(window.scene().t, 300, "{plot}");
    }
}

#[test]
fn keys_step_and_jump() {
    let mut window = Window::new();
    let plain = Modifiers::NONE;
    for (modifiers, key, t) in [
        (plain, Key::ArrowRight, 301),
        (plain, Key::ArrowRight, 302),
        (plain, Key::ArrowLeft, 301),
        (Modifiers::SHIFT, Key::ArrowRight, 311),
        (Modifiers::SHIFT, Key::ArrowLeft, 301),
        (plain, Key::End, 1000),
        (plain, Key::ArrowRight, 1000),
        (plain, Key::Home, 1),
        (Modifiers::SHIFT, Key::ArrowLeft, 1),
    ] {
        window.press_with(modifiers, key);
        assert_eq!(window.scene().t, t, "{modifiers:?} {key:?}");
    }
}

#[test]
fn arrow_keys_leave_the_focus_where_it_is() {
    let mut window = Window::new();
    window.get_by_label("Timestep").focus();
    window.settle();
    for t in [301, 302, 303] {
        window.press(Key::ArrowRight);
        assert_eq!(window.scene().t, t);
        assert!(window.get_by_label("Timestep").is_focused(), "at t = {t}");
    }
}

#[test]
fn buttons_step_and_jump() {
    let mut window = Window::new();
    for (button, t) in [("Step on", 301), ("Step back", 300), ("Go to t = T", 1000), ("Go to t = 1", 1)] {
        window.click(button);
        assert_eq!(window.scene().t, t, "{button}");
    }
}

#[test]
fn space_plays_and_pauses() {
    let mut window = Window::new();
    window.key_press(Key::Space);
    window.run_steps(2);
    assert!(window.has("Pause") && !window.has("Play"));
    let t = window.scene().t;
    window.run_steps(8);
    // The speed is 100 steps per second, and a frame lasts 0.05 seconds.
    assert_eq!(window.scene().t, t + 40);
    window.press(Key::Space);
    let paused = window.scene().t;
    window.run_steps(8);
    assert_eq!(window.scene().t, paused);
    assert!(window.has("Play"));
    // All of the playing is one step to undo.
    window.press_with(Modifiers::COMMAND, Key::Z);
    assert_eq!(window.scene(), &scene());
}

#[test]
fn playing_backwards_ends_at_the_picture() {
    let mut window = Window::of(Scene { t: 23, ..scene() });
    window.press_with(Modifiers::SHIFT, Key::Space);
    // At the end of time, the window comes to rest.
    assert_eq!(window.scene().t, 1);
    assert!(window.has("Play backwards"));
    window.click("Play");
    assert_eq!(window.scene().t, 1000);
    assert!(window.has("Play"));
}

#[test]
fn touching_the_timeline_pauses() {
    let mut window = Window::new();
    window.key_press(Key::Space);
    window.run_steps(2);
    window.drag(on_timeline(&window, 0.9), on_timeline(&window, 0.8));
    let t = window.scene().t;
    assert!((799..=802).contains(&t), "{t}");
    window.run_steps(4);
    assert_eq!(window.scene().t, t);
}

#[test]
fn the_time_axis_can_be_log_snr() {
    let mut window = Window::new();
    let schedule = scene().schedule_a.build().unwrap();
    window.click("Time axis: log SNR");
    assert_eq!(window.scene().axis, TimeAxis::LogSnr);
    window.drag(on_timeline(&window, 0.1), on_timeline(&window, 0.5));
    let middle = (schedule.log_snr(1) + schedule.log_snr(1000)) / 2.0;
    let t = window.scene().t;
    assert!(t.abs_diff(schedule.nearest_timestep_at_log_snr(middle)) <= 1, "{t}");
    window.drag(on_timeline(&window, 0.5), on_timeline(&window, 1.0));
    assert_eq!(window.scene().t, 1000);
}

#[test]
fn a_frame_of_the_film_strip_goes_there() {
    let mut window = Window::new();
    window.click("schedule A at t = 778");
    assert_eq!(window.scene().t, 778);
}

#[test]
fn the_speed_can_be_typed() {
    let mut window = Window::new();
    let speed = window.get_by_role_and_label(egui::accesskit::Role::SpinButton, "speed").rect();
    window.click_at(speed.center());
    window.press_with(Modifiers::COMMAND, Key::A);
    window.event(Event::Text("250".to_owned()));
    // In a text field, digits do not act as keys of the window.
    window.press(Key::Num2);
    window.press(Key::Enter);
    assert_eq!((window.scene().speed, window.scene().chapter), (250.0, ChapterId::Forward));
}
