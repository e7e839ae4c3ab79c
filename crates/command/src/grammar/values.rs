//! A value to write, read as the field's type asks for. What is not sure becomes a question, never a guess.

use jiff::civil::Date;

use super::dates::{Tense, period_at};
use super::picklists::match_value;
use crate::intent::NewValue;
use crate::schema::{FieldType, FieldView};
use crate::words::{Kind, Run, quantity_at};

/// Where a value goes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wish<'s> {
    pub(crate) field: &'s FieldView,
    pub(crate) today: Date,
    /// The organisation's currency, when it is known.
    pub(crate) currency: Option<&'s str>,
}

/// Reads a whole run as the value of a field.
pub(crate) fn read_value(wish: Wish<'_>, run: Run<'_>) -> NewValue {
    let field = wish.field;
    let run = run.trimmed_for_value(field.kind);
    let said = run.text();
    if run.is_empty() {
        return unclear(field, &said);
    }
    if run.len() == 1
        && run.any_of(0, &["empty", "blank", "nothing", "null", "none"])
        && match_value(field, &said).is_none()
    {
        return NewValue::Empty;
    }
    let token = run.len() == 1 && run.kind(0) == Some(Kind::Token);
    match field.kind {
        FieldType::Picklist => {
            match match_value(field, &said).or_else(|| match_value(field, &without_tail(run))) {
                Some(value) => NewValue::Text(value),
                None => unclear(field, &said),
            }
        }
        FieldType::Boolean => match run.at(0) {
            "true" | "yes" | "on" | "checked" => NewValue::Bool(true),
            "false" | "no" | "off" | "unchecked" => NewValue::Bool(false),
            _ => unclear(field, &said),
        },
        FieldType::Currency | FieldType::Double | FieldType::Int | FieldType::Percent if token => {
            NewValue::Text(said)
        }
        FieldType::Currency | FieldType::Double | FieldType::Int | FieldType::Percent => {
            number(wish, run, &said)
        }
        FieldType::Date if token => NewValue::Text(said),
        FieldType::Date => day(wish, run, &said),
        FieldType::DateTime | FieldType::Id | FieldType::Other => {
            NewValue::Unclear(format!("I cannot set {} from words.", field.label))
        }
        FieldType::Reference => {
            let me = run.len() == 1
                && run.any_of(0, &["me", "myself", "mine"])
                && field.reference_to.iter().any(|o| o == "User");
            if me {
                NewValue::Me
            } else {
                NewValue::Record { objects: field.reference_to.clone(), name: said }
            }
        }
        FieldType::Email if !token && (!said.contains('@') || said.contains(' ')) => {
            NewValue::Unclear(format!(
                "`{}` does not look like an e-mail address. What should {} be?",
                short(&said),
                field.label
            ))
        }
        FieldType::Phone if !token && said.chars().filter(char::is_ascii_digit).count() < 3 => {
            NewValue::Unclear(format!(
                "`{}` does not look like a phone number. What should {} be?",
                short(&said),
                field.label
            ))
        }
        FieldType::String
        | FieldType::TextArea
        | FieldType::Email
        | FieldType::Phone
        | FieldType::Url => NewValue::Text(said),
    }
}

impl Run<'_> {
    /// Takes off marks that end a sentence, but keeps those that a text value may end with.
    fn trimmed_for_value(self, kind: FieldType) -> Self {
        let text = matches!(
            kind,
            FieldType::String
                | FieldType::TextArea
                | FieldType::Phone
                | FieldType::Url
                | FieldType::Email
        );
        let start = self.skip(0, &["the", "a", "an", ":", "=", "exactly", "around", "about"]);
        let start = if text { self.skip(0, &[":", "="]) } else { start };
        let run = self.from(start);
        if text {
            let last = run.len().saturating_sub(1);
            return if run.len() > 1
                && (run.is_mark(last, ".") || run.is_mark(last, ",") || run.is_mark(last, ";"))
            {
                run.until(last)
            } else {
                run
            };
        }
        run.trimmed()
    }
}

/// `negotiation stage` for `negotiation`.
fn without_tail(run: Run<'_>) -> String {
    let last = run.len().saturating_sub(1);
    if run.len() > 1 && run.any_of(last, &["stage", "status", "phase", "priority", "now"]) {
        run.until(last).text()
    } else {
        String::new()
    }
}

fn number(wish: Wish<'_>, run: Run<'_>, said: &str) -> NewValue {
    let field = wish.field;
    let Some((quantity, next)) = quantity_at(run, 0) else { return unclear(field, said) };
    if next != run.len() || (quantity.percent && field.kind != FieldType::Percent) {
        return unclear(field, said);
    }
    if let (Some(theirs), Some(ours)) = (quantity.currency, wish.currency)
        && theirs != ours
        && field.kind == FieldType::Currency
    {
        return NewValue::Unclear(format!(
            "Amounts here are in {ours}, and you said {theirs}. What is the {} in {ours}?",
            field.label.to_lowercase()
        ));
    }
    NewValue::Number(quantity.value)
}

fn day(wish: Wish<'_>, run: Run<'_>, said: &str) -> NewValue {
    let field = wish.field;
    let start = run.skip(0, &["on", "by", "until", "for"]);
    let Some((period, next)) = period_at(run, start, wish.today, Tense::Future) else {
        return unclear(field, said);
    };
    if next != run.len() {
        return unclear(field, said);
    }
    if period.unclear {
        return NewValue::Unclear(format!(
            "`{}` could be read two ways. Which day do you mean, for example {}?",
            short(said),
            period.first.strftime("%-d %B %Y")
        ));
    }
    if period.first != period.last
        && period.last < period.first.saturating_add(jiff::Span::new().days(8))
    {
        return NewValue::Unclear(format!(
            "Which day of {} should {} be?",
            short(said),
            field.label.to_lowercase()
        ));
    }
    NewValue::Date(period.last)
}

fn unclear(field: &FieldView, said: &str) -> NewValue {
    let label = &field.label;
    let what = if said.is_empty() {
        format!("What should {label} be?")
    } else {
        format!("I cannot read `{}` as {label}.", short(said))
    };
    NewValue::Unclear(match field.kind {
        FieldType::Picklist if !field.picklist.is_empty() => {
            format!("{what} It can be {}.", one_of(&field.picklist))
        }
        FieldType::Date => format!("{what} Which day do you mean?"),
        _ if said.is_empty() => what,
        _ => format!("{what} What should it be?"),
    })
}

/// `A, B or C`.
fn one_of(values: &[String]) -> String {
    match values {
        [] => String::new(),
        [one] => one.clone(),
        [head @ .., last] => format!("{} or {last}", head.join(", ")),
    }
}

fn short(text: &str) -> String {
    let clean: String = text.chars().filter(|c| *c != '`').take(60).collect();
    if clean.chars().count() < text.chars().count() { format!("{clean}..") } else { clean }
}
