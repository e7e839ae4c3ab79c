use boundary::{ShownChange, ShownProposal, UnixMillis};
use gateway::{ProposalView, Standing};

use crate::page::proposal;
use crate::page::tests::{NOW, lines, session, shown, site};

fn change(field: &str, old: Option<&str>, new: &str) -> ShownChange {
    ShownChange { field: field.to_owned(), old: old.map(shown), new: shown(new) }
}

fn update() -> ProposalView {
    ProposalView {
        id: "p1".to_owned(),
        standing: Standing::Waiting,
        operation: "update",
        object: "Opportunity".to_owned(),
        record: Some("006000000000001AAA".to_owned()),
        shown: ShownProposal {
            withheld: false,
            name: Some(shown("GenTech <Platform>")),
            changes: vec![
                change("StageName", Some("Prospecting"), "Negotiation/Review"),
                change("Amount", Some("150000.0"), "175000"),
                change("NextStep", Some(""), "Call \u{202e}Ada"),
            ],
        },
        digest: "d1".to_owned(),
        said: "Move it on".to_owned(),
        tainted: true,
        created: UnixMillis(NOW - 60_000),
        expires: UnixMillis(NOW + 23 * 3_600_000 + 5000),
        changed: UnixMillis(NOW - 60_000),
        replaces: None,
        undoes: None,
        undoable: false,
        lost: Vec::new(),
        link: None,
        problem: None,
        object_label: None,
        labels: std::collections::BTreeMap::new(),
        asked_by: "Ada".to_owned(),
        origin: ("page".to_owned(), "s1".to_owned()),
        mine: true,
        ruling: boundary::Ruling::Alone,
        signed_by: Vec::new(),
        risks: Vec::new(),
        read: Vec::new(),
        batch: None,
        policy: "0".repeat(16),
        history: Vec::new(),
    }
}

#[test]
fn a_card_shows_old_and_new_and_names_its_effect() {
    insta::assert_snapshot!(lines(&proposal::card(&update(), &session(), &site())), @r#"
    <article class="card proposal" aria-labelledby="proposal-p1" data-proposal="p1">
    <header>
    <div>
    <p class="eyebrow">Change to Opportunity</p>
    <h3 id="proposal-p1">GenTech &lt;Platform&gt;</h3>
    </div>
    <span class="badge standing waiting">
    <span aria-hidden="true">◷</span> Waits for you</span>
    </header>
    <p class="warning" role="note">
    <span aria-hidden="true">⚠ </span>
    <strong>Read every value. </strong>Text that outsiders can write was read before this was proposed, and may have led to it.</p>
    <table class="changes">
    <caption class="unseen">What will be written</caption>
    <thead>
    <tr>
    <th scope="col">Field</th>
    <th scope="col">Now</th>
    <th scope="col">Afterwards</th>
    </tr>
    </thead>
    <tbody>
    <tr>
    <th scope="row" title="StageName">Stage</th>
    <td colspan="2">
    <ol class="path">
    <li class="past">
    <span class="unseen">now: </span>Prospecting</li>
    <li class="next">
    <span class="unseen">afterwards: </span>Negotiation/Review</li>
    </ol>
    </td>
    </tr>
    <tr>
    <th scope="row" title="Amount">Amount</th>
    <td class="old">150,000</td>
    <td class="new">175,000</td>
    </tr>
    <tr>
    <th scope="row" title="NextStep">Next Step</th>
    <td class="old">
    <span class="empty">(empty)</span>
    </td>
    <td class="new">Call �Ada</td>
    </tr>
    </tbody>
    </table>
    <div class="about">
    <span>Asked by Sofia Adler, <time datetime="2026-11-22T04:19:00Z">22 Nov 2026, 04:19:00 UTC</time>
    </span>
    <span>waits another 23 hours</span>
    <details>
    <summary>The words that led to it</summary>
    <p>Move it on</p>
    </details>
    </div>
    <div class="decide">
    <form method="post" action="/approvals/p1/approve" data-decides>
    <input type="hidden" name="csrf" value="secret-of-the-session">
    <input type="hidden" name="digest" value="d1">
    <button class="primary" type="submit">Update 3 fields on GenTech &lt;Platform&gt;</button>
    </form>
    <form method="post" action="/approvals/p1/reject" data-decides>
    <input type="hidden" name="csrf" value="secret-of-the-session">
    <button type="submit">Reject</button>
    </form>
    <details class="why">
    <summary class="button">Reject with a reason</summary>
    <form method="post" action="/approvals/p1/reject" data-decides>
    <input type="hidden" name="csrf" value="secret-of-the-session">
    <div class="field">
    <label for="reason-p1">Reason</label>
    <input id="reason-p1" name="reason" maxlength="1000" autocomplete="off">
    </div>
    <button type="submit">Reject with this reason</button>
    </form>
    </details>
    <details class="edit">
    <summary class="button">Edit</summary>
    <form method="post" action="/approvals/p1/edit" data-decides>
    <input type="hidden" name="csrf" value="secret-of-the-session">
    <div class="field">
    <label for="edit-p1-StageName">Stage</label>
    <input id="edit-p1-StageName" name="field.StageName" value="Negotiation/Review" autocomplete="off">
    </div>
    <div class="field">
    <label for="edit-p1-Amount">Amount</label>
    <input id="edit-p1-Amount" name="field.Amount" value="175000" autocomplete="off">
    </div>
    <div class="field">
    <label for="edit-p1-NextStep">Next Step</label>
    <input id="edit-p1-NextStep" name="field.NextStep" value="Call <U+202E>Ada" autocomplete="off">
    </div>
    <button type="submit">Save the edit</button>
    </form>
    </details>
    </div>
    </article>
    "#);
}

#[test]
fn a_new_record_has_no_old_values() {
    let mut view = update();
    view.operation = "create";
    view.object = "Task".to_owned();
    view.tainted = false;
    view.shown = ShownProposal {
        withheld: false,
        name: None,
        changes: vec![change("Subject", None, "Call back"), change("Status", None, "Open")],
    };
    let html = proposal::card(&view, &session(), &site()).into_string();
    assert!(
        html.contains("<button class=\"primary\" type=\"submit\">Create Task Call back</button>"),
        "{html}"
    );
    assert!(
        !html.contains(">Now<")
            && !html.contains("class=\"old\"")
            && !html.contains("class=\"path\""),
        "{html}"
    );
    assert!(!html.contains("class=\"warning\""));
}

#[test]
fn only_a_waiting_proposal_can_be_decided() {
    for (standing, word) in [
        (Standing::Executing, "Being written"),
        (Standing::Done, "Done"),
        (Standing::Failed, "Failed"),
        (Standing::Unknown, "Unknown"),
        (Standing::Rejected, "Rejected"),
        (Standing::Expired, "Expired"),
        (Standing::Conflict, "The record is gone"),
    ] {
        let mut view = update();
        view.standing = standing;
        view.link = Some("javascript:alert(1)".to_owned());
        view.problem = Some("<b>".to_owned());
        let html = proposal::card(&view, &session(), &site()).into_string();
        for verb in ["approve", "reject", "edit"] {
            assert!(!html.contains(&format!("/p1/{verb}\"")), "{html}");
        }
        assert!(html.contains(word), "{html}");
        assert!(!html.contains("javascript:") && !html.contains("<b>"), "{html}");
    }
}

#[test]
fn an_edit_begins_with_the_exact_values() {
    let mut view = update();
    view.shown.changes = vec![
        change("Amount", Some("1"), "175000.0"),
        change("Description", None, "\none\n</textarea><script>"),
    ];
    let html = proposal::card(&view, &session(), &site()).into_string();
    assert!(html.contains("name=\"field.Amount\" value=\"175000.0\""), "{html}");
    assert!(
        html.contains("rows=\"4\">\n\none\n&lt;/textarea&gt;&lt;script&gt;</textarea>"),
        "{html}"
    );
}

#[test]
fn a_deletion_shows_what_goes_and_cannot_be_edited() {
    let mut view = update();
    view.operation = "delete";
    view.object = "Task".to_owned();
    view.shown = ShownProposal {
        withheld: false,
        name: None,
        changes: vec![
            change("Subject", Some("Call <Ada>"), ""),
            change("Amount", Some("1000.0"), ""),
        ],
    };
    let html = proposal::card(&view, &session(), &site()).into_string();
    for words in [
        "Deletion of Task",
        "This record will be deleted",
        "<td class=\"old\">Call &lt;Ada&gt;</td>",
        "<td class=\"old\">1,000</td>",
        "<button class=\"primary danger\" type=\"submit\">Delete Task Call &lt;Ada&gt;</button>",
    ] {
        assert!(html.contains(words), "{words}: {html}");
    }
    assert!(!html.contains("/edit") && !html.contains("Afterwards"), "{html}");
    view.standing = Standing::Done;
    view.link = Some("https://org.example/00T".to_owned());
    let html = proposal::card(&view, &session(), &site()).into_string();
    assert!(
        html.contains("It is deleted in Salesforce.") && !html.contains("org.example"),
        "{html}"
    );
    view.standing = Standing::Rejected;
    let html = proposal::card(&view, &session(), &site()).into_string();
    assert!(html.contains("You said no; nothing was deleted."), "{html}");
}

#[test]
fn what_the_viewer_may_not_decide_has_no_button_for_it() {
    let mut view = update();
    view.ruling = boundary::Ruling::No;
    let html = proposal::card(&view, &session(), &site()).into_string();
    assert!(!html.contains("/p1/approve") && html.contains("Waits for somebody else"), "{html}");
    assert!(html.contains("/p1/reject"), "who asked may take it back");
    view.mine = false;
    view.ruling = boundary::Ruling::Together;
    view.shown.withheld = true;
    view.signed_by = vec!["Tom <Fox>".to_owned()];
    let html = proposal::card(&view, &session(), &site()).into_string();
    assert!(html.contains("/p1/approve") && !html.contains("/p1/edit"), "{html}");
    assert!(html.contains("Two people have to approve this."), "{html}");
    assert!(html.contains("approved by Tom &lt;Fox&gt;; one more person is needed"), "{html}");
    assert!(html.contains("You may not see every value of it."), "{html}");
}

#[test]
fn reasons_to_look_twice_and_labels_are_words() {
    use boundary::Risk;
    let mut view = update();
    let label = gateway::FieldLabel { label: "Deal size".to_owned(), kind: "currency".to_owned() };
    view.labels.insert("Amount".to_owned(), label);
    view.risks = vec![
        Risk::Amount("Amount".to_owned()),
        Risk::Bulk(30),
        Risk::TaintedArgument("NextStep".to_owned()),
        Risk::UnusualRecipient("NextStep".to_owned()),
        Risk::Outsiders,
    ];
    let html = proposal::card(&view, &session(), &site()).into_string();
    for words in [
        "Deal size moves by half or more.",
        "One request proposed 30 writes.",
        "Next Step repeats text that outsiders can write.",
        "Next Step gets an address that nobody is known by.",
        "<span class=\"kind\">currency</span>",
    ] {
        assert!(html.contains(words), "{words}: {html}");
    }
}
