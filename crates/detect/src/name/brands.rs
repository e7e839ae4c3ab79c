//! Makers and firms named after persons: no person is meant.

use std::{collections::HashMap, hash::BuildHasherDefault, sync::LazyLock};

use boundary::{Kind, Layer};

use crate::{
    lexicon::{ByHash, Entries, Hashed, MAKER},
    resolve::{KNOWN, Sink},
    text::{Doc, Gap, words},
};

const BRANDS: &str = "Christian Dior;Jack Daniel;Louis Vuitton;Calvin Klein;Hugo Boss;Ralph Lauren;Tommy Hilfiger;Michael Kors;\
Johnnie Walker;Jim Beam;Captain Morgan;Samuel Adams;Dr Pepper;Harley Davidson;Mercedes Benz;Rolls Royce;Aston Martin;Alfa Romeo;\
Ernst Young;Morgan Stanley;Wells Fargo;Charles Schwab;Goldman Sachs;Johnson Johnson;Eli Lilly;Estée Lauder;Giorgio Armani;\
Yves Saint Laurent;Jimmy Choo;Kate Spade;Marc Jacobs;Tom Ford;Levi Strauss;John Deere;Papa John;Trader Joe;Ben Jerry;\
Booz Allen Hamilton;Arthur Andersen;Oliver Wyman;Baker McKenzie;Lloyd Bank;Marks Spencer;Kurt Geiger;Thomas Cook;Philip Morris;\
Merrill Lynch;Jones Lang LaSalle;Laura Ashley;Paul Smith;Ted Baker;Vera Wang;Carolina Herrera;Salvatore Ferragamo;Miu Miu;\
Jean Paul Gaultier;Elizabeth Arden;Max Mara;Max Factor;Uncle Ben;Betty Crocker;Duncan Hines;Sara Lee;Dale Carnegie;\
Edward Jones;Raymond James;Robert Half;Robert Bosch;Carl Zeiss;Heinrich Böll;Konrad Adenauer;Martin Luther King;\
Kaplan Meier;Kruskal Wallis;Mann Whitney;Michaelis Menten;Myers Briggs;Sarbanes Oxley;Dodd Frank;Glass Steagall;Gramm Leach Bliley;\
Earl Grey;Lady Grey;Pinot Noir;Pinot Grigio;Pinot Gris;Victoria Sponge;Granny Smith;Bloody Mary";

/// Writes brands as organisations, above single names that the CRM happens to know.
pub(super) fn detect(doc: &Doc<'_>, sink: &mut Sink) {
    let brands = brands();
    for (index, token) in doc.tokens.iter().enumerate() {
        if !token.listed.any(MAKER) || !token.capital() {
            continue;
        }
        for brand in brands.get(token.hash).into_iter().flatten() {
            let part = doc.tokens.get(index..index + brand.len()).unwrap_or_default();
            let same = part.len() == brand.len()
                && part.iter().zip(brand).all(|(t, hash)| t.hash == *hash)
                && part
                    .iter()
                    .skip(1)
                    .all(|t| t.capital() && matches!(t.gap, Gap::Space | Gap::Hyphen | Gap::Other));
            if let (true, Some(last)) = (same, part.last()) {
                sink.push((token.start, last.end), Kind::Org, Layer::Model, KNOWN + 4);
            }
        }
    }
}

pub(super) fn enter_lists(entries: &mut Entries) {
    entries.add(MAKER, brands().hashes());
}

type Brands = HashMap<u64, Vec<Vec<u64>>, BuildHasherDefault<Hashed>>;

/// The words of each brand, by its first word.
fn brands() -> &'static ByHash<Vec<Vec<u64>>> {
    static BY_WORD: LazyLock<ByHash<Vec<Vec<u64>>>> = LazyLock::new(|| {
        let mut brands = Brands::default();
        let mut tokens = Vec::new();
        for brand in BRANDS.split(';') {
            words(brand, &mut tokens);
            let hashes: Vec<u64> = tokens.iter().map(|t| t.hash).collect();
            if let Some(first) = hashes.first() {
                brands.entry(*first).or_default().push(hashes);
            }
        }
        brands.into()
    });
    &BY_WORD
}
