//! Queries made from the SOQL and SOSL reference, page by page: what it shows as right, and what it says is wrong.
//!
//! A collection of test suites judges forms that people wrote down; this one judges what the reference says in prose.

use soql::ErrorCode;

/// Right by the reference, and run by Salesforce where the names exist.
const RUNS: &[&str] = &[
    // Aliases, and words that are names although the language uses them.
    "SELECT acc.Id, acc.Name FROM Account acc WHERE acc.Name = 'x' ORDER BY acc.Name",
    "SELECT Id FROM Account AS a WHERE a.Name != null",
    "SELECT COUNT() FROM Contact c, c.Account a WHERE a.Name = 'MyriadPubs'",
    "SELECT Id FROM Contact c, c.Account a, a.Parent p, p.Owner o WHERE o.IsActive = TRUE",
    "SELECT COUNT(Id) today, MAX(Amount) avg, MIN(Amount) scope FROM Opportunity",
    "SELECT Group.Name, Order.Name FROM Case ORDER BY Order.Name, Group.Name",
    "SELECT Id FROM Case WHERE Case.Status = 'New' AND Scope = 'a' AND Offset = 'b'",
    "SELECT Today, Yesterday, Count, Sum, Avg FROM Reserved__c",
    "sElEcT iD fRoM aCCOUNT wHeRe nAmE lIkE 'a%' oRdEr bY nAmE dEsC nUlLs lAsT lImIt 1 oFfSeT 2",
    "\n\tSELECT\n\tId\r\nFROM\r\n\tAccount\n\n",
    "SELECT Id,Name,(SELECT Id FROM Contacts)FROM Account WHERE(Name='a')AND(Name!='b')",
    // Namespaces and suffixes.
    "SELECT ns__Total__c, ns__Rel__r.ns2__Name__c FROM ns__Invoice__c WHERE ns__Rel__r.Deep__r.X__c > 1",
    "SELECT DeveloperName, MasterLabel FROM Setting__mdt WHERE QualifiedApiName = 'a'",
    "SELECT ExternalId, DisplayUrl FROM Order__x WHERE ExternalId = '7'",
    "SELECT ReplayId FROM Shipped__e",
    "SELECT Home__pc, IsPersonAccount, PersonContact.Email FROM Account",
    "SELECT Site__c, Site__Latitude__s, Site__Longitude__s FROM Account",
    "SELECT ParentId, OldValue, NewValue FROM Invoice__History",
    "SELECT UserOrGroupId, RowCause FROM Invoice__Share",
    "SELECT Id, Body FROM Invoice__Feed",
    "SELECT Amount__c FROM Ledger__b WHERE Account__c = 'a' AND At__c > 2020-01-01T00:00:00Z",
    "SELECT Id, PublishStatus FROM Help__kav WHERE PublishStatus = 'online' AND Language = 'en_US'",
    "SELECT ssot__Id__c FROM ssot__Account__dlm LIMIT 5",
    // Conditions.
    "SELECT Id FROM A WHERE X = 1 OR X = 2 OR X = 3",
    "SELECT Id FROM A WHERE (X = 1 OR X = 2) AND (Y = 3 OR Y = 4) AND Z = 5",
    "SELECT Id FROM A WHERE ((((X = 1))))",
    "SELECT Id FROM A WHERE NOT (X = 1 AND Y = 2)",
    "SELECT Id FROM A WHERE (NOT (X = 1 OR Y = 2)) OR (NOT Z LIKE 'a%')",
    "SELECT Id FROM A WHERE X IN ('a', 'b') AND Y NOT IN (1, 2.5, null)",
    "SELECT Id FROM A WHERE X = null AND Y != NULL AND Z <> 5",
    "SELECT Id FROM A WHERE X<1 AND X<=1 AND X>1 AND X>=1 AND X!=1 AND X<>1",
    "SELECT Id FROM A WHERE Flag = TRUE AND Other__c = false",
    "SELECT Id, MSP1__c FROM C__c WHERE MSP1__c = 'AAA;BBB'",
    "SELECT Id FROM C__c WHERE MSP1__c INCLUDES ('AAA;BBB', 'CCC') AND MSP2__c EXCLUDES ('D')",
    // Text and its escapes.
    "SELECT Id FROM A WHERE Name = 'Bob\\'s BBQ'",
    "SELECT Id FROM A WHERE Name = 'a\\nb\\rc\\td\\be\\ff\\\"g\\\\h'",
    "SELECT Id FROM A WHERE Name = 'Zo\\u00eb' AND City = 'Zürich' AND X = '日本'",
    "SELECT Id FROM A WHERE Name LIKE 'Ter\\%' OR Name LIKE 'a\\_b' OR Name LIKE '_b%'",
    "SELECT Id FROM A WHERE Name = '' AND X = ' ' AND Y = '--' AND Z = '/* */' AND W = '//'",
    "SELECT Id FROM A WHERE Name = 'SELECT Id FROM B' AND X = ')' AND Y = ':bind'",
    // Numbers and amounts.
    "SELECT Id FROM A WHERE X = 0 AND Y = -1 AND Z = +1 AND W = .5 AND V = -0.75",
    "SELECT Id FROM A WHERE X > USD5000 AND Y < JPY100000 AND Z = EUR12.34 AND W != gbp1",
    // Dates and times.
    "SELECT Id FROM A WHERE D = 1999-01-01 AND D != 2024-02-29",
    "SELECT Id FROM A WHERE D > 1999-01-01T23:01:01+01:00 AND D < 1999-01-01T23:01:01-08:00",
    "SELECT Id FROM A WHERE D = 1999-01-01T23:01:01Z OR D = 1999-01-01T23:01:01.250Z",
    "SELECT Id FROM A WHERE D = 2005-10-08T01:02:03+0530",
    "SELECT Id FROM A WHERE D = YESTERDAY OR D = TODAY OR D = TOMORROW",
    "SELECT Id FROM A WHERE D = LAST_WEEK OR D = THIS_WEEK OR D = NEXT_WEEK OR D = LAST_MONTH OR D = THIS_MONTH OR D = NEXT_MONTH",
    "SELECT Id FROM A WHERE D = LAST_90_DAYS OR D = NEXT_90_DAYS",
    "SELECT Id FROM A WHERE D = LAST_N_DAYS:365 OR D = NEXT_N_DAYS:0 OR D = N_DAYS_AGO:7",
    "SELECT Id FROM A WHERE D = LAST_N_WEEKS:4 OR D = NEXT_N_WEEKS:4 OR D = N_WEEKS_AGO:2",
    "SELECT Id FROM A WHERE D = LAST_N_MONTHS:12 OR D = NEXT_N_MONTHS:2 OR D = N_MONTHS_AGO:3",
    "SELECT Id FROM A WHERE D = THIS_QUARTER OR D = LAST_QUARTER OR D = NEXT_QUARTER OR D = LAST_N_QUARTERS:2 OR D = NEXT_N_QUARTERS:2 OR D = N_QUARTERS_AGO:2",
    "SELECT Id FROM A WHERE D = THIS_YEAR OR D = LAST_YEAR OR D = NEXT_YEAR OR D = LAST_N_YEARS:5 OR D = NEXT_N_YEARS:5 OR D = N_YEARS_AGO:5",
    "SELECT Id FROM A WHERE D = THIS_FISCAL_QUARTER OR D = LAST_FISCAL_QUARTER OR D = NEXT_FISCAL_QUARTER",
    "SELECT Id FROM A WHERE D = LAST_N_FISCAL_QUARTERS:6 OR D = NEXT_N_FISCAL_QUARTERS:6 OR D = N_FISCAL_QUARTERS_AGO:6",
    "SELECT Id FROM A WHERE D = THIS_FISCAL_YEAR OR D = LAST_FISCAL_YEAR OR D = NEXT_FISCAL_YEAR",
    "SELECT Id FROM A WHERE D = LAST_N_FISCAL_YEARS:3 OR D = NEXT_N_FISCAL_YEARS:3 OR D = N_FISCAL_YEARS_AGO:3",
    "SELECT Id FROM A WHERE D > last_n_days:30 AND D IN (TODAY, YESTERDAY)",
    "SELECT Id FROM A WHERE Opens__c > 08:30:00Z AND Closes__c < 18:00:00.000Z",
    // Functions of dates.
    "SELECT Id FROM Opportunity WHERE CALENDAR_YEAR(CreatedDate) = 2024 AND DAY_IN_WEEK(CreatedDate) IN (1, 7)",
    "SELECT Id FROM Opportunity WHERE HOUR_IN_DAY(convertTimezone(CreatedDate)) >= 9",
    "SELECT Id FROM Opportunity WHERE DAY_ONLY(CreatedDate) = 2024-01-31 AND DAY_ONLY(convertTimezone(CreatedDate)) > LAST_WEEK",
    "SELECT CALENDAR_YEAR(CreatedDate), SUM(Amount) FROM Opportunity GROUP BY CALENDAR_YEAR(CreatedDate)",
    "SELECT CALENDAR_MONTH(CloseDate) m, CALENDAR_QUARTER(CloseDate) q, COUNT(Id) FROM Opportunity GROUP BY CALENDAR_MONTH(CloseDate), CALENDAR_QUARTER(CloseDate)",
    "SELECT FISCAL_MONTH(CloseDate), FISCAL_QUARTER(CloseDate), FISCAL_YEAR(CloseDate), COUNT(Id) FROM Opportunity GROUP BY FISCAL_MONTH(CloseDate), FISCAL_QUARTER(CloseDate), FISCAL_YEAR(CloseDate)",
    "SELECT DAY_IN_MONTH(D), DAY_IN_YEAR(D), WEEK_IN_MONTH(D), WEEK_IN_YEAR(D) FROM A GROUP BY DAY_IN_MONTH(D), DAY_IN_YEAR(D), WEEK_IN_MONTH(D), WEEK_IN_YEAR(D)",
    "SELECT HOUR_IN_DAY(convertTimezone(CreatedDate)), SUM(Amount) FROM Opportunity GROUP BY HOUR_IN_DAY(convertTimezone(CreatedDate))",
    "SELECT CALENDAR_YEAR(CreatedDate) y FROM A GROUP BY CALENDAR_YEAR(CreatedDate) HAVING CALENDAR_YEAR(CreatedDate) > 2020 ORDER BY CALENDAR_YEAR(CreatedDate) DESC",
    // Aggregates.
    "SELECT COUNT() FROM Account WHERE Name LIKE 'a%' LIMIT 10",
    "SELECT COUNT(Id), COUNT(CampaignId) FROM Opportunity",
    "SELECT COUNT_DISTINCT(Company) FROM Lead",
    "SELECT LeadSource, COUNT(Name) FROM Lead GROUP BY LeadSource",
    "SELECT LeadSource FROM Lead GROUP BY LeadSource",
    "SELECT Name n, MAX(Amount) biggest FROM Opportunity GROUP BY Name",
    "SELECT Name, MAX(Amount), MIN(Amount) min, SUM(Amount) FROM Opportunity GROUP BY Name",
    "SELECT Account.Name, AVG(Amount) a FROM Opportunity GROUP BY Account.Name ORDER BY AVG(Amount) DESC",
    "SELECT Name, COUNT(Id) FROM Account GROUP BY Name HAVING COUNT(Id) > 1 AND Name LIKE 'Acme%'",
    "SELECT Name, COUNT(Id) FROM Account GROUP BY Name HAVING COUNT(Id) > 1 OR (NOT MAX(AnnualRevenue) < 5)",
    "SELECT LeadSource, COUNT(Id) n FROM Lead GROUP BY LeadSource ORDER BY LeadSource NULLS LAST, COUNT(Id) DESC",
    "SELECT LeadSource, Rating, GROUPING(LeadSource) grpLS, GROUPING(Rating) grpRating, COUNT(Name) cnt FROM Lead GROUP BY ROLLUP(LeadSource, Rating)",
    "SELECT Type, BillingCountry, GROUPING(Type) a, COUNT(Id) FROM Account GROUP BY CUBE(Type, BillingCountry) ORDER BY GROUPING(Type), GROUPING(BillingCountry)",
    "SELECT Status, LeadSource, COUNT(Name) cnt FROM Lead GROUP BY ROLLUP(Status, LeadSource) HAVING COUNT(Name) > 2",
    "SELECT MAX(CreatedDate) FROM Account LIMIT 1",
    // FORMAT, toLabel, convertCurrency.
    "SELECT Amount, FORMAT(Amount) Amt, convertCurrency(Amount) mine, FORMAT(convertCurrency(Amount)) text FROM Opportunity WHERE Id = '006'",
    "SELECT FORMAT(MIN(CloseDate)) Amt FROM Opportunity",
    "SELECT Company, toLabel(RecordType.Name) FROM Lead",
    "SELECT toLabel(Status) s, toLabel(Rating) FROM Lead WHERE toLabel(Status) = 'le Draft'",
    "SELECT Id, convertCurrency(AnnualRevenue) FROM Account",
    // FIELDS().
    "SELECT FIELDS(ALL) FROM Account LIMIT 200",
    "SELECT Id, FIELDS(CUSTOM) FROM Account LIMIT 1",
    "SELECT FIELDS(STANDARD) FROM Account",
    "SELECT Name, (SELECT FIELDS(ALL) FROM Contacts LIMIT 200) FROM Account",
    "SELECT fields(standard), Own__c FROM Account WHERE Id IN (SELECT AccountId FROM Contact)",
    // TYPEOF and polymorphic paths.
    "SELECT TYPEOF What WHEN Account THEN Phone, NumberOfEmployees WHEN Opportunity THEN Amount, CloseDate ELSE Name, Email END FROM Event",
    "SELECT Id, TYPEOF Owner WHEN User THEN Id, Profile.Name WHEN Group THEN Type END, Subject FROM Case",
    "SELECT TYPEOF What WHEN Account THEN Phone END, TYPEOF Who WHEN Lead THEN Company END FROM Event",
    "SELECT Id, (SELECT TYPEOF Who WHEN Contact THEN Email ELSE Name END FROM Events) FROM Account",
    "SELECT What.Type, What.Name, Who.Id FROM Event WHERE What.Type IN ('Account', 'Opportunity') AND Who.Type = 'Lead'",
    "SELECT Owner.Type, COUNT(Id) FROM Case GROUP BY Owner.Type",
    // Relationships.
    "SELECT Contact.Account.Parent.Parent.Owner.Name FROM Case",
    "SELECT Name, (SELECT LastName FROM Contacts WHERE CreatedBy.Alias = 'x' ORDER BY LastName LIMIT 5), (SELECT Amount FROM Opportunities) FROM Account",
    "SELECT Name, (SELECT LastName, (SELECT Subject FROM Cases) FROM Contacts) FROM Account",
    "SELECT Name, (SELECT Name FROM Opportunities LIMIT 10 OFFSET 2) FROM Account ORDER BY Name LIMIT 1",
    "SELECT Name, (SELECT Name FROM Line_Items__r) FROM Merchandise__c WHERE Parent__r.Top__r.Name LIKE 'a%'",
    // Semi-joins and anti-joins.
    "SELECT Id, Name FROM Account WHERE Id IN (SELECT AccountId FROM Opportunity WHERE StageName = 'Closed Lost')",
    "SELECT Id FROM Account WHERE Id NOT IN (SELECT AccountId FROM Opportunity WHERE IsClosed = false)",
    "SELECT Id FROM Task WHERE WhoId IN (SELECT Id FROM Contact WHERE MailingCity = 'Twin Falls')",
    "SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact WHERE LastName LIKE 'a%') AND Id NOT IN (SELECT AccountId FROM Opportunity) AND Name != 'x'",
    // Places.
    "SELECT Name, DISTANCE(Location__c, GEOLOCATION(37.775,-122.418), 'mi') FROM Warehouse__c WHERE DISTANCE(Location__c, GEOLOCATION(37.775,-122.418), 'mi') < 20 ORDER BY DISTANCE(Location__c, GEOLOCATION(37.775,-122.418), 'mi') DESC LIMIT 10",
    "SELECT Id, DISTANCE(BillingAddress, GEOLOCATION(10, 10), 'km') d FROM Account WHERE DISTANCE(BillingAddress, GEOLOCATION(10, 10), 'km') > 0.5",
    // Scope, categories, rows.
    "SELECT Id FROM Account USING SCOPE mine WHERE Name = 'x'",
    "SELECT Id FROM Account USING SCOPE Delegated ORDER BY Name",
    "SELECT Id FROM Account USING SCOPE team",
    "SELECT Id FROM Account USING SCOPE mine_and_my_groups LIMIT 5",
    "SELECT Title FROM KnowledgeArticleVersion WHERE PublishStatus = 'online' WITH DATA CATEGORY Geography__c ABOVE usa__c",
    "SELECT Title FROM Question WHERE LastReplyDate > 2005-10-08T01:02:03Z WITH DATA CATEGORY Geography__c AT (usa__c, uk__c) AND Product__c BELOW mobile_phones__c ORDER BY Title",
    "SELECT UrlName FROM Help__kav WITH DATA CATEGORY G__c ABOVE_OR_BELOW europe__c LIMIT 5 OFFSET 2",
    "SELECT Title FROM FAQ__kav WHERE Keyword = 'Apex' AND Language = 'en_US' AND KnowledgeArticleVersion = 'ka230000000PCiy' UPDATE VIEWSTAT",
    "SELECT Title FROM FAQ__kav WHERE PublishStatus = 'online' UPDATE TRACKING, VIEWSTAT",
    "SELECT Id FROM Account LIMIT 0",
    "SELECT Id FROM Account LIMIT 50000 OFFSET 2000",
    "SELECT Id FROM Account OFFSET 0",
    "SELECT Name FROM Account ORDER BY Name ASC NULLS FIRST, Id DESC NULLS LAST, CreatedDate",
    "SELECT Name, Id FROM Contact LIMIT 1 FOR VIEW",
    "SELECT Name, Id FROM Contact ORDER BY Name LIMIT 1 OFFSET 1 FOR REFERENCE",
    "SELECT Id FROM Account WHERE FORMULA('AnnualRevenue - 5') > 10 AND Name = 'x'",
];

/// Well-formed, and refused by Salesforce all the same when it runs it.
const DOES_NOT_RUN: &[(&str, &str)] = &[
    ("SELECT FIELDS(ALL) FROM Account", "at most 200"),
    ("SELECT FIELDS(ALL) FROM Account LIMIT 201", "at most 200"),
    ("SELECT FIELDS(CUSTOM), Name FROM Account", "at most 200"),
    ("SELECT Name, (SELECT FIELDS(ALL) FROM Contacts) FROM Account LIMIT 10", "at most 200"),
    ("SELECT FIELDS(STANDARD), COUNT(Id) FROM Account GROUP BY Id", "grouped query"),
    ("SELECT Name, COUNT(Id) FROM Account", "grouped or aggregated: Name"),
    ("SELECT Name, Industry FROM Account GROUP BY Name", "grouped or aggregated: Industry"),
    (
        "SELECT CALENDAR_YEAR(CreatedDate) FROM Account",
        "grouped or aggregated: CALENDAR_YEAR(CreatedDate)",
    ),
    (
        "SELECT CreatedDate FROM Account GROUP BY CALENDAR_YEAR(CreatedDate)",
        "grouped or aggregated: CreatedDate",
    ),
    (
        "SELECT Name, COUNT(Id) FROM Account GROUP BY Name HAVING Industry = 'x'",
        "grouped or aggregated: Industry",
    ),
    ("SELECT Name FROM Account GROUP BY Name ORDER BY Industry", "grouped or aggregated: Industry"),
    ("SELECT TYPEOF Owner WHEN User THEN Id END FROM Case GROUP BY Id", "TYPEOF"),
    ("SELECT Name, (SELECT Id FROM Contacts) FROM Account GROUP BY Name", "sub-queries"),
    ("SELECT Name, (SELECT Id FROM Contacts OFFSET 2) FROM Account", "OFFSET"),
    ("SELECT Name, (SELECT Id FROM Contacts OFFSET 2) FROM Account LIMIT 10", "OFFSET"),
];

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
    for query in RUNS {
        match soql::parse(query) {
            Ok(parsed) => {
                assert_eq!(soql::parse(&parsed.to_string()).as_ref(), Ok(&parsed), "{query}");
                wrong.extend(soql::check(&parsed).err().map(|it| format!("{query}\n    {it}")));
            }
            Err(error) => wrong.push(format!("{query}\n    {error}")),
        }
    }
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
    let mut wrong = Vec::new();
    let mut judge = |text: &str, verdict: Option<soql::SoqlError>, at: (u32, u32), words: &str| {
        let fits = |error: &soql::SoqlError| {
            let code = match (words.contains("offset"), text.starts_with("FIND")) {
                (true, _) => ErrorCode::NumberOutsideValidRange,
                (_, true) => ErrorCode::MalformedSearch,
                _ => ErrorCode::MalformedQuery,
            };
            (error.code, error.at.row, error.at.column) == (code, at.0, at.1)
                && error.to_string().contains(words)
        };
        if !verdict.as_ref().is_some_and(fits) {
            wrong.push(format!("{text}\n    {verdict:?}"));
        }
    };
    for (query, at, words) in WRONG {
        let verdict = soql::parse(query).and_then(|query| soql::check_form(&query)).err();
        judge(query, verdict, *at, words);
    }
    for (search, at, words) in NO_SEARCHES {
        judge(search, soql::parse_search(search).err(), *at, words);
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn what_salesforce_would_not_run_is_told_apart() {
    for (query, words) in DOES_NOT_RUN {
        let parsed = soql::parse(query).unwrap_or_else(|error| panic!("{query}: {error}"));
        soql::check_form(&parsed).unwrap_or_else(|error| panic!("{query}: {error}"));
        let error = soql::check_run(&parsed).expect_err(query);
        assert!(error.to_string().contains(words), "{query}: {error}");
    }
}
