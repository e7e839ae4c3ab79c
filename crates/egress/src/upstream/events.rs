//! Server-sent events: parts of a stream in, the data of whole events out.

use zeroize::Zeroizing;

/// What has come of a stream and is not yet an event.
#[derive(Default)]
pub(super) struct Events {
    line: Zeroizing<Vec<u8>>,
    data: Zeroizing<Vec<u8>>,
    /// The last part ended in a carriage return, which may be half of a line end.
    returned: bool,
}

impl Events {
    /// Takes a part of the stream; gives the data of the events that it completes.
    pub(super) fn push(&mut self, part: &[u8]) -> Vec<Zeroizing<Vec<u8>>> {
        let mut told = Vec::new();
        for byte in part {
            let after_return = std::mem::take(&mut self.returned);
            match byte {
                b'\n' if after_return => {}
                b'\n' | b'\r' => {
                    self.returned = *byte == b'\r';
                    told.extend(self.end_line());
                }
                byte => self.line.push(*byte),
            }
        }
        told
    }

    /// The end of the stream, where some servers leave out the last empty line.
    pub(super) fn finish(&mut self) -> Vec<Zeroizing<Vec<u8>>> {
        let mut told: Vec<_> = self.end_line().into_iter().collect();
        told.extend(self.end_line());
        told
    }

    fn end_line(&mut self) -> Option<Zeroizing<Vec<u8>>> {
        let line = std::mem::take(&mut self.line);
        if line.is_empty() {
            let data = std::mem::take(&mut self.data);
            return (!data.is_empty()).then_some(data);
        }
        if let Some(value) = line.strip_prefix(b"data:") {
            if !self.data.is_empty() {
                self.data.push(b'\n');
            }
            self.data.extend_from_slice(value.strip_prefix(b" ").unwrap_or(value));
        }
        None
    }
}
