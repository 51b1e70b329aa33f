//! Folders of runs: only one training at a time runs in each, and no other file in them prevents reading a
//! sound checkpoint.

use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;

use diffuscope::train::{Checkpoint, Trainer};

use super::train::{NEW, place, rows, train};
use super::{contents, finish, program, run_in, save_picture};

fn begin(place: &Path, arguments: &str) -> Child {
    let mut command = program();
    command.current_dir(place).args(arguments.split_whitespace());
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Starts a run in the folder `run` that goes on until it is ended.
fn endless(place: &Path) -> Child {
    let child = begin(place, &format!("train data -o run {NEW} --iterations 100000000 --sample-every 0"));
    while !place.join("run/loss.csv").exists() {
        std::thread::sleep(Duration::from_millis(5));
    }
    child
}

fn end(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_second_training_is_refused_and_touches_nothing() {
    let place = place();
    let path = place.path();
    let mut live = endless(path);
    // This is the kind of file that the live run has while it saves.
    let part = path.join("run/.training.safetensors-aB3x9Q.part");
    std::fs::write(&part, "half").unwrap();
    let process = format!("process {}", live.id());
    for command in ["train data -o run --resume --iterations 5", "model fashion --save run"] {
        run_in(path, command).failed(1, &process);
    }
    train(path, "run", NEW).failed(1, &process);
    std::os::unix::fs::symlink("run", path.join("alias")).unwrap();
    train(path, "alias", "--resume --iterations 5").failed(1, &process);
    assert!(part.exists());
    run_in(path, "sample --model run --sampler ddim --steps 2 -n 2 -o grid.png")
        .remarked(&["classes 0 to 1 in turn"]);
    assert!(live.try_wait().unwrap().is_none(), "the live run was ended");
    end(live);
    // The lock ended with the process. The unfinished file is removed by the next process that takes the
    // lock.
    let more = format!("--resume --iterations {} --sample-every 0 --threads 1", 5);
    train(path, "run", &more).succeeded();
    assert!(!part.exists());
    let hidden = contents(&path.join("run")).into_iter().filter(|name| name.starts_with('.'));
    assert_eq!(hidden.collect::<Vec<_>>(), Vec::<String>::new());
}

#[test]
fn nothing_else_writes_into_the_folder_of_a_live_training() {
    let place = place();
    let path = place.path();
    save_picture(&path.join("it.png"), 8, 8);
    std::fs::create_dir_all(path.join("run/mine")).unwrap();
    let live = endless(path);
    let told = format!("a training (process {}) writes into ", live.id());
    std::os::unix::fs::symlink("run", path.join("alias")).unwrap();
    std::os::unix::fs::symlink("run/loss.csv", path.join("log")).unwrap();
    for command in [
        "train-classifier data --size 8 -o run/training.lock",
        "likelihood it.png --model fashion --raw run/training.safetensors",
        "schedule linear -o alias/training.safetensors",
        "schedule linear -o log",
        "noise it.png --t 5 --device cpu -o run/mine/new.png",
        "schedule linear -o run/unet/config.json",
        "sample --model fashion --class 3 -o grid.png --trace run/steps",
        "model fashion --save run/new",
        "tour it.png -o run/tour",
        "train data -o run/raw/inner --iterations 1",
    ] {
        run_in(path, command).failed(1, &told);
    }
    assert_eq!(contents(&path.join("run/mine")), [""; 0]);
    // Beside it there is room, and in it as soon as the training has ended.
    run_in(path, "schedule linear -o run.csv").succeeded();
    end(live);
    run_in(path, "schedule linear -o run/mine/new.csv").succeeded();
}

#[test]
fn of_two_that_begin_at_once_one_wins() {
    let place = place();
    let path = place.path();
    for i in 0..4 {
        let command = format!("train data -o run{i} {NEW} --iterations 4 --sample-every 0");
        let both = [begin(path, &command), begin(path, &command)];
        let mut codes = both.map(|child| finish(child.wait_with_output().unwrap()).code);
        codes.sort_unstable();
        assert!(codes[0] == 0 && matches!(codes[1], 1 | 2), "{codes:?}");
        assert_eq!(rows(&path.join(format!("run{i}"))), [1, 2, 3, 4]);
    }
}

#[test]
fn a_broken_log_is_set_aside() {
    let place = place();
    let path = place.path();
    train(path, "run", &format!("{NEW} --iterations 3 --sample-every 0")).succeeded();
    let log = path.join("run/loss.csv");
    let mut made = 3;
    let mut go_on = |said: &str| {
        made += 2;
        let run = train(path, "run", &format!("--resume --iterations {made} --sample-every 0 --threads 1"));
        assert_eq!(
            (run.code, run.stderr.lines().count()),
            (0, usize::from(!said.is_empty())),
            "{}",
            run.stderr
        );
        assert!(run.stderr.contains(said), "{:?} lacks {said:?}", run.stderr);
        let found = rows(&path.join("run"));
        assert_eq!(*found.last().unwrap(), made);
        found[0]
    };
    let text = std::fs::read_to_string(&log).unwrap();
    std::fs::write(&log, [text.as_bytes(), b"\xff\xfe"].concat()).unwrap();
    assert_eq!(go_on("loss-1.csv now"), 4);
    assert!(std::fs::read(path.join("run/loss-1.csv")).unwrap().ends_with(b"\xff\xfe"), "it is kept");
    // A log that was begun in the middle of a run is valid.
    assert_eq!(go_on(""), 4);
    std::fs::remove_file(&log).unwrap();
    std::fs::create_dir(&log).unwrap();
    assert_eq!(go_on("this is a folder; it is "), 8);
    std::fs::remove_file(&log).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(&log).status().unwrap().success());
    assert_eq!(go_on("a pipe"), 10);
    std::fs::remove_file(&log).unwrap();
    assert_eq!(go_on("a new file is begun"), 12);
    let text = std::fs::read_to_string(&log).unwrap();
    let cut = text.lines().take(2).map(|line| line.to_owned() + "\n").collect::<String>();
    std::fs::write(&log, cut).unwrap();
    assert_eq!(go_on("row of iteration 13 is missing"), 14);
    std::fs::set_permissions(&log, std::os::unix::fs::PermissionsExt::from_mode(0o444)).unwrap();
    assert_eq!(go_on("read-only"), 16);
}

/// Changes the weights of the network's last layer to the largest numbers.
fn with_large_weights(checkpoint: &[u8]) -> Vec<u8> {
    use safetensors::tensor::{SafeTensors, TensorView};
    let (_, about) = SafeTensors::read_metadata(checkpoint).unwrap();
    let file = SafeTensors::deserialize(checkpoint).unwrap();
    let large = |name: &str| name == "weight/conv_out.weight";
    let tensors: Vec<(String, Vec<u8>, Vec<usize>)> = file
        .iter()
        .map(|(name, view)| {
            let grown = || view.data().chunks_exact(4).flat_map(|_| 3e38_f32.to_le_bytes()).collect();
            let bytes = if large(name) { grown() } else { view.data().to_vec() };
            (name.to_owned(), bytes, view.shape().to_vec())
        })
        .collect();
    assert!(tensors.iter().any(|(name, ..)| large(name)), "{:?}", file.names());
    let views = tensors.iter().map(|(name, bytes, shape)| {
        (name, TensorView::new(safetensors::Dtype::F32, shape.clone(), bytes).unwrap())
    });
    safetensors::serialize(views, about.metadata().clone()).unwrap()
}

/// A checkpoint whose weights are so large that the next loss is infinite is not replaced.
#[test]
fn what_cannot_be_gone_on_from_replaces_nothing() {
    let place = place();
    let path = place.path();
    train(path, "run", &format!("{NEW} --iterations 1 --sample-every 0")).succeeded();
    let file = path.join("run/training.safetensors");
    let wild = with_large_weights(&std::fs::read(&file).unwrap());
    std::fs::write(&file, &wild).unwrap();
    train(path, "run", "--resume --iterations 5 --save-every 1 --sample-every 0").failed(1, "diverged");
    assert!(std::fs::read(&file).unwrap() == wild, "what was there was replaced");
    let checkpoint = Checkpoint::open(&path.join("run")).unwrap();
    let data = diffuscope::dataset::Dataset::open(&path.join("data"), checkpoint.data_options()).unwrap();
    let trainer = Trainer::resume(checkpoint, std::sync::Arc::new(data)).unwrap();
    assert!(trainer.iteration() > 0);
    for model in ["run", "run/raw"] {
        run_in(path, &format!("model {model}")).succeeded();
    }
}
