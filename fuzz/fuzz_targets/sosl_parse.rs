//! Any text: the parser answers, and what it reads survives its print.

#![no_main]

use libfuzzer_sys::fuzz_target;
use soql::{
    SearchTerm, StaticSchema, StringLiteral, for_each_search_string, parse_search, resolve_search,
};

fuzz_target!(|text: &str| {
    let Ok(mut search) = parse_search(text) else { return };
    assert_eq!(parse_search(&search.to_string()).as_ref(), Ok(&search));
    let _ = resolve_search(&search, &StaticSchema::default());

    search.term = SearchTerm::new("} RETURNING User(Email) {");
    for_each_search_string(&mut search, &mut |literal, _| {
        *literal = StringLiteral::new("' OR Name != '\\")
    });
    assert_eq!(parse_search(&search.to_string()), Ok(search));
});
