//! The practice org over real loopback HTTP.

#[cfg(test)]
mod client;
#[cfg(test)]
mod flows;
#[cfg(test)]
mod oauth;
#[cfg(test)]
mod operations;
#[cfg(test)]
mod query;
#[cfg(test)]
mod records;
#[cfg(test)]
mod replay;
#[cfg(test)]
mod sharing;
