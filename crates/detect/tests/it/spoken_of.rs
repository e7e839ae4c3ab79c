//! Strangers by what a text says of them: lists, chats, calls, other languages.

use boundary::Kind;

use crate::plain;

fn names(text: &str) -> Vec<&str> {
    let all = plain(text).into_iter();
    all.filter(|(kind, _)| *kind == Kind::Name).map(|(_, value)| value).collect()
}

#[track_caller]
fn all_found(table: &[(&str, &[&str])]) {
    for (text, expected) in table {
        let found = names(text);
        for name in *expected {
            assert!(found.contains(name), "{text:?}: {found:?}");
        }
    }
}

#[track_caller]
fn nobody(table: &[&str]) {
    for text in table {
        assert_eq!(names(text), Vec::<&str>::new(), "{text:?}");
    }
}

#[test]
fn a_name_in_small_letters_stands_where_a_person_must() {
    all_found(&[
        ("spoke w/ latisha birdsong re: pricing", &["latisha birdsong"]),
        ("lvm for emmett carpenter, try again", &["emmett carpenter"]),
        ("assigned to ruby hernandez for follow up", &["ruby hernandez"]),
        ("gesproken met wiebe van oosterzee over de offerte", &["wiebe van oosterzee"]),
        ("parlato con fiammetta rossini, richiama", &["fiammetta rossini"]),
        ("decide il marito ottone entro venerdì", &["ottone"]),
        ("volal jsem radimovi kolínskému, ozve se", &["radimovi kolínskému"]),
        ("attendees: marlowe diaz, kenisha booker", &["marlowe diaz", "kenisha booker"]),
        ("- k. lindgren: send deck", &["k. lindgren"]),
    ]);
    nobody(&[
        "spoke w/ accounting about the fee",
        "parlato con ufficio acquisti",
        "call with finance and legal tomorrow",
        "per legal, no change. per ops, go live in may",
    ]);
}

#[test]
fn people_stand_in_rows_behind_a_label() {
    all_found(&[
        (
            "Anwesend: Rüdiger Pahlke, Krohn, A. Yıldırım",
            &["Rüdiger Pahlke", "Krohn", "A. Yıldırım"],
        ),
        ("Katılımcılar: Bülent, Nergis Toprak", &["Bülent", "Nergis Toprak"]),
        ("Apologies: Rosamund Tweedy\n1. Budget", &["Rosamund Tweedy"]),
    ]);
    nobody(&[
        "Attendees: Finance, IT, Security",
        "Teilnehmer: Vertrieb, Einkauf",
        "Owner: Customer Success",
    ]);
}

#[test]
fn whoever_speaks_in_a_chat_is_somebody() {
    all_found(&[
        ("leonie brandt: geht wieder?\nsupport: gleich", &["leonie brandt"]),
        ("[10:02] rosalba: ciao\n[10:03] agente: dimmi", &["rosalba"]),
    ]);
    nobody(&[
        "status: open\npriority: high\nowner: platform team",
        "[10:02] system: done\n[10:05] bot: done",
    ]);
}

#[test]
fn what_was_said_once_is_covered_again() {
    all_found(&[
        ("Met Grant Oyelowo. Grant is out today.", &["Grant Oyelowo", "Grant"]),
        ("Pratade med Ulla Hedman. Hedmans chef ringer.", &["Ulla Hedman", "Hedmans"]),
        ("Spoke with Teodora Banks (Banks's first visit)", &["Teodora Banks", "Banks"]),
    ]);
    assert_eq!(names("Met Mark Oyelowo. Mark it as done."), ["Mark Oyelowo"]);
}

#[test]
fn surname_and_given_name_share_a_cell() {
    all_found(&[
        (
            "id,who\n1,\"Brooks, Hattie\"\n2,\"Ferrari, Chance\"",
            &["Brooks, Hattie", "Ferrari, Chance"],
        ),
        ("Castellanos, Jubilee - CFO. Wants net 60.", &["Castellanos, Jubilee"]),
        ("Adeyemi, R. / Lindqvist, Dale", &["Lindqvist, Dale"]),
    ]);
    nobody(&["Portland, Oregon", "Renewals, West", "Regards, Sales Ops"]);
}

#[test]
fn an_article_stands_before_a_surname() {
    all_found(&[
        ("Ja, die Kessler will das Angebot sehen und der Kunde ist nicht da.", &["Kessler"]),
        ("A Jacinta pediu a fatura e o armazém confirma.", &["Jacinta"]),
        ("Frau Wehner kommt. Die Rechnung ist da.", &["Wehner"]),
    ]);
    nobody(&["Der Drucker druckt und die Ampel ist grün.", "Die Lieferung will der Kunde nicht."]);
}

#[test]
fn accounts_are_written_like_names() {
    all_found(&[
        ("Deployed by @bjorn.halvorsen today", &["bjorn.halvorsen"]),
        ("opened by user milena_novak; done", &["milena_novak"]),
    ]);
    nobody(&["see config_file and data.table", "from os.path import join_all", "@angular.core"]);
}

#[test]
fn names_of_china_and_japan_are_led_to() {
    all_found(&[
        ("出席者：柳田、望月", &["柳田", "望月"]),
        ("担当は若林です。", &["若林"]),
        ("客户裴志远要求退款", &["裴志远"]),
        ("参会人：滕飞、岑晓梅", &["滕飞", "岑晓梅"]),
        ("望月様より電話。望月様は来週返答。", &["望月"]),
    ]);
    nobody(&["出席者：営業部、経理部", "参会部门：销售部、财务部", "客户要求延期付款"]);
}

#[test]
fn a_town_inside_a_name_is_none() {
    assert_eq!(names("Spoke with Regina Hollister today"), ["Regina Hollister"]);
}

#[test]
fn what_someone_is_called_by_belongs_to_the_name() {
    all_found(&[
        ("Peter Hansen and Big Dave drive", &["Big Dave"]),
        ("ring Uncle Raymond about it", &["Uncle Raymond"]),
        ("ihr Mann Eckbert holt es ab", &["Eckbert"]),
        ("Jag pratade med Pär Lundgren", &["Pär Lundgren"]),
        ("Hej! Jag ringde Pär igår", &["Pär"]),
        ("Hi Peter and Sunny,\nhere is the map Sunny asked about", &["Sunny"]),
    ]);
    nobody(&["The Big Data report is out", "a little tony restaurant", "Big Sale today"]);
}

#[test]
fn machines_themes_and_types_are_nobody() {
    nobody(&[
        "Restarted Cassandra, all is well",
        "Jenkins job failed again",
        "The Victoria release has three issues",
        "Ventilblock Typ Merkur 4/2 fehlt",
        "Hiya, it is late. Yeah it is.",
        "Sarbanes-Oxley controls passed",
        "Sturmtief Sabine: später",
    ]);
}
