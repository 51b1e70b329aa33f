//! The Distributions chapter on the line.

use diffuscope::diffusion::data::LineShape;
use diffuscope::scene::{self, Action, ChapterId, LineAspect, Scene, Space, StartShape, TimeAxis};
use egui::{Key, Modifiers, Pos2, Rect, pos2};
use egui_kittest::kittest::Queryable as _;

use super::super::support::{Dropped, Window, name_of};
use super::line;

const DATA: &str = "data: drag to change the density";

/// The point of a chart whose vertical axis is x from −4 to 4, at a fraction `across` of its width.
fn at_x(area: Rect, across: f32, x: f64) -> Pos2 {
    let down = ((4.0 - x) / 8.0) as f32;
    pos2(area.left() + across * area.width(), area.top() + down * area.height())
}

#[test]
fn the_key_opens_the_chapter_and_line_and_plane_change_places() {
    let mut window = Window::new();
    window.press(Key::Num9);
    assert_eq!(window.scene().chapter, ChapterId::Distributions);
    window.starting("plot: q(xₜ) over t and x");
    window.click("Space: Plane");
    assert_eq!(window.scene().chapters.distributions.space, Space::Plane);
    window.starting("square: forward particles");
    window.press_with(Modifiers::COMMAND, Key::Z);
    assert_eq!(window.scene().chapters.distributions.space, Space::Line);
}

#[test]
fn a_click_on_the_map_takes_t_and_x_and_undoes_as_one() {
    let mut window = Window::of(line());
    let before = window.scene().clone();
    let area = window.starting("plot: q(xₜ) over t and x").rect();
    window.click_at(at_x(area, 0.5, 1.5));
    let options = &window.scene().chapters.distributions.line;
    assert!((options.x - 1.5).abs() < 0.05, "{}", options.x);
    assert!((window.scene().t as i64 - 500).abs() < 5 && options.from == window.scene().t);
    window.starting("plot: reverse kernel from t = ");
    window.press_with(Modifiers::COMMAND, Key::Z);
    assert_eq!(window.scene(), &before);
}

#[test]
fn states_are_drawn_from_the_marginal() {
    let mut window = Window::of(line());
    let mut drawn = Vec::new();
    for _ in 0..4 {
        window.click("Draw from q(xₜ)");
        drawn.push(window.scene().chapters.distributions.line.x);
    }
    assert!(drawn.windows(2).all(|pair| pair[0] != pair[1]), "{drawn:?}");
    window.press(Key::L);
    assert_eq!(window.scene().chapters.distributions.space, Space::Plane);
    window.press(Key::L);
    assert_eq!(window.scene().chapters.distributions.space, Space::Line);
}

#[test]
fn bumps_are_dragged_added_and_removed() {
    let mut window = Window::of(line());
    let old = window.scene().chapters.distributions.line.shape.handles();
    let area = window.rect(DATA);
    let place = |[x, height]: [f64; 2]| at_x(area, 1.0 - (height / 1.2) as f32, x);
    window.drag(place(old[0]), place([-0.6, 0.5]));
    let new = window.scene().chapters.distributions.line.shape.handles();
    assert!((new[0][0] + 0.6).abs() < 0.06 && (new[0][1] - 0.5).abs() < 0.04, "{:?}", new[0]);
    assert_eq!(new[2..], old[2..]);
    window.press_with(Modifiers::COMMAND, Key::Z);
    assert_eq!(window.scene().chapters.distributions.line.shape.handles(), old);
    window.double_click_at(place([2.6, 0.9]));
    let handles = window.scene().chapters.distributions.line.shape.handles();
    assert_eq!(handles.len(), old.len() + 2);
    let added = place(handles[old.len()]);
    window.hover_at(added);
    for pressed in [true, false] {
        let (button, modifiers) = (egui::PointerButton::Secondary, Modifiers::NONE);
        window.event(egui::Event::PointerButton { pos: added, button, pressed, modifiers });
    }
    window.settle();
    assert_eq!(window.scene().chapters.distributions.line.shape.handles().len(), old.len());
}

#[test]
fn every_kind_of_shape_can_be_chosen_and_one_is_drawn_by_hand() {
    let mut window = Window::of(line());
    for name in ["Uniform", "Spikes", "Drawn"] {
        let before = window.crop(window.starting("plot: q(xₜ) over t and x").rect());
        window.click(&format!("Data: {name}"));
        assert_eq!(window.scene().chapters.distributions.line.shape.name(), name);
        let after = window.crop(window.starting("plot: q(xₜ) over t and x").rect());
        assert!(before != after, "{name} has the map of another shape");
    }
    let area = window.rect(DATA);
    let before = window.scene().chapters.distributions.line.shape.clone();
    window.drag(at_x(area, 0.3, 1.0), at_x(area, 0.3, 2.0));
    let shape = &window.scene().chapters.distributions.line.shape;
    assert!(matches!(shape, LineShape::Drawn(_)) && *shape != before);
    assert!((shape.height(1.5) - 0.84).abs() < 0.05, "{}", shape.height(1.5));
    window.press_with(Modifiers::COMMAND, Key::Z);
    assert_eq!(window.scene().chapters.distributions.line.shape, before);
}

#[test]
fn merging_steps_makes_the_kernel_less_gaussian() {
    let mut window = Window::of(line());
    let kl = |window: &Window| -> f64 {
        let name = name_of(&window.starting("plot: reverse kernel"));
        name.rsplit(' ').next().unwrap().parse().unwrap()
    };
    let few = kl(&window);
    let area = window.starting("plot: divergence over merged steps").rect();
    window.click_at(pos2(area.left() + 0.9 * area.width(), area.center().y));
    let merged = window.scene().chapters.distributions.line.merge;
    assert!((120..260).contains(&merged), "{merged}");
    assert!(kl(&window) > 10.0 * few, "{} {few}", kl(&window));
}

#[test]
fn the_third_plot_normalises_and_forgets() {
    let mut window = Window::of(line());
    window.click("Third plot: Scaling");
    assert_eq!(window.scene().chapters.distributions.line.aspect, LineAspect::Normalising);
    window.starting("plot: standardised data beside xₜ");
    window.click("Third plot: Forgetting");
    window.starting("plot: total variation of a pushed start, 0.00");
    window.click("Pushed start: Data");
    assert_eq!(window.scene().chapters.distributions.line.start, StartShape::Data);
    let area = window.starting("plot: total variation of a pushed start").rect();
    window.click_at(pos2(area.left() + 0.25 * area.width(), area.center().y));
    assert!((window.scene().t as i64 - 250).abs() < 6, "{}", window.scene().t);
}

/// Runs a few frames, in which earlier results are still on show.
fn at_once(window: &mut Window) {
    for _ in 0..3 {
        window.step();
    }
}

/// Paths, map and forgetting are computed for one T. They are still drawn for some frames after T has
/// changed: by a click, by undo and redo, or by a scene that is dropped.
#[test]
fn what_was_computed_for_another_t_is_drawn_with_its_own_levels() {
    let folder = tempfile::tempdir().unwrap();
    let undo = (Modifiers::COMMAND, Key::Z);
    let redo = (Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    for (axis, aspect) in [
        (TimeAxis::Timestep, LineAspect::Merging),
        (TimeAxis::LogSnr, LineAspect::Forgetting),
        (TimeAxis::LogSnr, LineAspect::Normalising),
    ] {
        let mut scene = Scene { axis, t: 301, ..line() };
        scene.chapters.distributions.line.paths = 64;
        scene.chapters.distributions.line.aspect = aspect;
        let mut window = Window::of(scene.clone());
        for steps in [10, 50, 100] {
            window.get_by_label(&format!("Steps T: {steps}")).click_accesskit();
            at_once(&mut window);
            assert_eq!(window.scene().steps(), steps);
            for (modifiers, key) in [undo, redo, undo] {
                window.key_press_modifiers(modifiers, key);
                at_once(&mut window);
            }
            assert_eq!(window.scene().steps(), 1000);
            window.settle();
            let mut smaller = scene.clone();
            smaller.apply(Action::Steps(steps)).unwrap();
            let path = folder.path().join("smaller.diffuscope");
            scene::save(&path, &smaller).unwrap();
            window.input_mut().dropped_files.push(std::sync::Arc::new(Dropped(path)));
            at_once(&mut window);
            assert_eq!(window.scene().steps(), steps);
            window.settle();
            // Once the window has come to rest, everything is computed for the present scene.
            let kernel = window.starting("plot: reverse kernel from t = ");
            let t = window.scene().t.max(2);
            assert!(name_of(&kernel).contains(&format!("from t = {t} to ")), "{}", name_of(&kernel));
            window.press_with(Modifiers::COMMAND, Key::Z);
        }
    }
}
