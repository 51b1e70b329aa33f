//! Tables are read as their headers say or, without a header, as their numbers suggest.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use diffuscope::dataset::{ClassChoice, Dataset, DatasetOptions, LabelColumn};

use crate::files::{bytes, gzipped, open, reason};

/// For each picture its class and its sixteen pixels: bright in a row that depends on the class, black in the
/// corners.
fn rows(n: usize) -> Vec<(usize, Vec<u8>)> {
    let pixel = |i: usize, p: usize| if p / 4 == 1 + i % 2 { (40 * (i % 5) + 10 * p) as u8 } else { 0 };
    (0..n).map(|i| (i % 5, (0..16).map(|p| if p == 5 { 255 } else { pixel(i, p) }).collect())).collect()
}

/// A table of these pictures, with a header, and with columns before and after the pixels.
fn table(header: Option<&str>, row: impl Fn(usize, usize, &str) -> String) -> String {
    let mut text = header.map(|header| format!("{header}\n")).unwrap_or_default();
    for (i, (class, pixels)) in rows(30).iter().enumerate() {
        let pixels: Vec<String> = pixels.iter().map(u8::to_string).collect();
        writeln!(text, "{}", row(i, *class, &pixels.join(","))).unwrap();
    }
    text
}

fn names(prefix: &str) -> String {
    (0..16).map(|i| format!("{prefix}{i}")).collect::<Vec<_>>().join(",")
}

fn with(path: &Path, column: &str) -> Result<Dataset, String> {
    let options = DatasetOptions { label_column: LabelColumn::parse(column), ..DatasetOptions::default() };
    Dataset::open(path, &options).map_err(|error| error.to_string())
}

fn is_right(data: &Dataset) {
    assert_eq!((data.len(), data.shape(), data.classes().join(",")), (30, [1, 4, 4], "0,1,2,3,4".to_owned()));
    for (i, (class, pixels)) in rows(30).iter().enumerate() {
        assert_eq!((data.label(i), &bytes(data, i, false)), (Some(*class as u32), pixels), "picture {i}");
    }
}

#[test]
fn a_row_that_does_not_end_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("it.csv.gz");
    // Rows without an end: a quote that is not closed, a line that never ends, and lines that are all empty.
    for (start, unit) in [("label,\"1\n", "1\n"), ("label,", "1,"), ("", "\n")] {
        let text = start.to_owned() + &unit.repeat((70 << 20) / unit.len());
        fs::write(&path, gzipped(text.as_bytes())).unwrap();
        let error = reason(&path, &DatasetOptions::default());
        assert!(error.contains("it.csv.gz") && error.contains("a row of more than 64 MiB"), "{error}");
    }
}

#[test]
fn the_class_is_found_wherever_it_stands() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("it.csv");
    let first = |_, class, pixels: &str| format!("{class},{pixels}");
    let last = |_, class, pixels: &str| format!("{pixels},{class}");
    let indexed = |i: usize, class, pixels: &str| format!("{i},{class},{pixels}");
    let (p, n) = (names("pixel"), names(""));
    for text in [
        table(Some(&format!("label,{p}")), first),
        table(Some(&format!("\u{feff}\"Label\" ,{p}")), first),
        table(Some(&format!("{p},CLASS")), last),
        table(Some(&format!("y,{n}")), first),
        table(Some(&format!("{n},target")), last),
        table(Some(&format!("what,{p}")), first),
        // Columns with the numbers that pandas gives them, with and without a column that numbers the rows.
        table(Some(&format!("{n},16")), first),
        table(Some(&format!("{n},16")), last),
        table(Some(&format!(",{n},16")), indexed),
        table(Some(&format!("Unnamed: 0,label,{p}")), indexed),
        table(Some(&format!("id,class,{p}")), indexed),
        table(None, first),
        table(None, last),
        table(Some(&format!("label,{p}")), first).replace(',', ";"),
        table(Some(&format!("label,{p}")), first).replace(',', "\t"),
        table(None, last).replace(',', " "),
        table(Some(&format!("label,{p}")), first).replace('\n', "\r\n"),
        table(Some(&format!("label,{p},")), |_, class, pixels| format!("{class},{pixels},")),
        table(Some(&format!("file,label,{p},split")), |i, class, pixels| {
            format!("{i}.png,{class},{pixels},train")
        }),
        // The names that pandas makes from a first row that it has taken for a header.
        table(Some("3,0,0.1,0.2,0.3,0.4,255,0.5,0.6,0.7,0.8,0.9,0.10,0.11,0.12,0.13,0.14"), first),
    ] {
        for bytes in [text.clone().into_bytes(), gzipped(text.as_bytes())] {
            fs::write(&path, bytes).unwrap();
            let data = open(&path);
            is_right(&data);
        }
    }
}

#[test]
fn a_guess_is_told_and_can_be_overruled() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("it.csv");
    fs::write(&path, table(None, |_, class, pixels| format!("{class},{pixels}"))).unwrap();
    let data = open(&path);
    let remark = data.remarks().join("; ");
    assert!(remark.contains("the first column is taken for the class"), "{remark}");
    assert!(remark.contains("--label-column"), "{remark}");
    is_right(&with(&path, "first").unwrap());
    assert!(with(&path, "first").unwrap().remarks().is_empty(), "what was asked for is no guess");
    assert_eq!(with(&path, "last").unwrap().classes(), ["0"], "the last pixel");
    assert!(with(&path, "none").unwrap_err().contains("17 pixels in a row are no square"));
    assert!(with(&path, "label").unwrap_err().contains("no column \"label\"; its columns are without names"));
    let header = format!("label,{}", names("p"));
    fs::write(&path, table(Some(&header), |_, class, pixels| format!("{class},{pixels}"))).unwrap();
    is_right(&with(&path, "Label").unwrap());
    let none = with(&path, "none").unwrap();
    assert_eq!((none.shape(), none.label(0)), ([1, 4, 4], None));
    assert!(with(&path, "p6").unwrap().classes().len() > 1);
    assert!(with(&path, "what").unwrap_err().contains("its columns are label, p0, p1"));
    let without = DatasetOptions { classes: ClassChoice::None, ..DatasetOptions::default() };
    let without = Dataset::open(&path, &without).unwrap();
    assert_eq!((without.shape(), without.label(0)), ([1, 4, 4], None));
    // A table of pixels without labels, like Kaggle's test.csv.
    fs::write(&path, table(Some(&names("pixel")), |_, _, pixels| pixels.to_owned())).unwrap();
    let data = open(&path);
    assert_eq!(
        (data.shape(), data.label(0), bytes(&data, 3, false)),
        ([1, 4, 4], None, rows(4)[3].1.clone())
    );
    assert!(data.remarks().join("; ").contains("without classes"));
}

#[test]
fn classes_are_texts_or_whole_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("it.csv");
    let fruit = |class: usize| ["fig", "pear", "kiwi", "plum", "lime"][class];
    for header in [None, Some(format!("{},label", names("p")))] {
        fs::write(&path, table(header.as_deref(), |_, class, pixels| format!("{pixels},{}", fruit(class))))
            .unwrap();
        let data = open(&path);
        assert_eq!(data.classes(), ["fig", "kiwi", "lime", "pear", "plum"]);
        assert_eq!([0, 1, 2].map(|i| data.label(i)), [Some(0), Some(3), Some(1)]);
    }
    let header = format!("label,{}", names("p"));
    fs::write(&path, table(Some(&header), |_, class, pixels| format!("{}.0,{pixels}", class + 1))).unwrap();
    let data = open(&path);
    assert_eq!((data.classes().join(","), data.label(0)), ("1,2,3,4,5".to_owned(), Some(0)));
    assert!(data.remarks().join("; ").contains("the network's classes 0 to 4"));
    for (label, part) in [("", "picture 1 has no class"), ("0.5", "0.5 is not a whole number"), ("-3", "-3")]
    {
        fs::write(&path, table(Some(&header), |_, _, pixels| format!("{label},{pixels}"))).unwrap();
        let error = reason(&path, &DatasetOptions::default());
        assert!(
            error.contains("it.csv") && error.contains(part) && error.contains("--classes none"),
            "{error}"
        );
        assert!(!error.contains("damaged"), "{error}");
    }
}

#[test]
fn pixels_of_every_scale_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("it.csv");
    for (row, expected, remark) in [
        ("0,1,1,0", [0, 255, 255, 0], "0 is taken for black, 1 for white"),
        ("0,0.5,1,0.25", [0, 128, 255, 64], "0 is taken for black, 1 for white"),
        ("-1,0,1,0.5", [0, 128, 255, 191], "-1 is taken for black, 1 for white"),
        ("0,8,16,4", [0, 128, 255, 64], "0 is taken for black, 16 for white"),
        ("0,8,16,200", [0, 8, 16, 200], ""),
    ] {
        fs::write(&path, format!("a0,a1,a2,a3,label\n{row},0\n")).unwrap();
        let data = open(&path);
        assert_eq!(bytes(&data, 0, false), expected);
        let remarks = data.remarks().join("; ");
        assert!(remarks.ends_with(remark) && remarks.is_empty() == remark.is_empty(), "{remarks}");
    }
}

#[test]
fn colours_in_rows_are_told_apart_by_their_neighbours() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("it.csv");
    let columns = names("p").replace(",p12,p13,p14,p15", "");
    let planes = [0, 10, 20, 30, 100, 110, 120, 130, 200, 210, 220, 230];
    let pixels = [0, 100, 200, 10, 110, 210, 20, 120, 220, 30, 130, 230];
    for (row, remark) in [(planes, "plane by plane"), (pixels, "pixel by pixel")] {
        let row = row.map(|v| v.to_string()).join(",");
        fs::write(&path, format!("label,target,{columns}\n0,7,{row}\n")).unwrap();
        let data = open(&path);
        assert_eq!((data.shape(), bytes(&data, 0, false)), ([3, 2, 2], planes.map(|v| v as u8).to_vec()));
        let remarks = data.remarks().join("; ");
        assert!(remarks.contains(remark) && remarks.contains("not read: target"), "{remarks}");
    }
}

#[test]
fn long_names_and_lines_are_cut() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("it.csv");
    fs::write(&path, format!("a0,a1,a2,a3,label\n0,1,{},3,0\n", "x".repeat(100_000))).unwrap();
    let error = reason(&path, &DatasetOptions::default());
    assert!(error.contains("line 2") && error.chars().count() < 500, "{error}");
    fs::write(&path, gzipped(&vec![b'1'; 70 << 20])).unwrap();
    let error = reason(&path, &DatasetOptions::default());
    assert!(error.contains("too large") && error.contains("64 MiB"), "{error}");
    fs::write(&path, [0xFF, 0xFE, b'1', 0]).unwrap();
    assert!(reason(&path, &DatasetOptions::default()).contains("UTF-8"));
    fs::write(&path, b"label,a,b,c,d\ncaf\xe9,1,2,3,4\n").unwrap();
    let latin = reason(&path, &DatasetOptions::default());
    assert!(latin.contains("not text in UTF-8; save the table as CSV in UTF-8"), "{latin}");
}

#[test]
fn columns_are_taken_by_their_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("it.csv");
    // The columns are sorted as texts: 0, 1, 10, 11, …, 15, 2, …, 9.
    let mut order: Vec<usize> = (0..16).collect();
    order.sort_by_key(ToString::to_string);
    let line = |of: &dyn Fn(usize) -> String| order.iter().map(|&i| of(i)).collect::<Vec<_>>().join(",");
    let (head, row) = (line(&|i| format!("pixel{i}")), line(&|i| (10 * i).to_string()));
    fs::write(&path, format!("label,{head}\n0,{row}\n")).unwrap();
    let data = open(&path);
    assert_eq!(bytes(&data, 0, false), (0..16).map(|i| 10 * i).collect::<Vec<u8>>());
    assert!(data.remarks().join("; ").contains("order of their numbers"), "{:?}", data.remarks());
}

#[test]
fn classes_may_have_a_column_each() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("it.csv");
    let row = |class: u32, i: usize| {
        let hot: Vec<_> = (0..3).map(|c| u8::from(c == class).to_string()).collect();
        let pixels: Vec<_> = (0..16).map(|pixel| ((13 * i + 17 * pixel) % 256).to_string()).collect();
        [hot, pixels]
    };
    let classes = [2, 0, 1, 2, 0_u32];
    let lines = |order: [usize; 2]| {
        let line = |(i, &class): (usize, &u32)| order.map(|part| row(class, i)[part].join(",")).join(",");
        classes.iter().enumerate().map(line).collect::<Vec<_>>().join("\n")
    };
    let pixels = (0..16).map(|pixel| format!("pixel{pixel}")).collect::<Vec<_>>().join(",");
    for (text, names) in [
        (lines([1, 0]), ["0", "1", "2"]),
        (lines([0, 1]), ["0", "1", "2"]),
        (format!("{pixels},label_0,label_1,label_2\n{}", lines([1, 0])), ["0", "1", "2"]),
        (format!("class_cat,class_dog,class_eel,{pixels}\n{}", lines([0, 1])), ["cat", "dog", "eel"]),
        (format!("{pixels},cat,dog,eel\n{}", lines([1, 0])), ["cat", "dog", "eel"]),
    ] {
        fs::write(&path, text).unwrap();
        let data = open(&path);
        assert_eq!(data.classes(), names);
        assert_eq!((0..5).map(|i| data.label(i)).collect::<Vec<_>>(), classes.map(Some));
        assert_eq!(bytes(&data, 1, false)[..3], [13, 30, 47]);
        assert!(data.remarks().join("; ").contains("read as 3 classes"), "{:?}", data.remarks());
    }
    let rest: Vec<String> = (0..16).map(|_| "7".to_owned()).collect();
    fs::write(&path, format!("{}\n{},1,0,1\n", lines([1, 0]), rest.join(","))).unwrap();
    assert!(reason(&path, &DatasetOptions::default()).contains("line 6: the columns of the classes"));
}
