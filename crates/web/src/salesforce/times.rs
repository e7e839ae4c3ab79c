//! Moments as HTTP headers and as Salesforce's addresses write them.

use boundary::UnixMillis;
use jiff::Timestamp;
use jiff::fmt::rfc2822;
use jiff::tz::TimeZone;

fn timestamp(at: UnixMillis) -> Timestamp {
    let millis = i64::try_from(at.0).unwrap_or(i64::MAX);
    Timestamp::from_millisecond(millis).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// `Sun, 22 Nov 2026 07:00:00 GMT`
pub(super) fn http_date(at: UnixMillis) -> String {
    let zoned = timestamp(at).to_zoned(TimeZone::UTC);
    zoned.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// The moment that a header names.
pub(super) fn of_http_date(text: &str) -> Option<UnixMillis> {
    let parsed = rfc2822::DateTimeParser::new().parse_zoned(text).ok()?;
    u64::try_from(parsed.timestamp().as_millisecond()).ok().map(UnixMillis)
}

/// A moment of an address as SOQL writes it: `2026-11-22T07:00:00Z`.
pub(super) fn soql(text: &str) -> Option<String> {
    // A plus that was not escaped arrives as a space.
    let text = text.trim().replace(' ', "+");
    let at: Timestamp = text.parse().ok()?;
    Some(at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}

/// `2026-11-22T07:00:00.000+0000`
pub(super) fn salesforce(text: &str) -> Option<String> {
    let at: Timestamp = text.parse().ok()?;
    Some(at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_reads_back() {
        let at = UnixMillis(1_795_330_800_000);
        assert_eq!(http_date(at), "Sun, 22 Nov 2026 07:00:00 GMT");
        assert_eq!(of_http_date(&http_date(at)), Some(at));
        assert_eq!(of_http_date("yesterday"), None);
    }

    #[test]
    fn offsets_become_utc() {
        for text in
            ["2026-11-22T08:00:00+01:00", "2026-11-22T08:00:00 01:00", "2026-11-22T07:00:00Z"]
        {
            assert_eq!(soql(text).as_deref(), Some("2026-11-22T07:00:00Z"), "{text}");
        }
        assert_eq!(soql("last week"), None);
        assert_eq!(
            salesforce("2026-11-22T07:00:00Z").as_deref(),
            Some("2026-11-22T07:00:00.000+0000")
        );
    }
}
