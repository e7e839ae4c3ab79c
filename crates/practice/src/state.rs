//! The org's records, in memory, with a journal of what the current request changed.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::error::OrgError;
use crate::id::Id;
use crate::schema::{Object, Schema, system};
use crate::value::Value;

/// One record. Shared, never changed in place: a change makes a new row.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row(Box<[Value]>);

static NULL: Value = Value::Null;

impl Row {
    pub(crate) fn empty(object: &Object) -> Self {
        Self(vec![Value::Null; object.fields.len()].into())
    }

    pub(crate) fn get(&self, at: usize) -> &Value {
        self.0.get(at).unwrap_or(&NULL)
    }

    pub(crate) fn set(&mut self, at: usize, value: Value) {
        if let Some(place) = self.0.get_mut(at) {
            *place = value;
        }
    }

    /// A field by name; null where the object has none of that name.
    pub(crate) fn named(&self, object: &Object, name: &str) -> &Value {
        object.position(name).map_or(&NULL, |at| self.get(at))
    }

    pub(crate) fn put(&mut self, object: &Object, name: &str, value: Value) {
        if let Some(at) = object.position(name) {
            self.set(at, value);
        }
    }

    pub(crate) fn id(&self) -> Option<Id> {
        self.get(system::ID).as_id()
    }

    pub(crate) fn is_deleted(&self) -> bool {
        self.get(system::IS_DELETED).is_true()
    }
}

#[derive(Clone, Debug, Default)]
struct Table {
    rows: BTreeMap<Id, Arc<Row>>,
    next: u64,
}

/// All records, and the undo journal of the request at work.
#[derive(Clone, Debug)]
pub(crate) struct State {
    pub(crate) schema: &'static Schema,
    tables: Vec<Table>,
    journal: Vec<Undo>,
}

#[derive(Clone, Debug)]
struct Undo {
    object: usize,
    id: Id,
    before: Option<Arc<Row>>,
}

/// A record as it must stand on disk: `None` if it is gone for good.
pub(crate) type Touched = (Id, Option<Arc<Row>>);

impl State {
    pub(crate) fn new() -> Result<Self, OrgError> {
        let schema = Schema::standard()?;
        let tables =
            schema.objects().iter().map(|_| Table { next: 1, ..Table::default() }).collect();
        Ok(Self { schema, tables, journal: Vec::new() })
    }

    /// Live and deleted rows, in the order of their ids.
    pub(crate) fn rows(&self, object: &Object) -> impl Iterator<Item = &Arc<Row>> {
        self.tables.get(object.index).into_iter().flat_map(|table| table.rows.values())
    }

    /// A row by id, deleted or not.
    pub(crate) fn row(&self, id: Id) -> Option<&Arc<Row>> {
        let object = self.schema.object_of(id)?;
        self.tables.get(object.index)?.rows.get(&id)
    }

    /// A row by id, unless deleted.
    pub(crate) fn live(&self, id: Id) -> Option<&Arc<Row>> {
        self.row(id).filter(|row| !row.is_deleted())
    }

    /// The id the next new row of this object gets, and its number.
    pub(crate) fn next_id(&mut self, object: &Object) -> Option<(Id, u64)> {
        let table = self.tables.get_mut(object.index)?;
        let number = table.next;
        table.next += 1;
        Some((Id::numbered(object.prefix?, number), number))
    }

    /// Puts a row in place, remembering what stood there.
    pub(crate) fn store(&mut self, object: &Object, row: Row) {
        let (Some(id), Some(table)) = (row.id(), self.tables.get_mut(object.index)) else { return };
        let before = table.rows.insert(id, Arc::new(row));
        self.journal.push(Undo { object: object.index, id, before });
    }

    /// Takes a row away for good.
    pub(crate) fn erase(&mut self, object: &Object, id: Id) {
        let Some(table) = self.tables.get_mut(object.index) else { return };
        if let Some(before) = table.rows.remove(&id) {
            self.journal.push(Undo { object: object.index, id, before: Some(before) });
        }
    }

    /// Puts a row in place that came from disk: nothing to undo or to write.
    pub(crate) fn load(&mut self, object: &Object, id: Id, row: Row) {
        if let Some(table) = self.tables.get_mut(object.index) {
            table.next = table.next.max(id.number() + 1);
            table.rows.insert(id, Arc::new(row));
        }
    }

    /// A place in the journal to go back to.
    pub(crate) fn mark(&self) -> usize {
        self.journal.len()
    }

    /// Undoes everything since the mark. Numbers already given out are not given again.
    pub(crate) fn rollback(&mut self, mark: usize) {
        while self.journal.len() > mark {
            let Some(undo) = self.journal.pop() else { return };
            if let Some(table) = self.tables.get_mut(undo.object) {
                match undo.before {
                    Some(row) => table.rows.insert(undo.id, row),
                    None => table.rows.remove(&undo.id),
                };
            }
        }
    }

    /// What the journal changed, each record once, as it stands now.
    pub(crate) fn touched(&self) -> Vec<Touched> {
        let mut ids: Vec<Id> = self.journal.iter().map(|undo| undo.id).collect();
        ids.sort_unstable();
        ids.dedup();
        ids.into_iter().map(|id| (id, self.row(id).cloned())).collect()
    }

    /// Forgets the journal: what it changed is durable.
    pub(crate) fn settle(&mut self) {
        self.journal.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::{Row, State};
    use crate::schema::system;
    use crate::value::Value;

    #[test]
    fn rolling_back_restores_new_changed_and_erased_rows() {
        let mut state = State::new().unwrap();
        let object = state.schema.object("Account").unwrap();
        let (id, _) = state.next_id(object).unwrap();
        let mut row = Row::empty(object);
        row.set(system::ID, Value::Id(id));
        row.put(object, "Name", Value::text("first"));
        state.store(object, row.clone());
        state.settle();
        let mark = state.mark();
        row.put(object, "Name", Value::text("second"));
        state.store(object, row.clone());
        state.erase(object, id);
        let (other, _) = state.next_id(object).unwrap();
        let mut new = Row::empty(object);
        new.set(system::ID, Value::Id(other));
        state.store(object, new);
        assert_eq!(state.touched().len(), 2);
        state.rollback(mark);
        assert_eq!(state.row(id).unwrap().named(object, "Name"), &Value::text("first"));
        assert!(state.row(other).is_none());
        assert!(state.touched().is_empty());
    }
}
