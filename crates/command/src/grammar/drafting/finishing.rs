//! From what was found in the words to a draft: names in their fields, and questions for what is missing.

use super::Maker;
use crate::intent::{Change, Draft, Intent, NewValue, Unknown, Who};

impl Maker<'_, '_> {
    pub(super) fn finish(mut self) -> Option<Intent> {
        if !self.left.is_empty() {
            return Some(Unknown::part(self.left.join(" ")));
        }
        let object = self.object;
        let name = self.name.trim().trim_end_matches('.').to_owned();
        match object.name.as_str() {
            "Contact" | "Lead" if !name.is_empty() => {
                let (first, last) = match name.rsplit_once(' ') {
                    Some((first, last)) => (first.to_owned(), last.to_owned()),
                    None => (String::new(), name.clone()),
                };
                if !first.is_empty() {
                    self.set("FirstName", NewValue::Text(first));
                }
                self.set("LastName", NewValue::Text(last));
            }
            "Case" if !name.is_empty() => {
                self.set("Subject", NewValue::Text(name.clone()));
            }
            "Opportunity" => {
                let account = self.links.first().and_then(|l| match &l.who {
                    Who::Named(name) => Some(name.clone()),
                    _ => None,
                });
                let title = if name.is_empty() {
                    account.map(|a| format!("{a} - new opportunity"))
                } else {
                    Some(name.clone())
                };
                if let Some(title) = title {
                    self.set("Name", NewValue::Text(title));
                }
                self.default_stage();
            }
            _ if !name.is_empty() => {
                let field = object.name_field.clone();
                self.set(&field, NewValue::Text(name.clone()))?;
            }
            _ => {}
        }
        for (field, question) in required(&object.name) {
            let there = self.values.iter().any(|c| c.field == *field);
            if !there && object.field(field).is_some_and(|f| f.createable) {
                self.values.push(Change {
                    field: (*field).to_owned(),
                    value: NewValue::Unclear((*question).to_owned()),
                });
            }
        }
        if self.values.is_empty() {
            return Some(Unknown::because(
                self.run.text(),
                format!("I cannot create {} from that.", crate::lexicon::object_noun(object, 2)),
            ));
        }
        Some(Intent::Create(Draft {
            object: object.name.clone(),
            values: self.values,
            links: self.links,
            deed: "create it",
        }))
    }

    /// A new deal starts at the first open stage.
    fn default_stage(&mut self) {
        if self.values.iter().any(|c| c.field == "StageName") {
            return;
        }
        let first = self
            .object
            .field("StageName")
            .and_then(|f| f.picklist.iter().find(|v| !v.to_lowercase().starts_with("closed")))
            .cloned();
        if let Some(first) = first {
            self.set("StageName", NewValue::Text(first));
        }
    }
}

/// Fields that Salesforce will not do without, and how to ask for them.
fn required(object: &str) -> &'static [(&'static str, &'static str)] {
    match object {
        "Opportunity" => &[
            ("Name", "What should the opportunity be called?"),
            ("CloseDate", "When is it expected to close?"),
        ],
        "Contact" => &[("LastName", "What is the contact's name?")],
        "Lead" => &[
            ("LastName", "What is the lead's name?"),
            ("Company", "Which company is the lead from?"),
        ],
        "Account" => &[("Name", "What should the account be called?")],
        "Case" => &[("Subject", "What is the case about?")],
        _ => &[],
    }
}
