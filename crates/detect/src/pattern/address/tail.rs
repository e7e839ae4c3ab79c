//! What houses have besides a street and a number: `bis`, `bus 2`, `3º B`, `2. tv.`, `m. 3`, and the postcode behind.

use std::sync::LazyLock;

use crate::lexicon::Words;

/// Words and short forms for a door, a floor, a stair, a block, a house.
static PARTS: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        "bte bus boîte boite apt apto app appt ap apart et etaj etg sc bl bloc m lok mieszk cj conj conjunto bloco \
    esc escalera planta piso pta ptal puerta portal bajo int interno scala sc lgh d daire kat k no nr nº n° n.º kv кв корп д стр \
    этаж hs huis flat unit floor level top stiege tür wohnung ép em emelet ajtó fszt lh lph lépcsőház",
    )
});
/// What stands behind an ordinal: `2. tv.`, `3º izq`, `5.ª planta`.
static SIDES: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        "tv th mf sal stue kl izq izda dcha dta drt esq dto dir planta piso etg og stock étage etage em emelet puerta andar",
    )
});

/// Where an address that ends at `end` really ends.
pub(super) fn end(text: &str, end: usize) -> usize {
    let mut at = end;
    for _ in 0..5 {
        let Some(rest) = text.get(at..) else { return at };
        match glued(rest).or_else(|| marked(rest)).or_else(|| part(rest)).or_else(|| ordinal(rest))
        {
            Some(length) => at += length,
            None => break,
        }
    }
    let rest = text.get(at..).unwrap_or_default();
    at + postcode(rest).unwrap_or(0)
}

/// Where an address that begins at `start` really begins.
pub(super) fn start(text: &str, start: usize) -> usize {
    let Some(before) = text.get(..start) else { return start };
    let bare = before.trim_end_matches([' ', ',']);
    if before.len() - bare.len() > 2 {
        return start;
    }
    // None that is asked about below is longer than `quater`.
    let mut near = bare.char_indices().rev().take(7);
    let edge = near.clone().find(|(_, c)| c.is_whitespace() || *c == '(');
    let from = match edge {
        Some((at, c)) => at + c.len_utf8(),
        None if near.nth(6).is_none() => 0,
        None => return start,
    };
    let word = bare.get(from..).unwrap_or_default();
    // `18 bis, rue ..`
    if matches!(word, "bis" | "ter" | "quater") {
        let number = bare.get(..from).unwrap_or_default().trim_end();
        let digits = number.bytes().rev().take_while(u8::is_ascii_digit).count();
        return if (1..=4).contains(&digits) { number.len() - digits } else { start };
    }
    // `Level 9, 200 Ada Ave`, `Lot 12 Wattle Road`, `C/ Ercilla, 24`.
    let spaced = before.ends_with(' ');
    if spaced
        && matches!(
            word,
            "Am" | "An"
                | "Im"
                | "Na"
                | "Nad"
                | "Pod"
                | "Zum"
                | "Zur"
                | "Auf"
                | "Str."
                | "C/"
                | "Blk"
                | "Lot"
                | "Bd."
        )
    {
        return from;
    }
    if word == "C/" {
        return from;
    }
    let number = !word.is_empty() && word.len() <= 4 && word.bytes().all(|b| b.is_ascii_digit());
    let unit = bare.get(..from).unwrap_or_default().trim_end();
    let unit_word = unit.rsplit(char::is_whitespace).next().unwrap_or_default();
    if number
        && before.ends_with(", ")
        && matches!(unit_word, "Level" | "Lot" | "Suite" | "Unit" | "Floor" | "Shop")
    {
        return unit.len() - unit_word.len();
    }
    start
}

/// `-hs`, `-II`, `/A`, `/37`, ` bis`, ` III`, ` #08-147`.
fn glued(rest: &str) -> Option<usize> {
    for mark in [
        "-hs", "-I", "-II", "-III", "-IV", "/A", "/B", "/C", "/D", " bis", " ter", " I", " II",
        " III", " IV",
    ] {
        if rest.strip_prefix(mark).is_some_and(ends) {
            return Some(mark.len());
        }
    }
    let number = |rest: &str| rest.bytes().take_while(u8::is_ascii_digit).count();
    if let Some(flat) = rest.strip_prefix('/') {
        let digits = number(flat);
        return ((1..=4).contains(&digits) && flat.get(digits..).is_some_and(ends))
            .then_some(1 + digits);
    }
    let unit = rest.strip_prefix(" #")?;
    let floor = number(unit);
    let door = unit.get(floor..)?.strip_prefix('-').map_or(0, |door| 1 + number(door));
    (floor > 0).then_some(2 + floor + door)
}

/// `, bl. A3`, ` bte 3`, ` nr. 12`, ` No: 48`, ` m. 3`.
fn part(rest: &str) -> Option<usize> {
    let after = rest.trim_start_matches([',', ' ']);
    let gap = rest.len() - after.len();
    if gap == 0 || gap > 2 {
        return None;
    }
    let word =
        after.find(|c: char| !(c.is_alphabetic() || matches!(c, 'º' | '°'))).unwrap_or(after.len());
    let (word, behind) = after.split_at_checked(word)?;
    if !is_one_of(&PARTS, word) {
        return None;
    }
    let value = behind.trim_start_matches(['.', ':', ' ', 'º', '°']);
    let parted = behind.len() - value.len();
    let length = value.find(|c: char| !(c.is_alphanumeric() || c == '/')).unwrap_or(value.len());
    let named = value.get(..length)?;
    let door = named.len() <= 5
        && (named.bytes().any(|b| b.is_ascii_digit())
            || named.len() == 1 && named.bytes().all(|b| b.is_ascii_uppercase()));
    // `no 5% rebate`: a number of a door has its full stop, or a capital.
    let negation = word == "no" && behind.starts_with(' ');
    (door && parted > 0 && !negation).then_some(gap + word.len() + parted + length)
}

/// `, 3º B`, `, 2.º Esq.`, `, 5.ª planta`, `, 2. tv.`, `, st. th.`
fn ordinal(rest: &str) -> Option<usize> {
    let after = rest.strip_prefix(", ").or_else(|| rest.strip_prefix(' '))?;
    let gap = rest.len() - after.len();
    let digits = after.bytes().take_while(u8::is_ascii_digit).count();
    let (marked, behind) =
        if let Some(behind) = after.strip_prefix("st.").or_else(|| after.strip_prefix("kl.")) {
            (3, behind)
        } else if (1..=2).contains(&digits) {
            let behind = after.get(digits..)?;
            let bare = behind.trim_start_matches(['.', 'º', 'ª', '°', 'o', 'a']);
            if behind.len() == bare.len() || behind.len() - bare.len() > 4 {
                return None;
            }
            (digits + behind.len() - bare.len(), bare)
        } else {
            return None;
        };
    let side = behind.trim_start_matches(' ');
    let spaces = behind.len() - side.len();
    let length = side.find(|c: char| !c.is_alphabetic()).unwrap_or(side.len());
    let word = side.get(..length)?;
    let door =
        is_one_of(&SIDES, word) || word.len() == 1 && word.bytes().all(|b| b.is_ascii_uppercase());
    if !door {
        return after
            .get(digits..)
            .is_some_and(|it| it.starts_with(['º', 'ª']))
            .then_some(gap + marked);
    }
    let dot = usize::from(side.get(length..).is_some_and(|it| it.starts_with('.')));
    Some(gap + marked + spaces + length + dot)
}

/// `.º B`, `º izq`: the sign of an ordinal whose number is read already.
fn marked(rest: &str) -> Option<usize> {
    let bare = rest.trim_start_matches(['.', 'º', 'ª']);
    let marks = rest.get(..rest.len() - bare.len())?;
    if !marks.contains(['º', 'ª']) || marks.len() > 4 {
        return None;
    }
    let side = bare.strip_prefix(' ').unwrap_or_default();
    let length = side.find(|c: char| !c.is_alphabetic()).unwrap_or(side.len());
    let word = side.get(..length)?;
    let door =
        is_one_of(&SIDES, word) || word.len() == 1 && word.bytes().all(|b| b.is_ascii_uppercase());
    Some(marks.len() + if door { 1 + length } else { 0 })
}

/// `, 75009`, ` - CEP 01304-001`, `, 00-238`, `, 1016 HP`, `, 903 26`: then a town, or the end.
fn postcode(rest: &str) -> Option<usize> {
    let after = rest.trim_start_matches([',', ' ', '-', '–']);
    let gap = rest.len() - after.len();
    if !rest.starts_with([',', ' ']) || gap > 6 || !rest.get(..gap)?.contains([',', '-', '–']) {
        return None;
    }
    let word = ["CEP ", "C.P. ", "CP ", "CAP ", "PLZ "]
        .into_iter()
        .find(|it| after.starts_with(it))
        .unwrap_or_default();
    let code = after.get(word.len()..)?;
    let bytes = code.as_bytes();
    let length = bytes
        .iter()
        .take(10)
        .take_while(|b| b.is_ascii_digit() || matches!(b, b'-' | b' '))
        .count();
    let digits = code.get(..length)?.trim_end_matches(['-', ' ']);
    let layout: Vec<usize> = digits.split(['-', ' ']).map(str::len).collect();
    let mut end = digits.len();
    let fits = match layout.as_slice() {
        [4] => {
            let letters = code.get(end..)?.strip_prefix(' ')?;
            let two = letters.bytes().take_while(u8::is_ascii_uppercase).count() == 2
                && letters.get(2..).is_some_and(ends);
            end += if two { 3 } else { 0 };
            true
        }
        [5] | [2 | 4 | 5, 3] | [3, 2] => true,
        _ => false,
    };
    let behind = code.get(end..)?;
    let town = behind.strip_prefix(' ').is_some_and(|it| it.starts_with(char::is_uppercase));
    let over = behind.is_empty()
        || behind.starts_with(['\n', ',', ';', '.', ')', '"', '<']) && layout.as_slice() != [4];
    (fits && (town || over)).then_some(gap + word.len() + end)
}

fn is_one_of(words: &Words, word: &str) -> bool {
    words.has(word) || words.has(&word.to_lowercase())
}

/// Whether a word is over here.
fn ends(rest: &str) -> bool {
    !rest.starts_with(|c: char| c.is_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::{end, start};

    #[test]
    fn doors_and_postcodes_belong_to_the_address() {
        for (street, tail, then) in [
            ("Keizersgracht 12", "-hs, 1015 CX", " Amsterdam"),
            ("Avenue Louise 80", " bte 4, 1050", " Bruxelles"),
            ("Meir 3", " bus 12, 2000", " Antwerpen"),
            ("Vestergade 9", ", 3. th., 8000", " Aarhus"),
            ("Calle Luna, 5", ", 2º A, 28004", " Madrid"),
            ("Calle Luna 5, 2", ".º A, 28004", " Madrid"),
            ("Rua do Sol 5, 2", ".º, 1200-001", " Lisboa"),
            ("Rua da Prata 8", ", 1.º Dto.", ", Lisboa"),
            ("ul. Krucza 4", " m. 11, 00-525", " Warszawa"),
            ("Str. Ion Creangă", " nr. 3, bl. B2, ap. 14", ", Iași"),
            ("Gül Sok.", " No: 8 D: 2, 34710", " İstanbul"),
            ("Rua Bela, 44", ", cj. 12 - CEP 20040-001", " Rio"),
            ("Bishan St 11", " #12-34", " then"),
        ] {
            let text = format!("{street}{tail}{then}");
            assert_eq!(end(&text, street.len()), street.len() + tail.len(), "{text}");
        }
    }

    #[test]
    fn what_follows_by_chance_does_not() {
        for text in [
            "Elm Street 5, 12 of them left",
            "Ringweg 4, 2027 wird er",
            "Elm Street 5 in May",
            "Hauptstr. 3, no 5% rebate",
            "Via Roma 2, 5 piani",
        ] {
            let street = text.find(|c: char| c.is_ascii_digit()).unwrap() + 1;
            assert_eq!(end(text, street), street, "{text}");
        }
    }

    #[test]
    fn small_words_before_a_street_belong_to_it() {
        for (text, from, street) in [
            ("wohnt Am Neuen Teich 4", 6, 9),
            ("au 22 bis, rue Haute", 3, 11),
            ("at Level 3, 80 Ann St", 3, 12),
            ("en C/ Olmo, 4", 3, 6),
        ] {
            assert_eq!(start(text, street), from, "{text}");
        }
        assert_eq!(start("paid 9, 80 Ann St", 8), 8);
    }
}
