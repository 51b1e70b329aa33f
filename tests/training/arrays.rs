//! Arrays of NumPy: the pictures and their classes are found among other arrays.

use std::fs;
use std::path::Path;

use diffuscope::dataset::{ClassChoice, Dataset, DatasetOptions, Part};
use zip::CompressionMethod::Deflated;

use crate::files::{bytes, npy, npz, open, reason};

/// Three grey pictures of 2 × 2 pixels.
fn pictures() -> Vec<u8> {
    npy("|u1", "(3, 2, 2)", &(0..12).map(|v| v * 20).collect::<Vec<u8>>())
}

fn texts(width: usize, texts: &[&str]) -> Vec<u8> {
    let padded = |text: &str| {
        let mut points: Vec<u32> = text.chars().map(u32::from).collect();
        points.resize(width, 0);
        points.into_iter().flat_map(u32::to_le_bytes).collect::<Vec<u8>>()
    };
    let data: Vec<u8> = texts.iter().flat_map(|text| padded(text)).collect();
    npy(&format!("<U{width}"), &format!("({},)", texts.len()), &data)
}

/// An array whose first axis varies fastest.
fn fortran(descr: &str, shape: &str, data: &[u8]) -> Vec<u8> {
    let header = format!("{{'descr': '{descr}', 'fortran_order': True, 'shape': {shape}, }}\n");
    [&b"\x93NUMPY\x01\x00"[..], &(header.len() as u16).to_le_bytes(), header.as_bytes(), data].concat()
}

fn floats(shape: &str, values: &[f32]) -> Vec<u8> {
    npy("<f4", shape, &values.iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<u8>>())
}

fn opened(path: &Path, entries: &[(&str, Vec<u8>)]) -> Dataset {
    npz(path, Deflated, entries);
    open(path)
}

#[test]
fn labels_of_every_kind_are_understood() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("it.npz");
    let labels = |array: Vec<u8>| {
        let data = opened(&path, &[("x", pictures()), ("y", array)]);
        let labels: Vec<u32> = (0..3).filter_map(|i| data.label(i)).collect();
        (labels, data.classes().join(","))
    };
    let whole = (vec![1, 0, 1], "0,1".to_owned());
    assert_eq!(labels(npy("|u1", "(3,)", &[1, 0, 1])), whole);
    assert_eq!(labels(npy("|u1", "(3, 1)", &[1, 0, 1])), whole);
    assert_eq!(labels(npy("|u1", "(3, 1, 1)", &[1, 0, 1])), whole);
    assert_eq!(labels(npy("|u1", "(1, 3)", &[1, 0, 1])), whole);
    assert_eq!(labels(npy("|b1", "(3,)", &[1, 0, 1])), whole);
    assert_eq!(labels(npy(">i4", "(3,)", &[0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1])), whole);
    assert_eq!(labels(floats("(3,)", &[1.0, 0.0, 1.0])), whole);
    assert_eq!(labels(floats("(3, 2)", &[0.0, 1.0, 1.0, 0.0, 0.0, 1.0])), whole);
    assert_eq!(labels(npy("|S2", "(3,)", b"b\0a\0b\0")), (vec![1, 0, 1], "a,b".to_owned()));
    assert_eq!(labels(texts(3, &["fig", "kiw", "fig"])), (vec![0, 1, 0], "fig,kiw".to_owned()));
    assert_eq!(labels(texts(1, &["1", "0", "1"])), whole);
    assert_eq!(labels(npy("|u1", "(3,)", &[1, 3, 2])), (vec![0, 2, 1], "1,2,3".to_owned()));
    for (array, part) in [
        (floats("(3,)", &[0.5, 1.0, 0.0]), "0.5"),
        (floats("(3, 2)", &[1.0, 1.0, 0.0, 1.0, 0.0, 1.0]), "2 values for each picture"),
        (npy("|O", "(3,)", b"pickle"), "y '|O' [3] is not the class of each picture: this type is not read"),
        (npy("|u1", "(2,)", &[0, 1]), "there are 3 pictures"),
        // The header already shows this error, so the data need not be there.
        (npy("|u1", "(3, 1000000)", &[0]), "1000000 values for each"),
    ] {
        npz(&path, Deflated, &[("x", pictures()), ("y", array)]);
        let error = reason(&path, &DatasetOptions::default());
        assert!(error.contains(part) && error.contains("--classes none"), "{error}");
        assert!(!error.contains("damaged"), "{error}");
        let without = DatasetOptions { classes: ClassChoice::None, ..DatasetOptions::default() };
        assert_eq!(Dataset::open(&path, &without).unwrap().len(), 3);
    }
}

#[test]
fn arrays_nobody_asked_for_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("it.npz");
    let mean = fortran("<f4", "(2, 2)", &[0; 16]);
    let labels = || ("y", npy("|u1", "(3,)", &[1, 0, 1]));
    let others = [
        ("mean", mean),
        ("notes", npy("|O", "()", b"pickle")),
        ("broken", b"text".to_vec()),
        ("records", npy("|V3", "(3,)", &[0; 9])),
    ];
    let plain = opened(&path, &[("x", pictures()), labels()]);
    for other in others {
        let name = other.0;
        let data = opened(&path, &[other, ("x", pictures()), labels()]);
        assert_eq!(data.fingerprint(), plain.fingerprint(), "{name}");
        let remark = data.remarks().join("; ");
        assert!(remark.contains("not read") && remark.contains(name), "{remark}");
    }
    for name in ["class_names", "label_names", "Classes"] {
        let data = opened(&path, &[("x", pictures()), labels(), (name, texts(4, &["cat", "bird"]))]);
        assert_eq!(data.classes(), ["cat", "bird"], "{name}");
        assert!(data.remarks().is_empty());
    }
    let data = opened(&path, &[("x", pictures()), labels(), ("class_names", texts(4, &["cat"]))]);
    assert_eq!(data.classes(), ["0", "1"]);
    assert!(data.remarks().join("; ").contains("1 names of classes do not fit 2 classes"));
}

#[test]
fn spellings_and_orders_are_understood() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("it.npz");
    let y = || npy("|u1", "(3,)", &[1, 0, 1]);
    let plain = opened(&path, &[("x", pictures()), ("y", y())]);
    for (x, label) in [
        ("X", "Y"),
        ("X_train", "y_train"),
        ("x_train", "Y_Train"),
        ("train_images", "train_labels"),
        ("trainX", "trainY"),
        ("images", "labels"),
        ("data", "target"),
        ("features", "targets"),
        ("arr_0", "arr_1"),
        ("digits", "label"),
    ] {
        let data = opened(&path, &[(label, y()), (x, pictures())]);
        assert_eq!(data.fingerprint(), plain.fingerprint(), "{x} {label}");
    }
    // The first axis varies fastest.
    let transposed = [0, 80, 160, 40, 120, 200, 20, 100, 180, 60, 140, 220];
    let fortran = fortran("|u1", "(3, 2, 2)", &transposed);
    assert_eq!(opened(&path, &[("x", fortran.clone()), ("y", y())]).fingerprint(), plain.fingerprint());
    // Pictures as rows of pixels, and a file with a single array.
    let rows = npy("|u1", "(3, 4)", &(0..12).map(|v| v * 20).collect::<Vec<u8>>());
    assert_eq!(opened(&path, &[("data", rows), ("y", y())]).fingerprint(), plain.fingerprint());
    fs::write(folder.path().join("X.npy"), &fortran).unwrap();
    fs::write(folder.path().join("y.npy"), y()).unwrap();
    assert_eq!(open(&folder.path().join("X.npy")).fingerprint(), plain.fingerprint());
}

#[test]
fn parts_of_an_archive_are_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pathmnist.npz");
    let picture = |value: u8, n: usize| npy("|u1", &format!("({n}, 1, 1)"), &vec![value; n]);
    let label = |n: usize| npy("|u1", &format!("({n}, 1)"), &vec![0; n]);
    npz(
        &path,
        Deflated,
        &[
            ("train_images", picture(70, 5)),
            ("val_images", picture(80, 4)),
            ("test_images", picture(90, 3)),
            ("train_labels", label(5)),
            ("val_labels", label(4)),
            ("test_labels", label(3)),
        ],
    );
    for (part, value, n) in [(Part::All, 70, 5), (Part::Train, 70, 5), (Part::Test, 90, 3)] {
        for path in [&path, folder.path()] {
            let data = Dataset::open(path, &DatasetOptions { part, ..DatasetOptions::default() }).unwrap();
            assert_eq!(
                (bytes(&data, 0, false)[0], data.len(), data.label(0)),
                (value, n, Some(0)),
                "{part:?}"
            );
            assert!(data.remarks().is_empty(), "{:?}", data.remarks());
        }
    }
}

#[test]
fn pixels_of_every_kind_have_their_scale() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("it.npz");
    let wide: Vec<u8> = [0_u16, 32_768, 65_535, 257].iter().flat_map(|v| v.to_be_bytes()).collect();
    for (array, expected, told) in [
        (npy("|b1", "(1, 2, 2)", &[0, 1, 1, 0]), [0, 255, 255, 0], false),
        (npy("|u1", "(1, 2, 2)", &[0, 1, 1, 0]), [0, 255, 255, 0], true),
        (npy("|u1", "(1, 2, 2)", &[0, 8, 16, 4]), [0, 128, 255, 64], true),
        (npy("|u1", "(1, 2, 2)", &[0, 8, 16, 255]), [0, 8, 16, 255], false),
        (npy(">u2", "(1, 2, 2)", &wide), [0, 128, 255, 1], true),
        (floats("(1, 2, 2)", &[0.0, 1.0, 0.5, 0.25]), [0, 255, 128, 64], true),
        (floats("(1, 2, 2)", &[-1.0, 1.0, 0.0, 0.5]), [0, 255, 128, 191], true),
        (floats("(1, 2, 2)", &[0.0, 255.0, 7.4, 7.6]), [0, 255, 7, 8], true),
    ] {
        let data = opened(&path, &[("x", array)]);
        assert_eq!(bytes(&data, 0, false), expected);
        assert_eq!(!data.remarks().is_empty(), told, "{:?}", data.remarks());
    }
    npz(&path, Deflated, &[("x", floats("(1, 2, 2)", &[-2.0, 3.0, 0.0, 0.5]))]);
    let error = reason(&path, &DatasetOptions::default());
    assert!(error.contains("pixels from -2 to 3") && !error.contains("damaged"), "{error}");
}

#[test]
fn what_an_archive_promises_is_asked_for_first() {
    // A header of a few bytes announces gigabytes of pixels.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("it.npz");
    npz(&path, Deflated, &[("x", npy("|u1", "(1, 99999, 99999)", &[]))]);
    assert!(reason(&path, &DatasetOptions::default()).contains("too large"));
    npz(&path, Deflated, &[("x", npy("<f8", "(1, 80000, 80000)", &[]))]);
    let error = reason(&path, &DatasetOptions::default());
    assert!(error.contains("ends too early") || error.contains("of memory are needed"), "{error}");
    // Small pictures would be enlarged so much that memory does not suffice.
    npz(&path, Deflated, &[("x", npy("|u1", "(9000, 1, 1)", &[7; 9000]))]);
    let large = DatasetOptions { size: Some(1024), ..DatasetOptions::default() };
    let error = reason(&path, &large);
    assert!(error.contains("too large") || error.contains("of memory are needed"), "{error}");
}

#[test]
fn headers_that_cannot_be_read_are_damaged_or_too_large() {
    let folder = tempfile::tempdir().unwrap();
    let whole = npy("|u1", "(3, 2, 2)", &[0; 12]);
    let large = |shape: &str| npy("<f8", shape, &[0; 100]);
    for (array, part) in [
        (whole[..60].to_vec(), "damaged or cut short"),
        (whole[..9].to_vec(), "damaged or cut short"),
        (large("(1099511627776, 1048576)"), "too large"),
        (large("(60, 2147483648, 2147483648)"), "too large"),
        (large("(60, 99999999999999999999999, 8)"), "too large"),
        (large("(60, 1048576, 1048576)"), "too large"),
        (large("(60, -8, 8)"), "damaged or cut short"),
    ] {
        let (alone, archive) = (folder.path().join("it.npy"), folder.path().join("it.npz"));
        fs::write(&alone, &array).unwrap();
        // Under a name that says nothing, beside an array that cannot be the pictures.
        npz(&archive, Deflated, &[("a", array), ("means", floats("(3,)", &[0.5; 3]))]);
        for path in [&alone, &archive] {
            let error = reason(path, &DatasetOptions::default());
            assert!(error.contains(part), "{}: {error}", path.display());
        }
    }
    let archive = folder.path().join("it.npz");
    npz(&archive, Deflated, &[("x", pictures()), ("y", npy("|u1", "(3,)", &[1, 0, 1])[..40].to_vec())]);
    assert!(reason(&archive, &DatasetOptions::default()).contains("damaged or cut short (y: it ends within"));
}

#[test]
fn rows_of_colours_are_cifars_planes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("it.npz");
    let planes: Vec<u8> = vec![0, 10, 20, 30, 100, 110, 120, 130, 200, 210, 220, 230];
    let pixels: Vec<u8> = vec![0, 100, 200, 10, 110, 210, 20, 120, 220, 30, 130, 230];
    for (rows, remark) in [(&planes, "plane by plane"), (&pixels, "pixel by pixel")] {
        let rows = rows.repeat(2);
        let data = opened(
            &path,
            &[("data", npy("|u1", "(2, 12)", &rows)), ("labels", npy("<i8", "(2,)", &[0; 16]))],
        );
        assert_eq!((data.shape(), bytes(&data, 1, false)), ([3, 2, 2], planes.clone()));
        assert!(data.remarks()[0].contains(remark), "{:?}", data.remarks());
    }
}

#[test]
fn what_is_wrong_with_the_pictures_is_said_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("it.npz");
    for (x, wrong) in [
        (npy("<c8", "(3, 2, 2)", &[0; 96]), "x '<c8' [3, 2, 2] is of a type that is not read as pictures"),
        (npy("|u1", "(3, 4, 2, 2)", &[0; 48]), "x '|u1' [3, 4, 2, 2] is no array of pictures"),
    ] {
        npz(&path, Deflated, &[("x", x), ("y", npy("|u1", "(3,)", &[1, 0, 1]))]);
        let error = reason(&path, &DatasetOptions::default());
        assert!(error.contains(wrong), "{error}");
    }
}

#[test]
fn pictures_for_testing_do_not_stand_in_for_those_that_are_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("it.npz");
    npz(&path, Deflated, &[("x_train", npy("|O", "(3, 2, 2)", b"pickle")), ("x_test", pictures())]);
    let error = reason(&path, &DatasetOptions::default());
    assert!(error.contains("x_train '|O' [3, 2, 2] is of a type that is not read"), "{error}");
    let test = DatasetOptions { part: Part::Test, ..DatasetOptions::default() };
    assert_eq!(Dataset::open(&path, &test).unwrap().len(), 3);
}

#[test]
fn classes_in_a_file_go_before_those_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data.npz");
    fs::write(folder.path().join("y.npy"), npy("|u1", "(3,)", &[0, 0, 1])).unwrap();
    let x = pictures();
    let labels = |data: &Dataset| (0..3).map(|i| data.label(i).unwrap()).collect::<Vec<_>>();
    let data = opened(&path, &[("x", x.clone()), ("y", npy("|u1", "(3,)", &[2, 1, 0]))]);
    assert_eq!(labels(&data), [2, 1, 0]);
    assert!(data.remarks().iter().any(|remark| remark.contains("y.npy is not read")), "{:?}", data.remarks());
    assert_eq!(labels(&opened(&path, &[("x", x)])), [0, 0, 1]);
}
