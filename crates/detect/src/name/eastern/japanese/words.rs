//! The words that tell Japanese names from others, and what is called as people are and is nobody.

use std::{collections::HashSet, sync::LazyLock};

use crate::lexicon::Words;

/// Given names.
static GIVEN: LazyLock<Words> =
    LazyLock::new(|| Words::new(include_str!("../../../../lists/given_japan.txt")));
/// Characters that given names of two and more begin and end with.
static SIGNS: LazyLock<[HashSet<char>; 2]> = LazyLock::new(|| {
    let names = include_str!("../../../../lists/given_japan.txt").split_whitespace();
    let names = names.filter(|name| name.chars().count() > 1);
    let (first, last) = names.map(|name| (name.chars().next(), name.chars().next_back())).unzip();
    let set = |signs: Vec<Option<char>>| signs.into_iter().flatten().collect();
    [set(first), set(last)]
});
/// Given names written in syllables.
pub(super) static SYLLABLES: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        "あい あいか あいり あおい あかね あかり あき あきこ あけみ あさみ あすか あずさ あや あやか あやこ あやの あやね あゆみ あゆむ あん あんな いずみ いちか いつき うた えみ えみり えり えりか えりこ かえで かおり かおる かずき かずみ かな かなえ かなこ かなみ かのん かほ かれん かんな きよみ くるみ けい けいこ けん こうた こころ ことね ことは こはる さえ さおり さき さくら さくらこ さちこ さつき さと さとみ さとる さな さやか さゆり さら しおり しげる しずか しの しのぶ しほ じゅん じゅんこ すず すずか すみれ せいら せな そうた そら たえ たかこ たかし たくみ たけし ただし たまき たまみ ちえ ちえみ ちか ちさと ちなつ ちはる ちひろ つかさ つばさ つばき つむぎ てるみ とおる ともこ ともみ ともや なお なおこ なおみ なぎさ なつ なつき なつこ なつみ なな ななこ ななみ なみ のぞみ のどか のりこ はじめ はづき はな はなこ はる はるか はるき はるな はると はるみ ひかり ひかる ひさこ ひとみ ひなた ひな ひなこ ひまり ひろき ひろこ ひろし ひろみ ひろゆき ふみ ふみこ ふゆみ ほのか まい まいこ まお まき まきこ まこ まこと まさこ まさみ まさる ますみ まどか まなぶ まなみ まひろ まほ まみ まゆ まゆこ まゆみ まり まりあ まりえ まりこ まりな みお みか みき みく みこと みさ みさき みすず みずき みずほ みち みちこ みちる みつき みどり みな みなこ みなみ みのり みのる みほ みゆ みゆう みゆき みらい みわ むつみ めい めぐみ めぐ もえ もえか もも ももか ももこ やすこ やよい ゆい ゆいか ゆう ゆうか ゆうき ゆうこ ゆうた ゆうな ゆかり ゆかこ ゆき ゆきえ ゆきこ ゆきな ゆずか ゆずき ゆず ゆみ ゆみこ ゆめ ゆり ゆりか ゆりこ よしえ よしこ よしみ らん りえ りお りか りく りこ りさ りな りの りほ りん りんか るい るか るな るみ れい れいか れいこ れいな れな わかな わたる",
    )
});
/// Names from elsewhere.
pub(super) static FOREIGN: LazyLock<Words> =
    LazyLock::new(|| Words::new(include_str!("../../../../lists/names_katakana.txt")));
/// Surnames of one character. Alone each is a word.
pub(super) const SINGLE: &str = "中丸丹乾今仲伴俵北南原園坂城堀堤堰塙安宮岸峯峰島嵐嶋嶺平旗旭星暁杉村東松林柊柏柳柴栂桂梶森椿楠楡榊榎槇槙橋橘欅武沖沼浜渚渡湊源滝澤濱瀧灘牧畑畠硲秦竹笹篠脇舘芝荒菅葵蓮藤西角谷轟辻迫郷金錦関靭館鷺黛龍泉岡沢王李張劉陳楊趙黄周呉徐孫胡朱郭何羅梁宋鄭謝韓唐馮董蕭程曹袁鄧許傅沈曾彭呂蘇盧蔣蔡丁魏薛葉崔朴尹趙申文裵洪全権柳";
/// What people are called behind their name.
pub(super) static TITLES: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        "様 氏 殿 君 先生 社長 副社長 会長 副会長 専務 常務 取締役 執行役員 部長 副部長 次長 課長 係長 主任 主査 主幹 室長 支店長 店長 副店長 所長 局長 院長 校長 教頭 園長 工場長 理事長 理事 理事 監査役 顧問 教授 准教授 博士 医師 弁護士 税理士 会計士 司法書士 行政書士 社労士 看護師 薬剤師 選手 監督 議員 市長 知事 町長 隊長 船長 班長 組長 団長 両名 夫妻 夫人 嬢 女史 本部長 事業部長 営業部長 統括 参事 代理 駅長 町長 支社長 総長 学長 委員 委員長 議長 司会 宛",
    )
});
/// The same in syllables.
pub(super) const CALLED: [&str; 9] =
    ["さん", "さま", "くん", "ちゃん", "どの", "っち", "パパ", "ママ", "せんせい"];
/// Titles that stand behind a department as often.
pub(super) static OFFICES: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        "部長 副部長 次長 課長 係長 主任 主査 主幹 室長 支店長 店長 所長 局長 班長 組長 団長 隊長 本部長 代理 顧問 理事 委員 委員長 議長 統括 参事 宛 司会 監督 選手 議員 市長 知事 町長 工場長 園長 院長 校長 会計士 教授 博士 監査役 駅長 支社長 両名 社長 会長 専務 常務",
    )
});
/// Who is called as people are, and has no name by it; and what ends like a title.
static ROLES: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        "客 皆 母 父 奥 娘 息子 兄 姉 弟 妹 嫁 婿 孫 祖父 祖母 旦那 主人 家内 妻 夫 親 子 子供 叔父 叔母 伯父 伯母 親戚 家族 遺族 友人 知人 同僚 上司 部下 先輩 後輩 本人 当人 各位 御社 貴社 弊社 当社 他社 自社 先方 相手 担当 窓口 受付 業者 運転手 店員 職人 大家 新人 患者 学生 生徒 隣 近所 神 仏 殿 王 医者 先生 社長 部長 課長 店長 何 誰 彼 彼女 諸 両 各 貴 同 仕 多 模 異 有 一 別 逆 無 左 右 生 新 現 前 後 元 次 副 総 全 毎 今 初 再 我 私 俺 僕 自分 双方 双子 赤 坊 若 老 大 小 男 女 男性 女性 警察 警察官 消防士 看護師 介護士 美容師 整備士 営業 購買 総務 経理 人事 法務 技術 製造 開発 品質 企画 広報 情報 国際 海外 販売 物流 生産 資材 管理 取引先 仕入先 得意先 紹介 登録 名義 宛名 敬称 人間 農家 被害 加害 保険 契約 事業 個人 法人 団体 主任 上様 殿方 宮 幹事 司会 議長 書記 会計 理事 役員 住民 町内 工場 現場 支店 本店 営業所 支社 本社 本部 支部 代表 責任 院 校 園 市 町 村 県 区 都 府 国 店 駅 局 署 司令 編集 監査 審査 調査 監督 作業 点検 修理 設計 施工 配送 配達 集金 出張 派遣 研修 採用 退職 入院 入居 居住 来店 来場 来客 見学 応募 申請 申込 依頼 請求 支払 受取 送付 発送 返品 返金 会員 社員 職員 議員 委員 店主 家主 地主 株主 施主 荷主 売主 買主 貸主 借主 領主 飼い主 花嫁 花婿 新郎 新婦 喪主 記入 記載 注文 購入 利用 使用 所有 所属 関係 該当 対象 無記名 匿名 仮名 氏名 品名 件名 商品 製品 部品 機種 仕様 型式 一部 全部 大阪 東京 京都 名古屋 横浜 札幌 福岡 仙台 広島 神戸 関西 関東 東北 九州 四国 北海道 中国 西日本 東日本 北陸 中部 東海 第一 第二 第三 一般 特定 専門 主要 主管 兼任 専任 元請 下請 協力 共同 地域 地区 広域 市場 経営 財務 業務 事務 庶務 秘書 渉外 統括 推進 戦略 改善 安全 環境 衛生 保守 保全 運用 運営 運送 運輸 倉庫 在庫 受注 発注 検収 検品 出荷 入荷 納品 納入 輸出 輸入 通関 当日 本日 昨日 明日 今日 今回 次回 前回 弊社 社内 社外 店内 館内 院内 場内 県内 市内 都内 国内",
    )
});
/// What ends the names of roles, departments and places.
const ENDS: [char; 30] = [
    '者', '人', '員', '主', '部', '課', '室', '店', '社', '会', '局', '係', '班', '長', '族', '客',
    '位', '所', '校', '院', '署', '県', '府', '都', '区', '町', '号', '名', '先', '中',
];
/// Surnames and words before which a whole name does not begin.
static NO_GIVEN: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        "大学 高校 中学 小学 学校 学院 学園 幼稚 保育 工業 商業 工場 商事 商店 商会 製作 精機 電機 建設 運輸 運送 銀行 信金 病院 医院 支店 支社 本店 本社 営業 事務 倉庫 物流 駅前 駅 市 県 区 町 村 市内 県内 市役 県庁 空港 港 温泉 海岸 海水 高原 公園 神社 寺 城 橋 川 山 線 道路 通 北 南 東 西 中央 地区 地方 方面 経由 行 発 着 産 製 系 側 付近 周辺 本人 自身 両名 一同 一家 家 宅 邸 方 分 用 以下 以外 以上 含 他 等 直行 出張 不在 外出 休 休暇 退社 入院 欠席 出席 参加 担当 対応 確認 連絡 報告 相談 承認 了承 了解 同席 同行 訪問 来社 電話 経理 総務 人事 技術 製造 開発 部 課 係 室 社 店 所 様 氏 殿 君 先生 社長 部長 課長 係長 主任 専務 常務 会長 店長 室長 次長 教授 弁護士 医師 代表 取締 支配 監督 選手 議員 知事 夫妻 夫人 嬢",
    )
});

/// Whether ideographs are a given name, or written as one.
pub(super) fn is_given(name: &str) -> bool {
    if GIVEN.has(name) {
        return true;
    }
    let [firsts, lasts] = &*SIGNS;
    let fits = |sign: Option<char>, set: &HashSet<char>| sign.is_some_and(|c| set.contains(&c));
    (2..=3).contains(&name.chars().take(4).count())
        && fits(name.chars().next(), firsts)
        && fits(name.chars().next_back(), lasts)
        && !NO_GIVEN.begin(name)
        && !is_role(name)
}

/// Whether ideographs are a usual given name of two characters or more.
pub(super) fn is_usual_given(name: &str) -> bool {
    name.chars().nth(1).is_some() && GIVEN.has(name)
}

/// Whether what stands behind a surname belongs to something else than a name.
pub(super) fn is_no_given(text: &str) -> bool {
    NO_GIVEN.begin(text)
}

/// Whether ideographs are somebody's role, a department or a place.
pub(super) fn is_role(text: &str) -> bool {
    ROLES.has(text) || text.ends_with(ENDS)
}

/// Whether a role or a department stands at the head of ideographs.
pub(super) fn begins_with_role(text: &str) -> bool {
    ROLES.beginnings(text).any(|role| role.chars().count() > 1)
}

/// Names of kinds of people and things written in katakana, and makers whose name people write with `さん`.
pub(super) static NO_ONE: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        "オーナー ユーザー エンドユーザー メーカー ドライバー スタッフ リーダー マネージャー マネジャー ドクター パートナー サポーター メンバー ゲスト ホスト キャスト クライアント オペレーター ディーラー スポンサー サンタ タクシー ナース ヘルパー ケアマネ ケアマネージャー コーディネーター コンサルタント エンジニア デザイナー プログラマー アドバイザー インストラクター トレーナー コーチ キャプテン マスター ママ パパ ボス チーフ アルバイト パート バイト ペット ワンちゃん ベンダー サプライヤー バイヤー セールス カスタマー ヤマト クロネコ サガワ トヨタ ホンダ ソニー パナソニック アマゾン グーグル ヤフー ドコモ ソフトバンク ローソン セブン イオン コープ ニトリ ユニクロ テレビ ネット サイト ショップ ホテル レストラン スーパー コンビニ ガス センター フロント システム サービス サポート グループ チーム クラブ サークル プラン コース セット",
    )
});
/// Countries and great towns in katakana.
pub(in super::super) static PLACES: LazyLock<Words> =
    LazyLock::new(|| Words::new(include_str!("../../../../lists/places_east.txt")));
