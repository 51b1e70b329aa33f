//! Where values are kept, so that pictures that are to be concatenated lie side by side.

use super::{Fused, Fuser};
use crate::model::graph::planned::program::{Home, Source};
use crate::model::graph::{Op, Value};

/// The homes of all values, the channels of the parts of every group, and the node of every value.
type Homes = (Vec<Home>, Vec<Vec<usize>>, Vec<usize>);

impl Fuser<'_> {
    /// Decides where every value is kept. A value that would have to be in two places is copied to the second.
    pub(super) fn homes(&self, ops: &mut Vec<(usize, Fused)>, merged: &[Vec<usize>]) -> Option<Homes> {
        let mut homes: Vec<Option<Home>> = vec![None; self.needed.len()];
        let mut of_node: Vec<usize> = (0..self.needed.len()).collect();
        let mut groups: Vec<Vec<usize>> = Vec::new();
        for i in self.nodes().filter(|&i| merged[i].len() > 1 && merged[i][0] == i) {
            let mut parts = Vec::new();
            for &member in &merged[i] {
                let own = self.parts(member);
                homes[member] = Some(Home { group: groups.len(), first: parts.len(), parts: own.len() });
                parts.extend(own);
            }
            groups.push(parts);
        }
        // The outermost concatenations come first, so that concatenations inside them find their places
        // within.
        for i in self.nodes().rev().filter(|&i| matches!(self.op(i), Op::Concat)) {
            let home = *homes[i].get_or_insert_with(|| {
                groups.push(self.parts(i));
                Home { group: groups.len() - 1, first: 0, parts: self.parts(i).len() }
            });
            let mut first = home.first;
            for n in [0, 1] {
                let x = self.input(i, n);
                let own = Home { group: home.group, first, parts: self.parts(x).len() };
                first += own.parts;
                if homes[x].is_none() && !self.is_given(x) {
                    homes[x] = Some(own);
                    continue;
                }
                if matches!(self.op(x), Op::Concat) {
                    return None;
                }
                let copy = homes.len();
                homes.push(Some(own));
                of_node.push(x);
                let place = ops.partition_point(|(turn, _)| *turn < i);
                ops.insert(place, (i, Fused::Arrange { from: Source::plain(x), to: copy }));
            }
        }
        let mut all: Vec<Home> = Vec::with_capacity(homes.len());
        for (i, home) in homes.into_iter().enumerate() {
            all.push(match home {
                Some(home) => home,
                None if i < self.needed.len() && (self.needed[i] || self.is_given(i)) => {
                    let parts = self.parts(i);
                    if self.is_given(i) && parts.len() != 1 {
                        return None;
                    }
                    groups.push(parts.clone());
                    Home { group: groups.len() - 1, first: 0, parts: parts.len() }
                }
                None => Home::default(),
            });
        }
        Some((all, groups, of_node))
    }

    fn is_given(&self, i: usize) -> bool {
        self.section.given().any(|given| given == Value(i))
    }
}
