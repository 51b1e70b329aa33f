//! The order of the backward steps, and where each reads and writes gradients.

use std::ops::Range;

use candle_core::bail;

use super::conv::Convolution;
use crate::model::Result;
use crate::model::graph::planned::arrange::{Form, Size};
use crate::model::graph::planned::conv::Way;
use crate::model::graph::planned::plan::{Layer, Place, Plan, Step};
use crate::model::graph::planned::weights::{Method, Packed};

/// Where a gradient is written.
#[derive(Clone, Debug)]
pub(super) struct Target {
    /// The gradient's place in the buffers of gradients.
    pub(super) place: Place,
    /// Whether the gradient is added to a gradient that another step has already written there.
    pub(super) add: bool,
}

/// A step of the plan in the backward pass.
#[derive(Debug)]
pub(super) struct Adjoint {
    /// The number of the step in the plan.
    pub(super) step: usize,
    /// Where the gradient of the step's result is.
    pub(super) of: Place,
    pub(super) kind: Kind,
}

#[derive(Debug)]
pub(super) enum Kind {
    Arrange {
        to: Target,
    },
    Convolve(Box<Convolve>),
    Attend {
        /// The queries, and the keys and values too where they lie beside them.
        to: Target,
        /// The keys and values where they lie elsewhere.
        context: Option<Target>,
    },
    LayerNorm {
        to: Target,
    },
    Geglu {
        to: Target,
    },
}

/// The backward pass of a convolution and of the values that were added to its result.
#[derive(Debug)]
pub(super) struct Convolve {
    pub(super) shift: Option<Target>,
    pub(super) residual: Option<Target>,
    pub(super) side: Option<Convolution>,
    pub(super) main: Convolution,
}

/// Which inputs have a gradient: those that the output depends on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct OfInputs {
    pub(super) picture: bool,
    pub(super) vector: bool,
    pub(super) context: bool,
}

/// The backward steps of a plan, and which inputs have a gradient. That of the picture is computed only `with_picture`.
pub(super) fn order(plan: &Plan, with_picture: bool) -> Result<(Vec<Adjoint>, OfInputs)> {
    let mut order = Order { plan, with_picture, known: Vec::new() };
    let output = order.place(&plan.output);
    order.known.push(output);
    let mut adjoints = Vec::with_capacity(plan.steps.len());
    for (number, step) in plan.steps.iter().enumerate().rev() {
        let of = order.place(step.to());
        // A value that the output does not depend on has no gradient.
        if order.taken(&of)?
            && let Some(kind) = order.kind(step)?
        {
            adjoints.push(Adjoint { step: number, of, kind });
        }
    }
    let mut has = |input: Option<&Place>| match input {
        Some(input) => {
            let input = order.place(input);
            order.taken(&input)
        }
        None => Ok(false),
    };
    let inputs = OfInputs {
        picture: has(Some(&plan.picture))?,
        vector: has(plan.vector.as_ref())?,
        context: has(plan.context.as_ref())?,
    };
    Ok((adjoints, inputs))
}

struct Order<'a> {
    plan: &'a Plan,
    with_picture: bool,
    /// Places that hold a gradient which no step has read yet.
    known: Vec<Place>,
}

impl Order<'_> {
    /// Where the gradient of the value at `place` is kept.
    fn place(&self, place: &Place) -> Place {
        Place { buffer: self.plan.shared[place.buffer], range: place.range.clone() }
    }

    /// Registers that a step writes a gradient of the value at `place`. `None` for the input picture, where its gradient
    /// is not wanted.
    fn target(&mut self, place: &Place) -> Result<Option<Target>> {
        if self.is_left_out(place) {
            return Ok(None);
        }
        let place = self.place(place);
        let parts: Vec<_> = self.parts(&place);
        let add = covers(&parts, &place.range);
        if !add && !parts.is_empty() {
            bail!("a picture and a part of it have gradients");
        }
        if !add {
            self.known.push(place.clone());
        }
        Ok(Some(Target { place, add }))
    }

    /// Whether a place is the input picture's, whose gradient is not wanted.
    fn is_left_out(&self, place: &Place) -> bool {
        !self.with_picture && place.buffer == self.plan.picture.buffer
    }

    /// The parts of a place that hold gradients already, sorted.
    fn parts(&self, place: &Place) -> Vec<Range<usize>> {
        let same = self.known.iter().filter(|known| known.buffer == place.buffer);
        let mut parts: Vec<_> = same
            .map(|known| known.range.start.max(place.range.start)..known.range.end.min(place.range.end))
            .filter(|part| !part.is_empty())
            .collect();
        parts.sort_by_key(|part| part.start);
        parts
    }

    /// Whether the place holds a gradient. It counts as read from then on, since its memory may be reused next.
    fn taken(&mut self, place: &Place) -> Result<bool> {
        let parts = self.parts(place);
        if parts.is_empty() {
            return Ok(false);
        }
        if !covers(&parts, &place.range) {
            bail!("a part of a picture has a gradient");
        }
        let known = std::mem::take(&mut self.known);
        for Place { buffer, range } in known {
            if buffer != place.buffer {
                self.known.push(Place { buffer, range });
                continue;
            }
            let before = range.start..range.end.min(place.range.start);
            let after = range.start.max(place.range.end)..range.end;
            let rest = [before, after].into_iter().filter(|range| !range.is_empty());
            self.known.extend(rest.map(|range| Place { buffer, range }));
        }
        Ok(true)
    }

    fn kind(&mut self, step: &Step) -> Result<Option<Kind>> {
        Ok(match step {
            Step::Arrange { modulation: Some(_), .. } => {
                bail!("vectors that scale have no gradient")
            }
            Step::Arrange { from, .. } => self.target(from)?.map(|to| Kind::Arrange { to }),
            // The queries, keys and values lie side by side.
            Step::Attend { from: [q, kv], .. } if q.buffer == kv.buffer && q.range.end == kv.range.start => {
                let from = Place { buffer: q.buffer, range: q.range.start..kv.range.end };
                self.target(&from)?.map(|to| Kind::Attend { to, context: None })
            }
            Step::Attend { from: [q, kv], .. } => {
                let [to, context] = [self.target(q)?, self.target(kv)?];
                to.zip(context).map(|(to, context)| Kind::Attend { to, context: Some(context) })
            }
            Step::LayerNorm { from, .. } => self.target(from)?.map(|to| Kind::LayerNorm { to }),
            Step::Geglu { from, .. } => self.target(from)?.map(|to| Kind::Geglu { to }),
            Step::Convolve { convolution, layer, from, added, .. } => {
                let size = convolution.size;
                let shift = self.optional(added.shift.as_ref())?;
                if shift.as_ref().is_some_and(|to| to.add) {
                    bail!("a shift is added twice");
                }
                let residual = self.optional(added.residual.as_ref())?;
                let side = match (&added.side, &layer.side) {
                    (Some((side, place)), Some((name, inputs))) => {
                        let way = Way::Direct { rows: side.rows.clone(), steps: side.steps.clone() };
                        let layer = Layer {
                            names: vec![name.clone()],
                            kernel: 1,
                            inputs: inputs.clone(),
                            outputs: layer.outputs.clone(),
                            method: Method::Direct,
                            side: None,
                        };
                        Some(self.convolution(&layer, size, &way, place)?)
                    }
                    _ => None,
                };
                let main = self.convolution(layer, size, &convolution.way, from)?;
                Some(Kind::Convolve(Box::new(Convolve { shift, residual, side, main })))
            }
        })
    }

    fn optional(&mut self, place: Option<&Place>) -> Result<Option<Target>> {
        Ok(place.map(|place| self.target(place)).transpose()?.flatten())
    }

    /// The backward pass of a convolution that reads from a place.
    fn convolution(&mut self, layer: &Layer, size: Size, way: &Way, from: &Place) -> Result<Convolution> {
        // If an arrangement comes before the convolution, `from` is a buffer of its own.
        let arranged = self.plan.steps.iter().find_map(|step| match step {
            Step::Arrange { arrangement, from: x, to, .. } if to.buffer == from.buffer => {
                Some((arrangement.form, self.is_left_out(x)))
            }
            _ => None,
        });
        let (form, of_sample) = arranged.unwrap_or((Form::plain(size), false));
        let to = if of_sample { None } else { self.target(from)? };
        if to.as_ref().is_some_and(|to| to.add) && layer.kernel != 1 {
            bail!("a picture is arranged for two convolutions");
        }
        Ok(Convolution {
            names: layer.names.clone(),
            kernel: layer.kernel,
            method: layer.method,
            inputs: layer.inputs.clone(),
            outputs: layer.outputs.clone(),
            size,
            form,
            from: from.clone(),
            to,
            way: way.clone(),
            turned: Packed::default(),
            weights: Vec::new(),
        })
    }
}

/// Whether parts, sorted by their starts, cover the whole range.
fn covers(parts: &[Range<usize>], range: &Range<usize>) -> bool {
    let end =
        parts.iter().fold(range.start, |end, part| if part.start <= end { end.max(part.end) } else { end });
    end >= range.end
}
