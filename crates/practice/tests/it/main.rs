//! The practice org over real loopback HTTP.

mod client;
mod oauth;
mod query;
mod records;
mod sharing;
