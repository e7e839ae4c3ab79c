//! The part of the ONNX format that a stored network needs: named tensors, and which node uses them.
//!
//! The graph is not run. [`crate::net`] knows the network; the file brings its numbers, so most of the format is
//! skipped. Nothing here trusts a length before it has been held against what is there.

mod graph;
mod wire;

#[cfg(test)]
mod tests;

pub(crate) use graph::{Graph, Tensor, fits};
