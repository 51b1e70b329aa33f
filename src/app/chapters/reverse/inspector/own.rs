//! Training a network on the picture.

use egui::{DragValue, ProgressBar, Role, Ui, WidgetInfo};
use egui_plot::{Line, Plot, PlotPoints};
use i18n_embed_fl::fl;

use crate::app::chapters::reverse::ReverseView;
use crate::app::chapters::reverse::commands::ReverseCommand;
use crate::app::chapters::reverse::state::Training;
use crate::app::widgets::{caption, section, styled, x_hints, y_hints};
use crate::quantity::Quantity;
use crate::scene::ReverseOptions;

pub fn show(ui: &mut Ui, view: &mut ReverseView<'_, '_>, options: &mut ReverseOptions) {
    let words = view.words;
    section(ui, &fl!(words, "reverse-own"));
    let open = view.room.training().is_some_and(Training::is_open);
    ui.horizontal_wrapped(|ui| {
        if open {
            if ui.button(fl!(words, "reverse-training-stop")).clicked() {
                view.order(ReverseCommand::Stop.order());
            }
        } else {
            let train = ui.button(fl!(words, "reverse-train"));
            if train.on_hover_text(fl!(words, "reverse-train", "about")).clicked() {
                view.order(ReverseCommand::Train.order());
            }
        }
        let drag = DragValue::new(&mut options.own_iterations).range(1..=100_000).speed(5.0);
        let drag = ui.add_enabled(!open, drag).on_hover_text(fl!(words, "reverse-iterations", "about"));
        drag.widget_info(|| WidgetInfo::labeled(Role::SpinButton, true, fl!(words, "reverse-iterations")));
    });
    let line = match (view.room.training(), view.room.own()) {
        (Some(training), _) if training.is_open() => {
            let share = training.iteration() as f32 / training.total as f32;
            ui.add(ProgressBar::new(share).desired_height(6.0));
            let (done, total) = (training.iteration(), training.total);
            match training.left().map(|left| left.as_secs()) {
                Some(left) => {
                    fl!(words, "reverse-training-left", done = done, total = total, seconds = left)
                }
                None => fl!(words, "reverse-training", done = done, total = total),
            }
        }
        (_, Some([channels, height, width])) => {
            fl!(words, "reverse-trained", shape = format!("{channels}×{height}×{width}"))
        }
        _ => fl!(words, "reverse-not-trained"),
    };
    caption(ui, line);
    if let Some(training) = view.room.training().filter(|training| training.curve().len() > 1) {
        loss_curve(ui, view, training);
    }
}

fn loss_curve(ui: &mut Ui, view: &ReverseView<'_, '_>, training: &Training) {
    let words = view.words;
    let color = view.theme.color(Quantity::EpsHat);
    let loss = format!("{:.4}", training.loss());
    let name = fl!(words, "reverse-loss", "name", loss = loss.as_str());
    let points: Vec<[f64; 2]> = training.curve().iter().map(|[x, loss]| [*x, loss.log10()]).collect();
    let plot = styled(Plot::new("own/loss"), view.theme.grid)
        .height(84.0)
        .sense(egui::Sense::hover())
        .allow_drag(false)
        .custom_x_axes(vec![x_hints(view.theme.weak)])
        .custom_y_axes(vec![y_hints(view.theme.weak)]);
    caption(ui, fl!(words, "reverse-loss", loss = loss));
    let response = plot.show(ui, |plot| {
        plot.line(Line::new("loss", PlotPoints::new(points)).color(color).width(1.5).allow_hover(false));
    });
    response.response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &name));
}
