//! Chinese, Japanese and Korean names and firms.

use std::sync::LazyLock;

use boundary::{Kind, Layer};

use super::workshops::{AREAS, DEPARTMENTS, after_small, workshops};
use crate::{
    lexicon::Words,
    resolve::{FORM, GUESS, Sink},
    text::{Doc, Gap, Shape},
};

/// The most common Chinese surnames of one character, and Korean ones.
const SURNAMES: &str = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜詹關關張劉陳楊趙黃吳孫馬羅鄭謝韓馮蕭鄧許呂蘇盧蔣賈葉閻鍾譚鄒陸湯龍萬錢湯黎賴龔龐顏嚴溫盧詹欧김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성차주우구민진지엄채원천방공현함변염여추도소석선설마길연위표명기반왕금옥육인맹제모탁국어은편용";
/// Common Japanese surnames of two characters or more.
static JAPANESE: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        "江藤 柳沢 宇佐美 大和田 鮎川 蒲生 須賀 八木 小笠原 向井 三枝 氏家 朝倉 及川 佐伯 安部 荒井 荒木 荒川 有馬 飯田 飯塚 池上 石原 石橋 石塚 板倉 市村 稲葉 稲垣 井口 井川 今村 岩田 岩本 岩瀬 上原 植田 植木 植村 内山 内藤 梅田 梅原 江口 榎本 遠山 大川 大木 大久保 大島 大谷 大橋 大森 岡部 岡崎 岡村 奥田 奥村 小倉 小沢 小澤 尾崎 小田 落合 小原 小松 柿沼 笠原 片山 片岡 勝又 桂木 金井 金田 金沢 鎌田 神田 神谷 川上 川崎 川島 河合 河村 川村 川端 菊池 岸本 北川 北村 北野 木原 君島 草野 工藤 久野 熊田 倉田 栗原 栗田 黒川 黒木 黒田 桑原 児玉 小池 古賀 小松原 小室 小柳 近江 権田 斉木 齋藤 酒巻 榊原 坂井 坂田 佐久間 桜庭 笹川 佐々 佐竹 佐原 沢田 澤田 塩田 塩谷 篠原 芝田 渋谷 島村 清野 下田 庄司 白井 白石 進藤 新田 新谷 杉本 杉浦 杉村 鈴村 瀬戸 関根 千田 相馬 園田 高井 高岡 高田 高島 高野 高山 滝沢 瀧本 武井 竹中 竹田 立花 田口 田島 田代 田上 田原 玉井 田丸 丹羽 千野 塚田 塚本 辻本 土屋 土田 堤 角田 鶴田 手塚 寺田 寺島 東條 徳永 戸田 冨田 富田 富永 豊田 内海 永井 長尾 長岡 中井 中西 中沢 中澤 永田 中谷 仲村 長嶋 長瀬 西尾 西岡 西川 西田 西山 新見 沼田 野崎 野沢 野田 野中 橋口 長谷 畑中 秦野 服部 花田 羽田 馬場 浜口 早川 早坂 林田 原口 東野 樋口 日野 平井 平田 平山 平松 広瀬 深沢 福田 福井 福島 福原 藤沢 藤岡 藤川 藤崎 藤村 古田 古谷 細川 細田 堀内 堀江 堀口 本間 前川 前原 牧野 増井 町田 松原 松岡 松下 松島 松村 松山 松永 真鍋 三上 三木 水谷 三井 三村 皆川 南野 宮川 宮沢 宮田 宮下 宮地 向山 村松 室井 茂木 望月 森本 森山 森下 森岡 矢島 安井 安田 安川 矢野 柳田 山内 山川 山岸 山中 山根 山県 湯浅 横田 横井 吉野 吉岡 吉村 米田 米山 若林 脇田 和久井 鷲尾 綿貫 佐藤 鈴木 高橋 田中 伊藤 渡辺 山本 中村 小林 加藤 吉田 山田 佐々木 山口 松本 井上 木村 斎藤 清水 山崎 阿部 池田 橋本 山下 石川 中島 前田 藤田 小川 後藤 岡田 長谷川 村上 近藤 石井 坂本 遠藤 青木 藤井 西村 福田 太田 三浦 藤原 岡本 松田 中川 中野 原田 小野 田村 竹内 金子 和田 中山 石田 上田 森田 柴田 酒井 工藤 横山 宮崎 宮本 内田 高木 安藤 谷口 大野 丸山 今井 河野 藤本 村田 武田 上野 杉山 増田 小島 平野 大塚 千葉 久保 松井 岩崎 桜井 野口 松尾 菊地 木下 野村 新井 渡部 佐野 大西 菅原 古川 熊谷 水野 小山 浜田 島田 吉川 久保田 服部 市川 川口 廣瀬 関口 星野 本田 須藤 渡邉 斉藤 若松 加納 三宅 津田 江古田 小泉 笹田 吉本 桐山 喜嶋 廣川 浜崎 青山 坂口 中津川 工藤 大垣 田辺 村山 西之園 松浦",
    )
});
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
    "经理",
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
    let mut index = 0;
    while let Some(token) = doc.token(index) {
        if token.shape != Shape::Ideograph {
            index += 1;
            continue;
        }
        let mut end = index + 1;
        while doc.token(end).is_some_and(|t| t.shape == Shape::Ideograph && t.gap == Gap::None) {
            end += 1;
        }
        run(doc, index, end, sink);
        index = end;
    }
}

/// One unbroken run of ideographs.
fn run(doc: &Doc<'_>, from: usize, to: usize, sink: &mut Sink) {
    let (Some(first), Some(last)) = (doc.token(from), doc.token(to - 1)) else { return };
    let text = doc.span(first.start, last.end);
    let length = to - from;
    if length <= 24 && FIRMS.iter().any(|firm| text.contains(firm)) {
        let (start, end) = firm(text);
        sink.push((first.start + start, first.start + end), Kind::Org, Layer::Model, FORM);
        return;
    }
    workshops(first.start, text, sink);
    if !town_like(text) {
        rare_surnames(doc, first.start, text, sink);
    }
    let mut called = false;
    let mut searched = 0;
    for honorific in HONORIFICS {
        while let Some(at) =
            text.get(searched..).and_then(|rest| rest.find(honorific)).map(|at| at + searched)
        {
            searched = at + honorific.len();
            let mut name_start = text.get(..at).map_or(at, name_tail);
            // `请联系王经理`: the surname alone, behind a word.
            let last = text.get(..at).and_then(|before| before.chars().next_back());
            if is_office(honorific)
                && !text.get(name_start..at).is_some_and(may_be_chinese)
                && let Some(last) = last.filter(|c| SURNAMES.contains(*c))
            {
                name_start = at - last.len_utf8();
            }
            let name = text.get(name_start..at).unwrap_or_default();
            let everyday = is_everyday(name) || WORDS.begin(name) || DEPARTMENTS.has(name);
            if name_start < at && !everyday && (!is_office(honorific) || may_be_chinese(name)) {
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
    let surname = text.chars().next().is_some_and(|c| SURNAMES.contains(c));
    let japanese = JAPANESE.begin(text);
    let hangul = text.chars().all(|c| matches!(c, '\u{ac00}'..='\u{d7af}'));
    let double = DOUBLE.iter().any(|name| text.starts_with(name)) && (3..=4).contains(&length);
    let everyday = hangul && is_everyday(text);
    let word = WORDS.begin(text) || DEPARTMENTS.begin(text);
    let surname = surname && !word && (!hangul || length == 3 && !everyday);
    if hangul && !everyday && addressed(doc, from, to, text, sink) {
        return;
    }
    let town = !AREAS.iter().any(|area| text.ends_with(area))
        && text.ends_with([
            '市', '県', '县', '区', '省', '町', '村', '郡', '州', '国', '國', '路', '街',
        ]);
    if double && !town
        || (2..=3).contains(&length) && surname && !town
        || (3..=6).contains(&length) && japanese && !town
    {
        sink.push((first.start, last.end), Kind::Name, Layer::Model, GUESS);
    } else if (2..=8).contains(&length) && town {
        let from = after_small(text);
        sink.push((first.start + from, last.end), Kind::Location, Layer::Model, GUESS);
    } else if !hangul
        && japanese_split(doc, to)
        && (1..=3).contains(&length)
        && (japanese || surname)
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

/// Titles of an office, which in Chinese stand behind a department as often as behind a surname.
fn is_office(title: &str) -> bool {
    matches!(title, "经理" | "總經理" | "总经理" | "总监" | "主管" | "总" | "總")
}

/// Whether what stands before a title begins with a surname.
fn may_be_chinese(name: &str) -> bool {
    DOUBLE.iter().any(|it| name.starts_with(it))
        || JAPANESE.begin(name)
        || name.chars().next().is_some_and(|c| SURNAMES.contains(c) || RARE.contains(c))
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

/// Surnames of two characters.
const DOUBLE: &[&str] = &[
    "欧阳", "歐陽", "司马", "司馬", "上官", "诸葛", "諸葛", "东方", "皇甫", "尉迟", "公孙", "慕容",
    "令狐", "남궁", "황보", "제갈", "선우", "독고", "사공", "端木", "百里", "宇文", "夏侯", "长孙",
    "澹台", "公冶", "钟离", "司徒", "太史", "申屠", "轩辕", "闻人", "赫连", "呼延", "濮阳", "淳于",
    "南宫",
];

/// Whether ideographs may be a person's name: two to six, of which the first are a surname.
pub(super) fn is_name(text: &str) -> bool {
    let length = text.chars().count();
    (2..=6).contains(&length)
        && !WORDS.begin(text)
        && (JAPANESE.begin(text)
            || DOUBLE.iter().any(|name| text.starts_with(name))
            || length <= 3
                && text.chars().next().is_some_and(|c| SURNAMES.contains(c) || RARE.contains(c)))
}

/// Whether a character is a surname.
pub(super) fn is_surname(c: char) -> bool {
    SURNAMES.contains(c) || RARE.contains(c)
}

/// Whether ideographs begin with a surname of two characters.
pub(super) fn is_double(text: &str) -> bool {
    DOUBLE.iter().any(|name| text.starts_with(name))
}

/// Whether ideographs begin with a Japanese surname.
pub(super) fn is_japanese(text: &str) -> bool {
    JAPANESE.begin(text)
}

/// Whether ideographs begin with an everyday word.
pub(super) fn is_word(text: &str) -> bool {
    WORDS.begin(text)
}

/// Whether a character is one of those that names are written with in Japan and China.
pub(super) fn is_script(c: char) -> bool {
    matches!(c, '\u{3005}' | '\u{3400}'..='\u{9fff}')
}

/// More surnames of one character, which are words more often.
const RARE: &str =
    "森林原東南北西岡堀関辻菅星島谷泉浜畑沢堤宮桂滝権权曲苗屈成宁宋解靳瞿阮慕封蓝艾柴蒲";
/// Everyday words that begin as surnames do.
pub(super) static WORDS: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        "任务 任何 任意 周一 周二 周三 周四 周五 周六 周日 周末 周年 周期 周边 周转 时间 时候 时刻 时段 时区 时限 方案 方便 方式 方法 方面 方向 高级 高温 高清 高度 高端 高效 高速 金额 金曜 金融 金属 金型 金利 金具 马上 馬上 万一 万元 万円 平台 平均 平日 平米 平成 成功 成本 成果 成品 成员 成交 成績 成約 明天 明日 明细 明細 明确 明年 白金 白色 黄色 黄金 安全 安排 安装 安静 安心 安価 江苏 江西 温度 温馨 石油 沙发 常见 常用 常规 常務 向导 强大 强制 查询 查看 易用 易于 易手 柳州 陆续 房产 房间 毛利 毛衣 雷达 文件 文档 文章 文字 文書 文面 文化 段階 段取 史上 孔子 顾客 顧客 顾问 顧問 贺卡 武汉 武器 尤其 梅雨 关于 关系 關係 关闭 关注 関係 関連 関東 関西 包装 包括 包含 原価 原料 原因 原稿 原則 原本 東京 東海 東北 南部 南方 北部 北海 西部 西安 森林 林業 林檎 星期 星座 島根 谷間 宮城 権利 权益 权限 权利 解决 解除 解释 解約 封闭 封面 封筒 屈折 曲线 宁波 蓝色 路由 路线 管理 管线 管道 连接 水平 水道 商品 商业 商談 施工 施設 施策 经理 计划 计算 经费 凌晨 洪水 花费 花束 乐意 应用 应该 应收 应付 项目 目标 目标 支持 支付 支店 单价 单位 单独 双方 宣传 丁目 邮件 邮箱 车辆 车间 车站 全部 全面 全国 全体 元件 元旦 卓越 终止 终端 通知 通过 通話 通常 和解 干部 年度 年末 年間 冷却 冷蔵 幸い 本日 本社 本部 本年 本件 上海 上記 上旬 上司 中国 中央 中旬 中止 中間 山東 山西 山口県 千葉県 福島県 石川県 宮崎県 宮崎市 千葉市 大阪 大分 大量 大型 小型 小計 小売 税込 税抜 今回 今後 今日 今週 今月 新規 新品 新卒 内容 内部 内訳 田園 前回 前日 前払 前述 前期 後日 後半 後期 後任 工事 工場 工程 加工 加入 加盟",
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
        name.chars().next().is_some_and(|c| SURNAMES.contains(c)) && name.chars().count() == 3
            || DOUBLE.iter().any(|it| name.starts_with(it)) && name.chars().count() <= 4
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
    for name in DOUBLE.iter().filter(|name| !name.starts_with(is_hangul)) {
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

fn is_hangul(c: char) -> bool {
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
    let begins =
        |at: usize, name: &str| before.get(at..).is_some_and(|tail| tail.starts_with(name));
    let japanese =
        starts.iter().rev().find(|at| before.get(**at..).is_some_and(|it| JAPANESE.begin(it)));
    let double = starts.iter().find(|at| DOUBLE.iter().any(|name| begins(**at, name)));
    // A surname of one character has one or two after it; two are more common.
    let single = [2, 1].into_iter().filter_map(|n| starts.get(n)).find(|at| {
        before
            .get(**at..)
            .and_then(|tail| tail.chars().next())
            .is_some_and(|c| SURNAMES.contains(c))
    });
    let start = japanese.or(double).or(single).or(starts.last()).copied().unwrap_or(before.len());
    // One character alone is a word: `お客様`.
    if before.get(start..).is_some_and(|name| name.chars().count() >= 2) {
        start
    } else {
        before.len()
    }
}
