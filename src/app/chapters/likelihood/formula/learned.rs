//! The loss of a draw, from which the schedule is learned.

use i18n_embed_fl::fl;

use super::super::state::Learned;
use crate::app::chapters::{Formula, Pixel};
use crate::app::formula::{operator, part};
use crate::app::view::View;
use crate::app::widgets::number;
use crate::quantity::Quantity;

/// `L_∞ = E[½ γ′(t) ‖ε − ε̂‖²]` (Kingma et al. 2021, eq. 17, in ε), per dimension.
pub fn formula(room: &Learned, view: &View<'_>) -> Formula {
    let seen = room.seen();
    let mean = seen.as_ref().and_then(|seen| seen.ways[0].moments).map(|[mean, _]| mean);
    let value = mean.map_or_else(Vec::new, |mean| vec![number(mean).trim().to_owned()]);
    let parts = vec![
        part("continuous-loss", Quantity::ContinuousLoss, value),
        operator("equals"),
        part("gamma-loss", Quantity::LogSnr, Vec::new()),
    ];
    let footnote = seen.map_or_else(String::new, |seen| {
        let [max, min] = seen.ends.map(|end| format!("{end:.2}").replace('-', "−"));
        fl!(view.words, "likelihood-learned-footnote", max = max, min = min)
    });
    Formula { parts, footnote, pixel: Pixel::Never }
}
