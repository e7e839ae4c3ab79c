use super::*;

fn field(name: &str, kind: &str, level: Option<&str>, groups: Option<&str>) -> Definition {
    Definition {
        qualified_api_name: name.to_owned(),
        data_type: Some(kind.to_owned()),
        label: None,
        security_classification: level.map(str::to_owned),
        compliance_group: groups.map(str::to_owned),
        entity: None,
    }
}

fn of(field: &Definition) -> (Level, Treatment, bool) {
    let verdict = judge("Contact", field, None);
    (verdict.level, verdict.treatment, verdict.said)
}

#[test]
fn what_salesforce_says_counts() {
    for (given, expected) in [
        (field("A", "Text(80)", Some("Public"), None), (Level::Public, Treatment::Pass)),
        (field("A", "Text(80)", Some("Internal"), None), (Level::Internal, Treatment::Pass)),
        (
            field("A", "Text(80)", Some("Confidential"), None),
            (Level::Confidential, Treatment::Token),
        ),
        (
            field("A", "Currency(16, 2)", Some("Confidential"), None),
            (Level::Confidential, Treatment::Round),
        ),
        (field("A", "Text(80)", Some("Restricted"), None), (Level::Restricted, Treatment::Strip)),
        (
            field("A", "Text(80)", Some("MissionCritical"), None),
            (Level::Restricted, Treatment::Strip),
        ),
        (field("A", "Text(80)", Some("OurOwnLevel"), None), (Level::Restricted, Treatment::Strip)),
        (
            field("A", "Email", Some("Public"), Some("PII;GDPR")),
            (Level::Confidential, Treatment::Token),
        ),
        (field("A", "Text(80)", None, Some("PCI")), (Level::Confidential, Treatment::Strip)),
        (
            field("A", "Text(80)", None, Some("Our Own Group")),
            (Level::Confidential, Treatment::Token),
        ),
    ] {
        assert_eq!(of(&given), (expected.0, expected.1, true), "{given:?}");
    }
}

#[test]
fn where_it_says_nothing_names_and_types_are_read() {
    for (name, kind, treatment) in [
        ("Social_Security_Number__c", "Text(11)", Treatment::Strip),
        ("SSN__c", "Text(11)", Treatment::Strip),
        ("Win_Score__c", "Number(3, 0)", Treatment::Strip),
        ("MobilePhone", "Phone", Treatment::Token),
        ("Second_Mail__c", "Email", Treatment::Token),
        ("Birthdate", "Date", Treatment::Round),
        ("Notes__c", "Long Text Area(32768)", Treatment::Pass),
        ("Headcount__c", "Number(6, 0)", Treatment::Round),
        ("OwnerId", "Lookup(User)", Treatment::Pass),
        ("Whatever__c", "Text(40)", Treatment::Token),
    ] {
        let given = field(name, kind, None, None);
        let (_, found, said) = of(&given);
        assert_eq!((found, said), (treatment, false), "{name}");
    }
}

#[test]
fn what_web_forms_fill_is_outsiders_text() {
    let given = field("Company", "Text(255)", None, None);
    assert_eq!(judge("Lead", &given, None).integrity, Integrity::Outsider);
    assert_eq!(judge("Account", &given, None).integrity, Integrity::Staff);
    let notes = field("Notes__c", "Long Text Area(32768)", None, None);
    assert_eq!(judge("Account", &notes, None).integrity, Integrity::Outsider);
}

#[test]
fn a_sample_makes_a_guess_closer_and_says_so() {
    let signs = |kind: Kind, found: u64| FieldSigns { values: 20, kinds: [(kind, found)].into() };
    let of = |name: &str, sort: &str, signs: &FieldSigns| {
        let verdict = judge("Account", &field(name, sort, None, None), Some(signs));
        (verdict.level, verdict.treatment, verdict.why)
    };
    let card = "guess: text of any kind; CARD in 9 of 20 sampled values".to_owned();
    let found = of("Site", "Text(80)", &signs(Kind::Card, 9));
    assert_eq!(found, (Level::Restricted, Treatment::Strip, card));
    // Too few of them are no sign; free text may hold names.
    let (level, treatment, why) = of("Site", "Text(80)", &signs(Kind::Card, 4));
    assert_eq!(
        (level, treatment, why.contains("CARD")),
        (Level::Confidential, Treatment::Token, false)
    );
    assert_eq!(of("N__c", "Long Text Area(99)", &signs(Kind::Name, 20)).1, Treatment::Pass);
    assert_eq!(of("N__c", "Long Text Area(99)", &signs(Kind::Secret, 20)).1, Treatment::Strip);
    // A sign raises what the name or the type says, and never lowers it.
    assert_eq!(of("SSN__c", "Text(11)", &signs(Kind::Email, 20)).1, Treatment::Strip);
    assert_eq!(of("Choice__c", "Picklist", &signs(Kind::Email, 20)).1, Treatment::Token);
    // What Salesforce says needs no guess.
    let said = field("A", "Text(80)", Some("Public"), None);
    let said = judge("Account", &said, Some(&signs(Kind::Card, 20)));
    assert!(said.said && said.level == Level::Public && !said.why.contains("CARD"));
}
