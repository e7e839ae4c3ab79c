//! The org's users: the list for a greeting, and signing in.

use jiff::Timestamp;
use ring::hmac;

use super::Org;
use crate::access::Actor;
use crate::exchange::{Reply, Request};
use crate::id::Id;
use crate::oauth;
use crate::save::{Writer, login_row};
use crate::schema::system;
use crate::seed;
use crate::value::Value;

/// A seeded user who can sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// What is typed at sign-in.
    pub username: String,
    /// As seeded. Worked out from the seed each time: the org keeps only its hash.
    pub password: String,
    /// First and last name.
    pub name: String,
    /// The profile, which decides about objects and fields.
    pub profile: String,
    /// Place in the role hierarchy, which decides about records.
    pub role: String,
    /// One sentence on what this person is good for in a demonstration.
    pub about: String,
}

/// A well-formed hash that no password has.
const NOBODY: &str = "AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

pub(super) fn people(org: &Org) -> Vec<Person> {
    seed::people()
        .iter()
        .map(|person| Person {
            username: person.username.to_owned(),
            password: seed::password(org.seed, person.username),
            name: format!("{} {}", person.first, person.last),
            profile: person.profile.to_owned(),
            role: person.role.to_owned(),
            about: person.about.to_owned(),
        })
        .collect()
}

impl Org {
    pub(crate) fn user_by_name(&self, username: &str) -> Option<Id> {
        self.read(|state| {
            let users = state.schema.object("User")?;
            let named = |row: &crate::state::Row| {
                row.named(users, "Username")
                    .as_str()
                    .is_some_and(|name| name.eq_ignore_ascii_case(username))
            };
            state.rows(users).find(|row| !row.is_deleted() && named(row))?.id()
        })
    }

    fn user_text(&self, user: Id, field: &str) -> Option<String> {
        self.read(|state| {
            let users = state.schema.object("User")?;
            state.live(user)?.named(users, field).as_str().map(str::to_owned)
        })
    }

    pub(crate) fn username(&self, user: Id) -> Option<String> {
        self.user_text(user, "Username")
    }

    pub(crate) fn user_name(&self, user: Id) -> Option<String> {
        self.user_text(user, "Name")
    }

    pub(crate) fn organization_name(&self) -> Option<String> {
        self.read(|state| {
            let object = state.schema.object("Organization")?;
            state.live(self.id)?.named(object, "Name").as_str().map(str::to_owned)
        })
    }

    pub(crate) fn is_active(&self, user: Id) -> bool {
        self.read(|state| {
            let users = state.schema.object("User");
            users.is_some_and(|users| {
                state.live(user).is_some_and(|row| row.named(users, "IsActive").is_true())
            })
        })
    }

    /// The user, if name and password are right. Every try is in the login history.
    pub(crate) fn check_password(
        &self,
        username: &str,
        password: &str,
        request: &Request,
        kind: &str,
    ) -> Option<Id> {
        let now = self.now();
        let user = self.user_by_name(username);
        let key = username.to_lowercase();
        let kept = user.and_then(|user| self.vault().password(user).map(str::to_owned));
        let waits = self.vault().must_wait(&key, now);
        // The hash is worked out even for a name nobody has, so that the time taken does not tell.
        let right = oauth::matches(password, kept.as_deref().unwrap_or(NOBODY));
        let good = right && !waits && user.is_some_and(|user| self.is_active(user));
        let noted = self.with_vault(|vault| vault.note_login(&key, good, now)).is_ok();
        if let Some(user) = user {
            let status = if good { "Success" } else { "Invalid Password" };
            self.note_login(user, now, kind, status, request);
        }
        user.filter(|_| good && noted)
    }

    fn note_login(&self, user: Id, now: Timestamp, kind: &str, status: &str, request: &Request) {
        let profiles = self.profiles();
        let agent = request.header("user-agent").unwrap_or("Unknown").to_owned();
        self.write(|state| {
            let Some(actor) = Actor::of(state, &profiles, user) else { return Reply::empty(204) };
            let writer = Writer { actor: &actor, now };
            login_row(
                state,
                writer,
                &[
                    ("UserId", Value::Id(user)),
                    ("LoginTime", Value::Instant(now)),
                    ("LoginType", Value::text(kind)),
                    ("SourceIp", Value::text(request.source.as_str())),
                    ("LoginUrl", Value::text(request.header("host").unwrap_or_default())),
                    (
                        "Application",
                        Value::text(if kind == "Application" { "Browser" } else { "N/A" }),
                    ),
                    ("Browser", Value::text(agent.chars().take(64).collect::<String>())),
                    ("Status", Value::text(status)),
                ],
            );
            if let Some((users, row)) = state.schema.object("User").zip(state.live(user).cloned()) {
                let mut row = row.as_ref().clone();
                if status == "Success" {
                    row.put(users, "LastLoginDate", Value::Instant(now));
                    row.set(system::STAMP, Value::Instant(now));
                    state.store(users, row);
                }
            }
            Reply::empty(204)
        });
    }

    /// The `signature` of a token reply.
    pub(crate) fn sign_text(&self, text: &str) -> String {
        use base64::Engine;
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.vault().signing_key());
        base64::prelude::BASE64_STANDARD.encode(hmac::sign(&key, text.as_bytes()))
    }

    /// The user an id token of this org names, while it is good.
    pub(crate) fn id_token_user(&self, token: &str, now: Timestamp) -> Option<Id> {
        let subject = oauth::own_subject(token, self.vault().signing_key(), now)?;
        Id::parse(subject.rsplit('/').next()?)
    }
}
