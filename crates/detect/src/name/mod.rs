//! Names, organisations and places that no list of the CRM holds: by labels in the text, by how they are written, by the
//! words around them, and by what a recogniser thinks of them when there is one.
//!
//! Where a rule belongs:
//! - what the text itself labels: `labelled` and `table`; `fields` knows what a label or a heading promises;
//! - words with capitals: `sequence` cuts them into runs and judges each, by its words (`evidence`), by the words around it
//!   (`crate::cues` for English, `led` for other languages), as a surname alone (`lone_surname`), as a `place`;
//! - people written otherwise: in `small` letters, as accounts (`handles`), in rows and chats (`roster`), in letters of
//!   another script (`scripts`), in Chinese, Japanese and Korean (`eastern`);
//! - firms: `org` by the legal form behind or a word of firms, `form_first` by the form before, `trades` by a trade;
//! - what is called like people and is nobody: keys, labels and numbers (`things`), menus, titles, makes and texts about
//!   things alone (`goods`), makers (`brands`);
//! - once all that is told: `neighbour` and `again` complete names, `second_opinion` weighs the guesses, and `nobody`
//!   drops them from texts in which nobody is told of.

mod again;
mod brands;
mod eastern;
mod evidence;
mod fields;
mod form_first;
mod goods;
mod handles;
mod labelled;
mod led;
mod lone_surname;
mod neighbour;
mod nobody;
mod org;
mod place;
mod roster;
mod scripts;
mod second_opinion;
mod sequence;
mod small;
mod table;
mod things;
mod trades;

pub(crate) use evidence::shouting;
pub(crate) use led::small as led_small;

use crate::{lexicon::Entries, recogniser::Reading, resolve::Sink, text::Doc};

/// Enters the lists of this module.
pub(crate) fn enter_lists(entries: &mut Entries) {
    brands::enter_lists(entries);
    org::enter_lists(entries);
}

/// Values that the text itself labels: JSON keys, table columns, `Name: ..`.
pub(crate) fn labelled(doc: &Doc<'_>, sink: &mut Sink) {
    labelled::detect(doc, sink);
    table::detect(doc, sink);
}

/// Names by their writing and surroundings.
pub(crate) fn detect(doc: &Doc<'_>, sink: &mut Sink) {
    goods::detect(doc, sink);
    brands::detect(doc, sink);
    eastern::detect(doc, sink);
    scripts::detect(doc, sink);
    org::detect(doc, sink);
    form_first::detect(doc, sink);
    roster::detect(doc, sink);
    handles::detect(doc, sink);
    trades::detect(doc, sink);
    sequence::detect(doc, sink);
}

/// Whether a recogniser's word could change anything: most values that are no prose are settled without it.
pub(crate) fn in_doubt(doc: &Doc<'_>, sink: &Sink) -> bool {
    second_opinion::in_doubt(doc, sink)
}

/// Draws in what belongs to the names found so far: the other half of a name of which one is hidden.
pub(crate) fn complete(doc: &Doc<'_>, sink: &mut Sink) {
    neighbour::detect(doc, sink);
    again::detect(doc, sink);
    goods::clear(doc, sink);
}

/// Weighs the names found so far against the opinions of a recogniser.
pub(crate) fn weigh(doc: &Doc<'_>, reading: &Reading, sink: &mut Sink) {
    second_opinion::weigh(doc, reading, sink);
}
