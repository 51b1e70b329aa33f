//! Whole runs compared with those of diffusers' pipelines: DDIM, v-prediction, PNDM, and from a picture.

use std::sync::Arc;

use candle_core::{Device, Tensor};
use diffuscope::diffusion::sampler::{
    Call, NoiseSource, Record, Sampler, SamplerError, SamplerStep, SchedulerFile, Trajectory, guided,
};
use diffuscope::model::{ModelError, Precision};
use serde_json::Value;

use super::support::{Io, largest_difference, numbers};
use super::{case, tiny};

struct Run {
    name: String,
    facts: Value,
    io: Io,
    sampler: Sampler,
}

fn runs() -> Vec<Run> {
    let text = std::fs::read_to_string(case("sd-tiny/runs.json")).unwrap();
    let all: Value = serde_json::from_str(&text).unwrap();
    let run = |facts: &Value| {
        let mut config = facts["scheduler_config"].clone();
        config["_class_name"] = facts["scheduler"].clone();
        let file = SchedulerFile::parse(&config.to_string()).unwrap();
        let mut spec = file.sampler(None).unwrap().spec;
        spec.num_inference_steps = facts["steps"].as_u64().unwrap() as usize;
        let sampler = match facts["strength"].as_f64() {
            Some(strength) => {
                let count = (spec.num_inference_steps as f64 * strength) as usize;
                spec.build_last(&file.schedule, count).unwrap()
            }
            None => spec.build(&file.schedule).unwrap(),
        };
        let io = Io::open(&case("sd-tiny").join(facts["file"].as_str().unwrap()));
        Run { name: facts["name"].as_str().unwrap().to_owned(), facts: facts.clone(), io, sampler }
    };
    all["runs"].as_array().unwrap().iter().map(run).collect()
}

impl Run {
    fn start(&self) -> Trajectory {
        let (shape, values, _) = &self.io.0["latents_init"];
        let state: Arc<[f32]> = values.iter().map(|&value| value as f32).collect();
        let shape = [shape[0], shape[1], shape[2], shape[3]];
        Trajectory::from_state(&self.sampler, NoiseSource::seed(0), shape, state).unwrap()
    }

    /// The largest difference of a state after a step, relative to the largest latent.
    fn error(&self, records: &[Record]) -> f64 {
        let expected = self.io.values("latents");
        let largest = expected.iter().fold(0.0, |most: f64, x| most.max(x.abs()));
        let found = records.iter().flat_map(|record| record.x_prev.iter().map(|&x| f64::from(x)));
        largest_difference(&found.collect::<Vec<_>>(), expected) / largest
    }

    fn scale(&self) -> f32 {
        self.facts["guidance_scale"].as_f64().unwrap() as f32
    }
}

/// With the outputs of diffusers' network.
#[test]
fn steps_are_those_of_diffusers() {
    for run in runs() {
        let timesteps: Vec<f64> = run.sampler.steps().iter().map(SamplerStep::timestep).collect();
        assert_eq!(timesteps, run.io.values("timesteps"), "{}", run.name);
        let outputs = run.io.values("model_outputs");
        let size = outputs.len() / timesteps.len() / 2;
        let network = |call: Call<'_>| {
            let [plain, told] = [0, 1].map(|half| &outputs[(2 * call.index + half) * size..][..size]);
            let pairs = plain.iter().zip(told);
            Ok::<_, SamplerError>(
                pairs.map(|(&u, &c)| guided(u as f32, c as f32, run.scale())).collect::<Vec<_>>(),
            )
        };
        let records: Vec<Record> = run.start().run(network).collect::<Result<_, _>>().unwrap();
        let error = run.error(&records);
        println!("{:14} given outputs {error:.1e}", run.name);
        assert!(error <= 1e-5, "{}: {error}", run.name);
    }
}

/// From the words to the picture.
#[test]
fn pictures_are_those_of_diffusers() {
    let pipeline = tiny();
    let tokenizer = pipeline.tokenizer().unwrap();
    let text = pipeline.text_encoder(Precision::F32).unwrap().0.network;
    let unet = pipeline.unet(Precision::F32).unwrap().0.network;
    let vae = pipeline.vae(Precision::F32).unwrap().0.network;
    for run in runs() {
        let prompts = ["negative_prompt", "prompt"].map(|name| run.facts[name].as_str().unwrap());
        let tokens = prompts.map(|prompt| tokenizer.fitted(prompt).unwrap().ids);
        let context = text.forward(&tokens).unwrap().states;
        let network = |call: Call<'_>| {
            let state = Tensor::from_slice(call.input, &call.shape[..], &Device::Cpu)?;
            let both = unet.forward(&state.repeat((2, 1, 1, 1))?, &[call.timestep], &context, None)?;
            let values = both.flatten_all()?.to_vec1::<f32>()?;
            let (plain, told) = values.split_at(call.input.len());
            Ok(plain.iter().zip(told).map(|(&u, &c)| guided(u, c, run.scale())).collect::<Vec<_>>())
        };
        let wrapped = |call: Call<'_>| network(call).map_err(|error: ModelError| panic!("{error}"));
        let records: Vec<Record> = run.start().run(wrapped).collect::<Result<_, SamplerError>>().unwrap();
        let error = run.error(&records);
        let shape = &run.io.0["latents_init"].0;
        let last =
            Tensor::from_slice(&records.last().unwrap().x_prev, shape.as_slice(), &Device::Cpu).unwrap();
        let decoded = numbers(&vae.decode(&last).unwrap());
        let picture = largest_difference(&decoded, run.io.values("decoded"));
        println!("{:14} latents {error:.1e} of the largest, decoded {picture:.1e}", run.name);
        assert!(error <= 1e-4 && picture <= 1e-4, "{}: {error} {picture}", run.name);
    }
}

/// The start of the run from a picture: its latent, drawn and noised to the level of the first call.
#[test]
fn a_picture_starts_where_diffusers_starts_it() {
    let run = runs().pop().unwrap();
    let vae = tiny().vae(Precision::F64).unwrap().0.network;
    let told = vae.encode(&run.io.tensor("init_image")).unwrap();
    let drawn = told.draw(&run.io.tensor("posterior_noise")).unwrap();
    let latent = numbers(&vae.scaled(&drawn).unwrap());
    let alpha_bar = run.sampler.steps()[0].alpha_bar;
    let noised = latent
        .iter()
        .zip(run.io.values("noise"))
        .map(|(x, noise)| alpha_bar.sqrt() * x + (1.0 - alpha_bar).sqrt() * noise);
    let error = largest_difference(&noised.collect::<Vec<_>>(), run.io.values("latents_init"));
    assert!(error <= 2e-5, "{error}");
}
