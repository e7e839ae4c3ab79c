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

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use axum::body::Body;
    use bytes::Bytes;
    use futures_util::stream;

    use super::{LIMIT, media_type, whole};
    use crate::error::WebError;

    fn body(parts: usize) -> Body {
        let part = Bytes::from(vec![b'x'; 1024]);
        Body::from_stream(stream::iter((0..parts).map(move |_| Ok::<_, Infallible>(part.clone()))))
    }

    #[tokio::test]
    async fn a_body_is_read_up_to_the_limit() {
        assert_eq!(whole(body(LIMIT / 1024)).await.unwrap().len(), LIMIT);
        assert!(matches!(whole(body(LIMIT / 1024 + 1)).await, Err(WebError::TooLarge)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_never_ends_is_not_waited_for() {
        let silence = Body::from_stream(stream::pending::<Result<Bytes, Infallible>>());
        assert!(matches!(whole(silence).await, Err(WebError::TooSlow)));
    }

    #[test]
    fn a_media_type_is_read_without_its_parameters() {
        let mut headers = http::HeaderMap::new();
        assert_eq!(media_type(&headers), "");
        headers.insert("content-type", "Application/JSON ; charset=utf-8".parse().unwrap());
        assert_eq!(media_type(&headers), "application/json");
    }
}
