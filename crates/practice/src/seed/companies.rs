//! Accounts and the people in them.

use super::names::{COMPANY_FIRST, COMPANY_SECOND, COUNTRIES, Country, TITLES, number, plain};
use super::setup::Team;
use super::{Seeder, text};
use crate::error::OrgError;
use crate::id::Id;
use crate::value::Value;

/// An account, as the other parts of the seed refer to it.
#[derive(Debug)]
pub(super) struct Company {
    pub(super) id: Id,
    pub(super) name: String,
    pub(super) owner: Id,
    pub(super) age: i64,
    pub(super) people: Vec<Person>,
}

/// A contact.
#[derive(Debug)]
pub(super) struct Person {
    pub(super) id: Id,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) phone: String,
    pub(super) mobile: String,
}

const COMPANIES: usize = 200;

pub(super) fn companies(seeder: &mut Seeder<'_>, team: &Team) -> Result<Vec<Company>, OrgError> {
    let mut companies = Vec::new();
    // The two every demonstration speaks of come first.
    let gentech = Made {
        name: "GenTech".to_owned(),
        industry: "Technology",
        country: &COUNTRIES[0],
        owner: team.europe,
        age: 760,
    };
    companies.push(company(
        seeder,
        gentech,
        &[("Priya", "Raman", 1), ("Oliver", "Haverford", 2), ("Freya", "Kingsmere", 9)],
    )?);
    let acme = Made {
        name: "Acme".to_owned(),
        industry: "Manufacturing",
        country: &COUNTRIES[0],
        owner: team.europe,
        age: 1020,
    };
    companies.push(company(
        seeder,
        acme,
        &[
            ("Jane", "Doe", 0),
            ("Callum", "Thistlewood", 4),
            ("Imogen", "Wetherell", 13),
            ("Dev", "Sandhu", 3),
        ],
    )?);
    let mut at = 0_usize;
    while companies.len() < COMPANIES {
        // Steps of 7 through the first halves and 3 through the second never make a name twice in 800.
        let first = COMPANY_FIRST.get(at * 7 % COMPANY_FIRST.len()).copied().unwrap_or_default();
        let (second, industry) = COMPANY_SECOND
            .get((at * 3 + at / 40) % COMPANY_SECOND.len())
            .copied()
            .unwrap_or_default();
        at += 1;
        let country = seeder.chance.pick(&COUNTRIES);
        // One in ten is a key account of the head of sales, seen by no representative.
        let owner = if seeder.chance.percent(10) { team.manager } else { team.of(country.europe) };
        let age = seeder.chance.between(30, 1090);
        let made = Made { name: format!("{first} {second}"), industry, country, owner, age };
        companies.push(company(seeder, made, &[])?);
    }
    share(seeder, team, &companies)?;
    Ok(companies)
}

struct Made {
    name: String,
    industry: &'static str,
    country: &'static Country,
    owner: Id,
    age: i64,
}

#[expect(clippy::cast_precision_loss, reason = "sums of the seed are small")]
fn company(
    seeder: &mut Seeder<'_>,
    made: Made,
    named: &[(&str, &str, usize)],
) -> Result<Company, OrgError> {
    let Made { name, industry, country, owner, age } = made;
    let chance = &mut seeder.chance;
    let (city, state, code) = *chance.pick(country.cities);
    let street = format!("{} {}", chance.below(180) + 1, chance.pick(country.streets));
    let domain = format!("{}.example", plain(&name));
    let employees = chance.between(3, 900) * 10;
    let revenue = employees * chance.between(90, 240) * 1000;
    let portfolio = chance.between(4, 400) * 25_000;
    let kind = *chance.pick(&[
        "Customer - Direct",
        "Customer - Direct",
        "Prospect",
        "Customer - Channel",
        "Other",
    ]);
    let rating = *chance.pick(&["Hot", "Warm", "Cold"]);
    let source = *chance.pick(&["Web", "Phone Inquiry", "Partner Referral", "Other"]);
    let phone = number(chance, country.phones);
    let recent = chance.between(1, age.min(120));
    let activity = seeder.day(-recent);
    let when = seeder.span(age);
    let number_of = 1000 + seeder.chance.below(9000);
    let id = seeder.add(
        "Account",
        owner,
        when,
        &[
            ("Name", text(name.as_str())),
            ("Type", text(kind)),
            ("Industry", text(industry)),
            ("BillingStreet", text(street.as_str())),
            ("BillingCity", text(city)),
            ("BillingState", text(state)),
            ("BillingPostalCode", text(code)),
            ("BillingCountry", text(country.name)),
            ("ShippingStreet", text(street)),
            ("ShippingCity", text(city)),
            ("ShippingPostalCode", text(code)),
            ("ShippingCountry", text(country.name)),
            ("Phone", text(phone)),
            ("Website", text(format!("https://www.{domain}"))),
            ("AccountNumber", text(format!("NL-{number_of}"))),
            ("External_Key__c", text(format!("ACC-{:05}", id_number(seeder, "Account")))),
            ("NumberOfEmployees", Value::Number(employees as f64)),
            ("AnnualRevenue", Value::Number(revenue as f64)),
            ("Portfolio_Value__c", Value::Number(portfolio as f64)),
            ("Rating", text(rating)),
            ("AccountSource", text(source)),
            ("Description", text(format!("{name} in {city}, {industry}. Customer number NL-{number_of}; {employees} people."))),
            ("LastActivityDate", Value::Date(activity)),
        ],
    )?;
    let mut people = Vec::new();
    for (first, last, title) in named {
        people.push(person(seeder, country, (id, owner, age), &domain, (first, last), *title)?);
    }
    let more = if named.is_empty() { seeder.chance.between(3, 7) } else { 0 };
    for _ in 0..more {
        let (first, last) = (*seeder.chance.pick(country.first), *seeder.chance.pick(country.last));
        let title = seeder.chance.below(14) as usize;
        // Two of a name in one company would be one too many.
        if people.iter().any(|known: &Person| known.name == format!("{first} {last}")) {
            continue;
        }
        people.push(person(seeder, country, (id, owner, age), &domain, (first, last), title)?);
    }
    Ok(Company { id, name, owner, age, people })
}

/// The number the next record of this object will have.
fn id_number(seeder: &Seeder<'_>, object: &str) -> usize {
    seeder.state.schema.object(object).map_or(0, |object| seeder.state.rows(object).count() + 1)
}

fn person(
    seeder: &mut Seeder<'_>,
    country: &'static Country,
    (account, owner, age): (Id, Id, i64),
    domain: &str,
    (first, last): (&str, &str),
    title: usize,
) -> Result<Person, OrgError> {
    let chance = &mut seeder.chance;
    let (title, department) = TITLES.get(title).copied().unwrap_or(("Manager", "Operations"));
    let email = format!("{}.{}@{domain}", plain(first), plain(last));
    let (phone, mobile) = (number(chance, country.phones), number(chance, country.mobiles));
    let (city, state, code) = *chance.pick(country.cities);
    let street = format!("{} {}", chance.below(180) + 1, chance.pick(country.streets));
    let salutation = *chance.pick(&["Mr.", "Ms.", "Dr.", "Mx.", "Ms.", "Mr."]);
    let risk = *chance.pick(&["Low", "Low", "Low", "Medium", "Medium", "High", "Severe"]);
    let source = *chance.pick(&["Web", "Phone Inquiry", "Partner Referral", "Trade Show"]);
    let (opted_out, no_call) = (chance.percent(8), chance.percent(5));
    let born = 23 * 365 + i64::from(chance.below(40 * 365));
    let age = chance.between(1, age);
    let birthdate = seeder.day(-born);
    let when = seeder.span(age);
    let id = seeder.add(
        "Contact",
        owner,
        when,
        &[
            ("AccountId", Value::Id(account)),
            ("Salutation", text(salutation)),
            ("FirstName", text(first)),
            ("LastName", text(last)),
            ("Title", text(title)),
            ("Department", text(department)),
            ("Email", text(email.as_str())),
            ("Phone", text(phone.as_str())),
            ("MobilePhone", text(mobile.as_str())),
            ("MailingStreet", text(street)),
            ("MailingCity", text(city)),
            ("MailingState", text(state)),
            ("MailingPostalCode", text(code)),
            ("MailingCountry", text(country.name)),
            ("LeadSource", text(source)),
            ("Birthdate", Value::Date(birthdate)),
            ("HasOptedOutOfEmail", Value::Bool(opted_out)),
            ("DoNotCall", Value::Bool(no_call)),
            ("Risk_Rating__c", text(risk)),
            (
                "Description",
                text(format!("{first} {last} signs for {department}. Reach on {mobile}.")),
            ),
        ],
    )?;
    Ok(Person { id, name: format!("{first} {last}"), email, phone, mobile })
}

/// A few accounts are worked on across territories; GenTech and Acme are not.
fn share(seeder: &mut Seeder<'_>, team: &Team, companies: &[Company]) -> Result<(), OrgError> {
    for (place, company) in companies.iter().enumerate().skip(2) {
        let other = if company.owner == team.europe { team.americas } else { team.europe };
        if place % 25 != 0 || company.owner == team.manager {
            continue;
        }
        let when = seeder.span(company.age.min(200));
        let values = [
            ("AccountId", Value::Id(company.id)),
            ("UserId", Value::Id(other)),
            ("TeamMemberRole", text("Sales Rep")),
            ("AccountAccessLevel", text("Read")),
            ("OpportunityAccessLevel", text("Read")),
            ("ContactAccessLevel", text("Read")),
            ("CaseAccessLevel", text("None")),
        ];
        seeder.add("AccountTeamMember", team.admin, when, &values)?;
    }
    Ok(())
}
