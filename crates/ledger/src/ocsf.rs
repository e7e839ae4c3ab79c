//! Entries as events of the Open Cybersecurity Schema Framework, version 1.8.0 (schema.ocsf.io).
//!
//! | entry | class |
//! |---|---|
//! | what the gate refused, and answers it removed addresses from | 2006 Data Security Finding |
//! | sign-in, sign-out | 3002 Authentication |
//! | a key was made or revoked, a write approved or rejected | 3003 Authorize Session |
//! | the gate started or stopped | 6002 Application Lifecycle |
//! | everything else | 6003 API Activity, with the profile `ai_operation` for prompts |
//!
//! All carry the profile `security_control`. What the schema has no place for stands under `unmapped`.

use boundary::{Action, Facts, Purpose, Verdict};
use serde_json::{Value, json};

use crate::Envelope;

const VERSION: &str = "1.8.0";
const NAME: &str = "Portcullis";

/// The event of one entry of the log `origin`. Its `metadata.uid` is `<origin>/<index>`.
pub fn ocsf_event(entry: &Envelope, origin: &str) -> Value {
    let facts = &entry.facts;
    let class = class_of(facts);
    let (activity, activity_name) = match class {
        2006 => (1, "Find"),
        3003 => right_of(facts.action),
        _ => activity_of(facts.action),
    };
    let mut profiles = vec!["security_control"];
    let prompts = facts.action == Action::Ask && class == 6003;
    if prompts {
        profiles.push("ai_operation");
    }
    let mut event = json!({
        "class_uid": class,
        "category_uid": class / 1000,
        "activity_id": activity,
        "activity_name": activity_name,
        "type_uid": u64::from(class) * 100 + u64::from(activity),
        "time": entry.time.0,
        "severity_id": severity_of(facts),
        "status_id": status_of(facts.verdict),
        "action_id": control_of(facts),
        "policy": { "uid": facts.policy, "name": facts.rule, "is_applied": true },
        "metadata": {
            "version": VERSION,
            "product": { "name": NAME, "vendor_name": NAME },
            "profiles": profiles,
            "log_name": origin,
            "uid": format!("{origin}/{}", entry.seq),
            "sequence": entry.seq,
            "correlation_uid": facts.trace,
        },
        "unmapped": unmapped(entry),
    });
    if let Some(tenant) = &facts.tenant {
        set(&mut event, "/metadata", "tenant_uid", json!(tenant));
    }
    let parts = match class {
        2006 => json!({
            "actor": { "user": { "uid": facts.actor }, "session": { "uid": facts.client } },
            "finding_info": {
                "uid": format!("{origin}/{}", entry.seq),
                "title": format!("{} by the rule {}", activity_of(facts.action).1, facts.rule),
                "created_time": entry.time.0,
            },
            "is_alert": facts.rule == "outsiders-text" || is_theft(facts),
            "src_endpoint": { "name": facts.door },
            "resources": resources(facts),
        }),
        3003 => json!({
            "user": { "uid": facts.actor },
            "session": { "uid": facts.client },
            "src_endpoint": { "name": facts.door },
            "privileges": [activity_name],
        }),
        3002 => json!({
            "user": { "uid": facts.actor },
            "session": { "uid": facts.client },
            "service": { "name": NAME },
            "src_endpoint": { "name": facts.door },
        }),
        6002 => json!({ "app": { "name": NAME, "vendor_name": NAME } }),
        _ => json!({
            "actor": { "user": { "uid": facts.actor }, "session": { "uid": facts.client } },
            "api": {
                "operation": facts.tool.as_deref().unwrap_or(activity_name),
                "request": { "uid": entry.annex.request.as_ref().unwrap_or(&facts.trace) },
            },
            "src_endpoint": { "name": facts.door },
            "resources": resources(facts),
        }),
    };
    merge(&mut event, parts);
    if prompts {
        merge(&mut event, model(entry));
    }
    event
}

fn class_of(facts: &Facts) -> u32 {
    if facts.purpose == Purpose::Refusal || facts.rule == "addresses-removed" {
        return 2006;
    }
    match facts.action {
        Action::KeyCreate | Action::KeyRevoke | Action::Approve | Action::Reject => 3003,
        Action::SignIn | Action::SignOut => 3002,
        Action::Start | Action::Stop => 6002,
        _ => 6003,
    }
}

/// What was granted or taken. The schema knows granting alone.
fn right_of(action: Action) -> (u32, &'static str) {
    match action {
        Action::KeyCreate => (1, "Act through an API key"),
        Action::Approve => (1, "Write once, as approved"),
        Action::KeyRevoke => (99, "No longer act through an API key"),
        _ => (99, "Not write"),
    }
}

/// The schema's number and our name. A write may create or change: the entry does not say.
fn activity_of(action: Action) -> (u32, &'static str) {
    match action {
        Action::SignIn => (1, "Sign in"),
        Action::SignOut => (2, "Sign out"),
        Action::Start => (3, "Start"),
        Action::Stop => (4, "Stop"),
        Action::Read => (2, "Read"),
        Action::Propose => (1, "Propose"),
        Action::KeyCreate => (1, "Create key"),
        Action::KeyRevoke => (4, "Revoke key"),
        Action::Approve => (3, "Approve"),
        Action::Edit => (3, "Edit"),
        Action::Reject => (3, "Reject"),
        Action::Expire => (3, "Expire"),
        Action::Conflict => (3, "Find in conflict"),
        Action::Disclose => (2, "Read a sealed part"),
        Action::Erase => (4, "Erase"),
        Action::Hold => (3, "Hold"),
        Action::Notify => (99, "Notify"),
        Action::Ask => (99, "Ask"),
        Action::Write => (99, "Write"),
        Action::Delete => (4, "Delete"),
        Action::Answer => (99, "Answer"),
    }
}

/// What is good once was used twice: two parties hold it, and one of them stole it.
fn is_theft(facts: &Facts) -> bool {
    matches!(facts.rule.as_str(), "authorization-code-reuse" | "refresh-token-reuse")
}

/// Informational, low for what was refused or failed, medium where nobody knows what happened, high for what
/// somebody seems to have stolen.
fn severity_of(facts: &Facts) -> u32 {
    if is_theft(facts) {
        return 4;
    }
    match facts.verdict {
        Verdict::Allowed | Verdict::Done => 1,
        Verdict::Refused | Verdict::Failed => 2,
        Verdict::Unknown => 3,
    }
}

fn status_of(verdict: Verdict) -> u32 {
    match verdict {
        Verdict::Allowed | Verdict::Done => 1,
        Verdict::Refused | Verdict::Failed => 2,
        Verdict::Unknown => 0,
    }
}

/// Denied, modified (something was covered or withheld), or allowed.
fn control_of(facts: &Facts) -> u32 {
    if facts.verdict == Verdict::Refused || facts.purpose == Purpose::Refusal {
        2
    } else if facts.counts.tokens > 0 || facts.counts.withheld > 0 {
        4
    } else {
        1
    }
}

fn resources(facts: &Facts) -> Value {
    let object = |name: &String| json!({ "name": name, "type": "Salesforce object" });
    facts.objects.iter().map(object).collect()
}

/// The profile `ai_operation`. The gate knows an endpoint by its name in the configuration; which
/// model answers behind it, the endpoint decides.
fn model(entry: &Envelope) -> Value {
    let endpoint = entry.facts.endpoint.as_deref().unwrap_or("none");
    let mut context = json!({ "service": { "name": endpoint } });
    if let Some(usage) = entry.annex.usage {
        merge(
            &mut context,
            json!({
                "prompt_tokens": usage.input,
                "completion_tokens": usage.output,
                "total_tokens": usage.input.saturating_add(usage.output),
            }),
        );
    }
    json!({
        "ai_model": { "name": endpoint, "ai_provider": endpoint },
        "message_context": context,
    })
}

fn unmapped(entry: &Envelope) -> Value {
    let facts = &entry.facts;
    json!({
        "purpose": facts.purpose,
        "verdict": facts.verdict,
        "link": facts.link,
        "tool": facts.tool,
        "fields": facts.fields,
        "residency": facts.residency,
        "level": facts.level,
        "compliance": facts.compliance,
        "integrity": facts.integrity,
        "counts": facts.counts,
        "proposal": facts.proposal,
        "digest": facts.digest,
        "subjects": entry.annex.subjects,
    })
}

fn merge(into: &mut Value, from: Value) {
    if let (Value::Object(into), Value::Object(from)) = (into, from) {
        into.extend(from);
    }
}

fn set(event: &mut Value, at: &str, name: &str, value: Value) {
    if let Some(Value::Object(object)) = event.pointer_mut(at) {
        object.insert(name.to_owned(), value);
    }
}
