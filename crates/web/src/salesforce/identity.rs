//! Who the person is: `/services/oauth2/userinfo` and the identity address of a token.

use boundary::Form;
use gateway::{DirectCall, DirectPerson, Said};
use http::{HeaderMap, Method};
use serde_json::{Value, json};

use super::answer::{Answer, of_gate};
use super::resource::Call;
use super::{Outcome, admit, error};
use crate::doors::Doors;

pub(super) async fn userinfo(doors: &Doors, headers: &HeaderMap, call: &Call) -> Outcome {
    if call.method != Method::GET && call.method != Method::POST {
        return Ok(error::method(&call.method));
    }
    person(doors, headers, call, None).await
}

/// `/id/<org>/<user>`: only the caller's own.
pub(super) async fn identity(
    doors: &Doors,
    headers: &HeaderMap,
    call: &Call,
    named: (&str, &str),
) -> Outcome {
    person(doors, headers, call, Some(named)).await
}

async fn person(
    doors: &Doors,
    headers: &HeaderMap,
    call: &Call,
    named: Option<(&str, &str)>,
) -> Outcome {
    // Some clients put the token into the address.
    let given = call.one("oauth_token").or_else(|| call.one("access_token"));
    let who = admit::admit(doors, headers, given).await?;
    let own = (who.person().org().to_owned(), who.person().user().to_owned());
    let same = |asked: &str, own: &str| asked.len() >= 15 && own.starts_with(asked);
    if named.is_some_and(|(org, user)| !same(org, &own.0) || !same(user, &own.1)) {
        return Ok(error::of(403, "INSUFFICIENT_ACCESS", "Bad_Id"));
    }
    let direct = doors.gate.direct(&who, None, Form::Rest(68)).await.map_err(of_gate)?;
    let answer = direct.run(DirectCall::UserInfo).await.map_err(of_gate)?;
    match &answer.said {
        Said::Person(person) => Ok(Answer::ok(told(doors, person)).decided(&answer)),
        _ => Ok(error::not_found()),
    }
}

/// Clients cannot do without a user name; where the matrix keeps it, they get one that is nobody's.
fn told(doors: &Doors, person: &DirectPerson) -> Value {
    let DirectPerson { user, org, name, username } = person;
    let address = |path: &str| doors.site.address(path);
    let username = username.clone().unwrap_or_else(|| format!("{user}@portcullis.invalid"));
    let data = "/services/data/v{version}";
    json!({
        "id": address(&format!("/id/{org}/{user}")),
        "sub": address(&format!("/id/{org}/{user}")),
        "asserted_user": true,
        "user_id": user,
        "organization_id": org,
        "username": username,
        "preferred_username": username,
        "name": name,
        "display_name": name,
        "active": true,
        "user_type": "STANDARD",
        "urls": {
            "rest": address(&format!("{data}/")),
            "sobjects": address(&format!("{data}/sobjects/")),
            "query": address(&format!("{data}/query/")),
            "search": address(&format!("{data}/search/")),
            "recent": address(&format!("{data}/recent/")),
        },
    })
}
