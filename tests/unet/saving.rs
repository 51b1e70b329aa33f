//! Networks that are saved can be opened again, here and in diffusers.

use std::fs;
use std::path::PathBuf;

use diffuscope::model::{
    ModelError, Pipeline, Precision, UNet2DConfig, UNet2DModel, WeightType, save_pipeline,
};
use safetensors::SafeTensors;

use super::support::{Io, SCHEDULER, cases, numbers, reference, tiny};

#[test]
fn what_is_saved_opens_as_the_same_network() {
    let folder = tempfile::tempdir().unwrap();
    for case in cases(&reference().join("unets")) {
        let opened = Pipeline::open(&case).unwrap().parts.unet.network;
        let target = folder.path().join(case.file_name().unwrap());
        save_pipeline(&target, &opened, SCHEDULER, WeightType::F32).unwrap();
        let again = Pipeline::open(&target).unwrap();
        assert_eq!(again.scheduler.as_deref(), Some(SCHEDULER));
        assert_eq!(again.parts.unet.network.config(), opened.config());
        let io = Io::read(&case);
        assert_eq!(numbers(&io.forward(&again.parts.unet.network)), numbers(&io.forward(&opened)));
        let bytes = fs::read(&again.parts.unet.file).unwrap();
        // An existing network is replaced; other files in its folder stay.
        fs::write(target.join("notes.txt"), "mine").unwrap();
        save_pipeline(&target, &again.parts.unet.network, SCHEDULER, WeightType::F32).unwrap();
        assert_eq!(fs::read(&again.parts.unet.file).unwrap(), bytes);
        assert_eq!(fs::read_to_string(target.join("notes.txt")).unwrap(), "mine");
        // The safetensors library, which diffusers uses, can read the file too.
        assert_eq!(SafeTensors::deserialize(&bytes).unwrap().len(), opened.tensors().len());
    }
    let hidden = fs::read_dir(folder.path())
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().starts_with('.'));
    assert_eq!(hidden.count(), 0, "temporary folders are left");
}

#[test]
fn sixteen_bits_are_exact_where_the_weights_are() {
    let folder = tempfile::tempdir().unwrap();
    // These weights come from numbers of 16 bits, so nothing may be lost.
    let case = reference().join("unets/four-levels");
    let opened = Pipeline::open(&case).unwrap().parts.unet.network;
    let target = folder.path().join("half");
    save_pipeline(&target, &opened, SCHEDULER, WeightType::F16).unwrap();
    let again = Pipeline::open(&target).unwrap();
    assert!(fs::metadata(&again.parts.unet.file).unwrap().len() < 3 * opened.parameter_count() as u64);
    for ((name, before), (_, after)) in opened.tensors().zip(again.parts.unet.network.tensors()) {
        assert_eq!(numbers(before), numbers(after), "{name}");
    }
}

#[test]
fn what_cannot_be_saved_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("network");
    let model = UNet2DModel::init(&tiny(), 1).unwrap();
    assert!(matches!(save_pipeline(&target, &model, "[]", WeightType::F32), Err(ModelError::Json { .. })));
    let (_, variable) = model.variables().unwrap().swap_remove(0);
    variable.set(&(variable.as_tensor() * 1e7).unwrap().detach()).unwrap();
    let overflow = save_pipeline(&target, &model, SCHEDULER, WeightType::F16).unwrap_err();
    assert!(overflow.to_string().contains("which f16 cannot represent"), "{overflow}");
    variable.set(&(variable.as_tensor() * f64::NAN).unwrap().detach()).unwrap();
    let broken = save_pipeline(&target, &model, SCHEDULER, WeightType::F32);
    assert!(matches!(broken, Err(ModelError::NotFinite { .. })));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    let model = UNet2DModel::init(&tiny(), 1).unwrap();
    fs::write(&target, "a file").unwrap();
    assert!(matches!(save_pipeline(&target, &model, SCHEDULER, WeightType::F32), Err(ModelError::Write(_))));
    let nowhere = folder.path().join("a/b");
    assert!(matches!(save_pipeline(&nowhere, &model, SCHEDULER, WeightType::F32), Err(ModelError::Write(_))));
    assert_eq!(fs::read_to_string(&target).unwrap(), "a file");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

/// Saves new networks with their outputs to the folder `DIFFUSCOPE_SAVED`, for `reference/unets.py check`.
#[test]
#[ignore = "writes files for diffusers to open"]
fn fresh_networks_for_diffusers() {
    let folder = PathBuf::from(std::env::var("DIFFUSCOPE_SAVED").unwrap());
    for case in cases(&reference().join("unets")) {
        let text = fs::read_to_string(case.join("config.json")).unwrap();
        let config = UNet2DConfig::from_json(&text, "config.json").unwrap();
        let model = UNet2DModel::init_with(&config, 5, Precision::F64).unwrap();
        let io = Io::read(&case);
        let output: Vec<u8> = numbers(&io.forward(&model)).iter().flat_map(|v| v.to_le_bytes()).collect();
        let target = folder.join(case.file_name().unwrap());
        save_pipeline(&target, &model, SCHEDULER, WeightType::F32).unwrap();
        let bytes = fs::read(case.join("io.safetensors")).unwrap();
        let file = SafeTensors::deserialize(&bytes).unwrap();
        let views = file.tensors().into_iter().map(|(name, view)| {
            let data = if name == "output_f64" { output.as_slice() } else { view.data() };
            let view = safetensors::tensor::TensorView::new(view.dtype(), view.shape().to_vec(), data);
            (name, view.unwrap())
        });
        fs::write(target.join("io.safetensors"), safetensors::serialize(views, None).unwrap()).unwrap();
    }
}
