//! Any text: the parser answers, and what it reads survives its print, its narrowing and new strings.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use soql::{
    Field, Object, SelectItem, StaticSchema, StringLiteral, cap_limit, for_each_string, narrow,
    parse, resolve,
};

/// Enough of an org that paths, children, polymorphic parents and compound fields resolve.
static SCHEMA: LazyLock<StaticSchema> = LazyLock::new(|| {
    let named =
        |name: &str| Object::new(name).with_field(Field::new("Id")).with_field(Field::new("Name"));
    [
        named("Account")
            .with_field(Field::new("Secret__c"))
            .with_field(Field::new("BillingAddress"))
            .with_field(Field::new("BillingCity").part_of("BillingAddress"))
            .with_field(Field::new("ParentId").referring("Parent", &["Account"]))
            .with_children("Contacts", "Contact", "AccountId"),
        named("Contact")
            .with_field(Field::new("AccountId").referring("Account", &["Account"]))
            .with_field(Field::new("OwnerId").referring("Owner", &["User", "Group"])),
        named("User").with_field(Field::new("Email")),
        named("Group"),
    ]
    .into_iter()
    .collect()
});

fuzz_target!(|text: &str| {
    let Ok(query) = parse(text) else { return };
    let printed = query.to_string();
    assert_eq!(parse(&printed).as_ref(), Ok(&query), "{printed}");

    if let Err(error) = resolve(&query, &*SCHEMA) {
        let _ = error.salesforce_message(text);
    }
    let visible = |touch: &soql::Touch| touch.field != "Secret__c";
    if let Ok(narrowed) = narrow(query.clone(), &*SCHEMA, &mut { visible }) {
        assert!(narrowed.touched.fields.iter().all(visible), "{printed}");
        let written_out = |item: &SelectItem| !matches!(item, SelectItem::Fields(..));
        assert!(narrowed.query.select.iter().all(written_out), "{printed}");
    }

    let mut changed = query;
    cap_limit(&mut changed, 100);
    for_each_string(&mut changed, &mut |literal, _| {
        *literal = StringLiteral::new("' OR Name != '\\")
    });
    assert_eq!(parse(&changed.to_string()), Ok(changed));
});
