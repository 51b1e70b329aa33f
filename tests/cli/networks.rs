//! `diffuscope model`, `sample`, `denoise` and `predict`, on the reference networks.

use std::collections::BTreeMap;
use std::path::Path;

use safetensors::{Dtype, SafeTensors};

use super::{Run, contents, folder, run_in, save_picture};

const NETWORKS: [&str; 3] = ["unet-plain", "unet-class-attention", "unet-ddpm-style"];

fn network(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference").join(name).display().to_string()
}

/// The tensors of a file by name, each with its shape and values.
pub fn tensors(path: &Path) -> BTreeMap<String, (Vec<usize>, Vec<f64>)> {
    let bytes = std::fs::read(path).unwrap();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let values = |dtype, data: &[u8]| match dtype {
        Dtype::F32 => data.as_chunks::<4>().0.iter().map(|&b| f64::from(f32::from_le_bytes(b))).collect(),
        Dtype::F64 => data.as_chunks::<8>().0.iter().map(|&b| f64::from_le_bytes(b)).collect(),
        Dtype::I64 => data.as_chunks::<8>().0.iter().map(|&b| i64::from_le_bytes(b) as f64).collect(),
        other => panic!("{other:?}"),
    };
    let tensor = |(name, view): (String, safetensors::tensor::TensorView<'_>)| {
        (name, (view.shape().to_vec(), values(view.dtype(), view.data())))
    };
    file.tensors().into_iter().map(tensor).collect()
}

pub fn largest_difference(a: &[f64], b: &[f64]) -> f64 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

/// Runs a command in a folder, with a reference network as its model.
fn on(folder: &Path, command: &str, name: &str, arguments: &str) -> Run {
    run_in(folder, &format!("{command} --model {} {arguments}", network(name)))
}

#[test]
fn predictions_are_those_of_pytorch() {
    let folder = folder();
    for name in NETWORKS {
        let input = format!("{}/io.safetensors", network(name));
        let expected = &tensors(Path::new(&input))["output_f64"];
        for (precision, bound) in [("f32", 1e-5), ("f64", 1e-6)] {
            let arguments = format!("--input {input} --precision {precision} -o ours.safetensors");
            on(folder.path(), "predict", name, &arguments).succeeded();
            let ours = tensors(&folder.path().join("ours.safetensors"));
            assert_eq!(ours.keys().collect::<Vec<_>>(), ["output"]);
            assert_eq!(ours["output"].0, expected.0);
            let error = largest_difference(&ours["output"].1, &expected.1);
            assert!(error <= bound, "{name} in {precision}: {error}");
        }
    }
}

#[test]
fn a_network_is_described() {
    let text =
        run_in(Path::new("."), &format!("model {}", network("unet-class-attention"))).succeeded().stdout;
    for part in [
        "281 459",
        "16 × 16",
        "0 to 10",
        "Linear, T = 1000",
        "DDPM",
        "epsilon",
        "AttnDownBlock2D",
        "mid_block",
    ] {
        assert!(text.contains(part), "{text} lacks {part}");
    }
    let parameters: usize = text
        .lines()
        .skip_while(|line| !line.starts_with("block "))
        .skip(1)
        .map(|line| line.rsplit("  ").next().unwrap().replace(' ', "").parse::<usize>().unwrap())
        .sum();
    assert_eq!(parameters, 281_459, "the blocks' parameters sum to the network's");
}

#[test]
fn the_same_seed_gives_the_same_samples_on_any_number_of_threads() {
    let folder = folder();
    let path = folder.path();
    for sampler in ["ddpm", "ddim --eta 0.7", "dpm++", "euler", "euler-a", "heun"] {
        let sample = |file: &str, more: &str| {
            let arguments = format!("--sampler {sampler} --steps 6 --raw {file} {more}");
            let run = on(path, "sample", "unet-class-attention", &arguments);
            run.remarked(&["guidance takes class 10 for it"]);
            std::fs::read(path.join(file)).unwrap()
        };
        let alone = sample("one.safetensors", "-n 5 --threads 1 --class 2 --guidance-scale 2.5");
        let shared = sample("two.safetensors", "-n 5 --threads 2 --class 2 --guidance-scale 2.5");
        assert!(alone == shared, "{sampler}");
        let other = sample("other.safetensors", "-n 5 --class 2 --guidance-scale 2.5 --seed 8");
        assert!(alone != other, "{sampler}: another seed gives other samples");
        sample("few.safetensors", "-n 2 --class 2 --guidance-scale 2.5");
        let many = &tensors(&path.join("one.safetensors"))["samples"];
        let few = &tensors(&path.join("few.safetensors"))["samples"];
        assert_eq!((&many.0[..], &few.0[..]), (&[5, 3, 16, 16][..], &[2, 3, 16, 16][..]));
        let error = largest_difference(&few.1, &many.1[..few.1.len()]);
        assert!(error < 1e-4, "{sampler}: a sample depends on its batch: {error}");
    }
}

/// A folder may be a disk of its own, which cannot be replaced.
#[cfg(unix)]
#[test]
fn a_trace_goes_into_an_empty_folder_that_is_there() {
    use std::os::unix::fs::MetadataExt as _;
    let folder = folder();
    let steps = folder.path().join("steps");
    std::fs::create_dir(&steps).unwrap();
    let number = steps.metadata().unwrap().ino();
    on(folder.path(), "sample", "unet-plain", "-n 1 --sampler ddim --steps 2 --trace steps");
    assert_eq!(contents(&steps), ["step-0001.safetensors", "step-0002.safetensors"]);
    assert_eq!(
        (contents(folder.path()), steps.metadata().unwrap().ino()),
        (vec!["steps".to_owned()], number)
    );
}

#[test]
fn a_trace_holds_every_step_in_order() {
    let folder = folder();
    let path = folder.path();
    for (sampler, calls) in
        [("ddpm", 7), ("ddim", 7), ("dpm++", 7), ("euler", 7), ("euler-a", 7), ("heun", 13)]
    {
        let arguments = format!("-n 2 --sampler {sampler} --steps 7 --trace {sampler} --raw end.safetensors");
        on(path, "sample", "unet-plain", &arguments).succeeded();
        let names = contents(&path.join(sampler));
        let expected: Vec<String> = (1..=calls).map(|i| format!("step-{i:04}.safetensors")).collect();
        assert_eq!(names, expected, "{sampler}");
        let steps: Vec<_> = names.iter().map(|name| tensors(&path.join(sampler).join(name))).collect();
        for (step, next) in steps.iter().zip(&steps[1..]) {
            let fields: Vec<&str> = step.keys().map(String::as_str).collect();
            assert_eq!(fields, ["eps_hat", "mean", "noise", "t", "t_prev", "x0_hat", "x_prev", "x_t"]);
            assert_eq!(step["x_prev"], next["x_t"], "{sampler}");
            assert_eq!(step["x_t"].0, [2, 1, 16, 16]);
            assert!(step["t"].1[0] >= next["t"].1[0], "{sampler}: time runs back");
        }
        let last = steps.last().unwrap();
        assert!(last["t"].1[0] >= 1.0);
        assert_eq!(last["x_prev"], tensors(&path.join("end.safetensors"))["samples"], "{sampler}");
    }
    assert!(!contents(path).iter().any(|name| name.starts_with('.')), "nothing unfinished is left");
}

#[test]
fn results_are_pictures_and_films() {
    let folder = folder();
    let path = folder.path();
    let arguments = "-n 5 --sampler ddim --steps 4 -o grid.png --gif run.gif";
    on(path, "sample", "unet-ddpm-style", arguments).succeeded();
    // The picture shows 5 samples of 16 × 16 pixels in rows of 3, two pixels apart.
    let grid = image::open(path.join("grid.png")).unwrap();
    assert_eq!((grid.width(), grid.height()), (3 * 18 - 2, 2 * 18 - 2));
    let film = std::fs::File::open(path.join("run.gif")).unwrap();
    let film = image::codecs::gif::GifDecoder::new(std::io::BufReader::new(film)).unwrap();
    let frames = image::AnimationDecoder::into_frames(film).collect_frames().unwrap();
    assert_eq!(frames.len(), 5, "the noise and four steps");
    on(path, "sample", "unet-plain", "-n 1 --steps 3 -o one.png").succeeded();
    let one = image::open(path.join("one.png")).unwrap();
    assert_eq!((one.width(), one.height(), one.color()), (16, 16, image::ColorType::L8));
}

#[test]
fn denoising_starts_from_the_picture_as_noise_makes_it() {
    let folder = folder();
    let path = folder.path();
    save_picture(&path.join("it.png"), 16, 16);
    run_in(path, "noise it.png --t 400 --seed 3 --device cpu --raw noised.safetensors").succeeded();
    let arguments = "it.png --from-t 400 --seed 3 --steps 5 --sampler ddim --trace run -o back.png";
    on(path, "denoise", "unet-ddpm-style", arguments).succeeded();
    let first = tensors(&path.join("run/step-0001.safetensors"));
    let noised = &tensors(&path.join("noised.safetensors"))["xt"];
    assert_eq!(first["t"].1, [400.0]);
    assert!(largest_difference(&first["x_t"].1, &noised.1) < 1e-6);
    assert_eq!(contents(&path.join("run")).len(), 5);
    let back = image::open(path.join("back.png")).unwrap();
    assert_eq!((back.width(), back.height()), (16, 16));
    // A colour picture of another shape is denoised by a grey network, several times.
    save_picture(&path.join("wide.png"), 90, 40);
    on(path, "denoise", "unet-plain", "wide.png --from-t 2 -n 3 --raw three.safetensors").succeeded();
    assert_eq!(tensors(&path.join("three.safetensors"))["samples"].0, [3, 1, 16, 16]);
}

#[test]
fn what_does_not_fit_is_refused_and_leaves_nothing() {
    let folder = folder();
    let path = folder.path();
    let sample = |name: &str, arguments: &str| on(path, "sample", name, &format!("{arguments} -o it.png"));
    run_in(path, "sample --model nowhere -o it.png").failed(1, "nowhere: there is no such file");
    sample("unet-plain", "--class 1").failed(2, "not conditioned on a class");
    sample("unet-plain", "--guidance-scale 2").failed(2, "no classes");
    sample("unet-plain", "--eta 0.5").failed(2, "--eta belongs to ddim");
    sample("unet-plain", "--sampler ddim --eta 1.5").failed(2, "eta must be from");
    sample("unet-plain", "--steps 0").failed(2, "from 1 to 1000");
    sample("unet-plain", "--steps 1001").failed(2, "from 1 to 1000");
    sample("unet-plain", "--size 33").failed(2, "not divisible by 2");
    sample("unet-plain", "--sampler plms").failed(2, "plms");
    sample("unet-plain", "-n 0").failed(2, "-n");
    sample("unet-plain", "--raw it.png").failed(2, "two results");
    sample("unet-class-attention", "--class 11").failed(2, "from 0 to 10");
    sample("unet-class-attention", "--guidance-scale nan").failed(2, "finite");
    on(path, "sample", "unet-plain", "-o it.jpg").failed(2, "it.jpg");
    on(path, "sample", "unet-plain", "-o no/such/it.png").failed(1, "there is no folder no/such");
    on(path, "sample", "unet-plain", "").failed(2, "--output");
    on(path, "denoise", "unet-plain", "chelsea --from-t 0 -o it.png").failed(2, "--from-t");
    on(path, "denoise", "unet-plain", "chelsea --from-t 1001 -o it.png").failed(2, "--from-t");
    on(path, "denoise", "unet-plain", "chelsea --from-t 5 --steps 6 -o it.png").failed(2, "from 1 to 5");
    on(path, "denoise", "unet-plain", "no.png --from-t 5 -o it.png").failed(1, "no.png");
    let other = format!("--input {}/io.safetensors -o it.safetensors", network("unet-plain"));
    on(path, "predict", "unet-ddpm-style", &other).failed(1, "[2, 1, 16, 16]");
    on(path, "predict", "unet-class-attention", &other).failed(1, "class_labels");
    on(path, "predict", "unet-plain", "--input no.safetensors -o it.safetensors").failed(1, "no.safetensors");
    assert_eq!(contents(path), Vec::<String>::new());
    std::fs::write(path.join("text.safetensors"), "not tensors").unwrap();
    on(path, "predict", "unet-plain", "--input text.safetensors -o it.safetensors")
        .failed(1, "text.safetensors");
    run_in(path, "model text.safetensors").failed(1, "config.json");
    run_in(path, "model .").failed(1, "neither model_index.json nor config.json");
    assert_eq!(contents(path), ["text.safetensors"]);
    on(path, "sample", "unet-plain", "--steps 2 --trace .").failed(2, "not empty");
}

/// Commands refuse at the beginning what they could not write at the end.
#[test]
fn results_are_known_to_have_a_place() {
    let folder = folder();
    let path = folder.path();
    std::fs::write(path.join("file"), "mine").unwrap();
    for (results, code, part) in [
        ("--trace file", 1, "file: could not be written"),
        ("--trace file/steps", 1, "file/steps"),
        ("--trace steps -o steps/it.png", 2, "steps/it.png: the folder of --trace"),
        ("--trace .", 2, "not empty"),
        ("--raw a.safetensors --gif ./b.gif -o ../no/it.png", 1, "there is no folder ../no"),
        ("--raw a.gif --gif ./a.gif", 2, "two results"),
    ] {
        on(path, "sample", "unet-plain", &format!("--steps 100000 {results}")).failed(code, part);
    }
    run_in(path, "figure schedules -o file/it.png").failed(1, "file/it.png");
    run_in(path, "tour -o file").failed(1, "file: could not be written");
    run_in(path, "model fashion --save file").failed(1, "file: could not be written");
    run_in(path, "schedule linear -o file/it.csv").failed(1, "file/it.csv");
    run_in(path, "noise chelsea --t 3 -o it.png --raw file/it").failed(1, "file/it");
    assert_eq!(contents(path), ["file"]);
}

#[cfg(unix)]
#[test]
fn ctrl_c_leaves_nothing_unfinished() {
    let folder = folder();
    let path = folder.path();
    let arguments =
        ["sample", "--model", &network("unet-ddpm-style"), "-n", "8", "--trace", "run", "-o", "it.png"];
    let mut child = super::program()
        .current_dir(path)
        .args(arguments)
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    // The run has begun when its first step is written; 999 steps are still to come.
    let begun = |path: &Path| {
        let hidden = |entry: std::fs::DirEntry| {
            entry.file_name().to_string_lossy().starts_with(".trace-")
                && entry.path().join("step-0001.safetensors").exists()
        };
        path.read_dir().unwrap().flatten().any(hidden)
    };
    while !begun(path) {
        assert!(child.try_wait().unwrap().is_none(), "it ended before it could be stopped");
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    let killed = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    super::finish(child.wait_with_output().unwrap()).failed(130, "stopped");
    assert_eq!(contents(path), Vec::<String>::new());
}

#[test]
fn a_shipped_network_goes_by_its_name_and_is_saved_in_half_the_bytes() {
    let folder = folder();
    let path = folder.path();
    let facts = run_in(path, "model fashion").succeeded().stdout;
    assert!(
        facts.contains("1 114 209")
            && facts.contains("0 to 10, 10 stands for none")
            && facts.contains("in the program"),
        "{facts}"
    );
    let sample = |model: &str, raw: &str| {
        let command = format!("sample --model {model} --class 7 --sampler ddim --steps 2 -n 1 --raw {raw}");
        run_in(path, &command).succeeded();
        tensors(&path.join(raw))["samples"].1.clone()
    };
    let samples = sample("fashion", "a.safetensors");
    run_in(path, "model fashion --save own").succeeded();
    let weights = path.join("own/unet/diffusion_pytorch_model.safetensors").metadata().unwrap().len();
    assert!(weights < 2_400_000, "{weights}");
    // The weights that come with the program have 16 bits already, so nothing is lost.
    assert_eq!(sample("own", "b.safetensors"), samples);
    if !cfg!(feature = "cuda") {
        let elsewhere = "sample --model fashion --class 7 -n 1 --raw c.safetensors --device cuda";
        run_in(path, elsewhere).failed(1, "--features cuda");
        assert!(!path.join("c.safetensors").exists());
    }
    // A folder of this name takes precedence over the network that comes with the program.
    std::fs::create_dir(path.join("fashion")).unwrap();
    run_in(path, "model fashion").failed(1, "fashion");
}

#[test]
fn what_is_read_is_not_written_over() {
    let folder = folder();
    let path = folder.path();
    save_picture(&path.join("it.png"), 20, 16);
    let copy = |from: &str, to: &str| {
        let to = path.join(to);
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::copy(Path::new(&network("unet-plain")).join(from), to).unwrap();
    };
    for file in ["model_index.json", "unet/config.json", "unet/diffusion_pytorch_model.safetensors"] {
        copy(file, &format!("net/{file}"));
    }
    copy("io.safetensors", "io.safetensors");
    run_in(path, "schedule linear --format diffusers -o s_scheduler_config.json").succeeded();
    let before = |name: &str| std::fs::read(path.join(name)).unwrap();
    let weights = "net/unet/diffusion_pytorch_model.safetensors";
    let files = ["it.png", weights, "io.safetensors", "s_scheduler_config.json"];
    let contents = files.map(before);
    for command in [
        "noise it.png --t 5 -o it.png",
        "denoise it.png --from-t 5 --model net -o ./it.png",
        "figure forward it.png -o it.png",
        &format!("sample --model net -n 1 --steps 2 --raw {weights}"),
        "predict --model net --input io.safetensors -o io.safetensors",
        "schedule s_scheduler_config.json --format diffusers -o s_scheduler_config.json",
    ] {
        run_in(path, command).failed(2, "this is what is read, and would be replaced");
    }
    run_in(path, "model net --save net").failed(2, "this is the network that is read");
    assert!(files.map(before) == contents);
    // New files, and files that do not belong to the network, may be written beside it.
    run_in(path, "noise it.png --t 5 -o net/it.png").succeeded();
}

#[test]
fn a_scheduler_as_python_writes_it_is_saved_as_it_is() {
    let folder = folder();
    let path = folder.path();
    for file in ["unet/config.json", "unet/diffusion_pytorch_model.safetensors"] {
        let to = path.join("net").join(file);
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::copy(Path::new(&network("unet-plain")).join(file), to).unwrap();
    }
    let parts = r#"{"scheduler": ["diffusers", "DPMSolverMultistepScheduler"], "unet": ["diffusers", "UNet2DModel"]}"#;
    std::fs::write(path.join("net/model_index.json"), parts).unwrap();
    let text = "{\"_class_name\": \"DPMSolverMultistepScheduler\", \"lambda_min_clipped\": -Infinity}";
    std::fs::create_dir(path.join("net/scheduler")).unwrap();
    std::fs::write(path.join("net/scheduler/scheduler_config.json"), text).unwrap();
    run_in(path, "model net --save again").succeeded();
    assert_eq!(std::fs::read_to_string(path.join("again/scheduler/scheduler_config.json")).unwrap(), text);
    let index = std::fs::read_to_string(path.join("again/model_index.json")).unwrap();
    assert!(index.contains("\"DPMSolverMultistepScheduler\""), "{index}");
}
