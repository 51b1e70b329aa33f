//! Colours, type and spacing of the window, dark and light.

use egui::style::{TextCursorStyle, WidgetVisuals, Widgets};
use egui::{
    Color32, CornerRadius, FontFamily, FontId, Margin, Shadow, Stroke, Style, TextStyle, Visuals, vec2,
};

use super::fonts::{self, SEMIBOLD};
use super::highlight::Lit;
use crate::quantity::Quantity;

/// The 4-pt grid that all spacing sits on.
pub const GRID: f32 = 4.0;

/// The opacity of pictures that are dimmed while something else is explained, and that of lines and letters, which must
/// still be legible.
pub const DIMMED: f32 = 0.25;
const DIMMED_INK: f32 = 0.42;

/// The colours of one theme.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Theme {
    /// Whether the background is dark.
    pub dark: bool,
    /// Background of pictures and plots.
    pub canvas: Color32,
    /// Background of panels.
    pub panel: Color32,
    /// Background of pressed or selected controls.
    pub raised: Color32,
    /// Lines between panels, frames of controls.
    pub line: Color32,
    /// Grid lines of plots.
    pub grid: Color32,
    /// Text.
    pub ink: Color32,
    /// Labels and captions.
    pub weak: Color32,
    /// Focus, selection, links.
    pub accent: Color32,
    /// Warnings.
    pub warn: Color32,
    /// Errors.
    pub error: Color32,
    /// The quantities that have their full colour; the others are dimmed.
    pub lit: Lit,
}

impl Theme {
    /// The dark theme, for projectors in dark rooms and for long days.
    pub const DARK: Self = Self {
        dark: true,
        canvas: Color32::from_rgb(0x0f, 0x12, 0x16),
        panel: Color32::from_rgb(0x16, 0x1a, 0x20),
        raised: Color32::from_rgb(0x23, 0x29, 0x32),
        line: Color32::from_rgb(0x2b, 0x32, 0x3c),
        grid: Color32::from_rgb(0x24, 0x2a, 0x33),
        ink: Color32::from_rgb(0xe8, 0xeb, 0xef),
        weak: Color32::from_rgb(0x98, 0xa2, 0xb0),
        accent: Color32::from_rgb(0x5c, 0xb8, 0xf0),
        warn: Color32::from_rgb(0xf5, 0xa4, 0x31),
        error: Color32::from_rgb(0xff, 0x7b, 0x72),
        lit: Lit::ALL,
    };
    /// The light theme, for bright rooms and for paper.
    pub const LIGHT: Self = Self {
        dark: false,
        canvas: Color32::from_rgb(0xf4, 0xf5, 0xf7),
        panel: Color32::from_rgb(0xff, 0xff, 0xff),
        raised: Color32::from_rgb(0xe7, 0xea, 0xee),
        line: Color32::from_rgb(0xd3, 0xd8, 0xde),
        grid: Color32::from_rgb(0xe2, 0xe5, 0xea),
        ink: Color32::from_rgb(0x1b, 0x20, 0x27),
        weak: Color32::from_rgb(0x5a, 0x64, 0x71),
        accent: Color32::from_rgb(0x00, 0x6f, 0xb4),
        warn: Color32::from_rgb(0xa8, 0x5d, 0x00),
        error: Color32::from_rgb(0xb4, 0x23, 0x18),
        lit: Lit::ALL,
    };

    /// The theme that the context uses now.
    pub fn of(ctx: &egui::Context) -> Self {
        if ctx.theme() == egui::Theme::Dark { Self::DARK } else { Self::LIGHT }
    }

    /// A quantity's colour, dimmed unless the quantity is lit.
    pub fn color(&self, quantity: Quantity) -> Color32 {
        let [r, g, b] = quantity.rgb(self.dark);
        let color = Color32::from_rgb(r, g, b);
        if self.lit.contains(quantity) { color } else { color.gamma_multiply(DIMMED_INK) }
    }

    /// The colour of a picture channel's own numbers: red, green, blue, legible on the background.
    pub fn channel(&self, channel: usize, channels: usize) -> Color32 {
        if channels == 1 {
            return self.ink;
        }
        match (channel, self.dark) {
            (0, true) => Color32::from_rgb(0xff, 0x8a, 0x80),
            (1, true) => Color32::from_rgb(0x7e, 0xd6, 0x8b),
            (_, true) => Color32::from_rgb(0x8a, 0xb4, 0xff),
            (0, false) => Color32::from_rgb(0xb4, 0x2b, 0x24),
            (1, false) => Color32::from_rgb(0x1f, 0x7a, 0x35),
            (_, false) => Color32::from_rgb(0x1f, 0x4f, 0xc4),
        }
    }

    fn style(&self) -> Style {
        let mut style = Style { visuals: self.visuals(), animation_time: 0.08, ..Style::default() };
        style.text_styles = [
            (TextStyle::Small, FontId::proportional(11.0)),
            (TextStyle::Body, FontId::proportional(13.0)),
            (TextStyle::Button, FontId::proportional(13.0)),
            (TextStyle::Monospace, FontId::monospace(12.0)),
            (TextStyle::Heading, heading_font()),
        ]
        .into();
        style.drag_value_text_style = TextStyle::Monospace;
        let spacing = &mut style.spacing;
        spacing.item_spacing = vec2(2.0 * GRID, GRID);
        spacing.button_padding = vec2(2.0 * GRID, 3.0);
        spacing.interact_size = vec2(36.0, 24.0);
        spacing.menu_margin = Margin::same(6);
        spacing.window_margin = Margin::same(16);
        spacing.slider_width = 140.0;
        spacing.combo_width = 100.0;
        spacing.tooltip_width = 320.0;
        // The bar is there before the pointer is, so that one sees that there is more.
        spacing.scroll = egui::style::ScrollStyle {
            dormant_background_opacity: 0.3,
            dormant_handle_opacity: 0.6,
            ..egui::style::ScrollStyle::thin()
        };
        style.interaction.tooltip_delay = 0.35;
        style.interaction.selectable_labels = false;
        style
    }

    fn visuals(&self) -> Visuals {
        let base = if self.dark { Visuals::dark() } else { Visuals::light() };
        let shadow = Shadow {
            offset: [0, 6],
            blur: 18,
            spread: 0,
            color: Color32::from_black_alpha(if self.dark { 120 } else { 40 }),
        };
        let widget = |fill: Color32, line: Color32, ink: Color32| WidgetVisuals {
            bg_fill: fill,
            weak_bg_fill: fill,
            bg_stroke: Stroke::new(1.0, line),
            corner_radius: CornerRadius::same(4),
            fg_stroke: Stroke::new(1.0, ink),
            expansion: 0.0,
        };
        let mut text_cursor: TextCursorStyle = base.text_cursor.clone();
        text_cursor.stroke.color = self.accent;
        Visuals {
            dark_mode: self.dark,
            override_text_color: None,
            weak_text_color: Some(self.weak),
            hyperlink_color: self.accent,
            faint_bg_color: self.raised,
            extreme_bg_color: self.canvas,
            code_bg_color: self.raised,
            warn_fg_color: self.warn,
            error_fg_color: self.error,
            window_corner_radius: CornerRadius::same(8),
            window_shadow: shadow,
            window_fill: self.panel,
            window_stroke: Stroke::new(1.0, self.line),
            menu_corner_radius: CornerRadius::same(6),
            panel_fill: self.panel,
            popup_shadow: shadow,
            text_cursor,
            selection: egui::style::Selection {
                bg_fill: self.accent.gamma_multiply(if self.dark { 0.45 } else { 0.3 }),
                stroke: Stroke::new(1.0, self.ink),
            },
            widgets: Widgets {
                noninteractive: widget(self.panel, self.line, self.ink),
                inactive: widget(self.raised, self.line, self.ink),
                hovered: widget(self.raised, self.weak, self.ink),
                active: widget(self.line, self.accent, self.ink),
                open: widget(self.raised, self.line, self.ink),
            },
            ..base
        }
    }
}

/// Semibold 13 pt, the font of section headings.
pub fn heading_font() -> FontId {
    FontId::new(13.0, FontFamily::Name(SEMIBOLD.into()))
}

/// Semibold 17 pt: the larger of the two type sizes.
pub fn title_font() -> FontId {
    FontId::new(17.0, FontFamily::Name(SEMIBOLD.into()))
}

/// 11 pt, for captions and axis numbers.
pub fn caption_font() -> FontId {
    FontId::proportional(11.0)
}

/// The font of numbers that are read from afar.
pub fn big_font() -> FontId {
    FontId::new(24.0, FontFamily::Name(SEMIBOLD.into()))
}

/// The font of running text, at a size in points.
pub fn body_font(size: f32) -> FontId {
    FontId::proportional(size)
}

/// The font of numbers, with figures of equal width, at a size in points.
pub fn figures(size: f32) -> FontId {
    FontId::monospace(size)
}

/// Installs fonts, both themes' styles and the image loaders of formulas.
pub fn install(ctx: &egui::Context) {
    egui_extras::install_image_loaders(ctx);
    fonts::install(ctx);
    ctx.set_style_of(egui::Theme::Dark, Theme::DARK.style());
    ctx.set_style_of(egui::Theme::Light, Theme::LIGHT.style());
}
