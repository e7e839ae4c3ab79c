//! Names as accounts write them: `@anders.lindholm`, `zoltan_benedek`, `b.szymanska`, `r. dasgupta`.

use boundary::{Kind, Layer};

use crate::{
    cues,
    lexicon::{ABROAD, FUNCTION, GIVEN, NAME, SMALL, SURNAME, WORD},
    resolve::{GUESS, Sink},
    text::{Doc, Gap, Shape, Token},
};

pub(super) fn detect(doc: &Doc<'_>, sink: &mut Sink) {
    for (index, pair) in doc.tokens.windows(2).enumerate() {
        let [first, last] = pair else { return };
        let small = |t: &Token| matches!(t.shape, Shape::Lower | Shape::Title);
        if !matches!(last.gap, Gap::Dot | Gap::Underscore | Gap::DotSpace)
            || last.shape != Shape::Lower
            || !(small(first) || first.shape == Shape::Initial)
            || last.class.any(WORD.or(FUNCTION).or(SMALL).or(ABROAD))
            || last.len() < 4
        {
            continue;
        }
        // Of an address, of code, of a file: not alone.
        let mentioned = cues::mentioned(doc, first);
        let inside =
            matches!(first.gap, Gap::Dot | Gap::Underscore | Gap::At | Gap::Slash | Gap::Hyphen);
        let goes_on = matches!(doc.byte(last.end), b'@' | b'_' | b'(' | b'/' | b'=' | b'-' | b'\\')
            || doc.byte(last.end) == b'.' && doc.byte(last.end + 1).is_ascii_alphanumeric();
        let led = matches!(doc.byte_before(first.start), b'/' | b'\\' | b'=' | b'$' | b'#');
        let alone = (mentioned || !inside) && !goes_on && !led;
        let initial = first.len() == 1 && doc.byte(first.end) == b'.';
        let known = last.class.any(SURNAME);
        let fits = match last.gap {
            // `- r. dasgupta: questionnaire`: an initial that opens what it stands in.
            Gap::DotSpace => {
                initial
                    && first.shape == Shape::Lower
                    && known
                    && (first.opens || cues::person(doc, index, index + 2) > 0 || lists(doc, first))
            }
            _ if initial => known && first.shape == Shape::Lower,
            _ => {
                first.shape == Shape::Lower
                    && first.class.any(GIVEN)
                    && !first.class.any(FUNCTION)
                    && (!first.class.any(WORD) || known)
                    && (known || mentioned || last.class.any(NAME))
                    || mentioned && known && !first.class.any(WORD.or(FUNCTION))
            }
        };
        if alone && fits {
            sink.push((first.start, last.end), Kind::Name, Layer::Model, GUESS + 12);
        }
    }
}

/// Whether a bullet stands before a word.
fn lists(doc: &Doc<'_>, first: &Token) -> bool {
    let line = doc.text.get(..first.start).unwrap_or_default();
    let head = line.trim_end_matches(['-', '*', '•', ' ']);
    head.len() < line.len() && (head.is_empty() || head.ends_with('\n'))
}
