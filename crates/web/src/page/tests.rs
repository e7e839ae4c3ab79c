use boundary::{
    Action, Conversation, Door, Facts, Kind, Layer, Level, PersonId, Piece, Principal, Purpose,
    Rights, UnixMillis, Verdict, Viewer, Withheld,
};
use gateway::{Happening, KeyInfo, NewKey, Proof, Session, ShownTurn, Step, Summary};

use super::exchange::{Exchange, Failure, answered, exchange, exchanges};
use super::frame::{Frame, Here};
use super::{activity, keys, parts};
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
        compliance: false,
        admin: false,
    }
}

/// Text that a person may read, made the only way there is.
pub(super) fn shown(text: &str) -> boundary::Shown {
    let person = PersonId::new("00D", "005");
    let rights = Rights::none();
    let conversation = Conversation::new("c".to_owned(), person.clone());
    conversation.show(text, &Viewer { person: &person, rights: &rights })
}

/// A tag a line, and by name what would reorder this file.
pub(super) fn lines(markup: &maud::Markup) -> String {
    markup.0.replace("><", ">\n<").replace('\u{202e}', "<U+202E>")
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
            covered: Vec::new(),
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
            unrestored: 0,
            invented: 0,
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
        covered: Vec::new(),
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
        tenant: None,
        tool: None,
    };
    let mut facts =
        Facts::new(Purpose::Intent, Action::Ask, Verdict::Allowed, &act).rule("clearance");
    facts.touch("Contact", "Email");
    facts.endpoint = Some("local".to_owned());
    facts.residency = Some("machine".to_owned());
    facts.level = Some(Level::Restricted);
    facts.counts.rows = 1;
    facts.counts.withheld = 2;
    Happening {
        index: 12,
        time: UnixMillis(NOW),
        facts,
        actor_name: None,
        proof,
        request: Some("0af7651916cd43dd8448eb211c80319c".to_owned()),
        sealed: 0,
    }
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
        let activity = gateway::Activity {
            entries: vec![happening(proof)],
            older: Some(3),
            size: 13,
            unsearched: 0,
        };
        text(activity::page(
            &frame,
            &activity,
            &[],
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
    <br>
    <span class="small request">logged there as <code>0af7651916cd43dd8448eb211c80319c</code>
    </span>
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
