//! The gate with the practice org behind it, as its doors use it.

#[cfg(test)]
mod approval_matrix;
#[cfg(test)]
mod carried;
#[cfg(test)]
#[expect(dead_code, reason = "other tests use the rest")]
#[path = "../../../postgresql/tests/it/cluster.rs"]
mod cluster;
#[cfg(test)]
mod consenting;
#[cfg(test)]
mod crowding;
#[cfg(test)]
mod direct;
#[cfg(test)]
mod erasing;
#[cfg(test)]
mod exporting;
#[cfg(test)]
mod finding_out;
#[cfg(test)]
mod noticing;
#[cfg(test)]
mod overtaken;
#[cfg(test)]
mod pruning;
#[cfg(test)]
mod reconciling;
#[cfg(test)]
mod roles;
#[cfg(test)]
mod setting;
#[cfg(test)]
mod sharing;
#[cfg(test)]
mod signing;
#[cfg(test)]
mod witnessing;
