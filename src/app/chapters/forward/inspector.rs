//! How far the noised picture is from noise alone.

use egui::Ui;

use crate::app::pictures::Slot;
use crate::app::view::View;
use crate::app::widgets::{number, section};
use crate::gpu::Field;

/// Shows the measurements.
pub fn measurements(ui: &mut Ui, view: &mut View<'_>) {
    section(ui, "xₜ: distance from N(0, 1)");
    let statistics = view.pictures.statistics(ui.ctx(), Slot::MAIN, Field::Xt);
    let rows: [(&str, &str, Option<f64>); 4] = [
        ("mean", "Mean of all pixels and channels", statistics.as_ref().map(|s| s.pooled.mean())),
        ("variance", "Variance of all pixels and channels", statistics.as_ref().map(|s| s.pooled.variance())),
        (
            "KL",
            "Kullback–Leibler divergence in nats of the Gaussian with this mean and variance from N(0, 1)",
            statistics.as_ref().map(|s| s.pooled.kl_from_standard_normal()),
        ),
        (
            "KS",
            "Kolmogorov–Smirnov: the largest distance between the pixels' distribution and that of N(0, 1)",
            statistics.as_ref().map(|s| s.pooled.ks_from_standard_normal()),
        ),
    ];
    for (name, hint, value) in rows {
        let text = value.map_or_else(|| "…".to_owned(), number);
        ui.horizontal(|ui| {
            ui.label(egui::RichText::new(name).color(view.theme.weak)).on_hover_text(hint);
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                ui.label(egui::RichText::new(text.trim()).font(crate::app::theme::figures(12.0)));
            });
        });
    }
}
