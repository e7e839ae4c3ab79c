//! Free text as people in sales write it: with names, sums, other customers, numbers and dates in it.

use jiff::civil::Date;

use super::chance::Chance;
use super::companies::{Company, Person};

/// A sum with its thousands marked.
pub(super) fn money(amount: f64) -> String {
    let whole = format!("{amount:.0}");
    let mut out = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// What a note on a deal says.
pub(super) fn deal(
    chance: &mut Chance,
    company: &Company,
    person: &Person,
    other: &Company,
    amount: f64,
) -> String {
    let name = &person.name;
    let (company, other) = (&company.name, &other.name);
    let sum = money(amount);
    let less = money((amount * 0.88 / 500.0).round() * 500.0);
    match chance.below(7) {
        0 => format!(
            "{name} confirmed a budget of £{sum} for this year. They compare us with what {other} pays and expect the same discount. Call back on {}.",
            person.phone
        ),
        1 => format!(
            "Met {name} on site. The board at {company} wants the contract below {less} GBP; walk-away price agreed with Elena. Legal review by {}.",
            person.email
        ),
        2 => format!(
            "Competitor quoted {less}. {name} prefers us but needs a reference: {other} agreed to take a call."
        ),
        3 => format!(
            "{name} asked for payment in three parts of {} each. Finance to decide. Send the draft to {}.",
            money(amount / 3.0),
            person.email
        ),
        4 => format!(
            "Renewal depends on the roll-out at {other}. {name} will not sign before that is live. Value stays at {sum}."
        ),
        5 => format!(
            "Intro by {name} (mobile {}). Wants a price per site instead of per user, otherwise {sum} is fine.",
            person.mobile
        ),
        _ => format!(
            "{company}: technical proof done, procurement opened. {name} mentioned that {other} left their supplier over support."
        ),
    }
}

/// How a customer complains.
pub(super) fn complaint(
    chance: &mut Chance,
    company: &Company,
    person: &Person,
    day: Date,
) -> (String, String) {
    let (name, company) = (&person.name, &company.name);
    let number = 10_000 + chance.below(80_000);
    match chance.below(6) {
        0 => (
            "Edge gateway restarts every night".to_owned(),
            format!(
                "Since {day} the gateway in our plant restarts at 02:00. Serial number EG-{number}. Please call {name} on {}.",
                person.phone
            ),
        ),
        1 => (
            "Invoice does not match the order".to_owned(),
            format!(
                "Invoice INV-{number} shows £{} more than agreed. {name}, {company}, {}",
                money(f64::from(chance.below(90)) * 100.0 + 450.0),
                person.email
            ),
        ),
        2 => (
            "Users cannot sign in after migration".to_owned(),
            format!(
                "Forty users at {company} cannot sign in since the migration on {day}. {name} is the contact on site ({}).",
                person.mobile
            ),
        ),
        3 => (
            "Analytics dashboard is empty".to_owned(),
            format!(
                "The dashboard shows no data for last month. Ticket of your partner: {number}. Regards, {name}"
            ),
        ),
        4 => (
            "Please delete a former employee's data".to_owned(),
            format!(
                "{name} left the company. Under the GDPR we ask you to delete the record, the address {} included, and to confirm.",
                person.email
            ),
        ),
        _ => (
            "Mobile app loses orders offline".to_owned(),
            format!(
                "Orders taken offline are lost when the device comes back. Reported by {name}, {}.",
                person.phone
            ),
        ),
    }
}

/// A line for a call or a task.
pub(super) fn task(
    chance: &mut Chance,
    person: &Person,
    company: &Company,
) -> (String, String, bool) {
    let (name, company) = (&person.name, &company.name);
    match chance.below(6) {
        0 => (
            format!("Call {name}"),
            format!("Spoke to {name} about the roll-out at {company}. Follow up next week."),
            true,
        ),
        1 => (
            "Send proposal".to_owned(),
            format!("Send the revised proposal to {} and copy procurement.", person.email),
            false,
        ),
        2 => (
            format!("Call {name} back"),
            format!("{name} asked for a call on {} after 14:00.", person.mobile),
            true,
        ),
        3 => (
            "Prepare demo".to_owned(),
            format!("Demo for {company}: analytics and mobile, thirty minutes."),
            false,
        ),
        4 => (
            "Check contract".to_owned(),
            format!("Check the liability clause {name} asked about."),
            false,
        ),
        _ => (
            "Follow up on quote".to_owned(),
            format!("No answer from {name} since the quote. Try {} instead.", person.phone),
            false,
        ),
    }
}
