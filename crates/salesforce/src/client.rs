//! The client: everything the gate asks of Salesforce.

use std::fmt;
use std::sync::Arc;

use boundary::{Approved, Fetch, PersonId, Rights, UnixMillis};
use egress::{Bearer, Clear, EgressError, Form, Metadata, Reply, SalesforceDoor, Stamp, Written};
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use keys::{Challenge, Verifier};
use serde_json::Value;
use zeroize::Zeroizing;

use crate::app::App;
use crate::describe::{ObjectSchema, ObjectSummary, read_object, read_objects};
use crate::described::{Described, Seen, Told};
use crate::grants::{Bearing, Grants};
use crate::identity::id18;
use crate::own::OwnSession;
use crate::roles::Roles;
use crate::{Error, Grant, GrantStore, Identity};

/// What tells the time.
pub type Clock = Arc<dyn Fn() -> UnixMillis + Send + Sync>;

/// How a write ended that did not succeed.
pub type WriteError = egress::WriteError<Error>;

/// How many descriptions are asked for at a time.
const AT_ONCE: usize = 6;

/// What is left of the org's daily calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ApiBudget {
    /// Calls a day.
    pub most: u64,
    /// Calls left today.
    pub left: u64,
}

/// The client of one org.
pub struct Client {
    pub(crate) grants: Arc<Grants>,
    pub(crate) described: Described,
    pub(crate) own: OwnSession,
}

impl Client {
    /// A client that goes through this door, as this app. Opens nothing yet.
    pub fn new(door: SalesforceDoor, app: App, store: Arc<dyn GrantStore>, clock: Clock) -> Self {
        let grants = Grants::new(Arc::new(door), app, store, clock);
        Self {
            grants: Arc::new(grants),
            described: Described::default(),
            own: OwnSession::default(),
        }
    }

    /// Where to send the browser to sign in.
    pub fn authorize_url(&self, state: &str, challenge: &Challenge) -> String {
        self.grants.app.authorize_url(state, challenge)
    }

    /// Trades in the code that the browser came back with, keeps the grant, and says who it is.
    /// An earlier grant of the same person is revoked.
    pub async fn exchange_code(&self, code: &str, verifier: &Verifier) -> Result<Identity, Error> {
        let form = self.grants.app.exchange(code, verifier);
        let tokens = self.grants.tokens(form, |code| Error::Code { code }).await?;
        let refresh = tokens.refresh.clone().ok_or(Error::NoRefreshToken)?;
        let identity = match self.admit(&tokens).await {
            Ok(identity) => identity,
            Err(error) => {
                // Nobody will use it; the error tells more than a failure to revoke.
                drop(self.revoke(refresh.expose()).await);
                return Err(error);
            }
        };
        let earlier = self.grants.adopt(&identity.person, tokens).await?;
        self.described.forget(&identity.person);
        if let Some(Grant { refresh: old, .. }) = earlier
            && !old.matches(refresh.expose())
        {
            // It is replaced whether or not Salesforce hears of it.
            drop(self.revoke(old.expose()).await);
        }
        Ok(identity)
    }

    /// Ends the person's grant: here first, whatever Salesforce says.
    pub async fn sign_out(&self, person: &PersonId) -> Result<(), Error> {
        self.described.forget(person);
        let Some(grant) = self.grants.forget(person).await? else { return Ok(()) };
        self.revoke(grant.refresh.expose()).await
    }

    /// Who the person is, by Salesforce's word of now.
    pub async fn userinfo(&self, person: &PersonId) -> Result<Identity, Error> {
        let identity = Identity::read(&self.ask(person, &Metadata::UserInfo).await?)?;
        if identity.person == *person { Ok(identity) } else { Err(Error::WrongPerson) }
    }

    /// The person's profile and permission sets, by their own grant and Salesforce's word of now.
    /// `moment` is now, as SOQL writes it.
    pub async fn roles(&self, person: &PersonId, moment: &str) -> Result<Roles, Error> {
        let (user, now) = (person.user().to_owned(), moment.to_owned());
        let profile = self.ask(person, &Metadata::Profile { user: user.clone() }).await?;
        let sets = self.ask(person, &Metadata::PermissionSets { user, now }).await?;
        Roles::read(&profile, &sets)
    }

    /// Carries out a read under the grant of its person. An expired token is renewed, once.
    pub async fn fetch(&self, fetch: Fetch) -> Result<Reply, Error> {
        let person = fetch.person().clone();
        let reply = self.grants.door.fetch(fetch, &self.bearing(&person)).await;
        reply.map_err(signed_out)
    }

    /// Carries out a write under the grant of its person, once.
    pub async fn write(&self, approved: Approved) -> Result<Written, WriteError> {
        let person = approved.person().clone();
        self.grants.door.write(approved, &self.bearing(&person)).await
    }

    /// Every object that the person can see.
    pub async fn objects(&self, person: &PersonId) -> Result<Vec<ObjectSummary>, Error> {
        read_objects(&self.ask(person, &Metadata::Objects).await?)
    }

    /// An object as the person sees it; `None` when they do not. At most a minute old.
    pub async fn schema(
        &self,
        person: &PersonId,
        object: &str,
    ) -> Result<Option<Arc<ObjectSchema>>, Error> {
        let now = (self.grants.clock)();
        let bearing = self.bearing(person);
        self.described
            .get(person, object, now, |known| self.describe(&bearing, object, known))
            .await
    }

    /// What the person may do with these objects. Those they cannot see are left out.
    pub async fn rights(&self, person: &PersonId, objects: &[&str]) -> Result<Rights, Error> {
        let mut rights = Rights::none();
        for schema in self.schemas(person, objects).await? {
            rights.learn(schema.rights());
        }
        Ok(rights)
    }

    /// These objects as the person sees them, in any order. Those they cannot see are left out.
    pub async fn schemas(
        &self,
        person: &PersonId,
        objects: &[&str],
    ) -> Result<Vec<Arc<ObjectSchema>>, Error> {
        let asked: Vec<_> = objects.iter().map(|object| self.schema(person, object)).collect();
        let found: Vec<Seen> = stream::iter(asked).buffer_unordered(AT_ONCE).try_collect().await?;
        Ok(found.into_iter().flatten().collect())
    }

    /// What is left of the org's daily calls, where the person may know.
    pub async fn api_budget(&self, person: &PersonId) -> Result<ApiBudget, Error> {
        const EXPECTED: Error = Error::Shape { expected: "the limits of the org" };
        let body = self.ask(person, &Metadata::Limits).await?;
        let limits: Value = serde_json::from_slice(&body).map_err(|_| EXPECTED)?;
        let daily = limits.get("DailyApiRequests").ok_or(EXPECTED)?;
        let number = |name| daily.get(name).and_then(Value::as_u64).ok_or(EXPECTED);
        Ok(ApiBudget { most: number("Max")?, left: number("Remaining")? })
    }

    /// API versions that the org speaks, such as `68.0`. Needs no grant: a test of the way there.
    pub async fn versions(&self) -> Result<Vec<String>, Error> {
        const EXPECTED: Error = Error::Shape { expected: "a list of versions" };
        let Clear::Fresh { body, .. } =
            self.grants.door.metadata(&Metadata::Versions, None).await?
        else {
            return Err(EXPECTED);
        };
        let list: Vec<Value> = serde_json::from_slice(&body).map_err(|_| EXPECTED)?;
        let version = |it: &Value| it.get("version").and_then(Value::as_str).map(str::to_owned);
        list.iter().map(version).collect::<Option<_>>().ok_or(EXPECTED)
    }

    /// Checks whose tokens these are before they are kept.
    async fn admit(&self, tokens: &crate::app::Tokens) -> Result<Identity, Error> {
        let reply = self.grants.door.metadata(&Metadata::UserInfo, Some(&tokens.access)).await?;
        let Clear::Fresh { body, .. } = reply else {
            return Err(Error::Shape { expected: "the user info of a person" });
        };
        let identity = Identity::read(&body)?;
        if identity.person != tokens.person {
            return Err(Error::WrongPerson);
        }
        let expected = self.grants.app.org.as_deref().and_then(id18);
        match expected {
            Some(expected) if expected != identity.person.org() => {
                Err(Error::WrongOrg { found: identity.person.org().to_owned(), expected })
            }
            _ => Ok(identity),
        }
    }

    async fn revoke(&self, token: &str) -> Result<(), Error> {
        let form = Form::new().with("token", token);
        match self.grants.door.metadata(&Metadata::Revoke(form), None).await {
            // Already gone.
            Ok(_) | Err(EgressError::Refused { status: 400, .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    pub(crate) async fn describe<B: Bearer<Error = Error>>(
        &self,
        bearing: &B,
        object: &str,
        known: Stamp,
    ) -> Result<Told, Error> {
        let metadata = Metadata::Describe { object: object.to_owned(), known };
        match self.ask_clear(bearing, &metadata).await {
            Ok(Clear::Unchanged) => Ok(Told::Unchanged),
            Ok(Clear::Fresh { body, stamp }) => {
                Ok(Told::Is(Some(Arc::new(read_object(&body)?)), stamp))
            }
            Err(Error::Egress(EgressError::Refused { status: 404, .. })) => {
                Ok(Told::Is(None, Stamp::default()))
            }
            Err(error) => Err(error),
        }
    }

    async fn ask(
        &self,
        person: &PersonId,
        metadata: &Metadata,
    ) -> Result<Zeroizing<Vec<u8>>, Error> {
        match self.ask_clear(&self.bearing(person), metadata).await? {
            Clear::Fresh { body, .. } => Ok(body),
            Clear::Unchanged => Err(Error::Shape { expected: "an answer with a body" }),
        }
    }

    /// Asks as the bearer; an expired token is renewed, once.
    pub(crate) async fn ask_clear<B: Bearer<Error = Error>>(
        &self,
        bearing: &B,
        metadata: &Metadata,
    ) -> Result<Clear, Error> {
        let token = bearing.token().await?;
        let first = self.grants.door.metadata(metadata, Some(&token)).await;
        // The user-info endpoint answers 403 where the others answer 401.
        let expired = match &first {
            Err(EgressError::Refused { status: 401, .. }) => true,
            Err(EgressError::Refused { status: 403, .. }) => {
                matches!(metadata, Metadata::UserInfo)
            }
            _ => false,
        };
        if !expired {
            return first.map_err(Error::from);
        }
        let token = bearing.renewed(&token).await?;
        let second = self.grants.door.metadata(metadata, Some(&token)).await;
        second.map_err(|error| signed_out(error.into()))
    }

    pub(crate) fn bearing<'a>(&'a self, person: &'a PersonId) -> Bearing<'a> {
        Bearing { grants: &self.grants, person }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Client({:?})", self.grants.door)
    }
}

/// A token refused although it is new: the person has to sign in again.
pub(crate) fn signed_out(error: Error) -> Error {
    match error {
        Error::Egress(EgressError::Refused { status: 401, .. }) => Error::SignIn,
        other => other,
    }
}
