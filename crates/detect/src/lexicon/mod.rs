//! What is known about single words: one table, read once, looked up once per word.

mod abroad;
mod listed;
mod people;
mod small;
mod things;
mod words;

use std::{collections::HashMap, hash::BuildHasherDefault, sync::LazyLock};

use crate::text::hash_word;

pub(crate) use abroad::DECADES;
pub(crate) use listed::{
    Entries, FIRM_FORM, GERMAN, LEADS_STREET, Listed, MAKER, MEANS, NICKNAME, OPENS, PEOPLE,
    SPELLED_AT, TITLE, TONGUE, listed,
};
pub(crate) use words::{ByHash, Hashes, Sieve, Signs, Words};

/// A set of things a word can be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Class(u64);

impl Class {
    /// Both sets together.
    pub(crate) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The set without the others.
    pub(crate) const fn without(self, others: Self) -> Self {
        Self(self.0 & !others.0)
    }

    /// Whether the sets share a member.
    pub(crate) const fn any(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether there is nothing beside these.
    pub(crate) const fn is_only(self, others: Self) -> bool {
        self.0 & !others.0 == 0
    }
}

macro_rules! classes {
    ($($(#[$doc:meta])* $name:ident = $bit:literal;)*) => {
        $($(#[$doc])* pub(crate) const $name: Class = Class(1 << $bit);)*
    };
}

classes! {
    /// An everyday English word.
    WORD = 0;
    /// A given name.
    GIVEN = 1;
    /// A surname.
    SURNAME = 2;
    /// `Mr`, `Dr`, `Frau`, `señora`.
    HONORIFIC = 3;
    /// A month.
    MONTH = 4;
    /// A weekday, `today`, `Q3`.
    DAY = 5;
    /// `Dear`, `hi`, `Hallo`.
    GREETING = 6;
    /// A word after which a person is likely: `tell`, `met`, `with`.
    BEFORE_PERSON = 7;
    /// A word that persons go before: `said`, `wants`, `approved`.
    AFTER_PERSON = 8;
    /// `Street`, `Rue`, `ul`.
    STREET = 9;
    /// `Suite`, `Apt`, `Flat`.
    UNIT = 10;
    /// `Ltd`, `GmbH`, `S.A.` and its kin.
    LEGAL = 11;
    /// Words of organisation names: `Bank`, `Group`, `University`.
    ORG_WORD = 12;
    /// A country.
    COUNTRY = 13;
    /// A nationality or people.
    NATIONALITY = 14;
    /// A state, province or its two letters.
    STATE = 15;
    /// A currency.
    CURRENCY = 16;
    /// `card`, `visa`.
    CARD_CUE = 17;
    /// `phone`, `call`, `mobile`.
    PHONE_CUE = 18;
    /// `SSN`, `tax`, `national`.
    ID_CUE = 19;
    /// `account`, `routing`.
    ACCOUNT_CUE = 20;
    /// `case`, `order`, `invoice`: what follows is a reference, not a person's number.
    REFERENCE = 21;
    /// `born`, `DOB`.
    BIRTH_CUE = 22;
    /// `passport`, `licence`.
    DOCUMENT_CUE = 23;
    /// `version`, `release`.
    VERSION_CUE = 24;
    /// Small words inside surnames: `van`, `de`, `bin`.
    PARTICLE = 25;
    /// Product and CRM nouns that make a capitalised phrase a thing: `Cloud`, `Dashboard`.
    PRODUCT = 26;
    /// Products, makers and CRM terms by their own name.
    BRAND = 27;
    /// `Regards`, `Cheers`, `Grüße`.
    SIGN_OFF = 28;
    /// Function words, in several languages.
    FUNCTION = 29;
    /// A job.
    JOB = 30;
    /// `address`, `ship`, `located`.
    ADDRESS_CUE = 31;
    /// `old`, `aged`, `age`.
    AGE_CUE = 32;
    /// `password`, `token`, `secret`.
    SECRET_CUE = 33;
    /// Shortened words whose full stop ends no sentence.
    ABBREVIATION = 34;
    /// `zip`, `postcode`.
    POSTCODE_CUE = 35;
    /// `from`, `in`, `at`, `to`: a place may follow.
    PLACE_CUE = 36;
    /// Months that are also names or words.
    AMBIGUOUS = 37;
    /// `name`, `contact`, `customer`: a label that a person's name follows.
    NAME_LABEL = 38;
    /// `company`, `account`, `employer`: a label that an organisation follows.
    ORG_LABEL = 39;
    /// A large city.
    CITY = 40;
    /// `North`, `New`, `Port`, `Bad`: words that place names begin with.
    PLACE_PREFIX = 41;
    /// Words for a street that stand before its name: `rue`, `via`, `ul`.
    STREET_PREFIX = 42;
    /// Countries and cities that are also names or words.
    ALSO_NO_PLACE = 43;
    /// The first word of a country or city of two words.
    PAIR_FIRST = 44;
    /// An everyday word of the language of business elsewhere: `Angebot`, `devis`, `oferta`.
    ABROAD = 45;
    /// What a thing's own name stands behind: `Projekt`, `sistema`, `pakiet`.
    THING = 46;
    /// A trade before the name of whoever follows it: `Menuiserie`, `Autohaus`, `Hurtownia`.
    TRADE = 47;
    /// A given name that is a plant, a colour or a soil, too: `Hazel`, `Sandy`.
    MATERIAL = 48;
    /// Goods, parts, papers and offers: `kit`, `valve`, `Dichtung`, `şablonu`.
    GOODS = 49;
    /// `wife`, `Kollege`, `szef`: the name of whoever is meant stands right behind.
    KIN = 50;
    /// `spoke`, `gesproken`, `hablé`: two words behind stands whom with.
    SPOKE = 51;
    /// `with`, `mit`, `con`: between a word of speaking and a person.
    SAID_TO = 52;
    /// `Attendees`, `Anwesend`, `Katılımcılar`: people stand behind the colon.
    ROSTER = 53;
    /// `agent`, `bot`, `destek`: who speaks in a chat and is no person.
    SPEAKER = 54;
    /// A word of everyday sentences of another language: nobody's name in small letters.
    SMALL = 55;
    /// An everyday word that many people bear as a surname: `stone`, `bishop`.
    BORNE = 56;
    /// A town of the world.
    TOWN = 57;
    /// A large one that is called like nothing else.
    GREAT_TOWN = 58;
    /// The first word of a town or country of several words.
    TOWN_FIRST = 59;
    /// `adjuster`, `Gutachter`, `monteur`: who stands by trade or part in a matter right before the name.
    ROLE = 60;
    /// A surname that is an everyday word of its own language: `Klein`, `Prado`, `Demir`.
    ORDINARY = 61;
}

/// A given name or a surname.
pub(crate) const NAME: Class = GIVEN.or(SURNAME);

/// The word table.
#[derive(Debug)]
pub(crate) struct Lexicon {
    classes: Classes,
}

type Classes = HashMap<u64, Class, BuildHasherDefault<Hashed>>;

impl Lexicon {
    /// The table built into the program.
    pub(crate) fn shared() -> &'static Self {
        static SHARED: LazyLock<Lexicon> = LazyLock::new(Lexicon::build);
        &SHARED
    }

    /// What is known about the word with this hash.
    pub(crate) fn class(&self, hash: u64) -> Class {
        self.classes.get(&hash).copied().unwrap_or_default()
    }

    fn build() -> Self {
        let mut classes = Classes::with_capacity_and_hasher(112_000, BuildHasherDefault::default());
        enter(&mut classes, include_str!("../../lists/english_words.txt"), WORD);
        for name in small::RATHER_NAMES.split(' ') {
            classes.remove(&hash_word(name));
        }
        enter(&mut classes, include_str!("../../lists/abroad.txt"), WORD.or(ABROAD));
        let mut add = |words: &str, class: Class| enter(&mut classes, words, class);
        add(include_str!("../../lists/given_english.txt"), GIVEN);
        add(include_str!("../../lists/given_world.txt"), GIVEN);
        add(include_str!("../../lists/given_census.txt"), GIVEN);
        add(include_str!("../../lists/surnames.txt"), SURNAME);
        add(include_str!("../../lists/surnames_census.txt"), SURNAME);
        add(include_str!("../../lists/surnames_abroad.txt"), SURNAME);
        add(include_str!("../../lists/surnames_ordinary.txt"), ORDINARY);
        for word in small::RATHER_WORDS.split(' ') {
            if let Some(class) = classes.get_mut(&hash_word(word)) {
                *class = class.without(NAME);
            }
        }
        enter(&mut classes, include_str!("../../lists/speech.txt"), WORD.or(ABROAD).or(SMALL));
        enter(&mut classes, include_str!("../../lists/goods.txt"), WORD.or(ABROAD).or(GOODS));
        enter(&mut classes, include_str!("../../lists/roles.txt"), WORD.or(ABROAD).or(JOB));
        let mut add = |words: &str, class: Class| enter(&mut classes, words, class);
        add(include_str!("../../lists/towns.txt"), TOWN);
        add(include_str!("../../lists/towns_great.txt"), TOWN.or(GREAT_TOWN));
        add(include_str!("../../lists/countries_abroad.txt"), COUNTRY);
        for name in include_str!("../../lists/towns_of_words.txt").lines() {
            let first = name.split([' ', '-', '\'']).next().unwrap_or_default();
            add(first, TOWN_FIRST);
        }
        let short =
            small::LISTS.iter().chain(abroad::LISTS).chain(people::LISTS).chain(things::LISTS);
        for (class, words) in short.chain([&people::SURNAME_WORDS]) {
            add(words, *class);
        }
        Self { classes }
    }
}

fn enter(classes: &mut Classes, words: &str, class: Class) {
    for line in words.lines().filter(|line| !line.starts_with('#')) {
        for word in line.split([' ', '-']).filter(|word| !word.is_empty()) {
            let entry = classes.entry(hash_word(word)).or_default();
            *entry = entry.or(class);
        }
    }
}

/// Keys are hashes already.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Hashed(u64);

impl std::hash::Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for b in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*b);
        }
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
}
