use boundary::{
    Action, Conversation, Door, Facts, Kind, Layer, Level, PersonId, Piece, Principal, Purpose,
    Rights, ShownChange, ShownProposal, UnixMillis, Verdict, Viewer, Withheld,
};
use gateway::{
    Happening, KeyInfo, NewKey, Proof, ProposalView, Session, ShownTurn, Standing, Step, Summary,
};

use super::exchange::{Exchange, Failure, answered, exchange, exchanges};
use super::frame::{Frame, Here};
use super::{activity, keys, parts, proposal};
use crate::site::Site;

/// 22 November 2026, 04:20 UTC.
pub(super) const NOW: u64 = 1_795_321_200_000;

pub(super) fn site() -> Site {
    Site {
        base_url: "https://gate.example.com".to_owned(),
        org_name: "GenTech".to_owned(),
        demo_users: Vec::new(),
        examples: vec!["What closes this month?".to_owned()],
        now: || UnixMillis(NOW),
    }
}

pub(super) fn session() -> Session {
    Session {
        principal: Principal::new(PersonId::new("00D", "005"), Door::Page, "s1".to_owned()),
        username: "sofia@gentech.example".to_owned(),
        name: "Sofia Adler".to_owned(),
        csrf: "secret-of-the-session".to_owned(),
        auditor: false,
    }
}

/// Text that a person may read, made the only way there is.
fn shown(text: &str) -> boundary::Shown {
    let person = PersonId::new("00D", "005");
    let rights = Rights::none();
    let conversation = Conversation::new("c".to_owned(), person.clone());
    conversation.show(text, &Viewer { person: &person, rights: &rights })
}

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
        replaces: None,
        link: None,
        problem: None,
    }
}

/// A tag a line, and by name what would reorder this file.
fn lines(markup: &maud::Markup) -> String {
    markup.0.replace("><", ">\n<").replace('\u{202e}', "<U+202E>")
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
    ] {
        let mut view = update();
        view.standing = standing;
        view.link = Some("javascript:alert(1)".to_owned());
        view.problem = Some("<b>".to_owned());
        let html = proposal::card(&view, &session(), &site()).into_string();
        assert!(!html.contains("<form") && html.contains(word), "{html}");
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
fn every_form_carries_the_secret_of_the_session() {
    let made = NewKey { secret: "pk".to_owned(), info: key() };
    let site = site();
    let session = session();
    let frame =
        Frame { site: &site, session: &session, here: Here::Keys, title: "Keys", waiting: 2 };
    let response = keys::page(&frame, &[key()], Some(&made));
    let html = text(response);
    assert_eq!(html.matches("<form").count(), 3);
    assert_eq!(html.matches("name=\"csrf\" value=\"secret-of-the-session\"").count(), 3);
    assert!(html.contains("base_url=&quot;https://gate.example.com/v1&quot;"), "{html}");
}

fn key() -> KeyInfo {
    KeyInfo {
        id: "k1".to_owned(),
        label: "Notebook".to_owned(),
        created: UnixMillis(NOW),
        last_used: None,
        revoked: None,
    }
}

fn text(response: axum::response::Response) -> String {
    let body = axum::body::to_bytes(response.into_body(), 1 << 20);
    let bytes = futures_util::FutureExt::now_or_never(body).unwrap().unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn whole() -> Exchange {
    Exchange {
        question: vec![
            Piece::Plain("Who is ".to_owned()),
            restored("Ada Lovelace"),
            Piece::Plain("?".to_owned()),
        ],
        question_masked: "Who is {NAME_1}?".to_owned(),
        steps: vec![Step {
            tool: "read".to_owned(),
            what: "read 1 of Contact".to_owned(),
            masked: "SELECT Name FROM Contact WHERE Name = '{NAME_1}'".to_owned(),
            result: "[{\"Name\":\"{NAME_1}\"}]".to_owned(),
            withheld: [Withheld {
                object: "Contact".to_owned(),
                field: "Birthdate".to_owned(),
                why: "no assistant needs it".to_owned(),
            }]
            .into(),
            refused: false,
        }],
        answer: vec![restored("Ada Lovelace"), Piece::Plain(" is a **contact**.".to_owned())],
        answer_masked: "{NAME_1} is a **contact**.".to_owned(),
        proposals: Vec::new(),
        sent: None,
        summary: Some(Summary {
            endpoint: "local".to_owned(),
            residency: "machine".to_owned(),
            level: Level::Internal,
            tokens: 1,
            withheld: std::collections::BTreeSet::new(),
            usage: None,
            finish: "stop".to_owned(),
            entry: 7,
            trace: "0".repeat(32),
        }),
        failure: None,
    }
}

fn restored(value: &str) -> Piece {
    Piece::Restored {
        token: "{NAME_1}".to_owned(),
        kind: Kind::Name,
        layer: Layer::Field,
        value: value.to_owned(),
    }
}

#[test]
fn an_exchange_shows_both_sides() {
    insta::assert_snapshot!(lines(&exchange(&whole(), &session(), &site())), @r#"
    <article class="exchange">
    <div class="turn person">
    <div class="shown">
    <h2 class="speaker">You</h2>
    <p class="text">Who is <span class="restored" tabindex="0">Ada Lovelace<span class="tip">hidden from the model: NAME, by the field it stands in</span>
    </span>?</p>
    </div>
    <div class="saw">
    <h3 class="speaker">The model saw</h3>
    <p class="text">Who is <span class="chip">{NAME_1}</span>?</p>
    </div>
    </div>
    <div class="answered">
    <div class="steps">
    <details class="step">
    <summary>
    <span class="mark" aria-hidden="true">✓</span>read 1 of Contact</summary>
    <div class="inside">
    <h3 class="speaker">The model asked <code>read</code>
    </h3>
    <pre tabindex="0">SELECT Name FROM Contact WHERE Name = '<span class="chip">{NAME_1}</span>'</pre>
    <h3 class="speaker">The model got</h3>
    <pre tabindex="0">[
      {
        &quot;Name&quot;: &quot;<span class="chip">{NAME_1}</span>&quot;
      }
    ]</pre>
    <details class="withheld">
    <summary>1 field withheld</summary>
    <ul>
    <li>
    <span class="name" title="Contact.Birthdate">Contact Birthdate</span>: no assistant needs it</li>
    </ul>
    </details>
    </div>
    </details>
    </div>
    <div class="turn model">
    <div class="shown">
    <h2 class="speaker">Answer</h2>
    <div class="text">
    <p>
    <span class="restored" tabindex="0">Ada Lovelace<span class="tip">hidden from the model: NAME, by the field it stands in</span>
    </span> is a <strong>contact</strong>.</p>
    </div>
    </div>
    <div class="saw">
    <h3 class="speaker">The model saw</h3>
    <p class="text">
    <span class="chip">{NAME_1}</span> is a **contact**.</p>
    </div>
    </div>
    <footer class="about">
    <span>Answered by <strong>local</strong> on this machine</span>
    <span>in the clear at most <span class="badge level level-1">
    <span aria-hidden="true">◔</span> Internal</span>
    </span>
    <span>1 value hidden</span>
    <a class="entry" href="/activity?entry=7#entry-7">Ledger entry 7</a>
    </footer>
    </div>
    </article>
    "#);
}

#[test]
fn the_side_of_the_model_has_no_value() {
    let html = exchange(&whole(), &session(), &site()).into_string();
    for part in html.split("<div class=\"saw\">").skip(1) {
        let part = part.split("</div>").next().unwrap();
        assert!(!part.contains("Ada"), "{part}");
    }
    let step = html
        .split("<details class=\"step\">")
        .nth(1)
        .unwrap()
        .split("</details></div>")
        .next()
        .unwrap();
    assert!(!step.contains("Ada"), "{step}");
}

#[test]
fn a_failure_says_what_helps() {
    let failure = Failure { message: "The grant has ended.".to_owned(), sign_in: true };
    let html =
        answered(&Exchange { failure: Some(failure), ..Exchange::default() }, &session(), &site())
            .into_string();
    assert!(html.contains("role=\"alert\"") && html.contains("href=\"/oauth/start\""), "{html}");
}

#[test]
fn kept_turns_become_exchanges() {
    let turn = |speaker: &'static str, tool: Option<&str>, text: &str| ShownTurn {
        speaker,
        tool: tool.map(str::to_owned),
        masked: text.to_owned(),
        shown: shown(text),
    };
    let found = exchanges(vec![
        turn("client", None, "Be brief"),
        turn("person", None, "one"),
        turn("model", None, ""),
        turn("model", Some("read"), "{\"a\":1}"),
        turn("tool", Some("read"), "[]"),
        turn("model", None, "first"),
        turn("model", None, "second"),
        turn("person", None, "two"),
    ]);
    let seen: Vec<_> = found
        .iter()
        .map(|it| (it.question_masked.as_str(), it.steps.len(), it.answer_masked.as_str()))
        .collect();
    assert_eq!(seen, [("one", 1, "first\n\nsecond"), ("two", 0, "")]);
    let step = &found[0].steps[0];
    assert_eq!((step.masked.as_str(), step.result.as_str()), ("{\"a\":1}", "[]"));
}

fn happening(proof: Proof) -> Happening {
    let act = boundary::Act {
        trace: "0".repeat(32),
        actor: "a1".to_owned(),
        door: "page".to_owned(),
        client: "s1".to_owned(),
        policy: "p".to_owned(),
    };
    let mut facts =
        Facts::new(Purpose::Intent, Action::Ask, Verdict::Allowed, &act).rule("clearance");
    facts.touch("Contact", "Email");
    facts.endpoint = Some("local".to_owned());
    facts.residency = Some("machine".to_owned());
    facts.level = Some(Level::Restricted);
    facts.counts.rows = 1;
    facts.counts.withheld = 2;
    Happening { index: 12, time: UnixMillis(NOW), facts, actor_name: None, proof }
}

#[test]
fn activity_tells_in_words_and_shapes() {
    let site = site();
    let session = session();
    let frame = Frame {
        site: &site,
        session: &session,
        here: Here::Activity,
        title: "Activity",
        waiting: 0,
    };
    let page = |proof| {
        let activity =
            gateway::Activity { entries: vec![happening(proof)], older: Some(3), size: 13 };
        text(activity::page(
            &frame,
            &activity,
            activity::Window { own: false, newest: true, marked: Some(12) },
        ))
    };
    let html = page(Proof::Included { checkpoint: 13 });
    let row = html.split("<tbody>").nth(1).unwrap().split("</tbody>").next().unwrap();
    insta::assert_snapshot!(row.replace("><", ">\n<"), @r#"
    <tr id="entry-12" class="marked">
    <th scope="row">12</th>
    <td>
    <time datetime="2026-11-22T04:20:00Z">22 Nov 2026, 04:20:00 UTC</time>
    </td>
    <td>Someone<br>
    <span class="small">on this page</span>
    </td>
    <td>Prompt to a model</td>
    <td>Contact<br>
    <span class="small">1 row, 2 withheld fields</span>
    <details>
    <summary>1 field</summary>
    <ul>
    <li>Contact.Email</li>
    </ul>
    </details>
    </td>
    <td>
    <span class="badge verdict allowed">
    <span aria-hidden="true">→</span> Allowed</span>
    <br>
    <span class="small">rule clearance</span>
    </td>
    <td>local <span class="small">on this machine</span>
    <br>
    <span class="badge level level-3">
    <span aria-hidden="true">◕</span> Restricted</span>
    </td>
    <td>
    <span class="badge proof included">
    <span aria-hidden="true">◆</span> Proved</span>
    <br>
    <span class="small">in checkpoint 13</span>
    </td>
    </tr>
    "#);
    assert!(html.contains("href=\"/activity?before=3\"") && !html.contains("Everybody"), "{html}");
    assert!(page(Proof::Broken).contains("role=\"alert\""));
}

#[test]
fn moments_and_spans_are_read_by_people() {
    insta::assert_snapshot!(parts::moment(UnixMillis(NOW)).into_string(), @r#"<time datetime="2026-11-22T04:20:00Z">22 Nov 2026, 04:20:00 UTC</time>"#);
    assert_eq!(parts::moment(UnixMillis(u64::MAX)).into_string(), "at an unknown time");
    for (millis, expected) in [
        (0, "less than a minute"),
        (60_000, "1 minute"),
        (7_200_000, "2 hours"),
        (2 * 86_400_000, "2 days"),
    ] {
        assert_eq!(parts::span(millis), expected);
    }
}
