//! A document that a stranger named: fetched from the open internet or not at all.
//!
//! A program that asks to be let in says who it is by the address of a document about itself. Whoever
//! chose that address must not make the gate look at its own network (server-side request forgery):
//! TLS alone, addresses that are public for everybody, no redirect, little time, few bytes, and the
//! connection goes to the very address that was checked.

use std::time::Duration;

use bytes::Bytes;
use http::Request;
use http::header::{ACCEPT, CONTENT_TYPE};
use http_body_util::Full;
use zeroize::Zeroizing;

use crate::line::{Line, Reuse};
use crate::salesforce::unfit;
use crate::{Address, EgressError, Limits, Trust};

/// No such document is larger: 5 KiB, as the draft on client ID metadata documents advises.
const BYTES: usize = 5 * 1024;

/// Who may be asked for a document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// Addresses that are public, through TLS.
    #[default]
    Public,
    /// This machine too, without TLS: for a demo and for tests.
    PublicAndMachine,
}

/// Fetches the JSON document at this address. `from` is what [`Address`] takes, with its path.
pub async fn document(
    from: &str,
    trust: &Trust,
    reach: Reach,
) -> Result<Zeroizing<Vec<u8>>, EgressError> {
    let address: Address = from.parse()?;
    let here = address.names_loopback();
    if here && reach == Reach::Public {
        return Err(EgressError::Private { host: address.authority() });
    }
    let limits = Limits {
        connect: Duration::from_secs(3),
        first_byte: Duration::from_secs(3),
        idle: Duration::from_secs(2),
        total: Duration::from_secs(5),
        reply_bytes: BYTES,
    };
    let host = address.authority();
    let line = if here {
        Line::new(address, trust, limits)?
    } else {
        Line::to_public(address, trust, limits)?
    };
    let request = Request::get(line.address().target("")?)
        .header(ACCEPT, "application/json")
        .body(Full::new(Bytes::new()))
        .map_err(unfit)?;
    let mut answer = line.ask(request, Reuse::Never, here).await?;
    let status = answer.response.status();
    let kind = answer.response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let kind = kind.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    let json = kind.eq_ignore_ascii_case("application/json")
        || (kind.starts_with("application/") && kind.ends_with("+json"));
    if status != http::StatusCode::OK || !json {
        // Not followed, whatever it says: a redirect could lead anywhere.
        let code = if status.is_success() { "NO_JSON" } else { "NO_DOCUMENT" };
        let (status, code) = (status.as_u16(), code.to_owned());
        return Err(EgressError::Refused { host, status, code, retry_after: None });
    }
    answer.body.whole().await
}
