//! A surname that is a word, where the text says the given name of one who bears it: "Hi Elliot, .. the Marsh comments".

use boundary::Kind;

use super::{
    Sum,
    scan::{Hit, Scan},
    slot::Roles,
};
use crate::{
    lexicon::{BRAND, COUNTRY, DAY, FUNCTION, GREETING, MONTH, ORG_WORD, PRODUCT},
    resolve::KNOWN,
    text::{Gap, Shape},
};

/// Most given names and surnames that are held against each other.
const MOST: usize = 8;

impl Scan<'_, '_> {
    /// Takes the surnames that needed a sign, and have it in somebody's given name.
    pub(super) fn accept_same(&mut self, taken: &[Hit], open: &[Hit]) {
        let given = |hit: &&Hit| hit.roles.any(Roles::FIRST) && hit.to == hit.from + 1;
        let given: Vec<u64> = taken
            .iter()
            .filter(given)
            .filter_map(|hit| self.keyed.get(hit.from).copied().flatten())
            .take(MOST)
            .collect();
        if given.is_empty() {
            return;
        }
        let other =
            MONTH.or(DAY).or(BRAND).or(COUNTRY).or(FUNCTION).or(GREETING).or(PRODUCT).or(ORG_WORD);
        let surnames = open.iter().filter(|hit| hit.roles.any(Roles::LAST)).take(MOST);
        for hit in surnames {
            let Some(token) = self.doc.token(hit.from).copied() else { continue };
            let Some(keyed) = self.keyed.get(hit.from).copied().flatten() else { continue };
            let named = token.shape == Shape::Title
                && !token.opens
                && token.gap == Gap::Space
                && !token.class.any(other);
            let whose = |first: &u64| {
                let mut sum = Sum::new(false);
                sum.push(*first);
                sum.push(keyed);
                self.hit(hit.from, hit.to, sum).is_some_and(|whole| whole.roles.any(Roles::FULL))
            };
            if named && given.iter().any(whose) {
                self.push(hit, Kind::Name, KNOWN);
            }
        }
    }
}
