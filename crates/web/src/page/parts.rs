//! Small parts that several pages share. A state is a word and a shape, never a colour alone.

use boundary::{Level, UnixMillis};
use gateway::WithheldFields;
use maud::{Markup, html};

use super::field;

/// How sensitive: a disc that fills, and the word.
pub(crate) fn level(level: Level) -> Markup {
    let (shape, class) = match level {
        Level::Public => ("○", "level-0"),
        Level::Internal => ("◔", "level-1"),
        Level::Confidential => ("◑", "level-2"),
        Level::Restricted => ("◕", "level-3"),
        Level::MissionCritical => ("●", "level-4"),
    };
    let name = if level == Level::MissionCritical { "Mission critical" } else { level.name() };
    html! { span class={ "badge level " (class) } { span aria-hidden="true" { (shape) } " " (name) } }
}

/// Where an endpoint runs, in words.
pub(crate) fn residency(name: &str) -> String {
    match name {
        "machine" => "on this machine".to_owned(),
        "premises" => "on our premises".to_owned(),
        region => format!("in region {}", region.to_uppercase()),
    }
}

/// A moment, UTC; the script adds the local time as a note.
pub(crate) fn moment(time: UnixMillis) -> Markup {
    let stamp = i64::try_from(time.0)
        .ok()
        .and_then(|millis| jiff::Timestamp::from_millisecond(millis).ok());
    html! {
        @if let Some(stamp) = stamp {
            time datetime=(stamp.strftime("%Y-%m-%dT%H:%M:%SZ")) { (stamp.strftime("%-d %b %Y, %H:%M:%S")) " UTC" }
        } @else { "at an unknown time" }
    }
}

/// A span of time in words, rounded down.
pub(crate) fn span(millis: u64) -> String {
    let minutes = millis / 60_000;
    let count =
        |number: u64, unit: &str| format!("{number} {unit}{}", if number == 1 { "" } else { "s" });
    match minutes {
        0 => "less than a minute".to_owned(),
        1..60 => count(minutes, "minute"),
        60..2880 => count(minutes / 60, "hour"),
        _ => count(minutes / 1440, "day"),
    }
}

/// Fields that were withheld, and why.
pub(crate) fn withheld(fields: &WithheldFields) -> Markup {
    html! {
        @if !fields.is_empty() {
            details.withheld {
                summary { (fields.len()) @if fields.len() == 1 { " field withheld" } @else { " fields withheld" } }
                ul { @for it in fields {
                    li { span.name title={ (it.object) "." (it.field) } { (field::label(&it.object)) " " (field::label(&it.field)) } ": " (it.why) }
                } }
            }
        }
    }
}

/// A link to an entry of the ledger.
pub(crate) fn entry(index: u64) -> Markup {
    html! { a.entry href={ "/activity?entry=" (index) "#entry-" (index) } { "Ledger entry " (index) } }
}

/// A message that matters now.
pub(crate) fn alert(text: &str) -> Markup {
    html! { p.notice role="alert" { span aria-hidden="true" { "! " } (text) } }
}
