//! The kept trainings that can go on, as a part of an inspector.

use std::path::PathBuf;

use egui::Ui;
use i18n_embed_fl::fl;

use super::commands::TrainingCommand;
use super::words::{data_label, network_names};
use crate::app::view::View;
use crate::app::widgets::{caption, choose, section};
use crate::app::workshop::Workshop;
use crate::worker::{FoundRun, LearnSpec};

/// What is said of the kept trainings.
struct Offer {
    /// Number and description of each.
    entries: Vec<(usize, String)>,
    folders: Vec<PathBuf>,
    chosen: usize,
    /// What was discarded last.
    discarded: Option<String>,
}

/// Offers the kept trainings that `suits`; nothing where there are none.
pub fn kept_trainings(
    ui: &mut Ui,
    view: &mut View<'_>,
    workshop: &Workshop,
    suits: impl Fn(&LearnSpec) -> bool,
) {
    let Some(offer) = offer(view, workshop, suits) else { return };
    let words = view.words;
    section(ui, &fl!(words, "training-kept"));
    let order = |view: &mut View<'_>, command: TrainingCommand| view.order(command.order());
    if let [(_, only)] = offer.entries.as_slice() {
        caption(ui, only.clone());
    } else if !offer.entries.is_empty() {
        let (name, width) = (fl!(words, "training-kept"), ui.available_width());
        if let Some(i) = choose(ui, &name, width, offer.chosen, &offer.entries) {
            order(view, TrainingCommand::Choose(offer.folders[i].clone()));
        }
    }
    ui.horizontal_wrapped(|ui| {
        if let Some(folder) = offer.folders.get(offer.chosen) {
            let hint = fl!(words, "training-take-up", "about");
            if ui.button(fl!(words, "training-take-up")).on_hover_text(hint).clicked() {
                order(view, TrainingCommand::TakeUp(folder.clone()));
            }
            let hint = fl!(words, "training-discard", "about");
            if ui.button(fl!(words, "training-discard")).on_hover_text(hint).clicked() {
                order(view, TrainingCommand::Discard(folder.clone()));
            }
        }
        if let Some(discarded) = &offer.discarded {
            let hint = fl!(words, "training-bring-back", "about", run = discarded.as_str());
            if ui.button(fl!(words, "training-bring-back")).on_hover_text(hint).clicked() {
                order(view, TrainingCommand::BringBack);
            }
        }
    });
}

fn offer(view: &View<'_>, workshop: &Workshop, suits: impl Fn(&LearnSpec) -> bool) -> Option<Offer> {
    let shared = workshop.lock();
    let kept = shared.kept()?;
    let offered: Vec<&FoundRun> = kept.found().iter().filter(|found| suits(&found.run.spec)).collect();
    let described = |found: &FoundRun| {
        let run = &found.run;
        let total = run.spec.settings.iterations.unwrap_or(run.iteration);
        let data = data_label(view.words, &run.spec.data);
        let settings: Vec<_> = std::iter::once(&run.spec.settings).chain(&run.spec.rival).cloned().collect();
        let what = match settings.as_slice() {
            [only] if only.gamma_rate.is_some() => fl!(view.words, "training-schedule-is-learned"),
            all => network_names(view.words, all).join(" / "),
        };
        fl!(view.words, "training-kept-run", data = data, what = what, done = run.iteration, total = total)
    };
    let chosen = kept.chosen_of(&offered).map(|run| run.folder.clone());
    let offer = Offer {
        entries: offered.iter().map(|found| described(found)).enumerate().collect(),
        folders: offered.iter().map(|found| found.folder.clone()).collect(),
        chosen: offered.iter().position(|found| Some(&found.folder) == chosen.as_ref()).unwrap_or(0),
        discarded: kept.discarded().filter(|found| suits(&found.run.spec)).map(described),
    };
    (!offer.entries.is_empty() || offer.discarded.is_some()).then_some(offer)
}
