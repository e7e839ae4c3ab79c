//! The doors: pages, server-sent events, OpenAI-compatible API.

#![forbid(unsafe_code)]
