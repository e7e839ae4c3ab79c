//! Bodies of requests, whole, within a limit of size and time.

use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use futures_util::StreamExt as _;

use crate::error::WebError;

/// No request is larger: 2 MiB.
pub(crate) const LIMIT: usize = 2 * 1024 * 1024;
/// No body takes longer to arrive.
const PATIENCE: Duration = Duration::from_secs(30);

/// Reads a body.
pub(crate) async fn whole(body: Body) -> Result<Bytes, WebError> {
    tokio::time::timeout(PATIENCE, within(body)).await.map_err(|_| WebError::TooSlow)?
}

async fn within(body: Body) -> Result<Bytes, WebError> {
    let mut stream = body.into_data_stream();
    let mut read = Vec::new();
    while let Some(part) = stream.next().await {
        let part = part.map_err(|_| WebError::Malformed("the request broke off".to_owned()))?;
        if read.len() + part.len() > LIMIT {
            return Err(WebError::TooLarge);
        }
        read.extend_from_slice(&part);
    }
    Ok(read.into())
}

/// The media type of a request without its parameters, lower case.
pub(crate) fn media_type(headers: &http::HeaderMap) -> String {
    let header = headers.get(http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let before = header.unwrap_or_default().split(';').next().unwrap_or_default();
    before.trim().to_ascii_lowercase()
}
