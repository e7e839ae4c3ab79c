//! The flow: admit, screen, mask, route, record, ask, authorise, treat, restore.

#![forbid(unsafe_code)]
