//! The body of an answer: every part in time, all of it within the limit.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use tokio::time::{Instant, timeout_at};
use zeroize::Zeroizing;

use crate::connect::Link;
use crate::line::Kept;
use crate::{EgressError, Phase};

/// Most bytes of a refusal that are read for its error code.
const REFUSAL_BYTES: usize = 64 * 1024;

/// A body on its way. Dropping it before its end closes the connection.
pub(crate) struct Body {
    pub(crate) incoming: Incoming,
    pub(crate) link: Option<Link>,
    pub(crate) kept: Arc<Kept>,
    pub(crate) host: String,
    pub(crate) idle: Duration,
    pub(crate) total: Instant,
    pub(crate) limit: usize,
    pub(crate) taken: usize,
}

impl Body {
    /// The next part; `None` at the proper end, where the connection becomes free again.
    pub(crate) async fn next(&mut self) -> Result<Option<Bytes>, EgressError> {
        loop {
            let idle = Instant::now() + self.idle;
            let until = idle.min(self.total);
            let frame = match timeout_at(until, self.incoming.frame()).await {
                Ok(Some(Ok(frame))) => frame,
                Ok(Some(Err(_))) => return Err(EgressError::Broken { host: self.host.clone() }),
                Ok(None) => {
                    if let Some(link) = self.link.take() {
                        self.kept.put(link);
                    }
                    return Ok(None);
                }
                Err(_) => {
                    let phase = if until == idle { Phase::NextByte } else { Phase::Total };
                    return Err(EgressError::TimedOut { host: self.host.clone(), phase });
                }
            };
            let Ok(data) = frame.into_data() else { continue };
            self.taken += data.len();
            if self.taken > self.limit {
                let (host, limit) = (self.host.clone(), self.limit);
                return Err(EgressError::TooLarge { host, limit });
            }
            if !data.is_empty() {
                return Ok(Some(data));
            }
        }
    }

    /// All of it.
    pub(crate) async fn whole(&mut self) -> Result<Zeroizing<Vec<u8>>, EgressError> {
        let mut whole = Zeroizing::new(Vec::new());
        while let Some(part) = self.next().await? {
            whole.extend_from_slice(&part);
        }
        Ok(whole)
    }

    /// The body of a refusal, as far as it can be had: its status alone says enough.
    pub(crate) async fn refusal(mut self) -> Vec<u8> {
        let mut whole = Vec::new();
        while let Ok(Some(part)) = self.next().await {
            whole.extend_from_slice(&part);
            if whole.len() > REFUSAL_BYTES {
                break;
            }
        }
        whole
    }
}
