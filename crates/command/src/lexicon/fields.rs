//! Names for fields: what people call them, tried against the fields that exist.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::objects::label_at;
use crate::schema::{FieldType, FieldView, ObjectView, SchemaView};
use crate::words::{Kind, Run};

/// A field of the object itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FieldMatch<'s> {
    pub(crate) field: &'s FieldView,
    pub(crate) next: usize,
}

/// A column to show, group or sort by: a field, or one of a parent such as `Owner.Name`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Column {
    pub(crate) path: String,
    pub(crate) kind: FieldType,
    pub(crate) next: usize,
}

type Synonyms = (&'static str, &'static str);

/// What people say, and the fields it may mean, best first.
const SYNONYMS: &[Synonyms] = &[
    (
        "amount|amounts|value|deal size|deal value|deal amount|size|price|sum|total value",
        "Amount|TotalAmount|AnnualRevenue",
    ),
    ("worth|money", "Amount"),
    (
        "close date|closing date|closedate|expected close date|expected close|close|close-date",
        "CloseDate",
    ),
    ("date", "CloseDate|ActivityDate|StartDate"),
    ("stage|stages|sales stage|phase|deal stage", "StageName"),
    ("status|state of play", "Status"),
    (
        "phone|phones|phone number|phone numbers|number|telephone|telephone number|tel|landline|work phone",
        "Phone|MobilePhone",
    ),
    ("mobile|mobile number|mobile phone|cell|cell phone|cellphone|cell number", "MobilePhone"),
    (
        "email|e-mail|mail|emails|e-mails|email address|e-mail address|email addresses|mail address",
        "Email|SuppliedEmail",
    ),
    ("next step|next steps|nextstep", "NextStep"),
    ("source|sources|lead source|lead sources|channel|origin", "LeadSource|Origin|AccountSource"),
    ("origin|case origin", "Origin"),
    ("employees|headcount|employee count|number of employees|staff", "NumberOfEmployees"),
    ("revenue|annual revenue|turnover|yearly revenue", "AnnualRevenue"),
    ("expected revenue", "ExpectedRevenue"),
    ("revenue", "AnnualRevenue|Amount"),
    (
        "city|cities|town|towns|billing city|location",
        "BillingCity|MailingCity|City|Account.BillingCity",
    ),
    (
        "country|countries|billing country|nation",
        "BillingCountry|MailingCountry|Country|Account.BillingCountry",
    ),
    ("state|states|province|region", "BillingState|MailingState|State|Account.BillingState"),
    ("street|address", "BillingStreet|MailingStreet|Street"),
    ("industry|industries|sector|sectors|vertical|verticals|branch", "Industry|Account.Industry"),
    ("probability|chance|likelihood|win probability|probabilities", "Probability"),
    ("created|created date|creation date|date created|create date|created on", "CreatedDate"),
    (
        "last modified|last modified date|modified|last updated|updated|last update|modified date|\
         last change",
        "LastModifiedDate",
    ),
    ("last activity|last activity date|last contacted|last touch", "LastActivityDate"),
    ("due date|due|duedate|deadline|date due", "ActivityDate"),
    ("start date|start|start time|starts", "StartDateTime|StartDate"),
    ("end date|end|end time", "EndDateTime|EndDate"),
    ("priority|priorities|urgency", "Priority"),
    ("title|job title|role|position|job", "Title"),
    ("department|departments", "Department"),
    ("website|web site|site|url|homepage|web page|webpage", "Website"),
    ("description|descriptions|comments|comment|details", "Description"),
    ("subject|topic", "Subject"),
    ("type|types|kind|deal type|account type", "Type"),
    ("rating|ratings", "Rating"),
    ("company|companies", "Company|Account.Name"),
    (
        "owner|owners|rep|reps|sales rep|sales reps|salesperson|sales person|account executive|ae|\
         account manager|owner name|assignee|seller|sellers|user|person",
        "Owner.Name",
    ),
    (
        "account|accounts|account name|customer|customers|client|clients|account names",
        "Account.Name",
    ),
    ("contact|contacts|contact name", "Contact.Name|Who.Name"),
    ("campaign", "Campaign.Name"),
    ("related to|regarding", "What.Name"),
    ("name|names|full name", "Name"),
    ("number|case number|ticket number", "CaseNumber"),
    ("postal code|zip|zip code|postcode", "BillingPostalCode|MailingPostalCode|PostalCode"),
    ("forecast category", "ForecastCategoryName|ForecastCategory"),
    ("reason", "Reason"),
];

/// The synonyms by their first word: nearly every word of a sentence is asked whether it names a field.
static INDEX: LazyLock<HashMap<&'static str, Vec<Synonyms>>> = LazyLock::new(|| {
    let mut index: HashMap<&'static str, Vec<Synonyms>> = HashMap::new();
    for (names, paths) in SYNONYMS {
        for name in names.split('|') {
            let first = name.split(' ').next().unwrap_or(name);
            index.entry(first).or_default().push((name, paths));
        }
    }
    index
});

/// The column that starts at `i`, the longest name of one.
pub(crate) fn column_at(
    schema: &SchemaView,
    object: &ObjectView,
    run: Run<'_>,
    i: usize,
) -> Option<Column> {
    if run.kind(i) != Some(Kind::Word) {
        return None;
    }
    let mut best: Option<Column> = None;
    for (name, paths) in INDEX.get(run.at(i)).into_iter().flatten() {
        let Some(next) = run.phrase(i, name) else { continue };
        let found = paths.split('|').find_map(|p| schema.path(object, p).map(|f| (p, f.kind)));
        if let Some((path, kind)) = found
            && best.as_ref().is_none_or(|b| next > b.next)
        {
            best = Some(Column { path: path.to_owned(), kind, next });
        }
    }
    for field in object.fields.iter().filter(|f| f.kind != FieldType::Other) {
        let bare = field.name.trim_end_matches("__c");
        let names = [field.label.as_str(), bare];
        let Some(next) = names.iter().filter_map(|n| label_at(run, i, n)).max() else { continue };
        if best.as_ref().is_none_or(|b| next > b.next) {
            best = Some(shown(schema, object, field, next));
        }
    }
    best
}

/// A reference is shown by its parent's name.
fn shown(schema: &SchemaView, object: &ObjectView, field: &FieldView, next: usize) -> Column {
    if field.kind == FieldType::Reference
        && let Some(hop) = &field.relationship_name
    {
        let path = format!("{hop}.Name");
        if let Some(end) = schema.path(object, &path) {
            return Column { path, kind: end.kind, next };
        }
    }
    Column { path: field.name.clone(), kind: field.kind, next }
}

/// A field of the object itself that starts at `i`; parents' fields do not count, references do.
pub(crate) fn field_at<'s>(
    schema: &SchemaView,
    object: &'s ObjectView,
    run: Run<'_>,
    i: usize,
) -> Option<FieldMatch<'s>> {
    let column = column_at(schema, object, run, i)?;
    let field = match column.path.split_once('.') {
        None => object.field(&column.path),
        Some((hop, "Name")) => {
            object.fields.iter().find(|f| f.relationship_name.as_deref() == Some(hop))
        }
        Some(_) => None,
    }?;
    Some(FieldMatch { field, next: column.next })
}

/// The field that a bare amount means.
pub(crate) fn main_amount(object: &ObjectView) -> Option<&FieldView> {
    ["Amount", "TotalAmount", "AnnualRevenue", "BudgetedCost"]
        .iter()
        .find_map(|n| object.field(n))
        .or_else(|| object.fields.iter().find(|f| f.kind == FieldType::Currency))
}

/// The field that a bare date means.
pub(crate) fn main_date(object: &ObjectView) -> Option<&FieldView> {
    ["CloseDate", "ActivityDate", "StartDateTime", "StartDate", "CreatedDate"]
        .iter()
        .find_map(|n| object.field(n))
        .or_else(|| object.fields.iter().find(|f| f.kind.is_date()))
}

/// Where a place may be written: city, state, country of the object or of its account.
pub(crate) fn place_paths(schema: &SchemaView, object: &ObjectView) -> Vec<&'static str> {
    const SETS: [&str; 4] = [
        "BillingCity|BillingState|BillingCountry",
        "MailingCity|MailingState|MailingCountry",
        "City|State|Country",
        "Account.BillingCity|Account.BillingState|Account.BillingCountry",
    ];
    SETS.iter()
        .map(|set| set.split('|').filter(|p| schema.has(object, p)).collect::<Vec<_>>())
        .find(|set| !set.is_empty())
        .unwrap_or_default()
}
