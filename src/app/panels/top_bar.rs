//! The top bar: menus, the picture's name, both schedules, commands, theme.

use std::path::PathBuf;

use egui::{Align, ComboBox, Label, Layout, MenuBar, RichText, Ui, vec2};
use i18n_embed_fl::fl;

use crate::app::command::Command;
use crate::app::command::Intent;
use crate::app::entry::{Entry, Menu};
use crate::app::theme::title_font;
use crate::app::view::View;
use crate::app::words::schedule_label;
use crate::diffusion::{ScheduleKind, ScheduleSpec};
use crate::files::plain;
use crate::imaging::samples;
use crate::scene::{Action, Side};

/// Room that the schedules and buttons at the right take.
const RIGHT: f32 = 548.0;

/// Draws the bar.
pub fn show(ui: &mut Ui, view: &mut View<'_>, entries: &[Entry], recent: &[PathBuf]) {
    ui.horizontal_centered(|ui| {
        ui.label(RichText::new("diffuscope").font(title_font()).color(view.theme.ink));
        ui.add_space(4.0);
        ui.scope(|ui| {
            // A menu bar takes all the width that it may.
            ui.set_max_width(0.0);
            MenuBar::new().ui(ui, |ui| {
                for menu in Menu::ALL {
                    ui.menu_button(menu.title(view.words), |ui| {
                        menu_entries(ui, view, entries, menu, recent);
                    });
                }
            });
        });
        let room = ui.available_width() - RIGHT;
        if room > 80.0 {
            let text = format!("{} · {}×{}", view.image_name, view.image.width, view.image.height);
            ui.allocate_ui(vec2(room, ui.available_height()), |ui| {
                ui.add(Label::new(RichText::new(text).color(view.theme.weak)).truncate());
            });
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let theme =
                if view.theme.dark { fl!(view.words, "theme-light") } else { fl!(view.words, "theme-dark") };
            if ui.button(theme).on_hover_text(fl!(view.words, "theme-switch")).clicked() {
                view.command(Command::ToggleTheme);
            }
            if ui
                .button(fl!(view.words, "commands"))
                .on_hover_text(fl!(view.words, "commands", "about"))
                .clicked()
            {
                view.command(Command::Palette);
            }
            ui.separator();
            side_picker(ui, view, Side::B);
            let mut compare = view.scene.compare;
            let hint = fl!(view.words, "compare", "about");
            if ui.checkbox(&mut compare, fl!(view.words, "compare")).on_hover_text(hint).changed() {
                view.act(Action::Compare(compare));
            }
            side_picker(ui, view, Side::A);
        });
    });
}

fn menu_entries(ui: &mut Ui, view: &mut View<'_>, entries: &[Entry], menu: Menu, recent: &[PathBuf]) {
    ui.set_min_width(240.0);
    for entry in entries.iter().filter(|entry| entry.menu == menu) {
        let mut button = egui::Button::new(&entry.label);
        if let Some(shortcut) = entry.shortcut {
            button = button.shortcut_text(ui.ctx().format_shortcut(&shortcut));
        }
        if ui.add(button).clicked() {
            view.intents.push(entry.intent.clone());
        }
        if matches!(entry.intent, Intent::Do(Command::OpenImage)) {
            sample_menu(ui, view);
            recent_menu(ui, view, recent);
        }
    }
}

fn sample_menu(ui: &mut Ui, view: &mut View<'_>) {
    ui.menu_button(fl!(view.words, "menu-samples"), |ui| {
        for sample in samples() {
            if ui.button(sample.title).on_hover_text(sample.credit).clicked() {
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
                if ui.button(name).on_hover_text(plain(&path.display().to_string())).clicked() {
                    view.command(Command::OpenPath(path.clone()));
                }
            }
        });
    });
}

/// Chooses the kind of one side's schedule; a dot marks the side that drives the pictures.
fn side_picker(ui: &mut Ui, view: &mut View<'_>, side: Side) {
    let spec = view.scene.schedule(side).clone();
    let label = fl!(view.words, "schedule-of-side", side = side.letter());
    let kind = schedule_label(view.words, &spec.kind);
    let text = format!("{}  {kind}", side.letter());
    let text =
        RichText::new(text).color(if view.scene.active == side { view.theme.accent } else { view.theme.ink });
    let combo =
        ComboBox::from_id_salt(("schedule", side)).selected_text(text).width(126.0).show_ui(ui, |ui| {
            for name in ScheduleKind::named() {
                let Some(kind) = ScheduleKind::default_of(name) else { continue };
                let selected = kind.name() == spec.kind.name();
                if ui.selectable_label(selected, schedule_label(view.words, &kind)).clicked() && !selected {
                    let spec = ScheduleSpec { kind, ..spec.clone() };
                    view.intents.push(Intent::Act(Action::Schedule(side, spec)));
                }
            }
        });
    combo.response.widget_info(|| {
        let mut info = egui::WidgetInfo::labeled(egui::Role::ComboBox, true, &label);
        info.current_text_value = Some(kind.clone());
        info
    });
}
