//! Japanese given names in syllables, and names from elsewhere in katakana.

use super::{
    CALLED, FOREIGN, LED, NO_ONE, PLACES, Parsed, Piece, Reader, SYLLABLES, Script, is_single,
    parse, script,
};
use crate::resolve::{FORM, Sink};

impl Reader<'_, '_> {
    /// `田中さくらさん`: a given name in syllables right behind the surname.
    pub(super) fn with_syllables(&mut self, start: usize, rest: &str, sink: &mut Sink) -> bool {
        let end = start + rest.len();
        if !(parse(rest) == Some(Parsed::Surname) || is_single(rest)) {
            return false;
        }
        let after = self.after(end);
        let called = |name: &&str| {
            let behind = self.after(end + name.len());
            name.chars().count() > 1
                && (CALLED.iter().any(|it| behind.starts_with(it))
                    || behind.starts_with(['様', '氏', '先', '、', '。', '\n'])
                    || behind.is_empty())
        };
        let Some(given) = SYLLABLES.beginnings(after).filter(called).max_by_key(|it| it.len())
        else {
            return false;
        };
        self.name(start, end + given.len(), FORM, sink);
        true
    }

    /// `さくらさん`: given names in syllables.
    pub(super) fn syllables(&mut self, piece: Piece, sink: &mut Sink) {
        let text = self.text(piece);
        let follows = SYLLABLES.beginnings(text).max_by_key(|it| it.len()).filter(|name| {
            let behind = self.after(piece.start + name.len());
            name.chars().count() > 1
                && (CALLED.iter().any(|it| behind.starts_with(it))
                    || behind.starts_with(['様', '氏']))
        });
        if let Some(name) = follows {
            self.name(piece.start, piece.start + name.len(), FORM, sink);
        }
    }

    /// `ウィルソン氏`, `ファム・ティ・ラン`.
    pub(super) fn katakana(&mut self, index: usize, piece: Piece, sink: &mut Sink) {
        let joined = |left: Piece, right: Piece| {
            right.script == Script::Katakana
                && matches!(self.doc.span(left.end, right.start), "・" | "･" | "＝" | "=")
        };
        let before = index.checked_sub(1).and_then(|at| self.pieces.get(at)).copied();
        if before.is_some_and(|before| joined(before, piece)) {
            return;
        }
        let mut last = piece;
        let mut parts = 1;
        let mut known = FOREIGN.has(self.text(piece));
        while let Some(next) =
            self.pieces.get(index + parts).copied().filter(|next| joined(last, *next))
        {
            known |= FOREIGN.has(self.text(next));
            last = next;
            parts += 1;
        }
        let listing = self.leads(piece.start);
        self.listing = false;
        let text = self.doc.span(piece.start, last.end);
        let after = self.after(last.end);
        let glued = self
            .before(piece.start)
            .ends_with(|c: char| c.is_alphanumeric() && script(c) != Script::Hiragana);
        let person = CALLED.iter().any(|it| after.starts_with(it))
            || [
                "様", "氏", "君", "先生", "社長", "部長", "課長", "会長", "店長", "教授", "博士",
                "夫妻", "夫人",
            ]
            .iter()
            .any(|it| after.starts_with(it));
        if (1..=6).contains(&parts)
            && !NO_ONE.has(text)
            && !PLACES.has(text)
            && !text.ends_with("ー様")
            && text.chars().count() > 1
            && (person && !after.starts_with("様式")
                || parts > 1 && (known || listing)
                || parts == 1
                    && known
                    && !glued
                    && (listing || self.ends(last.end) || after.starts_with([':', '：'])))
        {
            self.name(piece.start, last.end, if person { FORM } else { LED }, sink);
            self.listing = listing;
        }
    }
}
