//! What a client can ask for, and what it is answered.

use std::sync::Arc;

use boundary::{HandedOver, Operation, Treatment};
use salesforce::{ChildSchema, FieldSchema, ObjectSchema};
use serde_json::{Map, Value};

use crate::error::WithheldFields;

/// One call. Tokens of the client's conversation may stand wherever a value does.
#[derive(Debug)]
pub enum DirectCall {
    /// SOQL.
    Query {
        /// The query.
        soql: String,
        /// Whether deleted records are wanted too.
        deleted: bool,
        /// Rows of a page: 200 to 2000.
        page: Option<u16>,
    },
    /// The next page of a query.
    More {
        /// What [`Said::Records`] gave as `next`.
        cursor: String,
        /// Rows of a page.
        page: Option<u16>,
    },
    /// SOSL. The words are looked for in names alone.
    Sosl {
        /// The search.
        sosl: String,
    },
    /// Records by words in their names.
    Find {
        /// At least two characters.
        words: String,
        /// API names; every searchable object when empty.
        objects: Vec<String>,
    },
    /// What the person looked at last.
    Recent {
        /// Most records.
        most: u16,
    },
    /// One record.
    Record {
        /// API name of the object.
        object: String,
        /// Its id, or the token of one.
        id: String,
        /// Fields; every one that may be read when not said.
        fields: Option<Vec<String>>,
    },
    /// The records with this value in this field, such as an external id.
    RecordBy {
        /// API name of the object.
        object: String,
        /// API name of the field.
        field: String,
        /// The value, or its token.
        value: String,
        /// Fields; every one that may be read when not said.
        fields: Option<Vec<String>>,
    },
    /// The objects there are.
    Objects,
    /// One object and its fields.
    Describe {
        /// API name.
        object: String,
    },
    /// Who the person is.
    UserInfo,
    /// What is left of the org's calls and the client's rows.
    Limits,
    /// A new record.
    Create {
        /// API name of the object.
        object: String,
        /// Field names and values.
        body: Map<String, Value>,
    },
    /// A change of a record.
    Update {
        /// API name of the object.
        object: String,
        /// Its id, or the token of one.
        id: String,
        /// Field names and values.
        body: Map<String, Value>,
    },
    /// A change of the record with this value in this field, or a new one.
    Upsert {
        /// API name of the object.
        object: String,
        /// API name of the field.
        field: String,
        /// The value, or its token.
        value: String,
        /// Field names and values.
        body: Map<String, Value>,
    },
    /// The end of the record with this value in this field, such as an external id.
    DeleteBy {
        /// API name of the object.
        object: String,
        /// API name of the field.
        field: String,
        /// The value, or its token.
        value: String,
    },
    /// The end of a record, and of what Salesforce deletes with it.
    Delete {
        /// API name of the object.
        object: String,
        /// Its id, or the token of one.
        id: String,
    },
    /// A tool of another server.
    Foreign {
        /// The server's name.
        server: String,
        /// The tool's name there.
        tool: String,
        /// Its arguments.
        arguments: Map<String, Value>,
    },
}

impl DirectCall {
    /// What entries call it: the tool that does the same for a model, or the operation of the Salesforce-compatible
    /// door. Another server's tool has a name once it was found to be there: until then it is the caller's text.
    pub(super) const fn tool(&self) -> Option<&'static str> {
        Some(match self {
            Self::Query { .. } => "soqlQuery",
            Self::More { .. } => "queryMore",
            Self::Sosl { .. } => "search",
            Self::Find { .. } => "find",
            Self::Recent { .. } => "recent",
            Self::Record { .. } => "getRecord",
            Self::RecordBy { .. } => "getRecordByExternalId",
            Self::Objects | Self::Describe { .. } => "getObjectSchema",
            Self::UserInfo => "getUserInfo",
            Self::Limits => "limits",
            Self::Create { .. } => "createSobjectRecord",
            Self::Update { .. } => "updateSobjectRecord",
            Self::Upsert { .. } => "upsertSobjectRecord",
            Self::Delete { .. } | Self::DeleteBy { .. } => "deleteSobjectRecord",
            Self::Foreign { .. } => return None,
        })
    }
}

/// An answer, and how it was decided.
#[derive(Debug)]
pub struct DirectAnswer {
    /// The answer.
    pub said: Said,
    /// The rule that decided, as the documentation of the ledger names it.
    pub rule: &'static str,
    /// The entry of the ledger that says so.
    pub entry: Option<u64>,
    /// Fields that were asked for and are not in it.
    pub withheld: WithheldFields,
    /// Whether the gate made fewer rows of it than were asked for.
    pub capped: bool,
    /// Whether text that outsiders can write is in it.
    pub tainted: bool,
}

/// What was answered.
#[derive(Debug)]
pub enum Said {
    /// Treated records: `{"totalSize", "done", "records"}` in the form that was asked for.
    Records {
        /// The JSON text.
        records: HandedOver,
        /// What to ask [`DirectCall::More`] with, when there is more.
        next: Option<String>,
        /// Records of the whole result.
        total: u64,
        /// Records of this page.
        rows: u64,
    },
    /// Every object that the client may name.
    Objects(Vec<DirectObject>),
    /// One of them.
    Object(DirectObject),
    /// The person.
    Person(DirectPerson),
    /// Limits.
    Limits(DirectLimits),
    /// What another server's tool answered, masked: JSON with `content` and perhaps `structuredContent`.
    Foreign {
        /// The answer.
        answer: HandedOver,
        /// Whether the server says that the tool failed.
        failed: bool,
    },
    /// A write waits for a person. It has not happened.
    Proposed(Pending),
    /// It is refused, by policy or by Salesforce.
    Refused(DirectRefusal),
}

/// A refusal, for programs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectRefusal {
    /// Salesforce's error code, or one in its manner.
    pub code: String,
    /// Why, openly: for a model that should understand.
    pub message: String,
    /// What Salesforce says when the thing does not exist, for a door that looks like Salesforce.
    pub native: Option<String>,
    /// The fields at fault.
    pub fields: Vec<String>,
}

/// An object as a client may know it.
#[derive(Clone, Debug)]
pub struct DirectObject {
    /// As Salesforce describes it to the person.
    pub schema: Arc<ObjectSchema>,
    /// The fields that the matrix and the client's clearance leave, in Salesforce's order.
    pub fields: Vec<DirectField>,
    /// Whether a proposal may delete a record.
    pub deletable: bool,
    /// The lists of children that may be read.
    pub children: Vec<ChildSchema>,
}

/// A field as a client may know it.
#[derive(Clone, Debug)]
pub struct DirectField {
    /// As Salesforce describes it to the person.
    pub schema: FieldSchema,
    /// What becomes of its values.
    pub treatment: Treatment,
    /// Whether a proposal may set it on a new record.
    pub createable: bool,
    /// Whether a proposal may change it.
    pub updateable: bool,
}

/// The person as a client may know them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectPerson {
    /// 18 characters.
    pub user: String,
    /// 18 characters.
    pub org: String,
    /// Where the matrix lets a model see names of users.
    pub name: Option<String>,
    /// Where the matrix lets a model see user names.
    pub username: Option<String>,
}

/// What is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DirectLimits {
    /// The org's daily calls: most and left, where the person may know.
    pub calls: Option<(u64, u64)>,
    /// The client's rows of this hour: most and left.
    pub rows: (u64, u64),
}

/// A write that waits for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    /// Id of the proposal.
    pub proposal: String,
    /// What it does.
    pub operation: Operation,
    /// API name of the object.
    pub object: String,
    /// Where the person decides.
    pub address: String,
}

/// What became of a write within the time a client waited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Nobody has decided, or not in a way that ends it.
    Waiting,
    /// It is in the org; the id of the record.
    Done(Option<String>),
    /// Salesforce refused it: its code.
    Failed(String),
    /// A person said no.
    Rejected,
    /// Nobody knows whether it happened.
    Unknown,
}

impl DirectAnswer {
    pub(crate) fn of(said: Said, rule: &'static str, entry: Option<u64>) -> Self {
        let withheld = WithheldFields::new();
        Self { said, rule, entry, withheld, capped: false, tainted: false }
    }
}
