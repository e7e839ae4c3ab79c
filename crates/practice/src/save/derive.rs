//! Fields that follow from others: names, probabilities, closed flags, totals.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::convert::{day, midnight};
use crate::schema::Object;
use crate::state::{Row, State};
use crate::value::Value;

/// One stage of an opportunity.
#[derive(Debug)]
pub(crate) struct Stage {
    pub(crate) name: &'static str,
    pub(crate) probability: f64,
    pub(crate) closed: bool,
    pub(crate) won: bool,
    /// The category's API name and its label.
    pub(crate) forecast: (&'static str, &'static str),
}

/// The stages in order.
pub(crate) const STAGES: [Stage; 10] = [
    stage("Prospecting", 10.0, PIPELINE),
    stage("Qualification", 10.0, PIPELINE),
    stage("Needs Analysis", 20.0, PIPELINE),
    stage("Value Proposition", 50.0, PIPELINE),
    stage("Id. Decision Makers", 60.0, PIPELINE),
    stage("Perception Analysis", 70.0, PIPELINE),
    stage("Proposal/Price Quote", 75.0, ("BestCase", "Best Case")),
    stage("Negotiation/Review", 90.0, ("Forecast", "Commit")),
    Stage { closed: true, won: true, ..stage("Closed Won", 100.0, ("Closed", "Closed")) },
    Stage { closed: true, ..stage("Closed Lost", 0.0, ("Omitted", "Omitted")) },
];

const PIPELINE: (&str, &str) = ("Pipeline", "Pipeline");

const fn stage(
    name: &'static str,
    probability: f64,
    forecast: (&'static str, &'static str),
) -> Stage {
    Stage { name, probability, closed: false, won: false, forecast }
}

/// Fills in what follows. `given` names the fields the caller set.
pub(crate) fn derive(
    state: &State,
    object: &Object,
    old: Option<&Row>,
    row: &mut Row,
    given: &[&str],
    now: Timestamp,
) {
    match object.name.as_str() {
        "Contact" | "Lead" | "User" => whole_name(object, row),
        "Opportunity" => opportunity(object, old, row, given, now),
        "Case" => case(state, object, old, row, now),
        "Task" => task(state, object, old, row, now),
        "Event" => event(state, object, row),
        "OpportunityLineItem" => line_item(state, object, row),
        "PricebookEntry" => entry(state, object, row),
        "Attachment" => attachment(object, row),
        "CampaignMember" => {
            let responded = row.named(object, "Status").as_str() == Some("Responded");
            row.put(object, "HasResponded", Value::Bool(responded));
        }
        _ => {}
    }
}

fn whole_name(object: &Object, row: &mut Row) {
    let parts = ["FirstName", "LastName"]
        .map(|part| row.named(object, part).as_str().unwrap_or_default().to_owned());
    row.put(object, "Name", Value::text(parts.join(" ").trim()));
}

fn opportunity(object: &Object, old: Option<&Row>, row: &mut Row, given: &[&str], now: Timestamp) {
    let name = row.named(object, "StageName").as_str().unwrap_or_default().to_owned();
    let stage = STAGES.iter().find(|stage| stage.name.eq_ignore_ascii_case(&name));
    let moved =
        old.is_none_or(|old| !old.named(object, "StageName").same(row.named(object, "StageName")));
    let (closed, won) = stage.map_or((false, false), |stage| (stage.closed, stage.won));
    row.put(object, "IsClosed", Value::Bool(closed));
    row.put(object, "IsWon", Value::Bool(won));
    if let Some(stage) = stage.filter(|_| moved) {
        if !given.contains(&"Probability") {
            row.put(object, "Probability", Value::Number(stage.probability));
        }
        if !given.contains(&"ForecastCategoryName") {
            row.put(object, "ForecastCategoryName", Value::text(stage.forecast.1));
        }
    }
    if moved && old.is_some() {
        row.put(object, "LastStageChangeDate", Value::Instant(now));
    }
    let category = match row.named(object, "ForecastCategoryName").as_str() {
        Some("Best Case") => "BestCase",
        Some("Commit") => "Forecast",
        Some("Closed") => "Closed",
        Some("Omitted") => "Omitted",
        _ => "Pipeline",
    };
    row.put(object, "ForecastCategory", Value::text(category));
    let amount = row.named(object, "Amount").as_number();
    let probability = row.named(object, "Probability").as_number().unwrap_or(0.0);
    row.put(
        object,
        "ExpectedRevenue",
        amount.map_or(Value::Null, |amount| Value::Number(cents(amount * probability / 100.0))),
    );
    if row.named(object, "HasOpportunityLineItem").is_null() {
        row.put(object, "HasOpportunityLineItem", Value::Bool(false));
    }
    if let Value::Date(close) = *row.named(object, "CloseDate") {
        let quarter = (i32::from(close.month()) - 1) / 3 + 1;
        row.put(object, "FiscalYear", Value::Number(f64::from(close.year())));
        row.put(object, "FiscalQuarter", Value::Number(f64::from(quarter)));
        row.put(object, "Fiscal", Value::text(format!("{} {quarter}", close.year())));
    }
}

fn cents(amount: f64) -> f64 {
    (amount * 100.0).round() / 100.0
}

fn case(state: &State, object: &Object, old: Option<&Row>, row: &mut Row, now: Timestamp) {
    let closed = row.named(object, "Status").as_str() == Some("Closed");
    let was = old.is_some_and(|old| old.named(object, "IsClosed").is_true());
    row.put(object, "IsClosed", Value::Bool(closed));
    if closed && !was && row.named(object, "ClosedDate").is_null() {
        row.put(object, "ClosedDate", Value::Instant(now));
    } else if !closed {
        row.put(object, "ClosedDate", Value::Null);
    }
    if row.named(object, "AccountId").is_null()
        && let Some(account) = account_of(state, row.named(object, "ContactId"))
    {
        row.put(object, "AccountId", account);
    }
}

fn task(state: &State, object: &Object, old: Option<&Row>, row: &mut Row, now: Timestamp) {
    let closed = row.named(object, "Status").as_str() == Some("Completed");
    let was = old.is_some_and(|old| old.named(object, "IsClosed").is_true());
    row.put(object, "IsClosed", Value::Bool(closed));
    if closed && !was && row.named(object, "CompletedDateTime").is_null() {
        row.put(object, "CompletedDateTime", Value::Instant(now));
    } else if !closed {
        row.put(object, "CompletedDateTime", Value::Null);
    }
    let high = row.named(object, "Priority").as_str() == Some("High");
    row.put(object, "IsHighPriority", Value::Bool(high));
    activity_account(state, object, row);
}

fn event(state: &State, object: &Object, row: &mut Row) {
    if let Value::Instant(start) = *row.named(object, "StartDateTime") {
        let minutes =
            row.named(object, "DurationInMinutes").as_number().unwrap_or(0.0).clamp(0.0, 20_160.0);
        let end = start.checked_add(SignedDuration::from_secs_f64(minutes * 60.0)).unwrap_or(start);
        let all_day = row.named(object, "IsAllDayEvent").is_true();
        let date: Date = day(start);
        row.put(
            object,
            "ActivityDateTime",
            Value::Instant(if all_day { midnight(date) } else { start }),
        );
        row.put(object, "ActivityDate", Value::Date(date));
        row.put(object, "EndDateTime", Value::Instant(end));
    }
    activity_account(state, object, row);
}

fn activity_account(state: &State, object: &Object, row: &mut Row) {
    let account =
        ["WhatId", "WhoId"].into_iter().find_map(|name| account_of(state, row.named(object, name)));
    row.put(object, "AccountId", account.unwrap_or_default());
}

/// The account a record is, or belongs to.
fn account_of(state: &State, id: &Value) -> Option<Value> {
    let id = id.as_id()?;
    let object = state.schema.object_of(id)?;
    if object.name == "Account" {
        return Some(Value::Id(id));
    }
    let account = state.row(id)?.named(object, "AccountId").clone();
    if account.is_null() { None } else { Some(account) }
}

fn line_item(state: &State, object: &Object, row: &mut Row) {
    let number = |name| row.named(object, name).as_number();
    let entry = row.named(object, "PricebookEntryId").as_id();
    let entry = entry.and_then(|id| Some((state.schema.object_of(id)?, state.row(id)?)));
    let list = entry.and_then(|(of, entry)| entry.named(of, "UnitPrice").as_number());
    let price = number("UnitPrice").or(list).unwrap_or(0.0);
    let total = number("Quantity").unwrap_or(0.0)
        * price
        * (1.0 - number("Discount").unwrap_or(0.0) / 100.0);
    row.put(object, "UnitPrice", Value::Number(price));
    row.put(object, "TotalPrice", Value::Number(cents(total)));
    if let Some((of, entry)) = entry {
        row.put(object, "Product2Id", entry.named(of, "Product2Id").clone());
        row.put(object, "Name", entry.named(of, "Name").clone());
    }
}

fn entry(state: &State, object: &Object, row: &mut Row) {
    let product = row.named(object, "Product2Id").as_id();
    if let Some((of, product)) =
        product.and_then(|id| Some((state.schema.object_of(id)?, state.row(id)?)))
    {
        row.put(object, "Name", product.named(of, "Name").clone());
        row.put(object, "ProductCode", product.named(of, "ProductCode").clone());
    }
}

fn attachment(object: &Object, row: &mut Row) {
    // The body is kept in base 64; three bytes make four characters, less the padding.
    let body = row.named(object, "Body").as_str().unwrap_or_default();
    let padding = body.bytes().rev().take_while(|byte| *byte == b'=').count();
    let length = (body.len() / 4 * 3).saturating_sub(padding);
    let length = u32::try_from(length).unwrap_or(u32::MAX);
    row.put(object, "BodyLength", Value::Number(f64::from(length)));
}
