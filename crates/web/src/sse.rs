//! Server-sent events: a channel of the gate as a body.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use futures_util::stream;
use http::{HeaderName, header};
use tokio::sync::mpsc::Receiver;

/// A comment goes out after so long a silence, so that nothing in between hangs up.
const SILENCE: Duration = Duration::from_secs(15);

/// One event: an optional name and its data, which has no line break.
pub(crate) fn frame(name: Option<&str>, data: &str) -> String {
    let name = name.map(|name| format!("event: {name}\n")).unwrap_or_default();
    format!("{name}data: {data}\n\n")
}

/// Makes a stream of what the gate says.
pub(crate) trait Teller<E>: Send + 'static {
    /// What goes out for an event. `None` is the end of the channel, and has to end the stream.
    fn tell(&mut self, event: Option<E>) -> impl Future<Output = Next> + Send;
}

/// Streams what `teller` makes of each event, beginning with those that came before.
/// Dropping the body drops the receiver, which stops the work.
pub(crate) fn response<E: Send + 'static>(
    before: Vec<E>,
    events: Receiver<E>,
    teller: impl Teller<E>,
) -> Response {
    let state = Some((before.into_iter(), events, teller));
    let parts = stream::unfold(state, |state| async move {
        let (mut before, mut events, mut teller) = state?;
        loop {
            let next = match before.next() {
                Some(event) => teller.tell(Some(event)).await,
                None => match tokio::time::timeout(SILENCE, events.recv()).await {
                    Ok(event) => teller.tell(event).await,
                    Err(_) => Next::More(": still here\n\n".to_owned()),
                },
            };
            match next {
                Next::More(text) if text.is_empty() => {}
                Next::More(text) => {
                    return Some((
                        Ok::<_, Infallible>(Bytes::from(text)),
                        Some((before, events, teller)),
                    ));
                }
                Next::Last(text) => return Some((Ok(Bytes::from(text)), None)),
            }
        }
    });
    let headers = [
        (header::CONTENT_TYPE, "text/event-stream; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        // Proxies that buffer would hold the stream back.
        (HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    (headers, Body::from_stream(parts)).into_response()
}

/// What goes out next.
pub(crate) enum Next {
    More(String),
    Last(String),
}
