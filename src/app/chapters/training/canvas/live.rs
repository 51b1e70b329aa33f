//! How a network learns: its samples, a held-out picture at eight noise levels, the film of its samples, and plots.

use egui::{Align2, Rect, Role, Ui, pos2, vec2};
use i18n_embed_fl::fl;

use super::tile::{CAPTION, Caption, Place};
use super::{film, plots, tile};
use crate::app::chapters::layout::{alone, pictures_film_plots};
use crate::app::chapters::training::TrainingView;
use crate::app::chapters::training::words::{data_label, network_names};
use crate::app::formula::sentence;
use crate::app::theme::caption_font;
use crate::app::widgets::fitted_line;
use crate::app::words::class_label;
use crate::app::workshop::Training;
use crate::quantity::Quantity;
use crate::train::live::{Drawn, LEVELS, Probe, Sheet};

/// Space between sheets, in points.
const GAP: f32 = 18.0;
/// Space between rows of a held-out picture, and room for the timesteps below them.
const BETWEEN: f32 = 4.0;
const LABELS: f32 = 16.0;
/// Room at the left of the rows for what they are, with one network and with two, in points.
const NAMES: [f32; 2] = [26.0, 78.0];
/// The share of the canvas' height that the film takes, with one network and with two.
const FILM: [f32; 2] = [0.22, 0.26];

/// A row of the held-out picture.
struct Row<'a> {
    place: Place,
    sheet: Option<&'a Sheet>,
    name: String,
    /// The network's name, where there are two.
    network: String,
    quantity: Quantity,
}

impl Row<'_> {
    /// Writes beside the row what it is: on its pictures the name would hide those with the least noise.
    fn name_beside(&self, ui: &Ui, view: &TrainingView<'_, '_>, rect: Rect) {
        let lines = if self.network.is_empty() { 1.0 } else { 2.0 };
        let top = rect.center().y - lines * LABELS / 2.0;
        sentence(ui, pos2(rect.left(), top), self.quantity.symbol(), view.theme.color(self.quantity));
        if !self.network.is_empty() {
            let line = Rect::from_min_size(pos2(rect.left(), top + LABELS), vec2(rect.width(), LABELS));
            fitted_line(ui, line, Align2::LEFT_CENTER, &self.network, caption_font(), view.theme.weak);
        }
    }
}

pub fn show(ui: &mut Ui, view: &mut TrainingView<'_, '_>, rect: Rect) {
    let training = view.room.workshop.training();
    let probe = view.room.probe();
    if let Some(places) = alone(view, rect, plots::ALL) {
        plots::alone(ui, view, places, training.as_deref(), probe.as_deref());
        return;
    }
    let networks = training.as_ref().map_or(1, |training| training.networks());
    let schedules = training.as_deref().map_or(1, noise_rows);
    let rows = (networks + schedules) as f32;
    let n = networks as f32;
    // The height at which square sheets of samples and the rows beside them fill the width.
    let small = (rows - 1.0) * BETWEEN + LABELS;
    let room = rect.width() - n * GAP - NAMES[usize::from(networks > 1)];
    let side = (rows * room / LEVELS as f32 + small) / (1.0 + rows * n / LEVELS as f32);
    // Where nothing learns and nobody can begin, as in a figure, there is no film to wait for.
    if training.is_none() && !view.hints && !view.presenting {
        let height = (side + CAPTION).min(rect.height());
        return sheets(ui, view, rect.with_max_y(rect.top() + height), None, None);
    }
    // A presentation has no plots: the film takes what the sheets leave.
    let share = if view.with_plots() { FILM[usize::from(networks > 1)] } else { 1.0 };
    let film_height = share * rect.height() + film::LABEL;
    let [pictures, film, plots] =
        pictures_film_plots(rect, (side + CAPTION, film_height, 1), view.with_plots());
    sheets(ui, view, pictures, training.as_deref(), probe.as_deref());
    if film.height() > film::LABEL {
        film::show(ui, view, film, training.as_deref(), probe.as_deref());
    }
    if view.with_plots() {
        plots::show(ui, view, plots, training.as_deref(), probe.as_deref());
    }
}

/// The number of different rows of the held-out picture with noise: networks with other schedules see other noise.
fn noise_rows(training: &Training) -> usize {
    match training.begun().map(|begun| begun.noised.as_slice()) {
        Some([a, b]) if a != b => 2,
        _ => 1,
    }
}

/// What weights have drawn: averaged ones, or as they are.
fn drawn(probe: Option<&Probe>, network: usize, averaged: bool) -> Option<&Drawn> {
    let network = probe?.networks.get(network)?;
    Some(if averaged { &network.averaged } else { &network.raw })
}

/// The samples of each network, and beside them the held-out picture.
fn sheets(
    ui: &mut Ui,
    view: &mut TrainingView<'_, '_>,
    rect: Rect,
    training: Option<&Training>,
    probe: Option<&Probe>,
) {
    let words = view.words;
    let averaged = view.scene.chapters.training.averaged;
    let side = rect.height() - CAPTION;
    let names = training.and_then(Training::begun).map(|begun| network_names(words, &begun.settings));
    let names = names.unwrap_or_default();
    let networks = training.map_or(1, Training::networks);
    let data = view.room.data().cloned();
    let mut left = rect.left();
    for network in 0..networks {
        let area = Rect::from_min_size(pos2(left, rect.top()), vec2(side, rect.height()));
        let found = drawn(probe, network, averaged).map(|drawn| &drawn.samples);
        if let (None, Some(data)) = (training, &data) {
            // While others are being opened, or cannot be, these are those before them.
            let name = data_label(words, &view.scene.chapters.training.data);
            let title = fl!(words, "training-data-of", data = name);
            let title = if view.room.facts().is_some() { title } else { fl!(words, "training-data") };
            let caption = caption(&title, "", Quantity::X0);
            tile::show(ui, view, area, (Place::Data, Some(&data.pictures), 1.0), &caption);
        } else {
            let title = match names.get(network) {
                Some(name) if networks > 1 => name.clone(),
                _ => fl!(words, "training-samples"),
            };
            let iteration =
                probe.map(|probe| fl!(words, "training-at-iteration", iteration = probe.iteration));
            let caption = caption(&title, iteration.as_deref().unwrap_or_default(), Quantity::Sample);
            tile::show(ui, view, area, (Place::Samples(network), found, 1.0), &caption);
        }
        left += side + GAP;
    }
    let rest = rect.with_min_x(left);
    if rest.width() < 80.0 {
        return;
    }
    held_out(ui, view, rest, (training, probe), &names);
}

fn caption<'a>(title: &'a str, detail: &'a str, quantity: Quantity) -> Caption<'a> {
    Caption { title, detail, quantity, role: Role::Image, dimmed: false }
}

/// The held-out picture with noise, and what each network makes of it, level by level.
fn held_out(
    ui: &mut Ui,
    view: &mut TrainingView<'_, '_>,
    rect: Rect,
    (training, probe): (Option<&Training>, Option<&Probe>),
    names: &[String],
) {
    let words = view.words;
    let averaged = view.scene.chapters.training.averaged;
    let begun = training.and_then(Training::begun).cloned();
    let data = view.room.data().cloned().filter(|_| training.is_none());
    let class = begun.as_ref().and_then(|begun| begun.class.clone());
    let title = match class {
        Some(class) => fl!(words, "training-held-out-of", class = class_label(words, &class)),
        None => fl!(words, "training-held-out"),
    };
    let line = Rect::from_min_max(rect.min, pos2(rect.right(), rect.top() + CAPTION - 4.0));
    fitted_line(ui, line, Align2::LEFT_CENTER, &title, caption_font(), view.theme.weak);
    let networks = training.map_or(1, Training::networks);
    let schedules = training.map_or(1, noise_rows);
    let mut rows: Vec<Row<'_>> = Vec::new();
    for network in 0..networks {
        if network < schedules {
            let sheet = begun.as_ref().and_then(|begun| begun.noised.get(network));
            let sheet = sheet.or(data.as_ref().map(|data| &data.noised));
            let name = fl!(words, "training-row-noised");
            let (place, network) = (Place::Noised(network), String::new());
            rows.push(Row { place, sheet, name, network, quantity: Quantity::Xt });
        }
        let sheet = drawn(probe, network, averaged).map(|drawn| &drawn.x0_hats);
        let place = Place::Estimates(network);
        let network = names.get(network).filter(|_| networks > 1).cloned().unwrap_or_default();
        let name = if network.is_empty() {
            fl!(words, "training-row-estimates")
        } else {
            fl!(words, "training-row-estimates-of", network = network.as_str())
        };
        rows.push(Row { place, sheet, name, network, quantity: Quantity::X0Hat });
    }
    let room_for_names = NAMES[usize::from(networks > 1)];
    let below = Rect::from_min_max(pos2(rect.left() + room_for_names, rect.top() + CAPTION), rect.max);
    let n = rows.len() as f32;
    let room = (below.height() - LABELS - (n - 1.0) * BETWEEN).max(8.0);
    let height = (room / n).min(below.width() / LEVELS as f32);
    let mut top = below.top();
    let mut drawn_at = None;
    for row in rows {
        let area = Rect::from_min_size(pos2(below.left(), top), vec2(below.width(), height));
        let named = (row.name.as_str(), row.quantity);
        let frames = tile::row(ui, view, area, (row.place, row.sheet, LEVELS), named);
        let height = frames.first().map_or(area.height(), Rect::height);
        let beside = Rect::from_min_size(pos2(rect.left(), top), vec2(room_for_names - BETWEEN, height));
        row.name_beside(ui, view, beside);
        drawn_at = Some(frames);
        top += height + BETWEEN;
    }
    let levels = begun.as_ref().map(|begun| begun.levels.clone()).or(data.map(|data| data.levels.clone()));
    if let (Some(levels), Some(last)) = (levels, drawn_at) {
        timesteps(ui, view, &last, &levels);
    }
}

/// Writes the timesteps of the levels below a row.
fn timesteps(ui: &Ui, view: &TrainingView<'_, '_>, frames: &[Rect], levels: &[usize]) {
    for (i, (t, frame)) in levels.iter().zip(frames).enumerate() {
        let text = if i == 0 { format!("t = {t}") } else { t.to_string() };
        let at = pos2(frame.center().x, frame.bottom() + 3.0);
        ui.painter().text(at, Align2::CENTER_TOP, text, caption_font(), view.theme.weak);
    }
}
