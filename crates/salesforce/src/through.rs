//! Reads and writes that go through a server of tools, under the person's own grant.

use boundary::{Approved, Errand, Fetch, PersonId, Via};
use egress::{Reply, UpstreamDoor, Written};
use serde_json::Value;

use crate::Error;
use crate::client::{Client, WriteError, signed_out};

impl Client {
    /// The tools that a server offers this person, as it describes them.
    pub async fn tools_through(
        &self,
        door: &UpstreamDoor,
        person: &PersonId,
    ) -> Result<Vec<Value>, Error> {
        door.tools(&self.bearing(person)).await.map_err(signed_out)
    }

    /// Carries out a read of the CRM as a call of this tool, which names its query `argument`.
    pub async fn fetch_through(
        &self,
        door: &UpstreamDoor,
        fetch: Fetch,
        via: &Via,
        argument: &str,
    ) -> Result<Reply, Error> {
        let person = fetch.person().clone();
        let reply = door.fetch(fetch, via, argument, &self.bearing(&person)).await;
        reply.map_err(signed_out)
    }

    /// Carries out a call that only reads.
    pub async fn ask_through(&self, door: &UpstreamDoor, errand: Errand) -> Result<Reply, Error> {
        let person = errand.person().clone();
        door.ask(errand, &self.bearing(&person)).await.map_err(signed_out)
    }

    /// Carries out a write, once.
    pub async fn write_through(
        &self,
        door: &UpstreamDoor,
        approved: Approved,
    ) -> Result<Written, WriteError> {
        let person = approved.person().clone();
        door.write(approved, &self.bearing(&person)).await
    }
}
