//! The practice org over real loopback HTTP.

mod client;
mod flows;
mod oauth;
mod operations;
mod query;
mod records;
mod replay;
mod sharing;
