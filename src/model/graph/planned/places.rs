//! Where values are kept while a plan runs, and how much memory that takes; both are worked out before any
//! memory is allocated.
//!
//! Values that lie side by side share a buffer. A buffer is reused as soon as nothing reads its contents any more. With
//! `keep_all`, where nothing may be overwritten, each group of values has its own buffer, and which buffers could have
//! been shared is recorded.

use super::arrange::{Form, Frame, Size};
use super::lanes::{Channels, LANES};
use super::plan::{Given, Place};
use super::program::{Fused, Home, Product, Program, Source};
use super::weights::Method;
use super::winograd::Tile;
use crate::model::graph::{Extent, cost};
use crate::model::layers::Padding;

/// How a product is computed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    pub(super) method: Method,
    /// The layout of the arranged picture that is read.
    pub(super) form: Form,
    /// Size of the result.
    pub(super) result: Size,
}

/// Extra places that one operation needs while it runs.
#[derive(Clone, Debug, Default)]
pub(super) struct Aside {
    /// Where the arranged input of a product goes, unless the product reads a value as it is.
    pub(super) arranged: Option<Place>,
    /// Where the result goes first, if its own place is in a buffer that the operation reads.
    pub(super) detour: Option<Place>,
}

/// The places of all values of a program.
#[derive(Debug)]
pub(super) struct Places<'a> {
    program: &'a Program,
    /// The size of every value.
    sizes: Vec<Size>,
    /// The buffer of every group of values; `None` until the first operation that writes to the group.
    buffers: Vec<Option<usize>>,
    /// The extra places of every operation.
    pub(super) aside: Vec<Aside>,
    pub(super) pool: Pool,
}

impl<'a> Places<'a> {
    /// Places for inputs of a size; with `keep_all` no value that gradients depend on is overwritten.
    pub(super) fn of(program: &'a Program, Given { size, length }: Given, keep_all: bool) -> Self {
        let of_nodes = program.graph.sizes(Extent { size: [size.height, size.width], length });
        let sizes = program.of_node.iter().map(|&node| {
            let [height, width] = of_nodes[node];
            Size { height, width, ..size }
        });
        let mut places = Self {
            program,
            sizes: sizes.collect(),
            buffers: vec![None; program.groups.len()],
            aside: Vec::with_capacity(program.ops.len()),
            pool: Pool::new(keep_all),
        };
        places.fill();
        places
    }

    fn fill(&mut self) {
        let program = self.program;
        // The last operation that needs each group. The groups of inputs and of the output are kept to the end.
        let mut last = vec![0; program.groups.len()];
        for (i, op) in program.ops.iter().enumerate() {
            op.reads().into_iter().chain(op.writes()).for_each(|value| last[self.group(value)] = i);
        }
        let section = program.section;
        for value in section.given().chain([section.output]) {
            last[self.group(value.0)] = usize::MAX;
        }
        for value in section.given() {
            self.begin(value.0);
        }
        for (i, op) in program.ops.iter().enumerate() {
            op.writes().into_iter().for_each(|value| self.begin(value));
            let aside = self.aside(op);
            for place in [&aside.arranged, &aside.detour].into_iter().flatten() {
                self.pool.give_back(place.buffer);
            }
            self.aside.push(aside);
            let mut done: Vec<_> = op.reads().into_iter().chain(op.writes()).map(|v| self.group(v)).collect();
            done.sort_unstable();
            done.dedup();
            for group in done.into_iter().filter(|&group| last[group] == i) {
                if let Some(buffer) = self.buffers[group] {
                    self.pool.give_back(buffer);
                }
            }
        }
    }

    /// Takes a buffer for a value's group, unless it has one.
    fn begin(&mut self, value: usize) {
        let group = self.group(value);
        if self.buffers[group].is_none() {
            let length = Channels::new(&self.program.groups[group]).blocks() * self.sizes[value].rows();
            self.buffers[group] = Some(self.pool.take(length));
        }
    }

    fn aside(&mut self, op: &Fused) -> Aside {
        let mut read: Vec<usize> = Vec::new();
        let mut arranged = None;
        match op {
            Fused::Arrange { from, .. } => read.extend(from.values()),
            Fused::Product(product) => {
                let Shape { form, .. } = self.shape(product);
                if product.reads_as_it_is() {
                    read.push(product.from.value);
                } else {
                    let blocks = self.program.channels(product.from.value).blocks();
                    arranged =
                        Some(self.temporary(blocks * form.rows(self.sizes[product.from.value].images)));
                }
                read.extend(product.added());
            }
            Fused::Attend { from, .. } => read.extend(from),
            Fused::LayerNorm { from, .. } | Fused::Geglu { from, .. } => read.push(*from),
        }
        let to = op.writes();
        let target = self.buffers[self.group(to[0])];
        let meets = read.into_iter().any(|value| self.buffers[self.group(value)] == target);
        let detour = meets.then(|| {
            let length = self.program.together(&to).blocks() * self.sizes[to[0]].rows();
            self.temporary(length)
        });
        Aside { arranged, detour }
    }

    fn temporary(&mut self, length: usize) -> Place {
        Place { buffer: self.pool.take(length), range: 0..length }
    }

    fn group(&self, value: usize) -> usize {
        self.program.homes[value].group
    }

    pub(super) fn size(&self, value: usize) -> Size {
        self.sizes[value]
    }

    /// The size of the picture that is read from a source, after it was resized.
    pub(super) fn resized(&self, source: &Source) -> Size {
        let size = self.sizes[source.value].resized(source.before.resize);
        let Some(most) = source.within.map(|value| self.sizes[value]) else { return size };
        Size { height: size.height.min(most.height), width: size.width.min(most.width), ..size }
    }

    /// Where a value is.
    pub(super) fn place(&self, value: usize) -> Place {
        self.parts(value, 0..self.program.homes[value].parts)
    }

    /// Where some parts of a value are.
    pub(super) fn parts(&self, value: usize, parts: std::ops::Range<usize>) -> Place {
        let Home { group, first, .. } = self.program.homes[value];
        let rows = self.sizes[value].rows();
        let all = &self.program.groups[group];
        let until = |end: usize| Channels::new(&all[..end]).blocks() * rows;
        let range = until(first + parts.start)..until(first + parts.end);
        Place { buffer: self.buffers[group].unwrap_or(usize::MAX), range }
    }

    /// The place of values that lie side by side.
    pub(super) fn together(&self, values: &[usize]) -> Place {
        let places = values.iter().map(|&value| self.place(value));
        let all = places.reduce(|all, next| Place { range: all.range.start..next.range.end, ..all });
        all.unwrap_or(Place { buffer: usize::MAX, range: 0..0 })
    }

    /// How a product is computed: its method, layout and size.
    pub(super) fn shape(&self, product: &Product) -> Shape {
        let Product { kernel, stride, padding, .. } = *product;
        let input = self.resized(&product.from);
        let of = |n: usize| cost::output(n, kernel, stride, padding);
        let result = Size { height: of(input.height), width: of(input.width), ..input };
        let inputs = self.program.channels(product.from.value).count();
        let outputs = self.program.together(&product.to).count();
        let method = if kernel != 3 || stride != 1 || inputs.min(outputs) < LANES {
            Method::Direct
        } else {
            method(result)
        };
        let form = match (method, padding) {
            (Method::Winograd(tile), _) => Form::tiles(tile, input),
            (Method::Direct, Padding::Even(0)) => Form::plain(input),
            (Method::Direct, Padding::Even(zeros)) => Form::Framed(Frame {
                before: zeros,
                height: input.height + 2 * zeros,
                width: input.width + 2 * zeros,
            }),
            (Method::Direct, Padding::RightBottom) => {
                Form::Framed(Frame { before: 0, height: input.height + 1, width: input.width + 1 })
            }
        };
        Shape { method, form, result }
    }
}

/// How 3×3 convolutions with results of this size are computed. This was measured: tiles of 4×4 save the most products,
/// but have four times the weights, and with few tiles most time goes into reading them.
fn method(size: Size) -> Method {
    match size.height * size.width {
        256.. => Method::Winograd(Tile::Four),
        64.. => Method::Winograd(Tile::Two),
        _ => Method::Direct,
    }
}

impl Source {
    /// The values that the source depends on.
    fn values(&self) -> impl Iterator<Item = usize> {
        [Some(self.value), self.before.modulation].into_iter().flatten()
    }
}

impl Product {
    /// Whether the product reads a value unchanged, without even zeros around it.
    fn reads_as_it_is(&self) -> bool {
        self.kernel == 1 && self.stride == 1 && self.from.before.is_nothing()
    }

    /// The values that are added to the result.
    fn added(&self) -> impl Iterator<Item = usize> {
        let side = self.side.as_ref().map(|(_, value)| *value);
        [self.shift, self.residual, side].into_iter().flatten()
    }
}

impl Fused {
    fn reads(&self) -> Vec<usize> {
        match self {
            Self::Arrange { from, .. } => from.values().collect(),
            Self::Product(product) => product.from.values().chain(product.added()).collect(),
            Self::Attend { from, .. } => from.to_vec(),
            Self::LayerNorm { from, .. } | Self::Geglu { from, .. } => vec![*from],
        }
    }

    fn writes(&self) -> Vec<usize> {
        match self {
            Self::Arrange { to, .. }
            | Self::LayerNorm { to, .. }
            | Self::Geglu { to, .. }
            | Self::Attend { to, .. } => vec![*to],
            Self::Product(product) => product.to.clone(),
        }
    }
}

/// Buffers, which are reused once they are free.
#[derive(Debug)]
pub(super) struct Pool {
    keep_all: bool,
    /// Lengths of the shared buffers, each as long as the largest of its contents.
    shared: Vec<usize>,
    free: Vec<usize>,
    /// For buffers that are not shared: the length of each, and the shared buffer that it would have been.
    own: Vec<(usize, usize)>,
}

impl Pool {
    fn new(keep_all: bool) -> Self {
        Self { keep_all, shared: Vec::new(), free: Vec::new(), own: Vec::new() }
    }

    /// Takes a free buffer, or a new one, for `length` numbers.
    fn take(&mut self, length: usize) -> usize {
        // Prefers the buffer that has to grow least, then the buffer with the least room left over.
        let fit = |&(_, &buffer): &(usize, &usize)| {
            let has = self.shared[buffer];
            (length.saturating_sub(has), has.saturating_sub(length))
        };
        let best = self.free.iter().enumerate().min_by_key(fit).map(|(i, _)| i);
        let shared = if let Some(i) = best {
            self.free.remove(i)
        } else {
            self.shared.push(0);
            self.shared.len() - 1
        };
        self.shared[shared] = self.shared[shared].max(length);
        if !self.keep_all {
            return shared;
        }
        self.own.push((length, shared));
        self.own.len() - 1
    }

    fn give_back(&mut self, buffer: usize) {
        self.free.push(if self.keep_all { self.own[buffer].1 } else { buffer });
    }

    /// The lengths of all buffers.
    pub(super) fn lengths(&self) -> Vec<usize> {
        if self.keep_all { self.own.iter().map(|own| own.0).collect() } else { self.shared.clone() }
    }

    /// For every buffer, the shared buffer that would be used if no values were kept for gradients.
    pub(super) fn shared(&self) -> Vec<usize> {
        if self.keep_all {
            self.own.iter().map(|own| own.1).collect()
        } else {
            (0..self.shared.len()).collect()
        }
    }

    /// The length of all buffers together, including the buffers of gradients if all values are kept.
    pub(super) fn total(&self) -> usize {
        let own: usize = self.own.iter().map(|own| own.0).sum();
        own + self.shared.iter().sum::<usize>()
    }
}
