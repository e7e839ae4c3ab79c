//! Queries made from the SOQL reference, page by page: what it shows as right, and what it says is wrong.
//!
//! A collection of test suites judges forms that people wrote down; this one judges what the reference says in prose.

mod refused;
mod searches;

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
