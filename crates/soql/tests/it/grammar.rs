//! What is and what is not the language, form by form.

/// Each must be read, and its print must read back as the same tree.
const SOQL: &[&str] = &[
    "SELECT Id FROM Account WHERE NOT (NOT A = 1)",
    "SELECT Id FROM A WHERE (NOT X = 1) AND (NOT Y = 2)",
    "SELECT Id FROM A WHERE X=1AND Y='b'AND Z IN('a')AND W ! = null AND V > = 3 AND U < = 4",
    "SELECT Id FROM A WHERE X = .5 AND Y = +5 AND Z = - 5.25",
    "SELECT Id FROM A WHERE X IN (USD5, eur10.25, USD-500, null, 5, TODAY, LAST_N_DAYS:3)",
    "SELECT Id FROM A WHERE X = 01:00:00Z AND Y = 23:59:59.999+01:00",
    "SELECT Id FROM A WHERE X = 2020-01-01t01:00:00z AND Y = 2020-02-29T10:00:00.123456+0100",
    "SELECT Id FROM A WHERE X = 'a\\N\\R\\T\\B\\F\\u2019'",
    "SELECT Id FROM A WHERE A - B > 10",
    "SELECT Id FROM A WHERE X = 'a\\\\_%' AND Y LIKE 'a\\_\\%\\\\_'",
    "SELECT Id FROM A WHERE FORMULA('Amount - ExpectedRevenue') > 100 ORDER BY Name",
    "SELECT Id FROM A WHERE DISTANCE(X, GEOLOCATION(-1.5, +2), 'KM') < 5",
    "SELECT COUNT ( ) FROM Order GROUP",
    "SELECT COUNT (Id) count, group, order, end, view, today, fields, typeof FROM Group group GROUP BY Order",
    "SELECT Id FROM Case order ORDER BY Group NULLS LAST",
    "SELECT Id FROM Account offset OFFSET 5",
    "SELECT Contact. FirstName, A.limit FROM Contact A, A.Account AS b",
    "SELECT FORMAT(convertCurrency(Amount)), FORMAT(SUM(Amount)), HOUR_IN_DAY(convertTimezone(D)) FROM A",
    "SELECT Id FROM A WHERE Id IN (SELECT X FROM B b USING SCOPE mine WHERE b.X = 1 WITH DATA CATEGORY a__c AT b__c)",
    "SELECT (SELECT TYPEOF What WHEN A THEN B.C ELSE D END FROM Cs LIMIT 5 OFFSET 3) FROM X;",
    "SELECT Id FROM A WITH RecordVisibilityContext (maxDescriptorPerRecord=100, supportsDomains=true) LIMIT 5",
    "SELECT Id FROM A WITH UserId = '005' ORDER BY Id DESC NULLS FIRST LIMIT +5 BIND a = 5, b.c = 'x' FOR REFERENCE",
    "SELECT Id FROM A__kav WITH DATA CATEGORY G__c ABOVE_OR_BELOW (a__c, b__c) AND H__c BELOW c__c UPDATE VIEWSTAT, TRACKING",
    "SELECT Name FROM A GROUP BY CUBE(Name, CALENDAR_YEAR(D)) HAVING COUNT(Id) IN (1, 2) ORDER BY GROUPING(Name)",
    "SELECT Id FROM A USING LOOKUP X.Y BIND a = 5 WHERE b = 1",
];

/// Each must be refused, with a message that holds the words given.
const NOT_SOQL: &[(&str, &str)] = &[
    ("", "A query string has to be specified"),
    (" \n", "A query string has to be specified"),
    ("SELECT", "unexpected token: '<EOF>'"),
    ("SELECT FROM Account", "unexpected token: 'FROM'"),
    ("SELECT * FROM Account", "no viable alternative at character '*'"),
    ("SELECT Id, FROM Account", "unexpected token: 'FROM'"),
    ("SELECT Id,, Name FROM Account", "unexpected token: ','"),
    ("SELECT Id Name Foo FROM Account", "unexpected token: 'Foo'"),
    ("SELECT Id as x FROM Account", "unexpected token: 'as'"),
    ("SELECT COUNT() c FROM Account", "unexpected token: 'c'"),
    ("SELECT COUNT(), Id FROM Account", "unexpected token: ','"),
    ("SELECT Id, COUNT() FROM Account", "alone"),
    ("SELECT COUNT(*) FROM Account", "'*'"),
    ("SELECT COUNT(DISTINCT Id) FROM Account", "unexpected token: 'Id'"),
    ("SELECT SUM() FROM Account", "unexpected token: ')'"),
    ("SELECT SUM(A, B) FROM Account", "unexpected token: ','"),
    ("SELECT FORMAT(FORMAT(SUM(A))) FROM B", "unexpected token: '('"),
    ("SELECT foo(Name) FROM Account", "unknown function 'foo'"),
    ("SELECT FORMULA('A + B') FROM C", "unknown function 'FORMULA'"),
    ("SELECT _a FROM B", "'_'"),
    ("SELECT a-b FROM C", "unexpected token: '-'"),
    ("SELECT Contact..FirstName FROM Contact", "unexpected token: '.'"),
    ("SELECT Contact .FirstName FROM Contact", "unexpected token: '.'"),
    ("SELECT FIELDS(FOO) FROM A", "unexpected token: 'FOO'"),
    ("SELECT FIELDS() FROM A", "unexpected token: ')'"),
    ("SELECT (SELECT Id FROM B FROM A", "unexpected token: 'FROM'"),
    ("SELECT ((SELECT Id FROM B)) FROM A", "unexpected token: '('"),
    ("SELECT TYPEOF What WHEN A THEN END FROM C", "unexpected token: 'END'"),
    ("SELECT TYPEOF What ELSE B END FROM C", "unexpected token: 'ELSE'"),
    ("SELECT TYPEOF What WHEN A THEN B FROM C", "unexpected token: 'FROM'"),
    ("SELECT TYPEOF What WHEN A THEN toLabel(B) END FROM C", "unexpected token: '('"),
    ("SELECT DISTANCE(A, GEOLOCATION(1, 2), 'm') FROM C", "unexpected token: 'm'"),
    ("SELECT DISTANCE(A, B, 'mi') FROM C", "unexpected token: 'B'"),
    ("SELECT GEOLOCATION(1, 2) FROM C", "unknown function 'GEOLOCATION'"),
    ("SELECT Id FROM", "unexpected token: '<EOF>'"),
    ("SELECT Id FROM Limit", "unexpected token: 'Limit'"),
    ("SELECT Id FROM A WHERE", "unexpected token: '<EOF>'"),
    ("SELECT Id FROM A WHERE X", "unexpected token: '<EOF>'"),
    ("SELECT Id FROM A WHERE X =", "unexpected token: '<EOF>'"),
    ("SELECT Id FROM A WHERE ()", "unexpected token: ')'"),
    ("SELECT Id FROM A WHERE (X = 1", "unexpected token: '<EOF>'"),
    ("SELECT Id FROM A WHERE X = 1)", "unexpected token: ')'"),
    ("SELECT Id FROM A WHERE X = Y", "unexpected token: 'Y'"),
    ("SELECT Id FROM A WHERE 5 = X", "unexpected token: '5'"),
    ("SELECT Id FROM A WHERE X == 5", "unexpected token: '='"),
    ("SELECT Id FROM A WHERE X < > 5", "unexpected token: '>'"),
    ("SELECT Id FROM A WHERE X IS NULL", "unexpected token: 'IS'"),
    ("SELECT Id FROM A WHERE X NOT LIKE 'a'", "unexpected token: 'NOT'"),
    ("SELECT Id FROM A WHERE X NOT INCLUDES ('a')", "unexpected token: 'NOT'"),
    ("SELECT Id FROM A WHERE X BETWEEN 1 AND 2", "unexpected token: 'BETWEEN'"),
    ("SELECT Id FROM A WHERE X IN ()", "unexpected token: ')'"),
    ("SELECT Id FROM A WHERE X IN ('a',)", "unexpected token: ')'"),
    ("SELECT Id FROM A WHERE X IN 'a'", "unexpected token: ''a''"),
    ("SELECT Id FROM A WHERE X = 1 AND Y = 2 OR Z = 3", "unexpected token: 'OR'"),
    ("SELECT Id FROM A WHERE X = 1 OR Y = 2 AND Z = 3", "unexpected token: 'AND'"),
    ("SELECT Id FROM A WHERE NOT X = 1 AND Y = 2", "unexpected token: 'AND'"),
    ("SELECT Id FROM A WHERE X = 1 AND NOT Y = 2", "unexpected token: 'NOT'"),
    ("SELECT Id FROM A WHERE NOT NOT X = 1", "unexpected token: 'NOT'"),
    ("SELECT Id FROM A WHERE X = 1 AND", "unexpected token: '<EOF>'"),
    ("SELECT Id FROM A WHERE AND X = 1", "unexpected token: 'AND'"),
    ("SELECT Id FROM A WHERE X + 5 > 1", "unexpected token: '5'"),
    ("SELECT Id FROM A WHERE X + Y + Z > 1", "unexpected token: '+'"),
    (
        "SELECT Id FROM A WHERE DISTANCE(B, GEOLOCATION(1, 2), 'mi') LIKE 5",
        "unexpected token: 'LIKE'",
    ),
    ("SELECT Id FROM A WITH RecordVisibilityContext (a = TODAY)", "a setting is"),
    (
        "SELECT Id FROM A GROUP BY DISTANCE(B, GEOLOCATION(1, 2), 'mi')",
        "unexpected token: 'DISTANCE'",
    ),
    ("SELECT Id FROM A WHERE X > 5 + 5", "unexpected token: '+'"),
    ("SELECT A + B FROM C", "unexpected token: '+'"),
    ("SELECT Id FROM A WHERE X = 'a", "mismatched character '<EOF>' expecting '''"),
    ("SELECT Id FROM A WHERE X = 'a''b'", "unexpected token: ''b''"),
    ("SELECT Id FROM A WHERE X = \"a\"", "'\"'"),
    ("SELECT Id FROM A WHERE X = 'a\\d'", "Illegal character sequence '\\d'"),
    ("SELECT Id FROM A WHERE X = 'a\\_d'", "Illegal character sequence '\\_'"),
    ("SELECT Id FROM A WHERE X IN ('a', 'b\\\\\\%')", "Illegal character sequence '\\%'"),
    ("SELECT Id FROM A WHERE X INCLUDES ('a\\_')", "Illegal character sequence '\\_'"),
    ("SELECT Id FROM A WHERE X = 'a\\\nb'", "Illegal character sequence '\\\n'"),
    ("SELECT Id FROM A WHERE X = 'a\\\u{e9}'", "Illegal character sequence '\\\u{e9}'"),
    ("SELECT Id FROM A WHERE X = 'a\\u12'", "Illegal character sequence '\\u'"),
    ("SELECT Id FROM A WHERE X = 'a\\", "mismatched character"),
    ("SELECT Id FROM A WHERE X = 5.", "unexpected token: '.'"),
    ("SELECT Id FROM A WHERE X = 1e5", "unexpected token: 'e5'"),
    ("SELECT Id FROM A WHERE X = 12%", "'%'"),
    ("SELECT Id FROM A WHERE X = USD 500", "unexpected token: 'USD'"),
    ("SELECT Id FROM A WHERE X = USD- 500", "unexpected token: '-'"),
    ("SELECT Id FROM A WHERE X = USDX500", "unexpected token: 'USDX500'"),
    ("SELECT Id FROM A WHERE X = -USD500", "unexpected token: 'USD500'"),
    ("SELECT Id FROM A WHERE X = 2020-13-41", "'2020-13-41' is not a valid date or time"),
    ("SELECT Id FROM A WHERE X = 2021-02-29", "not a valid date"),
    ("SELECT Id FROM A WHERE X = 2020-01-01T25:61:00Z", "not a valid date"),
    ("SELECT Id FROM A WHERE X = 25:00:00Z", "not a valid date"),
    ("SELECT Id FROM A WHERE X = 2020-1-1", "unexpected token: '-'"),
    ("SELECT Id FROM A WHERE X = 2020-01-01T01:00:00", "unexpected token: 'T01'"),
    ("SELECT Id FROM A WHERE X = 01:00:00", "Bind variables"),
    ("SELECT Id FROM A WHERE X = LAST_N_DAYS", "unexpected token: '<EOF>'"),
    ("SELECT Id FROM A WHERE X = LAST_N_DAYS:-5", "unexpected token: '-'"),
    ("SELECT Id FROM A WHERE X = LAST_N_WEEK:3", "unexpected token: 'LAST_N_WEEK'"),
    ("SELECT Id FROM A WHERE X = LAST_DAY", "unexpected token: 'LAST_DAY'"),
    ("SELECT Id FROM A WHERE X = LAST_N_DAYS:9999999999", "numeric value out of range"),
    ("SELECT Id FROM A LIMIT 99999999999", "numeric value out of range"),
    ("SELECT Id FROM A LIMIT -10", "unexpected token: '-'"),
    ("SELECT Id FROM A LIMIT 1.5", "unexpected token: '1.5'"),
    ("SELECT Id FROM A LIMIT", "unexpected token: '<EOF>'"),
    ("SELECT Id FROM A OFFSET 5 LIMIT 10", "unexpected token: 'LIMIT'"),
    ("SELECT Id FROM A LIMIT 10 ORDER BY Name", "unexpected token: 'ORDER'"),
    ("SELECT Id FROM A HAVING COUNT(Id) > 1", "unexpected token: 'HAVING'"),
    ("SELECT Id FROM A GROUP BY Id HAVING FORMULA('1+1') = 2", "unknown function 'FORMULA'"),
    ("SELECT Id FROM A GROUP BY Id, ROLLUP(Name)", "unexpected token: 'ROLLUP'"),
    ("SELECT Id FROM A GROUP BY ROLLUP(Name), Id", "unexpected token: ','"),
    ("SELECT Id FROM A ORDER BY Name NULLS FIRST DESC", "unexpected token: 'DESC'"),
    ("SELECT Id FROM A ORDER BY 1", "unexpected token: '1'"),
    ("SELECT Id FROM A WHERE Id IN (SELECT Id, Name FROM B)", "unexpected token: ','"),
    ("SELECT Id FROM A WHERE Id IN (SELECT Id FROM B LIMIT 5)", "unexpected token: 'LIMIT'"),
    ("SELECT Id FROM A WHERE Id IN (SELECT TYPEOF O WHEN U THEN Id END FROM B)", "TYPEOF"),
    ("SELECT Id FROM A WHERE Id = (SELECT Id FROM B)", "unexpected token: '('"),
    ("SELECT Id FROM A WITH FOO", "unexpected token: 'FOO'"),
    ("SELECT Id FROM A WITH DATA CATEGORY a__c NEAR b__c", "unexpected token: 'NEAR'"),
    ("SELECT Id FROM A WITH DATA CATEGORY a__c AT b__c OR c__c AT d__c", "unexpected token: 'OR'"),
    ("SELECT Id FROM A FOR VIEW FOR REFERENCE", "unexpected token: 'FOR'"),
    ("SELECT Id FROM A UPDATE FOO", "unexpected token: 'FOO'"),
    ("SELECT Id FROM A; SELECT Id FROM B", "unexpected token: 'SELECT'"),
    ("SELECT Id /* all */ FROM A", "comments are not allowed"),
    ("SELECT Id FROM A -- all", "unexpected token: '-'"),
    ("SELECT Id FROM A WHERE X = :x", "Bind variables only allowed in Apex code"),
    ("SELECT Id FROM A WHERE X IN :xs", "Bind variables only allowed in Apex code"),
    ("SELECT Id FROM A WHERE X IN (:a, :b)", "Bind variables only allowed in Apex code"),
    ("SELECT Id FROM A LIMIT :n", "Bind variables only allowed in Apex code"),
    ("SELECT Id FROM A OFFSET :n", "Bind variables only allowed in Apex code"),
    ("SELECT Id FROM A ALL ROWS", "ALL ROWS is only allowed in Apex code"),
    ("SELECT Id FROM A a LIMIT 5 ALL ROWS", "ALL ROWS is only allowed in Apex code"),
    ("SELECT Id FROM A FOR UPDATE", "FOR UPDATE is only allowed in Apex code"),
    (
        "SELECT Id FROM A WITH SECURITY_ENFORCED",
        "WITH SECURITY_ENFORCED is only allowed in Apex code",
    ),
    ("SELECT Id FROM A WITH user_mode LIMIT 5", "WITH USER_MODE is only allowed in Apex code"),
    ("DELETE FROM A", "unexpected token: 'DELETE'"),
    (
        "SELECT Id FROM A WHERE X = 'a' AND \u{e9} = 1",
        "no viable alternative at character '\u{e9}'",
    ),
];

const SOSL: &[&str] = &[
    "FIND {MyProspect}",
    "FIND {a\\}b AND \"c d\" OR e*} IN ALL FIELDS RETURNING Account (Id, Name n), Contact LIMIT 10",
    "FIND {x} IN Sidebar FIELDS RETURNING Lead(Id WHERE A = 1 AND (B = 2 OR (NOT C = 3)) ORDER BY Id DESC LIMIT 5 OFFSET 2)",
    "FIND {x} RETURNING Account(Id USING ListView = MyView WHERE A IN (SELECT Id FROM B)) WITH NETWORK IN ('a', 'b')",
    "FIND {x} RETURNING Account(Id WHERE A = 1 USING ListView = Recent ORDER BY Id ASC NULLS FIRST LIMIT 51)",
    "FIND {\"and\" or \"or\"} RETURNING lead (name, phone Where createddate = THIS_FISCAL_QUARTER)",
    "FIND {right brace \\} \\\\} IN Name Fields RETURNING A (Id WHERE b includes('AAA')) WITH PricebookId = '01s'",
    "FIND {x} RETURNING K__kav(Id) WITH DATA CATEGORY G__c AT (a__c, b__c) WITH SNIPPET (target_length=120) LIMIT 5",
    "FIND {x} RETURNING A(toLabel(Status), FORMAT(Amount) a, convertCurrency(Amount)) WITH HIGHLIGHT",
    "FIND {x} RETURNING A WITH SPELL_CORRECTION = false WITH Division = 'Global' WITH PricebookId = '01s' WITH METADATA = 'LABELS'",
    "FIND {x} RETURNING Product2 UPDATE TRACKING, VIEWSTAT",
];

const NOT_SOSL: &[(&str, &str)] = &[
    ("FIND", "unexpected token: '<EOF>'"),
    ("FIND 'x'", "FIND with quotes is only allowed in Apex code"),
    ("FIND {x} RETURNING A WITH FOO", "unexpected token: 'FOO'"),
    ("FIND {x} RETURNING A WITH NETWORK", "unexpected token: '<EOF>'"),
    ("FIND {x} RETURNING A WITH DIVISION IN ('a')", "unexpected token: 'IN'"),
    ("FIND {x} RETURNING A WITH SPELL_CORRECTION = 'no'", "unexpected token: ''no''"),
    ("FIND {x} RETURNING A WITH USER_MODE", "WITH USER_MODE is only allowed in Apex code"),
    ("FIND {x", "mismatched character '<EOF>' expecting '}'"),
    ("FIND {a{b}", "mismatched character '<EOF>' expecting '}'"),
    ("FIND {}", "search term"),
    ("FIND :x", "Bind variables"),
    ("FIND {x} IN FOO FIELDS", "unexpected token: 'FOO'"),
    ("FIND {x} IN NAME", "unexpected token: '<EOF>'"),
    ("FIND {x} RETURNING", "unexpected token: '<EOF>'"),
    ("FIND {x} RETURNING Account()", "unexpected token: ')'"),
    ("FIND {x} RETURNING Account(Id,)", "unexpected token: ')'"),
    ("FIND {x} RETURNING Account(WHERE A = 1)", "unexpected token: 'WHERE'"),
    ("FIND {x} LIMIT 5 RETURNING Account", "unexpected token: 'RETURNING'"),
    ("SELECT Id FROM Account", "unexpected token: 'SELECT'"),
];

#[test]
fn the_language_is_read_and_printed() {
    for query in SOQL {
        let parsed = soql::parse(query).unwrap_or_else(|error| panic!("{query}: {error}"));
        assert_eq!(soql::parse(&parsed.to_string()), Ok(parsed), "{query}");
    }
    for search in SOSL {
        let parsed = soql::parse_search(search).unwrap_or_else(|error| panic!("{search}: {error}"));
        assert_eq!(soql::parse_search(&parsed.to_string()), Ok(parsed), "{search}");
    }
}

#[test]
fn what_is_not_the_language_is_refused_with_a_reason() {
    for (query, words) in NOT_SOQL {
        let error = soql::parse(query).expect_err(query);
        assert!(error.reason.to_string().contains(words), "{query}: {error}");
        assert_eq!(error.code, soql::ErrorCode::MalformedQuery, "{query}");
    }
    for (search, words) in NOT_SOSL {
        let error = soql::parse_search(search).expect_err(search);
        assert!(error.reason.to_string().contains(words), "{search}: {error}");
        assert_eq!(error.code, soql::ErrorCode::MalformedSearch, "{search}");
    }
}

#[test]
fn print_is_canonical() {
    let printed = soql::parse(
        "select  id, Count(Id) n from account as a using scope MINE where (name <> 'x') and (not (a.b = usd5.50))
         group by rollup(id) having count(id)>=1 order by id asc nulls first limit 5",
    )
    .unwrap()
    .to_string();
    insta::assert_snapshot!(printed, @"SELECT id, COUNT(Id) n FROM account a USING SCOPE MINE WHERE name != 'x' AND (NOT a.b = USD5.50) GROUP BY ROLLUP(id) HAVING COUNT(id) >= 1 ORDER BY id NULLS FIRST LIMIT 5");
}

#[test]
fn an_error_shows_where_it_is() {
    let query = "SELECT Id\nFROM Caf\u{e9}";
    let error = soql::parse(query).unwrap_err();
    insta::assert_snapshot!(error.salesforce_message(query), @r"

    FROM Café
            ^
    ERROR at Row:2:Column:9
    no viable alternative at character 'é'
    ");
    assert_eq!(error.at.offset, 18);
    let query =
        format!("SELECT Id FROM Account WHERE Name IN ('\u{e9}', '{}') FOO", "x".repeat(100));
    let error = soql::parse(&query).unwrap_err();
    assert_eq!(query.chars().nth(error.at.column as usize - 1), Some('F'));
    assert_eq!(error.salesforce_message(&query).lines().nth(2).map(str::len), Some(41));
}

#[test]
fn nesting_and_length_are_bounded() {
    let nested = |depth: usize| {
        format!("SELECT Id FROM A WHERE {}X = 1{}", "(".repeat(depth), ")".repeat(depth))
    };
    assert!(soql::parse(&nested(soql::MAX_DEPTH)).is_ok());
    let error = soql::parse(&nested(soql::MAX_DEPTH + 1)).unwrap_err();
    assert_eq!(error.reason, soql::Reason::TooDeep(soql::MAX_DEPTH));
    for hostile in ["SELECT (", "SELECT Id FROM A WHERE B IN (", "SELECT Id FROM A WHERE NOT ("] {
        let error = soql::parse(&hostile.repeat(soql::MAX_LENGTH / hostile.len())).unwrap_err();
        assert!(
            matches!(error.reason, soql::Reason::TooDeep(_) | soql::Reason::Unexpected { .. }),
            "{error}"
        );
    }
    let long = format!("SELECT Id FROM A WHERE X = '{}'", "\u{e9}".repeat(soql::MAX_LENGTH));
    assert_eq!(soql::parse(&long).unwrap_err().reason, soql::Reason::TooLong(soql::MAX_LENGTH));
}
