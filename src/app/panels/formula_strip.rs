//! The chapter's formula, typeset, each term in its quantity's colour with its numbers under it.

use egui::{Align2, Color32, Rect, Ui, pos2};

use super::{formula_distributions, formula_reverse};
use crate::app::chapters::{Chain, posterior_step};
use crate::app::formula::{Set, Term};
use crate::app::theme::{caption_font, figures};
use crate::app::view::View;
use crate::app::widgets::{fixed, number};
use crate::diffusion::noise::{Coefficients, PixelParts};
use crate::diffusion::{ScheduleKind, Step};
use crate::quantity::Quantity;
use crate::scene::Chapter;

/// Height of the strip.
pub const HEIGHT: f32 = 116.0;
/// Size of the formula.
const EM: f32 = 22.0;
const LINE: f32 = 15.0;
/// Space between the formula and the numbers under it.
const NUMBERS: f32 = 8.0;

/// One term or operator with the numbers under it.
pub(super) struct Part {
    pub(super) term: &'static str,
    pub(super) quantity: Option<Quantity>,
    pub(super) lines: Vec<String>,
    /// Whether it stands back, in slow motion.
    pub(super) dimmed: bool,
}

pub(super) fn part(term: &'static str, quantity: Quantity, lines: Vec<String>) -> Part {
    Part { term, quantity: Some(quantity), lines, dimmed: false }
}

pub(super) fn operator(term: &'static str) -> Part {
    Part { term, quantity: None, lines: Vec::new(), dimmed: false }
}

/// Room between formulas that stand side by side.
pub(super) fn space() -> Part {
    operator("")
}

/// Draws the strip into `rect`.
pub fn show(ui: &mut Ui, view: &View<'_>, rect: Rect) {
    let pixel = probed(view);
    let parts = match view.scene.chapter {
        Chapter::Forward => forward(view, pixel.as_deref()),
        Chapter::Schedules => schedules(view),
        Chapter::Ledger => ledger(view, pixel.as_deref()),
        Chapter::Posterior => posterior(view, pixel.as_deref()),
        Chapter::Reverse => formula_reverse::parts(view),
        Chapter::Distributions => formula_distributions::parts(view),
    };
    let em = fitting_em(&parts, rect.width() - 180.0);
    let width = total_width(&parts, em);
    let mut x = rect.center().x - width / 2.0;
    let [ascent, descent] = extent(&parts, em);
    let lines = parts.iter().map(|part| part.lines.len()).max().unwrap_or(0);
    // Formula and numbers together stand in the middle; the place of the numbers does not depend
    // on what they are.
    let height = ascent + descent + NUMBERS + LINE * lines.max(1) as f32;
    let baseline = rect.top() + (rect.height() - height) / 2.0 + ascent;
    for part in &parts {
        x += paint(ui, view, part, pos2(x, baseline), em, baseline + descent + NUMBERS) + gap(em);
    }
    let probed = match view.scene.chapter {
        Chapter::Reverse => view.probe.pixel(view.run_size()),
        _ => view.probed().filter(|_| pixel.is_some()),
    };
    footnote(ui, view, rect, probed);
}

fn gap(em: f32) -> f32 {
    em * 0.6
}

/// The largest extent of ink above and below the baseline.
fn extent(parts: &[Part], em: f32) -> [f32; 2] {
    parts.iter().filter_map(|part| Term::find(Set::Tall, part.term)).fold([0.0_f32; 2], |most, term| {
        let [ascent, descent] = term.ink(em);
        [most[0].max(ascent), most[1].max(descent)]
    })
}

fn column_width(part: &Part, em: f32) -> f32 {
    let term = Term::find(Set::Tall, part.term).map_or(em, |term| term.size(em).x);
    let longest = part.lines.iter().map(|line| line.chars().count()).max().unwrap_or(0);
    // Digits of the monospaced font at 12 pt are 7.2 pt wide.
    term.max(longest as f32 * 7.2)
}

fn total_width(parts: &[Part], em: f32) -> f32 {
    parts.iter().map(|p| column_width(p, em)).sum::<f32>() + gap(em) * (parts.len() as f32 - 1.0)
}

fn fitting_em(parts: &[Part], room: f32) -> f32 {
    let mut em = EM;
    while em > 13.0 && total_width(parts, em) > room {
        em -= 1.0;
    }
    em
}

fn paint(ui: &Ui, view: &View<'_>, part: &Part, origin: egui::Pos2, em: f32, numbers: f32) -> f32 {
    let width = column_width(part, em);
    let color = part.quantity.map_or(view.theme.weak, |quantity| view.theme.color(quantity));
    let color = if part.dimmed { color.gamma_multiply(0.3) } else { color };
    if let Some(term) = Term::find(Set::Tall, part.term) {
        let left = origin.x + (width - term.size(em).x) / 2.0;
        term.paint(ui, pos2(left, origin.y), em, color);
    }
    let channels = part.lines.len();
    for (i, line) in part.lines.iter().enumerate() {
        let ink: Color32 = if channels == 3 { view.theme.channel(i, 3) } else { color };
        let at = pos2(origin.x + width / 2.0, numbers + LINE * i as f32);
        ui.painter().text(at, Align2::CENTER_TOP, line, figures(12.0), ink);
    }
    width
}

fn footnote(ui: &Ui, view: &View<'_>, rect: Rect, probed: Option<[usize; 2]>) {
    let text = match probed {
        Some([x, y]) => format!("pixel ({x}, {y})"),
        None if matches!(view.scene.chapter, Chapter::Schedules | Chapter::Distributions) => String::new(),
        None => "hover a picture for its numbers".to_owned(),
    };
    let at = pos2(rect.right() - 16.0, rect.bottom() - 8.0);
    ui.painter().text(at, Align2::RIGHT_BOTTOM, text, caption_font(), view.theme.weak);
    let left = match view.scene.chapter {
        Chapter::Ledger => Chain::of(view).describe(),
        Chapter::Reverse => formula_reverse::footnote(view),
        Chapter::Distributions => formula_distributions::footnote(view),
        _ => String::new(),
    };
    let at = pos2(rect.left() + 16.0, rect.bottom() - 8.0);
    ui.painter().text(at, Align2::LEFT_BOTTOM, left, caption_font(), view.theme.weak);
}

/// The transition whose numbers the chapter's pictures show.
fn step(view: &View<'_>) -> Step {
    match view.scene.chapter {
        Chapter::Ledger => Chain::of(view).step(),
        Chapter::Posterior => posterior_step(view),
        Chapter::Forward | Chapter::Schedules | Chapter::Reverse | Chapter::Distributions => {
            view.active_step()
        }
    }
}

/// The parts of the pixel under the pointer, one per channel.
fn probed(view: &View<'_>) -> Option<Vec<PixelParts>> {
    let [x, y] = view.probed()?;
    if matches!(view.scene.chapter, Chapter::Schedules | Chapter::Reverse | Chapter::Distributions) {
        return None;
    }
    let image = view.image;
    let coefficients = Coefficients::of(&step(view));
    let pixel = (y * image.width + x) as u32;
    let parts = (0..image.channels).map(|channel| {
        let x0 = image.at(channel, y, x);
        PixelParts::at(view.scene.seed, view.scene.noise, pixel, channel as u32, &coefficients, x0)
    });
    Some(parts.collect())
}

fn lines(pixel: &[PixelParts], line: impl Fn(&PixelParts) -> String) -> Vec<String> {
    pixel.iter().map(line).collect()
}

fn forward(view: &View<'_>, pixel: Option<&[PixelParts]>) -> Vec<Part> {
    let step = view.active_step();
    let (a, b) = (step.sqrt_alpha_bar(), step.sqrt_one_minus_alpha_bar());
    let (xt, x0, eps) = match pixel {
        Some(pixel) => (
            lines(pixel, |p| fixed(p.xt, 3)),
            lines(pixel, |p| format!("{a:.4} × {}", fixed(p.x0, 3))),
            lines(pixel, |p| format!("{b:.4} × {}", fixed(p.eps, 3))),
        ),
        None => (vec![], vec![format!("{a:.4} × x₀")], vec![format!("{b:.4} × ε")]),
    };
    vec![
        part("xt", Quantity::Xt, xt),
        operator("equals"),
        part("sqrt-alpha-bar-x0", Quantity::X0, x0),
        operator("plus"),
        part("sqrt-one-minus-alpha-bar-eps", Quantity::Epsilon, eps),
    ]
}

/// The definition of the active schedule, and what follows from it.
fn schedules(view: &View<'_>) -> Vec<Part> {
    let step = view.active_step();
    let (definition, quantity) = match view.scene.schedule(view.scene.active).kind {
        ScheduleKind::Linear { .. } => ("def-linear", Quantity::Beta),
        ScheduleKind::ScaledLinear { .. } => ("def-scaled-linear", Quantity::Beta),
        ScheduleKind::Cosine { .. } => ("def-cosine", Quantity::AlphaBar),
        ScheduleKind::Sigmoid { .. } => ("def-sigmoid", Quantity::Beta),
        ScheduleKind::LogSnr { .. } => ("def-logsnr", Quantity::LogSnr),
        ScheduleKind::Constant { .. } => ("def-constant", Quantity::Beta),
        ScheduleKind::Drawn(_) => ("def-drawn", Quantity::AlphaBar),
        ScheduleKind::Trained { .. } => ("def-trained", Quantity::Beta),
    };
    let value = |quantity| {
        let value = match quantity {
            Quantity::Beta => step.beta,
            Quantity::LogSnr => step.log_snr(),
            Quantity::Snr => step.snr(),
            _ => step.alpha_bar,
        };
        vec![number(value).trim().to_owned()]
    };
    let mut parts = vec![part(definition, quantity, value(quantity)), space()];
    parts.push(match quantity {
        Quantity::Beta => part("alpha-bar-product", Quantity::AlphaBar, value(Quantity::AlphaBar)),
        Quantity::LogSnr => part("alpha-bar", Quantity::AlphaBar, value(Quantity::AlphaBar)),
        _ => part("beta", Quantity::Beta, value(Quantity::Beta)),
    });
    parts.extend([
        space(),
        part("snr", Quantity::Snr, value(Quantity::Snr)),
        operator("equals"),
        part("snr-fraction", Quantity::Snr, vec![]),
    ]);
    parts
}

fn ledger(view: &View<'_>, pixel: Option<&[PixelParts]>) -> Vec<Part> {
    if let Some(pixel) = pixel {
        return vec![
            part("xt", Quantity::Xt, lines(pixel, |p| fixed(p.xt, 4))),
            operator("equals"),
            part("sqrt-alpha-bar-x0", Quantity::Signal, lines(pixel, |p| fixed(p.signal, 4))),
            operator("plus"),
            part("inherited-eps", Quantity::Inherited, lines(pixel, |p| fixed(p.inherited, 4))),
            operator("plus"),
            part("new-eps", Quantity::New, lines(pixel, |p| fixed(p.new, 4))),
        ];
    }
    let step = step(view);
    let value = |v: f64| vec![number(v).trim().to_owned()];
    vec![
        part("one-minus-alpha-bar", Quantity::NoiseVariance, value(step.noise_variance())),
        operator("equals"),
        part("inherited-variance", Quantity::Inherited, value(step.inherited_variance())),
        operator("plus"),
        part("new-variance", Quantity::New, value(step.new_variance())),
    ]
}

fn posterior(view: &View<'_>, pixel: Option<&[PixelParts]>) -> Vec<Part> {
    let step = step(view);
    let (from_x0, from_xt) = (step.alpha_bar_prev.sqrt(), 1.0 / step.alpha.sqrt());
    let (l, k) = (step.convex_x0(), step.convex_xt());
    let (mean, x0, xt) = match pixel {
        Some(pixel) => (
            lines(pixel, |p| fixed(p.posterior_mean, 4)),
            lines(pixel, |p| format!("{l:.4} × {}", fixed((from_x0 * f64::from(p.x0)) as f32, 4))),
            lines(pixel, |p| format!("{k:.4} × {}", fixed((from_xt * f64::from(p.xt)) as f32, 4))),
        ),
        None => {
            (vec![], vec![format!("{l:.5} × {from_x0:.4} x₀")], vec![format!("{k:.5} × {from_xt:.4} xₜ")])
        }
    };
    vec![
        part("mu-tilde", Quantity::PosteriorMean, mean),
        operator("equals"),
        part("lambda-sqrt-alpha-bar-prev-x0", Quantity::X0, x0),
        operator("plus"),
        part("one-minus-lambda-xt-over-sqrt-alpha", Quantity::Xt, xt),
    ]
}
