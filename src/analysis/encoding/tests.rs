use super::*;
use crate::analysis::Picture;
use crate::imaging::sample;
use crate::model::ModelRef;

fn spec(name: &str, side: usize) -> EncodingSpec {
    let picture = Picture(sample(name).unwrap().load().unwrap().pixels);
    EncodingSpec { model: ModelRef::Shipped("emoji-latent".to_owned()), picture, side }
}

fn mean_square(a: &[half::f16], b: &[f32]) -> f64 {
    let squares = a.iter().zip(b).map(|(a, b)| (a.to_f64() - f64::from(*b)).powi(2));
    squares.sum::<f64>() / a.len() as f64
}

#[test]
fn a_photograph_survives_its_latent() {
    let autoencoders = Autoencoders::new(Some(2));
    for name in ["chelsea", "astronaut"].into_iter().filter(|name| sample(name).is_some()) {
        // 70 is no size that the network takes.
        let encoding = encode(&spec(name, 70), &autoencoders).unwrap();
        assert_eq!((encoding.shape, encoding.latent_shape), ([3, 68, 68], [4, 17, 17]));
        assert!((encoding.fewer() - 12.0).abs() < 1e-9 && encoding.kl > 0.0);
        assert!(encoding.psnr() > 18.0, "{name}: {:.2} dB", encoding.psnr());
        assert!((mean_square(&encoding.decoded, &encoding.x0) - encoding.mse).abs() < 1e-4);
        let map: f64 = encoding.error.iter().map(|error| f64::from(*error).powi(2)).sum();
        assert!((map / encoding.error.len() as f64 - encoding.mse).abs() < 1e-6);
        // The scale is that of standard normals, and the encoder is much surer than they are.
        assert!((0.3..3.0).contains(&encoding.variances[1]), "{:?}", encoding.variances);
        assert!(encoding.deviation < 0.5, "{}", encoding.deviation);
    }
}

#[test]
fn signal_to_noise_ratios_are_equal() {
    for alpha_bar in [1e-4, 0.2, 0.7, 0.9999] {
        let variances = [0.2, 1.1];
        let other = alpha_bar_of_equal_snr(alpha_bar, variances);
        let [a, b] = [snr_of(alpha_bar, variances[0]), snr_of(other, variances[1])];
        assert!((a / b - 1.0).abs() < 1e-9, "{alpha_bar}: {a} and {b}");
        assert!((alpha_bar_of_equal_snr(alpha_bar, [0.5, 0.5]) - alpha_bar).abs() < 1e-12);
        assert!((alpha_bar_of_equal_snr(alpha_bar, [0.0, 1.0]) - alpha_bar).abs() < 1e-12);
    }
    for end in [0.0, 1.0] {
        assert!((alpha_bar_of_equal_snr(end, [0.2, 1.1]) - end).abs() < 1e-12);
    }
}

#[test]
fn without_noise_the_latent_is_the_picture_s() {
    let autoencoders = Autoencoders::new(Some(2));
    let encoding_spec = spec("chelsea", 64);
    let encoding = encode(&encoding_spec, &autoencoders).unwrap();
    let noised = |alpha_bars, seed| {
        let spec = NoisedSpec { encoding: encoding_spec.clone(), alpha_bars, seed };
        noise(&spec, &encoding, &autoencoders).unwrap()
    };
    let clean = noised([1.0; 2], 7);
    assert_eq!(clean.decoded, encoding.decoded);
    assert_eq!(clean.z_t, encoding.colours.picture(&encoding.z0));
    assert!(mean_square(&clean.x_t, &encoding.x0) < 1e-6);
    assert_eq!((clean.channels.len(), clean.channels[0].len()), (4, 16 * 16));
    let [weak, strong] = [0.9, 0.1].map(|alpha_bar| noised([alpha_bar; 2], 7));
    let error = |noised: &Noised| mean_square(&noised.decoded, &encoding.x0);
    assert!(encoding.mse < error(&weak) && error(&weak) < error(&strong));
    assert_eq!(weak.decoded, noised([0.9; 2], 7).decoded);
    assert_ne!(weak.decoded, noised([0.9; 2], 8).decoded);
}

#[test]
fn colours_are_the_directions_of_most_variance() {
    // Two channels that vary together, one that varies by itself, and one that does not vary.
    let wave = |i: usize, rate: f32| (rate * i as f32).sin();
    let plane = |of: &dyn Fn(usize) -> f32| (0..100).map(of).collect::<Vec<f32>>();
    let latent = [
        plane(&|i| 3.0 * wave(i, 0.4) + 1.0),
        plane(&|i| 3.0 * wave(i, 0.4)),
        plane(&|i| wave(i, 1.3)),
        plane(&|_| 5.0),
    ]
    .concat();
    let picture = Colours::of(&latent, [4, 10, 10]).picture(&latent);
    let deviation = |plane: &[half::f16]| {
        let values: Vec<f64> = plane.iter().map(|value| value.to_f64()).collect();
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / values.len() as f64).sqrt()
    };
    let [red, green, blue] = [0, 1, 2].map(|i| deviation(&picture[100 * i..100 * (i + 1)]));
    assert!((red - 0.4).abs() < 0.01 && (green - 0.4).abs() < 0.01 && blue < 0.01, "{red} {green} {blue}");
    // The first follows what the first two channels share.
    let follows = (0..100).all(|i| picture[i].to_f64() * f64::from(wave(i, 0.4)) > -0.02);
    assert!(follows);
    // A latent of one channel is grey.
    let grey = Colours::of(&latent[..100], [1, 10, 10]).picture(&latent[..100]);
    assert_eq!(grey.len(), 300);
    assert_eq!(grey[..100], grey[200..]);
}

#[test]
fn the_way_between_two_pictures_has_them_at_its_ends() {
    let autoencoders = Autoencoders::new(Some(2));
    let names = ["chelsea", crate::imaging::samples()[1].name];
    let [from, to] = names.map(|name| spec(name, 32));
    let found =
        between(&BetweenSpec { from: from.clone(), to: names[1].to_owned() }, &autoencoders, |_| true);
    let found = found.unwrap().unwrap();
    assert_eq!((found.pixels.len(), found.latents.len()), (STEPS, STEPS));
    let ends = [from, to].map(|spec| encode(&spec, &autoencoders).unwrap());
    for (end, i) in ends.iter().zip([0, STEPS - 1]) {
        assert!(mean_square(&found.pixels[i], &end.x0) < 1e-6);
        let decoded: Vec<f32> = end.decoded.iter().map(|value| value.to_f32()).collect();
        assert!(mean_square(&found.latents[i], &decoded) < 1e-6);
    }
    let spec = BetweenSpec { from: spec("chelsea", 32), to: "chelsea".to_owned() };
    let stopped = between(&spec, &autoencoders, |_| false);
    assert!(stopped.unwrap().is_none());
}

#[test]
fn calls_in_latents_cost_less() {
    let model = ModelRef::Shipped("fashion".to_owned());
    let spec = CostSpec { model, shapes: [[3, 32, 32], [4, 8, 8]], timed: true };
    let of = |spec: &CostSpec| cost(spec, &Autoencoders::new(Some(1)), |_| true).unwrap().unwrap();
    let found = of(&spec);
    let [pixels, latents] = found.operations;
    assert!(pixels > 12 * latents && found.milliseconds.unwrap().iter().all(|time| *time > 0.0), "{found:?}");
    // What was measured once stays.
    assert_eq!(of(&spec), found);
    let counted = of(&CostSpec { timed: false, ..spec });
    assert_eq!((counted.operations, counted.milliseconds), (found.operations, None));
}

#[test]
fn what_is_no_autoencoder_is_refused() {
    let autoencoders = Autoencoders::new(Some(1));
    let no_parts = EncodingSpec { model: ModelRef::default(), ..spec("chelsea", 32) };
    let error = encode(&no_parts, &autoencoders).map(|_| ()).unwrap_err().to_string();
    assert!(error.contains("draws pixels"), "{error}");
    let missing = EncodingSpec { model: ModelRef::Folder("/nowhere/at/all".into()), ..spec("chelsea", 32) };
    let error = encode(&missing, &autoencoders).map(|_| ()).unwrap_err().to_string();
    assert!(error.contains("/nowhere/at/all"), "{error}");
}
