//! What the commands say about data: what was assumed, what has to be chosen, and what cannot be read.

use std::fmt::Write as _;
use std::path::Path;

use super::{Run, folder, run_in};

const NETWORK: &str = r#"{"_class_name": "UNet2DModel", "block_out_channels": [8, 16], "layers_per_block": 1,
    "down_block_types": ["DownBlock2D", "DownBlock2D"], "up_block_types": ["UpBlock2D", "UpBlock2D"],
    "norm_num_groups": 4}"#;

fn train(place: &Path, data: &str) -> Run {
    std::fs::write(place.join("net.json"), NETWORK).unwrap();
    drop(std::fs::remove_dir_all(place.join("run")));
    run_in(place, &format!("train {data} -o run --config net.json --iterations 1 --batch 2 --sample-every 0"))
}

/// The number of class embeddings of the network, which is one more than the number of classes.
fn embeddings(place: &Path) -> u64 {
    let config = std::fs::read(place.join("run/unet/config.json")).unwrap();
    serde_json::from_slice::<serde_json::Value>(&config).unwrap()["num_class_embeds"].as_u64().unwrap()
}

/// A table of pictures of 8 × 8 pixels in ten classes. The first column is the label.
fn table(header: bool) -> String {
    let names: Vec<String> = (0..64).map(|i| format!("pixel{i}")).collect();
    let mut text = if header { format!("label,{}\n", names.join(",")) } else { String::new() };
    for i in 0..50 {
        let row: Vec<&str> =
            (0..64).map(|p| if p / 8 == 1 + i % 6 && p % 8 < 7 { "255" } else { "0" }).collect();
        writeln!(text, "{},{}", i % 10, row.join(",")).unwrap();
    }
    text
}

#[test]
fn what_is_assumed_of_a_table_is_told() {
    let place = folder();
    let path = place.path();
    std::fs::write(path.join("it.csv"), table(true)).unwrap();
    train(path, "it.csv").succeeded();
    assert_eq!(embeddings(path), 11);
    std::fs::write(path.join("it.csv"), table(false)).unwrap();
    train(path, "it.csv").remarked(&["it.csv: the first column is taken for the class"]);
    assert_eq!(embeddings(path), 11);
    train(path, "it.csv --label-column first").succeeded();
    assert_eq!(embeddings(path), 11);
    // The choice of the column is stored with the run, so it is not repeated when the run is resumed.
    let resumed = run_in(path, "train it.csv -o run --resume --iterations 2 --sample-every 0");
    resumed.succeeded();
    train(path, "it.csv --label-column digit").failed(2, "there is no column \"digit\"");
    train(path, "it.csv --label-column none").failed(1, "65 pixels in a row are no square");
    std::fs::write(path.join("it-idx3-ubyte"), [0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 7]).unwrap();
    train(path, "it-idx3-ubyte --label-column last").failed(2, "those of a table, which this is not");
    train(path, "it.csv --set digits").failed(2, "one set alone, since it is a file");
}

#[test]
fn a_set_is_chosen_by_name() {
    let place = folder();
    let path = place.path();
    std::fs::create_dir(path.join("sets")).unwrap();
    for name in ["letters", "digits"] {
        std::fs::write(path.join(format!("sets/{name}_train.csv")), table(true)).unwrap();
    }
    train(path, "sets").failed(2, "several sets: digits, letters; choose one with --set NAME");
    train(path, "sets --set upper").failed(2, "no set \"upper\"");
    train(path, "sets --set letters").succeeded();
    train(path, "sets --part letters").succeeded();
}

#[test]
fn bad_data_is_one_line() {
    let place = folder();
    let path = place.path();
    let long = "x".repeat(5000);
    std::fs::write(path.join("it.csv"), format!("a0,a1,a2,a3,label\n0,1,{long},3,0\n")).unwrap();
    let run = train(path, "it.csv");
    assert!(run.stderr.len() < 600, "{}", run.stderr);
    run.failed(1, "line 2");
    std::fs::write(path.join("it.bin"), [0; 100]).unwrap();
    train(path, "it.bin").failed(1, "not a data set");
    train(path, "/dev/zero").failed(1, "a device");
    std::fs::create_dir(path.join("empty")).unwrap();
    train(path, "empty").failed(1, "no pictures");
}

#[test]
fn a_class_that_only_its_name_tells_is_told() {
    let place = folder();
    let path = place.path();
    std::fs::write(path.join("it.csv"), table(true).replacen("label", "brightness", 1)).unwrap();
    let said = "column brightness is taken for the class, as the only one whose name has no number";
    assert!(train(path, "it.csv").stderr.contains(said));
    assert_eq!(embeddings(path), 11);
    // If a table has both a label and one column for each class, the label is used.
    let mut lines = table(true).lines().map(str::to_owned).collect::<Vec<_>>();
    lines[0] += ",class_0,class_1";
    lines[1..].iter_mut().for_each(|line| *line += ",1,1");
    std::fs::write(path.join("it.csv"), lines.join("\n")).unwrap();
    assert!(
        train(path, "it.csv").stderr.contains("columns of other classes that are not read: class_0, class_1")
    );
    assert_eq!(embeddings(path), 11);
}

#[test]
fn folders_around_the_classes_are_told() {
    let place = folder();
    let path = place.path();
    for name in ["pets/PetImages/Cat", "pets/PetImages/Dog", "parts/m/training/Cat", "parts/m/testing/Cat"] {
        std::fs::create_dir_all(path.join(name)).unwrap();
        super::save_picture(&path.join(name).join("1.png"), 8, 8);
    }
    let taken = "pets: pets/PetImages is taken; its sub-folders are the classes";
    train(path, "pets --size 8").remarked(&[taken]);
    assert_eq!(embeddings(path), 3);
    train(path, "parts --size 8").remarked(&["parts: the part parts/m/training is taken"]);
    assert_eq!(embeddings(path), 2);
}

#[test]
fn what_lies_beside_a_set_is_told() {
    let place = folder();
    let path = place.path();
    std::fs::create_dir_all(path.join("both/Cat")).unwrap();
    super::save_picture(&path.join("both/Cat/1.png"), 8, 8);
    let pictures = [&[0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 8, 0, 0, 0, 8][..], &[7; 128]].concat();
    std::fs::write(path.join("both/train-images-idx3-ubyte"), pictures).unwrap();
    std::fs::write(path.join("both/train-labels-idx1-ubyte"), [0, 0, 8, 1, 0, 0, 0, 2, 0, 1]).unwrap();
    train(path, "both")
        .remarked(&["both: not read beside it: 1 picture in files of their own; give the folder"]);
}
