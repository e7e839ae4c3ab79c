//! Administrators decide which programs may come in, and how far.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use gateway::{ClientStanding, ClientTerms, GateError};
use serde::Deserialize;

use super::chat::waiting;
use crate::doors::Doors;
use crate::error::WebError;
use crate::form::ProtectedForm;
use crate::page;
use crate::page::frame::{Frame, Here};
use crate::session::SignedIn;

/// `/clients`
pub(crate) async fn list(
    State(doors): State<Doors>,
    SignedIn(session): SignedIn,
) -> Result<Response, WebError> {
    let clients = doors.gate.clients(&session).await?;
    let waiting = waiting(&doors, &session).await;
    let (session, site) = (&session, &doors.site);
    let frame = Frame { site, session, here: Here::Programs, title: "Clients", waiting };
    let more = doors.gate.tools_of_servers();
    Ok(page::clients::page(&frame, &clients, doors.gate.config().mcp.rows, &more))
}

#[derive(Debug, Deserialize)]
pub(crate) struct Wish {
    name: String,
    redirect: String,
}

/// `POST /clients`: a client without a metadata document.
pub(crate) async fn register(
    State(doors): State<Doors>,
    SignedIn(session): SignedIn,
    form: ProtectedForm<Wish>,
) -> Result<Response, WebError> {
    let wish = form.verified(&session)?;
    doors.gate.register_client(&session, &wish.name, &wish.redirect).await?;
    Ok(Redirect::to("/clients").into_response())
}

#[derive(Debug, Deserialize)]
pub(crate) struct Decision {
    client: String,
    standing: String,
    rows: String,
    objects: String,
    /// A member `tool.<name>` for each tool that is ticked.
    #[serde(flatten)]
    more: BTreeMap<String, String>,
}

/// `POST /clients/decide`
pub(crate) async fn decide(
    State(doors): State<Doors>,
    SignedIn(session): SignedIn,
    form: ProtectedForm<Decision>,
) -> Result<Response, WebError> {
    let decision = form.verified(&session)?;
    let standing = match decision.standing.as_str() {
        "admitted" => ClientStanding::Admitted,
        "quarantine" => ClientStanding::Quarantine,
        "refused" => ClientStanding::Refused,
        _ => return Err(GateError::invalid("no such standing", Some("standing")).into()),
    };
    let rows =
        decision.rows.trim().parse().map_err(|_| {
            GateError::invalid("the rows of a day are a whole number", Some("rows"))
        })?;
    let tools = decision.more.keys().filter_map(|name| name.strip_prefix("tool."));
    let objects = decision.objects.split([',', ' ', '\n']).map(str::trim);
    let terms = ClientTerms {
        standing,
        tools: tools.map(str::to_owned).collect(),
        objects: objects.filter(|it| !it.is_empty()).map(str::to_owned).collect(),
        rows,
    };
    doors.gate.decide_client(&session, &decision.client, terms).await?;
    Ok(Redirect::to("/clients").into_response())
}
