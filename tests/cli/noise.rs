//! `diffuscope noise`.

use std::collections::HashMap;
use std::path::Path;

use diffuscope::diffusion::{Raster, ScheduleSpec};
use diffuscope::imaging::load_safetensors;

use super::{contents, folder, has_adapter, run_in, save_picture};

fn tensors(path: &Path) -> HashMap<String, Raster> {
    load_safetensors(path).unwrap().into_iter().collect()
}

/// All parts of a noised picture, by name.
fn parts(folder: &Path, arguments: &str) -> HashMap<String, Raster> {
    run_in(folder, &format!("noise {arguments} --raw it.safetensors")).succeeded();
    tensors(&folder.join("it.safetensors"))
}

fn largest_difference(a: &Raster, b: &Raster) -> f32 {
    assert_eq!((a.channels, a.height, a.width), (b.channels, b.height, b.width));
    a.data.iter().zip(b.data.iter()).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

#[test]
fn parts_add_up() {
    let folder = folder();
    save_picture(&folder.path().join("it.png"), 40, 30);
    for (t, walk) in [(1, ""), (300, ""), (1000, ""), (1, "--walk"), (300, "--walk"), (1000, "--walk")] {
        let parts = parts(folder.path(), &format!("it.png --t {t} --device cpu {walk}"));
        let mut names: Vec<&str> = parts.keys().map(String::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["eps", "inherited", "new", "signal", "x0", "xt"]);
        let [x0, eps, xt, signal, inherited, new] =
            ["x0", "eps", "xt", "signal", "inherited", "new"].map(|name| &parts[name]);
        assert_eq!((xt.channels, xt.height, xt.width), (3, 30, 40));
        let step = ScheduleSpec::default().build().unwrap().step(t);
        let (a, b) = (step.sqrt_alpha_bar(), step.sqrt_one_minus_alpha_bar());
        for i in 0..xt.data.len() {
            let jump = a * f64::from(x0.data[i]) + b * f64::from(eps.data[i]);
            assert!((jump - f64::from(xt.data[i])).abs() < 1e-6, "t = {t} {walk}");
            let sum = signal.data[i] + inherited.data[i] + new.data[i];
            assert!((sum - xt.data[i]).abs() <= 1e-6, "t = {t} {walk}");
        }
        if t == 1 {
            assert!(inherited.data.iter().all(|v| v.abs() < 1e-6), "nothing to inherit at t = 1");
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let folder = folder();
    let path = folder.path();
    save_picture(&path.join("it.png"), 33, 21);
    let bytes = |arguments: &str| {
        let outputs = "-o out.png --raw out.safetensors";
        run_in(path, &format!("noise it.png --t 400 --device cpu {arguments} {outputs}")).succeeded();
        let read = |name: &str| std::fs::read(path.join(name)).unwrap();
        (read("out.png"), read("out.safetensors"))
    };
    let first = bytes("--seed 5");
    assert_eq!(bytes("--seed 5"), first);
    assert_eq!(bytes("--seed 5 --schedule linear --steps 1000"), first);
    for other in ["--seed 6", "--seed 18446744073709551615", "--seed 5 --walk", "--seed 5 --schedule cosine"]
    {
        let other = bytes(other);
        assert!(other.0 != first.0 && other.1 != first.1);
    }
    assert_eq!(bytes(""), bytes("--seed 7"), "the default of the help text");
}

#[test]
fn jump_keeps_its_noise_and_walk_moves_on() {
    let folder = folder();
    save_picture(&folder.path().join("it.png"), 64, 64);
    let eps = |t: usize, walk: &str| {
        parts(folder.path(), &format!("it.png --t {t} --device cpu {walk}")).remove("eps").unwrap()
    };
    assert_eq!(eps(200, ""), eps(700, ""), "one ε for all t");
    let (early, late) = (eps(200, "--walk"), eps(700, "--walk"));
    // The correlation of a walk's ε at two timesteps is √(v_200 / v_700) with v = 1/SNR.
    let schedule = ScheduleSpec::default().build().unwrap();
    let expected = (0.5 * (schedule.log_snr(700) - schedule.log_snr(200))).exp();
    let pairs = early.data.iter().zip(late.data.iter());
    let found = pairs.map(|(a, b)| f64::from(a * b)).sum::<f64>() / early.data.len() as f64;
    // The tolerance is four standard errors of 12,288 products.
    assert!((found - expected).abs() < 4.0 / (early.data.len() as f64).sqrt(), "{found} and {expected}");
}

#[test]
fn the_picture_is_what_the_tensors_say() {
    let folder = folder();
    let path = folder.path();
    save_picture(&path.join("it.png"), 50, 20);
    run_in(path, "noise it.png --t 150 --device cpu -o out.png --raw out.safetensors").succeeded();
    let xt = tensors(&path.join("out.safetensors")).remove("xt").unwrap();
    let picture = image::open(path.join("out.png")).unwrap().into_rgb8();
    assert_eq!(picture.dimensions(), (50, 20));
    for (x, y, pixel) in picture.enumerate_pixels() {
        for (channel, &byte) in pixel.0.iter().enumerate() {
            let value = (xt.at(channel, y as usize, x as usize) + 1.0) * 127.5;
            assert_eq!(byte, value.round().clamp(0.0, 255.0) as u8);
        }
    }
    run_in(path, "noise it.png --t 150 --device cpu -o alone.png").succeeded();
    let read = |name: &str| std::fs::read(path.join(name)).unwrap();
    assert_eq!(read("alone.png"), read("out.png"));
    assert_eq!(contents(path), ["alone.png", "it.png", "out.png", "out.safetensors"]);
}

#[test]
fn sizes_and_grey_pictures() {
    let folder = folder();
    let path = folder.path();
    image::GrayImage::from_fn(200, 100, |x, y| image::Luma([(x + y) as u8]))
        .save(path.join("grey.png"))
        .unwrap();
    let shape = |arguments: &str| {
        let xt = parts(path, &format!("grey.png --t 9 --device cpu {arguments}")).remove("xt").unwrap();
        (xt.channels, xt.height, xt.width)
    };
    assert_eq!(shape(""), (1, 100, 200));
    assert_eq!(shape("--size 64"), (1, 32, 64));
    assert_eq!(shape("--size 400"), (1, 200, 400));
    run_in(path, "noise grey.png --t 9 --device cpu -o out.png --raw out.safetensors").succeeded();
    assert_eq!(image::open(path.join("out.png")).unwrap().color(), image::ColorType::L8);
    let built_in = run_in(path, "noise coins --t 9 --size 32 --device cpu -o coins.png");
    built_in.succeeded();
}

#[test]
fn a_schedule_from_a_file_is_the_schedule() {
    let folder = folder();
    let path = folder.path();
    save_picture(&path.join("it.png"), 8, 8);
    run_in(path, "schedule cosine --steps 77 --format diffusers -o sched.json").succeeded();
    let named = parts(path, "it.png --t 50 --schedule cosine --steps 77 --device cpu");
    let read = parts(path, "it.png --t 50 --schedule sched.json --device cpu");
    assert_eq!(named["xt"], read["xt"]);
    run_in(path, "noise it.png --t 78 --schedule sched.json -o out.png").failed(2, "from 1 to T = 77");
}

#[test]
fn adapters_agree_with_the_processor() {
    let folder = folder();
    let path = folder.path();
    if !has_adapter() {
        run_in(path, "noise chelsea --t 3 --device gpu -o out.png").failed(1, "adapter");
        return;
    }
    save_picture(&path.join("it.png"), 70, 45);
    for walk in ["", "--walk"] {
        let on = |device: &str| parts(path, &format!("it.png --t 321 --device {device} {walk}"));
        let (cpu, gpu, auto) = (on("cpu"), on("gpu"), on("auto"));
        for (name, values) in &cpu {
            for other in [&gpu, &auto] {
                let difference = largest_difference(values, &other[name]);
                assert!(difference <= 1e-5, "{name} {walk}: {difference}");
            }
        }
    }
}
