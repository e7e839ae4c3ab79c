//! Invented people of many countries. Names are put together from lists written for this; some surnames are
//! syllables that no list of names has.

use crate::chance::Chance;

pub(crate) struct Person {
    pub(crate) id: String,
    pub(crate) account_id: String,
    pub(crate) first: String,
    pub(crate) last: String,
    /// Family name first and no space between, as in Chinese and Japanese.
    pub(crate) joined: bool,
    pub(crate) email: String,
    pub(crate) phone: String,
    pub(crate) firm: String,
    pub(crate) street: String,
    pub(crate) zip: String,
    pub(crate) town: String,
    pub(crate) known: bool,
}

struct Country {
    given: &'static str,
    family: &'static str,
    /// `#` is a digit, `%` one that is not 0.
    phones: &'static str,
    streets: &'static str,
    zip: &'static str,
    towns: &'static str,
    firms: &'static str,
}

const COUNTRIES: [Country; 20] = [
    Country {
        given: "Saoirse,Padraig,Niamh,Cormac,Aoife,Declan,Mary-Kate",
        family: "O'Rourke,Ni Dhomhnaill,McGillicuddy,Fitzmaurice,O’Shaughnessy,Breathnach",
        phones: "+353 1 %## ####|(01) %## ####|086 %## ####",
        streets: "# Main Street|## Shop Street|% The Crescent",
        zip: "D0% X%Y#",
        towns: "Dublin,Galway,Tralee",
        firms: "$ Ltd,$ Holdings",
    },
    Country {
        given: "Tamsin,Alistair,Jasper,Imogen,Rupert,Gwendolyn,Hugh,Bronwen,Grant,Rose,Mark,Will",
        family: "Featherstonehaugh,Ashworth,Blenkinsop,Cholmondeley,Oakeshott,Pugh,Field,Price,Young,Day",
        phones: "+44 20 7### ####|020 7### ####|07### ######|+44 (0)161 ### ####",
        streets: "## Harley Road|# Mill Lane|Flat %, ## Canal Street",
        zip: "SW1A %AA",
        towns: "Shrewsbury,Leeds,Stoke-on-Trent",
        firms: "$ & Sons Ltd,$ plc,$ Partners LLP",
    },
    Country {
        given: "Marisol,Deshawn,Tanisha,Colby,Brandi,Trent,LaToya,Cody,Summer,Hope",
        family: "Vandermolen,Hutchcraft,Delgadillo,Stubblefield,Kowalczyk,Brooks,Banks,Park",
        phones: "(%##) 555-01##|%##-555-01##|+1 %## 555 01##|%##.555.01##|%##-555-01## ext. %##",
        streets: "%### Sycamore Ave|%## W 4th St, Apt %|#### County Road %#",
        zip: "%####",
        towns: "Boise,Chattanooga,Fort Wayne",
        firms: "$ Inc,$ LLC,$ Industries",
    },
    Country {
        given: "Maëlle,Jean-Baptiste,Anne-Sophie,Loïc,Thibault,Océane,Gaël",
        family: "de La Rochefoucauld,Le Goff,Quéméneur,D'Aubigné,Bourguignon,Lefèvre-Pontalis",
        phones: "+33 6 ## ## ## ##|01 ## ## ## ##|0033 4 ## ## ## ##",
        streets: "## rue de la Paix|% bis avenue Foch|##, boulevard Voltaire",
        zip: "7500%",
        towns: "Besançon,Quimper,Nîmes",
        firms: "$ SARL,$ et Fils SAS,Groupe $",
    },
    Country {
        given: "Heinz-Jürgen,Mechthild,Friederike,Götz,Wiebke,Ansgar,Jörn",
        family: "Freiherr von Stetten,Krötenheerdt,Schulze-Delitzsch,Weiß,Großkopf,Hinrichsen",
        phones: "+49 30 ########|030/%#######|0151 ########|+49 (0) 89 ######-##",
        streets: "Lindenstraße ##|Am Alten Markt %|Goetheallee ##b",
        zip: "%####",
        towns: "Görlitz,Castrop-Rauxel,Celle",
        firms: "$ GmbH,$ AG,$ GmbH & Co. KG",
    },
    Country {
        given: "José María,Itziar,Macarena,Xabier,Nuria,Ramón,Ángeles",
        family: "Etxeberria Goikoetxea,García-Páramo,de la Fuente Ortiz,Zubizarreta,Muñoz Peña",
        phones: "+34 6## ### ###|9## ## ## ##",
        streets: "Calle de Alcalá, ##|C/ Mayor %, 3º B|Avenida de la Constitución ##",
        zip: "280##",
        towns: "Logroño,Badajoz,Lugo",
        firms: "$ S.A.,Grupo $,$ S.L.",
    },
    Country {
        given: "Ludovica,Gianmarco,Eleonora,Niccolò,Fabrizio,Beatrice",
        family: "Dell'Acqua,D'Amico,Lo Presti,Bevilacqua,Quattrocchi,Di Benedetto",
        phones: "+39 06 ########|33# #######",
        streets: "Via Garibaldi ##|Piazza Dante %|Corso Vittorio Emanuele II, ##",
        zip: "001##",
        towns: "Cremona,Viterbo,Lecce",
        firms: "$ S.p.A.,$ S.r.l.",
    },
    Country {
        given: "Sjoerd,Femke,Joost,Anneke,Tjalling",
        family: "van der Heijden,'t Hooft,de Wit,Hoekstra,ten Brink",
        phones: "+31 6 ########|020-%######",
        streets: "Keizersgracht ###|Dorpsstraat ##",
        zip: "10## AB",
        towns: "Leeuwarden,Zwolle,Assen",
        firms: "$ B.V.,$ Groep N.V.",
    },
    Country {
        given: "Þórdís,Søren,Åsa,Bjørn,Linnéa,Jyrki",
        family: "Ægisdóttir,Østergaard,Sjöström,Gunnlaugsson,Hämäläinen,Bjerregaard",
        phones: "+45 ## ## ## ##|+46 70 ### ## ##|+47 ### ## ###",
        streets: "Storgatan ##|Nørrebrogade ###|Mannerheimintie ##",
        zip: "%####",
        towns: "Aalborg,Umeå,Tampere",
        firms: "$ AB,$ A/S,$ Oy",
    },
    Country {
        given: "Zbigniew,Małgorzata,Bogusław,Vojtěch,Zdeňka,Gergő,Răzvan",
        family: "Brzęczyszczykiewicz,Żółkiewska,Dvořáčková,Szentgyörgyi,Ţăranu,Wójcik-Nowak",
        phones: "+48 ### ### ###|+420 ### ### ###|+36 1 ### ####",
        streets: "ul. Piłsudskiego ##/%|Husova ##|Kossuth utca %",
        zip: "0#-%##",
        towns: "Białystok,Olomouc,Szeged",
        firms: "$ Sp. z o.o.,$ s.r.o.,$ Kft.",
    },
    Country {
        given: "Çağla,Oğuzhan,Şebnem,İlker,Gülşah,Umut",
        family: "Kılıçdaroğlu,Özgür,Büyükşahin,Yağız,Taşdemir",
        phones: "+90 5## ### ## ##|0212 ### ## ##",
        streets: "Atatürk Cad. No: ##|Gül Sokak No ## D. %",
        zip: "34###",
        towns: "Eskişehir,Diyarbakır,Muğla",
        firms: "$ A.Ş.,$ Ltd. Şti.",
    },
    Country {
        given: "Oluwaseun,Chidinma,Kwabena,Wanjiru,Tendai,Abebech,Thandiwe",
        family: "Adeyemi-Cole,Nwachukwu,Boateng-Mensah,Kamau,Mutasa,Mokoena",
        phones: "+234 80# ### ####|+254 7## ######|+27 82 ### ####",
        streets: "## Broad Street|Plot ##, Ngong Road",
        zip: "10####",
        towns: "Ibadan,Kisumu,Polokwane",
        firms: "$ Nigeria Ltd,$ Ventures",
    },
    Country {
        given: "Abdelkader,Rim,Yousef,Noura,Walid,Hanan",
        family: "Ben Youssef,Al-Qahtani,El Khatib,Abu Ghazaleh,Bin Rashid",
        phones: "+971 50 ### ####|+212 6 ## ## ## ##|+966 5# ### ####",
        streets: "## Sheikh Zayed Road|% rue Ibn Khaldoun",
        zip: "%####",
        towns: "Sharjah,Sfax,Meknes",
        firms: "$ Trading LLC,Al $ Group",
    },
    Country {
        given: "Venkataraman,Priyanka,Harpreet,Lakshmi,Anirban,Tenzin",
        family: "Subramaniam,Chattopadhyay,Kaur,Iyer,Bhattacharya,Deshpande",
        phones: "+91 98### #####|0%# ########|98########",
        streets: "##, M.G. Road|Plot No. ##, Sector %",
        zip: "56####",
        towns: "Coimbatore,Nashik,Mysuru",
        firms: "$ Pvt. Ltd.,$ Infotech",
    },
    Country {
        given: "Nguyệt,Đức Anh,Thị Hồng,Siew Ling,Nur Aisyah,Budi,Somchai",
        family: "Phạm,Huỳnh,Ng,Tan,binti Ismail,Wicaksono,Rattanakosin",
        phones: "+84 90 ### ## ##|+65 9### ####|+62 812 #### ####",
        streets: "## Nguyễn Huệ|Jalan Sudirman No. ##|Blk ## Ang Mo Kio Ave %",
        zip: "%#####",
        towns: "Huế,Surabaya,Ipoh",
        firms: "$ JSC,PT $,$ Sdn Bhd",
    },
    Country {
        given: "伟,芳,建国,秀英,子轩,晓明,欣怡",
        family: "王,李,欧阳,赵,司马,陈,郭",
        phones: "+86 138 #### ####|139########|010-8#######",
        streets: "人民路##号|中山北路###弄%号",
        zip: "20####",
        towns: "苏州,厦门,洛阳",
        firms: "$科技有限公司,$集团",
    },
    Country {
        given: "結衣,大輔,さくら,健太,美咲,一郎",
        family: "小野寺,長谷川,五十嵐,佐々木,中村,伊集院",
        phones: "+81 90 #### ####|03-####-####|080-####-####",
        streets: "銀座%丁目%番##号|東町%-##-%",
        zip: "10%-00##",
        towns: "横浜市,金沢市,那覇市",
        firms: "株式会社$,$商事株式会社",
    },
    Country {
        given: "Xiaohong,Zihan,Wei Ming,Haruki,Sakura,Ji-woo,Min-jun,Seo-yeon",
        family: "Ouyang,Zhuge,Xu,Hasegawa,Igarashi,Hwang,Namgung",
        phones: "+86 21 #### ####|+82 10 #### ####|+81 3 #### ####",
        streets: "## Nanjing East Road|%-##-# Shibuya|## Teheran-ro",
        zip: "1%####",
        towns: "Wuxi,Sendai,Daejeon",
        firms: "$ Co. Ltd.,$ K.K.",
    },
    Country {
        given: "Thaís,João Pedro,Iracema,Otávio,Luzia,Wellington",
        family: "dos Santos Araújo,Gonçalves,Albuquerque,da Conceição,Nascimento",
        phones: "+55 11 9####-####|(21) 9####-####|+351 91# ### ###",
        streets: "Rua das Flores, ###|Av. Paulista, ####",
        zip: "01###-###",
        towns: "Recife,Sorocaba,Coimbra",
        firms: "$ Ltda.,$ S.A.",
    },
    Country {
        given: "Anastasiya,Bohdan,Yevgeniya,Dimitrios,Eleftheria,Levan,Ruslan",
        family: "Shevchenko,Kuznetsova,Papadimitriou,Mkhitaryan,Abdrakhmanov,Lomidze",
        phones: "+380 44 ### ## ##|+30 21# ### ####|+7 9## ###-##-##",
        streets: "Khreshchatyk St. ##|## Ermou|ul. Lenina, d. ##, kv. %",
        zip: "%####",
        towns: "Lviv,Patras,Batumi",
        firms: "$ LLC,$ OOO,$ S.A.",
    },
];

const ONSETS: [&str; 18] = [
    "Br", "K", "Zw", "Th", "M", "Dr", "V", "Sk", "L", "Qu", "Gh", "P", "Str", "H", "N", "Tz", "F",
    "J",
];
const MIDDLES: [&str; 16] = [
    "ando", "ela", "oru", "iska", "ebbe", "uma", "irr", "azi", "oste", "enn", "upa", "ika", "ovo",
    "are", "ysa", "onde",
];
const ENDS: [&str; 14] = [
    "witz", "mann", "lani", "ko", "sen", "vic", "ra", "telli", "dze", "quist", "ham", "bu", "nez",
    "ti",
];

const HOSTS: [&str; 8] =
    ["gmail.com", "outlook.com", "gmx.net", "qq.com", "@.com", "@.co.uk", "mail.@.de", "@.io"];

/// The `n`th person of a seed.
pub(crate) fn person(chance: &mut Chance, n: usize, known: bool) -> Person {
    let country = chance.of(&COUNTRIES);
    let joined = country.firms.contains('$') && country.towns.contains(['市', '州']);
    let first = chance.item(country.given, ',').to_owned();
    let last = match chance.below(4) {
        0 if !joined => strange(chance),
        _ => chance.item(country.family, ',').to_owned(),
    };
    let core = match chance.below(3) {
        0 => last.clone(),
        _ if joined => chance.item("东方,华信,未来,三和,大洋", ',').to_owned(),
        _ => strange(chance),
    };
    let firm = chance.item(country.firms, ',').replace('$', &core);
    let email = email(chance, &first, &last, &core);
    let street = digits(chance, country.streets);
    let zip = digits(chance, country.zip);
    Person {
        id: id("003", n),
        account_id: id("001", n),
        phone: digits(chance, country.phones),
        town: chance.item(country.towns, ',').to_owned(),
        first,
        last,
        joined,
        email,
        firm,
        street,
        zip,
        known,
    }
}

fn strange(chance: &mut Chance) -> String {
    format!("{}{}{}", chance.of(&ONSETS), chance.of(&MIDDLES), chance.of(&ENDS))
}

fn email(chance: &mut Chance, first: &str, last: &str, firm: &str) -> String {
    let plain = |text: &str| -> String {
        text.chars().filter(char::is_ascii_alphabetic).map(|c| c.to_ascii_lowercase()).collect()
    };
    let (first, last, firm) = (plain(first), plain(last), plain(firm));
    let number = chance.below(90) + 10;
    let local = match chance.below(6) {
        _ if first.is_empty() || last.is_empty() => format!("user{number}"),
        0 => format!("{first}.{last}"),
        1 => format!("{}{last}", first.get(..1).unwrap_or_default()),
        2 => format!("{last}_{first}{number}"),
        3 => format!("{first}+crm"),
        4 => format!("{first}-{last}"),
        _ => format!("info.{last}"),
    };
    let firm = if firm.is_empty() { "huaxin".to_owned() } else { firm };
    format!("{local}@{}", chance.of(&HOSTS).replace('@', &firm))
}

/// One of the forms, its signs made digits.
pub(crate) fn digits(chance: &mut Chance, forms: &str) -> String {
    let form = chance.item(forms, '|').to_owned();
    let mut digit = |c: char| match c {
        '#' => char::from_digit(chance.below(10), 10).unwrap_or('0'),
        '%' => char::from_digit(chance.below(9) + 1, 10).unwrap_or('1'),
        c => c,
    };
    form.chars().map(&mut digit).collect()
}

/// A record id whose last three characters check the case of the others.
pub(crate) fn id(prefix: &str, n: usize) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
    let body = format!("{prefix}Gd0{}{n:08}", ["a", "B", "x", "Q"].get(n % 4).unwrap_or(&"Z"));
    let check: String = body
        .as_bytes()
        .chunks(5)
        .filter_map(|five| {
            let upper = |(i, b): (usize, &u8)| usize::from(b.is_ascii_uppercase()) << i;
            LETTERS.get(five.iter().enumerate().map(upper).sum::<usize>()).map(|b| char::from(*b))
        })
        .collect();
    format!("{body}{check}")
}
