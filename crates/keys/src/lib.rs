//! Secrets: newtypes, hashing of bearer keys, sealing, where keys are kept.

#![forbid(unsafe_code)]
