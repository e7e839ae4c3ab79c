//! What the SOQL reference says is wrong, and where.

use soql::{ErrorCode, SoqlError};

/// Wrong by the reference: the code that Salesforce answers with, where, and words of the reason.
const WRONG: &[(&str, (u32, u32), &str)] = &[
    // Where it stands, also behind line breaks, tabs and letters of several bytes.
    ("SELECT Id\nFROM Account\nWHERE Name == 'x'", (3, 13), "unexpected token: '='"),
    ("SELECT Id FROM A WHERE N = '\u{65e5}\u{672c}' X", (1, 33), "unexpected token: 'X'"),
    ("SELECT Id\r\nFROM A\r\nLIMIT x", (3, 7), "unexpected token: 'x'"),
    ("\tSELEC Id FROM A", (1, 2), "unexpected token: 'SELEC'"),
    ("SELECT Id FROM A WHERE X = 'open", (1, 28), "mismatched character"),
    // The list.
    ("SELECT Id Name FROM", (1, 20), "<EOF>"),
    ("SELECT DISTINCT Name FROM Account", (1, 8), "field aliasing"),
    ("SELECT Account.* FROM Contact", (1, 16), "'*'"),
    ("SELECT TOP 5 Name FROM Account", (1, 12), "unexpected token: '5'"),
    ("SELECT 'x' FROM Account", (1, 8), "unexpected token: ''x''"),
    ("SELECT 5 FROM Account", (1, 8), "unexpected token: '5'"),
    ("SELECT Id, FROM Account", (1, 12), "unexpected token: 'FROM'"),
    ("SELECT ,Id FROM Account", (1, 8), "unexpected token: ','"),
    ("SELECT Name.FROM Account", (1, 25), "<EOF>"),
    ("SELECT Name AS n FROM Account", (1, 13), "unexpected token: 'AS'"),
    ("SELECT Name n FROM Account", (1, 8), "only aggregate expressions use field aliasing"),
    ("SELECT Id, Name, id FROM Account", (1, 18), "duplicate field selected: id"),
    ("SELECT COUNT(Id) n, MAX(Name) N FROM Account", (1, 21), "duplicate alias: N"),
    ("SELECT MAX(Amount) limit FROM Opportunity", (1, 20), "unexpected token: 'limit'"),
    ("SELECT MAX(Amount) select FROM Opportunity", (1, 20), "unexpected token: 'select'"),
    ("SELECT UPPER(Name) FROM Account", (1, 8), "unknown function 'UPPER'"),
    ("SELECT COUNT FROM Account WHERE Id IN", (1, 38), "<EOF>"),
    ("SELECT COUNT() FROM Account ORDER BY Name", (1, 21), "COUNT()"),
    ("SELECT COUNT() FROM Account GROUP BY Name", (1, 21), "COUNT()"),
    ("SELECT MAX(MIN(Amount)) FROM Opportunity", (1, 12), "not allowed in that one"),
    ("SELECT SUM(FORMAT(Amount)) FROM Opportunity", (1, 12), "not allowed in that one"),
    ("SELECT convertTimezone(CreatedDate) FROM Account", (1, 8), "convertTimezone"),
    ("SELECT (SELECT Id FROM Contacts), FROM Account", (1, 35), "unexpected token: 'FROM'"),
    ("SELECT (SELECT Id FROM Contacts) c FROM Account", (1, 34), "unexpected token: 'c'"),
    ("SELECT () FROM Account", (1, 9), "unexpected token: ')'"),
    ("SELECT (Id) FROM Account", (1, 9), "unexpected token: 'Id'"),
    ("SELECT (SELECT COUNT() FROM Contacts) FROM Account", (1, 29), "aggregates"),
    ("SELECT (SELECT COUNT(Id) FROM Contacts) FROM Account", (1, 31), "aggregates"),
    (
        "SELECT TYPEOF What WHEN Account THEN Phone, END FROM Event",
        (1, 45),
        "unexpected token: 'END'",
    ),
    ("SELECT TYPEOF What WHEN Account Phone END FROM Event", (1, 33), "unexpected token: 'Phone'"),
    (
        "SELECT TYPEOF What ELSE Name WHEN Account THEN Phone END FROM Event",
        (1, 20),
        "unexpected token: 'ELSE'",
    ),
    (
        "SELECT TYPEOF What WHEN Account THEN (SELECT Id FROM Contacts) END FROM Event",
        (1, 38),
        "unexpected token: '('",
    ),
    (
        "SELECT TYPEOF What WHEN Account THEN TYPEOF Owner WHEN User THEN Id END END FROM Event",
        (1, 45),
        "unexpected token: 'Owner'",
    ),
    ("SELECT FIELDS ALL FROM Account", (1, 8), "field aliasing"),
    ("SELECT FIELDS(ALL, CUSTOM) FROM Account LIMIT 200", (1, 18), "unexpected token: ','"),
    ("SELECT FIELDS(ALL) f FROM Account LIMIT 200", (1, 20), "unexpected token: 'f'"),
    ("SELECT FIELDS(ALL), FIELDS(ALL) FROM Account LIMIT 200", (1, 21), "duplicate field"),
    ("SELECT DISTANCE(Location__c, 'mi') FROM A", (1, 30), "unexpected token: ''mi''"),
    ("SELECT DISTANCE(Location__c, GEOLOCATION(1, 2)) FROM A", (1, 47), "unexpected token: ')'"),
    ("SELECT DISTANCE(Location__c, GEOLOCATION(1), 'mi') FROM A", (1, 43), "unexpected token: ')'"),
    (
        "SELECT DISTANCE(Location__c, GEOLOCATION('1', '2'), 'mi') FROM A",
        (1, 42),
        "unexpected token: ''1''",
    ),
    // Conditions.
    ("SELECT Id FROM A WHERE Name", (1, 28), "<EOF>"),
    ("SELECT Id FROM A WHERE Name LIKE", (1, 33), "<EOF>"),
    ("SELECT Id FROM A WHERE Name 'x'", (1, 29), "unexpected token: ''x''"),
    ("SELECT Id FROM A WHERE 'x' = Name", (1, 24), "unexpected token: ''x''"),
    ("SELECT Id FROM A WHERE Name = Title", (1, 31), "unexpected token: 'Title'"),
    ("SELECT Id FROM A WHERE Name = x'", (1, 31), "unexpected token: 'x'"),
    ("SELECT Id FROM A WHERE Name =! 'x'", (1, 30), "'!'"),
    ("SELECT Id FROM A WHERE Name = NOT null", (1, 31), "unexpected token: 'NOT'"),
    ("SELECT Id FROM A WHERE Name is not null", (1, 29), "unexpected token: 'is'"),
    ("SELECT Id FROM A WHERE X = 1 AND (Y = 2 OR Z = 3", (1, 49), "<EOF>"),
    ("SELECT Id FROM A WHERE X = 1, Y = 2", (1, 29), "unexpected token: ','"),
    ("SELECT Id FROM A WHERE X = 1 && Y = 2", (1, 30), "'&'"),
    ("SELECT Id FROM A WHERE X = 1 OR (Y = 2) AND Z = 3", (1, 41), "unexpected token: 'AND'"),
    ("SELECT Id FROM A WHERE NOT X = 1 OR Y = 2", (1, 34), "unexpected token: 'OR'"),
    ("SELECT Id FROM A WHERE !(X = 1)", (1, 24), "'!'"),
    ("SELECT Id FROM A WHERE X IN ('a' 'b')", (1, 34), "unexpected token: ''b''"),
    ("SELECT Id FROM A WHERE X IN ('a', 'b'", (1, 38), "<EOF>"),
    ("SELECT Id FROM A WHERE X NOT ('a')", (1, 26), "unexpected token: 'NOT'"),
    ("SELECT Id FROM A WHERE X INCLUDES 'a'", (1, 35), "unexpected token: ''a''"),
    ("SELECT Id FROM A WHERE X EXCLUDES ()", (1, 36), "unexpected token: ')'"),
    ("SELECT Id FROM A WHERE COUNT(Id) > 1", (1, 24), "HAVING"),
    ("SELECT Id FROM A WHERE convertCurrency(X) > 1", (1, 24), "convertCurrency"),
    ("SELECT Id FROM A WHERE X = 'it's'", (1, 32), "unexpected token: 's'"),
    ("SELECT Id FROM A WHERE X = 'a\nb'", (1, 28), "Line breaks"),
    ("SELECT Id FROM A WHERE X = 'a\\xb'", (1, 28), "Illegal character sequence"),
    ("SELECT Id FROM A WHERE X = 'a\\%'", (1, 28), "Illegal character sequence"),
    ("SELECT Id FROM A WHERE X = 'a\\u00g0'", (1, 28), "Illegal character sequence"),
    // Numbers, dates, amounts.
    ("SELECT Id FROM A WHERE X > 1,000", (1, 29), "unexpected token: ','"),
    ("SELECT Id FROM A WHERE X > $5", (1, 28), "'$'"),
    ("SELECT Id FROM A WHERE X > --5", (1, 29), "unexpected token: '-'"),
    ("SELECT Id FROM A WHERE X > 0x1F", (1, 29), "unexpected token: 'x1F'"),
    ("SELECT Id FROM A WHERE X > EURO5", (1, 28), "unexpected token: 'EURO5'"),
    ("SELECT Id FROM A WHERE X > 5USD", (1, 29), "unexpected token: 'USD'"),
    ("SELECT Id FROM A WHERE D = 01/02/2020", (1, 30), "'/'"),
    ("SELECT Id FROM A WHERE D = 2020-00-10", (1, 28), "not a valid date"),
    ("SELECT Id FROM A WHERE D = 2023-02-29", (1, 28), "not a valid date"),
    ("SELECT Id FROM A WHERE D = 2020-01-01T10:00:00", (1, 38), "unexpected token: 'T10'"),
    ("SELECT Id FROM A WHERE D = 2020-01-01 10:00:00Z", (1, 39), "unexpected token: '10:00:00Z'"),
    ("SELECT Id FROM A WHERE D = 2020-01-01T24:30:00Z", (1, 28), "not a valid date"),
    ("SELECT Id FROM A WHERE D = LAST_30_DAYS", (1, 28), "unexpected token: 'LAST_30_DAYS'"),
    ("SELECT Id FROM A WHERE D = LAST_N_DAYS:'5'", (1, 40), "unexpected token: ''5''"),
    ("SELECT Id FROM A WHERE D = LAST_N_DAYS:+5", (1, 40), "unexpected token: '+'"),
    ("SELECT Id FROM A WHERE D = LAST_N_DAYS:1.5", (1, 40), "unexpected token: '1.5'"),
    ("SELECT Id FROM A WHERE D = TODAY:5", (1, 33), "Bind variables"),
    ("SELECT Id FROM A WHERE D = THIS_DAY", (1, 28), "unexpected token: 'THIS_DAY'"),
    ("SELECT Id FROM A WHERE D = NEXT_N_DAY:5", (1, 28), "unexpected token: 'NEXT_N_DAY'"),
    ("SELECT Id FROM A WHERE D = TODAY()", (1, 33), "unexpected token: '('"),
    ("SELECT Id FROM A WHERE D = TODAY - 1", (1, 34), "unexpected token: '-'"),
    // Semi-joins.
    (
        "SELECT Id FROM A WHERE Id IN (SELECT X FROM B) OR Id IN (SELECT Y FROM C)",
        (1, 30),
        "joined by AND",
    ),
    (
        "SELECT Id FROM A WHERE Id IN (SELECT X FROM B) AND Id IN (SELECT Y FROM C) AND Z IN (SELECT W FROM D)",
        (1, 85),
        "at most two",
    ),
    (
        "SELECT Id FROM A WHERE Id IN (SELECT X FROM B WHERE Y IN (SELECT Z FROM C))",
        (1, 58),
        "Nesting of semi join",
    ),
    ("SELECT Id FROM A WHERE Id IN (SELECT COUNT(X) FROM B)", (1, 30), "must select one field"),
    ("SELECT Id FROM A WHERE Id IN (SELECT FIELDS(ALL) FROM B)", (1, 30), "must select one field"),
    (
        "SELECT Id FROM A WHERE Id IN (SELECT X FROM B ORDER BY X)",
        (1, 47),
        "unexpected token: 'ORDER'",
    ),
    (
        "SELECT Id FROM A WHERE Id IN (SELECT X FROM B GROUP BY X)",
        (1, 47),
        "unexpected token: 'GROUP'",
    ),
    ("SELECT Id FROM A WHERE Id IN SELECT X FROM B", (1, 30), "unexpected token: 'SELECT'"),
    ("SELECT Id FROM A WHERE Id IN ((SELECT X FROM B))", (1, 31), "unexpected token: '('"),
    ("SELECT Id FROM A WHERE Id = (SELECT X FROM B)", (1, 29), "unexpected token: '('"),
    // The other clauses.
    ("SELECT Id FROM Account, Contact c JOIN x", (1, 35), "unexpected token: 'JOIN'"),
    ("SELECT Id FROM Account JOIN Contact ON x", (1, 29), "unexpected token: 'Contact'"),
    ("SELECT Id FROM (SELECT Id FROM Account)", (1, 16), "unexpected token: '('"),
    ("SELECT Id FROM 'Account'", (1, 16), "unexpected token: ''Account''"),
    ("SELECT Id FROM Account WHERE X = 1 WHERE Y = 2", (1, 36), "unexpected token: 'WHERE'"),
    ("SELECT Id FROM Account LIMIT 5 WHERE X = 1", (1, 32), "unexpected token: 'WHERE'"),
    ("SELECT Id FROM Account ORDER BY Name WHERE X = 1", (1, 38), "unexpected token: 'WHERE'"),
    ("SELECT Id FROM Account GROUP Name", (1, 30), "unexpected token: 'Name'"),
    (
        "SELECT Name FROM Account HAVING COUNT(Id) > 1 GROUP BY Name",
        (1, 26),
        "unexpected token: 'HAVING'",
    ),
    ("SELECT Name FROM Account GROUP BY ROLLUP Name", (1, 42), "unexpected token: 'Name'"),
    ("SELECT A FROM B GROUP BY ROLLUP(A, C, D, E)", (1, 15), "at most three"),
    ("SELECT COUNT(Id) FROM B GROUP BY COUNT(Id)", (1, 34), "cannot be grouped"),
    ("SELECT Name FROM A GROUP BY Name HAVING Id IN (SELECT X FROM B)", (1, 47), "HAVING"),
    ("SELECT Id FROM A ORDER BY Name DESC ASC", (1, 37), "unexpected token: 'ASC'"),
    ("SELECT Id FROM A ORDER BY Name NULLS", (1, 37), "<EOF>"),
    ("SELECT Id FROM A ORDER BY COUNT(Id)", (1, 27), "grouped query"),
    ("SELECT Id FROM A ORDER Name", (1, 24), "unexpected token: 'Name'"),
    ("SELECT Id FROM A LIMIT 5, 10", (1, 25), "unexpected token: ','"),
    ("SELECT Id FROM A LIMIT '5'", (1, 24), "unexpected token: ''5''"),
    ("SELECT Id FROM A LIMIT 2147483648", (1, 24), "numeric value out of range"),
    ("SELECT Id FROM A LIMIT 5 LIMIT 6", (1, 26), "unexpected token: 'LIMIT'"),
    ("SELECT Id FROM A OFFSET -1", (1, 25), "unexpected token: '-'"),
    ("SELECT Id FROM A OFFSET 2001", (0, 0), "Maximum SOQL offset allowed is 2000"),
    ("SELECT Id FROM A USING mine", (1, 24), "unexpected token: 'mine'"),
    ("SELECT Id FROM A WHERE X = 1 USING SCOPE mine", (1, 30), "unexpected token: 'USING'"),
    ("SELECT Id FROM A WITH DATA CATEGORY G__c a__c", (1, 42), "unexpected token: 'a__c'"),
    ("SELECT Id FROM A WITH DATA CATEGORY G__c AT ()", (1, 46), "unexpected token: ')'"),
    ("SELECT Id FROM A WITH DATA CATEGORY G__c AT 'a'", (1, 45), "unexpected token: ''a''"),
    ("SELECT Id FROM A FOR", (1, 21), "<EOF>"),
    ("SELECT Id FROM A FOR VIEW, REFERENCE", (1, 26), "unexpected token: ','"),
    ("SELECT Id FROM A UPDATE", (1, 24), "<EOF>"),
    ("SELECT Id FROM A UNION SELECT Id FROM B", (1, 24), "unexpected token: 'SELECT'"),
    ("UPDATE Account SET Name = 'x'", (1, 1), "unexpected token: 'UPDATE'"),
    ("INSERT INTO Account", (1, 1), "unexpected token: 'INSERT'"),
    ("SELECT Id FROM A WHERE X = 1 -- all", (1, 30), "unexpected token: '-'"),
    ("SELECT Id FROM A # all", (1, 18), "'#'"),
    ("SELECT Id FROM A // all", (1, 18), "comments are not allowed"),
    ("SELECT `Id` FROM A", (1, 8), "'`'"),
    ("SELECT [Id] FROM A", (1, 8), "'['"),
    // Apex alone.
    ("SELECT Id FROM A WHERE X = :x.y()", (1, 28), "Bind variables only allowed in Apex code"),
    ("SELECT Id FROM A WHERE X IN : xs", (1, 29), "Bind variables only allowed in Apex code"),
    ("SELECT Id FROM A WHERE X LIKE :x", (1, 31), "Bind variables only allowed in Apex code"),
    (
        "SELECT Id FROM A WHERE D > LAST_N_DAYS::n",
        (1, 40),
        "Bind variables only allowed in Apex code",
    ),
    ("SELECT Id FROM A WHERE X = 1 ALL ROWS", (1, 30), "ALL ROWS is only allowed in Apex code"),
    ("SELECT Id FROM A ORDER BY X FOR UPDATE", (1, 33), "FOR UPDATE is only allowed in Apex code"),
    (
        "SELECT Id FROM A WHERE X = 1 WITH SYSTEM_MODE",
        (1, 35),
        "WITH SYSTEM_MODE is only allowed in Apex code",
    ),
];

/// What is wrong with the refusal of a text, if anything: its code, its row and column, or its words.
pub(super) fn misjudged(
    text: &str,
    refusal: Option<&SoqlError>,
    code: ErrorCode,
    at: (u32, u32),
    words: &str,
) -> Option<String> {
    let fits = refusal.is_some_and(|error| {
        (error.code, error.at.row, error.at.column) == (code, at.0, at.1)
            && error.to_string().contains(words)
    });
    (!fits).then(|| format!("{text}\n    {refusal:?}"))
}

#[test]
fn what_the_reference_forbids_is_refused_with_its_place() {
    let wrong: Vec<String> = WRONG
        .iter()
        .filter_map(|(query, at, words)| {
            let refusal = soql::parse(query).and_then(|query| soql::check_form(&query)).err();
            let code = if words.contains("offset") {
                ErrorCode::NumberOutsideValidRange
            } else {
                ErrorCode::MalformedQuery
            };
            misjudged(query, refusal.as_ref(), code, *at, words)
        })
        .collect();
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}
