//! What was found before, by the hash of the text.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use sha2::{Digest as _, Sha256};

/// Hash of a text. The text itself is not kept.
pub(crate) type Key = [u8; 32];

/// The last texts' results, oldest out first.
#[derive(Debug)]
pub(crate) struct Cache<T> {
    found: HashMap<Key, Arc<T>>,
    order: VecDeque<Key>,
    most: usize,
}

/// The hash of `text`.
pub(crate) fn key(text: &str) -> Key {
    Sha256::digest(text.as_bytes()).into()
}

impl<T> Cache<T> {
    /// Keeps the results of `most` texts.
    pub(crate) fn new(most: usize) -> Self {
        Self { found: HashMap::new(), order: VecDeque::new(), most }
    }

    /// What was found in the text with this hash.
    pub(crate) fn look(&self, key: &Key) -> Option<Arc<T>> {
        self.found.get(key).map(Arc::clone)
    }

    /// Keeps a result.
    pub(crate) fn keep(&mut self, key: Key, result: Arc<T>) {
        if self.found.insert(key, result).is_none() {
            self.order.push_back(key);
        }
        while self.order.len() > self.most {
            if let Some(oldest) = self.order.pop_front() {
                self.found.remove(&oldest);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_goes_first_and_other_texts_are_other_keys() {
        let mut cache = Cache::new(2);
        for text in ["a", "b", "b", "c"] {
            cache.keep(key(text), Arc::new(text));
        }
        assert_eq!(cache.look(&key("a")), None);
        assert_eq!(cache.look(&key("b")).as_deref(), Some(&"b"));
        assert_eq!(cache.look(&key("c")).as_deref(), Some(&"c"));
        assert_eq!(cache.look(&key("c ")), None);
    }
}
