//! What the gate would do with a query for one person: their rights as Salesforce tells them now.

use boundary::{Action, Facts, PersonId, Principal, Purpose, Verdict};

use super::{Gate, Inner};
use crate::conversations::internal;
use crate::error::GateError;
use crate::plan::explaining::{Explanation, explain_query};

/// Most rows that an explanation is made for.
const MOST_ROWS: u64 = 2_000;

impl Gate {
    /// Explains a query as the gate would plan it for a model that asks for this person, or for
    /// another one: then an auditor or the compliance role has to ask, and it is recorded.
    /// Nothing but describes is sent.
    pub async fn explain(
        &self,
        who: &Principal,
        other: Option<&str>,
        soql: &str,
        rows: u64,
    ) -> Result<Explanation, GateError> {
        let inner = &self.0;
        let Some(name) = other else { return inner.explained(who.person(), soql, rows).await };
        let person = inner.named(name)?;
        if &person != who.person() {
            if !inner.is_auditor(who).await? && !inner.is_compliance(who).await? {
                return Err(GateError::NotYours("auditor"));
            }
            let act = inner.act(who)?;
            let facts = Facts::new(Purpose::Access, Action::Disclose, Verdict::Done, &act);
            inner.recorder.record(facts.rule("explain")).await?;
        }
        inner.explained(&person, soql, rows).await
    }

    /// The same for whoever operates the machine.
    pub async fn explain_as(
        &self,
        name: &str,
        soql: &str,
        rows: u64,
    ) -> Result<Explanation, GateError> {
        self.0.explained(&self.0.named(name)?, soql, rows).await
    }
}

impl Inner {
    async fn explained(
        &self,
        person: &PersonId,
        soql: &str,
        rows: u64,
    ) -> Result<Explanation, GateError> {
        let view = self.view(person).await?;
        let rows = rows.clamp(1, MOST_ROWS);
        Ok(explain_query(soql, &view.schema, &view.rights, &self.matrix(), rows))
    }

    /// Somebody who has signed in, by user name or name.
    pub(crate) fn named(&self, name: &str) -> Result<PersonId, GateError> {
        let named = self.store.state().persons_named(name).map_err(internal)?;
        match named.as_slice() {
            [person] => Ok(person.id.clone()),
            [] => Err(GateError::NotFound { what: "person who signed in", id: name.to_owned() }),
            _ => Err(GateError::invalid(
                format!("several people are called `{name}`; give the user name"),
                Some("as"),
            )),
        }
    }
}
