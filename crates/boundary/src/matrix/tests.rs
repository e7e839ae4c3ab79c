use super::*;
use crate::label::Compliance;

const HEADER: &str = "object,field,read,create,update,label,treatment,why\n";

fn problems(rows: &str) -> Vec<(usize, String)> {
    Matrix::parse(&format!("{HEADER}{rows}")).unwrap_err().problems
}

#[test]
fn a_hint_stands_beside_a_token_alone() {
    let head = "object,field,read,create,update,label,treatment,why\n";
    let row =
        |treatment: &str| Matrix::parse(&format!("{head}A,B,yes,no,no,Internal,{treatment},"));
    let cell = |treatment: &str| row(treatment).unwrap().cells().next().unwrap().clone();
    assert_eq!(cell("token+domain").hint, Some(Hint::Domain));
    assert_eq!(cell("Token + Year").hint, Some(Hint::Year));
    assert_eq!(cell("shift").treatment, Treatment::Shift);
    assert!(
        row("token+colour").unwrap_err().to_string().contains("expected one of country, domain")
    );
    assert!(row("pass+domain").unwrap_err().to_string().contains("only token takes a hint"));
}

#[test]
fn a_row_says_what_a_model_gets() {
    let text = format!(
        "{HEADER}Contact,Email,yes,no,YES,Confidential PII GDPR Staff,token,\"to write, not to see\"\n"
    );
    let matrix = Matrix::parse(&text).unwrap();
    let cell = matrix.cell("contact", "EMAIL").unwrap();
    assert!(cell.read && !cell.create && cell.update);
    assert_eq!(cell.level, Level::Confidential);
    assert_eq!(cell.compliance, ComplianceSet::from([Compliance::Pii, Compliance::Gdpr]));
    assert_eq!(cell.integrity, Integrity::Staff);
    assert_eq!(cell.treatment, Treatment::Token);
    assert_eq!(cell.why, "to write, not to see");
    assert!(matrix.cell("Contact", "Phone").is_none());
    assert!(matrix.reads("CONTACT") && !matrix.reads("Contac"));
}

#[test]
fn an_author_who_is_not_named_is_an_outsider() {
    let text = format!("{HEADER}Lead,Description,yes,no,no,Internal,pass,\n");
    let matrix = Matrix::parse(&text).unwrap();
    assert_eq!(matrix.cell("Lead", "Description").unwrap().integrity, Integrity::Outsider);
}

#[test]
fn every_problem_is_reported_with_its_line() {
    let found = problems(
        "Contact,Email,yes,no,no,Confidential,token,x\n\
         Contact,email,yes,no,no,Confidential,token,again\n\
         Lead,Name,maybe,no,no,Internal,pass,\n\
         Lead,Phone,yes,no,no,Secret,pass,\n\
         Lead,Fax,yes,no,no,Internal,hide,\n\
         Lead,Title,yes,no\n",
    );
    let lines: Vec<usize> = found.iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [3, 4, 5, 6, 7]);
    assert_eq!(found[0].1, "`Contact.email` has a row already, on line 2");
    assert_eq!(found[1].1, "`read` is `maybe`, expected yes or no");
    assert_eq!(
        found[3].1,
        "`treatment` is `hide`, expected one of pass, token, strip, round, shift, encrypt"
    );
    assert_eq!(found[4].1, "expected 8 columns, found 4");
}

#[test]
fn a_missing_header_or_an_open_quote_is_no_matrix() {
    assert_eq!(Matrix::parse("").unwrap_err().problems[0].0, 1);
    assert_eq!(
        problems("Lead,Name,yes,no,no,Internal,pass,\"open\n")[0].1,
        "a quoted value is not closed"
    );
}

#[test]
fn quoted_line_breaks_do_not_shift_the_line_numbers() {
    let found = problems(
        "Lead,Name,yes,no,no,Internal,pass,\"two\nlines\"\r\nLead,Fax,x,no,no,Internal,pass,\n",
    );
    assert_eq!(found[0].0, 4);
}

#[test]
fn the_version_follows_the_text() {
    let one = Matrix::parse(HEADER).unwrap();
    let two = Matrix::parse(&format!("{HEADER}\n")).unwrap();
    assert_ne!(one.version(), two.version());
    assert_eq!(one.version().as_str().len(), 16);
}

#[test]
fn a_compound_field_is_as_strict_as_its_parts() {
    let matrix = Matrix::parse(
        "object,field,read,create,update,label,treatment,why\n\
         Contact,Name,yes,no,no,Internal Staff,pass,\n\
         Contact,LastName,yes,no,no,Confidential PII Outsider,token,people\n\
         Contact,Salutation,yes,no,no,Internal System,pass,\n\
         Contact,MailingAddress,yes,no,no,Internal Staff,token,\n\
         Contact,MailingLatitude,yes,no,no,Internal Staff,round,\n\
         Contact,OtherAddress,yes,no,no,Internal Staff,token,where\n\
         Contact,OtherCity,yes,no,no,Internal Staff,pass,\n\
         Lead,Address,yes,no,no,Internal Staff,pass,\n\
         Lead,Street,no,no,no,Internal Staff,pass,private\n\
         Lead,EmailAddress,yes,no,no,Internal Staff,pass,\n\
         Account,Site__c,yes,no,no,Internal Staff,pass,\n\
         Account,Site__Longitude__s,yes,no,no,Internal Staff,strip,\n\
         Account,Street,yes,no,no,Internal Staff,strip,\n",
    )
    .unwrap();
    let cell = |object: &str, field: &str| matrix.cell(object, field).unwrap();
    let name = cell("contact", "NAME");
    assert_eq!((name.treatment, name.level), (Treatment::Token, Level::Confidential));
    assert_eq!((name.integrity, name.compliance.len()), (Integrity::Outsider, 1));
    assert_eq!(name.why, "as strict as its part LastName: people");
    assert_eq!(cell("Contact", "MailingAddress").treatment, Treatment::Round);
    assert_eq!(cell("Contact", "OtherAddress").why, "where");
    assert!(!cell("Lead", "Address").read);
    assert_eq!(cell("Lead", "EmailAddress").treatment, Treatment::Pass);
    assert_eq!(cell("Account", "Site__c").treatment, Treatment::Strip);
    // The parts stay what they are.
    assert_eq!(cell("Contact", "Salutation").treatment, Treatment::Pass);
    assert!(name.covers(cell("Contact", "Salutation")));
    assert!(!cell("Contact", "Salutation").covers(name));
}

#[test]
fn records_are_deleted_where_the_row_of_their_id_says_so() {
    let head = HEADER.trim_end();
    let matrix = |rows: &str| Matrix::parse(&format!("{head},delete\n{rows}"));
    let good = matrix(
        "Task,Id,yes,no,no,Internal System,pass,,yes\n\
         Task,Subject,yes,yes,yes,Internal Staff,pass,\n\
         Lead,Id,yes,no,no,Internal System,pass,,no\n\
         Case,Id,yes,no,no,Internal System,pass,keep them,\n",
    )
    .unwrap();
    assert!(good.deletes("task") && good.cell("Task", "Id").unwrap().delete);
    for kept in ["Lead", "Case", "Contact"] {
        assert!(!good.deletes(kept), "{kept}");
    }
    let problem = |row: &str| matrix(row).unwrap_err().problems.remove(0).1;
    assert!(problem("Task,Subject,yes,no,no,Internal,pass,,yes\n").contains("only a row of `Id`"));
    assert_eq!(
        problem("Task,Id,yes,no,no,Internal,pass,one, two\n"),
        "`delete` is `two`, expected yes or no"
    );
    // Without the column nothing is deleted, and a word more is a mistake as before.
    let plain = |row: &str| Matrix::parse(&format!("{HEADER}{row}"));
    assert!(!plain("Task,Id,yes,yes,yes,Internal,pass,\n").unwrap().deletes("Task"));
    assert!(plain("Task,Id,yes,no,no,Internal,pass,,yes\n").is_err());
    assert!(Matrix::parse(&format!("{head},remove\n")).is_err());
}
