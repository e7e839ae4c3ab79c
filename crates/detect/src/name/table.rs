//! Tables in a text: CSV, tab-separated, Markdown. The first line names the columns.

use std::sync::LazyLock;

use boundary::{Kind, Layer};

use super::{fields::kind_of, things};
use crate::{
    lexicon::Words,
    resolve::{LABELLED, Sink},
    text::Doc,
};

/// Most columns that are read.
const WIDEST: usize = 64;

pub(super) fn detect(doc: &Doc<'_>, sink: &mut Sink) {
    let held = |sign: &char| doc.bytes.may_hold(sign.encode_utf8(&mut [0; 4]));
    let separators: Vec<char> = ['|', '\t', ';', ','].into_iter().filter(held).collect();
    if separators.is_empty() {
        return;
    }
    let mut header: Option<Header> = None;
    for (start, line) in doc.lines() {
        let line = line.trim_end_matches(['\n', '\r']);
        match &header {
            Some(known) if known.fits(line) => known.row(doc, line, start, sink),
            _ => header = Header::read(line, &separators),
        }
    }
}

struct Header {
    separator: char,
    columns: Vec<Option<Kind>>,
    /// Of the first column alone: whether it holds things, beside no person.
    things: bool,
}

impl Header {
    fn read(line: &str, separators: &[char]) -> Option<Self> {
        if line.len() > 2_000 {
            return None;
        }
        let separator = separators.iter().copied().find(|c| line.contains(*c))?;
        let cells = line.split(separator).take(WIDEST);
        // A heading is short words, no sentence.
        let heading = |cell: &str| {
            cell.trim().len() <= 32
                && cell.split_whitespace().count() <= 3
                && !cell.bytes().any(|byte| matches!(byte, b'@' | b'"' | b':' | b'.'))
                || cell.trim().starts_with('"')
        };
        if !cells.clone().all(heading) {
            return None;
        }
        let cells: Vec<&str> = cells.collect();
        let names: Vec<String> = cells.iter().map(|cell| plain(cell)).collect();
        // "first" alone may be anything; beside "last" it is a name.
        let is = |half: &str| names.iter().any(|name| name == half);
        let halves = is("first") && is("last");
        let columns: Vec<Option<Kind>> = names.iter().map(|name| column(name, halves)).collect();
        let known = columns.iter().flatten().count();
        let full = cells.iter().filter(|cell| !cell.trim().is_empty()).count();
        // `Module;Status`
        let things = !columns.contains(&Some(Kind::Name))
            && names.first().is_some_and(|name| things::is_column(name))
            // `Plan, next week` is prose.
            && !(matches!(separator, ',' | ';')
                && cells.iter().skip(1).any(|cell| cell.starts_with(' ')));
        (things || known >= 2 && known * 2 >= full).then_some(Self { separator, columns, things })
    }

    fn fits(&self, line: &str) -> bool {
        !line.trim().is_empty() && line.matches(self.separator).count() + 1 >= self.columns.len()
    }

    fn row(&self, doc: &Doc<'_>, line: &str, start: usize, sink: &mut Sink) {
        let mut at = 0;
        let last = self.columns.len().saturating_sub(1);
        for (i, kind) in self.columns.iter().enumerate() {
            let rest = line.get(at..).unwrap_or_default();
            // A quoted cell may hold the separator; the last cell takes what is left.
            let quoted = rest.trim_start().starts_with('"');
            let length = if i == last {
                rest.len()
            } else if quoted {
                closing(rest)
                    .and_then(|close| rest.get(close..)?.find(self.separator).map(|n| close + n))
                    .unwrap_or(rest.len())
            } else {
                rest.find(self.separator).unwrap_or(rest.len())
            };
            let cell = rest.get(..length).unwrap_or_default();
            let inner = cell.trim_matches([' ', '"', '|', '\t']);
            if self.things && i == 0 && !inner.is_empty() {
                let from = start + at + (inner.as_ptr() as usize - cell.as_ptr() as usize);
                // Whoever is known stays so: a heading alone says nothing against that.
                if things::is_title(doc, from, from + inner.len()) {
                    sink.veto(from, from + inner.len());
                }
            } else if let Some(kind) = kind
                && inner.chars().any(char::is_alphanumeric)
                && !inner.chars().all(|c| matches!(c, '-' | ':'))
            {
                let from = start + at + (inner.as_ptr() as usize - cell.as_ptr() as usize);
                sink.push((from, from + inner.len()), *kind, Layer::Field, LABELLED);
            }
            at += length + self.separator.len_utf8();
        }
    }
}

fn closing(cell: &str) -> Option<usize> {
    let open = cell.find('"')?;
    cell.get(open + 1..)?.find('"').map(|close| open + close + 2)
}

/// What a column holds, by its heading in small letters. `halves`: one is headed "first", and one "last".
fn column(name: &str, halves: bool) -> Option<Kind> {
    match name {
        "first" | "last" if halves => Some(Kind::Name),
        "age" | "alter" | "âge" | "edad" | "età" | "idade" | "leeftijd" | "ålder" | "alder"
        | "wiek" | "věk" | "yaş" | "年齢" | "年龄" | "나이" => Some(Kind::Age),
        "addr" | "strasse" | "straße" => Some(Kind::Address),
        "ort" | "stadt" | "ville" | "ciudad" | "location" => Some(Kind::Location),
        _ if PEOPLE.has(name) => Some(Kind::Name),
        _ if FIRMS.has(name) => Some(Kind::Org),
        _ => kind_of(name),
    }
}

/// Headings of columns that hold people, in two dozen languages.
static PEOPLE: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        "name contact contacts customer person people attendee attendees employee client lead owner rep patient guest guests traveller traveler passenger donor member student teacher speaker participant participants candidate applicant tenant policyholder insured beneficiary agent manager salesrep seller buyer driver doctor assignee requester reporter author subscriber visitor kunde kundin kunden mitarbeiter mitarbeiterin teilnehmer gast reisender spender mitglied betreuer bearbeiter patientin klant medewerker deelnemer reiziger donateur lid kund medarbetare deltagare resenär givare medlem kunder medarbejder asiakas henkilö työntekijä cliente clienti clientes voyageur passager adhérent salarié employé empleado participante viajero pasajero donante socio dipendente partecipante viaggiatore donatore funcionário colaborador viajante passageiro doador sócio klient klientka pracownik uczestnik pasażer darczyńca zákazník zaměstnanec účastník dárce müşteri musteri çalışan calisan katılımcı yolcu bağışçı üye ügyfél alkalmazott resztvevő angajat participanți klijent zaposlenik πελάτης клиент сотрудник участник клієнт お客様 顧客 顧客名 社員 参加者 旅客 客户 員工 员工 乘客 学生 고객 직원 참가자",
    )
});

/// The same of firms.
static FIRMS: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        "account accounts org vendor vendors supplier suppliers partner lieferant lieferanten leverancier leverantör leverandør toimittaja fournisseur proveedor fornitore fornecedor dostawca dodavatel tedarikçi beszállító furnizor",
    )
});

/// A heading in small letters, letters and digits alone.
fn plain(cell: &str) -> String {
    cell.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use boundary::{Detector as _, Kind};

    use crate::{Detectors, found};

    #[test]
    fn a_heading_says_what_its_column_holds() {
        for (text, kind, value) in [
            ("first;last;phone\nBrook;Day;33 64 72 384", Kind::Name, "Day"),
            ("viajero,edad,país\nIris Prado,44,Chile", Kind::Age, "44"),
            ("musteri;sehir;telefon\nDeniz Kaya;Ordu;0532 661 20 47", Kind::Name, "Deniz Kaya"),
            ("leverantör\tort\nNorrbo Trä\tEksjö", Kind::Org, "Norrbo Trä"),
        ] {
            let found = Detectors::standard(&[]).detect(text).unwrap();
            let at = text.rfind(value).unwrap();
            let hit = found
                .iter()
                .any(|it| it.kind == kind && it.start == at && it.end == at + value.len());
            assert!(hit, "{text}: {found:?}");
        }
        for text in [
            "first,second,third\nMay,Rose,Grant",
            "stage;first;count\nNew;Rose;4",
            "Module,Status\nFelix,green\nClara,red",
        ] {
            assert_eq!(found::all(text), [], "{text}");
        }
    }

    #[test]
    fn people_in_columns_of_things_and_in_prose_stay() {
        for text in [
            "Item,Status\nCall Anna Brandt back,open",
            "Item,Status\nAnna Brandt,open",
            "Plan, next week\nAnna Brandt, Jonas Weil and I meet",
            "Report;Status\nSpoke with Anna Brandt about it;open",
        ] {
            let names = found::of(Kind::Name, text);
            assert!(names.contains(&"Anna Brandt"), "{text}: {names:?}");
        }
    }
}
