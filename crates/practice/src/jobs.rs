//! Bulk jobs. Kept in memory: a job does not outlive the server, the records it wrote do.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Map, Value as Json, json};

use crate::id::Id;
use crate::value::instant_text;

/// What a job does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    Query,
    QueryAll,
    Insert,
    Update,
    Upsert,
    Delete,
    HardDelete,
}

impl Operation {
    pub(crate) fn named(name: &str) -> Option<Self> {
        const ALL: [Operation; 7] = [
            Operation::Query,
            Operation::QueryAll,
            Operation::Insert,
            Operation::Update,
            Operation::Upsert,
            Operation::Delete,
            Operation::HardDelete,
        ];
        ALL.into_iter().find(|operation| operation.as_str() == name)
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::QueryAll => "queryAll",
            Self::Insert => "insert",
            Self::Update => "update",
            Self::Upsert => "upsert",
            Self::Delete => "delete",
            Self::HardDelete => "hardDelete",
        }
    }

    pub(crate) fn reads(self) -> bool {
        matches!(self, Self::Query | Self::QueryAll)
    }
}

/// One row an ingest job was given, and what became of it.
#[derive(Clone, Debug)]
pub(crate) struct Done {
    pub(crate) id: Option<Id>,
    pub(crate) created: bool,
    /// `CODE:message:fields --`, as results files give it.
    pub(crate) error: Option<String>,
    pub(crate) given: Vec<String>,
}

/// A batch of the older API.
#[derive(Clone, Debug)]
pub(crate) struct Batch {
    pub(crate) id: String,
    /// The reply of its result.
    pub(crate) result: Json,
    /// Rows of a query batch.
    pub(crate) rows: Option<Json>,
    pub(crate) processed: usize,
    pub(crate) failed: usize,
}

/// A job.
#[derive(Clone, Debug)]
pub(crate) struct Job {
    pub(crate) id: String,
    pub(crate) user: Id,
    pub(crate) operation: Operation,
    pub(crate) object: String,
    pub(crate) external_key: Option<String>,
    pub(crate) query: String,
    pub(crate) separator: char,
    pub(crate) separator_name: String,
    pub(crate) state: &'static str,
    pub(crate) created: Timestamp,
    /// What was uploaded.
    pub(crate) upload: String,
    pub(crate) header: Vec<String>,
    pub(crate) done: Vec<Done>,
    /// A query's lines, already written out.
    pub(crate) lines: Vec<String>,
    pub(crate) error: Option<String>,
    pub(crate) batches: Vec<Batch>,
}

impl Job {
    pub(crate) fn failed(&self) -> usize {
        self.done.iter().filter(|done| done.error.is_some()).count()
    }

    /// The job's description.
    pub(crate) fn info(&self, version: &str) -> Json {
        let mut out = Map::new();
        let mut put = |name: &str, value: Json| {
            out.insert(name.to_owned(), value);
        };
        put("id", json!(self.id));
        put("operation", json!(self.operation.as_str()));
        put("object", json!(self.object));
        put("createdById", json!(self.user.to_string()));
        put("createdDate", json!(instant_text(self.created)));
        put("systemModstamp", json!(instant_text(self.created)));
        put("state", json!(self.state));
        put("concurrencyMode", json!("Parallel"));
        put("contentType", json!("CSV"));
        put(
            "apiVersion",
            json!(version.trim_start_matches('v').parse::<f64>().unwrap_or_default()),
        );
        put("lineEnding", json!("LF"));
        put("columnDelimiter", json!(self.separator_name));
        if self.operation.reads() {
            put("jobType", json!("V2Query"));
            put("numberRecordsProcessed", json!(self.lines.len()));
        } else {
            put("jobType", json!("V2Ingest"));
            put(
                "contentUrl",
                json!(format!("services/data/{version}/jobs/ingest/{}/batches", self.id)),
            );
            put("externalIdFieldName", json!(self.external_key));
            put("numberRecordsProcessed", json!(self.done.len()));
            put("numberRecordsFailed", json!(self.failed()));
        }
        put("retries", json!(0));
        put("totalProcessingTime", json!(1));
        put("apiActiveProcessingTime", json!(1));
        put("apexProcessingTime", json!(0));
        if let Some(error) = &self.error {
            put("errorMessage", json!(error));
        }
        Json::Object(out)
    }
}

/// All jobs, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Jobs {
    all: BTreeMap<String, Job>,
    made: u64,
}

/// Jobs kept; the oldest goes first.
const KEPT: usize = 200;

impl Jobs {
    pub(crate) fn next_id(&mut self, prefix: [u8; 3]) -> String {
        self.made += 1;
        Id::numbered(prefix, self.made).to_string()
    }

    pub(crate) fn add(&mut self, job: Job) {
        if self.all.len() >= KEPT {
            self.all.pop_first();
        }
        self.all.insert(job.id.clone(), job);
    }

    /// A user's own job.
    pub(crate) fn find(&mut self, id: &str, user: Id) -> Option<&mut Job> {
        let key = Id::parse(id)?.to_string();
        self.all.get_mut(&key).filter(|job| job.user == user)
    }

    pub(crate) fn of(&self, user: Id, reading: bool) -> impl Iterator<Item = &Job> {
        self.all.values().filter(move |job| job.user == user && job.operation.reads() == reading)
    }

    pub(crate) fn remove(&mut self, id: &str) {
        self.all.remove(id);
    }
}
