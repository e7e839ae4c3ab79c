use boundary::Kind;

use crate::found;

#[test]
fn whoever_is_called_by_a_title_is_found_without_it() {
    for (text, name) in [
        ("9:30 椎名様よりTELあり", "椎名"),
        ("椎名部長に値引きの件を聞く", "椎名"),
        ("南社長に電話した", "南"),
        ("谷先生のご紹介です", "谷"),
        ("後任は薬袋さんになります", "薬袋"),
        ("契約者の菅沼 光代様より連絡", "菅沼 光代"),
        ("担当椎名様へ転送してください", "椎名"),
        ("マルティネス氏も同席した", "マルティネス"),
        ("ご家族の栄治様と話した", "栄治"),
        ("仲間さくらさんの件です", "さくら"),
        ("岩渕さくらさんの件です", "岩渕さくら"),
    ] {
        assert_eq!(found::of(Kind::Name, text), [name], "{text}");
    }
    for text in [
        "ご契約者様のお名前をお願いします",
        "お客様各位へのお知らせです",
        "担当者様にお渡しください",
        "様式が変わりました。仕様は同様です",
        "お母様とお子様もどうぞ",
        "営業部長が不在です",
        "先生にお伝えください。社長もです",
        "運転手さんと業者さんが来ました",
        "オーナー様、ユーザー様へ",
        "神様のような対応でした",
    ] {
        assert_eq!(found::of(Kind::Name, text), found::NOTHING, "{text}");
    }
}

#[test]
fn surname_and_given_name_stand_apart() {
    for (text, name) in [
        ("運転手は磯貝 達也に決まりました。", "磯貝 達也"),
        ("お世話になっております。\n磯貝　香織", "磯貝　香織"),
        ("講師の御子柴 昭です。", "御子柴 昭"),
        ("磯貝 さくらが担当します", "磯貝 さくら"),
    ] {
        assert_eq!(found::of(Kind::Name, text), [name], "{text}");
    }
    for text in ["横浜 支店の件です", "松山 空港で待つ", "長野 県内の配送です"]
    {
        assert_eq!(found::of(Kind::Name, text), found::NOTHING, "{text}");
    }
}

#[test]
fn whoever_speaks_or_is_listed_is_found() {
    for (text, expected) in [
        ("磯貝:来ましたか\n林:まだです\n磯貝:了解", vec!["磯貝", "林", "磯貝"]),
        ("磯貝：来ましたか\n沖：まだです", vec!["磯貝", "沖"]),
        (
            "出席:沖 さくら、磯貝 修、ロペス\n・沖が発表",
            vec!["沖 さくら", "磯貝 修", "ロペス", "沖"],
        ),
        (
            "受付: お名前をお願いします\nお客様: 犬伏です\n受付: 下のお名前は\nお客様: 春菜",
            vec!["犬伏", "春菜"],
        ),
        ("轟と申します。", vec!["轟"]),
        ("薬袋と言います。よろしく", vec!["薬袋"]),
        ("乙:レ・ヴァン・ハー(ベトナム国籍)", vec!["レ・ヴァン・ハー"]),
        ("菅沼さん、磯貝さんから電話", vec!["菅沼", "磯貝"]),
        ("礼状は磯貝健一が担当", vec!["磯貝健一"]),
    ] {
        assert_eq!(found::of(Kind::Name, text), expected, "{text}");
    }
    for text in [
        "件名:お見積りの件\n日時:明日\n場所:会議室",
        "担当: 確認します\nお客様: 大丈夫です\n担当: 了解です",
        "設定:プラン・オプションから変更できます",
        "森と泉の写真を送ります",
        "スマート・ホームの契約について",
    ] {
        assert_eq!(found::of(Kind::Name, text), found::NOTHING, "{text}");
    }
}

#[test]
fn korean_is_not_read_as_japanese() {
    for (text, name) in
        [("ask 김민수 for the plan", "김민수"), ("Maak een taak: 오도윤 bellen", "오도윤")]
    {
        assert_eq!(found::of(Kind::Name, text), [name], "{text}");
    }
}
