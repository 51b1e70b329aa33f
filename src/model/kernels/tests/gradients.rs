//! The operations' gradients against those of the tensor library's own operations in f64.

use candle_core::{DType, Device, Tensor, Var};

use super::noise;
use crate::model::Result;
use crate::model::kernels::{Attend, Convolution, Normalisation};
use crate::model::layers::attend;

/// The gradients of every input of a function, weighted so that they are not all alike.
fn gradients(inputs: &[Tensor], f: &dyn Fn(&[Tensor]) -> Result<Tensor>) -> Vec<Vec<f64>> {
    let variables: Vec<_> = inputs.iter().map(|x| Var::from_tensor(x).unwrap()).collect();
    let tensors: Vec<_> = variables.iter().map(|x| x.as_tensor().clone()).collect();
    let y = f(&tensors).unwrap();
    let weights = Tensor::from_vec(noise(99, y.elem_count()), y.shape(), &Device::Cpu).unwrap();
    let loss = (&y * weights.to_dtype(y.dtype()).unwrap()).unwrap().sum_all().unwrap();
    let store = loss.backward().unwrap();
    let numbers = |x: &Tensor| x.flatten_all().unwrap().to_dtype(DType::F64).unwrap().to_vec1().unwrap();
    variables.iter().map(|x| numbers(store.get(x).unwrap())).chain([numbers(&y)]).collect()
}

/// The operation in f32 and its definition in f64, at 1e-5 of the largest number.
fn same(
    shapes: &[&[usize]],
    f: &dyn Fn(&[Tensor]) -> Result<Tensor>,
    definition: &dyn Fn(&[Tensor]) -> Result<Tensor>,
) {
    let tensor = |(i, shape): (usize, &&[usize])| {
        let values = noise(i as u64 + 5, shape.iter().product());
        Tensor::from_vec(values, *shape, &Device::Cpu).unwrap()
    };
    let single: Vec<_> = shapes.iter().enumerate().map(tensor).collect();
    let double: Vec<_> = single.iter().map(|x| x.to_dtype(DType::F64).unwrap()).collect();
    for (i, (a, b)) in gradients(&single, f).iter().zip(gradients(&double, definition)).enumerate() {
        let scale = b.iter().fold(1.0, |most: f64, x| most.max(x.abs()));
        assert_eq!(a.len(), b.len());
        for (a, b) in a.iter().zip(b) {
            assert!((a - b).abs() <= 1e-5 * scale, "{shapes:?}, gradient {i}: {a} is not {b}");
        }
    }
}

#[test]
fn of_convolutions() {
    for (kernel, stride, around) in [(3, 1, [1, 1]), (3, 2, [1, 1]), (3, 2, [0, 1]), (1, 1, [0, 0])] {
        for shifts in [1, 2] {
            let convolution = Convolution::new(kernel, stride, around);
            let [before, after] = around;
            same(
                &[&[2, 5, 8, 6], &[7, 5, kernel, kernel], &[shifts, 7]],
                &|x| convolution.forward(&x[0], &x[1], &x[2]),
                &|x| {
                    let padded = x[0].pad_with_zeros(2, before, after)?.pad_with_zeros(3, before, after)?;
                    let y = padded.conv2d(&x[1], 0, stride, 1, 1)?;
                    y.broadcast_add(&x[2].unsqueeze(2)?.unsqueeze(3)?)
                },
            );
        }
    }
}

#[test]
fn of_a_convolution_of_the_doubled_picture() {
    same(
        &[&[2, 5, 4, 6], &[7, 5, 3, 3], &[1, 7]],
        &|x| Convolution::new(3, 1, [1, 1]).doubled().forward(&x[0], &x[1], &x[2]),
        &|x| {
            let y = crate::model::layers::doubled(&x[0])?.conv2d(&x[1], 1, 1, 1, 1)?;
            y.broadcast_add(&x[2].unsqueeze(2)?.unsqueeze(3)?)
        },
    );
}

#[test]
fn of_normalisation() {
    for activate in [false, true] {
        same(
            &[&[3, 6, 5, 7], &[6], &[6]],
            &|x| Normalisation { groups: 3, eps: 1e-5, activate }.forward(&x[0], &x[1], &x[2]),
            &|x| {
                let grouped = x[0].reshape((3, 3, 70))?;
                let centred = grouped.broadcast_sub(&grouped.mean_keepdim(2)?)?;
                let deviation = (centred.sqr()?.mean_keepdim(2)? + 1e-5)?.sqrt()?;
                let normal = centred.broadcast_div(&deviation)?.reshape((3, 6, 5, 7))?;
                let scaled = normal.broadcast_mul(&x[1].reshape((1, 6, 1, 1))?)?;
                let y = scaled.broadcast_add(&x[2].reshape((1, 6, 1, 1))?)?;
                if activate { y.silu() } else { Ok(y) }
            },
        );
    }
}

#[test]
fn of_attention() {
    let shape: &[usize] = &[2, 12, 37];
    same(&[shape, shape, shape], &|x| Attend { heads: 3 }.forward(&x[0], &x[1], &x[2]), &|x| {
        attend(&x[0], &x[1], &x[2], 3)
    });
}

/// Bad input is an error, with nothing computed.
#[test]
fn what_does_not_fit_is_refused() {
    let zeros = |shape: &[usize]| Tensor::zeros(shape, DType::F32, &Device::Cpu).unwrap();
    let three = Convolution::new(3, 1, [1, 1]);
    let (x, weight, shift) = (zeros(&[2, 4, 5, 5]), zeros(&[6, 4, 3, 3]), zeros(&[1, 6]));
    assert!(three.forward(&x, &weight, &shift).is_ok());
    assert!(three.forward(&zeros(&[2, 3, 5, 5]), &weight, &shift).is_err());
    assert!(three.forward(&zeros(&[2, 4, 5]), &weight, &shift).is_err());
    assert!(three.forward(&zeros(&[0, 4, 5, 5]), &weight, &shift).is_err());
    assert!(three.forward(&x, &weight, &zeros(&[3, 6])).is_err());
    assert!(three.forward(&x, &zeros(&[6, 4, 1, 1]), &shift).is_err());
    assert!(three.forward(&x.to_dtype(DType::F64).unwrap(), &weight, &shift).is_err());
    let unpadded = Convolution::new(3, 1, [0, 0]);
    assert!(unpadded.forward(&zeros(&[1, 4, 2, 2]), &weight, &shift).is_err());
    let norm = Normalisation { groups: 3, eps: 1e-5, activate: true };
    assert!(norm.forward(&x, &zeros(&[4]), &zeros(&[4])).is_err());
    assert!(Attend { heads: 3 }.forward(&zeros(&[1, 4, 5]), &zeros(&[1, 4, 5]), &zeros(&[1, 4, 5])).is_err());
}
