//! The gate's only database: sessions, keys, grants, conversations, proposals, ledger rows.

#![forbid(unsafe_code)]
