//! Addresses whose form says all: plots, Russian and Turkish streets, lines behind a label.

use std::sync::LazyLock;

use boundary::Kind;
use regex::Regex;

use crate::{
    resolve::{FORM, Sink},
    text::Doc,
};

/// A form, and of what one stands in each line that has it: most texts hold nothing of the kind and are not searched.
struct Form {
    signs: &'static [&'static str],
    regex: LazyLock<Regex>,
}

macro_rules! form {
    ($signs:expr, $pattern:expr) => {
        Form { signs: $signs, regex: LazyLock::new(|| regex($pattern)) }
    };
}

#[expect(clippy::expect_used, reason = "the patterns are constants and a test compiles them")]
pub(super) fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("constant pattern")
}

/// None begins inside a word, which is seen to apart: a search for the edges of words in all scripts is a slow one. So
/// is one that counts letters of all scripts: behind the first, all of the alphabets' part of Unicode passes for one.
static FORMS: [Form; 10] = [
    // India, East and West Africa: a plot and what it lies on.
    form!(
        &["Plot ", "plot "],
        concat!(
            r"[Pp]lot (?:[Nn]o\.? ?)?\d{1,5}[A-Za-z]?(?:, ?(?:[Ss]ector|[Bb]lock|[Pp]hase|[Rr]oad [Nn]o\.?) ?\d{1,4}[A-Za-z]?)?",
            r"(?:, ?(?:[A-Z][A-Za-z.]{1,20} ?){1,3} (?:Road|Street|Avenue|Close|Lane|Marg|Nagar|Way))?",
        )
    ),
    form!(
        &[
            ". Road", ". Street", ". Marg", ". Nagar", ". Avenue", ".Road", ".Street", ".Marg",
            ".Nagar", ".Avenue"
        ],
        r"\d{1,4}, ?(?:[A-Z]\. ?){1,3}(?:Road|Street|Marg|Nagar|Avenue)(?-u:\b)"
    ),
    // Russia and its neighbours, in Latin letters.
    form!(
        &["Ul.", "ul."],
        r"[Uu]l\. ?\p{Lu}[A-Za-z\u{c0}-\u{1fff}-]{1,30}(?: \p{Lu}[A-Za-z\u{c0}-\u{1fff}-]{1,30})?,? (?:d\. ?|dom )?\d{1,4}\p{L}?(?:,? ?(?:kv\. ?|korp\. ?|str\. ?)\d{1,4})*"
    ),
    // Turkey.
    form!(
        &[
            "Sokak",
            "Sokağı",
            "Sok.",
            "Sk.",
            "Caddesi",
            "Cad.",
            "Cd.",
            "Mahallesi",
            "Mah.",
            "Bulvarı",
            "Blv.",
        ],
        concat!(
            // `Gül Sok.`, `1453. Sk.`
            r"(?:(?:\p{Lu}[A-Za-z.\u{c0}-\u{1fff}]{1,20} ){1,3}|\d{1,4}\.? ?)(?:Sokak|Sokağı|Sok\.|Sk\.|Caddesi|Cad\.|Cd\.|Mahallesi|Mah\.|Bulvarı|Blv\.)",
            r"(?:,? ?(?:[A-ZÇĞİÖŞÜ][a-zçğıöşü]+ ){0,2}(?:Apt\.?|Apartmanı|Blok|Sitesi|Sit\.|Sok\.|Sokak|Sk\.|Cad\.|Caddesi)",
            r"|,? ?(?:No|NO|Daire|Kat|D|K)[:. ]{1,2}\d{1,4}[A-Z]?(?:/\d{1,4}[A-Z]?)?)*",
        )
    ),
    // Colombia: a numbered street, the one that crosses it, and how far behind it.
    form!(
        &["#", "N°", "Nº", "n°", "nº", "No"],
        concat!(
            r"(?:Calle|Carrera|Cra\.?|Cll\.?|Cl\.?|Kra\.?|Cr\.?|Avenida|Av\.?|(?:Avenida|Av\.?) [Cc](?:alle|arrera)|Diagonal|Diag\.?|Dg\.?|Transversal|Transv\.?|Tv\.?|Autopista|Circular) ",
            r"\d{1,3} ?[A-Z]{0,2}(?: ?(?:[Bb]is|[Ss]ur|[Nn]orte|[Ee]ste|[Oo]este))?,? ?(?:#|[Nn][°º]|No\.?) ?\d{1,5} ?[A-Z]{0,2}(?-u:\b)",
            r"(?: ?[-–] ?\d{1,4}[A-Z]?(?-u:\b))?(?: (?:Sur|Norte|Este|Oeste))?(?:,? (?:Apto\.?|Apartamento|Torre|Piso|Oficina|Of\.|Local|Casa|Interior|Int\.) ?\d{1,4}[A-Z]?)*",
        )
    ),
    // Korea, whose words are parted: `서울특별시 강남구 테헤란로 152 (역삼동)`.
    form!(
        &["시 ", "도 ", "군 ", "구 "],
        concat!(
            r"[가-힣]{1,8}(?:특별자치도|특별자치시|특별시|광역시|도|시|군|구)(?: [가-힣0-9]{1,10}(?:시|군|구|읍|면|동|리)){0,4}",
            r" [가-힣0-9]{1,10}(?:대로|로|길|거리|가|동|리) ?(?:지하)? ?[0-9]{1,4}(?:-[0-9]{1,4})?(?:번지|번길 ?[0-9]{1,4})?",
            r"(?: ?\([가-힣0-9, ]{1,24}\))?(?:,? ?[0-9]{1,4}(?:동|호|층))*",
        )
    ),
    // Indonesia and Malaysia.
    form!(
        &["Jl", "Jalan", "Gang", "Gg", "Lorong", "Jln"],
        concat!(
            r"(?:Jl[n]?\.?|Jalan|Gang|Gg\.?|Lorong) ?\p{Lu}[A-Za-z.'\u{c0}-\u{1fff}-]{1,24}(?: \p{Lu}[A-Za-z.'\u{c0}-\u{1fff}-]{0,24}){0,4},? ?(?:[Nn]o\.? ?|[Nn]omor )\d{1,4}[A-Z]?",
            r"(?:,? ?RT\.? ?\d{1,3} ?/? ?RW\.? ?\d{1,3})?",
        )
    ),
    // India: the number of a house, door, survey, with hyphens and strokes.
    form!(
        &["No"],
        concat!(
            r"(?:(?:[HDSFRP]|Sy|Hse)\.? ?|House |Door |Flat |Villa |Survey |Khasra |Quarter |Bungalow |Bldg |Building )No(?:\.:?|:)? ?#?",
            r"[A-Z]?-?[0-9]{1,5}[A-Z]?(?:[-/][0-9]{1,5}[A-Z]?){0,4}(?:[-/][A-Z]{1,2}(?-u:\b))?",
        )
    ),
    // `B-12, Sector 62`, `A/4, Phase II`.
    form!(
        &["Sector", "Phase", "Pocket", "Block", "Sec."],
        concat!(
            r"[A-Z]{1,2}[-/ ]?[0-9]{1,4}[A-Z]?(?:/[0-9]{1,4}[A-Z]?)?,? ?(?:(?:[Gg]round|[Ff]irst|[0-9]{1,2}(?:st|nd|rd|th)) [Ff]loor, ?)?",
            r"(?:Sector|Sec\.|Block|Pocket|Phase)[- ](?:[A-Z]?-?[0-9]{1,3}[A-Z]?|[IVX]{1,4}|[A-Z])(?-u:\b)",
        )
    ),
    // `Survey`-less plots: `S.No 12/3, Baner Road`; and streets by number: `4th Cross, 12th Main`.
    form!(
        &[" Cross", " Main"],
        concat!(
            r"(?:#?[0-9]{1,4}(?:/[0-9]{1,4})?[A-Z]?, ?)?[0-9]{1,2}(?:st|nd|rd|th) (?:[A-Z] )?(?:Cross|Main)(?: Road)?",
            r"(?:, ?[0-9]{1,2}(?:st|nd|rd|th) (?:[A-Z] )?(?:Cross|Main|Block|Stage|Phase)(?: Road)?){1,3}",
        )
    ),
];

/// The signs of all forms, which are searched for together.
pub(in crate::pattern) fn signs() -> impl Iterator<Item = &'static str> {
    FORMS.iter().flat_map(|form| form.signs).copied()
}

/// Japan, short: a part of the town and three numbers. Its postcode, and China's before a place.
static IDEOGRAPHS: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"[\u{3400}-\u{9fff}ヶ]{1,8}\d{1,2}[-－]\d{1,3}[-－]\d{1,3}(?-u:\b)(?:[-－]\d{3,4}(?-u:\b))?",
        r"|〒?\d{3}-\d{4} [\u{3400}-\u{9fff}]{1,8}[都道府県市区町村]",
        r"|[1-8]\d{5} ?[\u{3400}-\u{9fff}]{2,8}",
    ))
});

/// Forms of which one of these signs stands in the text, where it stands.
pub(super) fn detect(doc: &Doc<'_>, held: &[(usize, &str)], sink: &mut Sink) {
    // What the reader of words makes of it goes further, where it makes something of it.
    for form in &FORMS {
        let mut read = 0;
        for (at, _) in held.iter().filter(|(_, sign)| form.signs.contains(sign)) {
            // Each is in one line.
            let Some((from, line)) = (*at >= read).then(|| doc.line(*at)).flatten() else {
                continue;
            };
            read = from + line.len();
            search(doc, &form.regex, (from, line), |_| true, sink);
        }
    }
    if doc.ideographs {
        // Ideographs stand together without spaces: only a number has to begin where one can.
        // Each has a number and is in one line: what else stands around it need not be searched.
        for (from, line) in doc.lines() {
            if !line.is_ascii() && line.contains(char::is_numeric) {
                search(doc, &IDEOGRAPHS, (from, line), char::is_numeric, sink);
            }
        }
    }
    labels(doc, sink);
}

/// What `regex` finds in a part of the text and where that begins, but not inside a word where what is found begins
/// with one of `apart`.
fn search(
    doc: &Doc<'_>,
    regex: &Regex,
    (start, part): (usize, &str),
    apart: impl Fn(char) -> bool,
    sink: &mut Sink,
) {
    let mut from = 0;
    while let Some(found) = regex.find_at(part, from) {
        from = found.end();
        let at = start + found.start();
        let first = doc.char_at(at);
        if first.is_some_and(&apart)
            && doc.char_before(at).is_some_and(|c| c.is_alphanumeric() || c == '_')
        {
            // Nor does one begin at the next letter of that word.
            let rest = part.get(found.start()..).unwrap_or_default();
            let inside = |c: char| apart(c) && (c.is_alphanumeric() || c == '_');
            let word = rest.find(|c| !inside(c)).unwrap_or(rest.len());
            from = found.start() + word.max(first.map_or(1, char::len_utf8));
            continue;
        }
        let range =
            (super::tail::start(doc.text, at), super::tail::end(doc.text, at + found.len()));
        sink.pattern(range, Kind::Address, FORM - 1);
    }
}

const LABELS: [&str; 19] = [
    "address",
    "adresse",
    "anschrift",
    "direccion",
    "dirección",
    "indirizzo",
    "adres",
    "endereço",
    "morada",
    "adress",
    "osoite",
    "domicilio",
    "ship to",
    "deliver to",
    "lives at",
    "residing at",
    "wohnhaft in",
    "住所",
    "地址",
];

/// What stands behind `Address:` and its like, to the end of the line.
fn labels(doc: &Doc<'_>, sink: &mut Sink) {
    let mut done = 0;
    for (at, colon) in doc.places(':', '：') {
        let Some(before) = doc.text.get(..at).filter(|_| at >= done) else { continue };
        let before = before.strip_suffix(char::is_whitespace).unwrap_or(before);
        if !is_label(before) {
            continue;
        }
        let Some(rest) = doc.text.get(at + colon..) else { continue };
        let line = rest.strip_prefix(char::is_whitespace).unwrap_or(rest);
        let skipped = rest.len() - line.len();
        let stop = |(count, c): (usize, char)| {
            count >= 90 || matches!(c, '\n' | ';' | '|' | '{' | '}' | '<' | '>')
        };
        let ends = line.char_indices().enumerate().find(|(n, (_, c))| stop((*n, *c)));
        let line = line.get(..ends.map_or(line.len(), |(_, (end, _))| end)).unwrap_or_default();
        if line.chars().nth(3).is_some() {
            let start = at + colon + skipped;
            done = start + line.len();
            labelled(start, line, sink);
        }
    }
}

/// Whether a text ends with a label, in whatever case, that does not begin inside another word.
fn is_label(text: &str) -> bool {
    let small = |c: char| c.to_lowercase().next().unwrap_or(c);
    let Some(last) = text.chars().next_back().map(small) else { return false };
    // Most end otherwise: one byte tells.
    let last = last.encode_utf8(&mut [0; 4]).bytes().next_back();
    LABELS.iter().filter(|label| label.bytes().next_back() == last).any(|label| {
        let mut ends = text.chars().rev();
        let same = label.chars().rev().all(|c| ends.next().map(small) == Some(c));
        same && (!label.is_ascii() || !ends.next().is_some_and(|c| c.is_alphanumeric() || c == '_'))
    })
}

/// Up to the number and what belongs to it: words that begin with a capital or a digit.
fn labelled(start: usize, line: &str, sink: &mut Sink) {
    let mut end = 0;
    let mut words = 0;
    let mut numbers = 0;
    for word in line.split_inclusive(' ') {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        let number = bare.starts_with(|c: char| c.is_numeric());
        let small = bare.chars().next().is_some_and(char::is_lowercase);
        // `rue de la Paix`: small words stand inside, no more than two together.
        if small && bare.chars().count() > 5 || bare.contains('@') || words > 10 {
            break;
        }
        let from = line.len().min(end + word.len());
        words += 1;
        numbers += usize::from(number);
        end = from;
        if word.trim_end().ends_with(['.', '"', '\u{3002}']) && bare.chars().count() > 3 {
            break;
        }
    }
    let text = line.get(..end).unwrap_or_default();
    // What trails in small letters is the sentence that goes on.
    let mut kept = text.trim_end();
    while let Some((before, last)) = kept.rsplit_once(' ') {
        if last.starts_with(|c: char| c.is_lowercase()) && !last.contains(|c: char| c.is_numeric())
        {
            kept = before.trim_end();
        } else {
            break;
        }
    }
    let kept = kept.trim_end_matches([',', '.', '"', '\'', ')']);
    if numbers > 0 && words > 1 && kept.contains(|c: char| c.is_alphabetic()) {
        sink.pattern((start, start + kept.len()), Kind::Address, FORM - 1);
    }
}

#[cfg(test)]
mod tests {
    use boundary::{Detector as _, Kind};

    use crate::{Detectors, found, pattern::signs, resolve::Sink, text::Doc};

    #[test]
    fn forms_of_many_countries() {
        for (text, address) in [
            ("send it to Plot No. 79, Sector 1, Nashik.", "Plot No. 79, Sector 1"),
            ("goes to Plot 33, Ngong Road, 101312 Ibadan", "Plot 33, Ngong Road"),
            ("samples to Ada, 22, M.G. Road, Coimbatore", "22, M.G. Road"),
            ("he lives ul. Lenina, d. 71, kv. 3 now", "ul. Lenina, d. 71, kv. 3"),
            ("bei Gül Sokak No 91 D. 6, Eskişehir", "Gül Sokak No 91 D. 6"),
            ("Adresse: Husova 84, 779 00 Olomouc", "Husova 84"),
            ("visita en Carrera 11B # 94-23 Sur, Bogotá", "Carrera 11B # 94-23 Sur"),
            ("vive en Calle 12 N° 803, Neiva", "Calle 12 N° 803"),
            (
                "배송지: 부산광역시 해운대구 달맞이길 117 (중동), 302호",
                "부산광역시 해운대구 달맞이길 117 (중동), 302호",
            ),
            ("정문은 경기도 성남시 분당구 불정로 6 입니다", "경기도 성남시 분당구 불정로 6"),
            ("kirim ke Jl. Merpati Putih No. 7, Bandung", "Jl. Merpati Putih No. 7"),
            ("goes to Gang Kamboja No. 0, 40115", "Gang Kamboja No. 0"),
            ("entregar en Circuito Sur Lagos 31 Interior 4", "Circuito Sur Lagos 31"),
        ] {
            let found = Detectors::standard(&[]).detect(text).unwrap();
            let at = text.find(address).unwrap();
            let covered = (at..at + address.len()).all(|i| {
                !text.is_char_boundary(i)
                    || !text[i..].starts_with(char::is_alphanumeric)
                    || found
                        .iter()
                        .any(|f| f.kind == Kind::Address && (f.start..f.end).contains(&i))
            });
            assert!(covered, "{text}: {found:?}");
        }
    }

    #[test]
    fn numbers_before_ideographs_begin_where_a_word_can() {
        for (text, found) in [
            ("〒150-0001 東京都渋谷区", true),
            ("宛先150-0001 東京都渋谷区", false),
            ("9150-0001 東京都", false),
            ("100080 北京海淀", true),
            ("AB100080 北京海淀", false),
            ("銀座4-5-6", true),
        ] {
            let mut sink = Sink::default();
            super::detect(&Doc::new(text), &[], &mut sink);
            assert_eq!(!sink.candidates.is_empty(), found, "{text}");
        }
    }

    #[test]
    fn a_form_begins_where_a_word_does_in_whatever_line() {
        for (text, begins) in [
            ("Gül Sokak 3", &[0][..]),
            ("no number\nGül Sokak 3\nmore", &[10]),
            ("_ABCGül Sokak 3", &[]),
            ("7ABC.Gül Sokak 3, Ada Sokak 4", &[5, 19]),
            ("Gül\nSokak 3", &[]),
        ] {
            let mut sink = Sink::default();
            super::detect(&Doc::new(text), &signs::find(text).addresses, &mut sink);
            let found: Vec<_> = sink.candidates.iter().map(|it| it.start).collect();
            assert_eq!(found, begins, "{text}");
        }
    }

    /// Whatever way of writing a form allows, a sign of its own stands in it.
    #[test]
    fn every_way_of_writing_holds_a_sign() {
        for text in [
            "plot no 7B, Sector 4",
            "22,M.G.Road",
            "ul.Lenina 4",
            "1453.Sokak No:5",
            "1453 Sk.",
            "Yeni Mah.",
            "Calle 12 nº 803",
            "Cra 7 No 8-20",
            "Calle 9 #4",
            "성남시 불정로 6",
            "Gg Melati No 3",
            "Jln. Melati nomor 3",
            "Flat No-302",
            "H.No#4",
            "HNo12-3/4",
            "House No.: 7",
            "B-12,Phase 2",
            "B-12Sector 5",
            "A/4 Sec. 9",
            "C 5,2nd Floor,Block-B",
            "4th A Cross, 2nd Block",
            "12th Main Road, 3rd Stage",
        ] {
            let mut sink = Sink::default();
            super::detect(&Doc::new(text), &signs::find(text).addresses, &mut sink);
            let found = sink.candidates.first().map(|it| (it.start, it.end));
            assert_eq!(found, Some((0, text.len())), "{text}");
        }
    }

    #[test]
    fn a_label_alone_is_no_address() {
        for text in [
            "Address the issue in 3 weeks.",
            "address book export finished",
            "Please address 4 of these points before Friday",
        ] {
            assert_eq!(found::of(Kind::Address, text), found::NOTHING, "{text}");
        }
    }
}
