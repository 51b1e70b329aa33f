//! The best-known data sets can be opened by their folders, in the layouts in which they are published.

use std::fs;
use std::path::Path;

use diffuscope::dataset::{Dataset, DatasetOptions, Part};
use zip::CompressionMethod::Deflated;

use crate::files::{bytes, gzipped, idx, npy, npz, open, reason};

/// The paths of a file in a layout, from the file's own name.
type Layout = fn(&str) -> Vec<String>;

/// Writes a file, and creates the folders above it.
fn write(folder: &Path, name: &str, content: &[u8]) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let content = if name.strip_suffix(".gz").is_some() { gzipped(content) } else { content.to_vec() };
    fs::write(path, content).unwrap();
}

/// `n` pictures of 2 × 2 pixels, all with the same value.
fn images(value: u8, n: u32) -> Vec<u8> {
    idx(0x803, &[n, 2, 2], &vec![value; 4 * n as usize])
}

/// The labels 0, 1, 2, 0, …
fn labels(n: u32) -> Vec<u8> {
    idx(0x801, &[n], &(0..n).map(|i| (i % 3) as u8).collect::<Vec<u8>>())
}

/// For the part for training and the part for testing: the value of the first picture, the number of
/// pictures, and the number of classes.
fn parts(folder: &Path, set: Option<&str>) -> [(u8, usize, usize); 2] {
    [Part::All, Part::Test].map(|part| {
        let options = DatasetOptions { part, set: set.map(str::to_owned), ..DatasetOptions::default() };
        let data = Dataset::open(folder, &options).unwrap();
        (bytes(&data, 0, false)[0], data.len(), data.classes().len())
    })
}

#[test]
fn mnist_opens_from_every_place_it_comes_from() {
    let own = [
        "train-images-idx3-ubyte",
        "train-labels-idx1-ubyte",
        "t10k-images-idx3-ubyte",
        "t10k-labels-idx1-ubyte",
    ];
    let content = || [images(70, 6), labels(6), images(90, 3), labels(3)];
    let layouts: [Layout; 7] = [
        |name| vec![name.to_owned()],
        |name| vec![format!("{name}.gz")],
        // The folder of torchvision, and the folder above it.
        |name| vec![format!("MNIST/raw/{name}"), format!("MNIST/raw/{name}.gz")],
        |name| vec![format!("data/FashionMNIST/raw/{name}")],
        // The layouts of Kaggle: with a dot in the name, and in a folder with the name of the file.
        |name| vec![name.replace("-idx", ".idx"), format!("{name}/{name}")],
        |name| vec![format!("{name}/{name}")],
        |name| vec![name.replace("-idx", ".idx")],
    ];
    for layout in layouts {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in own.iter().zip(content()) {
            for file in layout(name) {
                write(folder.path(), &file, &content);
            }
        }
        assert_eq!(parts(folder.path(), None), [(70, 6, 3), (90, 3, 3)], "{}", layout(own[0]).join(" "));
        // If the file of pictures is opened by itself, its classes are found too.
        let data = open(&folder.path().join(&layout(own[0])[0]));
        assert_eq!((data.len(), data.classes().len()), (6, 3), "{}", layout(own[0])[0]);
    }
}

#[test]
fn one_of_several_sets_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    for (set, value) in [("digits", 70), ("letters", 90)] {
        for (part, n) in [("train", 6), ("test", 3)] {
            write(
                folder.path(),
                &format!("gzip/emnist-{set}-{part}-images-idx3-ubyte.gz"),
                &images(value, n),
            );
            write(folder.path(), &format!("gzip/emnist-{set}-{part}-labels-idx1-ubyte.gz"), &labels(n));
        }
    }
    let error = reason(folder.path(), &DatasetOptions::default());
    assert!(error.contains("several sets: emnist-digits, emnist-letters; choose one with --set"), "{error}");
    for name in ["emnist-letters", "EMNIST Letters", "letters"] {
        assert_eq!(parts(folder.path(), Some(name)), [(90, 6, 3), (90, 3, 3)], "{name}");
    }
    for wrong in ["emnist", "balanced"] {
        let error =
            reason(folder.path(), &DatasetOptions { set: Some(wrong.into()), ..DatasetOptions::default() });
        assert!(
            error.contains("there is no set") && error.contains("emnist-digits, emnist-letters"),
            "{error}"
        );
    }
    let roots = tempfile::tempdir().unwrap();
    for (set, value) in [("MNIST", 70), ("FashionMNIST", 90)] {
        write(roots.path(), &format!("{set}/raw/train-images-idx3-ubyte"), &images(value, 6));
    }
    assert!(reason(roots.path(), &DatasetOptions::default()).contains("FashionMNIST, MNIST"));
    assert_eq!(parts_of_training(roots.path(), "FashionMNIST"), (90, 6));
    assert_eq!(parts_of_training(roots.path(), "MNIST"), (70, 6), "the whole name comes first");
}

fn parts_of_training(folder: &Path, set: &str) -> (u8, usize) {
    let data = Dataset::open(folder, &DatasetOptions { set: Some(set.into()), ..DatasetOptions::default() })
        .unwrap();
    (bytes(&data, 0, false)[0], data.len())
}

#[test]
fn qmnist_has_its_class_in_the_first_of_eight_columns() {
    let folder = tempfile::tempdir().unwrap();
    let columns: Vec<u8> =
        (0..6_u32).flat_map(|i| [i % 3, 4, 2000 + i, 1, 7, 8, 0, 0]).flat_map(u32::to_be_bytes).collect();
    write(folder.path(), "QMNIST/raw/qmnist-train-images-idx3-ubyte.gz", &images(70, 6));
    write(folder.path(), "QMNIST/raw/qmnist-train-labels-idx2-int.gz", &idx(0xC02, &[6, 8], &columns));
    let data = open(folder.path());
    assert_eq!((data.len(), data.classes().join(","), data.label(5)), (6, "0,1,2".to_owned(), Some(2)));
    assert!(data.remarks().join("; ").contains("QMNIST"));
    // These labels are stored with one number for each picture, in 32 bits.
    let folder = tempfile::tempdir().unwrap();
    let single: Vec<u8> = (0..6_u32).flat_map(|i| (i % 3).to_be_bytes()).collect();
    write(folder.path(), "train-images-idx3-ubyte", &images(70, 6));
    write(folder.path(), "train-labels-idx1-int", &idx(0xC01, &[6], &single));
    assert_eq!(open(folder.path()).label(5), Some(2));
}

#[test]
fn pairs_and_archives_of_numpy_are_sets() {
    let folder = tempfile::tempdir().unwrap();
    let set = |name: &str, value: u8| {
        for (part, n) in [("train", 6), ("test", 3)] {
            let file = |what: &str| folder.path().join(format!("{name}-{part}-{what}.npz"));
            let pixels = npy("|u1", &format!("({n}, 2, 2)"), &vec![value; 4 * n]);
            npz(&file("imgs"), Deflated, &[("arr_0", pixels)]);
            let labels = (0..n).map(|i| (i % 3) as u8).collect::<Vec<u8>>();
            npz(&file("labels"), Deflated, &[("arr_0", npy("|u1", &format!("({n},)"), &labels))]);
        }
    };
    set("kmnist", 70);
    write(folder.path(), "kmnist_classmap.csv", b"index,codepoint,char\n0,U+304A,x\n");
    assert_eq!(parts(folder.path(), None), [(70, 6, 3), (70, 3, 3)]);
    set("k49", 90);
    assert!(reason(folder.path(), &DatasetOptions::default()).contains("k49, kmnist"));
    assert_eq!(parts(folder.path(), Some("k49")), [(90, 6, 3), (90, 3, 3)]);
    let one = tempfile::tempdir().unwrap();
    npz(
        &one.path().join("mnist.npz"),
        Deflated,
        &[
            ("x_train", npy("|u1", "(6, 2, 2)", &[70; 24])),
            ("y_train", npy("|u1", "(6,)", &[0, 1, 2, 0, 1, 2])),
            ("x_test", npy("|u1", "(3, 2, 2)", &[90; 12])),
            ("y_test", npy("|u1", "(3,)", &[0, 1, 2])),
        ],
    );
    write(one.path(), "README.md", b"words");
    assert_eq!(parts(one.path(), None), [(70, 6, 3), (90, 3, 3)]);
}

/// A table of `n` pictures of 4 × 4 pixels, all with the same value. The label comes first.
fn table(value: u8, n: usize, labelled: bool) -> Vec<u8> {
    let label = |text: String| if labelled { text + "," } else { String::new() };
    let names: Vec<String> = (0..16).map(|i| format!("pixel{i}")).collect();
    let row = |i: usize| label((i % 3).to_string()) + &vec![value.to_string(); 16].join(",") + "\n";
    (label("label".to_owned()) + &names.join(",") + "\n" + &(0..n).map(row).collect::<String>()).into_bytes()
}

#[test]
fn tables_of_kaggle_are_sets() {
    for names in [
        ["mnist_train.csv", "mnist_test.csv"],
        ["fashion-mnist_train.csv", "fashion-mnist_test.csv"],
        ["train.csv", "test.csv"],
        ["emnist-letters-train.csv", "emnist-letters-test.csv"],
        ["train.csv.gz", "test.csv.gz"],
    ] {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), names[0], &table(70, 6, true));
        write(folder.path(), names[1], &table(90, 3, true));
        write(folder.path(), "sample_submission.csv", b"ImageId,Label\n1,0\n2,0\n");
        assert_eq!(parts(folder.path(), None), [(70, 6, 3), (90, 3, 3)], "{names:?}");
    }
    // Kaggle publishes the test pictures of its digit recogniser without labels.
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "train.csv", &table(70, 30, true));
    write(folder.path(), "test.csv", &table(90, 30, false));
    assert_eq!(parts(folder.path(), None), [(70, 30, 3), (70, 3, 3)]);
    let test = DatasetOptions { part: Part::Test, ..DatasetOptions::default() };
    let remarks = Dataset::open(folder.path(), &test).unwrap().remarks().join("; ");
    assert!(remarks.contains("the table for testing has no classes"), "{remarks}");
    // Kaggle publishes Fashion-MNIST in two formats, as tables and as IDX.
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "fashion-mnist_train.csv", &table(70, 6, true));
    write(folder.path(), "train-images-idx3-ubyte", &images(90, 6));
    write(folder.path(), "train-labels-idx1-ubyte", &labels(6));
    let data = open(folder.path());
    assert_eq!((bytes(&data, 0, false)[0], data.len()), (90, 6));
    assert!(data.remarks().join("; ").contains("not read: fashion-mnist"));
    assert_eq!(parts_of_training(folder.path(), "fashion-mnist"), (70, 6));
}

#[test]
fn cifar_comes_in_batches_of_bytes() {
    let batch = |value: u8, labels: &[&[u8]]| -> Vec<u8> {
        labels.iter().flat_map(|label| [label, &[value; 3 * 32 * 32][..]].concat()).collect()
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cifar-10-batches-bin");
    write(&path, "data_batch_1.bin", &batch(70, &[&[0], &[2]]));
    write(&path, "data_batch_2.bin", &batch(75, &[&[1]]));
    write(&path, "test_batch.bin", &batch(90, &[&[1], &[0], &[2], &[2]]));
    write(&path, "batches.meta.txt", b"airplane\nautomobile\nbird\n\n");
    for place in [&path, folder.path()] {
        assert_eq!(parts(place, None), [(70, 3, 3), (90, 4, 3)]);
        assert_eq!(open(place).classes(), ["airplane", "automobile", "bird"]);
    }
    assert_eq!((open(&path).shape(), bytes(&open(&path), 2, false)[0]), ([3, 32, 32], 75));
    write(&path, "data_batch_2.bin", &batch(75, &[&[1]])[..3000]);
    assert!(reason(&path, &DatasetOptions::default()).contains("3000 bytes of 3073"));
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "train.bin", &batch(70, &[&[1, 0], &[0, 1]]));
    write(folder.path(), "test.bin", &batch(90, &[&[1, 1]]));
    for path in [folder.path().to_owned(), folder.path().join("train.bin")] {
        let data = open(&path);
        assert_eq!((data.classes(), data.label(1)), (&["0".into(), "1".into()][..], Some(1)));
        assert!(data.remarks().join("; ").contains("of the two labels the fine one"));
    }
    write(folder.path(), "train.bin", &[0; 3073]);
    assert!(reason(&folder.path().join("train.bin"), &DatasetOptions::default()).contains("not a data set"));
    write(folder.path(), "train.bin", &batch(70, &[&[1, 0], &[0, 1]]));
    write(folder.path(), "test.bin", &batch(90, &[&[1, 1]]));
    write(folder.path(), "fine_label_names.txt", b"apple\nfish\n");
    assert_eq!(parts(folder.path(), None)[0], (70, 2, 2));
    assert_eq!(
        (open(folder.path()).classes(), open(folder.path()).label(0)),
        (&["apple".into(), "fish".into()][..], Some(0))
    );
}

#[test]
fn what_is_not_read_is_called_by_its_name() {
    for (name, content, part) in [
        ("cifar-10-batches-py/data_batch_1", &b"\x80\x02}"[..], "CIFAR's Python version"),
        ("images.zip", b"PK\x03\x04", "unpack it"),
        ("train.parquet", b"PAR1", "Arrow"),
        ("data.mat", b"MATLAB 5.0", "scipy.io.loadmat"),
        ("data.h5", b"\x89HDF", "h5py"),
        ("MNIST/processed/training.pt", b"PK\x03\x04", "pickle"),
        ("xnist-images-idx3-ubyte.xz", b"\xFD7zXZ", "unpack it first"),
        ("cifar-100-python/train", b"\x80\x02}", "CIFAR's Python version"),
        ("stl10_binary/train_X.bin", &[0; 96], "STL-10's binary version"),
        ("stl10_binary/train_y.bin", &[1], "torchvision.datasets.STL10"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), name, content);
        for path in [folder.path().to_owned(), folder.path().join(name)] {
            let error = reason(&path, &DatasetOptions::default());
            assert!(error.contains(part) && !error.contains("damaged"), "{error}");
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let voxels = ("train_images", npy("|u1", "(2, 8, 8, 8)", &[0; 1024]));
    npz(&folder.path().join("organmnist3d.npz"), zip::CompressionMethod::Stored, &[voxels]);
    for path in [folder.path().to_owned(), folder.path().join("organmnist3d.npz")] {
        let error = reason(&path, &DatasetOptions::default());
        assert!(error.contains("train_images '|u1' [2, 8, 8, 8] is no array of pictures"), "{error}");
    }
    let folder = tempfile::tempdir().unwrap();
    assert!(reason(folder.path(), &DatasetOptions::default()).contains("no pictures"));
    write(folder.path(), "train-labels-idx1-ubyte", &labels(3));
    let error = reason(&folder.path().join("train-labels-idx1-ubyte"), &DatasetOptions::default());
    assert!(error.contains("these are labels") && !error.contains("damaged"), "{error}");
}

#[test]
fn pictures_go_before_tables_beside_them() {
    let folder = tempfile::tempdir().unwrap();
    let picture = image::GrayImage::from_pixel(4, 4, image::Luma([200]));
    fs::create_dir_all(folder.path().join("a")).unwrap();
    picture.save(folder.path().join("a/it.png")).unwrap();
    write(folder.path(), "pixels.csv", &table(70, 6, true));
    write(folder.path(), "metadata.csv", b"file,age\nit.png,7\n");
    let data = open(folder.path());
    assert_eq!((data.len(), data.classes()), (1, &["a".to_owned()][..]));
    let remarks = data.remarks().join("; ");
    assert!(remarks.contains("not read beside the pictures: pixels"), "{remarks}");
}

#[cfg(unix)]
#[test]
fn links_and_pipes_neither_repeat_nor_stop() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().unwrap();
    for (class, value) in [("a", 200), ("b", 100)] {
        fs::create_dir_all(folder.path().join(class)).unwrap();
        let picture = image::GrayImage::from_pixel(4, 4, image::Luma([value]));
        picture.save(folder.path().join(class).join("it.png")).unwrap();
    }
    for (to, link) in [(".", "c"), (".", "d"), (".", "e"), (".", "f"), ("..", "a/up"), ("../..", "b/up")] {
        symlink(to, folder.path().join(link)).unwrap();
    }
    symlink("../a/it.png", folder.path().join("b/again.png")).unwrap();
    symlink("nowhere.png", folder.path().join("b/lost.png")).unwrap();
    symlink("../a-missing", folder.path().join("lost-class")).unwrap();
    symlink("self", folder.path().join("self")).unwrap();
    let pipe = folder.path().join("b/pipe.png");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let data = open(folder.path());
    assert_eq!((data.len(), data.classes().join(",")), (2, "a,b".to_owned()));
    assert_eq!([0, 1].map(|i| (data.label(i), bytes(&data, i, false)[0])), [(Some(0), 200), (Some(1), 100)]);
    let skipped: Vec<&str> = data.skipped().iter().map(|skipped| skipped.reason.as_str()).collect();
    assert!(
        skipped.len() == 2 && skipped[0].contains("lost.png") && skipped[1].contains("a pipe"),
        "{skipped:?}"
    );
    let remarks = data.remarks().join("; ");
    let lost = ["lost-class", "self"].map(|name| folder.path().join(name).display().to_string()).join(", ");
    for told in ["7 links lead to pictures or folders", &format!("nowhere are left out: {lost}")] {
        assert!(remarks.contains(told), "{remarks}");
    }
}

#[test]
fn folders_that_lie_too_deep_are_not_passed_over_in_silence() {
    let folder = tempfile::tempdir().unwrap();
    let deep = folder.path().join(vec!["q"; 20].join("/"));
    fs::create_dir_all(&deep).unwrap();
    let picture = image::GrayImage::from_pixel(4, 4, image::Luma([200]));
    picture.save(deep.join("it.png")).unwrap();
    let told = "folders more than 16 levels down are not searched, such as ";
    let error = reason(folder.path(), &DatasetOptions::default());
    assert!(error.contains("no pictures") && error.contains(told), "{error}");
    picture.save(folder.path().join("it.png")).unwrap();
    assert!(open(folder.path()).remarks().join("; ").contains(told));
}

#[test]
fn folders_called_train_and_test_are_parts_and_not_classes() {
    let folder = tempfile::tempdir().unwrap();
    let save = |name: &str, value: u8| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        image::GrayImage::from_pixel(4, 4, image::Luma([value])).save(path).unwrap();
    };
    for (name, value) in [("cat/1", 10), ("cat/2", 20), ("dog/1", 30)] {
        save(&format!("train/{name}.png"), value);
    }
    save("Test/cat/1.png", 40);
    save("Test/dog/1.png", 50);
    let part = |part| Dataset::open(folder.path(), &DatasetOptions { part, ..Default::default() }).unwrap();
    let classes = ["cat", "dog"].map(str::to_owned);
    for (wanted, len) in [(Part::All, 3), (Part::Train, 3), (Part::Test, 2)] {
        let data = part(wanted);
        assert_eq!((data.len(), data.classes()), (len, &classes[..]), "{wanted:?}");
        assert!(data.remarks()[0].contains("its sub-folders are the classes"), "{:?}", data.remarks());
    }
    // A part alone holds the classes too.
    fs::remove_dir_all(folder.path().join("Test")).unwrap();
    assert_eq!(part(Part::All).classes(), &classes[..]);
    // Beside other classes, one of the names is a class like any other.
    save("car/1.png", 60);
    assert_eq!(part(Part::All).classes(), ["car", "train"]);
}

#[test]
fn samples_of_a_training_are_no_data() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a/1.png", "a/2.png", "run/samples/000500.png"] {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        image::GrayImage::from_pixel(4, 4, image::Luma([9])).save(path).unwrap();
    }
    fs::write(folder.path().join("run/training.lock"), "").unwrap();
    let data = open(folder.path());
    assert_eq!((data.len(), data.classes()), (2, &["a".to_owned()][..]));
    assert!(data.remarks()[0].contains("a training's folder, left out"), "{:?}", data.remarks());
}
