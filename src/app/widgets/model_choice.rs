//! A row that chooses a network: a box with those that are known, and a button that opens another.

use egui::Ui;

use super::{COMBO, button_width, combo, side_by_side};
use crate::app::words::{Words, model_label};
use crate::model::ModelRef;

/// The least width of the button, in points.
const BUTTON: f32 = 76.0;

/// What somebody did in the row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ModelChoice {
    /// Chose another network.
    Take(ModelRef),
    /// Asked for one that is not in the list.
    Open,
}

/// The words of the row.
pub struct ModelRow<'a> {
    /// The name of the box.
    pub name: &'a str,
    /// The button's label, and what it does.
    pub open: [&'a str; 2],
}

impl ModelRow<'_> {
    /// Shows the row, with a network that is chosen among those that are known.
    pub fn show(
        &self,
        ui: &mut Ui,
        words: &Words,
        chosen: &ModelRef,
        known: impl IntoIterator<Item = ModelRef>,
    ) -> Option<ModelChoice> {
        let [label, about] = self.open;
        let mut choice = None;
        let button = button_width(ui, label).max(BUTTON);
        side_by_side(ui, COMBO, button, |ui, width| {
            let title = model_label(words, chosen);
            combo(ui, self.name, width, (title.clone(), &title), |ui| {
                let mut known: Vec<ModelRef> = known.into_iter().collect();
                if !known.contains(chosen) {
                    known.push(chosen.clone());
                }
                for model in known {
                    let own = model == *chosen;
                    if ui.selectable_label(own, model_label(words, &model)).clicked() && !own {
                        choice = Some(ModelChoice::Take(model));
                    }
                }
            });
            if ui.button(label).on_hover_text(about).clicked() {
                choice = Some(ModelChoice::Open);
            }
        });
        choice
    }
}
