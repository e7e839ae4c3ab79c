//! Bodies of requests, whole, within a limit of size and time.

use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use futures_util::StreamExt as _;

use crate::error::WebError;

/// No request is larger: 2 MiB.
pub(crate) const LIMIT: usize = 2 * 1024 * 1024;
/// No request of somebody who is not known yet is larger: 64 KiB. Many at once must not fill the memory.
const STRANGERS: usize = 64 * 1024;
/// No body takes longer to arrive.
const PATIENCE: Duration = Duration::from_secs(30);

/// Reads a body.
pub(crate) async fn whole(body: Body) -> Result<Bytes, WebError> {
    in_time(body, LIMIT).await
}

/// Reads the body of a request that comes without a key, or whose key stands in it.
pub(crate) async fn of_stranger(body: Body) -> Result<Bytes, WebError> {
    in_time(body, STRANGERS).await
}

async fn in_time(body: Body, limit: usize) -> Result<Bytes, WebError> {
    tokio::time::timeout(PATIENCE, within(body, limit)).await.map_err(|_| WebError::TooSlow)?
}

async fn within(body: Body, limit: usize) -> Result<Bytes, WebError> {
    let mut stream = body.into_data_stream();
    let mut read = Vec::new();
    while let Some(part) = stream.next().await {
        let part = part.map_err(|_| WebError::Malformed("the request broke off".to_owned()))?;
        if read.len() + part.len() > limit {
            return Err(WebError::TooLarge(limit / 1024));
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

    use super::{LIMIT, STRANGERS, media_type, of_stranger, whole};
    use crate::error::WebError;

    fn body(parts: usize) -> Body {
        let part = Bytes::from(vec![b'x'; 1024]);
        Body::from_stream(stream::iter((0..parts).map(move |_| Ok::<_, Infallible>(part.clone()))))
    }

    #[tokio::test]
    async fn a_body_is_read_up_to_the_limit() {
        assert_eq!(whole(body(LIMIT / 1024)).await.unwrap().len(), LIMIT);
        assert!(matches!(whole(body(LIMIT / 1024 + 1)).await, Err(WebError::TooLarge(2048))));
        assert!(of_stranger(body(STRANGERS / 1024)).await.is_ok());
        let more = of_stranger(body(STRANGERS / 1024 + 1)).await;
        assert_eq!(more.unwrap_err().message(), "the request is larger than 64 KiB");
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
