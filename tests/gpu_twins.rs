//! The kernels on a graphics device give the same results as their twins on the processor.
//!
//! Without a device these tests fail, unless `DIFFUSCOPE_NO_GPU=1` says that there is none and
//! `DIFFUSCOPE_REQUIRE_GPU` is not set.

use std::sync::{Arc, Mutex, PoisonError};

use diffuscope::diffusion::noise::PixelParts;
use diffuscope::diffusion::{Raster, Step};
use diffuscope::gpu::{
    Coefficients, Device, Display, Engine, Field, Filter, GpuError, Job, JobKind, Mapping, NoiseMode,
    Picture, Slot, Source, ViewRect, check_adapter,
};

const KINDS: [JobKind; 3] = [JobKind::Forward, JobKind::Ledger, JobKind::Posterior];
const MODES: [NoiseMode; 2] = [NoiseMode::Jump, NoiseMode::Walk];
const SIZES: [(usize, usize); 5] = [(1, 1), (3, 5), (64, 48), (1, 4000), (512, 512)];

/// The device; `None` if there is none and the environment says so.
fn device() -> Option<Engine> {
    match Engine::headless(Device::Gpu) {
        Ok(engine) => Some(engine),
        Err(error) if may_skip() => {
            eprintln!("skipped: {error}");
            None
        }
        Err(error) => panic!("no device ({error}); set DIFFUSCOPE_NO_GPU=1 to do without"),
    }
}

fn may_skip() -> bool {
    std::env::var_os("DIFFUSCOPE_REQUIRE_GPU").is_none()
        && std::env::var("DIFFUSCOPE_NO_GPU").as_deref() == Ok("1")
}

/// Makes tests wait for each other, as a software adapter uses all cores.
fn alone() -> impl Drop {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A picture with smooth and sharp parts, with values in [-1, 1].
fn picture(channels: usize, width: usize, height: usize) -> Raster {
    let mut data = Vec::new();
    for c in 0..channels {
        for y in 0..height {
            for x in 0..width {
                let wave = (0.07 * x as f32 + 0.05 * (y * (c + 1)) as f32).sin();
                data.push(if (x / 5 + y / 3) % 7 == 0 { 1.0 } else { 0.9 * wave });
            }
        }
    }
    Raster::new(channels, height, width, data)
}

/// Steps that are early, in the middle, late, with a tiny β, with hardly any signal left, and with none.
fn steps() -> Vec<Step> {
    vec![
        Step::new(1, 1.0, 1e-4),
        Step::new(2, 0.9999, 1.2e-4),
        Step::new(500, 0.0786, 0.010_05),
        Step::new(1000, 4.118e-5, 0.02),
        Step::new(300, 0.4, 1e-6),
        Step::new(5000, 1.01e-40, 0.01),
        Step::new(50, 2.4e-5, 1.0),
        Step::new(2, 0.7, 0.999),
    ]
}

fn job(kind: JobKind, source: &Arc<Source>, seed: u64, mode: NoiseMode, step: &Step) -> Job {
    Job { kind, source: source.clone(), seed, mode, coefficients: Coefficients::of(step) }
}

fn assert_near(a: &Raster, b: &Raster, bound: f32, what: &str) {
    assert_eq!((a.channels, a.height, a.width), (b.channels, b.height, b.width));
    for (i, (a, b)) in a.data.iter().zip(b.data.iter()).enumerate() {
        assert!((a - b).abs() <= bound, "{what}, value {i}: {a} and {b}");
    }
}

#[test]
fn fields_agree_with_the_device() {
    let _turn = alone();
    let Some(mut gpu) = device() else { return };
    let mut cpu = Engine::cpu(0).unwrap();
    for channels in [1, 3] {
        for (width, height) in SIZES {
            let source = Source::new(picture(channels, width, height));
            let steps = steps();
            // Two steps are enough for the large picture, which takes long on a software adapter.
            let steps = if width * height > 100_000 { &steps[2..4] } else { &steps[..] };
            for (mode, kind) in MODES.into_iter().flat_map(|mode| KINDS.map(|kind| (mode, kind))) {
                for step in steps {
                    let job = job(kind, &source, 0x1234_5678_9abc, mode, step);
                    gpu.compute(Slot(0), &job).unwrap();
                    cpu.compute(Slot(0), &job).unwrap();
                    for field in kind.fields() {
                        let (a, b) = (gpu.read(Slot(0), *field).unwrap(), cpu.read(Slot(0), *field).unwrap());
                        let what = format!("{field:?} of {mode:?} {width}×{height}×{channels}, {step:?}");
                        assert_near(&a, &b, 1e-5, &what);
                        if *field == Field::Residual {
                            assert!(a.data.iter().chain(b.data.iter()).all(|r| r.abs() <= 1e-6), "{what}");
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn one_pixel_is_the_picture_bit_for_bit() {
    let source = Source::new(picture(3, 37, 21));
    let mut cpu = Engine::cpu(2).unwrap();
    for mode in MODES {
        for step in steps() {
            let jobs = KINDS.map(|kind| job(kind, &source, u64::MAX - 5, mode, &step));
            for (slot, job) in (0..).zip(&jobs) {
                cpu.compute(Slot(slot), job).unwrap();
            }
            let mut field = |slot, field| cpu.read(Slot(slot), field).unwrap();
            let all = [
                field(0, Field::X0),
                field(0, Field::Eps),
                field(0, Field::Xt),
                field(1, Field::Signal),
                field(1, Field::Inherited),
                field(1, Field::New),
                field(1, Field::Residual),
                field(2, Field::PosteriorMean),
                field(2, Field::Sample),
                field(1, Field::Xt),
                field(2, Field::Xt),
            ];
            for (c, x, y) in [(0, 0, 0), (1, 1, 0), (2, 36, 20), (0, 18, 7), (1, 35, 20), (2, 2, 13)] {
                let at = |raster: &Raster| raster.at(c, y, x);
                let pixel = source.key_pixel(x, y);
                let p =
                    PixelParts::at(jobs[0].seed, mode, pixel, c as u32, &jobs[0].coefficients, at(&all[0]));
                let one = [
                    p.x0,
                    p.eps,
                    p.xt,
                    p.signal,
                    p.inherited,
                    p.new,
                    p.residual,
                    p.posterior_mean,
                    p.sample,
                    p.xt,
                    p.xt,
                ];
                assert_eq!(one, all.each_ref().map(at), "{mode:?} {step:?} at {c} {x} {y}");
            }
        }
    }
}

#[test]
fn threads_and_simd_change_nothing() {
    let engines = [Engine::cpu(1), Engine::cpu(2), Engine::cpu(5), Engine::cpu_portable(3)];
    let mut engines = engines.map(Result::unwrap);
    let own = Source::new(picture(3, 131, 97));
    let thumbnail = Source::keyed(picture(3, 33, 24), (131, 97));
    for source in [own, thumbnail] {
        for (mode, kind) in MODES.into_iter().flat_map(|mode| KINDS.map(|kind| (mode, kind))) {
            let job = job(kind, &source, 99, mode, &steps()[2]);
            for engine in &mut engines {
                engine.compute(Slot(3), &job).unwrap();
                engine.request_statistics(Slot(3), Field::Xt).unwrap();
            }
            for field in kind.fields() {
                let [first, rest @ ..] =
                    engines.each_mut().map(|engine| engine.read(Slot(3), *field).unwrap());
                for other in rest {
                    assert!(
                        first.data.iter().map(|v| v.to_bits()).eq(other.data.iter().map(|v| v.to_bits()))
                    );
                }
            }
            let [first, rest @ ..] =
                engines.each_ref().map(|engine| engine.latest_statistics(Slot(3), Field::Xt).unwrap().1);
            assert!(rest.iter().all(|other| *other == first));
        }
    }
}

#[test]
fn thumbnails_show_the_large_pictures_noise() {
    let _turn = alone();
    let (width, height) = (64, 48);
    let large = Source::new(picture(3, width, height));
    let small = Source::keyed(picture(3, 20, 7), (width, height));
    let mut engines = vec![Engine::cpu(2).unwrap()];
    engines.extend(device());
    for engine in &mut engines {
        for mode in MODES {
            engine.compute(Slot(0), &job(JobKind::Forward, &large, 5, mode, &steps()[2])).unwrap();
            engine.compute(Slot(1), &job(JobKind::Forward, &small, 5, mode, &steps()[2])).unwrap();
            let (large, thumbnail) =
                (engine.read(Slot(0), Field::Eps).unwrap(), engine.read(Slot(1), Field::Eps).unwrap());
            for (c, y, x) in (0..3).flat_map(|c| (0..7).flat_map(move |y| (0..20).map(move |x| (c, y, x)))) {
                let pixel = small.key_pixel(x, y) as usize;
                assert_eq!(thumbnail.at(c, y, x), large.at(c, pixel / width, pixel % width));
            }
        }
    }
}

fn displays(width: usize, height: usize) -> Vec<Display> {
    let mappings = [
        Mapping::Clip { gain: 1.0 },
        Mapping::Clip { gain: 8.0 },
        Mapping::Rescale { std: 0.7 },
        Mapping::Signed { scale: 2.0 },
    ];
    let (w, h) = (width as f32, height as f32);
    let views = [
        (ViewRect::whole(width, height), (width, height)),
        (ViewRect::whole(width, height), (97, 61)),
        (ViewRect::whole(width, height), (9, 5)),
        (ViewRect { x: 0.3 * w, y: 0.2 * h, width: 0.31 * w, height: 0.17 * h }, (120, 83)),
        (ViewRect { x: -0.4 * w, y: -0.1 * h, width: 1.9 * w, height: 1.3 * h }, (64, 64)),
    ];
    let filters = [Filter::Nearest, Filter::Smooth];
    let looks = mappings.into_iter().flat_map(|mapping| filters.map(|filter| (mapping, filter)));
    looks
        .flat_map(|(mapping, filter)| views.map(|(view, size)| Display { mapping, filter, view, size }))
        .collect()
}

#[test]
fn displays_agree_with_the_device() {
    let _turn = alone();
    let Some(mut gpu) = device() else { return };
    let mut cpu = Engine::cpu(0).unwrap();
    for (channels, width, height) in [(3, 64, 48), (1, 30, 41), (3, 1, 1), (1, 1, 4000)] {
        let source = Source::new(picture(channels, width, height));
        let job = job(JobKind::Forward, &source, 11, NoiseMode::Jump, &steps()[2]);
        gpu.compute(Slot(0), &job).unwrap();
        cpu.compute(Slot(0), &job).unwrap();
        for display in displays(width, height) {
            for field in [Field::X0, Field::Xt] {
                let a = gpu.read_display(Slot(0), field, &display).unwrap();
                let b = cpu.read_display(Slot(0), field, &display).unwrap();
                assert_eq!(a.len(), 4 * display.size.0 * display.size.1);
                for (i, (a, b)) in a.iter().zip(&b).enumerate() {
                    assert!(a.abs_diff(*b) <= 1, "{display:?}, byte {i}: {a} and {b}");
                }
            }
        }
    }
}

#[test]
fn displays_show_what_they_say() {
    let source = Source::new(Raster::new(1, 1, 4, vec![-1.0, 0.0, 0.5, 3.0]));
    let mut cpu = Engine::cpu(1).unwrap();
    cpu.compute(Slot(0), &job(JobKind::Forward, &source, 1, NoiseMode::Jump, &steps()[0])).unwrap();
    let display = Display {
        mapping: Mapping::Clip { gain: 1.0 },
        filter: Filter::Nearest,
        view: ViewRect { x: -1.0, y: 0.0, width: 6.0, height: 1.0 },
        size: (6, 1),
    };
    let bytes = cpu.read_display(Slot(0), Field::X0, &display).unwrap();
    let grey = |v| [v, v, v, 255];
    assert_eq!(bytes.as_chunks().0, [[0; 4], grey(0), grey(128), grey(191), grey(255), [0; 4]]);
    let mean = Display { filter: Filter::Smooth, view: ViewRect::whole(4, 1), size: (2, 1), ..display };
    let bytes = cpu.read_display(Slot(0), Field::X0, &mean).unwrap();
    assert_eq!(bytes.as_chunks().0, [grey(64), grey(255)]);
}

#[test]
fn statistics_agree_with_the_device() {
    let _turn = alone();
    let Some(mut gpu) = device() else { return };
    let mut cpu = Engine::cpu(2).unwrap();
    for (channels, width, height) in [(1, 1, 1), (3, 64, 48), (1, 1, 4000), (3, 300, 301)] {
        let source = Source::new(picture(channels, width, height));
        let job = job(JobKind::Forward, &source, 4, NoiseMode::Jump, &steps()[3]);
        let tag = gpu.compute(Slot(0), &job).unwrap();
        cpu.compute(Slot(0), &job).unwrap();
        for field in [Field::X0, Field::Xt, Field::Eps] {
            gpu.request_statistics(Slot(0), field).unwrap();
            cpu.request_statistics(Slot(0), field).unwrap();
            while gpu.is_counting() {
                gpu.poll().unwrap();
            }
            let (of, ours) = gpu.latest_statistics(Slot(0), field).unwrap();
            assert_eq!(of, tag);
            let (_, theirs) = cpu.latest_statistics(Slot(0), field).unwrap();
            let values = gpu.read(Slot(0), field).unwrap();
            for c in 0..channels {
                // The device's counts are exactly those of its own values.
                let mut counts = vec![0u32; 4096];
                for v in values.plane(c) {
                    counts[((v + 6.0) * (4096.0f32 / 12.0)).clamp(0.0, 4095.0) as usize] += 1;
                }
                assert_eq!(ours.channels[c].histogram.counts, counts, "{field:?}");
                // The processor's values may differ in the last bits, so that some cross the border between
                // two bins: up to 2·1e-6 / (12 / 4096) of them. Each such pixel changes two counts. A few are
                // always allowed.
                let moved: u32 = counts
                    .iter()
                    .zip(&theirs.channels[c].histogram.counts)
                    .map(|(a, b)| a.abs_diff(*b))
                    .sum();
                let allowed = 4 + (width * height) as u32 / 500;
                assert!(moved <= allowed, "{field:?}: {moved} of {} moved", width * height);
                let (a, b) = (&ours.channels[c].moments, &theirs.channels[c].moments);
                assert_eq!((a.count, b.count), ((width * height) as u64, (width * height) as u64));
                let n = a.count as f64;
                assert!((a.sum - b.sum).abs() / n < 1e-6, "{field:?}: {} and {}", a.sum / n, b.sum / n);
                assert!((a.sum_of_squares - b.sum_of_squares).abs() / n < 1e-6);
            }
        }
    }
}

#[test]
fn textures_and_results_are_reused() {
    let _turn = alone();
    let Some(mut gpu) = device() else { return };
    let source = Source::new(picture(3, 40, 30));
    let first = job(JobKind::Forward, &source, 1, NoiseMode::Jump, &steps()[2]);
    let tag = gpu.compute(Slot(0), &first).unwrap();
    assert_eq!(gpu.compute(Slot(0), &first.clone()).unwrap(), tag);
    let mut display = displays(40, 30)[0];
    let generation =
        |gpu: &mut Engine, display: &Display| match gpu.display(Slot(0), Field::Xt, display).unwrap() {
            Picture::Gpu(picture) => picture.generation,
            Picture::Cpu(_) => panic!("a device draws textures"),
        };
    let one = generation(&mut gpu, &display);
    let second = Job { seed: 2, ..first.clone() };
    assert_ne!(gpu.compute(Slot(0), &second).unwrap(), tag);
    assert_eq!(generation(&mut gpu, &display), one);
    display.size = (41, 30);
    assert_ne!(generation(&mut gpu, &display), one);
    // A job of another kind stores its results elsewhere; pictures must be drawn from the new place.
    let mut cpu = Engine::cpu(1).unwrap();
    for kind in [JobKind::Ledger, JobKind::Posterior, JobKind::Forward] {
        let job = Job { kind, ..second.clone() };
        gpu.compute(Slot(0), &job).unwrap();
        cpu.compute(Slot(0), &job).unwrap();
        let a = gpu.read_display(Slot(0), Field::Xt, &display).unwrap();
        let b = cpu.read_display(Slot(0), Field::Xt, &display).unwrap();
        assert!(a.iter().zip(&b).all(|(a, b)| a.abs_diff(*b) <= 1), "{kind:?}");
    }
}

#[test]
fn wrong_requests_are_errors() {
    let _turn = alone();
    let mut engines = vec![Engine::cpu(1).unwrap()];
    engines.extend(device());
    for engine in &mut engines {
        let display = displays(4, 4)[0];
        let missing = engine.display(Slot(9), Field::Xt, &display).unwrap_err();
        assert_eq!(missing, GpuError::NoField { slot: Slot(9), field: Field::Xt });
        let source = Source::new(picture(1, 4, 4));
        engine.compute(Slot(9), &job(JobKind::Forward, &source, 1, NoiseMode::Jump, &steps()[2])).unwrap();
        assert!(engine.read(Slot(9), Field::Sample).is_err());
        assert!(engine.display(Slot(9), Field::Sample, &display).is_err());
        assert!(engine.request_statistics(Slot(9), Field::Sample).is_err());
        let empty = Display { size: (0, 5), ..display };
        assert!(matches!(engine.display(Slot(9), Field::Xt, &empty), Err(GpuError::Size { .. })));
        let huge = Display { size: (1 << 20, 5), ..display };
        assert!(matches!(engine.display(Slot(9), Field::Xt, &huge), Err(GpuError::Size { .. })));
        engine.release(Slot(9));
        assert!(engine.read(Slot(9), Field::Xt).is_err());
    }
}

/// A device with the smallest limits that any device with compute shaders has.
fn modest_device() -> Option<(wgpu::Device, wgpu::Queue)> {
    let instance = wgpu::Instance::default();
    let options = wgpu::RequestAdapterOptions::default();
    let adapter = pollster::block_on(instance.request_adapter(&options)).ok()?;
    check_adapter(&adapter).ok()?;
    let required_limits = wgpu::Limits::downlevel_defaults();
    let descriptor = wgpu::DeviceDescriptor { required_limits, ..Default::default() };
    pollster::block_on(adapter.request_device(&descriptor)).ok()
}

#[test]
fn modest_limits_suffice_and_excess_is_an_error() {
    let _turn = alone();
    if device().is_none() {
        return;
    }
    let (device, queue) = modest_device().unwrap();
    let mut engine = Engine::gpu(device, queue).unwrap();
    let large = Source::new(Raster::new(3, 2048, 2048, vec![0.5; 3 << 22]));
    engine.compute(Slot(0), &job(JobKind::Ledger, &large, 1, NoiseMode::Jump, &steps()[2])).unwrap();
    let display = Display {
        mapping: Mapping::Clip { gain: 1.0 },
        filter: Filter::Nearest,
        view: ViewRect { x: 2040.0, y: 2040.0, width: 8.0, height: 8.0 },
        size: (8, 8),
    };
    let bytes = engine.read_display(Slot(0), Field::X0, &display).unwrap();
    assert!(bytes.as_chunks().0.iter().all(|pixel| *pixel == [191, 191, 191, 255]));
    let huge = Source::new(Raster::new(1, 4096, 4096, vec![0.5; 1 << 24]));
    let job = job(JobKind::Ledger, &huge, 1, NoiseMode::Jump, &steps()[2]);
    let refused = engine.compute(Slot(1), &job).unwrap_err();
    assert!(matches!(refused, GpuError::TooLarge { .. }), "{refused}");
    // The engine can still be used afterwards.
    engine.compute(Slot(1), &Job { kind: JobKind::Forward, ..job }).unwrap();
}
