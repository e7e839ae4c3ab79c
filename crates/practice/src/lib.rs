//! The practice org: an embedded server that speaks Salesforce's REST API and OAuth.

#![forbid(unsafe_code)]
