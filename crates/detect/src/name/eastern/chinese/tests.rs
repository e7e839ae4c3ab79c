use boundary::Kind;

use crate::found;

#[test]
fn chinese_names_are_led_greeted_and_called() {
    for (text, name) in [
        ("请抄送郭仲年。", "郭仲年"),
        ("思琪您好,\n合同已寄出", "思琪"),
        ("客服:上官先生,请稍等", "上官"),
        ("经办人钱经理", "钱"),
        ("李雯说两点到", "李雯"),
        ("联系人:卢晓梅", "卢晓梅"),
        ("投保人 段志鹏", "段志鹏"),
    ] {
        assert_eq!(found::of(Kind::Name, text), [name], "{text}");
    }
    for text in [
        "客户:你好,网络断了\n客服:请稍等",
        "路径:设置 > 资费",
        "大家好,各位领导您好",
        "金额:待定,方式:转账",
    ] {
        assert_eq!(found::of(Kind::Name, text), found::NOTHING, "{text}");
    }
}
