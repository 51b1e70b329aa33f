//! The fonts of the window: those that are built in, and for all other scripts those of the system.

use std::sync::{Arc, OnceLock};

use egui::{FontData, FontDefinitions, FontFamily};
use egui_system_font_provider::SystemFontProvider;
use epaint::text::{FallbackRequest, FontInsert, FontProvider};

/// The named font family of headings.
pub const SEMIBOLD: &str = "semibold";

/// The built-in fonts by name.
const FILES: [(&str, &[u8]); 7] = [
    ("inter", include_bytes!("../../assets/fonts/Inter-Regular.ttf")),
    ("inter-semibold", include_bytes!("../../assets/fonts/Inter-SemiBold.ttf")),
    ("mono", include_bytes!("../../assets/fonts/JetBrainsMono-Regular.ttf")),
    ("hangul", include_bytes!("../../assets/fonts/Hangul-Regular.otf")),
    ("hangul-semibold", include_bytes!("../../assets/fonts/Hangul-SemiBold.otf")),
    ("math", include_bytes!("../../assets/fonts/NotoSansMath-subset.ttf")),
    ("symbols", include_bytes!("../../assets/fonts/NotoSansSymbols2-subset.ttf")),
];

/// Installs the built-in fonts; characters that none of them has are looked for in the fonts of the system.
pub fn install(ctx: &egui::Context) {
    ctx.set_fonts(built_in());
    ctx.add_font_provider(Arc::new(SystemFonts::default()));
}

/// The built-in fonts, in the order in which they are asked for a character.
fn built_in() -> FontDefinitions {
    let mut fonts = FontDefinitions::empty();
    for (name, bytes) in FILES {
        fonts.font_data.insert(name.to_owned(), Arc::new(FontData::from_static(bytes)));
    }
    let families: [(FontFamily, &[&str]); 3] = [
        (FontFamily::Proportional, &["inter", "hangul", "math", "symbols"]),
        (FontFamily::Monospace, &["mono", "inter", "hangul", "math", "symbols"]),
        (FontFamily::Name(SEMIBOLD.into()), &["inter-semibold", "hangul-semibold", "math", "symbols"]),
    ];
    for (family, names) in families {
        fonts.families.insert(family, names.iter().map(|&name| name.to_owned()).collect());
    }
    fonts
}

/// The fonts of the system, which are listed when a character is first missing: names of files and prompts may be in
/// any script.
#[derive(Default)]
struct SystemFonts(OnceLock<SystemFontProvider>);

impl FontProvider for SystemFonts {
    fn font_for(&self, request: &FallbackRequest<'_>) -> Option<FontInsert> {
        self.0.get_or_init(SystemFontProvider::new).font_for(request)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All built-in fonts of a family have a glyph for these characters between them.
    fn has(family: &FontFamily, text: &str) -> bool {
        let ctx = egui::Context::default();
        ctx.set_fonts(built_in());
        let mut all = true;
        let mut output = ctx.run_ui(egui::RawInput::default(), |ui| {
            let id = egui::FontId::new(13.0, family.clone());
            all = ui.fonts_mut(|fonts| text.chars().all(|c| fonts.has_glyph(&id, c)));
        });
        output.textures_delta.clear();
        all
    }

    #[test]
    fn all_messages_can_be_written_with_built_in_fonts() {
        for language in crate::app::words::Language::ALL {
            let text = crate::app::words::characters(language);
            for family in [FontFamily::Proportional, FontFamily::Name(SEMIBOLD.into())] {
                assert!(has(&family, &text), "{language:?}: {family:?}");
            }
        }
        // The first and the last syllable of KS X 1001, and one that only Korean file names have.
        assert!(has(&FontFamily::Proportional, "가힝고양이사진"));
    }
}
