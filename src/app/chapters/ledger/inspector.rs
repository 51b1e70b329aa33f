//! The Noise ledger chapter's controls.

use egui::Ui;
use i18n_embed_fl::fl;

use crate::app::view::View;
use crate::app::widgets::{caption, section, segmented, switch};
use crate::scene::{Action, LedgerOptions};

/// Shows the controls.
pub fn show(ui: &mut Ui, view: &mut View<'_>) {
    let words = view.words;
    section(ui, &fl!(words, "ledger-options"));
    let mut options: LedgerOptions = view.scene.chapters.ledger.clone();
    let (label, hint) = (fl!(words, "ledger-amplify"), fl!(words, "ledger-amplify", "about"));
    if let Some(on) = switch(ui, options.amplify, &label, &hint) {
        options.amplify = on;
    }
    caption(ui, fl!(words, "ledger-steps"));
    let (all, few) = (fl!(words, "ledger-all-steps", "about"), fl!(words, "ledger-fewer-steps"));
    let fewer = |n: usize| (Some(n), n.to_string(), few.clone());
    let choices = [(None, fl!(words, "ledger-all-steps"), all), fewer(50), fewer(20), fewer(10)];
    if let Some(choice) = segmented(ui, &fl!(words, "ledger-steps"), options.few_steps, &choices) {
        options.few_steps = choice;
    }
    caption(ui, fl!(words, "ledger-areas"));
    let choices = [
        (false, fl!(words, "ledger-areas-variance"), fl!(words, "ledger-areas-variance", "about")),
        (true, fl!(words, "ledger-areas-share"), fl!(words, "ledger-areas-share", "about")),
    ];
    if let Some(shares) = segmented(ui, &fl!(words, "ledger-areas"), options.shares, &choices) {
        options.shares = shares;
    }
    if options != view.scene.chapters.ledger {
        view.act(Action::options(options));
    }
}
