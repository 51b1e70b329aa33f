//! Whole windows compared with stored pictures.

use diffuscope::diffusion::ScheduleKind;
use diffuscope::imaging::FitOptions;
use diffuscope::scene::{ChapterId, Interpolation, Scene};
use egui::Theme;
use egui_kittest::SnapshotOptions;

use super::support::{Options, Window};

/// A scene with a smooth picture, so that the files of the snapshots are small.
fn scene(chapter: ChapterId) -> Scene {
    Scene {
        chapter,
        fit: FitOptions { size: 32, ..FitOptions::default() },
        zoom: Interpolation::Sharp,
        ..Scene::default()
    }
}

/// The width of the rail and the height of the top bar, in points.
const RAIL: f32 = 60.0;
const TOP: f32 = 40.0;

fn compare(name: &str, scene: Scene, theme: Theme) {
    let mut window = Window::with(scene, &Options { theme, ..Options::default() });
    // The status bar is left out, as it shows how fast this machine is. The rail has a snapshot of its own, so that a
    // new chapter changes only that.
    let screen = window.ctx.content_rect();
    window.mask(screen.with_max_x(screen.left() + RAIL).with_min_y(TOP));
    window.mask(screen.with_min_y(screen.bottom() - 25.0));
    // Graphics drivers may differ in how they round coverage, so a few pixels at edges may differ.
    let options = SnapshotOptions::new().threshold(1.5).max_failed_pixels(40);
    window.snapshot_options(name, &options);
}

#[test]
fn rail_dark() {
    let mut window = Window::with(scene(ChapterId::Forward), &Options::default());
    let screen = window.ctx.content_rect();
    window.mask(screen.with_min_x(screen.left() + RAIL));
    window.mask(screen.with_max_y(TOP));
    window.mask(screen.with_min_y(screen.bottom() - 25.0));
    window.snapshot_options("rail-dark", &SnapshotOptions::new().threshold(1.5).max_failed_pixels(40));
}

#[test]
fn forward_dark() {
    compare("forward-dark", scene(ChapterId::Forward), Theme::Dark);
}

#[test]
fn schedules_light() {
    let mut scene = scene(ChapterId::Schedules);
    scene.schedule_a.kind = ScheduleKind::default_of("drawn").unwrap();
    compare("schedules-light", scene, Theme::Light);
}

#[test]
fn ledger_dark() {
    compare("ledger-dark", Scene { t: 40, ..scene(ChapterId::Ledger) }, Theme::Dark);
}

#[test]
fn distributions_light() {
    compare("distributions-light", scene(ChapterId::Distributions), Theme::Light);
}

#[test]
fn posterior_light() {
    compare("posterior-light", Scene { t: 40, ..scene(ChapterId::Posterior) }, Theme::Light);
}
