//! Names that no list of the CRM holds.

use boundary::Kind;

use crate::plain;

#[test]
fn strangers() {
    for (text, name) in [
        ("Please call Dr. Tvrtko Bunjevac tomorrow", "Tvrtko Bunjevac"),
        ("Dear Oluwaseun,\nthank you", "Oluwaseun"),
        ("tell Adolfine I'm late", "Adolfine"),
        ("LVM for A. Ulrych, try again", "A. Ulrych"),
        ("Vandersloot, Pieter called", "Vandersloot, Pieter"),
        ("Best regards\nXimena Quiñonero\nSales", "Ximena Quiñonero"),
        ("pls log a call with erhard langern re: redlines", "erhard langern"),
        ("Per Peter: legal wants it", "Peter"),
        ("signed by Bhavna Rajagopalan and others", "Bhavna Rajagopalan"),
        ("met with Keith van Roekel", "Keith van Roekel"),
        ("Ms. O'Kelleher approved", "O'Kelleher"),
        ("佐藤里佳様", "佐藤里佳"),
        ("请联系陈峰先生", "陈峰"),
        ("Did kristine barkholz sign the NDA?", "kristine barkholz"),
        ("from Anders Thorvaldsen <at@example.dk>", "Anders Thorvaldsen"),
        ("Γιώργος Παπαδάκης", "Γιώργος Παπαδάκης"),
        ("Наталья Ковалёва", "Наталья Ковалёва"),
    ] {
        let all = plain(text);
        assert!(all.contains(&(Kind::Name, name)), "{text:?}: {all:?}");
    }
}

#[test]
fn labels_in_the_text() {
    for (text, kind, value) in [
        (r#"{"FirstName":"Zyx","LastName":"Short"}"#, Kind::Name, "Short"),
        (r#"{"attributes":{"type":"Contact"},"Name":"zyx short"}"#, Kind::Name, "zyx short"),
        (r#"{"Account":{"Name":"Short and Long"}}"#, Kind::Org, "Short and Long"),
        (r#"{"MailingPostalCode":"123","MailingCity":"long"}"#, Kind::Location, "long"),
        ("{\\\"LastName\\\":\\\"Short\\\"}", Kind::Name, "Short"),
        ("Name,Email,Phone\nzyx short,z@x.example,12345", Kind::Name, "zyx short"),
        ("Name,Email,Phone\nzyx short,z@x.example,12345", Kind::Phone, "12345"),
        ("| Contact | Account |\n|---|---|\n| Zyx | Long Shot |", Kind::Org, "Long Shot"),
        ("Name: zyx wvuts\nrest", Kind::Name, "zyx wvuts"),
        ("From: Qwv Zxcv <q@z.example>", Kind::Name, "Qwv Zxcv"),
    ] {
        let all = plain(text);
        assert!(all.contains(&(kind, value)), "{text:?}: {all:?}");
    }
    let stage =
        r#"{"Id":"0065g00000XyZ12AAB","StageName":"Closed Won","Amount":829,"Name":"Big Deal"}"#;
    assert!(plain(stage).iter().all(|(kind, _)| *kind == Kind::RecordId), "{:?}", plain(stage));
}

#[test]
fn organisations() {
    for (text, org) in [
        ("at Wiśniewska Sp. z o.o.", "Wiśniewska Sp. z o.o."),
        ("with Kyogoku Unyu Shoji Co., Ltd. today", "Kyogoku Unyu Shoji Co., Ltd."),
        ("the Bauer GmbH & Co. KG account", "Bauer GmbH & Co. KG"),
        ("Vergnet SA", "Vergnet SA"),
        ("株式会社鈴木水産", "株式会社鈴木水産"),
        ("和泰传媒有限公司", "和泰传媒有限公司"),
        ("spoke to Ostrava Dynamics Inc. about", "Ostrava Dynamics Inc."),
    ] {
        let all = plain(text);
        assert!(all.contains(&(Kind::Org, org)), "{text:?}: {all:?}");
    }
}

#[test]
fn places_titles_and_peoples() {
    for (text, kind, value) in [
        ("moving HQ to Gießen next year", Kind::Location, "Gießen"),
        ("she lives in Norway", Kind::Location, "Norway"),
        ("based in Lake Tylertown", Kind::Location, "Lake Tylertown"),
        ("the Norwegian team", Kind::Nationality, "Norwegian"),
        ("Mrs. Holt called", Kind::Title, "Mrs."),
        ("Jo Hale\nSenior Account Executive\nHale Ltd", Kind::Title, "Senior Account Executive"),
    ] {
        let all = plain(text);
        assert!(all.contains(&(kind, value)), "{text:?}: {all:?}");
    }
}

#[test]
fn small_words_before_a_surname_belong_to_it() {
    let found = plain("van den Heuvel, Pieter signs for us");
    assert!(found.contains(&(Kind::Name, "van den Heuvel, Pieter")), "{found:?}");
}

#[test]
fn who_is_mentioned_and_who_writes() {
    for (text, name) in [
        ("@Matilde can you take this one?", "Matilde"),
        ("done, thanks @Matilde", "Matilde"),
        ("Faith here, the second box is missing.", "Faith"),
        ("Hello, Faith here from accounting", "Faith"),
    ] {
        let all = plain(text);
        assert!(all.contains(&(Kind::Name, name)), "{text:?}: {all:?}");
    }
    for text in ["@Override and @AuraEnabled", "Nothing here, sorry.", "Click here, then wait."] {
        let all = plain(text);
        assert!(!all.iter().any(|(kind, _)| *kind == Kind::Name), "{text:?}: {all:?}");
    }
}

#[test]
fn both_halves_of_a_name_go_together() {
    for (text, name) in [
        ("Attendees: Park Ji-woo and the buyer.", "Park Ji-woo"),
        ("Spoke with Yun-seo Nam about the outage.", "Yun-seo Nam"),
        ("Sanne van 't Hoogeveen belt morgen terug.", "Sanne van 't Hoogeveen"),
        ("Dear Pieter op den Akker, over de levering.", "Pieter op den Akker"),
        ("Spoke with Goodness Chukwuma today", "Goodness Chukwuma"),
        ("Friday Ekwueme signed the order.", "Friday Ekwueme"),
        ("De zaak ligt bij J.W. Terpstra.", "J.W. Terpstra"),
        ("Estimado/a Rigoberto:\nLe escribo", "Rigoberto"),
        ("Prezado(a) Jurandir,\nsegue a fatura.", "Jurandir"),
        ("zeynep altuntaş: toplantı saat kaçta?", "zeynep altuntaş"),
    ] {
        let all = plain(text);
        assert!(all.contains(&(Kind::Name, name)), "{text:?}: {all:?}");
    }
    for text in [
        "Follow-up and check-in notes",
        "Friday Deadline",
        "Hope Project starts",
        "Plan B. Next steps.",
        "status update: done",
    ] {
        let all = plain(text);
        assert!(!all.iter().any(|(kind, _)| *kind == Kind::Name), "{text:?}: {all:?}");
    }
}

#[test]
fn names_of_things_in_elements_are_nobody() {
    for text in [
        "<package><name>lodash</name><version>4.17.21</version></package>",
        "<product><name>Marina</name><sku>44-2</sku></product>",
    ] {
        let all = plain(text);
        assert!(!all.iter().any(|(kind, _)| *kind == Kind::Name), "{text:?}: {all:?}");
    }
    let author = plain("<package><author><name>Zyx Short</name></author></package>");
    assert!(author.contains(&(Kind::Name, "Zyx Short")), "{author:?}");
}

/// Words of business are people's names, too: behind a title, they are nothing else.
#[test]
fn a_title_says_more_than_a_word() {
    for (text, name) in [
        ("Mrs Steuer asked for the invoice.", "Steuer"),
        ("Bitte Frau Schlüssel zurückrufen.", "Schlüssel"),
    ] {
        let all = plain(text);
        assert!(all.contains(&(Kind::Name, name)), "{text:?}: {all:?}");
    }
    for text in ["Dear Sir, Monday suits us.", "Mr President of the board"] {
        let all = plain(text);
        assert!(all.iter().all(|(kind, _)| *kind != Kind::Name), "{text:?}: {all:?}");
    }
}
