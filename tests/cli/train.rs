//! `diffuscope train`: runs that end, are stopped, are killed, and are resumed.

use std::path::Path;

use super::{Run, contents, folder, run_in, save_picture};

pub const NETWORK: &str = r#"{"_class_name": "UNet2DModel", "block_out_channels": [8, 16], "layers_per_block": 1,
    "down_block_types": ["DownBlock2D", "AttnDownBlock2D"], "up_block_types": ["AttnUpBlock2D", "UpBlock2D"],
    "norm_num_groups": 4, "attention_head_dim": 8}"#;
const WEIGHTS: [&str; 3] = [
    "training.safetensors",
    "unet/diffusion_pytorch_model.safetensors",
    "raw/unet/diffusion_pytorch_model.safetensors",
];

/// A folder with pictures in two classes and a small network.
pub fn place() -> tempfile::TempDir {
    let place = folder();
    for i in 0..6 {
        let class = place.path().join("data").join(["a", "b"][i % 2]);
        std::fs::create_dir_all(&class).unwrap();
        save_picture(&class.join(format!("{i}.png")), 20 + i as u32, 16);
    }
    std::fs::write(place.path().join("net.json"), NETWORK).unwrap();
    place
}

pub const NEW: &str = "--size 8 --config net.json --batch 4 --steps 50 --scale-betas --warm-up 3 --threads 1";

pub fn train(place: &Path, output: &str, options: &str) -> Run {
    run_in(place, &format!("train data -o {output} {options}"))
}

/// The iterations of the rows in `loss.csv`.
pub fn rows(run: &Path) -> Vec<u64> {
    let text = std::fs::read_to_string(run.join("loss.csv")).unwrap();
    let columns = text.lines().next().unwrap().split(',').count();
    assert_eq!(columns, 15);
    assert!(text.lines().all(|line| line.split(',').count() == columns), "{text}");
    text.lines().skip(1).map(|line| line.split(',').next().unwrap().parse().unwrap()).collect()
}

fn same_weights(place: &Path, one: &str, two: &str) {
    for file in WEIGHTS {
        let read = |run: &str| std::fs::read(place.join(run).join(file)).unwrap();
        assert!(read(one) == read(two), "{file}");
    }
}

#[test]
fn what_a_schedulers_file_says_is_not_dropped() {
    let place = place();
    let path = place.path();
    let file = r#"{"_class_name": "DDIMScheduler", "prediction_type": "v_prediction", "beta_end": 0.5,
        "num_train_timesteps": 50, "clip_sample": false, "timestep_spacing": "trailing"}"#;
    std::fs::write(path.join("v.json"), file).unwrap();
    let options = "--size 8 --config net.json --batch 4 --iterations 2 --threads 1";
    let said = "its schedule and prediction are taken";
    assert!(train(path, "v", &format!("{options} --schedule v.json")).stderr.contains(said));
    let prediction = |run: &str| {
        let text = std::fs::read_to_string(path.join(run).join("scheduler/scheduler_config.json")).unwrap();
        serde_json::from_str::<serde_json::Value>(&text).unwrap()["prediction_type"].clone()
    };
    assert_eq!(prediction("v"), "v_prediction");
    // What the user states takes precedence over the file.
    train(path, "x", &format!("{options} --schedule v.json --prediction sample"));
    assert_eq!(prediction("x"), "sample");
    // As the scheduler of a network, all of the file is used.
    std::fs::create_dir(path.join("bare")).unwrap();
    for file in ["config.json", "diffusion_pytorch_model.safetensors"] {
        std::fs::copy(path.join("v/unet").join(file), path.join("bare").join(file)).unwrap();
    }
    let sample = |model: &str, options: &str, raw: &str| {
        run_in(path, &format!("sample --model {model} {options} -n 1 --class 0 --steps 3 --raw {raw}"));
        std::fs::read(path.join(raw)).unwrap()
    };
    let stated = sample("bare", "--schedule v.json", "stated.st");
    std::fs::create_dir(path.join("own")).unwrap();
    std::fs::create_dir(path.join("own/unet")).unwrap();
    std::fs::create_dir(path.join("own/scheduler")).unwrap();
    std::fs::copy(path.join("v.json"), path.join("own/scheduler/scheduler_config.json")).unwrap();
    let parts = r#"{"scheduler": ["diffusers", "DDIMScheduler"], "unet": ["diffusers", "UNet2DModel"]}"#;
    std::fs::write(path.join("own/model_index.json"), parts).unwrap();
    for file in ["config.json", "diffusion_pytorch_model.safetensors"] {
        std::fs::copy(path.join("bare").join(file), path.join("own/unet").join(file)).unwrap();
    }
    assert!(stated == sample("own", "", "own.st"));
    assert!(stated != sample("bare", "--schedule linear --prediction epsilon", "other.st"));
}

#[test]
fn a_network_that_is_there_is_not_replaced() {
    let place = place();
    let path = place.path();
    train(path, "run", &format!("{NEW} --iterations 2"));
    run_in(path, "model run --save half").succeeded();
    let weights = "unet/diffusion_pytorch_model.safetensors";
    let before = std::fs::read(path.join("half").join(weights)).unwrap();
    let reason = "there is a network in it, which would be replaced";
    train(path, "half", &format!("{NEW} --iterations 2")).failed(2, reason);
    run_in(path, "model run --save half").failed(2, reason);
    run_in(path, "model half --save run/unet").failed(2, reason);
    assert!(std::fs::read(path.join("half").join(weights)).unwrap() == before);
    // A run must not lie in a folder of the data's classes, and a file that only has the name of the lock is
    // not one.
    train(path, "data/a", &format!("{NEW} --iterations 2")).failed(2, "would lie among its own data");
    std::fs::create_dir(path.join("new")).unwrap();
    std::fs::write(path.join("new/training.lock"), "my notes").unwrap();
    train(path, "new", &format!("{NEW} --iterations 2")).failed(1, "no training's lock");
    assert_eq!(std::fs::read_to_string(path.join("new/training.lock")).unwrap(), "my notes");
    std::fs::remove_file(path.join("run/training.lock")).unwrap();
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("../net.json", path.join("run/training.lock")).unwrap();
        train(path, "run", "--resume --iterations 3").failed(1, "no training's lock");
        assert!(std::fs::read_to_string(path.join("net.json")).unwrap() == NETWORK);
    }
}

#[test]
fn a_run_leaves_a_network_that_draws() {
    let place = place();
    let path = place.path();
    std::fs::write(path.join("data/a/broken.png"), "no picture").unwrap();
    let odd = cfg!(unix).then_some("data/b/odd\u{1b}[31m.png");
    let odd_name = odd.map(|odd| std::fs::write(path.join(odd), "no picture").unwrap());
    let unusable = 1 + usize::from(odd_name.is_some());
    let options = format!("{NEW} --iterations 6 --sample-every 4 --flip --loss min-snr --prediction v");
    let Run { code, stdout, stderr } = train(path, "run", &options);
    assert_eq!(code, 0, "{stderr}");
    assert!(stdout.contains("run: 6 iterations, loss "), "{stdout}");
    let count = format!("{unusable} of {} pictures", unusable + 6);
    assert!(stderr.contains(&count) && stderr.contains("broken.png"), "{stderr}");
    let skipped = std::fs::read_to_string(path.join("run/skipped.txt")).unwrap();
    assert!(skipped.contains("broken.png") && skipped.lines().count() == unusable, "{skipped}");
    assert!(!skipped.contains('\u{1b}'), "{skipped:?}");
    let expected = [
        "loss.csv",
        "model_index.json",
        "raw",
        "samples",
        "scheduler",
        "skipped.txt",
        "training.lock",
        "training.safetensors",
        "unet",
    ];
    assert_eq!(contents(&path.join("run")), expected);
    assert_eq!(contents(&path.join("run/samples")), ["000004.png", "000006.png"]);
    assert_eq!(rows(&path.join("run")), [1, 2, 3, 4, 5, 6]);
    let sample = "sample --model run --class 1 --guidance-scale 2 --sampler ddim --steps 3 -n 4 -o grid.png";
    run_in(path, sample).succeeded();
    let raw = run_in(path, "sample --model run/raw --sampler ddim --steps 3 -n 4 -o raw.png");
    raw.remarked(&["no class is asked for: samples are of classes 0 to "]);
}

#[test]
fn a_class_that_was_never_learned_does_not_stand_for_none() {
    let place = place();
    let path = place.path();
    train(path, "run", &format!("{NEW} --iterations 1 --sample-every 0 --class-dropout 0")).succeeded();
    let config = std::fs::read_to_string(path.join("run/unet/config.json")).unwrap();
    let config: serde_json::Value = serde_json::from_str(&config).unwrap();
    assert_eq!((&config["num_class_embeds"], config.get("_null_class")), (&2.into(), None));
    let remark = "the network does not say which class stands for no class: guidance takes class 1 for it";
    let sample = "sample --model run --class 0 --sampler ddim --steps 2 -n 2 -o grid.png";
    run_in(path, &format!("{sample} --guidance-scale 3")).remarked(&[remark]);
    run_in(path, sample).succeeded();
    train(path, "run", "--resume --iterations 2 --sample-every 0 --threads 1").succeeded();
    assert!(!std::fs::read_to_string(path.join("run/unet/config.json")).unwrap().contains("_null_class"));
}

#[test]
fn stopping_early_and_going_on_is_the_same_run() {
    let place = place();
    let path = place.path();
    train(path, "whole", &format!("{NEW} --iterations 9 --sample-every 0")).succeeded();
    train(path, "again", &format!("{NEW} --iterations 9 --sample-every 0")).succeeded();
    same_weights(path, "whole", "again");
    train(path, "whole", &format!("{NEW} --iterations 9")).failed(2, "go on with --resume");
    // Resuming a run that has ended changes nothing.
    train(path, "again", "--resume --sample-every 0 --threads 1").succeeded();
    same_weights(path, "whole", "again");
    train(path, "again", "--resume --iterations 8").failed(2, "at least 9");
    train(path, "again", "--resume --iterations 12 --sample-every 0").succeeded();
    assert_eq!(rows(&path.join("again")), (1..=12).collect::<Vec<_>>());
}

#[test]
fn what_does_not_fit_is_refused_before_anything_is_written() {
    let place = place();
    let path = place.path();
    let before = contents(path);
    train(path, "run", "--config huge").failed(2, "tiny32, small32");
    train(path, "run", "--config no/such.json").failed(1, "no/such.json");
    train(path, "run", "--config net.json --size 9").failed(2, "9 × 9");
    train(path, "run", "--config net.json --size 8 --batch 0").failed(2, "batch must be");
    train(path, "run", "--config net.json --size 8 --lr nan").failed(2, "learning rate");
    train(path, "run", "--config net.json --size 8 --classes a,c")
        .failed(2, "no class \"c\"; its classes are a, b");
    train(path, "run", "--minutes 0").failed(2, "minutes");
    train(path, "run", "--minutes 1 --iterations 5").failed(2, "--minutes");
    train(path, "run", "--schedule quadratic").failed(2, "quadratic");
    train(path, "run", "--resume").failed(1, "run/training.safetensors: there is no such file");
    train(path, "run", "--resume --lr 1").failed(2, "--lr was settled");
    train(path, "net.json", NEW).failed(1, "net.json");
    run_in(path, "train nowhere -o run").failed(1, "nowhere: there is no such file");
    run_in(path, "train net.json -o run").failed(1, "not a data set");
    assert_eq!(contents(path), before);
}

#[cfg(unix)]
mod killed {
    use std::process::{Child, Stdio};
    use std::time::Duration;

    use super::super::{finish, program};
    use super::*;

    fn begin(place: &Path, arguments: &str) -> Child {
        let arguments = format!("train data -o run {arguments}");
        let mut command = program();
        command.current_dir(place).args(arguments.split_whitespace());
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    #[test]
    fn ctrl_c_saves_and_says_how_to_go_on() {
        let place = place();
        let path = place.path();
        let child = begin(path, &format!("{NEW} --iterations 1000000 --sample-every 0 --save-every 3"));
        wait_for_rows(path);
        let sent =
            std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
        assert!(sent.success());
        finish(child.wait_with_output().unwrap()).failed(130, "diffuscope train data -o run --resume");
        let made = *rows(&path.join("run")).last().unwrap();
        let more = made + 2;
        train(path, "run", &format!("--resume --iterations {more} --sample-every 0 --threads 1")).succeeded();
        assert_eq!(rows(&path.join("run")), (1..=more).collect::<Vec<_>>());
    }

    /// Waits until the first rows have been written to the file.
    fn wait_for_rows(place: &Path) {
        let log = place.join("run/loss.csv");
        while std::fs::read_to_string(&log).map_or(0, |text| text.lines().count()) < 4 {
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// The run is killed again and again, at arbitrary moments.
    #[test]
    fn a_run_killed_at_any_instant_and_resumed_is_the_run_that_was_not() {
        let place = place();
        let path = place.path();
        let pace = "--sample-every 0 --save-every 2";
        let total = 60;
        train(path, "whole", &format!("{NEW} --iterations {total} {pace}")).succeeded();
        let mut options = format!("{NEW} --iterations {total} {pace}");
        let mut kills = 0;
        for attempt in 0_u64.. {
            let mut child = begin(path, &options);
            std::thread::sleep(Duration::from_millis(40 + attempt * 37 % 450));
            child.kill().unwrap();
            let run = finish(child.wait_with_output().unwrap());
            if run.code == 0 {
                break;
            }
            assert_eq!((run.code, run.stderr.as_str()), (-1, ""), "{}", run.stderr);
            kills += 1;
            assert!(attempt < 200, "no progress");
            // If it was killed before there was a checkpoint, it begins anew.
            if path.join("run/training.safetensors").exists() {
                options = format!("--resume --threads 1 {pace}");
            }
        }
        assert!(kills >= 3, "killed {kills} times only");
        same_weights(path, "whole", "run");
        assert_eq!(rows(&path.join("run")), (1..=total).collect::<Vec<_>>());
        let log = |run: &str| std::fs::read_to_string(path.join(run).join("loss.csv")).unwrap();
        assert_eq!(log("whole"), log("run"));
        let hidden: Vec<_> = contents(&path.join("run")).into_iter().filter(|n| n.starts_with('.')).collect();
        assert_eq!(hidden, Vec::<String>::new());
    }

    /// The run includes iterations, grids of samples and checkpoints.
    #[cfg(target_os = "linux")]
    #[test]
    fn memory_stays_flat() {
        let place = place();
        let path = place.path();
        let options = format!("{NEW} --iterations 600 --sample-every 100 --save-every 50 --flip");
        let mut child = begin(path, &options);
        let (log, status) = (path.join("run/loss.csv"), format!("/proc/{}/status", child.id()));
        // The largest resident memory, in KiB: first in the first half of the run, from its first grid of
        // samples on, then in the second half.
        let mut peaks = [0_u64; 2];
        while child.try_wait().unwrap().is_none() {
            let made = std::fs::read_to_string(&log).map_or(0, |text| text.lines().count());
            let status = std::fs::read_to_string(&status).unwrap_or_default();
            let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
            let resident: Option<u64> =
                resident.and_then(|text| text.trim().strip_suffix(" kB")?.parse().ok());
            if let Some(resident) = resident.filter(|_| made > 110) {
                let peak = &mut peaks[usize::from(made > 300)];
                *peak = resident.max(*peak);
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        finish(child.wait_with_output().unwrap()).succeeded();
        let [first, second] = peaks;
        assert!(first > 0 && second > 0, "the run was too quick to be watched: {peaks:?}");
        assert!(second < first + first / 20, "{first} KiB became {second} KiB");
    }

    #[test]
    fn a_disk_that_is_full_ends_the_run_and_leaves_the_last_checkpoint() {
        let place = place();
        let path = place.path();
        train(path, "run", &format!("{NEW} --iterations 3 --sample-every 0")).succeeded();
        let before = std::fs::read(path.join("run/training.safetensors")).unwrap();
        // No file may have more than 64 KiB, as if the disk were full; the log still fits.
        let limited = format!(
            "ulimit -f 64; trap '' XFSZ; exec {} train data -o run --resume --iterations 5 --threads 1",
            env!("CARGO_BIN_EXE_diffuscope")
        );
        let output =
            std::process::Command::new("sh").current_dir(path).args(["-c", &limited]).output().unwrap();
        finish(output).failed(1, "run/training.safetensors: could not be written");
        assert!(std::fs::read(path.join("run/training.safetensors")).unwrap() == before);
        train(path, "run", "--resume --iterations 5 --sample-every 0").succeeded();
        assert_eq!(rows(&path.join("run")), [1, 2, 3, 4, 5]);
    }
}

#[test]
fn a_schedule_is_learned_and_read_back_where_schedules_are() {
    let place = place();
    let path = place.path();
    let learned = "--size 8 --config net.json --batch 4 --steps 50 --warm-up 3 --threads 1 --gamma learned";
    let whole = train(path, "whole", &format!("{learned} --iterations 8 --sample-every 0"));
    assert!(whole.stderr.contains("log-SNR begins with 13.3 to -5"), "{}", whole.stderr);
    assert!(whole.stdout.contains("log-SNR from"), "{}", whole.stdout);
    train(path, "halves", &format!("{learned} --iterations 5 --sample-every 0"));
    // The ends are columns of their own.
    let text = std::fs::read_to_string(path.join("whole/loss.csv")).unwrap();
    let lines: Vec<Vec<&str>> = text.lines().map(|line| line.split(',').collect()).collect();
    assert_eq!((lines[0].len(), lines[0][15], lines[0][16]), (17, "logsnr_max", "logsnr_min"));
    assert!(lines.iter().all(|line| line.len() == 17), "{text}");
    assert!(
        lines[1][15] == lines[3][15] && lines[3][15] != lines[8][15],
        "it rests during the warm-up: {text}"
    );
    // The table has the ends of the network's own scheduler, and is a schedule for every command.
    let curve = |file: &str| {
        let table = run_in(path, &format!("schedule {file}"));
        let rows: Vec<Vec<f64>> = table
            .stdout
            .lines()
            .skip(1)
            .map(|line| line.split(',').map(|value| value.parse().unwrap()).collect())
            .collect();
        rows
    };
    let (shape, even) = (curve("whole/learned_scheduler_config.json"), curve("whole"));
    assert_eq!((shape.len(), even.len()), (50, 50));
    let log_snr = 7;
    for row in [0, 49] {
        assert!((shape[row][log_snr] - even[row][log_snr]).abs() < 1e-6);
    }
    let last: Vec<f64> = lines[8][15..].iter().map(|value| value.parse().unwrap()).collect();
    assert!((shape[0][log_snr] - last[0]).abs() < 1e-5 && (shape[49][log_snr] - last[1]).abs() < 1e-5);
    let file = "whole/learned_scheduler_config.json";
    save_picture(&path.join("p.png"), 24, 16);
    run_in(path, &format!("noise p.png -o n.png --t 20 --schedule {file}")).succeeded();
    run_in(path, &format!("figure schedules --schedule {file} -o f.svg --size 800x600")).succeeded();
    // What contradicts it is refused by name.
    for (option, said) in [
        ("--gamma learned --schedule cosine", "--schedule does not go with --gamma learned"),
        ("--gamma learned --scale-betas", "--scale-betas does not go with --gamma learned"),
        ("--gamma learned --loss simple", "--gamma learned needs --loss vlb"),
        ("--gamma-lr 0.1", "--gamma-lr is for --gamma learned"),
        ("--gamma learned --gamma-lr 2", "learning rate of gamma must be"),
    ] {
        let refused = run_in(path, &format!("train data -o no --size 8 --config net.json {option}"));
        assert!(refused.code != 0 && refused.stderr.contains(said), "{option}: {}", refused.stderr);
        assert!(!path.join("no").exists());
    }
    let refused = train(path, "whole", "--resume --gamma learned");
    assert!(refused.stderr.contains("--gamma was settled when the run began"), "{}", refused.stderr);
}

#[test]
fn autoencoders_learn_go_on_and_are_measured() {
    let place = place();
    let path = place.path();
    std::fs::create_dir(path.join("photos")).unwrap();
    save_picture(&path.join("photos/1.png"), 48, 48);
    let network = r#"{"block_out_channels": [8, 8], "norm_num_groups": 4, "layers_per_block": 1,
        "down_block_types": ["DownEncoderBlock2D", "DownEncoderBlock2D"],
        "up_block_types": ["UpDecoderBlock2D", "UpDecoderBlock2D"]}"#;
    std::fs::write(path.join("vae.json"), network).unwrap();
    for i in 6..12 {
        save_picture(&path.join("data").join(["a", "b"][i % 2]).join(format!("{i}.png")), 20 + i as u32, 16);
    }
    let data = "train-autoencoder data --crops photos --size 16 --threads 1 -o vae";
    let run = run_in(path, &format!("{data} --config vae.json --batch 4 --iterations 2"));
    assert!(run.stdout.contains("dB over 1 held-out pictures"), "{}", run.stdout);
    assert!(run.stdout.contains("dB over 192 held-out crops"), "{}", run.stdout);
    run_in(path, data).failed(2, "there is a network in it");
    run_in(path, &format!("{data} --resume --iterations 1")).failed(2, "at least 2");
    let run = run_in(path, &format!("{data} --resume --iterations 3"));
    assert!(run.stdout.contains("3 iterations"), "{}", run.stdout);
    run_in(path, "encode photos/1.png --model vae -o z.safetensors").succeeded();
    run_in(path, "train-autoencoder data --size 16 --threads 1 -o vae --resume").failed(1, "other data");
}

#[test]
fn networks_learn_to_draw_what_texts_say() {
    let place = folder();
    let path = place.path();
    let pixels: String = (0..8)
        .map(|i| (0..64).map(|p| ((i * 37 + p * 11) % 256).to_string()).collect::<Vec<_>>().join(",") + "\n")
        .collect();
    std::fs::write(path.join("set.csv"), pixels).unwrap();
    let records: Vec<String> =
        (0..8).map(|i| format!(r#"{{"label": "cat {i}", "tags": ["red", "small"]}}"#)).collect();
    std::fs::write(path.join("set.json"), format!("[{}]", records.join(","))).unwrap();
    let unet = r#"{"block_out_channels": [8, 8], "norm_num_groups": 4, "layers_per_block": 1,
        "attention_head_dim": 2, "cross_attention_dim": 8, "sample_size": 8,
        "down_block_types": ["DownBlock2D", "CrossAttnDownBlock2D"],
        "up_block_types": ["CrossAttnUpBlock2D", "UpBlock2D"]}"#;
    std::fs::write(path.join("unet.json"), unet).unwrap();
    let text =
        r#"{"hidden_size": 8, "intermediate_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2}"#;
    std::fs::write(path.join("text.json"), text).unwrap();
    let clip = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/parts/sd-tiny/tokenizer");
    let base = "train-text set.csv --label-column none --batch 4 --threads 1 --config unet.json";
    let own = format!("{base} -o base --tokenizer {} --text-config text.json", clip.display());
    let run = run_in(path, &format!("{own} --caption {{label}} --caption {{tags}} --iterations 2"));
    assert_eq!((run.code, run.stdout.as_str()), (0, "base: 2 iterations\n"), "{}", run.stderr);
    // What was settled when the run began is not given again.
    run_in(path, &format!("{own} --caption {{label}} --resume")).failed(2, "--resume");
    let on =
        format!("train-text set.csv --label-column none --threads 1 -o base --tokenizer {}", clip.display());
    let again = run_in(path, &format!("{on} --caption {{label}} --caption {{tags}} --iterations 3 --resume"));
    assert_eq!((again.code, again.stdout.as_str()), (0, "base: 3 iterations\n"), "{}", again.stderr);
    run_in(path, &format!("{own} --caption {{label}}")).failed(2, "there is a network in it");
    run_in(path, &format!("{on} --caption {{label}} --resume")).failed(1, "other data");
    let drawn = run_in(path, "sample --model base --prompt cat --steps 2 -o cat.png");
    assert_eq!(drawn.code, 0, "{}", drawn.stderr);
    assert_eq!(image::open(path.join("cat.png")).unwrap().width(), 8);
    let missing = run_in(path, &format!("{base} -o other --text base --caption {{name}}"));
    missing.failed(2, "no --caption can be made of the record of picture 1");
    let large =
        run_in(path, &format!("{base} -o large --text base --caption {{label}} --enlarge 2 --iterations 1"));
    assert_eq!(large.code, 0, "{}", large.stderr);
    let refused = run_in(path, "sample --model large --prompt cat --steps 2 -o large.png");
    refused.failed(2, "it enlarges pictures");
    // The second stage draws pictures of 8 × 8 from 4 × 4.
    let small =
        run_in(path, &format!("{base} -o small --size 4 --text base --caption {{label}} --iterations 1"));
    assert_eq!(small.code, 0, "{}", small.stderr);
    let options = "--model small --prompt cat --steps 2 -n 2 -o both.png --enlarge";
    let both = run_in(path, &format!("sample {options} large --enlarge-noise 10"));
    assert_eq!(both.code, 0, "{}", both.stderr);
    assert_eq!(image::open(path.join("both.png")).unwrap().height(), 8);
    run_in(path, &format!("sample {options} base")).failed(2, "it enlarges none");
    run_in(path, &format!("sample {options} large --enlarge-noise 9999"))
        .failed(2, "there are 1000 timesteps");
    let wrong = run_in(path, "sample --model base --prompt cat --steps 2 -o x.png --enlarge large");
    wrong.failed(2, "no multiple of 8 × 8");
}
