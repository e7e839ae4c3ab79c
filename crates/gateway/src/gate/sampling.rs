//! A few values of an object's texts, read for somebody who only counts what kinds of data they are.

use boundary::{
    Action, Door, Facts, Learner, Lesson, Lookup, Principal, Purpose, Records, Rights, Verdict,
    Viewer,
};

use super::Gate;
use crate::conversations::internal;
use crate::error::GateError;
use crate::people::of_salesforce;

/// Rows of the one page that is read: the fewest that Salesforce takes.
const ROWS: u16 = 200;

/// Types of fields whose values are texts that people write.
const TEXTS: [&str; 7] =
    ["string", "textarea", "email", "phone", "url", "encryptedstring", "combobox"];

impl Gate {
    /// Reads one page of an object under the grant of somebody who has signed in, and tells its texts
    /// to `sampler`. Of an object that they cannot see nothing is read.
    ///
    /// What is read goes to nobody else: a sampler is trusted like a detector.
    pub async fn sample(
        &self,
        name: &str,
        object: &str,
        sampler: &dyn Learner,
    ) -> Result<(), GateError> {
        let inner = &self.0;
        let person = inner.named(name)?;
        let schema = inner.client.schema(&person, object).await;
        let Some(schema) = schema.map_err(|error| of_salesforce(&error))? else { return Ok(()) };
        let is_text = |name: &&str| {
            schema.field(name).is_some_and(|field| TEXTS.contains(&field.kind.as_str()))
        };
        let fields: Vec<&str> = schema.legible().filter(is_text).collect();
        if fields.is_empty() || !schema.summary.queryable {
            return Ok(());
        }
        let mut rights = Rights::none();
        rights.learn(schema.rights());
        let who = Principal::new(person.clone(), Door::Cli, "matrix-import".to_owned());
        let act = inner.act(&who)?;
        let viewer = Viewer { person: &person, rights: &rights };
        let object = &schema.summary.name;
        let asked = Lookup::to_learn(object, &fields, Lesson::All, &viewer, &act);
        let (lookup, entry) = asked.map_err(internal)?;
        let receipt = inner.recorder.append(entry).await?;
        let mut outcome = Facts::new(Purpose::Outcome, Action::Read, Verdict::Done, &act)
            .rule("sample")
            .answers(&receipt);
        outcome.objects.insert(object.clone());
        let fetch = lookup.paged(Some(ROWS)).recorded(receipt).map_err(internal)?;
        let reply = match inner.client.fetch(fetch).await {
            Ok(reply) => reply,
            Err(error) => {
                let failed = Facts { verdict: Verdict::Failed, ..outcome };
                inner.recorder.record_sent(failed).await?;
                return Err(of_salesforce(&error));
            }
        };
        let request = reply.request;
        let records =
            Records::parse(reply.body).map_err(|error| GateError::Salesforce(error.to_string()));
        let records = inner.recorder.or_failed(records, &outcome, Some(&request)).await?;
        outcome.counts.rows = records.len() as u64;
        inner.recorder.append_about(outcome.entry(), &records, person.org(), request).await?;
        records.teach(sampler);
        Ok(())
    }
}
