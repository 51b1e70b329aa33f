//! The networks that come with the program draw the classes that they are asked for.

use diffuscope::classifier::{Answers, Classifier, SHIPPED};
use diffuscope::diffusion::sampler::{
    Call, NoiseSource, SamplerError, SamplerKind, SamplerSpec, SchedulerFile, Trajectory,
};
use diffuscope::model::{Denoiser, ModelRef, Shipped};

#[test]
fn fashion_draws_the_classes_under_guidance() {
    const SAMPLES: usize = 20;
    let model = Shipped::find("fashion").unwrap();
    let pipeline = ModelRef::Shipped(model.name.to_owned()).open().unwrap();
    let scheduler = pipeline.scheduler.unwrap();
    let ddim = SamplerKind::default_of("ddim").unwrap();
    let file = SchedulerFile::parse(&scheduler).unwrap();
    let spec = SamplerSpec { num_inference_steps: 50, ..file.sampler(Some(ddim)).unwrap().spec };
    let schedule = file.schedule.clone();
    let sampler = spec.build(&schedule).unwrap();
    let asked: Vec<u32> = (0..SAMPLES).map(|i| (i % model.classes.len()) as u32).collect();
    let denoiser =
        Denoiser::new(pipeline.parts.unet.network, Some(asked.clone()), model.guidance_scale).unwrap();
    let noise = NoiseSource::Counter { seed: 7, first_sample: 0 };
    let run = Trajectory::new(&sampler, noise, [SAMPLES, 1, 32, 32]).unwrap();
    let network = |call: Call<'_>| -> Result<_, SamplerError> {
        Ok(denoiser.predict(call.input, call.shape, call.timestep).unwrap())
    };
    let last = run.run(network).last();
    let samples: Vec<f32> = last.unwrap().unwrap().x_prev.iter().map(|x| x.clamp(-1.0, 1.0)).collect();
    let (name, bytes) = SHIPPED[0];
    let mut found = Answers::default();
    Classifier::from_bytes(name, bytes).unwrap().answer(&samples, &mut found).unwrap();
    let accuracy = found.accuracy(asked);
    assert!(accuracy >= 0.85, "{accuracy}");
}
