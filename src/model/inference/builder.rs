//! From a configuration to a plan: the network's blocks (`diffusers.models.unets.unet_2d_blocks`), one
//! after another, as steps.

use super::Network;
use super::arrange::{Arrangement, Form, Frame, Resize, Size};
use super::attention::Attention;
use super::conv::{Convolution, Side};
use super::lanes::{Channels, Lanes};
use super::nonlinear::Nonlinearity;
use super::norm::GroupNorm;
use super::plan::{Added, Place, Plan, Step};
use super::weights::Method;
use super::winograd::Tile;
use crate::model::config::Resampling;
use crate::model::layers::{Padding, TimeAdd};
use crate::model::{Result, UNet2DConfig};

/// A picture in a buffer.
#[derive(Clone, Debug)]
struct Picture {
    place: Place,
    channels: Channels,
    size: Size,
}

/// Buffers that many steps share, each as large as the largest of them needs. Others follow.
#[derive(Clone, Copy, Debug)]
enum Shared {
    /// What a convolution reads.
    Arranged,
    /// Between a residual block's convolutions.
    Hidden,
    /// The input of a residual block that changes the size.
    Resized,
    /// Queries, keys and values.
    Heads,
    /// What attention gives.
    Attended,
    /// Between a block's parts.
    First,
    Second,
    COUNT,
}

/// A linear map of the time embedding for one residual block.
struct Projection {
    name: String,
    outputs: usize,
}

/// A convolution to be planned.
struct Conv<'a> {
    name: &'a str,
    kernel: usize,
    stride: usize,
    padding: Padding,
    outputs: usize,
}

impl<'a> Conv<'a> {
    fn same(name: &'a str, outputs: usize) -> Self {
        Self { name, kernel: 3, stride: 1, padding: Padding::Even(1), outputs }
    }

    /// The size of the result, of an input of a size.
    fn output(&self, size: Size) -> Size {
        let around = match self.padding {
            Padding::Even(zeros) => 2 * zeros,
            Padding::RightBottom => 1,
        };
        let of = |n: usize| (n + around - self.kernel) / self.stride + 1;
        Size { height: of(size.height), width: of(size.width), ..size }
    }

    fn method(&self, size: Size, inputs: usize) -> Method {
        if self.kernel != 3 || self.stride != 1 || inputs < 16 || self.outputs < 16 {
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

/// How 3×3 convolutions of pictures of a size are computed.
fn method(size: Size) -> Method {
    let pixels = size.height * size.width;
    if pixels >= 256 {
        Method::Winograd(Tile::Four)
    } else if pixels >= 64 {
        Method::Winograd(Tile::Two)
    } else {
        Method::Direct
    }
}

/// What happens to a picture before it is convolved, besides zeros around it.
#[derive(Default)]
struct Before<'a> {
    /// Name and groups.
    norm: Option<(&'a str, usize)>,
    activation: Option<Nonlinearity>,
    resize: Option<Resize>,
    modulation: Option<[Place; 2]>,
}

pub(super) struct Builder<'a> {
    network: &'a Network,
    config: &'a UNet2DConfig,
    activation: Nonlinearity,
    steps: Vec<Step>,
    /// Lengths.
    buffers: Vec<usize>,
    images: usize,
    projections: Vec<Projection>,
    projected: usize,
    projected_blocks: usize,
    /// Pictures that wait for the way up, beside the places of what they are concatenated with.
    kept: Vec<Picture>,
    /// Channels of what each of them is concatenated with, in the order of the way up.
    beside: Vec<usize>,
}

impl Network {
    /// The steps for pictures of a size.
    pub(super) fn plan(&self, size: Size) -> Result<Plan> {
        let mut builder = Builder {
            network: self,
            config: &self.config,
            activation: self.activation,
            steps: Vec::new(),
            buffers: vec![0; Shared::COUNT as usize],
            images: size.images,
            projections: Vec::new(),
            projected: 0,
            projected_blocks: 0,
            kept: Vec::new(),
            beside: beside(&self.config),
        };
        builder.projected = builder.buffer(0);
        builder.unet(size)
    }
}

/// Channels that come from below into every residual block on the way up.
fn beside(config: &UNet2DConfig) -> Vec<usize> {
    let channels = &config.block_out_channels;
    let levels = channels.len();
    let mut beside = Vec::new();
    for level in (0..levels).rev() {
        beside.push(channels[(level + 1).min(levels - 1)]);
        beside.extend((0..config.layers_per_block).map(|_| channels[level]));
    }
    beside
}

impl Builder<'_> {
    fn unet(mut self, size: Size) -> Result<Plan> {
        let config = self.config;
        let levels = config.block_out_channels.len();
        let sample = self.fresh(&[config.in_channels], size);
        let conv_in = Conv::same("conv_in", config.first_channels());
        let to = self.keep(conv_in.outputs, size);
        self.convolve(&conv_in, &sample, Before::default(), Added::default(), &to.place)?;
        let mut hidden = to;
        for i in 0..levels {
            hidden = self.down(i, hidden)?;
        }
        hidden = self.middle(hidden)?;
        for i in 0..levels {
            hidden = self.up(i, &hidden)?;
        }
        let output = self.fresh(&[config.out_channels], size);
        let norm = Some(("conv_norm_out", config.norm_num_groups));
        let before = Before { norm, activation: Some(Nonlinearity::Silu), ..Before::default() };
        let conv_out = Conv::same("conv_out", config.out_channels);
        self.convolve(&conv_out, &hidden, before, Added::default(), &output.place)?;
        let time = self.project()?;
        Ok(Plan {
            size,
            steps: self.steps,
            buffers: self.buffers.into_iter().map(|length| vec![Lanes::ZERO; length]).collect(),
            sample: sample.place,
            time,
            output: output.place,
        })
    }

    fn down(&mut self, i: usize, mut hidden: Picture) -> Result<Picture> {
        let (config, kind) = (self.config, self.config.down_block_types[i]);
        let outputs = config.block_out_channels[i];
        let block = format!("down_blocks.{i}");
        for layer in 0..config.layers_per_block {
            let resnet = format!("{block}.resnets.{layer}");
            let size = hidden.size;
            if kind.has_attention() {
                let between = self.shared(Shared::First, outputs, size);
                self.resnet(&resnet, &hidden, Resize::Keep, 1.0, &between)?;
                hidden = self.keep(outputs, size);
                let groups = Some(config.norm_num_groups);
                self.attention(&format!("{block}.attentions.{layer}"), &between, groups, 1.0, &hidden)?;
            } else {
                let to = self.keep(outputs, size);
                self.resnet(&resnet, &hidden, Resize::Keep, 1.0, &to)?;
                hidden = to;
            }
        }
        if i + 1 == config.block_out_channels.len() {
            return Ok(hidden);
        }
        let name = format!("{block}.downsamplers.0");
        if kind.resampling(config) == Resampling::Resnet {
            let to = self.keep(outputs, hidden.size.resized(Resize::Halve));
            self.resnet(&name, &hidden, Resize::Halve, 1.0, &to)?;
            return Ok(to);
        }
        let name = format!("{name}.conv");
        let conv = Conv { name: &name, kernel: 3, stride: 2, padding: config.halving_padding(), outputs };
        let to = self.keep(outputs, conv.output(hidden.size));
        self.convolve(&conv, &hidden, Before::default(), Added::default(), &to.place)?;
        Ok(to)
    }

    fn middle(&mut self, hidden: Picture) -> Result<Picture> {
        let config = self.config;
        let channels = config.last_channels();
        let factor = config.mid_block_scale_factor;
        let first = self.shared(Shared::First, channels, hidden.size);
        let to = self.above(channels, hidden.size);
        if !config.mid_block {
            // By a detour, as it is there already, beside its new place.
            self.copy(&hidden, &first);
            self.copy(&first, &to);
            return Ok(to);
        }
        self.resnet("mid_block.resnets.0", &hidden, Resize::Keep, factor, &first)?;
        let mut between = first;
        if config.add_attention {
            let second = self.shared(Shared::Second, channels, hidden.size);
            let groups = config.mid_attention_groups();
            self.attention("mid_block.attentions.0", &between, groups, factor, &second)?;
            between = second;
        }
        self.resnet("mid_block.resnets.1", &between, Resize::Keep, factor, &to)?;
        Ok(to)
    }

    fn up(&mut self, i: usize, hidden: &Picture) -> Result<Picture> {
        let (config, kind) = (self.config, self.config.up_block_types[i]);
        let level = config.block_out_channels.len() - 1 - i;
        let outputs = config.block_out_channels[level];
        let block = format!("up_blocks.{i}");
        let mut hidden = hidden.clone();
        for layer in 0..=config.layers_per_block {
            let joined = self.joined(&hidden)?;
            let resnet = format!("{block}.resnets.{layer}");
            let size = hidden.size;
            // The last ones' results are still to be doubled; all others go where they are joined.
            let last = layer == config.layers_per_block;
            let to = |builder: &mut Self, shared| {
                if last { builder.shared(shared, outputs, size) } else { builder.above(outputs, size) }
            };
            if kind.has_attention() {
                let between = self.shared(Shared::First, outputs, size);
                self.resnet(&resnet, &joined, Resize::Keep, 1.0, &between)?;
                hidden = to(self, Shared::Second);
                let groups = Some(config.norm_num_groups);
                self.attention(&format!("{block}.attentions.{layer}"), &between, groups, 1.0, &hidden)?;
            } else {
                hidden = to(self, Shared::First);
                self.resnet(&resnet, &joined, Resize::Keep, 1.0, &hidden)?;
            }
        }
        if level == 0 {
            return Ok(hidden);
        }
        let name = format!("{block}.upsamplers.0");
        let to = self.above(outputs, hidden.size.resized(Resize::Double));
        if kind.resampling(config) == Resampling::Resnet {
            self.resnet(&name, &hidden, Resize::Double, 1.0, &to)?;
        } else {
            let before = Before { resize: Some(Resize::Double), ..Before::default() };
            let conv = format!("{name}.conv");
            self.convolve(&Conv::same(&conv, outputs), &hidden, before, Added::default(), &to.place)?;
        }
        Ok(to)
    }

    fn resnet(&mut self, name: &str, x: &Picture, resize: Resize, factor: f64, to: &Picture) -> Result<()> {
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
            let weights =
                self.network.packed(&[&shortcut], 1, &input.channels, &to.channels, Method::Direct)?;
            added.side = Some((Side::new(weights, input.channels.blocks(), to.size), input.place));
        }
        let with_side = added.side.is_some();
        self.convolve(&Conv::same(&conv, outputs), &hidden, before, added, &to.place)?;
        self.amend(factor, with_side.then_some(shortcut.as_str()))
    }

    /// Divides the result of the last convolution, and adds another one's bias to it.
    fn amend(&mut self, factor: f64, bias: Option<&str>) -> Result<()> {
        if let Some(Step::Convolve { convolution, .. }) = self.steps.last_mut() {
            convolution.scale = (1.0 / factor) as f32;
            if let Some(name) = bias {
                let more = self.network.numbers(&format!("{name}.bias"))?;
                let more = Channels::new(&[more.len()]).spread(&more);
                let sums = convolution
                    .bias
                    .iter()
                    .zip(more)
                    .map(|(a, b)| Lanes(std::array::from_fn(|lane| a.0[lane] + b.0[lane])));
                convolution.bias = sums.collect();
            }
        }
        Ok(())
    }

    fn attention(
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
    fn pointwise(
        &mut self,
        names: &[&str],
        from: Place,
        inputs: &Channels,
        outputs: &Channels,
        size: Size,
        added: Added,
        to: &Place,
    ) -> Result<()> {
        let weights = self.network.packed(names, 1, inputs, outputs, Method::Direct)?;
        let bias = self.network.bias(names, outputs)?;
        let kind = [inputs.blocks(), 1, 1];
        let convolution = Convolution::new(weights, bias, kind, Form::plain(size), size);
        self.steps.push(Step::Convolve { convolution, from, added, to: to.clone() });
        Ok(())
    }

    /// Arranges a picture, and convolves it.
    fn convolve(
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
        let weights = self.network.packed(&[conv.name], conv.kernel, &x.channels, &outputs, method)?;
        let bias = self.network.bias(&[conv.name], &outputs)?;
        let kind = [x.channels.blocks(), conv.kernel, conv.stride];
        let convolution = Convolution::new(weights, bias, kind, form, result);
        self.steps.push(Step::Convolve { convolution, from: arranged, added, to: to.clone() });
        Ok(())
    }

    fn arrange(&mut self, x: &Picture, before: Before<'_>, form: Form, to: &Place) -> Result<()> {
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
        self.steps.push(Step::Arrange { arrangement, from, modulation, to: to.clone() });
        Ok(())
    }

    fn copy(&mut self, from: &Picture, to: &Picture) {
        let arrangement = Arrangement {
            norm: None,
            activation: None,
            resize: Resize::Keep,
            size: from.size,
            form: Form::plain(from.size),
        };
        let (from, to) = (from.place.clone(), to.place.clone());
        self.steps.push(Step::Arrange { arrangement, from, modulation: None, to });
    }

    /// Where a projection of the time embedding will be: its first and, if it has two, its second half.
    fn projection(&mut self, name: &str, channels: usize) -> [Place; 2] {
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
    fn project(&mut self) -> Result<Place> {
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

    /// A new buffer.
    fn buffer(&mut self, length: usize) -> usize {
        self.buffers.push(length);
        self.buffers.len() - 1
    }

    fn fresh(&mut self, parts: &[usize], size: Size) -> Picture {
        let channels = Channels::new(parts);
        let length = channels.blocks() * size.rows();
        Picture { place: Place { buffer: self.buffer(length), range: 0..length }, channels, size }
    }

    fn place(&mut self, shared: Shared, length: usize) -> Place {
        let buffer = shared as usize;
        self.buffers[buffer] = self.buffers[buffer].max(length);
        Place { buffer, range: 0..length }
    }

    fn shared(&mut self, shared: Shared, channels: usize, size: Size) -> Picture {
        let channels = Channels::new(&[channels]);
        Picture { place: self.place(shared, channels.blocks() * size.rows()), channels, size }
    }

    /// A place for a picture that the way up needs: behind that of what it will be concatenated with.
    fn keep(&mut self, channels: usize, size: Size) -> Picture {
        let beside = self.beside[self.beside.len() - 1 - self.kept.len()];
        let mut picture = self.fresh(&[beside, channels], size);
        let first = Channels::new(&[beside]).blocks() * size.rows();
        picture.place.range.start = first;
        picture.channels = Channels::new(&[channels]);
        self.kept.push(picture.clone());
        picture
    }

    /// The place beside the picture that was kept last.
    fn above(&self, channels: usize, size: Size) -> Picture {
        let place = match self.kept.last() {
            Some(kept) => Place { buffer: kept.place.buffer, range: 0..kept.place.range.start },
            None => Place { buffer: usize::MAX, range: 0..0 },
        };
        Picture { place, channels: Channels::new(&[channels]), size }
    }

    /// A picture together with the one that was kept last.
    fn joined(&mut self, hidden: &Picture) -> Result<Picture> {
        let Some(kept) = self.kept.pop() else {
            candle_core::bail!("the way down kept too little for the way up");
        };
        let place = Place { buffer: kept.place.buffer, range: 0..kept.place.range.end };
        let channels = Channels::new(&[hidden.channels.count(), kept.channels.count()]);
        Ok(Picture { place, channels, size: hidden.size })
    }
}
