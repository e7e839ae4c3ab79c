//! What the authorization server relies on, whatever the database is.

use boundary::{PersonId, UnixMillis};
use keys::KeyHash;
use store::{
    ClientRow, ClientStanding, CodeRow, Delegation, Once, StateStore, TokenKind, TokenRow,
};

const NOW: UnixMillis = UnixMillis(1_800_000_000_000);

/// Runs each check on a state of its own, which `with` makes.
pub(crate) fn conforms(with: impl Fn(&dyn Fn(&dyn StateStore))) {
    with(&clients);
    with(&a_code_works_once);
    with(&a_refresh_token_works_once);
    with(&the_end_of_a_consent_ends_its_tokens);
    with(&rows_are_set_aside);
    with(&once_is_once);
}

fn ada() -> PersonId {
    PersonId::new("00DA", "005A")
}

fn hash(secret: &str) -> KeyHash {
    KeyHash::of("test", secret.as_bytes())
}

fn client(id: &str) -> ClientRow {
    ClientRow {
        id: id.to_owned(),
        name: "Assistant".into(),
        redirects: vec!["https://a.example/back".into()],
        standing: ClientStanding::Quarantine,
        tools: vec!["soqlQuery".into()],
        objects: Vec::new(),
        rows: 50,
        decided_by: None,
        met: NOW,
        changed: NOW,
    }
}

fn delegation(id: &str) -> Delegation {
    Delegation {
        id: id.to_owned(),
        person: ada(),
        client: "c".into(),
        scope: "read".into(),
        resource: "https://gate/mcp".into(),
        created: NOW,
        revoked: None,
    }
}

fn code(name: &str, delegation: &str) -> CodeRow {
    CodeRow {
        hash: hash(name),
        delegation: delegation.to_owned(),
        redirect: "https://a.example/back".into(),
        challenge: "x".into(),
        expires: NOW.plus(60),
    }
}

fn token(name: &str, kind: TokenKind) -> TokenRow {
    TokenRow { hash: hash(name), kind, expires: NOW.plus(1_000) }
}

fn clients(state: &dyn StateStore) {
    let first = client("https://a.example/c.json");
    assert_eq!(state.meet_client(&first).unwrap(), first);
    let admitted = ClientRow {
        standing: ClientStanding::Admitted,
        objects: vec!["Account".into(), "Contact".into()],
        rows: 2_000,
        decided_by: Some(ada()),
        ..first.clone()
    };
    assert!(state.decide_client(&admitted).unwrap());
    assert!(!state.decide_client(&client("none")).unwrap());
    let renamed = ClientRow { name: "Other".into(), ..first };
    let met = state.meet_client(&renamed).unwrap();
    assert_eq!(met, ClientRow { name: "Other".into(), ..admitted }, "its terms stay");
    assert_eq!(state.client(&met.id).unwrap(), Some(met.clone()));
    assert_eq!(state.client("none").unwrap(), None);
    assert_eq!(state.clients(10).unwrap(), [met]);
}

fn a_code_works_once(state: &dyn StateStore) {
    state.delegate(&delegation("d1"), &code("one", "d1")).unwrap();
    let Once::First((row, found)) = state.take_code(&hash("one"), NOW).unwrap() else {
        panic!("the first use");
    };
    assert_eq!((row, found), (code("one", "d1"), delegation("d1")));
    let tokens = [token("a", TokenKind::Access), token("r", TokenKind::Refresh)];
    assert!(state.add_tokens("d1", &tokens).unwrap());
    assert!(state.by_access_token(&hash("a"), NOW).unwrap().is_some());
    assert_eq!(state.take_code(&hash("one"), NOW).unwrap(), Once::Again);
    assert_eq!(state.by_access_token(&hash("a"), NOW).unwrap(), None, "two parties had the code");
    let ended = Delegation { revoked: Some(NOW), ..delegation("d1") };
    assert_eq!(state.by_code(&hash("one")).unwrap(), Some(ended), "whose it was is still known");
    assert_eq!(state.by_code(&hash("none")).unwrap(), None);
    assert!(!state.add_tokens("d1", &[token("b", TokenKind::Access)]).unwrap());

    state.delegate(&delegation("d2"), &code("late", "d2")).unwrap();
    assert_eq!(state.take_code(&hash("late"), NOW.plus(60)).unwrap(), Once::Unknown);
    assert_eq!(state.take_code(&hash("none"), NOW).unwrap(), Once::Unknown);
}

fn a_refresh_token_works_once(state: &dyn StateStore) {
    state.delegate(&delegation("d1"), &code("one", "d1")).unwrap();
    let tokens = [token("a1", TokenKind::Access), token("r1", TokenKind::Refresh)];
    state.add_tokens("d1", &tokens).unwrap();
    assert_eq!(state.by_access_token(&hash("r1"), NOW).unwrap(), None, "another kind");
    let new = [token("a2", TokenKind::Access), token("r2", TokenKind::Refresh)];
    assert_eq!(state.rotate(&hash("a1"), &new, NOW).unwrap(), Once::Unknown);
    assert_eq!(state.rotate(&hash("r1"), &new, NOW).unwrap(), Once::First(delegation("d1")));
    assert_eq!(state.by_access_token(&hash("a1"), NOW).unwrap(), None);
    assert!(state.by_access_token(&hash("a2"), NOW).unwrap().is_some());
    assert_eq!(state.by_access_token(&hash("a2"), NOW.plus(1_000)).unwrap(), None, "expired");

    let stolen = [token("a3", TokenKind::Access), token("r3", TokenKind::Refresh)];
    assert_eq!(state.rotate(&hash("r1"), &stolen, NOW).unwrap(), Once::Again);
    for gone in ["a2", "a3"] {
        assert_eq!(state.by_access_token(&hash(gone), NOW).unwrap(), None, "{gone}");
    }
    assert_eq!(state.rotate(&hash("r2"), &stolen, NOW).unwrap(), Once::Unknown);
    assert_eq!(state.forget_expired_tokens(NOW.plus(1_000)).unwrap(), 1, "the spent token");
}

fn the_end_of_a_consent_ends_its_tokens(state: &dyn StateStore) {
    state.delegate(&delegation("d1"), &code("one", "d1")).unwrap();
    state.add_tokens("d1", &[token("a1", TokenKind::Access)]).unwrap();
    state.delegate(&delegation("d2"), &code("two", "d2")).unwrap();
    assert_eq!(state.by_access_token(&hash("a1"), NOW).unwrap(), None, "a new consent replaces");
    assert_eq!(state.delegations_of(&ada()).unwrap(), [delegation("d2")]);
    state.add_tokens("d2", &[token("a2", TokenKind::Access)]).unwrap();
    assert!(state.end_delegation("d2", NOW).unwrap());
    assert!(!state.end_delegation("d2", NOW).unwrap());
    assert_eq!(state.by_access_token(&hash("a2"), NOW).unwrap(), None);
    state.delegate(&delegation("d3"), &code("three", "d3")).unwrap();
    assert_eq!(state.end_delegations_to("c", NOW).unwrap(), 1);
    assert_eq!(state.take_code(&hash("three"), NOW).unwrap(), Once::Unknown);
}

fn rows_are_set_aside(state: &dyn StateStore) {
    let bob = PersonId::new("00DA", "005B");
    assert_eq!(state.reserve_rows("c", &ada(), 5, 30, 50).unwrap(), 30);
    assert_eq!(state.reserve_rows("c", &ada(), 5, 30, 50).unwrap(), 20);
    assert_eq!(state.reserve_rows("c", &ada(), 5, 1, 50).unwrap(), 0);
    state.return_rows("c", &ada(), 5, 15).unwrap();
    assert_eq!(state.reserve_rows("c", &ada(), 5, 30, 50).unwrap(), 15);
    assert_eq!(state.reserve_rows("c", &bob, 5, 30, 50).unwrap(), 30, "each person's own");
    assert_eq!(state.reserve_rows("d", &ada(), 5, 30, 50).unwrap(), 30, "each client's own");
    assert_eq!(state.reserve_rows("c", &ada(), 6, 60, 50).unwrap(), 50, "a new day");
}

fn once_is_once(state: &dyn StateStore) {
    assert!(state.use_once(&hash("x"), NOW.plus(10), NOW).unwrap());
    assert!(!state.use_once(&hash("x"), NOW.plus(10), NOW.plus(9)).unwrap());
    assert!(state.use_once(&hash("y"), NOW.plus(10), NOW).unwrap());
}
