//! The doors: pages, server-sent events, OpenAI-compatible API, Salesforce-compatible API, tools over MCP.
//!
//! A door turns what arrives into a question to the [`gateway::Gate`], and what comes back into
//! the door's own protocol. It decides nothing about data: a page can show a
//! [`boundary::Shown`], and has no means to show anything else of the CRM.

#![forbid(unsafe_code)]

mod assets;
mod body;
mod cookie;
mod door;
mod doors;
mod error;
pub mod events;
mod form;
mod guard;
mod mcp;
mod oauth;
mod openai;
mod page;
mod salesforce;
mod serve;
mod session;
mod site;
mod sse;
mod text;

pub use doors::router;
pub use error::WebError;
pub use serve::{Connections, serve};
pub use site::{DemoUser, Site};
