//! What a recogniser's word changes. The recogniser here says what the test tells it; the real one is tested with its own crate.

use std::sync::Arc;

use boundary::{Detector as _, DetectorFailure, Kind, Layer, Level};
use detect::{Detectors, Opinion, Reading, Recogniser};

/// These words are parts of names, no others.
#[derive(Debug)]
struct Says(&'static [&'static str]);

impl Recogniser for Says {
    fn read(&self, text: &str) -> Result<Arc<Reading>, DetectorFailure> {
        let mut words = Vec::new();
        let mut from = 0;
        for word in text.split(' ') {
            let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
            let start = from + word.find(bare).unwrap_or(0);
            let name = if self.0.contains(&bare) { 250 } else { 0 };
            words.push(Opinion {
                start,
                end: start + bare.len(),
                name,
                org: 0,
                place: 0,
                address: 0,
            });
            from += word.len() + 1;
        }
        Ok(Arc::new(Reading { words }))
    }

    fn has_read(&self, text: &str) -> bool {
        text.contains("again")
    }
}

/// Fails like one that ran out of time.
#[derive(Debug)]
struct Late;

impl Recogniser for Late {
    fn read(&self, _: &str) -> Result<Arc<Reading>, DetectorFailure> {
        Err(DetectorFailure { detector: "recogniser", reason: "late" })
    }

    fn has_read(&self, _: &str) -> bool {
        false
    }
}

fn names(text: &str, says: &'static [&'static str]) -> Vec<String> {
    let detectors = Detectors::standard(&[]).with_recogniser(Arc::new(Says(says)));
    let Ok(found) = detectors.detect(text) else { return vec!["a failure".to_owned()] };
    let names = found.iter().filter(|it| it.kind == Kind::Name && it.layer == Layer::Model);
    names.map(|it| text[it.start..it.end].to_owned()).collect()
}

#[test]
fn a_name_that_nothing_else_shows_is_taken_at_its_word() {
    let text = "the parcel that qorvane tulsk placed is late";
    assert_eq!(names(text, &[]), Vec::<String>::new());
    assert_eq!(names(text, &["qorvane", "tulsk"]), ["qorvane tulsk"]);
}

#[test]
fn writing_and_surroundings_overrule_it() {
    for (text, says) in [
        ("Set WhoId on the task", &["WhoId"][..]),
        ("she said it was fine", &["said"]),
        ("Order 48213 is late", &["48213"]),
        ("see zq_4 for details", &["zq_4"]),
    ] {
        let says: &'static [&'static str] = says;
        assert_eq!(names(text, says), Vec::<String>::new(), "{text}");
    }
}

/// A greeting calls parents and colleagues as well as people by name; a title does not.
#[test]
fn who_is_greeted_and_in_no_list_needs_its_word() {
    for (text, says, found) in [
        ("Liebe Zorvanen, wir fahren in den Zoo.", &[][..], &[][..]),
        ("Liebe Zorvanen, wir fahren in den Zoo.", &["Zorvanen"], &["Zorvanen"]),
        ("Liebe Annegret, wir fahren in den Zoo.", &[], &["Annegret"]),
        ("Dear Mr Zorvanen, the order is late.", &[], &["Zorvanen"]),
    ] {
        let says: &'static [&'static str] = says;
        assert_eq!(names(text, says), found, "{text} {says:?}");
    }
}

#[test]
fn a_menu_of_drinks_named_like_people_is_nobodys() {
    let text = "Drinks: Collins, Bellini, Garibaldi.";
    assert_eq!(names(text, &[]), Vec::<String>::new());
    let found = names(text, &["Collins"]);
    assert!(found.contains(&"Collins".to_owned()), "{found:?}");
}

#[test]
fn a_recogniser_that_fails_fails_the_text() {
    let detectors = Detectors::standard(&[]).with_recogniser(Arc::new(Late));
    assert!(detectors.detect("Anything").is_err());
    // Where its layer is not asked for, it is not asked.
    assert!(detectors.only(&[Layer::Pattern]).detect("anything").is_ok());
}

/// It was taught Latin letters: what it does not know it must not take back.
#[test]
fn names_in_other_scripts_stand_without_its_word() {
    let bare = Detectors::standard(&[]);
    let with = bare.clone().with_recogniser(Arc::new(Says(&[])));
    for text in ["请联系王晓梅，谢谢。", "担当は佐藤です。", "今天和李娜通了电话"]
    {
        assert_eq!(with.detect(text), bare.detect(text), "{text}");
    }
}

/// One that fails when asked shows when it is.
#[test]
fn it_is_not_asked_about_what_is_settled_without_it() {
    let mut known = detect::KnownValues::new([3; 16], 8);
    let person = detect::Known::Person { first: "Odalys", last: "Quevedo" };
    known.upsert("003000000000001AAA", &[person]).unwrap();
    let known = Arc::new(std::sync::RwLock::new(known));
    let detectors = Detectors::standard(&[]).with_known(known).with_recogniser(Arc::new(Late));
    for settled in [
        "",
        "2026-11-22",
        "0065e00000ABCDEAAZ",
        "4,500.00",
        "Odalys Quevedo",
        "a.b@c.example",
        "was it paid",
    ] {
        assert!(detectors.detect(settled).is_ok(), "{settled}");
    }
    for open in ["Odalys Quevedo and Tulsk", "ask qorvane about it", "was it paid by Tulsk"] {
        assert!(detectors.detect(open).is_err(), "{open}");
    }
}

#[test]
fn only_what_it_has_not_read_takes_long() {
    let detectors = Detectors::standard(&[]).with_recogniser(Arc::new(Says(&[])));
    assert!(detectors.takes_long("some text that nobody has read"));
    assert!(!detectors.takes_long("some text that is read again"));
    assert!(!detectors.takes_long("short"));
    assert!(
        !detectors.clone().only(&[Layer::Pattern]).takes_long("some text that nobody has read")
    );
    assert!(!Detectors::standard(&[]).takes_long("some text that nobody has read"));
}

#[test]
fn without_one_texts_count_as_more() {
    let bare = Detectors::standard(&[]).unread_as(Level::Confidential);
    assert_eq!(bare.unread(), Some(Level::Confidential));
    assert_eq!(bare.with_recogniser(Arc::new(Late)).unread(), None);
    assert_eq!(Detectors::standard(&[]).unread(), None);
}

#[test]
fn a_guess_of_words_that_no_list_has_needs_a_hint_of_the_recogniser() {
    // A colon, a comma and two capitals: a heading in another language, or a person.
    for text in ["Körning: Blåbärig Ventilök, klart.", "Zkratky: Mlžnáč Trubkovič, hotovo."]
    {
        assert_eq!(names(text, &[]), Vec::<String>::new(), "{text}");
    }
    for (text, says, name) in [
        ("Körning: Blåbärig Ventilök, klart.", &["Ventilök"][..], "Blåbärig Ventilök"),
        ("Beste Mlžnáč Trubkovič, tot morgen.", &[][..], "Mlžnáč Trubkovič"),
    ] {
        assert_eq!(names(text, says).join(" "), name, "{text}");
    }
}

#[test]
fn a_word_that_says_what_follows_its_colon_is_nobody() {
    for text in ["Miasto: brak", "przy tym Şehir: yok"] {
        assert_eq!(names(text, &["Miasto", "Şehir"]), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn a_town_by_a_list_stays_one() {
    for (text, says) in [
        ("She works at Quandry, Abidjan office", &["Abidjan"][..]),
        ("Grafana looks normal since 6", &["Grafana"]),
    ] {
        assert_eq!(names(text, says), Vec::<&str>::new(), "{text}");
    }
}
