//! Gradients from a tape: a record of a computation.
//!
//! candle differentiates by itself, but starts every gradient with zeros and adds to them, which for each operation
//! takes three more passes over memory. On a [`Tape`] a gradient that comes from a single place is handed on as it is,
//! and its memory is freed as soon as nobody needs it.
//!
//! Only the project's own operations are on the tape. candle differentiates the pieces that it computes
//! between them: it treats the results of recorded operations as variables and stops there. So no gradient is
//! lost, whichever way a tensor was computed.

use std::cell::RefCell;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

use candle_core::op::BackpropOp;
use candle_core::{
    CpuStorage, CustomOp1, CustomOp2, CustomOp3, Layout, Shape, Storage, Tensor, TensorId, Var, bail,
};

use super::Result;
use super::kernels::{self, Sum};

thread_local! {
    /// The nodes recorded so far on this thread; `None` when nothing is being recorded.
    static NODES: RefCell<Option<Vec<Node>>> = const { RefCell::new(None) };
}

/// A function from the gradient of an operation's result to the gradients of its inputs, in the order of the
/// inputs.
type Backward = Box<dyn Fn(&Tensor) -> Result<Vec<Option<Tensor>>>>;

enum Node {
    Operation {
        inputs: Vec<TensorId>,
        result: TensorId,
        backward: Backward,
    },
    /// A tensor that candle has computed.
    Piece(Tensor),
}

/// A record of a computation, in order.
pub struct Tape(Vec<Node>);

/// Gradients of a number with respect to variables.
pub struct Gradients(HashMap<TensorId, Tensor>);

/// When this is dropped, also by a panic, the recording that was under way before is restored.
struct Restored(Option<Vec<Node>>);

impl Drop for Restored {
    fn drop(&mut self) {
        NODES.set(self.0.take());
    }
}

impl Tape {
    /// Calls `compute`, and records what it computes from variables on this thread.
    ///
    /// Gradients of the results must be taken with [`gradients`](Self::gradients): candle's own `backward` stops at the
    /// recorded operations.
    pub fn record<T>(compute: impl FnOnce() -> T) -> (T, Self) {
        let before = Restored(NODES.replace(Some(Vec::new())));
        let result = compute();
        let nodes = NODES.take().unwrap_or_default();
        drop(before);
        (result, Self(nodes))
    }

    /// The gradients of `number`, a scalar that was computed while the tape was recorded.
    ///
    /// # Errors
    /// If candle fails, out of memory for instance.
    pub fn gradients(self, number: &Tensor) -> Result<Gradients> {
        let mut gradients = Gradients(HashMap::from([(number.id(), number.ones_like()?)]));
        let mut nodes = self.0;
        if number.track_op() && !number.is_variable() {
            nodes.push(Node::Piece(number.clone()));
        }
        while let Some(node) = nodes.pop() {
            match node {
                Node::Operation { inputs, result, backward } => {
                    // If there is no gradient, the number does not depend on this result.
                    let Some(gradient) = gradients.0.remove(&result) else { continue };
                    for (input, gradient) in inputs.into_iter().zip(backward(&gradient)?) {
                        gradients.add(input, gradient)?;
                    }
                }
                Node::Piece(result) => {
                    let Some(gradient) = gradients.0.remove(&result.id()) else { continue };
                    let store = (&result * gradient)?.sum_all()?.backward()?;
                    for &variable in store.get_ids() {
                        gradients.add(variable, store.get_id(variable).map(Tensor::detach))?;
                    }
                }
            }
        }
        Ok(gradients)
    }
}

impl Gradients {
    /// The gradient with respect to a variable; `None` if the number does not depend on it.
    pub fn get(&self, variable: &Var) -> Option<&Tensor> {
        self.0.get(&variable.id())
    }

    fn add(&mut self, to: TensorId, gradient: Option<Tensor>) -> Result<()> {
        let Some(gradient) = gradient else { return Ok(()) };
        match self.0.entry(to) {
            Entry::Vacant(entry) => drop(entry.insert(gradient)),
            Entry::Occupied(mut entry) => {
                let known = entry.get();
                let sum = if kernels::applies(known) {
                    Sum { factor: 1.0 }.forward(known, &gradient)?
                } else {
                    (known + gradient)?
                };
                entry.insert(sum);
            }
        }
        Ok(())
    }
}

/// `op(x)`, on the tape if one is being recorded.
pub(super) fn apply_1(op: impl CustomOp1 + Send + Sync + 'static, x: &Tensor) -> Result<Tensor> {
    if !recording() {
        return x.apply_op1(op);
    }
    let result = with_storage([x], |[x]| op.cpu_fwd(x.0, x.1))?;
    Ok(record([x], result, move |[x], result, gradient| Ok([op.bwd(x, result, gradient)?])))
}

/// `op(x, y)`, on the tape if one is being recorded.
pub(super) fn apply_2(op: impl CustomOp2 + Send + Sync + 'static, x: &Tensor, y: &Tensor) -> Result<Tensor> {
    if !recording() {
        return x.apply_op2(y, op);
    }
    let result = with_storage([x, y], |[x, y]| op.cpu_fwd(x.0, x.1, y.0, y.1))?;
    Ok(record([x, y], result, move |[x, y], result, gradient| Ok(op.bwd(x, y, result, gradient)?.into())))
}

/// `op(x, y, z)`, on the tape if one is being recorded.
pub(super) fn apply_3(
    op: impl CustomOp3 + Send + Sync + 'static,
    x: &Tensor,
    y: &Tensor,
    z: &Tensor,
) -> Result<Tensor> {
    if !recording() {
        return x.apply_op3(y, z, op);
    }
    let result = with_storage([x, y, z], |[x, y, z]| op.cpu_fwd(x.0, x.1, y.0, y.1, z.0, z.1))?;
    Ok(record([x, y, z], result, move |[x, y, z], result, gradient| {
        Ok(op.bwd(x, y, z, result, gradient)?.into())
    }))
}

/// Puts a result on the tape that was computed from `inputs` by other means. `numbers` and `shape` are the
/// result, and `backward` maps its gradient to the gradients of the inputs.
pub(super) fn apply(
    inputs: &[Tensor],
    numbers: Vec<f32>,
    shape: Shape,
    backward: impl Fn(&Tensor) -> Result<Vec<Option<Tensor>>> + 'static,
) -> Result<Tensor> {
    if numbers.len() != shape.elem_count() {
        bail!("{} numbers for {shape:?}", numbers.len());
    }
    let tracked = inputs.iter().any(Tensor::track_op);
    let storage = Storage::Cpu(CpuStorage::F32(numbers));
    let result = Tensor::from_storage(storage, shape, BackpropOp::none(), tracked);
    if tracked {
        note(inputs, result.id(), Box::new(backward));
    }
    Ok(result)
}

pub(super) fn recording() -> bool {
    NODES.with_borrow(Option::is_some)
}

fn with_storage<const N: usize, T>(
    tensors: [&Tensor; N],
    work: impl FnOnce([(&CpuStorage, &Layout); N]) -> Result<T>,
) -> Result<T> {
    let held = tensors.map(Tensor::storage_and_layout);
    let mut all = [None; N];
    for (all, (storage, layout)) in all.iter_mut().zip(&held) {
        let Storage::Cpu(storage) = &**storage else { bail!("a kernel takes tensors of the CPU") };
        *all = Some((storage, *layout));
    }
    work(all.map(|one| one.expect("every one was set")))
}

/// Makes a tensor of the numbers that an operation has computed, and records how gradients of its inputs are
/// computed.
fn record<const N: usize>(
    inputs: [&Tensor; N],
    (storage, shape): (CpuStorage, Shape),
    backward: impl Fn(&[Tensor; N], &Tensor, &Tensor) -> Result<[Option<Tensor>; N]> + 'static,
) -> Tensor {
    let tracked = inputs.iter().any(|input| input.track_op());
    let result = Tensor::from_storage(Storage::Cpu(storage), shape, BackpropOp::none(), tracked);
    if tracked {
        let (all, out) = (inputs.map(Tensor::clone), result.clone());
        let inputs = all.clone();
        note(&inputs, result.id(), Box::new(move |gradient| Ok(backward(&all, &out, gradient)?.into())));
    }
    result
}

/// Records an operation.
fn note(inputs: &[Tensor], result: TensorId, backward: Backward) {
    NODES.with_borrow_mut(|nodes| {
        let Some(nodes) = nodes else { return };
        for input in inputs {
            let made = input.track_op() && !input.is_variable();
            let known = |node: &Node| matches!(node, Node::Piece(piece) if piece.id() == input.id());
            if made && !nodes.iter().any(known) {
                nodes.push(Node::Piece(input.clone()));
            }
        }
        let inputs = inputs.iter().map(Tensor::id).collect();
        nodes.push(Node::Operation { inputs, result, backward });
    });
}
