//! What a model asks for, as JSON text: tokens that it bent are written straight, and what a client repeats
//! of it is masked.

use serde_json::Value;

use super::Conversation;
use crate::detector::{Detector, left_of};
use crate::label::Label;
use crate::mask::{MaskError, Masked};
use crate::raw::Raw;
use crate::token::shapes;

impl Conversation {
    /// Writes the bent tokens of a model's call straight: the arguments as JSON text, each token
    /// that can only mean one value as the gate writes it. Whatever is not certain stays, and a
    /// read or a write refuses it.
    pub fn straighten(&self, arguments: &str) -> String {
        let Ok(mut json) = serde_json::from_str::<Value>(arguments) else {
            return self.straight(arguments).unwrap_or_else(|| arguments.to_owned());
        };
        let mut changed = false;
        each_text(&mut json, &mut |text| {
            if let Some(straight) = self.straight(text) {
                *text = straight;
                changed = true;
            }
        });
        if changed { json.to_string() } else { arguments.to_owned() }
    }

    /// A text with its bent tokens written straight; `None` when it has none.
    fn straight(&self, text: &str) -> Option<String> {
        let mut out = String::new();
        let mut from = 0;
        for shape in shapes(text).into_iter().filter(|it| !it.exact) {
            let Some(covered) = self.table.resolve(&shape) else { continue };
            out.push_str(text.get(from..shape.start).unwrap_or_default());
            out.push_str(&covered.token.to_string());
            out.push_str(shape.suffix);
            from = shape.end;
        }
        out.push_str(text.get(from..).unwrap_or_default());
        (from > 0).then_some(out)
    }

    /// Masks every text and number of a JSON text, names of members too, and leaves its structure;
    /// a text that is not JSON is masked whole. A number that is covered becomes a string.
    pub(crate) fn mask_json(
        &mut self,
        arguments: &str,
        label: &Label,
        detector: &dyn Detector,
    ) -> Result<Masked, MaskError> {
        let Ok(mut json) = serde_json::from_str::<Value>(arguments) else {
            return self.table.mask(&Raw::new(arguments.to_owned(), label.clone()), detector);
        };
        let mut tokens = 0;
        let mut failure = None;
        each_text(&mut json, &mut |text| {
            let mut out = String::with_capacity(text.len());
            match self.table.mask_into(&mut out, text, label, detector) {
                Ok(count) => tokens += count,
                Err(error) => failure = Some(error),
            }
            *text = out;
        });
        each_number(&mut json, &mut |number| {
            let mut out = String::new();
            let text = number.to_string();
            match self.table.mask_into(&mut out, &text, label, detector) {
                Ok(0) => None,
                Ok(count) => {
                    tokens += count;
                    Some(out)
                }
                Err(error) => {
                    failure = Some(error);
                    None
                }
            }
        });
        match failure {
            Some(error) => Err(error),
            None => Ok(Masked::of_treated(json.to_string(), left_of(label, detector), tokens)),
        }
    }
}

/// Visits every string of a JSON value, but not the names of its members.
pub(crate) fn each_string(value: &mut Value, visit: &mut dyn FnMut(&mut String)) {
    match value {
        Value::String(text) => visit(text),
        Value::Array(list) => list.iter_mut().for_each(|it| each_string(it, visit)),
        Value::Object(map) => map.values_mut().for_each(|it| each_string(it, visit)),
        _ => {}
    }
}

/// Visits every string of a JSON value and every name of a member.
pub(super) fn each_text(value: &mut Value, visit: &mut dyn FnMut(&mut String)) {
    match value {
        Value::String(text) => visit(text),
        Value::Array(list) => list.iter_mut().for_each(|it| each_text(it, visit)),
        Value::Object(map) => {
            for (mut name, mut it) in std::mem::take(map) {
                visit(&mut name);
                each_text(&mut it, visit);
                map.insert(name, it);
            }
        }
        _ => {}
    }
}

/// Visits every number of a JSON value and puts a string in its place where it is told to.
fn each_number(value: &mut Value, visit: &mut dyn FnMut(&serde_json::Number) -> Option<String>) {
    match value {
        Value::Number(number) => {
            if let Some(text) = visit(number) {
                *value = Value::String(text);
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|it| each_number(it, visit)),
        Value::Object(map) => map.values_mut().for_each(|it| each_number(it, visit)),
        _ => {}
    }
}
