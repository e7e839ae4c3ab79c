//! Witnesses as the gate makes them, with a ledger that has everything written down.

use std::collections::BTreeSet;

use boundary::{
    Act, Approved, Clearance, Conversation, Detector, DetectorFailure, Dispatch, Door, Draft,
    Endpoint, EndpointSpec, Evidence, Fetch, FieldRights, Finding, Label, Level, Lookup, Matrix,
    ObjectRights, PersonId, Principal, Prompt, Proposal, Raw, RecordRef, Records, Residency,
    Rights, Statement, Touch, Transport, UnixMillis, Usage, Viewer,
};

pub(crate) const NOW: UnixMillis = UnixMillis(1_000_000);
pub(crate) const TRACE: &str = "0123456789abcdef0123456789abcdef";
const MATRIX: &str = "object,field,read,create,update,label,treatment,why\n\
    Contact,Id,yes,no,no,Internal,pass,\n\
    Contact,Name,yes,yes,yes,Internal,pass,\n";

struct Blind;

impl Detector for Blind {
    fn detect(&self, _: &str) -> Result<Vec<Finding>, DetectorFailure> {
        Ok(Vec::new())
    }
}

pub(crate) fn person() -> PersonId {
    PersonId::new("00D000000000001AAA", "005000000000001AAA")
}

fn act() -> Act {
    Act {
        trace: TRACE.to_owned(),
        actor: "p".to_owned(),
        door: "page".to_owned(),
        client: "c".to_owned(),
        policy: "0".repeat(16),
        tenant: None,
        tool: None,
    }
}

fn rights() -> Rights {
    let field = |name: &str| FieldRights {
        name: name.to_owned(),
        kind: "string".to_owned(),
        createable: true,
        updateable: true,
    };
    let fields = ["Id", "Name", "SystemModstamp"].map(|it| (it.to_ascii_lowercase(), field(it)));
    let mut rights = Rights::none();
    rights.learn(ObjectRights {
        name: "Contact".to_owned(),
        queryable: true,
        createable: true,
        updateable: true,
        deletable: true,
        fields: fields.into_iter().collect(),
    });
    rights
}

fn matrix() -> Matrix {
    Matrix::parse(MATRIX).unwrap()
}

/// A read of contacts.
pub(crate) fn fetch() -> Fetch {
    let conversation = Conversation::new("c".to_owned(), person());
    let (person, rights) = (person(), rights());
    let viewer = Viewer { person: &person, rights: &rights };
    let touches =
        [Touch { object: "Contact".to_owned(), field: "Name".to_owned(), usage: Usage::Select }];
    let (lookup, entry) = Lookup::authorise(
        Statement::Soql("SELECT Name FROM Contact"),
        &touches,
        &conversation,
        &viewer,
        &matrix(),
        &act(),
    )
    .unwrap();
    lookup.recorded(entry.attest_durable(1)).unwrap()
}

/// A change of a contact's name, signed.
pub(crate) fn approved() -> Approved {
    let conversation = Conversation::new("c".to_owned(), person());
    let (person, rights, matrix) = (person(), rights(), matrix());
    let viewer = Viewer { person: &person, rights: &rights };
    let record = RecordRef::new("Contact", "003000000000001AAA").unwrap();
    let current = || {
        let body = br#"{"totalSize":1,"done":true,"records":[{"attributes":{"type":"Contact"},
            "Id":"003000000000001AAA","Name":"Old","SystemModstamp":"2026-01-01T00:00:00.000+0000"}]}"#;
        Records::parse(Raw::new(body.to_vec(), Label::unknown())).unwrap()
    };
    let principal = Principal::new(person.clone(), Door::Page, "s".to_owned());
    let body = serde_json::json!({ "Name": "New" });
    let draft = Draft {
        id: "p1".to_owned(),
        salt: [7; 16],
        principal: &principal,
        object: "Contact",
        target: Some((&record, &current())),
        body: body.as_object(),
        said: "rename",
        batch: "",
        via: None,
        now: NOW,
    };
    let proposal = Proposal::draft(draft, &conversation, &viewer, &matrix).unwrap();
    let digest = proposal.digest();
    let (groups, policy) = (BTreeSet::new(), matrix.version());
    let approver = boundary::Approver {
        viewer: viewer.clone(),
        principal: &principal,
        username: "ana@example.com",
        groups: &groups,
    };
    let record = current();
    let current = Some(&record);
    let seen = boundary::Seen { digest: &digest, current, policy, bulk: 1, now: NOW };
    let signature = proposal.sign(&approver, &seen, &boundary::OwnWrites).unwrap();
    let (signed, entry) = proposal
        .approve(&[signature], &viewer, current, policy, &act(), NOW)
        .map_err(|(_, error)| error)
        .unwrap();
    signed.recorded(entry.attest_durable(2)).unwrap()
}

/// A prompt that says `hello`, for the endpoint of this name and place.
pub(crate) fn dispatch(name: &str, residency: Residency) -> Dispatch {
    let transport = match residency {
        Residency::Machine => Transport::Loopback,
        _ => Transport::Tls { host: "models.example".to_owned() },
    };
    let clearance = Clearance { level: Level::Restricted, compliance: BTreeSet::new() };
    let spec = EndpointSpec { name: name.to_owned(), clearance, residency };
    let endpoint = Endpoint::verify(spec, &Evidence::observed(transport, NOW)).unwrap();
    let mut conversation = Conversation::new("c".to_owned(), person());
    let said = Raw::new("hello".to_owned(), Label::typed_by(&person()));
    conversation.hear_person(&said, &Blind).unwrap();
    let (cleared, entry) = Prompt::of(&conversation).clear(&endpoint, &act(), NOW).unwrap();
    cleared.recorded(entry.attest_durable(3)).unwrap()
}
