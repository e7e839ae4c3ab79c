//! Cuts what was said into single commands: `find X, then ..`, `and also ..`, sentences.

use super::strip_politeness;
use crate::lexicon::MONTHS;
use crate::words::{Kind, Run, among};

/// Verbs that begin a command of their own after `and` or a comma.
const VERBS: &str = "show|list|find|get|give|display|search|count|sum|create|add|log|make|set|change|update|move|mark|\
         close|assign|reassign|rename|increase|decrease|raise|lower|reduce|bump|push|extend|schedule|remind|\
         open|what|what's|how|who|who's|which|when|put|advance|complete|finish|note|book|tell|sort|filter|\
         group|delete|remove|email|send|postpone|delay|transfer|record|write|follow|pull|convert";

/// Verbs after which the rest of the sentence is somebody's own text.
const FREE: &str = "add a note|add note|note|note that|make a note|leave a note|log a call|log call|log a meeting|log a|\
         jot down|write a note|create a note|take a note|record a call|record a note|new note|put a note|\
         add a comment|log an email|log my call|log that|log the call|remind me|remind|create a task|\
         add a task|new task|create task|add task|make a task|add a to-do|add a todo|add a reminder|\
         set a reminder|set up a reminder|create a to-do|create a todo|schedule a task|create a reminder|\
         open a case|create a case|log a case|new case|create case|open a ticket|create a ticket|\
         create a follow-up|create a follow up|add a follow-up|add a follow up|schedule a follow-up|\
         schedule a follow up";

/// The commands of one utterance, in order. Never empty.
pub(crate) fn parts(run: Run<'_>) -> Vec<Run<'_>> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut i = 0;
    while i < run.len() {
        let so_far = strip_politeness(run.between(start, i));
        let free = so_far.one_of(0, FREE).is_some();
        match boundary(run, i, free, so_far) {
            Some(next) if i > start => {
                parts.push(run.between(start, i).trimmed());
                start = next;
                i = next;
            }
            _ => i += 1,
        }
    }
    parts.push(run.from(start).trimmed());
    parts.retain(|p| !p.is_empty());
    if parts.is_empty() {
        parts.push(run);
    }
    parts
}

/// Whether a new command begins at or after `i`; gives its first word.
fn boundary(run: Run<'_>, i: usize, free: bool, so_far: Run<'_>) -> Option<usize> {
    let verb_at = |at: usize| {
        let polite = run.len() - strip_politeness(run.from(at)).len();
        let at = at.max(at + polite - at.min(polite));
        among(VERBS, strip_politeness(run.from(at)).at(0)).then_some(at)
    };
    let mark = run.word(i).filter(|w| w.kind == Kind::Mark).map(|w| w.text.as_str());
    if free {
        // Only a new sentence with a verb of ours ends somebody's own text.
        let joined = match mark {
            Some("." | ";") => run.one_of(i + 1, "then|and then|also|and also|after that"),
            _ => run.one_of(i, "and then").filter(|at| {
                among(VERBS, run.at(*at)) && run.any_of(at + 1, &["the", "its", "it", "a", "me"])
            }),
        };
        return joined.filter(|at| among(VERBS, strip_politeness(run.from(*at)).at(0)));
    }
    match mark {
        Some(";") => return (i + 1 < run.len()).then_some(i + 1),
        Some("." | "!" | "?") => {
            let spaced =
                run.word(i + 1).is_some_and(|w| run.word(i).is_some_and(|m| w.start > m.end));
            let begins = verb_at(i + 1).is_some() || mark != Some(".");
            return (spaced && begins).then_some(i + 1);
        }
        Some(",") => {
            let at = run.one_of(i + 1, "and then|then|and also|also|after that|and after that");
            return at.or_else(|| {
                run.one_of(i + 1, "and").or(Some(i + 1)).filter(|at| is_command(run, *at, so_far))
            });
        }
        _ => {}
    }
    // `show me Acme and its contacts`
    if run.at(i) == "and"
        && run.any_of(i + 1, &["its", "their", "his", "her"])
        && run.len() <= i + 5
    {
        let shows =
            so_far.one_of(0, "show|show me|find|open|pull up|tell me about|look up").is_some();
        let things = run.word(run.len() - 1).is_some_and(|w| w.lower.ends_with('s'));
        return (shows && things).then_some(i + 1);
    }
    if let Some(at) = run.one_of(
        i,
        "and then|then|and also|and after that|and afterwards|after that|as well as then",
    ) {
        let asks = so_far
            .one_of(0, "show|show me|list|find|get|give me|count|how many|my|what are|display")
            .is_some();
        return (at < run.len() && (asks || verb_at(at).is_some())).then_some(at);
    }
    if run.at(i) == "also" {
        return verb_at(i + 1);
    }
    run.phrase(i, "and").filter(|at| is_command(run, *at, so_far))
}

/// Whether a verb at `at` begins a command, and not a name or a noun: `and open cases`, `and close date`.
fn is_command(run: Run<'_>, at: usize, so_far: Run<'_>) -> bool {
    let rest = strip_politeness(run.from(at));
    let verb = rest.at(0);
    if !among(VERBS, verb) || rest.len() < 2 && verb != "sort" {
        return false;
    }
    match verb {
        "close" => {
            let dated = MONTHS.contains(&rest.at(1)) || rest.kind(1) == Some(Kind::Number);
            !dated
                && !among(
                    "date|dates|in|this|next|before|after|by|on|end|tomorrow|today",
                    rest.at(1),
                )
        }
        "open" => rest.any_of(1, &["a", "an", "the"]),
        "note" => rest.any_of(1, &["that", ":"]),
        "count" | "sum" | "log" | "record" | "email" | "lower" => {
            rest.len() > 1 && !so_far.is_empty() && verb != "email"
        }
        "when" => !so_far.is_empty() && rest.any_of(1, &["is", "does"]),
        // `deals which are ..` goes on with the same command.
        "which" | "who" => false,
        _ => true,
    }
}
