//! The loss as an integral over t, and as one over SNR.

use i18n_embed_fl::fl;

use super::super::state::Continuous;
use crate::app::chapters::{Formula, Pixel};
use crate::app::formula::{Part, operator, part};
use crate::app::view::View;
use crate::app::widgets::number;
use crate::quantity::Quantity;

/// The formula with its present numbers.
pub fn formula(room: &Continuous, view: &View<'_>) -> Formula {
    Formula { parts: parts(room, view), footnote: footnote(room, view), pixel: Pixel::Never }
}

/// `L_∞ = −½ ∫ SNR′(t) mmse dt = ½ ∫ mmse dSNR` (Kingma et al. 2021, eq. 17 and 18).
fn parts(room: &Continuous, view: &View<'_>) -> Vec<Part> {
    let front = room.in_front(&view.scene.chapters.likelihood);
    let value = |value: f64| vec![number(value).trim().to_owned()];
    let loss = room.comparison().map_or_else(Vec::new, |found| value(found.value.profile.loss()));
    let along = front.map_or_else(Vec::new, |pace| value(pace.loss));
    vec![
        part("continuous-loss", Quantity::ContinuousLoss, loss.clone()),
        operator("equals"),
        part("loss-over-time", Quantity::LogSnr, along),
        operator("equals"),
        part("loss-over-snr", Quantity::Mmse, loss),
    ]
}

/// The loss in bits.
fn footnote(room: &Continuous, view: &View<'_>) -> String {
    let Some(comparison) = room.comparison() else { return String::new() };
    let ends = comparison.key.ends;
    let [max, min] = [ends.max(), ends.min()].map(|end| format!("{end:.2}").replace('-', "−"));
    let bits = comparison.value.profile.loss() / std::f64::consts::LN_2;
    fl!(view.words, "likelihood-footnote", max = max, min = min, bits = format!("{bits:.4}"))
}
