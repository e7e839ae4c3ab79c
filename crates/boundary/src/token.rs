//! Tokens and the table that a conversation keeps of them.

mod check;
mod memory;
mod scan;
mod stored;
#[cfg(test)]
mod survival;
#[cfg(test)]
mod tests;
mod unescaped;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use zeroize::Zeroizing;

use crate::detector::{Detector, Kind, Layer};
use crate::label::Label;

pub(crate) use check::CheckKey;
use check::{Check, FORMS};
use memory::Memory;
pub(crate) use scan::{BRACES, Next, Shape, Writing, next, shapes};
pub(crate) use stored::StoredTable;
use unescaped::Unescaped;

/// A typed placeholder such as `{EMAIL_3kd}`: what the value is, the number that all values of
/// one record share, and two letters that only this conversation can know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Token {
    kind: Kind,
    number: u32,
    /// None in conversations that were sealed before tokens had a check.
    check: Option<Check>,
}

impl Token {
    /// What the value is.
    pub fn kind(self) -> Kind {
        self.kind
    }

    /// Which record or thing it belongs to.
    pub fn number(self) -> u32 {
        self.number
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{{}_{}", self.kind.name(), self.number)?;
        for letter in self.check.into_iter().flatten() {
            write!(f, "{}", char::from(letter))?;
        }
        f.write_str("}")
    }
}

/// A covered value.
pub(crate) struct Covered {
    pub(crate) token: Token,
    pub(crate) value: Zeroizing<String>,
    pub(crate) label: Label,
    pub(crate) layer: Layer,
    form: u8,
}

/// Whose value it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whose<'a> {
    /// Of the record with this id.
    Record(&'a str),
    /// Another form of what has this number already.
    Number(u32),
    /// Nothing is known of it.
    Nobody,
}

/// Which token stands for which value in one conversation.
///
/// INVARIANT: injective. One token has one value, for good. A value has one token, but for the
/// names of different records, which stay apart even when they are written alike.
pub(crate) struct TokenTable {
    /// None in conversations that were sealed before tokens had a check.
    key: Option<CheckKey>,
    covered: Vec<Covered>,
    by_token: BTreeMap<Token, usize>,
    by_value: BTreeMap<(Kind, String), Vec<usize>>,
    /// Forms given out to each kind and number.
    forms: BTreeMap<(Kind, u32), u8>,
    /// Forms that had been given out where a value was forgotten: what is left no longer tells.
    spent: BTreeMap<(Kind, u32), u8>,
    /// The number of each record.
    numbers: BTreeMap<String, u32>,
    /// The record of each number that has one.
    owners: BTreeMap<u32, String>,
    /// Records that got a number since the table was last written down in part.
    numbered: Vec<String>,
    last_number: u32,
    memory: Memory,
}

impl TokenTable {
    /// An empty table whose tokens are checked under this key.
    pub(crate) fn new(key: CheckKey) -> Self {
        Self::of(Some(key), 0)
    }

    fn of(key: Option<CheckKey>, last_number: u32) -> Self {
        Self {
            key,
            covered: Vec::new(),
            by_token: BTreeMap::new(),
            by_value: BTreeMap::new(),
            forms: BTreeMap::new(),
            spent: BTreeMap::new(),
            numbers: BTreeMap::new(),
            owners: BTreeMap::new(),
            numbered: Vec::new(),
            last_number,
            memory: Memory::default(),
        }
    }

    /// The token of a value, made now if it has none.
    ///
    /// Values of one record share a number, and so do the forms of one value, so that a model
    /// can relate them.
    pub(crate) fn cover(
        &mut self,
        kind: Kind,
        value: &str,
        label: &Label,
        layer: Layer,
        whose: Whose<'_>,
    ) -> Token {
        // The last three characters of a long id only check the case of the others.
        let whose = match whose {
            Whose::Record(id) if id.len() == 18 => Whose::Record(id.get(..15).unwrap_or(id)),
            other => other,
        };
        if let Some(at) = self.known(kind, value, whose)
            && let Some(covered) = self.covered.get_mut(at)
        {
            covered.label.absorb(label);
            return covered.token;
        }
        let number = self.number_for(kind, whose);
        let form = self.forms.get(&(kind, number)).copied().unwrap_or_default();
        let check = self.key.as_ref().map(|key| key.of(kind, number, form));
        let token = Token { kind, number, check };
        let (label, value) = (label.clone(), Zeroizing::new(value.to_owned()));
        self.keep(Covered { token, value, label, layer, form });
        token
    }

    /// Which of the covered values this one is.
    fn known(&mut self, kind: Kind, value: &str, whose: Whose<'_>) -> Option<usize> {
        let places = self.by_value.get(&(kind, value.to_owned()))?;
        let number_of = |at: &usize| self.covered.get(*at).map(|it| it.token.number);
        let with = |number: u32| places.iter().copied().find(|at| number_of(at) == Some(number));
        match whose {
            Whose::Record(record) if kind == Kind::Name => {
                let own = self.numbers.get(record).copied();
                let free =
                    |at: &usize| number_of(at).is_some_and(|it| !self.owners.contains_key(&it));
                let mine = |at: &usize| {
                    number_of(at).and_then(|it| self.owners.get(&it)).is_some_and(|it| it == record)
                };
                let found = own.and_then(with);
                let found = found.or_else(|| places.iter().copied().find(mine));
                let found = found.or_else(|| places.iter().copied().find(free))?;
                self.adopt(found, record);
                Some(found)
            }
            Whose::Record(record) => {
                let found = self.numbers.get(record).copied().and_then(with);
                let found = found.or_else(|| places.first().copied())?;
                self.adopt(found, record);
                Some(found)
            }
            Whose::Number(number) => with(number).or_else(|| places.first().copied()),
            Whose::Nobody => places.first().copied(),
        }
    }

    /// What somebody named before a record of it was read gives the record its number.
    fn adopt(&mut self, at: usize, record: &str) {
        let Some(number) = self.covered.get(at).map(|it| it.token.number) else { return };
        if !self.owners.contains_key(&number) {
            self.own(number, record);
        }
    }

    fn number_for(&mut self, kind: Kind, whose: Whose<'_>) -> u32 {
        let wanted = match whose {
            Whose::Record(record) => self.numbers.get(record).copied(),
            Whose::Number(number) => Some(number),
            Whose::Nobody => None,
        };
        let most = if self.key.is_some() { FORMS } else { 1 };
        let room =
            |number: &u32| self.forms.get(&(kind, *number)).copied().unwrap_or_default() < most;
        if let Some(number) = wanted.filter(room) {
            return number;
        }
        self.last_number += 1;
        if let Whose::Record(record) = whose {
            self.own(self.last_number, record);
        }
        self.last_number
    }

    fn own(&mut self, number: u32, record: &str) {
        self.owners.insert(number, record.to_owned());
        if !self.numbers.contains_key(record) {
            self.numbers.insert(record.to_owned(), number);
            self.numbered.push(record.to_owned());
        }
    }

    fn keep(&mut self, covered: Covered) {
        let Token { kind, number, .. } = covered.token;
        let at = self.covered.len();
        self.memory.learn(kind, &covered.value, at, number);
        self.by_token.insert(covered.token, at);
        self.by_value.entry((kind, covered.value.to_string())).or_default().push(at);
        let forms = self.forms.entry((kind, number)).or_default();
        *forms = (*forms).max(covered.form.saturating_add(1));
        self.covered.push(covered);
    }

    /// The value a token stands for.
    pub(crate) fn look_up(&self, token: Token) -> Option<&Covered> {
        self.by_token.get(&token).and_then(|&at| self.covered.get(at))
    }

    /// The value that something of the shape of a token stands for, when it can only be one.
    pub(crate) fn resolve(&self, shape: &Shape) -> Option<&Covered> {
        let mut found = shape.tokens().filter_map(|token| self.look_up(token));
        let first = found.next()?;
        found.next().is_none().then_some(first)
    }

    /// Whether a shape could stand for a value now or later, so that text from outside must not
    /// hold it as it is.
    pub(crate) fn could_resolve(&self, shape: &Shape) -> bool {
        let Some(key) = &self.key else { return false };
        shape.tokens().any(|it| it.check.is_some_and(|check| key.admits(it.kind, it.number, check)))
    }

    /// Ranges of `text` that say what was covered before, in any case, between word
    /// boundaries, sorted, without overlap: `(start, end, the covered value, its number)`, without a number where
    /// several could be meant. `detector` says which words stand anywhere by chance.
    pub(crate) fn remembered(
        &self,
        text: &str,
        detector: &dyn Detector,
    ) -> Vec<(usize, usize, &Covered, Option<u32>)> {
        self.recalled(&self.memory, text, detector)
    }

    /// The same for these values alone.
    pub(crate) fn repeated(
        &self,
        values: &[Token],
        text: &str,
        detector: &dyn Detector,
    ) -> Vec<(usize, usize, &Covered, Option<u32>)> {
        let mut memory = Memory::default();
        for token in values {
            if let Some(&at) = self.by_token.get(token)
                && let Some(covered) = self.covered.get(at)
            {
                memory.learn(token.kind, &covered.value, at, token.number);
            }
        }
        self.recalled(&memory, text, detector)
    }

    /// The number of what this value is another way or a part of, when it can only be one.
    pub(crate) fn number_of_same(
        &self,
        kind: Kind,
        value: &str,
        detector: &dyn Detector,
    ) -> Option<u32> {
        let found = self.memory.find(value, detector);
        let [hit] = found.as_slice() else { return None };
        let covered = self.covered.get(hit.at)?;
        let all = [value.get(..hit.start), value.get(hit.end..)];
        let all = all.into_iter().flatten().all(is_bare);
        (!hit.shared && all && covered.token.kind == kind).then_some(covered.token.number)
    }

    fn recalled(
        &self,
        memory: &Memory,
        text: &str,
        detector: &dyn Detector,
    ) -> Vec<(usize, usize, &Covered, Option<u32>)> {
        let mut hits = memory.find(text, detector);
        if let Some(address) = Unescaped::of(text) {
            // Said in an address: found as it is read, covered where it is written.
            for mut hit in memory.find(&address.text, detector) {
                let Some((start, end)) = address.written(hit.start, hit.end) else { continue };
                (hit.start, hit.end) = (start, end);
                // A part of it can be read without that: the whole counts.
                hits.retain(|it| !(start <= it.start && it.end <= end));
                let at = hits.partition_point(|it| it.end <= start);
                if hits.get(at).is_none_or(|it| it.start >= end) {
                    hits.insert(at, hit);
                }
            }
        }
        let found = hits.into_iter().filter_map(|hit| {
            let covered = self.covered.get(hit.at)?;
            let number = Some(covered.token.number).filter(|_| !hit.shared);
            Some((hit.start, hit.end, covered, number))
        });
        found.collect()
    }

    /// By how many days the dates of a record are moved in this conversation: half a year at
    /// most, never none. `None` in conversations that were sealed before there was a key.
    pub(crate) fn days_for(&self, record: &str) -> Option<i64> {
        let record = record.get(..15).unwrap_or(record);
        self.key.as_ref().map(|key| key.days(record))
    }

    /// Everything covered, in the order of covering.
    pub(crate) fn covered(&self) -> &[Covered] {
        &self.covered
    }

    /// The values of the records that `theirs` tells, and those that share a number with one.
    pub(crate) fn covered_of(&self, theirs: &dyn Fn(&str) -> bool) -> Vec<&Covered> {
        let owned = self.owners.iter().filter(|(_, owner)| theirs(owner));
        let numbers: BTreeSet<u32> = owned.map(|(number, _)| *number).collect();
        let of = |it: &&Covered| {
            let from = it.label.provenance().iter();
            numbers.contains(&it.token.number)
                || from.filter_map(|place| place.record.as_deref()).any(theirs)
        };
        self.covered.iter().filter(of).collect()
    }

    /// Records that a value is of, whatever its case: those whose number it has, and where there is none those it
    /// was read in.
    pub(crate) fn records_of(&self, value: &str) -> BTreeSet<String> {
        let value = value.to_lowercase();
        let mut found = BTreeSet::new();
        for it in self.covered.iter().filter(|it| it.value.to_lowercase() == value) {
            if let Some(owner) = self.owners.get(&it.token.number) {
                found.insert(owner.clone());
                continue;
            }
            let places = it.label.provenance().iter();
            found.extend(places.filter_map(|place| place.record.as_deref()).map(str::to_owned));
        }
        found
    }

    /// Forgets every value of the records that `theirs` tells, and every value that `named`
    /// tells; gives those values. Their tokens stand for nothing from now on, and are not
    /// given out again.
    pub(crate) fn forget(
        &mut self,
        theirs: &dyn Fn(&str) -> bool,
        named: &dyn Fn(&str) -> bool,
    ) -> Vec<Zeroizing<String>> {
        let same = theirs;
        let owned = self.owners.iter().filter(|(_, owner)| same(owner));
        let mut numbers: BTreeSet<u32> = owned.map(|(number, _)| *number).collect();
        // Who is named by one value is meant by all that share its number.
        let by_name = self.covered.iter().filter(|it| named(&it.value));
        numbers.extend(by_name.map(|it| it.token.number));
        let theirs = |it: &Covered| {
            let from = it.label.provenance().iter();
            let places = from.filter_map(|place| place.record.as_deref()).any(same);
            places || numbers.contains(&it.token.number)
        };
        let (gone, kept): (Vec<Covered>, Vec<Covered>) =
            std::mem::take(&mut self.covered).into_iter().partition(theirs);
        let (forms, last_number) = (std::mem::take(&mut self.forms), self.last_number);
        let mut spent = std::mem::take(&mut self.spent);
        for Token { kind, number, .. } in gone.iter().map(|it| it.token) {
            spent.extend(forms.get(&(kind, number)).map(|form| ((kind, number), *form)));
        }
        let (records, owners) =
            (std::mem::take(&mut self.numbers), std::mem::take(&mut self.owners));
        *self = Self::of(self.key.take(), last_number);
        // Forms that were given out stay given out.
        (self.forms, self.spent) = (forms, spent);
        self.numbers = records.into_iter().filter(|(owner, _)| !same(owner)).collect();
        self.owners = owners.into_iter().filter(|(number, _)| !numbers.contains(number)).collect();
        for it in kept {
            self.keep(it);
        }
        gone.into_iter().map(|it| it.value).collect()
    }
}

fn is_bare(text: &str) -> bool {
    !text.chars().any(char::is_alphanumeric)
}

/// Ids of 15 and 18 characters can name the same record.
pub(crate) fn same_record(one: &str, other: &str) -> bool {
    let core = |id: &str| matches!(id.len(), 15 | 18).then(|| id.get(..15).map(str::to_owned));
    one == other || core(one).is_some_and(|it| Some(it) == core(other))
}
