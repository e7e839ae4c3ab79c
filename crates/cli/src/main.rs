//! Portcullis: the gate between AI assistants and a company's Salesforce data.

#![forbid(unsafe_code)]

fn main() {}
