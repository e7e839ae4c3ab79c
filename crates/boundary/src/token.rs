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
    /// Records that got a number since the table was last written down in part.
    numbered: Vec<String>,
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
        // The last three characters of a long id only check the case of the others.
        let entity = entity.map(|id| id.get(..15).filter(|_| id.len() == 18).unwrap_or(id));
        if let Some(&number) = entity.and_then(|entity| self.entities.get(entity))
            && !self.by_token.contains_key(&Token { kind, number })
        {
            return number;
        }
        self.last_number += 1;
        if let Some(entity) = entity
            && !self.entities.contains_key(entity)
        {
            self.entities.insert(entity.to_owned(), self.last_number);
            self.numbered.push(entity.to_owned());
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

impl From<&Covered> for StoredCovered {
    fn from(it: &Covered) -> Self {
        Self {
            kind: it.token.kind,
            number: it.token.number,
            value: it.value.to_string(),
            label: it.label.clone(),
            layer: it.layer,
        }
    }
}

impl From<&TokenTable> for StoredTable {
    fn from(table: &TokenTable) -> Self {
        Self {
            covered: table.covered.iter().map(StoredCovered::from).collect(),
            entities: table.entities.clone(),
            last_number: table.last_number,
        }
    }
}

impl StoredTable {
    /// What was covered after the first `from` values, and the records numbered since this was last asked.
    pub(crate) fn since(table: &mut TokenTable, from: usize) -> Self {
        let numbered = std::mem::take(&mut table.numbered).into_iter();
        let numbered =
            numbered.filter_map(|id| table.entities.get(&id).map(|&number| (id, number)));
        Self {
            entities: numbered.collect(),
            covered: table.covered.iter().skip(from).map(StoredCovered::from).collect(),
            last_number: table.last_number,
        }
    }

    /// Adds these values to a table that has all earlier ones.
    pub(crate) fn append(self, table: &mut TokenTable) {
        let Self { covered, entities, last_number } = self;
        for stored in covered {
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
        table.entities.extend(entities);
        table.last_number = last_number.max(table.last_number);
    }

    pub(crate) fn restore(self) -> TokenTable {
        let mut table = TokenTable::default();
        self.append(&mut table);
        table
    }
}
