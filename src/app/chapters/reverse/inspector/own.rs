//! Training a network on the picture: the special case of chapter Training that lets a network predict here as Own.

use egui::{DragValue, ProgressBar, Role, Ui, WidgetInfo};
use i18n_embed_fl::fl;

use crate::app::chapters::reverse::ReverseView;
use crate::app::chapters::reverse::commands::ReverseCommand;
use crate::app::widgets::{caption, section};
use crate::app::workshop::Training;
use crate::scene::ReverseOptions;

pub fn show(ui: &mut Ui, view: &mut ReverseView<'_, '_>, options: &mut ReverseOptions) {
    let words = view.words;
    section(ui, &fl!(words, "reverse-own"));
    let workshop = view.room.workshop.clone();
    let shared = workshop.lock();
    let training = shared.training().filter(|training| training.is_of_picture());
    let open = training.is_some_and(Training::is_open);
    ui.horizontal_wrapped(|ui| {
        let (label, about, command) = if open {
            let label = fl!(words, "reverse-training-stop");
            (label, fl!(words, "reverse-training-stop", "about"), ReverseCommand::StopTraining)
        } else {
            (fl!(words, "reverse-train"), fl!(words, "reverse-train", "about"), ReverseCommand::Train)
        };
        if ui.button(label).on_hover_text(about).clicked() {
            view.order(command.order());
        }
        if !open {
            let drag = DragValue::new(&mut options.own_iterations).range(1..=100_000).speed(5.0);
            let drag = ui.add(drag).on_hover_text(fl!(words, "reverse-iterations", "about"));
            drag.widget_info(|| {
                WidgetInfo::labeled(Role::SpinButton, true, fl!(words, "reverse-iterations"))
            });
        }
    });
    let line = match (training, shared.own()) {
        (Some(training), _) if open => {
            let (done, total) = (training.iteration(), training.total);
            ui.add(ProgressBar::new(done as f32 / total.max(1) as f32).desired_height(6.0));
            match training.left().map(|left| left.as_secs()) {
                Some(left) => {
                    fl!(words, "reverse-training-left", done = done, total = total, seconds = left)
                }
                None => fl!(words, "reverse-training", done = done, total = total),
            }
        }
        (_, Some(own)) => {
            let [channels, height, width] = own.shape;
            fl!(words, "reverse-trained", shape = format!("{channels}×{height}×{width}"))
        }
        _ => fl!(words, "reverse-not-trained"),
    };
    caption(ui, line);
}
