//! Conversations, sealed, each save on top of the one it was read from.

use boundary::{PersonId, UnixMillis};

use crate::database::signed;
use crate::sql::{Row, values};
use crate::{State, StoreError};

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

const COLUMNS: &str = "id, person, version, title, sealed, updated";

impl Conversations for State {
    fn conversation(
        &self,
        id: &str,
        person: &PersonId,
    ) -> Result<Option<Conversation>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM conversations WHERE id = ?1 AND person = ?2");
        self.sql.first(&sql, values![id, person], read)
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
        let values = values![id, person, *version, title, sealed, *updated];
        Ok(self.sql.change(sql, values)? > 0)
    }

    fn conversations(
        &self,
        person: &PersonId,
        page: &Page,
    ) -> Result<Vec<ConversationHead>, StoreError> {
        let (time, id, count) = page.bounds();
        self.sql.all(
            "SELECT id, title, updated FROM conversations
             WHERE person = ?1 AND (updated, id) < (?2, ?3)
             ORDER BY updated DESC, id DESC LIMIT ?4",
            values![person, time, id, count],
            |row| {
                let (id, title) = (row.text(0)?, row.bytes(1)?);
                Ok(ConversationHead { id, title, updated: row.millis(2)? })
            },
        )
    }

    fn every_conversation(
        &self,
        after: &str,
        count: usize,
    ) -> Result<Vec<Conversation>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM conversations WHERE id > ?1 ORDER BY id LIMIT ?2");
        self.sql.all(&sql, values![after, count as u64], read)
    }

    fn delete_conversations_before(&self, moment: UnixMillis) -> Result<usize, StoreError> {
        let sql = "DELETE FROM conversations WHERE updated < ?1";
        let deleted = self.sql.change(sql, values![moment])?;
        if deleted > 0 {
            self.sql.scrub()?;
        }
        Ok(deleted)
    }

    fn delete_conversation(&self, id: &str, person: &PersonId) -> Result<bool, StoreError> {
        let sql = "DELETE FROM conversations WHERE id = ?1 AND person = ?2";
        let deleted = self.sql.change(sql, values![id, person])?;
        self.sql.scrub()?;
        Ok(deleted > 0)
    }
}

fn read(row: &Row) -> Result<Conversation, StoreError> {
    Ok(Conversation {
        id: row.text(0)?,
        person: row.person(1, "conversations")?,
        version: row.count(2)?,
        title: row.bytes(3)?,
        sealed: row.bytes(4)?,
        updated: row.millis(5)?,
    })
}
