//! Denoisers, which answer a sampler's network calls: above all a network together with its class labels and
//! guidance.

use candle_core::{DType, Device, Tensor};

use super::{ClassLabels, Conditioning, ModelError, UNet2DModel};
use crate::diffusion::sampler::{Call, guided};

/// The most samples that pass through the network together. Larger batches are no faster on a CPU, and need
/// more memory.
const BATCH: usize = 8;

/// What answers the network calls of a sampler: a network, or anything that knows the prediction by other means, such
/// as an oracle.
pub trait Denoise {
    /// The prediction for the state `call.input`, in the sampler's prediction type. It has as many numbers as the
    /// state; where the sampler's variance is learned, each sample's prediction is followed by as many numbers for its
    /// variance.
    ///
    /// # Errors
    /// If the state's shape does not fit the denoiser, or the computation fails.
    fn denoise(&self, call: &Call<'_>) -> Result<Vec<f32>, ModelError>;
}

/// A network with its class labels and guidance.
#[derive(Clone, Debug)]
pub struct Denoiser {
    unet: UNet2DModel,
    /// One class for each sample, for networks that are told the class.
    classes: Option<Vec<u32>>,
    guidance: Option<Guidance>,
}

/// Classifier-free guidance (Ho & Salimans 2022).
#[derive(Clone, Copy, Debug)]
struct Guidance {
    /// `w` in `ε̂_u + w (ε̂_c − ε̂_u)`.
    scale: f32,
    /// The label that stands for "no class".
    null_class: u32,
}

impl Denoiser {
    /// A denoiser for as many samples as there are `classes`, or for any number where the network is not told a class.
    ///
    /// `guidance_scale` is w in `ε̂_u + w (ε̂_c − ε̂_u)` (Ho & Salimans 2022): 1 is the plain conditional network,
    /// which needs one pass instead of two. The unconditional prediction `ε̂_u` is that for the class of
    /// [`UNet2DConfig::guiding_class`](super::UNet2DConfig::guiding_class).
    ///
    /// # Errors
    /// If a class is out of range; if classes are missing for a network that is told the class, or given to one that is
    /// not; if guidance is asked of a network without classes.
    pub fn new(
        unet: UNet2DModel,
        classes: Option<Vec<u32>>,
        guidance_scale: f64,
    ) -> Result<Self, ModelError> {
        let conditioning = unet.config().conditioning();
        match (conditioning, &classes) {
            (Conditioning::None, None) | (Conditioning::Values, Some(_)) => {}
            (Conditioning::None, Some(_)) => return Err(ModelError::LabelsUnexpected),
            (Conditioning::Embeddings { width }, _) => {
                let expected = format!("vectors of {width} numbers");
                return Err(ModelError::LabelKind { expected, found: "classes".to_owned() });
            }
            (_, None) => return Err(ModelError::LabelsMissing),
            (Conditioning::Classes { classes: known }, Some(given)) => {
                if let Some(&wrong) = given.iter().find(|&&class| class as usize >= known) {
                    let expected = format!("from 0 to {}", known - 1);
                    return Err(ModelError::Range { what: "class label", found: wrong.into(), expected });
                }
            }
        }
        let guidance = match conditioning {
            _ if guidance_scale == 1.0 => None,
            _ if !guidance_scale.is_finite() => {
                let expected = "a finite number".to_owned();
                return Err(ModelError::Range { what: "guidance scale", found: guidance_scale, expected });
            }
            Conditioning::Classes { classes } if classes > 1 => {
                let null_class = unet.config().guiding_class().unwrap_or(classes - 1) as u32;
                Some(Guidance { scale: guidance_scale as f32, null_class })
            }
            _ => return Err(ModelError::NoGuidance),
        };
        Ok(Self { unet, classes, guidance })
    }

    /// The network.
    pub fn unet(&self) -> &UNet2DModel {
        &self.unet
    }

    /// The timestep that the network is told in a call: that of the sampler's schedule, or where the network is told the
    /// level of noise, the one of its level.
    pub fn timestep_of(&self, call: &Call<'_>) -> f64 {
        self.unet.config().logsnr_timesteps.map_or(call.timestep, |timesteps| timesteps.at(call.alpha_bar))
    }

    /// The network's output for samples `[n, channels, height, width]`, all at one timestep, which counts from 0. The
    /// output has the network's `out_channels`. Guidance acts on the prediction alone: a learned variance is that of
    /// the conditional network.
    ///
    /// # Errors
    /// If the shape does not fit the network or its classes, or the computation fails.
    pub fn predict(&self, input: &[f32], shape: [usize; 4], timestep: f64) -> Result<Vec<f32>, ModelError> {
        let [samples, channels, height, width] = shape;
        if let Some(classes) = &self.classes
            && classes.len() != samples
        {
            return Err(ModelError::Count { what: "class labels", found: classes.len(), samples });
        }
        let sample = channels * height * width;
        let mut output = Vec::with_capacity(input.len());
        for (batch, values) in input.chunks(BATCH * sample).enumerate() {
            let n = values.len() / sample;
            let x = Tensor::from_slice(values, (n, channels, height, width), &Device::Cpu)?;
            let classes = self.classes.as_ref().map(|classes| &classes[batch * BATCH..][..n]);
            let conditional = self.forward(&x, timestep, classes)?;
            match self.guidance {
                None => output.extend(conditional),
                Some(guidance) => {
                    let plain = self.forward(&x, timestep, Some(&vec![guidance.null_class; n]))?;
                    output.extend(guidance.combine(&plain, conditional, sample, n));
                }
            }
        }
        Ok(output)
    }

    /// Like [`predict`](Self::predict), for an input with the network's `in_channels`: the prediction, and the product of
    /// `v` and its Jacobian, both with the size of the input. See
    /// [`UNet2DModel::vector_jacobian`].
    ///
    /// # Errors
    /// The errors of [`predict`](Self::predict); also if `v` is shorter than the input.
    pub fn predict_with_gradient(
        &self,
        input: &[f32],
        shape: [usize; 4],
        timestep: f64,
        v: &[f32],
    ) -> Result<[Vec<f32>; 2], ModelError> {
        let [samples, channels, height, width] = shape;
        if let Some(classes) = &self.classes
            && classes.len() != samples
        {
            return Err(ModelError::Count { what: "class labels", found: classes.len(), samples });
        }
        let sample = channels * height * width;
        let mut found = [Vec::with_capacity(input.len()), Vec::with_capacity(input.len())];
        let batches = input.chunks(BATCH * sample).zip(v.chunks(BATCH * sample));
        for (batch, (values, v)) in batches.enumerate() {
            let n = values.len() / sample;
            let [x, v] = [values, v]
                .map(|values| Tensor::from_slice(values, (n, channels, height, width), &Device::Cpu));
            let (x, v) = (x?, v?);
            let pass = |classes: Option<&[u32]>| -> Result<[Vec<f32>; 2], ModelError> {
                let labels = classes.map(ClassLabels::Classes);
                let [output, product] = self.unet.vector_jacobian(&x, &[timestep], labels, &v)?;
                Ok([numbers(&output)?, numbers(&product)?])
            };
            let conditional = pass(self.classes.as_ref().map(|classes| &classes[batch * BATCH..][..n]))?;
            let all = match self.guidance {
                None => conditional,
                // The gradient of a sum is the sum of gradients.
                Some(guidance) => {
                    let plain = pass(Some(&vec![guidance.null_class; n]))?;
                    let [output, product] = conditional;
                    [
                        guidance.combine(&plain[0], output, sample, n),
                        guidance.combine(&plain[1], product, sample, n),
                    ]
                }
            };
            found.iter_mut().zip(all).for_each(|(found, values)| found.extend(values));
        }
        Ok(found)
    }

    fn forward(&self, x: &Tensor, timestep: f64, classes: Option<&[u32]>) -> Result<Vec<f32>, ModelError> {
        let output = self.unet.forward(x, &[timestep], classes.map(ClassLabels::Classes))?;
        numbers(&output)
    }
}

/// The values of a tensor of the network in f32.
fn numbers(tensor: &Tensor) -> Result<Vec<f32>, ModelError> {
    Ok(tensor.to_dtype(DType::F32)?.flatten_all()?.to_vec1()?)
}

impl Denoise for Denoiser {
    fn denoise(&self, call: &Call<'_>) -> Result<Vec<f32>, ModelError> {
        self.predict(call.input, call.shape, self.timestep_of(call))
    }
}

impl Guidance {
    /// `ε̂_u + w (ε̂_c − ε̂_u)` in the first `sample` values of every sample.
    fn combine(self, plain: &[f32], mut conditional: Vec<f32>, sample: usize, n: usize) -> Vec<f32> {
        let stride = conditional.len() / n;
        for (guided_sample, plain) in conditional.chunks_exact_mut(stride).zip(plain.chunks_exact(stride)) {
            for (value, &unguided) in guided_sample.iter_mut().zip(plain).take(sample) {
                *value = guided(unguided, *value, self.scale);
            }
        }
        conditional
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{DownBlockType, LogSnrTimesteps, UNet2DConfig, UpBlockType};

    fn config(classes: Option<usize>, out_channels: usize) -> UNet2DConfig {
        UNet2DConfig {
            sample_size: Some([8, 8]),
            in_channels: 1,
            out_channels,
            block_out_channels: vec![8],
            down_block_types: vec![DownBlockType::DownBlock2D],
            up_block_types: vec![UpBlockType::UpBlock2D],
            layers_per_block: 1,
            norm_num_groups: 4,
            num_class_embeds: classes,
            ..UNet2DConfig::default()
        }
    }

    fn input(n: usize) -> Vec<f32> {
        (0..n * 64).map(|i| ((i * 37 % 101) as f32 / 50.0) - 1.0).collect()
    }

    #[test]
    fn samples_do_not_know_their_batch() {
        let unet = UNet2DModel::init(&config(Some(5), 1), 3).unwrap().frozen().unwrap();
        let classes: Vec<u32> = (0..11).map(|i| i % 5).collect();
        let all = Denoiser::new(unet.clone(), Some(classes.clone()), 1.0).unwrap();
        let together = all.predict(&input(11), [11, 1, 8, 8], 700.0).unwrap();
        let alone = Denoiser::new(unet, Some(vec![classes[9]]), 1.0).unwrap();
        let one = alone.predict(&input(11)[9 * 64..][..64], [1, 1, 8, 8], 700.0).unwrap();
        for (a, b) in one.iter().zip(&together[9 * 64..]) {
            assert!((a - b).abs() < 1e-6);
        }
    }

    #[test]
    fn guidance_is_a_line_through_two_predictions() {
        let unet = UNet2DModel::init(&config(Some(3), 2), 3).unwrap().frozen().unwrap();
        let at = |class: u32, w: f64| {
            let denoiser = Denoiser::new(unet.clone(), Some(vec![class]), w).unwrap();
            denoiser.predict(&input(1), [1, 1, 8, 8], 10.0).unwrap()
        };
        let (plain, conditional, strong) = (at(2, 1.0), at(0, 1.0), at(0, 4.0));
        assert_ne!(plain, conditional);
        for i in 0..64 {
            assert!((strong[i] - (plain[i] + 4.0 * (conditional[i] - plain[i]))).abs() < 1e-5);
        }
        assert_eq!(strong[64..], conditional[64..], "the variance is the conditional network's");
    }

    /// Whatever schedule a sampler follows, the same state has the same prediction.
    #[test]
    fn networks_that_are_told_the_level_know_no_schedule() {
        let mut unet = UNet2DModel::init(&config(None, 1), 3).unwrap();
        let line = LogSnrTimesteps { logsnr_max: 8.0, logsnr_min: -8.0, steps: 1000 };
        unet.set_logsnr_timesteps(line);
        let read = UNet2DConfig::from_json(&unet.config().to_json(), "config.json").unwrap();
        assert_eq!(read.logsnr_timesteps, Some(line));
        let denoiser = Denoiser::new(unet.frozen().unwrap(), None, 1.0).unwrap();
        let input = input(1);
        let at = |timestep: f64| {
            let call = Call {
                index: 0,
                timestep,
                t: timestep + 1.0,
                alpha_bar: 0.5,
                input: &input,
                shape: [1, 1, 8, 8],
            };
            denoiser.denoise(&call).unwrap()
        };
        assert_eq!(at(3.0), at(700.0));
        assert_eq!(at(3.0), denoiser.predict(&input, [1, 1, 8, 8], 499.5).unwrap());
    }

    #[test]
    fn what_does_not_fit_the_network_is_refused() {
        let with = UNet2DModel::init(&config(Some(3), 1), 0).unwrap();
        let without = UNet2DModel::init(&config(None, 1), 0).unwrap();
        let reason = |unet: &UNet2DModel, classes, w| {
            Denoiser::new(unet.clone(), classes, w).map(|_| ()).unwrap_err().to_string()
        };
        assert!(reason(&with, None, 1.0).contains("give class labels"));
        assert!(reason(&with, Some(vec![3]), 1.0).contains("from 0 to 2"));
        assert!(reason(&with, Some(vec![0]), f64::NAN).contains("finite"));
        assert!(reason(&without, Some(vec![0]), 1.0).contains("not conditioned"));
        assert!(reason(&without, None, 2.0).contains("guidance"));
        let denoiser = Denoiser::new(with, Some(vec![0, 1]), 1.0).unwrap();
        assert!(denoiser.predict(&input(1), [1, 1, 8, 8], 1.0).is_err());
    }
}
