//! `diffuscope train-classifier` and `eval`, on digits of 8 × 8 pixels.

use std::path::Path;

use serde_json::Value;

use super::{Run, contents, folder, run_in};

const NETWORK: &str = r#"{"_class_name": "UNet2DModel", "block_out_channels": [8, 16], "layers_per_block": 1,
    "down_block_types": ["DownBlock2D", "DownBlock2D"], "up_block_types": ["UpBlock2D", "UpBlock2D"],
    "norm_num_groups": 4}"#;

/// The remark about the data set of digits.
const SCALE: &str = "pixels: 0 is taken for black, 16 for white";

/// A folder with the digits, a classifier for them, and a network that has hardly begun to learn.
fn place(iterations: usize) -> tempfile::TempDir {
    let place = folder();
    let path = place.path();
    let digits = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/digits8x8.csv.gz");
    std::fs::copy(digits, path.join("digits.csv.gz")).unwrap();
    std::fs::write(path.join("net.json"), NETWORK).unwrap();
    let judge = format!("-o judge.safetensors --batch 64 --iterations {iterations} --shift 1");
    let Run { stdout, .. } =
        run_in(path, &format!("train-classifier digits.csv.gz {judge}")).remarked(&[SCALE]);
    assert!(stdout.contains("iterations") && stdout.contains("% of 179 test pictures right"), "{stdout}");
    let train = "train digits.csv.gz -o run --config net.json --hold-out --steps 50 --scale-betas --batch 8 --iterations 20 \
                 --sample-every 0";
    run_in(path, train).remarked(&[SCALE]);
    place
}

fn eval(place: &Path, options: &str) -> Run {
    run_in(place, &format!("eval run --data digits.csv.gz -n 130 {options}"))
}

#[test]
fn samples_are_measured() {
    let place = place(60);
    let path = place.path();
    let options = "--classifier judge.safetensors --sampler ddim,ddpm --steps 2,5";
    let json = eval(path, &format!("{options} --json --guidance-scale 2")).remarked(&[SCALE]).stdout;
    let json: Value = serde_json::from_str(&json).unwrap();
    let number =
        |value: &Value, name: &str| value[name].as_f64().unwrap_or_else(|| panic!("{name} in {value}"));
    // The network of this run knows which class stands for "no class", so nothing is assumed about it.
    assert_eq!(json["assumptions"], serde_json::json!([format!("digits.csv.gz: {SCALE}")]));
    assert_eq!((number(&json, "training_pictures"), number(&json, "test_pictures")), (1618.0, 179.0));
    let (accuracy, floor) = (number(&json, "classifier_accuracy"), number(&json, "floor"));
    assert!(accuracy > 0.85 && accuracy <= 1.0 && floor > 0.0, "{accuracy} {floor}");
    assert!((0.0..floor).contains(&number(&json, "floor_standard_deviation")), "{json}");
    let baseline = number(&json, "neighbour_baseline_median");
    let runs = json["runs"].as_array().unwrap();
    let kinds: Vec<_> =
        runs.iter().map(|run| (run["sampler"].as_str().unwrap(), number(run, "steps"))).collect();
    assert_eq!(kinds, [("ddim", 2.0), ("ddim", 5.0), ("ddpm", 2.0), ("ddpm", 5.0)]);
    for run in runs {
        assert_eq!(number(run, "nfe"), 2.0 * number(run, "steps"), "guidance makes two passes");
        // A network that has hardly learned draws noise.
        assert!(number(run, "frechet_distance") > 3.0 * floor, "{run}");
        assert!(number(run, "class_accuracy") < 0.5 && number(run, "neighbour_median") > baseline, "{run}");
        assert!(number(run, "neighbours_below_50_percent") < 0.3, "{run}");
        assert!(number(run, "neighbours_below_1_percent") < 0.1 && number(run, "seconds") >= 0.0, "{run}");
    }
    // The results do not depend on the batch or on the threads, and the table shows the same results.
    let table = eval(
        path,
        "--classifier judge.safetensors --sampler ddim --steps 2 --guidance-scale 2 --batch 7 --threads 1",
    );
    let table = table.remarked(&[SCALE]).stdout;
    let row = table.lines().last().unwrap().split_whitespace().collect::<Vec<_>>();
    assert_eq!(row[..3], ["ddim", "2", "4"]);
    assert!((row[3].parse::<f64>().unwrap() - number(&runs[0], "frechet_distance")).abs() < 0.002, "{table}");
    let sheet = "--classifier judge.safetensors --sampler ddim --steps 2 --neighbours near.png";
    eval(path, sheet).remarked(&[SCALE]);
    let sheet = image::open(path.join("near.png")).unwrap();
    assert_eq!(
        (sheet.width(), sheet.height()),
        (16 * 10 - 2, 16 * 10 - 2),
        "8 rows of samples, 8 of pictures"
    );
    // 40 test pictures are too few for a distance between distributions, but enough for everything else.
    let rows = flate2::read::GzDecoder::new(std::fs::File::open(path.join("digits.csv.gz")).unwrap());
    let rows = std::io::read_to_string(rows).unwrap();
    let few: String = rows.lines().take(400).flat_map(|row| [row, "\n"]).collect();
    std::fs::write(path.join("few.csv"), few).unwrap();
    let few = "eval run --data few.csv -n 130 --classifier judge.safetensors --sampler ddim --steps 2";
    let json: Value =
        serde_json::from_str(&run_in(path, &format!("{few} --json")).remarked(&[SCALE]).stdout).unwrap();
    assert!(json["floor"].is_null() && json["runs"][0]["frechet_distance"].is_null(), "{json}");
    assert!(number(&json["runs"][0], "class_accuracy") < 0.5, "{json}");
    let table = run_in(path, few).remarked(&[SCALE]).stdout;
    assert!(table.contains("floor       -; a Fréchet distance needs 129 pictures"), "{table}");
}

#[test]
fn what_does_not_go_together_is_refused() {
    let place = place(1);
    let path = place.path();
    let before = contents(path);
    let judge = "--classifier judge.safetensors";
    eval(path, "").failed(2, "no classifier that comes with the program is for grey pictures of 8 × 8");
    run_in(path, &format!("eval run --data digits.csv.gz -n 128 {judge}"))
        .failed(2, "128 samples are too few");
    eval(path, &format!("{judge} --steps 51")).failed(2, "51");
    eval(path, &format!("{judge} --steps 5,x")).failed(2, "x");
    eval(path, &format!("{judge} --size 16")).failed(2, "the classifier is for grey pictures of 8 × 8");
    eval(path, &format!("{judge} --classes 0,1")).failed(2, "in 2 classes");
    eval(path, &format!("{judge} --sampler ddim,ddpm --steps 2 --neighbours near.png"))
        .failed(2, "one sampler");
    eval(path, &format!("{judge} --steps 2 --neighbours near.jpg")).failed(2, ".png");
    eval(path, "--classifier net.json").failed(1, "net.json: not a classifier");
    eval(path, "--classifier nowhere").failed(1, "nowhere: there is no such file");
    run_in(path, &format!("eval run --data nowhere {judge}")).failed(1, "nowhere: there is no such file");
    run_in(path, &format!("eval nowhere --data digits.csv.gz {judge}")).failed(1, "nowhere");
    let network =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/unet-plain").display().to_string();
    run_in(path, &format!("eval {network} --data digits.csv.gz {judge}")).failed(2, "the network draws grey");
    assert_eq!(contents(path), before);
    let text = "0,0,0,0,0\n".repeat(30);
    std::fs::write(path.join("few.csv"), text).unwrap();
    run_in(path, "train-classifier few.csv -o few.safetensors").failed(2, "no classes to tell apart");
    run_in(path, "train-classifier digits.csv.gz -o few.safetensors --classes none").failed(2, "no classes");
    run_in(path, "train-classifier digits.csv.gz -o no/few.safetensors").failed(1, "no/few.safetensors");
    assert!(!path.join("few.safetensors").exists());
}
