//! Ages as they are told in many languages: `är 77 år`, `she's 81 now`, `76歳`, `43enne`, `mid-fifties`, `one child (6)`.

use std::sync::LazyLock;

use boundary::Kind;

use super::{super::number::Run, birthday};
use crate::{
    lexicon::{DECADES, Hashes, KIN, NAME},
    resolve::{FORM, Sink},
    text::{Doc, Gap, Shape, Token},
};

/// Years, behind a number.
pub(super) static YEARS: LazyLock<Hashes> = LazyLock::new(|| {
    Hashes::new(
        "jahre jahren ans años anos anni jaar år lat lata let roky roků vuosia vuotta éves ani ετών χρονών лет года років years yrs ára godina godine tahun tuổi",
    )
});
/// Of so many years, behind a number and perhaps a hyphen: says enough by itself.
static OLD: LazyLock<Hashes> = LazyLock::new(|| {
    Hashes::new(
        "yaşında yaşındaki yaşındayım yaşındayız yaşındasın yaşındadır yaşındaydı yaşlarında yaşına yaşını vuotias vuotiaan vuotiaat åring åringen åringar årig årige åriga jähriger jährige jähriges jährigen jährigem jarige jarig letni letnia letniego letniej letý letá letého leté ročný ročná enne enni latek latka latki éves ετών лет річний летний летняя yearold something",
    )
});
/// Who or what is so old stands before: forms of being, having and completing.
pub(super) static IS: LazyLock<Hashes> = LazyLock::new(|| {
    Hashes::new(
        "is am are was s m re be ist bin bist sind war werde wird wurde är er var on olen oli jest jestem ma mam miał miała má mám měl měla je jsem som byl byla ai a avait aura est tiene tengo tenía tem tenho tinha ha ho aveva ben heeft wordt werd blir blev blevet bliver vagyok volt are sunt am era имеет avoir tener ter mu jí ji",
    )
});
/// What people complete when they have a birthday.
pub(super) static COMPLETES: LazyLock<Hashes> = LazyLock::new(|| {
    Hashes::new(
        "turned turns turning turn fyller fyllde fyllt fylder fyldte fylt fylte täyttää täytti cumple cumplió cumplo cumplí cumplirá compie compiuto compirà compio completa completou completo fez faz fazer fará fête fêté fêtera skończył skończyła kończy skończę slaví oslaví oslavil oslavila doldurdu bastı betöltötte împlinește",
    )
});
/// Whom a form of being belongs to.
pub(super) static PERSONS: LazyLock<Hashes> = LazyLock::new(|| {
    Hashes::new(
        "he she i they we mum mom dad mother father wife husband son daughter brother sister uncle aunt grandma grandpa grandmother grandfather client customer patient insured policyholder claimant applicant tenant resident er sie ich mutter vater oma opa kunde kundin hij zij ze ik moeder vader hon han jag mamma pappa kunden hun hän elle il je ella él yo cliente lui lei io ela ele eu mãe pai ona ja já madre padre mère père klient klientka matka ojciec annem babam müşteri",
    )
});
/// Words that go on behind an age.
static GOES_ON: LazyLock<Hashes> = LazyLock::new(|| {
    Hashes::new(
        "and but so now today who which with or this next old und aber jetzt heute alt och men nu idag gammal gamla og gammel ja mutta nyt vanha y pero ahora hoy e mas agora hoje et mais maintenant en maar oud ma adesso oggi a i ale teraz dziś nyní dnes ve ama artık şimdi",
    )
});
/// Labels of forms.
static LABELS: LazyLock<Hashes> = LazyLock::new(|| {
    Hashes::new(
        "age alter âge edad età idade leeftijd ålder alder wiek věk vek yaş yaşı ikä kor életkor vârsta vârstă ηλικία возраст вік umur tuổi",
    )
});
/// Children and others whose age stands in brackets.
pub(super) static RELATED: LazyLock<Hashes> = LazyLock::new(|| {
    Hashes::new(
        "child children kid kids boy girl baby toddler son daughter teen youngest eldest oldest jüngster jüngste ältester älteste jongste oudste yngsta äldsta infant adult twins kind kinder sohn tochter junge mädchen kleinkind barn son dotter pojke flicka datter sønn søn enfant enfants fils fille garçon bébé hijo hija niño niña niños hijos filho filha filhos criança crianças menino menina figlio figlia figli bambino bambina bambini zoon dochter kinderen jongen meisje dziecko dzieci syn córka dítě děti syna dcera çocuk çocuğu oğlu oğlum kızı kızım lapsi poika tytär wife husband mother father mum mom dad",
    )
});
/// Before the decade of a life.
static ABOUT: LazyLock<Hashes> =
    LazyLock::new(|| Hashes::new("mid early late his her their my mitte anfang ende"));

/// Whether the number of a run, which may be an age, is told to be one.
pub(super) fn is_age(doc: &Doc<'_>, run: &Run) -> bool {
    let years = run.prefix(3);
    let rest = doc.text.get(run.end..).unwrap_or_default();
    if written(rest) || labelled(doc, run) || related(doc, run) || birthday::told(doc, run) {
        return true;
    }
    let (Some(number), next) = (doc.token(run.index), doc.token(run.next)) else { return false };
    let before = |back: usize| run.index.checked_sub(back).and_then(|at| doc.token(at));
    let one = before(1).filter(|_| number.gap == Gap::Space);
    let two =
        before(2).filter(|_| one.is_some_and(|t| matches!(t.gap, Gap::Space | Gap::Apostrophe)));
    let is = |it: Option<&Token>, words: &Hashes| it.is_some_and(|t| words.has(t));
    let unit = next.filter(|t| matches!(t.gap, Gap::Space | Gap::Hyphen));
    if is(unit, &OLD) {
        return true;
    }
    if is(next.filter(|t| t.gap == Gap::Space), &YEARS) {
        let behind =
            next.is_some_and(|t| ends(doc, run.next + 1, t.end)) && !birthday::firm(doc, run.index);
        // `Ada Quist, 29 Jahre`, in a row of particulars: what is no name before lasts so long.
        let particular = |t: &Token| t.class.any(NAME) && t.capital() || t.shape == Shape::Digits;
        let listed = (16..=110).contains(&years)
            && (number.gap == Gap::Line
                || number.gap == Gap::Comma && before(1).is_some_and(particular));
        return behind && (is(one, &IS) || is(one, &COMPLETES) || listed);
    }
    if run.len() != 2 || years < 18 || !ends(doc, run.next, run.end) {
        return false;
    }
    // `faz anos, 50`: the years are said before.
    let said = number.gap == Gap::Comma && is(before(1), &YEARS) && is(before(2), &COMPLETES);
    let somebody = is(two, &PERSONS) || two.is_some_and(|t| t.capital() && t.class.any(NAME));
    let round = years.is_multiple_of(10)
        && one.is_some_and(|t| matches!(doc.word(t), "Mitte" | "Anfang" | "Ende"));
    let firm = birthday::firm(doc, run.index);
    said || round || is(one, &COMPLETES) && !firm || is(one, &IS) && somebody
}

/// Whether a sentence or a part of it ends at byte `end`, before word `next`, or goes on with a word that joins.
pub(super) fn ends(doc: &Doc<'_>, next: usize, end: usize) -> bool {
    let rest = doc.text.get(end..).unwrap_or_default();
    let closed = match rest.as_bytes() {
        [b'.' | b',', c, ..] => !c.is_ascii_digit(),
        [] | [b'.' | b','] | [b'\n' | b'\r' | b'!' | b'?' | b';' | b')', ..] => true,
        _ => false,
    };
    closed || doc.token(next).is_some_and(|t| t.gap == Gap::Space && GOES_ON.has(t))
}

/// `76歳`, `31岁`, `45세`: but no bound of a tariff, `65歳以上`.
fn written(rest: &str) -> bool {
    const UNITS: [&str; 6] = ["歳", "才", "岁", "歲", "세", "살"];
    const OTHERS: [&str; 12] =
        ["以上", "以下", "未満", "未满", "まで", "から", "能", "트", "대", "금", "以内", " 이상"];
    let unit = UNITS.iter().find_map(|unit| rest.strip_prefix(unit));
    unit.is_some_and(|behind| !OTHERS.iter().any(|it| behind.starts_with(it)))
}

/// `Ålder: 44`, `年齢:31`.
fn labelled(doc: &Doc<'_>, run: &Run) -> bool {
    const WRITTEN: [&str; 6] = ["年齢", "年龄", "年齡", "나이", "연령", "満"];
    let before = doc.text.get(..run.start).unwrap_or_default();
    let label = before.trim_end_matches([' ', ':', '：']);
    let colon = doc.token(run.index).is_some_and(|t| t.gap == Gap::Colon);
    let word = run.index.checked_sub(1).and_then(|at| doc.token(at));
    colon && word.is_some_and(|t| LABELS.has(t))
        || label.len() < before.len() && WRITTEN.iter().any(|it| label.ends_with(it))
}

/// `one child (6)`, `kids (4, 7)`, `Tochter (12)`.
fn related(doc: &Doc<'_>, run: &Run) -> bool {
    let (Some(number), Some(kin)) =
        (doc.token(run.index), run.index.checked_sub(1).and_then(|at| doc.token(at)))
    else {
        return false;
    };
    let rest = doc.text.get(run.groups.last().map_or(run.end, |it| it.end)..).unwrap_or_default();
    matches!(doc.span(kin.end, number.start), " (" | "(")
        && run.prefix(3) <= 110
        && (RELATED.has(kin) || kin.class.any(KIN))
        && rest.starts_with([')', ',', ' '])
}

/// `43enne`, `in her 40s`, `71yo`: a number and what makes it an age in one word.
pub(in super::super) fn glued(doc: &Doc<'_>, index: usize, sink: &mut Sink) {
    let Some(token) = doc.token(index).filter(|t| t.shape == Shape::Alnum && t.len() <= 16) else {
        return;
    };
    let word = doc.word(token);
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    let Some((number, ending)) = word.split_at_checked(digits) else { return };
    if !number.parse().is_ok_and(|years: u32| (1..=110).contains(&years)) {
        return;
    }
    let old = matches!(
        ending,
        "enne"
            | "enni"
            | "yo"
            | "yr"
            | "jähriger"
            | "jährige"
            | "jährigen"
            | "åring"
            | "årig"
            | "jarige"
            | "letni"
            | "letnia"
            | "letý"
            | "letá"
    ) && (ending != "yr"
        || digits == 2
            && doc.token(index + 1).is_some_and(|t| matches!(doc.word(t), "old" | "olds")));
    let before = index.checked_sub(1).and_then(|at| doc.token(at));
    let decade = ending == "s"
        && number.ends_with('0')
        && !of_a_century(doc, index)
        && before.is_some_and(|t| ABOUT.has(t));
    if old || decade {
        let from = before.filter(|t| decade && about(doc, t)).map_or(token.start, |t| t.start);
        sink.pattern((from, token.end), Kind::Age, FORM);
    }
}

/// `mid-fifties`, `in her sixties`, `Mitte vierzig`, at a word that may tell an age.
pub(in super::super) fn decade(doc: &Doc<'_>, index: usize, token: &Token, sink: &mut Sink) {
    static OF_LIFE: LazyLock<Hashes> = LazyLock::new(|| Hashes::new(DECADES));
    let before = index.checked_sub(1).and_then(|at| doc.token(at));
    if !matches!(token.gap, Gap::Space | Gap::Hyphen) || !OF_LIFE.has(token) {
        return;
    }
    let Some(before) = before.filter(|t| ABOUT.has(t) && !of_a_century(doc, index)) else { return };
    let from = if about(doc, before) { before.start } else { token.start };
    sink.pattern((from, token.end), Kind::Age, FORM);
}

/// `the late 90s`: of a century, and nobody's.
fn of_a_century(doc: &Doc<'_>, index: usize) -> bool {
    index.checked_sub(2).and_then(|at| doc.token(at)).is_some_and(|t| doc.word(t) == "the")
}

/// Whether a word is part of what tells the decade: `mid`, not `her`.
fn about(doc: &Doc<'_>, token: &Token) -> bool {
    matches!(
        doc.word(token).to_ascii_lowercase().as_str(),
        "mid" | "early" | "late" | "mitte" | "anfang" | "ende"
    )
}

#[cfg(test)]
mod tests {
    use boundary::Kind;

    use crate::found;

    #[test]
    fn ages_are_told_in_many_ways() {
        for (text, age) in [
            ("She's 83 now and lives alone.", "83"),
            ("I'm 47 so the premium rises", "47"),
            ("Hon är 84 år, och bor ensam", "84"),
            ("Han er 59 år og selvstendig", "59"),
            ("Ik ben 40 jaar.", "40"),
            ("Tenho 63 anos e moro só", "63"),
            ("Ho 51 anni.", "51"),
            ("72 yaşındayım, emekliyim", "72"),
            ("ele faz anos, 60!", "60"),
            ("Konto 2239 0481, 82 Jahre.", "82"),
            ("氏名は別途。年齢:31", "31"),
            ("ご本人(76歳)が入院", "76"),
            ("客户今年31岁", "31"),
            ("올해 45세입니다", "45"),
            ("una 43enne di qui", "43enne"),
            ("two adults, one child (6)", "6"),
            ("unsere Tochter (12) reist mit", "12"),
            ("she is in her mid-fifties", "mid-fifties"),
            ("a widow in her 60s", "60s"),
            ("Er ist Mitte 40, ledig", "40"),
            ("Hon fyller 50 och bjuder in", "50"),
            ("Ålder: 44", "44"),
        ] {
            assert_eq!(found::of(Kind::Age, text), [age], "{text}");
        }
    }

    #[test]
    fn other_numbers_are_no_ages() {
        for text in [
            "I'm 20 minutes late",
            "The price is 81.50 now",
            "Das Gerät lief 20 Jahre lang",
            "10 anos de experiência",
            "65歳以上は割引、3才能",
            "Ende 20 Stück geliefert",
            "Kapitel (6) und Bild (12)",
            "The room is 43 and the gate is 12.",
            "the late 90s model, version 40s",
            "Garantie 24 Monate, 36 Raten",
        ] {
            assert_eq!(found::of(Kind::Age, text), found::NOTHING, "{text}");
        }
    }
}
