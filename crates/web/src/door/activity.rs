//! What happened.

use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;

use super::chat::waiting;
use crate::doors::Doors;
use crate::error::WebError;
use crate::page::activity::{self, Window};
use crate::page::frame::{Frame, Here};
use crate::session::SignedIn;

const ENTRIES_A_PAGE: usize = 50;

#[derive(Debug, Deserialize)]
pub(crate) struct Wanted {
    before: Option<String>,
    entry: Option<String>,
    whose: Option<String>,
}

/// `/activity`
pub(crate) async fn page(
    State(doors): State<Doors>,
    SignedIn(session): SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, WebError> {
    let number = |text: Option<String>| text.and_then(|text| text.parse::<u64>().ok());
    let marked = number(wanted.entry);
    // A few newer ones stand above the entry that was asked for.
    let before = marked.map(|entry| entry.saturating_add(6)).or(number(wanted.before));
    let everyone = session.auditor && wanted.whose.as_deref() != Some("own");
    let activity =
        doors.gate.activity(&session.principal, everyone, before, ENTRIES_A_PAGE).await?;
    let waiting = waiting(&doors, &session).await;
    let frame = Frame {
        site: &doors.site,
        session: &session,
        here: Here::Activity,
        title: "Activity",
        waiting,
    };
    Ok(activity::page(
        &frame,
        &activity,
        &doors.gate.alarms(&session),
        Window { own: !everyone, newest: before.is_none(), marked },
    ))
}
