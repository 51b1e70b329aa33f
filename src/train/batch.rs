//! The samples of an iteration: a pure function of the data, the settings and the iteration's number.
//!
//! All random words come from Philox under the run's seed. The ε of sample i in iteration n is drawn from
//! [`Stream::Training`] with node n and cell i. For each other choice, counter word 1 has a value of its own,
//! far above the values that it has for normals:
//!
//! | counter 1 | counter 0 | counters 2, 3 | words |
//! | --- | --- | --- | --- |
//! | `FFFF_FFFE` | block of four | epoch | order of the pictures |
//! | `FFFF_FFFD` | sample in the batch | iteration | t; whether mirrored; whether with its class; which caption |
//! | `FFFF_FFFC` | 0 | iteration | `u_0` of low-discrepancy timesteps |
//! | `FFFF_FFFB` | sample in the batch | iteration | shifts down and right, for classifiers |
//! | `FFFF_FFFA` | sample in the batch | iteration | noise of small pictures, under another key |

use std::sync::Arc;

use super::settings::{TimestepSampling, TrainSettings};
use crate::dataset::Dataset;
use crate::diffusion::noise::{Key, Stream, philox4x32, plane};

const ORDER: u32 = 0xFFFF_FFFE;
const CHOICE: u32 = 0xFFFF_FFFD;
const OFFSET: u32 = 0xFFFF_FFFC;

/// What batches are drawn from: pictures of one shape, or what stands for them.
pub trait Pictures: Send + Sync {
    /// Channels, height and width.
    fn shape(&self) -> [usize; 3];

    /// The number of pictures, which is at least 1.
    fn count(&self) -> usize;

    /// The number of classes; 0 for pictures without classes.
    fn classes(&self) -> usize {
        0
    }

    /// The class of a picture.
    fn label(&self, _index: usize) -> Option<u32> {
        None
    }

    /// A hash, with which a resumed run checks that the pictures are the same.
    fn fingerprint(&self) -> u64;

    /// Appends the numbers of a picture, mirrored left to right if wished.
    fn extend_with(&self, values: &mut Vec<f32>, index: usize, flip: bool);
}

impl Pictures for Dataset {
    fn shape(&self) -> [usize; 3] {
        self.shape()
    }

    fn count(&self) -> usize {
        self.len()
    }

    fn classes(&self) -> usize {
        self.classes().len()
    }

    fn label(&self, index: usize) -> Option<u32> {
        self.label(index)
    }

    fn fingerprint(&self) -> u64 {
        self.fingerprint()
    }

    fn extend_with(&self, values: &mut Vec<f32>, index: usize, flip: bool) {
        self.extend_with(values, index, flip);
    }
}

/// The samples of one iteration.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    /// Samples, channels, height, width.
    pub shape: [usize; 4],
    /// `x_0` in `[-1, 1]`, with this shape.
    pub x0: Vec<f32>,
    /// ε, with this shape.
    pub eps: Vec<f32>,
    /// The timestep t of each sample, in `1..=T`.
    pub timesteps: Vec<usize>,
    /// The class of each sample, if the data has classes; the number of classes stands for "no class".
    pub labels: Option<Vec<u32>>,
    /// Indices of the pictures in the data set.
    pub indices: Vec<usize>,
}

impl Batch {
    /// So many samples, which are those of the batch in turn.
    pub(super) fn first(&self, samples: usize) -> Self {
        let [all, channels, height, width] = self.shape;
        let numbers = channels * height * width;
        let of = |values: &[f32]| values.iter().copied().cycle().take(samples * numbers).collect();
        let turn = || (0..samples).map(|i| i % all.max(1));
        Self {
            shape: [samples, channels, height, width],
            x0: of(&self.x0),
            eps: of(&self.eps),
            timesteps: turn().map(|i| self.timesteps[i]).collect(),
            labels: self.labels.as_ref().map(|labels| turn().map(|i| labels[i]).collect()),
            indices: turn().map(|i| self.indices[i]).collect(),
        }
    }

    /// Divides the batch into parts of this many samples; the last part may have fewer.
    pub fn parts(&self, samples: usize) -> impl Iterator<Item = Self> {
        let [all, channels, height, width] = self.shape;
        let numbers = channels * height * width;
        (0..all).step_by(samples.max(1)).map(move |first| {
            let own = first..(first + samples.max(1)).min(all);
            let pictures = own.start * numbers..own.end * numbers;
            Self {
                shape: [own.len(), channels, height, width],
                x0: self.x0[pictures.clone()].to_vec(),
                eps: self.eps[pictures].to_vec(),
                timesteps: self.timesteps[own.clone()].to_vec(),
                labels: self.labels.as_ref().map(|labels| labels[own.clone()].to_vec()),
                indices: self.indices[own].to_vec(),
            }
        })
    }
}

/// The batches of all iterations. Every picture is seen once in each epoch, in a new order.
#[derive(Debug)]
pub struct Batches<P: ?Sized = Dataset> {
    data: Arc<P>,
    key: Key,
    batch: usize,
    steps: usize,
    timesteps: TimestepSampling,
    flip: bool,
    class_dropout: f64,
    /// The order of the pictures in the last epoch asked for, which the next batch most likely needs too.
    order: Option<(u64, Vec<u32>)>,
}

impl<P: Pictures + ?Sized> Batches<P> {
    /// The batches that the settings ask for.
    pub fn new(data: Arc<P>, settings: &TrainSettings) -> Self {
        Self {
            data,
            key: Key::from_seed(settings.seed),
            batch: settings.batch,
            steps: settings.schedule.steps,
            timesteps: settings.timesteps,
            flip: settings.flip,
            class_dropout: settings.class_dropout,
            order: None,
        }
    }

    /// The data set.
    pub fn data(&self) -> &Arc<P> {
        &self.data
    }

    /// The batch of an iteration, counted from 0.
    pub fn at(&mut self, iteration: u64) -> Batch {
        let [channels, height, width] = self.data.shape();
        let shape = [self.batch, channels, height, width];
        let len = shape.iter().product();
        let mut batch = Batch {
            shape,
            x0: Vec::with_capacity(len),
            eps: Vec::with_capacity(len),
            timesteps: self.timesteps(iteration),
            labels: (self.data.classes() > 0).then(|| Vec::with_capacity(self.batch)),
            indices: Vec::with_capacity(self.batch),
        };
        for i in 0..self.batch {
            let index = self.index(iteration * self.batch as u64 + i as u64);
            let [_, mirrored, dropped, _] = self.words(i as u32, CHOICE, iteration);
            self.data.extend_with(&mut batch.x0, index, self.flip && unit(mirrored) < 0.5);
            for channel in 0..channels as u32 {
                let (node, cell) = (iteration as u32, i as u32);
                batch.eps.extend(plane(self.key, channel, Stream::Training, node, cell, height * width));
            }
            if let (Some(labels), Some(label)) = (&mut batch.labels, self.data.label(index)) {
                let none = self.data.classes() as u32;
                labels.push(if unit(dropped) < self.class_dropout { none } else { label });
            }
            batch.indices.push(index);
        }
        batch
    }

    /// For each sample of an iteration, two random numbers in (0, 1): one that says whether it is shown without what it is
    /// of, which is so below [`TrainSettings::class_dropout`], and one for a choice.
    pub fn choices(&self, iteration: u64) -> Vec<[f64; 2]> {
        let words = |i: usize| self.words(i as u32, CHOICE, iteration);
        (0..self.batch).map(words).map(|[_, _, dropped, choice]| [unit(dropped), unit(choice)]).collect()
    }

    /// The times of an iteration's samples, from 0 to 1. [`Batch::timesteps`] are the steps in which they lie, of T that
    /// are equally long.
    pub fn times(&self, iteration: u64) -> Vec<f64> {
        let [offset, ..] = self.words(0, OFFSET, iteration);
        let draw = |i: usize| match self.timesteps {
            TimestepSampling::Uniform => unit(self.words(i as u32, CHOICE, iteration)[0]),
            TimestepSampling::LowDiscrepancy => (unit(offset) + i as f64 / self.batch as f64).fract(),
        };
        (0..self.batch).map(draw).collect()
    }

    fn timesteps(&self, iteration: u64) -> Vec<usize> {
        let at = |u: f64| ((u * self.steps as f64) as usize).min(self.steps - 1) + 1;
        self.times(iteration).into_iter().map(at).collect()
    }

    /// The index of the picture at a position in the endless sequence of epochs.
    fn index(&mut self, position: u64) -> usize {
        let n = self.data.count() as u64;
        let (epoch, place) = (position / n, (position % n) as usize);
        match &self.order {
            Some((known, order)) if *known == epoch => order[place] as usize,
            _ => {
                let order = self.shuffled(epoch);
                let index = order[place] as usize;
                self.order = Some((epoch, order));
                index
            }
        }
    }

    /// A random permutation of the pictures (Fisher & Yates; Durstenfeld 1964).
    fn shuffled(&self, epoch: u64) -> Vec<u32> {
        let mut order: Vec<u32> = (0..self.data.count() as u32).collect();
        let mut block = [0; 4];
        for i in (1..order.len()).rev() {
            if i % 4 == 3 || i + 1 == order.len() {
                block = self.words((i / 4) as u32, ORDER, epoch);
            }
            let j = (u64::from(block[i % 4]) * (i as u64 + 1)) >> 32;
            order.swap(i, j as usize);
        }
        order
    }

    fn words(&self, counter: u32, purpose: u32, number: u64) -> [u32; 4] {
        philox4x32([counter, purpose, number as u32, (number >> 32) as u32], self.key.0)
    }
}

/// A random word as a number in the open interval from 0 to 1.
fn unit(word: u32) -> f64 {
    (f64::from(word) + 0.5) / 4_294_967_296.0
}
