//! The way to a bucket that takes objects once and keeps them: the few calls of S3 that a write-once
//! copy of the ledger needs. What goes in is what strangers verify: hashes, canonical entries and
//! signed checkpoints.
//!
//! A few calls and a signature are less than any S3 library, and go out the way everything does.

mod signing;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use boundary::UnixMillis;
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, IF_NONE_MATCH};
use http::{HeaderValue, Request};
use http_body_util::Full;
use keys::SecretText;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::line::{Line, Reuse};
use crate::salesforce::unfit;
use crate::{Address, EgressError, Limits, Trust};
use signing::{Signed, Signing, stamp};

/// Which bucket, and where in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// Address of the bucket itself, with its name in the host or as the path.
    pub address: Address,
    /// What the names of all objects begin with; empty, or `folder/`.
    pub prefix: String,
    /// Region that requests are signed for, such as `eu-central-1`.
    pub region: String,
}

/// A key of the bucket's owner that may write and read objects.
#[derive(Clone)]
pub struct BucketKey {
    /// Access key id.
    pub id: String,
    /// Secret access key.
    pub secret: SecretText,
}

impl std::fmt::Debug for BucketKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "BucketKey({})", self.id)
    }
}

/// What a bucket does to every object that is put into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BucketLock {
    /// `COMPLIANCE`, `GOVERNANCE`, or empty where there is no default.
    pub mode: String,
    /// Days that an object cannot be deleted or changed.
    pub days: u64,
}

/// How long one object is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retention {
    /// `COMPLIANCE` or `GOVERNANCE`.
    pub mode: String,
    /// Until when, as the bucket writes it (RFC 3339).
    pub until: String,
}

/// Whether an object is new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Put {
    /// It was not there before.
    Created,
    /// One of this name is there; it was left as it is.
    Existed,
}

/// A client of one bucket.
pub struct BucketDoor {
    line: Line,
    bucket: Bucket,
    key: BucketKey,
}

impl BucketDoor {
    /// A client of this bucket. Opens nothing yet.
    pub fn new(
        bucket: Bucket,
        key: BucketKey,
        trust: &Trust,
        limits: Limits,
    ) -> Result<Self, EgressError> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte);
        if !bucket.prefix.bytes().all(plain) {
            return Err(EgressError::Request { reason: "the bucket's prefix is no plain path" });
        }
        Ok(Self { line: Line::new(bucket.address.clone(), trust, limits)?, bucket, key })
    }

    /// Puts an object where none of its name is (`If-None-Match: *`).
    pub async fn create(
        &self,
        name: &str,
        content: &[u8],
        now: UnixMillis,
    ) -> Result<Put, EgressError> {
        match self.ask("PUT", name, "", Some((content, true)), now).await {
            Ok(_) => Ok(Put::Created),
            Err(EgressError::Refused { status: 412, .. }) => Ok(Put::Existed),
            Err(error) => Err(error),
        }
    }

    /// Puts a new version of an object. Those before it stay, where the bucket keeps versions.
    pub async fn put(
        &self,
        name: &str,
        content: &[u8],
        now: UnixMillis,
    ) -> Result<(), EgressError> {
        self.ask("PUT", name, "", Some((content, false)), now).await.map(drop)
    }

    /// An object; `None` where there is none.
    pub async fn read(
        &self,
        name: &str,
        now: UnixMillis,
    ) -> Result<Option<Zeroizing<Vec<u8>>>, EgressError> {
        match self.ask("GET", name, "", None, now).await {
            Ok(body) => Ok(Some(body)),
            Err(EgressError::Refused { status: 404, code, .. }) if code != "NoSuchBucket" => {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// The versions of an object, newest first, as far as one answer lists them. Markers that hide an object
    /// are none.
    pub async fn versions(&self, name: &str, now: UnixMillis) -> Result<Vec<String>, EgressError> {
        let key = self.bucket.prefix.clone() + name;
        let query = format!("prefix={}&versions=", key.replace('/', "%2F"));
        let body = self.ask("GET", "", &query, None, now).await?;
        let text = String::from_utf8_lossy(&body);
        let blocks = text.split("<Version>").skip(1);
        let of_key = blocks.filter(|block| tag(block, "Key") == Some(&key));
        Ok(of_key.filter_map(|block| tag(block, "VersionId")).map(str::to_owned).collect())
    }

    /// One version of an object.
    pub async fn read_version(
        &self,
        name: &str,
        version: &str,
        now: UnixMillis,
    ) -> Result<Zeroizing<Vec<u8>>, EgressError> {
        self.ask("GET", name, &format!("versionId={version}"), None, now).await
    }

    /// The bucket's object lock and default retention; `None` where it locks nothing.
    pub async fn lock(&self, now: UnixMillis) -> Result<Option<BucketLock>, EgressError> {
        let body = match self.ask("GET", "", "object-lock=", None, now).await {
            Ok(body) => body,
            Err(EgressError::Refused { status: 404, code, .. }) if code != "NoSuchBucket" => {
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        let text = String::from_utf8_lossy(&body);
        if tag(&text, "ObjectLockEnabled") != Some("Enabled") {
            return Ok(None);
        }
        let number = |name| tag(&text, name).and_then(|it| it.parse::<u64>().ok());
        let years = number("Years").map(|years| years.saturating_mul(365));
        let days = number("Days").or(years).unwrap_or(0);
        Ok(Some(BucketLock { mode: tag(&text, "Mode").unwrap_or_default().to_owned(), days }))
    }

    /// How long an object is kept; `None` where nothing says so.
    pub async fn retention(
        &self,
        name: &str,
        now: UnixMillis,
    ) -> Result<Option<Retention>, EgressError> {
        let body = match self.ask("GET", name, "retention=", None, now).await {
            Ok(body) => body,
            Err(EgressError::Refused { status: 404, .. }) => return Ok(None),
            Err(error) => return Err(error),
        };
        let text = String::from_utf8_lossy(&body);
        let found = tag(&text, "Mode").zip(tag(&text, "RetainUntilDate"));
        Ok(found.map(|(mode, until)| Retention { mode: mode.to_owned(), until: until.to_owned() }))
    }

    /// One signed request. Names are plain: letters, digits, `-`, `_`, `.`, `/`.
    async fn ask(
        &self,
        method: &str,
        name: &str,
        query: &str,
        content: Option<(&[u8], bool)>,
        now: UnixMillis,
    ) -> Result<Zeroizing<Vec<u8>>, EgressError> {
        let name = if name.is_empty() { String::new() } else { self.bucket.prefix.clone() + name };
        let path = self.bucket.address.target(&format!("/{name}"))?.path().to_owned();
        let whole = if query.is_empty() { path.clone() } else { format!("{path}?{query}") };
        let body = content.map(|(body, _)| body).unwrap_or_default();
        let digest = Sha256::digest(body);
        let (hash, checksum) = (hex::encode(digest), STANDARD.encode(digest));
        let (host, date) = (self.line.host(), stamp(now));
        let mut headers = vec![("host", host.as_str())];
        if content.is_some() {
            // A bucket that locks objects wants a sum of what it is to keep.
            headers.push(("x-amz-checksum-sha256", &checksum));
        }
        headers.extend([("x-amz-content-sha256", hash.as_str()), ("x-amz-date", date.as_str())]);
        let signing = Signing {
            id: &self.key.id,
            secret: self.key.secret.expose(),
            region: &self.bucket.region,
        };
        let signed = Signed { method, path: &path, query, headers: &headers, body: &hash };
        let mut authorization =
            HeaderValue::try_from(signing.authorization(&signed, now)).map_err(unfit)?;
        authorization.set_sensitive(true);
        let mut request = Request::builder().method(method).uri(whole);
        for (name, value) in headers.iter().filter(|(name, _)| *name != "host") {
            request = request.header(*name, *value);
        }
        request = request.header(AUTHORIZATION, authorization);
        if let Some((_, once)) = content {
            request = request.header(CONTENT_TYPE, "application/octet-stream");
            if once {
                request = request.header(IF_NONE_MATCH, "*");
            }
        }
        let request = request.body(Full::new(Bytes::copy_from_slice(body))).map_err(unfit)?;
        // The same object twice does no harm: the second finds the first.
        let mut answer = self.line.ask(request, Reuse::Freely, false).await?;
        let status = answer.response.status();
        if status.is_success() {
            return answer.body.whole().await;
        }
        let refusal = answer.body.refusal().await;
        let text = String::from_utf8_lossy(&refusal);
        let code = tag(&text, "Code").unwrap_or("UNKNOWN").to_owned();
        let (host, status) = (self.line.host(), status.as_u16());
        Err(EgressError::Refused { host, status, code, retry_after: None })
    }
}

impl std::fmt::Debug for BucketDoor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "BucketDoor({}/{})", self.bucket.address, self.bucket.prefix)
    }
}

/// The text of the first element of this name, when it is short and plain: S3's answers are XML, of which
/// four words are needed.
fn tag<'a>(xml: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = xml.split_once(&format!("<{name}>"))?;
    let (text, _) = rest.split_once("</")?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-:._/".contains(&byte);
    (text.len() <= 1024 && text.bytes().all(plain)).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::tag;

    #[test]
    fn a_word_of_an_answer_is_found_and_nothing_else() {
        let xml =
            "<?xml version=\"1.0\"?><A><Rule><Mode>COMPLIANCE</Mode><Days>365</Days></Rule></A>";
        assert_eq!(tag(xml, "Mode"), Some("COMPLIANCE"));
        assert_eq!(tag(xml, "Days"), Some("365"));
        assert_eq!(tag(xml, "Years"), None);
        assert_eq!(tag("<Code>a<b>", "Code"), None);
        assert_eq!(tag("<Code>two words</Code>", "Code"), None);
    }
}
