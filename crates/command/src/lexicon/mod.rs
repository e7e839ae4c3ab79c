//! The words the engine knows: nouns for objects and fields, verbs, fillers, periods.

mod fields;
mod objects;
mod vocabulary;

pub(crate) use fields::{Column, column_at, field_at, main_amount, main_date, place_paths};
pub(crate) use objects::{Hint, Noun, noun_at, object_noun};
pub(crate) use vocabulary::{CORRECTABLE, FILLERS, MONTHS, PERIODS, POLITE, STOPPERS, WEEKDAYS};
