//! SOQL and SOSL: lexer, parser, printer, resolver, rewriter.

#![forbid(unsafe_code)]
