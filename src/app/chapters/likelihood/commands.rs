//! The commands of the Likelihood chapter.

use i18n_embed_fl::fl;

use super::state::Likelihood;
use crate::app::chapters::training::TrainingCommand;
use crate::app::chapters::{Host, Order};
use crate::app::command::Command;
use crate::app::dialogs::Filter;
use crate::app::entry::{Entry, Menu};
use crate::app::output::Work;
use crate::app::words::Words;
use crate::dataset::BuiltIn;
use crate::imaging::write_atomically;
use crate::scene::{Action, ChapterId, LikelihoodPart, Scene, Side, TrainingOptions};
use crate::train::gamma::table;
use crate::worker::{LearnData, LearnNetwork};

/// A command to the Likelihood chapter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LikelihoodCommand {
    /// Compute the likelihood of the picture along the ODE.
    Flow,
    /// Compute it with the exact divergence.
    ExactFlow,
    /// Let the ODE be.
    StopFlow,
    /// Save the terms of the bound as a table.
    SaveTerms,
    /// Begin a training that learns a schedule.
    LearnSchedule,
    /// Make what has been learned of a schedule the scene's schedule A.
    UseLearned,
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
    if scene.chapter != ChapterId::Likelihood {
        return Vec::new();
    }
    match scene.chapters.likelihood.part {
        LikelihoodPart::Bound => {}
        LikelihoodPart::Continuous => return Vec::new(),
        LikelihoodPart::Learned => {
            let learn = fl!(words, "command-learn-a-schedule");
            let take = fl!(words, "command-use-the-learned-schedule");
            return vec![
                Entry::order(Menu::Time, learn, None, L::LearnSchedule.order()),
                Entry::order(Menu::Time, take, None, L::UseLearned.order()),
            ];
        }
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
            LikelihoodCommand::Flow => self.bound.ask_flow(false),
            LikelihoodCommand::ExactFlow => self.bound.ask_flow(true),
            LikelihoodCommand::StopFlow => self.bound.stop_flow(),
            LikelihoodCommand::SaveTerms => self.save(host),
            LikelihoodCommand::LearnSchedule => learn(host),
            LikelihoodCommand::UseLearned => self.use_learned(host),
        }
    }

    fn use_learned(&self, host: &mut Host<'_>) {
        let Some(seen) = self.learned.seen() else {
            return host.fail(fl!(host.words(), "likelihood-learned-notice-none"));
        };
        // With T as it is, so that B stays what it is.
        match table(&seen.gamma, host.scene().steps()) {
            Ok(schedule) => {
                host.apply(Action::Schedule(Side::A, schedule.spec().clone()));
                host.tell(fl!(host.words(), "likelihood-learned-notice-used"));
            }
            Err(error) => host.tell(error.to_string()),
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

/// Begins the training of the scene if it learns a schedule, or else one that does: digits, by the smallest network.
fn learn(host: &mut Host<'_>) {
    if !host.scene().chapters.training.gamma {
        host.apply(Action::options(TrainingOptions {
            data: LearnData::BuiltIn(BuiltIn::Digits),
            network: LearnNetwork::Mini,
            gamma: true,
            ..TrainingOptions::default()
        }));
    }
    host.later(Command::Order(TrainingCommand::Begin.order()));
}
