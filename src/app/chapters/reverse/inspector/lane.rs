//! The controls of a lane of a run: its sampler, its number of steps and the sampler's options.

use egui::{DragValue, Role, Slider, Ui, WidgetInfo};
use i18n_embed_fl::fl;

use crate::app::chapters::reverse::words::sampler_short_label;
use crate::app::widgets::{COMBO, choose_term, number_width, room_beside_combo, segmented, side_by_side};
use crate::app::words::Words;
use crate::diffusion::sampler::{Ddim, Ddpm, SamplerKind, VarianceType};
use crate::scene::LaneOptions;

/// Shows the controls of a rival's lane, counted from 1; with `None`, those of the run itself.
pub fn show(ui: &mut Ui, words: &Words, rival: Option<usize>, lane: &mut LaneOptions) {
    // In the messages, rival 0 is the run's own lane.
    let rival = rival.unwrap_or(0);
    sampler(ui, words, rival, lane);
    match &mut lane.sampler {
        SamplerKind::Ddim(Ddim { eta, .. }) => {
            ui.horizontal(|ui| {
                ui.spacing_mut().slider_width = ui.available_width() - 76.0;
                let slider = Slider::new(eta, 0.0..=1.0).max_decimals(2).prefix("η ");
                let response = ui.add(slider).on_hover_text(fl!(words, "reverse-lane-eta", "about"));
                let name = fl!(words, "reverse-lane-eta", rival = rival);
                response.widget_info(|| WidgetInfo::labeled(Role::Slider, true, &name));
            });
        }
        SamplerKind::Ddpm(Ddpm { variance_type }) => {
            let variances = [
                (VarianceType::FixedSmall, "σ² = β̃", fl!(words, "reverse-lane-variance", "small")),
                (VarianceType::FixedLarge, "σ² = β", fl!(words, "reverse-lane-variance", "large")),
            ];
            let name = fl!(words, "reverse-lane-variance", rival = rival);
            if let Some(kind) = segmented(ui, &name, *variance_type, &variances) {
                *variance_type = kind;
            }
        }
        _ => {}
    }
}

/// The choice of the sampler and of the number of steps.
fn sampler(ui: &mut Ui, words: &Words, rival: usize, lane: &mut LaneOptions) {
    let choices: Vec<(&str, String)> = SamplerKind::names()
        .filter_map(|name| Some((name, sampler_short_label(words, SamplerKind::default_of(name)?))))
        .collect();
    let unit = format!(" {}", fl!(words, "reverse-lane-steps", "unit", steps = lane.steps));
    let steps = number_width(ui, &format!("{}{unit}", lane.steps));
    let steps = room_beside_combo(ui, &sampler_short_label(words, lane.sampler), 94.0, steps);
    side_by_side(ui, COMBO, steps, |ui, width| {
        let name = fl!(words, "reverse-lane-sampler", rival = rival);
        let chosen = choose_term(ui, (words, "sampler"), (&name, width), lane.sampler.name(), &choices);
        if let Some(kind) = chosen.and_then(SamplerKind::default_of) {
            lane.sampler = kind;
        }
        let drag = DragValue::new(&mut lane.steps).range(1..=1000).speed(0.2).suffix(unit);
        let name = fl!(words, "reverse-lane-steps", rival = rival);
        ui.add(drag).widget_info(|| WidgetInfo::labeled(Role::SpinButton, true, &name));
    });
}
