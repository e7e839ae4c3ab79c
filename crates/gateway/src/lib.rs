//! The flow: admit, screen, mask, route, record, ask, authorise, treat, restore.
//!
//! Knows no HTTP framework and no HTTP client: doors come in through [`Gate`], and the two
//! ways out are `egress`'s.

#![forbid(unsafe_code)]

mod access;
mod acting;
mod activity;
mod approvals;
mod aside;
mod ask;
mod clients;
mod clock;
mod config;
mod conversations;
mod copying;
mod direct;
mod endpoints;
mod error;
mod exporting;
mod flow;
mod gate;
mod grants;
mod indexing;
mod knowledge;
mod metrics;
mod notices;
mod noting;
mod people;
mod plan;
mod presence;
mod recorder;
mod roles;
mod screen;
mod sealing;
mod signing;
mod tools;
mod upstream;
mod witness;

pub use access::{KeyInfo, NewKey, Session, SignedIn};
pub use activity::{Activity, Alarm, Disclosed, Happening, Proof};
pub use approvals::{Executed, FieldLabel, Happened, ProposalView, Standing};
pub use ask::{
    Answering, Ask, ClientCall, ClientMessage, ClientTool, ConversationInfo, ConversationRef,
    Event, Input, ShownTurn, Step, Summary,
};
pub use clients::{
    AuthorizationRequest, Caller, ClientInfo, ClientStanding, ClientTerms, Consent, DECIDES,
    DelegationInfo, IssuedTokens, OAuthError, PROPOSING_TOOLS, Presented, READING_TOOLS,
    SCOPE_PROPOSE, SCOPE_READ, TokenRequest,
};
pub use clock::{Clock, system_clock};
pub use config::{
    AccessConfig, AfterOutsiders, ApprovalsConfig, BucketConfig, Config, ConfigError, CopyConfig,
    CopyProfile, DetectConfig, DirectClientConfig, DirectConfig, EndpointConfig, EndpointKind,
    ExportConfig, ExportForm, ExportKind, Guesses, Invented, KnowledgeConfig, LedgerConfig, Limits,
    McpConfig, MetricsConfig, NoticeConfig, NoticeKind, OpenaiConfig, OrgConfig, RetentionConfig,
    ScreenConfig, StoreConfig, UnknownMembers, UpstreamConfig, UpstreamGrant, UpstreamKind,
    UpstreamReach, WitnessConfig, check_upstreams,
};
pub use conversations::Forgotten;
pub use copying::{CopyStanding, copy_folder, fetch_copy};
pub use direct::{
    Decision, Direct, DirectAnswer, DirectCall, DirectField, DirectLimits, DirectObject,
    DirectPerson, DirectRefusal, Pending, Said,
};
pub use error::{Fault, GateError, WithheldFields};
pub use exporting::ExportStanding;
pub use gate::{
    AskedWrite, Beside, CorrectionInfo, Detection, Exported, Following, Gate, LedgerWrite,
    OpenError, OrgWrite, Pruned, Reconciliation, RecordState, RecordWrite, RecordsBeside, Search,
    classification, is_actor, is_decision, seal_key_path,
};
pub use keys::PROOF_ALGORITHMS;
pub use noting::kept_checkpoints;
pub use salesforce::{
    ChildSchema, FieldForm, FieldSchema, ObjectSchema, ObjectSummary, PicklistValue,
};

pub use plan::explaining::{Explanation, Judged, Refusal, explain_query};
pub use signing::{Rotation, with_retired};
pub use upstream::{OfferedTool, ServerReview, ToolReview, ToolStanding};
pub use witness::WitnessStanding;
