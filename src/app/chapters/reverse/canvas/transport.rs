//! The row of buttons above the pictures, and how far the run is.

use egui::{Align, Align2, Button, Layout, Rect, RichText, Ui, UiBuilder, pos2, vec2};

use crate::app::chapters::reverse::ReverseView;
use crate::app::chapters::reverse::commands::ReverseCommand;
use crate::app::chapters::reverse::state::{Run, RunState};
use crate::app::formula::sentence_width;
use crate::app::theme::{caption_font, figures};
use crate::scene::StartAt;

pub fn show(ui: &mut Ui, view: &mut ReverseView<'_, '_>, rect: Rect) {
    let state = view.room.run().map(|run| run.state);
    ui.scope_builder(UiBuilder::new().max_rect(rect).layout(Layout::left_to_right(Align::Center)), |ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        let (label, hint, command) = match state {
            Some(RunState::Running) => {
                ("Pause", "Wait before the next network call (space)", ReverseCommand::Go)
            }
            Some(RunState::Paused) => {
                ("Go on", "Make the remaining network calls (space)", ReverseCommand::Go)
            }
            _ => {
                ("Denoise", "Start from noise, and take away what the network sees (R)", ReverseCommand::Run)
            }
        };
        let accent = view.theme.accent;
        let ink = if view.theme.dark { view.theme.canvas } else { view.theme.panel };
        let text = RichText::new(label).color(ink).font(crate::app::theme::heading_font());
        let primary = Button::new(text).fill(accent).min_size(vec2(84.0, 26.0));
        if ui.add(primary).on_hover_text(hint).clicked() {
            view.order(command.order());
        }
        let mut button = |ui: &mut Ui, label: &str, hint: &str, enabled: bool, command: ReverseCommand| {
            let response = ui.add_enabled(enabled, Button::new(label).min_size(vec2(0.0, 26.0)));
            if response.on_hover_text(hint).clicked() {
                view.order(command.order());
            }
        };
        let open = matches!(state, Some(RunState::Running | RunState::Paused));
        button(ui, "One call", "Make one network call and wait (.)", true, ReverseCommand::Step);
        button(ui, "Again", "The same run, with the same noise", state.is_some(), ReverseCommand::Again);
        button(ui, "Other noise", "A new seed, and denoise (shift N)", true, ReverseCommand::NewNoise);
        button(ui, "Stop", "Stop; what there is stays (X)", open, ReverseCommand::Stop);
    });
    status(ui, view, rect);
}

/// Calls made, calls a second, memory, at the right.
fn status(ui: &Ui, view: &ReverseView<'_, '_>, rect: Rect) {
    // Where the buttons end.
    let left = rect.left() + 386.0;
    let (line, hint) = match view.room.run() {
        Some(run) => run_lines(run),
        None => (String::new(), first_hint(view)),
    };
    let right = pos2(rect.right(), rect.center().y);
    let room = rect.right() - left;
    let painter = ui.painter();
    let mut at = right;
    let numbers = painter.layout_no_wrap(line.clone(), figures(12.0), view.theme.ink).size().x;
    let other = other_settings(ui, view, room - numbers - 24.0);
    for (text, font, color) in [
        (line, figures(12.0), view.theme.ink),
        (other, caption_font(), view.theme.warn),
        (hint, caption_font(), view.theme.weak),
    ] {
        let galley = painter.layout_no_wrap(text, font, color);
        if galley.size().x > room - (right.x - at.x) {
            continue;
        }
        let rect = Align2::RIGHT_CENTER.anchor_size(at, galley.size());
        at.x = rect.left() - 12.0;
        painter.galley(rect.min, galley, color);
    }
}

/// What the run on show was made with that the scene has otherwise by now, in as many words as there is
/// room for.
fn other_settings(ui: &Ui, view: &ReverseView<'_, '_>, room: f32) -> String {
    let differences = view.room.differences(view.scene, view.image);
    let Some(first) = differences.first() else { return String::new() };
    let all = format!("shown: {}", differences.join(" · "));
    let some = format!("shown: {first} …");
    let fits = |text: &String| sentence_width(ui, text) <= room;
    [all, some].into_iter().find(fits).unwrap_or_else(|| "shown: other settings".to_owned())
}

fn run_lines(run: &Run) -> (String, String) {
    let calls = format!("call {} of {}", run.made(), run.total());
    let rate = run.rate().map_or_else(String::new, |rate| format!("{rate:.1} calls/s · "));
    let state = match run.state {
        RunState::Running | RunState::Done => "",
        RunState::Paused => "paused · ",
        RunState::Stopped => "stopped · ",
    };
    (calls, format!("{state}{rate}{:.1} MB kept", run.bytes() as f64 / 1e6))
}

/// What pressing the button would do.
fn first_hint(view: &ReverseView<'_, '_>) -> String {
    let from = match view.scene.chapters.reverse.start {
        StartAt::Noise => "from pure noise".to_owned(),
        StartAt::Picture => format!("from the picture at t = {}", view.room.start_t(view.scene)),
    };
    if view.room.is_opening() {
        return "opening the network…".to_owned();
    }
    format!("space denoises {from}")
}
