//! The doors against scripted servers on loopback.

#[cfg(test)]
mod document;
#[cfg(test)]
mod mail;
#[cfg(test)]
mod model;
#[cfg(test)]
mod permits;
#[cfg(test)]
mod salesforce;
#[cfg(test)]
mod server;
#[cfg(test)]
mod tls;
