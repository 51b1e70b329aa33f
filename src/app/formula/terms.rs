//! Typeset terms by themselves: which quantity each is about, and rows of them.

use egui::{Pos2, Ui, pos2};

use super::{Set, Term};
use crate::app::theme::Theme;
use crate::diffusion::ScheduleKind;
use crate::quantity::Quantity;

/// The quantity that a typeset term is about, from which it has its colour; `None` for operators.
pub fn quantity(term: &str) -> Option<Quantity> {
    use Quantity as Q;
    Some(match term {
        "xt"
        | "drift"
        | "estimate-xt"
        | "half-diffusion"
        | "one-minus-lambda-xt-over-sqrt-alpha"
        | "precision-xt"
        | "alpha"
        | "product-alpha"
        | "q-path"
        | "q-path-def"
        | "q-step"
        | "normal-step"
        | "q-jump"
        | "normal-jump"
        | "q-marginal"
        | "q-marginal-def"
        | "sqrt-alpha-x-prev"
        | "timesteps"
        | "sde-def"
        | "sde-vp"
        | "sde-ve"
        | "sde-sub-vp" => Q::Xt,
        "sqrt-alpha-bar-x0"
        | "lambda-sqrt-alpha-bar-prev-x0"
        | "precision-x0"
        | "log-likelihood"
        | "between-pixels" => Q::X0,
        "alpha-bar" | "alpha-bar-product" | "sqrt-alpha-bar" | "one-over-sqrt-alpha-bar-open" => Q::AlphaBar,
        "eps" | "sqrt-one-minus-alpha-bar-eps" | "log-prior" | "standard-normal" | "p-prior" => Q::Epsilon,
        "one-minus-alpha-bar" | "one-over-noise-variance-open" => Q::NoiseVariance,
        "eps-hat"
        | "direction-eps-hat"
        | "direction-s-eps-hat"
        | "sqrt-noise-s-eps-hat"
        | "sqrt-one-minus-alpha-bar-eps-hat"
        | "beta-over-eps-hat"
        | "beta-ts-over-eps-hat"
        | "eps-theta"
        | "v"
        | "v-def"
        | "eps-plain"
        | "ode-in-sigma"
        | "simple-loss-def" => Q::EpsHat,
        "loss" | "loss-expectation" => Q::Loss,
        "latent" | "latent-def" | "sqrt-alpha-bar-z0" | "ldm-loss-def" | "vae-loss-def" => Q::Latent,
        "zt" => Q::NoisedLatent,
        "attention" | "attention-def" | "guidance-difference" | "guidance-scale" => Q::Attention,
        "decoded" | "decoded-estimate" | "between-latents" => Q::Decoded,
        "x0-hat"
        | "sqrt-alpha-bar-prev-x0-hat"
        | "sqrt-alpha-bar-s-x0-hat"
        | "estimate-x0"
        | "clip-x0-hat"
        | "distortion-def" => Q::X0Hat,
        "sqrt-alpha-bar-clean-mean" | "clean-mean" | "clean-mean-def" | "ideal-def" => Q::CleanMean,
        "inherited-eps" | "inherited-variance" | "sqrt-inherited-variance" | "past-share" | "past-sum" => {
            Q::Inherited
        }
        "new-eps" | "new-variance" | "sqrt-beta" | "sqrt-beta-eps" => Q::New,
        "beta" | "one-minus-beta" | "betas" | "one-minus-alpha" => Q::Beta,
        "lambda" | "lambda-fraction" => Q::NewShare,
        "one-minus-lambda" => Q::InheritedShare,
        "snr" | "snr-fraction" => Q::Snr,
        "log-snr" | "log-snr-fraction" | "gamma-def" | "gamma-loss" => Q::LogSnr,
        "mu-tilde" | "normal-posterior" | "q-posterior" | "divergence-integral" => Q::PosteriorMean,
        "mu-theta" | "one-over-sqrt-alpha-open" | "one-over-sqrt-alpha-ts-open" => Q::MuTheta,
        "beta-tilde"
        | "beta-tilde-def"
        | "sqrt-beta-tilde-z"
        | "precision-posterior"
        | "sigma-eta"
        | "sigma-choices" => Q::PosteriorVariance,
        "x-prev" | "x-s" | "sample" | "sample-def" | "sigma-z" | "p-path" | "p-path-def" | "q-reverse"
        | "q-reverse-def" | "sde-reverse" => Q::XPrev,
        "score"
        | "half-diffusion-score"
        | "scaled-score-difference"
        | "score-from-eps-hat"
        | "langevin-step"
        | "langevin-annealed" => Q::Score,
        "guided-score" | "eps-tilde" | "eps-tilde-def" => Q::GuidedScore,
        "scaled-classifier-gradient" => Q::ClassifierGradient,
        "zero-snr-rescale" => Q::SqrtAlphaBar,
        "vlb-weight" | "vlb-weight-def" | "min-snr-def" => Q::VlbWeight,
        "minus-log-p" | "elbo-def" | "bits-per-dim-def" | "rate-def" => Q::Bound,
        "elbo-prior" | "elbo-prior-def" => Q::PriorTerm,
        "elbo-steps" | "elbo-step-def" => Q::DenoiserTerm,
        "elbo-data" | "elbo-data-def" => Q::DecoderTerm,
        _ => return of_schedule(term),
    })
}

/// The quantity that the definition of a kind of schedule is about: the one that it defines.
fn of_schedule(term: &str) -> Option<Quantity> {
    let name = term.strip_prefix("def-").filter(|name| ScheduleKind::NAMES.contains(name))?;
    // A kind without customary parameters is a table of β's.
    let kind = ScheduleKind::default_of(name);
    Some(kind.map_or(Quantity::Beta, |kind| kind.kind().defines().into()))
}

/// The width of a row of terms, in points at `em` points per em.
pub fn row_width(terms: &[String], em: f32) -> f32 {
    let widths = terms.iter().map(|term| Term::find(Set::Tall, term).map_or(0.0, |term| term.size(em).x));
    widths.sum::<f32>() + gap(em) * terms.len().saturating_sub(1) as f32
}

/// Paints terms in a row, each in its quantity's colour; the row's left end is at `origin`, and the middle of its ink
/// at the height of `origin`.
pub fn row(ui: &Ui, theme: Theme, terms: &[String], em: f32, origin: Pos2) {
    let found: Vec<Term> = terms.iter().filter_map(|term| Term::find(Set::Tall, term)).collect();
    let [ascent, descent] = found.iter().fold([0.0_f32; 2], |most, term| {
        let [ascent, descent] = term.ink(em);
        [most[0].max(ascent), most[1].max(descent)]
    });
    let baseline = origin.y + (ascent - descent) / 2.0;
    let mut x = origin.x;
    for name in terms {
        let Some(term) = Term::find(Set::Tall, name) else { continue };
        let color = quantity(name).map_or(theme.weak, |quantity| theme.color(quantity));
        term.paint(ui, pos2(x, baseline), em, color);
        x += term.size(em).x + gap(em);
    }
}

fn gap(em: f32) -> f32 {
    em * 0.35
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_schedule_has_its_definition() {
        for name in ScheduleKind::NAMES {
            let term = format!("def-{name}");
            assert!(Term::find(Set::Tall, &term).is_some(), "{term}: see assets/formulas");
            assert!(quantity(&term).is_some(), "{term}");
        }
        assert_eq!(quantity("def-cosine"), Some(Quantity::AlphaBar));
        assert_eq!(quantity("def-nothing"), None);
    }
}
