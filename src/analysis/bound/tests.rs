use std::sync::Arc;

use super::*;
use crate::analysis::Picture;
use crate::diffusion::sampler::VarianceType;
use crate::diffusion::{Raster, ScheduleSpec};
use crate::eval::nll::{Bound, BoundNoise, BoundSpec};
use crate::model::{Denoiser, DownBlockType, ModelRef, Pipeline, UNet2DConfig, UNet2DModel, UpBlockType};

fn unet() -> UNet2DModel {
    let config = UNet2DConfig {
        sample_size: Some([8, 8]),
        in_channels: 1,
        out_channels: 1,
        block_out_channels: vec![8, 8],
        down_block_types: vec![DownBlockType::DownBlock2D; 2],
        up_block_types: vec![UpBlockType::UpBlock2D; 2],
        layers_per_block: 1,
        norm_num_groups: 4,
        ..UNet2DConfig::default()
    };
    UNet2DModel::init(&config, 3).unwrap().frozen().unwrap()
}

fn schedule() -> ScheduleSpec {
    ScheduleSpec { steps: 60, ..ScheduleSpec::default() }
}

fn networks() -> Networks {
    let scheduler = schedule().to_diffusers().unwrap();
    let open = move |_: &ModelRef| {
        Ok(Pipeline { scheduler: Some(scheduler.clone()), ..Pipeline::of(unet(), "small") })
    };
    Networks::new(Arc::new(open), Some(1))
}

fn spec(times: Option<usize>) -> EvaluationSpec {
    let values: Vec<f32> = (0..64).map(|i| (i * 4) as f32 / 127.5 - 1.0).collect();
    let picture = Picture(Raster::new(1, 8, 8, values));
    let subject = Subject { model: ModelRef::default(), picture, class: None, seed: 7 };
    EvaluationSpec { subject, variance: VarianceChoice::FixedSmall, clip: false, times }
}

fn evaluated(spec: &EvaluationSpec) -> Evaluation {
    Evaluation::of(spec, &networks(), |_, _| true).unwrap().unwrap()
}

#[test]
fn all_terms_add_up_to_the_bound() {
    let found = evaluated(&spec(None));
    let chain = BoundSpec {
        schedule: schedule().build().unwrap(),
        prediction: crate::diffusion::sampler::PredictionType::Epsilon,
        variance: VarianceType::FixedSmall,
        clip: false,
    };
    let x0 = spec(None).subject.picture.fitted([1, 8, 8]).unwrap();
    let noise = BoundNoise::Seed { seed: 7, first: 0 };
    let bound = Bound::new(&chain, x0, [1, 1, 8, 8], noise).unwrap();
    let denoiser = Denoiser::new(unet(), None, 1.0).unwrap();
    let terms: Vec<f64> = bound.run(1..=60, &denoiser).map(|term| term.unwrap().bits[0]).collect();
    for (t, term) in found.known() {
        assert_eq!(term.bits, terms[t - 1], "{t}");
        let by_weight = term.weight * term.eps_mse / std::f64::consts::LN_2 + term.constant;
        assert!(t == 1 || (by_weight / term.bits - 1.0).abs() < 1e-6, "{t}: {by_weight} {}", term.bits);
    }
    let parts = found.parts().unwrap();
    assert_eq!(parts.total, bound.prior().bits[0] + terms.iter().sum::<f64>());
    assert!((parts.prior + parts.denoiser + parts.decoder - parts.total).abs() < 1e-12);
    assert_eq!(parts.standard_error, Some(0.0));
    // Where the bits go within the picture adds up to the same.
    let map = &found.curves.map;
    let mean = map.iter().map(|&bits| f64::from(bits)).sum::<f64>() / map.len() as f64;
    assert!((mean / parts.total - 1.0).abs() < 1e-5, "{mean}");
    let last = found.curves.rate.last().unwrap();
    assert!(last.t == 0 && (last.rate - parts.total).abs() < 1e-9);
}

#[test]
fn estimates_become_exact() {
    let exact = evaluated(&spec(None));
    let errors: Vec<f64> = exact.history.iter().filter_map(|(_, estimate)| estimate.standard_error).collect();
    assert_eq!(errors.last(), Some(&0.0));
    assert!(errors.len() > 10 && errors[errors.len() / 2] < errors[0], "{errors:?}");
    let few = evaluated(&spec(Some(20)));
    let (parts, total) = (few.parts().unwrap(), exact.parts().unwrap().total);
    let error = parts.standard_error.unwrap();
    assert!(few.count == 20 && error > 0.0 && (parts.total - total).abs() < 5.0 * error, "{parts:?} {total}");
    assert_eq!(few.curves.rate.len(), 61, "what is not known lies between its neighbours");
    // The bits of a pixel are estimated as well.
    let sum = |found: &Evaluation| found.curves.map.iter().map(|&bits| f64::from(bits)).sum::<f64>() / 64.0;
    assert!((sum(&few) / total - 1.0).abs() < 0.2, "{} {total}", sum(&few));
}

#[test]
fn what_is_shown_on_the_way_is_of_the_same_bound_and_ends_when_it_should() {
    let mut seen = 0;
    let stopped = Evaluation::of(&spec(None), &networks(), |done, so_far| {
        let so_far = so_far();
        assert_eq!(so_far.known().count(), so_far.count);
        assert!((done - so_far.count as f64 / 60.0).abs() < 1e-12);
        seen += 1;
        seen < 5
    });
    assert!(stopped.unwrap().is_none() && seen == 5);
}

#[test]
fn single_terms_are_those_of_the_whole() {
    let (networks, spec) = (networks(), spec(Some(3)));
    let whole = evaluated(&EvaluationSpec { times: None, ..spec.clone() });
    let look = look(&LookSpec { evaluation: spec.clone(), t: 17 }, &networks).unwrap();
    assert_eq!(look.bits, whole.term(17).unwrap().bits);
    let all = predictions(&spec, &[17, 30], &networks, |_| true).unwrap().unwrap();
    assert_eq!(all[0], look.x0_hat);
    let decoder = whole.decoder.as_ref().unwrap();
    let [mean, deviation] = decoder.at(5).unwrap();
    let level =
        crate::diffusion::nll::decoder::log_probability(f64::from(whole.setting.x0[5]), mean, deviation);
    let bits = f64::from(decoder.map[5]);
    assert!((-level / std::f64::consts::LN_2 / bits - 1.0).abs() < 1e-3, "{level} {bits}");
}

#[test]
fn what_cannot_be_bounded_is_refused() {
    let learned = EvaluationSpec { variance: VarianceChoice::Learned, ..spec(Some(3)) };
    let error = Evaluation::of(&learned, &networks(), |_, _| true).unwrap_err().to_string();
    assert!(error.contains("gives no variance"), "{error}");
    let zero = ScheduleSpec { zero_terminal_snr: true, ..schedule() };
    let scheduler = zero.to_diffusers().unwrap();
    let open = move |_: &ModelRef| {
        Ok(Pipeline { scheduler: Some(scheduler.clone()), ..Pipeline::of(unet(), "small") })
    };
    let networks = Networks::new(Arc::new(open), Some(1));
    let error = Evaluation::of(&spec(Some(3)), &networks, |_, _| true).unwrap_err().to_string();
    assert!(error.contains("no signal is left"), "{error}");
}

#[test]
fn other_pictures_stand_beside_the_loaded_one() {
    use crate::dataset::BuiltIn;
    let of = |source| BatchSpec { evaluation: spec(Some(4)), source };
    let mut seen = Vec::new();
    let show = |done: f64, so_far: &dyn Fn() -> Batch| {
        seen.push((done, so_far().members.len()));
        true
    };
    let batch = Batch::of(&of(BatchSource::Set(BuiltIn::Digits)), &networks(), show).unwrap().unwrap();
    assert_eq!((batch.members.len(), batch.count, batch.shape), (1 + BATCH, 1 + BATCH, [1, 8, 8]));
    assert!(seen.is_sorted_by(|a, b| a.0 <= b.0 && a.1 <= b.1) && seen.last() == Some(&(1.0, 1 + BATCH)));
    // The first is the loaded picture with its own noise.
    assert_eq!(batch.members[0].parts, evaluated(&spec(Some(4))).parts().unwrap());
    let others: Vec<f64> = batch.members[1..].iter().map(|member| member.parts.total).collect();
    let mean = batch.mean().unwrap();
    let expected = others.iter().sum::<f64>() / BATCH as f64;
    assert!((mean.sum - expected).abs() < 1e-12);
    let squares = others.iter().map(|bits| (bits - expected).powi(2)).sum::<f64>();
    let error = (squares / (BATCH * (BATCH - 1)) as f64).sqrt();
    assert!((mean.standard_error.unwrap() - error).abs() < 1e-12 && error > 0.0);
    let stopped = Batch::of(&of(BatchSource::Gallery), &networks(), |done, _| done < 0.3).unwrap();
    assert!(stopped.is_none());
}

#[test]
fn the_divergence_of_small_pictures_can_be_exact() {
    let subject = Subject { seed: 7, ..spec(None).subject };
    let of = |exact, paths, earlier| {
        let spec = FlowSpec { subject: subject.clone(), exact, paths };
        FlowLikelihood::of(&spec, &networks(), earlier, |_| true).unwrap().unwrap()
    };
    let exact = of(true, 1, None);
    assert!(exact.exact && exact.calls.is_multiple_of(64) && exact.bits.mean().is_finite());
    // The noise of the same seed makes the picture continuous, so that both follow one path.
    let estimated = of(false, 1, None);
    assert!(!estimated.exact && estimated.calls < exact.calls);
    let far = (estimated.bits.mean() - exact.bits.mean()).abs();
    assert!(far > 0.0 && far < 1.0, "{estimated:?} {exact:?}");
    // More paths have an error, and are the same whether they are followed at once or one after another.
    let three = of(false, 3, Some(Arc::new(estimated.clone())));
    assert_eq!(three, of(false, 3, None));
    assert!(estimated.bits.standard_error().is_none() && three.bits.standard_error().unwrap() > 0.0);
    assert_eq!(of(true, 1, Some(Arc::new(three))), exact, "paths with other divergences are others");
    assert!(FlowLikelihood::can_be_exact([1, 16, 16]) && !FlowLikelihood::can_be_exact([3, 16, 16]));
}

#[test]
fn the_map_of_the_prior_adds_up_to_it() {
    let found = evaluated(&spec(Some(3)));
    let map = &found.setting.prior_map;
    let mean = map.iter().map(|&bits| f64::from(bits)).sum::<f64>() / map.len() as f64;
    let prior = found.setting.prior.bits[0];
    assert!(map.len() == 64 && (mean - prior).abs() < 1e-6 * prior.abs().max(1e-3), "{mean} {prior}");
}
