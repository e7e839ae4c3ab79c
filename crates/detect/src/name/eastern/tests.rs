use boundary::{Detector as _, Kind};

use crate::Detectors;

fn names(text: &str) -> Vec<&str> {
    let found = Detectors::standard(&[]).detect(text).unwrap();
    let found = found.iter().filter(|it| it.kind == Kind::Name);
    found.map(|it| &text[it.start..it.end]).collect()
}

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
        assert_eq!(names(text), [name], "{text}");
    }
    for text in [
        "客户:你好,网络断了\n客服:请稍等",
        "路径:设置 > 资费",
        "大家好,各位领导您好",
        "金额:待定,方式:转账",
    ] {
        assert_eq!(names(text), Vec::<&str>::new(), "{text}");
    }
}
