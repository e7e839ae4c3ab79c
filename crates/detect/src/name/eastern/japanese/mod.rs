//! Japanese names, in texts with Japanese syllables: by surname and given name, by the title behind them, by who speaks,
//! and by the small words of a sentence.

mod around;
mod syllables;
mod words;

use boundary::{Kind, Layer};

use super::{is_word, surnames};
use crate::{
    resolve::{FORM, GUESS, Sink},
    text::{Doc, Shape},
};
use around::{PARTICLES, says_name};
use words::{
    CALLED, FOREIGN, NO_ONE, OFFICES, SINGLE, SYLLABLES, TITLES, begins_with_role, is_given,
    is_no_given, is_role, is_usual_given,
};

pub(super) use words::PLACES;

/// Sure enough to stand against a recogniser that was taught Latin letters.
const LED: u8 = GUESS + 20;
/// No longer row of ideographs is looked at as a name with what leads to it.
const LONGEST: usize = 12;

/// Whether a text is Japanese: then the rules for Chinese do not read it.
pub(super) fn is_japanese(doc: &Doc<'_>) -> bool {
    doc.tokens.iter().any(|token| {
        token.shape == Shape::Ideograph
            && doc
                .word(token)
                .starts_with(|c| matches!(script(c), Script::Hiragana | Script::Katakana))
    })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Script {
    Kanji,
    Hiragana,
    Katakana,
    /// Korean, which is read elsewhere.
    Other,
}

fn script(c: char) -> Script {
    match c {
        '\u{3041}'..='\u{309f}' => Script::Hiragana,
        '\u{30a0}'..='\u{30ff}' => Script::Katakana,
        '\u{ac00}'..='\u{d7af}' => Script::Other,
        _ => Script::Kanji,
    }
}

/// Characters of one script without anything between.
#[derive(Clone, Copy, Debug)]
struct Piece {
    start: usize,
    end: usize,
    script: Script,
}

/// A text in pieces, and what was found in it.
struct Reader<'d, 't> {
    doc: &'d Doc<'t>,
    pieces: Vec<Piece>,
    /// Surnames that were told, which are then no words where they stand alone.
    told: Vec<&'t str>,
    /// Whether the piece before was one of a row of people.
    listing: bool,
}

pub(super) fn detect(doc: &Doc<'_>, sink: &mut Sink) {
    let mut reader = Reader { doc, pieces: pieces(doc), told: Vec::new(), listing: false };
    for index in 0..reader.pieces.len() {
        let Some(piece) = reader.pieces.get(index).copied() else { return };
        match piece.script {
            Script::Kanji => reader.kanji(index, piece, sink),
            Script::Hiragana => reader.syllables(piece, sink),
            Script::Katakana => reader.katakana(index, piece, sink),
            Script::Other => {}
        }
    }
    reader.again(sink);
}

fn pieces(doc: &Doc<'_>) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for token in doc.tokens.iter().filter(|token| token.shape == Shape::Ideograph) {
        let Some(script) = doc.word(token).chars().next().map(script) else { continue };
        match pieces.last_mut() {
            Some(last) if last.end == token.start && last.script == script => last.end = token.end,
            _ => pieces.push(Piece { start: token.start, end: token.end, script }),
        }
    }
    pieces
}

/// What ideographs say by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Parsed {
    Surname,
    Full,
}

/// A surname, or a surname and a given name, and nothing else.
fn parse(text: &str) -> Option<Parsed> {
    let mut surname = None;
    for family in surnames::japanese(text) {
        let given = text.get(family.len()..).unwrap_or_default();
        if given.is_empty() {
            surname = Some(Parsed::Surname);
        } else if is_given(given) {
            return Some(Parsed::Full);
        }
    }
    let single = text.strip_prefix(|c| SINGLE.contains(c)).is_some_and(is_usual_given);
    surname.or(single.then_some(Parsed::Full))
}

/// Whether text is one of the surnames of one character, which are words alone.
fn is_single(text: &str) -> bool {
    text.starts_with(|c| SINGLE.contains(c)) && text.chars().nth(1).is_none()
}

/// Where whoever is called by a title behind `head` begins. `office`: the title is a department's as often; `polite`: `お` or
/// `ご` stands before, as before a role.
fn called(head: &str, office: bool, polite: bool) -> Option<usize> {
    let length = head.chars().count();
    if length == 1 {
        return (is_single(head) && !polite).then_some(0);
    }
    // `担当佐藤`, `営業部鈴木健一`: the name is what remains behind the role.
    for (at, _) in head.char_indices().take(8) {
        let name = head.get(at..).unwrap_or_default();
        if parse(name).is_some() && name.chars().count() > 1 {
            return Some(at);
        }
    }
    let role = is_role(head) || begins_with_role(head) || is_word(head);
    let most = if office { 3 } else { 4 };
    (!role && length <= most).then_some(0)
}

impl<'t> Reader<'_, 't> {
    fn text(&self, piece: Piece) -> &'t str {
        self.doc.span(piece.start, piece.end)
    }

    fn before(&self, at: usize) -> &'t str {
        self.doc.span(0, at)
    }

    fn after(&self, at: usize) -> &'t str {
        self.doc.span(at, self.doc.text.len())
    }

    fn name(&mut self, start: usize, end: usize, weight: u8, sink: &mut Sink) {
        sink.push((start, end), Kind::Name, Layer::Model, weight);
        let name = self.doc.span(start, end);
        let family = surnames::japanese(name).max_by_key(|family| family.len());
        let single = name.chars().next().filter(|c| SINGLE.contains(*c)).map_or(0, char::len_utf8);
        let length = family.map_or(single, str::len);
        let family = name.get(..length).filter(|family| !family.is_empty());
        if let Some(family) =
            family.filter(|family| self.told.len() < 64 && !self.told.contains(family))
        {
            self.told.push(family);
        }
    }

    fn kanji(&mut self, index: usize, piece: Piece, sink: &mut Sink) {
        let text = self.text(piece);
        let listing = self.leads(piece.start);
        self.listing = false;
        let from = self.titled(piece, text, sink);
        let rest = text.get(from..).unwrap_or_default();
        let start = piece.start + from;
        let length = rest.chars().take(LONGEST + 1).count();
        if rest.is_empty() || length > LONGEST {
            self.listing = listing && rest.is_empty();
            return;
        }
        let after = self.after(piece.end);
        let polite = self.before(start).ends_with(['お', 'ご']) && from == 0;
        if CALLED.iter().any(|it| after.starts_with(it)) && !after.starts_with("さんざん") {
            if let Some(at) = called(rest, false, polite) {
                self.name(start + at, piece.end, FORM, sink);
                self.listing = listing;
            }
            return;
        }
        if self.spaced(index, start, rest, sink) || self.with_syllables(start, rest, sink) {
            self.listing = listing;
            return;
        }
        let parsed = parse(rest);
        let place = surnames::is_place(rest) && parsed == Some(Parsed::Surname);
        let role = is_role(rest) || begins_with_role(rest) && parsed.is_none();
        let word = role || is_word(rest) && parsed != Some(Parsed::Full);
        let says = self.introduced(start, piece.end, rest, parsed, place, word);
        let colon = after.starts_with([':', '：']) && self.heads(start);
        let speaks = colon
            && (parsed.is_some()
                || is_single(rest)
                || !word && is_usual_given(rest) && self.speaks_again(rest));
        let listed = listing
            && !word
            && !is_no_given(rest)
            && (parsed.is_some()
                || is_single(rest)
                || is_usual_given(rest)
                || (2..=4).contains(&length) && self.row_ends(piece.end));
        let alone = parsed == Some(Parsed::Surname)
            && !place
            && !word
            && (PARTICLES.iter().any(|it| after.starts_with(*it)) || self.row_ends(piece.end))
            && self.bounded(start);
        let answer = !word && is_usual_given(rest) && self.whole_turn(start, piece.end);
        if parsed == Some(Parsed::Full) || says || speaks || listed || alone || answer {
            self.name(start, piece.end, LED, sink);
            self.listing = listing;
            return;
        }
        // `担当佐藤健一`: a role and whoever has it in one row.
        let inner = rest.char_indices().skip(1).take(8).map(|(at, _)| at);
        let led = |at: &usize| {
            let (role, name) = rest.split_at_checked(*at).unwrap_or_default();
            // `名古屋`: no name is the rest of a town.
            let full = parse(name) == Some(Parsed::Full) && name.chars().count() > 2;
            is_role(role)
                && (full && !is_no_given(name) || says_name(after) && parse(name).is_some())
        };
        if !PLACES.begin(rest)
            && let Some(at) = inner.into_iter().find(led)
        {
            self.name(start + at, piece.end, LED, sink);
        }
    }

    /// `古賀部長`, `森社長`, `長谷部様`: finds whoever is called so, and answers where the text behind the last title begins.
    fn titled(&mut self, piece: Piece, text: &str, sink: &mut Sink) -> usize {
        let mut from = 0;
        let mut skip = 0;
        for (at, _) in text.char_indices().skip(1) {
            if at < skip {
                continue;
            }
            let rest = text.get(at..).unwrap_or_default();
            let Some(title) = TITLES.beginnings(rest).max_by_key(|it| it.len()) else { continue };
            let behind = rest.get(title.len()..).unwrap_or_default();
            // `氏名`, `様式`, `君島`, `会長谷`: another word begins here.
            let other = matches!(title, "氏" | "様" | "君" | "殿" | "嬢" | "宛")
                && behind.starts_with([
                    '名', '式', '子', '相', '々', '島', '塚', '村', '先', '方', '付',
                ]);
            let head = text.get(from..at).unwrap_or_default();
            let far = head.chars().nth(8).is_some();
            let polite = from == 0 && self.before(piece.start).ends_with(['お', 'ご', '御']);
            if other
                || far
                || parse(text.get(from..).unwrap_or_default()).is_some()
                    && behind.is_empty()
                    && title.chars().count() == 1
                    && title != "様"
                    && title != "氏"
            {
                continue;
            }
            if let Some(begin) = called(head, OFFICES.has(title), polite) {
                self.name(piece.start + from + begin, piece.start + at, FORM, sink);
            }
            from = at + title.len();
            skip = from;
        }
        from
    }

    /// `桑原 正樹様`, `泉 さくら`, `二宮 香織`: surname and given name with a space.
    fn spaced(&mut self, index: usize, start: usize, rest: &str, sink: &mut Sink) -> bool {
        let end = start + rest.len();
        let Some(next) = self.pieces.get(index + 1).copied() else { return false };
        if !matches!(self.doc.span(end, next.start), " " | "\u{3000}") {
            return false;
        }
        let given = self.text(next);
        let cut = given
            .char_indices()
            .skip(1)
            .map(|(at, _)| at)
            .find(|at| given.get(*at..).is_some_and(|it| TITLES.begin(it)));
        let titled = cut.is_some();
        let given = match next.script {
            Script::Kanji => given.get(..cut.unwrap_or(given.len())).unwrap_or_default(),
            Script::Hiragana => {
                let after = |name: &&str| self.ends(next.start + name.len());
                match SYLLABLES.beginnings(given).filter(after).max_by_key(|it| it.len()) {
                    Some(name) => name,
                    None if given.chars().count() <= 4 && self.row_ends(next.end) => given,
                    None => return false,
                }
            }
            _ => given,
        };
        let stop = next.start + given.len();
        let length = given.chars().count();
        let called = titled || CALLED.iter().any(|it| self.after(stop).starts_with(it));
        let word = is_no_given(given) || is_role(given);
        // Behind a role the surname is the end of the row.
        let family = rest.char_indices().map(|(at, _)| at).find(|at| {
            rest.get(*at..).is_some_and(|name| {
                parse(name) == Some(Parsed::Surname) || *at == 0 && is_single(name)
            })
        });
        let fits = match next.script {
            Script::Kanji => length <= 3 && !word && (is_given(given) || length <= 2),
            Script::Hiragana => true,
            Script::Katakana => length <= 6 && (called || FOREIGN.has(given)),
            Script::Other => false,
        };
        let whole = self.ends(stop) || titled;
        let family = match family {
            Some(at) if fits && whole => at,
            // A surname in no list, with a given name that says so.
            None if rest.chars().count() <= 3
                && next.script == Script::Kanji
                && is_usual_given(given)
                && !is_role(rest)
                && (called || self.heads(start) || self.row_ends(stop)) =>
            {
                0
            }
            _ => return false,
        };
        self.name(start + family, stop, FORM, sink);
        true
    }

    /// A surname that was told stands alone elsewhere: `礼状は泉が担当`.
    fn again(&mut self, sink: &mut Sink) {
        for piece in self.pieces.iter().filter(|piece| piece.script == Script::Kanji) {
            let text = self.text(*piece);
            if self.told.contains(&text) && self.ends(piece.end) && self.bounded(piece.start) {
                sink.push((piece.start, piece.end), Kind::Name, Layer::Model, LED);
            }
        }
    }
}

/// A name in ideographs without the title behind it.
pub(in crate::name) fn untitled(text: &str) -> &str {
    let inner = text.char_indices().skip(1).map(|(at, _)| at);
    let title = inner.into_iter().find(|at| {
        text.get(*at..).is_some_and(|title| TITLES.has(title) || CALLED.contains(&title))
    });
    title.and_then(|at| text.get(..at)).unwrap_or(text)
}

#[cfg(test)]
mod tests;
