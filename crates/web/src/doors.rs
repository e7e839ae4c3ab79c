//! The way from a path to its door.

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};
use gateway::Gate;

use crate::error::WebError;
use crate::salesforce::Stamps;
use crate::site::Site;
use crate::{assets, door, events, guard, mcp, oauth, openai, salesforce};

/// What every door has at hand.
#[derive(Clone, Debug)]
pub(crate) struct Doors {
    pub(crate) gate: Gate,
    pub(crate) site: Arc<Site>,
    /// When descriptions were first given as they are.
    pub(crate) stamps: Stamps,
}

/// All doors of one gate.
pub fn router(gate: Gate, site: Site) -> Router {
    let site = Arc::new(site);
    let doors = Doors { gate, site: Arc::clone(&site), stamps: Stamps::default() };
    let pages = Router::new()
        .route("/", get(door::chat::first))
        .route("/c/{conversation}", get(door::chat::conversation))
        .route("/ask", post(events::ask))
        .route("/approvals", get(door::approvals::list))
        .route("/approvals/events", get(door::approvals::events))
        .route(
            "/approvals/batch/{batch}",
            get(door::approvals::batch).post(door::approvals::decide_batch),
        )
        .route("/approvals/{proposal}", get(door::approvals::one))
        .route("/approvals/{proposal}/undo", post(door::approvals::undo))
        .route("/approvals/{proposal}/find-out", post(door::approvals::find_out))
        .route("/approvals/{proposal}/approve", post(door::approvals::approve))
        .route("/approvals/{proposal}/edit", post(door::approvals::edit))
        .route("/approvals/{proposal}/reject", post(door::approvals::reject))
        .route("/activity", get(door::activity::page))
        .route("/ledger", get(door::ledger::page))
        .route("/ledger/export", get(door::ledger::export))
        .route("/ledger/{entry}", post(door::ledger::disclose))
        .route("/keys", get(door::keys::list).post(door::keys::create))
        .route("/keys/{key}/revoke", post(door::keys::revoke))
        .route("/programs", get(door::programs::list))
        .route("/programs/{id}/end", post(door::programs::end))
        .route("/clients", get(door::clients::list).post(door::clients::register))
        .route("/servers", get(door::servers::list).post(door::servers::decide))
        .route("/clients/decide", post(door::clients::decide))
        .route("/corrections", get(door::corrections::list).post(door::corrections::correct))
        .route("/corrections/message", post(door::corrections::message))
        .route("/corrections/{id}/remove", post(door::corrections::remove))
        .route("/authorize", get(door::consent::ask).post(door::consent::answer))
        .route("/oauth/start", get(door::access::start))
        .route("/oauth/callback", get(door::access::callback))
        .route("/sign-out", post(door::access::sign_out))
        .merge(assets::router())
        .fallback(|| async { WebError::NoSuchPage })
        .method_not_allowed_fallback(|| async { WebError::Method });
    let pages = guard::pages(pages, Arc::clone(&site));
    let tools = guard::tools(mcp::router(&doors));
    let open = guard::open(oauth::router(), Arc::clone(&site));
    let api = guard::api(openai::router(), Arc::clone(&site), openai::error::response);
    let records = guard::api(salesforce::router(), site, salesforce::error::response);
    let probes = Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(door::access::ready))
        .route("/metrics", get(door::ledger::metrics));
    let programs = probes.nest("/v1", api).merge(records).merge(tools).merge(open);
    programs.merge(pages).with_state(doors)
}
