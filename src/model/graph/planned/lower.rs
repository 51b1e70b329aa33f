//! From a program to a plan: its operations as steps, for one size of pictures.

use super::Network;
use super::arrange::{Arrangement, Form, Resize, Size};
use super::attention::Attention;
use super::conv::{Convolution, Side};
use super::kept::Weights;
use super::lanes::{Channels, Lanes};
use super::layer_norm::LayerNorm;
use super::norm::GroupNorm;
use super::places::{Aside, Places, Shape};
use super::plan::{Added, Given, Layer, Place, Plan, Step};
use super::program::{Before, Fused, Product, Source};
use super::weights::Method;
use crate::model::{ModelError, Result};

impl Network {
    /// Makes the plan for inputs of a size; with `keep_all` no value that gradients depend on is overwritten.
    ///
    /// # Errors
    /// [`ModelError::Memory`] before any memory is taken, if there is too little; and candle's errors.
    pub(super) fn plan(&self, given: Given, keep_all: bool) -> Result<Plan, ModelError> {
        let Given { size, length } = given;
        let places = Places::of(&self.program, given, keep_all);
        crate::memory::enough_for((places.pool.total() * size_of::<Lanes>()) as u64)?;
        let mut lowering = Lowering { network: self, places, keep_all, steps: Vec::new() };
        for (i, op) in self.program.ops.iter().enumerate() {
            let aside = lowering.places.aside[i].clone();
            lowering.op(op, aside)?;
        }
        let Lowering { places, steps, .. } = lowering;
        let section = self.program.section;
        let buffers = places.pool.lengths().into_iter().map(|length| vec![Lanes::ZERO; length]);
        Ok(Plan {
            size,
            length,
            steps,
            buffers: buffers.collect(),
            shared: places.pool.shared(),
            picture: places.place(section.picture.0),
            vector: section.vector.map(|vector| places.place(vector.0)),
            context: section.context.map(|context| places.place(context.0)),
            output: places.place(section.output.0),
            output_size: self.program.output_size([size.height, size.width]),
        })
    }
}

struct Lowering<'a> {
    network: &'a Network,
    places: Places<'a>,
    keep_all: bool,
    steps: Vec<Step>,
}

impl Lowering<'_> {
    fn op(&mut self, op: &Fused, aside: Aside) -> Result<()> {
        match op {
            Fused::Arrange { from, to } => {
                let place = self.places.place(*to);
                let form = Form::plain(self.places.resized(from));
                self.arrange(from, form, aside.detour.as_ref().unwrap_or(&place))?;
                self.put(aside.detour, place, self.places.size(*to));
            }
            Fused::Product(product) => self.product(product, aside)?,
            Fused::Attend { heads, from, to } => {
                let pixels = |Size { height, width, .. }: Size| height * width;
                let attention = Attention {
                    images: self.places.size(*to).images,
                    length: pixels(self.places.size(*to)),
                    keys: pixels(self.places.size(from[1])),
                    heads: *heads,
                    width: self.network.program.channels(*to).count() / heads,
                };
                let from = [self.places.place(from[0]), self.places.together(&from[1..])];
                self.steps.push(Step::Attend { attention, from, to: self.places.place(*to) });
            }
            Fused::LayerNorm { layer, eps, from, to } => {
                let [weight, bias] =
                    ["weight", "bias"].map(|kind| self.network.numbers(&format!("{layer}.{kind}")));
                let channels = self.network.program.channels(*from);
                let norm = LayerNorm::new(&channels, *eps, [&weight?, &bias?]);
                let (from, to) = (self.places.place(*from), self.places.place(*to));
                self.steps.push(Step::LayerNorm { norm, layer: layer.clone(), from, to });
            }
            Fused::Geglu { from, to } => {
                let (from, to) = (self.places.place(*from), self.places.place(*to));
                self.steps.push(Step::Geglu { from, to });
            }
        }
        Ok(())
    }

    fn product(&mut self, product: &Product, aside: Aside) -> Result<()> {
        let Shape { method, form, result } = self.places.shape(product);
        let program = &self.network.program;
        let inputs = program.channels(product.from.value);
        let outputs = program.together(&product.to);
        let from = match aside.arranged {
            Some(place) => {
                self.arrange(&product.from, form, &place)?;
                place
            }
            None => self.places.place(product.from.value),
        };
        let place = |value: Option<usize>| value.map(|value| self.places.place(value));
        let mut added = Added { shift: place(product.shift), residual: place(product.residual), side: None };
        if let Some((name, value)) = &product.side {
            let channels = program.channels(*value);
            let weights = self.packed(&[name], 1, [&channels, &outputs], Method::Direct)?;
            let side = Side::new(weights, channels.blocks(), result);
            added.side = Some((side, self.places.place(*value)));
        }
        let names: Vec<&str> = product.layers.iter().map(String::as_str).collect();
        let weights = self.packed(&names, product.kernel, [&inputs, &outputs], method)?;
        let kind = [inputs.blocks(), product.kernel, product.stride];
        let layer = Layer {
            names: product.layers.clone(),
            kernel: product.kernel,
            inputs,
            outputs,
            method,
            side: product.side.as_ref().map(|(name, value)| (name.clone(), program.channels(*value))),
        };
        let mut convolution = Convolution::new(weights, self.network.bias(&layer)?, kind, form, result);
        convolution.scale = (1.0 / product.divisor) as f32;
        let place = self.places.together(&product.to);
        let to = aside.detour.as_ref().unwrap_or(&place).clone();
        self.steps.push(Step::Convolve { convolution, layer, from, added, to });
        self.put(aside.detour, place, result);
        Ok(())
    }

    /// The packed weights of layers whose outputs are concatenated: shared by all plans, or left empty for a plan of
    /// gradients.
    fn packed(
        &self,
        names: &[&str],
        kernel: usize,
        [inputs, outputs]: [&Channels; 2],
        method: Method,
    ) -> Result<Weights> {
        if self.keep_all {
            // A plan with gradients packs the weights itself whenever they have changed.
            return Ok(Weights::default());
        }
        self.network.packed(names, kernel, inputs, outputs, method)
    }

    fn arrange(&mut self, from: &Source, form: Form, to: &Place) -> Result<()> {
        let Before { norm, modulation, activation, resize } = &from.before;
        let arranged = norm.as_ref().map(|norm| {
            let weight = self.network.numbers(&format!("{}.weight", norm.layer))?;
            let bias = self.network.numbers(&format!("{}.bias", norm.layer))?;
            let channels = self.network.program.channels(from.value);
            Ok::<_, candle_core::Error>(GroupNorm::new(&channels, norm.groups, norm.eps, &weight, &bias))
        });
        let arrangement = Arrangement {
            norm: arranged.transpose()?,
            activation: *activation,
            resize: *resize,
            size: self.places.size(from.value),
            resized: self.places.resized(from),
            form,
        };
        self.steps.push(Step::Arrange {
            arrangement,
            norm: norm.as_ref().map(|norm| norm.layer.clone()),
            from: self.places.place(from.value),
            modulation: modulation.map(|value| [0, 1].map(|half| self.places.parts(value, half..half + 1))),
            to: to.clone(),
        });
        Ok(())
    }

    /// Copies a result that was written to a detour to its place.
    fn put(&mut self, detour: Option<Place>, to: Place, size: Size) {
        let Some(from) = detour else { return };
        let form = Form::plain(size);
        let resize = Resize::Keep;
        let arrangement = Arrangement { norm: None, activation: None, resize, size, resized: size, form };
        self.steps.push(Step::Arrange { arrangement, norm: None, from, modulation: None, to });
    }
}
