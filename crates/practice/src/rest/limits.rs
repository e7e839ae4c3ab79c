//! `/limits`, and the count that fills it.

use serde_json::{Map, json};

use super::Call;
use crate::exchange::{ApiError, Reply};
use crate::org::Org;

/// Counts a request, or refuses it when the day's are used up.
pub(super) fn count(org: &Org) -> Result<(), ApiError> {
    if org.usage.count(org.now()) {
        return Ok(());
    }
    Err(ApiError::new(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."))
}

pub(super) fn all(call: Call<'_>) -> Reply {
    let (used, most) = (call.org.usage.used(), call.org.usage.most());
    let fixed = [
        ("ConcurrentAsyncGetReportInstances", 200),
        ("DailyAsyncApexExecutions", 250_000),
        ("DailyBulkApiBatches", 15_000),
        ("DailyBulkV2QueryFileStorageMB", 976_562),
        ("DailyBulkV2QueryJobs", 10_000),
        ("DailyStandardVolumePlatformEvents", 25_000),
        ("DailyWorkflowEmails", 390),
        ("DataStorageMB", 1024),
        ("FileStorageMB", 1024),
        ("HourlyTimeBasedWorkflow", 1000),
        ("MassEmail", 5000),
        ("SingleEmail", 5000),
    ];
    let mut out = Map::new();
    out.insert(
        "DailyApiRequests".to_owned(),
        json!({ "Max": most, "Remaining": most.saturating_sub(used) }),
    );
    for (name, most) in fixed {
        out.insert(name.to_owned(), json!({ "Max": most, "Remaining": most }));
    }
    Reply::ok(serde_json::Value::Object(out))
}
