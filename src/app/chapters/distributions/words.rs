//! Names, in the window's language, of things of this chapter that the layers below know by identifiers.

use i18n_embed_fl::fl;

use super::state::Activity;
use crate::app::words::Words;
use crate::diffusion::data::PlaneData;
use crate::diffusion::process::Process;
use crate::diffusion::solvers::Solver;
use crate::scene::PlaneSubject;

/// The title of a subject of the plane, and a sentence that says what it shows.
pub fn subject(words: &Words, subject: PlaneSubject) -> (String, String) {
    let message = match subject {
        PlaneSubject::Particles => "distributions-subject-particles",
        PlaneSubject::Race => "distributions-subject-race",
        PlaneSubject::Guidance => "distributions-subject-guidance",
        PlaneSubject::Learning => "distributions-subject-learning",
        PlaneSubject::Likelihood => "distributions-subject-likelihood",
    };
    (words.get(message), words.get_attr(message, "about"))
}

/// The name of a named data set of the plane.
pub fn data_label(words: &Words, data: PlaneData) -> String {
    words.get(&format!("distributions-data-{}", data.name()))
}

/// The name of a process in a choice, and a sentence that explains it.
pub fn process(words: &Words, process: Process) -> (String, String) {
    let message = process_message(process);
    (words.get(&message), words.get_attr(&message, "about"))
}

/// The name of a process within a sentence.
pub fn process_inline(words: &Words, process: Process) -> String {
    words.get_attr(&process_message(process), "inline")
}

fn process_message(process: Process) -> String {
    format!("distributions-process-{}", process.name())
}

/// The name of a sampler in lists.
pub fn solver_label(words: &Words, solver: Solver) -> String {
    words.get(&solver_message(solver))
}

/// The name of a sampler in captions, with its η if it adds noise.
pub fn solver_caption(words: &Words, solver: Solver) -> String {
    let name = solver_label(words, solver);
    match solver {
        Solver::Ddim { eta } if eta > 0.0 => format!("{name} η {eta:.2}"),
        _ => name,
    }
}

/// The id of a sampler's message. Ids cannot contain a plus: `dpm++` becomes `dpmpp`.
fn solver_message(solver: Solver) -> String {
    format!("distributions-solver-{}", solver.name().replace('+', "p"))
}

/// The name of an activity that is under way.
pub fn activity(words: &Words, activity: Activity) -> String {
    match activity {
        Activity::Sampling => fl!(words, "distributions-sampling"),
        Activity::Measuring => fl!(words, "distributions-measuring"),
        Activity::Integrating => fl!(words, "distributions-integrating"),
        Activity::Comparing => fl!(words, "distributions-comparing"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::words::{Language, words};

    #[test]
    fn everything_has_its_name() {
        let words = words(Language::English);
        let missing = |text: &str| text.is_empty() || text.starts_with("No localization");
        for kind in PlaneSubject::ALL {
            let (title, about) = subject(&words, kind);
            assert!(!missing(&title) && !missing(&about) && title != about, "{title}: {about}");
        }
        for data in PlaneData::ALL {
            assert!(words.has(&format!("distributions-data-{}", data.name())), "{}", data.name());
        }
        for kind in Process::ALL {
            let message = process_message(kind);
            assert!(words.has(&message) && words.has_attr(&message, "about"), "{message}");
            assert_eq!(process_inline(&words, kind), kind.name());
        }
        for solver in Solver::ALL {
            assert!(words.has(&solver_message(solver)), "{}", solver_message(solver));
        }
    }
}
