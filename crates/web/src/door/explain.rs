//! What the gate would do with a query, told instead of done.

use axum::Json;
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use gateway::GateError;
use serde::Deserialize;

use crate::body::{media_type, whole};
use crate::doors::Doors;
use crate::error::WebError;
use crate::openai::admit;
use crate::openai::error::ApiError;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    query: String,
    /// User name of another person.
    #[serde(default, rename = "as")]
    other: Option<String>,
    #[serde(default = "rows")]
    rows: u64,
}

fn rows() -> u64 {
    200
}

/// `POST /v1/explain`
pub(crate) async fn api(
    State(doors): State<Doors>,
    request: Request,
) -> Result<Response, ApiError> {
    let (parts, body) = request.into_parts();
    let who = admit(&doors, &parts.headers).await?;
    if media_type(&parts.headers) != "application/json" {
        return Err(WebError::MediaType("application/json").into());
    }
    let wanted: Wanted = serde_json::from_slice(&whole(body).await?).map_err(|error| {
        let problem = format!("the body is not an explanation's question: {error}");
        GateError::invalid(problem, None)
    })?;
    let Wanted { query, other, rows } = wanted;
    let explained = doors.gate.explain(&who, other.as_deref(), &query, rows).await?;
    Ok(Json(explained.to_json()).into_response())
}
