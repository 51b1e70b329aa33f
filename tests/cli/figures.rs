//! `diffuscope figure`, `diffuscope tour`, and the program without a display.

use std::path::Path;

use diffuscope::scene::{Action, ChapterId, ImageRef, Scene};
use image::{AnimationDecoder as _, RgbImage};

use super::{contents, folder, has_adapter, run_in, save_picture};

/// The names of all chapters.
fn chapters() -> impl Iterator<Item = &'static str> {
    ChapterId::ALL.iter().map(|chapter| chapter.name())
}

/// The files of a tour, in the order of their names.
fn toured() -> Vec<String> {
    let mut files: Vec<String> = chapters().map(|chapter| format!("{chapter}.png")).collect();
    files.push("forward.gif".to_owned());
    files.sort();
    files
}

fn figure(folder: &Path, arguments: &str) -> RgbImage {
    run_in(folder, &format!("figure {arguments} --size 640x400 -o figure.png")).succeeded();
    let picture = image::open(folder.join("figure.png")).unwrap().into_rgb8();
    assert_eq!(picture.dimensions(), (640, 400));
    picture
}

/// The mean brightness of the four corners, which show the background.
fn background(picture: &RgbImage) -> u32 {
    let (w, h) = picture.dimensions();
    let corners = [(0, 0), (w - 1, 0), (0, h - 1), (w - 1, h - 1)];
    corners
        .iter()
        .map(|&(x, y)| picture.get_pixel(x, y).0.iter().map(|&v| u32::from(v)).sum::<u32>())
        .sum::<u32>()
        / 12
}

#[test]
fn every_chapter_in_both_themes() {
    if !has_adapter() {
        return;
    }
    let folder = folder();
    save_picture(&folder.path().join("it.png"), 48, 48);
    for chapter in chapters() {
        let dark = figure(folder.path(), &format!("{chapter} it.png --t 200 --theme dark"));
        let light = figure(folder.path(), &format!("{chapter} it.png --t 200 --theme light"));
        let later = figure(folder.path(), &format!("{chapter} it.png --t 800 --theme dark"));
        assert!(background(&dark) < 60 && background(&light) > 200, "{chapter}");
        let colours: std::collections::HashSet<_> = dark.pixels().map(|pixel| pixel.0).collect();
        assert!(colours.len() > 200, "{chapter} has {} colours", colours.len());
        let moved = dark.pixels().zip(later.pixels()).filter(|(a, b)| a != b).count();
        assert!(moved > 500, "{chapter}: {moved} pixels differ between t = 200 and 800");
    }
}

#[test]
fn options_show() {
    if !has_adapter() {
        return;
    }
    let folder = folder();
    let path = folder.path();
    save_picture(&path.join("it.png"), 48, 48);
    let base = figure(path, "forward it.png --t 300");
    assert_eq!(figure(path, "forward it.png --t 300"), base, "the same figure twice");
    for other in ["--seed 8 --walk", "--schedule cosine", "--compare cosine"] {
        assert_ne!(figure(path, &format!("forward it.png --t 300 {other}")), base, "{other}");
    }
    run_in(path, "figure forward it.png -o no/figure.png").failed(1, "no/figure.png");
}

/// The figure that an SVG file shows, drawn by another program than ours, but for its pictures; and the rectangles of
/// these, in pixels.
fn drawn(svg: &str) -> (RgbImage, Vec<[f32; 4]>) {
    let tree = resvg::usvg::Tree::from_str(svg, &resvg::usvg::Options::default()).unwrap();
    let size = tree.size().to_int_size();
    let mut pixels = resvg::tiny_skia::Pixmap::new(size.width(), size.height()).unwrap();
    resvg::render(&tree, resvg::tiny_skia::Transform::identity(), &mut pixels.as_mut());
    let rgb = pixels.pixels().iter().flat_map(|pixel| [pixel.red(), pixel.green(), pixel.blue()]).collect();
    let attribute = |element: &str, name: &str| -> f32 {
        let rest = element.split(&format!(" {name}=\"")).nth(1).unwrap();
        rest.split('"').next().unwrap().parse().unwrap()
    };
    let images = svg.split("<image").skip(1).map(|element| {
        let data = element.split("base64,").nth(1).unwrap().split('"').next().unwrap();
        assert!(data.starts_with("iVBORw0KGgo"), "a picture is PNG");
        ["x", "y", "width", "height"].map(|name| attribute(element, name))
    });
    (RgbImage::from_raw(size.width(), size.height(), rgb).unwrap(), images.collect())
}

#[test]
fn vector_figures_look_like_those_of_pixels() {
    if !has_adapter() {
        return;
    }
    let folder = folder();
    let path = folder.path();
    save_picture(&path.join("it.png"), 48, 48);
    for chapter in chapters() {
        for language in ["en", "ko"] {
            let look = format!("{chapter} it.png --t 200 --size 960x640 --lang {language} --compare cosine");
            run_in(path, &format!("figure {look} -o figure.png")).succeeded();
            run_in(path, &format!("figure {look} -o figure.svg")).succeeded();
            let pixels = image::open(path.join("figure.png")).unwrap().into_rgb8();
            let svg = std::fs::read_to_string(path.join("figure.svg")).unwrap();
            assert!(!svg.contains("<text"), "{chapter}: all letters have outlines");
            let (vectors, images) = drawn(&svg);
            // To look at them: the figures of both kinds.
            if let Some(gallery) = std::env::var_os("DIFFUSCOPE_GALLERY") {
                let place = |kind| Path::new(&gallery).join(format!("{chapter}-{language}-{kind}.png"));
                vectors.save(place("vectors")).unwrap();
                pixels.save(place("pixels")).unwrap();
            }
            let pictured = |x: u32, y: u32| {
                let [x, y] = [x, y].map(|value| value as f32);
                let inside = |r: &[f32; 4]| {
                    (r[0] - 1.0..r[0] + r[2] + 1.0).contains(&x)
                        && (r[1] - 1.0..r[1] + r[3] + 1.0).contains(&y)
                };
                images.iter().any(inside)
            };
            let (mut sum, mut far, mut count) = (0.0, 0, 0);
            for (x, y, pixel) in pixels.enumerate_pixels().filter(|(x, y, _)| !pictured(*x, *y)) {
                let differences = pixel.0.iter().zip(vectors.get_pixel(x, y).0).map(|(a, b)| a.abs_diff(b));
                let difference = differences.max().unwrap_or_default();
                sum += f64::from(difference);
                far += usize::from(difference > 96);
                count += 1;
            }
            let (mean, far) = (sum / f64::from(count), far as f64 / f64::from(count));
            // Letters and thin lines lie a fraction of a pixel apart.
            assert!(mean < 5.0 && far < 0.012, "{chapter} {language}: mean {mean:.2}, {far:.4} far off");
        }
    }
}

#[test]
fn lettering_makes_letters_larger_in_a_figure_of_the_same_size() {
    if !has_adapter() {
        return;
    }
    let folder = folder();
    let path = folder.path();
    save_picture(&path.join("it.png"), 48, 48);
    let usual = figure(path, "schedules it.png");
    assert_ne!(figure(path, "schedules it.png --lettering 0.5"), usual);
    run_in(path, "figure schedules it.png --size 1280x800 --lettering 2 -o large.svg").succeeded();
    let svg = std::fs::read_to_string(path.join("large.svg")).unwrap();
    assert!(svg.contains("width=\"1280\" height=\"800\" viewBox=\"0 0 640 400\""));
    for wrong in ["0.4", "nan", "-1", "5", "big"] {
        run_in(path, &format!("figure schedules --lettering {wrong} -o no.png")).failed(2, "lettering");
    }
}

#[test]
fn a_tour_has_every_chapter_and_a_film() {
    if !has_adapter() {
        return;
    }
    let folder = folder();
    let path = folder.path();
    save_picture(&path.join("it.png"), 32, 32);
    run_in(path, "tour it.png --size 400x320 --theme light --steps 12 -o deep/tour").succeeded();
    let tour = path.join("deep/tour");
    assert_eq!(contents(&tour), toured());
    for chapter in chapters() {
        let picture = image::open(tour.join(format!("{chapter}.png"))).unwrap().into_rgb8();
        assert_eq!(picture.dimensions(), (400, 320));
    }
    let film = std::io::BufReader::new(std::fs::File::open(tour.join("forward.gif")).unwrap());
    let frames = image::codecs::gif::GifDecoder::new(film).unwrap().into_frames().collect_frames().unwrap();
    assert_eq!(frames.len(), 13, "t = 0 to 12");
}

#[test]
fn without_a_display_there_is_a_tour() {
    if !has_adapter() {
        return;
    }
    let folder = folder();
    let path = folder.path();
    save_picture(&path.join("it.png"), 32, 32);
    let mut scene = Scene::default();
    scene.apply(Action::Image(ImageRef::File("it.png".into()))).unwrap();
    scene.apply(Action::Steps(12)).unwrap();
    diffuscope::scene::save(&path.join("it.diffuscope"), &scene).unwrap();
    let run = run_in(path, "it.diffuscope");
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{}", run.stderr);
    let tour = path.join("diffuscope-tour");
    assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
    assert!(run.stderr.starts_with("diffuscope: no display") && run.stderr.contains("diffuscope-tour"));
    assert_eq!(contents(&tour), toured());
}

/// A figure must not depend on how fast the machine was.
#[test]
fn every_figure_is_the_same_twice() {
    if !has_adapter() {
        return;
    }
    let folder = folder();
    let path = folder.path();
    save_picture(&path.join("it.png"), 32, 32);
    for tour in ["one", "two"] {
        run_in(path, &format!("tour it.png --size 700x420 --steps 12 -o {tour}")).succeeded();
    }
    for name in toured() {
        let [one, two] = ["one", "two"].map(|tour| std::fs::read(path.join(tour).join(&name)).unwrap());
        assert!(one == two, "{name}");
    }
}

/// Ctrl-C leaves complete files only.
#[cfg(unix)]
#[test]
fn stopping_leaves_no_unfinished_file() {
    if !has_adapter() {
        return;
    }
    let folder = folder();
    let path = folder.path();
    let mut child = super::program()
        .current_dir(path)
        .args(["tour", "-o", "tour", "--size", "400x320"])
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    // When the last figure is there, the film is being written.
    let tour = path.join("tour");
    while !tour.join("distributions.png").exists() {
        assert!(child.try_wait().unwrap().is_none(), "it ended before it could be stopped");
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    let killed = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    super::finish(child.wait_with_output().unwrap()).failed(130, "stopped");
    let figures: Vec<_> = toured().into_iter().filter(|name| name != "forward.gif").collect();
    assert_eq!(contents(&tour), figures);
}

/// The environment names a display server that is not there.
#[cfg(target_os = "linux")]
#[test]
fn a_display_that_is_not_there_is_one_line() {
    let output = super::program().env("DISPLAY", ":4077").env("HOME", folder().path()).output().unwrap();
    let run = super::finish(output);
    assert!(run.stderr.contains("doctor"), "{}", run.stderr);
    run.failed(1, ":4077");
}
