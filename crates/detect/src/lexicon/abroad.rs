//! Words of streets, honorifics and numbers of more countries.

use super::{ACCOUNT_CUE, AGE_CUE, Class, HONORIFIC, ID_CUE, REFERENCE, SECRET_CUE, STREET, UNIT};

/// Decades of a life: `fifties`, `Mitte vierzig`.
pub(crate) const DECADES: &str = "twenties thirties forties fifties sixties seventies eighties nineties zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig zwanziger dreißiger vierziger fünfziger sechziger siebziger achtziger zwanzigern dreißigern vierzigern fünfzigern sechzigern siebzigern achtzigern";

/// Words by what they are, beside those of the short lists.
pub(super) const LISTS: &[(Class, &str)] = &[
    (
        STREET,
        "cct pde bvd bvde esp esplanade tce grn wlk parade circuit quay quays gate yard strand promenade prom wynd vennel loan gdns sqr crst cnr lwr upr bvld",
    ),
    (UNIT, "shop villa penthouse townhouse studio maisonette basement"),
    (
        HONORIFIC,
        "alhaji alhaja alh barr engr otunba mallam malam hajia hajiya surv tpl evang avv drs mudr judr phdr rndr mvdr paeddr dipl messr pharm dhr mej",
    ),
    (AGE_CUE, DECADES),
    (AGE_CUE, "jährigen jarige årig åriga letý letá letni letnia yaşındaki"),
    (
        SECRET_CUE,
        "kundenkennwort telefonkennwort kundenpasswort sicherheitswort şifreyi şifresini salasanaksi salasanan lösenord lösenordet lösen kodord passord passordet adgangskode adgangskoden kodeord kodeordet salasana salasanani jelszó jelszava parola parolası parolam şifresi şifrem şifreniz sifre sifresi geheimzahl zugangscode codewort losungswort codewoord codeword safeword wachtwoorden pincode pinkod pinkode türcode contrasena kennwörter passwörter heslem hasłem hasła heslo лозинка пароль пароля κωδικός",
    ),
    (ID_CUE, "bvn ppsn nino voter epic uan philhealth sss umid mykad passnr ssnr"),
    (ACCOUNT_CUE, "nuban ifsc bsb clabe rib blz sortcode kontonr bankleitzahl cbu giro girokonto"),
    (
        REFERENCE,
        "artikel artikelnr artikelnummer teilenummer teilenr ersatzteil onderdeel onderdeelnummer reservdel reservdelsnummer artnr varenr varenummer pièce référence pieza repuesto pezzo ricambio peça parça sipariş siparis siparişi fatura irsaliye talep takip kargo nf nfe danfe protocolo chamado encomenda bestellnummer auftragsnummer rechnungsnummer vorgangsnummer lieferschein lieferscheinnummer angebotsnummer ticketnummer bestelnummer factuurnummer ordernummer fakturanummer ordernr fakturanr zamówienia zlecenie zlecenia zgłoszenie zgłoszenia objednávka objednávky faktury devis expediente albarán presupuesto preventivo bolla ddt offerte ärende ärendenummer sagsnummer ordre ordrenummer tilaus tilausnumero lasku laskunumero rendelés számlaszáma comandă comanda gl ledger kostenstelle sachkonto fiscal",
    ),
];
