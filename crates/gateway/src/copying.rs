//! The write-once copy of the ledger: tiles, entries and checkpoints go to a folder or a bucket, and
//! are never changed there.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use boundary::UnixMillis;
use egress::{Bucket, BucketDoor, BucketKey, EgressError, Limits, Put, Trust};
use keys::SecretSource;
use ledger::{Growth, VerifyingKeys, held_in, tile_paths};

use crate::config::{BucketConfig, Config, CopyProfile};
use crate::gate::{Inner, OpenError};

/// Name of the object that holds the last checkpoint.
const CHECKPOINT: &str = "checkpoint";
const LOCKED: &str = "COMPLIANCE";
/// A retention that ends this much before it should is the bucket's rounding.
const ROUNDING_MILLIS: u64 = 24 * 60 * 60 * 1_000;
/// How long the last round may take when the gate closes.
const LAST: Duration = Duration::from_secs(20);

/// How the copy does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CopyStanding {
    /// Entries under the checkpoint that it holds.
    pub size: u64,
    /// When it was brought up to date last.
    pub at: Option<UnixMillis>,
    /// Why it is not; `None` once it is again.
    pub alarm: Option<String>,
}

/// The copy and how it does.
pub(crate) struct Copying {
    place: Place,
    every: Duration,
    standing: Mutex<CopyStanding>,
    /// One round at a time. Says whether the bucket has shown that it locks.
    turn: tokio::sync::Mutex<bool>,
}

enum Place {
    Folder(PathBuf),
    Bucket(Box<Vault>),
}

/// A bucket and what it has to promise.
struct Vault {
    door: BucketDoor,
    profile: CopyProfile,
    retain_days: u64,
}

impl Copying {
    pub(crate) fn new(config: &Config) -> Result<Self, OpenError> {
        let place = match &config.copy.bucket {
            Some(bucket) => Place::Bucket(Box::new(Vault::new(bucket)?)),
            None => Place::Folder(copy_folder(config).unwrap_or_default()),
        };
        let every = Duration::from_secs(config.copy.every_seconds);
        Ok(Self { place, every, standing: Mutex::default(), turn: tokio::sync::Mutex::new(false) })
    }

    pub(crate) fn standing(&self) -> CopyStanding {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Refuses a bucket that is there and does not lock as it should. One that cannot be reached now is
    /// looked at again before anything is put into it.
    pub(crate) async fn check(&self, now: UnixMillis) -> Result<(), OpenError> {
        let Place::Bucket(vault) = &self.place else { return Ok(()) };
        let mut locks = self.turn.lock().await;
        match vault.check(now).await {
            Ok(()) => *locks = true,
            Err(Unfit::Lock(problem)) => return Err(OpenError::Copy(problem)),
            Err(Unfit::Unreached(problem)) => self.note(Err(problem), now),
        }
        Ok(())
    }

    /// Brings the copy up to the last checkpoint.
    pub(crate) async fn round(&self, inner: &Inner) {
        let mut locks = self.turn.lock().await;
        let copied = match &self.place {
            Place::Folder(folder) => into_folder(inner, folder.clone()).await,
            Place::Bucket(vault) => vault.round(inner, &mut locks).await,
        };
        self.note(copied, inner.now());
    }

    fn note(&self, copied: Result<u64, String>, now: UnixMillis) {
        let mut standing = self.standing.lock().unwrap_or_else(PoisonError::into_inner);
        match copied {
            Ok(size) => *standing = CopyStanding { size, at: Some(now), alarm: None },
            Err(alarm) => {
                if standing.alarm.as_ref() != Some(&alarm) {
                    tracing::error!(alarm, "the ledger is not copied");
                }
                standing.alarm = Some(alarm);
            }
        }
    }
}

/// The folder of the copy, unless it is a bucket.
pub fn copy_folder(config: &Config) -> Option<PathBuf> {
    let folder = || config.copy.folder.clone().unwrap_or_else(|| config.data.join("tiles"));
    config.copy.bucket.is_none().then(folder)
}

/// Why a bucket is not written to.
enum Unfit {
    /// It promises something else.
    Lock(String),
    /// It does not say.
    Unreached(String),
}

impl Vault {
    fn new(config: &BucketConfig) -> Result<Self, OpenError> {
        let BucketConfig { profile, retain_days, .. } = *config;
        Ok(Self { door: door_to(config)?, profile, retain_days })
    }

    /// Reads the lock back and holds it against what is configured.
    async fn check(&self, now: UnixMillis) -> Result<(), Unfit> {
        if self.profile == CopyProfile::Plain {
            return Ok(());
        }
        let lock = self.door.lock(now).await;
        let lock = lock.map_err(|error| Unfit::Unreached(error.to_string()))?;
        let days = self.retain_days;
        match lock {
            Some(lock) if lock.mode == LOCKED && lock.days == days => Ok(()),
            Some(lock) => Err(Unfit::Lock(format!(
                "the bucket locks objects for {} days in mode `{}`, `copy.bucket` says {days} days in mode `{LOCKED}`",
                lock.days, lock.mode
            ))),
            None => Err(Unfit::Lock(
                "the bucket locks nothing, and the profile `compliance` needs one that does"
                    .to_owned(),
            )),
        }
    }

    async fn round(&self, inner: &Inner, locks: &mut bool) -> Result<u64, String> {
        if !*locks {
            self.check(inner.now()).await.map_err(|unfit| match unfit {
                Unfit::Lock(problem) | Unfit::Unreached(problem) => problem,
            })?;
        }
        let failed = |error: EgressError| error.to_string();
        let keys = inner.recorder.sequencer().verifying_keys();
        let held = self.last_checkpoint(keys, inner.now()).await.map_err(failed)?;
        let growth = inner.recorder.sequencer().growth(inner.store.log(), held.as_deref());
        let growth = growth.map_err(|error| error.to_string())?;
        let checkpoint = growth.checkpoint().clone();
        if held.as_ref() == Some(&checkpoint.note) {
            *locks = true;
            return Ok(checkpoint.size);
        }
        for number in 0..growth.tiles() {
            let files = growth.files(inner.store.log(), number);
            for file in files.map_err(|error| error.to_string())? {
                self.add(&file.path, &file.bytes, inner.now()).await?;
            }
        }
        // Each by itself, once; and the last under the name that readers know.
        let note = checkpoint.note.as_bytes();
        let named = format!("checkpoints/{:020}-{}", checkpoint.size, checkpoint.at.0);
        self.add(&named, note, inner.now()).await?;
        self.door.put(CHECKPOINT, note, inner.now()).await.map_err(failed)?;
        if !*locks {
            self.check_kept(&named, inner.now()).await?;
            *locks = true;
        }
        Ok(checkpoint.size)
    }

    /// Puts an object once. One that is there already has to be the same.
    async fn add(&self, path: &str, bytes: &[u8], now: UnixMillis) -> Result<(), String> {
        let put = self.door.create(path, bytes, now).await.map_err(|error| error.to_string())?;
        if put == Put::Existed {
            let held = self.first(path, now).await.map_err(|error| error.to_string())?;
            if held.as_deref() != Some(bytes) {
                return Err(format!("the copy holds another `{path}` than the ledger"));
            }
        }
        Ok(())
    }

    /// The version of an object that was put first: the one that nobody can remove, whatever was put
    /// over it since.
    async fn first(&self, path: &str, now: UnixMillis) -> Result<Option<Vec<u8>>, EgressError> {
        if self.profile == CopyProfile::Plain {
            return Ok(self.door.read(path, now).await?.map(|held| held.to_vec()));
        }
        match self.door.versions(path, now).await?.last() {
            Some(first) => Ok(Some(self.door.read_version(path, first, now).await?.to_vec())),
            None => Ok(None),
        }
    }

    /// The last checkpoint that the log signed, whatever was put over it or hides it.
    async fn last_checkpoint(
        &self,
        keys: &VerifyingKeys,
        now: UnixMillis,
    ) -> Result<Option<String>, EgressError> {
        let text = |note: &[u8]| String::from_utf8_lossy(note).into_owned();
        if self.profile == CopyProfile::Plain {
            return Ok(self.door.read(CHECKPOINT, now).await?.map(|note| text(&note)));
        }
        for version in self.door.versions(CHECKPOINT, now).await? {
            let note = text(&self.door.read_version(CHECKPOINT, &version, now).await?);
            if keys.open(&note).is_ok() {
                return Ok(Some(note));
            }
        }
        Ok(None)
    }

    /// Looks whether the bucket does to an object what it says.
    async fn check_kept(&self, path: &str, now: UnixMillis) -> Result<(), String> {
        if self.profile == CopyProfile::Plain {
            return Ok(());
        }
        let kept = self.door.retention(path, now).await.map_err(|error| error.to_string())?;
        let kept = kept.ok_or_else(|| format!("the bucket does not keep `{path}`"))?;
        let until = kept.until.parse::<jiff::Timestamp>().ok();
        let until = until.and_then(|until| u64::try_from(until.as_millisecond()).ok());
        let wanted = now.0.saturating_add(self.retain_days.saturating_mul(24 * 60 * 60 * 1_000));
        let long = until.is_some_and(|until| until.saturating_add(ROUNDING_MILLIS) >= wanted);
        if kept.mode == LOCKED && long {
            Ok(())
        } else {
            Err(format!("the bucket keeps `{path}` in mode `{}` until {}", kept.mode, kept.until))
        }
    }
}

async fn into_folder(inner: &Inner, folder: PathBuf) -> Result<u64, String> {
    let store = Arc::clone(&inner.store);
    let sequencer = inner.recorder.sequencer_handle();
    let work = move || {
        let held = held_in(&folder)?;
        let growth: Growth = sequencer.growth(store.log(), held.as_deref())?;
        growth.into_folder(store.log(), &folder)
    };
    let done = tokio::task::spawn_blocking(work).await.map_err(|error| error.to_string())?;
    done.map(|exported| exported.size).map_err(|error| error.to_string())
}

fn door_to(config: &BucketConfig) -> Result<BucketDoor, OpenError> {
    let load = |reference: &str| -> Result<_, OpenError> {
        let source: SecretSource = reference.parse()?;
        Ok(source.load()?)
    };
    let bucket = Bucket {
        address: config.url.parse()?,
        prefix: config.prefix.clone(),
        region: config.region.clone(),
    };
    let key = BucketKey {
        id: load(&config.key_id)?.expose().trim().to_owned(),
        secret: load(&config.secret)?,
    };
    let trust = Trust { file: config.ca.clone(), ..Trust::default() };
    let limits = Limits {
        connect: Duration::from_secs(10),
        first_byte: Duration::from_secs(30),
        idle: Duration::from_secs(30),
        total: Duration::from_mins(2),
        // A bundle has at most 256 entries of 64 KiB.
        reply_bytes: 32 * 1024 * 1024,
    };
    Ok(BucketDoor::new(bucket, key, &trust, limits)?)
}

/// Brings the copy up to date every so often, for as long as the gate is there.
async fn keep(gate: Weak<Inner>, every: Duration) {
    loop {
        tokio::time::sleep(every).await;
        let Some(inner) = gate.upgrade() else { return };
        inner.copying.round(&inner).await;
    }
}

impl Inner {
    pub(crate) fn keep_copy(self: &Arc<Self>) {
        tokio::spawn(keep(Arc::downgrade(self), self.copying.every));
    }

    /// The last round, once the last checkpoint is signed.
    pub(crate) async fn finish_copy(&self) {
        let last = tokio::time::timeout(LAST, self.copying.round(self)).await;
        if last.is_err() {
            tracing::error!("the copy of the ledger is not up to date: it took too long");
        }
    }

    /// The copy, brought up to date now.
    pub(crate) async fn examine_copy(&self) -> (String, Result<(), String>) {
        self.copying.round(self).await;
        ("copy".to_owned(), self.copying.standing().alarm.map_or(Ok(()), Err))
    }
}

/// Brings a bucket's copy into a folder, to be verified there. Gives the number of files.
pub async fn fetch_copy(
    config: &Config,
    keys: &VerifyingKeys,
    folder: &std::path::Path,
    now: UnixMillis,
) -> Result<u64, OpenError> {
    let Some(bucket) = &config.copy.bucket else {
        return Err(OpenError::Copy("there is no `[copy.bucket]` to fetch from".to_owned()));
    };
    let vault = Vault::new(bucket)?;
    let missing = || OpenError::Copy("the bucket holds no checkpoint of this ledger".to_owned());
    let note = vault.last_checkpoint(keys, now).await?.ok_or_else(missing)?;
    let size = keys.open(&note).map_err(OpenError::Copy)?.size;
    let (hashes, bundles) = tile_paths(size);
    let mut files = 0;
    for path in hashes.iter().chain(&bundles).map(String::as_str).chain([CHECKPOINT]) {
        let content = if path == CHECKPOINT {
            note.clone().into_bytes()
        } else {
            // What is not there is for the verifier to find.
            let Some(content) = vault.first(path, now).await? else { continue };
            content
        };
        let file = folder.join(path);
        let write = || {
            std::fs::create_dir_all(file.parent().unwrap_or(folder))?;
            std::fs::write(&file, &content)
        };
        write().map_err(|error: std::io::Error| OpenError::File {
            path: file.clone(),
            problem: error.to_string(),
        })?;
        files += 1;
    }
    Ok(files)
}

impl std::fmt::Debug for Copying {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Copying(..)")
    }
}
