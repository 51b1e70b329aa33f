//! The dialog for figures: what is exported, as which kind of file, how large, and how it looks.

use std::path::Path;

use egui::{DragValue, Frame, Id, Modal, RichText, Ui, Vec2};
use i18n_embed_fl::fl;
use serde::{Deserialize, Serialize};

use super::FigureOptions;
use crate::app::command::{Command, Intent};
use crate::app::plots::Plots;
use crate::app::theme::{Theme, title_font};
use crate::app::widgets::{caption, choose, segmented};
use crate::app::words::{Language, Words};

/// The sides of figures, in pixels.
pub const SIDES: std::ops::RangeInclusive<u32> = 320..=8192;
/// The factors by which letters and lines can be larger than in the window.
pub const LETTERINGS: std::ops::RangeInclusive<f32> = 0.5..=4.0;
/// Sizes that the dialog proposes: a picture for a text, slides, a slide on a large screen, a square.
const SIZES: [[u32; 2]; 5] = [[1600, 1000], [1920, 1080], [1280, 720], [3840, 2160], [1200, 1200]];
/// Factors that the dialog offers for lettering, and for the pixels of a plot.
const FACTORS: [[f32; 4]; 2] = [[1.0, 1.25, 1.5, 2.0], [1.0, 2.0, 3.0, 4.0]];

/// The kind of file of a figure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FigureFormat {
    /// Pixels.
    #[default]
    Png,
    /// Paths, which are sharp at any size.
    Svg,
}

impl FigureFormat {
    /// Its file name extensions.
    pub const fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Png => &["png"],
            Self::Svg => &["svg"],
        }
    }

    /// The kind of file that a path names; PNG for names without a known extension.
    pub fn of(path: &Path) -> Self {
        let svg = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("svg"));
        if svg { Self::Svg } else { Self::Png }
    }
}

/// The theme of a figure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FigureTheme {
    /// The theme of the window.
    #[default]
    Window,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// What was chosen for figures; it is remembered.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FigureChoice {
    /// The kind of file.
    pub format: FigureFormat,
    /// The theme.
    pub theme: FigureTheme,
    /// The size of a chapter's figure, `[width, height]` in pixels, each in [`SIDES`].
    pub size: [u32; 2],
    /// The factor by which letters of a chapter's figure are larger than in the window, in [`LETTERINGS`].
    pub lettering: f32,
    /// Pixels of a plot's figure for each point of the window, in [`LETTERINGS`].
    pub scale: f32,
}

impl Default for FigureChoice {
    fn default() -> Self {
        Self {
            format: FigureFormat::Png,
            theme: FigureTheme::Window,
            size: SIZES[0],
            lettering: 1.0,
            scale: 2.0,
        }
    }
}

impl FigureChoice {
    /// Whether all numbers are in their ranges.
    pub fn is_sound(&self) -> bool {
        self.size.iter().all(|side| SIDES.contains(side))
            && [self.lettering, self.scale].iter().all(|factor| LETTERINGS.contains(factor))
    }

    /// The options for a chapter's figure, or, with the size of the canvas in points, for one of its plots.
    pub fn options(&self, dark: bool, language: Language, canvas: Option<Vec2>) -> FigureOptions {
        let dark = match self.theme {
            FigureTheme::Window => dark,
            FigureTheme::Light => false,
            FigureTheme::Dark => true,
        };
        match canvas {
            None => FigureOptions { size: self.size, lettering: self.lettering, dark, language },
            Some(canvas) => {
                let side = |points: f32| (points * self.scale).round().max(1.0) as u32;
                FigureOptions {
                    size: [side(canvas.x), side(canvas.y)],
                    lettering: self.scale,
                    dark,
                    language,
                }
            }
        }
    }
}

/// A command about figures.
#[derive(Clone, Debug, PartialEq)]
pub enum Order {
    /// Open the dialog, for this plot or, with `None`, for the chapter.
    Ask(Option<String>),
    /// Take this choice.
    Choose(FigureChoice),
    /// Ask where to save the chapter or the plot as it has been chosen.
    Save(Option<String>),
    /// Copy the chapter or the plot to the clipboard.
    Copy(Option<String>),
}

/// The dialog, open or closed.
#[derive(Default)]
pub struct FigureDialog {
    open: bool,
    /// The plot that is exported; the chapter if `None`.
    plot: Option<String>,
}

impl FigureDialog {
    /// Opens the dialog.
    pub fn ask(&mut self, plot: Option<String>) {
        (self.open, self.plot) = (true, plot);
    }

    /// Whether the dialog is open.
    pub fn is_open(&self) -> bool {
        self.open
    }

    /// Draws the dialog if it is open.
    pub fn show(
        &mut self,
        ctx: &egui::Context,
        words: &Words,
        choice: FigureChoice,
        plots: &Plots,
        intents: &mut Vec<Intent>,
    ) {
        if !self.open {
            return;
        }
        // The plot may be gone, as when the chapter has changed.
        self.plot.take_if(|plot| plots.find(plot).is_none());
        let mut chosen = choice;
        let frame = Frame::popup(&ctx.global_style()).inner_margin(16.0);
        let modal = Modal::new(Id::unique("figure")).frame(frame).show(ctx, |ui| {
            ui.set_width(380.0);
            ui.spacing_mut().item_spacing.y = 6.0;
            let ink = Theme::of(ui.ctx()).ink;
            ui.label(RichText::new(fl!(words, "dialog-export-figure")).font(title_font()).color(ink));
            self.subject(ui, words, plots);
            look(ui, words, &mut chosen);
            if let Some(plot) = self.plot.as_ref().and_then(|plot| plots.find(plot)) {
                factor(ui, &fl!(words, "figure-scale"), &mut chosen.scale, FACTORS[1]);
                let [width, height] = [plot.rect.width(), plot.rect.height()];
                let pixels = [width, height].map(|side| (side * chosen.scale).round().to_string());
                let [width, height] = &pixels;
                caption(ui, fl!(words, "figure-pixels", width = width, height = height));
            } else {
                size(ui, words, &mut chosen.size);
                factor(ui, &fl!(words, "figure-lettering"), &mut chosen.lettering, FACTORS[0]);
            }
            ui.add_space(6.0);
            self.buttons(ui, words, intents)
        });
        if chosen != choice {
            // It comes before what the buttons ask for.
            intents.insert(0, Intent::Do(Command::Figure(Order::Choose(chosen))));
        }
        if modal.inner || modal.should_close() {
            self.open = false;
        }
    }

    /// The choice between the chapter and its plots.
    fn subject(&mut self, ui: &mut Ui, words: &Words, plots: &Plots) {
        let whole = fl!(words, "figure-chapter");
        let mut choices = vec![(None, whole.as_str())];
        choices.extend(plots.list().iter().map(|plot| (Some(plot.id.as_str()), plot.title.as_str())));
        let name = fl!(words, "figure-content");
        caption(ui, &name);
        let width = ui.available_width();
        if let Some(plot) = choose(ui, &name, width, self.plot.as_deref(), &choices) {
            let plot = plot.map(str::to_owned);
            self.plot = plot;
        }
    }

    /// The buttons; returns whether the dialog is done.
    fn buttons(&self, ui: &mut Ui, words: &Words, intents: &mut Vec<Intent>) -> bool {
        ui.horizontal_wrapped(|ui| {
            let save = ui.button(fl!(words, "figure-save"));
            let copy = ui.button(fl!(words, "figure-copy"));
            let cancel = ui.button(fl!(words, "figure-cancel"));
            if ui.memory(|memory| memory.focused().is_none()) {
                save.request_focus();
            }
            for (button, order) in [(&save, Order::Save as fn(_) -> _), (&copy, Order::Copy)] {
                if button.clicked() {
                    intents.push(Intent::Do(Command::Figure(order(self.plot.clone()))));
                }
            }
            save.clicked() || copy.clicked() || cancel.clicked()
        })
        .inner
    }
}

/// The choices of the kind of file and of the theme.
fn look(ui: &mut Ui, words: &Words, choice: &mut FigureChoice) {
    let name = fl!(words, "figure-format");
    caption(ui, &name);
    let formats = [
        (FigureFormat::Png, "PNG".to_owned(), fl!(words, "figure-png")),
        (FigureFormat::Svg, "SVG".to_owned(), fl!(words, "figure-svg")),
    ];
    choice.format = segmented(ui, &name, choice.format, &formats).unwrap_or(choice.format);
    let name = fl!(words, "figure-theme");
    caption(ui, &name);
    let themes = [
        (FigureTheme::Window, fl!(words, "figure-theme-window"), ""),
        (FigureTheme::Light, fl!(words, "figure-theme-light"), ""),
        (FigureTheme::Dark, fl!(words, "figure-theme-dark"), ""),
    ];
    choice.theme = segmented(ui, &name, choice.theme, &themes).unwrap_or(choice.theme);
}

/// The choice of a size, in pixels: one of those proposed, or any other.
fn size(ui: &mut Ui, words: &Words, size: &mut [u32; 2]) {
    let name = fl!(words, "figure-size");
    caption(ui, &name);
    ui.horizontal(|ui| {
        let side = |value| DragValue::new(value).range(SIDES).speed(8.0).update_while_editing(false);
        let [width, height] = size;
        for (value, name) in [(width, fl!(words, "figure-width")), (height, fl!(words, "figure-height"))] {
            let response = ui.add(side(value)).on_hover_text(&name);
            response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::SpinButton, true, &name));
        }
        let label = |[width, height]: [u32; 2]| format!("{width} × {height}");
        let sizes: Vec<_> = SIZES.map(|size| (size, label(size))).into();
        let usual = fl!(words, "figure-sizes");
        let width = ui.available_width();
        if let Some(chosen) = choose(ui, &usual, width, *size, &sizes) {
            *size = chosen;
        }
    });
}

/// The choice of a factor.
fn factor(ui: &mut Ui, name: &str, value: &mut f32, factors: [f32; 4]) {
    caption(ui, name);
    let options = factors.map(|factor| (factor, format!("{factor}×"), ""));
    *value = segmented(ui, name, *value, &options).unwrap_or(*value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plot_has_the_pixels_of_its_canvas() {
        let choice = FigureChoice { scale: 3.0, theme: FigureTheme::Light, ..FigureChoice::default() };
        let plot = choice.options(true, Language::Korean, Some(egui::vec2(100.0, 50.4)));
        assert_eq!((plot.size, plot.lettering, plot.dark), ([300, 151], 3.0, false));
        let chapter = choice.options(true, Language::Korean, None);
        assert_eq!((chapter.size, chapter.lettering), ([1600, 1000], 1.0));
        assert!(choice.is_sound());
        for wrong in
            [FigureChoice { size: [0, 720], ..choice }, FigureChoice { lettering: f32::NAN, ..choice }]
        {
            assert!(!wrong.is_sound());
        }
    }

    #[test]
    fn names_tell_the_kind_of_file() {
        for (name, format) in
            [("a.svg", FigureFormat::Svg), ("a.SVG", FigureFormat::Svg), ("svg", FigureFormat::Png)]
        {
            assert_eq!(FigureFormat::of(Path::new(name)), format);
        }
    }
}
