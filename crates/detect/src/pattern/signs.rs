//! Signs of keys and of addresses, found together: a look at each byte of a text is dear enough once.

use std::sync::LazyLock;

use super::{address, secret::BEGINNINGS};
use crate::lexicon::Signs;

static SIGNS: LazyLock<Signs> =
    LazyLock::new(|| Signs::new(BEGINNINGS.iter().copied().chain(address::signs())));

/// The signs that stand in a text.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// What keys begin with, and where.
    pub(super) keys: Vec<(usize, &'static str)>,
    /// What the forms of addresses are told by, and where.
    pub(super) addresses: Vec<(usize, &'static str)>,
}

/// Finds them in order.
pub(super) fn find(text: &str) -> Found {
    let mut found = Found::default();
    SIGNS.find(text, |at, sign| {
        // INVARIANT: no sign is both's, as a test below has it.
        let its = if BEGINNINGS.contains(&sign) { &mut found.keys } else { &mut found.addresses };
        its.push((at, sign));
    });
    found
}

#[cfg(test)]
mod tests {
    use super::{super::address, BEGINNINGS, find};

    #[test]
    fn no_sign_is_of_both() {
        assert!(address::signs().all(|sign| !BEGINNINGS.contains(&sign)));
    }

    #[test]
    fn signs_of_both_are_found_in_one_pass() {
        let found = find("sk-1 at Plot 4, then AKIA2 near Plot 5, 3rd Sector");
        assert_eq!(found.keys, [(0, "sk-"), (21, "AKIA")]);
        assert_eq!(found.addresses, [(8, "Plot "), (32, "Plot "), (44, "Sector")]);
        let nothing = find("nothing of the kind");
        assert!(nothing.keys.is_empty() && nothing.addresses.is_empty());
    }
}
