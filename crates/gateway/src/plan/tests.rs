use boundary::{FieldRights, ObjectRights};
use soql::{Field, Object, StaticSchema};

use super::*;

const MATRIX: &str = "\
object,field,read,create,update,label,treatment,why
Contact,Id,yes,no,no,Internal System,pass,
Contact,Name,yes,no,no,Confidential PII Staff,token,people
Contact,Email,yes,no,no,Confidential PII Staff,token,people
Contact,AccountId,yes,no,no,Internal System,pass,
Contact,Salary__c,yes,no,no,Restricted Staff,round,
Contact,Score__c,yes,no,no,MissionCritical Staff,strip,our formula
Account,Id,yes,no,no,Internal System,pass,
Account,Name,yes,no,no,Internal Staff,token,customers
Account,Revenue__c,yes,no,no,Confidential Staff,pass,
Account,Seat,yes,no,no,Internal Staff,pass,
Account,Floor,yes,no,no,Internal Staff,token,
Account,BillingAddress,yes,no,no,Internal Staff,pass,
Account,BillingStreet,yes,no,no,Confidential Staff,token,
";

fn plan(query: &str) -> Result<Plan, ReadRefusal> {
    with(|against| plan_query(query, against))
}

fn with<T>(work: impl Fn(Against<'_>) -> T) -> T {
    let contact = ["Id", "Name", "Email", "Salary__c", "Score__c", "Unlisted__c"];
    let account = ["Id", "Name", "Revenue__c", "Seat", "BillingAddress"];
    let fields = |object: Object, names: &[&str]| {
        names.iter().fold(object, |object, name| object.with_field(Field::new(name)))
    };
    let schema: StaticSchema = [
        fields(Object::new("Contact"), &contact)
            .with_field(Field::new("AccountId").referring("Account", &["Account"])),
        fields(Object::new("Account"), &account)
            .with_field(Field::new("Floor").part_of("Seat"))
            .with_field(Field::new("BillingStreet").part_of("BillingAddress"))
            .with_field(Field::new("BillingCity").part_of("BillingAddress"))
            .with_children("Contacts", "Contact", "AccountId"),
    ]
    .into_iter()
    .collect();
    let mut rights = Rights::none();
    for (object, names) in [("Contact", &contact[..]), ("Account", &account[..])] {
        let right = |name: &&str| {
            let rights = FieldRights { name: (*name).to_owned(), ..FieldRights::default() };
            (name.to_ascii_lowercase(), rights)
        };
        rights.learn(ObjectRights {
            name: object.to_owned(),
            queryable: true,
            fields: names.iter().chain(&["AccountId"]).map(right).collect(),
            ..ObjectRights::default()
        });
    }
    let matrix = Matrix::parse(MATRIX).unwrap();
    work(Against { schema: &schema, rights: &rights, matrix: &matrix, rows: 50, clearance: None })
}

#[test]
fn rows_are_capped_and_the_statement_is_printed_anew() {
    assert_eq!(
        plan("select id from contact").unwrap().statement,
        "SELECT id FROM contact LIMIT 50"
    );
    assert!(plan("SELECT Id FROM Contact LIMIT 9999").unwrap().statement.ends_with("LIMIT 50"));
    assert!(plan("SELECT Id FROM Contact LIMIT 3").unwrap().statement.ends_with("LIMIT 3"));
    let nested = plan("SELECT Id, (SELECT Id FROM Contacts LIMIT 500) FROM Account").unwrap();
    assert!(!nested.statement.contains("500"), "{}", nested.statement);
}

#[test]
fn what_the_matrix_keeps_is_dropped_and_told() {
    let plan = plan("SELECT Id, Score__c, Unlisted__c FROM Contact").unwrap();
    assert_eq!(plan.statement, "SELECT Id FROM Contact LIMIT 50");
    let told: Vec<_> = plan.dropped.iter().map(|it| (it.field.as_str(), it.why.as_str())).collect();
    assert_eq!(
        told,
        [("Score__c", "our formula"), ("Unlisted__c", "the matrix has no row for it")]
    );
}

#[test]
fn what_is_hidden_decides_nothing() {
    for query in [
        "SELECT Id FROM Contact WHERE Score__c > 5",
        "SELECT Id FROM Contact WHERE Salary__c > 5",
        "SELECT Id FROM Contact ORDER BY Salary__c",
        "SELECT COUNT(Id) FROM Contact GROUP BY Score__c",
        "SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact WHERE Score__c > 5)",
        "SELECT Id FROM Contact WHERE Unlisted__c = 'x'",
    ] {
        let refusal = plan(query).unwrap_err();
        assert_eq!(refusal.code, "INVALID_FIELD", "{query}: {}", refusal.message);
    }
}

#[test]
fn unknown_names_writes_and_other_languages_are_refused() {
    let code = |query: &str| plan(query).unwrap_err().code;
    assert_eq!(code("SELECT Nope__c FROM Contact"), "INVALID_FIELD");
    assert_eq!(code("SELECT Id FROM Nope"), "INVALID_TYPE");
    for query in [
        "SELECT Id FROM Contact FOR VIEW",
        "SELECT Id FROM Contact FOR UPDATE",
        "DELETE FROM Contact",
        "SELECT Id FROM Contact; SELECT Id FROM Account",
        "SELECT Id FROM Contact -- x",
    ] {
        assert_eq!(code(query), "MALFORMED_QUERY", "{query}");
    }
}

#[test]
fn columns_tell_what_stands_behind_a_name() {
    let field = |object: &str, field: &str| Source::Field {
        object: object.to_owned(),
        field: field.to_owned(),
    };
    let columns = |query: &str| plan(query).unwrap().columns;
    let grouped = columns(
        "SELECT Account.Name n, COUNT(Id) c, MAX(Email) FROM Contact GROUP BY Account.Name",
    );
    assert_eq!(grouped.get("n"), Some(&field("Account", "Name")));
    assert_eq!(grouped.get("c"), Some(&Source::Count));
    assert_eq!(grouped.get("expr0"), Some(&field("Contact", "Email")));
    // An alias that borrows the name of a harmless field still speaks for what is behind it.
    let disguised = columns("SELECT MAX(Email) Revenue__c FROM Contact");
    assert_eq!(disguised.get("revenue__c"), Some(&field("Contact", "Email")));
}

#[test]
fn a_count_of_a_hidden_name_under_an_alias_is_no_way_round() {
    let plan = plan("SELECT COUNT(Id) total, MIN(Name) id FROM Contact").unwrap();
    assert_eq!(plan.columns.get("total"), Some(&Source::Count));
    let name = Source::Field { object: "Contact".to_owned(), field: "Name".to_owned() };
    assert_eq!(plan.columns.get("id"), Some(&name));
}

#[test]
fn a_search_asks_for_ids_and_names_alone() {
    let plan = with(|against| plan_search("O'Brien {NAME_3}", &[], against)).unwrap();
    assert!(
        plan.statement.starts_with("FIND {O\\'Brien \\{NAME_3\\}} IN NAME FIELDS RETURNING"),
        "{}",
        plan.statement
    );
    assert!(plan.touches.iter().all(|touch| touch.field == "Id" || touch.field == "Name"));
    assert!(with(|against| plan_search("a", &[], against)).is_err());
    assert!(with(|against| plan_search(&"ab ".repeat(700), &[], against)).is_err());
    assert!(with(|against| plan_search("abc", &["Nope".to_owned()], against)).is_err());
}

#[test]
fn no_column_passes_for_a_count() {
    let planned = plan("SELECT MAX(Salary__c), COUNT(Id), MIN(Salary__c) FROM Contact").unwrap();
    assert_eq!(planned.columns.get("expr1"), Some(&Source::Count));
    for key in ["expr0", "expr2"] {
        assert!(matches!(planned.columns.get(key), Some(Source::Field { .. })), "{key}");
    }
    for query in [
        "SELECT toLabel(Name), COUNT(Id), MAX(Salary__c) FROM Contact GROUP BY Name",
        "SELECT COUNT(Id) expr0, MAX(Salary__c) FROM Contact",
    ] {
        assert_eq!(plan(query).unwrap_err().code, "MALFORMED_QUERY", "{query}");
    }
    let named =
        plan("SELECT toLabel(Name) n, COUNT(Id), MAX(Salary__c) FROM Contact GROUP BY Name");
    let columns = named.unwrap().columns;
    assert_eq!(columns.get("expr0"), Some(&Source::Count));
    assert!(matches!(columns.get("expr1"), Some(Source::Field { .. })));
}

#[test]
fn what_is_rounded_is_not_computed_with() {
    for query in [
        "SELECT MAX(DAY_IN_MONTH(Salary__c)) FROM Contact GROUP BY Id",
        "SELECT FORMAT(MAX(Salary__c)) m FROM Contact",
        "SELECT FORMULA('Salary__c - 81000') d FROM Contact",
    ] {
        assert!(plan(query).is_err(), "{query}");
    }
    plan("SELECT Salary__c FROM Contact").unwrap();
    plan("SELECT AVG(Salary__c) a FROM Contact").unwrap();
}

#[test]
fn a_compound_field_is_no_way_to_its_parts() {
    // The matrix itself knows what an address holds; of others the org says it.
    let address = plan("SELECT Id, BillingAddress FROM Account").unwrap();
    assert!(address.statement.contains("BillingAddress"), "{}", address.statement);
    let seat = plan("SELECT Id, Seat FROM Account").unwrap();
    assert!(!seat.statement.contains("Seat"), "{}", seat.statement);
    let dropped = seat.dropped.first().unwrap();
    assert_eq!(dropped.why, "a compound field that holds it is kept less closely");
}
