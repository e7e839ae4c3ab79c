//! What a field, a column or a label of a form holds, by its name.

use std::{collections::HashMap, sync::LazyLock};

use boundary::Kind;

/// What a field of this name holds, when it is personal: the name in small letters, letters and digits alone.
pub(super) fn kind_of(field: &str) -> Option<Kind> {
    KINDS.get(field).copied()
}

static KINDS: LazyLock<HashMap<&str, Kind>> = LazyLock::new(|| {
    let each = |(kind, names): &'static (Kind, &str)| names.split(' ').map(|name| (name, *kind));
    FIELDS.iter().flat_map(each).collect()
});

/// As objects of Salesforce, exports and forms of two dozen languages call them; each name once.
const FIELDS: &[(Kind, &str)] = &[
    (
        Kind::Name,
        "firstname lastname middlename fullname givenname familyname surname suppliedname contactname ownername customername username displayname primarycontact maidenname nickname spouse assistantname managername createdbyname lastmodifiedbyname accountowner ownerfullname vorname nachname prenom prénom nombre apellido cognome achternaam nachnaam voornaam fornavn etternavn efternavn förnamn efternamn namn navn imię imie nazwisko imięinazwisko jméno jmeno příjmení prijmeni meno priezvisko etunimi sukunimi nimi ad soyad soyadı adsoyad adısoyadı keresztnév vezetéknév név teljesnév nume prenume numele numecomplet apellidos nombres nombrecompleto nombreyapellidos nomecompleto sobrenome apelido nomecognome nomeecognome nominativo ragazza nomdefamille nometprénom nometprenom nomcomplet vollständigername vorundnachname familienname rufname ansprechpartner ansprechpartnerin kontaktperson contactpersoon contactperson personofcontact personadecontacto ονοματεπώνυμο όνομα επώνυμο фамилия имя отчество фио піб прізвище 氏名 お名前 名前 姓名 联系人 聯絡人 客户姓名 担当者 성명 이름 성함 고객명 담당자 họtên họvàtên ime prezime imeiprezime namalengkap legalname preferredname emergencycontact nextofkin witnessname cardholder cardholdername accountholder applicantname patientname callername",
    ),
    (
        Kind::Phone,
        "telefono teléfono telefone téléphone telefoon telefonnummer telefonnr telefoonnummer telefón telefoni puhelin puhelinnumero matkapuhelin handy handynummer mobil mobilnummer mobilnr mobiltelefon rückrufnummer durchwahl portable telportable gsm móvil movil celular telemóvel telemovel cellulare ceptel ceptelefonu telefonszám telefonu telefonní telefonníčíslo τηλέφωνο κινητό телефон мобильный 电话 手机 手机号 联系电话 電話 電話番号 携帯 携帯電話 전화 전화번호 휴대폰 연락처 điệnthoại sốđiệnthoại workphone daytimephone contactnumber mobilenumber cellphone directdial callback callbacknumber mob whatsapp phone mobilephone homephone otherphone assistantphone fax mobile cell suppliedphone phonenumber telephone tel personmobilephone telefon",
    ),
    (
        Kind::Address,
        "straße strasse strassehausnummer straßehausnummer strasseundhausnummer straßeundhausnummer anschrift adresse wohnanschrift rechnungsadresse lieferadresse hausnummer postleitzahl rue codepostal cp calle dirección direccion domicilio códigopostal codigopostal indirizzo residenza via cap adres ulica ulice kod kodpocztowy psč psc straat postcodehuisnummer endereço endereco morada rua códigopostalcp gatuadress gata postnummer postnr adress besöksadress vej gade postadresse osoite katuosoite postinumero adresi açıkadres postakodu lakcím cím irányítószám utca adresa adresă stradă strada codpoștal codpostal διεύθυνση οδός τκ адрес адреса улица индекс 住所 ご住所 郵便番号 地址 住址 通讯地址 邮编 주소 우편번호 địachỉ adresastanovanja alamat billto shipto physicaladdress residentialaddress homeaddress postaladdress streetaddress deliveryaddress permanentaddress correspondenceaddress eircode pincode street mailingstreet billingstreet shippingstreet otherstreet personmailingstreet address mailingaddress billingaddress shippingaddress mailingpostalcode billingpostalcode shippingpostalcode otherpostalcode postalcode zip zipcode postcode plz addressline1 addressline2 cep",
    ),
    (
        Kind::Location,
        "ville commune localité ciudad población localidad città comune cidade localidade localitate oraș miasto miejscowość město obec woonplaats plaats stad ort stadt wohnort kaupunki postort by poststed şehir il ilçe város település πόλη город місто 城市 市 도시 grad suburb city mailingcity billingcity shippingcity othercity personmailingcity town mailingstate billingstate shippingstate",
    ),
    (
        Kind::DateOfBirth,
        "geburtsdatum geburtstag geb gebdatum datedenaissance fechadenacimiento fechanacimiento datadinascita datanascita datadenascimento datanascimento geboortedatum dataurodzenia datanarození datumnarození datumnarozeni dátumnarodenia födelsedatum fødselsdato syntymäaika doğumtarihi születésidátum születésiidő dataNașterii datanașterii ημερομηνίαγέννησης датарождения 生年月日 出生日期 생년월일 ngàysinh datumrođenja datedenaissancejjmmaaaa bornon birthdate dateofbirth dob personbirthdate birthday",
    ),
    (
        Kind::NationalId,
        "dni nie nif curp rfc cpf cedula cédula rut ssn sin nino ninumber nationalinsurancenumber ppsnumber pps ppsn idnumber idno passport passportno passeport pasaporte passaporto passaporte paspoort paspoortnummer passnummer reisepassnummer ausweisnummer personalausweisnummer personalausweis steuerid steueridnr steueridentifikationsnummer sozialversicherungsnummer svnr ahvnr ahvnummer ahvn13 codicefiscale numérodesécuritésociale nsécu nir bsn burgerservicenummer rijksregisternummer pesel nip rodnéčíslo personnummer fødselsnummer cprnummer cpr henkilötunnus tckimlikno kimlikno tckn cnp adóazonosító tajszám αφμ αμκα αδτ инн снилс паспорт マイナンバー 個人番号 身份证号 身份证 身份证号码 주민등록번호 여권번호 cccd cmnd oib aadhaar aadhar aadhaarnumber pan panno pannumber nric tfn driverslicence driverlicense drivinglicence licenceno dlnumber socialsecuritynumber taxid nationalid passportnumber driverslicense licensenumber",
    ),
    (
        Kind::Nationality,
        "nationality citizenship nationalität staatsangehörigkeit staatsbürgerschaft nationalité nacionalidad cittadinanza nazionalità nationaliteit nacionalidade narodowość obywatelstwo nationalitet medborgarskap statsborgerskab statsborgerskap kansalaisuus uyruk uyruğu občanství národnost állampolgárság cetățenie naționalitate υπηκοότητα εθνικότητα гражданство 国籍 國籍 국적",
    ),
    (
        Kind::Org,
        "company companyname accountname suppliedcompany organization organisation organizationname employer firma",
    ),
    (Kind::Email, "email suppliedemail personemail emailaddress fromaddress toaddress mail"),
    (
        Kind::Secret,
        "password accesstoken refreshtoken sessionid apikey clientsecret secret authorization",
    ),
    (Kind::Iban, "iban"),
    (Kind::AccountNumber, "accountnumber bankaccount routingnumber customernumber"),
    (Kind::Card, "creditcard cardnumber creditcardnumber"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_says_one_thing() {
        let written: usize = FIELDS.iter().map(|(_, names)| names.split(' ').count()).sum();
        assert_eq!(KINDS.len(), written, "a name stands twice");
        assert_eq!(kind_of("mailingstreet"), Some(Kind::Address));
        assert_eq!(kind_of("氏名"), Some(Kind::Name));
        assert_eq!(kind_of("stagename"), None);
    }
}
