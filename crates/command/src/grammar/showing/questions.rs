//! Questions whose verb names the field: `who owns X`, `when does X close`, `how much is X worth`.

use crate::grammar::Scene;
use crate::grammar::pointing::target;
use crate::intent::Intent;
use crate::words::Run;

/// How a question begins, how it ends (an empty ending: it may also end with the record), and the fields asked for.
const QUESTIONS: &[(&str, &str, &str)] = &[
    (
        "who owns|who is the owner of|who's the owner of|who is on|who's on|who manages|who handles|\
         who is working on|who's working on|who is responsible for|owner of|who has",
        "",
        "Owner.Name",
    ),
    (
        "when does|when will|when is|when's|when do we expect",
        "close|closing|going to close|expected to close|due to close|supposed to close|to close",
        "CloseDate",
    ),
    ("when is|when's|by when is", "due", "ActivityDate|CloseDate"),
    ("when was|when did we create|when were", "created|opened", "CreatedDate"),
    (
        "when was|when did",
        "last updated|last modified|modified|updated|changed",
        "LastModifiedDate",
    ),
    (
        "how much is|how much's|how big is|what is the value of|how large is",
        "worth|at|",
        "Amount|AnnualRevenue",
    ),
    ("what is|what's", "worth", "Amount|AnnualRevenue"),
    (
        "what stage is|which stage is|what's the stage on|at what stage is|in what stage is|\
         in which stage is|what phase is",
        "in|at|on|",
        "StageName",
    ),
    ("what status is|what's the status on|what is the status on", "in|", "Status|StageName"),
    (
        "where is|where's|where are",
        "located|based|headquartered|at|in",
        "BillingCity|MailingCity|City",
    ),
    (
        "how do i reach|how can i reach|how to reach|how do i contact|how can i contact|contact details of|\
         contact details for|contact info for|contact info of|contact information for|contact information of",
        "",
        "Phone|MobilePhone|Email",
    ),
    ("where does", "work", "Title|Account.Name"),
    ("who does", "work for", "Account.Name"),
    (
        "what's next for|what is next for|next step for|what is the next step for|what's the next step with",
        "",
        "NextStep",
    ),
    ("how likely is", "to close|", "Probability"),
];

pub(super) fn read(scene: Scene<'_>, run: Run<'_>) -> Option<Intent> {
    for (starts, ends, columns) in QUESTIONS {
        let Some(at) = run.one_of(0, starts) else { continue };
        let mut rest = run.from(at);
        if !ends.is_empty() {
            let tail = ends.split('|').filter(|e| !e.is_empty()).find_map(|e| {
                let from = rest.len().checked_sub(e.split(' ').count())?;
                (rest.phrase(from, e) == Some(rest.len()) && from > 0).then_some(from)
            });
            match tail {
                Some(from) => rest = rest.until(from),
                None if ends.ends_with('|') => {}
                None => continue,
            }
        }
        let columns: Vec<&str> = columns.split('|').collect();
        let objects = super::having(scene, &columns);
        let Some(target) = target(scene, rest, &objects) else { continue };
        return Some(Intent::Show {
            target,
            columns: columns.into_iter().map(str::to_owned).collect(),
        });
    }
    None
}
