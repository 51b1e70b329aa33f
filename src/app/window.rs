//! Opens the window.

use std::sync::{Arc, Weak};
use std::time::Duration;

use eframe::{NativeOptions, egui_wgpu};
use egui::ViewportCommand;

use super::settings::check_geometry;
use super::{App, Start};
use crate::signals;

/// The program's name, by which its folder is called too.
pub const NAME: &str = "diffuscope";

/// Smallest size at which everything has its place.
const MIN_SIZE: [f32; 2] = [1024.0, 640.0];
const SIZE: [f32; 2] = [1440.0, 900.0];
/// How often a window that is to close is asked to.
const AGAIN: Duration = Duration::from_millis(200);

/// The folder in which the program keeps what it remembers, where the system has one.
pub fn folder() -> Option<std::path::PathBuf> {
    eframe::storage_dir(NAME)
}

/// Opens the window and runs until it is closed, by its user or by a signal: then too it remembers what it
/// remembers.
///
/// # Errors
/// When there is no display, no graphics adapter, or the first picture cannot be had.
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
        // Translated by egui, the key to paste would be lost where there is neither text nor PNG to paste.
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

/// Where the environment names a Wayland server that is not there beside an X server that is, the window opens
/// there.
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

/// Asks the window to close until it has: what is asked in the midst of a frame of two passes wakes nobody,
/// as by then eframe takes the request to repaint for one that has been met.
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
