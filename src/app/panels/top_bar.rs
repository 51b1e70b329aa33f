//! The top bar: menus, the picture's name, both schedules, commands, theme.

use std::path::{Path, PathBuf};

use egui::{Align2, Atom, AtomExt as _, Label, MenuBar, Response, RichText, TextStyle, Ui, vec2};
use i18n_embed_fl::fl;

use crate::app::command::Command;
use crate::app::command::Intent;
use crate::app::entry::{Entry, Menu, TICK, shortcut_text};
use crate::app::glossary::{define_term, find};
use crate::app::theme::title_font;
use crate::app::view::View;
use crate::app::widgets::{button_width, caption, combo, combo_width, text_width};
use crate::app::words::{Words, sample_label, schedule_label};
use crate::diffusion::{ScheduleKind, ScheduleSpec};
use crate::files::plain;
use crate::imaging::samples;
use crate::scene::{Action, Side};

/// The room of a tick before the label of an entry, in points.
const TICK_ROOM: f32 = 12.0;
/// The least width of the schedules and buttons at the right, in points.
const RIGHT: f32 = 548.0;
/// The least and the greatest width of a list of schedules, in points.
const PICKER: [f32; 2] = [126.0, 176.0];

/// Draws the bar.
pub fn show(ui: &mut Ui, view: &mut View<'_>, entries: &[Entry], recent: &[PathBuf]) {
    ui.horizontal_centered(|ui| {
        ui.label(RichText::new("diffuscope").font(title_font()).color(view.theme.ink));
        ui.add_space(4.0);
        ui.scope(|ui| {
            // A menu bar takes all the width that it is allowed.
            ui.set_max_width(0.0);
            MenuBar::new().ui(ui, |ui| {
                for menu in Menu::ALL {
                    ui.menu_button(menu.title(view.words), |ui| {
                        menu_entries(ui, view, entries, menu, recent);
                    });
                }
            });
        });
        let controls = controls_width(ui, view.words);
        // The lists of schedules are as wide as their chosen entries, where there is room.
        let spare = (ui.available_width() - controls).max(0.0);
        let pickers = Side::BOTH.map(|side| picker_width(ui, view, side).min(spare / 2.0).max(PICKER[0]));
        let right = controls + pickers.iter().sum::<f32>();
        let room = ui.available_width() - right.max(RIGHT);
        if room > 80.0 {
            let text = format!("{} · {}×{}", view.image_name, view.image.width, view.image.height);
            ui.allocate_ui(vec2(room, ui.available_height()), |ui| {
                ui.add(Label::new(RichText::new(text).color(view.theme.weak)).truncate());
            });
        }
        ui.add_space(ui.available_width() - right);
        controls_at_right(ui, view, pickers);
    });
}

/// Draws the schedules and the buttons, from left to right, which is the order of the Tab key.
fn controls_at_right(ui: &mut Ui, view: &mut View<'_>, pickers: [f32; 2]) {
    let words = view.words;
    side_picker(ui, view, Side::A, pickers[0]);
    let mut compare = view.scene.compare;
    let hint = fl!(words, "compare", "about");
    if ui.checkbox(&mut compare, fl!(words, "compare")).on_hover_text(hint).changed() {
        view.act(Action::Compare(compare));
    }
    side_picker(ui, view, Side::B, pickers[1]);
    ui.separator();
    if ui.button(fl!(words, "commands")).on_hover_text(fl!(words, "commands", "about")).clicked() {
        view.command(Command::Palette);
    }
    let present = ui.button(fl!(words, "command-present"));
    if present.on_hover_text(fl!(words, "command-present", "about")).clicked() {
        view.command(Command::Present);
    }
}

fn menu_entries(ui: &mut Ui, view: &mut View<'_>, entries: &[Entry], menu: Menu, recent: &[PathBuf]) {
    ui.set_min_width(240.0);
    let of_menu = || entries.iter().filter(|entry| entry.menu == menu);
    // Where some entries may have ticks, all have the room for one.
    let room = if of_menu().any(|entry| entry.ticked.is_some()) { TICK_ROOM } else { 0.0 };
    for entry in of_menu() {
        if entry.begins_section {
            ui.separator();
        }
        if let Some(heading) = &entry.heading {
            caption(ui, heading);
        }
        if menu_entry(ui, entry, room).clicked() {
            view.intents.push(entry.intent.clone());
        }
        if matches!(entry.intent, Intent::Do(Command::OpenImage)) {
            sample_menu(ui, view);
            recent_menu(ui, view, recent);
        }
    }
}

/// Draws an entry, with so much room for a tick before its label.
fn menu_entry(ui: &mut Ui, entry: &Entry, room: f32) -> Response {
    let mut button = if room > 0.0 {
        egui::Button::new((Atom::default().atom_size(vec2(room, 0.0)), &entry.label))
    } else {
        egui::Button::new(&entry.label)
    };
    if let Some(shortcut) = entry.shortcut {
        button = button.shortcut_text(shortcut_text(ui.ctx(), shortcut));
    }
    let response = ui.add(button);
    if let Some(ticked) = entry.ticked {
        ui.ctx().accesskit_node_builder(response.id, |node| node.set_toggled(ticked.into()));
    }
    if entry.ticked == Some(true) {
        let left = response.rect.left_center() + vec2(ui.spacing().button_padding.x, 0.0);
        let font = TextStyle::Button.resolve(ui.style());
        ui.painter().text(left, Align2::LEFT_CENTER, TICK, font, ui.visuals().text_color());
    }
    response
}

fn sample_menu(ui: &mut Ui, view: &mut View<'_>) {
    ui.menu_button(fl!(view.words, "menu-samples"), |ui| {
        for sample in samples() {
            if ui.button(sample_label(view.words, sample.name)).on_hover_text(sample.credit).clicked() {
                view.command(Command::OpenSample(sample.name));
            }
        }
    });
}

fn recent_menu(ui: &mut Ui, view: &mut View<'_>, recent: &[PathBuf]) {
    ui.add_enabled_ui(!recent.is_empty(), |ui| {
        ui.menu_button(fl!(view.words, "menu-recent"), |ui| {
            for path in recent {
                let name = plain(&path.file_name().unwrap_or(path.as_os_str()).to_string_lossy());
                let folder = path.parent().and_then(Path::file_name).unwrap_or_default();
                let folder = RichText::new(plain(&folder.to_string_lossy())).color(view.theme.weak);
                let button = egui::Button::new(name).right_text(folder);
                if ui.add(button).on_hover_text(plain(&path.display().to_string())).clicked() {
                    view.command(Command::OpenPath(path.clone()));
                }
            }
        });
    });
}

/// The width, with all gaps between them, of the controls at the right without the lists of schedules.
fn controls_width(ui: &Ui, words: &Words) -> f32 {
    let present = button_width(ui, &fl!(words, "command-present"));
    let spacing = ui.spacing();
    let check = spacing.icon_width + spacing.icon_spacing + 2.0 * spacing.item_spacing.x;
    let compare = text_width(ui, &fl!(words, "compare"), &TextStyle::Button) + check;
    let separator = 6.0 + spacing.item_spacing.x;
    present + button_width(ui, &fl!(words, "commands")) + compare + separator
}

/// The name of a side's schedule in the bar.
fn picked(view: &View<'_>, side: Side) -> String {
    format!("{}  {}", side.letter(), schedule_label(view.words, &view.scene.schedule(side).kind))
}

/// The width of the list that shows the whole name of a side's schedule, within the limits of [`PICKER`].
fn picker_width(ui: &Ui, view: &View<'_>, side: Side) -> f32 {
    combo_width(ui, &picked(view, side)).clamp(PICKER[0], PICKER[1])
}

/// Chooses the kind of one side's schedule; a dot marks the side that drives the pictures.
fn side_picker(ui: &mut Ui, view: &mut View<'_>, side: Side, width: f32) {
    let spec = view.scene.schedule(side).clone();
    let label = fl!(view.words, "schedule-of-side", side = side.letter());
    let ink = if view.scene.active == side { view.theme.accent } else { view.theme.ink };
    let text = RichText::new(picked(view, side)).color(ink);
    combo(ui, &label, width, (text, &schedule_label(view.words, &spec.kind)), |ui| {
        for name in ScheduleKind::named() {
            let Some(kind) = ScheduleKind::default_of(name) else { continue };
            let selected = kind.name() == spec.kind.name();
            let response = ui.selectable_label(selected, schedule_label(view.words, &kind));
            if let Some(term) = find(&format!("schedule-{}", kind.name())) {
                define_term(view.words, &response, term);
            }
            if response.clicked() && !selected {
                let spec = ScheduleSpec { kind, ..spec.clone() };
                view.intents.push(Intent::Act(Action::Schedule(side, spec)));
            }
        }
    });
}
