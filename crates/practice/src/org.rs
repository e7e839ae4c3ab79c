//! The org itself: records, access, and the one file under both.

mod people;
mod snapshot;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use jiff::{SignedDuration, Timestamp};

use crate::access::{Actor, Profiles};
use crate::config::{Clock, OrgConfig};
use crate::control::Control;
use crate::disk::Disk;
use crate::error::OrgError;
use crate::exchange::{ApiError, Reply};
use crate::id::Id;
use crate::jobs::Jobs;
use crate::log::EventLog;
use crate::oauth::{ExternalClientApp, Vault};
use crate::query::Cursors;
use crate::seed;
use crate::state::State;
use crate::usage::Usage;

pub use people::Person;
pub use snapshot::Snapshot;

/// A practice org. Cheap to share; all methods take `&self`.
pub struct Org {
    id: Id,
    seed: u64,
    settings: Settings,
    clock: Clock,
    state: RwLock<State>,
    profiles: RwLock<Arc<Profiles>>,
    disk: Mutex<Disk>,
    vault: Mutex<Vault>,
    pub(crate) cursors: Mutex<Cursors>,
    pub(crate) jobs: Mutex<Jobs>,
    pub(crate) log: Mutex<EventLog>,
    pub(crate) usage: Usage,
    control: Control,
}

/// What stays as it was opened.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    pub(crate) session: SignedDuration,
    pub(crate) password_flow: bool,
}

impl std::fmt::Debug for Org {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Org").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Org {
    /// Opens the org in `config.data_dir`, making and seeding it the first time.
    ///
    /// # Errors
    /// When the folder or the file in it cannot be used, or the file is damaged.
    pub fn open(config: OrgConfig) -> Result<Arc<Self>, OrgError> {
        let mut disk = Disk::open(&config.data_dir)?;
        let mut state = State::new()?;
        let mut vault = Vault::load(&disk)?;
        let kept = disk.meta("seed")?.and_then(|seed| seed.parse().ok());
        let seed = kept.unwrap_or(config.seed);
        if kept.is_some() {
            disk.load(&mut state)?;
        } else {
            seed::fill(&mut state, &mut vault, seed, config.today)?;
            vault.flush(&mut disk)?;
            // The seed is written with the last of the records: a half-made org is made again.
            disk.commit(&state, &state.touched(), &[("seed", &seed.to_string())])?;
            state.settle();
        }
        vault.flush(&mut disk)?;
        let organization = state.schema.object("Organization");
        let id = organization.and_then(|object| state.rows(object).next()?.id());
        let id = id.ok_or(OrgError::Damaged { what: "organization" })?;
        let profiles = Profiles::standard(state.schema);
        Ok(Arc::new(Self {
            id,
            seed,
            settings: Settings { session: config.session, password_flow: config.password_flow },
            clock: config.clock,
            state: RwLock::new(state),
            profiles: RwLock::new(Arc::new(profiles)),
            disk: Mutex::new(disk),
            vault: Mutex::new(vault),
            cursors: Mutex::default(),
            jobs: Mutex::default(),
            log: Mutex::default(),
            usage: Usage::new(config.daily_api_requests),
            control: Control::default(),
        }))
    }

    /// The people who can sign in, for a greeting. The first is a sales representative.
    pub fn users(&self) -> Vec<Person> {
        people::people(self)
    }

    /// Lets an app ask for tokens; an app of the same id is replaced.
    ///
    /// # Errors
    /// When the app cannot be written down.
    pub fn register_client(&self, app: ExternalClientApp) -> Result<(), OrgError> {
        self.with_vault(|vault| vault.register(app))
    }

    /// Faults, limits and permissions for tests. Nothing of it can be reached over HTTP.
    pub fn control(&self) -> &Control {
        &self.control
    }

    pub(crate) fn id(&self) -> Id {
        self.id
    }

    pub(crate) fn settings(&self) -> Settings {
        self.settings
    }

    /// The time, to the millisecond the API can show.
    pub(crate) fn now(&self) -> Timestamp {
        let now = (self.clock)();
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }

    pub(crate) fn profiles(&self) -> Arc<Profiles> {
        self.profiles.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn change_profiles(&self, change: impl FnOnce(&mut Profiles) -> bool) -> bool {
        let mut profiles = self.profiles.write().unwrap_or_else(PoisonError::into_inner);
        change(Arc::make_mut(&mut profiles))
    }

    pub(crate) fn actor(&self, user: Id) -> Option<Actor> {
        let profiles = self.profiles();
        self.read(|state| Actor::of(state, &profiles, user))
    }

    /// Looks at the records.
    pub(crate) fn read<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.state.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes the records, all or nothing: the change is on disk when this returns a reply below 400,
    /// and undone when it does not.
    pub(crate) fn write(&self, change: impl FnOnce(&mut State) -> Reply) -> Reply {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        let mark = state.mark();
        let reply = change(&mut state);
        if reply.status >= 400 {
            state.rollback(mark);
            return reply;
        }
        let touched = state.touched();
        if touched.is_empty() {
            return reply;
        }
        let written = self.disk().commit(&state, &touched, &[]);
        match written {
            Ok(()) => {
                state.settle();
                reply
            }
            Err(error) => {
                tracing::error!(%error, "a change could not be written and was undone");
                state.rollback(mark);
                ApiError::new(503, "SERVER_UNAVAILABLE", "the org cannot write now").into()
            }
        }
    }

    pub(crate) fn vault(&self) -> MutexGuard<'_, Vault> {
        self.vault.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes what is known of access; on disk when this returns.
    pub(crate) fn with_vault<T>(
        &self,
        change: impl FnOnce(&mut Vault) -> T,
    ) -> Result<T, OrgError> {
        let mut vault = self.vault();
        let out = change(&mut vault);
        let mut disk = self.disk();
        if let Err(error) = vault.flush(&mut disk) {
            // Memory must not promise what the disk does not hold.
            *vault = Vault::load(&disk)?;
            return Err(error);
        }
        Ok(out)
    }

    fn disk(&self) -> MutexGuard<'_, Disk> {
        self.disk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
