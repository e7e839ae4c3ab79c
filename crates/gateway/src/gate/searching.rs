//! Finding entries of the ledger.

use boundary::{Action, Facts, Principal, Purpose, UnixMillis, Verdict, words};
use ledger::ExportFormat;
use store::{Query, Subject};

use super::{Gate, Inner};
use crate::activity::Activity;
use crate::conversations::internal;
use crate::error::GateError;

/// Entries of one page.
const PAGE: usize = 500;
/// Words of one search.
const WORDS: usize = 20;

/// What is looked for. All that is given has to be true of an entry; empty texts ask for nothing.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// Words of names; for the compliance role also of prompts, answers, queries and values.
    pub text: String,
    /// Who acted: user name, name or pseudonym.
    pub person: String,
    /// A record that the data is about: its id.
    pub record: String,
    /// `Object` or `Object.Field`.
    pub field: String,
    /// A key's id or a session's short id.
    pub client: String,
    /// `allowed`, `refused`, `done`, `failed` or `unknown`.
    pub decision: String,
    /// The rule that decided.
    pub rule: String,
    /// A request, in every system.
    pub trace: String,
    /// Not before.
    pub from: Option<UnixMillis>,
    /// Before.
    pub until: Option<UnixMillis>,
    /// Entries below this index.
    pub before: Option<u64>,
    /// Entries, at most.
    pub limit: usize,
}

impl Gate {
    /// Finds entries, newest first. Auditors and the compliance role search everybody's, others
    /// their own. Words of what entries commit to are found by the compliance role alone; that
    /// they searched is recorded, without the words.
    pub async fn search(&self, who: &Principal, search: &Search) -> Result<Activity, GateError> {
        let inner = &self.0;
        let me = inner.person(who.person())?;
        let compliance = inner.is_compliance(who).await?;
        let everyone = compliance || inner.is_auditor(who).await?;
        // Who may find everybody's entries may hear who is not there.
        let mut query = inner.query(search, who.person().org(), compliance, everyone)?;
        if !everyone {
            query = query.with("actor", &me.pseudonym);
        }
        if compliance && !search.text.trim().is_empty() {
            let facts =
                Facts::new(Purpose::Access, Action::Disclose, Verdict::Done, &inner.act(who)?);
            inner.recorder.record(facts.rule("search")).await?;
        }
        let found = inner.store.index().search(inner.store.log(), &query).map_err(internal)?;
        let size = inner.recorder.sequencer().size();
        Ok(Activity {
            entries: inner.happenings(found.entries)?,
            older: found.older,
            size,
            unsearched: found.unsearched,
        })
    }

    /// The same entries as a file: `jsonl`, `csv`, `ocsf` or `cef`. For auditors and the compliance
    /// role; that they took it is recorded first.
    pub async fn export(
        &self,
        who: &Principal,
        search: &Search,
        format: &str,
    ) -> Result<Exported, GateError> {
        let inner = &self.0;
        let format = ExportFormat::named(format).ok_or_else(|| {
            GateError::invalid("`format` has to be jsonl, csv, ocsf or cef", Some("format"))
        })?;
        if !inner.is_compliance(who).await? && !inner.is_auditor(who).await? {
            return Err(GateError::NotYours("auditor"));
        }
        let mut query = inner.query(search, who.person().org(), false, true)?;
        query.count = search.limit;
        let facts = Facts::new(Purpose::Access, Action::Disclose, Verdict::Done, &inner.act(who)?);
        inner.recorder.record(facts.rule("export")).await?;
        let found = inner.store.index().search(inner.store.log(), &query).map_err(internal)?;
        let origin = inner.recorder.sequencer().verifying_keys().origin().to_owned();
        let mut text = format.head();
        for entry in &found.entries {
            text.push_str(&format.line(entry, &origin));
        }
        let (media_type, suffix) = (format.media_type(), format.suffix());
        Ok(Exported { media_type, suffix, text, older: found.older })
    }
}

/// Entries as a file.
#[derive(Clone, Debug)]
pub struct Exported {
    /// Its media type.
    pub media_type: &'static str,
    /// What its name ends with.
    pub suffix: &'static str,
    /// Its content.
    pub text: String,
    /// Index to go on from, when there may be more.
    pub older: Option<u64>,
}

impl Inner {
    fn query(
        &self,
        search: &Search,
        org: &str,
        said: bool,
        everyone: bool,
    ) -> Result<Query, GateError> {
        let decision = search.decision.trim();
        if !decision.is_empty() && !is_decision(decision) {
            let problem = format!(
                "`decision` is `{decision}`, expected allowed, refused, done, failed or unknown"
            );
            return Err(GateError::invalid(problem, Some("decision")));
        }
        let mut query = Query::new(search.limit.clamp(1, PAGE));
        (query.from, query.until, query.before) = (search.from, search.until, search.before);
        let marks = self.recorder.sealing().marks();
        for word in words(&search.text).take(WORDS) {
            let mark = said.then(|| marks.word(word));
            query = query.with_word(word, mark.as_ref());
        }
        let person = search.person.trim();
        if !person.is_empty() {
            let named = self.store.state().persons_named(person).map_err(internal)?;
            if named.is_empty() && everyone && !is_actor(person) {
                let problem = format!("nobody who has signed in is called `{person}`");
                return Err(GateError::invalid(problem, Some("person")));
            }
            let mut pseudonyms: Vec<String> = named.into_iter().map(|it| it.pseudonym).collect();
            // One who was erased is still known by the pseudonym that the reader has.
            pseudonyms.push(person.to_owned());
            query = query.with_any("actor", &pseudonyms);
        }
        let record = search.record.trim();
        if !record.is_empty() {
            let subject: Option<Subject> =
                self.store.sealed().marked(&marks.record(org, record)).map_err(internal)?;
            let subject = subject.map_or_else(|| record.to_owned(), |it| it.pseudonym);
            query = query.with("subject", &subject);
        }
        let field = search.field.trim();
        if !field.is_empty() {
            query = query.with(if field.contains('.') { "field" } else { "object" }, field);
        }
        for (kind, value) in [
            ("client", &search.client),
            ("decision", &search.decision),
            ("rule", &search.rule),
            ("trace", &search.trace),
        ] {
            if !value.trim().is_empty() {
                query = query.with(kind, value.trim());
            }
        }
        Ok(query)
    }
}

/// Whether entries have this decision.
pub fn is_decision(text: &str) -> bool {
    serde_json::from_value::<Verdict>(serde_json::Value::from(text)).is_ok()
}

/// Whether the text can be what entries call somebody: a pseudonym, or the gate and who works at its machine.
pub fn is_actor(text: &str) -> bool {
    let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    matches!(text, "gate" | "operator") || text.len() == 32 && text.bytes().all(hex)
}
