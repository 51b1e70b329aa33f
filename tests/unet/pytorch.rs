//! Outputs and gradients are equal to those of PyTorch, up to rounding.

use std::path::Path;

use diffuscope::model::{Pipeline, Precision};

use super::support::{Io, cases, numbers, reference};

/// The largest errors of a network's output, computed in f32 and in f64.
fn errors(case: &Path) -> [f64; 2] {
    let io = Io::read(case);
    let errors = [Precision::F32, Precision::F64]
        .map(|precision| io.error(&Pipeline::open_with(case, precision).unwrap().parts.unet.network));
    let name = case.file_name().unwrap().to_string_lossy();
    println!("{name:30} f32 {:.2e}  f64 {:.2e}", errors[0], errors[1]);
    errors
}

#[test]
fn outputs_are_those_of_pytorch() {
    for case in cases(&reference()).into_iter().chain(cases(&reference().join("unets"))) {
        let [single, double] = errors(&case);
        assert!(single <= 1e-5, "{}: {single:e} in f32", case.display());
        // The remaining difference is in the last digits of sines and logarithms, which PyTorch computes in
        // f32.
        assert!(double <= 1e-6, "{}: {double:e} in f64", case.display());
    }
}

/// `DIFFUSCOPE_UNETS` names a folder that `reference/unets.py sweep` has written.
#[test]
#[ignore = "needs a folder of random networks"]
fn outputs_are_those_of_pytorch_for_many_more() {
    let folder = std::env::var("DIFFUSCOPE_UNETS").unwrap();
    let all: Vec<_> = cases(Path::new(&folder)).iter().map(|case| (errors(case), case.clone())).collect();
    for (i, name) in ["f32", "f64"].into_iter().enumerate() {
        let (worst, case) = all.iter().max_by(|a, b| a.0[i].total_cmp(&b.0[i])).unwrap();
        println!("{name}: at most {:.2e} ({}) in {} networks", worst[i], case.display(), all.len());
        assert!(worst[i] <= 1e-4, "{}", case.display());
    }
}

/// For every parameter, gradient · parameter and |gradient|² are compared, for the loss sum(output²)/2.
#[test]
fn gradients_are_those_of_pytorch() {
    for case in cases(&reference().join("unets")) {
        let io = Io::read(&case);
        let model =
            Pipeline::open_with(&case, Precision::F64).unwrap().parts.unet.network.trainable().unwrap();
        let loss = (io.forward(&model).sqr().unwrap().sum_all().unwrap() * 0.5).unwrap();
        let gradients = loss.backward().unwrap();
        let variables = model.variables().unwrap();
        let expected = io.values("gradient");
        assert_eq!(expected.len(), 2 * variables.len());
        let scale = expected.iter().skip(1).step_by(2).fold(0.0, |most: f64, &v| most.max(v));
        let mut worst = 0.0;
        for ((name, variable), expected) in variables.iter().zip(expected.chunks(2)) {
            let gradient = gradients.get(variable).unwrap_or_else(|| panic!("{name} has no gradient"));
            let along = (gradient * variable.as_tensor()).unwrap();
            let found = [along, gradient.sqr().unwrap()].map(|x| numbers(&x).iter().sum::<f64>());
            for (found, &expected) in found.iter().zip(expected) {
                let error = (found - expected).abs() / expected.abs().max(1e-3 * scale);
                assert!(error <= 1e-5, "{}: {name}: {found} is not {expected}", case.display());
                worst = f64::max(worst, error);
            }
        }
        println!("{:30} {} gradients, {worst:.2e}", case.file_name().unwrap().display(), variables.len());
    }
}
