//! The words for each kind of value: the gate's own, and what models make of it when they write
//! in another language or take a word that means the same.

use std::sync::LazyLock;

use crate::detector::Kind;

/// Lower case, without what separates words. Where a word means two kinds it stands twice, and
/// the check decides.
const WORDS: &[(Kind, &str)] = &[
    (
        Kind::Name,
        "person fullname contactname vorname nachname nom prenom prénom personne nombre apellido persona nome \
         cognome sobrenome pessoa naam voornaam persoon imię imie nazwisko osoba namn navn etternavn nimi isim ad \
         ism jméno jmeno név имя фамилия ім’я όνομα 名前 氏名 名字 姓名 이름 성명 اسم الاسم नाम שם tên",
    ),
    (
        Kind::Email,
        "mail emailaddress mailaddress emailadresse mailadresse courriel adresseemail correo correoelectronico \
         correoelectrónico correo electrónico eposta epost sähköposti почта электроннаяпочта эпочта メール \
         メールアドレス 邮箱 电子邮件 邮件 電子郵件 이메일 메일 بريد البريدالإلكتروني ईमेल",
    ),
    (
        Kind::Phone,
        "telephone phonenumber mobile tel telefon telefonnummer rufnummer handy téléphone telephonenumber \
         teléfono telefono telefone telefoon telefoonnummer puhelin телефон номертелефона 電話 電話番号 电话 \
         电话号码 전화 전화번호 هاتف الهاتف फोन",
    ),
    (
        Kind::Org,
        "organization organisation company account firma unternehmen entreprise société societe empresa \
         organización organizacion organizzazione azienda organização organizacao bedrijf organisatie firmie företag \
         virksomhed yritys şirket sirket kurum компания организация 会社 組織 公司 组织 기업 회사 شركة कंपनी",
    ),
    (
        Kind::Location,
        "place city ort stadt lieu ville ubicación ubicacion lugar ciudad luogo città citta localização local cidade \
         locatie plaats stad lokalizacja miejsce miasto plats sted konum şehir место город 場所 都市 地点 城市 위치 \
         장소 موقع स्थान",
    ),
    (
        Kind::Address,
        "adresse anschrift dirección direccion indirizzo endereço endereco adres adress osoite адрес 住所 地址 주소 \
         عنوان पता",
    ),
    (Kind::Date, "day datum fecha data dato tarih päivä дата 日付 日期 날짜 تاريخ तारीख"),
    (
        Kind::DateOfBirth,
        "birthdate birthday dob geburtsdatum datedenaissance fechadenacimiento datadinascita datadenascimento \
         geboortedatum dataurodzenia doğumtarihi датарождения 生年月日 出生日期 생년월일",
    ),
    (
        Kind::Amount,
        "sum value price betrag summe montant somme importe monto cantidad importo valor quantia bedrag kwota \
         belopp beløb tutar сумма 金額 金额 금액 مبلغ राशि",
    ),
    (Kind::Age, "alter âge edad età eta idade leeftijd wiek ålder yaş возраст 年齢 年龄 나이"),
    (
        Kind::Title,
        "jobtitle anrede titel titre título titulo titolo tytuł unvan должность 役職 职位 직함",
    ),
    (Kind::Text, "value texte texto testo tekst metin текст テキスト 文本 텍스트 نص पाठ"),
    (Kind::Url, "link website webaddress lien enlace collegamento ссылка リンク 链接 링크"),
    (
        Kind::AccountNumber,
        "accountno kontonummer numérodecompte numerodecompte númerodecuenta numerodecuenta \
         numeroconto númerodaconta rekeningnummer numerkonta номерсчета 口座番号 账号 계좌번호",
    ),
    (
        Kind::Card,
        "cardnumber creditcard karte kartennummer carte tarjeta carta cartão cartao kaart karta карта カード 卡 카드",
    ),
    (
        Kind::NationalId,
        "nationalnumber ssn ausweisnummer identifiantnational documento identificación identificacion",
    ),
    (
        Kind::Nationality,
        "staatsangehörigkeit nationalität nationalité nacionalidad nazionalità nacionalidade nationaliteit",
    ),
    (Kind::RecordId, "record recordnumber id datensatz datensatzid enregistrement registro"),
    (
        Kind::Secret,
        "password passwort geheimnis motdepasse contraseña secreto segreto senha segredo wachtwoord пароль 密码",
    ),
    (Kind::Custom, "benutzerdefiniert personalizado personnalisé"),
    (Kind::Ip, "ipaddress ipadresse adresseip direccionip"),
    (Kind::Iban, "ibannumber"),
];

/// Every word with its kinds, and the plurals of the Latin ones, sorted.
static SORTED: LazyLock<Vec<(String, Kind)>> = LazyLock::new(|| {
    let own = Kind::ALL.map(|kind| (folded(kind.name()), kind));
    let more = WORDS
        .iter()
        .flat_map(|(kind, words)| words.split_whitespace().map(move |word| (folded(word), *kind)));
    let mut sorted: Vec<(String, Kind)> = own.into_iter().chain(more).collect();
    let plurals: Vec<_> = sorted
        .iter()
        .filter(|(word, _)| word.is_ascii() && !word.ends_with('s'))
        .flat_map(|(word, kind)| [(format!("{word}s"), *kind), (format!("{word}es"), *kind)])
        .collect();
    sorted.extend(plurals);
    sorted.sort_unstable();
    sorted.dedup();
    sorted
});

/// The kinds that a word can mean; `word` is lower case, letters only.
pub(super) fn kinds_of(word: &str) -> impl Iterator<Item = Kind> {
    let from = SORTED.partition_point(|(known, _)| known.as_str() < word);
    let rest = SORTED.get(from..).unwrap_or_default().iter();
    rest.take_while(move |(known, _)| known == word).map(|(_, kind)| *kind)
}

/// Whether a word for a kind begins so.
pub(super) fn begins_a_word(beginning: &str) -> bool {
    let from = SORTED.partition_point(|(known, _)| known.as_str() < beginning);
    SORTED.get(from).is_some_and(|(known, _)| known.starts_with(beginning))
}

fn folded(word: &str) -> String {
    word.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect()
}
