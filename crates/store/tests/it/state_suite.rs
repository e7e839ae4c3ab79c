//! What the gate relies on, whatever the database is.

use boundary::{PersonId, UnixMillis};
use keys::KeyHash;
use store::{
    ApiKeyRow, Conversation, Page, Person, Proposal, ProposalEvent, ProposalFilter, ProposalState,
    Session, StateStore,
};

/// Runs each check on a state of its own, which `with` makes.
pub(crate) fn conforms(with: impl Fn(&dyn Fn(&dyn StateStore))) {
    with(&sessions);
    with(&api_keys);
    with(&persons);
    with(&grants);
    with(&a_grant_is_swapped_once);
    with(&conversations);
    with(&conversations_in_pages);
    with(&proposals);
    with(&a_proposal_moves_once);
    with(&proposals_by_filter);
    with(&a_proposal_of_a_dead_gate_is_taken_over);
    with(&logins);
    with(&settings);
    with(&a_setting_is_swapped_once);
    with(&a_lease_ends_with_its_gate_or_its_time);
    with(&a_decision_that_nobody_wrote_down_is_taken_over);
}

const NOW: UnixMillis = UnixMillis(1_800_000_000_000);

fn ada() -> PersonId {
    PersonId::new("00DA", "005A")
}

fn bob() -> PersonId {
    PersonId::new("00DA", "005B")
}

fn hash(secret: &str) -> KeyHash {
    KeyHash::of("test", secret.as_bytes())
}

fn sessions(state: &dyn StateStore) {
    let session = |name: &str, person: PersonId| Session {
        hash: hash(name),
        id: name.to_owned(),
        person,
        csrf: "csrf".into(),
        created: NOW,
        expires: NOW.plus(100),
    };
    let one = session("one", ada());
    state.add_session(&one).unwrap();
    assert!(state.add_session(&one).is_err(), "an id is given once");
    state.add_session(&session("two", ada())).unwrap();
    state.add_session(&session("three", bob())).unwrap();
    assert_eq!(state.session(&hash("one"), NOW).unwrap(), Some(one));
    assert_eq!(state.session(&hash("none"), NOW).unwrap(), None);
    assert!(state.session(&hash("one"), NOW.plus(99)).unwrap().is_some());
    assert_eq!(state.session(&hash("one"), NOW.plus(100)).unwrap(), None, "it has expired");

    assert!(state.extend_session(&hash("one"), NOW.plus(500)).unwrap());
    assert!(!state.extend_session(&hash("none"), NOW.plus(500)).unwrap());
    assert_eq!(state.forget_expired_sessions(NOW.plus(100)).unwrap(), 2);
    assert!(state.session(&hash("one"), NOW.plus(100)).unwrap().is_some());

    state.add_session(&session("four", ada())).unwrap();
    assert!(state.end_session(&hash("four")).unwrap());
    assert!(!state.end_session(&hash("four")).unwrap());
    state.add_session(&session("five", bob())).unwrap();
    assert_eq!(state.end_sessions_of(&ada()).unwrap(), 1);
    assert_eq!(state.session(&hash("one"), NOW).unwrap(), None);
    assert!(state.session(&hash("five"), NOW).unwrap().is_some());
}

fn api_keys(state: &dyn StateStore) {
    let key = |id: &str, person, created| ApiKeyRow {
        id: id.to_owned(),
        hash: hash(id),
        person,
        label: "a label".into(),
        created,
        last_used: None,
        revoked: None,
    };
    let first = key("k1", ada(), NOW);
    state.add_key(&first).unwrap();
    state.add_key(&key("k2", ada(), NOW.plus(1))).unwrap();
    state.add_key(&key("k3", bob(), NOW)).unwrap();
    let doubled = ApiKeyRow { id: "k4".into(), ..first.clone() };
    assert!(state.add_key(&doubled).is_err(), "one key has one row");

    assert_eq!(state.use_key(&hash("none"), NOW).unwrap(), None);
    let used = state.use_key(&hash("k1"), NOW).unwrap().unwrap();
    assert_eq!(used, ApiKeyRow { last_used: Some(NOW), ..first });
    let soon = state.use_key(&hash("k1"), NOW.plus(59_999)).unwrap().unwrap();
    assert_eq!(soon.last_used, Some(NOW), "not written each time");
    let later = state.use_key(&hash("k1"), NOW.plus(60_000)).unwrap().unwrap();
    assert_eq!(later.last_used, Some(NOW.plus(60_000)));

    assert!(!state.revoke_key("k1", &bob(), NOW).unwrap(), "not another's key");
    assert!(state.revoke_key("k1", &ada(), NOW.plus(7)).unwrap());
    assert!(!state.revoke_key("k1", &ada(), NOW.plus(8)).unwrap());
    assert_eq!(state.use_key(&hash("k1"), NOW).unwrap(), None);
    let keys = state.keys_of(&ada()).unwrap();
    let shown: Vec<_> = keys.iter().map(|key| (key.id.as_str(), key.revoked)).collect();
    assert_eq!(shown, [("k2", None), ("k1", Some(NOW.plus(7)))]);
}

fn persons(state: &dyn StateStore) {
    let offered = Person {
        id: ada(),
        username: "ada@x".into(),
        name: "Ada".into(),
        pseudonym: "p1".into(),
        first_seen: NOW,
        last_seen: NOW,
    };
    assert_eq!(state.meet(&offered).unwrap(), offered);
    let again = Person {
        name: "Ada L.".into(),
        pseudonym: "p2".into(),
        first_seen: NOW.plus(5),
        last_seen: NOW.plus(5),
        ..offered.clone()
    };
    let known = Person { name: "Ada L.".into(), last_seen: NOW.plus(5), ..offered.clone() };
    assert_eq!(state.meet(&again).unwrap(), known);
    assert_eq!(state.person(&ada()).unwrap(), Some(known.clone()));
    assert_eq!(state.person_called("p1").unwrap(), Some(known));
    assert_eq!(state.person_called("p2").unwrap(), None);
    assert_eq!(state.person(&bob()).unwrap(), None);
    let taken = Person { id: bob(), ..offered };
    assert!(state.meet(&taken).is_err(), "a pseudonym is one person's");
}

fn grants(state: &dyn StateStore) {
    assert_eq!(state.grant(&ada()).unwrap(), None);
    assert!(!state.swap_grant(&ada(), 0, b"x", NOW).unwrap(), "nothing to swap");
    let first = state.put_grant(&ada(), b"one", NOW).unwrap();
    let grant = state.grant(&ada()).unwrap().unwrap();
    assert_eq!(
        (grant.generation, grant.sealed.as_slice(), grant.updated),
        (first, &b"one"[..], NOW)
    );
    assert!(state.swap_grant(&ada(), first, b"two", NOW.plus(1)).unwrap());
    assert!(!state.swap_grant(&ada(), first, b"three", NOW).unwrap(), "it has moved on");
    assert_eq!(state.grant(&ada()).unwrap().unwrap().sealed, b"two");
    let second = state.put_grant(&ada(), b"four", NOW).unwrap();
    assert!(second > first + 1);

    assert!(state.drop_grant(&ada(), NOW).unwrap());
    assert!(!state.drop_grant(&ada(), NOW).unwrap());
    assert_eq!(state.grant(&ada()).unwrap(), None);
    assert!(!state.swap_grant(&ada(), second, b"late", NOW).unwrap(), "a dropped grant stays so");
    let third = state.put_grant(&ada(), b"five", NOW).unwrap();
    assert!(third > second, "no generation comes twice");
    assert_eq!(state.grant(&bob()).unwrap(), None);
}

fn a_grant_is_swapped_once(state: &dyn StateStore) {
    for round in 0..10 {
        let generation = state.put_grant(&ada(), b"start", NOW).unwrap();
        let won = contend(|| state.swap_grant(&ada(), generation, b"next", NOW).unwrap());
        assert_eq!(won, 1, "round {round}");
    }
}

/// How many of several threads that try at once succeed.
fn contend(attempt: impl Fn() -> bool + Sync) -> usize {
    let start = std::sync::Barrier::new(4);
    std::thread::scope(|scope| {
        let attempt = || {
            start.wait();
            attempt()
        };
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(attempt)).collect();
        threads.into_iter().map(|thread| usize::from(thread.join().unwrap())).sum()
    })
}

fn conversation(id: &str, person: PersonId, updated: UnixMillis) -> Conversation {
    Conversation {
        id: id.to_owned(),
        person,
        version: 0,
        title: format!("title {id}").into_bytes(),
        sealed: b"content".to_vec(),
        updated,
    }
}

fn conversations(state: &dyn StateStore) {
    let mut one = conversation("c1", ada(), NOW);
    assert!(state.save_conversation(&one).unwrap());
    assert!(!state.save_conversation(&one).unwrap(), "not made twice");
    let held = state.conversation("c1", &ada()).unwrap().unwrap();
    assert_eq!(held, Conversation { version: 1, ..one.clone() });
    assert_eq!(state.conversation("c1", &bob()).unwrap(), None, "not another's");

    one.version = 1;
    one.sealed = b"more".to_vec();
    one.updated = NOW.plus(1);
    assert!(state.save_conversation(&one).unwrap());
    assert!(!state.save_conversation(&one).unwrap(), "it is at version 2 now");
    let held = state.conversation("c1", &ada()).unwrap().unwrap();
    assert_eq!(
        (held.version, held.sealed.as_slice(), held.updated),
        (2, &b"more"[..], NOW.plus(1))
    );
    let stolen = Conversation { person: bob(), version: 2, ..one.clone() };
    assert!(!state.save_conversation(&stolen).unwrap(), "not another's");

    assert!(!state.delete_conversation("c1", &bob()).unwrap());
    assert!(state.delete_conversation("c1", &ada()).unwrap());
    assert!(!state.delete_conversation("c1", &ada()).unwrap());
    assert_eq!(state.conversation("c1", &ada()).unwrap(), None);
    assert!(!state.save_conversation(&held).unwrap(), "a late save does not bring it back");
}

fn conversations_in_pages(state: &dyn StateStore) {
    for number in 0..7 {
        // Two are of the same moment: the id decides, and no page skips one.
        let updated = NOW.plus(number / 2);
        state.save_conversation(&conversation(&format!("c{number}"), ada(), updated)).unwrap();
    }
    state.save_conversation(&conversation("b", bob(), NOW)).unwrap();
    let mut page = Page::first(3);
    let mut seen = Vec::new();
    loop {
        let heads = state.conversations(&ada(), &page).unwrap();
        let Some(last) = heads.last() else { break };
        page = Page::after(last.updated, &last.id, 3);
        assert!(heads.len() <= 3);
        seen.extend(heads.into_iter().map(|head| (head.id, head.title)));
    }
    let ids: Vec<_> = seen.iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(ids, ["c6", "c5", "c4", "c3", "c2", "c1", "c0"]);
    assert_eq!(seen[0].1, b"title c6");
}

fn proposal(id: &str, person: PersonId, created: UnixMillis) -> Proposal {
    Proposal {
        id: id.to_owned(),
        person,
        state: ProposalState::Waiting,
        sealed: b"content".to_vec(),
        digest: "d1".into(),
        created,
        expires: created.plus(100),
        decided_by: None,
        changed: created,
        batch: String::new(),
    }
}

fn proposals(state: &dyn StateStore) {
    use ProposalState::{Approved, Done, Executing, Rejected, Waiting};

    let one = proposal("w1", ada(), NOW);
    state.add_proposal(&one).unwrap();
    assert!(state.add_proposal(&one).is_err());
    assert_eq!(state.proposal("w1").unwrap(), Some(one));
    assert_eq!(state.proposal("none").unwrap(), None);

    let amend = |seen, digest| state.amend_proposal("w1", seen, b"edited", digest, NOW.plus(1));
    assert!(!amend("d0", "d2").unwrap(), "its editor saw something else");
    assert!(amend("d1", "d2").unwrap());
    let held = state.proposal("w1").unwrap().unwrap();
    assert_eq!((held.sealed.as_slice(), held.digest.as_str()), (&b"edited"[..], "d2"));
    assert_eq!(held.changed, NOW.plus(1));

    let go = |from, to, by: Option<&PersonId>| state.transition("w1", from, to, by, NOW.plus(2));
    assert!(!go(Approved, Executing, None).unwrap(), "nobody approved it");
    assert!(go(Waiting, Approved, Some(&bob())).unwrap());
    assert!(!go(Waiting, Rejected, Some(&ada())).unwrap(), "it is decided");
    assert!(!amend("d2", "d3").unwrap(), "what was signed does not change");
    assert!(go(Approved, Executing, None).unwrap());
    assert!(go(Executing, Done, Some(&ada())).unwrap());
    let held = state.proposal("w1").unwrap().unwrap();
    assert_eq!((held.state, held.decided_by, held.changed), (Done, Some(bob()), NOW.plus(2)));
    assert!(!state.transition("none", Waiting, Approved, None, NOW).unwrap());
}

fn a_proposal_moves_once(state: &dyn StateStore) {
    for round in 0..10 {
        let id = format!("w{round}");
        state.add_proposal(&proposal(&id, ada(), NOW)).unwrap();
        let won = contend(|| {
            let (from, to) = (ProposalState::Waiting, ProposalState::Approved);
            state.transition(&id, from, to, Some(&ada()), NOW).unwrap()
        });
        assert_eq!(won, 1, "round {round}");
    }
}

fn proposals_by_filter(state: &dyn StateStore) {
    for number in 0..6 {
        let person = if number % 2 == 0 { ada() } else { bob() };
        let one = proposal(&format!("w{number}"), person, NOW.plus(number));
        state.add_proposal(&one).unwrap();
    }
    let (waiting, rejected) = (ProposalState::Waiting, ProposalState::Rejected);
    state.transition("w2", waiting, rejected, Some(&ada()), NOW).unwrap();
    let ids = |person: Option<PersonId>, state_is: Option<ProposalState>, page: Page| {
        let filter = ProposalFilter { person, state: state_is, batch: None };
        let found = state.proposals(&filter, &page).unwrap();
        found.into_iter().map(|one| one.id).collect::<Vec<_>>()
    };
    assert_eq!(ids(None, None, Page::first(4)), ["w5", "w4", "w3", "w2"]);
    assert_eq!(ids(None, None, Page::after(NOW.plus(2), "w2", 4)), ["w1", "w0"]);
    assert_eq!(ids(Some(ada()), None, Page::first(9)), ["w4", "w2", "w0"]);
    assert_eq!(ids(Some(ada()), Some(waiting), Page::first(9)), ["w4", "w0"]);
    assert_eq!(ids(None, Some(rejected), Page::first(9)), ["w2"]);

    let mut expired = state.expire_proposals(NOW.plus(104)).unwrap();
    expired.sort();
    assert_eq!(expired, ["w0", "w1", "w3", "w4"], "w2 is decided, w5 has time left");
    assert_eq!(ids(None, Some(waiting), Page::first(9)), ["w5"]);
    assert!(state.expire_proposals(NOW.plus(104)).unwrap().is_empty());
}

fn a_proposal_of_a_dead_gate_is_taken_over(state: &dyn StateStore) {
    use ProposalState::{Approved, Executing, Waiting};

    for id in ["w1", "w2", "w3"] {
        state.add_proposal(&proposal(id, ada(), NOW)).unwrap();
    }
    state.transition("w1", Waiting, Approved, Some(&ada()), NOW).unwrap();
    state.transition("w2", Waiting, Executing, Some(&ada()), NOW).unwrap();
    let ids = |alive| {
        let taken = state.take_over_proposals(alive).unwrap();
        let mut ids: Vec<_> = taken.into_iter().map(|one| (one.id, one.state)).collect();
        ids.sort_by(|one, other| one.0.cmp(&other.0));
        ids
    };
    state.seen(NOW, NOW).unwrap();
    assert_eq!(ids(NOW), [], "this gate is alive");
    assert_eq!(state.others(NOW).unwrap(), 0);
    let left = [("w1".to_owned(), Approved), ("w2".to_owned(), Executing)];
    assert_eq!(ids(NOW.plus(1)), left, "it was last seen before");
    state.gone().unwrap();
    assert_eq!(ids(NOW), left);
}

fn logins(state: &dyn StateStore) {
    let until = NOW.plus(10);
    for name in ["a", "b", "c"] {
        state.add_login(&hash(name), name.as_bytes(), until).unwrap();
    }
    assert!(state.add_login(&hash("a"), b"again", until).is_err());
    assert_eq!(state.take_login(&hash("a"), NOW).unwrap(), Some(b"a".to_vec()));
    assert_eq!(state.take_login(&hash("a"), NOW).unwrap(), None, "it works once");
    assert_eq!(state.take_login(&hash("b"), until).unwrap(), None, "it is too late");
    assert_eq!(state.take_login(&hash("b"), NOW).unwrap(), None, "and stays so");
    assert_eq!(state.forget_expired_logins(NOW).unwrap(), 0);
    assert_eq!(state.forget_expired_logins(until).unwrap(), 1);
    assert_eq!(state.take_login(&hash("c"), NOW).unwrap(), None);
}

fn settings(state: &dyn StateStore) {
    assert_eq!(state.setting("policy").unwrap(), None);
    state.put_setting("policy", "1").unwrap();
    state.put_setting("policy", "2").unwrap();
    assert_eq!(state.setting("policy").unwrap().as_deref(), Some("2"));
    assert_eq!(state.setting("other").unwrap(), None);
}

fn a_setting_is_swapped_once(state: &dyn StateStore) {
    assert!(!state.swap_setting("place", Some("1"), "2").unwrap(), "there is none");
    assert!(state.swap_setting("place", None, "1").unwrap());
    assert!(!state.swap_setting("place", None, "3").unwrap());
    assert!(state.swap_setting("place", Some("1"), "2").unwrap());
    assert!(!state.swap_setting("place", Some("1"), "3").unwrap());
    assert_eq!(state.setting("place").unwrap().as_deref(), Some("2"));
}

fn a_lease_ends_with_its_gate_or_its_time(state: &dyn StateStore) {
    assert!(state.lease("export", NOW, NOW.plus(10)).unwrap());
    assert!(state.lease("export", NOW.plus(5), NOW.plus(15)).unwrap(), "its own again");
    assert!(state.lease("other", NOW, NOW.plus(10)).unwrap());
    state.give_up("other").unwrap();
    state.give_up("never had").unwrap();
    assert!(state.lease("other", NOW, NOW.plus(10)).unwrap());
    state.gone().unwrap();
    assert!(state.lease("export", NOW, NOW.plus(10)).unwrap());
}

fn a_decision_that_nobody_wrote_down_is_taken_over(state: &dyn StateStore) {
    let ids = |alive: UnixMillis| -> Vec<String> {
        let mut ids: Vec<_> =
            state.take_over_decisions(alive).unwrap().into_iter().map(|it| it.id).collect();
        ids.sort();
        ids
    };
    for name in ["decided", "written", "late", "waiting"] {
        let expires = if name == "late" { NOW } else { NOW.plus(1_000) };
        state.add_proposal(&Proposal { expires, ..proposal(name, ada(), NOW) }).unwrap();
    }
    state.seen(NOW, NOW).unwrap();
    let (from, to) = (ProposalState::Waiting, ProposalState::Rejected);
    for name in ["decided", "written"] {
        assert!(state.transition(name, from, to, Some(&bob()), NOW).unwrap());
    }
    let event = ProposalEvent {
        proposal: "written".to_owned(),
        at: NOW,
        what: "rejected".to_owned(),
        person: Some(bob()),
        entry: Some(1),
        sealed: None,
    };
    state.note_event(&event).unwrap();
    assert_eq!(state.expire_proposals(NOW).unwrap(), ["late"]);
    assert!(ids(NOW).is_empty(), "their gate lives");
    assert_eq!(ids(NOW.plus(1)), ["decided", "late"]);
    assert!(ids(NOW).is_empty(), "they are in good hands");
    state.note_event(&ProposalEvent { proposal: "decided".to_owned(), ..event }).unwrap();
    assert_eq!(ids(NOW.plus(1)), ["late"]);
}
