//! The form in which a table is sealed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{CheckKey, Covered, Token, TokenTable};
use crate::detector::{Kind, Layer};
use crate::label::Label;

/// The newest form. Tables of form 1 have neither key nor forms: their tokens have no check. Form 3 is 2 where somebody was
/// forgotten.
const VERSION: u8 = 3;

#[derive(Serialize, Deserialize)]
pub(crate) struct StoredTable {
    #[serde(default = "first")]
    version: u8,
    #[serde(default)]
    key: Option<[u8; 32]>,
    covered: Vec<StoredCovered>,
    entities: BTreeMap<String, u32>,
    #[serde(default)]
    owners: BTreeMap<u32, String>,
    last_number: u32,
    /// Forms given out whose values were forgotten.
    #[serde(default)]
    spent: Vec<(Kind, u32, u8)>,
}

#[derive(Serialize, Deserialize)]
struct StoredCovered {
    kind: Kind,
    number: u32,
    #[serde(default)]
    form: u8,
    value: String,
    label: Label,
    layer: Layer,
}

const fn first() -> u8 {
    1
}

impl From<&Covered> for StoredCovered {
    fn from(it: &Covered) -> Self {
        Self {
            kind: it.token.kind,
            number: it.token.number,
            form: it.form,
            value: it.value.to_string(),
            label: it.label.clone(),
            layer: it.layer,
        }
    }
}

impl From<&TokenTable> for StoredTable {
    fn from(table: &TokenTable) -> Self {
        let spent = table.spent.iter();
        let spent: Vec<_> = spent.map(|((kind, number), form)| (*kind, *number, *form)).collect();
        Self {
            // What does not know them would give their tokens out again.
            version: if spent.is_empty() { 2 } else { VERSION },
            key: table.key.as_ref().map(|key| *key.secret()),
            covered: table.covered.iter().map(StoredCovered::from).collect(),
            entities: table.numbers.clone(),
            owners: table.owners.clone(),
            last_number: table.last_number,
            spent,
        }
    }
}

impl StoredTable {
    /// What was covered after the first `from` values, and the records numbered since this was
    /// last asked.
    pub(crate) fn since(table: &mut TokenTable, from: usize) -> Self {
        let numbered = std::mem::take(&mut table.numbered).into_iter();
        let numbered = numbered.filter_map(|id| table.numbers.get(&id).map(|&number| (id, number)));
        Self {
            version: 2,
            key: table.key.as_ref().map(|key| *key.secret()),
            entities: numbered.collect(),
            owners: BTreeMap::new(),
            covered: table.covered.iter().skip(from).map(StoredCovered::from).collect(),
            last_number: table.last_number,
            // What goes on with a table has forgotten nothing since.
            spent: Vec::new(),
        }
    }

    /// Adds these values to a table that has all earlier ones. `None` when a newer gate wrote
    /// them.
    pub(crate) fn append(self, table: &mut TokenTable) -> Option<()> {
        let Self { version, key, covered, entities, owners, last_number, spent } = self;
        if version > VERSION {
            return None;
        }
        if table.covered.is_empty() {
            table.key = key.map(CheckKey::new);
        }
        table.owners.extend(entities.iter().map(|(id, number)| (*number, id.clone())));
        table.owners.extend(owners);
        table.numbers.extend(entities);
        for stored in covered {
            let StoredCovered { kind, number, form, value, label, layer } = stored;
            let check = table.key.as_ref().map(|key| key.of(kind, number, form));
            let token = Token { kind, number, check };
            table.keep(Covered { token, value: Zeroizing::new(value), label, layer, form });
        }
        for (kind, number, form) in spent {
            for forms in [&mut table.forms, &mut table.spent] {
                let given = forms.entry((kind, number)).or_default();
                *given = form.max(*given);
            }
        }
        table.last_number = last_number.max(table.last_number);
        Some(())
    }

    /// `None` for a table that a newer gate wrote.
    pub(crate) fn restore(self) -> Option<TokenTable> {
        let mut table = TokenTable::of(None, 0);
        self.append(&mut table)?;
        Some(table)
    }
}
