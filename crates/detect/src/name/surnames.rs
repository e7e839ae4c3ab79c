//! Chinese, Japanese and Korean surnames. Romanised ones stand among those of all other languages.

use std::sync::LazyLock;

use crate::lexicon::Words;

/// The most common Chinese and Korean surnames of one character.
const COMMON: &str = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜詹關張劉陳楊趙黃吳孫馬羅鄭謝韓馮蕭鄧許呂蘇盧蔣賈葉閻鍾譚鄒陸湯龍萬錢賴龔龐顏嚴溫欧김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성차주우구민진지엄채원천방공현함변염여추도소석선설마길연위표명기반왕금옥육인맹제모탁국어은편용";
/// Others of one character, which are words as often.
const RARE: &str = "森原東南北西岡堀関辻菅星島泉浜畑沢堤宮桂滝権权曲苗屈成宁解靳瞿阮慕封蓝艾柴蒲骆滕娄甘盛柏裴霍柯古池桑辜晏屠冷亓寇盖荆敖冉卓容岑计项尚穆仇仲应蔚蔺霞芮狄臧伏麻褚凌饶";
/// Surnames of two characters in China and Korea.
pub(super) const DOUBLE: &[&str] = &[
    "欧阳", "歐陽", "司马", "司馬", "上官", "诸葛", "諸葛", "东方", "皇甫", "尉迟", "公孙", "慕容",
    "令狐", "남궁", "황보", "제갈", "선우", "독고", "사공", "端木", "百里", "宇文", "夏侯", "长孙",
    "澹台", "公冶", "钟离", "司徒", "太史", "申屠", "轩辕", "闻人", "赫连", "呼延", "濮阳", "淳于",
    "南宫",
];
/// Common Japanese surnames of two characters or more.
static JAPANESE: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        "江藤 柳沢 宇佐美 大和田 鮎川 蒲生 須賀 八木 小笠原 向井 三枝 氏家 朝倉 及川 佐伯 安部 荒井 荒木 荒川 有馬 飯田 飯塚 池上 石原 石橋 石塚 板倉 市村 稲葉 稲垣 井口 井川 今村 岩田 岩本 岩瀬 上原 植田 植木 植村 内山 内藤 梅田 梅原 江口 榎本 遠山 大川 大木 大久保 大島 大谷 大橋 大森 岡部 岡崎 岡村 奥田 奥村 小倉 小沢 小澤 尾崎 小田 落合 小原 小松 柿沼 笠原 片山 片岡 勝又 桂木 金井 金田 金沢 鎌田 神田 神谷 川上 川崎 川島 河合 河村 川村 川端 菊池 岸本 北川 北村 北野 木原 君島 草野 工藤 久野 熊田 倉田 栗原 栗田 黒川 黒木 黒田 桑原 児玉 小池 古賀 小松原 小室 小柳 近江 権田 斉木 齋藤 酒巻 榊原 坂井 坂田 佐久間 桜庭 笹川 佐々 佐竹 佐原 沢田 澤田 塩田 塩谷 篠原 芝田 渋谷 島村 清野 下田 庄司 白井 白石 進藤 新田 新谷 杉本 杉浦 杉村 鈴村 瀬戸 関根 千田 相馬 園田 高井 高岡 高田 高島 高野 高山 滝沢 瀧本 武井 竹中 竹田 立花 田口 田島 田代 田上 田原 玉井 田丸 丹羽 千野 塚田 塚本 辻本 土屋 土田 堤 角田 鶴田 手塚 寺田 寺島 東條 徳永 戸田 冨田 富田 富永 豊田 内海 永井 長尾 長岡 中井 中西 中沢 中澤 永田 中谷 仲村 長嶋 長瀬 西尾 西岡 西川 西田 西山 新見 沼田 野崎 野沢 野田 野中 橋口 長谷 畑中 秦野 服部 花田 羽田 馬場 浜口 早川 早坂 林田 原口 東野 樋口 日野 平井 平田 平山 平松 広瀬 深沢 福田 福井 福島 福原 藤沢 藤岡 藤川 藤崎 藤村 古田 古谷 細川 細田 堀内 堀江 堀口 本間 前川 前原 牧野 増井 町田 松原 松岡 松下 松島 松村 松山 松永 真鍋 三上 三木 水谷 三井 三村 皆川 南野 宮川 宮沢 宮田 宮下 宮地 向山 村松 室井 茂木 望月 森本 森山 森下 森岡 矢島 安井 安田 安川 矢野 柳田 山内 山川 山岸 山中 山根 山県 湯浅 横田 横井 吉野 吉岡 吉村 米田 米山 若林 脇田 和久井 鷲尾 綿貫 佐藤 鈴木 高橋 田中 伊藤 渡辺 山本 中村 小林 加藤 吉田 山田 佐々木 山口 松本 井上 木村 斎藤 清水 山崎 阿部 池田 橋本 山下 石川 中島 前田 藤田 小川 後藤 岡田 長谷川 村上 近藤 石井 坂本 遠藤 青木 藤井 西村 太田 三浦 藤原 岡本 松田 中川 中野 原田 小野 田村 竹内 金子 和田 中山 石田 上田 森田 柴田 酒井 横山 宮崎 宮本 内田 高木 安藤 谷口 大野 丸山 今井 河野 藤本 村田 武田 上野 杉山 増田 小島 平野 大塚 千葉 久保 松井 岩崎 桜井 野口 松尾 菊地 木下 野村 新井 渡部 佐野 大西 菅原 古川 熊谷 水野 小山 浜田 島田 吉川 久保田 市川 川口 廣瀬 関口 星野 本田 須藤 渡邉 斉藤 若松 加納 三宅 津田 江古田 小泉 笹田 吉本 桐山 喜嶋 廣川 浜崎 青山 坂口 中津川 大垣 田辺 村山 西之園 松浦",
    )
});
/// Those that are towns or prefectures, too.
static PLACES: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        "千葉 石川 宮崎 山口 福島 福井 長崎 岡山 秋田 富山 香川 徳島 高知 大分 熊本 滋賀 三重 奈良 広島 川崎 横浜 中野 渋谷 品川 豊田 松本 上野 大宮 浜松 高崎 大塚 長野 青山",
    )
});

/// Whether text begins with a common surname of one character.
pub(super) fn is_common(text: &str) -> bool {
    text.starts_with(is_common_sign)
}

/// Whether a character is a common surname.
pub(super) fn is_common_sign(c: char) -> bool {
    COMMON.contains(c)
}

/// Whether a character is a surname.
pub(super) fn is_single(c: char) -> bool {
    COMMON.contains(c) || RARE.contains(c)
}

/// Whether text begins with a surname of two characters.
pub(super) fn is_double(text: &str) -> bool {
    DOUBLE.iter().any(|name| text.starts_with(name))
}

/// Whether text begins with a Japanese surname.
pub(super) fn is_japanese(text: &str) -> bool {
    JAPANESE.begin(text)
}

/// Whether text begins with a Japanese surname that is a town or a prefecture, too.
pub(super) fn is_place(text: &str) -> bool {
    PLACES.begin(text)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{COMMON, RARE};

    #[test]
    fn no_surname_is_listed_twice() {
        let mut seen = HashSet::new();
        assert!(COMMON.chars().chain(RARE.chars()).all(|c| seen.insert(c)));
    }
}
