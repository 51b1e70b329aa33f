//! Signals that are sent to the program at arbitrary moments.

use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use super::{finish, folder, has_adapter, program, run_in, save_picture};

/// Names of signals, and the exit codes that follow from them.
const SIGNALS: [(&str, i32); 3] = [("HUP", 129), ("INT", 130), ("TERM", 143)];

fn begin(place: &Path, arguments: &str) -> Child {
    let mut command = program();
    command.current_dir(place).args(arguments.split_whitespace());
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn send(signal: &str, child: &Child) {
    let sent = Command::new("kill").args([&format!("-{signal}"), &child.id().to_string()]).output().unwrap();
    assert!(sent.status.success(), "the program had ended");
}

/// The paths of all unfinished files and folders, at any depth.
fn unfinished(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in folder.read_dir().unwrap().flatten() {
        let path = entry.path();
        if path.to_string_lossy().ends_with(".part") {
            found.push(path.display().to_string());
        } else if entry.file_type().unwrap().is_dir() {
            found.extend(unfinished(&path));
        }
    }
    found
}

/// Runs a command and sends it a signal after a while. Checks that the program was done by then, or that it
/// ended because of the signal and said so; if it had not begun yet, the system ended it without a word.
/// Returns whether it was stopped.
fn stop(place: &Path, arguments: &str, (signal, code): (&str, i32), after: Duration) -> bool {
    let mut child = begin(place, arguments);
    std::thread::sleep(after);
    let done = child.try_wait().unwrap().is_some();
    if !done {
        drop(Command::new("kill").args([&format!("-{signal}"), &child.id().to_string()]).output());
    }
    let Output { status, stderr, .. } = child.wait_with_output().unwrap();
    let stderr = String::from_utf8(stderr).unwrap();
    let place_of = |when: &str| format!("{arguments}: {signal} after {after:?} {when}\n{stderr}");
    assert_eq!(unfinished(place), Vec::<String>::new(), "{}", place_of("left"));
    match status.code() {
        Some(0) => false,
        Some(found) => {
            assert_eq!(found, code, "{}", place_of("ended it"));
            assert!(
                stderr.lines().last().is_some_and(|line| line.contains("stopped")),
                "{}",
                place_of("said")
            );
            true
        }
        None => {
            assert!(status.signal().is_some() && stderr.is_empty(), "{}", place_of("before the start"));
            true
        }
    }
}

/// Each command with each signal, early and late.
#[test]
fn no_command_leaves_anything_unfinished() {
    let place = folder();
    let path = place.path();
    save_picture(&path.join("it.png"), 300, 200);
    run_in(path, "model fashion --save net").succeeded();
    let mut commands = vec![
        "noise it.png --t 30 -o n.png --raw n.safetensors",
        "schedule cosine --steps 10000 -o schedule.csv",
        "model fashion --save saved",
        "sample --model net -n 2 --steps 40 --sampler ddim -o s.png --raw s.safetensors --gif s.gif --trace trace",
        "denoise it.png --from-t 30 --model net -o d.png",
        "likelihood it.png camera --model net --raw likelihood.safetensors",
        "toy --data moons --nfe 200 -n 20000 --raw toy.safetensors",
        "toy1d --data mixture --nfe 200 -n 20000",
        "vdm --data curve --logsnr-max 9 --logsnr-min -6 --steps 2000 --draws 200000",
        "bench unet --seconds 1",
    ];
    if has_adapter() {
        commands.push("figure schedules -o figure.png --size 800x600");
        commands.push("tour it.png -o tour --size 400x320");
        commands.push("bench forward --turns 1 --size 256");
    }
    let mut stopped = 0;
    for (i, command) in commands.into_iter().enumerate() {
        for (j, signal) in SIGNALS.into_iter().enumerate() {
            let after = Duration::from_millis(15 + (i * 131 + j * 277) as u64 % 600);
            stopped += u32::from(stop(path, command, signal, after));
            // These folders are removed, since the next command would refuse to write to existing ones.
            for made in ["trace", "saved"] {
                drop(std::fs::remove_dir_all(path.join(made)));
            }
        }
    }
    assert!(stopped >= 8, "only {stopped} runs were stopped on their way");
}

#[test]
fn a_learned_score_is_kept() {
    let place = folder();
    for (signal, code) in SIGNALS {
        let child =
            begin(place.path(), "toy-train --data moons --hidden 16 --iterations 5000000 -o m.safetensors");
        std::thread::sleep(Duration::from_millis(1200));
        send(signal, &child);
        finish(child.wait_with_output().unwrap()).failed(code, "of 5000000 iterations was saved in it");
        assert_eq!(super::contents(place.path()), ["m.safetensors"]);
        run_in(place.path(), "toy --data moons --score m.safetensors --nfe 5 -n 50").succeeded();
        std::fs::remove_file(place.path().join("m.safetensors")).unwrap();
    }
}

#[test]
fn what_is_stopped_replaces_nothing_that_was_finished() {
    let place = folder();
    let path = place.path();
    let train = |iterations: &str| {
        format!("toy-train --data moons --hidden 16 --iterations {iterations} -o m.safetensors")
    };
    run_in(path, &train("5")).succeeded();
    let finished = std::fs::read(path.join("m.safetensors")).unwrap();
    for stopped in ["m.stopped.safetensors", "m.stopped-2.safetensors"] {
        let child = begin(path, &train("5000000"));
        std::thread::sleep(Duration::from_millis(1200));
        send("INT", &child);
        finish(child.wait_with_output().unwrap()).failed(130, stopped);
        assert!(path.join(stopped).is_file());
    }
    assert!(std::fs::read(path.join("m.safetensors")).unwrap() == finished);
}

#[test]
fn long_measurements_are_left() {
    let place = folder();
    let child = begin(place.path(), "toy --data moons --nfe 5 -n 100000");
    std::thread::sleep(Duration::from_millis(2500));
    send("INT", &child);
    let began = std::time::Instant::now();
    finish(child.wait_with_output().unwrap()).failed(130, "stopped");
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
}

/// `timeout` sends signals in this way: to the program, and right after that to its whole process group.
#[test]
fn a_second_signal_right_behind_the_first_means_the_same() {
    let place = folder();
    for (i, (signal, code)) in SIGNALS.into_iter().enumerate() {
        let child =
            begin(place.path(), "toy-train --data moons --hidden 16 --iterations 5000000 -o m.safetensors");
        std::thread::sleep(Duration::from_millis(1200));
        send(signal, &child);
        std::thread::sleep(Duration::from_millis(i as u64));
        drop(Command::new("kill").args([&format!("-{signal}"), &child.id().to_string()]).output());
        finish(child.wait_with_output().unwrap()).failed(code, "of 5000000 iterations was saved in it");
    }
}

#[test]
fn a_classifier_is_kept() {
    let place = folder();
    let path = place.path();
    for (i, class) in ["a", "b", "a", "b", "a", "b", "a", "b", "a", "b", "a", "b"].into_iter().enumerate() {
        std::fs::create_dir_all(path.join("data").join(class)).unwrap();
        save_picture(&path.join("data").join(class).join(format!("{i}.png")), 20 + i as u32, 16);
    }
    for (signal, code) in SIGNALS {
        let child =
            begin(path, "train-classifier data --size 8 --iterations 1000000 --batch 4 -o c.safetensors");
        std::thread::sleep(Duration::from_millis(1200));
        send(signal, &child);
        finish(child.wait_with_output().unwrap())
            .failed(code, "of 1000000 iterations was saved in it, untested");
        let classifier = diffuscope::classifier::Classifier::open(&path.join("c.safetensors")).unwrap();
        assert_eq!(classifier.accuracy(), None);
        std::fs::remove_file(path.join("c.safetensors")).unwrap();
    }
}

/// `nohup` starts a program in this way, with the signal ignored.
#[test]
fn what_was_ignored_at_the_start_stays_ignored() {
    let place = folder();
    let train = "toy-train --data moons --hidden 16 --iterations 5000000 -o m.safetensors";
    let line = format!("trap '' HUP; exec {} {train}", env!("CARGO_BIN_EXE_diffuscope"));
    let mut child = Command::new("sh")
        .current_dir(place.path())
        .args(["-c", &line])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    std::thread::sleep(Duration::from_millis(1200));
    send("HUP", &child);
    std::thread::sleep(Duration::from_millis(600));
    assert!(child.try_wait().unwrap().is_none(), "it ended on a signal that it was to ignore");
    send("TERM", &child);
    finish(child.wait_with_output().unwrap()).failed(143, "was saved");
}
