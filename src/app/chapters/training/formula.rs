//! The loss, with the numbers of the training or of the step on show.

use i18n_embed_fl::fl;

use super::state::Training;
use super::words::{network_names, target_symbol};
use crate::app::chapters::{Formula, Pixel};
use crate::app::formula::{operator, part};
use crate::app::view::View;
use crate::app::widgets::number;
use crate::quantity::Quantity;
use crate::scene::TrainingSubject;

/// `L = E ‖y − ŷ_θ(x_t, t)‖²`.
pub fn formula(room: &Training, view: &View<'_>) -> Formula {
    let words = view.words;
    let training = room.workshop.training();
    let (losses, target) = match room.subject(view.scene) {
        TrainingSubject::Live => {
            let settings =
                training.as_ref().and_then(|training| training.begun()).map(|begun| begun.settings.clone());
            let names = settings.as_deref().map(|all| network_names(words, all)).unwrap_or_default();
            let losses = training.iter().flat_map(|training| training.curves().iter().map(|c| c.now));
            let several = names.len() > 1;
            let line = |(i, loss): (usize, Option<f64>)| {
                let loss = number(loss?).trim().to_owned();
                Some(if several { format!("{}: {loss}", names.get(i)?) } else { loss })
            };
            let target = settings.and_then(|all| all.first().map(|settings| settings.prediction));
            (losses.enumerate().filter_map(line).collect(), target)
        }
        TrainingSubject::Step => {
            let seen = room.look().map(|look| look.seen);
            // The loss is that of the network's own output, whatever the pictures show.
            let target = seen.as_ref().and_then(|seen| seen.first()).map(|seen| seen.prediction);
            let line =
                |seen: &crate::train::live::Seen| format!("t = {}: {}", seen.t, number(seen.loss).trim());
            (seen.iter().flat_map(|seen| seen.iter()).map(line).collect(), target)
        }
    };
    let target = target.unwrap_or(view.scene.chapters.training.target);
    let look = room.look().filter(|_| room.subject(view.scene) == TrainingSubject::Step);
    let compared = look.and_then(|look| look.seen.first().map(|seen| seen.target));
    let footnote = match compared {
        Some(compared) if compared != target => fl!(
            words,
            "training-footnote-other",
            target = target_symbol(target),
            compared = target_symbol(compared)
        ),
        _ => fl!(words, "training-footnote"),
    };
    Formula {
        parts: vec![
            part("loss", Quantity::Loss, losses),
            operator("equals"),
            part("loss-expectation", Quantity::Loss, vec![format!("y = {}", target_symbol(target))]),
        ],
        footnote,
        pixel: Pixel::Never,
    }
}
