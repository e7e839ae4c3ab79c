use super::*;
use crate::testing::{AtSigns, MATRIX, ana, ben, real, rights, typed};
use crate::{Matrix, Rights};

fn act() -> Act {
    Act {
        trace: "ab".repeat(16),
        actor: "p".to_owned(),
        door: "page".to_owned(),
        client: "c".to_owned(),
        policy: "0".repeat(16),
        tenant: None,
        tool: None,
    }
}

fn touch(field: &str, usage: Usage) -> Touch {
    Touch { object: "Contact".to_owned(), field: field.to_owned(), usage }
}

fn contact_rights() -> Rights {
    rights(&[("Contact", &["Id", "Email", "Score__c", "Salary__c", "Secret__c", "Unlisted__c"])])
}

fn authorise(soql: &str, touches: &[Touch], person: &PersonId) -> Result<(Lookup, Entry), Denied> {
    let mut conversation = Conversation::new("c".to_owned(), ana());
    conversation.hear_person(&typed("o'neil@x.example"), &AtSigns).unwrap();
    let (rights, matrix) = (contact_rights(), Matrix::parse(MATRIX).unwrap());
    let viewer = Viewer { person, rights: &rights };
    let soql = real(conversation.table(), soql);
    Lookup::authorise(Statement::Soql(&soql), touches, &conversation, &viewer, &matrix, &act())
}

#[test]
fn a_token_becomes_a_quoted_value_on_its_way_out_only() {
    let soql = "SELECT Id FROM Contact WHERE Email = '{EMAIL_1}'";
    let touches = [touch("Id", Usage::Select), touch("Email", Usage::Decide)];
    let (lookup, entry) = authorise(soql, &touches, &ana()).unwrap();
    assert!(!format!("{lookup:?}{entry:?}").contains("neil"));
    assert_eq!(entry.facts().fields.iter().collect::<Vec<_>>(), ["Contact.Email", "Contact.Id"]);
    let fetch = lookup.recorded(entry.attest_durable(7)).unwrap();
    let wire = fetch.into_wire();
    assert!(wire.path.ends_with("Email%20%3D%20%27o%5C%27neil%40x.example%27"), "{}", *wire.path);
    assert_eq!(wire.trace, "ab".repeat(16));
}

#[test]
fn unknown_and_foreign_tokens_refuse_the_read() {
    let soql = "SELECT Id FROM Contact WHERE Email = '{EMAIL_9}'";
    assert!(matches!(authorise(soql, &[], &ana()), Err(Denied::Token(_))));
    let soql = "SELECT Id FROM Contact WHERE Email = '{EMAIL_1}'";
    assert!(matches!(authorise(soql, &[], &ben()), Err(Denied::Token(_))));
}

#[test]
fn every_touched_field_needs_rights_and_a_row() {
    let refused =
        |field: &str, usage| authorise("SELECT Id FROM Contact", &[touch(field, usage)], &ana());
    assert!(matches!(refused("Hidden__c", Usage::Select), Err(Denied::NotVisible { .. })));
    assert!(matches!(refused("Unlisted__c", Usage::Select), Err(Denied::Matrix { .. })));
    assert!(matches!(refused("Secret__c", Usage::Select), Err(Denied::Matrix { .. })));
    assert!(refused("Score__c", Usage::Select).is_ok());
    assert!(refused("Salary__c", Usage::Aggregate).is_ok());
    for hidden in ["Score__c", "Salary__c"] {
        assert!(matches!(refused(hidden, Usage::Decide), Err(Denied::Matrix { .. })), "{hidden}");
    }
}

#[test]
fn a_receipt_fits_one_read_only() {
    let (one, entry) = authorise("SELECT Id FROM Contact", &[], &ana()).unwrap();
    let (two, _) = authorise("SELECT Id FROM Contact", &[], &ana()).unwrap();
    let receipt = entry.attest_durable(1);
    assert!(two.recorded(receipt).is_err());
    drop(one);
}

#[test]
fn only_locators_are_next_pages() {
    let page = |path| {
        let (person, rights) = (ana(), contact_rights());
        let viewer = Viewer { person: &person, rights: &rights };
        let conversation = Conversation::new("c".to_owned(), ana());
        let matrix = Matrix::parse(MATRIX).unwrap();
        Lookup::authorise(Statement::NextPage(path), &[], &conversation, &viewer, &matrix, &act())
            .is_ok()
    };
    assert!(page("/services/data/v68.0/query/01g000000000001AAA-2000"));
    assert!(!page("/services/data/v68.0/sobjects/Contact"));
    assert!(!page("/services/data/v68.0/query/../sobjects/User"));
    assert!(!page("/query/"));
}

#[test]
fn searches_take_tokens_in_escaped_braces() {
    let mut conversation = Conversation::new("c".to_owned(), ana());
    conversation.hear_person(&typed("a+b@x.example"), &AtSigns).unwrap();
    let (person, rights) = (ana(), Rights::none());
    let viewer = Viewer { person: &person, rights: &rights };
    let token = real(conversation.table(), "{EMAIL_1}").replace('{', "\\{").replace('}', "\\}");
    let sosl = format!(r"FIND {{{token} or \{{this\}}}} IN ALL FIELDS");
    let filled = fill(conversation.table(), &viewer, &sosl, Quoting::Sosl).unwrap();
    assert_eq!(*filled, r"FIND {a\+b@x.example or \{this\}} IN ALL FIELDS");
}

#[test]
fn a_value_in_a_pattern_stands_for_itself() {
    let mut conversation = Conversation::new("c".to_owned(), ana());
    conversation.hear_person(&typed("10%_a'b@x.example"), &AtSigns).unwrap();
    let (person, rights) = (ana(), Rights::none());
    let viewer = Viewer { person: &person, rights: &rights };
    let filled = |soql: &str| {
        let soql = real(conversation.table(), soql);
        fill(conversation.table(), &viewer, &soql, Quoting::Soql).unwrap().to_string()
    };
    assert_eq!(filled("Email LIKE '%{EMAIL_1}%'"), r"Email LIKE '%10\%\_a\'b@x.example%'");
    assert_eq!(filled("Email = '{EMAIL_1}'"), r"Email = '10%_a\'b@x.example'");
    assert_eq!(
        filled("Name LIKE 'it\\'s%' AND Email = '{EMAIL_1}' AND A like '{EMAIL_1}'"),
        r"Name LIKE 'it\'s%' AND Email = '10%_a\'b@x.example' AND A like '10\%\_a\'b@x.example'"
    );
}

#[test]
fn a_hostile_statement_is_filled_in_time() {
    let start = std::time::Instant::now();
    let conversation = Conversation::new("c".to_owned(), ana());
    let (rights, matrix) = (contact_rights(), Matrix::parse(MATRIX).unwrap());
    let viewer = Viewer { person: &ana(), rights: &rights };
    let fill = |statement: Statement<'_>| {
        let _ = Lookup::authorise(statement, &[], &conversation, &viewer, &matrix, &act());
    };
    for braces in ["\\{".repeat(50_000), "\\{1".repeat(50_000), "\\{NAME_1".repeat(20_000)] {
        fill(Statement::Sosl(&format!("FIND {{{braces}\\}}}} IN NAME FIELDS")));
        fill(Statement::Sosl(&format!("FIND {{{braces}}} IN NAME FIELDS")));
        fill(Statement::Soql(&format!("SELECT Id FROM Contact WHERE Name LIKE '{braces}'")));
    }
    assert!(start.elapsed().as_secs() < 10, "{:?}", start.elapsed());
}

#[test]
fn many_tokens_are_filled_in_time() {
    let mut conversation = Conversation::new("c".to_owned(), ana());
    conversation.hear_person(&typed("o'neil@x.example"), &AtSigns).unwrap();
    let (rights, matrix) = (contact_rights(), Matrix::parse(MATRIX).unwrap());
    let viewer = Viewer { person: &ana(), rights: &rights };
    let token = real(conversation.table(), "'{EMAIL_1}'");
    let list = vec![token; 6_000].join(", ");
    let soql = format!("SELECT Id FROM Contact WHERE Email IN ({list})");
    let start = std::time::Instant::now();
    let statement = Statement::Soql(&soql);
    Lookup::authorise(statement, &[], &conversation, &viewer, &matrix, &act()).unwrap();
    assert!(start.elapsed().as_secs() < 5, "{:?}", start.elapsed());
}
