//! The ledger as its callers see it.

#[cfg(test)]
mod faults;
#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod interop;
#[cfg(test)]
mod ocsf;
#[cfg(test)]
mod proofs;
#[cfg(test)]
mod sealed;
#[cfg(test)]
mod sequencing;
#[cfg(test)]
mod sharing;
#[cfg(test)]
mod starting;
#[cfg(test)]
mod tiles;
#[cfg(test)]
mod verifying;
