//! Labels, the matrix and the types that keep CRM data from crossing untreated.

#![forbid(unsafe_code)]
