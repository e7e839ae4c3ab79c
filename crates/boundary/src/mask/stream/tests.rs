use proptest::prelude::*;

use super::MaskStream;
use crate::mask::tests::{First, arbitrary_text, conversation, show};
use crate::testing::{AtSigns, plain, real, typed};
use crate::{Conversation, Detector, Kind, MaskError};

/// Masks these pieces one after the other; gives what came out after each, what was held then, and the rest.
fn stream(
    it: &mut Conversation,
    pieces: &[&str],
    detector: &dyn Detector,
) -> (Vec<(String, usize)>, String) {
    let mut stream = MaskStream::new(true);
    let mut given = Vec::new();
    for piece in pieces {
        let masked = stream.push(it, &typed(piece), detector).unwrap();
        given.push((masked.as_str().to_owned(), stream.held()));
    }
    let rest = stream.finish(it, detector).unwrap().as_str().to_owned();
    (given, rest)
}

fn whole(given: &(Vec<(String, usize)>, String)) -> String {
    given.0.iter().map(|(out, _)| out.as_str()).chain([given.1.as_str()]).collect()
}

#[test]
fn what_cannot_change_any_more_comes_at_once() {
    let finds = First(vec![("Adanna Obiakor", Kind::Name), ("Adanna\nObiakor", Kind::Name)]);
    let told = |pieces: &[&str]| {
        let mut it = conversation();
        let (given, rest) = stream(&mut it, pieces, &finds);
        let given: Vec<String> = given.iter().map(|(out, _)| plain(out)).collect();
        (given, plain(&rest))
    };
    let said = |given: &[&str], rest: &str| {
        (given.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>(), rest.to_owned())
    };
    let cases = [
        (
            vec!["Met Adanna Obiakor", " today.\n", "She"],
            said(&["", "Met {NAME_1} today.\n", ""], "She"),
        ),
        // The next line may go on with what the last words began.
        (
            vec!["We heard at noon from the firm of Adanna\n", "Obiakor today.\n"],
            said(&["We heard at noon ", "from the firm of {NAME_1} today.\n"], ""),
        ),
        // A value that reaches into them is held whole.
        (vec!["a b c Adanna Obiakor d e f\n", "\n"], said(&["a b c ", "{NAME_1} d e f\n\n"], "")),
        (vec!["Dear Dr.\n", "Adanna Obiakor.\n"], said(&["", "Dear Dr.\n{NAME_1}.\n"], "")),
        (vec!["\n", " \n", "no end"], said(&["\n", " \n", ""], "no end")),
        (
            vec!["Adanna Obiakor!\n", "and obiakor.\n"],
            said(&["{NAME_1}!\n", "and {NAME_1}.\n"], ""),
        ),
        (
            vec!["> (It was Adanna Obiakor.)\n", "> and so\n", ">\n", "on"],
            said(&["> (It was {NAME_1}.)\n", "", "> and so\n>\n", ""], "on"),
        ),
        (vec!["at the Hauptstr.\n", "12.\n"], said(&["", "at the Hauptstr.\n12.\n"], "")),
        // What looks like a token is text, also when it comes in two lines.
        (
            vec!["It is {NAME_1}.\n", "{NAME\n", "_1}.\n"],
            said(&["It is {!NAME_1}.\n", "", "{NAME\n_1}.\n"], ""),
        ),
    ];
    for (pieces, want) in cases {
        assert_eq!(told(&pieces), want, "{pieces:?}");
    }
}

#[test]
fn nothing_is_held_for_ever() {
    let texts = [
        "x".repeat(100_000),
        "{".repeat(50_000),
        "word ".repeat(20_000),
        "a@b".repeat(30_000),
        "a@b.example\n".repeat(5_000),
        "{NAME_".repeat(10_000),
        "\n".repeat(50_000),
        "\u{3000}語".repeat(10_000),
    ];
    for text in texts {
        let mut it = conversation();
        let pieces: Vec<&str> = text.split_inclusive(|c: char| !c.is_ascii() || c == 'b').collect();
        let given = stream(&mut it, &pieces, &AtSigns);
        let most = given.0.iter().map(|(_, held)| *held).max();
        assert!(most <= Some(MaskStream::MOST_HELD), "{most:?} of {:?}", text.get(..8));
        assert_eq!(show(&it, &whole(&given)), text);
    }
}

#[test]
fn a_long_value_is_covered_wherever_the_stream_was_looked_at() {
    for before in (3_600..4_100).step_by(7) {
        let text =
            format!("[{}\"ana.roy@x.example\"{}]", "\"k\",".repeat(before / 4), "1,".repeat(3_000));
        let mut it = conversation();
        let masked = whole(&stream(&mut it, &[&text], &AtSigns));
        assert!(!masked.contains("ana.roy") && !masked.contains("x.example"), "{before}");
        assert_eq!(show(&it, &masked), text);
    }
}

#[test]
fn a_failure_comes_after_what_was_masked_and_nothing_comes_after_it() {
    struct Until(&'static str);
    impl Detector for Until {
        fn detect(&self, text: &str) -> Result<Vec<crate::Finding>, crate::DetectorFailure> {
            if text.contains(self.0) {
                return Err(crate::DetectorFailure { detector: "until", reason: "it is over" });
            }
            Ok(Vec::new())
        }
    }
    let (mut it, mut stream) = (conversation(), MaskStream::new(true));
    let first =
        stream.push(&mut it, &typed("First.\nTwo over.\nThree.\n"), &Until("over")).unwrap();
    assert_eq!(first.as_str(), "First.\n");
    for _ in 0..2 {
        let next = stream.push(&mut it, &typed("Four.\n"), &Until("over"));
        assert!(matches!(next, Err(MaskError::Detector(_))), "{next:?}");
    }
    assert!(stream.finish(&mut it, &Until("over")).is_err());
}

/// The token of `ana@x.example`, told earlier, in forms that a model may bend it to.
fn known() -> (Conversation, Vec<String>) {
    let mut it = conversation();
    it.hear_person(&typed("ana@x.example"), &AtSigns).unwrap();
    let bare = real(it.table(), "{EMAIL_1}").trim_matches(['{', '}']).to_owned();
    let (kind, number) = bare.split_once('_').unwrap();
    let forms = [
        format!("{{{bare}}}"),
        format!("{{{kind} {number}}}"),
        format!("{{{kind}_ {number} }}"),
        format!("{{email address {number}}}"),
        format!("%7B{bare}%7D"),
        format!("{{!{bare}}}"),
        "{!NAME_5kd}".to_owned(),
    ];
    (it, forms.to_vec())
}

#[test]
fn what_is_written_like_a_token_is_never_cut() {
    for form in 0..known().1.len() {
        let text = |before: String, after: &str| {
            let (mut it, forms) = known();
            let text = format!("{before}{}{after}", forms[form]);
            let masked = whole(&stream(&mut it, &[&text], &AtSigns));
            assert_eq!(show(&it, &masked), text, "{masked}");
        };
        for words in 0..8 {
            text("hello there ".to_owned(), &format!("{}\nand more\n", " w".repeat(words)));
        }
        for before in (3_700..3_800).chain(3_960..4_004) {
            text("x".repeat(before), &format!("{}\n", "y".repeat(600)));
        }
    }
}

/// Covers the second cells below a heading `id,name`, and keys up to their end.
struct Rows;

impl Detector for Rows {
    fn detect(&self, text: &str) -> Result<Vec<crate::Finding>, crate::DetectorFailure> {
        let (mut found, mut at, mut heading) = (Vec::new(), 0, false);
        let layer = crate::Layer::Field;
        for line in text.split_inclusive('\n') {
            if let Some((id, name)) = line.trim_end().split_once(',') {
                let start = at + id.len() + 1;
                if heading {
                    let end = start + name.len();
                    found.push(crate::Finding { start, end, kind: Kind::Name, layer });
                }
                heading |= line.starts_with("id,name");
            }
            at += line.len();
        }
        if let Some(start) = text.find("-----BEGIN") {
            let end = text.find("END-----").map_or(text.len(), |at| at + "END-----".len());
            found.retain(|it| it.end <= start || it.start >= end);
            found.push(crate::Finding { start, end, kind: Kind::Secret, layer });
            found.sort_by_key(|it| it.start);
        }
        Ok(found)
    }
}

#[test]
fn what_the_first_lines_of_a_table_or_a_key_say_holds_to_its_end() {
    // None is another again.
    let rows = (0..200).fold(String::new(), |rows, row| rows + &format!("{row},quaxo{row}\n"));
    let body = |between: &str| format!("Kxw0{}{between}", "a".repeat(60)).repeat(300);
    let key = |between| format!("-----BEGIN KEY-----\n{}END----- that was it\n", body(between));
    let texts = [
        format!("Here they are, as asked:\nid,name\n{rows}"),
        format!("The list.\n\nid,name\n{rows}\nThanks.\n"),
        format!("id,name\n{}", rows.replace(',', " a b c d e f,")),
        key("\n"),
        key("\n\n"),
        key(";\n"),
        key("\n...\n"),
        key("\\n"),
        format!("-----BEGIN KEY-----\n{}", body("\n")),
    ];
    for text in texts {
        let mut it = conversation();
        let masked = whole(&stream(&mut it, &[&text], &Rows));
        assert!(!masked.contains("quaxo") && !masked.contains("Kxw0"), "{masked}");
        assert!(!text.ends_with("it\n") || masked.ends_with(" that was it\n"), "{masked}");
        assert_eq!(show(&it, &masked), text);
    }
}

fn bent() -> impl Strategy<Value = String> {
    let (before, after) = ("x{0,5}", prop::sample::select(&["", " w w", "y", " "][..]));
    let form = prop::sample::select(known().1);
    (before, form, after).prop_map(|(before, form, after)| before + &form + after)
}

proptest! {
    /// A document in one piece, and in any others: the same comes out, and all of it comes back.
    #[test]
    fn every_cutting_gives_the_same_and_comes_back(
        parts in prop::collection::vec((prop_oneof![3 => arbitrary_text(), 1 => bent()], prop::sample::select(&[" ", "\n", ".\n", "! ", "\r\n", "\n\n", ""][..])), 0..60),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..40),
    ) {
        let text: String = parts.iter().flat_map(|(text, end)| [text.as_str(), end]).collect();
        let mut cuts: Vec<usize> = cuts.iter().map(|at| text.floor_char_boundary(at.index(text.len() + 1))).collect();
        cuts.extend([0, text.len()]);
        cuts.sort_unstable();
        let pieces: Vec<&str> = cuts.windows(2).map(|pair| text.get(pair[0]..pair[1]).unwrap()).collect();
        let single: Vec<&str> = text.split_inclusive(|_| true).collect();
        let (mut it, _) = known();
        let once = whole(&stream(&mut it, &[&text], &AtSigns));
        prop_assert_eq!(show(&it, &once), text.as_str());
        for pieces in [pieces, single] {
            let (mut other, _) = known();
            let given = stream(&mut other, &pieces, &AtSigns);
            prop_assert!(given.0.iter().all(|(_, held)| *held <= MaskStream::MOST_HELD));
            prop_assert_eq!(whole(&given), once.as_str());
        }
    }

    /// No address comes out, wherever lines and sentences end.
    #[test]
    fn no_value_comes_out(
        parts in prop::collection::vec(("[a-z ]{0,40}", "[a-z]{3,9}@[a-z]{3,9}\\.example", prop::sample::select(&[" ", "\n", ".\n", ". ", ", "][..])), 1..40),
    ) {
        let text: String = parts.iter().flat_map(|(text, value, end)| [text.as_str(), " ", value, end]).collect();
        let mut it = conversation();
        let masked = whole(&stream(&mut it, &[&text], &AtSigns));
        for (_, value, _) in &parts {
            prop_assert!(!masked.contains(value.as_str()), "{} in {}", value, masked);
        }
        prop_assert_eq!(show(&it, &masked), text);
    }
}
