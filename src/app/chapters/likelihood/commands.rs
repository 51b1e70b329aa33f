//! The commands of the Likelihood chapter.

use i18n_embed_fl::fl;

use super::state::Likelihood;
use crate::app::chapters::{Host, Order};
use crate::app::dialogs::Filter;
use crate::app::entry::{Entry, Menu};
use crate::app::output::Work;
use crate::app::words::Words;
use crate::imaging::write_atomically;
use crate::scene::{ChapterId, LikelihoodPart, Scene};

/// A command to the Likelihood chapter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LikelihoodCommand {
    /// Compute the likelihood of the picture along the ODE.
    Flow,
    /// Let the ODE be.
    StopFlow,
    /// Save the terms of the bound as a table.
    SaveTerms,
}

impl LikelihoodCommand {
    /// The command as an order that is addressed to the chapter.
    pub fn order(self) -> Order {
        Order::new(ChapterId::Likelihood, self)
    }
}

/// The chapter's entries in menus, palette and keys.
pub fn entries(scene: &Scene, words: &Words) -> Vec<Entry> {
    use LikelihoodCommand as L;
    let is_bound = scene.chapters.likelihood.part == LikelihoodPart::Bound;
    if scene.chapter != ChapterId::Likelihood || !is_bound {
        return Vec::new();
    }
    vec![
        Entry::order(Menu::Time, fl!(words, "command-likelihood-by-the-ode"), None, L::Flow.order()),
        Entry::order(
            Menu::File,
            fl!(words, "command-save-the-terms-of-the-bound"),
            None,
            L::SaveTerms.order(),
        ),
    ]
}

impl Likelihood {
    /// Carries out a command.
    pub fn carry_out(&mut self, command: LikelihoodCommand, host: &mut Host<'_>) {
        match command {
            LikelihoodCommand::Flow => self.bound.ask_flow(),
            LikelihoodCommand::StopFlow => self.bound.stop_flow(),
            LikelihoodCommand::SaveTerms => self.save(host),
        }
    }

    fn save(&self, host: &mut Host<'_>) {
        let Some(found) = self.bound.evaluation().cloned() else {
            return host.tell(fl!(host.words(), "likelihood-notice-nothing-yet"));
        };
        let work = Work {
            title: fl!(host.words(), "likelihood-dialog-terms"),
            filter: Filter::of("CSV", &["csv"]),
            name: fl!(host.words(), "likelihood-job-terms"),
        };
        host.ask_save(work, "bound", move |path, _| {
            Ok(write_atomically(path, |writer| found.value.to_csv(writer))?)
        });
    }
}
