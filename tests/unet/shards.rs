//! Weights in several files, under names that wrappers have changed, and from other code bases.

use std::fs;
use std::path::{Path, PathBuf};

use diffuscope::model::{ModelError, Pipeline};
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};
use serde_json::{Value, json};

use super::support::{Io, WEIGHTS, numbers, reference};

type Tensors = Vec<(String, Dtype, Vec<usize>, Vec<u8>)>;

fn case() -> PathBuf {
    reference().join("unets/one-level-attention")
}

fn tensors() -> Tensors {
    let bytes = fs::read(case().join(WEIGHTS)).unwrap();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let mut tensors: Tensors = file
        .tensors()
        .into_iter()
        .map(|(name, view)| (name, view.dtype(), view.shape().to_vec(), view.data().to_vec()))
        .collect();
    tensors.sort_by(|a, b| a.0.cmp(&b.0));
    tensors
}

fn write(path: &Path, tensors: &[(String, Dtype, Vec<usize>, Vec<u8>)]) {
    let views = tensors.iter().map(|(name, dtype, shape, data)| {
        (name.as_str(), TensorView::new(*dtype, shape.clone(), data).unwrap())
    });
    fs::write(path, safetensors::serialize(views, None).unwrap()).unwrap();
}

/// The small case, with its weights in two files and an index.
struct Split {
    folder: tempfile::TempDir,
    files: [String; 2],
    index: String,
}

impl Split {
    fn new(files: [&str; 2], index: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::copy(case().join("config.json"), folder.path().join("config.json")).unwrap();
        let split = Self { folder, files: files.map(str::to_owned), index: index.to_owned() };
        let tensors = tensors();
        let (first, second) = tensors.split_at(tensors.len() / 3);
        let mut map = serde_json::Map::new();
        for (file, part) in files.iter().zip([first, second]) {
            write(&split.path(file), part);
            map.extend(part.iter().map(|tensor| (tensor.0.clone(), json!(file))));
        }
        split.write_index(&json!({ "metadata": { "total_size": 1 }, "weight_map": map }));
        split
    }

    fn plain() -> Self {
        let file = |i| format!("diffusion_pytorch_model-0000{i}-of-00002.safetensors");
        Self::new([&file(1), &file(2)], &format!("{WEIGHTS}.index.json"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write_index(&self, index: &Value) {
        fs::write(self.path(&self.index), index.to_string()).unwrap();
    }

    /// Changes the part of the index that says in which file each tensor is.
    fn change(&self, change: impl FnOnce(&mut serde_json::Map<String, Value>)) {
        let mut index: Value =
            serde_json::from_str(&fs::read_to_string(self.path(&self.index)).unwrap()).unwrap();
        change(index["weight_map"].as_object_mut().unwrap());
        self.write_index(&index);
    }

    fn open(&self) -> Result<Pipeline, ModelError> {
        Pipeline::open(self.folder.path())
    }

    #[track_caller]
    fn refused(&self, parts: &[&str]) {
        let reason = self.open().unwrap_err().to_string();
        assert!(!reason.contains('\n') && reason.chars().count() < 1000, "{reason}");
        for part in parts {
            assert!(reason.contains(part), "{reason} lacks {part}");
        }
    }
}

#[track_caller]
fn is_the_case(pipeline: &Pipeline) {
    let io = Io::read(&case());
    let whole = Pipeline::open(&case()).unwrap();
    assert_eq!(
        numbers(&io.forward(&pipeline.parts.unet.network)),
        numbers(&io.forward(&whole.parts.unet.network))
    );
}

#[test]
fn split_weights_open_as_whole_ones() {
    let split = Split::plain();
    let pipeline = split.open().unwrap();
    is_the_case(&pipeline);
    assert!(pipeline.remarks.is_empty(), "{:?}", pipeline.remarks);
    let sizes = split.files.iter().map(|file| fs::metadata(split.path(file)).unwrap().len());
    assert_eq!(pipeline.parts.unet.bytes, sizes.sum::<u64>());
    assert!(pipeline.parts.unet.file.ends_with(&split.index));
    is_the_case(&Pipeline::open(&split.path(&split.index)).unwrap());
    // If one of the files is opened, the others are found by their names.
    let by_one = Pipeline::open(&split.path(&split.files[1])).unwrap();
    is_the_case(&by_one);
    assert!(by_one.remarks[0].contains("put together by their names"), "{:?}", by_one.remarks);
    fs::remove_file(split.path(&split.index)).unwrap();
    let without_index = split.open().unwrap();
    is_the_case(&without_index);
    assert_eq!(without_index.remarks.len(), 1);
    fs::remove_file(split.path(&split.files[0])).unwrap();
    split.refused(&["diffusion_pytorch_model-00001-of-00002.safetensors is not there"]);
}

#[test]
fn sixteen_bits_are_split_under_every_name_they_have_had() {
    let new = |i| format!("diffusion_pytorch_model.fp16-0000{i}-of-00002.safetensors");
    let old = |i| format!("diffusion_pytorch_model-0000{i}-of-00002.fp16.safetensors");
    for files in [[new(1), new(2)], [old(1), old(2)]] {
        let files = files.each_ref().map(String::as_str);
        for index in [
            "diffusion_pytorch_model.safetensors.index.fp16.json",
            "diffusion_pytorch_model.fp16.safetensors.index.json",
        ] {
            let split = Split::new(files, index);
            let pipeline = split.open().unwrap();
            is_the_case(&pipeline);
            assert!(pipeline.parts.unet.file.ends_with(index));
            fs::remove_file(split.path(index)).unwrap();
            is_the_case(&split.open().unwrap());
        }
    }
}

#[test]
fn a_whole_file_wins_over_an_index() {
    let split = Split::plain();
    split.change(|map| map.values_mut().for_each(|file| *file = json!("gone-00001-of-00001.safetensors")));
    split.refused(&["it names gone-00001-of-00001.safetensors, which is not there"]);
    fs::copy(case().join(WEIGHTS), split.path(WEIGHTS)).unwrap();
    let whole = split.open().unwrap();
    is_the_case(&whole);
    assert!(whole.parts.unet.file.ends_with(WEIGHTS));
    // If there is a folder in place of the file, the error says so.
    fs::remove_file(split.path(WEIGHTS)).unwrap();
    fs::create_dir(split.path(WEIGHTS)).unwrap();
    split.refused(&[WEIGHTS, "this is a folder"]);
}

#[test]
fn what_an_index_says_must_hold() {
    let tensor = "conv_in.bias";
    for (file, reason) in [
        ("../x.safetensors", "it names ../x.safetensors, which is no file of this folder"),
        ("/etc/passwd", "it names /etc/passwd, which is no file of this folder"),
        ("sub/x.safetensors", "which is no file of this folder"),
        ("..", "which is no file of this folder"),
        ("", "which is no file of this folder"),
        ("x.bin", "it names x.bin, which is no .safetensors file"),
        ("x.safetensors", "it names x.safetensors, which is not there"),
    ] {
        let split = Split::plain();
        split.change(|map| drop(map.insert(tensor.to_owned(), json!(file))));
        split.refused(&[&split.index, reason]);
    }
    let split = Split::plain();
    split.change(|map| drop(map.insert(tensor.to_owned(), json!(split.files[1]))));
    split.refused(&["by the index, conv_in.bias is in", &split.files[1], "which does not have it"]);

    let split = Split::plain();
    split.change(|map| {
        drop(map.insert("no.such\u{1b}[31m".to_owned() + &"x".repeat(500), json!(split.files[0])));
    });
    split.refused(&["no.such\u{fffd}[31mxxx", "…", "which does not have it"]);

    let split = Split::plain();
    split.change(|map| drop(map.remove(tensor)));
    split.refused(&["conv_in.bias in", &split.files[0], "is not in the index"]);

    let split = Split::plain();
    let mut second = tensors();
    second.drain(1..second.len() / 3);
    write(&split.path(&split.files[1]), &second);
    let first = second[0].0.clone();
    split.refused(&[&format!("{first} is in {} and in {}", split.files[0], split.files[1])]);

    let split = Split::plain();
    for (index, reason) in [
        (json!({}), "there is no weight_map"),
        (json!({ "weight_map": [] }), "there is no weight_map"),
        (json!({ "weight_map": {} }), "there is no weight_map"),
        (json!({ "weight_map": { "conv_in.bias": 3 } }), "no file is named for conv_in.bias"),
        (json!([]), "not a valid JSON object"),
    ] {
        split.write_index(&index);
        split.refused(&[&split.index, reason]);
    }
    fs::write(split.path(&split.index), vec![b' '; (16 << 20) + 1]).unwrap();
    split.refused(&[&split.index, "too large"]);
    let many = (0..300).map(|i| (format!("t{i}"), json!(format!("{i}.safetensors"))));
    (0..300).for_each(|i| fs::write(split.path(&format!("{i}.safetensors")), "").unwrap());
    split.write_index(&json!({ "weight_map": many.collect::<serde_json::Map<_, _>>() }));
    split.refused(&["more than 256 files"]);
    fs::write(split.path("config.json"), fs::read(case().join("config.json")).unwrap()).unwrap();
    let absurd = "diffusion_pytorch_model-00001-of-99999.safetensors";
    fs::copy(case().join(WEIGHTS), split.path(absurd)).unwrap();
    let reason = Pipeline::open(&split.path(absurd)).unwrap_err().to_string();
    assert!(reason.contains("one of 99999 files"), "{reason}");
}

#[test]
fn what_wrappers_put_before_names_is_left_out() {
    for wrapper in ["model", "_orig_mod", "module", "module._orig_mod"] {
        let folder = tempfile::tempdir().unwrap();
        fs::copy(case().join("config.json"), folder.path().join("config.json")).unwrap();
        let mut wrapped = tensors();
        for tensor in &mut wrapped {
            tensor.0 = format!("{wrapper}.{}", tensor.0);
        }
        write(&folder.path().join(WEIGHTS), &wrapped);
        let pipeline = Pipeline::open(folder.path()).unwrap();
        is_the_case(&pipeline);
        let expected = format!("names such as {wrapper}.conv_in.bias are read as conv_in.bias");
        assert!(pipeline.remarks[0].starts_with(&expected), "{:?}", pipeline.remarks);
        // If a tensor is missing, the error gives its name in the network, and examples of the names in the
        // file.
        wrapped.remove(1);
        write(&folder.path().join(WEIGHTS), &wrapped);
        let reason = Pipeline::open(folder.path()).unwrap_err().to_string();
        assert!(reason.contains("tensor conv_in.weight is missing;"), "{reason}");
        assert!(reason.contains(&format!("(it has {wrapper}.conv_in.bias, ")), "{reason}");
    }
}

/// Writes an archive as `torch.save` makes it, with a dictionary of these names.
fn pickle(path: &Path, names: &[&str]) {
    use std::io::Write as _;
    let mut pickle = b"\x80\x02}q\x00(".to_vec();
    for name in names {
        pickle.push(b'X');
        pickle.extend((name.len() as u32).to_le_bytes());
        pickle.extend(name.as_bytes());
    }
    let mut archive = zip::ZipWriter::new(fs::File::create(path).unwrap());
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    archive.start_file("archive/data.pkl", options).unwrap();
    archive.write_all(&pickle).unwrap();
    archive.finish().unwrap();
}

#[test]
fn advice_for_a_pickle_fits_where_it_comes_from() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.pt");
    let advice = |names: &[&str]| {
        pickle(&path, names);
        let reason = Pipeline::open(&path).unwrap_err().to_string();
        assert!(reason.contains("model.pt: a pickle can run any code") && !reason.contains('\n'), "{reason}");
        reason
    };
    let guided = advice(&["time_embed.0.weight", "input_blocks.0.0.weight"]);
    assert!(guided.contains("guided-diffusion") && !guided.contains("from_pretrained"), "{guided}");
    let lucid = advice(&["model.init_conv.weight", "model.time_mlp.1.weight", "model.downs.0.0.mlp.1.bias"]);
    assert!(lucid.contains("lucidrains"), "{lucid}");
    let own = advice(&["conv_in.weight", "down_blocks.0.x", "time_embedding.linear_1.weight"]);
    assert!(own.contains("put its config.json beside it"), "{own}");
    let other = advice(&["encoder.weight"]);
    assert!(other.contains("another code base") && !other.contains("from_pretrained"), "{other}");
    // These files are not valid archives.
    for bytes in [&b"PK\x03\x04"[..], &[0; 100], b""] {
        fs::write(&path, bytes).unwrap();
        let reason = Pipeline::open(&path).unwrap_err().to_string();
        assert!(reason.contains("another code base"), "{reason}");
    }
    // In a folder of diffusers, the advice is how to convert the file with diffusers.
    fs::copy(case().join("config.json"), folder.path().join("config.json")).unwrap();
    let reason = Pipeline::open(&path).unwrap_err().to_string();
    assert!(reason.contains("name it diffusion_pytorch_model.bin"), "{reason}");
    assert!(reason.contains("from_pretrained(folder).save_pretrained"), "{reason}");
    let named = folder.path().join("diffusion_pytorch_model.bin");
    fs::rename(&path, &named).unwrap();
    let reason = Pipeline::open(&named).unwrap_err().to_string();
    assert!(!reason.contains("name it") && reason.contains("from_pretrained(folder).save"), "{reason}");
}

#[test]
fn a_file_alone_says_what_is_missing_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("alone.safetensors");
    fs::copy(case().join(WEIGHTS), &path).unwrap();
    let reason = Pipeline::open(&path).unwrap_err().to_string();
    assert!(reason.contains("alone.safetensors: there is no config.json beside it"), "{reason}");
    fs::copy(case().join("config.json"), folder.path().join("config.json")).unwrap();
    is_the_case(&Pipeline::open(&path).unwrap());
    let reason = Pipeline::open(folder.path()).unwrap_err().to_string();
    assert!(reason.contains("but there is alone.safetensors"), "{reason}");
}

/// The checkpoint of a training has weights, and their moving average beside them.
#[test]
fn what_is_taken_of_a_checkpoint_is_said() {
    let folder = tempfile::tempdir().unwrap();
    for part in ["unet", "unet_ema"] {
        fs::create_dir(folder.path().join(part)).unwrap();
        for file in ["config.json", WEIGHTS] {
            fs::copy(case().join(file), folder.path().join(part).join(file)).unwrap();
        }
    }
    let both = Pipeline::open(folder.path()).unwrap();
    is_the_case(&both);
    assert!(both.remarks[0].contains("the network in unet is taken; open unet_ema"), "{:?}", both.remarks);
    fs::remove_dir_all(folder.path().join("unet")).unwrap();
    let average = Pipeline::open(folder.path()).unwrap();
    assert!(average.remarks.is_empty() && average.scheduler.is_none());
}

#[test]
fn values_of_files_are_cut_and_cannot_act() {
    let folder = tempfile::tempdir().unwrap();
    let config = fs::read_to_string(case().join("config.json")).unwrap();
    let long = format!("\u{202e}{}", "x".repeat(100_000));
    for (field, value) in [
        ("_class_name", json!(long)),
        ("act_fn", json!(long)),
        ("in_channels", json!(long)),
        ("down_block_types", json!([long])),
        (long.as_str(), json!(1)),
    ] {
        let mut config: Value = serde_json::from_str(&config).unwrap();
        config[field] = value;
        fs::write(folder.path().join("config.json"), config.to_string()).unwrap();
        let reason = Pipeline::open(folder.path()).unwrap_err().to_string();
        assert!(reason.chars().count() < 600 && !reason.contains('\u{202e}'), "{reason}");
    }
}
