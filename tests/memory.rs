//! What networks are said to take in memory is what they take.

use diffuscope::model::{
    DownBlockType, Pipeline, UNet2DConfig, UNet2DModel, UpBlockType, WeightType, memory, save_pipeline,
};
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// A network that is small for a test, but most of whose weights are in layers that are kept once, as in large networks.
fn config() -> UNet2DConfig {
    UNet2DConfig {
        block_out_channels: vec![128, 512],
        down_block_types: vec![DownBlockType::DownBlock2D, DownBlockType::AttnDownBlock2D],
        up_block_types: vec![UpBlockType::AttnUpBlock2D, UpBlockType::UpBlock2D],
        layers_per_block: 2,
        ..UNet2DConfig::default()
    }
}

#[test]
fn a_network_takes_no_more_than_it_is_said_to_and_not_much_less() {
    let (config, side) = (config(), 64);
    let folder = tempfile::tempdir().unwrap();
    for kind in [WeightType::F16, WeightType::F32] {
        let fresh = UNet2DModel::init(&config, 1).unwrap();
        save_pipeline(folder.path(), &fresh, None, kind).unwrap();
        drop(fresh);
        let before = MEMORY.current_usage();
        MEMORY.reset_peak_usage();
        let opened = Pipeline::open(folder.path()).unwrap().parts.unet.network;
        let of_opening = MEMORY.peak_usage() - before;
        let x =
            candle_core::Tensor::ones((1, 3, side, side), candle_core::DType::F32, &candle_core::Device::Cpu);
        opened.forward(&x.unwrap(), &[10.0], None).unwrap();
        let taken = (MEMORY.peak_usage() - before) as f64;
        let need = memory::of_unet(&config, [side; 2], kind).unwrap();
        assert!(of_opening as u64 <= need.weights, "{kind:?}: {of_opening} of {}", need.weights);
        let need = need.total() as f64;
        assert!(taken <= need && need <= 1.5 * taken, "{kind:?}: {taken} of {need}");
        // The weights alone would take this much.
        let stored = if kind == WeightType::F16 { 2 } else { 4 } * opened.parameter_count();
        assert!(of_opening as f64 <= 1.6 * stored as f64, "{kind:?}: {of_opening} for {stored}");
    }
}
