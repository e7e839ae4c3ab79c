//! The form in which a conversation is sealed. Private: `Masked` never gets `Deserialize`.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::own::{Word, Words};
use super::{Call, Conversation, Turn};
use crate::label::{Label, PersonId};
use crate::mask::Masked;
use crate::seal::{SealError, SealKey};
use crate::token::StoredTable;

#[derive(Serialize, Deserialize)]
struct StoredConversation {
    table: StoredTable,
    turns: Vec<StoredTurn>,
    /// Conversations that were sealed before it was kept have none.
    #[serde(default = "Label::lowest")]
    carried: Label,
    #[serde(default)]
    words: Vec<([u8; 32], StoredText)>,
}

#[derive(Serialize, Deserialize)]
struct StoredText {
    text: String,
    label: Label,
    tokens: u64,
}

#[derive(Serialize, Deserialize)]
enum StoredTurn {
    Client(StoredText),
    Person(StoredText),
    Model { text: StoredText, calls: Vec<(String, String, StoredText)> },
    Tool { call: String, name: String, result: StoredText },
}

pub(super) fn seal(
    conversation: &Conversation,
    key: &SealKey,
    nonce: [u8; 24],
) -> Result<Vec<u8>, SealError> {
    let stored = StoredConversation {
        table: (&conversation.table).into(),
        turns: conversation.turns.iter().map(|turn| store_turn(turn)).collect(),
        carried: conversation.carried.clone(),
        words: conversation.words.all().map(|it| (it.shown, store_text(&it.said))).collect(),
    };
    key.seal(&stored, &context(&conversation.id, &conversation.owner), nonce)
}

pub(super) fn open(
    id: &str,
    owner: &PersonId,
    sealed: &[u8],
    key: &SealKey,
) -> Result<Conversation, SealError> {
    let stored: StoredConversation = key.open(sealed, &context(id, owner))?;
    let mut words = Words::default();
    for (shown, said) in stored.words {
        words.keep(Word { shown, said: open_text(said) });
    }
    Ok(Conversation {
        id: id.to_owned(),
        owner: owner.clone(),
        table: stored.table.restore().ok_or(SealError::Decode)?,
        turns: stored.turns.into_iter().map(|turn| Arc::new(open_turn(turn))).collect(),
        carried: stored.carried,
        words,
    })
}

pub(super) fn seal_since(
    conversation: &mut Conversation,
    from: usize,
    key: &SealKey,
    nonce: [u8; 24],
) -> Result<Vec<u8>, SealError> {
    let context = since_context(conversation, from);
    key.seal(&StoredTable::since(&mut conversation.table, from), &context, nonce)
}

pub(super) fn seal_table(
    conversation: &Conversation,
    key: &SealKey,
    nonce: [u8; 24],
) -> Result<Vec<u8>, SealError> {
    key.seal(&StoredTable::from(&conversation.table), &since_context(conversation, 0), nonce)
}

pub(super) fn open_since(
    conversation: &mut Conversation,
    sealed: &[u8],
    key: &SealKey,
) -> Result<(), SealError> {
    let context = since_context(conversation, conversation.covered());
    let stored: StoredTable = key.open(sealed, &context)?;
    stored.append(&mut conversation.table).ok_or(SealError::Decode)
}

// INVARIANT: the place is part of what is sealed, so that parts cannot be left out or moved.
fn since_context(conversation: &Conversation, from: usize) -> String {
    format!("{}/from/{from}", context(&conversation.id, &conversation.owner))
}

fn context(id: &str, owner: &PersonId) -> String {
    format!("conversation/{}/{id}", owner.as_str())
}

fn store_turn(turn: &Turn) -> StoredTurn {
    match turn {
        Turn::Client(text) => StoredTurn::Client(store_text(text)),
        Turn::Person(text) => StoredTurn::Person(store_text(text)),
        Turn::Model { text, calls } => StoredTurn::Model {
            text: store_text(text),
            calls: calls
                .iter()
                .map(|call| (call.id.clone(), call.name.clone(), store_text(&call.arguments)))
                .collect(),
        },
        Turn::Tool { call, name, result } => {
            StoredTurn::Tool { call: call.clone(), name: name.clone(), result: store_text(result) }
        }
    }
}

fn open_turn(turn: StoredTurn) -> Turn {
    match turn {
        StoredTurn::Client(text) => Turn::Client(open_text(text)),
        StoredTurn::Person(text) => Turn::Person(open_text(text)),
        StoredTurn::Model { text, calls } => Turn::Model {
            text: open_text(text),
            calls: calls
                .into_iter()
                .map(|(id, name, arguments)| Call { id, name, arguments: open_text(arguments) })
                .collect(),
        },
        StoredTurn::Tool { call, name, result } => {
            Turn::Tool { call, name, result: open_text(result) }
        }
    }
}

fn store_text(masked: &Masked) -> StoredText {
    StoredText {
        text: masked.as_str().to_owned(),
        label: masked.label().clone(),
        tokens: masked.tokens(),
    }
}

fn open_text(stored: StoredText) -> Masked {
    Masked::of_treated(stored.text, stored.label, stored.tokens)
}
