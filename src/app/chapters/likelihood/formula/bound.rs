//! The bound as the sum of its three parts.

use i18n_embed_fl::fl;

use super::super::state::{Bound, chain_t};
use crate::app::chapters::{Formula, Pixel};
use crate::app::formula::{Part, operator, part};
use crate::app::view::View;
use crate::app::widgets::number;
use crate::quantity::Quantity;

/// The formula with its present numbers.
pub fn formula(room: &Bound, view: &View<'_>) -> Formula {
    Formula { parts: parts(room), footnote: footnote(room, view), pixel: Pixel::Never }
}

/// `−log p(x_0) ≤ L_T + Σ L_{t−1} + L_0` (Ho et al. 2020, eq. 5), in bits per dimension.
fn parts(room: &Bound) -> Vec<Part> {
    let value = |value: f64| vec![text(value)];
    let parts = room.evaluation().and_then(|found| found.value.parts());
    let [total, prior, denoiser, decoder] = parts.map_or([const { Vec::new() }; 4], |parts| {
        [parts.total, parts.prior, parts.denoiser, parts.decoder].map(value)
    });
    vec![
        part("minus-log-p", Quantity::Bound, Vec::new()),
        // What is known is the sum of the parts: the bound, and not what it bounds.
        part("at-most", Quantity::Bound, total),
        part("elbo-prior", Quantity::PriorTerm, prior),
        operator("plus"),
        part("elbo-steps", Quantity::DenoiserTerm, denoiser),
        operator("plus"),
        part("elbo-data", Quantity::DecoderTerm, decoder),
    ]
}

fn text(value: f64) -> String {
    number(value).trim().to_owned()
}

/// The term at t.
fn footnote(room: &Bound, view: &View<'_>) -> String {
    let Some(found) = room.evaluation() else { return String::new() };
    let t = chain_t(view.scene, found.value.setting.steps());
    // The term is known from its pictures, where the bound has left it out.
    let seen = room.look().filter(|look| look.key.t == t && look.key.evaluation == found.key);
    let bits = found.value.term(t).map(|term| term.bits).or(seen.map(|look| look.value.bits));
    // A presentation has no room beside its formula.
    match (bits.filter(|_| !view.presenting), t) {
        (Some(bits), 1) => fl!(view.words, "likelihood-bound-footnote-first", bits = text(bits)),
        (Some(bits), t) => fl!(view.words, "likelihood-bound-footnote", t = t, bits = text(bits)),
        (None, _) => fl!(view.words, "likelihood-bound-footnote-unknown"),
    }
}
