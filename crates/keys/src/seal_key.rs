//! The one key that all other sealing keys come from, and the file that holds it.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::{KeyError, Random};

/// Others may not read or write it, the group may not write it. A group may read: an
/// orchestrator that mounts secrets for a group leaves no other way.
const FORBIDDEN_MODE: u32 = 0o027;

/// 32 random bytes that everything sealed depends on.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct SealKey([u8; 32]);

/// A key for one purpose, derived from a [`SealKey`].
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct SubKey([u8; 32]);

impl SealKey {
    /// A key that lives no longer than the process.
    pub fn generate(random: &mut dyn Random) -> Result<Self, KeyError> {
        let mut key = Self([0; 32]);
        random.fill(&mut key.0)?;
        Ok(key)
    }

    /// Reads the key file, or makes it (mode 0600) where there is none.
    ///
    /// Refuses a file that everyone may read, and one that does not hold exactly 32 bytes.
    pub fn load_or_create(path: &Path, random: &mut dyn Random) -> Result<Self, KeyError> {
        let fail = |reason: String| KeyError::KeyFile { path: path.to_owned(), reason };
        match File::open(path) {
            Ok(file) => Self::read(file).map_err(fail),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let key = Self::generate(random)?;
                match key.create(path) {
                    Ok(()) => Ok(key),
                    // Another process was first; its key counts.
                    Err(error) if error.kind() == io::ErrorKind::AlreadyExists => File::open(path)
                        .map_err(|error| error.to_string())
                        .and_then(Self::read)
                        .map_err(fail),
                    Err(error) => Err(fail(error.to_string())),
                }
            }
            Err(error) => Err(fail(error.to_string())),
        }
    }

    /// The key for one purpose. HKDF-Expand of RFC 5869 with the purpose as `info`; the step
    /// before it is not needed, for the key is uniformly random already.
    pub fn derive(&self, purpose: &str) -> Result<SubKey, KeyError> {
        let mut key = SubKey([0; 32]);
        Hkdf::<Sha256>::from_prk(&self.0)
            .map_err(|_| KeyError::Malformed("seal key"))?
            .expand(purpose.as_bytes(), &mut key.0)
            .map_err(|_| KeyError::Malformed("seal key"))?;
        Ok(key)
    }

    fn read(mut file: File) -> Result<Self, String> {
        let mode = file.metadata().map_err(|error| error.to_string())?.permissions().mode();
        if mode & FORBIDDEN_MODE != 0 {
            return Err(format!(
                "its mode is {:03o}, so others may read or change it; set it to 600",
                mode & 0o777
            ));
        }
        let mut key = Self([0; 32]);
        let length = "it must hold exactly 32 bytes";
        file.read_exact(&mut key.0).map_err(|_| length.to_owned())?;
        match file.read(&mut [0]) {
            Ok(0) => Ok(key),
            _ => Err(length.to_owned()),
        }
    }

    /// Makes the file appear whole or not at all: a half-written key would lock everything away.
    fn create(&self, path: &Path) -> io::Result<()> {
        let parent = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        fs::create_dir_all(parent)?;
        let draft = path.with_extension(format!("new-{}", std::process::id()));
        let mut file =
            OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
        file.write_all(&self.0)?;
        file.sync_all()?;
        // `hard_link` refuses to replace, `rename` would not.
        let linked = fs::hard_link(&draft, path);
        fs::remove_file(&draft)?;
        linked?;
        File::open(parent)?.sync_all()
    }
}

impl SubKey {
    /// The 32 bytes, for whoever seals with them.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for SealKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

impl fmt::Debug for SubKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{OsRandom, PredictableRandom};

    #[test]
    fn the_file_is_made_once_and_private() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("keys/seal.key");
        let first = SealKey::load_or_create(&path, &mut OsRandom).unwrap();
        let again = SealKey::load_or_create(&path, &mut OsRandom).unwrap();
        assert_eq!(first.0, again.0);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "no draft is left");
    }

    #[test]
    fn a_readable_cut_or_padded_file_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("seal.key");
        SealKey::load_or_create(&path, &mut OsRandom).unwrap();
        for (mode, good) in [(0o604, false), (0o620, false), (0o640, true), (0o400, true)] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let read = SealKey::load_or_create(&path, &mut OsRandom);
            assert_eq!(read.is_ok(), good, "{mode:o}");
        }
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        for length in [0, 31, 33] {
            fs::write(&path, vec![7; length]).unwrap();
            let error = SealKey::load_or_create(&path, &mut OsRandom).unwrap_err().to_string();
            assert!(error.contains("exactly 32 bytes"), "{error}");
        }
    }

    #[test]
    fn purposes_have_their_own_keys() {
        let key = SealKey::generate(&mut PredictableRandom::new(3)).unwrap();
        let (a, b) = (key.derive("grants").unwrap(), key.derive("conversations").unwrap());
        assert_ne!(a.expose(), b.expose());
        assert_ne!(a.expose(), &key.0);
        assert_eq!(a.expose(), key.derive("grants").unwrap().expose());
    }

    /// RFC 5869, appendix A.3, whose `info` is empty: the first 32 bytes.
    #[test]
    fn derivation_is_the_standard_one() {
        let prk = 0x19ef_24a3_2c71_7b16_7f33_a91d_6f64_8bdf_u128.to_be_bytes();
        let rest = 0x9659_6776_afdb_6377_ac43_4c1c_293c_cb04_u128.to_be_bytes();
        let key = SealKey([prk, rest].concat().try_into().unwrap());
        let okm = 0x8da4_e775_a563_c18f_715f_802a_063c_5a31_u128.to_be_bytes();
        let more = 0xb8a1_1f5c_5ee1_879e_c345_4e5f_3c73_8d2d_u128.to_be_bytes();
        assert_eq!(key.derive("").unwrap().expose().to_vec(), [okm, more].concat());
    }
}
