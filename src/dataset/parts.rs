//! Parts of a data set that stand for the whole.

use super::Dataset;
use super::pixels::Pixels;

impl Dataset {
    /// So many of the pictures, evenly spread over all; at least one.
    #[must_use]
    pub fn spread(&self, count: usize) -> Self {
        let all: Vec<usize> = (0..self.len()).collect();
        self.pick(&evenly(&all, count.clamp(1, self.len()), 1, 0))
    }

    /// Parts of `count` pictures, each evenly spread over all: `parts` of them without a picture in
    /// common, or as many as there are pictures for, at least one. One that there are too few pictures
    /// for has all of them.
    pub fn parts(&self, count: usize, parts: usize) -> Vec<Self> {
        self.parts_of(&[((0..self.len()).collect(), count)], parts)
    }

    /// As [`parts`](Self::parts), with every class equally often, as samples of all classes in turn have
    /// them. Of a class with too few pictures for one part all are in it.
    pub fn balanced(&self, count: usize, parts: usize) -> Vec<Self> {
        let classes = self.classes().len().max(1);
        let share = |class| count / classes + usize::from(class < count % classes);
        let mut groups: Vec<_> = (0..classes).map(|class| (Vec::new(), share(class))).collect();
        (0..self.len()).for_each(|index| groups[self.label(index).unwrap_or(0) as usize].0.push(index));
        groups.retain(|(members, _)| !members.is_empty());
        self.parts_of(&groups, parts)
    }

    /// Parts with so many members of each group, of which none is empty.
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

    /// These pictures alone.
    fn pick(&self, indices: &[usize]) -> Self {
        let bytes = indices.iter().flat_map(|&index| self.pixels.picture(index)).copied().collect();
        Self {
            pixels: Pixels { shape: self.pixels.shape, bytes },
            labels: self.labels.as_ref().map(|labels| indices.iter().map(|&index| labels[index]).collect()),
            classes: self.classes.clone(),
            skipped: self.skipped.clone(),
            remarks: self.remarks.clone(),
            options: self.options.clone(),
        }
    }
}

/// `count` members, evenly spread over all; with several `parts`, which interlock, the one of this number.
/// `count · parts` is at most the number of members.
fn evenly(members: &[usize], count: usize, parts: usize, part: usize) -> Vec<usize> {
    (0..count).map(|i| members[(i * parts + part) * members.len() / (count * parts)]).collect()
}
