//! How an org is opened.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

/// Tells the time. Tests bring their own.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// What an org is made with.
#[derive(Clone)]
pub struct OrgConfig {
    /// The folder of the org's one file, made if it is not there.
    pub data_dir: PathBuf,
    /// From which names, sums and dates are drawn on first opening; later openings keep what is there.
    pub seed: u64,
    /// The day the seeded history ends at.
    pub today: Date,
    /// For everything that happens after the seeding.
    pub clock: Clock,
    /// How long an access token lives.
    pub session: SignedDuration,
    /// API requests in 24 hours, as `Sforce-Limit-Info` counts them.
    pub daily_api_requests: u32,
    /// Whether `grant_type=password` works; off in new orgs.
    pub password_flow: bool,
}

impl OrgConfig {
    /// An org with the system's clock, two-hour sessions and more API requests than a day can use.
    pub fn new(data_dir: impl Into<PathBuf>, seed: u64, today: Date) -> Self {
        Self {
            data_dir: data_dir.into(),
            seed,
            today,
            clock: Arc::new(system_time),
            session: SignedDuration::from_hours(2),
            daily_api_requests: 5_000_000,
            password_flow: false,
        }
    }
}

/// The one place that asks the machine.
#[expect(clippy::disallowed_methods, reason = "the clock that others take has to begin somewhere")]
fn system_time() -> Timestamp {
    Timestamp::now()
}

impl fmt::Debug for OrgConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OrgConfig")
            .field("data_dir", &self.data_dir)
            .field("seed", &self.seed)
            .field("today", &self.today)
            .finish_non_exhaustive()
    }
}
