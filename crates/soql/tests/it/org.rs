//! A small org.

use soql::{Field, Object, StaticSchema};

fn object(name: &str, fields: &[&str]) -> Object {
    let common = ["Id", "Name", "CreatedDate"].iter().chain(fields).map(|name| Field::new(name));
    common.fold(Object::new(name), Object::with_field)
}

/// Accounts, contacts, cases with a polymorphic owner, events with polymorphic `What` and `Who`, and one object whose
/// parent bears its own name.
pub(crate) fn schema() -> StaticSchema {
    let owner = Field::new("OwnerId").referring("Owner", &["User", "Group"]);
    [
        object(
            "Account",
            &[
                "Industry",
                "AnnualRevenue",
                "Phone",
                "Secret__c",
                "Start__c",
                "End__c",
                "Location__c",
            ],
        )
        .with_field(Field::new("BillingAddress"))
        .with_field(Field::new("BillingCity").part_of("BillingAddress"))
        .with_field(Field::new("BillingStreet").part_of("BillingAddress"))
        .with_field(Field::new("OwnerId").referring("Owner", &["User"]))
        .with_field(Field::new("ParentId").referring("Parent", &["Account"]))
        .with_children("Contacts", "Contact", "AccountId")
        .with_children("Opportunities", "Opportunity", "AccountId"),
        object("Contact", &["FirstName", "LastName", "Email", "Salary__c"])
            .with_field(Field::new("AccountId").referring("Account", &["Account"]))
            .with_field(Field::new("OwnerId").referring("Owner", &["User"]))
            .with_children("Cases", "Case", "ContactId"),
        object("Opportunity", &["Amount", "StageName", "CloseDate"])
            .with_field(Field::new("AccountId").referring("Account", &["Account"])),
        object("Case", &["Subject", "Status"])
            .with_field(owner)
            .with_field(Field::new("ContactId").referring("Contact", &["Contact"])),
        object("Event", &["Subject"])
            .with_field(
                Field::new("WhatId").referring("What", &["Account", "Opportunity", "Unseen__c"]),
            )
            .with_field(Field::new("WhoId").referring("Who", &["Contact"])),
        object("User", &["Email", "Alias"])
            .with_field(Field::new("ManagerId").referring("Manager", &["User"])),
        object("Group", &["Email", "Type"]),
        object("Zone", &["Code"]).with_field(Field::new("ZoneId").referring("Zone", &["Account"])),
        object("K__kav", &["Title"]),
    ]
    .into_iter()
    .collect()
}
