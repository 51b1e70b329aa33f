//! The formula that defines the active schedule, and the quantities that follow from it.

use crate::app::chapters::{Formula, Pixel};
use crate::app::formula::{Part, operator, part, space};
use crate::app::view::View;
use crate::app::widgets::number;
use crate::quantity::Quantity;

/// The formula.
pub fn formula(view: &View<'_>) -> Formula {
    Formula { parts: parts(view), footnote: String::new(), pixel: Pixel::Never }
}

/// The definition of the active schedule, and the quantities that follow from it.
fn parts(view: &View<'_>) -> Vec<Part> {
    let step = view.active_step();
    let kind = &view.scene.schedule(view.scene.active).kind;
    let quantity = Quantity::from(kind.kind().defines());
    let value = |quantity| {
        let value = match quantity {
            Quantity::Beta => step.beta,
            Quantity::LogSnr => step.log_snr(),
            Quantity::Snr => step.snr(),
            _ => step.alpha_bar,
        };
        vec![number(value).trim().to_owned()]
    };
    let mut parts = vec![part(format!("def-{}", kind.name()), quantity, value(quantity)), space()];
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
