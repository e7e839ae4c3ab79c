//! Texts masked as they come, beside the same texts masked whole.

use boundary::{
    Conversation, Detector, Kind, Label, MaskStream, PersonId, Piece, Raw, Rights, Shown, Viewer,
};

use crate::counting::{Found, found_family, score};
use crate::labelled::Item;
use crate::report::{report, share};
use crate::{Anyhow, out};

/// How well a text is masked letter by letter, and how much of it waits.
pub(crate) fn stream(items: &[Item], detector: &dyn Detector) -> Anyhow<()> {
    let items: Vec<&Item> = items.iter().collect();
    let whole = score(&items, &mut |item| {
        let masked = conversation().mask_spans(&raw(&item.text), detector, true)?;
        let covered = masked.1.into_iter().filter(|it| it.kind != Kind::Text);
        Ok(covered.map(|it| (it.start, it.end, found_family(it.kind))).collect())
    })?;
    let mut waiting = Vec::new();
    let pieces = score(&items, &mut |item| {
        let (mut conversation, mut stream) = (conversation(), MaskStream::new(true));
        let mut masked = String::new();
        for piece in item.text.split_inclusive(|_| true) {
            masked += stream.push(&mut conversation, &raw(piece), detector)?.as_str();
            waiting.push(stream.held());
        }
        masked += stream.finish(&mut conversation, detector)?.as_str();
        let (person, rights) = (person(), Rights::none());
        let shown = conversation.show(&masked, &Viewer { person: &person, rights: &rights });
        if shown.text() != item.text {
            return Err("a text did not come back as it was".into());
        }
        Ok(covered(&shown))
    })?;
    report("masked whole, and letter by letter", &[("whole", whole), ("as it comes", pieces)]);
    waiting.sort_unstable();
    let at = |part: usize| waiting.get(waiting.len() * part / 100).copied().unwrap_or_default();
    let nothing = waiting.iter().filter(|held| **held == 0).count();
    out(&format!(
        "\nbytes held back after each letter: median {}, 99 of 100 within {}, most {}; none after {:.3}",
        at(50),
        at(99),
        waiting.last().copied().unwrap_or_default(),
        share(nothing, waiting.len()),
    ));
    Ok(())
}

/// Where the restored values stand in the text that came back.
fn covered(shown: &Shown) -> Found {
    let (mut found, mut at) = (Found::new(), 0);
    for piece in shown.pieces() {
        match piece {
            Piece::Plain(text) => at += text.len(),
            Piece::Restored { kind, value, .. } => {
                if *kind != Kind::Text {
                    found.push((at, at + value.len(), found_family(*kind)));
                }
                at += value.len();
            }
        }
    }
    found
}

fn person() -> PersonId {
    PersonId::new("score", "reader")
}

fn conversation() -> Conversation {
    Conversation::new("one".to_owned(), person())
}

fn raw(text: &str) -> Raw<String> {
    Raw::new(text.to_owned(), Label::lowest())
}
