//! What a command reads is never written over: every command that reads and writes files is told to write each of its
//! results to each of its inputs.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use diffuscope::scene::{self, ImageRef, Scene};
use tempfile::TempDir;

use super::{folder, has_adapter, run_in, save_picture};

const NETWORK: &str = r#"{"_class_name": "UNet2DModel", "block_out_channels": [8, 16], "layers_per_block": 1,
    "down_block_types": ["DownBlock2D", "DownBlock2D"], "up_block_types": ["UpBlock2D", "UpBlock2D"],
    "norm_num_groups": 4}"#;
const LESSON: &str = "name = \"mine\"\ntitle = \"Mine\"\n[[step]]\ntext = \"a\"\n[[step]]\ntext = \"b\"\n";

/// A command; the results that it writes, among them files in folders that it is told to write to; and its inputs.
type Row = (&'static str, &'static [&'static str], &'static [&'static str]);

const NET: [&str; 3] = [
    "net/scheduler/scheduler_config.json",
    "net/unet/config.json",
    "net/unet/diffusion_pytorch_model.safetensors",
];

const ROWS: [Row; 22] = [
    ("schedule sc.json -o out.csv", &["out.csv"], &["sc.json"]),
    ("schedule net --format json -o out.json", &["out.json"], &["net/scheduler/scheduler_config.json"]),
    (
        "noise it.png --t 3 --device cpu --schedule sc.json -o out.png --raw out.st",
        &["out.png", "out.st"],
        &["it.png", "sc.json"],
    ),
    (
        "figure forward s.diffuscope --schedule sc.json --compare b.json -o out.png",
        &["out.png"],
        &["s.diffuscope", "it.png", "sc.json", "b.json"],
    ),
    ("figure schedules s_scheduler_config.json -o out.png", &["out.png"], &["s_scheduler_config.json"]),
    (
        "tour s.diffuscope --schedule sc.json -o out",
        &["out/forward.png", "out/reverse.png", "out/forward.gif"],
        &["s.diffuscope", "it.png", "sc.json"],
    ),
    // Without a display, this makes a tour.
    ("s.diffuscope", &["diffuscope-tour/forward.png"], &["s.diffuscope", "it.png"]),
    ("lesson mine.toml --picture it.png --export out.html", &["out.html"], &["mine.toml", "it.png"]),
    (
        "lesson mine.toml --picture it.png --export out",
        &["out/01.png", "out/02.png"],
        &["mine.toml", "it.png"],
    ),
    (
        "model net/unet --schedule sc.json --save out",
        &["out/scheduler/scheduler_config.json"],
        &["sc.json", NET[1], NET[2]],
    ),
    (
        "sample --model net -n 1 --steps 2 --raw out.st --gif out.gif -o out.png",
        &["out.st", "out.gif", "out.png"],
        &NET,
    ),
    ("sample --model net --schedule sc.json -n 1 --steps 2 --raw out.st", &["out.st"], &["sc.json"]),
    (
        "denoise it.png --from-t 5 --model net --schedule sc.json -o out.png --gif out.gif --raw out.st",
        &["out.png", "out.gif", "out.st"],
        &["it.png", "sc.json", NET[1], NET[2]],
    ),
    (
        "predict --model net --input io.safetensors -o out.st",
        &["out.st"],
        &["io.safetensors", NET[1], NET[2]],
    ),
    (
        "train digits.csv.gz --config net.json --schedule sc.json --iterations 1 -o out",
        &[
            "out/scheduler/scheduler_config.json",
            "out/loss.csv",
            "out/raw/unet/config.json",
            "out/samples/000001.png",
        ],
        &["digits.csv.gz", "net.json", "sc.json"],
    ),
    ("train-classifier digits.csv.gz --iterations 1 -o out.st", &["out.st"], &["digits.csv.gz"]),
    (
        "train-classifier pictures --size 8 --iterations 1 -o out.st",
        &["out.st"],
        &["pictures/a/00.png", "pictures/b/09.png"],
    ),
    (
        "train-classifier idx --iterations 1 -o out.st",
        &["out.st"],
        &["idx/train-images-idx3-ubyte", "idx/t10k-labels-idx1-ubyte"],
    ),
    (
        "train-classifier sets --set two --class-key kind --iterations 1 -o out.st",
        &["out.st"],
        &["sets/two.npz", "sets/two.json"],
    ),
    (
        "eval net --data digits.csv.gz --classifier judge.st -n 130 --steps 2 --schedule sc.json --neighbours out.png",
        &["out.png"],
        &["digits.csv.gz", "judge.st", "sc.json", NET[1], NET[2]],
    ),
    ("toy --data moons --nfe 5 -n 100 --score moons.st --raw out.st", &["out.st"], &["moons.st"]),
    // The run's own files are replaced, but not what else it reads.
    ("train digits.csv.gz --resume --iterations 2 -o run", &["run/samples/000002.png"], &["digits.csv.gz"]),
];

/// A folder with one input of every kind.
fn place() -> TempDir {
    let place = folder();
    let path = place.path();
    let at = |name: &str| path.join(name);
    save_picture(&at("it.png"), 40, 40);
    let scene = Scene { image: ImageRef::File(at("it.png")), ..Scene::default() };
    scene::save(&at("s.diffuscope"), &scene).unwrap();
    fs::write(at("mine.toml"), LESSON).unwrap();
    fs::write(at("net.json"), NETWORK).unwrap();
    fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/digits8x8.csv.gz"), at("digits.csv.gz"))
        .unwrap();
    for name in ["sc.json", "b.json", "s_scheduler_config.json"] {
        run_in(path, &format!("schedule linear --format diffusers -o {name}")).succeeded();
    }
    for command in [
        "train digits.csv.gz -o run --config net.json --iterations 1 --batch 2 --sample-every 0",
        "model run --save net",
        "train-classifier digits.csv.gz -o judge.st --iterations 1 --batch 8",
        "toy-train --data moons --iterations 1 --hidden 8 -o moons.st",
    ] {
        assert_eq!(run_in(path, command).code, 0, "{command}");
    }
    pictures(path);
    arrays(path);
    place
}

/// Pictures as files, and as IDX.
fn pictures(path: &Path) {
    fs::create_dir(path.join("idx")).unwrap();
    for class in ["a", "b"] {
        fs::create_dir_all(path.join("pictures").join(class)).unwrap();
        (0..20).for_each(|i| save_picture(&path.join(format!("pictures/{class}/{i:02}.png")), 8, 8));
    }
    for part in ["train", "t10k"] {
        let pixels: Vec<u8> = (0..20 * 64).map(|i| (i * 7 % 256) as u8).collect();
        let pictures = [&[0, 0, 8, 3, 0, 0, 0, 20, 0, 0, 0, 8, 0, 0, 0, 8][..], &pixels].concat();
        fs::write(path.join(format!("idx/{part}-images-idx3-ubyte")), pictures).unwrap();
        let labels = [&[0, 0, 8, 1, 0, 0, 0, 20][..], &[0, 1].repeat(10)].concat();
        fs::write(path.join(format!("idx/{part}-labels-idx1-ubyte")), labels).unwrap();
    }
}

/// Two sets of arrays with records, and the input of `predict`.
fn arrays(path: &Path) {
    fs::create_dir(path.join("sets")).unwrap();
    for set in ["one", "two"] {
        let header = "{'descr': '|u1', 'fortran_order': False, 'shape': (20, 8, 8), }\n";
        let mut array = b"\x93NUMPY\x01\x00".to_vec();
        array.extend((header.len() as u16).to_le_bytes());
        array.extend(header.as_bytes());
        array.extend((0..20 * 64).map(|i| (i * 7 % 256) as u8));
        let mut zip = zip::ZipWriter::new(fs::File::create(path.join(format!("sets/{set}.npz"))).unwrap());
        zip.start_file("x.npy", zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut zip, &array).unwrap();
        zip.finish().unwrap();
        let records: Vec<_> = (0..20).map(|i| serde_json::json!({ "kind": (i % 2).to_string() })).collect();
        fs::write(path.join(format!("sets/{set}.json")), serde_json::to_string(&records).unwrap()).unwrap();
    }
    let tensor = |shape: &[usize]| {
        candle_core::Tensor::zeros(shape, candle_core::DType::F32, &candle_core::Device::Cpu).unwrap()
    };
    let tensors =
        [("sample", tensor(&[1, 1, 8, 8])), ("timestep", tensor(&[1])), ("class_labels", tensor(&[1]))];
    let bytes = safetensors::serialize(tensors.iter().map(|(name, tensor)| (*name, tensor)), None).unwrap();
    fs::write(path.join("io.safetensors"), bytes).unwrap();
}

/// Tells a command to write a result to an input, by a link from one to the other, so that names end as they must.
/// Returns what goes wrong, if it does not end with this exit code.
fn attempt(place: &Path, command: &str, (output, input): (&str, &str), code: i32) -> Option<String> {
    let (output, input) = (place.join(output), place.join(input));
    let before = fs::read(&input).unwrap();
    fs::create_dir_all(output.parent().unwrap()).unwrap();
    symlink(&input, &output).unwrap();
    let run = run_in(place, command);
    let kept = fs::read(&input).unwrap() == before && output.is_symlink();
    fs::remove_file(&output).unwrap();
    for folder in ["out", "diffuscope-tour"] {
        drop(fs::remove_dir_all(place.join(folder)));
    }
    let text = run.stderr.trim_end();
    let told = text.contains("this is what is read, and would be replaced") && text.lines().count() <= 2;
    let wrong = !kept || !told || run.code != code;
    wrong.then(|| format!("{command}: {} to {}: {}: {text}", output.display(), input.display(), run.code))
}

#[test]
fn what_is_read_is_never_written_over() {
    let place = place();
    let mut failures = Vec::new();
    for (command, outputs, inputs) in ROWS {
        let pairs = outputs.iter().flat_map(|output| inputs.iter().map(move |input| (output, input)));
        failures
            .extend(pairs.filter_map(|(output, input)| attempt(place.path(), command, (output, input), 2)));
    }
    if has_adapter() {
        // The weights are read while the figure is drawn; so only what writes it can refuse.
        failures.extend(attempt(place.path(), "figure reverse net -o out.png", ("out.png", NET[2]), 1));
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    // The run itself goes on, since its own files are what it replaces.
    let resumed = run_in(place.path(), "train digits.csv.gz --resume --iterations 2 --sample-every 0 -o run");
    assert_eq!(resumed.code, 0, "{}", resumed.stderr);
}
