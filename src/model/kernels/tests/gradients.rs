//! The gradients of the kernels' operations are compared with the gradients of candle's own operations in
//! f64.

use candle_core::{DType, Device, Tensor, Var};

use super::noise;
use crate::model::kernels::{Attend, Convolution, Join, Normalisation, Silu, Sum};
use crate::model::layers::attend;
use crate::model::{Result, Tape};

/// The gradients of a weighted sum of a function's results with respect to every input, followed by the
/// results themselves. The weights differ, so that the gradients are not all alike. Gradients are computed
/// with a tape and with candle's own backward pass, which must agree.
fn gradients(inputs: &[Tensor], f: &dyn Fn(&[Tensor]) -> Result<Tensor>) -> Vec<Vec<f64>> {
    let variables: Vec<_> = inputs.iter().map(|x| Var::from_tensor(x).unwrap()).collect();
    let tensors: Vec<_> = variables.iter().map(|x| x.as_tensor().clone()).collect();
    let loss = || {
        let y = f(&tensors).unwrap();
        let weights = Tensor::from_vec(noise(99, y.elem_count()), y.shape(), &Device::Cpu).unwrap();
        let loss = (&y * weights.to_dtype(y.dtype()).unwrap()).unwrap().sum_all().unwrap();
        (y, loss)
    };
    let numbers = |x: &Tensor| -> Vec<f64> {
        x.flatten_all().unwrap().to_dtype(DType::F64).unwrap().to_vec1().unwrap()
    };
    let (y, store) = (loss().0, loss().1.backward().unwrap());
    let ((_, recorded), tape) = Tape::record(loss);
    let store_of_tape = tape.gradients(&recorded).unwrap();
    for x in &variables {
        // Where several gradients are added, the order may differ.
        for (a, b) in numbers(store.get(x).unwrap()).iter().zip(numbers(store_of_tape.get(x).unwrap())) {
            assert!((a - b).abs() <= 1e-6 * a.abs().max(1.0), "{a} is not {b}");
        }
    }
    variables.iter().map(|x| numbers(store.get(x).unwrap())).chain([numbers(&y)]).collect()
}

/// Checks that the operation in f32 and its definition in f64 agree to 1e-5 of the largest number.
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
        for shift in [&[7][..], &[2, 7]] {
            let convolution = Convolution::new(kernel, stride, around);
            let [before, after] = around;
            same(
                &[&[2, 5, 8, 6], &[7, 5, kernel, kernel], shift],
                &|x| convolution.forward(&x[0], &x[1], &x[2]),
                &|x| {
                    let padded = x[0].pad_with_zeros(2, before, after)?.pad_with_zeros(3, before, after)?;
                    let y = padded.conv2d(&x[1], 0, stride, 1, 1)?;
                    y.broadcast_add(&x[2].reshape(((), 7, 1, 1))?)
                },
            );
        }
    }
}

#[test]
fn of_a_convolution_of_the_doubled_picture() {
    same(
        &[&[2, 5, 4, 6], &[7, 5, 3, 3], &[7]],
        &|x| Convolution::new(3, 1, [1, 1]).doubled().forward(&x[0], &x[1], &x[2]),
        &|x| {
            let y = crate::model::layers::doubled(&x[0])?.conv2d(&x[1], 1, 1, 1, 1)?;
            y.broadcast_add(&x[2].reshape((1, 7, 1, 1))?)
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
    let (x, weight, shift) = (zeros(&[2, 4, 5, 5]), zeros(&[6, 4, 3, 3]), zeros(&[6]));
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

#[test]
fn of_linear_maps() {
    let linear = Convolution::new(1, 1, [0, 0]);
    let dims: [&[usize]; 3] = [&[3, 5], &[3, 5, 9], &[3, 5, 2, 4]];
    for x in dims {
        same(&[x, &[7, 5], &[7]], &|x| linear.forward(&x[0], &x[1], &x[2]), &|x| {
            let mut shape = x[0].dims().to_vec();
            let rows = x[0].reshape((3, 5, ()))?.transpose(1, 2)?.contiguous()?;
            let y = rows.broadcast_matmul(&x[1].t()?)?.broadcast_add(&x[2])?;
            shape[1] = 7;
            y.transpose(1, 2)?.contiguous()?.reshape(shape)
        });
    }
}

#[test]
fn of_sums_joins_and_silu() {
    let shape: &[usize] = &[2, 3, 5, 4];
    same(&[shape, shape], &|x| Sum { factor: 0.5 }.forward(&x[0], &x[1]), &|x| (&x[0] + &x[1])? * 0.5);
    same(&[shape, &[2, 4, 5, 4]], &|x| Join.forward(&x[0], &x[1]), &|x| Tensor::cat(&[&x[0], &x[1]], 1));
    same(&[shape], &|x| Silu.forward(&x[0]), &|x| x[0].silu());
}

/// A tensor that is used in several ways, by kernels and by candle in turns.
#[test]
fn of_a_net_of_both() {
    let joined = |kernels: bool, x: &Tensor, y: &Tensor| {
        if kernels { Join.forward(x, y) } else { Tensor::cat(&[x, y], 1) }
    };
    let f = |kernels: bool, x: &[Tensor]| {
        let silu = if kernels { Silu.forward(&x[0])? } else { x[0].silu()? };
        let product = (&silu * &x[1])?;
        let twice = joined(kernels, &product, &silu)?;
        let other = joined(kernels, &(&product + &x[0])?, &product)?;
        (twice * other)?.sqr()
    };
    let shape: &[usize] = &[2, 3, 4];
    same(&[shape, shape], &|x| f(true, x), &|x| f(false, x));
}

/// Nothing is recorded outside of `record`, nor after a panic inside it.
#[test]
fn a_tape_ends() {
    let x = Var::zeros((1, 1, 2), DType::F32, &Device::Cpu).unwrap();
    let panic = std::panic::catch_unwind(|| drop(Tape::record(|| panic!("on purpose"))));
    assert!(panic.is_err());
    let loss = Silu.forward(&x).unwrap().sum_all().unwrap();
    assert!(loss.backward().unwrap().get(&x).is_some());
    let (y, tape) = Tape::record(|| Silu.forward(&x).unwrap().sum_all().unwrap());
    assert!(y.backward().unwrap().get(&x).is_none(), "the library's own stops at what is recorded");
    assert_eq!(
        tape.gradients(&y).unwrap().get(&x).unwrap().flatten_all().unwrap().to_vec1::<f32>().unwrap(),
        [0.5; 2]
    );
}
