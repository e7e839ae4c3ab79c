//! Apps, grants, tokens, codes and browser sessions. What must survive is written through to disk; tokens only as hashes.

use std::collections::{BTreeMap, HashMap};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::app::ExternalClientApp;
use super::secret::{digest, random};
use crate::disk::Disk;
use crate::error::OrgError;
use crate::id::Id;

/// A person's agreement that an app may act for them. Its tokens live and die with it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Grant {
    pub(crate) client: String,
    pub(crate) user: String,
    pub(crate) scope: Vec<String>,
    /// Milliseconds since 1970.
    pub(crate) issued: i64,
    pub(crate) used: i64,
    pub(crate) uses: u64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Refresh {
    grant: String,
    spent: bool,
}

/// What an access token stands for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Session {
    pub(crate) user: String,
    pub(crate) client: String,
    pub(crate) scope: Vec<String>,
    pub(crate) grant: Option<String>,
    pub(crate) issued: i64,
    pub(crate) expires: i64,
}

impl Session {
    pub(crate) fn user(&self) -> Option<Id> {
        Id::parse(&self.user)
    }
}

/// An authorization code on its way.
#[derive(Clone, Debug)]
pub(crate) struct Code {
    pub(crate) client: String,
    pub(crate) redirect_uri: String,
    pub(crate) user: Id,
    pub(crate) scope: Vec<String>,
    pub(crate) challenge: Option<String>,
    pub(crate) nonce: Option<String>,
    pub(crate) expires: Timestamp,
    /// Set when redeemed, so that a second use can take back what the first got.
    pub(crate) grant: Option<String>,
}

/// A person signed in on the org's own pages.
#[derive(Clone, Debug)]
pub(crate) struct Browser {
    pub(crate) user: Id,
    pub(crate) csrf: String,
    pub(crate) expires: Timestamp,
}

/// Everything about access.
#[derive(Debug, Default)]
pub(crate) struct Vault {
    apps: BTreeMap<String, ExternalClientApp>,
    grants: BTreeMap<String, Grant>,
    refresh: HashMap<String, Refresh>,
    sessions: HashMap<String, Session>,
    passwords: HashMap<String, String>,
    consents: HashMap<String, Vec<String>>,
    codes: HashMap<String, Code>,
    browsers: HashMap<String, Browser>,
    failures: HashMap<String, (u32, Timestamp)>,
    /// The org's signing key, PKCS#8.
    key: Vec<u8>,
    pending: Vec<(&'static str, String, Option<String>)>,
}

/// Refresh tokens one person may have for one app; the oldest goes first.
const GRANTS_PER_APP: usize = 5;
const CODE_LIFE: SignedDuration = SignedDuration::from_mins(10);
const BROWSER_LIFE: SignedDuration = SignedDuration::from_hours(12);
/// Wrong passwords before a user name has to wait, and how long.
const FAILURES: u32 = 10;
const FAILURE_WAIT: SignedDuration = SignedDuration::from_mins(15);

impl Vault {
    pub(crate) fn load(disk: &Disk) -> Result<Self, OrgError> {
        let mut vault = Self {
            apps: read(disk, "app")?,
            grants: read(disk, "grant")?,
            refresh: read(disk, "refresh")?,
            sessions: read(disk, "session")?,
            consents: read(disk, "consent")?,
            passwords: disk.access("password")?.into_iter().collect(),
            ..Self::default()
        };
        let keys: HashMap<String, Vec<u8>> = read(disk, "key")?;
        if let Some((_, key)) = keys.into_iter().next() {
            vault.key = key;
        } else {
            vault.key = super::jwt::new_key()?;
            let body = serde_json::to_string(&vault.key).map_err(|_| OrgError::Key)?;
            vault.pending.push(("key", "signing".to_owned(), Some(body)));
        }
        Ok(vault)
    }

    /// Writes what changed.
    pub(crate) fn flush(&mut self, disk: &mut Disk) -> Result<(), OrgError> {
        if !self.pending.is_empty() {
            disk.write_access(&self.pending)?;
            self.pending.clear();
        }
        Ok(())
    }

    fn keep<T: Serialize>(&mut self, kind: &'static str, key: &str, value: &T) {
        let body = serde_json::to_string(value).ok();
        self.pending.push((kind, key.to_owned(), body));
    }

    fn drop_kept(&mut self, kind: &'static str, key: String) {
        self.pending.push((kind, key, None));
    }

    pub(crate) fn signing_key(&self) -> &[u8] {
        &self.key
    }

    pub(crate) fn register(&mut self, mut app: ExternalClientApp) {
        app.client_secret = app.client_secret.map(|secret| digest(&secret));
        self.keep("app", &app.client_id.clone(), &app);
        self.apps.insert(app.client_id.clone(), app);
    }

    pub(crate) fn app(&self, client_id: &str) -> Option<&ExternalClientApp> {
        self.apps.get(client_id)
    }

    pub(crate) fn set_password(&mut self, user: Id, hash: String) {
        self.pending.push(("password", user.short().to_owned(), Some(hash.clone())));
        self.passwords.insert(user.short().to_owned(), hash);
    }

    pub(crate) fn password(&self, user: Id) -> Option<&str> {
        self.passwords.get(user.short()).map(String::as_str)
    }

    /// Whether this user name has failed too often of late.
    pub(crate) fn must_wait(&self, username: &str, now: Timestamp) -> bool {
        self.failures
            .get(username)
            .is_some_and(|(count, last)| *count >= FAILURES && now - FAILURE_WAIT < *last)
    }

    pub(crate) fn note_login(&mut self, username: &str, good: bool, now: Timestamp) {
        if good {
            self.failures.remove(username);
            return;
        }
        self.failures.retain(|_, (_, last)| now - FAILURE_WAIT < *last);
        let entry = self.failures.entry(username.to_owned()).or_insert((0, now));
        *entry = (entry.0 + 1, now);
    }

    pub(crate) fn has_consent(&self, user: Id, client: &str, scope: &[String]) -> bool {
        let given = self.consents.get(&consent_key(user, client));
        given.is_some_and(|given| scope.iter().all(|scope| given.contains(scope)))
    }

    pub(crate) fn remember_consent(&mut self, user: Id, client: &str, scope: &[String]) {
        let key = consent_key(user, client);
        let mut all = self.consents.get(&key).cloned().unwrap_or_default();
        all.extend(scope.iter().filter(|scope| !all.contains(scope)).cloned().collect::<Vec<_>>());
        self.keep("consent", &key, &all);
        self.consents.insert(key, all);
    }

    pub(crate) fn new_browser(&mut self, user: Id, now: Timestamp) -> Result<String, OrgError> {
        self.browsers.retain(|_, browser| browser.expires > now);
        let cookie = random(32)?;
        let browser = Browser { user, csrf: random(24)?, expires: now + BROWSER_LIFE };
        self.browsers.insert(digest(&cookie), browser);
        Ok(cookie)
    }

    pub(crate) fn browser(&self, cookie: &str, now: Timestamp) -> Option<&Browser> {
        self.browsers.get(&digest(cookie)).filter(|browser| browser.expires > now)
    }

    pub(crate) fn end_browser(&mut self, cookie: &str) {
        self.browsers.remove(&digest(cookie));
    }

    pub(crate) fn new_code(&mut self, mut code: Code, now: Timestamp) -> Result<String, OrgError> {
        self.codes.retain(|_, code| code.expires > now);
        code.expires = now + CODE_LIFE;
        let text = format!("aPrx{}", random(40)?);
        self.codes.insert(digest(&text), code);
        Ok(text)
    }

    /// Redeems a code, once. A second try takes back what the first one got.
    pub(crate) fn take_code(&mut self, text: &str, now: Timestamp) -> Option<Code> {
        let code = self.codes.get(&digest(text)).cloned().filter(|code| code.expires > now)?;
        if let Some(grant) = &code.grant {
            self.revoke_grant(grant);
            return None;
        }
        // Spent from here on, whether or not the rest of the request holds.
        if let Some(kept) = self.codes.get_mut(&digest(text)) {
            kept.grant = Some(String::new());
        }
        Some(code)
    }

    pub(crate) fn code_became(&mut self, text: &str, grant: &str) {
        if let Some(code) = self.codes.get_mut(&digest(text)) {
            code.grant = Some(grant.to_owned());
        }
    }

    pub(crate) fn new_grant(
        &mut self,
        client: &str,
        user: Id,
        scope: &[String],
        now: Timestamp,
    ) -> Result<String, OrgError> {
        let mut held: Vec<(i64, String)> = self
            .grants
            .iter()
            .filter(|(_, grant)| grant.client == client && grant.user == user.short())
            .map(|(key, grant)| (grant.issued, key.clone()))
            .collect();
        held.sort();
        while held.len() >= GRANTS_PER_APP {
            let (_, oldest) = held.remove(0);
            self.revoke_grant(&oldest);
        }
        let key = random(16)?;
        let at = now.as_millisecond();
        let grant = Grant {
            client: client.to_owned(),
            user: user.short().to_owned(),
            scope: scope.to_vec(),
            issued: at,
            used: at,
            uses: 1,
        };
        self.keep("grant", &key, &grant);
        self.grants.insert(key.clone(), grant);
        Ok(key)
    }

    pub(crate) fn grants(&self) -> impl Iterator<Item = &Grant> {
        self.grants.values()
    }

    pub(crate) fn new_refresh(&mut self, grant: &str) -> Result<String, OrgError> {
        let text = format!("5Aep861{}", random(48)?);
        let refresh = Refresh { grant: grant.to_owned(), spent: false };
        let key = digest(&text);
        self.keep("refresh", &key, &refresh);
        self.refresh.insert(key, refresh);
        Ok(text)
    }

    /// The grant behind a refresh token. With `rotate`, the token is spent; a spent one offered again revokes the grant.
    pub(crate) fn use_refresh(
        &mut self,
        text: &str,
        client: &str,
        rotate: bool,
        now: Timestamp,
    ) -> Option<(String, Grant)> {
        let key = digest(text);
        let refresh = self.refresh.get(&key)?.clone();
        let grant = self.grants.get(&refresh.grant)?.clone();
        if grant.client != client {
            return None;
        }
        if refresh.spent {
            self.revoke_grant(&refresh.grant);
            return None;
        }
        if rotate {
            let spent = Refresh { spent: true, ..refresh.clone() };
            self.keep("refresh", &key, &spent);
            self.refresh.insert(key, spent);
        }
        let used = Grant { used: now.as_millisecond(), uses: grant.uses + 1, ..grant };
        self.keep("grant", &refresh.grant, &used);
        self.grants.insert(refresh.grant.clone(), used.clone());
        Some((refresh.grant, used))
    }

    pub(crate) fn refresh_grant(&self, text: &str) -> Option<&Grant> {
        let refresh = self.refresh.get(&digest(text)).filter(|refresh| !refresh.spent)?;
        self.grants.get(&refresh.grant)
    }

    /// A new access token: the org's id, `!`, and chance.
    pub(crate) fn new_session(
        &mut self,
        org: Id,
        session: Session,
        now: Timestamp,
    ) -> Result<String, OrgError> {
        let at = now.as_millisecond();
        let dead: Vec<String> = self
            .sessions
            .iter()
            .filter(|(_, old)| old.expires <= at)
            .map(|(key, _)| key.clone())
            .collect();
        for key in dead {
            self.sessions.remove(&key);
            self.drop_kept("session", key);
        }
        let text = format!("{}!AQ{}", org.short(), random(60)?);
        let key = digest(&text);
        self.keep("session", &key, &session);
        self.sessions.insert(key, session);
        Ok(text)
    }

    pub(crate) fn session(&self, token: &str, now: Timestamp) -> Option<&Session> {
        self.sessions.get(&digest(token)).filter(|session| session.expires > now.as_millisecond())
    }

    /// Revokes an access token, or with a refresh token its whole grant.
    pub(crate) fn revoke(&mut self, token: &str) {
        let key = digest(token);
        if let Some(refresh) = self.refresh.get(&key) {
            let grant = refresh.grant.clone();
            self.revoke_grant(&grant);
        } else if self.sessions.remove(&key).is_some() {
            self.drop_kept("session", key);
        }
    }

    /// Ends every access token of a user, or of everyone; refresh tokens stay good.
    pub(crate) fn expire_sessions(&mut self, user: Option<Id>) {
        self.end_sessions(|session| user.is_none_or(|user| session.user == user.short()));
    }

    /// Ends every grant and session of a user.
    pub(crate) fn revoke_user(&mut self, user: Id) {
        let grants: Vec<String> = self
            .grants
            .iter()
            .filter(|(_, grant)| grant.user == user.short())
            .map(|(key, _)| key.clone())
            .collect();
        for grant in grants {
            self.revoke_grant(&grant);
        }
        self.expire_sessions(Some(user));
        self.browsers.retain(|_, browser| browser.user != user);
    }

    fn revoke_grant(&mut self, grant: &str) {
        if self.grants.remove(grant).is_none() {
            return;
        }
        self.drop_kept("grant", grant.to_owned());
        let tokens: Vec<String> = self
            .refresh
            .iter()
            .filter(|(_, refresh)| refresh.grant == grant)
            .map(|(key, _)| key.clone())
            .collect();
        for key in tokens {
            self.refresh.remove(&key);
            self.drop_kept("refresh", key);
        }
        self.end_sessions(|session| session.grant.as_deref() == Some(grant));
    }

    fn end_sessions(&mut self, ends: impl Fn(&Session) -> bool) {
        let keys: Vec<String> = self
            .sessions
            .iter()
            .filter(|(_, session)| ends(session))
            .map(|(key, _)| key.clone())
            .collect();
        for key in keys {
            self.sessions.remove(&key);
            self.drop_kept("session", key);
        }
    }
}

fn consent_key(user: Id, client: &str) -> String {
    format!("{} {client}", user.short())
}

fn read<T: DeserializeOwned, M: FromIterator<(String, T)>>(
    disk: &Disk,
    kind: &str,
) -> Result<M, OrgError> {
    disk.access(kind)?
        .into_iter()
        .map(|(key, body)| {
            let value = serde_json::from_str(&body)
                .map_err(|_| OrgError::Damaged { what: "access record" })?;
            Ok((key, value))
        })
        .collect()
}
