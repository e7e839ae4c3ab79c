//! Values that prove what they are.

use boundary::Kind;
use detect::Detectors;

use crate::{found, plain};

/// Every line: the text, the kind, the value that must be covered whole.
pub(crate) fn each(kind: Kind, cases: &[(&str, &str)]) {
    let mut wrong = Vec::new();
    for (text, value) in cases {
        let all = plain(text);
        if !all.contains(&(kind, value)) {
            wrong.push(format!("{text:?}: expected {kind:?} {value:?}, found {all:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// No finding of a kind in any of the texts.
pub(crate) fn none(kinds: &[Kind], texts: &[&str]) {
    for text in texts {
        let wrong: Vec<_> =
            plain(text).into_iter().filter(|(kind, _)| kinds.contains(kind)).collect();
        assert!(wrong.is_empty(), "{text:?}: {wrong:?}");
    }
}

#[test]
fn emails() {
    each(
        Kind::Email,
        &[
            ("write to ada.byron+crm@sub.example.co.uk.", "ada.byron+crm@sub.example.co.uk"),
            ("<o'neil@example.ie>", "o'neil@example.ie"),
            ("mail=zoe%40example.org&x=1", "zoe%40example.org"),
            ("jörg@müller.example", "jörg@müller.example"),
            ("ask ada (at) example (dot) org", "ada (at) example (dot) org"),
            ("ask ada . byron @ mail . example . org now", "ada . byron @ mail . example . org"),
            ("ask ada.b [at] example.org today", "ada.b [at] example.org"),
            ("ada @ example.org", "ada @ example.org"),
        ],
    );
    none(
        &[Kind::Email],
        &["meet @ 10", "@Ada thanks", "a@b", "at the dot com boom", "x @ y", "x @ y . Then z"],
    );
}

#[test]
fn phones() {
    each(
        Kind::Phone,
        &[
            ("+44 (0)20 7946 0000", "+44 (0)20 7946 0000"),
            ("00420 605 145 147", "00420 605 145 147"),
            ("001-209-754-9413x4826", "001-209-754-9413x4826"),
            ("ring (692)647-0515 ext. 12 please", "(692)647-0515 ext. 12"),
            ("911.916.0934", "911.916.0934"),
            ("02 43 87 10 20", "02 43 87 10 20"),
            ("her mobile is 7437255272.", "7437255272"),
            ("call me on 91 234 5678", "91 234 5678"),
            ("Tel. 0171/123 45 67", "0171/123 45 67"),
            ("13279565991", "13279565991"),
            ("090-8561-4772", "090-8561-4772"),
            ("WhatsApp +971 50 123 4567", "+971 50 123 4567"),
            ("+65 6123 4567 or later", "+65 6123 4567"),
        ],
    );
    none(
        &[Kind::Phone],
        &[
            "on 2026-04-29 at 14:05:33",
            "order PO-91657064",
            "SKU 8837-2291-16",
            "case 39618194 is open",
            "Case number 90284694 was closed",
            "version 62.0.14.3",
            "12345678 rows",
            "between 1990 and 2020",
            "costs 1 200 000 €",
            "invoice 2024-000123",
        ],
    );
    // Where the reader works makes a bare number a telephone.
    assert_eq!(
        found(&Detectors::standard(&["US"]), "she left 2125550147"),
        [(Kind::Phone, "2125550147")]
    );
    assert_eq!(plain("she left 2125550147"), []);
}

#[test]
fn cards() {
    each(
        Kind::Card,
        &[
            ("Reference record: 4242-4242-4242-4242", "4242-4242-4242-4242"),
            ("order 3782 822463 10005", "3782 822463 10005"),
            ("4111 1111 1111 1111", "4111 1111 1111 1111"),
            ("card 378282246310005 declined", "378282246310005"),
            ("5555-5555-5555-4444 exp 12/27", "5555-5555-5555-4444"),
            ("6011111111111117", "6011111111111117"),
            // Pasted where the number of an order was asked for.
            ("order 4111111111111111", "4111111111111111"),
            ("30569309025904", "30569309025904"),
            // One digit mistyped: the word beside it is enough.
            ("my card 4111 1111 1111 1112", "4111 1111 1111 1112"),
        ],
    );
    none(&[Kind::Card], &["4111111111111112 rows were read", "id 9999999999999999"]);
}

#[test]
fn bank_accounts() {
    each(
        Kind::Iban,
        &[
            ("GB82 WEST 1234 5698 7654 32", "GB82 WEST 1234 5698 7654 32"),
            ("DE89370400440532013000", "DE89370400440532013000"),
            ("to NL91ABNA0417164300,", "NL91ABNA0417164300"),
            ("BIC COBADEFFXXX", "COBADEFFXXX"),
        ],
    );
    none(&[Kind::Iban], &["GB82WEST12345698765433 is no account", "DE89 is a road"]);
    each(
        Kind::AccountNumber,
        &[
            ("deposit acct 2923218099.", "2923218099"),
            ("Konto 532013000", "532013000"),
            ("routing 021000021", "021000021"),
        ],
    );
}

#[test]
fn national_ids() {
    each(
        Kind::NationalId,
        &[
            ("US 536-90-4399", "536-90-4399"),
            ("SIN 046 454 286", "046 454 286"),
            ("NHS number 943 476 5919", "943 476 5919"),
            ("NINO AB123456C", "AB123456C"),
            ("CPF 529.982.247-25", "529.982.247-25"),
            ("11.222.333/0001-81", "11.222.333/0001-81"),
            ("CUIT 20-12345678-6", "20-12345678-6"),
            ("NIR 1 85 05 78 006 084 91", "1 85 05 78 006 084 91"),
            ("Steuer-ID 65929970489", "65929970489"),
            ("BSN 111222333", "111222333"),
            ("85.07.30-033.28", "85.07.30-033.28"),
            ("PESEL 44051401359", "44051401359"),
            ("811218-9876", "811218-9876"),
            ("fødselsnummer 15076500565", "15076500565"),
            ("131052-308T", "131052-308T"),
            ("CNP 1800101221144", "1800101221144"),
            ("OIB 33392005961", "33392005961"),
            ("TC kimlik 10000000146", "10000000146"),
            ("DNI 12345678Z", "12345678Z"),
            ("NIE X1234567L", "X1234567L"),
            ("RSSMRA85T10A562S", "RSSMRA85T10A562S"),
            ("8001015009087", "8001015009087"),
            ("Aadhaar 2341 2341 2346", "2341 2341 2346"),
            ("PAN ABCPE1234F", "ABCPE1234F"),
            ("11010519491231002X", "11010519491231002X"),
            ("S1234567D", "S1234567D"),
            ("RUT 12.345.678-5", "12.345.678-5"),
            ("TFN 123 456 782", "123 456 782"),
            ("756.9217.0769.85", "756.9217.0769.85"),
            ("passport no. A333074682", "A333074682"),
            ("licence F8200636", "F8200636"),
            ("VAT DE136695976", "DE136695976"),
            ("rodné číslo 736028/5163", "736028/5163"),
        ],
    );
    none(
        &[Kind::NationalId],
        &[
            "case 111222333",
            "ticket 44051401358",
            "666-12-3456",
            "000-12-3456",
            "S1234567A",
            "12345678A",
            "release 10.2.1",
            "SKU AB123456C9",
        ],
    );
}

#[test]
fn dates_and_ages() {
    each(
        Kind::DateOfBirth,
        &[
            ("DOB 12/08/1961", "12/08/1961"),
            ("born on 3 May 1970 in", "3 May 1970"),
            ("geboren am 12.06.1993", "12.06.1993"),
            ("生年月日 1985年4月12日", "1985年4月12日"),
        ],
    );
    each(
        Kind::Date,
        &[
            ("due 2026-04-29", "2026-04-29"),
            ("on April 20, 1956", "April 20, 1956"),
            ("20. März 2024", "20. März 2024"),
        ],
    );
    each(
        Kind::Age,
        &[
            ("a 54 year old", "54"),
            ("aged 47", "47"),
            ("when he was 73.", "73"),
            ("I am 31 years old", "31"),
            ("a 29-year-old", "29"),
        ],
    );
    none(
        &[Kind::Age],
        &["27 days open", "in 5 years", "10 year contract", "he was 20 minutes late"],
    );
    none(&[Kind::DateOfBirth], &["decided by 2026-04-29"]);
}

#[test]
fn network_and_web() {
    each(
        Kind::Ip,
        &[
            ("from 139.7.224.180 again", "139.7.224.180"),
            ("2001:db8::8a2e:370:7334", "2001:db8::8a2e:370:7334"),
            ("MAC 00:1A:2B:3C:4D:5E", "00:1A:2B:3C:4D:5E"),
            ("[::1]:8080", "::1"),
        ],
    );
    none(
        &[Kind::Ip],
        &[
            "release 62.0.14.3",
            "v1.2.3.4",
            "at 14:05:33",
            "std::net::Ipv6Addr",
            "ratio 1:2:3",
            "999.1.1.1",
        ],
    );
    each(
        Kind::Url,
        &[
            ("see https://www.example.com/a?b=c.", "https://www.example.com/a?b=c"),
            ("www.example.org", "www.example.org"),
            ("(http://x.example/y)", "http://x.example/y"),
        ],
    );
    assert!(
        plain("postgres://app:hunter2@db.internal/crm").contains(&(Kind::Secret, "app:hunter2"))
    );
}

#[test]
fn secrets() {
    for (text, secret) in [
        (
            "00D5g000001AbCd!AQEAQLpW.xYz0123456789abcdefGHIJ",
            "00D5g000001AbCd!AQEAQLpW.xYz0123456789abcdefGHIJ",
        ),
        ("key AKIAIOSFODNN7EXAMPLE", "AKIAIOSFODNN7EXAMPLE"),
        ("ghp_0123456789abcdefghijABCDEFGHIJ012345", "ghp_0123456789abcdefghijABCDEFGHIJ012345"),
        ("Authorization: Bearer abc123DEF456ghi789", "abc123DEF456ghi789"),
        ("password: hunter2", "hunter2"),
        ("pwd=S3cret!,", "S3cret!"),
        ("the password is correct-horse-9", "correct-horse-9"),
        ("sk_live_0123456789abcdefXYZ", "sk_live_0123456789abcdefXYZ"),
    ] {
        let all = plain(text);
        assert!(
            all.iter().any(|(kind, value)| *kind == Kind::Secret && value.contains(secret)),
            "{text:?}: {all:?}"
        );
    }
    let key = "-----BEGIN RSA PRIVATE KEY-----\nMIIabc\n-----END RSA PRIVATE KEY----- tail";
    assert_eq!(
        plain(key),
        [(Kind::Secret, "-----BEGIN RSA PRIVATE KEY-----\nMIIabc\n-----END RSA PRIVATE KEY-----")]
    );
    none(
        &[Kind::Secret],
        &[
            "reset the password please",
            "password reset",
            "the key is ready",
            "token: none",
            "password: ****",
        ],
    );
}

#[test]
fn addresses() {
    for (text, address) in [
        ("lives at 78869 William Manor, Port Gail", "78869 William Manor"),
        ("47, avenue Georges Valentin", "47, avenue Georges Valentin"),
        ("Via Venezia 88", "Via Venezia 88"),
        ("Mülhauserstrasse 143", "Mülhauserstrasse 143"),
        ("ul. Kwiatowa 12/5, 00-950 Warszawa", "Kwiatowa 12/5"),
        ("Flat 9, 12 Hilary Street, SW1A 1AA", "12 Hilary Street"),
        ("P.O. Box 194, Nuuk", "Box 194"),
        ("Calle de Alcalá 45, 28014 Madrid", "Calle de Alcalá 45"),
        ("postcode NR14 9EH", "NR14 9EH"),
        ("ZIP: 14190", "14190"),
        ("Springfield, IL 62704", "62704"),
        ("Trg svobode 4", "Trg svobode 4"),
        ("Storgatan 12, 411 01 Göteborg", "411 01"),
        ("東京都中野区本町1丁目2番3号", "東京都中野区本町1丁目2番3号"),
    ] {
        let all = plain(text);
        let at = text.find(address).unwrap();
        let covered = all.iter().any(|(kind, value)| {
            let from = value.as_ptr() as usize - text.as_ptr() as usize;
            *kind == Kind::Address && from <= at && from + value.len() >= at + address.len()
        });
        assert!(covered, "{text:?}: {all:?}");
    }
    none(
        &[Kind::Address],
        &[
            "Top 5 accounts by revenue",
            "12 opportunities closed",
            "Apollo Suite 88 seats",
            "3 High Priority cases",
            "Release 62 Notes",
        ],
    );
}

#[test]
fn sums() {
    each(
        Kind::Amount,
        &[
            ("credit of €883,455.00.", "€883,455.00"),
            ("budget £27K", "£27K"),
            ("1.200,50 €", "1.200,50 €"),
            ("USD 45 million", "USD 45 million"),
            ("$5.5M deal", "$5.5M"),
            ("500 zł", "500 zł"),
        ],
    );
    none(&[Kind::Amount], &["67%", "62 seats", "version 3.2"]);
}

#[test]
fn what_is_no_ones_stays() {
    let core = [
        Kind::Name,
        Kind::Email,
        Kind::Phone,
        Kind::Card,
        Kind::Iban,
        Kind::NationalId,
        Kind::AccountNumber,
        Kind::Ip,
        Kind::Address,
        Kind::Secret,
        Kind::DateOfBirth,
    ];
    none(
        &core,
        &[
            "SELECT Id, Name, Amount FROM Opportunity WHERE StageName = 'Proposal/Price Quote' AND CloseDate = THIS_QUARTER LIMIT 60",
            "Opportunity 0065g00000XyZ12AAB moved to Closed Won; forecast €829K; probability 52%.",
            "Error INVALID_FIELD_FOR_INSERT_UPDATE: Account: bad field names on insert/update call: Id",
            "Which dashboards use the formula IF(ISPICKVAL(StageName, 'Closed Won'), Amount * 0.1, 0)?",
            "Create a report of cases by priority (High, Medium, Low) grouped by week and export it as CSV.",
            "Set the field Discount__c to 38 on quote Q-87434424 and recalculate.",
            "Please bill, sue, or drop the vendor: may be a hard choice, but the will of the board is clear.",
            "How many opportunities closed in April and May, and will we hit the target by June?",
            "Mark the task as done and grant access to the Grace period report.",
            "Tracking 1Z34MELCG60QLJF21F for order 4500123987, SKU 8837-2291-16.",
            "Upgrade from 10.2.1 to 10.2.2 at 14:05:33 UTC.",
            "The Apollo Suite, the Jasmine Router and the Madison Dashboard are on sale.",
        ],
    );
}
