//! Conversations, sealed, each save on top of the one it was read from.

use boundary::{PersonId, UnixMillis};
use rusqlite::{OptionalExtension, params};

use crate::database::{millis, signed, unsigned};
use crate::state::scrub;
use crate::{SqliteState, StoreError};

/// A conversation, its content sealed.
#[derive(Clone, PartialEq, Eq)]
pub struct Conversation {
    /// Its id.
    pub id: String,
    /// Whose it is.
    pub person: PersonId,
    /// Rises with every save; 0 before the first.
    pub version: u64,
    /// The sealed title.
    pub title: Vec<u8>,
    /// The sealed content: messages and the table of tokens.
    pub sealed: Vec<u8>,
    /// When it was last saved.
    pub updated: UnixMillis,
}

/// A conversation in a list.
#[derive(Clone, PartialEq, Eq)]
pub struct ConversationHead {
    /// Its id.
    pub id: String,
    /// The sealed title.
    pub title: Vec<u8>,
    /// When it was last saved.
    pub updated: UnixMillis,
}

/// A page of a list that is ordered newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// Time and id of the last row of the page before; `None` for the first page.
    pub after: Option<(UnixMillis, String)>,
    /// Rows, at most.
    pub count: usize,
}

impl Page {
    /// The first page.
    pub fn first(count: usize) -> Self {
        Self { after: None, count }
    }

    /// The page after this row.
    pub fn after(time: UnixMillis, id: &str, count: usize) -> Self {
        Self { after: Some((time, id.to_owned())), count }
    }

    /// Time, id and count for `(time, id) < (?, ?) .. LIMIT ?`.
    pub(crate) fn bounds(&self) -> (i64, &str, i64) {
        let (time, id) = match &self.after {
            Some((time, id)) => (signed(time.0), id.as_str()),
            None => (i64::MAX, ""),
        };
        (time, id, signed(self.count as u64))
    }
}

impl std::fmt::Debug for Conversation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Conversation({}, version {})", self.id, self.version)
    }
}

impl std::fmt::Debug for ConversationHead {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ConversationHead({})", self.id)
    }
}

/// Conversations. Every call names the person: nobody reaches another's by an id.
pub trait Conversations {
    /// A person's conversation.
    fn conversation(&self, id: &str, person: &PersonId)
    -> Result<Option<Conversation>, StoreError>;

    /// Saves a conversation that was read at `conversation.version` (0: a new one). `false` when
    /// somebody saved it meanwhile or the id is taken: its table of tokens would be lost, so read it again.
    fn save_conversation(&self, conversation: &Conversation) -> Result<bool, StoreError>;

    /// A person's conversations, the last saved first.
    fn conversations(
        &self,
        person: &PersonId,
        page: &Page,
    ) -> Result<Vec<ConversationHead>, StoreError>;

    /// Conversations of everybody, by id, those after this one: for the gate itself, to forget a
    /// person in all of them.
    fn every_conversation(
        &self,
        after: &str,
        count: usize,
    ) -> Result<Vec<Conversation>, StoreError>;

    /// Destroys every conversation that was last saved before this moment; nothing of them stays
    /// in the files. How many there were.
    fn delete_conversations_before(&self, moment: UnixMillis) -> Result<usize, StoreError>;

    /// Destroys a conversation; nothing of it stays in the files. Whether there was one.
    fn delete_conversation(&self, id: &str, person: &PersonId) -> Result<bool, StoreError>;
}

impl Conversations for SqliteState {
    fn conversation(
        &self,
        id: &str,
        person: &PersonId,
    ) -> Result<Option<Conversation>, StoreError> {
        let found = self
            .connection()
            .prepare_cached(
                "SELECT version, title, sealed, updated FROM conversations
                 WHERE id = ?1 AND person = ?2",
            )?
            .query_row(params![id, person.as_str()], |row| {
                Ok(Conversation {
                    id: id.to_owned(),
                    person: person.clone(),
                    version: unsigned(row.get(0)?),
                    title: row.get(1)?,
                    sealed: row.get(2)?,
                    updated: millis(row.get(3)?),
                })
            })
            .optional()?;
        Ok(found)
    }

    fn save_conversation(&self, conversation: &Conversation) -> Result<bool, StoreError> {
        let Conversation { id, person, version, title, sealed, updated } = conversation;
        let sql = if *version == 0 {
            "INSERT INTO conversations (id, person, version, title, sealed, updated)
             VALUES (?1, ?2, ?3 + 1, ?4, ?5, ?6) ON CONFLICT DO NOTHING"
        } else {
            "UPDATE conversations SET version = ?3 + 1, title = ?4, sealed = ?5, updated = ?6
             WHERE id = ?1 AND person = ?2 AND version = ?3"
        };
        let saved = self.connection().prepare_cached(sql)?.execute(params![
            id,
            person.as_str(),
            signed(*version),
            title,
            sealed,
            signed(updated.0)
        ])?;
        Ok(saved > 0)
    }

    fn conversations(
        &self,
        person: &PersonId,
        page: &Page,
    ) -> Result<Vec<ConversationHead>, StoreError> {
        let (time, id, count) = page.bounds();
        let heads = self
            .connection()
            .prepare_cached(
                "SELECT id, title, updated FROM conversations
                 WHERE person = ?1 AND (updated, id) < (?2, ?3)
                 ORDER BY updated DESC, id DESC LIMIT ?4",
            )?
            .query_map(params![person.as_str(), time, id, count], |row| {
                Ok(ConversationHead {
                    id: row.get(0)?,
                    title: row.get(1)?,
                    updated: millis(row.get(2)?),
                })
            })?
            .collect::<Result<_, _>>()?;
        Ok(heads)
    }

    fn every_conversation(
        &self,
        after: &str,
        count: usize,
    ) -> Result<Vec<Conversation>, StoreError> {
        let found = self
            .connection()
            .prepare_cached(
                "SELECT id, person, version, title, sealed, updated FROM conversations
                 WHERE id > ?1 ORDER BY id LIMIT ?2",
            )?
            .query_map(params![after, signed(count as u64)], |row| {
                let person: String = row.get(1)?;
                Ok((person, row.get(0)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?))
            })?
            .collect::<Result<Vec<(String, String, i64, Vec<u8>, Vec<u8>, i64)>, _>>()?;
        let whole =
            found.into_iter().filter_map(|(person, id, version, title, sealed, updated)| {
                let (person, version) = (PersonId::parse(&person)?, unsigned(version));
                Some(Conversation { id, person, version, title, sealed, updated: millis(updated) })
            });
        Ok(whole.collect())
    }

    fn delete_conversations_before(&self, moment: UnixMillis) -> Result<usize, StoreError> {
        let connection = self.connection();
        let deleted = connection
            .execute("DELETE FROM conversations WHERE updated < ?1", [signed(moment.0)])?;
        if deleted > 0 {
            scrub(&connection)?;
        }
        Ok(deleted)
    }

    fn delete_conversation(&self, id: &str, person: &PersonId) -> Result<bool, StoreError> {
        let connection = self.connection();
        let deleted = connection.execute(
            "DELETE FROM conversations WHERE id = ?1 AND person = ?2",
            params![id, person.as_str()],
        )?;
        scrub(&connection)?;
        Ok(deleted > 0)
    }
}
