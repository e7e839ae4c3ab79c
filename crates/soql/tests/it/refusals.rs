//! What the resolver and the rules between clauses refuse, in the words of Salesforce.

use soql::{ErrorCode, parse, resolve};

use crate::org::schema;
use crate::resolve::touched;

fn refused(query: &str) -> (ErrorCode, String) {
    let error = parse(query).and_then(|query| resolve(&query, &schema())).expect_err(query);
    (error.code, error.reason.to_string())
}

#[test]
fn unknown_names_are_refused_in_the_words_of_salesforce() {
    let query = "SELECT Id,Invalid__x FROM Contact LIMIT 1";
    let error = resolve(&parse(query).unwrap(), &schema()).unwrap_err();
    assert_eq!(
        error.salesforce_message(query),
        "\nSELECT Id,Invalid__x FROM Contact LIMIT 1\n          ^\nERROR at Row:1:Column:11\nNo such column \
         'Invalid__x' on entity 'Contact'. If you are attempting to use a custom field, be sure to append the '__c' \
         after the custom field name. Please reference your WSDL or the describe call for the appropriate names."
    );
    for (query, code, words) in [
        (
            "SELECT Id FROM Widget__c",
            ErrorCode::InvalidType,
            "sObject type 'Widget__c' is not supported",
        ),
        ("SELECT Id FROM Account.Contacts", ErrorCode::InvalidType, "'Account.Contacts'"),
        (
            "SELECT Id FROM Account a, Contact c",
            ErrorCode::InvalidType,
            "relationship 'Contact' in FROM",
        ),
        (
            "SELECT Boss.Name FROM Contact",
            ErrorCode::InvalidField,
            "Didn't understand relationship 'Boss'",
        ),
        (
            "SELECT Account.Foo FROM Contact",
            ErrorCode::InvalidField,
            "No such column 'Foo' on entity 'Account'",
        ),
        ("SELECT Owner.Foo FROM Case", ErrorCode::InvalidField, "No such column 'Foo'"),
        ("SELECT (SELECT Id FROM Tasks) FROM Account", ErrorCode::InvalidType, "'Tasks' in FROM"),
        (
            "SELECT (SELECT Id FROM Contact) FROM Account",
            ErrorCode::InvalidType,
            "'Contact' in FROM",
        ),
        ("SELECT TYPEOF What WHEN Case THEN Id END FROM Event", ErrorCode::InvalidType, "'Case'"),
        ("SELECT TYPEOF Boss WHEN User THEN Id END FROM Event", ErrorCode::InvalidField, "'Boss'"),
        (
            "SELECT Id FROM Account WHERE Id IN (SELECT Foo FROM Contact)",
            ErrorCode::InvalidField,
            "'Foo'",
        ),
        (
            "SELECT Parent.Parent.Parent.Parent.Parent.Parent.Id FROM Account a",
            ErrorCode::MalformedQuery,
            "five relationships",
        ),
        (
            "SELECT Id FROM Account WHERE FORMULA('$User.Id') = 'x'",
            ErrorCode::MalformedQuery,
            "formula",
        ),
        (
            "SELECT Id FROM Account OFFSET 2001",
            ErrorCode::NumberOutsideValidRange,
            "Maximum SOQL offset",
        ),
    ] {
        let (found, message) = refused(query);
        assert_eq!(found, code, "{query}: {message}");
        assert!(message.contains(words), "{query}: {message}");
    }
}

#[test]
fn rules_between_clauses_are_kept() {
    for (query, words) in [
        ("SELECT Name n FROM Account", "only aggregate expressions use field aliasing"),
        ("SELECT Id, Name, id FROM Account", "duplicate field selected: id"),
        ("SELECT COUNT(Id) x, MAX(Name) X FROM Account", "duplicate alias: X"),
        ("SELECT Name, COUNT(Id) FROM Account", "Field must be grouped or aggregated: Name"),
        ("SELECT Name FROM Account GROUP BY Phone", "Field must be grouped or aggregated: Name"),
        (
            "SELECT Phone FROM Account GROUP BY Phone HAVING Name = 'x'",
            "Field must be grouped or aggregated: Name",
        ),
        (
            "SELECT Phone FROM Account GROUP BY Phone ORDER BY Name",
            "Field must be grouped or aggregated: Name",
        ),
        ("SELECT Phone FROM Account GROUP BY MAX(Phone)", "cannot be grouped"),
        ("SELECT FIELDS(ALL) FROM Account", "LIMIT of at most 200"),
        ("SELECT FIELDS(CUSTOM) FROM Account LIMIT 201", "LIMIT of at most 200"),
        ("SELECT (SELECT FIELDS(ALL) FROM Contacts) FROM Account LIMIT 5", "LIMIT of at most 200"),
        ("SELECT Id FROM Account WHERE MAX(Name) = 'x'", "not allowed in WHERE"),
        ("SELECT Id FROM Account WHERE convertCurrency(AnnualRevenue) > 5", "not allowed in WHERE"),
        ("SELECT convertTimezone(CreatedDate) FROM Account", "only allowed in a date function"),
        ("SELECT MAX(MIN(Name)) FROM Account", "not allowed in that one"),
        ("SELECT toLabel(FORMAT(Name)) FROM Account", "not allowed in that one"),
        ("SELECT Id FROM Account ORDER BY MAX(Name)", "grouped"),
        ("SELECT COUNT() FROM Account ORDER BY Name", "COUNT()"),
        ("SELECT COUNT() FROM Account GROUP BY Name", "COUNT()"),
        ("SELECT (SELECT COUNT(Id) FROM Contacts) FROM Account", "child sub-query"),
        ("SELECT Name, (SELECT Id FROM Contacts) FROM Account GROUP BY Name", "grouped query"),
        (
            "SELECT COUNT(Id) FROM Account GROUP BY ROLLUP(Name, Phone, Industry, Id)",
            "at most three",
        ),
        (
            "SELECT Id FROM Account WHERE Name = 'x' OR Id IN (SELECT AccountId FROM Contact)",
            "top level of WHERE",
        ),
        (
            "SELECT Id FROM Account WHERE NOT (Name = 'x' OR Id IN (SELECT AccountId FROM Contact))",
            "top level of WHERE",
        ),
        (
            "SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact WHERE Id IN (SELECT ContactId FROM Case))",
            "Nesting of semi join",
        ),
        (
            "SELECT Id FROM Account WHERE Id IN (SELECT FIELDS(ALL) FROM Contact)",
            "must select one field",
        ),
    ] {
        let (code, message) = refused(query);
        assert_eq!(code, ErrorCode::MalformedQuery, "{query}: {message}");
        assert!(message.contains(words), "{query}: {message}");
    }
    for query in [
        "SELECT Name n, MAX(Phone) FROM Account GROUP BY Name ORDER BY n",
        "SELECT FORMAT(AnnualRevenue) f, toLabel(Name) FROM Account",
        "SELECT FORMAT(MAX(AnnualRevenue)), toLabel(Name) FROM Account GROUP BY name",
        "SELECT HOUR_IN_DAY(convertTimezone(CreatedDate)) FROM Account GROUP BY HOUR_IN_DAY(convertTimezone(createddate))",
        "SELECT FIELDS(STANDARD), Secret__c FROM Account",
        "SELECT Id FROM Account WHERE NOT Id IN (SELECT AccountId FROM Contact)",
        "SELECT Id FROM Account WHERE Name = 'x' AND (Id IN (SELECT AccountId FROM Contact) AND Phone = 'y')",
    ] {
        touched(query);
    }
}

#[test]
fn too_many_children_and_levels_are_refused() {
    let children = |count: usize| {
        format!("SELECT {} FROM Account", vec!["(SELECT Id FROM Contacts)"; count].join(", "))
    };
    touched(&children(20));
    assert!(refused(&children(21)).1.contains("at most 20"));
    let deep = "SELECT Id, (SELECT Id, (SELECT Id, (SELECT Id, (SELECT Id, (SELECT Id FROM F) FROM E) FROM D) FROM C) FROM B) FROM A";
    assert!(refused(deep).1.contains("five levels"));
}

#[test]
fn an_alias_cannot_be_the_name_of_another_column() {
    for query in [
        "SELECT MAX(AnnualRevenue), COUNT(Id) expr0 FROM Account",
        "SELECT COUNT(Id) EXPR1, MAX(AnnualRevenue), MIN(AnnualRevenue) FROM Account",
    ] {
        assert_eq!(refused(query).0, ErrorCode::MalformedQuery, "{query}");
    }
    touched("SELECT COUNT(Id) expr, MAX(AnnualRevenue) expression FROM Account");
}
