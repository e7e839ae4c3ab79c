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
AG antigua and barbuda
AI anguilla
AL albania
AM armenia
AO angola
AR argentina
AS american samoa
AT austria/österreich/oesterreich
AU australia
AW aruba
AX aland islands/åland islands/åland
AZ azerbaijan
BA bosnia and herzegovina/bosnia
BB barbados
BD bangladesh
BE belgium/belgië/belgique/belgien
BF burkina faso
BG bulgaria
BH bahrain
BI burundi
BJ benin
BL saint barthélemy/saint barthelemy
BM bermuda
BN brunei darussalam/brunei
BO bolivia/bolivia, plurinational state of
BQ bonaire, sint eustatius and saba/bonaire
BR brazil/brasil
BS bahamas/the bahamas
BT bhutan
BW botswana
BY belarus
BZ belize
CA canada
CC cocos (keeling) islands
CD congo, the democratic republic of the/dr congo
CF central african republic
CG congo
CH switzerland/schweiz/suisse/svizzera
CI cote d'ivoire/côte d'ivoire/ivory coast
CK cook islands
CL chile
CM cameroon
CN china/中国
CO colombia
CR costa rica
CU cuba
CV cape verde/cabo verde
CW curaçao/curacao
CX christmas island
CY cyprus
CZ czech republic/czechia/česko/česká republika
DE germany/deutschland
DJ djibouti
DK denmark/danmark
DM dominica
DO dominican republic/república dominicana
DZ algeria
EC ecuador
EE estonia/eesti
EG egypt
EH western sahara
ER eritrea
ES spain/españa
ET ethiopia
FI finland/suomi
FJ fiji
FK falkland islands (malvinas)/falkland islands
FM micronesia, federated states of/micronesia
FO faroe islands
FR france
GA gabon
GB united kingdom/uk/great britain/england/scotland/wales/northern ireland
GD grenada
GE georgia
GF french guiana/guyane
GG guernsey
GH ghana
GI gibraltar
GL greenland
GM gambia
GN guinea
GP guadeloupe
GQ equatorial guinea
GR greece
GT guatemala
GU guam
GW guinea-bissau
GY guyana
HK hong kong
HN honduras
HR croatia/hrvatska
HT haiti
HU hungary/magyarország
ID indonesia
IE ireland
IL israel
IM isle of man
IN india
IO british indian ocean territory
IQ iraq
IR iran/iran, islamic republic of
IS iceland
IT italy/italia
JE jersey
JM jamaica
JO jordan
JP japan/日本
KE kenya
KG kyrgyzstan
KH cambodia
KI kiribati
KM comoros
KN saint kitts and nevis
KP korea, democratic people's republic of/north korea
KR korea, republic of/south korea/대한민국
KW kuwait
KY cayman islands
KZ kazakhstan
LA lao people's democratic republic/laos
LB lebanon
LC saint lucia
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
MF saint martin (french part)/saint martin
MG madagascar
MH marshall islands
MK north macedonia/macedonia
ML mali
MM myanmar
MN mongolia
MO macao
MP northern mariana islands
MQ martinique
MR mauritania
MS montserrat
MT malta
MU mauritius
MV maldives
MW malawi
MX mexico/méxico
MY malaysia
MZ mozambique
NA namibia
NC new caledonia/nouvelle-calédonie
NE niger
NF norfolk island
NG nigeria
NI nicaragua
NL netherlands/the netherlands/nederland/holland
NO norway/norge
NP nepal
NR nauru
NU niue
NZ new zealand
OM oman
PA panama
PE peru/perú
PF french polynesia/polynésie française
PG papua new guinea
PH philippines
PK pakistan
PL poland/polska
PM saint pierre and miquelon
PR puerto rico
PS palestine
PT portugal
PW palau
PY paraguay
QA qatar
RE reunion/réunion
RO romania/românia
RS serbia
RU russian federation/russia
RW rwanda
SA saudi arabia
SB solomon islands
SC seychelles
SD sudan
SE sweden/sverige
SG singapore
SH saint helena, ascension and tristan da cunha/saint helena
SI slovenia/slovenija
SJ svalbard and jan mayen
SK slovakia/slovensko
SL sierra leone
SM san marino
SN senegal
SO somalia
SR suriname
SS south sudan
ST sao tome and principe/são tomé and príncipe
SV el salvador
SX sint maarten (dutch part)/sint maarten
SY syrian arab republic/syria
SZ eswatini/swaziland
TC turks and caicos islands
TD chad
TG togo
TH thailand
TJ tajikistan
TK tokelau
TL timor-leste
TM turkmenistan
TN tunisia
TO tonga
TR turkey/türkiye
TT trinidad and tobago
TV tuvalu
TW taiwan/台灣
TZ tanzania, united republic of/tanzania
UA ukraine
UG uganda
US united states/united states of america/usa/u.s.a./u.s.
UY uruguay
UZ uzbekistan
VA holy see (vatican city state)/vatican city
VC saint vincent and the grenadines
VE venezuela/venezuela, bolivarian republic of
VG virgin islands, british/british virgin islands
VI virgin islands, u.s./us virgin islands
VN viet nam/vietnam
VU vanuatu
WF wallis and futuna
WS samoa
XK kosovo
YE yemen
YT mayotte
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
