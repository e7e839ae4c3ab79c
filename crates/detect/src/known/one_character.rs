//! Names of one character, which are a name only beside how a person is called: `森様`, `林社長`, `王先生`, `小李`.

use std::sync::LazyLock;

use super::scan::Scan;
use crate::{lexicon::Words, text::Token};

/// Forms of address and offices that stand right behind a surname, in Japanese, Chinese and Korean.
static CALLED: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        "様 さま さん ちゃん 君 くん 氏 殿 どの 先輩 後輩 御中様 社長 副社長 会長 副会長 専務 常務 取締役 監査役 部長 副部長 本部長 次長 課長 課長代理 係長 主任 主査 室長 店長 所長 支店長 支社長 工場長 院長 園長 校長 教頭 教授 准教授 助教 講師 博士 医師 先生 弁護士 税理士 会計士 理事 理事長 顧問 担当 代表 代理 リーダー マネージャー マネジャー 夫妻 夫人 奥様 両氏 選手 監督 議員 大臣 知事 市長 町長 村長 名誉教授 看護師 刑事 記者 编辑 女史 嬢 \
         先生 女士 小姐 太太 夫人 经理 總經理 总经理 副总 总监 總監 总裁 總裁 总 總 董事长 董事長 董事 董 老板 老闆 主管 主任 主席 处长 處長 科长 科長 部长 部長 局长 局長 院长 院長 校长 校長 会长 會長 厂长 廠長 店长 店長 组长 組長 队长 隊長 所长 站长 老师 老師 教授 博士 医生 醫生 医师 醫師 大夫 护士 律师 律師 会计 會計 工程师 工程師 师傅 師傅 同学 同學 同志 哥 姐 叔 叔叔 阿姨 伯伯 爷爷 奶奶 氏 助理 秘书 秘書 顾问 顧問 专员 專員 客户 客戶 代表 大哥 大姐 \
         씨 님 양 군 대리 과장 차장 부장 팀장 실장 이사 상무 전무 사장 대표 회장 원장 소장 교수 선생 선생님 박사 변호사 기자 주임 사원 고객",
    )
});

/// What a sentence begins with, too: sides, seasons, days, kinds of people.
static TIMES: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        "東 西 南 北 春 夏 秋 冬 朝 昼 夜 夕 月 火 水 木 金 土 日 人 男 女 上 下 中 前 後 今 雨 雪 花 車 鍵 本 他 次 何 誰 私 僕 皆 別 先 横 奥 店 町 駅 道 家 水 色 音 川 山 海 空 星 島",
    )
});

impl Scan<'_, '_> {
    /// Whether a character stands beside how a person is called.
    pub(super) fn addressed(&self, token: &Token) -> bool {
        let rest = self.doc.text.get(token.end..).unwrap_or_default();
        let rest = rest.strip_prefix([' ', '\u{3000}']).unwrap_or(rest);
        if CALLED.begin(rest) {
            return true;
        }
        // 老王, 小李, 阿明: who is called so has no other character behind.
        let before = self.doc.char_before(token.start);
        matches!(before, Some('老' | '小' | '阿'))
            && rest.chars().next().is_none_or(|c| {
                !crate::text::is_ideograph(c) || "说說要问問在已今明昨周下上来來去到和跟也都会會想让讓把给給回发發确確同不没沒先的".contains(c)
            })
    }

    /// `礼状は泉が担当` after `泉 さくら`, `泉より報告`: one character and what it does, where nothing is written together
    /// with it.
    pub(super) fn acts(&self, token: &Token) -> bool {
        let rest = self.doc.text.get(token.end..).unwrap_or_default();
        let before = self.doc.char_before(token.start);
        let kanji = |c: char| matches!(c, '\u{3400}'..='\u{9fff}');
        if before.is_some_and(kanji) || rest.chars().next().is_some_and(kanji) {
            return false;
        }
        if self.said.binary_search(&token.hash).is_ok() {
            return true;
        }
        let opens = before.is_none_or(|c| !crate::text::is_ideograph(c));
        opens
            && !TIMES.has(self.doc.word(token))
            && ["は", "が", "も", "より", "から", "と", "に"].iter().any(|it| rest.starts_with(it))
    }
}
