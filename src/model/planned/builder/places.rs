//! Where pictures are kept while a network runs.

use super::Builder;
use crate::model::Result;
use crate::model::planned::arrange::Size;
use crate::model::planned::lanes::Channels;
use crate::model::planned::plan::Place;

/// A picture in a buffer.
#[derive(Clone, Debug)]
pub(super) struct Picture {
    pub(super) place: Place,
    pub(super) channels: Channels,
    pub(super) size: Size,
}

/// Buffers that many steps share, each as large as the largest of them needs. Others follow.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shared {
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
}

/// How many there are.
pub(super) const SHARED: usize = Shared::Second as usize + 1;

impl Builder<'_> {
    /// A new buffer.
    pub(super) fn buffer(&mut self, length: usize) -> usize {
        self.buffers.push(length);
        self.shared.push(self.buffers.len() - 1);
        self.buffers.len() - 1
    }

    pub(super) fn fresh(&mut self, parts: &[usize], size: Size) -> Picture {
        let channels = Channels::new(parts);
        let length = channels.blocks() * size.rows();
        Picture { place: Place { buffer: self.buffer(length), range: 0..length }, channels, size }
    }

    pub(super) fn place(&mut self, shared: Shared, length: usize) -> Place {
        let mut buffer = shared as usize;
        if self.keep_all {
            buffer = self.buffer(length);
            self.shared[buffer] = shared as usize;
        } else {
            self.buffers[buffer] = self.buffers[buffer].max(length);
        }
        Place { buffer, range: 0..length }
    }

    pub(super) fn shared(&mut self, shared: Shared, channels: usize, size: Size) -> Picture {
        let channels = Channels::new(&[channels]);
        Picture { place: self.place(shared, channels.blocks() * size.rows()), channels, size }
    }

    /// A place for a picture that the way up needs: behind that of what it will be concatenated with.
    pub(super) fn keep(&mut self, channels: usize, size: Size) -> Picture {
        let beside = self.beside[self.beside.len() - 1 - self.kept.len()];
        let mut picture = self.fresh(&[beside, channels], size);
        let first = Channels::new(&[beside]).blocks() * size.rows();
        picture.place.range.start = first;
        picture.channels = Channels::new(&[channels]);
        self.kept.push(picture.clone());
        picture
    }

    /// The place beside the picture that was kept last.
    pub(super) fn above(&self, channels: usize, size: Size) -> Picture {
        let place = match self.kept.last() {
            Some(kept) => Place { buffer: kept.place.buffer, range: 0..kept.place.range.start },
            None => Place { buffer: usize::MAX, range: 0..0 },
        };
        Picture { place, channels: Channels::new(&[channels]), size }
    }

    /// A picture together with the one that was kept last.
    pub(super) fn joined(&mut self, hidden: &Picture) -> Result<Picture> {
        let Some(kept) = self.kept.pop() else {
            candle_core::bail!("the way down kept too little for the way up");
        };
        let place = Place { buffer: kept.place.buffer, range: 0..kept.place.range.end };
        let channels = Channels::new(&[hidden.channels.count(), kept.channels.count()]);
        Ok(Picture { place, channels, size: hidden.size })
    }
}
