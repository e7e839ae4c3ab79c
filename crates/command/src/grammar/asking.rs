//! Lists, counts, sums: requests for several records, and changes to the request before.

use super::Scene;
use super::search::Scan;
use crate::intent::{Intent, Measure, Refinement, Tally, Unknown};
use crate::lexicon::{column_at, main_amount, noun_at};
use crate::schema::{FieldType, ObjectView};
use crate::search::Search;
use crate::words::{Kind, Run};

const LEADS: &str = "how's|how is|how are|how does|show me|show|list|list out|find|find me|get|get me|give me|give me a list of|show me a list of|\
         a list of|list of|pull up|bring up|display|search for|search|look up|look for|fetch|see|view|\
         tell me|what are|what is|what's|which|what|who are|who is|are there any|are there|is there any|\
         do we have any|do we have|do i have any|do i have|have we got any|any|i'm looking for|pull|\
         run a report on|report on|check|who|where are|let me see|can i see|can you show|filter|filter for|\
         give us|how about|what about|and|or|which of my|which of our";

/// What a question measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kinds {
    Count,
    Sum,
    Average,
    Max,
    Min,
}

/// Reads a request for several records. What it cannot place makes it say so.
pub(super) fn read(scene: Scene<'_>, run: Run<'_>) -> Intent {
    if let Some(intent) = most(scene, run) {
        return intent;
    }
    let (kind, at) = measure(run);
    let body = run.from(at);
    let lead = if kind.is_some() { at } else { body.one_of(0, LEADS).unwrap_or(0) };
    let body = run.from(lead);
    // `show me the total amount of ..`, `what is the average ..`
    let inner = body.skip(0, &["the", "me", "us", "a"]);
    let (kind, body) = match (kind, measure(body.from(inner))) {
        (None, (Some(later), next)) => (Some(later), body.from(inner + next)),
        (kind, _) => (kind, body),
    };
    if let Some(noun) = main_noun(scene, body) {
        let object = noun.2;
        let scan = Scan::new(scene, object, body, Some((noun.0, noun.1)));
        if scan.is_complete() {
            return finish(scan, kind, run);
        }
        return Unknown::part(scan.leftovers());
    }
    without_noun(scene, run, body, kind)
}

/// The noun that says what is asked for: a plural one first, not one that only groups or names a field.
fn main_noun<'s>(scene: Scene<'s>, run: Run<'_>) -> Option<(usize, usize, &'s ObjectView)> {
    let mut nouns: Vec<(usize, usize, &ObjectView, bool)> = Vec::new();
    let mut i = 0;
    while i < run.len() {
        match noun_at(scene.schema, run, i) {
            Some(noun) => {
                let groups = i > 0 && run.any_of(i - 1, &["by", "per", "each", "every"]);
                let names_field = run.any_of(
                    noun.next,
                    &[
                        "source", "sources", "name", "names", "number", "numbers", "owner",
                        "owners", "size", "sizes", "value", "status", "stage", "stages", "type",
                        "types", "rating", "email", "emails", "industry", "date", "amount",
                        "amounts", "origin", "phone", "priority",
                    ],
                ) || noun.object.fields.iter().any(|f| {
                    column_at(scene.schema, noun.object, run, i)
                        .is_some_and(|c| c.path == f.name && c.next > noun.next)
                });
                if !groups {
                    nouns.push((i, noun.next, noun.object, noun.plural && !names_field));
                }
                i = noun.next;
            }
            None => i += 1,
        }
    }
    let plural = nouns.iter().find(|n| n.3);
    plural.or_else(|| nouns.first()).map(|n| (n.0, n.1, n.2))
}

/// `how many`, `total amount of`, `average`: what is measured and where the rest begins.
pub(super) fn measure(run: Run<'_>) -> (Option<Kinds>, usize) {
    let table: &[(&str, Kinds)] = &[
        (
            "how many|how many of|number of|the number of|what is the number of|what's the number of|count|\
         count of|the count of|count the|count up|total number of|what's the count of|the total number of|\
         what is the total number of|what's the total number of|give me the number of|tell me how many|\
         give me a count of|a count of|show me how many|what is the count of|show me the number of|\
         give me the count of|show the number of|show me the count of|do you know how many|count all|\
         how much deals|tell me the number of",
            Kinds::Count,
        ),
        (
            "how much|sum|sum of|sum up|the sum of|total|total of|the total|the total of|what is the total|\
         what's the total|what is the sum of|what's the sum of|add up|total up|what is the value of|\
         what's the value of|value of|the value of|the total value of|total value of|\
         what is the total value of|what's the total value of|combined value of|\
         what is the combined value of|how big is|what is the worth of|overall|how large is|sum the|\
         give me the total|show me the total|how much is|how much money is|the total worth of|combined|\
         aggregate|give me the sum of|how much revenue is|how much revenue|how much money",
            Kinds::Sum,
        ),
        (
            "average|avg|mean|the average|what is the average|what's the average|average of|what is the mean|\
         show me the average|give me the average|the mean|the avg|what's the avg|what's our average|\
         what is our average|our average|what's my average|what is my average|my average",
            Kinds::Average,
        ),
        (
            "max|maximum|the maximum|what is the maximum|what's the maximum|what's the max|what is the max|\
         the max",
            Kinds::Max,
        ),
        (
            "min|minimum|the minimum|what is the minimum|what's the minimum|what's the min|what is the min|\
         the min",
            Kinds::Min,
        ),
    ];
    let mut best: (Option<Kinds>, usize) = (None, 0);
    for (words, kind) in table {
        if let Some(next) = run.one_of(0, words)
            && next > best.1
        {
            best = (Some(*kind), next);
        }
    }
    best
}

/// Makes a list or a tally of a complete scan.
fn finish(mut scan: Scan<'_, '_>, kind: Option<Kinds>, run: Run<'_>) -> Intent {
    let object = scan.object;
    // `what is my pipeline worth`, `how much pipeline do i have`
    let worth = run.any_of(run.len().wrapping_sub(1), &["worth", "total"])
        && run.any_of(0, &["what", "what's", "how"]);
    let kind = kind.or(worth.then_some(Kinds::Sum));
    let numeric =
        |path: &String| scan.scene.schema.path(object, path).is_some_and(|f| f.kind.is_number());
    let measured = scan.search.columns.iter().find(|p| numeric(p)).cloned();
    let amount = main_amount(object).map(|f| f.name.clone());
    let group = scan.group.take();
    let measures = match (kind, measured.clone().or_else(|| amount.clone())) {
        (Some(Kinds::Count), _) | (Some(Kinds::Sum), None) => vec![Measure::Count],
        (Some(Kinds::Sum), Some(path)) => vec![Measure::Sum(path), Measure::Count],
        (Some(Kinds::Average), Some(path)) => vec![Measure::Average(path), Measure::Count],
        (Some(Kinds::Max), Some(path)) => vec![Measure::Max(path)],
        (Some(Kinds::Min), Some(path)) => vec![Measure::Min(path)],
        (Some(_), None) => {
            return Unknown::because(
                run.text(),
                format!(
                    "There is no amount on {} to work that out from.",
                    crate::lexicon::object_noun(object, 2)
                ),
            );
        }
        (None, path) if group.is_some() => match path {
            Some(path) if object.name == "Opportunity" || measured.is_some() => {
                vec![Measure::Count, Measure::Sum(path)]
            }
            _ => vec![Measure::Count],
        },
        (None, _) => {
            let singular = run.words().iter().any(|w| {
                matches!(
                    w.lower.as_str(),
                    "biggest"
                        | "largest"
                        | "highest"
                        | "smallest"
                        | "lowest"
                        | "latest"
                        | "newest"
                        | "oldest"
                        | "best"
                )
            });
            if scan.superlative && scan.search.limit.is_none() && singular {
                let one = noun_is_singular(&scan, run);
                scan.search.limit = Some(if one { 1 } else { 5 });
            }
            if scan.superlative && scan.search.limit.is_none() {
                scan.search.limit = Some(5);
            }
            return if scan.of_focus {
                Intent::Related {
                    search: scan.search,
                    of: super::pointing::focus(scan.scene.object),
                }
            } else {
                Intent::List(scan.search)
            };
        }
    };
    scan.search.columns.clear();
    scan.search.order = None;
    if group.is_none() {
        scan.search.limit = None;
    }
    Intent::Tally(scan.search, Tally { measures, group })
}

fn noun_is_singular(scan: &Scan<'_, '_>, run: Run<'_>) -> bool {
    (0..run.len()).filter_map(|i| scan.noun_here(i)).any(|n| !n.plural)
}

/// Requests without a noun: a change to the one before, or one whose words tell the object.
fn without_noun(scene: Scene<'_>, run: Run<'_>, body: Run<'_>, kind: Option<Kinds>) -> Intent {
    let fresh = run.any_of(0, &["what's", "who's"]) || run.phrase(0, "what is").is_some();
    let implied = implied_object(scene, run);
    if let Some(last) = scene.last
        && let Some(object) = scene.schema.object(&last.object)
        && !(fresh && implied.is_some() && kind.is_none())
    {
        let scan = Scan::new(scene, object, body, None);
        if scan.is_complete()
            && !scan.of_focus
            && (scan.says_something() || kind.is_some() || shows_again(run))
        {
            return Intent::Refine(refinement(scan, kind));
        }
    }
    let narrows = run.any_of(0, &["only", "just", "those", "sort", "sorted", "order"]);
    if narrows && scene.last.is_none() {
        return Unknown::because(
            run.text(),
            "There is no list yet that I could narrow down or sort. Please say what to look for.",
        );
    }
    let Some(object) = implied else { return Unknown::part(run.text()) };
    let scan = Scan::new(scene, object, body, None);
    if scan.is_complete() && (scan.says_something() || kind.is_some()) {
        return finish(scan, kind, run);
    }
    Unknown::part(if scan.is_complete() { run.text() } else { scan.leftovers() })
}

fn shows_again(run: Run<'_>) -> bool {
    [
        "show them",
        "list them",
        "show me them",
        "which ones",
        "which ones are they",
        "show those",
        "list those",
        "show me those",
        "what are they",
        "show the list",
        "show it again",
        "again",
        "show them again",
        "show me the list",
        "show all",
        "show them all",
        "list them all",
        "who are they",
        "show me",
        "which",
        "display them",
        "let me see them",
        "see them",
    ]
    .iter()
    .any(|p| run.phrase(0, p) == Some(run.len()))
}

/// The object that words without a noun are about.
fn implied_object<'s>(scene: Scene<'s>, run: Run<'_>) -> Option<&'s ObjectView> {
    let has = |words: &str| run.find(0, words).is_some();
    let (kind, at) = measure(run);
    if kind.is_some() && run.any_of(at, &["amount", "amounts", "value", "pipeline", "of"]) {
        return scene.schema.object("Opportunity");
    }
    let name = if has(
        "overdue|due today|due tomorrow|due this week|due next week|to do|do i need to do|due|on my plate|have to do|\
         should i do|on my list",
    ) {
        "Task"
    } else if has(
        "closing|closes|to close|won|lost|win|lose|close date|stage|at risk|quota|sold|sell|closed|revenue|close|\
         booked|slipping|slipped",
    ) {
        "Opportunity"
    } else if has(
        "works at|work at|works at|do we know at|do i know at|who's at|works for|work for",
    ) {
        "Contact"
    } else if has("agenda|schedule|my day|my week|on today|coming up") {
        "Event"
    } else {
        return None;
    };
    scene.schema.object(name)
}

fn refinement(mut scan: Scan<'_, '_>, kind: Option<Kinds>) -> Refinement {
    let numeric = |path: &&String| {
        scan.scene.schema.path(scan.object, path).is_some_and(|f| f.kind.is_number())
    };
    let path = scan
        .search
        .columns
        .iter()
        .find(numeric)
        .cloned()
        .or_else(|| main_amount(scan.object).map(|f| f.name.clone()));
    let group = scan.group.take();
    let measures = match (kind, path) {
        (Some(Kinds::Sum), Some(path)) => vec![Measure::Sum(path), Measure::Count],
        (Some(Kinds::Average), Some(path)) => vec![Measure::Average(path), Measure::Count],
        (Some(Kinds::Max), Some(path)) => vec![Measure::Max(path)],
        (Some(Kinds::Min), Some(path)) => vec![Measure::Min(path)],
        (Some(_), _) => vec![Measure::Count],
        (None, Some(path)) if group.is_some() && scan.object.name == "Opportunity" => {
            vec![Measure::Count, Measure::Sum(path)]
        }
        (None, _) if group.is_some() => vec![Measure::Count],
        (None, _) => Vec::new(),
    };
    let tally = (!measures.is_empty()).then_some(Tally { measures, group });
    let Search { conditions, said, order, limit, columns, with_ids, .. } = scan.search;
    let columns = if tally.is_some() { Vec::new() } else { columns };
    Refinement { object: None, conditions, said, order, limit, columns, with_ids, tally }
}

/// `who has the most open deals`, `which industry has the highest pipeline`.
fn most(scene: Scene<'_>, run: Run<'_>) -> Option<Intent> {
    if !run.any_of(0, &["who", "which", "what"]) {
        return None;
    }
    let (start, end) = run.find(
        1,
        "has the most|have the most|has the biggest|has the largest|has the highest|with the most|\
         with the biggest|with the highest|owns the most|closed the most|won the most|lost the most|has most|\
         brought in the most|sold the most|generated the most|got the most|generates the most",
    )?;
    let verb = run.at(start);
    let rest = run.from(end);
    let (noun_start, noun_end, object) = main_noun(scene, rest)
        .or_else(|| scene.schema.object("Opportunity").map(|o| (usize::MAX, 0, o)))?;
    let noun = (noun_start != usize::MAX).then_some((noun_start, noun_end));
    let mut scan = Scan::new(scene, object, rest, noun);
    let group = if run.at(0) == "who" && start == 1 {
        "Owner.Name".to_owned()
    } else {
        column_at(scene.schema, object, run, run.skip(1, &["of", "the", "my", "our"]))?.path
    };
    if !scan.is_complete() || !scene.schema.has(object, &group) {
        return None;
    }
    match verb {
        "closed" | "won" | "sold" | "brought" => drop(scan.won(true)),
        "lost" => drop(scan.won(false)),
        _ => {}
    }
    let money = rest.words().iter().any(|w| {
        w.kind == Kind::Word
            && matches!(
                w.lower.as_str(),
                "pipeline" | "revenue" | "amount" | "value" | "money" | "sales" | "bookings"
            )
    });
    let amount = main_amount(object)
        .filter(|f| f.kind == FieldType::Currency)
        .map(|f| Measure::Sum(f.name.clone()));
    let measures = match amount {
        Some(sum) if money || matches!(verb, "sold" | "brought" | "generated") => {
            vec![sum, Measure::Count]
        }
        Some(sum) => vec![Measure::Count, sum],
        None => vec![Measure::Count],
    };
    scan.search.columns.clear();
    scan.search.order = None;
    Some(Intent::Tally(
        scan.search,
        Tally { measures, group: Some(crate::intent::Group::Field(group)) },
    ))
}
