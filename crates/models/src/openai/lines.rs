//! The events of a server-sent stream, out of parts of any size.

use crate::ModelError;

/// Longest line, in bytes: a call's arguments may come in one.
const LONGEST_LINE: usize = 1024 * 1024;

/// Cuts bytes into lines and gathers the `data` of each event (WHATWG HTML, section 9.2).
#[derive(Debug, Default)]
pub(super) struct Events {
    line: Vec<u8>,
    data: Vec<u8>,
    /// Whether the event has any `data` at all.
    filled: bool,
    /// The last line ended with a carriage return, whose line feed is yet to come.
    returned: bool,
}

impl Events {
    /// Takes the next part; adds the data of every event that it completes.
    pub(super) fn push(
        &mut self,
        part: &[u8],
        events: &mut Vec<Vec<u8>>,
    ) -> Result<(), ModelError> {
        for &byte in part {
            let after_return = std::mem::replace(&mut self.returned, byte == b'\r');
            match byte {
                b'\n' if after_return => {}
                b'\n' | b'\r' => events.extend(self.end_line()?),
                _ if self.line.len() < LONGEST_LINE => self.line.push(byte),
                _ => return Err(too_long()),
            }
        }
        Ok(())
    }

    /// The events that the end of the stream completes: servers forget the last empty line.
    pub(super) fn finish(&mut self, events: &mut Vec<Vec<u8>>) -> Result<(), ModelError> {
        if !self.line.is_empty() {
            events.extend(self.end_line()?);
        }
        events.extend(self.end_event());
        Ok(())
    }

    fn end_line(&mut self) -> Result<Option<Vec<u8>>, ModelError> {
        let line = std::mem::take(&mut self.line);
        if line.is_empty() {
            return Ok(self.end_event());
        }
        // Comments, ids and kinds of events say nothing here.
        let Some(rest) = line.strip_prefix(b"data:") else { return Ok(None) };
        let rest = rest.strip_prefix(b" ").unwrap_or(rest);
        // Several servers leave out the empty line between events. Each of theirs is whole in
        // one line, so a line that begins like one ends the event before it.
        let begins = rest.starts_with(b"{") || rest.starts_with(b"[DONE]");
        let before = if begins && is_whole(&self.data) { self.end_event() } else { None };
        if self.filled {
            self.data.push(b'\n');
        }
        self.data.extend_from_slice(rest);
        self.filled = true;
        if self.data.len() > LONGEST_LINE {
            return Err(too_long());
        }
        Ok(before)
    }

    fn end_event(&mut self) -> Option<Vec<u8>> {
        std::mem::take(&mut self.filled).then(|| std::mem::take(&mut self.data))
    }
}

fn is_whole(data: &[u8]) -> bool {
    serde_json::from_slice::<serde::de::IgnoredAny>(data).is_ok()
}

fn too_long() -> ModelError {
    ModelError::TooLarge { limit: LONGEST_LINE, of: "bytes in one event" }
}
