//! Narrowing queries and replacing strings.

use proptest::prelude::*;
use soql::{
    LikePiece, StringLiteral, StringUse, cap_children, cap_limit, expand_fields,
    for_each_search_string, for_each_string, narrow, parse, parse_search,
};

use crate::org::schema;

/// The query without the fields, or the refusal.
fn without(hidden: &[&str], query: &str) -> Result<String, String> {
    let parsed = parse(query).unwrap();
    let mut allowed = |touch: &soql::Touch| {
        !hidden.iter().any(|hidden| *hidden == format!("{}.{}", touch.object, touch.field))
            && touch.known
    };
    match narrow(parsed, &schema(), &mut allowed) {
        Ok(narrowed) => {
            assert!(narrowed.touched.fields.iter().all(&mut allowed), "{query}");
            Ok(narrowed.query.to_string())
        }
        Err(error) => Err(error.salesforce_message(query)),
    }
}

#[test]
fn hidden_fields_are_dropped_from_the_answer() {
    for (query, narrowed) in [
        ("SELECT Id, Secret__c FROM Account", "SELECT Id FROM Account"),
        ("SELECT Id, FORMAT(Secret__c) s, Name FROM Account", "SELECT Id, Name FROM Account"),
        ("SELECT Secret__c FROM Account", "SELECT Id FROM Account"),
        ("SELECT Id, Account.Secret__c FROM Contact", "SELECT Id FROM Contact"),
        (
            "SELECT Id, (SELECT Id, Account.Secret__c FROM Contacts) FROM Account",
            "SELECT Id, (SELECT Id FROM Contacts) FROM Account",
        ),
        (
            "SELECT TYPEOF What WHEN Account THEN Phone, Secret__c WHEN Opportunity THEN Amount END FROM Event",
            "SELECT TYPEOF What WHEN Account THEN Phone WHEN Opportunity THEN Amount END FROM Event",
        ),
        (
            "SELECT TYPEOF What WHEN Account THEN Secret__c ELSE Id END FROM Event",
            "SELECT TYPEOF What WHEN Account THEN Id END FROM Event",
        ),
        (
            "SELECT FIELDS(CUSTOM), Name FROM Account LIMIT 5",
            "SELECT Start__c, End__c, Location__c, Name FROM Account LIMIT 5",
        ),
    ] {
        assert_eq!(without(&["Account.Secret__c"], query).as_deref(), Ok(narrowed), "{query}");
    }
    assert_eq!(
        without(&["Contact.AccountId"], "SELECT Id, (SELECT Id FROM Contacts) FROM Account")
            .as_deref(),
        Ok("SELECT Id FROM Account")
    );
    assert_eq!(
        without(&["Account.BillingStreet"], "SELECT BillingCity, BillingAddress FROM Account")
            .as_deref(),
        Ok("SELECT BillingCity FROM Account")
    );
}

#[test]
fn hidden_fields_that_choose_rows_refuse_the_query() {
    for query in [
        "SELECT Id FROM Account WHERE Secret__c = 'x'",
        "SELECT Id FROM Account ORDER BY Secret__c",
        "SELECT COUNT() FROM Account WHERE Secret__c LIKE 'a%'",
        "SELECT COUNT(Id) FROM Account GROUP BY Secret__c",
        "SELECT MAX(Secret__c), COUNT(Id) FROM Account",
        "SELECT Id FROM Account WHERE FORMULA('Secret__c + 1') > 1",
        "SELECT Id, (SELECT Id FROM Contacts WHERE Account.Secret__c = 'x') FROM Account",
        "SELECT Id FROM Contact WHERE LastName IN (SELECT Secret__c FROM Account)",
    ] {
        let refusal = without(&["Account.Secret__c"], query).expect_err(query);
        assert!(
            refusal.contains("No such column 'Secret__c' on entity 'Account'"),
            "{query}: {refusal}"
        );
    }
    assert!(without(&["Account.Id"], "SELECT Name FROM Account").is_ok());
    assert!(without(&["Account.Name", "Account.Id"], "SELECT Name FROM Account").is_err());
}

/// Nobody learns from a refusal whether a field exists: each pair differs in one name of the same length, hidden in the
/// first and unknown in the second.
#[test]
fn a_hidden_field_and_an_unknown_one_are_refused_alike() {
    for (hidden, query) in [
        ("Account.Secret__c", "SELECT Id FROM Account WHERE SECRET__c = 'x'"),
        ("Account.Secret__c", "SELECT Id FROM Contact\nORDER BY account.seCret__c"),
        ("Account.Secret__c", "SELECT Id FROM Account WHERE FORMULA('1 + secret__C') > 1"),
        ("Account.Secret__c", "SELECT MAX(secret__c) FROM Account"),
        (
            "Account.Secret__c",
            "SELECT Id FROM Contact WHERE LastName IN (SELECT SECRET__C FROM Account)",
        ),
    ] {
        let unknown =
            query.replace("ECRET", "UCRET").replace("ecret", "ucret").replace("eCret", "uCret");
        let refusal = without(&[hidden], query).expect_err(query);
        let for_unknown = without(&[], &unknown).expect_err(&unknown);
        let put_back = |text: &str| {
            text.replace("UCRET", "ECRET").replace("ucret", "ecret").replace("uCret", "eCret")
        };
        assert_eq!(refusal, put_back(&for_unknown));
    }
    let refusal =
        without(&["Contact.AccountId"], "SELECT Id FROM Contact WHERE ACCOUNT.Name = 'x'")
            .unwrap_err();
    assert!(refusal.contains("Didn't understand relationship 'ACCOUNT'"), "{refusal}");
    let refusal =
        without(&["Account.BillingCity"], "SELECT Id FROM Account ORDER BY billingaddress")
            .unwrap_err();
    assert!(refusal.contains("No such column 'billingaddress'"), "{refusal}");
    let refusal =
        without(&["Group.Email"], "SELECT Id FROM Case WHERE Owner.Email = 'x'").unwrap_err();
    assert!(refusal.contains("No such column 'Email'"), "{refusal}");
}

#[test]
fn a_search_is_narrowed_too() {
    let narrowed = |search: &str| {
        let parsed = parse_search(search).unwrap();
        let mut allowed = |touch: &soql::Touch| touch.field != "Secret__c";
        soql::narrow_search(parsed, &schema(), &mut allowed)
            .map(|narrowed| narrowed.search.to_string())
            .map_err(|error| error.reason.to_string())
    };
    assert_eq!(
        narrowed(
            "FIND {x} RETURNING Account(secret__c, toLabel(Secret__c) s), Contact(Id, Account.Secret__c, Name)"
        ),
        Ok("FIND {x} RETURNING Account(Id), Contact(Id, Name)".to_owned())
    );
    assert_eq!(
        narrowed("FIND {x} RETURNING Account LIMIT 5"),
        Ok("FIND {x} RETURNING Account(Id) LIMIT 5".to_owned())
    );
    for hostile in ["Account(Id WHERE SECRET__c = 'x')", "Contact(Id ORDER BY Account.SECRET__c)"] {
        let refusal = narrowed(&format!("FIND {{x}} RETURNING {hostile}")).unwrap_err();
        assert!(refusal.contains("No such column 'SECRET__c' on entity 'Account'"), "{refusal}");
    }
}

#[test]
fn fields_are_written_out() {
    let mut query =
        parse("SELECT Title, FIELDS(ALL), (SELECT Id FROM X) FROM K__kav LIMIT 5").unwrap();
    assert!(expand_fields(&mut query, &schema()).is_err());
    let mut query = parse(
        "SELECT (SELECT FIELDS(CUSTOM), Id FROM Contacts LIMIT 5), FIELDS(STANDARD) FROM Account",
    )
    .unwrap();
    expand_fields(&mut query, &schema()).unwrap();
    insta::assert_snapshot!(query, @"SELECT (SELECT Salary__c, Id FROM Contacts LIMIT 5), Id, Name, CreatedDate, Industry, AnnualRevenue, Phone, BillingAddress, BillingCity, BillingStreet, OwnerId, ParentId FROM Account");
}

#[test]
fn rows_are_capped() {
    for (query, max, capped) in [
        ("SELECT Id FROM A", 10, "SELECT Id FROM A LIMIT 10"),
        ("SELECT Id FROM A LIMIT 5", 10, "SELECT Id FROM A LIMIT 5"),
        ("SELECT Id FROM A LIMIT 11 OFFSET 2", 10, "SELECT Id FROM A LIMIT 10 OFFSET 2"),
        ("SELECT COUNT() FROM A", 10, "SELECT COUNT() FROM A"),
        ("SELECT MAX(B) FROM A", 10, "SELECT MAX(B) FROM A"),
        ("SELECT MAX(B) FROM A GROUP BY C", 10, "SELECT MAX(B) FROM A GROUP BY C LIMIT 10"),
    ] {
        let mut parsed = parse(query).unwrap();
        assert_eq!(cap_limit(&mut parsed, max), capped != query);
        assert_eq!(parsed.to_string(), capped);
    }
    let mut parsed = parse("SELECT (SELECT Id, (SELECT Id FROM C LIMIT 9) FROM B) FROM A").unwrap();
    assert!(cap_children(&mut parsed, 3));
    assert_eq!(
        parsed.to_string(),
        "SELECT (SELECT Id, (SELECT Id FROM C LIMIT 3) FROM B LIMIT 3) FROM A"
    );
}

const EVERYWHERE: &str = "SELECT (SELECT Id FROM Cs WHERE X = 'a') FROM A USING LOOKUP L.M BIND b = 'b' \
    WHERE X IN ('c', 'd') AND (Y LIKE '%e' OR (NOT Z INCLUDES ('f'))) AND W IN (SELECT V FROM U WHERE T != 'g') \
    AND FORMULA('h') = 'i' WITH UserId = 'j' GROUP BY G HAVING MAX(H) > 'k' BIND l = 'l'";

#[test]
fn every_string_is_shown() {
    let mut query = parse(EVERYWHERE).unwrap();
    let mut seen = Vec::new();
    for_each_string(&mut query, &mut |text, used| {
        seen.push(text.value().into_owned());
        match used {
            StringUse::Pattern => assert_eq!(text.raw(), "%e"),
            StringUse::Formula => assert_eq!(text.raw(), "h"),
            StringUse::Value => {}
        }
    });
    assert_eq!(seen, ["a", "b", "c", "d", "%e", "f", "g", "h", "i", "j", "k", "l"]);
    let mut search = parse_search(
        "FIND {x} RETURNING A(Id WHERE B = 'a') WITH DIVISION = 'b' WITH NETWORK IN ('c') WITH SNIPPET (f='d')",
    )
    .unwrap();
    let mut seen = String::new();
    for_each_search_string(&mut search, &mut |text, _| seen.push_str(text.raw()));
    assert_eq!(seen, "abcd");
}

proptest! {
    /// Whatever stands in a string, it cannot leave it.
    #[test]
    fn replaced_strings_change_nothing_else(value in "\\PC*|.*'.*|.*\\\\") {
        let mut query = parse(EVERYWHERE).unwrap();
        for_each_string(&mut query, &mut |text, used| {
            *text = match used {
                StringUse::Pattern => StringLiteral::pattern(&[LikePiece::Text(value.clone()), LikePiece::AnyText]),
                _ => StringLiteral::new(&value),
            };
        });
        let mut back = parse(&query.to_string()).unwrap();
        prop_assert_eq!(&back, &query);
        let mut seen = 0;
        for_each_string(&mut back, &mut |text, used| {
            seen += 1;
            if used != StringUse::Pattern {
                assert_eq!(text.value(), value.as_str());
            }
        });
        prop_assert_eq!(seen, 12);
    }
}
