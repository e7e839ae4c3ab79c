//! Opportunities, who has a say in them, what is in them, and what was noted about them.

use super::companies::{Company, Person};
use super::setup::{Catalog, Team};
use super::{Seeder, text, texts};
use crate::error::OrgError;
use crate::id::Id;
use crate::save::STAGES;
use crate::value::Value;

const DEALS: usize = 600;

pub(super) fn deals(
    seeder: &mut Seeder<'_>,
    team: &Team,
    catalog: &Catalog,
    companies: &[Company],
) -> Result<(), OrgError> {
    if let [gentech, acme, ..] = companies {
        one(
            seeder,
            catalog,
            (gentech, acme),
            Deal {
                name: "GenTech Platform Expansion".to_owned(),
                stage: 6,
                amount: Some(180_000.0),
                age: 95,
                close: 38,
                items: 0,
            },
        )?;
        one(
            seeder,
            catalog,
            (acme, gentech),
            Deal {
                name: "Acme Analytics Renewal".to_owned(),
                stage: 7,
                amount: Some(96_500.0),
                age: 60,
                close: 21,
                items: 0,
            },
        )?;
        one(
            seeder,
            catalog,
            (acme, gentech),
            Deal {
                name: "Acme Mobile Pilot".to_owned(),
                stage: 8,
                amount: Some(42_000.0),
                age: 420,
                close: -300,
                items: 2,
            },
        )?;
    }
    for made in 3..DEALS {
        // Neither GenTech nor Acme gets another: a sentence about "the GenTech opportunity" must mean one.
        let Some(company) = companies.iter().skip(2).nth(made * 37 % (companies.len() - 2)) else {
            continue;
        };
        let Some(other) = companies.iter().skip(2).nth((made * 53 + 11) % (companies.len() - 2))
        else {
            continue;
        };
        let chance = &mut seeder.chance;
        let closed = chance.percent(62);
        let stage = if !closed {
            chance.below(8) as usize
        } else if chance.percent(58) {
            8
        } else {
            9
        };
        let age = chance.between(20, company.age.max(21));
        // What is open may be overdue; what is closed was closed in the past.
        let close =
            if closed { -chance.between(0, age - 1).max(1) } else { chance.between(-25, 200) };
        let what = *chance.pick(&[
            "Platform",
            "Analytics",
            "Support Renewal",
            "Edge Roll-out",
            "Mobile",
            "Migration",
            "Training",
        ]);
        let items = if chance.percent(45) { chance.between(1, 3) } else { 0 };
        let amount = f64::from(chance.below(118) + 4) * 2_500.0;
        let name = format!("{} {what} {}", company.name, seeder.day(close).year());
        one(
            seeder,
            catalog,
            (company, other),
            Deal {
                name,
                stage,
                amount: Some(amount).filter(|_| made % 41 != 0),
                age,
                close,
                items,
            },
        )?;
    }
    team_work(seeder, team)
}

struct Deal {
    name: String,
    stage: usize,
    amount: Option<f64>,
    age: i64,
    close: i64,
    items: i64,
}

fn one(
    seeder: &mut Seeder<'_>,
    catalog: &Catalog,
    (company, other): (&Company, &Company),
    deal: Deal,
) -> Result<(), OrgError> {
    let Deal { name, stage, amount, age, close, items } = deal;
    let Some(stage) = STAGES.get(stage) else { return Ok(()) };
    let items: Vec<(Id, f64, i64)> = (0..items)
        .map(|_| {
            let (entry, price) = *seeder.chance.pick(&catalog.entries);
            (entry, price, seeder.chance.between(1, 6))
        })
        .collect();
    #[expect(clippy::cast_precision_loss, reason = "a handful of pieces")]
    let total: f64 = items.iter().map(|(_, price, pieces)| price * *pieces as f64).sum();
    // Won business has an amount, and what has products is worth what they cost.
    let amount =
        if items.is_empty() { amount.or(stage.won.then_some(12_500.0)) } else { Some(total) };
    let people = &company.people;
    let signer = people.first();
    let value = amount.unwrap_or(25_000.0);
    let description =
        signer.map(|person| texts::deal(&mut seeder.chance, company, person, other, value));
    let chance = &mut seeder.chance;
    let score = f64::from(chance.below(900) + 50) / 10.0;
    let (tier, floor) = (*chance.pick(&["A", "B", "C"]), 6 + chance.below(12));
    let model = format!(
        "tier={tier};floor={floor}%;ceiling={}%;walk-away={}",
        floor + 14,
        texts::money(value * 0.82)
    );
    let kind = *chance.pick(&[
        "New Customer",
        "Existing Customer - Upgrade",
        "Existing Customer - Replacement",
    ]);
    let source = *chance.pick(&["Web", "Partner Referral", "Trade Show", "Phone Inquiry", "Other"]);
    let next = *chance.pick(&[
        "Send revised quote",
        "Legal review",
        "Meet the board",
        "Wait for budget",
        "Book technical workshop",
    ]);
    let campaign =
        if chance.percent(20) { Value::Id(*chance.pick(&catalog.campaigns)) } else { Value::Null };
    let close_date = seeder.day(close);
    let created = seeder.moment(age.max(1 - close));
    let touched = if stage.closed { -close } else { seeder.chance.between(0, age.min(30)) };
    let when = (created, seeder.moment(touched.max(0)).max(created));
    let has_items = !items.is_empty();
    let id = seeder.add(
        "Opportunity",
        company.owner,
        when,
        &[
            ("AccountId", Value::Id(company.id)),
            ("Name", text(name)),
            ("StageName", text(stage.name)),
            ("Amount", amount.map_or(Value::Null, Value::Number)),
            ("CloseDate", Value::Date(close_date)),
            ("Type", text(kind)),
            ("LeadSource", text(source)),
            ("NextStep", if stage.closed { Value::Null } else { text(next) }),
            ("CampaignId", campaign),
            ("Pricebook2Id", if has_items { Value::Id(catalog.book) } else { Value::Null }),
            ("HasOpportunityLineItem", Value::Bool(has_items)),
            ("Description", description.map_or(Value::Null, text)),
            ("Win_Score__c", Value::Number(score)),
            ("Discount_Model__c", text(model)),
            ("LastStageChangeDate", Value::Instant(when.1)),
        ],
    )?;
    #[expect(clippy::cast_precision_loss, reason = "a handful of pieces")]
    for (entry, price, pieces) in items {
        let values = [
            ("OpportunityId", Value::Id(id)),
            ("PricebookEntryId", Value::Id(entry)),
            ("Quantity", Value::Number(pieces as f64)),
            ("UnitPrice", Value::Number(price)),
        ];
        seeder.add("OpportunityLineItem", company.owner, when, &values)?;
    }
    let roles = ["Decision Maker", "Economic Buyer", "Technical Buyer", "Evaluator", "Influencer"];
    let heard = if seeder.chance.percent(70) { 2 } else { 1 };
    for (place, person) in people.iter().take(heard).enumerate() {
        let role = *seeder.chance.pick(&roles);
        contact_role(seeder, company, (id, person, when), role, place == 0)?;
    }
    history(seeder, company, id, (stage.name, amount, when))?;
    if seeder.chance.percent(22)
        && let Some(person) = people.last()
    {
        let body = texts::deal(&mut seeder.chance, company, person, other, value);
        let values = [
            ("ParentId", Value::Id(id)),
            ("Title", text(format!("Call with {}", person.name))),
            ("Body", text(body)),
        ];
        seeder.add("Note", company.owner, when, &values)?;
    }
    Ok(())
}

type When = (jiff::Timestamp, jiff::Timestamp);

fn contact_role(
    seeder: &mut Seeder<'_>,
    company: &Company,
    (deal, person, when): (Id, &Person, When),
    role: &'static str,
    primary: bool,
) -> Result<(), OrgError> {
    let values = [
        ("OpportunityId", Value::Id(deal)),
        ("ContactId", Value::Id(person.id)),
        ("Role", text(role)),
        ("IsPrimary", Value::Bool(primary)),
    ];
    seeder.add("OpportunityContactRole", company.owner, when, &values).map(|_| ())
}

/// How it began and how it stands.
fn history(
    seeder: &mut Seeder<'_>,
    company: &Company,
    deal: Id,
    (stage, amount, (created, touched)): (&'static str, Option<f64>, When),
) -> Result<(), OrgError> {
    if stage == "Prospecting" || !seeder.chance.percent(30) {
        return Ok(());
    }
    let first = [
        ("OpportunityId", Value::Id(deal)),
        ("StageName", text("Prospecting")),
        ("Probability", Value::Number(10.0)),
    ];
    seeder.add("OpportunityHistory", company.owner, (created, created), &first)?;
    let now = [
        ("OpportunityId", Value::Id(deal)),
        ("StageName", text(stage)),
        ("Amount", amount.map_or(Value::Null, Value::Number)),
    ];
    seeder.add("OpportunityHistory", company.owner, (touched, touched), &now)?;
    let field = [
        ("OpportunityId", Value::Id(deal)),
        ("Field", text("StageName")),
        ("DataType", text("DynamicEnum")),
        ("OldValue", text("Prospecting")),
        ("NewValue", text(stage)),
    ];
    seeder.add("OpportunityFieldHistory", company.owner, (touched, touched), &field).map(|_| ())
}

/// Each representative helps with one large deal of the head of sales.
fn team_work(seeder: &mut Seeder<'_>, team: &Team) -> Result<(), OrgError> {
    let Some(object) = seeder.state.schema.object("Opportunity") else { return Ok(()) };
    let of_manager: Vec<Id> = seeder
        .state
        .rows(object)
        .filter(|row| {
            row.named(object, "OwnerId").as_id() == Some(team.manager)
                && !row.named(object, "IsClosed").is_true()
        })
        .filter_map(|row| row.id())
        .take(4)
        .collect();
    for (place, deal) in of_manager.into_iter().enumerate() {
        let helper = team.of(place % 2 == 0);
        let when = seeder.span(30);
        let values = [
            ("OpportunityId", Value::Id(deal)),
            ("UserId", Value::Id(helper)),
            ("TeamMemberRole", text("Pre-Sales Consultant")),
            ("OpportunityAccessLevel", text(if place < 2 { "Edit" } else { "Read" })),
        ];
        seeder.add("OpportunityTeamMember", team.manager, when, &values)?;
    }
    Ok(())
}
