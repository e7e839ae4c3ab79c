//! New records with fields: `create a contact Jane Doe at Acme with email .. and phone ..`.

mod finishing;

use super::Scene;
use super::creating::{is_address, push_text};
use super::dates::{Tense, period_at};
use super::names::name_end;
use super::pointing::target;
use super::values::{Wish, read_value};
use crate::intent::{Change, Intent, NewValue, Target, Unknown};
use crate::lexicon::{field_at, main_amount, main_date};
use crate::schema::{FieldType, ObjectView};
use crate::words::{Kind, Run, among, quantity_at};

/// Words that end a name that is given.
const ENDS_NAME: &str = "with|at|for|from|worth|closing|due|in|valued|of|and|on|to|by|who|phone|email|title|stage|amount";

/// Where a value stops and the next one begins.
const JOINTS: &[&str] = &[
    "with", "and", "closing", "worth", "at", "for", "from", "in", "due", "called", "named",
    "valued", "on",
];

pub(super) fn record(
    scene: Scene<'_>,
    object: &ObjectView,
    run: Run<'_>,
    opening: Run<'_>,
    name: String,
) -> Option<Intent> {
    // The text of a case may be long; anything else this long is no record.
    if run.len() > super::MAX_WORDS && object.name != "Case" {
        return Some(Unknown::because("", super::TOO_LONG));
    }
    let mut maker = Maker {
        scene,
        object,
        run,
        values: Vec::new(),
        links: Vec::new(),
        name: String::new(),
        left: Vec::new(),
    };
    if opening.find(0, "high priority|urgent").is_some() {
        push_text(object, &mut maker.values, "Priority", "High");
    }
    maker.name = name;
    maker.all();
    maker.finish()
}

struct Maker<'s, 'r> {
    scene: Scene<'s>,
    object: &'s ObjectView,
    run: Run<'r>,
    values: Vec<Change>,
    links: Vec<Target>,
    name: String,
    /// Words that found no place: a record is not made from half of what was said.
    left: Vec<String>,
}

impl Maker<'_, '_> {
    fn all(&mut self) {
        let mut i = 0;
        while i < self.run.len() {
            let next = self.slot(i);
            if next.is_none() && !self.is_idle(i) {
                self.left.push(self.run.between(i, i + 1).text());
            }
            i = next.unwrap_or(i + 1).max(i + 1);
        }
    }

    fn slot(&mut self, i: usize) -> Option<usize> {
        if self.run.is_mark(i, ":") && matches!(self.object.name.as_str(), "Case") {
            return self.subject(i + 1);
        }
        if let Some(next) = self.run.one_of(i, "with high priority|high priority|urgent|urgently") {
            push_text(self.object, &mut self.values, "Priority", "High");
            return Some(next);
        }
        self.address(i)
            .or_else(|| self.amount(i))
            .or_else(|| self.date(i))
            .or_else(|| self.field(i))
            .or_else(|| self.named(i))
            .or_else(|| self.place(i))
            .or_else(|| self.parent(i))
            .or_else(|| self.about(i))
            .or_else(|| self.own_name(i))
    }

    fn is_idle(&self, i: usize) -> bool {
        let marks = matches!(self.run.kind(i), Some(Kind::Mark | Kind::Possessive));
        marks
            || self.run.any_of(
                i,
                &[
                    "and", "the", "a", "an", "please", "record", "with", "who", "is", "his", "her",
                    "their", "its", "new", "also", "to", "as",
                ],
            )
    }

    /// `in Berlin`: the city, or the country when it is one.
    fn place(&mut self, i: usize) -> Option<usize> {
        let at = self.run.one_of(i, "in|based in|located in|from")?;
        let end = self.name_stop(self.run.skip(at, &["the"]));
        let name = self.run.between(at, end).text();
        let fields = match super::names::country_names(&name) {
            Some(_) => ["BillingCountry", "MailingCountry", "Country"],
            None => ["BillingCity", "MailingCity", "City"],
        };
        if name.is_empty() || (self.run.at(i) == "from" && self.object.name != "Account") {
            return None;
        }
        fields
            .iter()
            .find_map(|f| self.set(f, NewValue::Text(super::names::title_case(&name))))
            .map(|()| end)
    }

    fn set(&mut self, field: &str, value: NewValue) -> Option<()> {
        let field = self.object.field(field).filter(|f| f.createable)?;
        self.values.retain(|c| c.field != field.name);
        self.values.push(Change { field: field.name.clone(), value });
        Some(())
    }

    fn address(&mut self, i: usize) -> Option<usize> {
        let word = self.run.word(i).filter(|w| is_address(w))?;
        self.set("Email", NewValue::Text(word.text.clone())).map(|()| i + 1)
    }

    fn amount(&mut self, i: usize) -> Option<usize> {
        let at = self
            .run
            .one_of(
                i,
                "worth|valued at|with a value of|of|for|at|with an amount of|with amount|worth about|amount|\
         amount of",
            )
            .unwrap_or(i);
        let (quantity, next) = quantity_at(self.run, at)
            .filter(|(q, _)| !q.percent && (q.explicit || at > i && q.value >= 1000.0))?;
        let field = main_amount(self.object).filter(|f| f.kind == FieldType::Currency)?;
        let wish = Wish {
            field,
            today: self.scene.today,
            currency: self.scene.schema.currency.as_deref(),
        };
        let value = read_value(wish, self.run.between(at, next));
        let _ = quantity;
        self.set(&field.name, value).map(|()| next)
    }

    fn date(&mut self, i: usize) -> Option<usize> {
        let at = self.run.one_of(
            i,
            "close on|close by|close|closing on|closing by|closing in|closing|to close on|to close by|to close|due on|due by|due|\
         close date of|with close date|with a close date of|close date|by|on|closes on|closes|\
         with closing date",
        )?;
        let field = main_date(self.object).filter(|f| f.createable && f.kind == FieldType::Date)?;
        let (period, next) = period_at(
            self.run,
            self.run.skip(at, &["is", "of", "the", ":"]),
            self.scene.today,
            Tense::Future,
        )?;
        let value = if period.unclear {
            NewValue::Unclear(format!("Which day should {} be?", field.label.to_lowercase()))
        } else {
            NewValue::Date(period.last)
        };
        let name = field.name.clone();
        self.set(&name, value).map(|()| next)
    }

    /// `phone 555 0100`, `with title "VP Sales"`, `industry Retail`, `stage prospecting`.
    fn field(&mut self, i: usize) -> Option<usize> {
        let at = self.run.skip(
            i,
            &["with", "and", "the", "a", "an", "his", "her", "their", "its", "in", ",", "of"],
        );
        let found = field_at(self.scene.schema, self.object, self.run, at)
            .filter(|f| f.field.createable)?;
        if found.field.name == "OwnerId" || found.next >= self.run.len() {
            return None;
        }
        if found.field.kind == FieldType::Reference {
            // `account Acme`
            let from = self.run.skip(found.next, &["is", "=", "named", "called"]);
            let end = name_end(self.scene, self.run, from);
            let hint: Vec<&str> = found.field.reference_to.iter().map(String::as_str).collect();
            let link = target(self.scene, self.run.between(from, end), &hint)?;
            self.links.push(link);
            return Some(end);
        }
        let from = self.run.skip(found.next, &["is", "=", ":", "of", "as", "to", "number"]);
        let end = self.value_end(from);
        let wish = Wish {
            field: found.field,
            today: self.scene.today,
            currency: self.scene.schema.currency.as_deref(),
        };
        let value = read_value(wish, self.run.between(from, end));
        let name = found.field.name.clone();
        self.set(&name, value).map(|()| end)
    }

    fn value_end(&self, from: usize) -> usize {
        if matches!(self.run.kind(from), Some(Kind::Quoted | Kind::Token)) {
            return from + 1;
        }
        (from + 1..self.run.len())
            .find(|&i| {
                let comma = self.run.is_mark(i, ",") || self.run.is_mark(i, ";");
                let joint = JOINTS.contains(&self.run.at(i)) && {
                    let at = self.run.skip(i, JOINTS);
                    let at = self.run.skip(at, &["the", "a", "an"]);
                    field_at(self.scene.schema, self.object, self.run, at).is_some()
                        || !self.run.any_of(i, &["and", "in", "for", "on"])
                };
                let field = field_at(self.scene.schema, self.object, self.run, i)
                    .is_some_and(|f| f.next < self.run.len() && f.field.createable);
                comma || joint || field || self.run.word(i).is_some_and(is_address)
            })
            .unwrap_or(self.run.len())
    }

    fn named(&mut self, i: usize) -> Option<usize> {
        let at = self.run.one_of(
            i,
            "named|called|with the name|titled|with name|with subject|with the subject|subject",
        )?;
        let end = self.name_stop(at);
        (end > at).then(|| self.name = self.run.between(at, end).text()).map(|()| end)
    }

    /// A name that is given to the new record: up to a comma or a word that begins something else.
    fn name_stop(&self, at: usize) -> usize {
        if matches!(self.run.kind(at), Some(Kind::Quoted)) {
            return at + 1;
        }
        let capital = |i: usize| self.run.word(i).is_some_and(crate::words::Word::is_capitalised);
        let mut end = at;
        while end < self.run.len() {
            let stop = self.run.is_mark(end, ",")
                || self.run.is_mark(end, ":")
                || self.run.is_mark(end, ";")
                || self.run.word(end).is_some_and(is_address);
            let joint = end > at
                && (among(ENDS_NAME, self.run.at(end))
                    || self.object.name == "Case"
                        && among("about|regarding|because|saying|that|re", self.run.at(end)))
                && !(capital(end) && capital(end - 1));
            let amount = end > at && quantity_at(self.run, end).is_some_and(|(q, _)| q.explicit);
            if stop || joint || amount {
                break;
            }
            end += 1;
        }
        end
    }

    /// `at Acme`, `for the Acme account`: the record it belongs to, or a lead's company.
    fn parent(&mut self, i: usize) -> Option<usize> {
        let at = self.run.one_of(
            i,
            "at|for|with|from|under|on|to|of|working at|who works at|regarding|related to|against|about",
        )?;
        let from = self.run.skip(at, &["the", "a", "our", "company", "account", "customer"]);
        let end = self.name_stop(from);
        if end == from {
            return None;
        }
        let words = self.run.between(from, end);
        let person = matches!(self.object.name.as_str(), "Lead" | "Contact");
        if person && self.run.at(i) == "for" && self.name.is_empty() {
            self.name = words.text();
            return Some(end);
        }
        if self.object.name == "Case" && self.run.any_of(i, &["about", "regarding", "related"]) {
            return None;
        }
        if self.object.name == "Lead" {
            let text = words.text();
            return self.set("Company", NewValue::Text(text)).map(|()| end);
        }
        let hint: &[&str] = match self.object.name.as_str() {
            "Case" => &["Account", "Contact"],
            "Account" => return None,
            _ => &["Account"],
        };
        let link = target(self.scene, self.run.between(at, end), hint)?;
        self.links.push(link);
        Some(end)
    }

    /// `about the printer`, `that the printer is broken`: the subject of a case.
    fn about(&mut self, i: usize) -> Option<usize> {
        if self.object.name != "Case" {
            return None;
        }
        let at = self
            .run
            .one_of(i, "about|regarding|saying|that|because|-|re")
            .or_else(|| (self.run.is_mark(i, "-") || self.run.is_mark(i, ",")).then_some(i + 1))?;
        self.subject(at)
    }

    fn subject(&mut self, at: usize) -> Option<usize> {
        let mut text = self.run.rest_of_text(at);
        for tail in [
            ", high priority",
            " with high priority",
            " high priority",
            ", priority high",
            " priority high",
            ", urgent",
        ] {
            let lower = text.to_lowercase();
            if lower.len() == text.len() && lower.ends_with(tail) {
                text.truncate(text.len() - tail.len());
                push_text(self.object, &mut self.values, "Priority", "High");
            }
        }
        (!text.is_empty()).then(|| self.name = text).map(|()| self.run.len())
    }

    fn own_name(&mut self, i: usize) -> Option<usize> {
        let word = self.run.word(i)?;
        // `Bob Stone, Acme`: after the name of a person comes the company.
        let person = matches!(self.object.name.as_str(), "Lead" | "Contact");
        if person
            && !self.name.is_empty()
            && i > 0
            && self.run.is_mark(i - 1, ",")
            && word.kind == Kind::Word
        {
            let end = self.name_stop(i);
            if self.object.name == "Lead" {
                let company = self.run.between(i, end).text();
                return self.set("Company", NewValue::Text(company)).map(|()| end);
            }
            self.links.push(target(self.scene, self.run.between(i, end), &["Account"])?);
            return Some(end);
        }
        if word.kind == Kind::Mark
            || word.kind == Kind::Possessive
            || !self.name.is_empty()
            || matches!(
                word.lower.as_str(),
                "and" | "the" | "a" | "an" | "please" | "record" | "with" | "in"
            )
        {
            return None;
        }
        let end = self.name_stop(i);
        (end > i).then(|| self.name = self.run.between(i, end).text()).map(|()| end)
    }
}
