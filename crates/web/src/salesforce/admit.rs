//! Who calls: the key of the gate, wherever Salesforce's clients put a session id.

use boundary::{Door, Principal};
use gateway::GateError;
use http::{HeaderMap, HeaderName, header};

use crate::doors::Doors;
use crate::error::WebError;

/// Where the clients of the older bulk API put it.
const SESSION: HeaderName = HeaderName::from_static("x-sfdc-session");

/// The principal of a request. `given` is a key from elsewhere than the headers.
pub(super) async fn admit(
    doors: &Doors,
    headers: &HeaderMap,
    given: Option<&str>,
) -> Result<Principal, WebError> {
    let key = given.or_else(|| key(headers)).ok_or(GateError::BadKey)?;
    by_key(doors, key).await
}

/// The principal of a key. Some clients take nothing for a token that does not begin with the id
/// of an org: `00D...!key` is the key.
pub(super) async fn by_key(doors: &Doors, key: &str) -> Result<Principal, WebError> {
    let bare = match key.split_once('!') {
        Some((org, rest)) if org.starts_with("00D") => rest,
        _ => key,
    };
    Ok(doors.gate.by_key(bare.trim()).await?.at(Door::Salesforce))
}

fn key(headers: &HeaderMap) -> Option<&str> {
    let text = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(session) = text(&SESSION) {
        return Some(session);
    }
    let (scheme, key) = text(&header::AUTHORIZATION)?.split_once(' ')?;
    let known = scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("oauth");
    known.then_some(key.trim()).filter(|key| !key.is_empty())
}
