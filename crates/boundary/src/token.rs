//! Tokens and the table that a conversation keeps of them.

mod memory;
mod scan;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::detector::{Kind, Layer};
use crate::label::Label;

use memory::Memory;
pub(crate) use scan::{longest_open, shapes};

/// A typed placeholder such as `{EMAIL_3}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Token {
    kind: Kind,
    number: u32,
}

impl Token {
    /// What the value is.
    pub fn kind(self) -> Kind {
        self.kind
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{{}_{}}}", self.kind.name(), self.number)
    }
}

/// A covered value.
pub(crate) struct Covered {
    pub(crate) token: Token,
    pub(crate) value: Zeroizing<String>,
    pub(crate) label: Label,
    pub(crate) layer: Layer,
}

/// Which token stands for which value in one conversation.
///
/// INVARIANT: injective. One (kind, value) has one token, one token has one value; numbers
/// are never given out twice.
#[derive(Default)]
pub(crate) struct TokenTable {
    covered: Vec<Covered>,
    by_token: BTreeMap<Token, usize>,
    by_value: BTreeMap<(Kind, String), usize>,
    entities: BTreeMap<String, u32>,
    last_number: u32,
    memory: Memory,
}

impl TokenTable {
    /// The token of a value, made now if it has none.
    ///
    /// `entity` is the id of the record that the value belongs to: values of one record share
    /// a number as long as they are of different kinds, so that a model can relate them.
    pub(crate) fn cover(
        &mut self,
        kind: Kind,
        value: &str,
        label: &Label,
        layer: Layer,
        entity: Option<&str>,
    ) -> Token {
        let key = (kind, value.to_owned());
        if let Some(covered) = self.by_value.get(&key).and_then(|&at| self.covered.get_mut(at)) {
            covered.label.absorb(label);
            return covered.token;
        }
        let token = Token { kind, number: self.number_for(kind, entity) };
        let at = self.covered.len();
        self.memory.learn(kind, value, at);
        self.by_token.insert(token, at);
        self.by_value.insert(key, at);
        let value = Zeroizing::new(value.to_owned());
        self.covered.push(Covered { token, value, label: label.clone(), layer });
        token
    }

    fn number_for(&mut self, kind: Kind, entity: Option<&str>) -> u32 {
        if let Some(&number) = entity.and_then(|entity| self.entities.get(entity))
            && !self.by_token.contains_key(&Token { kind, number })
        {
            return number;
        }
        self.last_number += 1;
        if let Some(entity) = entity {
            self.entities.entry(entity.to_owned()).or_insert(self.last_number);
        }
        self.last_number
    }

    /// The value a token stands for.
    pub(crate) fn look_up(&self, token: Token) -> Option<&Covered> {
        self.by_token.get(&token).and_then(|&at| self.covered.get(at))
    }

    /// Ranges of `text` that say what was covered before, in any case, between word
    /// boundaries: `(start, end, index of the covered value)`, sorted, without overlap.
    pub(crate) fn remembered(&self, text: &str) -> Vec<(usize, usize, &Covered)> {
        let found = self.memory.find(text).into_iter();
        found.filter_map(|(start, end, at)| Some((start, end, self.covered.get(at)?))).collect()
    }

    /// Everything covered, in the order of covering.
    pub(crate) fn covered(&self) -> &[Covered] {
        &self.covered
    }
}

/// The form in which a table is sealed.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredTable {
    covered: Vec<StoredCovered>,
    entities: BTreeMap<String, u32>,
    last_number: u32,
}

#[derive(Serialize, Deserialize)]
struct StoredCovered {
    kind: Kind,
    number: u32,
    value: String,
    label: Label,
    layer: Layer,
}

impl From<&TokenTable> for StoredTable {
    fn from(table: &TokenTable) -> Self {
        let covered = table.covered.iter().map(|it| StoredCovered {
            kind: it.token.kind,
            number: it.token.number,
            value: it.value.to_string(),
            label: it.label.clone(),
            layer: it.layer,
        });
        Self {
            covered: covered.collect(),
            entities: table.entities.clone(),
            last_number: table.last_number,
        }
    }
}

impl StoredTable {
    pub(crate) fn restore(self) -> TokenTable {
        let mut table = TokenTable { entities: self.entities, ..TokenTable::default() };
        for stored in self.covered {
            let token = Token { kind: stored.kind, number: stored.number };
            let at = table.covered.len();
            table.memory.learn(stored.kind, &stored.value, at);
            table.by_token.insert(token, at);
            table.by_value.insert((stored.kind, stored.value.clone()), at);
            table.covered.push(Covered {
                token,
                value: Zeroizing::new(stored.value),
                label: stored.label,
                layer: stored.layer,
            });
        }
        table.last_number = self.last_number;
        table
    }
}
