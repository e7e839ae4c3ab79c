//! What a trained recogniser may say. This crate has none; whoever has one hands it in.

use std::{fmt, sync::Arc};

use boundary::DetectorFailure;

/// Reads texts and has an opinion about every word.
pub trait Recogniser: fmt::Debug + Send + Sync {
    /// Opinions about the words of `text`.
    ///
    /// # Errors
    /// When the text could not be read, or not in time. It is then not used.
    fn read(&self, text: &str) -> Result<Arc<Reading>, DetectorFailure>;

    /// Whether reading `text` takes no time, because it was read before.
    fn has_read(&self, text: &str) -> bool;
}

/// Opinions about a text, in its order, without overlap.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// One for each word; none for signs and numbers, which are no names.
    pub words: Vec<Opinion>,
}

/// What one word is thought to be part of, in 255ths of certainty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opinion {
    /// First byte of the word.
    pub start: usize,
    /// One past its last byte.
    pub end: usize,
    /// Of a person's name.
    pub name: u8,
    /// Of an organisation's.
    pub org: u8,
    /// Of a place's.
    pub place: u8,
    /// Of an address.
    pub address: u8,
}
