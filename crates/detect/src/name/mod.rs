//! Names, organisations and places that no list of the CRM holds: by labels in the text, by how they are
//! written, and by the words around them. No model; a recogniser may be put on top.

mod brands;
mod evidence;
mod ideographs;
mod labelled;
mod org;
mod place;
mod sequence;
mod table;

use crate::{resolve::Sink, text::Doc};

/// Values that the text itself labels: JSON keys, table columns, `Name: ..`.
pub(crate) fn labelled(doc: &Doc<'_>, sink: &mut Sink) {
    labelled::detect(doc, sink);
    table::detect(doc, sink);
}

/// Names by their writing and surroundings.
pub(crate) fn detect(doc: &Doc<'_>, sink: &mut Sink) {
    brands::detect(doc, sink);
    ideographs::detect(doc, sink);
    org::detect(doc, sink);
    sequence::detect(doc, sink);
}
