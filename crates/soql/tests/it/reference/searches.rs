//! Searches made from the SOSL reference in the same way.

use soql::ErrorCode;

use super::refused::misjudged;

/// Right by the SOSL reference.
const SEARCHES: &[&str] = &[
    "FIND {Joe}",
    "FIND {Joe Smith OR \"Joe Smythe\"} IN NAME FIELDS RETURNING Lead(Name, Phone)",
    "FIND {test*} IN ALL FIELDS RETURNING Account(Id, Name WHERE CreatedDate = THIS_YEAR ORDER BY Name DESC NULLS LAST LIMIT 10 OFFSET 25), Contact, Lead LIMIT 50",
    "FIND {MyName} IN EMAIL FIELDS RETURNING Contact(FirstName, LastName WHERE (Name LIKE 'a%' OR Email != null) AND AccountId IN ('001', '002'))",
    "FIND {4155551212} IN PHONE FIELDS",
    "FIND {x} IN SIDEBAR FIELDS RETURNING Account",
    "FIND {a \\& b \\} c \\\\ d \\? e} RETURNING Account(Id)",
    "FIND {MyProspect} RETURNING Product2 WITH PricebookId = '01sxx0000002MffAAE'",
    "FIND {tour} RETURNING KnowledgeArticleVersion(Id, Title WHERE PublishStatus = 'online' AND Language = 'en_US') WITH DATA CATEGORY Location__c AT America__c",
    "FIND {x} RETURNING FeedItem(Id, CreatedDate ORDER BY CreatedDate DESC) WITH NETWORK = '0DB000000000001'",
    "FIND {San Francisco} IN ALL FIELDS RETURNING Question WITH SNIPPET(target_length=120) WITH HIGHLIGHT",
    "FIND {x} RETURNING Account(Name) WITH SPELL_CORRECTION = FALSE",
    "FIND {Keyword} RETURNING FAQ__kav(Title WHERE Language = 'en_US') UPDATE TRACKING, VIEWSTAT",
    "FIND {x} RETURNING Account(toLabel(Industry), convertCurrency(AnnualRevenue), FORMAT(AnnualRevenue) shown)",
    "FIND {x} RETURNING Account(Name USING ListView = MVPCustomers)",
    "find {x} returning account(id where name = 'y' limit 1) limit 2",
];

/// Wrong by the SOSL reference.
const NO_SEARCHES: &[(&str, (u32, u32), &str)] = &[
    ("FIND Joe", (1, 6), "unexpected token: 'Joe'"),
    ("FIND {Joe", (1, 6), "expecting '}'"),
    ("FIND { }", (1, 7), "search term"),
    ("FIND {Joe} Account", (1, 12), "unexpected token: 'Account'"),
    ("FIND {Joe} IN ALL RETURNING Account", (1, 19), "unexpected token: 'RETURNING'"),
    ("FIND {Joe} IN BODY FIELDS", (1, 15), "unexpected token: 'BODY'"),
    ("FIND {Joe} RETURNING Account(Id", (1, 32), "<EOF>"),
    ("FIND {Joe} RETURNING Account(Id LIMIT)", (1, 38), "unexpected token: ')'"),
    ("FIND {Joe} RETURNING Account(Id LIMIT 5 ORDER BY Id)", (1, 41), "unexpected token: 'ORDER'"),
    ("FIND {Joe} RETURNING Account(Id WHERE Name = :x)", (1, 46), "Bind variables"),
    (
        "FIND {Joe} RETURNING Account(Id WHERE Name = 'a' OR Name = 'b' AND Name = 'c')",
        (1, 64),
        "unexpected token: 'AND'",
    ),
    ("FIND {Joe} RETURNING Account Contact", (1, 30), "unexpected token: 'Contact'"),
    ("FIND {Joe} RETURNING Account,", (1, 30), "<EOF>"),
    ("FIND {Joe} WITH HIGHLIGHT RETURNING Account", (1, 27), "unexpected token: 'RETURNING'"),
    ("FIND {Joe} LIMIT many", (1, 18), "unexpected token: 'many'"),
    ("FIND 'Joe' IN ALL FIELDS", (1, 6), "only allowed in Apex code"),
];

#[test]
fn what_the_reference_shows_is_read_and_printed() {
    let mut wrong = Vec::new();
    for search in SEARCHES {
        match soql::parse_search(search) {
            Ok(parsed) => {
                assert_eq!(soql::parse_search(&parsed.to_string()), Ok(parsed), "{search}");
            }
            Err(error) => wrong.push(format!("{search}\n    {error}")),
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn what_the_reference_forbids_is_refused_with_its_place() {
    let refused = |(search, at, words): &(&str, (u32, u32), &str)| {
        let refusal = soql::parse_search(search).err();
        misjudged(search, refusal.as_ref(), ErrorCode::MalformedSearch, *at, words)
    };
    let wrong: Vec<String> = NO_SEARCHES.iter().filter_map(refused).collect();
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}
