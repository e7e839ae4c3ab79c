//! Which fields a query touches.

use std::collections::BTreeSet;

use soql::{Touched, Use, Write, mentions, parse, parse_search, resolve, resolve_search};

use crate::org::schema;

pub(crate) fn touched(query: &str) -> Touched {
    let parsed = parse(query).unwrap_or_else(|error| panic!("{query}: {error}"));
    resolve(&parsed, &schema()).unwrap_or_else(|error| panic!("{query}: {error}"))
}

/// `Object.Field use`, with `~` for implied and `?` for unknown.
fn uses(touched: &Touched) -> Vec<String> {
    let line = |touch: &soql::Touch| {
        let mark = if touch.implied { "~" } else { "" };
        let unknown = if touch.known { "" } else { "?" };
        format!("{mark}{}.{}{unknown} {:?}", touch.object, touch.field, touch.used)
    };
    touched.fields.iter().map(line).collect()
}

fn has(query: &str, expected: &[&str]) {
    let found = uses(&touched(query));
    let mut missing = expected.to_vec();
    missing.retain(|use_| !found.iter().any(|found| found == use_));
    assert!(missing.is_empty(), "{query}\nlacks {missing:?}\namong {found:?}");
}

fn outputs(query: &str) -> Vec<String> {
    let show = |output: &soql::Output| {
        let sources: Vec<_> =
            output.sources.iter().map(|(object, field)| format!("{object}.{field}")).collect();
        format!(
            "{}{} = {}",
            output.path.join("/"),
            if output.computed { "*" } else { "" },
            sources.join("+")
        )
    };
    touched(query).outputs.iter().map(show).collect()
}

#[test]
fn every_clause_is_seen() {
    insta::assert_debug_snapshot!(uses(&touched(
        "select NAME, account.industry from contact where email like 'a%' order by LASTNAME limit 5",
    )), @r#"
    [
        "Account.Industry Select",
        "Contact.AccountId Hop",
        "Contact.Email Filter",
        "Contact.LastName Order",
        "Contact.Name Select",
    ]
    "#);
    has(
        "SELECT Industry, MAX(AnnualRevenue) FROM Account GROUP BY Industry HAVING MIN(Phone) > 'a' ORDER BY COUNT(Secret__c)",
        &[
            "Account.Industry Group",
            "Account.AnnualRevenue Select",
            "Account.Phone Having",
            "Account.Secret__c Order",
        ],
    );
}

#[test]
fn a_hidden_field_is_found_wherever_it_hides() {
    for query in [
        "SELECT Id FROM Account WHERE Secret__c = 'x'",
        "SELECT Id FROM Account WHERE NOT (Name = 'x' OR (Phone = 'y' AND secret__C != null))",
        "SELECT Id FROM Account ORDER BY Secret__c",
        "SELECT Id FROM Account ORDER BY toLabel(Secret__c) DESC",
        "SELECT FORMAT(Secret__c) x FROM Account",
        "SELECT COUNT() FROM Account WHERE Secret__c LIKE 'a%'",
        "SELECT COUNT(Secret__c) FROM Account",
        "SELECT MAX(Secret__c) m FROM Account GROUP BY Name ORDER BY m",
        "SELECT COUNT(Id) FROM Account GROUP BY ROLLUP(Secret__c)",
        "SELECT COUNT(Id) FROM Account GROUP BY Name HAVING MAX(Secret__c) > 'x'",
        "SELECT FIELDS(ALL) FROM Account LIMIT 5",
        "SELECT FIELDS(CUSTOM) FROM Account LIMIT 5",
        "SELECT Id FROM Account WHERE FORMULA('Start__c - SECRET__c') > 1",
        "SELECT Id FROM Contact WHERE FORMULA('LEN(Account . Secret__c)') > 1",
        "SELECT Id FROM Account WHERE Start__c + Secret__c > 1",
        "SELECT Id FROM Account ORDER BY DISTANCE(Secret__c, GEOLOCATION(1, 2), 'km')",
        "SELECT Account.Secret__c FROM Account",
        "SELECT a.Secret__c FROM Account a",
        "SELECT b.Secret__c FROM Contact c, c.Account b",
        "SELECT Account.Parent.Parent.Secret__c FROM Contact",
        "SELECT TYPEOF What WHEN Account THEN Secret__c ELSE Name END FROM Event",
        "SELECT (SELECT Id FROM Contacts WHERE Account.Secret__c = 'x') FROM Account",
        "SELECT (SELECT Account.Secret__c FROM a.Contacts) FROM Account a",
        "SELECT Id FROM Contact WHERE AccountId IN (SELECT Id FROM Account WHERE Secret__c = 'x')",
        "SELECT Id FROM Contact WHERE LastName NOT IN (SELECT Secret__c FROM Account)",
    ] {
        let Ok(parsed) = parse(query) else { panic!("{query}") };
        match resolve(&parsed, &schema()) {
            Ok(touched) => {
                let found = touched
                    .fields
                    .iter()
                    .any(|touch| touch.object == "Account" && touch.field == "Secret__c");
                assert!(found, "{query}: {:?}", uses(&touched));
            }
            // Refusing is as good as finding; only one of these is refused.
            Err(error) => assert!(query.contains("Account . Secret__c"), "{query}: {error}"),
        }
    }
}

#[test]
fn following_a_relationship_touches_its_key() {
    has(
        "SELECT Owner.Manager.Name FROM Contact",
        &["Contact.OwnerId Hop", "User.ManagerId Hop", "User.Name Select"],
    );
    has(
        "SELECT (SELECT Id FROM Contacts) FROM Account",
        &["Contact.AccountId Hop", "Contact.Id Select"],
    );
    has(
        "SELECT TYPEOF Owner WHEN User THEN Alias END FROM Case",
        &["Case.OwnerId Hop", "User.Alias Select"],
    );
}

#[test]
fn what_a_semi_join_selects_chooses_rows() {
    has(
        "SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact WHERE Email = 'x')",
        &["Contact.AccountId Filter", "Contact.Email Filter", "Account.Id Filter"],
    );
}

#[test]
fn a_polymorphic_parent_is_every_parent() {
    has(
        "SELECT Owner.Email, Owner.Type FROM Case WHERE Owner.Alias = 'x'",
        &[
            "User.Email Select",
            "Group.Email Select",
            "User.Alias Filter",
            "Case.OwnerId Select",
            "Case.OwnerId Hop",
        ],
    );
    assert!(
        !uses(&touched("SELECT Owner.Type FROM Case"))
            .iter()
            .any(|use_| use_.starts_with("Group.Type"))
    );
    // A target that the schema lacks may have the field too.
    has(
        "SELECT What.Name FROM Event",
        &["Account.Name Select", "Opportunity.Name Select", "Unseen__c.Name? Select"],
    );
    has(
        "SELECT TYPEOF What WHEN Account THEN Phone ELSE Name END FROM Event",
        &["Unseen__c.Name? Select"],
    );
}

#[test]
fn a_compound_field_is_its_parts() {
    has(
        "SELECT BillingAddress FROM Account",
        &[
            "Account.BillingAddress Select",
            "~Account.BillingCity Select",
            "~Account.BillingStreet Select",
        ],
    );
    has(
        "SELECT BillingCity, BillingAddress FROM Account",
        &["Account.BillingCity Select", "~Account.BillingStreet Select"],
    );
}

#[test]
fn a_name_with_two_meanings_touches_both() {
    has(
        "SELECT Zone.Name FROM Zone",
        &["Zone.Name Select", "Zone.ZoneId Hop", "Account.Name Select"],
    );
    has("SELECT Zone.Code FROM Zone", &["Zone.Code Select"]);
}

#[test]
fn side_effects_are_writes() {
    let writes = |query| touched(query).writes;
    assert_eq!(writes("SELECT Id FROM Account FOR VIEW"), BTreeSet::from([Write::View]));
    assert_eq!(
        writes("SELECT (SELECT Id FROM Contacts FOR REFERENCE) FROM Account"),
        BTreeSet::from([Write::Reference])
    );
    let both = BTreeSet::from([Write::Tracking, Write::ViewStat]);
    assert_eq!(writes("SELECT Title FROM K__kav UPDATE VIEWSTAT, TRACKING"), both);
    assert!(writes("SELECT Id FROM Account").is_empty());
}

#[test]
fn data_categories_are_unknown_fields() {
    has("SELECT Title FROM K__kav WITH DATA CATEGORY Geo__c AT usa__c", &["K__kav.Geo__c? Filter"]);
}

#[test]
fn outputs_say_where_values_come_from() {
    insta::assert_debug_snapshot!(outputs(
        "SELECT id, c.account.owner.NAME, FORMAT(Account.AnnualRevenue), toLabel(LastName) l,
         (SELECT Subject, TYPEOF Owner WHEN User THEN Alias ELSE Email END FROM cases) FROM Contact c",
    ), @r#"
    [
        "Id = Contact.Id",
        "Account/Owner/Name = User.Name",
        "Account/AnnualRevenue = Account.AnnualRevenue",
        "l = Contact.LastName",
        "Cases/Subject = Case.Subject",
        "Cases/Owner/Alias = User.Alias",
        "Cases/Owner/Email = User.Email+Group.Email",
    ]
    "#);
    insta::assert_debug_snapshot!(outputs(
        "SELECT Account.Name, MAX(Email), COUNT(Id) n, CALENDAR_YEAR(CreatedDate), COUNT(Id) FROM Contact
         GROUP BY Account.Name, CALENDAR_YEAR(CreatedDate)",
    ), @r#"
    [
        "Name = Account.Name",
        "expr0* = Contact.Email",
        "n* = Contact.Id",
        "expr1* = Contact.CreatedDate",
        "expr2* = Contact.Id",
    ]
    "#);
    assert!(outputs("SELECT COUNT() FROM Account").is_empty());
}

#[test]
fn a_search_is_resolved_too() {
    let search = parse_search("FIND {x} RETURNING contact(email WHERE Account.Secret__c = 'x' ORDER BY LastName), Account")
        .unwrap();
    let touched = resolve_search(&search, &schema()).unwrap();
    insta::assert_debug_snapshot!(uses(&touched), @r#"
    [
        "Account.Id Select",
        "Account.Secret__c Filter",
        "Contact.AccountId Hop",
        "Contact.Email Select",
        "Contact.LastName Order",
    ]
    "#);
    assert!(!touched.everything);
    let everything =
        resolve_search(&parse_search("FIND {x} UPDATE TRACKING").unwrap(), &schema()).unwrap();
    assert!(everything.everything && everything.writes.contains(&Write::Tracking));
}

#[test]
fn paths_are_mentioned_without_a_schema() {
    let query = parse(
        "SELECT a.Name, FIELDS(CUSTOM), (SELECT Id FROM Contacts) FROM Account a
         WHERE Id IN (SELECT X.Y FROM Z) AND FORMULA('A - B') > 1 ORDER BY C",
    )
    .unwrap();
    let found = mentions(&query).unwrap();
    let found: Vec<_> = found
        .iter()
        .map(|found| format!("{} {} {:?}", found.object, found.path, found.used))
        .collect();
    insta::assert_debug_snapshot!(found, @r#"
    [
        "Account a.Name Select",
        "Account FIELDS(CUSTOM) Select",
        "Contacts Id Select",
        "Account Id Filter",
        "Z X.Y Filter",
        "Account A Filter",
        "Account B Filter",
        "Account C Order",
    ]
    "#);
    assert_eq!(
        mentions(&parse("SELECT COUNT() FROM A WHERE B = 1").unwrap()).unwrap()[0].used,
        Use::Filter
    );
}

#[test]
fn wide_relationships_followed_often_cost_little() {
    let names: Vec<String> = (0..300).map(|number| format!("Wide{number}__c")).collect();
    let targets: Vec<&str> = names.iter().map(String::as_str).collect();
    let wide = |name: &&str| {
        let object = soql::Object::new(name).with_field(soql::Field::new("Name"));
        object.with_field(soql::Field::new("Up__c").referring("Up__r", &targets))
    };
    let schema: soql::StaticSchema = targets.iter().map(wide).collect();
    let filter = vec!["Up__r.Up__r.Name = 'a'"; 2000].join(" OR ");
    let query =
        parse(&format!("SELECT Id FROM Wide0__c WHERE {filter}").replace("Id", "Name")).unwrap();
    let started = std::time::Instant::now();
    assert_eq!(resolve(&query, &schema).unwrap().fields.len(), 300 + 300 + 1);
    // One walk of the relationship takes milliseconds, two thousand would take minutes.
    assert!(started.elapsed().as_secs() < 20);
}

/// `use expression <- sources: test`
fn terms(query: &str) -> Vec<String> {
    let fields = |sources: &[(String, String)]| {
        let names = sources.iter().map(|(object, field)| format!("{object}.{field}"));
        names.collect::<Vec<_>>().join("+")
    };
    let show = |term: &soql::Term| {
        let test = match &term.test {
            soql::Test::None => String::new(),
            soql::Test::Values(op, values) => format!(": {} {}", op.as_str(), values.len()),
            soql::Test::Parts(values) => format!(": parts {}", values.len()),
            soql::Test::Selected(sources) => format!(": among {}", fields(sources)),
        };
        format!("{:?} {}{test}", term.used, fields(&term.sources))
    };
    touched(query).terms.iter().map(show).collect()
}

#[test]
fn every_comparison_is_told_with_its_fields_and_values() {
    assert_eq!(
        terms(
            "SELECT MAX(Phone) m FROM Account WHERE NOT (Name LIKE 'a%' OR (Owner.Email IN ('x', 'y') AND Industry INCLUDES ('p;q'))) \
             GROUP BY CALENDAR_YEAR(CreatedDate) HAVING MIN(Name) > 'M' ORDER BY m"
        ),
        [
            "Select Account.Phone",
            "Filter Account.Name: LIKE 1",
            "Filter User.Email: = 2",
            "Filter Account.Industry: parts 1",
            "Group Account.CreatedDate",
            "Having Account.Name: > 1",
            "Order Account.Phone",
        ]
    );
    assert_eq!(
        terms(
            "SELECT (SELECT Id FROM Contacts WHERE Email = 'x') FROM Account \
             WHERE Id NOT IN (SELECT AccountId FROM Contact WHERE Salary__c > 5) AND Start__c - End__c > 3"
        ),
        [
            "Select Contact.Id",
            "Filter Contact.Email: = 1",
            "Filter Contact.AccountId",
            "Filter Account.Id: among Contact.AccountId",
            "Filter Contact.Salary__c: > 1",
            "Filter Account.End__c+Account.Start__c: > 1",
        ]
    );
    assert_eq!(
        terms("SELECT Id FROM Case WHERE FORMULA('LEN(Subject)') = 3 ORDER BY Owner.Name"),
        ["Select Case.Id", "Filter Case.Subject: = 1", "Order User.Name+Group.Name"]
    );
    let bound = terms("SELECT Id FROM Account USING LOOKUP Case.AccountId BIND ContactId = '003'");
    assert!(bound.contains(&"Filter Case.ContactId: = 1".to_owned()), "{bound:?}");
}
