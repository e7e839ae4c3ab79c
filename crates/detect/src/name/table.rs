//! Tables in a text: CSV, tab-separated, Markdown. The first line names the columns.

use boundary::{Kind, Layer};

use super::fields::kind_of;
use crate::{
    resolve::{LABELLED, Sink},
    text::Doc,
};

/// Most columns that are read.
const WIDEST: usize = 64;

pub(super) fn detect(doc: &Doc<'_>, sink: &mut Sink) {
    let mut header: Option<Header> = None;
    let mut at = 0;
    for line in doc.text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let line = line.trim_end_matches(['\n', '\r']);
        match &header {
            Some(known) if known.fits(line) => known.row(line, start, sink),
            _ => header = Header::read(line),
        }
    }
}

struct Header {
    separator: char,
    columns: Vec<Option<Kind>>,
}

impl Header {
    fn read(line: &str) -> Option<Self> {
        if line.len() > 2_000 {
            return None;
        }
        let separator = ['|', '\t', ';', ','].into_iter().find(|c| line.contains(*c))?;
        let cells: Vec<&str> = line.split(separator).take(WIDEST).collect();
        // A heading is short words, no sentence.
        let heading = cells.len() >= 2
            && cells.iter().all(|cell| {
                cell.trim().len() <= 32
                    && cell.split_whitespace().count() <= 3
                    && !cell.contains(['@', '"', ':', '.'])
                    || cell.trim().starts_with('"')
            });
        if !heading {
            return None;
        }
        let columns: Vec<Option<Kind>> = cells.iter().map(|cell| column(cell)).collect();
        let known = columns.iter().flatten().count();
        let full = cells.iter().filter(|cell| !cell.trim().is_empty()).count();
        (known >= 2 && known * 2 >= full).then_some(Self { separator, columns })
    }

    fn fits(&self, line: &str) -> bool {
        !line.trim().is_empty() && line.matches(self.separator).count() + 1 >= self.columns.len()
    }

    fn row(&self, line: &str, start: usize, sink: &mut Sink) {
        let mut at = 0;
        let last = self.columns.len().saturating_sub(1);
        for (i, kind) in self.columns.iter().enumerate() {
            let rest = line.get(at..).unwrap_or_default();
            // A quoted cell may hold the separator; the last cell takes what is left.
            let quoted = rest.trim_start().starts_with('"');
            let length = if i == last {
                rest.len()
            } else if quoted {
                closing(rest)
                    .and_then(|close| rest.get(close..)?.find(self.separator).map(|n| close + n))
                    .unwrap_or(rest.len())
            } else {
                rest.find(self.separator).unwrap_or(rest.len())
            };
            let cell = rest.get(..length).unwrap_or_default();
            let inner = cell.trim_matches([' ', '"', '|', '\t']);
            if let Some(kind) = kind
                && inner.chars().any(char::is_alphanumeric)
                && !inner.chars().all(|c| matches!(c, '-' | ':'))
            {
                let from = start + at + (inner.as_ptr() as usize - cell.as_ptr() as usize);
                sink.push((from, from + inner.len()), *kind, Layer::Field, LABELLED);
            }
            at += length + self.separator.len_utf8();
        }
    }
}

fn closing(cell: &str) -> Option<usize> {
    let open = cell.find('"')?;
    cell.get(open + 1..)?.find('"').map(|close| open + close + 2)
}

fn column(cell: &str) -> Option<Kind> {
    let name: String =
        cell.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    match name.as_str() {
        "name" | "contact" | "contacts" | "customer" | "person" | "attendee" | "employee"
        | "client" | "lead" | "owner" | "rep" | "patient" => Some(Kind::Name),
        "account" | "accounts" | "org" | "vendor" | "supplier" => Some(Kind::Org),
        "addr" | "strasse" | "straße" => Some(Kind::Address),
        "ort" | "stadt" | "ville" | "ciudad" | "location" => Some(Kind::Location),
        _ => kind_of(&name),
    }
}
