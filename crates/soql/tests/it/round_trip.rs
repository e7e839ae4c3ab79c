//! Print and parse are each other's inverse, and no text makes the parser panic.

use proptest::prelude::*;
use soql::{check, for_each_string, mentions, parse, parse_search, resolve};

use crate::generate::Choices;
use crate::org::schema;

/// Everything that can be done with a text; none of it may panic.
fn exercise(text: &str) {
    if let Ok(mut query) = parse(text) {
        let printed = query.to_string();
        assert_eq!(parse(&printed).as_ref(), Ok(&query), "{text}\n{printed}");
        let _ = check(&query);
        let _ = mentions(&query);
        if let Err(error) = resolve(&query, &schema()) {
            let _ = error.salesforce_message(text);
        }
        for_each_string(&mut query, &mut |literal, _| {
            let _ = (literal.value(), literal.pieces());
        });
    }
    match parse_search(text) {
        Ok(search) => assert_eq!(parse_search(&search.to_string()), Ok(search), "{text}"),
        Err(error) => {
            let _ = error.salesforce_message(text);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn a_query_survives_its_print(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let query = Choices::new(&bytes).query();
        let printed = query.to_string();
        let parsed = parse(&printed).map_err(|error| TestCaseError::fail(format!("{printed}\n{error}")))?;
        prop_assert_eq!(parsed, query, "{}", printed);
    }

    #[test]
    fn a_search_survives_its_print(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let search = Choices::new(&bytes).search();
        let printed = search.to_string();
        let parsed = parse_search(&printed).map_err(|error| TestCaseError::fail(format!("{printed}\n{error}")))?;
        prop_assert_eq!(parsed, search, "{}", printed);
    }

    /// Text near the language reaches deeper than noise does.
    #[test]
    fn damaged_queries_do_no_harm(
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        at in any::<prop::sample::Index>(),
        length in 0..6_usize,
        patch in "[\n'(){}:,.\\\\A-Z0-9 \u{e9}-]{0,4}",
    ) {
        for text in [Choices::new(&bytes).query().to_string(), Choices::new(&bytes).search().to_string()] {
            let mut chars: Vec<char> = text.chars().collect();
            let start = at.index(chars.len());
            let end = (start + length).min(chars.len());
            chars.splice(start..end, patch.chars());
            exercise(&chars.into_iter().collect::<String>());
        }
    }

    #[test]
    fn noise_does_no_harm(text in "\\PC*") {
        exercise(&text);
    }

    #[test]
    fn words_in_any_order_do_no_harm(words in prop::collection::vec(prop::sample::select(WORDS), 0..60)) {
        exercise(&words.join(" "));
        exercise(&format!("SELECT {} FROM Account WHERE {}", words.join(""), words.join(" ")));
    }
}

const WORDS: &[&str] = &[
    "SELECT",
    "FROM",
    "WHERE",
    "AND",
    "OR",
    "NOT",
    "IN",
    "(",
    ")",
    ",",
    "Id",
    "Account",
    "Name",
    "=",
    "'x'",
    "5",
    "TODAY",
    "LAST_N_DAYS:3",
    "TYPEOF",
    "WHEN",
    "THEN",
    "ELSE",
    "END",
    "COUNT",
    "COUNT()",
    "GROUP",
    "BY",
    "HAVING",
    "ORDER",
    "LIMIT",
    "OFFSET",
    "FIELDS(ALL)",
    "DISTANCE(",
    "GEOLOCATION(1,2)",
    "FORMULA('a')",
    "FIND",
    "{x}",
    "RETURNING",
    "LIKE",
    ".",
    "+",
    "USD5",
    "FOR",
    "VIEW",
    "UPDATE",
    "WITH",
    "DATA",
    "CATEGORY",
    "AT",
    "USING",
    "SCOPE",
    "Contacts",
    "Owner.Name",
    "null",
];
