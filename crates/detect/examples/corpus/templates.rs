//! What people write about people. `<full>` is a slot, `<full2>` the same of a second person.

pub(crate) mod developed;
pub(crate) mod kept_apart;
