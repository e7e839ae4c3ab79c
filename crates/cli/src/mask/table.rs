//! The table of tokens in a file that grows line by line, so that a reader at the other end of a
//! pipe has a value before it meets its token.
//!
//! `PCMASK01`, sixteen bytes that name this table, then sealed parts, each after its length (four bytes,
//! little endian). A part opens only in its place.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow, bail};
use boundary::{Conversation, Detector, PersonId, Raw, Replaced, SealKey, Viewer};
use keys::{OsRandom, Random as _};

use crate::args::MaskArgs;
use crate::{folders, output};

const MAGIC: &[u8; 8] = b"PCMASK01";
const HEADER: usize = 24;
/// No part is longer: a line is 8 MiB at most, and its values are told in JSON.
const LONGEST_PART: usize = 256 << 20;

/// Whose the values are: of whoever holds the key.
pub(super) fn person() -> PersonId {
    PersonId::new("mask", "holder")
}

/// Masks, and writes down what it takes to go back.
pub(super) struct Writer {
    conversation: Conversation,
    file: Option<(File, SealKey)>,
}

impl Writer {
    /// Opens the table that the arguments name and goes on with it; without one, makes a new
    /// table in the place where [`Reader`] looks.
    pub(super) fn open(args: &MaskArgs) -> anyhow::Result<Self> {
        if let Some(path) = &args.table {
            let key = key(args)?;
            return Self::resume(path, key)
                .with_context(|| format!("cannot use the table `{}`", path.display()));
        }
        match Self::anew(args) {
            Ok(writer) => Ok(writer),
            Err(error) => {
                output::hint(&format!("nothing is kept for --restore: {error:#}"));
                Ok(Self { conversation: conversation([0; 16]), file: None })
            }
        }
    }

    /// Masks a text. What is new in the table is in the file when this returns.
    pub(super) fn mask(
        &mut self,
        text: &Raw<String>,
        detector: &dyn Detector,
        recall: bool,
    ) -> anyhow::Result<(String, Vec<Replaced>)> {
        let before = self.conversation.covered();
        let (masked, spans) = self.conversation.mask_spans(text, detector, recall)?;
        if let Some((file, key)) = &mut self.file
            && self.conversation.covered() > before
        {
            let mut nonce = [0; 24];
            OsRandom.fill(&mut nonce)?;
            let part = self.conversation.seal_since(before, key, nonce)?;
            let length = u32::try_from(part.len()).context("too many values in one line")?;
            let bytes = [length.to_le_bytes().as_slice(), &part].concat();
            file.write_all(&bytes).context("cannot write the table")?;
        }
        Ok((masked.as_str().to_owned(), spans))
    }

    fn resume(path: &Path, key: SealKey) -> anyhow::Result<Self> {
        let mut file = private().read(true).create(true).truncate(false).open(path)?;
        if file.try_lock().is_err() {
            bail!("another run is writing to it");
        }
        if file.metadata()?.len() == 0 {
            return Self::start(file, key);
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let mut conversation = conversation(id(&bytes)?);
        let used = absorb(&mut conversation, &bytes, HEADER, &key)?;
        // A run that was killed may have left half a part.
        let end = u64::try_from(used)?;
        file.set_len(end)?;
        file.seek(SeekFrom::Start(end))?;
        Ok(Self { conversation, file: Some((file, key)) })
    }

    fn start(mut file: File, key: SealKey) -> anyhow::Result<Self> {
        let mut id = [0; 16];
        OsRandom.fill(&mut id)?;
        file.write_all(&[MAGIC.as_slice(), &id].concat())?;
        Ok(Self { conversation: conversation(id), file: Some((file, key)) })
    }

    /// A new table in the place of the last run's. Runs at the same time do not disturb each
    /// other: each writes to its own file, and the last to begin keeps the name.
    fn anew(args: &MaskArgs) -> anyhow::Result<Self> {
        let key = key(args)?;
        let path = last_run()?;
        let mut random = [0; 8];
        OsRandom.fill(&mut random)?;
        let mut name = path.clone().into_os_string();
        name.push(format!(".{:016x}", u64::from_le_bytes(random)));
        let file = private().create_new(true).open(&name)?;
        let writer = Self::start(file, key)
            .and_then(|writer| fs::rename(&name, &path).map(|()| writer).map_err(Into::into));
        if writer.is_err() {
            let _ = fs::remove_file(&name);
        }
        writer
    }
}

/// Goes back. The table may still be growing.
pub(super) struct Reader {
    path: PathBuf,
    key: SealKey,
    opened: Option<(File, Conversation)>,
    held: Vec<u8>,
}

impl Reader {
    pub(super) fn new(args: &MaskArgs) -> anyhow::Result<Self> {
        let path = args.table.clone().map_or_else(last_run, Ok)?;
        Ok(Self { path, key: key(args)?, opened: None, held: Vec::new() })
    }

    /// The text with every token of the table replaced by its value.
    pub(super) fn show(&mut self, masked: &str, viewer: &Viewer<'_>) -> anyhow::Result<String> {
        // A text without a token, bent ones too, needs no table: do not wait for one.
        if self.opened.is_none() && !Conversation::may_hold_token(masked) {
            return Ok(masked.to_owned());
        }
        let shown = self.path.display().to_string();
        let conversation =
            self.refresh().with_context(|| format!("cannot use the table `{shown}`"))?;
        Ok(conversation.show(masked, viewer).text())
    }

    fn refresh(&mut self) -> anyhow::Result<&Conversation> {
        let (mut file, mut conversation) = if let Some(opened) = self.opened.take() {
            opened
        } else {
            let mut file = File::open(&self.path)?;
            let mut header = vec![0; HEADER];
            file.read_exact(&mut header).map_err(|_| anyhow!("it is no table"))?;
            (file, conversation(id(&header)?))
        };
        file.read_to_end(&mut self.held)?;
        let used = absorb(&mut conversation, &self.held, 0, &self.key)?;
        self.held.drain(..used);
        Ok(&self.opened.insert((file, conversation)).1)
    }
}

/// Takes whole parts from `from` on; gives where the first that is not whole begins.
fn absorb(
    conversation: &mut Conversation,
    bytes: &[u8],
    mut from: usize,
    key: &SealKey,
) -> anyhow::Result<usize> {
    while let Some((length, rest)) = bytes.get(from..).and_then(<[u8]>::split_first_chunk::<4>) {
        let length = usize::try_from(u32::from_le_bytes(*length))?;
        if length > LONGEST_PART {
            bail!("it is damaged");
        }
        let Some(part) = rest.get(..length) else { break };
        conversation.open_since(part, key)?;
        from += 4 + length;
    }
    Ok(from)
}

fn id(header: &[u8]) -> anyhow::Result<[u8; 16]> {
    let id = header.strip_prefix(MAGIC.as_slice()).and_then(<[u8]>::first_chunk);
    id.copied().context("it is no table")
}

fn conversation(id: [u8; 16]) -> Conversation {
    Conversation::new(format!("mask/{:032x}", u128::from_be_bytes(id)), person())
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).mode(0o600);
    options
}

fn last_run() -> anyhow::Result<PathBuf> {
    Ok(folder()?.join("mask.table"))
}

fn key(args: &MaskArgs) -> anyhow::Result<SealKey> {
    let path = args.key.clone().map_or_else(|| folder().map(|it| it.join("mask.key")), Ok)?;
    let key = keys::SealKey::load_or_create(&path, &mut OsRandom)?;
    Ok(SealKey::new(*key.derive("mask/table")?.expose()))
}

fn folder() -> anyhow::Result<PathBuf> {
    let folder = folders::state()?;
    match fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            Err(error).with_context(|| format!("cannot make `{}`", folder.display()))
        }
        _ => Ok(folder),
    }
}
