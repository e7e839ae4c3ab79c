//! The client against the practice org, which knows nothing of it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use boundary::{
    Act, Approved, Approver, Conversation, Door, Draft, Fetch, Lookup, Matrix, OwnWrites, PersonId,
    Principal, Proposal, Records, Rights, Seen, Statement, Touch, UnixMillis, Usage, Viewer,
};
use egress::{EgressError, Limits, Trust, WriteError};
use keys::{PredictableRandom, Verifier};
use practice::{ExternalClientApp, Fault, FieldAccess, Org, OrgConfig, Person};
use salesforce::{App, Client, Error, GrantStore, Identity, SalesforceDoor};

use crate::org::Memory;

const NOW: UnixMillis = UnixMillis(1_000_000);
const MATRIX: &str = "object,field,read,create,update,label,treatment,why\n\
    Task,Subject,yes,yes,yes,Internal,pass,\n\
    Account,Name,yes,no,no,Internal,pass,\n";

struct World {
    org: Arc<Org>,
    client: Client,
    time: Arc<AtomicU64>,
    _folder: tempfile::TempDir,
}

impl World {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = OrgConfig::new(folder.path(), 7, jiff::civil::date(2026, 11, 20));
        let org = Org::open(config).unwrap();
        register(&org, None);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address: egress::Address =
            format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
        tokio::spawn(practice::serve(Arc::clone(&org), listener, std::future::pending()));
        let limits = Limits { first_byte: Duration::from_secs(5), ..Limits::salesforce() };
        let version = "68.0".parse().unwrap();
        let trust = Trust::default();
        let door = SalesforceDoor::new(address.clone(), &trust, limits, version).unwrap();
        let app = App {
            login: address,
            id: "gate".to_owned(),
            secret: Some(keys::ClientSecret::new("s3cret".to_owned())),
            callback: "https://gate.example/callback".to_owned(),
            scopes: App::SCOPES.map(str::to_owned).to_vec(),
            org: None,
        };
        let time = Arc::new(AtomicU64::new(NOW.0));
        let clock = Arc::clone(&time);
        let clock = Arc::new(move || UnixMillis(clock.load(Ordering::SeqCst)));
        let store: Arc<dyn GrantStore> = Arc::new(Memory::default());
        Self { org, client: Client::new(door, app, store, clock), time, _folder: folder }
    }

    async fn sign_in(&self, person: &Person) -> Identity {
        let verifier = Verifier::generate(&mut PredictableRandom::new(3)).unwrap();
        let url = self.client.authorize_url("state", &verifier.challenge());
        let back = self.org.sign_in_at(&url, &person.username, &person.password).unwrap();
        assert_eq!(back.state, "state");
        self.client.exchange_code(&back.code, &verifier).await.unwrap()
    }

    async fn count(&self, person: &PersonId, soql: &str) -> Result<u64, Error> {
        let rights = self.client.rights(person, &["Task", "Account"]).await?;
        let reply = self.client.fetch(fetch(person, &rights, soql)).await?;
        Ok(Records::parse(reply.body).unwrap().total())
    }

    async fn create_task(
        &self,
        person: &PersonId,
    ) -> Result<Option<String>, salesforce::WriteError> {
        let rights = self.client.rights(person, &["Task"]).await.unwrap();
        self.client.write(new_task(person, &rights)).await.map(|written| written.id)
    }
}

fn register(org: &Org, run_as: Option<String>) {
    let app = ExternalClientApp {
        client_id: "gate".to_owned(),
        client_secret: Some("s3cret".to_owned()),
        redirect_uris: vec!["https://gate.example/callback".to_owned()],
        pre_authorized: true,
        require_secret_for_refresh: true,
        run_as,
        ..ExternalClientApp::default()
    };
    org.register_client(app).unwrap();
}

fn act() -> Act {
    Act {
        trace: "0123456789abcdef0123456789abcdef".to_owned(),
        actor: "p".to_owned(),
        door: "page".to_owned(),
        client: "c".to_owned(),
        policy: "0".repeat(16),
        tenant: None,
        tool: None,
    }
}

fn fetch(person: &PersonId, rights: &Rights, soql: &str) -> Fetch {
    let conversation = Conversation::new("c".to_owned(), person.clone());
    let viewer = Viewer { person, rights };
    let touch =
        Touch { object: "Account".to_owned(), field: "Name".to_owned(), usage: Usage::Select };
    let matrix = Matrix::parse(MATRIX).unwrap();
    let (lookup, entry) =
        Lookup::authorise(Statement::Soql(soql), &[touch], &conversation, &viewer, &matrix, &act())
            .unwrap();
    lookup.recorded(entry.attest_durable(1)).unwrap()
}

fn new_task(person: &PersonId, rights: &Rights) -> Approved {
    let conversation = Conversation::new("c".to_owned(), person.clone());
    let viewer = Viewer { person, rights };
    let matrix = Matrix::parse(MATRIX).unwrap();
    let principal = Principal::new(person.clone(), Door::Page, "s".to_owned());
    let body = serde_json::json!({ "Subject": "Call the gatekeeper" });
    let draft = Draft {
        id: "p1".to_owned(),
        salt: [7; 16],
        principal: &principal,
        object: "Task",
        target: None,
        body: body.as_object(),
        said: "remind me",
        batch: "",
        via: None,
        now: NOW,
    };
    let proposal = Proposal::draft(draft, &conversation, &viewer, &matrix).unwrap();
    let digest = proposal.digest();
    let (groups, policy) = (BTreeSet::new(), matrix.version());
    let approver = Approver {
        viewer: viewer.clone(),
        principal: &principal,
        username: "ana@example.com",
        groups: &groups,
    };
    let seen = Seen { digest: &digest, current: None, policy, bulk: 1, now: NOW };
    let signature = proposal.sign(&approver, &seen, &OwnWrites).unwrap();
    let (signed, entry) = proposal
        .approve(&[signature], &viewer, None, policy, &act(), NOW)
        .map_err(|(_, error)| error)
        .unwrap();
    signed.recorded(entry.attest_durable(2)).unwrap()
}

const ACCOUNTS: &str = "SELECT Name FROM Account LIMIT 5";
const TASKS: &str = "SELECT Subject FROM Task WHERE Subject = 'Call the gatekeeper'";

#[tokio::test]
async fn a_person_signs_in_looks_around_and_reads() {
    let world = World::new().await;
    let person = world.org.users().remove(0);
    let identity = world.sign_in(&person).await;
    assert_eq!((&identity.username, &identity.name), (&person.username, &person.name));
    let who = identity.person;
    assert_eq!(world.client.userinfo(&who).await.unwrap().username, person.username);
    let objects = world.client.objects(&who).await.unwrap();
    assert!(objects.iter().any(|object| object.name == "Account" && object.queryable));
    let account = world.client.schema(&who, "Account").await.unwrap().unwrap();
    assert!(account.field("name").unwrap().names_record);
    assert_eq!(account.key_prefix.as_deref(), Some("001"));
    assert!(account.children.iter().any(|child| child.object == "Contact"));
    assert!(world.client.schema(&who, "Nothing__c").await.unwrap().is_none());
    assert_eq!(world.count(&who, ACCOUNTS).await.unwrap(), 5);
    assert!(world.client.versions().await.unwrap().contains(&"68.0".to_owned()));
}

#[tokio::test]
async fn tokens_rotate_and_expire_under_way() {
    let world = World::new().await;
    let who = world.sign_in(&world.org.users().remove(0)).await.person;
    for _ in 0..3 {
        world.org.expire_sessions(None).unwrap();
        assert_eq!(world.count(&who, ACCOUNTS).await.unwrap(), 5);
    }
    world.org.expire_sessions(None).unwrap();
    assert!(world.create_task(&who).await.unwrap().is_some());
    assert_eq!(world.count(&who, TASKS).await.unwrap(), 1);
}

#[tokio::test]
async fn a_grant_taken_back_asks_for_a_sign_in() {
    let world = World::new().await;
    let person = world.org.users().remove(0);
    let who = world.sign_in(&person).await.person;
    world.org.revoke_user(&person.username).unwrap();
    assert_eq!(world.count(&who, ACCOUNTS).await.unwrap_err(), Error::SignIn);
    // Signing in again mends it, and signing out ends it.
    world.sign_in(&person).await;
    assert_eq!(world.count(&who, ACCOUNTS).await.unwrap(), 5);
    world.client.sign_out(&who).await.unwrap();
    assert_eq!(world.count(&who, ACCOUNTS).await.unwrap_err(), Error::SignIn);
}

#[tokio::test]
async fn a_write_happens_once_or_not_or_nobody_knows() {
    let world = World::new().await;
    let who = world.sign_in(&world.org.users().remove(0)).await.person;
    let id = world.create_task(&who).await.unwrap();
    assert!(id.is_some_and(|id| id.starts_with("00T")));

    // Carried out, and the answer lost.
    world.org.control().fail_next(1, "/sobjects/Task", Fault::DropAfter);
    let lost = world.create_task(&who).await.unwrap_err();
    assert!(matches!(lost, WriteError::Unknown(EgressError::Broken { .. })), "{lost}");
    assert_eq!(world.count(&who, TASKS).await.unwrap(), 2, "carried out once, not twice");

    let invalid = Fault::Status { status: 400, code: "FIELD_CUSTOM_VALIDATION_EXCEPTION" };
    world.org.control().fail_next(1, "/sobjects/Task", invalid);
    let refused = world.create_task(&who).await.unwrap_err();
    assert!(matches!(
        refused,
        WriteError::Refused { status: 400, code, .. } if code == "FIELD_CUSTOM_VALIDATION_EXCEPTION"
    ));
    assert_eq!(world.count(&who, TASKS).await.unwrap(), 2);
}

#[tokio::test]
async fn a_field_taken_away_is_gone_within_five_minutes() {
    let world = World::new().await;
    let person = world.org.users().remove(0);
    let who = world.sign_in(&person).await.person;
    let may = async || {
        let rights = world.client.rights(&who, &["Account"]).await.unwrap();
        rights.may_read("Account", "Phone")
    };
    assert!(may().await);
    let hidden = FieldAccess::Hidden;
    assert!(world.org.set_field_access(&person.profile, "Account", "Phone", hidden));
    world.time.fetch_add(5 * 60 * 1000, Ordering::SeqCst);
    assert!(!may().await);
    assert!(world.org.hide_object(&person.profile, "Account"));
    world.time.fetch_add(5 * 60 * 1000, Ordering::SeqCst);
    assert!(world.client.schema(&who, "Account").await.unwrap().is_none());
}

#[tokio::test]
async fn the_daily_limit_is_told_and_is_salesforces() {
    let world = World::new().await;
    let who = world.sign_in(&world.org.users().remove(0)).await.person;
    world.client.rights(&who, &["Task", "Account"]).await.unwrap();
    world.org.control().fail_next(1, "/query", Fault::LimitExceeded);
    let error = world.count(&who, ACCOUNTS).await.unwrap_err();
    assert_eq!(error.code(), Some("REQUEST_LIMIT_EXCEEDED"));
    assert_eq!(error.fault(), salesforce::Fault::Salesforce);
    let budget = world.client.api_budget(&who).await.unwrap();
    assert!(budget.left <= budget.most && budget.most > 0);
}

#[tokio::test]
async fn the_app_reads_for_itself_as_the_user_it_runs_as() {
    let world = World::new().await;
    assert!(
        matches!(world.client.own_user().await, Err(Error::App { code }) if code == "invalid_grant")
    );
    let users = world.org.users();
    let admin = users.iter().find(|it| it.profile.contains("Admin")).unwrap();
    register(&world.org, Some(admin.username.clone()));
    let user = world.client.own_user().await.unwrap();
    assert_eq!(user.user(), world.sign_in(admin).await.person.user());
    let rights = world.client.own_rights(&["Account", "Nothing__c"]).await.unwrap();
    assert!(rights.may_read("Account", "Name") && !rights.may_read("Nothing__c", "Id"));
    let reply = world.client.fetch_own(fetch(&user, &rights, ACCOUNTS)).await.unwrap();
    assert_eq!(Records::parse(reply.body).unwrap().len(), 5);
    // An ended session is renewed; another person's read is not carried out under it.
    world.org.expire_sessions(None).unwrap();
    world.client.fetch_own(fetch(&user, &rights, ACCOUNTS)).await.unwrap();
    let other = world.sign_in(&users[0]).await.person;
    let strange = world.client.fetch_own(fetch(&other, &rights, ACCOUNTS)).await;
    assert!(matches!(strange, Err(Error::WrongPerson)));
}
