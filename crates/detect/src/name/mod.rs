//! Names, organisations and places that no list of the CRM holds: by labels in the text, by how they are
//! written, and by the words around them, and what a
//! recogniser thinks of it when there is one.

mod again;
mod alone;
mod brands;
mod eastern;
mod evidence;
mod fields;
mod goods;
mod handles;
mod ideographs;
mod japanese;
mod labelled;
mod lands;
mod led;
mod neighbour;
mod org;
mod place;
mod prefixed;
mod roster;
mod scripts;
mod second;
mod sequence;
mod small;
mod surnames;
mod table;
mod things;
mod trades;
mod workshops;

pub(crate) use evidence::shouting;
pub(crate) use led::small as led_small;

use crate::{recogniser::Reading, resolve::Sink, text::Doc};

/// Values that the text itself labels: JSON keys, table columns, `Name: ..`.
pub(crate) fn labelled(doc: &Doc<'_>, sink: &mut Sink) {
    labelled::detect(doc, sink);
    table::detect(doc, sink);
}

/// Names by their writing and surroundings.
pub(crate) fn detect(doc: &Doc<'_>, sink: &mut Sink) {
    goods::detect(doc, sink);
    brands::detect(doc, sink);
    ideographs::detect(doc, sink);
    scripts::detect(doc, sink);
    eastern::detect(doc, sink);
    lands::detect(doc, sink);
    org::detect(doc, sink);
    prefixed::detect(doc, sink);
    roster::detect(doc, sink);
    handles::detect(doc, sink);
    trades::detect(doc, sink);
    sequence::detect(doc, sink);
}

/// Whether a recogniser's word could change anything: most values that are no prose are settled without it.
pub(crate) fn in_doubt(doc: &Doc<'_>, sink: &Sink) -> bool {
    second::in_doubt(doc, sink)
}

/// Draws in what belongs to the names found so far: the other half of a name of which one is hidden.
pub(crate) fn complete(doc: &Doc<'_>, sink: &mut Sink) {
    neighbour::detect(doc, sink);
    again::detect(doc, sink);
    goods::clear(doc, sink);
}

/// Weighs the names found so far against the opinions of a recogniser.
pub(crate) fn weigh(doc: &Doc<'_>, reading: &Reading, sink: &mut Sink) {
    second::weigh(doc, reading, sink);
}
