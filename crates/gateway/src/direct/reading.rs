//! Reads of a client: planned, authorised, counted, treated, cleared, recorded, handed over.

use std::sync::atomic::Ordering;

use boundary::{Action, Facts, Handover, Verdict};

use super::budget::Reserved;
use super::cursors::Next;
use super::objects::unknown_object;
use super::{DirectAnswer, MOST_TOKENS, Said, Session, opened};
use crate::acting::{Found, Refused};
use crate::config::{AfterOutsiders, Guesses};
use crate::conversations::internal;
use crate::error::GateError;
use crate::flow::searchable;
use crate::plan::{
    Against, Asked, Plan, ReadRefusal, nameable, plan_query, plan_recent, plan_search, plan_sosl,
    refuse_guesses,
};

/// Most records of the list of what was looked at last, as Salesforce has it.
const MOST_RECENT: u16 = 200;

impl Session {
    pub(super) async fn query(
        &self,
        soql: &str,
        deleted: bool,
        page: Option<u16>,
    ) -> Result<DirectAnswer, GateError> {
        let guesses = self.terms.guesses;
        self.planned(page, |against| {
            let plan = plan_query(soql, against)?;
            if guesses == Guesses::Refuse {
                refuse_guesses(&plan, against.schema, against.matrix)?;
            }
            Ok(if deleted { Plan { asked: Asked::QueryAll, ..plan } } else { plan })
        })
        .await
    }

    pub(super) async fn more(
        &self,
        cursor: &str,
        page: Option<u16>,
    ) -> Result<DirectAnswer, GateError> {
        let Some(next) = self.inner.cursors.at(&self.who, cursor, self.inner.now()) else {
            let refused = Refused::new("INVALID_QUERY_LOCATOR", "invalid query locator");
            return self.refuse(Action::Read, refused.by("request")).await;
        };
        let Some(reserved) = self.reserve() else { return self.no_rows_left().await };
        self.read(next.plan, next.before, reserved, page).await
    }

    pub(super) async fn sosl(&self, sosl: &str) -> Result<DirectAnswer, GateError> {
        let known = searchable(&self.view, Vec::new());
        self.planned(None, |against| plan_sosl(sosl, &known, against)).await
    }

    pub(super) async fn find(
        &self,
        words: &str,
        objects: Vec<String>,
    ) -> Result<DirectAnswer, GateError> {
        let objects = searchable(&self.view, objects);
        self.planned(None, |against| plan_search(words, &objects, against)).await
    }

    pub(super) async fn recent(&self, most: u16) -> Result<DirectAnswer, GateError> {
        self.planned(None, |against| {
            let rows = u16::try_from(against.rows).unwrap_or(u16::MAX);
            Ok(plan_recent(most.min(rows).clamp(1, MOST_RECENT), against))
        })
        .await
    }

    /// The records with this value in this field: every field that may be read, or those named.
    pub(super) async fn record(
        &self,
        object: &str,
        field: &str,
        value: &str,
        fields: Option<&[String]>,
    ) -> Result<DirectAnswer, GateError> {
        let Some(known) = self.object(object) else {
            return self.refuse(Action::Read, unknown_object(object)).await;
        };
        let plain = |name: &&String| soql::FieldPath::parse(name).is_some();
        if let Some(strange) = fields.unwrap_or_default().iter().find(|it| !plain(it)) {
            let message =
                format!("No such column '{}'", strange.chars().take(80).collect::<String>());
            let refused = Refused::new("INVALID_FIELD", message).by("request");
            return self.refuse(Action::Read, refused).await;
        }
        if soql::Name::new(field).is_none() {
            let message = "the name of the field is not one";
            let refused = Refused::new("INVALID_FIELD", message).by("request");
            return self.refuse(Action::Read, refused).await;
        }
        let name = &known.schema.summary.name;
        let wanted = match fields {
            Some(fields) if !fields.is_empty() => fields.join(", "),
            _ => {
                let names = known.fields.iter().map(|it| it.schema.name.as_str());
                names.collect::<Vec<_>>().join(", ")
            }
        };
        let soql = format!("SELECT {wanted} FROM {name} WHERE {field} = {}", quoted(value));
        self.query(&soql, false, None).await
    }

    async fn planned(
        &self,
        page: Option<u16>,
        plan: impl FnOnce(Against<'_>) -> Result<Plan, ReadRefusal>,
    ) -> Result<DirectAnswer, GateError> {
        let Some(reserved) = self.reserve() else { return self.no_rows_left().await };
        let planned = {
            let matrix = self.inner.matrix();
            let acting = self.acting();
            let against = acting.against(&matrix, reserved.rows);
            plan(Against { clearance: Some(&self.terms.clearance), ..against })
        };
        match planned {
            Ok(plan) => self.read(plan, 0, reserved, page).await,
            Err(refusal) => self.refuse(Action::Read, refusal.into()).await,
        }
    }

    /// Every row that the request and the client's hour still have.
    pub(super) fn reserve(&self) -> Option<Reserved<'_>> {
        let left = self.rows_left.load(Ordering::Acquire);
        let (client, most) = (self.budget_key(), self.terms.rows_per_hour);
        self.inner.budgets.reserve(&client, left, most, self.inner.now())
    }

    pub(super) async fn no_rows_left(&self) -> Result<DirectAnswer, GateError> {
        let message = "the rows that this client may read are used up";
        let refused = Refused::new("REQUEST_LIMIT_EXCEEDED", message).by("row-budget");
        self.refuse(Action::Read, refused).await
    }

    async fn read(
        &self,
        plan: Plan,
        before: u64,
        mut reserved: Reserved<'_>,
        page: Option<u16>,
    ) -> Result<DirectAnswer, GateError> {
        let acting = self.acting();
        // Tokens are resolved now and made later; in between others may speak.
        let authorised = {
            let mut guard = self.open().await?;
            let conversation = &opened(&mut guard)?.conversation;
            let after_outsiders = self.terms.after_outsiders == AfterOutsiders::Refuse;
            if after_outsiders && conversation.label().is_tainted() {
                Err(after_outsiders_text())
            } else if conversation.covered() >= MOST_TOKENS {
                let message = "this conversation has too many tokens; name another one";
                Err(Refused::new("REQUEST_LIMIT_EXCEEDED", message).by("tokens"))
            } else {
                acting.authorise(&plan, conversation)
            }
        };
        let (lookup, entry) = match authorised {
            Ok(authorised) => authorised,
            Err(refused) => return self.refuse(Action::Read, refused).await,
        };
        let page = page.map(|rows| rows.clamp(200, 2_000));
        let mut found = match acting.fetch(&plan, lookup.paged(page), entry).await? {
            Ok(found) => found,
            Err(refused) => return self.refuse(Action::Read, refused).await,
        };
        if let Asked::Recent(_) = plan.asked {
            let matrix = self.inner.matrix();
            let against = acting.against(&matrix, reserved.rows);
            let may = nameable(Against { clearance: Some(&self.terms.clearance), ..against });
            found.records.retain_objects(&|object| may.iter().any(|it| it == object));
        }
        // A read that brings nothing still told something.
        let fits = reserved.spend(found.records.len_with_children().max(1));
        self.rows_left.fetch_sub(reserved.used(), Ordering::AcqRel);
        if !fits {
            let facts = Facts { verdict: Verdict::Refused, ..found.outcome }.rule("row-budget");
            let entry = self.inner.recorder.record(facts).await?.index();
            let message = "the rows that this client may read are used up";
            let refused = Refused::new("REQUEST_LIMIT_EXCEEDED", message).by("row-budget");
            return self.refuse(Action::Read, Refused { entry: Some(entry), ..refused }).await;
        }
        self.hand_over(plan, before, found).await
    }

    async fn hand_over(
        &self,
        plan: Plan,
        before: u64,
        found: Found,
    ) -> Result<DirectAnswer, GateError> {
        let Found { records, outcome, request } = found;
        let mut guard = self.open().await?;
        let open = opened(&mut guard)?;
        let known = (open.conversation.covered(), open.conversation.label());
        let treated = open.conversation.treat_records(
            &records,
            &plan.columns,
            plan.dropped.clone(),
            &self.inner.matrix(),
            self.inner.detector.as_ref(),
            self.form,
        );
        let recorder = &self.inner.recorder;
        let treated = recorder.or_failed(treated, &outcome, Some(&request)).await?;
        // A token that a client holds must mean the same after a restart.
        if known != (open.conversation.covered(), open.conversation.label()) {
            let saved = self.inner.conversations.save(open, self.inner.now()).await;
            recorder.or_failed(saved, &outcome, Some(&request)).await?;
        }
        drop(guard);
        let tainted = treated.masked.label().is_tainted();
        let outcome = outcome.counted(treated.counts);
        let cleared = Handover::clear(treated.masked, &self.terms.clearance, outcome.clone());
        let (handover, entry) = match cleared {
            Ok(cleared) => cleared,
            Err(uncovered) => {
                let facts = Facts { verdict: Verdict::Refused, ..outcome }.rule("clearance");
                let entry = self.inner.recorder.record(facts).await?.index();
                let message = format!("this client is not cleared for it: {uncovered}");
                let refused = Refused::new("INSUFFICIENT_ACCESS", message).by("clearance");
                let refused = Refused { entry: Some(entry), ..refused };
                return self.refuse(Action::Read, refused).await;
            }
        };
        let org = self.who.person().org();
        let receipt = self.inner.recorder.append_about(entry, &records, org, request).await?;
        let index = receipt.index();
        let handed = handover.recorded(receipt).map_err(internal)?;
        let (rows, total) = (records.len() as u64, records.total());
        let capped = plan.cap.is_some_and(|cap| total >= cap);
        let next = match records.next() {
            Some(path) if !records.is_done() => {
                let plan = Plan { asked: Asked::Page, statement: path.to_owned(), ..plan };
                let next = Next { plan, before: before + rows };
                Some(self.inner.cursors.keep(&self.who, next, self.inner.now())?)
            }
            _ => None,
        };
        let said = Said::Records { records: handed, next, total, rows };
        let answer = DirectAnswer::of(said, "matrix", Some(index));
        Ok(DirectAnswer { withheld: treated.withheld, capped, tainted, ..answer })
    }
}

pub(super) fn after_outsiders_text() -> Refused {
    let message = "text that strangers can write was handed out in this conversation; begin \
                   another one to read more";
    Refused::new("INSUFFICIENT_ACCESS", message).by("outsiders-text")
}

/// A SOQL string of this text.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('\'');
    for c in text.chars() {
        match c {
            '\'' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            c => out.push(c),
        }
    }
    out.push('\'');
    out
}
