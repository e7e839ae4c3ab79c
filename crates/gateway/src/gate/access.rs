//! Sign-in with the org, sessions, keys.

use boundary::{Action, Door, Facts, Principal, Purpose, Verdict};
use keys::{ApiKey, KeyHash, OsRandom, SessionId, Verifier, random_hex, random_id};
use store::{ApiKeyRow, Person, Session as StoredSession};

use super::{Gate, Inner};
use crate::access::{KeyInfo, NewKey, Session, SignedIn};
use crate::conversations::internal;
use crate::error::GateError;
use crate::people::of_salesforce;

/// A sign-in has to be finished within ten minutes.
const SIGN_IN_MILLIS: u64 = 10 * 60 * 1000;
/// A session ends after twelve hours.
const SESSION_MILLIS: u64 = 12 * 60 * 60 * 1000;
/// Characters of a key's label.
const LABEL: usize = 80;

impl Gate {
    /// Begins a sign-in: the address of the org's own login page to send the browser to.
    /// `return_to` is a path of ours to go to afterwards.
    pub async fn begin_sign_in(&self, return_to: &str) -> Result<String, GateError> {
        let state = SessionId::generate(&mut OsRandom).map_err(internal)?;
        let verifier = Verifier::generate(&mut OsRandom).map_err(internal)?;
        // Only a path of ours: anything else would send the browser to a stranger.
        let path =
            return_to.starts_with('/') && !return_to.starts_with("//") && !return_to.contains('\\');
        let return_to = if path { return_to } else { "/" };
        let secret = format!("{}\n{return_to}", verifier.expose());
        let hash = state.hash();
        let place = login_place(&hash);
        let sealed =
            self.0.logins.seal(secret.as_bytes(), &place, &mut OsRandom).map_err(internal)?;
        let now = self.0.now();
        // Anyone can begin a sign-in; those nobody finished must not pile up.
        self.0.store.state().forget_expired_logins(now).map_err(internal)?;
        self.0.store.state().forget_expired_sessions(now).map_err(internal)?;
        let expires = now.plus(SIGN_IN_MILLIS);
        self.0.store.state().add_login(&hash, &sealed, expires).map_err(internal)?;
        Ok(self.0.client.authorize_url(state.expose(), &verifier.challenge()))
    }

    /// Finishes a sign-in with what the org sent back; gives the session and where to go.
    pub async fn finish_sign_in(
        &self,
        state: &str,
        code: &str,
    ) -> Result<(SignedIn, String), GateError> {
        let inner = &self.0;
        let hash = SessionId::parse(state).map_err(|_| GateError::StrayCallback)?.hash();
        let sealed = inner.store.state().take_login(&hash, inner.now()).map_err(internal)?;
        let sealed = sealed.ok_or(GateError::StrayCallback)?;
        let secret = inner.logins.open(&sealed, &login_place(&hash)).map_err(internal)?;
        let secret = std::str::from_utf8(&secret).map_err(internal)?;
        let (verifier, return_to) = secret.split_once('\n').ok_or(GateError::StrayCallback)?;
        let verifier = Verifier::parse(verifier).map_err(internal)?;
        let exchanged = inner.client.exchange_code(code, &verifier).await;
        let identity = exchanged.map_err(|error| of_salesforce(&error))?;
        let now = inner.now();
        let person = inner.store.state().meet(&Person {
            id: identity.person.clone(),
            username: identity.username,
            name: identity.name,
            pseudonym: random_hex(&mut OsRandom).map_err(internal)?,
            first_seen: now,
            last_seen: now,
        });
        let person = person.map_err(internal)?;
        inner.people.forget(&person.id);
        inner.org_roles.forget(&person.id);
        inner.lock_known().insert(person.id.clone(), person.clone());
        let cookie = SessionId::generate(&mut OsRandom).map_err(internal)?;
        let stored = StoredSession {
            hash: cookie.hash(),
            id: random_id(&mut OsRandom).map_err(internal)?,
            person: person.id.clone(),
            csrf: random_id(&mut OsRandom).map_err(internal)?,
            created: now,
            expires: now.plus(SESSION_MILLIS),
        };
        let session = inner.session_of(&stored, &person).await;
        let act = inner.act(&session.principal)?;
        let facts = Facts::new(Purpose::Access, Action::SignIn, Verdict::Done, &act).rule("oauth");
        inner.recorder.record(facts).await?;
        inner.store.state().add_session(&stored).map_err(internal)?;
        let signed_in = SignedIn { cookie: cookie.expose().to_owned(), session };
        Ok((signed_in, return_to.to_owned()))
    }

    /// The session of a cookie.
    pub async fn session(&self, cookie: &str) -> Result<Session, GateError> {
        let hash = SessionId::parse(cookie).map_err(|_| GateError::SignInNeeded)?.hash();
        let stored = self.0.store.state().session(&hash, self.0.now()).map_err(internal)?;
        let stored = stored.ok_or(GateError::SignInNeeded)?;
        let person = self.0.person(&stored.person)?;
        Ok(self.0.session_of(&stored, &person).await)
    }

    /// Ends a session. The grant stays: keys may still use it.
    pub async fn sign_out(&self, cookie: &str) -> Result<(), GateError> {
        let session = self.session(cookie).await?;
        let hash = SessionId::parse(cookie).map_err(|_| GateError::SignInNeeded)?.hash();
        let act = self.0.act(&session.principal)?;
        let facts =
            Facts::new(Purpose::Access, Action::SignOut, Verdict::Done, &act).rule("session");
        self.0.recorder.record(facts).await?;
        self.0.store.state().end_session(&hash).map_err(internal)?;
        Ok(())
    }

    /// The principal of an API key.
    pub async fn by_key(&self, key: &str) -> Result<Principal, GateError> {
        let key = ApiKey::parse(key).map_err(|_| GateError::BadKey)?;
        let row = self.0.store.state().use_key(&key.hash(), self.0.now()).map_err(internal)?;
        let row = row.ok_or(GateError::BadKey)?;
        Ok(Principal::new(row.person, Door::OpenAi, row.id))
    }

    /// The person's keys, newest first.
    pub async fn keys(&self, who: &Principal) -> Result<Vec<KeyInfo>, GateError> {
        let rows = self.0.store.state().keys_of(who.person()).map_err(internal)?;
        Ok(rows.into_iter().map(key_info).collect())
    }

    /// Makes a key that acts for the person.
    pub async fn create_key(&self, who: &Principal, label: &str) -> Result<NewKey, GateError> {
        let label = label.trim();
        if label.is_empty() || label.chars().count() > LABEL {
            let problem = format!("the name of a key has 1 to {LABEL} characters");
            return Err(GateError::invalid(problem, Some("label")));
        }
        let key = ApiKey::generate(&mut OsRandom).map_err(internal)?;
        let row = ApiKeyRow {
            id: random_id(&mut OsRandom).map_err(internal)?,
            hash: key.hash(),
            person: who.person().clone(),
            label: label.to_owned(),
            created: self.0.now(),
            last_used: None,
            revoked: None,
        };
        self.0.note_key(who, Action::KeyCreate).await?;
        self.0.store.state().add_key(&row).map_err(internal)?;
        Ok(NewKey { secret: key.expose().to_owned(), info: key_info(row) })
    }

    /// Revokes a key of the person's, at once.
    pub async fn revoke_key(&self, who: &Principal, id: &str) -> Result<(), GateError> {
        // Revoked first: a ledger that cannot write must not keep a stolen key alive.
        let revoked = self.0.store.state().revoke_key(id, who.person(), self.0.now());
        if !revoked.map_err(internal)? {
            return Err(GateError::NotFound { what: "key", id: id.to_owned() });
        }
        self.0.note_key(who, Action::KeyRevoke).await
    }
}

impl Inner {
    fn lock_known(
        &self,
    ) -> std::sync::MutexGuard<'_, std::collections::BTreeMap<boundary::PersonId, Person>> {
        self.known.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    async fn session_of(&self, stored: &StoredSession, person: &Person) -> Session {
        let access = &self.config.access;
        Session {
            principal: Principal::new(person.id.clone(), Door::Page, stored.id.clone()),
            username: person.username.clone(),
            name: person.name.clone(),
            csrf: stored.csrf.clone(),
            auditor: self.is_listed(&access.auditors, person).await,
            compliance: self.is_listed(&access.compliance, person).await,
            admin: self.is_listed(&access.admins, person).await,
        }
    }

    async fn note_key(&self, who: &Principal, action: Action) -> Result<(), GateError> {
        let act = self.act(who)?;
        let facts = Facts::new(Purpose::Access, action, Verdict::Done, &act).rule("keys");
        self.recorder.record(facts).await.map(|_| ())
    }
}

fn key_info(row: ApiKeyRow) -> KeyInfo {
    let ApiKeyRow { id, label, created, last_used, revoked, .. } = row;
    KeyInfo { id, label, created, last_used, revoked }
}

fn login_place(state: &KeyHash) -> String {
    let bytes = state.as_bytes().iter().map(u8::to_string).collect::<Vec<_>>();
    format!("login/{}", bytes.join("."))
}
