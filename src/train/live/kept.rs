//! A history of bounded size: when it is full, every second entry goes.

/// The number of bytes that the pictures of one training's probes may take.
pub const BUDGET: usize = 96 << 20;

/// Entries in their order, of which every second is dropped when they take more than a budget. The first and the last
/// always stay.
#[derive(Clone, Debug)]
pub struct Kept<T> {
    entries: Vec<T>,
    bytes: usize,
    budget: usize,
}

impl<T> Kept<T> {
    /// An empty history that may take so many bytes.
    pub fn new(budget: usize) -> Self {
        Self { entries: Vec::new(), bytes: 0, budget }
    }

    /// Adds an entry; `size` tells how many bytes one takes.
    pub fn push(&mut self, entry: T, size: impl Fn(&T) -> usize) {
        self.bytes += size(&entry);
        self.entries.push(entry);
        while self.bytes > self.budget && self.entries.len() > 2 {
            let last = self.entries.len() - 1;
            let mut place = 0..;
            self.entries.retain(|_| place.next().is_none_or(|i: usize| i.is_multiple_of(2) || i == last));
            self.bytes = self.entries.iter().map(&size).sum();
        }
    }

    /// The entries that are there, in their order.
    pub fn list(&self) -> &[T] {
        &self.entries
    }

    /// The number of bytes that they take.
    pub fn bytes(&self) -> usize {
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_and_the_last_stay_and_the_rest_is_spread() {
        let mut kept = Kept::new(80);
        for i in 0..1000_usize {
            kept.push(i, |_| 10);
            let list = kept.list();
            assert_eq!((list[0], list[list.len() - 1]), (0, i));
            assert!(kept.bytes() <= 80 && list.is_sorted());
        }
        assert!(kept.list().len() >= 4, "{:?}", kept.list());
        // Entries that alone pass the budget are kept all the same: there is always one to show.
        let mut large = Kept::new(1);
        (0..5).for_each(|i| large.push(i, |_| 10));
        assert_eq!(large.list(), [0, 4]);
    }
}
