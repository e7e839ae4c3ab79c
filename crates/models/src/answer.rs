//! The stream that every model answers with.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use crate::{Delta, ModelError};

/// An answer as it arrives: deltas, of which the last is [`Delta::Done`] or an error. Dropping
/// it ends the request.
pub struct AnswerStream(Pin<Box<dyn Stream<Item = Result<Delta, ModelError>> + Send>>);

impl AnswerStream {
    pub(crate) fn new(
        deltas: impl Stream<Item = Result<Delta, ModelError>> + Send + 'static,
    ) -> Self {
        Self(Box::pin(deltas))
    }
}

impl Stream for AnswerStream {
    type Item = Result<Delta, ModelError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.as_mut().poll_next(cx)
    }
}

impl fmt::Debug for AnswerStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AnswerStream")
    }
}
