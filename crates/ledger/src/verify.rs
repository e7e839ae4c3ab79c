//! Checks a whole log, trusting nothing but the verifier keys.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use boundary::{Action, Facts, Purpose, Verdict};
use sha2::{Digest as _, Sha256};
use tlog_tiles::tlog::Hash;

use crate::kept::KeptHead;
use crate::tree::{Tree, leaf_of};
use crate::{
    Envelope, Flaw, Head, KeptCheckpoint, LedgerError, LogReader, Parts, Row, VerifyingKeys,
};

/// Entries or checkpoints read in one go.
const CHUNK: usize = 1024;

const NOTHING_ANSWERED: &str = "is an outcome, but answers neither an intent nor a release";

/// What a log that adds up holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Entries checked.
    pub size: u64,
    /// Root of the tree over them, in base64.
    pub root: String,
    /// Checkpoints checked, those from elsewhere included.
    pub checkpoints: u64,
    /// Entries under the last checkpoint.
    pub signed: u64,
    /// Intents and releases that have no outcome: under way, or cut off by a crash.
    pub open: Vec<u64>,
    /// Those of which nobody knows what came.
    pub unknown: Vec<u64>,
    /// Sealed parts that entries commit to.
    pub sealed: u64,
    /// Those of them that were destroyed by a recorded erasure; `None` when there were no parts to look at, as in a copy.
    pub erased: Option<u64>,
    /// Entries below this index were pruned, which the log records; of them the hashes were checked.
    pub minimum: u64,
}

/// The rule that stands with the entry about a pruning, whose count of rows is the minimum index.
pub const PRUNE: &str = "prune";

/// Checks every entry, every checkpoint and every link from an outcome to what it is the outcome of.
///
/// `elsewhere` are checkpoints of the same log that were kept where its keeper cannot change them: by
/// a witness, in a write-once copy, in an e-mail. A log that was rewritten and signed again is
/// consistent with itself, and only they tell. Stops at the first flaw.
pub fn verify(
    reader: &dyn LogReader,
    keys: &VerifyingKeys,
    elsewhere: &[KeptCheckpoint],
) -> Result<Report, LedgerError> {
    verify_tree(reader, keys, elsewhere, None).map(|(report, _)| report)
}

/// The same, and every sealed part against the entry that commits to it. One that is not there must
/// have been destroyed by an erasure that the log records.
pub fn verify_sealed(
    reader: &dyn LogReader,
    parts: &dyn Parts,
    keys: &VerifyingKeys,
    elsewhere: &[KeptCheckpoint],
) -> Result<Report, LedgerError> {
    verify_tree(reader, keys, elsewhere, Some(parts)).map(|(report, _)| report)
}

pub(crate) fn verify_tree(
    reader: &dyn LogReader,
    keys: &VerifyingKeys,
    elsewhere: &[KeptCheckpoint],
    parts: Option<&dyn Parts>,
) -> Result<(Report, Tree), LedgerError> {
    let mut heads = Heads::open(reader, keys, elsewhere)?;
    let mut minimum = reader.minimum()?;
    let mut pairing = Pairing { minimum, ..Pairing::default() };
    let mut recorded = 0;
    let mut sealing = Sealing::new(parts);
    let mut tree = Tree::default();
    loop {
        while tree.size() < reader.size()? {
            if tree.size() < minimum {
                let left = usize::try_from(minimum - tree.size()).unwrap_or(CHUNK).min(CHUNK);
                let leaves = reader.leaves(tree.size(), left)?;
                if leaves.is_empty() {
                    return Err(Flaw::Missing(tree.size()).into());
                }
                for leaf in leaves {
                    heads.compare(&tree)?;
                    tree.push(leaf)?;
                }
                continue;
            }
            let rows = reader.rows(tree.size(), CHUNK)?;
            if rows.first().is_none_or(|row| row.index != tree.size()) {
                // A gate beside may have pruned since the minimum was read.
                let found = reader.minimum()?;
                if found <= tree.size() {
                    return Err(Flaw::Missing(tree.size()).into());
                }
                (minimum, pairing.minimum) = (found, found);
                continue;
            }
            for row in rows {
                heads.compare(&tree)?;
                let envelope = check_row(&row, tree.size())?;
                recorded = recorded.max(pruned_by(&envelope.facts));
                pairing.take(tree.size(), &envelope.facts, reader)?;
                sealing.take(&envelope)?;
                tree.push(row.leaf)?;
            }
        }
        heads.compare(&tree)?;
        let Some(cut) = heads.ahead(tree.size()) else { break };
        // The gate may be running: entries came, and were signed for, after the last look.
        if reader.size()? == tree.size() {
            return Err(cut.into());
        }
    }
    if recorded < minimum {
        return Err(Flaw::Pruned { minimum, recorded }.into());
    }
    let (unknown, open) = pairing.open.into_iter().partition::<Vec<_>, _>(|(_, tried)| *tried);
    let (sealed, erased) = sealing.finish(recorded)?;
    let index = |(index, _)| index;
    let report = Report {
        size: tree.size(),
        root: tree.root()?.to_string(),
        checkpoints: heads.compared,
        signed: heads.last,
        open: open.into_iter().map(index).collect(),
        unknown: unknown.into_iter().map(index).collect(),
        sealed,
        erased,
        minimum,
    };
    Ok((report, tree))
}

/// The minimum index that an entry states before what is below it is dropped.
fn pruned_by(facts: &Facts) -> u64 {
    let stated =
        facts.action == Action::Erase && facts.purpose == Purpose::Intent && facts.rule == PRUNE;
    if stated { facts.counts.rows } else { 0 }
}

impl Row {
    /// The entry, once it was found to be the one whose hash is in the tree. Whoever shows, finds or sends
    /// entries reads them so: what was altered in the storage is told to nobody as the record.
    pub fn entry(&self) -> Result<Envelope, Flaw> {
        check_row(self, self.index)
    }
}

/// Checks one stored entry by itself.
pub(crate) fn check_row(row: &Row, index: u64) -> Result<Envelope, Flaw> {
    if row.index != index {
        return Err(Flaw::Missing(index));
    }
    if leaf_of(&row.body) != row.leaf {
        return Err(Flaw::Altered(index));
    }
    let envelope = Envelope::parse(&row.body).map_err(|reason| Flaw::Form { index, reason })?;
    if envelope.seq != index {
        return Err(Flaw::Displaced { index, says: envelope.seq });
    }
    let misfiled = |column| Flaw::Misfiled { index, column };
    if envelope.time != row.time {
        return Err(misfiled("time"));
    }
    if envelope.facts.actor != row.actor {
        return Err(misfiled("actor"));
    }
    Ok(envelope)
}

/// Compares a tree that has just reached a signed size with what was signed. At `good` entries
/// it was still right.
pub(crate) fn compare(tree: &Tree, signed: Head, good: u64) -> Result<(), LedgerError> {
    if tree.size() != signed.size {
        return Ok(());
    }
    Ok(compare_root(tree.root()?, signed, good)?)
}

/// The same of a root that was computed before.
pub(crate) fn compare_root(held: Hash, signed: Head, good: u64) -> Result<(), Flaw> {
    if held.0 == signed.root {
        return Ok(());
    }
    let signed_root = Hash(signed.root).to_string();
    Err(Flaw::Root { good, size: signed.size, signed: signed_root, held: held.to_string() })
}

/// Every signed head, met in the order of size while the tree grows.
struct Heads<'a> {
    reader: &'a dyn LogReader,
    keys: &'a VerifyingKeys,
    /// Stored ones, ahead of the tree; read in chunks, for a busy log has one for each second.
    stored: std::vec::IntoIter<crate::StoredCheckpoint>,
    skip: u64,
    next: Option<Head>,
    elsewhere: std::iter::Peekable<std::vec::IntoIter<KeptHead>>,
    good: u64,
    /// The largest size at which one from elsewhere fitted.
    kept_good: u64,
    last: u64,
    compared: u64,
}

impl<'a> Heads<'a> {
    fn open(
        reader: &'a dyn LogReader,
        keys: &'a VerifyingKeys,
        elsewhere: &[KeptCheckpoint],
    ) -> Result<Self, LedgerError> {
        let known = KeptHead::open_all(keys, elsewhere)?;
        let mut heads = Self {
            reader,
            keys,
            stored: Vec::new().into_iter(),
            skip: 0,
            next: None,
            elsewhere: known.into_iter().peekable(),
            good: 0,
            kept_good: 0,
            last: 0,
            compared: 0,
        };
        heads.advance()?;
        if heads.next.is_none() {
            return Err(Flaw::Unsigned.into());
        }
        Ok(heads)
    }

    fn advance(&mut self) -> Result<(), LedgerError> {
        if self.stored.len() == 0 {
            self.stored = self.reader.checkpoints(self.skip, CHUNK)?.into_iter();
            self.skip += self.stored.len() as u64;
        }
        self.next = match self.stored.next() {
            None => None,
            Some(stored) => {
                let head = self.keys.open_stored(&stored)?;
                if head.size < self.last {
                    let reason = format!("it was stored after one for {} entries", self.last);
                    return Err(Flaw::Checkpoint { size: head.size, reason }.into());
                }
                self.last = head.size;
                Some(head)
            }
        };
        Ok(())
    }

    fn compare(&mut self, tree: &Tree) -> Result<(), LedgerError> {
        while let Some(head) = self.next.filter(|head| head.size == tree.size()) {
            compare(tree, head, self.good)?;
            (self.good, self.compared) = (head.size, self.compared + 1);
            self.advance()?;
        }
        while let Some(kept) = self.elsewhere.next_if(|kept| kept.head.size == tree.size()) {
            // That the log's own checkpoints fit says nothing here: who rewrote it may have signed them, too.
            kept.compare(tree.root()?, self.kept_good)?;
            (self.kept_good, self.compared) = (kept.head.size, self.compared + 1);
        }
        Ok(())
    }

    /// What is wrong when the log ends at `held`, because a head lies ahead.
    fn ahead(&mut self, held: u64) -> Option<Flaw> {
        let stored = self.next.map(|head| Flaw::Cut { signed: head.size, held });
        stored.or_else(|| self.elsewhere.peek().map(|kept| kept.cut(held)))
    }
}

/// Holds sealed parts against the entries that commit to them.
struct Sealing<'a> {
    parts: Option<&'a dyn Parts>,
    sealed: u64,
    /// Entry and kind of the parts that are not there, by the subject whose key sealed them.
    missing: BTreeMap<String, Vec<(u64, String)>>,
    /// Subjects whose erasure the log records.
    erased: BTreeSet<String>,
    /// Subjects whose key is there.
    known: HashSet<String>,
    /// The last entry that names each subject whose key is not.
    gone: BTreeMap<String, u64>,
}

impl<'a> Sealing<'a> {
    fn new(parts: Option<&'a dyn Parts>) -> Self {
        Self {
            parts,
            sealed: 0,
            missing: BTreeMap::new(),
            erased: BTreeSet::new(),
            known: HashSet::new(),
            gone: BTreeMap::new(),
        }
    }

    fn take(&mut self, envelope: &Envelope) -> Result<(), LedgerError> {
        let Envelope { seq, facts, annex, .. } = envelope;
        // The intent counts: parts are gone before the outcome is written.
        if facts.action == Action::Erase && facts.purpose == Purpose::Intent {
            self.erased.extend(annex.subjects.iter().cloned());
        }
        self.sealed += annex.sealed.len() as u64;
        let Some(parts) = self.parts else { return Ok(()) };
        // What was done to somebody's data names those who have no key, too.
        let done_to = matches!(facts.action, Action::Erase | Action::Hold | Action::Disclose);
        let about = annex.subjects.iter().filter(|_| !done_to);
        for subject in about.chain(annex.sealed.iter().map(|part| &part.key)) {
            if self.known.contains(subject) {
                continue;
            }
            if parts.has_key(subject)? {
                self.known.insert(subject.clone());
            } else {
                self.gone.insert(subject.clone(), *seq);
            }
        }
        for commitment in &annex.sealed {
            match parts.part(&commitment.sha256)? {
                Some(bytes) if hex::encode(Sha256::digest(&bytes)) == commitment.sha256 => {}
                Some(_) => {
                    let part = commitment.part.clone();
                    return Err(Flaw::Part { index: *seq, part, what: "was altered" }.into());
                }
                None => {
                    let of = self.missing.entry(commitment.key.clone()).or_default();
                    of.push((*seq, commitment.part.clone()));
                }
            }
        }
        Ok(())
    }

    /// Parts of entries below `pruned` go first when these are pruned.
    fn finish(self, pruned: u64) -> Result<(u64, Option<u64>), LedgerError> {
        if self.parts.is_none() {
            return Ok((self.sealed, None));
        }
        let unexplained =
            |(subject, index): &(String, u64)| *index >= pruned && !self.erased.contains(subject);
        let gone = self.gone.into_iter().filter(unexplained).min_by_key(|(_, index)| *index);
        let mut erased = 0;
        let mut lost = Vec::new();
        for (subject, of) in self.missing {
            if self.erased.contains(&subject) {
                erased += of.len() as u64;
            } else {
                let (gone, missing): (Vec<_>, Vec<_>) =
                    of.into_iter().partition(|(index, _)| *index < pruned);
                erased += gone.len() as u64;
                lost.extend(missing);
            }
        }
        match (lost.into_iter().min(), gone) {
            (Some((index, part)), _) => Err(Flaw::Part { index, part, what: "is missing" }.into()),
            (None, Some((pseudonym, index))) => Err(Flaw::Subject { index, pseudonym }.into()),
            (None, None) => Ok((self.sealed, Some(erased))),
        }
    }
}

/// Pairs outcomes with the intents and releases they answer.
#[derive(Default)]
struct Pairing {
    /// What stands below was pruned and cannot be looked at.
    minimum: u64,
    /// Those without a final outcome; `true` for those whose outcome is that nobody knows.
    open: BTreeMap<u64, bool>,
    /// The last intent for each proposal.
    proposals: BTreeMap<String, u64>,
}

impl Pairing {
    fn take(
        &mut self,
        index: u64,
        facts: &Facts,
        reader: &dyn LogReader,
    ) -> Result<(), LedgerError> {
        let unpaired = |reason| Err(Flaw::Unpaired { index, reason }.into());
        if facts.link.is_some_and(|link| link >= index) {
            return unpaired("answers an entry that does not come before it");
        }
        match facts.purpose {
            // The release of an answer is an intent too: words are about to leave.
            Purpose::Intent | Purpose::Release => {
                self.open.insert(index, false);
                // A notice about a proposal is no intent to write it.
                let writes = facts.action != Action::Notify;
                if let Some(proposal) = facts.proposal.as_ref().filter(|_| writes) {
                    self.proposals.insert(proposal.clone(), index);
                }
                return Ok(());
            }
            Purpose::Outcome => {}
            _ => return Ok(()),
        }
        let Some(intent) = facts.link else {
            return match &facts.proposal {
                // A gate that starts after a crash knows which write was cut off, and neither
                // where its intent stands nor whether it came to one.
                Some(proposal) => {
                    if let Some(tried) =
                        self.proposals.get(proposal).and_then(|intent| self.open.get_mut(intent))
                    {
                        *tried = true;
                    }
                    Ok(())
                }
                None => unpaired(NOTHING_ANSWERED),
            };
        };
        if intent < self.minimum {
            return Ok(());
        }
        match self.open.get_mut(&intent) {
            Some(tried) if facts.verdict == Verdict::Unknown => *tried = true,
            Some(_) => {
                self.open.remove(&intent);
            }
            None => {
                let row = reader.rows(intent, 1)?.pop().ok_or(Flaw::Missing(intent))?;
                if row.index != intent && reader.minimum()? > intent {
                    return Ok(());
                }
                return match check_row(&row, intent)?.facts.purpose {
                    Purpose::Intent | Purpose::Release => {
                        unpaired("answers an entry that has its outcome")
                    }
                    _ => unpaired(NOTHING_ANSWERED),
                };
            }
        }
        Ok(())
    }
}
