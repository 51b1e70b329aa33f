//! Opens the window.

use eframe::{NativeOptions, egui_wgpu};

use super::{App, Start};

/// Smallest size at which everything has its place.
const MIN_SIZE: [f32; 2] = [1024.0, 640.0];
const SIZE: [f32; 2] = [1440.0, 900.0];

/// Opens the window and runs until it is closed.
///
/// # Errors
/// When there is no display, no graphics adapter, or the first picture cannot be had.
pub fn run(start: Start) -> eframe::Result {
    let mut viewport = egui::ViewportBuilder::default()
        .with_title("diffuscope")
        .with_app_id("diffuscope")
        .with_inner_size(SIZE)
        .with_min_inner_size(MIN_SIZE)
        .with_drag_and_drop(true);
    if let Ok(icon) = eframe::icon_data::from_png_bytes(include_bytes!("../../assets/icon.png")) {
        viewport = viewport.with_icon(icon);
    }
    let options = NativeOptions {
        viewport,
        renderer: eframe::Renderer::Wgpu,
        wgpu_options: egui_wgpu::WgpuConfiguration::default(),
        persist_window: start.remember,
        // Translated by egui, the key to paste would be lost where there is neither text nor PNG to paste.
        clipboard_shortcuts: false,
        ..NativeOptions::default()
    };
    eframe::run_native("diffuscope", options, Box::new(|cc| Ok(Box::new(App::new(cc, start)?))))
}
