use boundary::{
    Conversation, Detector, DetectorFailure, Finding, Kind, Label, Layer, PersonId, Raw,
};
use salesforce::{ObjectSummary, PicklistValue};
use soql::{Object, StaticSchema};

use super::super::{Against, plan_query, plan_search};
use super::*;

const MATRIX: &str = "\
object,field,read,create,update,label,treatment,why
Contact,Id,yes,no,no,Internal System,pass,
Contact,Name,yes,no,no,Confidential PII Staff,token,people
Contact,Email,yes,no,no,Confidential PII Staff,token,people
Contact,Pay__c,yes,no,no,Confidential Staff,token,money
Contact,Born__c,yes,no,no,Confidential Staff,token,people
Contact,Kind__c,yes,no,no,Internal Staff,token,
Contact,Tags__c,yes,no,no,Internal Staff,token,
Contact,Place__c,yes,no,no,Internal Staff,token,
Contact,BossId,yes,no,no,Internal Staff,token,
Contact,City,yes,no,no,Internal Staff,pass,
Account,Id,yes,no,no,Internal System,pass,
Account,Name,yes,no,no,Internal Staff,pass,
";

/// Covers `ana@x.example`.
struct Ana;

impl Detector for Ana {
    fn detect(&self, text: &str) -> Result<Vec<Finding>, DetectorFailure> {
        let found = text.match_indices("ana@x.example").map(|(start, it)| Finding {
            start,
            end: start + it.len(),
            kind: Kind::Email,
            layer: Layer::Pattern,
        });
        Ok(found.collect())
    }
}

fn field(name: &str, kind: &str, picklist: &[&str]) -> FieldSchema {
    let value = |it: &&str| PicklistValue {
        value: (*it).to_owned(),
        label: (*it).to_owned(),
        active: true,
    };
    FieldSchema {
        name: name.to_owned(),
        label: name.to_owned(),
        kind: kind.to_owned(),
        length: 0,
        createable: false,
        updateable: false,
        nillable: true,
        defaulted: false,
        names_record: name == "Name",
        filterable: true,
        sortable: true,
        encrypted: false,
        help: None,
        part_of: None,
        picklist: picklist.iter().map(value).collect(),
        reference_to: if kind == "reference" { vec!["Contact".to_owned()] } else { Vec::new() },
        relationship: (kind == "reference").then(|| "Boss".to_owned()),
        form: salesforce::FieldForm::default(),
    }
}

fn object(name: &str, fields: Vec<FieldSchema>) -> Arc<ObjectSchema> {
    Arc::new(ObjectSchema {
        summary: ObjectSummary {
            name: name.to_owned(),
            label: name.to_owned(),
            label_plural: name.to_owned(),
            queryable: true,
            createable: false,
            updateable: false,
            deletable: false,
            custom: false,
        },
        key_prefix: None,
        searchable: true,
        fields,
        children: Vec::new(),
    })
}

/// Plans the query, or the search when it is none, as asked by a model to whom the person said this.
fn plan(said: &str, asked: &str) -> Result<(), ReadRefusal> {
    let contact = vec![
        field("Id", "id", &[]),
        field("Name", "string", &[]),
        field("Email", "email", &[]),
        field("Pay__c", "currency", &[]),
        field("Born__c", "date", &[]),
        field("Kind__c", "picklist", &["Gold Partner", "Silver"]),
        field("Tags__c", "multipicklist", &["Red", "Blue"]),
        field("Place__c", "location", &[]),
        field("BossId", "reference", &[]),
        field("City", "string", &[]),
    ];
    let account = vec![field("Id", "id", &[]), field("Name", "string", &[])];
    let objects = [object("Contact", contact), object("Account", account)];
    let schema: StaticSchema =
        objects.iter().map(|it| it.soql()).collect::<Vec<Object>>().into_iter().collect();
    let mut rights = boundary::Rights::none();
    for object in &objects {
        rights.learn(object.rights());
    }
    let matrix = Matrix::parse(MATRIX).unwrap();
    let owner = PersonId::new("00D000000000001AAA", "005000000000001AAA");
    let label = Label::typed_by(&owner);
    let mut conversation = Conversation::new("c".to_owned(), owner);
    conversation.hear_person(&Raw::new(said.to_owned(), label), &Ana).unwrap();
    let person_said = |words: &str| conversation.person_said(words);
    let probing =
        Probing { schema: &schema, matrix: &matrix, objects: &objects, said: &person_said };
    let against =
        Against { schema: &schema, rights: &rights, matrix: &matrix, rows: 50, clearance: None };
    if let Some(text) = asked.strip_prefix("FIND ") {
        let (object, text) = text.split_once(' ').unwrap();
        let plan = plan_search(text, &[object.to_owned()], against)?;
        return probing.refuse_search(text, &plan);
    }
    probing.refuse_query(&plan_query(asked, against)?)
}

/// What the person says in most tests.
const SAID: &str = "Does ana@x.example from Long-Beach, a Smith, make more than $1.5 million or 250,000? \
                    She was born on 7 March 1980, and called last month. I do.";

#[track_caller]
fn passes(condition: &str) {
    let query = format!("SELECT Id, Name FROM Contact WHERE {condition}");
    if let Err(refusal) = plan(SAID, &query) {
        panic!("{query}: {}", refusal.message);
    }
}

#[track_caller]
fn refused(condition: &str) {
    let query = format!("SELECT Id, Name FROM Contact WHERE {condition}");
    let refusal = plan(SAID, &query).expect_err(&query);
    assert_eq!(refusal.code, "UNSAID_VALUE", "{query}: {}", refusal.message);
}

#[test]
fn a_covered_value_is_not_spelt_letter_by_letter() {
    for probe in [
        "Email LIKE 'a%'",
        "Email LIKE '%@y.example'",
        "Email LIKE '%@%'",
        "Email LIKE '___%'",
        "Email LIKE '{EMAIL_1}_'",
        "Email LIKE '{EMAIL_1}x%'",
        "Email LIKE '\\u0061%'",
        "Email LIKE '{EMAIL_1}\\u0061%'",
        "Name > 'M'",
        "Name >= 'Ma' AND Name < 'Mb'",
        "NOT Name > 'M'",
        "(City = 'x' OR (City = 'y' AND Name <= 'Smit'))",
        "Name = 'Miller'",
        "Name != 'Miller'",
        "Name IN ('Smith', 'Miller')",
        "Name NOT IN ('Miller')",
        "Boss.Name LIKE 'Z%'",
        "Pay__c > 100000",
        "Pay__c = 1500001",
        "Pay__c < EUR99",
        "Born__c < 1980-03-08",
        "Born__c = LAST_N_YEARS:3",
        "Born__c = TODAY",
        "CALENDAR_YEAR(Born__c) = 1981",
        "FORMULA('LEN(Email)') > 250",
        "DISTANCE(Place__c, GEOLOCATION(1, 2), 'km') < 7",
        "Pay__c + Pay__c > 3",
        "Kind__c = 'Gold'",
        "Kind__c LIKE 'Gold%'",
        "Tags__c INCLUDES ('Red;Green')",
        "BossId > '003000000000001AAA'",
        "Name = '003000000000001AAA'",
        "Email = 'ana@x.example'",
        "Email LIKE 'ana%'",
    ] {
        refused(probe);
    }
}

#[test]
fn letters_that_the_person_happened_to_say_are_no_alphabet() {
    for probe in ["Name LIKE 'a%'", "Name LIKE '%I%'", "Name > 'I'", "Name LIKE 'do%'"] {
        refused(probe);
    }
}

#[test]
fn tokens_and_the_persons_own_words_pass() {
    for fair in [
        "Email = '{EMAIL_1}'",
        "Email IN ('{EMAIL_1}', '{EMAIL_2}')",
        "Email LIKE '%{EMAIL_1}%'",
        "Name > '{NAME_1}'",
        "Name LIKE '%{NAME_1} {NAME_2}%'",
        "Name LIKE '%smith%'",
        "Name LIKE '%long beach%'",
        "Name = 'Smith'",
        "Name LIKE '%{NAME_1}%Long-Beach'",
        "Name LIKE '%'",
        "Name != null",
        "Pay__c > 1500000",
        "Pay__c > 1500000.00",
        "Pay__c >= 250000",
        "Pay__c > USD250000",
        "Born__c = 1980-03-07",
        "CALENDAR_YEAR(Born__c) = 1980",
        "Born__c = LAST_MONTH",
        "Kind__c = 'gold partner'",
        "Kind__c IN ('Silver', 'Gold Partner')",
        "Tags__c INCLUDES ('Red;Blue', 'Red')",
        "BossId = '003000000000001AAA'",
        "BossId IN (SELECT BossId FROM Contact WHERE City LIKE 'a%')",
        "City LIKE 'a%'",
        "Id > '003000000000001AAA'",
    ] {
        passes(fair);
    }
}

#[test]
fn no_clause_is_a_way_round() {
    for query in [
        "SELECT Id FROM Account WHERE Id IN (SELECT BossId FROM Contact WHERE Email LIKE 'a%')",
        "SELECT COUNT() FROM Contact WHERE Email LIKE 'a%'",
        "SELECT City, COUNT(Id) FROM Contact GROUP BY City HAVING MAX(Name) > 'M'",
        "SELECT Id FROM Contact ORDER BY DISTANCE(Place__c, GEOLOCATION(1, 2), 'km') LIMIT 1",
        "SELECT DISTANCE(Place__c, GEOLOCATION(1, 2), 'km') d FROM Contact",
        "SELECT Id FROM Contact WHERE Name IN (SELECT City FROM Contact WHERE City LIKE 'a%')",
        "SELECT Id FROM Contact WHERE City IN (SELECT Name FROM Contact)",
        "FIND Contact Miller",
        "FIND Contact {NAME_1} Miller",
        "FIND Contact smi",
    ] {
        let refusal = plan(SAID, query).expect_err(query);
        assert_eq!(refusal.code, "UNSAID_VALUE", "{query}: {}", refusal.message);
    }
}

#[test]
fn order_groups_counts_and_searches_for_what_was_said_pass() {
    for query in [
        "SELECT Id, Name FROM Contact ORDER BY Name LIMIT 1 OFFSET 3",
        "SELECT Name, COUNT(Id) FROM Contact GROUP BY Name HAVING COUNT(Id) > 1",
        "SELECT City, COUNT_DISTINCT(Email) FROM Contact GROUP BY City HAVING COUNT_DISTINCT(Email) > 12",
        "SELECT MAX(Pay__c) FROM Contact",
        "FIND Contact Smith",
        "FIND Contact {NAME_1}, {NAME_2}",
        "FIND Account Anything",
    ] {
        if let Err(refusal) = plan(SAID, query) {
            panic!("{query}: {}", refusal.message);
        }
    }
}

#[test]
fn a_guess_at_what_is_covered_is_not_confirmed() {
    // The person typed it, but models see a token: to them it is a guess.
    let query = "SELECT Id FROM Contact WHERE Email = 'ana@x.example'";
    assert_eq!(plan("mail ana@x.example", query).unwrap_err().code, "UNSAID_VALUE");
    plan("mail ana@x.example", "SELECT Id FROM Contact WHERE Email = '{EMAIL_1}'").unwrap();
}

#[test]
fn numbers_are_said_in_many_ways() {
    for (said, number, whether) in [
        ("over 100k", "100000", true),
        ("over 100 k", "100000", true),
        ("at 0.5m", "500000", true),
        ("2.50 each", "2.5", true),
        ("1'000'000.00", "1000000", true),
        ("two bn, 2bn", "2000000000", true),
        ("100", "100000", false),
        ("1,000", "1", true),
        ("1000", "1", false),
        ("1000", "100", false),
        ("1000", "-1000", true),
        ("12", "0.12", false),
    ] {
        let query = format!("SELECT Id FROM Contact WHERE Pay__c > {number}");
        assert_eq!(plan(said, &query).is_ok(), whether, "{said}: {number}");
    }
}
