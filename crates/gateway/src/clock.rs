//! The one place where the gate asks what time it is.

use boundary::UnixMillis;

/// Tells the time; a test supplies its own.
pub type Clock = std::sync::Arc<dyn Fn() -> UnixMillis + Send + Sync>;

/// The system's clock.
#[expect(clippy::disallowed_methods, reason = "the one place that asks")]
pub fn system_clock() -> Clock {
    std::sync::Arc::new(|| {
        let now = jiff::Timestamp::now().as_millisecond();
        UnixMillis(u64::try_from(now).unwrap_or(0))
    })
}

/// Today's date, in UTC.
pub(crate) fn date_of(now: UnixMillis) -> jiff::civil::Date {
    let millis = i64::try_from(now.0).unwrap_or(i64::MAX);
    let timestamp =
        jiff::Timestamp::from_millisecond(millis).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    timestamp.to_zoned(jiff::tz::TimeZone::UTC).date()
}
