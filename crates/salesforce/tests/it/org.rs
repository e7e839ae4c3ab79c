//! An org that rotates refresh tokens, as a script, and a store in memory.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use boundary::{PersonId, UnixMillis};
use egress::{Limits, Trust};
use keys::{AccessToken, ClientSecret, RefreshToken};
use salesforce::{App, Client, Grant, GrantStore, Later, SalesforceDoor, StoreFailure};

use crate::server::{Act, Seen, Server, json};

pub(crate) const ORG: &str = "00D000000000001AAA";

pub(crate) fn person() -> PersonId {
    crate::permits::person()
}

/// Keeps grants in memory, and can be told to fail.
#[derive(Default)]
pub(crate) struct Memory {
    pub(crate) grants: Mutex<BTreeMap<PersonId, Grant>>,
    pub(crate) fails: AtomicBool,
}

impl Memory {
    pub(crate) fn with(grant: Grant) -> Arc<Self> {
        let memory = Self::default();
        memory.grants.lock().unwrap().insert(person(), grant);
        Arc::new(memory)
    }

    pub(crate) fn grant(&self) -> Option<Grant> {
        self.grants.lock().unwrap().get(&person()).cloned()
    }

    fn check(&self) -> Result<(), StoreFailure> {
        let fails = self.fails.load(Ordering::SeqCst);
        if fails { Err(StoreFailure("the disk is full".to_owned())) } else { Ok(()) }
    }
}

impl GrantStore for Memory {
    fn load<'a>(&'a self, person: &'a PersonId) -> Later<'a, Option<Grant>> {
        Box::pin(async { Ok(self.grants.lock().unwrap().get(person).cloned()) })
    }

    fn replace<'a>(
        &'a self,
        person: &'a PersonId,
        old: Option<u64>,
        new: &'a Grant,
    ) -> Later<'a, bool> {
        Box::pin(async move {
            self.check()?;
            let mut grants = self.grants.lock().unwrap();
            if grants.get(person).map(|grant| grant.generation) != old {
                return Ok(false);
            }
            grants.insert(person.clone(), new.clone());
            Ok(true)
        })
    }

    fn remove<'a>(&'a self, person: &'a PersonId, generation: u64) -> Later<'a, ()> {
        Box::pin(async move {
            let mut grants = self.grants.lock().unwrap();
            if grants.get(person).is_some_and(|grant| grant.generation == generation) {
                grants.remove(person);
            }
            Ok(())
        })
    }
}

pub(crate) fn grant(number: u64) -> Grant {
    Grant {
        access: AccessToken::new(format!("access{number}")),
        refresh: RefreshToken::new(format!("refresh{number}")),
        generation: number,
    }
}

/// The client, and a clock to move.
pub(crate) fn client(server: &Server, store: &Arc<Memory>) -> (Arc<Client>, Arc<AtomicU64>) {
    let address: egress::Address = server.url().parse().unwrap();
    let limits = Limits { first_byte: Duration::from_secs(2), ..Limits::salesforce() };
    let version = "68.0".parse().unwrap();
    let door = SalesforceDoor::new(address.clone(), &Trust::default(), limits, version).unwrap();
    let app = App {
        login: address,
        id: "app".to_owned(),
        secret: Some(ClientSecret::new("s3cret".to_owned())),
        callback: "https://gate.example/callback".to_owned(),
        scopes: App::SCOPES.map(str::to_owned).to_vec(),
        org: Some(ORG.to_owned()),
    };
    let time = Arc::new(AtomicU64::new(10));
    let clock = Arc::clone(&time);
    let clock = Arc::new(move || UnixMillis(clock.load(Ordering::SeqCst)));
    let store: Arc<dyn GrantStore> = Arc::<Memory>::clone(store);
    (Arc::new(Client::new(door, app, store, clock)), time)
}

/// Tokens with the number `number`, for the user `user` of the org `org`.
pub(crate) fn tokens(number: u64, org: &str, user: &str) -> Act {
    json(
        200,
        &format!(
            r#"{{"access_token":"access{number}","refresh_token":"refresh{number}","signature":"s",
            "instance_url":"https://acme.example","token_type":"Bearer",
            "id":"https://login.salesforce.com/id/{org}/{user}"}}"#
        ),
    )
}

pub(crate) const EXPIRED: &str =
    r#"[{"message":"Session expired","errorCode":"INVALID_SESSION_ID"}]"#;
pub(crate) const PAGE: &str = r#"{"totalSize":0,"done":true,"records":[]}"#;
pub(crate) const SPENT: &str =
    r#"{"error":"invalid_grant","error_description":"expired access/refresh token"}"#;

/// An org where `access{n}` is good for the present `n`, and each refresh token once.
pub(crate) struct Rotating {
    /// Starts at 1, so that `access0` has expired and `refresh0` is good.
    pub(crate) number: u64,
    pub(crate) slow: Duration,
}

impl Rotating {
    pub(crate) fn new() -> Self {
        Self { number: 1, slow: Duration::ZERO }
    }

    pub(crate) fn answer(&mut self, seen: &Seen) -> Act {
        if seen.line() == "POST /services/oauth2/token" {
            let spends = format!("refresh_token=refresh{}", self.number - 1);
            if !seen.body.contains(&spends) {
                return json(400, SPENT);
            }
            let Act::Send(answer) = tokens(self.number, ORG, person().user()) else { panic!() };
            return Act::Drip(vec![(self.slow, answer.into_bytes())]);
        }
        if seen.header("authorization") == Some(format!("Bearer access{}", self.number).as_str()) {
            json(200, PAGE)
        } else {
            json(401, EXPIRED)
        }
    }

    /// The present access token expires.
    pub(crate) fn expire(&mut self) {
        self.number += 1;
    }
}

pub(crate) fn refreshes(server: &Server) -> usize {
    server.seen().iter().filter(|seen| seen.line().ends_with("/oauth2/token")).count()
}
