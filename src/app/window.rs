//! Opens the window.

use eframe::{NativeOptions, egui_wgpu};

use super::{App, Start};

/// Smallest size at which everything has its place.
const MIN_SIZE: [f32; 2] = [1024.0, 640.0];
const SIZE: [f32; 2] = [1440.0, 900.0];

/// Under which the system keeps what the program remembers.
const ID: &str = "diffuscope";

/// The folder where open windows keep their scenes.
pub fn recovery_folder() -> Option<std::path::PathBuf> {
    eframe::storage_dir(ID).map(|folder| folder.join("windows"))
}

/// Opens the window and runs until it is closed.
///
/// # Errors
/// When there is no display, no graphics adapter, or the first picture cannot be had.
pub fn run(start: Start) -> eframe::Result {
    let mut viewport = egui::ViewportBuilder::default()
        .with_title("diffuscope")
        .with_app_id(ID)
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
        ..NativeOptions::default()
    };
    eframe::run_native("diffuscope", options, Box::new(|cc| Ok(Box::new(App::new(cc, start)?))))
}
