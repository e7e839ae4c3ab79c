use boundary::{Act, Action, Compliance, Counts, Level, Purpose, Verdict};
use proptest::prelude::*;

use super::*;

fn facts() -> Facts {
    let act = Act {
        trace: "0123456789abcdef0123456789abcdef".into(),
        actor: "p-77".into(),
        door: "page".into(),
        client: "s-1".into(),
        policy: "00aa11bb22cc33dd".into(),
        tenant: None,
        tool: None,
    };
    let mut facts = Facts::new(Purpose::Intent, Action::Read, Verdict::Allowed, &act);
    facts.touch("Contact", "Email");
    facts.rule = "matrix".into();
    facts
}

fn placed(facts: &Facts, annex: &Annex) -> Result<Vec<u8>, LedgerError> {
    Ok(Body::new(facts, annex)?.placed(5, UnixMillis(1_700_000_000_123)))
}

/// The format is final: whatever changes these bytes makes every log written before unreadable.
#[test]
fn the_bytes_are_these() {
    let bytes = placed(&facts(), &Annex::default()).unwrap();
    assert_eq!(
        String::from_utf8(bytes).unwrap(),
        concat!(
            r#"{"v":1,"seq":5,"time":1700000000123,"purpose":"intent","action":"read","#,
            r#""verdict":"allowed","trace":"0123456789abcdef0123456789abcdef","actor":"p-77","#,
            r#""door":"page","client":"s-1","objects":["Contact"],"fields":["Contact.Email"],"#,
            r#""rule":"matrix","policy":"00aa11bb22cc33dd","#,
            r#""counts":{"rows":0,"tokens":0,"withheld":0,"bytes":0}}"#
        )
    );
}

#[test]
fn the_bytes_of_a_full_entry_are_these() {
    let mut facts = facts();
    facts.endpoint = Some("global".into());
    facts.residency = Some("EU".into());
    facts.level = Some(Level::Confidential);
    facts.compliance = [Compliance::Gdpr, Compliance::Pii].into();
    facts.integrity = Some(boundary::Integrity::Outsider);
    facts.counts = Counts { rows: 1, tokens: 2, withheld: 3, bytes: 4, unrestored: 0, invented: 0 };
    facts.proposal = Some("prop".into());
    facts.digest = Some("ff".into());
    facts.link = Some(4);
    facts.tool = Some("soqlQuery".into());
    facts.tenant = Some("00D".into());
    let annex = Annex {
        subjects: ["s2".to_owned(), "s1".to_owned()].into(),
        sealed: vec![Commitment {
            part: "prompt".into(),
            key: "k1".into(),
            sha256: "0".repeat(64),
        }],
        request: Some("req-1".into()),
        usage: Some(Usage { input: 10, output: 20 }),
    };
    let bytes = placed(&facts, &annex).unwrap();
    let tail = concat!(
        r#""policy":"00aa11bb22cc33dd","endpoint":"global","residency":"EU","level":"Confidential","#,
        r#""compliance":["GDPR","PII"],"integrity":"Outsider","#,
        r#""counts":{"rows":1,"tokens":2,"withheld":3,"bytes":4},"proposal":"prop","digest":"ff","#,
        r#""link":4,"tool":"soqlQuery","tenant":"00D","subjects":["s1","s2"],"sealed":[{"part":"prompt","key":"k1","sha256":""#,
    );
    let text = String::from_utf8(bytes.clone()).unwrap();
    assert!(text.contains(tail), "{text}");
    assert!(text.ends_with(r#""}],"request":"req-1","usage":{"input":10,"output":20}}"#), "{text}");
    let envelope = Envelope::parse(&bytes).unwrap();
    assert_eq!((envelope.facts, envelope.annex), (facts, annex));
}

#[test]
fn what_merely_resembles_an_entry_is_refused() {
    let good = String::from_utf8(placed(&facts(), &Annex::default()).unwrap()).unwrap();
    assert!(Envelope::parse(good.as_bytes()).is_ok());
    let wrong = [
        good.replace("\"v\":1", "\"v\":2"),
        good.replace("\"v\":1,\"seq\":5", "\"seq\":5,\"v\":1"),
        good.replace("\"seq\":5", "\"seq\": 5"),
        good.replace("\"seq\":5", "\"seq\":05"),
        good.replace("\"seq\":5", "\"seq\":5,\"seq\":5"),
        good.replace("\"rule\"", "\"note\":\"x\",\"rule\""),
        good.replace("p-77", "\\u0070-77"),
        good.replace("intent", "dream"),
        format!("{good} "),
        good.trim_end_matches('}').to_owned(),
        "[]".to_owned(),
        String::new(),
    ];
    for text in wrong {
        assert!(Envelope::parse(text.as_bytes()).is_err(), "{text}");
    }
}

#[test]
fn what_looks_like_a_person_does_not_get_in() {
    let no = |change: fn(&mut Facts)| {
        let mut facts = facts();
        change(&mut facts);
        let refused = placed(&facts, &Annex::default());
        assert!(matches!(refused, Err(LedgerError::Unfit(_))), "{refused:?}");
    };
    no(|facts| facts.actor = "ada@example.com".into());
    no(|facts| facts.client = "Zoë".into());
    no(|facts| facts.rule = "line\nbreak".into());
    no(|facts| facts.trace = "trace".into());
    no(|facts| facts.trace = "0123456789ABCDEF0123456789ABCDEF".into());
    no(|facts| facts.actor = String::new());
    no(|facts| facts.touch("Contact", "straße"));
    no(|facts| facts.endpoint = Some("x".repeat(201)));
    no(|facts| facts.proposal = Some("{\u{7f}}".into()));
}

#[test]
fn an_entry_fits_its_length_field_or_is_refused() {
    let mut facts = facts();
    for field in 0..400 {
        facts.touch("Contact", &format!("{field:0>150}"));
    }
    let held = placed(&facts, &Annex::default()).unwrap();
    assert!(held.len() > 60_000 && held.len() <= MAX_ENTRY);
    for field in 400..450 {
        facts.touch("Contact", &format!("{field:0>150}"));
    }
    assert!(matches!(placed(&facts, &Annex::default()), Err(LedgerError::TooLong(_))));
}

proptest! {
    #[test]
    fn whatever_is_written_reads_back(
        seq: u64, time: u64, link: Option<u64>, rows: u64,
        rule in "[ -?A-~]{0,200}", actor in "[A-Za-z0-9_-]{1,64}",
        fields in proptest::collection::btree_set("[A-Za-z_]{1,40}", 0..20),
        request in proptest::option::of("[ -?A-~]{0,80}"),
    ) {
        let mut facts = facts();
        facts.link = link;
        facts.rule = rule;
        facts.actor = actor;
        facts.fields = fields;
        facts.counts.rows = rows;
        let annex = Annex { request, ..Annex::default() };
        let bytes = Body::new(&facts, &annex).unwrap().placed(seq, UnixMillis(time));
        let envelope = Envelope::parse(&bytes).unwrap();
        prop_assert_eq!(envelope, Envelope { v: 1, seq, time: UnixMillis(time), facts, annex });
    }

    #[test]
    fn no_bytes_make_the_parser_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(Envelope::parse(&bytes).is_err());
    }
}
