//! Personal-data detectors and shields: text in, findings with offsets out.

#![forbid(unsafe_code)]
