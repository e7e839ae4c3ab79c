//! A recogniser of names and places that no list and no pattern knows: a small BERT, run in process on the CPU.
//!
//! [`Recogniser::load`] takes the bytes of the model's two files and refuses any others; it opens nothing itself.
//! [`Recogniser`] then reads texts for `detect`, which decides what its opinions are worth beside the other layers.
//! [`Adapter`] holds what training changed of the model; it is added to its numbers on loading.
//! Multiplying bytes is `rten-gemm`'s where nothing of ours is quicker; the network around it, its file, its
//! vocabulary and its windows are here.

#![forbid(unsafe_code)]

mod adapter;
mod cache;
mod error;
mod files;
mod labels;
mod net;
mod onnx;
mod recogniser;
mod windows;
mod wordpiece;

pub use adapter::Adapter;
pub use error::RecogniseError;
pub use files::{File, NETWORK, VOCABULARY};
pub use recogniser::{Limits, Recogniser};
