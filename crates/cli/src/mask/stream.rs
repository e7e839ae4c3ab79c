//! Standard input as one text, answered as it comes.

use std::io;

use anyhow::Context as _;
use boundary::{Conversation, Detector, Label, MaskStream, Raw, Viewer};

use crate::output::{self, Exit};

use super::pieces::Pieces;
use super::table::{self, Reader, Writer};

/// Bytes of the text before a piece that a token in it may begin in.
const RECENT: usize = 256;

pub(super) fn mask(table: &mut Writer, detector: &dyn Detector) -> anyhow::Result<Exit> {
    // One text: what was covered in it is covered in all of it that follows.
    let mut stream = MaskStream::new(true);
    each_piece(|piece| {
        let piece = piece.map(|it| Raw::new(it.to_owned(), Label::lowest()));
        table.mask_piece(&mut stream, piece.as_ref(), detector)
    })
}

pub(super) fn restore(table: &mut Reader, viewer: &Viewer<'_>) -> anyhow::Result<Exit> {
    // Knows no token yet: the table need not be there before the first one comes.
    let mut stream = Conversation::new(String::new(), table::person()).show_pieces(viewer);
    let mut recent = String::new();
    each_piece(|piece| {
        let shown = table.show_piece(&mut stream, &recent, piece, viewer);
        recent.push_str(piece.unwrap_or_default());
        let old = recent.floor_char_boundary(recent.len().saturating_sub(RECENT));
        recent.drain(..old);
        shown
    })
}

/// Answers every piece, and the end, as soon as it is there. Of a text that breaks off with bytes that are no text,
/// what came before them is answered.
fn each_piece(
    mut answer: impl FnMut(Option<&str>) -> anyhow::Result<String>,
) -> anyhow::Result<Exit> {
    let mut pieces = Pieces::new(io::stdin().lock());
    let broken = loop {
        match pieces.next_piece().context("cannot read standard input")? {
            Some(Ok(piece)) => {
                let mut rest = piece.as_str();
                // A failure behind what could be answered is told at once, not with the next piece.
                loop {
                    let answered = answer(Some(rest))?;
                    output::raw(answered.as_bytes())?;
                    rest = "";
                    if answered.is_empty() {
                        break;
                    }
                }
            }
            Some(Err(at)) => break Some(at),
            None => break None,
        }
    };
    output::raw(answer(None)?.as_bytes())?;
    let Some(at) = broken else { return Ok(Exit::Good) };
    output::error(&anyhow::anyhow!(
        "standard input is not UTF-8 from byte {at} on; the rest is left out"
    ));
    Ok(Exit::Failed)
}
