//! Networks that are saved can be opened again, here and in diffusers.

use std::fs;
use std::path::PathBuf;

use candle_core::{Device, Tensor};
use diffuscope::model::{
    DownBlockType, ModelError, Pipeline, Precision, UNet2DConfig, UNet2DModel, UpBlockType, WeightType,
    save_pipeline,
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
        assert_eq!(numbers(&before), numbers(&after), "{name}");
    }
}

/// Layers so large that their weights are kept once, in the type they are stored in: what is computed must not depend on
/// that type, and the tensors must be those of the file.
#[test]
fn large_layers_of_sixteen_bits_compute_what_their_copy_in_32_bits_does() {
    let folder = tempfile::tempdir().unwrap();
    let config = UNet2DConfig {
        block_out_channels: vec![384],
        down_block_types: vec![DownBlockType::AttnDownBlock2D],
        up_block_types: vec![UpBlockType::AttnUpBlock2D],
        layers_per_block: 1,
        // That of the small one has activations without kernels.
        ..UNet2DConfig::default()
    };
    let fresh = UNet2DModel::init(&config, 5).unwrap();
    let [half, single] = ["half", "single"].map(|name| folder.path().join(name));
    save_pipeline(&half, &fresh, SCHEDULER, WeightType::F16).unwrap();
    let of_half = Pipeline::open(&half).unwrap().parts.unet.network;
    save_pipeline(&single, &of_half, SCHEDULER, WeightType::F32).unwrap();
    let of_single = Pipeline::open(&single).unwrap().parts.unet.network;
    assert!(of_half.is_prepared() && of_single.is_prepared());
    for ((name, a), (_, b)) in of_half.tensors().zip(of_single.tensors()) {
        assert_eq!((a.dims(), numbers(&a)), (b.dims(), numbers(&b)), "{name}");
    }
    let again = folder.path().join("again");
    save_pipeline(&again, &of_half, SCHEDULER, WeightType::F16).unwrap();
    let bytes = |folder: &PathBuf| fs::read(folder.join("unet/diffusion_pytorch_model.safetensors")).unwrap();
    assert_eq!(bytes(&half), bytes(&again));
    // Sizes that are computed directly and in tiles of both kinds.
    for side in [4, 8, 16] {
        let shape = (1, config.in_channels, side, side);
        let x =
            Tensor::from_iter((0..config.in_channels * side * side).map(|i| (i as f32).sin()), &Device::Cpu);
        let x = x.unwrap().reshape(shape).unwrap();
        let forward = |network: &UNet2DModel| numbers(&network.forward(&x, &[300.0], None).unwrap());
        let computed = forward(&of_half);
        assert_eq!(computed, forward(&of_single), "{side}");
        let plain = forward(&of_half.frozen().unwrap());
        let largest = plain.iter().fold(1.0_f64, |most, x| most.max(x.abs()));
        let worst = computed.iter().zip(&plain).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        assert!(worst <= 2e-5 * largest, "{side}: {worst} of {largest}");
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
