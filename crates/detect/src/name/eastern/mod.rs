//! Chinese, Japanese and Korean names, firms and places, whose words nothing parts.
//!
//! Here a run of ideographs is judged by itself and by the title behind it; `japanese` reads texts that have Japanese
//! syllables, `chinese` what leads to a name in all others, `places` towns and countries, `firms` trades and departments.

mod chinese;
mod firms;
pub(super) mod japanese;
mod places;
mod surnames;

use std::sync::LazyLock;

use boundary::{Kind, Layer};

use crate::{
    lexicon::Words,
    resolve::{FORM, GUESS, Sink},
    text::{Bytes, Doc, Gap, Shape},
};
use firms::{AREAS, DEPARTMENTS, after_small, traders};

/// What follows a name when someone is spoken of.
const HONORIFICS: &[&str] = &[
    "さん",
    "様",
    "さま",
    "氏",
    "先生",
    "殿",
    "君",
    "くん",
    "ちゃん",
    "女士",
    "小姐",
    "经理",
    "總經理",
    "总经理",
    "老师",
    "總",
    "总监",
    "主管",
    "老板",
    "部长",
    "部長",
    "課長",
    "係長",
    "社長",
    "専務",
    "主任",
    "室長",
    "支店長",
    "씨",
    "님",
    "부장",
    "과장",
    "대리",
    "차장",
    "사장",
    "팀장",
    "이사",
    "대표",
    "선생",
];
/// Words that begin with a syllable which is also a surname: none of them begins a name.
static NO_NAMES: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        "주문 문의 고객 주셔 주시 주소 구매 정보 이메 이용 이번 이후 이전 이상 이미 이에 다음 안녕 서비 서류 서명 성함 성명 연락 전화 금액 금일 조건 조치 조회 진행 지원 지금 지난 지역 방문 방법 공급 공지 계약 견적 최근 최종 최대 장비 장기 전체 전달 전환 유지 유효 유형 제품 제안 한국 하반 하지 상반 상담 오늘 오전 오후 신규 신청 송장 송금 안내 우선 우리 원가 현재 현황 반품 배송 보고 부서 분기 매출 목표 승인 시스 예산 예정 영업 요청 일정 입금 작업 재고 차트 참조 추가 첨부 취소 확인 환불 회의 마감 담당 어떻 어제 강남 서울 부산 인천 대전 광주 대구 경기 기한 기본 기타 마케 모든 민원 변경 변동 소개 소식 선택 양식 여기 여러 염두 위치 위해 임시 차이 추천 표준 함께 허가 현장",
    )
});
/// Parts of a firm's name.
const FIRMS: &[&str] = &[
    "株式会社",
    "有限会社",
    "合同会社",
    "合資会社",
    "合名会社",
    "有限公司",
    "股份公司",
    "集团公司",
    "有限责任公司",
    "公司",
    "集团",
    "集團",
    "銀行",
    "银行",
    "大学",
    "大學",
    "주식회사",
    "(주)",
];

pub(super) fn detect(doc: &Doc<'_>, sink: &mut Sink) {
    if !doc.ideographs {
        return;
    }
    runs(doc, sink);
    chinese::detect(doc, sink);
    places::detect(doc, sink);
}

/// Names and firms in unbroken runs of ideographs.
fn runs(doc: &Doc<'_>, sink: &mut Sink) {
    let mut index = 0;
    let japanese = japanese::is_japanese(doc);
    if japanese {
        japanese::detect(doc, sink);
    }
    while let Some(token) = doc.token(index) {
        if token.shape != Shape::Ideograph {
            index += 1;
            continue;
        }
        let mut end = index + 1;
        while doc.token(end).is_some_and(|t| t.shape == Shape::Ideograph && t.gap == Gap::None) {
            end += 1;
        }
        run(doc, index, end, japanese, sink);
        index = end;
    }
}

/// One unbroken run of ideographs.
fn run(doc: &Doc<'_>, from: usize, to: usize, japanese: bool, sink: &mut Sink) {
    let (Some(first), Some(last)) = (doc.token(from), doc.token(to - 1)) else { return };
    let text = doc.span(first.start, last.end);
    let length = to - from;
    if length <= 24 && FIRMS.iter().any(|firm| text.contains(firm)) {
        let (start, end) = firm(text);
        sink.push((first.start + start, first.start + end), Kind::Org, Layer::Model, FORM);
        return;
    }
    traders(first.start, text, sink);
    if japanese {
        if let Some(from) = town(text, length) {
            sink.push((first.start + from, last.end), Kind::Location, Layer::Model, GUESS);
        }
        return;
    }
    if !town_like(text) {
        rare_surnames(doc, first.start, text, sink);
    }
    let mut called = false;
    let mut searched = 0;
    let bytes = Bytes::of(text);
    for honorific in HONORIFICS.iter().filter(|it| bytes.may_hold(it)) {
        while let Some(at) =
            text.get(searched..).and_then(|rest| rest.find(honorific)).map(|at| at + searched)
        {
            searched = at + honorific.len();
            let mut name_start = text.get(..at).map_or(at, name_tail);
            // `请联系王经理`: the surname alone, behind a word.
            let last = text.get(..at).and_then(|before| before.char_indices().next_back());
            if is_office(honorific)
                && !text.get(name_start..at).is_some_and(may_be_chinese)
                && let Some((last, _)) = last.filter(|(_, c)| surnames::is_common_sign(*c))
            {
                name_start = last;
            }
            let name = text.get(name_start..at).unwrap_or_default();
            let everyday = is_everyday(name) || WORDS.begin(name) || DEPARTMENTS.has(name);
            let unnamed = is_office(honorific) || is_called(honorific);
            if name_start < at
                && !everyday
                && (!unnamed || may_be_chinese(name) && !begins_called(name))
            {
                sink.push(
                    (first.start + name_start, first.start + at),
                    Kind::Name,
                    Layer::Model,
                    FORM,
                );
                called = true;
            }
        }
        searched = 0;
    }
    // The title is no part of the name before it.
    if called {
        return;
    }
    // A short run that stands alone and begins with a surname.
    let surname = surnames::is_common(text);
    let family = surnames::is_japanese(text);
    let hangul = text.chars().all(is_hangul);
    let double = surnames::is_double(text) && (3..=4).contains(&length);
    let everyday = hangul && is_everyday(text);
    let word = WORDS.begin(text) || DEPARTMENTS.begin(text);
    let surname = surname && !word && (!hangul || length == 3 && !everyday);
    if hangul && !everyday && addressed(doc, from, to, text, sink) {
        return;
    }
    let town = town(text, length);
    let named =
        double || (2..=3).contains(&length) && surname || (3..=6).contains(&length) && family;
    if named && town.is_none() {
        sink.push((first.start, last.end), Kind::Name, Layer::Model, GUESS);
    } else if let Some(from) = town {
        sink.push((first.start + from, last.end), Kind::Location, Layer::Model, GUESS);
    } else if !hangul && japanese_split(doc, to) && (1..=3).contains(&length) && (family || surname)
    {
        // `山田 太郎`: family and given name with a space.
        if let Some(end) = (to..to + 3)
            .take_while(|i| {
                doc.token(*i).is_some_and(|t| {
                    t.shape == Shape::Ideograph && (*i == to || t.gap == Gap::None)
                })
            })
            .last()
            .and_then(|i| doc.token(i))
        {
            sink.push((first.start, end.end), Kind::Name, Layer::Model, GUESS);
        }
    }
}

/// Where the town that a run ends with begins.
fn town(text: &str, length: usize) -> Option<usize> {
    let ends = !AREAS.iter().any(|area| text.ends_with(area))
        && text.ends_with([
            '市', '県', '县', '区', '省', '町', '村', '郡', '州', '国', '國', '路', '街',
        ]);
    ((2..=8).contains(&length) && ends).then(|| after_small(text, 3))
}

/// Titles of an office, which in Chinese stand behind a department as often as behind a surname.
fn is_office(title: &str) -> bool {
    matches!(title, "经理" | "總經理" | "总经理" | "总监" | "主管" | "总" | "總")
}

/// How Chinese calls whoever has no name, too, and what ends given names there: `小姐說`, `雅君`. A Japanese text is told
/// by its syllables, so that what is left without them is none.
fn is_called(title: &str) -> bool {
    matches!(title, "先生" | "小姐" | "女士" | "老师" | "老板" | "君" | "主任" | "部长")
}

/// `小姐說她先生`: what stands before a title is called by another.
fn begins_called(name: &str) -> bool {
    ["小姐", "先生", "女士", "老师", "老師"].iter().any(|title| name.starts_with(title))
}

/// Whether what stands before a title begins with a surname.
fn may_be_chinese(name: &str) -> bool {
    surnames::is_double(name)
        || surnames::is_japanese(name)
        || name.starts_with(surnames::is_single)
}

/// `东方路`, `司徒街`: places have such names, too.
fn town_like(text: &str) -> bool {
    text.contains(['路', '街', '区', '号'])
}

fn japanese_split(doc: &Doc<'_>, to: usize) -> bool {
    doc.token(to).is_some_and(|t| t.gap == Gap::Space && t.shape == Shape::Ideograph)
}

/// The range of the firm: without the small words before it.
fn firm(text: &str) -> (usize, usize) {
    // A small word may stand before the firm, but not be its first character.
    let small = ['は', 'が', 'の', 'を', 'に', 'で', 'と', '在', '与', '和', '把', '给'];
    let start = text.rfind(small).filter(|at| *at > 0).map_or(0, |at| at + '在'.len_utf8());
    let marked = FIRMS.iter().any(|firm| {
        text.get(start..).is_some_and(|rest| rest.contains(firm) && rest.len() > firm.len())
    });
    if marked { (start, text.len()) } else { (0, text.len()) }
}

/// Whether ideographs may be a person's name: two to six, of which the first are a surname.
pub(super) fn is_name(text: &str) -> bool {
    let length = text.chars().count();
    (2..=6).contains(&length)
        && !WORDS.begin(text)
        && (surnames::is_japanese(text)
            || surnames::is_double(text)
            || length <= 3 && text.starts_with(surnames::is_single))
}

/// Whether ideographs begin with an everyday word.
fn is_word(text: &str) -> bool {
    WORDS.begin(text)
}

/// Whether a character is one of those that names are written with in Japan and China.
fn is_script(c: char) -> bool {
    matches!(c, '\u{3005}' | '\u{3400}'..='\u{9fff}')
}

/// Everyday words that begin as surnames do.
static WORDS: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        "任务 任何 任意 周一 周二 周三 周四 周五 周六 周日 周末 周年 周期 周边 周转 时间 时候 时刻 时段 时区 时限 方案 方便 方式 方法 方面 方向 高级 高温 高清 高度 高端 高效 高速 金额 金曜 金融 金属 金型 金利 金具 马上 馬上 万一 万元 万円 平台 平均 平日 平米 平成 成功 成本 成果 成品 成员 成交 成績 成約 明天 明日 明细 明細 明确 明年 白金 白色 黄色 黄金 安全 安排 安装 安静 安心 安価 江苏 江西 温度 温馨 石油 沙发 常见 常用 常规 常務 向导 强大 强制 查询 查看 易用 易于 易手 柳州 陆续 房产 房间 毛利 毛衣 雷达 文件 文档 文章 文字 文書 文面 文化 段階 段取 史上 孔子 顾客 顧客 顾问 顧問 贺卡 武汉 武器 尤其 梅雨 关于 关系 關係 关闭 关注 関係 関連 関東 関西 包装 包括 包含 原価 原料 原因 原稿 原則 原本 東京 東海 東北 南部 南方 北部 北海 西部 西安 森林 林業 林檎 星期 星座 島根 谷間 宮城 権利 权益 权限 权利 解决 解除 解释 解約 封闭 封面 封筒 屈折 曲线 宁波 蓝色 路由 路线 管理 管线 管道 连接 水平 水道 商品 商业 商談 施工 施設 施策 经理 计划 计算 经费 凌晨 洪水 花费 花束 乐意 应用 应该 应收 应付 项目 目标 支持 支付 支店 单价 单位 单独 双方 宣传 丁目 邮件 邮箱 车辆 车间 车站 全部 全面 全国 全体 元件 元旦 卓越 终止 终端 通知 通过 通話 通常 和解 干部 年度 年末 年間 冷却 冷蔵 幸い 本日 本社 本部 本年 本件 上海 上記 上旬 上司 中国 中央 中旬 中止 中間 山東 山西 山口県 千葉県 福島県 石川県 宮崎県 宮崎市 千葉市 大阪 大分 大量 大型 小型 小計 小売 税込 税抜 今回 今後 今日 今週 今月 新規 新品 新卒 内容 内部 内訳 田園 前回 前日 前払 前述 前期 後日 後半 後期 後任 工事 工場 工程 加工 加入 加盟 宽带 路径 高山 长安 金卡 白银 平安 文员 方舟 任选 计费 计入 支票 项次 安置 温泉 温室 时装 时效 平板 平方 万能 万事 尚未 尚可 古典 古董 柏油 冷门 冷冻 盛大 盛产 沙滩 成套 明显 白天 雷同 雷电 石材 石英 江北 史料 顾虑 毛巾 毛重 康复 严重 严格 牛奶 牛肉 温柔 季度 季节 文具 易碎 常年 武术 兰花 殷切 施加 陶瓷 洪灾 安检 严禁 芦苇 申报 申诉 申领 尤为 毕业 毕竟 丛书 焦点 向来 路程 路费 路途 岳父 齐全 梅花 辛苦 管家 管控 祝福 祝贺 祝您 祝你 左右 左侧 涂料 谷物 时差 舒适 舒服 于是 董事 程序 程度 许可 许多 沈阳 曾经 苏州 叶子 余额 余款 余下 杜绝 戴上 夏天 夏季 钟头 田间 姜汁 范围 范本 方可 石头 金牌 陆运 孔径 白酒 康乐 毛病 江边 龙头 段落 雷区 钱包 钱款 易懂 常态 武装 赖账 文凭 高铁 高额 高于 高新 黄页 林地 何时 何处 何种 何地 罗列 宋体 唐装 马路 马桶 张贴 张数 王牌 刘海 陈列 陈述 杨树",
    )
});

/// What a name of two characters and two more is followed by, or what is no part of one.
const AFTER_NAMES: [char; 26] = [
    '先', '女', '小', '总', '總', '经', '老', '说', '想', '要', '已', '的', '是', '和', '与', '在',
    '确', '今', '明', '下', '开', '对', '会', '，', '、', '。',
];

/// Whether a word of Korean is no name, or ends as no name does.
fn is_everyday(text: &str) -> bool {
    let hangul = text.starts_with(is_hangul);
    let ending = ['구', '팀', '부', '를', '을', '는', '에', '고', '다', '해', '요', '할'];
    let titled = HONORIFICS.contains(&text);
    hangul && (titled || text.ends_with(ending) || NO_NAMES.begin(text))
}

/// `남궁민수 님`, `김하늘 부장`, `제갈소희입니다`: a title behind a space, or the end of a sentence behind a name.
fn addressed(doc: &Doc<'_>, from: usize, to: usize, text: &str, sink: &mut Sink) -> bool {
    let (Some(first), Some(last)) = (doc.token(from), doc.token(to - 1)) else { return false };
    let rest = doc.text.get(last.end..).unwrap_or_default();
    let titled =
        rest.strip_prefix(' ').is_some_and(|rest| HONORIFICS.iter().any(|it| rest.starts_with(it)));
    let surname = |name: &str| {
        surnames::is_common(name) && name.chars().count() == 3
            || surnames::is_double(name) && name.chars().count() <= 4
    };
    if titled && (2..=4).contains(&(to - from)) && surname(text) {
        sink.push((first.start, last.end), Kind::Name, Layer::Model, FORM);
        return true;
    }
    for ending in ["입니다", "이에요", "예요", "이라고", "에게", "께서"] {
        if let Some(name) =
            text.strip_suffix(ending).filter(|name| surname(name) && !is_everyday(name))
        {
            sink.push((first.start, first.start + name.len()), Kind::Name, Layer::Model, GUESS);
            return true;
        }
    }
    false
}

/// Names whose surname is one of the rare ones of two characters, wherever they stand.
fn rare_surnames(doc: &Doc<'_>, first: usize, text: &str, sink: &mut Sink) {
    let may = |name: &&&str| !name.starts_with(is_hangul) && doc.bytes.may_hold(name);
    for name in surnames::DOUBLE.iter().filter(may) {
        for (at, _) in text.match_indices(name) {
            let rest = text.get(at + name.len()..).unwrap_or_default();
            let given = rest.chars().take(2).take_while(|c| !AFTER_NAMES.contains(c));
            let given: usize = given.map(char::len_utf8).sum();
            let end = at + name.len() + given;
            if doc.text.get(first + at..first + end).is_some() {
                sink.push((first + at, first + end), Kind::Name, Layer::Model, GUESS);
            }
        }
    }
}

/// Whether a character is a syllable of Korean.
pub(super) fn is_hangul(c: char) -> bool {
    matches!(c, '\u{ac00}'..='\u{d7af}')
}

/// Where the name right before an honorific begins: up to five characters, no small words.
fn name_tail(before: &str) -> usize {
    let mut starts = Vec::new();
    for (count, (at, c)) in before.char_indices().rev().enumerate() {
        let small = matches!(
            c,
            '\u{3041}'..='\u{3096}' | '，' | '的' | '是' | '和' | '与' | '请' | '给' | '跟'
        );
        if count >= 5 || small {
            break;
        }
        starts.push(at);
    }
    let begins = |at: &&usize, surname: fn(&str) -> bool| before.get(**at..).is_some_and(surname);
    let japanese = starts.iter().rev().find(|at| begins(at, surnames::is_japanese));
    let double = starts.iter().find(|at| begins(at, surnames::is_double));
    // A surname of one character has one or two after it; two are more common.
    let single = [2, 1].into_iter().filter_map(|n| starts.get(n));
    let single = single.into_iter().find(|at| begins(at, surnames::is_common));
    let start = japanese.or(double).or(single).or(starts.last()).copied().unwrap_or(before.len());
    // One character alone is a word: `お客様`.
    if before.get(start..).is_some_and(|name| name.chars().count() >= 2) {
        start
    } else {
        before.len()
    }
}
