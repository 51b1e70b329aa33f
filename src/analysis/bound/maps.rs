//! Where in the picture the bits are.

use super::Setting;
use crate::eval::nll::BoundTerm;

/// The maps of the terms that are known, summed within each group of timesteps. So the terms of a group that are not
/// known yet are taken for ones like those that are.
pub(super) struct GroupMaps {
    channels: usize,
    /// The last timestep of each group.
    ends: Vec<usize>,
    groups: Vec<Group>,
    /// Bits per dimension of each pixel in `L_T`.
    prior: Vec<f32>,
}

/// What is known of a group.
struct Group {
    /// Bits per dimension of each pixel, and of the whole picture.
    map: Vec<f32>,
    bits: f64,
}

impl GroupMaps {
    pub fn of(setting: &Setting) -> Self {
        let channels = setting.network.shape[0];
        let prior = setting.prior_map.to_vec();
        let groups = setting.strata.groups();
        Self {
            channels,
            ends: groups.iter().map(|group| *group.end()).collect(),
            groups: groups.iter().map(|_| Group { map: vec![0.0; prior.len()], bits: 0.0 }).collect(),
            prior,
        }
    }

    pub fn add(&mut self, term: &BoundTerm) {
        let place = self.ends.partition_point(|end| *end < term.t);
        let Some(group) = self.groups.get_mut(place) else { return };
        let map = per_pixel(&term.map, self.channels);
        group.map.iter_mut().zip(map).for_each(|(sum, bits)| *sum += bits);
        group.bits += term.bits.first().copied().unwrap_or(0.0);
    }

    /// Bits per dimension of each pixel in all terms, where those of all timesteps, index t − 1, are estimated to be
    /// `terms` bits per dimension.
    pub fn whole(&self, terms: &[f64]) -> Vec<f32> {
        let mut whole = self.prior.clone();
        let mut start = 0;
        for (&end, group) in self.ends.iter().zip(&self.groups) {
            let all: f64 = terms.get(start..end).map_or(0.0, |terms| terms.iter().sum());
            start = end;
            if group.bits > 0.0 {
                let scale = (all / group.bits) as f32;
                whole.iter_mut().zip(&group.map).for_each(|(sum, bits)| *sum += scale * bits);
            }
        }
        whole
    }
}

/// The mean over the channels of each pixel, from `[channels, height, width]`.
pub(super) fn per_pixel(map: &[f32], channels: usize) -> Vec<f32> {
    let pixels = map.len() / channels.max(1);
    let mut sum = vec![0.0; pixels];
    for plane in map.chunks_exact(pixels.max(1)) {
        sum.iter_mut().zip(plane).for_each(|(sum, bits)| *sum += bits / channels as f32);
    }
    sum
}
