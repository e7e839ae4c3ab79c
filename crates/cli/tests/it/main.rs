//! The binary from outside: what it prints, what it keeps, and what it sends to a model.

#![cfg_attr(test, expect(clippy::string_slice, reason = "a test that slices wrongly fails"))]

#[cfg(test)]
mod bucket;
#[cfg(test)]
mod cli;
#[cfg(test)]
mod closed;
#[cfg(test)]
mod crashing;
#[cfg(test)]
mod demo;
#[cfg(test)]
mod http;
#[cfg(test)]
mod killed;
#[cfg(test)]
mod leaks;
#[cfg(test)]
mod ledger;
#[cfg(test)]
mod mask;
#[cfg(test)]
mod matrix;
#[cfg(test)]
mod mcp;
#[cfg(test)]
mod org;
#[cfg(test)]
mod reconciling;
#[cfg(test)]
mod scripted;
#[cfg(test)]
mod soql;
#[cfg(test)]
mod turnstile;
#[cfg(test)]
mod whole_path;
#[cfg(test)]
mod witness;
