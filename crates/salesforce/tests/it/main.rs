//! The client against a scripted org and the practice org, on loopback.

#[cfg(test)]
mod describe;
#[cfg(test)]
mod grants;
#[cfg(test)]
mod org;
#[cfg(test)]
#[expect(dead_code, reason = "shared with the tests of `egress`, which use all of it")]
#[path = "../../../egress/tests/it/permits.rs"]
mod permits;
#[cfg(test)]
mod practice;
#[cfg(test)]
#[expect(dead_code, reason = "shared with the tests of `egress`, which use all of it")]
#[path = "../../../egress/tests/it/server.rs"]
mod server;
#[cfg(test)]
mod sign_in;
#[cfg(test)]
mod trail;
