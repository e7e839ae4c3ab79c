//! Ages that birthdays, families and particulars tell: `her 50th`, `seinen 70. Geburtstag`, `wordt volgend jaar 67`,
//! `two kids, 4 and 9`, `widowed, 71`, `fifty-two years old`, `五十岁`.

use std::sync::LazyLock;

use boundary::Kind;

use super::{
    super::number::Run,
    told::{COMPLETES, IS, PERSONS, RELATED, YEARS, ends},
};
use crate::{
    cues,
    lexicon::{Hashes, JOB, KIN, MONTH, NAME, ORG_LABEL, ORG_WORD, ROLE, WORD},
    resolve::{FORM, Sink},
    text::{Doc, Gap, Shape, Token},
};

/// The day on which one has an age.
static BIRTHDAYS: LazyLock<Hashes> = LazyLock::new(|| {
    Hashes::new(
        "birthday birthdays bday geburtstag geburtstags verjaardag årsdag födelsedag födelsedagen fødselsdag fødselsdagen bursdag bursdagen syntymäpäivä syntymäpäivää vuotispäivä cumpleaños aniversário compleanno urodziny urodzin narozeniny narozenin születésnap születésnapja doğum",
    )
});
/// Whose birthday it is.
static WHOSE: LazyLock<Hashes> = LazyLock::new(|| {
    Hashes::new(
        "her his my their mum's dad's ihr ihren ihrem sein seinen seinem mein meinen meinem sus ses son sa su mis seus suas i suoi haar zijn mijn sin sina hennes hans hendes mit mitt jej jego její jeho",
    )
});
/// What one does with a birthday, before whose it is.
static CELEBRATES: LazyLock<Hashes> = LazyLock::new(|| {
    Hashes::new(
        "had has celebrated celebrating celebrates celebrate for after before since feiert feiern feierte fêter fête fêté celebra celebró celebrou comemora comemorou festeggia viert vierde firar firade fejrer feirer slaví a à con com met på mit",
    )
});
/// What one will be of years.
static BECOMES: LazyLock<Hashes> =
    LazyLock::new(|| Hashes::new("wird werde wurde wordt werd blir blev bliver tulee lesz bude"));
/// Between that and how old: a time.
static TIMES: LazyLock<Hashes> = LazyLock::new(|| {
    Hashes::new(
        "year jahr jaar år aar vuonna rok roku rokiem évben soon bald demnächst snart week woche month monat maand månad",
    )
});
/// When one has a birthday.
static LATER: LazyLock<Hashes> = LazyLock::new(|| {
    Hashes::new(
        "in this next last on soon im nächstes nächste am i nästa neste næste ensi tänä en el este à cette cet prochain em neste no na a il prossimo volgende volgend dit op w we v příští tento",
    )
});
/// A little less, or more.
static ABOUT: LazyLock<Hashes> = LazyLock::new(|| {
    Hashes::new(
        "only just barely almost nearly about already over under erst schon fast knapp seulement presque apenas casi solo già ya já quase pas bijna al nog bara snart nästan kun vasta już dopiero prawie už teprve skoro",
    )
});
/// Who is of so many years, beside kin and trades.
static SOMEBODY: LazyLock<Hashes> = LazyLock::new(|| {
    Hashes::new(
        "man woman men women male female gentleman lady person mann männer frau frauen herr dame homme femme monsieur hombre mujer señor señora homem mulher senhor senhora uomo donna signore signora heer vrouw kvinna kvinne kvinde herre muž žena mężczyzna kobieta mies nainen adam kadın férfi nő",
    )
});
/// Particulars that stand before an age in a row of them.
static PARTICULARS: LazyLock<Hashes> = LazyLock::new(|| {
    Hashes::new(
        "widowed widow widower married single divorced separated retired retiree pensioner male female smoker unmarried engaged verwitwet verheiratet ledig geschieden männlich weiblich rentner rentnerin witwe witwer kunde kundin nichtraucher raucher alleinstehend veuf veuve marié mariée divorcé divorcée célibataire retraité retraitée casado casada viudo viuda soltero soltera divorciado divorciada jubilado jubilada viúvo viúva solteiro solteira aposentado aposentada vedovo vedova sposato sposata celibe nubile pensionato pensionata gehuwd getrouwd weduwe weduwnaar gescheiden gepensioneerd gift änka änkling skild pensionär enke pensionist żonaty mężatka wdowa wdowiec emeryt emerytka ženatý vdaná vdova vdovec důchodce evli bekar dul emekli",
    )
});
/// What is not somebody's age, behind the years.
static SERVED: LazyLock<Hashes> = LazyLock::new(|| {
    Hashes::new(
        "experience experiencia expérience esperienza experiência ervaring erfarenhet erfaring erfahrung garantie garantía garanzia garantia guarantee warranty gwarancji doświadczenia záruky zkušeností garanti contract contrato contrat contratto vertrag service servicio",
    )
});
/// Firms have birthdays, too.
static FIRMS: LazyLock<Hashes> = LazyLock::new(|| {
    Hashes::new(
        "company firm business club shop empresa firma firman firmaet firmę unternehmen betrieb verein bedrijf zaak entreprise société maison azienda ditta società loja företaget virksomheden yritys spółka společnost şirket şirketi cég machine building house car boat ship plant warranty",
    )
});

/// Who belongs to a firm or to a thing, beside jobs.
static STAFF: LazyLock<Hashes> = LazyLock::new(|| {
    Hashes::new(
        "owner owners driver director manager boss founder cofounder chair chairman chairwoman president secretary treasurer captain pilot seller buyer cleaner mechanic keeper shopkeeper assistant worker employee partner member guest tenant heir heiress lawyer doctor head lead ceo cfo cto inhaber inhaberin chef chefin leiter leiterin fahrer fahrerin geschäftsführer geschäftsführerin gründer gründerin besitzer besitzerin mitarbeiter mitarbeiterin propriétaire directeur directrice gérant gérante patron patronne fondateur fondatrice chauffeur dueño dueña director directora gerente jefe jefa fundador fundadora conductor conductora titolare proprietario proprietaria direttore direttrice fondatore fondatrice autista dono dona diretor diretora motorista sócio eigenaar directeur oprichter bestuurder ägare ägaren chef chefen grundare förare ejer ejeren eier eieren daglig leder sjåfør chauffør omistaja johtaja perustaja kuljettaja właściciel właścicielka prezes dyrektor kierowca majitel majitelka ředitel ředitelka řidič sahibi müdürü şoförü kurucusu",
    )
});

/// Whether the number of a run, which may be an age, is told to be one.
pub(super) fn told(doc: &Doc<'_>, run: &Run) -> bool {
    let years = run.prefix(3);
    let Some(number) = doc.token(run.index) else { return false };
    let before = |back: usize| run.index.checked_sub(back).and_then(|at| doc.token(at));
    let next = doc.token(run.next).filter(|t| !matches!(t.gap, Gap::Line));
    let is = |it: Option<&Token>, words: &Hashes| it.is_some_and(|t| words.has(t));
    // `seinen 70. Geburtstag`, `50-årsdag`
    if is(next, &BIRTHDAYS)
        && next.is_some_and(|t| matches!(t.gap, Gap::Space | Gap::DotSpace | Gap::Hyphen))
    {
        return true;
    }
    if family(doc, run) {
        return true;
    }
    let one = before(1).filter(|_| number.gap == Gap::Space);
    let (two, three) = (before(2), before(3));
    let somebody = |it: Option<&Token>| {
        it.is_some_and(|t| {
            PERSONS.has(t)
                || SOMEBODY.has(t)
                || RELATED.has(t)
                || t.class.any(KIN.or(ROLE).or(JOB))
                || t.capital() && t.class.any(NAME)
        })
    };
    let unit = is(next.filter(|t| t.gap == Gap::Space), &YEARS);
    let behind = if unit { run.next + 1 } else { run.next };
    let end = if unit { next.map_or(run.end, |t| t.end) } else { run.end };
    let closed = ends(doc, behind, end);
    let later = closed || doc.token(behind).is_some_and(|t| t.gap == Gap::Space && LATER.has(t));
    // `mijn dochter van 7`, `un uomo di 47 anni`
    let of = one.is_some_and(|t| matches!(doc.word(t), "van" | "von" | "de" | "di" | "av" | "of"));
    if of && somebody(two) && (unit || closed || !counts(doc, run.next)) {
        return true;
    }
    if years >= 16 && unit && !served(doc, behind) {
        // `a sus 43 años`, `met haar 83 jaar`
        if is(one, &WHOSE) && is(two, &CELEBRATES)
            // `con 67 años ya no conduce`
            || years >= 40
                && one.is_some_and(|t| matches!(doc.word(t), "con" | "com" | "Con" | "Com"))
                && !doc.token(behind).is_some_and(|t| matches!(doc.word(t), "de" | "di"))
            || is(one, &COMPLETES) && later && !firm(doc, run.index)
        {
            return true;
        }
    }
    if years < 16 || run.len() != 2 {
        return false;
    }
    // `wird nächstes Jahr 65`, `hän täyttää 60 ensi vuonna`
    let timed = one.is_some_and(|t| TIMES.has(t) || t.class.any(MONTH));
    let turned = (2..=4).any(|back| is(before(back), &BECOMES) || is(before(back), &COMPLETES))
        && (2..=6).any(|back| somebody(before(back)));
    timed && turned && closed
        || is(one, &COMPLETES) && later && !firm(doc, run.index)
        || is(one, &ABOUT) && is(two, &IS) && somebody(three) && closed
        // `widowed, 71, two flats`
        || number.gap == Gap::Comma && is(before(1), &PARTICULARS) && closed
}

/// Whether what is counted stands at word `index`: `of 7 pallets`.
fn counts(doc: &Doc<'_>, index: usize) -> bool {
    doc.token(index).is_some_and(|t| t.gap == Gap::Space && t.class.any(WORD))
}

/// Whether years of work, of warranty and the like stand at word `index` or behind a small word.
pub(super) fn served(doc: &Doc<'_>, index: usize) -> bool {
    (index..=index + 1)
        .any(|at| doc.token(at).is_some_and(|t| t.gap == Gap::Space && SERVED.has(t)))
}

/// Whether a firm or a thing is told to be so old, two or three words before `index`.
pub(super) fn firm(doc: &Doc<'_>, index: usize) -> bool {
    let before = |back: usize| index.checked_sub(back).and_then(|at| doc.token(at));
    // `The company director is 54`: the firm says only where somebody works.
    let somebody = |t: &Token| {
        PERSONS.has(t)
            || SOMEBODY.has(t)
            || RELATED.has(t)
            || STAFF.has(t)
            || t.class.any(KIN.or(ROLE).or(JOB))
    };
    let comma = doc.token(index).is_some_and(|number| number.gap == Gap::Comma);
    let last = if comma { 1 } else { 2 };
    !(1..=last).any(|back| before(back).is_some_and(somebody))
        && (2..=3).any(|back| {
            before(back).is_some_and(|t| {
                FIRMS.has(t) || t.class.any(ORG_LABEL.or(ORG_WORD)) && !t.class.any(NAME)
            }) && !belongs(doc, index - back, &somebody)
        })
}

/// `The director of the company`: whether somebody stands before the firm at `index`, to whom it belongs.
fn belongs(doc: &Doc<'_>, index: usize, somebody: &impl Fn(&Token) -> bool) -> bool {
    let before = |back: usize| index.checked_sub(back).and_then(|at| doc.token(at));
    let of = |t: &Token| {
        matches!(
            doc.word(t),
            "of" | "de"
                | "del"
                | "der"
                | "des"
                | "della"
                | "do"
                | "da"
                | "du"
                | "van"
                | "von"
                | "av"
        )
    };
    (1..=2).any(|back| {
        before(back).is_some_and(of)
            // `Inhaber der Firma`, `Leiter von der Firma`
            && (1..=2).any(|more| before(back + more).is_some_and(somebody))
    })
}

/// `two kids, 4 and 9`, `ein Sohn, 14, eine Tochter, 9`, `our youngest is 3`.
fn family(doc: &Doc<'_>, run: &Run) -> bool {
    if run.prefix(3) > 99 || !(ends(doc, run.next, run.end) || ends_kin(doc, run.next)) {
        return false;
    }
    let mut at = run.index;
    for _ in 0..4 {
        let (Some(here), Some(prior)) =
            (doc.token(at), at.checked_sub(1).and_then(|at| doc.token(at)))
        else {
            return false;
        };
        let kin = RELATED.has(prior) && prior.shape != Shape::Upper || prior.class.any(KIN);
        if kin && matches!(here.gap, Gap::Comma | Gap::Space) {
            let oldest = here.gap == Gap::Comma || at != run.index || superlative(doc, prior);
            return oldest;
        }
        let between = prior.shape == Shape::Digits
            || cues::joins(doc.word(prior))
            || matches!(doc.word(prior), "is" | "aged" | "ist");
        if !between || matches!(here.gap, Gap::Line | Gap::DotSpace) {
            return false;
        }
        at -= 1;
    }
    false
}

/// `14, eine Tochter ..` and `4 and 9`: goes on with who comes next.
fn ends_kin(doc: &Doc<'_>, next: usize) -> bool {
    doc.token(next).is_some_and(|t| t.gap == Gap::Space && (RELATED.has(t) || t.class.any(KIN)))
}

fn superlative(doc: &Doc<'_>, token: &Token) -> bool {
    matches!(
        doc.word(token),
        "youngest"
            | "eldest"
            | "oldest"
            | "jüngster"
            | "jüngste"
            | "ältester"
            | "älteste"
            | "jongste"
            | "oudste"
            | "yngsta"
            | "äldsta"
    )
}

/// `her 50th`, `his 40th birthday`: in one word with its ending.
pub(in super::super) fn ordinal(doc: &Doc<'_>, index: usize, sink: &mut Sink) {
    let Some(token) = doc.token(index).filter(|t| t.shape == Shape::Alnum && t.len() <= 5) else {
        return;
    };
    let word = doc.word(token);
    let Some(number) = ["th", "st", "nd", "rd", "e"].iter().find_map(|it| word.strip_suffix(it))
    else {
        return;
    };
    if !number.parse().is_ok_and(|years: u32| (1..=110).contains(&years)) {
        return;
    }
    let next = doc.token(index + 1);
    let birthday = next.is_some_and(|t| t.gap == Gap::Space && BIRTHDAYS.has(t));
    let before = |back: usize| index.checked_sub(back).and_then(|at| doc.token(at));
    let hers = number.len() == 2
        && before(1).is_some_and(|t| WHOSE.has(t))
        && before(2).is_some_and(|t| {
            CELEBRATES.has(t) || matches!(doc.word(t), "just" | "turned" | "of" | "is")
        })
        && next.is_none_or(|t| t.gap != Gap::Space || LATER.has(t) || t.class.any(MONTH));
    if birthday || hers {
        sink.pattern((token.start, token.end), Kind::Age, FORM);
    }
}

/// Numbers in words, before `years old`.
static IN_WORDS: LazyLock<Hashes> = LazyLock::new(|| {
    Hashes::new(
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety",
    )
});

/// `fifty-two years old`, `sixty-year-old`, at the word `old`.
pub(in super::super) fn in_words(doc: &Doc<'_>, index: usize, token: &Token, sink: &mut Sink) {
    if doc.word(token) != "old" || index < 2 {
        return;
    }
    let word = |back: usize| index.checked_sub(back).and_then(|at| doc.token(at));
    let years = word(1).is_some_and(|t| matches!(doc.word(t), "year" | "years"));
    let number = |back: usize| word(back).filter(|t| t.shape != Shape::Digits && IN_WORDS.has(t));
    let Some(last) = number(2).filter(|_| years) else { return };
    let start = number(3).filter(|_| last.gap == Gap::Hyphen || last.gap == Gap::Space);
    // `five and ten years old`: the second alone.
    sink.pattern((start.unwrap_or(last).start, token.end), Kind::Age, FORM);
}

/// `五十岁`: years in the numerals of the script.
pub(in super::super) fn in_numerals(doc: &Doc<'_>, sink: &mut Sink) {
    if doc.text.is_ascii() {
        return;
    }
    let units = ["岁", "歳", "歲"].into_iter();
    for (at, unit) in units.flat_map(|unit| doc.all(unit).map(move |at| (at, unit))) {
        let head = doc.text.get(..at).unwrap_or_default();
        let stem = head.trim_end_matches(|c| "〇一二三四五六七八九十百".contains(c));
        let numerals = head.get(stem.len()..).unwrap_or_default();
        let behind = doc.text.get(at + unit.len()..).unwrap_or_default();
        let bound = ["以上", "以下", "未満", "まで", "から", "以内"];
        if numerals.contains('十') && !bound.iter().any(|it| behind.starts_with(it)) {
            sink.pattern((stem.len(), at), Kind::Age, FORM);
        }
    }
}

#[cfg(test)]
mod tests {
    use boundary::Kind;

    use crate::found;

    #[test]
    fn birthdays_families_and_particulars_tell_ages() {
        for (text, age) in [
            ("She just had her 60th last week.", "60th"),
            ("It's his 40th birthday on Friday", "40th"),
            ("Er feiert am Samstag seinen 70. Geburtstag", "70"),
            ("zum 80. Geburtstag ihrer Mutter", "80"),
            ("er wird nächstes Jahr 65 und geht", "65"),
            ("hij wordt volgend jaar 67", "67"),
            ("hän täyttää 60 ensi vuonna", "60"),
            ("mijn dochter van 7 reist mee", "7"),
            ("ein Mann von 52 Jahren", "52"),
            ("a sus 43 años sigue trabajando", "43"),
            ("met haar 83 jaar nog fit", "83"),
            ("con 67 años ya no conduce", "67"),
            ("faz 45 anos em agosto", "45"),
            ("ma 42 lata i prowadzi firmę", "42"),
            ("je mu 42 let", "42"),
            ("il va avoir 60 ans", "60"),
            ("she's only 19", "19"),
            ("widowed, 71, two flats", "71"),
            ("Kunde, 58, Nichtraucher", "58"),
            ("our youngest is 3", "3"),
            ("the client is fifty-two years old", "fifty-two years old"),
            ("今年五十岁，已退休", "五十"),
            ("The company director is 54 years old", "54"),
            ("the car driver is 54 years old", "54"),
            ("the shop owner is 54 years old", "54"),
            ("our shop manager, 47 years old", "47"),
            ("el director de la empresa tiene 54 años", "54"),
            ("The director of the company is 54 years old", "54"),
            ("de eigenaar van de zaak is 54 jaar", "54"),
        ] {
            assert_eq!(found::of(Kind::Age, text), [age], "{text}");
        }
        assert_eq!(found::of(Kind::Age, "two kids, 4 and 9"), ["4", "9"]);
        // However many in digits stand before it.
        let many = format!("{}五十岁", "3岁 ".repeat(300));
        assert_eq!(found::of(Kind::Age, &many).last(), Some(&"五十"));
        assert_eq!(found::of(Kind::Age, "ein Sohn, 14, eine Tochter, 9"), ["14", "9"]);
    }

    #[test]
    fn years_of_things_are_no_ages() {
        for text in [
            "la empresa cumple 30 años",
            "firman fyller 50 år",
            "its 50th anniversary, and the 40th order this year",
            "zum 80. Mal angerufen",
            "wird nächstes Jahr 65 Prozent teurer",
            "con 40 años de experiencia",
            "un contrat de 3 ans",
            "garanzia di 10 anni",
            "maszyna ma 12 lat gwarancji",
            "The machine is 12 years old",
            "The company is 54 years old",
            "faz 3 anos que compram aqui",
            "two boxes, 4 and 9 kg",
            "it turns 60 times per minute",
            "二十歳以上の方",
        ] {
            assert_eq!(found::of(Kind::Age, text), found::NOTHING, "{text}");
        }
    }
}
