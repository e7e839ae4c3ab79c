//! A signature is made up.
use boundary::{PersonId, Signature, UnixMillis};

fn forge(proposal: String, person: PersonId, digest: String) -> Signature {
    Signature { proposal, person, digest, alone: true, at: UnixMillis(0) }
}

fn main() {}
