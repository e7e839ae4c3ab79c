//! The form in which a proposal is sealed. Private: `Proposal` never gets `Deserialize`.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use zeroize::Zeroizing;

use super::risk::{Mark, ReadBefore};
use super::{Change, Operation, Proposal};
use crate::entry::UnixMillis;
use crate::foreign::Via;
use crate::label::PersonId;
use crate::seal::{SealError, SealKey};

#[derive(Serialize, Deserialize)]
struct StoredProposal {
    door: String,
    client: String,
    create: bool,
    /// Later than proposals that may still be waiting.
    #[serde(default)]
    delete: bool,
    object: String,
    record: Option<String>,
    name: Option<String>,
    changes: Vec<(String, Option<Value>, Value)>,
    body: Vec<u8>,
    version: Option<String>,
    policy: String,
    tainted: bool,
    created: UnixMillis,
    expires: UnixMillis,
    salt: [u8; 16],
    replaces: Option<String>,
    said: String,
    // Not in proposals of earlier versions.
    #[serde(default)]
    marks: Vec<Mark>,
    #[serde(default)]
    read: Vec<ReadBefore>,
    #[serde(default)]
    batch: String,
    #[serde(default)]
    undoes: Option<String>,
    #[serde(default)]
    lost: Vec<String>,
    #[serde(default)]
    via: Option<Via>,
}

pub(super) fn seal(
    proposal: &Proposal,
    key: &SealKey,
    nonce: [u8; 24],
) -> Result<Vec<u8>, SealError> {
    let changes = proposal.changes.iter();
    let stored = StoredProposal {
        door: proposal.door.clone(),
        client: proposal.client.clone(),
        create: proposal.operation == Operation::Create,
        delete: proposal.operation == Operation::Delete,
        object: proposal.object.clone(),
        record: proposal.record.clone(),
        name: proposal.name.clone(),
        changes: changes.map(|it| (it.field.clone(), it.old.clone(), it.new.clone())).collect(),
        body: proposal.body.to_vec(),
        version: proposal.version.clone(),
        policy: proposal.policy.clone(),
        tainted: proposal.tainted,
        created: proposal.created,
        expires: proposal.expires,
        salt: proposal.salt,
        replaces: proposal.replaces.clone(),
        said: proposal.said.clone(),
        marks: proposal.changes.iter().map(|it| it.mark.clone()).collect(),
        read: proposal.read.clone(),
        batch: proposal.batch.clone(),
        undoes: proposal.undoes.clone(),
        lost: proposal.lost.clone(),
        via: proposal.via.clone(),
    };
    key.seal(&stored, &context(&proposal.id, &proposal.owner), nonce)
}

pub(super) fn open(
    id: &str,
    owner: &PersonId,
    sealed: &[u8],
    key: &SealKey,
) -> Result<Proposal, SealError> {
    let stored: StoredProposal = key.open(sealed, &context(id, owner))?;
    let call = called(&stored);
    let marks = stored.marks.into_iter().chain(std::iter::repeat_with(Mark::default));
    let changes = stored.changes.into_iter().zip(marks);
    Ok(Proposal {
        id: id.to_owned(),
        owner: owner.clone(),
        door: stored.door,
        client: stored.client,
        operation: match (stored.create, stored.delete) {
            _ if call => Operation::Call,
            (true, _) => Operation::Create,
            (false, true) => Operation::Delete,
            (false, false) => Operation::Update,
        },
        object: stored.object,
        record: stored.record,
        name: stored.name,
        changes: changes
            .map(|((field, old, new), mark)| Change { field, old, new, mark })
            .collect(),
        body: Zeroizing::new(stored.body),
        version: stored.version,
        policy: stored.policy,
        tainted: stored.tainted,
        created: stored.created,
        expires: stored.expires,
        salt: stored.salt,
        replaces: stored.replaces,
        said: stored.said,
        read: stored.read,
        batch: stored.batch,
        undoes: stored.undoes,
        lost: stored.lost,
        via: stored.via,
    })
}

/// A call of a foreign tool has no other object than the tool.
fn called(stored: &StoredProposal) -> bool {
    stored.via.as_ref().is_some_and(|via| via.name() == stored.object)
}

fn context(id: &str, owner: &PersonId) -> String {
    format!("proposal/{}/{id}", owner.as_str())
}
