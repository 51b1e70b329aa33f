//! The window without a mouse: the order of the Tab key, and the ring around the control with the focus.

use diffuscope::scene::{ChapterId, Scene};
use egui::accesskit::Role;
use egui::epaint::{ClippedShape, Shape};
use egui::{Color32, Id, Key, Memory, Modifiers, Rect, Response, Theme, Vec2, vec2};
use egui_kittest::kittest::Queryable as _;

use super::support::{Options, Window, name_of, scene};

/// A window in which the inspector need not be scrolled, and the smallest one.
const TALL: Vec2 = vec2(1600.0, 2400.0);
const SMALL: Vec2 = vec2(1024.0, 640.0);
/// More controls than a window has.
const MANY: usize = 300;
/// The least contrast between a ring and what is beside it (WCAG 2.2, 1.4.11).
const CONTRAST: f32 = 3.0;

/// A control that the Tab key leads to.
struct Stop {
    name: String,
    rect: Rect,
}

fn focused(window: &Window) -> Option<Response> {
    window.ctx.read_response(window.ctx.memory(Memory::focused)?)
}

/// The controls that the Tab key leads to, in order, each checked when it has the focus.
fn stops(window: &mut Window, check: impl Fn(&Window, &Response, &str)) -> Vec<Stop> {
    let (mut stops, mut seen): (Vec<Stop>, Vec<Id>) = (Vec::new(), Vec::new());
    for _ in 0..MANY {
        window.press(Key::Tab);
        let control = focused(window).expect("something has the focus");
        if seen.contains(&control.id) {
            assert_eq!(seen[0], control.id, "after the last control comes the first");
            return stops;
        }
        let nodes = window.query_all_by(|node| node.is_focused() && node.role() != Role::Window);
        let name = nodes.last().map(|node| name_of(&node)).unwrap_or_default();
        check(window, &control, &name);
        seen.push(control.id);
        stops.push(Stop { name, rect: control.rect });
    }
    panic!("the Tab key never comes back")
}

/// The panel of a control, by the order of reading: top bar, chapters, canvas, right column, formula, timeline, status.
fn panel(window: &Window, control: Rect) -> usize {
    let (screen, at) = (window.ctx.content_rect(), control.center());
    let column = if screen.width() < 1400.0 { 220.0 } else { 272.0 };
    let timeline = screen.bottom() - 79.0;
    let in_strip = at.y > timeline - 100.0 && control.height() < 100.0;
    match at {
        _ if at.y < 40.0 => 0,
        _ if at.y > screen.bottom() - 25.0 => 6,
        _ if at.y > timeline => 5,
        _ if in_strip => 4,
        _ if at.x < 60.0 => 1,
        _ if at.x > screen.right() - column => 3,
        _ => 2,
    }
}

/// Whether `b` comes after `a` when one reads from left to right and from top to bottom.
fn reads_on(a: Rect, b: Rect) -> bool {
    let shared = a.y_range().intersection(b.y_range()).span();
    let same_row = shared >= 0.5 * a.height().min(b.height());
    if same_row {
        b.center().x > a.center().x
    } else {
        b.center().y > a.center().y || b.left() >= a.right() - 1.0
    }
}

/// What is wrong with the order of the controls.
fn disorder(window: &Window, stops: &[Stop]) -> Vec<String> {
    let wrong = |pair: &&[Stop]| {
        let [a, b] = [pair[0].rect, pair[1].rect];
        let [before, after] = [a, b].map(|rect| panel(window, rect));
        before > after || before == after && !reads_on(a, b)
    };
    let tell = |pair: &[Stop]| {
        let [a, b] = [0, 1].map(|i| format!("{:?} at {}", pair[i].name, pair[i].rect));
        format!("{:?}: {a}, then {b}", window.scene().chapter)
    };
    stops.windows(2).filter(wrong).map(tell).collect()
}

fn accent(theme: Theme) -> Color32 {
    match theme {
        Theme::Dark => Color32::from_rgb(0x5c, 0xb8, 0xf0),
        Theme::Light => Color32::from_rgb(0x00, 0x6f, 0xb4),
    }
}

/// Whether a ring is painted around a control, and can be seen on all sides.
fn has_ring(window: &Window, control: Rect, color: Color32) -> bool {
    fn rings(shape: &Shape, color: Color32, found: &mut Vec<Rect>) {
        match shape {
            Shape::Vec(shapes) => shapes.iter().for_each(|shape| rings(shape, color, found)),
            Shape::Rect(ring) if ring.stroke.color == color && ring.stroke.width >= 2.0 => {
                found.push(ring.rect);
            }
            _ => {}
        }
    }
    window.output().shapes.iter().any(|ClippedShape { clip_rect, shape, .. }| {
        let mut found = Vec::new();
        rings(shape, color, &mut found);
        let around = |ring: &Rect| ring.contains_rect(control) && control.expand(4.0).contains_rect(*ring);
        found.iter().any(around) && clip_rect.expand(1.0).contains_rect(control)
    })
}

#[test]
fn the_tab_key_goes_as_one_reads_and_rings_are_seen() {
    let mut wrong = Vec::new();
    for (theme, chapters) in [(Theme::Dark, &ChapterId::ALL[..]), (Theme::Light, &ChapterId::ALL[..1])] {
        for &chapter in chapters {
            let options = Options { size: TALL, theme, ..Options::default() };
            let mut window = Window::with(Scene { chapter, compare: true, ..scene() }, &options);
            let stops = stops(&mut window, |window, control, name| {
                let ring = has_ring(window, control.rect, accent(theme));
                assert!(ring, "{chapter:?}, {theme:?}: no ring around {name:?} at {}", control.rect);
            });
            assert!(stops.len() > 40, "{chapter:?}: only {} controls", stops.len());
            wrong.extend(disorder(&window, &stops));
        }
    }
    assert!(wrong.is_empty(), "{} steps:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn what_has_the_focus_comes_into_view() {
    for explained in [false, true] {
        let mut window = Window::with(scene(), &Options { size: SMALL, ..Options::default() });
        if explained {
            window.press(Key::E);
        }
        stops(&mut window, |_, control, name| {
            // A paragraph may be higher than the part of the column in which it is scrolled.
            let [whole, seen] = [control.rect, control.interact_rect];
            let enough =
                seen.height() >= (whole.height() - 1.0).min(120.0) && seen.width() >= whole.width() - 1.0;
            assert!(enough, "{name:?} is at {whole}, and only {seen} is seen");
        });
    }
}

#[test]
fn the_focus_comes_back_from_what_was_open_above_the_window() {
    for (modifiers, key) in [(Modifiers::COMMAND, Key::K), (Modifiers::SHIFT, Key::Questionmark)] {
        let mut window = Window::of(scene());
        for _ in 0..12 {
            window.press(Key::Tab);
        }
        let before = focused(&window).expect("a control has the focus").id;
        window.press_with(modifiers, key);
        assert_ne!(focused(&window).map(|control| control.id), Some(before), "{key:?} takes the focus");
        window.press(Key::Tab);
        window.press(Key::Escape);
        window.settle();
        assert_eq!(focused(&window).map(|control| control.id), Some(before), "{key:?}");
    }
}

#[test]
fn lessons_are_read_and_written_in_the_order_of_reading() {
    for entry in ["lesson-express-train", "command-record"] {
        let mut window =
            Window::with(scene(), &Options { size: TALL, unfolded: false, ..Options::default() });
        window.click(&window.say("menu-help"));
        window.click(&window.say(entry));
        let stops = stops(&mut window, |_, _, _| ());
        let strip = |stop: &&Stop| {
            let bottom = TALL.y - 79.0;
            stop.rect.center().y < bottom && stop.rect.top() > bottom - 125.0 && stop.rect.right() < TALL.x
        };
        let strip: Vec<&Stop> = stops.iter().filter(strip).collect();
        let back = strip.windows(2).find(|pair| !reads_on(pair[0].rect, pair[1].rect));
        assert!(back.is_none(), "{entry}: {:?}", back.map(|pair| [&pair[0].name, &pair[1].name]));
        assert!(strip.len() >= 2, "{entry}");
    }
}

#[test]
fn rings_stand_out_in_both_themes() {
    let luminance = |color: Color32| {
        let linear = |byte: u8| egui::ecolor::linear_f32_from_gamma_u8(byte);
        0.2126 * linear(color.r()) + 0.7152 * linear(color.g()) + 0.0722 * linear(color.b())
    };
    for theme in [Theme::Dark, Theme::Light] {
        let window = Window::with(scene(), &Options { theme, ..Options::default() });
        let visuals = window.ctx.global_style().visuals.clone();
        for beside in [visuals.panel_fill, visuals.extreme_bg_color, visuals.faint_bg_color] {
            let [a, b] = [accent(theme), beside].map(|color| luminance(color) + 0.05);
            assert!(a.max(b) / a.min(b) >= CONTRAST, "{theme:?}: {beside:?}");
        }
    }
}
