//! The Noise ledger chapter's controls.

use egui::Ui;

use crate::app::view::View;
use crate::app::widgets::{caption, section, segmented, switch};
use crate::scene::{Action, LedgerOptions};

/// Shows the controls.
pub fn show(ui: &mut Ui, view: &mut View<'_>) {
    section(ui, "Noise ledger");
    let mut options: LedgerOptions = view.scene.chapters.ledger.clone();
    let hint = "Show the new noise as strong as all the noise; the factor is written over the picture";
    if let Some(on) = switch(ui, options.amplify, "Amplify the new noise", hint) {
        options.amplify = on;
    }
    caption(ui, "Steps looked at");
    let all = "All steps of the schedule";
    let few = "The same schedule with few steps: inherited and new become comparable";
    let choices = [(None, "All", all), (Some(50), "50", few), (Some(20), "20", few), (Some(10), "10", few)];
    if let Some(choice) = segmented(ui, "Steps looked at", options.few_steps, &choices) {
        options.few_steps = choice;
    }
    caption(ui, "Areas show");
    let choices = [
        (false, "Variance", "Signal, inherited and new: they sum to 1"),
        (true, "Share", "Inherited and new as shares of the noise: 1 − λₜ and λₜ"),
    ];
    if let Some(shares) = segmented(ui, "Areas show", options.shares, &choices) {
        options.shares = shares;
    }
    if options != view.scene.chapters.ledger {
        view.act(Action::options(options));
    }
}
