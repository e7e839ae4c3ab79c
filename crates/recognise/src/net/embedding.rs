//! From vocabulary numbers to the first values.

use super::{Norm, POSITIONS, WIDTH};
use crate::{
    adapter::Adapter,
    error::RecogniseError,
    onnx::{Graph, fits},
};

/// One row of values per vocabulary entry, and one per position.
#[derive(Debug)]
pub(super) struct Embedding {
    words: Table,
    /// Position and the constant text type, added up.
    positions: Vec<f32>,
    norm: Norm,
}

impl Embedding {
    pub(super) fn read(graph: &Graph<'_>, vocabulary: usize) -> Result<Self, RecogniseError> {
        let words = Table::read(graph, "word_embeddings", vocabulary)?;
        let places = Table::read(graph, "position_embeddings", POSITIONS)?;
        let types = Table::read(graph, "token_type_embeddings", 2)?;
        let mut positions = Vec::with_capacity(POSITIONS * WIDTH);
        for index in 0..POSITIONS {
            let (place, kind) = (places.row(index)?, types.row(0)?);
            positions.extend(place.zip(kind).map(|(place, kind)| place + kind));
        }
        Ok(Self {
            words,
            positions,
            norm: Norm::read(graph, &mut Adapter::default(), "bert.embeddings.LayerNorm")?,
        })
    }

    pub(super) fn embed(&self, windows: &[Vec<u32>]) -> Result<Vec<f32>, RecogniseError> {
        let rows: usize = windows.iter().map(Vec::len).sum();
        let mut x = Vec::with_capacity(rows * WIDTH);
        for window in windows {
            if window.len() > POSITIONS {
                return Err(RecogniseError::Compute);
            }
            for (entry, place) in window.iter().zip(self.positions.chunks_exact(WIDTH)) {
                let word = self.words.row(usize::try_from(*entry).unwrap_or(usize::MAX))?;
                x.extend(word.zip(place).map(|(word, place)| word + place));
            }
        }
        self.norm.apply(&mut x);
        Ok(x)
    }
}

/// Rows of bytes with one scale.
#[derive(Debug)]
struct Table {
    codes: Vec<u8>,
    zero: f32,
    step: f32,
}

impl Table {
    fn read(graph: &Graph<'_>, what: &str, rows: usize) -> Result<Self, RecogniseError> {
        let name = |part: &str| format!("bert.embeddings.{what}.weight_{part}");
        let codes = graph.tensor(&name("quantized"))?;
        fits(what, codes.raw.len(), rows * WIDTH)?;
        let steps = graph.tensor(&name("scale"))?.as_floats(what)?;
        let zero = graph.tensor(&name("zero_point"))?;
        let zero = zero.whole.first().copied().or_else(|| zero.raw.first().copied().map(u64::from));
        let zero = zero.and_then(|zero| u8::try_from(zero).ok());
        match (steps.as_slice(), zero) {
            ([step], Some(zero)) => {
                Ok(Self { codes: codes.raw.to_vec(), zero: f32::from(zero), step: *step })
            }
            _ => Err(RecogniseError::Missing(name("scale"))),
        }
    }

    fn row(&self, index: usize) -> Result<impl Iterator<Item = f32>, RecogniseError> {
        let from = index.checked_mul(WIDTH).ok_or(RecogniseError::Compute)?;
        let codes = self
            .codes
            .get(from..)
            .and_then(|rest| rest.get(..WIDTH))
            .ok_or(RecogniseError::Compute)?;
        Ok(codes.iter().map(|code| (f32::from(*code) - self.zero) * self.step))
    }
}
