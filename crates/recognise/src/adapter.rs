//! What training changed: numbers that are added to the network's own before they are brought to eight bits.
//!
//! `training/adapter.py` writes the file and says how it is laid out. Nothing here trusts a length before it has been held
//! against what is there.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

use crate::{error::RecogniseError, files::NETWORK, onnx::fits};

#[cfg(test)]
mod tests;

const MAGIC: &[u8] = b"PTAD";
const VERSION: u16 = 1;
const DIGEST: usize = 32;

/// The parts of a file, by name; each is taken once.
#[derive(Debug, Default)]
pub struct Adapter<'a> {
    /// Where the training's chance began.
    pub seed: u64,
    /// SHA-256 of the network that it changes.
    pub network: [u8; DIGEST],
    /// SHA-256 of what the training's texts were made of.
    pub texts: [u8; DIGEST],
    /// SHA-256 of the training's settings.
    pub settings: [u8; DIGEST],
    rank: usize,
    parts: BTreeMap<&'a str, &'a [u8]>,
}

impl<'a> Adapter<'a> {
    /// Reads a file.
    ///
    /// # Errors
    /// When it is damaged or of another version.
    pub fn parse(file: &'a [u8]) -> Result<Self, RecogniseError> {
        let body = file.len().checked_sub(DIGEST).and_then(|end| file.split_at_checked(end));
        let (body, digest) = body.ok_or(RecogniseError::Malformed("the changes are cut off"))?;
        if Sha256::digest(body).as_slice() != digest {
            return Err(RecogniseError::Malformed("the changes are damaged"));
        }
        Self::read(&mut Bytes(body))
    }

    fn read(bytes: &mut Bytes<'a>) -> Result<Self, RecogniseError> {
        if bytes.take(MAGIC.len())? != MAGIC || bytes.two()? != VERSION {
            return Err(RecogniseError::Malformed("the changes are of another version"));
        }
        let rank = usize::from(bytes.two()?);
        let seed = u64::from_le_bytes(bytes.array()?);
        let (network, texts, settings) = (bytes.array()?, bytes.array()?, bytes.array()?);
        let mut parts = BTreeMap::new();
        for _ in 0..bytes.two()? {
            let [length] = bytes.array()?;
            let name = std::str::from_utf8(bytes.take(usize::from(length))?)
                .map_err(|_| RecogniseError::Malformed("a change has no name"))?;
            let count = usize::try_from(u32::from_le_bytes(bytes.array()?)).unwrap_or(usize::MAX);
            let values = bytes.take(count.checked_mul(2).ok_or(CUT)?)?;
            if parts.insert(name, values).is_some() {
                return Err(RecogniseError::Malformed("a change stands twice"));
            }
        }
        if !bytes.0.is_empty() {
            return Err(RecogniseError::Malformed("the changes go on after their end"));
        }
        Ok(Self { seed, network, texts, settings, rank, parts })
    }

    /// Whether they were learned on the network of this build.
    ///
    /// # Errors
    /// When they were learned on another.
    pub fn check(&self) -> Result<(), RecogniseError> {
        if crate::files::hex(&self.network) == NETWORK.sha256 {
            Ok(())
        } else {
            Err(RecogniseError::Malformed("the changes were learned on another network"))
        }
    }

    /// The values of a part, if there is one. It must have `expected`.
    pub(crate) fn part(
        &mut self,
        name: &str,
        expected: usize,
    ) -> Result<Option<Vec<f32>>, RecogniseError> {
        let Some(bytes) = self.parts.remove(name) else { return Ok(None) };
        fits(name, bytes.len() / 2, expected)?;
        let (halves, _) = bytes.as_chunks::<2>();
        let values = halves.iter().map(|half| single(u16::from_le_bytes(*half)));
        let values: Option<Vec<f32>> = values.collect();
        values.map(Some).ok_or(RecogniseError::Malformed("a change is infinite or none"))
    }

    /// Adds a part to values of the network, if there is one.
    pub(crate) fn add(&mut self, name: &str, to: &mut [f32]) -> Result<(), RecogniseError> {
        if let Some(part) = self.part(name, to.len())? {
            to.iter_mut().zip(part).for_each(|(value, change)| *value += change);
        }
        Ok(())
    }

    /// Adds to a matrix, told by its columns of `inputs` values: a part as large as it, and the product of two narrow ones.
    pub(crate) fn add_matrix(
        &mut self,
        name: &str,
        columns: &mut [Vec<f32>],
        inputs: usize,
    ) -> Result<(), RecogniseError> {
        let whole = self.part(&format!("{name}.weight"), columns.len() * inputs)?;
        for (column, change) in
            columns.iter_mut().zip(whole.iter().flat_map(|it| it.chunks_exact(inputs)))
        {
            column.iter_mut().zip(change).for_each(|(value, change)| *value += change);
        }
        let down = self.part(&format!("{name}.down"), self.rank * inputs)?;
        let up = self.part(&format!("{name}.up"), self.rank * columns.len())?;
        let (Some(down), Some(up)) = (down, up) else { return Ok(()) };
        for (column, shares) in columns.iter_mut().zip(up.chunks_exact(self.rank.max(1))) {
            for (share, change) in shares.iter().zip(down.chunks_exact(inputs)) {
                column.iter_mut().zip(change).for_each(|(value, change)| *value += share * change);
            }
        }
        Ok(())
    }

    /// Every part must have been taken: one that is left has a name that the network does not know.
    pub(crate) fn finish(self) -> Result<(), RecogniseError> {
        match self.parts.keys().next() {
            None => Ok(()),
            Some(name) => Err(RecogniseError::Missing((*name).to_owned())),
        }
    }
}

const CUT: RecogniseError = RecogniseError::Malformed("the changes are cut off");

/// What is left to read.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], RecogniseError> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(CUT)?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], RecogniseError> {
        self.take(N)?.try_into().map_err(|_| CUT)
    }

    fn two(&mut self) -> Result<u16, RecogniseError> {
        Ok(u16::from_le_bytes(self.array()?))
    }
}

/// A number of 16 bits (IEEE 754) as one of 32, if it is finite.
fn single(half: u16) -> Option<f32> {
    let half = u32::from(half);
    let (sign, exponent, fraction) = ((half & 0x8000) << 16, (half >> 10) & 31, half & 0x3ff);
    match exponent {
        31 => None,
        0 => {
            // 2^-24 is the smallest step; a fraction of ten bits is exact in 32.
            let small = f32::from_bits(0x3380_0000) * f32::from(u16::try_from(fraction).ok()?);
            Some(f32::from_bits(small.to_bits() | sign))
        }
        _ => Some(f32::from_bits(sign | ((exponent + 112) << 23) | (fraction << 13))),
    }
}
