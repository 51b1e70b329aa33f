//! The three Gaussians of one pixel: what x_0 says of `x_{t−1}`, what x_t says, and their product.

use egui::{Align2, Rect, Response, Stroke, Ui, pos2, vec2};
use egui_plot::{FilledArea, Line, Plot, PlotPoints, VLine};
use i18n_embed_fl::fl;

use crate::app::chapters::layout::inside;
use crate::app::formula::{sentence, sentence_width};
use crate::app::theme::{caption_font, figures};
use crate::app::view::View;
use crate::app::widgets::{fitted_sentence, plate, styled, x_hints};
use crate::diffusion::Step;
use crate::diffusion::gaussian::{Gaussian, PosteriorGaussians, posterior_gaussians};
use crate::diffusion::noise::{Coefficients, PixelParts};
use crate::quantity::Quantity;

const POINTS: usize = 320;
const TABLE: f32 = 58.0;
/// The distance, in points, from the left edge to the names of the Gaussians.
const NAMES: f32 = 18.0;

/// The pixel whose Gaussians are drawn: the clicked one, or the one in the middle of the picture.
pub fn pixel(view: &View<'_>) -> [usize; 2] {
    let (width, height) = (view.image.width, view.image.height);
    let [x, y] = view.scene.chapters.posterior.pixel.unwrap_or([width / 2, height / 2]);
    [x.min(width - 1), y.min(height - 1)]
}

pub fn show(ui: &mut Ui, view: &mut View<'_>, step: &Step) {
    let theme = view.theme;
    let rect = ui.max_rect();
    let [px, py] = pixel(view);
    let channel = view.scene.chapters.posterior.channel.min(view.image.channels - 1);
    let words = view.words;
    let name = match (view.image.channels, channel) {
        (1, _) => fl!(words, "channel-grey"),
        (_, 0) => fl!(words, "channel-red"),
        (_, 1) => fl!(words, "channel-green"),
        _ => fl!(words, "channel-blue"),
    };
    let title = fl!(words, "posterior-pixel", x = px, y = py, channel = name.as_str());
    let title = view.with_hint(ui, rect.width(), &title, &fl!(words, "posterior-pixel", "hint"));
    fitted_sentence(ui, rect.left_top(), rect.width(), &title, theme.weak);
    ui.add_space(20.0);
    let parts = PixelParts::at(
        view.scene.seed,
        view.scene.noise,
        (py * view.image.width + px) as u32,
        channel as u32,
        &Coefficients::of(step),
        view.image.at(channel, py, px),
    );
    let PosteriorGaussians { from_x0, from_xt, product } =
        posterior_gaussians(step, f64::from(parts.x0), f64::from(parts.xt));
    let rows = [
        (Quantity::X0, fl!(words, "posterior-from-x0"), from_x0),
        (Quantity::Xt, fl!(words, "posterior-from-xt"), from_xt),
        (Quantity::PosteriorMean, fl!(words, "posterior-product"), product),
    ];
    let plot_rect = Rect::from_min_max(ui.cursor().min, pos2(rect.right(), rect.bottom() - TABLE));
    let response = inside(ui, plot_rect, |ui| densities(ui, view, &rows));
    plate(view, &response, ("posterior/gaussians", &title), rect);
    let table = Rect::from_min_max(pos2(rect.left(), rect.bottom() - TABLE + 4.0), rect.max);
    numbers(ui, view, table, &rows);
}

fn densities(ui: &mut Ui, view: &View<'_>, rows: &[(Quantity, String, Gaussian); 3]) -> Response {
    let theme = view.theme;
    let (low, high) = window(rows);
    let peak = rows.iter().map(|row| peak(&row.2)).filter(|p| p.is_finite()).fold(0.0, f64::max).max(1e-9);
    let response = styled(Plot::new("posterior/gaussians"), theme.grid)
        .allow_drag(false)
        .sense(egui::Sense::hover())
        .custom_x_axes(vec![x_hints(theme.weak)])
        .show_axes(egui::Vec2b::new(true, false))
        .show(ui, |plot| {
            plot.set_plot_bounds_x(low..=high);
            plot.set_plot_bounds_y(0.0..=1.08);
            for (quantity, name, gaussian) in rows {
                let color = theme.color(*quantity);
                if gaussian.variance <= 0.0 {
                    plot.vline(VLine::new(name, gaussian.mean).color(color).width(2.5).allow_hover(false));
                    continue;
                }
                let xs: Vec<f64> =
                    (0..=POINTS).map(|i| low + (high - low) * i as f64 / POINTS as f64).collect();
                let ys: Vec<f64> = xs.iter().map(|&x| gaussian.pdf(x) / peak).collect();
                let area = FilledArea::new(name, &xs, &vec![0.0; xs.len()], &ys);
                plot.add(area.fill_color(color.gamma_multiply(0.16)).stroke(Stroke::NONE).allow_hover(false));
                let points: Vec<[f64; 2]> = xs.into_iter().zip(ys).map(|(x, y)| [x, y]).collect();
                plot.line(
                    Line::new(name, PlotPoints::new(points)).color(color).width(2.0).allow_hover(false),
                );
            }
        })
        .response;
    response.widget_info(|| {
        egui::WidgetInfo::labeled(egui::Role::Label, true, fl!(view.words, "posterior-gaussians"))
    });
    response
}

fn peak(gaussian: &Gaussian) -> f64 {
    if gaussian.variance > 0.0 { gaussian.pdf(gaussian.mean) } else { 0.0 }
}

/// The range of the horizontal axis. It contains the product as a whole, and as much of the other two
/// Gaussians as possible without making the product too narrow to read.
fn window(rows: &[(Quantity, String, Gaussian); 3]) -> (f64, f64) {
    let product = &rows[2].2;
    let widest = 40.0 * product.variance.sqrt().max(1e-3);
    let mut low = product.mean;
    let mut high = product.mean;
    for (_, _, gaussian) in rows {
        let reach = 3.5 * gaussian.variance.max(0.0).sqrt();
        low = low.min(gaussian.mean - reach);
        high = high.max(gaussian.mean + reach);
    }
    (low.max(product.mean - widest), high.min(product.mean + widest).max(low + 1e-6))
}

fn numbers(ui: &Ui, view: &View<'_>, rect: Rect, rows: &[(Quantity, String, Gaussian); 3]) {
    let theme = view.theme;
    // The numbers stand in a column to the right of the longest name. If they do not fit, symbols replace the
    // words in them.
    let names = rows.iter().map(|row| sentence_width(ui, &row.1)).fold(48.0, f32::max);
    let left = rect.left() + NAMES + names + 8.0;
    let lines = rows.each_ref().map(|(_, _, gaussian)| {
        let mean = format!("{:>+9.5}", gaussian.mean);
        let deviation = format!("{:>8.5}", gaussian.variance.max(0.0).sqrt());
        let short = format!("μ {mean}  σ {deviation}");
        let long = fl!(view.words, "posterior-numbers", mean = mean, deviation = deviation);
        [long, short].map(|text| text.replace('-', "−"))
    });
    let width = |text: &str| ui.painter().layout_no_wrap(text.to_owned(), figures(11.0), theme.ink).size().x;
    // The text may extend into the margin, as the numbers of axes do.
    let fit = lines.iter().all(|[long, _]| left + width(long) <= rect.right() + 12.0);
    for (i, ((quantity, name, _), [long, short])) in rows.iter().zip(&lines).enumerate() {
        let y = rect.top() + 10.0 + 18.0 * i as f32;
        let color = theme.color(*quantity);
        let swatch = Rect::from_center_size(pos2(rect.left() + 6.0, y), vec2(10.0, 3.0));
        ui.painter().rect_filled(swatch, 1.0, color);
        let at = pos2(rect.left() + NAMES, y);
        sentence(ui, at - vec2(0.0, caption_font().size * 0.6), name, theme.weak);
        let text = if fit { long } else { short };
        ui.painter().text(pos2(left, y), Align2::LEFT_CENTER, text, figures(11.0), color);
    }
}
