//! Which lists that single modules keep a word is on: most are on none, and are told so at one look for all of them.

use std::{collections::HashMap, hash::BuildHasherDefault, sync::LazyLock};

use super::{ByHash, Hashed};

/// A set of lists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Listed(u16);

impl Listed {
    /// Whether the sets share a list.
    pub(crate) const fn any(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Both sets together.
    pub(crate) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// A name that others stand for, or that stands for others.
pub(crate) const NICKNAME: Listed = Listed(1);
/// A small word that tells the language of a text whose names have endings.
pub(crate) const TONGUE: Listed = Listed(1 << 1);
/// A number or a unit in words.
pub(crate) const MEANS: Listed = Listed(1 << 2);
/// What says of a code beside it that it opens something, or that it does not.
pub(crate) const OPENS: Listed = Listed(1 << 3);
/// What somebody of a people is called.
pub(crate) const PEOPLE: Listed = Listed(1 << 4);
/// What may be a title where a name follows.
pub(crate) const TITLE: Listed = Listed(1 << 5);
/// What a street without its kind may begin with.
pub(crate) const LEADS_STREET: Listed = Listed(1 << 6);
/// The first word of a legal form.
pub(crate) const FIRM_FORM: Listed = Listed(1 << 7);
/// The first word of a maker that is called like a person.
pub(crate) const MAKER: Listed = Listed(1 << 8);
/// What an `@` is called where it is spelled out.
pub(crate) const SPELLED_AT: Listed = Listed(1 << 10);
/// A small word of German.
pub(crate) const GERMAN: Listed = Listed(1 << 9);

/// The lists of the word with this hash.
pub(crate) fn listed(hash: u64) -> Listed {
    LISTED.get(hash).copied().unwrap_or_default()
}

/// The table as it is filled.
#[derive(Default)]
pub(crate) struct Entries(HashMap<u64, Listed, BuildHasherDefault<Hashed>>);

impl Entries {
    /// Enters the words of a list by their hashes.
    pub(crate) fn add(&mut self, list: Listed, words: impl Iterator<Item = u64>) {
        for word in words {
            let lists = self.0.entry(word).or_default();
            *lists = lists.or(list);
        }
    }
}

// INVARIANT: no list is made of a text cut into words, which would wait for this table.
static LISTED: LazyLock<ByHash<Listed>> = LazyLock::new(|| {
    let mut entries = Entries::default();
    crate::house::enter_lists(&mut entries);
    crate::known::enter_lists(&mut entries);
    crate::name::enter_lists(&mut entries);
    crate::pattern::enter_lists(&mut entries);
    crate::text::enter_lists(&mut entries);
    entries.0.into()
});

#[cfg(test)]
mod tests {
    use super::{FIRM_FORM, GERMAN, Listed, MEANS, NICKNAME, OPENS, PEOPLE, TONGUE};
    use crate::text::Doc;

    #[test]
    fn words_carry_the_lists_they_are_on() {
        for (word, on, off) in [
            ("Bill", NICKNAME, PEOPLE.or(OPENS)),
            ("TWELVE", MEANS, NICKNAME),
            ("door", OPENS, MEANS),
            ("Norsk", PEOPLE, OPENS),
            ("GmbH", FIRM_FORM, NICKNAME),
            ("für", GERMAN, FIRM_FORM),
            ("jest", TONGUE, FIRM_FORM),
        ] {
            let doc = Doc::new(word);
            let lists = doc.tokens[0].listed;
            assert!(lists.any(on) && !lists.any(off), "{word}: {lists:?}");
        }
        assert_eq!(Doc::new("quarterly").tokens[0].listed, Listed::default());
    }
}
