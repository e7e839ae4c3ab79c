//! Names, places and numbers of several countries. All invented; telephone numbers are from ranges kept for fiction
//! (Ofcom, NANPA 555-01xx, ARCEP 01 99 00, Bundesnetzagentur 030 23125 and so on, ACMA 5550).

use super::chance::Chance;

/// A country's stock of names.
#[derive(Debug)]
pub(super) struct Country {
    pub(super) name: &'static str,
    pub(super) cities: &'static [(&'static str, &'static str, &'static str)],
    pub(super) streets: &'static [&'static str],
    pub(super) first: &'static [&'static str],
    pub(super) last: &'static [&'static str],
    /// `#` is a digit.
    pub(super) phones: &'static [&'static str],
    pub(super) mobiles: &'static [&'static str],
    /// Belongs to the territory of the first representative.
    pub(super) europe: bool,
}

/// Where the company does business. City, state or region, postal code.
pub(super) const COUNTRIES: [Country; 7] = [
    Country {
        name: "United Kingdom",
        cities: &[
            ("London", "Greater London", "EC2A 4NE"),
            ("Leeds", "West Yorkshire", "LS1 4AP"),
            ("Bristol", "Avon", "BS1 5TR"),
            ("Edinburgh", "Midlothian", "EH2 2ER"),
        ],
        streets: &[
            "Fenwright Street",
            "Copperfield Row",
            "Old Tannery Lane",
            "Harrowgate Yard",
            "Millrace Road",
        ],
        first: &[
            "Amelia", "Oliver", "Priya", "Callum", "Freya", "Hamish", "Imogen", "Tariq", "Niamh",
            "Rhys", "Beatrice", "Dev",
        ],
        last: &[
            "Ashdown",
            "Pemberley",
            "Okonjo",
            "Thistlewood",
            "Haverford",
            "Raman",
            "Kingsmere",
            "Lockridge",
            "Penhallow",
            "Sandhu",
            "Wetherell",
            "Mbeki",
        ],
        phones: &["+44 20 7946 0###", "+44 113 496 0###", "+44 117 496 0###", "+44 131 496 0###"],
        mobiles: &["+44 7700 900###"],
        europe: true,
    },
    Country {
        name: "Germany",
        cities: &[
            ("Berlin", "Berlin", "10115"),
            ("München", "Bayern", "80331"),
            ("Hamburg", "Hamburg", "20095"),
            ("Köln", "Nordrhein-Westfalen", "50667"),
        ],
        streets: &[
            "Lindenweg",
            "Alte Hafenstraße",
            "Kastanienallee",
            "Am Mühlgraben",
            "Werkhofgasse",
        ],
        first: &[
            "Jürgen", "Annika", "Matthias", "Svenja", "Björn", "Leonie", "Emre", "Käthe", "Tobias",
            "Aylin",
        ],
        last: &[
            "Brückner",
            "Falkenrath",
            "Müllenhoff",
            "Öztürkmen",
            "Sonnleitner",
            "Weißhaupt",
            "Dörfler",
            "Kranzler",
            "Steinbrecher",
            "Vogelsang",
        ],
        phones: &["+49 30 23125 ###", "+49 89 99998 ###", "+49 40 66969 ###", "+49 221 4710 ###"],
        mobiles: &["+49 171 39200 ##", "+49 174 91809 ##"],
        europe: true,
    },
    Country {
        name: "France",
        cities: &[
            ("Paris", "Île-de-France", "75011"),
            ("Lyon", "Auvergne-Rhône-Alpes", "69002"),
            ("Nantes", "Pays de la Loire", "44000"),
        ],
        streets: &[
            "rue des Tisserands",
            "quai du Vieux Moulin",
            "avenue des Peupliers",
            "impasse de l'Horloge",
        ],
        first: &[
            "Élodie", "Mathieu", "Chloé", "Bastien", "Aïcha", "Gaëlle", "Rémi", "Solène",
            "Yannick", "Noémie",
        ],
        last: &[
            "Beauvallon",
            "Desrosiers-Petit",
            "Fontanelle",
            "Grandclément",
            "Lavigne-Roux",
            "Montreuil",
            "Perrigny",
            "Sauvageot",
            "Trévoux",
            "Diallo",
        ],
        phones: &["+33 1 99 00 ## ##", "+33 2 61 91 ## ##", "+33 4 65 71 ## ##"],
        mobiles: &["+33 6 39 98 ## ##"],
        europe: true,
    },
    Country {
        name: "Sweden",
        cities: &[
            ("Stockholm", "Stockholms län", "111 22"),
            ("Göteborg", "Västra Götaland", "411 05"),
        ],
        streets: &["Björkgatan", "Gamla Varvsvägen", "Fyrtornsgränd"],
        first: &["Astrid", "Måns", "Linnéa", "Göran", "Saga", "Åke", "Elin", "Viggo"],
        last: &[
            "Almström",
            "Björkqvist",
            "Fjällberg",
            "Granlöf",
            "Hedenskog",
            "Åkerhielm",
            "Sjöstrand",
            "Törnblad",
        ],
        phones: &["+46 8 465 004 ##", "+46 31 390 06 ##"],
        mobiles: &["+46 70 174 06 ##"],
        europe: true,
    },
    Country {
        name: "United States",
        cities: &[
            ("Boston", "MA", "02110"),
            ("Austin", "TX", "78701"),
            ("Chicago", "IL", "60606"),
            ("Seattle", "WA", "98101"),
            ("Denver", "CO", "80202"),
        ],
        streets: &[
            "Larkspur Avenue",
            "Foundry Street",
            "Cottonwood Drive",
            "Harbor Point Road",
            "Quarry Hill Lane",
        ],
        first: &[
            "Jordan", "Madison", "Ethan", "Keisha", "Marcus", "Sofía", "Tyler", "Grace", "Andre",
            "Hannah", "Luis", "Mei",
        ],
        last: &[
            "Abernathy",
            "Castellano",
            "Delacroix",
            "Fairweather",
            "Holloway",
            "Jefferson-Ruiz",
            "Kowalczyk",
            "Montgomery",
            "Nakamura",
            "O'Hallahan",
            "Vandermeer",
            "Whitlock",
        ],
        phones: &["+1 617 555 01##", "+1 512 555 01##", "+1 312 555 01##", "+1 206 555 01##"],
        mobiles: &["+1 303 555 01##", "+1 720 555 01##"],
        europe: false,
    },
    Country {
        name: "Brazil",
        cities: &[("São Paulo", "SP", "01310-100"), ("Curitiba", "PR", "80010-000")],
        streets: &["Rua das Palmeiras", "Avenida do Farol", "Travessa Ipê Amarelo"],
        first: &["João", "Beatriz", "Thiago", "Inês", "Rafael", "Luíza", "Caetano", "Débora"],
        last: &[
            "Araújo Prado",
            "Bittencourt",
            "Carvalhal",
            "Figueirôa",
            "Guimarães Neto",
            "Nogueira",
            "Sampaio",
            "Vasconcelos",
        ],
        // Brazil keeps no range for fiction; these have too few digits to be dialled.
        phones: &["+55 11 5550 0##"],
        mobiles: &["+55 11 95550 0##"],
        europe: false,
    },
    Country {
        name: "Australia",
        cities: &[("Sydney", "NSW", "2000"), ("Melbourne", "VIC", "3000")],
        streets: &["Banksia Parade", "Wharf Terrace", "Ironbark Close"],
        first: &["Lachlan", "Matilda", "Hugh", "Ruby", "Anh", "Zara", "Flynn", "Isla"],
        last: &[
            "Carrington",
            "Drummond",
            "Kirrawee",
            "Nguyen-Hart",
            "Pemberton",
            "Sutherland",
            "Wallaroo",
            "Yates",
        ],
        phones: &["+61 2 5550 ####", "+61 3 7010 ####"],
        mobiles: &["+61 491 570 ###"],
        europe: false,
    },
];

/// First and second halves of company names.
pub(super) const COMPANY_FIRST: [&str; 40] = [
    "Alder",
    "Bramble",
    "Cobalt",
    "Dunmore",
    "Eastgate",
    "Fairhaven",
    "Glacier",
    "Halcyon",
    "Ironbridge",
    "Juniper",
    "Kestrel",
    "Larkfield",
    "Meridian",
    "Northwind",
    "Oakhurst",
    "Pinnacle",
    "Quillon",
    "Ravensworth",
    "Silverline",
    "Thornbury",
    "Umberland",
    "Vantage",
    "Westmark",
    "Yarrow",
    "Zephyr",
    "Arcadian",
    "Bluestone",
    "Crestview",
    "Driftwood",
    "Emberly",
    "Foxglove",
    "Granary",
    "Hollowell",
    "Inkwell",
    "Jasper",
    "Kingfisher",
    "Lumen",
    "Marlowe",
    "Nimbus",
    "Orchard",
];

/// A second half and the industry it goes with.
pub(super) const COMPANY_SECOND: [(&str, &str); 20] = [
    ("Logistics", "Shipping"),
    ("Capital Partners", "Finance"),
    ("Insurance Group", "Insurance"),
    ("Bank", "Banking"),
    ("Pharma", "Biotechnology"),
    ("Health", "Healthcare"),
    ("Energy", "Energy"),
    ("Foods", "Food & Beverage"),
    ("Robotics", "Machinery"),
    ("Software", "Technology"),
    ("Telecom", "Telecommunications"),
    ("Retail Group", "Retail"),
    ("Construction", "Construction"),
    ("Media House", "Media"),
    ("Chemicals", "Chemicals"),
    ("Hotels", "Hospitality"),
    ("Rail", "Transportation"),
    ("Water Utilities", "Utilities"),
    ("Academy", "Education"),
    ("Engineering", "Engineering"),
];

pub(super) const TITLES: [(&str, &str); 14] = [
    ("Chief Financial Officer", "Finance"),
    ("Chief Information Officer", "IT"),
    ("Head of Procurement", "Procurement"),
    ("IT Director", "IT"),
    ("Operations Manager", "Operations"),
    ("VP Engineering", "Engineering"),
    ("Data Protection Officer", "Legal"),
    ("Finance Manager", "Finance"),
    ("Head of Customer Service", "Service"),
    ("Treasurer", "Finance"),
    ("Purchasing Agent", "Procurement"),
    ("Marketing Director", "Marketing"),
    ("General Counsel", "Legal"),
    ("Plant Manager", "Operations"),
];

/// A number for a pattern.
pub(super) fn number(chance: &mut Chance, patterns: &[&'static str]) -> String {
    let pattern = *chance.pick(patterns);
    pattern.chars().map(|char| if char == '#' { digit(chance) } else { char }).collect()
}

fn digit(chance: &mut Chance) -> char {
    char::from_digit(chance.below(10), 10).unwrap_or('0')
}

/// A name as it stands in an address: lower case, without marks.
pub(super) fn plain(name: &str) -> String {
    let mut out = String::new();
    for char in name.chars().flat_map(char::to_lowercase) {
        match char {
            'ä' | 'á' | 'à' | 'â' | 'ã' | 'å' => out.push('a'),
            'ö' | 'ó' | 'ô' | 'õ' => out.push('o'),
            'ü' | 'ú' => out.push('u'),
            'é' | 'è' | 'ê' | 'ë' => out.push('e'),
            'í' | 'î' | 'ï' => out.push('i'),
            'ç' => out.push('c'),
            'ß' => out.push_str("ss"),
            char if char.is_ascii_alphanumeric() => out.push(char),
            ' ' | '-' => out.push('-'),
            _ => {}
        }
    }
    out
}
