//! Words that ask for nothing in the records: help, greetings, thanks; and deeds the engine does not do.

use super::Scene;
use crate::intent::{Intent, Unknown};
use crate::words::{Kind, Run, among};

const HELP: &str = "help|help me|what can you do|what can i ask|what can i say|how do i use this|how does this work|\
         what do you do|commands|show me what you can do|what are my options|examples|show examples|usage|\
         what else can you do|how can you help|how can you help me|what can you help me with|\
         what can i do here|what can i do";
const GREETING: &str = "hi|hello|hey|hi there|hello there|good morning|good afternoon|good evening|how are you|hey there|yo|\
         howdy";
const THANKS: &str = "thanks|thank you|thanks a lot|thank you very much|great|perfect|cool|nice|awesome|ok|okay|got it|\
         great thanks|ok thanks|cheers|that's all|thx|ty|ok thank you|good job|bye|goodbye|nothing else|\
         no thanks|no thank you";
const CANCEL: &str = "cancel|never mind|nevermind|stop|forget it|abort|cancel that|no|nope|don't|none of them|none|\
         none of these|scratch that|leave it|no cancel|neither|forget about it|drop it";
const ME: &str = "who am i|what's my name|what is my name|who is logged in|my user|my profile|which user am i|\
         who am i logged in as|whoami";

/// Verbs for deeds that the tools at hand cannot do.
const CANNOT: &str = "delete|remove|erase|wipe|purge|drop|destroy|merge|export|download|upload|email|mail|send|convert|\
         print|share|import|install|undo|revert|clone|duplicate|translate|write|draft|compose|summarize|\
         summarise|predict|calculate|play|sing|tell|explain|deploy|run|execute|ignore|select|truncate|\
         approve|reject|forward|call|dial|text|sms|invite|subscribe|order|buy|pay|refund|unlock|reset|\
         archive|restore|forget|grant|revoke|disable|enable";

pub(super) fn read(scene: Scene<'_>, run: Run<'_>) -> Option<Intent> {
    let said = run
        .words()
        .iter()
        .filter(|w| w.kind != Kind::Mark)
        .map(|w| w.lower.as_str())
        .collect::<Vec<_>>()
        .join(" ");
    let is = |list: &str| among(list, &said);
    if is(HELP) {
        return Some(Intent::Help);
    }
    if is(GREETING) {
        return Some(Intent::Greeting);
    }
    if is(CANCEL) {
        return Some(Intent::Cancel);
    }
    if is(THANKS) {
        return Some(Intent::Thanks);
    }
    if is(ME) {
        return Some(Intent::WhoAmI);
    }
    if is(
        "more|show more|next page|next|show me more|more please|next ones|show the rest|the rest|continue|\
         load more|keep going|see more|more results|show the next ones|next 20|show next",
    ) {
        return Some(Intent::More);
    }
    if is("yes|yep|yeah|sure|do it|go ahead|confirm|y|yes please") {
        return Some(Unknown::because(
            run.text(),
            "I am not waiting for an answer. Please say what to look for or change.",
        ));
    }
    let verb = run.at(0);
    if among(CANNOT, verb) && !allowed(run) {
        let deed = run.word(0).map(|w| w.text.to_lowercase()).unwrap_or_default();
        return Some(Unknown::because(
            run.text(),
            format!(
                "I cannot {deed} anything. I can look things up, and propose new records and changes."
            ),
        ));
    }
    values(scene, run)
}

/// `call` and `tell me` also begin things that are understood.
fn allowed(run: Run<'_>) -> bool {
    match run.at(0) {
        "tell" => run.any_of(1, &["me", "us"]),
        "drop" => run.find(1, "to|by").is_some(),
        "email" | "mail" => run.any_of(1, &["address", "addresses", "of", "for"]),
        "order" => run.any_of(1, &["by", "them", "these", "those"]),
        _ => false,
    }
}

/// `what stages are there`, `which statuses can a case have`.
fn values(scene: Scene<'_>, run: Run<'_>) -> Option<Intent> {
    let start = run.one_of(
        0,
        "what|which|list the|list|show me the|show the|what are the|what are|what are the possible|\
         what are the available|show|list all|show me all|possible|available|what are all the|\
         show me the available|show me the possible",
    )?;
    let objects = scene.object.into_iter().chain(scene.schema.objects.iter());
    for object in objects {
        let skip = run.skip(
            start,
            &["possible", "available", "the", "all", "values", "value", "of", "for", "different"],
        );
        let named = crate::lexicon::noun_at(scene.schema, run, skip)
            .filter(|n| n.object.name == object.name && n.next < run.len());
        let at = named.map_or(skip, |n| n.next);
        let Some(column) = crate::lexicon::column_at(scene.schema, object, run, at) else {
            continue;
        };
        let plural =
            run.at(column.next - 1).ends_with('s') && !matches!(run.at(column.next - 1), "status");
        let tail = run.from(column.next);
        let asks = tail
            .one_of(
                0,
                "are there|do we have|do you have|exist|are available|can i use|can i choose|can it have|\
         are possible|values|options|values are there|can i set|is there",
            )
            .is_some()
            || (tail.is_empty() && (skip > start || named.is_some()) && plural);
        let field = object.field(&column.path).filter(|f| !f.picklist.is_empty());
        if let Some(field) = field.filter(|_| asks && (plural || !tail.is_empty())) {
            return Some(Intent::Values { object: object.name.clone(), field: field.name.clone() });
        }
    }
    None
}
