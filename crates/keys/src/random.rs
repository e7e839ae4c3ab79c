//! Where randomness comes from: a parameter, so that tests repeat.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::KeyError;

/// A source of random bytes.
pub trait Random {
    /// Fills the whole slice, or fails and the caller makes no secret.
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), KeyError>;
}

/// The operating system's generator.
#[derive(Clone, Copy, Debug, Default)]
pub struct OsRandom;

impl Random for OsRandom {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), KeyError> {
        getrandom::fill(bytes).map_err(|_| KeyError::NoRandomness)
    }
}

/// The same bytes for the same seed: for tests and the rehearsed demo, never for a secret that counts.
#[derive(Clone, Debug)]
pub struct PredictableRandom {
    seed: u64,
    block: u64,
}

impl PredictableRandom {
    /// A generator that anyone who knows the seed can repeat.
    pub fn new(seed: u64) -> Self {
        Self { seed, block: 0 }
    }
}

impl Random for PredictableRandom {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), KeyError> {
        for chunk in bytes.chunks_mut(32) {
            let mut hash = Sha256::new();
            hash.update(self.seed.to_be_bytes());
            hash.update(self.block.to_be_bytes());
            self.block += 1;
            for (byte, random) in chunk.iter_mut().zip(hash.finalize()) {
                *byte = random;
            }
        }
        Ok(())
    }
}

/// An id of 22 characters of `A-Za-z0-9_-`, 128 bits: for sessions' short ids, proposals, conversations.
pub fn random_id(random: &mut dyn Random) -> Result<String, KeyError> {
    let mut bytes = [0; 16];
    random.fill(&mut bytes)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// 32 lower-case hexadecimal digits, 128 bits: for traces and pseudonyms.
pub fn random_hex(random: &mut dyn Random) -> Result<String, KeyError> {
    let mut bytes = [0; 16];
    random.fill(&mut bytes)?;
    Ok(format!("{:032x}", u128::from_be_bytes(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn predictable_bytes_repeat_and_differ_by_seed_and_position() {
        let take = |seed| {
            let mut bytes = [0; 80];
            PredictableRandom::new(seed).fill(&mut bytes).unwrap();
            bytes
        };
        assert_eq!(take(1), take(1));
        assert_ne!(take(1), take(2));
        assert_ne!(take(1)[..32], take(1)[32..64]);
    }

    #[test]
    fn ids_have_their_shape_and_do_not_repeat() {
        let mut random = OsRandom;
        let (one, two) = (random_id(&mut random).unwrap(), random_id(&mut random).unwrap());
        assert_ne!(one, two);
        assert_eq!(one.len(), 22);
        let hex = random_hex(&mut random).unwrap();
        assert_eq!(hex.len(), 32);
        assert!(hex.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)));
    }
}
