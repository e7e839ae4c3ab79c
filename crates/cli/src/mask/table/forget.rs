//! Taking people out of a table, by writing it anew.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::path::Path;

use anyhow::{Context as _, bail};
use boundary::{Label, Raw, SealKey, Subject};
use keys::{OsRandom, Random as _};

use super::{HEADER, Header, absorb, destroy, framed, in_place_of, key, last_run, still_at};
use crate::args::MaskArgs;
use crate::output;

/// What came of forgetting.
pub(in crate::mask) struct Forgotten {
    pub(in crate::mask) values: u64,
    /// Numbers of the lines that name nobody here.
    pub(in crate::mask) unknown: Vec<u64>,
}

/// Takes every value of these people out of the table that the arguments name. Each is named in a line, with its number, by a
/// record's id or by a value. The file that held them is gone when this returns.
pub(in crate::mask) fn forget(
    args: &MaskArgs,
    now: u64,
    whom: &[(u64, String)],
) -> anyhow::Result<Forgotten> {
    let path = args.table.clone().map_or_else(last_run, Ok)?;
    let shown = path.display().to_string();
    forget_in(&path, &key(args)?, now, whom)
        .with_context(|| format!("cannot use the table `{shown}`"))
}

fn forget_in(
    path: &Path,
    key: &SealKey,
    now: u64,
    whom: &[(u64, String)],
) -> anyhow::Result<Forgotten> {
    // Not what a link to it is: that would leave the values where they are.
    let path = &fs::canonicalize(path)?;
    let mut old = File::open(path)?;
    if old.try_lock().is_err() {
        bail!("another run is writing to it");
    }
    still_at(path, &old)?;
    sweep(path)?;
    let mut bytes = Vec::new();
    old.read_to_end(&mut bytes)?;
    let header = Header::read(&bytes)?;
    if header.ends <= now {
        destroy(path)?;
        output::hint(&format!("it ended {}, and was destroyed as a whole", header.day()));
        return Ok(Forgotten { values: 0, unknown: Vec::new() });
    }
    let mut conversation = header.conversation();
    absorb(&mut conversation, &bytes, HEADER, key)?;
    let (mut subject, mut unknown) = (Subject::new(), Vec::new());
    for (line, one) in whom {
        // A record whose values have several numbers is met in all of them.
        let records = conversation.records_of(one);
        let add = |subject: Subject| {
            let subject = records.iter().fold(subject, |subject, id| subject.record(id));
            subject.record(one).value(Raw::new(one.clone(), Label::lowest()))
        };
        if !conversation.has(&add(Subject::new())) {
            unknown.push(*line);
        }
        subject = add(subject);
    }
    let values = conversation.forget(&subject);
    if values > 0 {
        let mut nonce = [0; 24];
        OsRandom.fill(&mut nonce)?;
        let part = conversation.seal_table(key, nonce)?;
        in_place_of(path, |mut file| {
            file.write_all(&header.bytes())?;
            file.write_all(&framed(&part)?)?;
            // The old file is the only other copy.
            file.sync_all()?;
            still_at(path, &old)
        })?;
        if let Some(folder) = path.parent() {
            File::open(folder)?.sync_all()?;
        }
    }
    Ok(Forgotten { values, unknown })
}

/// Removes what runs left beside a table that were killed before it had its name: it opens with the same key.
fn sweep(path: &Path) -> anyhow::Result<()> {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { return Ok(()) };
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let (found, name) = (entry.file_name(), name.as_encoded_bytes());
        let rest = found.as_encoded_bytes().strip_prefix(name);
        let random = rest.and_then(|rest| rest.strip_prefix(b"."));
        let ours = random.is_some_and(|it| it.len() == 16 && it.iter().all(u8::is_ascii_hexdigit));
        // A run that lives holds it.
        if ours && File::open(entry.path())?.try_lock().is_ok() {
            destroy(&entry.path())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{NOW, key, masked, shown};
    use super::super::{DAY, Writer};
    use super::*;

    #[test]
    fn who_is_forgotten_has_no_value_left_and_the_others_keep_theirs() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t");
        let (ada, bo) = (masked(&path, NOW, "Ada"), masked(&path, NOW, "Bo"));
        let forget = |now: u64, name: &str| {
            let gone = forget_in(&path, &key(), now, &[(1, name.to_owned())]).unwrap();
            (gone.values, gone.unknown.len())
        };
        assert_eq!(forget(NOW, "Cy"), (0, 1));
        assert_eq!(forget(NOW, "ADA"), (1, 0));
        let both = format!("{ada} {bo}");
        assert_eq!(shown(&path, NOW, &both).unwrap(), format!("{ada} Bo"));
        // The table goes on, and gives nobody the token.
        let again = masked(&path, NOW, "Ada");
        assert_ne!(again, ada);
        assert_eq!(shown(&path, NOW, &format!("{both} {again}")).unwrap(), format!("{ada} Bo Ada"));
        // The end stays where it was, and nothing else is left in the folder.
        assert_eq!(forget(NOW + 90 * DAY - 1, "Bo"), (1, 0));
        assert_eq!(forget(NOW, "Ada"), (1, 0));
        assert_eq!(shown(&path, NOW, &both).unwrap(), both);
        let last = masked(&path, NOW, "Di");
        assert_eq!(shown(&path, NOW, &last).unwrap(), "Di");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn neither_a_link_nor_a_run_that_was_killed_keeps_who_is_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("t"), folder.path().join("link"));
        let ada = masked(&path, NOW, "Ada");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        fs::copy(&path, folder.path().join("t.00000000000000aa")).unwrap();
        let whom = [(1, "Ada".to_owned())];
        assert_eq!(forget_in(&link, &key(), NOW, &whom).unwrap().values, 1);
        assert_eq!(shown(&path, NOW, &ada).unwrap(), ada);
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "the table and the link");
    }

    #[test]
    fn a_table_that_is_written_to_forgets_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t");
        let writer = Writer::resume(&path, key(), NOW, NOW + DAY).unwrap();
        let forget = || forget_in(&path, &key(), NOW, &[(1, "Ada".to_owned())]);
        let refused = forget().err().map(|it| it.to_string());
        assert!(refused.as_ref().is_some_and(|it| it.contains("another run")), "{refused:?}");
        drop(writer);
        assert_eq!(forget().unwrap().values, 0);
        // A file that was locked too late is no longer the table.
        let old = File::open(&path).unwrap();
        in_place_of(&path, |_| Ok(())).unwrap();
        assert!(still_at(&path, &old).is_err());
    }
}
