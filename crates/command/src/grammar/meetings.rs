//! Meetings from free speech: `with Jane Doe tomorrow at 3pm about pricing`.

use super::Scene;
use super::creating::push_text;
use super::dates::{Tense, period_at};
use super::pointing::target;
use crate::intent::{Change, Draft, Intent, NewValue, Unknown, Who};
use crate::words::{Kind, Run};

/// `with Jane Doe tomorrow at 3pm about pricing`: an all-day entry, because the time zone is not known here.
pub(super) fn meeting(scene: Scene<'_>, run: Run<'_>, opening: Run<'_>) -> Option<Intent> {
    let object = scene.schema.object("Event")?;
    let mut links = Vec::new();
    let mut day = None;
    let mut time = String::new();
    let mut topic = String::new();
    let mut i = 0;
    while i < run.len() {
        let at = run.one_of(i, "on|for|at|by").unwrap_or(i);
        if let Some(clock) = clock_at(run, at) {
            time = clock;
            i = at + usize::from(run.any_of(at + 1, &["am", "pm", "p.m", "a.m", "o'clock"])) + 1;
        } else if let Some((period, next)) =
            period_at(run, at, scene.today, Tense::Future).filter(|(p, _)| p.first == p.last)
        {
            day = Some(period.last);
            i = next;
        } else if let Some(from) = run
            .one_of(i, "about|regarding|to discuss|to talk about|re|called|titled|named")
            .or_else(|| run.is_mark(i, ":").then_some(i + 1))
        {
            topic = run.rest_of_text(from);
            i = run.len();
        } else if let Some(from) = run.one_of(i, "with|for|at|on") {
            let stop = (from..run.len()).find(|&j| {
                j > from
                    && (run.any_of(
                        j,
                        &[
                            "on",
                            "at",
                            "about",
                            "regarding",
                            "to",
                            "for",
                            "next",
                            "tomorrow",
                            "today",
                            "this",
                            "re",
                        ],
                    ) || run.is_mark(j, ",")
                        || run.is_mark(j, ":")
                        || period_at(run, j, scene.today, Tense::Future).is_some()
                        || clock_at(run, j).is_some())
            });
            let end = stop.unwrap_or(run.len());
            links.push(target(
                scene,
                run.between(from, end),
                &["Contact", "Lead", "Account", "Opportunity"],
            )?);
            i = end;
        } else {
            i += 1;
        }
    }
    // A date inside the topic is not the day of the meeting; without a day there is nothing to put into a calendar.
    let mut values = Vec::new();
    let kind = if opening.any_of(opening.len().saturating_sub(1), &["call"]) {
        "Call"
    } else if opening.any_of(opening.len().saturating_sub(1), &["demo"]) {
        "Demo"
    } else {
        "Meeting"
    };
    let who = links.first().and_then(|l| match &l.who {
        Who::Named(name) => Some(format!(" with {name}")),
        _ => None,
    });
    let mut subject = if topic.is_empty() {
        format!("{kind}{}", who.unwrap_or_default())
    } else {
        format!("{kind}: {topic}")
    };
    if !time.is_empty() {
        subject = format!("{subject} ({time})");
    }
    push_text(object, &mut values, "Subject", &subject);
    let all_day = object.field("IsAllDayEvent").is_some_and(|f| f.createable);
    let Some(day) = day else {
        return Some(Unknown::because(
            run.text(),
            "On which day? For example: `schedule a meeting with Jane Doe on Tuesday`.",
        ));
    };
    let field = object.field("ActivityDate").filter(|f| f.createable)?;
    if all_day {
        values.push(Change { field: "IsAllDayEvent".to_owned(), value: NewValue::Bool(true) });
    }
    values.push(Change { field: field.name.clone(), value: NewValue::Date(day) });
    Some(Intent::Create(Draft {
        object: object.name.clone(),
        values,
        links,
        deed: "put it into the calendar as an all-day entry",
    }))
}

/// `3pm`, `10:30`, `3 pm`.
fn clock_at(run: Run<'_>, i: usize) -> Option<String> {
    let word = run.word(i).filter(|w| w.kind == Kind::Number)?;
    let digits = word.lower.trim_end_matches(|c: char| c.is_alphabetic());
    let suffix = word.lower.trim_start_matches(|c: char| c.is_ascii_digit() || c == ':');
    let clock = digits.split(':').count() == 2 && digits.len() <= 5;
    let marked = matches!(suffix, "am" | "pm" | "h");
    let next = run.any_of(i + 1, &["am", "pm", "p.m", "a.m", "o'clock"]);
    if !(clock || marked || next) {
        return None;
    }
    Some(if next { format!("{} {}", word.lower, run.at(i + 1)) } else { word.lower.clone() })
}
