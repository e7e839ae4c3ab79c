//! Shared by the unit tests: simple detectors, people, rights.

use crate::token::TokenTable;
use crate::{
    Detector, DetectorFailure, FieldRights, Finding, Kind, Label, Layer, ObjectRights, PersonId,
    Raw, Readers, Rights,
};

/// Finds words with an `@`.
pub(crate) struct AtSigns;

impl Detector for AtSigns {
    fn detect(&self, text: &str) -> Result<Vec<Finding>, DetectorFailure> {
        let mut found = Vec::new();
        let mut from = 0;
        for word in text.split_inclusive(|c: char| c.is_whitespace() || c == '"') {
            let bare = word.trim_end_matches(|c: char| c.is_whitespace() || ".,\"".contains(c));
            if bare.contains('@') {
                let (start, end) = (from, from + bare.len());
                found.push(Finding { start, end, kind: Kind::Email, layer: Layer::Pattern });
            }
            from += word.len();
        }
        Ok(found)
    }
}

/// Answers whatever it was made with.
pub(crate) struct Says(pub(crate) Result<Vec<Finding>, DetectorFailure>);

impl Detector for Says {
    fn detect(&self, _: &str) -> Result<Vec<Finding>, DetectorFailure> {
        self.0.clone()
    }
}

/// Finds nothing and knows no words.
pub(crate) struct Nothing;

impl Detector for Nothing {
    fn detect(&self, _: &str) -> Result<Vec<Finding>, DetectorFailure> {
        Ok(Vec::new())
    }
}

/// A text with its tokens as a person reads them, without the letters that check them.
pub(crate) fn plain(text: &str) -> String {
    rewritten(text, |shape| {
        format!("{{{}{}_{}}}", "!".repeat(shape.escapes), shape.kinds[0].name(), shape.number)
    })
}

/// A text with `{NAME_1}` made the real token of that kind and number, its first form.
pub(crate) fn real(table: &TokenTable, text: &str) -> String {
    rewritten(text, |shape| {
        let named = |it: &&crate::token::Covered| {
            it.token.kind() == shape.kinds[0] && it.token.number() == shape.number
        };
        let found = table.covered().iter().find(named);
        found.filter(|_| shape.escapes == 0).map_or_else(
            || text.get(shape.start..shape.end).unwrap().to_owned(),
            |it| it.token.to_string(),
        )
    })
}

fn rewritten(text: &str, write: impl Fn(&crate::token::Shape) -> String) -> String {
    let mut out = String::new();
    let mut from = 0;
    for shape in crate::token::shapes(text).iter().filter(|it| it.exact) {
        out.push_str(text.get(from..shape.start).unwrap());
        out.push_str(&write(shape));
        from = shape.end;
    }
    out + text.get(from..).unwrap()
}

/// An empty table.
pub(crate) fn table() -> TokenTable {
    TokenTable::new(crate::token::CheckKey::new([7; 32]))
}

pub(crate) fn ana() -> PersonId {
    PersonId::new("00D000000000001AAA", "005000000000001AAA")
}

pub(crate) fn ben() -> PersonId {
    PersonId::new("00D000000000001AAA", "005000000000002AAA")
}

pub(crate) fn typed(text: &str) -> Raw<String> {
    Raw::new(text.to_owned(), Label::typed_by(&ana()))
}

pub(crate) fn of_crm(body: &str) -> Raw<Vec<u8>> {
    let label = Label::unknown();
    let label = Label::new(
        label.level(),
        label.compliance().clone(),
        label.integrity(),
        Readers::only(&ana()),
    );
    Raw::new(body.as_bytes().to_vec(), label)
}

/// Every listed field readable and writable.
pub(crate) fn rights(objects: &[(&str, &[&str])]) -> Rights {
    let mut rights = Rights::none();
    for (object, fields) in objects {
        let field = |name: &&str| {
            let field = FieldRights {
                name: (*name).to_owned(),
                kind: "string".to_owned(),
                createable: true,
                updateable: true,
            };
            (name.to_ascii_lowercase(), field)
        };
        rights.learn(ObjectRights {
            name: (*object).to_owned(),
            queryable: true,
            createable: true,
            updateable: true,
            deletable: true,
            fields: fields.iter().map(field).collect(),
        });
    }
    rights
}

pub(crate) const MATRIX: &str = "\
object,field,read,create,update,label,treatment,why,delete
Opportunity,Id,yes,no,no,Internal System,pass,,yes
Contact,Id,yes,no,no,Internal System,pass,
Contact,Name,yes,no,no,Confidential PII Staff,token,people
Contact,Email,yes,yes,yes,Confidential PII GDPR Staff,token,people
Contact,Phone,yes,no,no,Confidential PII Staff,token,people
Contact,Description,yes,no,yes,Confidential Staff,pass,notes
Contact,Title,yes,no,no,Internal Staff,pass,
Contact,MailingAddress,yes,no,no,Confidential PII Staff,token,people
Contact,Salary__c,yes,no,no,Restricted Staff,round,
Contact,Score__c,yes,no,no,MissionCritical PROPRIETARY System,strip,our formula
Contact,Model__c,yes,no,no,MissionCritical System,encrypt,
Contact,Secret__c,no,no,no,MissionCritical,strip,not for assistants
Contact,AccountId,yes,no,no,Internal System,pass,
Account,Name,yes,no,no,Internal Staff,token,customers
Lead,Description,yes,no,no,Confidential Outsider,pass,web form
Opportunity,Amount,yes,yes,yes,Confidential Staff,pass,
Opportunity,Name,yes,yes,yes,Internal Staff,pass,
Opportunity,SystemModstamp,yes,no,no,Internal System,pass,
";
