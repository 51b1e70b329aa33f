//! `diffuscope doctor`: what this machine can do, and what is missing.

use std::io::Write;

use super::error::CliError;
use super::output::to_stdout;
use crate::diffusion::Raster;
use crate::diffusion::Step;
use crate::diffusion::noise::{Coefficients, NoiseMode};
use crate::gpu::{Device, Engine, EngineInfo, Field, GpuError, Job, JobKind, Slot, Source, check_adapter};
use crate::memory;
use crate::model::memory::of_stable_diffusion_1;
use crate::model::{self, UNet2DConfig, WeightType};
use crate::system::{self, Package};

/// The largest allowed difference between an adapter and the processor, as everywhere in the program.
const TOLERANCE: f32 = 1e-5;

/// Say which devices there are, whether they compute rightly, and what is missing for the window.
///
/// Exits with 0 when the window could open, and with 1 and the reason otherwise.
#[derive(clap::Args, Debug)]
pub struct Args {}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Good,
    Note,
    Bad,
}

struct Finding {
    state: State,
    topic: &'static str,
    text: String,
    advice: Option<String>,
}

#[derive(Default)]
struct Report(Vec<Finding>);

impl Report {
    fn add(&mut self, state: State, topic: &'static str, text: impl Into<String>) -> &mut Finding {
        self.0.push(Finding { state, topic, text: text.into(), advice: None });
        let last = self.0.len() - 1;
        &mut self.0[last]
    }

    fn write(&self, writer: &mut dyn Write) -> std::io::Result<()> {
        let system = format!("{} on {}", std::env::consts::ARCH, std::env::consts::OS);
        writeln!(writer, "diffuscope {} · {system}", env!("CARGO_PKG_VERSION"))?;
        for Finding { state, topic, text, advice } in &self.0 {
            let mark = match state {
                State::Good => "ok",
                State::Note => "note",
                State::Bad => "MISSING",
            };
            writeln!(writer, "{mark:<8} {topic:<13} {text}")?;
            if let Some(advice) = advice {
                writeln!(writer, "{:<8} {:<13} → {advice}", "", "")?;
            }
        }
        Ok(())
    }
}

impl Finding {
    fn advise(&mut self, advice: impl Into<String>) {
        self.advice = Some(advice.into());
    }
}

/// Runs the command.
///
/// # Errors
/// [`CliError::Unwell`] if the window could not open.
pub fn run() -> Result<(), CliError> {
    let mut report = Report::default();
    adapters(&mut report);
    compute(&mut report);
    processor(&mut report)?;
    networks(&mut report)?;
    display(&mut report);
    match system::file_dialogs() {
        Ok(dialogs) => drop(report.add(State::Good, "file dialogs", dialogs.to_string())),
        Err(reason) => report
            .add(State::Note, "file dialogs", format!("{reason}; dropping files still works"))
            .advise(Package::DIALOGS.advice()),
    }
    to_stdout(|writer| report.write(writer))?;
    let bad: Vec<&str> = report.0.iter().filter(|f| f.state == State::Bad).map(|f| f.text.as_str()).collect();
    if bad.is_empty() { Ok(()) } else { Err(CliError::Unwell(bad.join("; "))) }
}

/// Reports every adapter, and whether it can run the kernels.
fn adapters(report: &mut Report) {
    let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle_from_env());
    let adapters = pollster::block_on(instance.enumerate_adapters(wgpu::Backends::all()));
    for adapter in &adapters {
        let (info, limits) = (adapter.get_info(), adapter.limits());
        let driver = format!("{} {}", info.driver, info.driver_info);
        let text = format!(
            "{} · {:?} · {:?} · {} · pictures to {} pixels, buffers to {} MiB",
            info.name,
            info.backend,
            info.device_type,
            driver.trim(),
            limits.max_texture_dimension_2d,
            limits.max_buffer_size >> 20
        );
        match check_adapter(adapter) {
            Ok(()) => drop(report.add(State::Good, "adapter", text)),
            Err(error) => {
                let advice = format!("{error}; the processor computes the pictures instead");
                report.add(State::Note, "adapter", text).advise(advice);
            }
        }
    }
    if adapters.is_empty() {
        let advice = format!("{}, or your graphics card's own driver", Package::DRIVER.advice());
        report.add(State::Bad, "adapter", "no graphics adapter, not even a software one").advise(advice);
    }
}

/// Reports whether the adapter's kernels give the same results as the processor.
fn compute(report: &mut Report) {
    let mut engine = match Engine::headless(Device::Gpu) {
        Ok(engine) => engine,
        Err(error) => {
            let text = format!("not on an adapter: {error}");
            report.add(State::Note, "compute", text);
            return;
        }
    };
    let info: EngineInfo = engine.info();
    match difference(&mut engine) {
        Ok(difference) if difference <= TOLERANCE => {
            let text = format!("{} agrees with the processor to {difference:.1e}", info.name);
            report.add(State::Good, "compute", text);
            if info.is_software {
                let advice = "for speed, install your graphics card's driver".to_owned();
                let text = "this adapter is software: the processor draws the window";
                report.add(State::Note, "speed", text).advise(advice);
            }
        }
        Ok(difference) => {
            let text = format!("{} differs from the processor by {difference:.1e}", info.name);
            report.add(State::Note, "compute", text).advise("update the graphics driver");
        }
        Err(error) => {
            let text = format!("{} fails: {error}", info.name);
            report.add(State::Note, "compute", text).advise("update the graphics driver");
        }
    }
}

/// The largest difference between an engine and its twin on the processor, over all parts of a small picture.
fn difference(engine: &mut Engine) -> Result<f32, GpuError> {
    let data: Vec<f32> = (0..3 * 33 * 65).map(|i| (i % 256) as f32 / 127.5 - 1.0).collect();
    let source = Source::new(Raster::new(3, 33, 65, data));
    let coefficients = Coefficients::of(&Step::new(300, 0.394, 0.006));
    let mut twin = Engine::cpu(1)?;
    let mut largest = 0.0_f32;
    for mode in [NoiseMode::Jump, NoiseMode::Walk] {
        for kind in [JobKind::Ledger, JobKind::Posterior] {
            let job = Job { kind, source: source.clone(), seed: 7, mode, coefficients };
            engine.compute(Slot(0), &job)?;
            twin.compute(Slot(0), &job)?;
            for &field in kind.fields() {
                let (a, b) = (engine.read(Slot(0), field)?, twin.read(Slot(0), field)?);
                // The comparison is written so that NaN counts as a difference.
                let apart = |a: &f32, b: &f32| if a == b { 0.0 } else { (a - b).abs() };
                for distance in a.data.iter().zip(b.data.iter()).map(|(a, b)| apart(a, b)) {
                    largest = if distance <= largest { largest } else { distance };
                }
                debug_assert!(field != Field::X0);
            }
        }
    }
    Ok(largest)
}

fn processor(report: &mut Report) -> Result<(), CliError> {
    let info = Engine::cpu(0)?.info();
    report.add(State::Good, "processor", format!("{} threads · SIMD {}", info.threads, info.simd));
    Ok(())
}

/// Reports which networks fit into the free memory.
fn networks(report: &mut Report) -> Result<(), CliError> {
    let free = memory::available();
    let small = UNet2DConfig::preset("ddpm-cifar10").unwrap_or_default();
    let needs = [
        (
            "a U-Net of 36 million parameters at 32×32",
            model::memory::of_unet(&small, [32; 2], WeightType::F32)?,
        ),
        ("Stable Diffusion 1.x of 16 bits at 512×512", of_stable_diffusion_1(512, WeightType::F16)?),
        ("Stable Diffusion 1.x of 32 bits at 512×512", of_stable_diffusion_1(512, WeightType::F32)?),
        ("Stable Diffusion 1.x of 16 bits at 1024×1024", of_stable_diffusion_1(1024, WeightType::F16)?),
    ];
    for (what, need) in needs {
        let needs = format!("{what}: needs {:.1} GB", need.total() as f64 / 1e9);
        let (state, text) = match free {
            None => (State::Note, format!("{needs}; the system does not say how much is free")),
            Some(free) => {
                let state = if need.total() <= free { State::Good } else { State::Note };
                (state, format!("{needs}, {:.1} GB are free", free as f64 / 1e9))
            }
        };
        let finding = report.add(state, "memory", text);
        if state == State::Note && free.is_some() {
            finding.advise("close other programs, or take a smaller network or picture");
        }
    }
    Ok(())
}

fn display(report: &mut Report) {
    match system::display_server() {
        Ok(text) => drop(report.add(State::Good, "display", text)),
        Err(text) => report
            .add(State::Bad, "display", text)
            .advise("log in to a desktop, or use ssh -X; figures, films and tours work without"),
    }
    for (library, package) in system::missing_libraries() {
        let text = format!("{library} is not installed");
        report.add(State::Bad, "library", text).advise(package.advice());
    }
}
