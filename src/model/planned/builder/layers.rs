//! The network's layers as steps.

use std::sync::Arc;

use super::Builder;
use super::places::{Picture, Shared};
use crate::model::Result;
use crate::model::layers::{Padding, TimeAdd};
use crate::model::planned::arrange::{Arrangement, Form, Frame, Resize, Size};
use crate::model::planned::attention::Attention;
use crate::model::planned::conv::{Convolution, Side};
use crate::model::planned::lanes::{Channels, LANES};
use crate::model::planned::nonlinear::Nonlinearity;
use crate::model::planned::norm::GroupNorm;
use crate::model::planned::plan::{Added, Layer, Place, Step};
use crate::model::planned::weights::{Method, Packed};
use crate::model::planned::winograd::Tile;

/// A linear map of the time embedding for one residual block.
pub(super) struct Projection {
    pub(super) name: String,
    pub(super) outputs: usize,
}

/// A convolution to be planned.
pub(super) struct Conv<'a> {
    pub(super) name: &'a str,
    pub(super) kernel: usize,
    pub(super) stride: usize,
    pub(super) padding: Padding,
    pub(super) outputs: usize,
}

impl<'a> Conv<'a> {
    pub(super) fn same(name: &'a str, outputs: usize) -> Self {
        Self { name, kernel: 3, stride: 1, padding: Padding::Even(1), outputs }
    }

    /// The size of the result, of an input of a size.
    pub(super) fn output(&self, size: Size) -> Size {
        let around = match self.padding {
            Padding::Even(zeros) => 2 * zeros,
            Padding::RightBottom => 1,
        };
        let of = |n: usize| (n + around - self.kernel) / self.stride + 1;
        Size { height: of(size.height), width: of(size.width), ..size }
    }

    fn method(&self, size: Size, inputs: usize) -> Method {
        if self.kernel != 3 || self.stride != 1 || inputs.min(self.outputs) < LANES {
            return Method::Direct;
        }
        method(size)
    }

    fn form(&self, method: Method, size: Size) -> Form {
        match (method, self.padding) {
            (Method::Winograd(tile), _) => Form::tiles(tile, size),
            (Method::Direct, Padding::Even(0)) => Form::plain(size),
            (Method::Direct, Padding::Even(zeros)) => Form::Framed(Frame {
                before: zeros,
                height: size.height + 2 * zeros,
                width: size.width + 2 * zeros,
            }),
            (Method::Direct, Padding::RightBottom) => {
                Form::Framed(Frame { before: 0, height: size.height + 1, width: size.width + 1 })
            }
        }
    }
}

/// How 3×3 convolutions are computed, of results of a size. By measurement: tiles of 4×4 save most
/// products, but need four times the weights; where there are few tiles, reading them takes longest.
fn method(size: Size) -> Method {
    match size.height * size.width {
        256.. => Method::Winograd(Tile::Four),
        64.. => Method::Winograd(Tile::Two),
        _ => Method::Direct,
    }
}

/// What happens to a picture before it is convolved, besides zeros around it.
#[derive(Default)]
pub(super) struct Before<'a> {
    /// Name and groups.
    pub(super) norm: Option<(&'a str, usize)>,
    pub(super) activation: Option<Nonlinearity>,
    pub(super) resize: Option<Resize>,
    pub(super) modulation: Option<[Place; 2]>,
}

impl Builder<'_> {
    pub(super) fn resnet(
        &mut self,
        name: &str,
        x: &Picture,
        resize: Resize,
        factor: f64,
        to: &Picture,
    ) -> Result<()> {
        let config = self.config;
        let outputs = to.channels.count();
        let groups = config.norm_num_groups;
        let activation = Some(self.activation);
        let [scale, shift] = self.projection(&format!("{name}.time_emb_proj"), outputs);
        let (shift, modulation) = match config.resnet_time_scale_shift {
            TimeAdd::Shift => (Some(scale), None),
            TimeAdd::ScaleShift => (None, Some([scale, shift])),
        };
        let hidden = self.shared(Shared::Hidden, outputs, to.size);
        let (norm, conv) = (format!("{name}.norm1"), format!("{name}.conv1"));
        let before =
            Before { norm: Some((&norm, groups)), activation, resize: Some(resize), ..Before::default() };
        let added = Added { shift, ..Added::default() };
        self.convolve(&Conv::same(&conv, outputs), x, before, added, &hidden.place)?;
        let mut input = x.clone();
        if resize != Resize::Keep {
            input = self.shared(Shared::Resized, x.channels.count(), to.size);
            self.arrange(
                x,
                Before { resize: Some(resize), ..Before::default() },
                Form::plain(to.size),
                &input.place,
            )?;
        }
        let shortcut = format!("{name}.conv_shortcut");
        let (norm, conv) = (format!("{name}.norm2"), format!("{name}.conv2"));
        let before = Before { norm: Some((&norm, groups)), activation, modulation, resize: None };
        let mut added = Added::default();
        if x.channels.count() == outputs {
            added.residual = Some(input.place);
        } else {
            let weights = self.packed(&[&shortcut], 1, [&input.channels, &to.channels], Method::Direct)?;
            added.side = Some((Side::new(weights, input.channels.blocks(), to.size), input.place));
        }
        let side = added.side.is_some().then_some((shortcut, input.channels));
        self.convolve(&Conv::same(&conv, outputs), &hidden, before, added, &to.place)?;
        self.amend(factor, side)
    }

    /// Divides the result of the last convolution, and adds another one's bias to it.
    pub(super) fn amend(&mut self, factor: f64, side: Option<(String, Channels)>) -> Result<()> {
        if let Some(Step::Convolve { convolution, layer, .. }) = self.steps.last_mut() {
            convolution.scale = (1.0 / factor) as f32;
            layer.side = side;
            convolution.bias = self.network.bias(layer)?;
        }
        Ok(())
    }

    /// The weights of layers whose outputs are concatenated: shared, or a plan's own.
    fn packed(
        &self,
        names: &[&str],
        kernel: usize,
        [inputs, outputs]: [&Channels; 2],
        method: Method,
    ) -> Result<Arc<Packed>> {
        if self.keep_all {
            // They will be packed for every call, from what the weights are then.
            return Ok(Arc::default());
        }
        self.network.packed(names, kernel, inputs, outputs, method)
    }

    pub(super) fn attention(
        &mut self,
        name: &str,
        x: &Picture,
        groups: Option<usize>,
        factor: f64,
        to: &Picture,
    ) -> Result<()> {
        let channels = x.channels.count();
        let width = self.config.attention_head_dim.unwrap_or(channels);
        let heads = channels / width;
        let inner = heads * width;
        let size = x.size;
        let norm = format!("{name}.group_norm");
        let normal = match groups {
            Some(groups) => {
                let place = self.place(Shared::Arranged, x.channels.blocks() * size.rows());
                let before = Before { norm: Some((&norm, groups)), ..Before::default() };
                self.arrange(x, before, Form::plain(size), &place)?;
                place
            }
            None => x.place.clone(),
        };
        let of_heads = Channels::new(&[inner; 3]);
        let qkv = self.place(Shared::Heads, of_heads.blocks() * size.rows());
        let names = ["to_q", "to_k", "to_v"].map(|part| format!("{name}.{part}"));
        let names = names.each_ref().map(String::as_str);
        self.pointwise(&names, normal, &x.channels, &of_heads, size, Added::default(), &qkv)?;
        let of_values = Channels::new(&[inner]);
        let attended = self.place(Shared::Attended, of_values.blocks() * size.rows());
        let attention = Attention { images: size.images, length: size.height * size.width, heads, width };
        self.steps.push(Step::Attend { attention, from: qkv, to: attended.clone() });
        let out = format!("{name}.to_out.0");
        let added = Added { residual: Some(x.place.clone()), ..Added::default() };
        self.pointwise(&[&out], attended, &of_values, &to.channels, size, added, &to.place)?;
        self.amend(factor, None)
    }

    /// A linear map of all pixels, or several whose results are concatenated.
    #[expect(clippy::too_many_arguments, reason = "from where to where, and what is done")]
    pub(super) fn pointwise(
        &mut self,
        names: &[&str],
        from: Place,
        inputs: &Channels,
        outputs: &Channels,
        size: Size,
        added: Added,
        to: &Place,
    ) -> Result<()> {
        let weights = self.packed(names, 1, [inputs, outputs], Method::Direct)?;
        let layer = Layer {
            names: names.iter().map(ToString::to_string).collect(),
            kernel: 1,
            inputs: inputs.clone(),
            outputs: outputs.clone(),
            method: Method::Direct,
            side: None,
        };
        let bias = self.network.bias(&layer)?;
        let kind = [inputs.blocks(), 1, 1];
        let convolution = Convolution::new(weights, bias, kind, Form::plain(size), size);
        self.steps.push(Step::Convolve { convolution, layer, from, added, to: to.clone() });
        Ok(())
    }

    /// Arranges a picture, and convolves it.
    pub(super) fn convolve(
        &mut self,
        conv: &Conv<'_>,
        x: &Picture,
        before: Before<'_>,
        added: Added,
        to: &Place,
    ) -> Result<()> {
        let outputs = Channels::new(&[conv.outputs]);
        let size = x.size.resized(before.resize.unwrap_or(Resize::Keep));
        let result = conv.output(size);
        let method = conv.method(result, x.channels.count());
        let form = conv.form(method, size);
        let arranged = self.place(Shared::Arranged, x.channels.blocks() * form.rows(self.images));
        self.arrange(x, before, form, &arranged)?;
        let weights = self.packed(&[conv.name], conv.kernel, [&x.channels, &outputs], method)?;
        let layer = Layer {
            names: vec![conv.name.to_owned()],
            kernel: conv.kernel,
            inputs: x.channels.clone(),
            outputs,
            method,
            side: None,
        };
        let bias = self.network.bias(&layer)?;
        let kind = [x.channels.blocks(), conv.kernel, conv.stride];
        let convolution = Convolution::new(weights, bias, kind, form, result);
        self.steps.push(Step::Convolve { convolution, layer, from: arranged, added, to: to.clone() });
        Ok(())
    }

    pub(super) fn arrange(&mut self, x: &Picture, before: Before<'_>, form: Form, to: &Place) -> Result<()> {
        let norm = before.norm.map(|(name, groups)| {
            let weight = self.network.numbers(&format!("{name}.weight"))?;
            let bias = self.network.numbers(&format!("{name}.bias"))?;
            Ok::<_, candle_core::Error>(GroupNorm::new(
                &x.channels,
                groups,
                self.config.norm_eps,
                &weight,
                &bias,
            ))
        });
        let arrangement = Arrangement {
            norm: norm.transpose()?,
            activation: before.activation,
            resize: before.resize.unwrap_or(Resize::Keep),
            size: x.size,
            form,
        };
        let (from, modulation) = (x.place.clone(), before.modulation);
        let norm = before.norm.map(|(name, _)| name.to_owned());
        self.steps.push(Step::Arrange { arrangement, norm, from, modulation, to: to.clone() });
        Ok(())
    }

    pub(super) fn copy(&mut self, from: &Picture, to: &Picture) {
        let arrangement = Arrangement {
            norm: None,
            activation: None,
            resize: Resize::Keep,
            size: from.size,
            form: Form::plain(from.size),
        };
        let (from, to) = (from.place.clone(), to.place.clone());
        self.steps.push(Step::Arrange { arrangement, norm: None, from, modulation: None, to });
    }

    /// Where a projection of the time embedding will be: its first and, if it has two, its second half.
    pub(super) fn projection(&mut self, name: &str, channels: usize) -> [Place; 2] {
        let width = self.config.resnet_time_scale_shift.width();
        self.projections.push(Projection { name: name.to_owned(), outputs: width * channels });
        let blocks = Channels::new(&[channels]).blocks();
        let place = |half: usize| {
            let first = (self.projected_blocks + half * blocks) * self.images;
            Place { buffer: self.projected, range: first..first + blocks * self.images }
        };
        let places = [place(0), place(1)];
        self.projected_blocks += width * blocks;
        places
    }

    /// All projections in one product, before everything else. Returns where the time embedding goes.
    pub(super) fn project(&mut self) -> Result<Place> {
        let size = Size { images: self.images, height: 1, width: 1 };
        let width = self.config.time_embed_dim();
        let time = self.fresh(&[width], size);
        let activated = self.fresh(&[width], size);
        let later = std::mem::take(&mut self.steps);
        let before = Before { activation: Some(self.activation), ..Before::default() };
        self.arrange(&time, before, Form::plain(size), &activated.place)?;
        let projections = std::mem::take(&mut self.projections);
        let names: Vec<_> = projections.iter().map(|projection| projection.name.as_str()).collect();
        let halves = self.config.resnet_time_scale_shift.width();
        let parts: Vec<_> = projections.iter().flat_map(|p| vec![p.outputs / halves; halves]).collect();
        let outputs = Channels::new(&parts);
        let to = Place { buffer: self.projected, range: 0..outputs.blocks() * self.images };
        self.buffers[self.projected] = to.range.end;
        self.pointwise(&names, activated.place, &time.channels, &outputs, size, Added::default(), &to)?;
        self.steps.extend(later);
        Ok(time.place)
    }
}
