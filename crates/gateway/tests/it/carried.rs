//! What a program carries for the gate between two requests.

use std::sync::atomic::Ordering;

use gateway::AskedWrite;

use crate::setting::{Setting, terms};

#[tokio::test(flavor = "multi_thread")]
async fn a_state_is_good_once_for_its_call_and_for_ten_minutes() {
    let setting = Setting::new(terms()).await;
    let (gate, who) = (&setting.gate, &setting.who);
    let asked = AskedWrite { proposal: "p".to_owned(), digest: "d".to_owned(), inside: true };
    let seal = || gate.seal_asked(who, "call", &asked).unwrap();
    let (state, late) = (seal(), seal());
    assert!(gate.open_asked(who, "another call", &state).is_err());
    let minutes = |minutes: u64| setting.ahead.store(minutes * 60_000, Ordering::Relaxed);
    minutes(9);
    assert_eq!(gate.open_asked(who, "call", &state).unwrap(), asked);
    assert!(gate.open_asked(who, "call", &state).is_err(), "it was used");
    minutes(10);
    assert!(gate.open_asked(who, "call", &late).is_err(), "it is too old");
}
