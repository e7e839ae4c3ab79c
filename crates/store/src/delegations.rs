//! What a person let a client do, and the codes and tokens that stand for it, by their hashes.

use boundary::{PersonId, UnixMillis};
use keys::KeyHash;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use crate::database::{change_returning, millis, signed};
use crate::state::scrub;
use crate::{SqliteState, StoreError};

/// A person's consent to one client, from which all its tokens come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delegation {
    /// Short id that may be written down.
    pub id: String,
    /// For whom the client acts.
    pub person: PersonId,
    /// The `client_id`.
    pub client: String,
    /// The scopes that were consented to, with a space between.
    pub scope: String,
    /// The address that its tokens are good at (RFC 8707).
    pub resource: String,
    /// When.
    pub created: UnixMillis,
    /// When it ended.
    pub revoked: Option<UnixMillis>,
}

/// An authorization code that waits to be exchanged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeRow {
    /// Hash of the code.
    pub hash: KeyHash,
    /// The consent it stands for.
    pub delegation: String,
    /// Where the browser was sent back to; the exchange has to name the same address.
    pub redirect: String,
    /// Challenge of the client's proof key (RFC 7636).
    pub challenge: String,
    /// Until when.
    pub expires: UnixMillis,
}

/// What kind of token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// Goes with each request.
    Access,
    /// Good for the next pair, once.
    Refresh,
}

impl TokenKind {
    const fn name(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Refresh => "refresh",
        }
    }
}

/// A token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRow {
    /// Hash of the token.
    pub hash: KeyHash,
    /// What kind.
    pub kind: TokenKind,
    /// Until when.
    pub expires: UnixMillis,
}

/// What came of a secret that is good once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Once<T> {
    /// This was its one use.
    First(T),
    /// It was used before: two parties hold it, so the consent it stood for has been ended.
    Again,
    /// There is none, or its time is over.
    Unknown,
}

/// Consents, codes and tokens.
pub trait Delegations {
    /// Adds a consent with its first code. An earlier one of the same person, client and resource ends.
    fn delegate(&self, delegation: &Delegation, code: &CodeRow) -> Result<(), StoreError>;

    /// Uses a code. A second use ends the consent.
    fn take_code(
        &self,
        code: &KeyHash,
        now: UnixMillis,
    ) -> Result<Once<(CodeRow, Delegation)>, StoreError>;

    /// Adds tokens to a consent that has not ended. Whether it took them.
    fn add_tokens(&self, delegation: &str, tokens: &[TokenRow]) -> Result<bool, StoreError>;

    /// The consent behind an access token that is in force.
    fn by_access_token(
        &self,
        token: &KeyHash,
        now: UnixMillis,
    ) -> Result<Option<Delegation>, StoreError>;

    /// The consent behind a refresh token, whether it was used before or not.
    fn by_refresh_token(&self, token: &KeyHash) -> Result<Option<Delegation>, StoreError>;

    /// Trades a refresh token for new tokens, in one step. A second use ends the consent.
    fn rotate(
        &self,
        token: &KeyHash,
        new: &[TokenRow],
        now: UnixMillis,
    ) -> Result<Once<Delegation>, StoreError>;

    /// Ends a consent with all its codes and tokens. Whether it was in force.
    fn end_delegation(&self, id: &str, now: UnixMillis) -> Result<bool, StoreError>;

    /// Ends all consents to a client and says how many.
    fn end_delegations_to(&self, client: &str, now: UnixMillis) -> Result<usize, StoreError>;

    /// A person's consents that are in force, newest first.
    fn delegations_of(&self, person: &PersonId) -> Result<Vec<Delegation>, StoreError>;

    /// Forgets codes and tokens whose time is over, and says how many.
    fn forget_expired_tokens(&self, now: UnixMillis) -> Result<usize, StoreError>;
}

impl Delegations for SqliteState {
    fn delegate(&self, delegation: &Delegation, code: &CodeRow) -> Result<(), StoreError> {
        let Delegation { id, person, client, scope, resource, created, revoked: _ } = delegation;
        let mut connection = self.connection();
        let step = connection.transaction()?;
        let sql = "SELECT id FROM delegations
                   WHERE person = ?1 AND client = ?2 AND resource = ?3 AND revoked IS NULL";
        let earlier: Vec<String> = step
            .prepare_cached(sql)?
            .query_map(params![person.as_str(), client, resource], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        for old in earlier {
            end(&step, &old, *created)?;
        }
        step.execute(
            "INSERT INTO delegations (id, person, client, scope, resource, created)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![id, person.as_str(), client, scope, resource, signed(created.0)],
        )?;
        step.execute(
            "INSERT INTO codes (hash, delegation, redirect, challenge, expires, used)
             VALUES (?1, ?2, ?3, ?4, ?5, 0)",
            params![
                code.hash.as_bytes(),
                id,
                code.redirect,
                code.challenge,
                signed(code.expires.0)
            ],
        )?;
        Ok(step.commit()?)
    }

    fn take_code(
        &self,
        code: &KeyHash,
        now: UnixMillis,
    ) -> Result<Once<(CodeRow, Delegation)>, StoreError> {
        let mut connection = self.connection();
        let step = connection.transaction()?;
        let sql =
            "SELECT delegation, redirect, challenge, expires, used FROM codes WHERE hash = ?1";
        let found: Option<(CodeRow, bool)> = step
            .query_row(sql, [code.as_bytes()], |row| {
                let found = CodeRow {
                    hash: *code,
                    delegation: row.get(0)?,
                    redirect: row.get(1)?,
                    challenge: row.get(2)?,
                    expires: millis(row.get(3)?),
                };
                Ok((found, row.get(4)?))
            })
            .optional()?;
        let Some((row, used)) = found else { return Ok(Once::Unknown) };
        if used {
            end(&step, &row.delegation, now)?;
            step.commit()?;
            return Ok(Once::Again);
        }
        step.execute("UPDATE codes SET used = 1 WHERE hash = ?1", [code.as_bytes()])?;
        let delegation = in_force(&step, &row.delegation)?;
        step.commit()?;
        Ok(match delegation {
            Some(delegation) if row.expires > now => Once::First((row, delegation)),
            _ => Once::Unknown,
        })
    }

    fn add_tokens(&self, delegation: &str, tokens: &[TokenRow]) -> Result<bool, StoreError> {
        let mut connection = self.connection();
        let step = connection.transaction()?;
        if in_force(&step, delegation)?.is_none() {
            return Ok(false);
        }
        add(&step, delegation, tokens)?;
        step.commit()?;
        Ok(true)
    }

    fn by_access_token(
        &self,
        token: &KeyHash,
        now: UnixMillis,
    ) -> Result<Option<Delegation>, StoreError> {
        let sql = "SELECT d.id, d.person, d.client, d.scope, d.resource, d.created, d.revoked
                   FROM tokens t JOIN delegations d ON d.id = t.delegation
                   WHERE t.hash = ?1 AND t.kind = 'access' AND t.expires > ?2 AND d.revoked IS NULL";
        self.connection()
            .prepare_cached(sql)?
            .query_and_then(params![token.as_bytes(), signed(now.0)], read)?
            .next()
            .transpose()
    }

    fn by_refresh_token(&self, token: &KeyHash) -> Result<Option<Delegation>, StoreError> {
        let sql = "SELECT d.id, d.person, d.client, d.scope, d.resource, d.created, d.revoked
                   FROM tokens t JOIN delegations d ON d.id = t.delegation
                   WHERE t.hash = ?1 AND t.kind = 'refresh'";
        self.connection()
            .prepare_cached(sql)?
            .query_and_then([token.as_bytes()], read)?
            .next()
            .transpose()
    }

    fn rotate(
        &self,
        token: &KeyHash,
        new: &[TokenRow],
        now: UnixMillis,
    ) -> Result<Once<Delegation>, StoreError> {
        let mut connection = self.connection();
        let step = connection.transaction()?;
        let sql = "SELECT delegation, expires, spent FROM tokens
                   WHERE hash = ?1 AND kind = 'refresh'";
        let found: Option<(String, i64, bool)> = step
            .query_row(sql, [token.as_bytes()], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get::<_, Option<i64>>(2)?.is_some()))
            })
            .optional()?;
        let Some((delegation, expires, spent)) = found else { return Ok(Once::Unknown) };
        if spent {
            end(&step, &delegation, now)?;
            step.commit()?;
            return Ok(Once::Again);
        }
        let Some(found) = in_force(&step, &delegation)?.filter(|_| expires > signed(now.0)) else {
            return Ok(Once::Unknown);
        };
        let spend = "UPDATE tokens SET spent = ?2 WHERE hash = ?1";
        step.execute(spend, params![token.as_bytes(), signed(now.0)])?;
        // What the client holds from now on is the new pair alone.
        let old = "DELETE FROM tokens WHERE delegation = ?1 AND kind = 'access'";
        step.execute(old, [&delegation])?;
        add(&step, &delegation, new)?;
        step.commit()?;
        Ok(Once::First(found))
    }

    fn end_delegation(&self, id: &str, now: UnixMillis) -> Result<bool, StoreError> {
        let mut connection = self.connection();
        let step = connection.transaction()?;
        let ended = end(&step, id, now)?;
        step.commit()?;
        scrub(&connection)?;
        Ok(ended)
    }

    fn end_delegations_to(&self, client: &str, now: UnixMillis) -> Result<usize, StoreError> {
        let mut connection = self.connection();
        let step = connection.transaction()?;
        let sql = "SELECT id FROM delegations WHERE client = ?1 AND revoked IS NULL";
        let ids: Vec<String> = step
            .prepare_cached(sql)?
            .query_map([client], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        for id in &ids {
            end(&step, id, now)?;
        }
        step.commit()?;
        scrub(&connection)?;
        Ok(ids.len())
    }

    fn delegations_of(&self, person: &PersonId) -> Result<Vec<Delegation>, StoreError> {
        let sql = "SELECT id, person, client, scope, resource, created, revoked FROM delegations
                   WHERE person = ?1 AND revoked IS NULL ORDER BY created DESC, id";
        self.connection().prepare_cached(sql)?.query_and_then([person.as_str()], read)?.collect()
    }

    fn forget_expired_tokens(&self, now: UnixMillis) -> Result<usize, StoreError> {
        let connection = self.connection();
        let now = signed(now.0);
        let codes = connection.execute("DELETE FROM codes WHERE expires <= ?1", [now])?;
        let tokens = connection.execute("DELETE FROM tokens WHERE expires <= ?1", [now])?;
        Ok(codes + tokens)
    }
}

fn add(step: &Transaction<'_>, delegation: &str, tokens: &[TokenRow]) -> Result<(), StoreError> {
    for token in tokens {
        step.execute(
            "INSERT INTO tokens (hash, kind, delegation, expires) VALUES (?1, ?2, ?3, ?4)",
            params![token.hash.as_bytes(), token.kind.name(), delegation, signed(token.expires.0)],
        )?;
    }
    Ok(())
}

/// Ends a consent. Spent refresh tokens and used codes stay until their time is over, so that a second
/// use is still noticed.
fn end(step: &Transaction<'_>, id: &str, now: UnixMillis) -> Result<bool, StoreError> {
    let sql = "UPDATE delegations SET revoked = ?2 WHERE id = ?1 AND revoked IS NULL RETURNING id";
    let ended: Option<String> =
        change_returning(step, sql, params![id, signed(now.0)], |row| Ok(row.get(0)?))?;
    step.execute("DELETE FROM tokens WHERE delegation = ?1 AND spent IS NULL", [id])?;
    step.execute("DELETE FROM codes WHERE delegation = ?1 AND used = 0", [id])?;
    Ok(ended.is_some())
}

fn in_force(connection: &Connection, id: &str) -> Result<Option<Delegation>, StoreError> {
    let sql = "SELECT id, person, client, scope, resource, created, revoked FROM delegations
               WHERE id = ?1 AND revoked IS NULL";
    connection.prepare_cached(sql)?.query_and_then([id], read)?.next().transpose()
}

fn read(row: &Row<'_>) -> Result<Delegation, StoreError> {
    let person: String = row.get(1)?;
    Ok(Delegation {
        id: row.get(0)?,
        person: PersonId::parse(&person).ok_or(StoreError::Damaged("delegations"))?,
        client: row.get(2)?,
        scope: row.get(3)?,
        resource: row.get(4)?,
        created: millis(row.get(5)?),
        revoked: row.get::<_, Option<i64>>(6)?.map(millis),
    })
}
