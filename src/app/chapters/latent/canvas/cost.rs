//! What a call of a network costs in pixels, and in the latent.

use egui::{Align2, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};
use i18n_embed_fl::fl;

use super::super::LatentView;
use super::super::state::Encoded;
use crate::app::theme::{caption_font, figures};
use crate::app::widgets::{captioned, fitted_line, plate};
use crate::quantity::Quantity;

/// Height of a bar, and the space between two groups, in points.
const BAR: f32 = 15.0;
const BETWEEN: f32 = 10.0;

pub fn show(ui: &mut Ui, view: &mut LatentView<'_, '_>, rect: Rect, found: &Encoded) {
    let (theme, words) = (view.theme, view.words);
    let title = fl!(words, "latent-cost");
    let inks = [Quantity::X0, Quantity::Latent].map(|quantity| theme.color(quantity));
    let below = captioned(ui, rect, &title, &[]);
    let response = ui.interact(below, ui.scope_id().with("latent-cost"), Sense::hover());
    let cost = view.room.cost();
    let count = |shape: [usize; 3]| shape.iter().product::<usize>() as f64;
    let numbers = [count(found.value.shape), count(found.value.latent_shape)];
    let mut groups = vec![(fl!(words, "latent-cost-numbers"), numbers, numbers.map(|n| format!("{n:.0}")))];
    if let Some(cost) = cost {
        let operations = cost.operations.map(|n| n as f64 / 1e9);
        groups.push((
            fl!(words, "latent-cost-operations"),
            operations,
            operations.map(|n| format!("{n:.2}")),
        ));
        if let Some(times) = cost.milliseconds {
            groups.push((fl!(words, "latent-cost-time"), times, times.map(|ms| format!("{ms:.1} ms"))));
        }
    }
    let said: Vec<String> = groups.iter().map(|(name, _, [a, b])| format!("{name}: {a}, {b}")).collect();
    let name = format!("{title}. {}", said.join("; "));
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &name));
    plate(view.shared, &response, ("latent/cost", &title), rect);
    let height = groups.len() as f32 * (2.0 * BAR + BETWEEN) - BETWEEN;
    let scale = (below.height() / height.max(1.0)).min(3.4);
    let mut top = below.top();
    for (name, values, texts) in groups {
        let label =
            Rect::from_min_size(pos2(below.left(), top), vec2(below.width() * 0.27, 2.0 * BAR * scale));
        fitted_line(ui, label, Align2::LEFT_CENTER, &name, caption_font(), theme.weak);
        let room = below.with_min_x(label.right() + 8.0).width() - 74.0;
        for (i, (value, text)) in values.into_iter().zip(texts).enumerate() {
            let share = (value / values[0].max(values[1]).max(f64::MIN_POSITIVE)) as f32;
            let at = pos2(label.right() + 8.0, top + i as f32 * BAR * scale);
            let bar = Rect::from_min_size(at, vec2((room * share).max(1.5), BAR * scale - 2.0));
            ui.painter().rect_filled(bar, 1.0, inks[i]);
            let beside = pos2(bar.right() + 5.0, bar.center().y);
            ui.painter().text(beside, Align2::LEFT_CENTER, text, figures(11.5), theme.ink);
        }
        top += (2.0 * BAR + BETWEEN) * scale;
    }
}
