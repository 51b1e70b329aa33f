//! Choosing, comparing and drawing schedules.

use diffuscope::diffusion::ScheduleKind;
use diffuscope::diffusion::schedule::{Drawn, Linear};
use diffuscope::scene::{ChapterId, PairBy, Scene, Side};
use egui::accesskit::Role;
use egui::{Key, Modifiers, Pos2, Rect, Shape, pos2, vec2};
use egui_kittest::kittest::Queryable as _;

use super::support::{Options, Window, scene};

const XT: &str = "picture xₜ · noised picture";
const EDITOR: &str = "drawn schedule: control points of log SNR";

fn names(window: &Window) -> [&'static str; 2] {
    [Side::A, Side::B].map(|side| window.scene().schedule(side).kind.name())
}

#[test]
fn every_schedule_can_be_chosen_undone_and_redone() {
    let mut window = Window::new();
    let mut pictures = vec![window.picture(XT)];
    for entry in ["Scaled linear", "Cosine", "Sigmoid", "Linear log-SNR", "Constant", "Drawn"] {
        window.choose("Schedule A", entry);
        assert_eq!(window.scene().schedule_a.kind.label(), entry);
        assert_eq!(window.get_by_label("Schedule A").value().as_deref(), Some(entry));
        assert!(window.shows(&format!("Schedule A · {entry}")));
        let picture = window.picture(XT);
        assert!(!pictures.contains(&picture), "{entry} gives the picture of another schedule");
        pictures.push(picture);
    }
    window.press_with(Modifiers::COMMAND, Key::Z);
    assert_eq!(names(&window), ["constant", "cosine"]);
    window.press_with(Modifiers::COMMAND, Key::Z);
    assert_eq!(names(&window), ["logsnr", "cosine"]);
    window.press_with(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    assert_eq!(names(&window), ["constant", "cosine"]);
    window.click("Edit");
    window.starting("Redo").click();
    window.settle();
    assert_eq!(names(&window), ["drawn", "cosine"]);
    window.click("Edit");
    window.starting("Undo").click();
    // The pointer would mark a pixel in all pictures.
    window.remove_cursor();
    window.settle();
    assert_eq!(names(&window), ["constant", "cosine"]);
    assert!(window.picture(XT) == pictures[5]);
}

#[test]
fn comparing_shows_the_same_noise_under_both() {
    let mut window = Window::new();
    window.press(Key::C);
    assert!(window.scene().compare);
    let rects: Vec<Rect> = window.get_all_by_label(XT).map(|node| node.rect()).collect();
    let [a, b] = [0, 1].map(|i| window.crop(rects[i].shrink(2.0)));
    assert_ne!(a, b);
    assert_eq!(rects.len(), 2);
    // A stands at the left and B at the right, whichever drives.
    window.press(Key::B);
    assert_eq!(window.scene().active, Side::B);
    assert!(window.crop(rects[0].shrink(2.0)) == a && window.crop(rects[1].shrink(2.0)) == b);
    window.press(Key::A);
    assert_eq!(window.scene().active, Side::A);
    window.click("compare with");
    assert!(!window.scene().compare);
    assert_eq!(window.get_all_by_label(XT).count(), 1);
}

#[test]
fn rows_of_the_chapter_keep_equal_t_or_equal_snr() {
    let mut window = Window::of(Scene { chapter: ChapterId::Schedules, ..scene() });
    assert!(window.has("schedule B at t = 556"));
    window.click("Pictures at: Equal SNR");
    assert_eq!(window.scene().chapters.schedules.pace, PairBy::EqualSnr);
    assert!(window.has("schedule A at t = 556") && !window.has("schedule B at t = 556"));
    let [a, b] = [Side::A, Side::B].map(|side| scene().schedule(side).build().unwrap());
    let t = b.nearest_timestep_at_log_snr(a.log_snr(556));
    assert!(window.has(&format!("schedule B at t = {t}")));
    // A click goes to the timestep that both rows share, which is a timestep of the active schedule.
    window.click(&format!("schedule B at t = {t}"));
    assert_eq!(window.scene().t, 556);
}

#[test]
fn the_curve_on_show_can_be_chosen() {
    let mut window = Window::of(Scene { chapter: ChapterId::Schedules, ..scene() });
    window.choose("Curve", "λₜ  new share of the noise");
    window.starting("plot: λₜ new share of the noise");
    window.click("Logarithmic axis");
    window.starting("plot: λₜ new share of the noise, logarithmic");
}

#[test]
fn parameters_and_steps_change_the_schedule() {
    let mut window = Window::new();
    let field = window.get_by_role_and_label(Role::SpinButton, "β to").rect();
    window.drag(field.center(), field.center() + vec2(40.0, 0.0));
    let ScheduleKind::Linear(Linear { beta_end, .. }) = window.scene().schedule_a.kind else {
        panic!("not linear")
    };
    assert!(beta_end > 0.02, "{beta_end}");
    window.press_with(Modifiers::COMMAND, Key::Z);
    assert_eq!(window.scene(), &scene());
    window.click("Zero signal at T");
    assert!(window.scene().schedule_a.zero_terminal_snr);
    window.click("Steps T: 50");
    assert_eq!((window.scene().steps(), window.scene().t), (50, 15));
    window.press_with(Modifiers::COMMAND, Key::Z);
    assert_eq!((window.scene().steps(), window.scene().t), (1000, 300));
}

#[test]
fn few_steps_offer_betas_that_fit_them() {
    let mut window = Window::new();
    let (warning, button) = ("√ᾱ at T is 0.776", "Scale β to T");
    assert!(!window.shows(warning) && !window.has(button));
    window.click("Steps T: 50");
    assert!(window.shows(warning));
    let before = window.scene().clone();
    window.click(button);
    assert_eq!(
        window.scene().schedule_a.kind,
        ScheduleKind::Linear(Linear { beta_start: 0.002, beta_end: 0.4 })
    );
    assert!(!window.shows("not near 0") && !window.has(button));
    window.press_with(Modifiers::COMMAND, Key::Z);
    assert_eq!(window.scene(), &before);
    assert!(window.shows(warning));
}

/// The place of a point `(u, log SNR)` in the editor of a drawn schedule.
fn place(area: Rect, [u, y]: [f64; 2]) -> Pos2 {
    // The vertical axis reaches from −16 to 14; the horizontal one from 1 to 1000, with a margin of 20 at
    // both ends.
    let across = (20.0 + u * 999.0) / 1039.0;
    let down = (14.0 - y) / 30.0;
    pos2(area.left() + area.width() * across as f32, area.top() + area.height() * down as f32)
}

fn points(window: &Window) -> Vec<[f64; 2]> {
    let ScheduleKind::Drawn(Drawn(curve)) = &window.scene().schedule_a.kind else { panic!("not drawn") };
    curve.points().to_vec()
}

#[test]
fn control_points_of_a_drawn_schedule_can_be_dragged_added_and_removed() {
    let mut window = Window::of(Scene { chapter: ChapterId::Schedules, ..scene() });
    window.get_all_by_label("Draw from here").next().unwrap().click();
    window.remove_cursor();
    window.settle();
    let before = window.scene().clone();
    let old = points(&window);
    let area = window.rect(EDITOR);
    let wish = [old[2][0], (old[2][1] + old[3][1]) / 2.0];
    window.drag(place(area, old[2]), place(area, wish));
    let new = points(&window);
    assert_eq!(new.len(), old.len());
    let tolerance = 2.0 * 30.0 / f64::from(area.height());
    assert!((new[2][1] - wish[1]).abs() < tolerance, "{} instead of {}", new[2][1], wish[1]);
    assert_eq!(window.scene().t, 300);
    window.press_with(Modifiers::COMMAND, Key::Z);
    assert_eq!(window.scene(), &before);
    // Dragging beside the control points moves t.
    let free = pos2(place(area, old[3]).x, area.top() + 6.0);
    window.drag(free, free + vec2(30.0, 0.0));
    assert_ne!(window.scene().t, 300);
    assert_eq!(points(&window), old);
    let gap = [(old[3][0] + old[4][0]) / 2.0, 10.0];
    window.double_click_at(place(area, gap));
    assert_eq!(points(&window).len(), old.len() + 1);
    let added = points(&window)[4];
    window.hover_at(place(area, added));
    for pressed in [true, false] {
        window.event(egui::Event::PointerButton {
            pos: place(area, added),
            button: egui::PointerButton::Secondary,
            pressed,
            modifiers: Modifiers::NONE,
        });
    }
    window.settle();
    assert_eq!(points(&window).len(), old.len());
}

/// The curves that are drawn with unbroken thick lines.
fn curves(shape: &Shape, found: &mut Vec<Vec<Pos2>>) {
    match shape {
        Shape::Vec(shapes) => shapes.iter().for_each(|shape| curves(shape, found)),
        Shape::Path(path) if path.points.len() > 40 && path.stroke.width > 1.5 => {
            found.push(path.points.clone());
        }
        _ => {}
    }
}

#[test]
fn names_of_the_other_kinds_do_not_cover_the_chosen_one() {
    for size in [vec2(1024.0, 640.0), vec2(1280.0, 720.0), vec2(1600.0, 1000.0)] {
        let mut scene = Scene { chapter: ChapterId::Schedules, ..scene() };
        scene.chapters.schedules.all_kinds = true;
        let window = Window::with(scene, &Options { size, ..Options::default() });
        let mut lines = Vec::new();
        window.output().shapes.iter().for_each(|clipped| curves(&clipped.shape, &mut lines));
        // Schedule A in each of two plots.
        assert!(lines.len() >= 2, "{}", lines.len());
        let names = ["Scaled linear", "Sigmoid", "Linear log-SNR", "Constant"];
        let shown: Vec<_> =
            window.texts().into_iter().filter(|text| names.contains(&text.words.as_str())).collect();
        assert_eq!(shown.len(), 2 * names.len(), "every name stands in both plots at {size}");
        for name in shown {
            let inner = name.rect.shrink(1.0);
            for line in &lines {
                let over = line
                    .windows(2)
                    .any(|ends| (0..=8).any(|i| inner.contains(ends[0].lerp(ends[1], i as f32 / 8.0))));
                assert!(!over, "a curve lies over {:?} at {size}", name.words);
            }
        }
    }
}
