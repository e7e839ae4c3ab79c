//! The gate's own session: OAuth's client credentials flow, as the user that the org lets the app run
//! as. For what the gate has to know itself; never for anything that a person asked for.

use boundary::{Fetch, PersonId, Rights};
use egress::{Bearer, Clear, Metadata, Reply, Trail};
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use keys::AccessToken;
use serde_json::Value;
use zeroize::Zeroizing;

use crate::Error;
use crate::client::{Client, signed_out};
use crate::described::Seen;

/// Descriptions asked for at a time.
const AT_ONCE: usize = 4;

/// Kept in memory alone: another one is a call away.
#[derive(Default)]
pub(crate) struct OwnSession(tokio::sync::Mutex<Option<(PersonId, AccessToken)>>);

impl Client {
    /// The user that the app runs as. Signs in when it has not yet.
    pub async fn own_user(&self) -> Result<PersonId, Error> {
        Ok(self.own_session(None).await?.0)
    }

    /// What that user may do with these objects. Those that it cannot see are left out.
    pub async fn own_rights(&self, objects: &[&str]) -> Result<Rights, Error> {
        let (user, bearing) = (self.own_user().await?, OwnBearing(self));
        let now = (self.grants.clock)();
        let asked = objects.iter().map(|object| {
            let ask = |known| self.describe(&bearing, object, known);
            self.described.get(&user, object, now, ask)
        });
        let asked: Vec<_> = asked.collect();
        let found: Vec<Seen> = stream::iter(asked).buffer_unordered(AT_ONCE).try_collect().await?;
        let mut rights = Rights::none();
        for schema in found.into_iter().flatten() {
            rights.learn(schema.rights());
        }
        Ok(rights)
    }

    /// How Salesforce classifies the fields of an object: `records` of `FieldDefinition`, as JSON.
    pub async fn classification(&self, object: &str) -> Result<Zeroizing<Vec<u8>>, Error> {
        let metadata = Metadata::Classification { object: object.to_owned() };
        self.own(&metadata).await
    }

    /// Ids of Salesforce's logs of requests since a moment, as SOQL writes it.
    pub async fn event_logs(&self, since: &str) -> Result<Vec<String>, Error> {
        let mut all = Vec::new();
        let mut after = String::new();
        loop {
            let asked = Metadata::EventLogs { since: since.to_owned(), after };
            let ids = logs(&self.own(&asked).await?)?;
            let full = ids.len() >= Trail::ROWS;
            after = ids.last().cloned().unwrap_or_default();
            all.extend(ids);
            if !full {
                return Ok(all);
            }
        }
    }

    /// One of them, as comma-separated values.
    pub async fn event_log(&self, id: &str) -> Result<Zeroizing<Vec<u8>>, Error> {
        self.own(&Metadata::EventLog { id: id.to_owned() }).await
    }

    pub(crate) async fn own(&self, metadata: &Metadata) -> Result<Zeroizing<Vec<u8>>, Error> {
        match self.ask_clear(&OwnBearing(self), metadata).await? {
            Clear::Fresh { body, .. } => Ok(body),
            Clear::Unchanged => Err(Error::Shape { expected: "an answer with a body" }),
        }
    }

    /// Carries out a read of the gate itself. It has to be authorised for [`Client::own_user`].
    pub async fn fetch_own(&self, fetch: Fetch) -> Result<Reply, Error> {
        if *fetch.person() != self.own_user().await? {
            return Err(Error::WrongPerson);
        }
        self.grants.door.fetch(fetch, &OwnBearing(self)).await.map_err(signed_out)
    }

    /// The session, or a new one when there is none but the expired.
    async fn own_session(
        &self,
        expired: Option<&AccessToken>,
    ) -> Result<(PersonId, AccessToken), Error> {
        // Held while Salesforce is asked, so that it is asked once.
        let mut slot = self.own.0.lock().await;
        let usable = |token: &AccessToken| expired.is_none_or(|old| !token.matches(old.expose()));
        if let Some(session) = slot.as_ref().filter(|(_, token)| usable(token)) {
            return Ok(session.clone());
        }
        let form = self.grants.app.own();
        let tokens = self.grants.tokens(form, |code| Error::App { code }).await?;
        Ok(slot.insert((tokens.person, tokens.access)).clone())
    }
}

struct OwnBearing<'a>(&'a Client);

impl Bearer for OwnBearing<'_> {
    type Error = Error;

    async fn token(&self) -> Result<AccessToken, Error> {
        Ok(self.0.own_session(None).await?.1)
    }

    async fn renewed(&self, expired: &AccessToken) -> Result<AccessToken, Error> {
        Ok(self.0.own_session(Some(expired)).await?.1)
    }
}

/// The ids of one answer. A part of a list is none: nobody would know what is missing.
fn logs(body: &[u8]) -> Result<Vec<String>, Error> {
    const EXPECTED: Error = Error::Shape { expected: "a list of event log files" };
    let list: Value = serde_json::from_slice(body).map_err(|_| EXPECTED)?;
    let whole = list.get("done").and_then(Value::as_bool).unwrap_or(false);
    let records = list.get("records").and_then(Value::as_array).filter(|_| whole);
    let id = |it: &Value| it.get("Id").and_then(Value::as_str).map(str::to_owned);
    records.ok_or(EXPECTED)?.iter().map(id).collect::<Option<_>>().ok_or(EXPECTED)
}
