//! Opens the window.

use std::sync::{Arc, Weak};
use std::time::Duration;

use eframe::{NativeOptions, egui_wgpu};
use egui::ViewportCommand;

use super::settings::check_geometry;
use super::{App, Start};
use crate::signals;

/// The program's name, which is also the name of its folder.
pub const NAME: &str = "diffuscope";

/// The smallest size, in points, at which everything has room.
const MIN_SIZE: [f32; 2] = [1024.0, 640.0];
const SIZE: [f32; 2] = [1440.0, 900.0];
/// The interval at which a window that should close is asked again to do so.
const AGAIN: Duration = Duration::from_millis(200);

/// The folder in which the program keeps its settings; `None` if the system has no place for it.
pub fn folder() -> Option<std::path::PathBuf> {
    eframe::storage_dir(NAME)
}

/// Opens the window and runs until it is closed, by the user or by a signal. In both cases settings and scene are
/// saved.
///
/// # Errors
/// When there is no display or no graphics adapter, or the first picture cannot be decoded.
pub fn run(start: Start) -> eframe::Result {
    let mut viewport = egui::ViewportBuilder::default()
        .with_title(NAME)
        .with_app_id(NAME)
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
        // The fonts of the system are asked by `fonts.rs`, in figures too.
        system_font_fallback: false,
        // If egui translated the key to paste, it would be lost when the clipboard has neither text nor PNG.
        clipboard_shortcuts: false,
        event_loop_builder: event_loop(),
        ..NativeOptions::default()
    };
    if let Some(folder) = folder() {
        check_geometry(&folder);
    }
    let open = Arc::new(());
    let still_open = Arc::downgrade(&open);
    let create = move |cc: &eframe::CreationContext<'_>| -> Result<Box<dyn eframe::App>, _> {
        let app = App::new(cc, start)?;
        let ctx = cc.egui_ctx.clone();
        signals::on_signal(move |_| close(ctx.clone(), still_open.clone()));
        Ok(Box::new(app))
    };
    let ended = eframe::run_native(NAME, options, Box::new(create));
    drop(open);
    ended
}

/// A hook that opens the window on the X server, for an environment that names a Wayland server which does not exist
/// and an X server which does; `None` otherwise.
fn event_loop() -> Option<eframe::EventLoopBuilderHook> {
    #[cfg(all(unix, not(target_os = "macos")))]
    if crate::system::needs_x11() {
        use winit::platform::x11::EventLoopBuilderExtX11 as _;
        return Some(Box::new(|builder| {
            builder.with_x11();
        }));
    }
    None
}

/// Asks the window to close, again and again until it has closed: a request in the middle of a frame of two passes does
/// not wake the window, because eframe takes it as fulfilled by the second pass.
fn close(ctx: egui::Context, open: Weak<()>) {
    let asking = move || {
        while open.upgrade().is_some() {
            ctx.send_viewport_cmd(ViewportCommand::Close);
            std::thread::sleep(AGAIN);
        }
    };
    if let Err(error) = std::thread::Builder::new().name("closing".to_owned()).spawn(asking) {
        log::error!("nobody asks the window to close: {error}");
    }
}
