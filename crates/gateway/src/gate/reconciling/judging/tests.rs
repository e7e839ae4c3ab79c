use super::*;

/// 2026-11-22T10:47:00Z
const AT: u64 = 1_795_344_420_000;
const SECOND: u64 = 1_000;
/// By so much the clocks may differ.
const APART: u64 = 60 * SECOND;

const MAYA: &str = "005000000000001AAA";
const SAM: &str = "005000000000002AAA";
const RECORD: &str = "001000000000001AAA";

/// It went out at `AT`, and the ledger had its end a second later.
fn written(index: u64, operation: Operation) -> Written {
    Written {
        index,
        done: AT + SECOND,
        operation,
        record: RECORD.to_owned(),
        user: MAYA.to_owned(),
        fields: vec!["Phone".to_owned(), "OwnerId".to_owned()],
        from: AT,
        until: AT + SECOND,
        judged: true,
    }
}

fn changed(user: &str, at: u64, field: Option<&str>) -> Changed {
    let time = jiff::Timestamp::from_millisecond(i64::try_from(at).unwrap()).unwrap();
    let at = time.strftime("%Y-%m-%dT%H:%M:%S.000+0000").to_string();
    // Some answers have ids of fifteen letters.
    let record = RECORD.chars().take(15).collect();
    Changed { record, user: user.to_owned(), at, field: field.map(str::to_owned) }
}

fn last(user: &str, at: u64) -> Told {
    Told { last: vec![changed(user, at, None)], ..Told::default() }
}

fn shows(write: &Written, told: &Told) -> Shows {
    let judged = judge("Account", &[write], told, APART).unwrap();
    judged.shows.get(&write.index).cloned().expect("the write is judged")
}

#[test]
fn an_update_shows_in_a_record_that_its_own_user_changed_last_at_that_time() {
    let write = written(7, Operation::Update);
    for at in [AT, AT + SECOND, AT - APART, AT + SECOND + APART] {
        assert_eq!(shows(&write, &last(MAYA, at)), Shows::Record, "{at}");
    }
    // Somebody else at the same time wrote over it.
    let later = |user: &str, at| {
        Shows::Not(RecordState::Later { user: user.to_owned(), time: UnixMillis(at) })
    };
    assert_eq!(shows(&write, &last(SAM, AT)), later(SAM, AT));
    let at = AT + 2 * SECOND + APART;
    assert_eq!(shows(&write, &last(MAYA, at)), later(MAYA, at), "the same user, and too late");
    let before = AT - APART - SECOND;
    assert_eq!(shows(&write, &last(MAYA, before)), Shows::Not(RecordState::Unchanged));
    assert_eq!(shows(&write, &last(SAM, before)), Shows::Not(RecordState::Unchanged));
    assert_eq!(shows(&write, &Told::default()), Shows::Not(RecordState::Gone));
}

#[test]
fn a_creation_shows_in_its_record_and_one_that_is_gone_says_so() {
    let write = written(7, Operation::Create);
    assert_eq!(shows(&write, &last(MAYA, AT)), Shows::Record);
    assert_eq!(shows(&write, &Told::default()), Shows::Not(RecordState::Gone));
    // That it was made is in the history under a name that is no field, and names nothing that was sent.
    let told = Told { fields: vec![changed(MAYA, AT, Some("created"))], ..last(MAYA, AT) };
    let judged = judge("Account", &[&write], &told, APART).unwrap();
    assert_eq!((judged.fields.len(), judged.org_only.len()), (0, 0));
}

#[test]
fn a_deletion_shows_in_a_record_that_is_gone() {
    let write = written(7, Operation::Delete);
    assert_eq!(shows(&write, &Told::default()), Shows::Record);
    for at in [AT - 10 * APART, AT, AT + 10 * APART] {
        assert_eq!(shows(&write, &last(MAYA, at)), Shows::Not(RecordState::There), "{at}");
    }
}

#[test]
fn the_history_shows_what_a_later_change_or_the_end_of_the_record_covers() {
    let write = written(7, Operation::Update);
    // The history calls a lookup by its relationship.
    for field in ["Phone", "Owner", "phone"] {
        let history = vec![changed(MAYA, AT, Some(field))];
        let told = Told { fields: history.clone(), ..last(SAM, AT + 10 * APART) };
        assert_eq!(shows(&write, &told), Shows::History, "{field}");
        let gone = Told { fields: history.clone(), ..Told::default() };
        assert_eq!(shows(&write, &gone), Shows::History, "{field}");
        // What nobody changed since before, nobody changed.
        let before = Told { fields: history, ..last(SAM, AT - 10 * APART) };
        assert_eq!(shows(&write, &before), Shows::Not(RecordState::Unchanged));
    }
    for strange in [
        changed(SAM, AT, Some("Phone")),
        changed(MAYA, AT + 10 * APART, Some("Phone")),
        changed(MAYA, AT, Some("Fax")),
    ] {
        let told = Told { fields: vec![strange.clone()], ..Told::default() };
        let judged = judge("Account", &[&write], &told, APART).unwrap();
        assert_eq!(judged.shows[&7], Shows::Not(RecordState::Gone), "{strange:?}");
        let [field] = judged.fields.as_slice() else { panic!("{judged:?}") };
        assert_eq!((&field.field, field.object.as_str()), (&strange.field, "Account"));
        assert_eq!(field.user, strange.user);
    }
}

#[test]
fn a_record_changed_when_nobody_wrote_through_the_gate_was_changed_beside_it() {
    let write = written(7, Operation::Update);
    let of = |change: Changed| {
        let told = Told { changed: vec![change], ..last(MAYA, AT) };
        judge("Account", &[&write], &told, APART).unwrap().org_only
    };
    assert_eq!(of(changed(MAYA, AT, None)), []);
    assert_eq!(of(changed(MAYA, AT + 2 * APART, None)).len(), 1);
    assert_eq!(of(changed(SAM, AT, None)).len(), 1);
    let mut other = changed(MAYA, AT, None);
    other.record = "001000000000009".to_owned();
    let [beside] = <[_; 1]>::try_from(of(other)).unwrap();
    assert_eq!((beside.record.as_str(), beside.time), ("001000000000009", UnixMillis(AT)));
}

#[test]
fn writes_from_before_explain_changes_and_are_not_judged_themselves() {
    let early = Written { judged: false, ..written(7, Operation::Update) };
    let told = Told { changed: vec![changed(MAYA, AT, None)], ..Told::default() };
    let judged = judge("Account", &[&early], &told, APART).unwrap();
    assert_eq!(judged, Judged::default());
}

#[test]
fn a_write_found_later_may_have_happened_at_any_time_until_it_was_over() {
    let until = AT + 10 * 60 * SECOND;
    let found = Written { until, ..written(7, Operation::Create) };
    assert_eq!(shows(&found, &last(MAYA, until)), Shows::Record);
    assert!(matches!(shows(&written(7, Operation::Create), &last(MAYA, until)), Shows::Not(_)));
}

#[test]
fn moments_are_read_as_the_org_writes_them() {
    assert_eq!(moment("2026-11-22T10:46:59.120+0000").unwrap(), 1_795_344_419_120);
    assert_eq!(moment("2026-11-22T12:46:59+0200").unwrap(), 1_795_344_419_000);
    assert!(moment("yesterday").is_err());
    let told = Told { last: vec![changed(MAYA, AT, None)], ..Told::default() };
    let mut broken = told.clone();
    broken.last[0].at = "yesterday".to_owned();
    let write = written(7, Operation::Update);
    assert!(judge("Account", &[&write], &broken, APART).is_err(), "no guess and no agreement");
}
