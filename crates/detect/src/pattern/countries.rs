//! Countries by the names that records have them by.

use std::{collections::HashMap, sync::LazyLock};

/// The country that a field of a record names: two letters of ISO 3166, or a name in English or in its own language.
pub(crate) fn code(name: &str) -> Option<[u8; 2]> {
    let name = name.trim();
    let letters: Option<[u8; 2]> = name.as_bytes().try_into().ok();
    let code = letters.map(|it| it.map(|letter| letter.to_ascii_uppercase()));
    code.filter(|it| *it != *b"UK").or_else(|| NAMES.get(name.to_lowercase().as_str()).copied())
}

static NAMES: LazyLock<HashMap<&str, [u8; 2]>> = LazyLock::new(|| {
    let named = COUNTRIES.lines().filter_map(|line| {
        let (code, names) = line.split_once(' ')?;
        let code: [u8; 2] = code.as_bytes().try_into().ok()?;
        Some(names.split('/').map(move |name| (name, code)))
    });
    named.flatten().collect()
});

/// Names of ISO 3166 as Salesforce's picklists of countries have them, and what people write instead.
const COUNTRIES: &str = "\
AD andorra
AE united arab emirates/uae/emirates
AF afghanistan
AL albania
AM armenia
AO angola
AR argentina
AT austria/österreich/oesterreich
AU australia
AZ azerbaijan
BA bosnia and herzegovina/bosnia
BD bangladesh
BE belgium/belgië/belgique/belgien
BF burkina faso
BG bulgaria
BH bahrain
BI burundi
BJ benin
BN brunei darussalam/brunei
BO bolivia/bolivia, plurinational state of
BR brazil/brasil
BT bhutan
BW botswana
BY belarus
BZ belize
CA canada
CD congo, the democratic republic of the/dr congo
CF central african republic
CG congo
CH switzerland/schweiz/suisse/svizzera
CI cote d'ivoire/côte d'ivoire/ivory coast
CL chile
CM cameroon
CN china/中国
CO colombia
CR costa rica
CU cuba
CV cape verde/cabo verde
CY cyprus
CZ czech republic/czechia/česko/česká republika
DE germany/deutschland
DJ djibouti
DK denmark/danmark
DZ algeria
EC ecuador
EE estonia/eesti
EG egypt
ER eritrea
ES spain/españa
ET ethiopia
FI finland/suomi
FJ fiji
FO faroe islands
FR france
GA gabon
GB united kingdom/uk/great britain/england/scotland/wales/northern ireland
GE georgia
GH ghana
GI gibraltar
GL greenland
GM gambia
GN guinea
GQ equatorial guinea
GR greece
GT guatemala
GY guyana
HK hong kong
HN honduras
HR croatia/hrvatska
HT haiti
HU hungary/magyarország
ID indonesia
IE ireland
IL israel
IN india
IQ iraq
IR iran/iran, islamic republic of
IS iceland
IT italy/italia
JO jordan
JP japan/日本
KE kenya
KG kyrgyzstan
KH cambodia
KR korea, republic of/south korea/대한민국
KW kuwait
KZ kazakhstan
LA lao people's democratic republic/laos
LB lebanon
LI liechtenstein
LK sri lanka
LR liberia
LS lesotho
LT lithuania
LU luxembourg
LV latvia
LY libya
MA morocco
MC monaco
MD moldova, republic of/moldova
ME montenegro
MG madagascar
MK north macedonia/macedonia
ML mali
MM myanmar
MN mongolia
MO macao
MR mauritania
MT malta
MU mauritius
MV maldives
MW malawi
MX mexico/méxico
MY malaysia
MZ mozambique
NA namibia
NE niger
NG nigeria
NI nicaragua
NL netherlands/the netherlands/nederland/holland
NO norway/norge
NP nepal
NZ new zealand
OM oman
PA panama
PE peru/perú
PG papua new guinea
PH philippines
PK pakistan
PL poland/polska
PS palestine
PT portugal
PY paraguay
QA qatar
RE reunion/réunion
RO romania/românia
RS serbia
RU russian federation/russia
RW rwanda
SA saudi arabia
SC seychelles
SD sudan
SE sweden/sverige
SG singapore
SI slovenia/slovenija
SK slovakia/slovensko
SL sierra leone
SM san marino
SN senegal
SO somalia
SR suriname
SS south sudan
SV el salvador
SY syrian arab republic/syria
SZ eswatini/swaziland
TD chad
TG togo
TH thailand
TJ tajikistan
TL timor-leste
TM turkmenistan
TN tunisia
TR turkey/türkiye
TW taiwan/台灣
TZ tanzania, united republic of/tanzania
UA ukraine
UG uganda
US united states/united states of america/usa/u.s.a./u.s.
UY uruguay
UZ uzbekistan
VE venezuela/venezuela, bolivarian republic of
VN viet nam/vietnam
XK kosovo
YE yemen
ZA south africa
ZM zambia
ZW zimbabwe";

#[cfg(test)]
mod tests {
    use super::{COUNTRIES, NAMES, code};

    #[test]
    fn a_field_names_a_country_in_many_ways() {
        for (name, found) in [
            ("DE", Some(*b"DE")),
            ("de", Some(*b"DE")),
            (" Deutschland ", Some(*b"DE")),
            ("Côte d'Ivoire", Some(*b"CI")),
            ("UK", Some(*b"GB")),
            ("USA", Some(*b"US")),
            ("", None),
            ("Atlantis", None),
        ] {
            assert_eq!(code(name), found, "{name}");
        }
    }

    #[test]
    fn every_name_stands_once_and_its_numbers_are_known() {
        let names: usize = COUNTRIES.lines().map(|line| line.split('/').count()).sum();
        assert_eq!(NAMES.len(), names);
        for (name, code) in NAMES.iter() {
            assert!(super::super::has_plan(*code), "{name}");
        }
    }
}
