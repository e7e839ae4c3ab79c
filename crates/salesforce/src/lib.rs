//! The Salesforce client: OAuth, describe, query, write.

#![forbid(unsafe_code)]
