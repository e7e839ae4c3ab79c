//! A model behind a server of the chat-completions protocol, scripted on loopback.

#[cfg(test)]
mod openai;
#[cfg(test)]
#[expect(dead_code, reason = "shared with the tests of `egress`, which use all of it")]
#[path = "../../../egress/tests/it/server.rs"]
mod server;
