//! Models: provider dialects, streaming, the local engine as a model.

#![forbid(unsafe_code)]
