//! Every kind of data is read exactly, and errors name what is broken.

use std::fs;
use std::path::Path;

use diffuscope::dataset::records::Filter;
use diffuscope::dataset::{ClassChoice, Dataset, DatasetOptions, Part};

use crate::files::{bytes, gzipped, idx, npy, npz, open, reason};

#[test]
fn idx_files_with_and_without_gzip() {
    let folder = tempfile::tempdir().unwrap();
    let pixels: Vec<u8> = (0..3 * 2 * 4).map(|v| v * 10).collect();
    let images = idx(0x803, &[3, 2, 4], &pixels);
    let labels = idx(0x801, &[3], &[2, 0, 2]);
    fs::write(folder.path().join("train-images-idx3-ubyte.gz"), gzipped(&images)).unwrap();
    fs::write(folder.path().join("train-labels-idx1-ubyte.gz"), gzipped(&labels)).unwrap();
    fs::write(folder.path().join("t10k-images-idx3-ubyte"), idx(0x803, &[1, 2, 4], &pixels[..8])).unwrap();
    let data = open(folder.path());
    assert_eq!((data.len(), data.shape()), (3, [1, 2, 4]));
    assert_eq!(data.classes(), ["0", "1", "2"]);
    assert_eq!([0, 1, 2].map(|i| data.label(i)), [Some(2), Some(0), Some(2)]);
    assert_eq!(bytes(&data, 1, false), pixels[8..16]);
    assert_eq!(bytes(&data, 0, true), [30, 20, 10, 0, 70, 60, 50, 40], "rows are mirrored");
    let test = open(&folder.path().join("t10k-images-idx3-ubyte"));
    assert_eq!((test.len(), test.classes().len()), (1, 0));
    fs::write(folder.path().join("train-images-idx3-ubyte.gz"), gzipped(&images[..30])).unwrap();
    let cut = reason(folder.path(), &DatasetOptions::default());
    assert!(cut.contains("train-images-idx3-ubyte.gz") && cut.contains("14 bytes of 24"), "{cut}");
    fs::write(folder.path().join("train-images-idx3-ubyte.gz"), idx(0x803, &[u32::MAX; 3], &[])).unwrap();
    assert!(reason(folder.path(), &DatasetOptions::default()).contains("too large"));
}

#[test]
fn npz_archives_of_bytes_and_fractions() {
    use zip::CompressionMethod::{Deflated, Stored};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("it.npz");
    let rgba = [[200, 100, 0, 255], [200, 100, 0, 0], [0, 0, 0, 51], [1, 2, 3, 255]].concat();
    for method in [Stored, Deflated] {
        npz(&path, method, &[("rgba", npy("|u1", "(1, 2, 2, 4)", &rgba))]);
        let data = open(&path);
        assert_eq!((data.len(), data.shape(), data.label(0)), (1, [3, 2, 2], None));
        assert_eq!(bytes(&data, 0, false), [200, 255, 204, 1, 100, 255, 204, 2, 0, 255, 204, 3]);
    }
    let floats: Vec<u8> = [-1.0_f32, 0.0, 1.0, 0.5].iter().flat_map(|v| v.to_le_bytes()).collect();
    let labels: Vec<u8> = [1_i64, 0].iter().flat_map(|v| v.to_le_bytes()).collect();
    npz(&path, Deflated, &[("x", npy("<f4", "(2, 1, 2)", &floats)), ("y", npy("<i8", "(2,)", &labels))]);
    let data = open(&path);
    assert_eq!((data.shape(), data.label(0), data.classes().len()), ([1, 1, 2], Some(1), 2));
    assert_eq!([bytes(&data, 0, false), bytes(&data, 1, false)].concat(), [0, 128, 255, 191]);
    let chosen = DatasetOptions { classes: ClassChoice::Some(vec!["1".into()]), ..Default::default() };
    let ones = Dataset::open(&path, &chosen).unwrap();
    assert_eq!((ones.len(), ones.label(0), ones.classes()), (1, Some(0), &["1".to_owned()][..]));
    let chosen = DatasetOptions { classes: ClassChoice::Some(vec!["cat".into()]), ..Default::default() };
    assert!(reason(&path, &chosen).contains("no class \"cat\"; its classes are 0, 1"));
}

#[test]
fn broken_archives_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("it.npz");
    let stored = zip::CompressionMethod::Stored;
    let says = |entries: &[(&str, Vec<u8>)], part: &str| {
        npz(&path, stored, entries);
        let text = reason(&path, &DatasetOptions::default());
        assert!(text.contains("it.npz") && text.contains(part), "{text}");
    };
    says(&[("x", npy("|u1", "(9, 9, 9)", &[0; 7]))], "7 bytes of 729");
    says(&[("x", npy("|u1", "(99999999, 99999999, 99)", &[0; 7]))], "too large");
    says(&[("x", npy("|u1", "(7,)", &[0; 7]))], "x '|u1' [7] is no array of pictures");
    says(&[("x", npy("|u1", "(1, 2, 2, 2)", &[0; 8]))], "[1, 2, 2, 2]");
    says(&[("x", npy("<f4", "(1, 1, 1)", &f32::NAN.to_le_bytes()))], "NaN");
    says(&[("x", npy("<f4", "(1, 1, 1)", &300_f32.to_le_bytes()))], "not from 0 to 255");
    says(&[("x", npy("|u1", "(0, 4, 4)", &[]))], "no pictures");
    says(&[("x", b"text".to_vec())], "damaged");
    fs::write(&path, "no archive").unwrap();
    assert!(reason(&path, &DatasetOptions::default()).contains("damaged"));
}

#[test]
fn checksums_at_the_end_of_compressed_streams_are_compared() {
    let folder = tempfile::tempdir().unwrap();
    let damaged = |path: &Path| {
        let error = reason(path, &DatasetOptions::default());
        assert!(error.contains("damaged or cut short") && error.contains("checksum"), "{error}");
    };
    let pixels: Vec<u8> = (0..8).map(|v| 30 * v).collect();
    let floats: Vec<u8> = pixels.iter().flat_map(|&v| (f32::from(v) / 255.0).to_le_bytes()).collect();
    let (planes, fractions) = (npy("|u1", "(2, 2, 2)", &pixels), npy("<f4", "(2, 2, 2)", &floats));
    let (labels, names) = (npy("|u1", "(2,)", &[1, 0]), npy("|S3", "(3,)", b"catdogowl"));
    // In a stored archive, a byte of an array can change while everything else stays valid.
    let path = folder.path().join("it.npz");
    for pictures in [&planes, &fractions] {
        let entries = [("x", pictures.clone()), ("y", labels.clone()), ("class_names", names.clone())];
        npz(&path, zip::CompressionMethod::Stored, &entries);
        assert_eq!(open(&path).classes(), ["cat", "dog"]);
        let whole = fs::read(&path).unwrap();
        for (_, array) in &entries {
            let mut bytes = whole.clone();
            let at = bytes.windows(array.len()).position(|part| part == array).unwrap() + array.len() - 1;
            bytes[at] ^= 1;
            fs::write(&path, bytes).unwrap();
            damaged(&path);
        }
    }
    // The checksum of a gzip stream stands before its last four bytes.
    let broken = |bytes: &[u8]| {
        let mut packed = gzipped(bytes);
        let at = packed.len() - 8;
        packed[at] ^= 1;
        packed
    };
    let (images, classes) = (idx(0x803, &[2, 2, 2], &pixels), idx(0x801, &[2], &[1, 0]));
    for (name, bytes) in [
        ("it.npy.gz", broken(&planes)),
        ("floats.npy.gz", broken(&fractions)),
        ("it.csv.gz", broken(b"label,a,b,c,d\n1,2,3,4,5\n0,1,2,3,4\n")),
        ("one-images-idx3-ubyte.gz", broken(&images)),
    ] {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        damaged(&path);
    }
    let path = folder.path().join("two-images-idx3-ubyte.gz");
    fs::write(&path, gzipped(&images)).unwrap();
    fs::write(folder.path().join("two-labels-idx1-ubyte.gz"), gzipped(&classes)).unwrap();
    assert_eq!(open(&path).label(0), Some(1));
    fs::write(folder.path().join("two-labels-idx1-ubyte.gz"), broken(&classes)).unwrap();
    damaged(&path);
}

#[test]
fn archives_that_are_packed_otherwise_are_not_damaged() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("it.npz");
    npz(&path, zip::CompressionMethod::Stored, &[("x", npy("|u1", "(1, 2, 2)", &[0; 4]))]);
    let mut bytes = fs::read(&path).unwrap();
    // The number of the method in the header of the entry and in the list at the end.
    for (magic, method) in [(b"PK\x03\x04", 8), (b"PK\x01\x02", 10)] {
        let at = bytes.windows(4).position(|four| four == magic).unwrap();
        bytes[at + method] = 12;
    }
    fs::write(&path, bytes).unwrap();
    let text = reason(&path, &DatasetOptions::default());
    assert!(text.contains("compressed with bzip2, which is not read; save it with numpy.savez"), "{text}");
}

#[test]
fn csv_rows_are_square_pictures() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("digits.csv.gz");
    fs::write(&path, gzipped(b"a,b,c,d,class\n0,8,16,4,1\n16.0,0,0,0,0\n")).unwrap();
    let data = open(&path);
    assert_eq!((data.len(), data.shape(), data.label(0)), (2, [1, 2, 2], Some(1)));
    assert_eq!(bytes(&data, 0, false), [0, 128, 255, 64]);
    let plain = folder.path().join("it.csv");
    for (text, part) in [
        ("1,2,3\n", "no square"),
        ("1,2,3,4,0\n1,2,3,4\n", "line 2: 4 columns instead of 5"),
        ("1,2,3,4,0\n1,x,3,4,0\n", "line 2"),
        ("1,2,3,4,0.5\n", "0.5"),
        ("1,2,3,400,0\n", "not from 0 to 255"),
        ("1,2,3,4,-1\n", "-1"),
        ("", "no square"),
    ] {
        fs::write(&plain, text).unwrap();
        let error = reason(&plain, &DatasetOptions::default());
        assert!(error.contains("it.csv") && error.contains(part), "{error}");
    }
}

#[test]
fn folders_are_classes_and_broken_pictures_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let save = |name: &str, colour: [u8; 3]| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        image::RgbImage::from_pixel(20, 10, image::Rgb(colour)).save(path).unwrap();
    };
    save("dog/b.png", [255, 0, 0]);
    save("dog/deep/a.png", [0, 255, 0]);
    save("cat/c.png", [0, 0, 255]);
    save("loose.png", [9, 9, 9]);
    fs::create_dir(folder.path().join("empty")).unwrap();
    fs::write(folder.path().join("cat/broken.jpg"), "no picture").unwrap();
    fs::write(folder.path().join("cat/notes.txt"), "no picture either").unwrap();
    let options = DatasetOptions { size: Some(4), ..DatasetOptions::default() };
    let data = Dataset::open(folder.path(), &options).unwrap();
    assert_eq!((data.len(), data.shape()), (3, [3, 4, 4]));
    assert_eq!(data.classes(), ["cat", "dog"]);
    assert_eq!([0, 1, 2].map(|i| data.label(i)), [Some(0), Some(1), Some(1)]);
    assert_eq!(bytes(&data, 0, false)[32..], [255; 16], "blue");
    let skipped: Vec<&str> = data.skipped().iter().map(|skipped| skipped.reason.as_str()).collect();
    assert_eq!(skipped.len(), 2);
    assert!(skipped[0].contains("loose.png") && skipped[1].contains("broken.jpg"), "{skipped:?}");
    let options = DatasetOptions { classes: ClassChoice::None, grey: true, ..options };
    let grey = Dataset::open(folder.path(), &options).unwrap();
    assert_eq!((grey.len(), grey.shape(), grey.classes().len()), (4, [1, 4, 4], 0));
    assert_eq!(bytes(&grey, 0, false), [29; 16], "luma of blue");
    assert_ne!(grey.fingerprint(), data.fingerprint());
    for name in ["cat", "dog", "loose.png"] {
        let path = folder.path().join(name);
        if path.is_dir() { fs::remove_dir_all(path).unwrap() } else { fs::remove_file(path).unwrap() }
    }
    assert!(reason(folder.path(), &DatasetOptions::default()).contains("no pictures"));
}

#[test]
fn sizes_and_kinds_out_of_range_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("it.txt");
    assert!(reason(&path, &DatasetOptions::default()).contains("there is no such file"));
    fs::write(&path, "text").unwrap();
    assert!(reason(&path, &DatasetOptions::default()).contains("not a data set"));
    for size in [0, 1025] {
        let options = DatasetOptions { size: Some(size), ..DatasetOptions::default() };
        assert!(reason(&path, &options).contains("from 1 to 1024"));
    }
}

#[test]
fn arrays_are_scaled_when_a_size_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("it.csv");
    fs::write(&path, "255,255,255,255,3\n").unwrap();
    let options = DatasetOptions { size: Some(8), ..DatasetOptions::default() };
    let data = Dataset::open(&path, &options).unwrap();
    assert_eq!((data.shape(), data.classes().len()), ([1, 8, 8], 4));
    assert_eq!(bytes(&data, 0, false), [255; 64]);
}

#[test]
fn small_pictures_are_padded_and_large_ones_scaled() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("it.csv");
    fs::write(&path, "1,2,3,4,0\n5,6,7,255,0\n").unwrap();
    let open = |size| {
        let options = DatasetOptions { size: Some(size), pad: true, ..DatasetOptions::default() };
        Dataset::open(&path, &options).unwrap()
    };
    assert_eq!(bytes(&open(5), 0, false)[..15], [0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 3, 4, 0, 0]);
    assert_eq!(bytes(&open(4), 1, false), [0, 0, 0, 0, 0, 5, 6, 0, 0, 7, 255, 0, 0, 0, 0, 0]);
    assert_eq!(bytes(&open(2), 1, false), [5, 6, 7, 255]);
    assert_eq!(open(1).shape(), [1, 1, 1], "what is larger is scaled as without");
    let pictures = folder.path().join("pictures");
    fs::create_dir(&pictures).unwrap();
    image::GrayImage::from_pixel(2, 1, image::Luma([200])).save(pictures.join("it.png")).unwrap();
    let options = DatasetOptions { size: Some(4), pad: true, ..DatasetOptions::default() };
    let data = Dataset::open(&pictures, &options).unwrap();
    assert_eq!(bytes(&data, 0, false), [0, 0, 0, 0, 0, 200, 200, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
}

#[test]
fn every_tenth_picture_is_for_testing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("it.csv");
    let rows = |n: usize| (0..n).map(|i| format!("{i},255,0,0,{}", i % 2)).collect::<Vec<_>>().join("\n");
    let open = |part| Dataset::open(&path, &DatasetOptions { part, ..DatasetOptions::default() });
    let first = |data: &Dataset| (0..data.len()).map(|i| bytes(data, i, false)[0]).collect::<Vec<_>>();
    fs::write(&path, rows(25)).unwrap();
    let test = open(Part::Test).unwrap();
    assert_eq!((first(&test), test.label(0), test.classes().len()), (vec![9, 19], Some(1), 2));
    let train = first(&open(Part::Train).unwrap());
    assert_eq!(train, (0..25).filter(|i| i % 10 != 9).collect::<Vec<u8>>());
    assert_eq!(first(&open(Part::All).unwrap()), (0..25).collect::<Vec<u8>>());
    fs::write(&path, rows(9)).unwrap();
    assert!(open(Part::Test).unwrap_err().to_string().contains("every 10th"));
}

#[test]
fn idx_folders_have_parts_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, value: u8, n: u32| {
        fs::write(
            folder.path().join(format!("{name}-images-idx3-ubyte")),
            idx(0x803, &[n, 1, 1], &[value; 3]),
        )
        .unwrap();
    };
    let open = |part| Dataset::open(folder.path(), &DatasetOptions { part, ..DatasetOptions::default() });
    write("train", 7, 3);
    assert!(open(Part::Test).unwrap_err().to_string().contains("there is no t10k-images-idx3-ubyte"));
    write("t10k", 9, 2);
    for (part, value, n) in [(Part::All, 7, 3), (Part::Train, 7, 3), (Part::Test, 9, 2)] {
        let data = open(part).unwrap();
        assert_eq!((bytes(&data, 0, false)[0], data.len()), (value, n), "{part:?}");
    }
}

#[test]
fn records_give_classes_and_filters() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("it.npz");
    npz(&path, zip::CompressionMethod::Stored, &[("x", npy("|u1", "(4, 1, 1)", &[1, 2, 3, 4]))]);
    let records = |text: &str| fs::write(folder.path().join("it.json"), text).unwrap();
    let filter = |field: &str, value: &str| Filter { field: field.into(), values: vec![value.into()] };
    let options = DatasetOptions {
        class_key: Some("kind".into()),
        filters: vec![filter("year", "7")],
        ..DatasetOptions::default()
    };
    assert!(reason(&path, &options).contains("it.json: there is no such file"));
    records(
        r#"[{"kind": "pear", "year": 7, "tags": ["green", 3]}, {"kind": "fig", "year": 8, "tags": []},
            {"kind": "apple", "year": 7, "tags": "red"}, {"kind": "pear", "year": 7, "tags": [3], "more": []}]"#,
    );
    let data = Dataset::open(&path, &options).unwrap();
    assert_eq!(data.classes(), ["apple", "pear"]);
    let all: Vec<_> = (0..3).map(|i| (bytes(&data, i, false)[0], data.label(i).unwrap())).collect();
    assert_eq!(all, [(1, 1), (3, 0), (4, 1)]);
    let chosen = DatasetOptions { classes: ClassChoice::Some(vec!["pear".into()]), ..options.clone() };
    let pears = Dataset::open(&path, &chosen).unwrap();
    assert_eq!((pears.len(), pears.label(1), pears.classes().len()), (2, Some(0), 1));
    let tagged = DatasetOptions { filters: vec![filter("tags", "3")], ..options.clone() };
    let tagged = Dataset::open(&path, &tagged).unwrap();
    assert_eq!((bytes(&tagged, 0, false)[0], bytes(&tagged, 1, false)[0], tagged.len()), (1, 4, 2));
    let none = DatasetOptions { filters: vec![filter("kind", "plum")], ..options.clone() };
    assert!(reason(&path, &none).contains("no record passes"));
    let unknown = DatasetOptions { class_key: Some("colour".into()), ..options.clone() };
    assert!(
        reason(&path, &unknown).contains("\"colour\" is not")
            && reason(&path, &unknown).contains("kind, tags, year")
    );
    for key in ["more", "tags"] {
        let uneven = DatasetOptions { class_key: Some(key.into()), ..options.clone() };
        assert!(reason(&path, &uneven).contains(&format!("{key:?} is not")));
    }
    records(r#"[{"kind": "pear"}]"#);
    assert!(reason(&path, &options).contains("1 records for 4 pictures"));
    records("{}");
    assert!(reason(&path, &options).contains("damaged"));
}

#[test]
fn options_of_older_runs_are_understood() {
    let old = r#"{"size": 32, "grey": true, "classes": {"some": ["a"]}}"#;
    let options: DatasetOptions = serde_json::from_str(old).unwrap();
    let classes = ClassChoice::Some(vec!["a".into()]);
    assert_eq!(options, DatasetOptions { size: Some(32), grey: true, classes, ..DatasetOptions::default() });
}

#[test]
fn parts_stand_for_the_whole() {
    // The value of each picture is its index. Every fifth picture is of class 0, all others of class 2.
    let labels = (0..100).map(|i| if i % 5 == 0 { 0 } else { 2 }).collect();
    let classes = ["a", "b", "c"].map(String::from).to_vec();
    let data = Dataset::from_bytes("it", [100, 1, 1, 1], (0..100).collect(), Some(labels), classes).unwrap();
    let indices = |part: &Dataset| -> Vec<u8> { (0..part.len()).map(|i| bytes(part, i, false)[0]).collect() };
    let all = |parts: &[Dataset]| {
        let mut all: Vec<u8> = parts.iter().flat_map(&indices).collect();
        all.sort_unstable();
        all.dedup();
        all.len()
    };
    assert_eq!(indices(&data.spread(4)), [0, 25, 50, 75]);
    assert_eq!(indices(&data.spread(0)), [0]);
    assert_eq!(data.spread(1000).len(), 100);
    let thirds = data.parts(30, 5);
    assert_eq!((thirds.len(), all(&thirds)), (3, 90));
    // Of ten pictures, four would be of class 0, three of class 1 and three of class 2; as class 1 has none,
    // there are seven.
    let balanced = data.balanced(10, 9);
    assert_eq!((balanced.len(), all(&balanced)), (5, 35));
    for part in &balanced {
        let labels: Vec<_> = (0..part.len()).map(|i| part.label(i)).collect();
        assert_eq!(labels.iter().filter(|&&label| label == Some(0)).count(), 4);
        assert!(part.len() == 7 && (0..7).all(|i| (indices(part)[i] % 5 == 0) == (labels[i] == Some(0))));
    }
    // All twenty pictures of class 0 are taken, and thirty of the eighty of class 2.
    let large = data.balanced(90, 5);
    assert_eq!((large.len(), large[0].len()), (1, 50));
}
