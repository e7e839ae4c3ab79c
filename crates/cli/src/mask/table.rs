//! The table of tokens in a file that grows line by line, so that a reader at the other end of a
//! pipe has a value before it meets its token.
//!
//! `PCMASK02`, sixteen bytes that name this table, eight that say when it ends (seconds since 1970), then sealed parts,
//! each after its length (four bytes); numbers are little endian. A part opens only in its place, and only in a table
//! that ends then.

mod forget;

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow, bail};
use boundary::{
    Conversation, Detector, MaskStream, PersonId, Raw, Replaced, SealKey, ShowStream, Viewer,
};
use keys::{OsRandom, Random as _};

use crate::args::MaskArgs;
use crate::{folders, output};

pub(super) use forget::{Forgotten, forget};

const MAGIC: &[u8; 8] = b"PCMASK02";
const HEADER: usize = 32;
const DAY: u64 = 86_400;
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
    /// Opens the table that the arguments name and goes on with it, unless it has ended by `now` (seconds since 1970);
    /// without one, makes a new table in the place where [`Reader`] looks.
    pub(super) fn open(args: &MaskArgs, now: u64) -> anyhow::Result<Self> {
        let ends = now.saturating_add(args.keep_days.saturating_mul(DAY));
        if let Some(path) = &args.table {
            let key = key(args)?;
            return Self::resume(path, key, now, ends)
                .with_context(|| format!("cannot use the table `{}`", path.display()));
        }
        match Self::anew(args, ends) {
            Ok(writer) => Ok(writer),
            Err(error) => {
                output::hint(&format!("nothing is kept for --restore: {error:#}"));
                let nothing = Header { id: [0; 16], ends };
                Ok(Self { conversation: nothing.conversation(), file: None })
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
        self.write_down(before)?;
        Ok((masked.as_str().to_owned(), spans))
    }

    /// The same for the next piece of a text, or for its end: what can be masked of all so far.
    pub(super) fn mask_piece(
        &mut self,
        stream: &mut MaskStream,
        piece: Option<&Raw<String>>,
        detector: &dyn Detector,
    ) -> anyhow::Result<String> {
        let before = self.conversation.covered();
        let masked = match piece {
            Some(piece) => stream.push(&mut self.conversation, piece, detector)?,
            None => stream.finish(&mut self.conversation, detector)?,
        };
        self.write_down(before)?;
        Ok(masked.as_str().to_owned())
    }

    /// Keeps what was covered after the first `before` values.
    fn write_down(&mut self, before: usize) -> anyhow::Result<()> {
        if let Some((file, key)) = &mut self.file
            && self.conversation.covered() > before
        {
            let mut nonce = [0; 24];
            OsRandom.fill(&mut nonce)?;
            let part = self.conversation.seal_since(before, key, nonce)?;
            file.write_all(&framed(&part)?).context("cannot write the table")?;
        }
        Ok(())
    }

    fn resume(path: &Path, key: SealKey, now: u64, ends: u64) -> anyhow::Result<Self> {
        let mut file = private().read(true).create(true).truncate(false).open(path)?;
        if file.try_lock().is_err() {
            bail!("another run is writing to it");
        }
        still_at(path, &file)?;
        if file.metadata()?.len() == 0 {
            return Self::start(file, key, ends);
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let header = Header::read(&bytes)?;
        if header.ends <= now {
            output::hint(&format!(
                "the table `{}` ended {}; it was destroyed, and a new one begins",
                path.display(),
                header.day()
            ));
            // Another run may read it at this moment: it keeps the old file.
            return in_place_of(&fs::canonicalize(path)?, |file| Self::start(file, key, ends));
        }
        let mut conversation = header.conversation();
        let used = absorb(&mut conversation, &bytes, HEADER, &key)?;
        // A run that was killed may have left half a part.
        let end = u64::try_from(used)?;
        file.set_len(end)?;
        file.seek(SeekFrom::Start(end))?;
        Ok(Self { conversation, file: Some((file, key)) })
    }

    fn start(mut file: File, key: SealKey, ends: u64) -> anyhow::Result<Self> {
        let mut id = [0; 16];
        OsRandom.fill(&mut id)?;
        let header = Header { id, ends };
        file.write_all(&header.bytes())?;
        Ok(Self { conversation: header.conversation(), file: Some((file, key)) })
    }

    /// A new table in the place of the last run's. Runs at the same time do not disturb each
    /// other: each writes to its own file, and the last to begin keeps the name.
    fn anew(args: &MaskArgs, ends: u64) -> anyhow::Result<Self> {
        let key = key(args)?;
        let path = last_run()?;
        in_place_of(&path, |file| Self::start(file, key, ends))
    }
}

/// Puts a new file in the place of `path` once `fill` has written what it begins with. It is locked for its writer.
fn in_place_of<T>(path: &Path, fill: impl FnOnce(File) -> anyhow::Result<T>) -> anyhow::Result<T> {
    let mut random = [0; 8];
    OsRandom.fill(&mut random)?;
    let mut name = path.to_path_buf().into_os_string();
    name.push(format!(".{:016x}", u64::from_le_bytes(random)));
    let file = private().create_new(true).open(&name)?;
    file.lock()?;
    let filled =
        fill(file).and_then(|filled| fs::rename(&name, path).map(|()| filled).map_err(Into::into));
    if filled.is_err() {
        let _ = fs::remove_file(&name);
    }
    filled
}

/// Refuses when another run has put its table in the place of this one.
fn still_at(path: &Path, file: &File) -> anyhow::Result<()> {
    let (there, own) = (fs::metadata(path)?, file.metadata()?);
    if (there.dev(), there.ino()) != (own.dev(), own.ino()) {
        bail!("another run is writing to it");
    }
    Ok(())
}

/// A part behind its length.
fn framed(part: &[u8]) -> anyhow::Result<Vec<u8>> {
    let length = u32::try_from(part.len()).ok().filter(|_| part.len() <= LONGEST_PART);
    let length =
        length.context("too many values in one part: a table this large can only be deleted")?;
    Ok([length.to_le_bytes().as_slice(), part].concat())
}

/// Goes back. The table may still be growing.
pub(super) struct Reader {
    path: PathBuf,
    key: SealKey,
    now: u64,
    opened: Option<(File, Conversation)>,
    held: Vec<u8>,
}

impl Reader {
    /// A table that has ended by `now` (seconds since 1970) is destroyed when it is looked into.
    pub(super) fn new(args: &MaskArgs, now: u64) -> anyhow::Result<Self> {
        let path = args.table.clone().map_or_else(last_run, Ok)?;
        Ok(Self { path, key: key(args)?, now, opened: None, held: Vec::new() })
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

    /// The same for the next piece of a text, or for its end: what can be shown of all so far. `recent` is the text
    /// just before the piece.
    pub(super) fn show_piece(
        &mut self,
        stream: &mut ShowStream,
        recent: &str,
        piece: Option<&str>,
        viewer: &Viewer<'_>,
    ) -> anyhow::Result<String> {
        let Some(piece) = piece else { return Ok(stream.finish().text()) };
        if self.opened.is_some() || Conversation::may_hold_token(&[recent, piece].concat()) {
            let before = self.opened.as_ref().map_or(0, |(_, it)| it.covered());
            let shown = self.path.display().to_string();
            let conversation =
                self.refresh().with_context(|| format!("cannot use the table `{shown}`"))?;
            conversation.show_more(stream, before, viewer);
        }
        Ok(stream.push(piece).text())
    }

    fn refresh(&mut self) -> anyhow::Result<&Conversation> {
        let (mut file, mut conversation) = if let Some(opened) = self.opened.take() {
            opened
        } else {
            let mut file = File::open(&self.path)?;
            let mut header = vec![0; HEADER];
            file.read_exact(&mut header).map_err(|_| anyhow!("it is no table"))?;
            let header = Header::read(&header)?;
            if header.ends <= self.now {
                destroy(&self.path)?;
                bail!(
                    "it ended {}, and was destroyed: its values cannot be had back",
                    header.day()
                );
            }
            (file, header.conversation())
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

/// What a table begins with.
struct Header {
    id: [u8; 16],
    /// Seconds since 1970.
    ends: u64,
}

impl Header {
    fn read(bytes: &[u8]) -> anyhow::Result<Self> {
        let rest = bytes.strip_prefix(MAGIC.as_slice()).context("it is no table")?;
        let (id, rest) = rest.split_first_chunk().context("it is no table")?;
        let ends = rest.first_chunk().context("it is no table")?;
        Ok(Self { id: *id, ends: u64::from_le_bytes(*ends) })
    }

    fn bytes(&self) -> Vec<u8> {
        [MAGIC.as_slice(), &self.id, &self.ends.to_le_bytes()].concat()
    }

    /// The end is a part of what values are sealed for: who moves it can open none.
    fn conversation(&self) -> Conversation {
        let id = u128::from_be_bytes(self.id);
        Conversation::new(format!("mask/{id:032x}/{}", self.ends), person())
    }

    fn day(&self) -> String {
        let seconds = i64::try_from(self.ends).unwrap_or(i64::MAX);
        jiff::Timestamp::from_second(seconds)
            .map_or_else(|_| "long ago".to_owned(), |it| format!("on {}", it.strftime("%Y-%m-%d")))
    }
}

/// Its values are gone with the file: nothing else holds them.
fn destroy(path: &Path) -> anyhow::Result<()> {
    // Not a link to it.
    match fs::canonicalize(path).and_then(fs::remove_file) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot destroy `{}`", path.display()))
        }
        _ => Ok(()),
    }
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

#[cfg(test)]
mod tests {
    use boundary::{DetectorFailure, Finding, Kind, Label, Layer, Rights};

    use super::*;

    struct All;

    impl Detector for All {
        fn detect(&self, text: &str) -> Result<Vec<Finding>, DetectorFailure> {
            let (kind, layer) = (Kind::Name, Layer::Pattern);
            Ok(vec![Finding { start: 0, end: text.len(), kind, layer }])
        }
    }

    pub(super) const NOW: u64 = 1_800_000_000;

    pub(super) fn key() -> SealKey {
        SealKey::new([5; 32])
    }

    pub(super) fn masked(path: &Path, now: u64, value: &str) -> String {
        let mut writer = Writer::resume(path, key(), now, now + 90 * DAY).unwrap();
        let text = Raw::new(value.to_owned(), Label::lowest());
        writer.mask(&text, &All, false).unwrap().0
    }

    pub(super) fn shown(path: &Path, now: u64, text: &str) -> anyhow::Result<String> {
        let (person, rights) = (person(), Rights::none());
        let path = path.to_path_buf();
        let mut reader = Reader { path, key: key(), now, opened: None, held: Vec::new() };
        reader.show(text, &Viewer { person: &person, rights: &rights })
    }

    #[test]
    fn a_table_gives_its_values_back_until_it_ends_and_is_destroyed_then() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t");
        let token = masked(&path, NOW, "Ada");
        let last = NOW + 90 * DAY - 1;
        // A later run goes on with it, and does not make it last longer.
        let more = masked(&path, last, "Bo");
        assert_eq!(shown(&path, last, &format!("{token} {more}")).unwrap(), "Ada Bo");
        let refused = shown(&path, last + 1, &token).unwrap_err();
        assert!(format!("{refused:#}").contains("ended on 2027-04-15"), "{refused:#}");
        assert!(!path.exists());
    }

    #[test]
    fn a_run_that_meets_a_table_that_ended_begins_a_new_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t");
        let old = masked(&path, NOW, "Ada");
        let new = masked(&path, NOW + 90 * DAY, "Bo");
        let both = format!("{old} {new}");
        assert_eq!(shown(&path, NOW + 91 * DAY, &both).unwrap(), format!("{old} Bo"));
    }

    #[test]
    fn who_moves_the_end_of_a_table_can_open_nothing_of_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t");
        let token = masked(&path, NOW, "Ada");
        let mut bytes = fs::read(&path).unwrap();
        let ends = NOW + 900 * DAY;
        bytes[24..32].copy_from_slice(&ends.to_le_bytes());
        fs::write(&path, bytes).unwrap();
        assert!(shown(&path, NOW, &token).is_err());
    }
}
