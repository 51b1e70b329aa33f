//! Parts of a data set that are representative of the whole.

use super::Dataset;
use super::pixels::Pixels;

impl Dataset {
    /// A data set of `count` of the pictures (but at least one), evenly spread over all of them.
    #[must_use]
    pub fn spread(&self, count: usize) -> Self {
        let all: Vec<usize> = (0..self.len()).collect();
        self.pick(&evenly(&all, count.clamp(1, self.len()), 1, 0))
    }

    /// Parts of `count` pictures each, evenly spread over all pictures. No two parts have a picture in
    /// common. There are `parts` of them, or as many as there are enough pictures for, but at least one. If
    /// there are fewer than `count` pictures, the only part has all of them.
    pub fn parts(&self, count: usize, parts: usize) -> Vec<Self> {
        self.parts_of(&[((0..self.len()).collect(), count)], parts)
    }

    /// Like [`parts`](Self::parts), but every class occurs equally often, as in samples whose class goes
    /// through all classes in turn. If a class has too few pictures for one part, all of its pictures are
    /// included.
    pub fn balanced(&self, count: usize, parts: usize) -> Vec<Self> {
        let classes = self.classes().len().max(1);
        let share = |class| count / classes + usize::from(class < count % classes);
        let mut groups: Vec<_> = (0..classes).map(|class| (Vec::new(), share(class))).collect();
        (0..self.len()).for_each(|index| groups[self.label(index).unwrap_or(0) as usize].0.push(index));
        groups.retain(|(members, _)| !members.is_empty());
        self.parts_of(&groups, parts)
    }

    /// Parts with the given number of members of each group; no group is empty.
    fn parts_of(&self, groups: &[(Vec<usize>, usize)], parts: usize) -> Vec<Self> {
        let shares = groups.iter().map(|(members, share)| (members, (*share).clamp(1, members.len())));
        let enough_for = shares.clone().map(|(members, share)| members.len() / share).min();
        let parts = enough_for.unwrap_or(1).min(parts).max(1);
        let part = |part| {
            let mut indices: Vec<usize> =
                shares.clone().flat_map(|(members, share)| evenly(members, share, parts, part)).collect();
            indices.sort_unstable();
            self.pick(&indices)
        };
        (0..parts).map(part).collect()
    }

    /// A data set of only these pictures.
    fn pick(&self, indices: &[usize]) -> Self {
        let bytes = indices.iter().flat_map(|&index| self.pixels.picture(index)).copied().collect();
        Self {
            pixels: Pixels { shape: self.pixels.shape, bytes },
            labels: self.labels.as_ref().map(|labels| indices.iter().map(|&index| labels[index]).collect()),
            classes: self.classes.clone(),
            skipped: self.skipped.clone(),
            remarks: self.remarks.clone(),
            taken: None,
            options: self.options.clone(),
        }
    }
}

/// `count` members, evenly spread over all members. If there are several interlocking `parts`, these are the
/// members of the part with the index `part`. `count · parts` is at most the number of members.
fn evenly(members: &[usize], count: usize, parts: usize, part: usize) -> Vec<usize> {
    (0..count).map(|i| members[(i * parts + part) * members.len() / (count * parts)]).collect()
}
