//! What must hold for any text at all.

use boundary::Detector;
use proptest::prelude::*;

use crate::{knowing, plain};

/// Text that looks like what the detectors look for.
fn lively() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("@".to_owned()),
        Just("://".to_owned()),
        Just("\"Name\":\"".to_owned()),
        Just("\\u00e9\\n".to_owned()),
        Just("Dr. Ada Byron, ".to_owned()),
        Just("12 Elm Street, ".to_owned()),
        Just("password: ".to_owned()),
        Just("GB82 WEST 1234 5698 7654 32".to_owned()),
        Just("高橋裕樹様".to_owned()),
        Just("::1:".to_owned()),
        Just("+44 (0)20 ".to_owned()),
        Just("€".to_owned()),
        Just("İ\u{300}\u{200d}ﬁ".to_owned()),
        "[a-zA-Z0-9 .,@/:()+-]{0,12}",
        "\\PC{0,6}",
        "[0-9 .()/-]{1,24}",
        Just("\n".to_owned()),
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

fn holds(text: &str) -> Result<(), TestCaseError> {
    let findings = knowing().detect(text).unwrap();
    let mut last = 0;
    for f in &findings {
        prop_assert!(f.start < f.end && f.end <= text.len(), "{f:?}");
        prop_assert!(text.is_char_boundary(f.start) && text.is_char_boundary(f.end), "{f:?}");
        prop_assert!(f.start >= last, "{findings:?}");
        last = f.end;
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn findings_are_ranges_of_the_text_in_order(text in lively()) {
        holds(&text)?;
    }

    #[test]
    fn any_text_is_taken(text in any::<String>()) {
        holds(&text)?;
    }

    #[test]
    fn an_email_is_found_between_any_words(before in "[a-z ]{0,20}", after in "[a-z ]{0,20}") {
        let text = format!("{before} zed@example.org {after}");
        prop_assert!(plain(&text).iter().any(|(_, value)| *value == "zed@example.org"), "{text:?}");
    }
}
