//! What a person let a client do, and the codes and tokens that stand for it, by their hashes.

use boundary::{PersonId, UnixMillis};
use keys::KeyHash;

use crate::sql::{Row, Statements, values};
use crate::{State, StoreError};

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

    /// The consent behind a code, whether it was used before or not, and whether the consent has ended or not.
    fn by_code(&self, code: &KeyHash) -> Result<Option<Delegation>, StoreError>;

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

const COLUMNS: &str = "d.id, d.person, d.client, d.scope, d.resource, d.created, d.revoked";

impl Delegations for State {
    fn delegate(&self, delegation: &Delegation, code: &CodeRow) -> Result<(), StoreError> {
        let Delegation { id, person, client, scope, resource, created, revoked: _ } = delegation;
        self.sql.in_one_step(|step| {
            let sql = "SELECT id FROM delegations
                       WHERE person = ?1 AND client = ?2 AND resource = ?3 AND revoked IS NULL";
            for old in step.all(sql, values![person, client, resource], |row| row.text(0))? {
                end(step, &old, *created)?;
            }
            step.change(
                "INSERT INTO delegations (id, person, client, scope, resource, created)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                values![id, person, client, scope, resource, *created],
            )?;
            step.change(
                "INSERT INTO codes (hash, delegation, redirect, challenge, expires, used)
                 VALUES (?1, ?2, ?3, ?4, ?5, 0)",
                values![&code.hash, id, &code.redirect, &code.challenge, code.expires],
            )?;
            Ok(())
        })
    }

    fn take_code(
        &self,
        code: &KeyHash,
        now: UnixMillis,
    ) -> Result<Once<(CodeRow, Delegation)>, StoreError> {
        let sql =
            "SELECT delegation, redirect, challenge, expires, used FROM codes WHERE hash = ?1";
        self.sql.in_one_step(|step| {
            let found = step.first(sql, values![code], |row| {
                let found = CodeRow {
                    hash: *code,
                    delegation: row.text(0)?,
                    redirect: row.text(1)?,
                    challenge: row.text(2)?,
                    expires: row.millis(3)?,
                };
                Ok((found, row.int(4)? != 0))
            })?;
            let Some((row, used)) = found else { return Ok(Once::Unknown) };
            if used {
                end(step, &row.delegation, now)?;
                return Ok(Once::Again);
            }
            step.change("UPDATE codes SET used = 1 WHERE hash = ?1", values![code])?;
            Ok(match in_force(step, &row.delegation)? {
                Some(delegation) if row.expires > now => Once::First((row, delegation)),
                _ => Once::Unknown,
            })
        })
    }

    fn by_code(&self, code: &KeyHash) -> Result<Option<Delegation>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM codes c JOIN delegations d ON d.id = c.delegation
             WHERE c.hash = ?1"
        );
        self.sql.first(&sql, values![code], read)
    }

    fn add_tokens(&self, delegation: &str, tokens: &[TokenRow]) -> Result<bool, StoreError> {
        self.sql.in_one_step(|step| {
            if in_force(step, delegation)?.is_none() {
                return Ok(false);
            }
            add(step, delegation, tokens)?;
            Ok(true)
        })
    }

    fn by_access_token(
        &self,
        token: &KeyHash,
        now: UnixMillis,
    ) -> Result<Option<Delegation>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM tokens t JOIN delegations d ON d.id = t.delegation
             WHERE t.hash = ?1 AND t.kind = 'access' AND t.expires > ?2 AND d.revoked IS NULL"
        );
        self.sql.first(&sql, values![token, now], read)
    }

    fn by_refresh_token(&self, token: &KeyHash) -> Result<Option<Delegation>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM tokens t JOIN delegations d ON d.id = t.delegation
             WHERE t.hash = ?1 AND t.kind = 'refresh'"
        );
        self.sql.first(&sql, values![token], read)
    }

    fn rotate(
        &self,
        token: &KeyHash,
        new: &[TokenRow],
        now: UnixMillis,
    ) -> Result<Once<Delegation>, StoreError> {
        let sql = "SELECT delegation, expires, spent FROM tokens
                   WHERE hash = ?1 AND kind = 'refresh'";
        self.sql.in_one_step(|step| {
            let found = step.first(sql, values![token], |row| {
                Ok((row.text(0)?, row.millis(1)?, row.maybe_int(2)?.is_some()))
            })?;
            let Some((delegation, expires, spent)) = found else { return Ok(Once::Unknown) };
            if spent {
                end(step, &delegation, now)?;
                return Ok(Once::Again);
            }
            let Some(found) = in_force(step, &delegation)?.filter(|_| expires > now) else {
                return Ok(Once::Unknown);
            };
            step.change("UPDATE tokens SET spent = ?2 WHERE hash = ?1", values![token, now])?;
            // What the client holds from now on is the new pair alone.
            let old = "DELETE FROM tokens WHERE delegation = ?1 AND kind = 'access'";
            step.change(old, values![&delegation])?;
            add(step, &delegation, new)?;
            Ok(Once::First(found))
        })
    }

    fn end_delegation(&self, id: &str, now: UnixMillis) -> Result<bool, StoreError> {
        let ended = self.sql.in_one_step(|step| end(step, id, now))?;
        self.sql.scrub()?;
        Ok(ended)
    }

    fn end_delegations_to(&self, client: &str, now: UnixMillis) -> Result<usize, StoreError> {
        let sql = "SELECT id FROM delegations WHERE client = ?1 AND revoked IS NULL";
        let ended = self.sql.in_one_step(|step| {
            let ids = step.all(sql, values![client], |row| row.text(0))?;
            for id in &ids {
                end(step, id, now)?;
            }
            Ok(ids.len())
        })?;
        self.sql.scrub()?;
        Ok(ended)
    }

    fn delegations_of(&self, person: &PersonId) -> Result<Vec<Delegation>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM delegations d
             WHERE d.person = ?1 AND d.revoked IS NULL ORDER BY d.created DESC, d.id"
        );
        self.sql.all(&sql, values![person], read)
    }

    fn forget_expired_tokens(&self, now: UnixMillis) -> Result<usize, StoreError> {
        let codes = self.sql.change("DELETE FROM codes WHERE expires <= ?1", values![now])?;
        let tokens = self.sql.change("DELETE FROM tokens WHERE expires <= ?1", values![now])?;
        Ok(codes + tokens)
    }
}

fn add(step: &dyn Statements, delegation: &str, tokens: &[TokenRow]) -> Result<(), StoreError> {
    for token in tokens {
        step.change(
            "INSERT INTO tokens (hash, kind, delegation, expires) VALUES (?1, ?2, ?3, ?4)",
            values![&token.hash, token.kind.name(), delegation, token.expires],
        )?;
    }
    Ok(())
}

/// Ends a consent. Spent refresh tokens and used codes stay until their time is over, so that a second
/// use is still noticed.
fn end(step: &dyn Statements, id: &str, now: UnixMillis) -> Result<bool, StoreError> {
    let sql = "UPDATE delegations SET revoked = ?2 WHERE id = ?1 AND revoked IS NULL";
    let ended = step.change(sql, values![id, now])? > 0;
    step.change("DELETE FROM tokens WHERE delegation = ?1 AND spent IS NULL", values![id])?;
    step.change("DELETE FROM codes WHERE delegation = ?1 AND used = 0", values![id])?;
    Ok(ended)
}

fn in_force(step: &dyn Statements, id: &str) -> Result<Option<Delegation>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM delegations d WHERE d.id = ?1 AND d.revoked IS NULL");
    step.first(&sql, values![id], read)
}

fn read(row: &Row) -> Result<Delegation, StoreError> {
    Ok(Delegation {
        id: row.text(0)?,
        person: row.person(1, "delegations")?,
        client: row.text(2)?,
        scope: row.text(3)?,
        resource: row.text(4)?,
        created: row.millis(5)?,
        revoked: row.maybe_millis(6)?,
    })
}
