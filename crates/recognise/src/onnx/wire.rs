//! Protocol buffers: a message as its fields, in the order they stand.

use crate::error::RecogniseError;

/// One field's value. Fixed-width numbers keep their bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value<'a> {
    /// A whole number.
    Number(u64),
    /// Four bytes, little endian.
    Four([u8; 4]),
    /// Eight bytes. Nothing we read has them.
    Eight,
    /// A string, bytes, a message or packed numbers.
    Bytes(&'a [u8]),
}

impl<'a> Value<'a> {
    pub(super) fn bytes(self) -> Result<&'a [u8], RecogniseError> {
        match self {
            Value::Bytes(bytes) => Ok(bytes),
            _ => Err(RecogniseError::Malformed("a field has another type than the format says")),
        }
    }

    pub(super) fn text(self) -> Result<&'a str, RecogniseError> {
        std::str::from_utf8(self.bytes()?)
            .map_err(|_| RecogniseError::Malformed("a name is not UTF-8"))
    }

    pub(super) fn number(self) -> Result<u64, RecogniseError> {
        match self {
            Value::Number(number) => Ok(number),
            _ => Err(RecogniseError::Malformed("a field has another type than the format says")),
        }
    }

    /// Numbers that a writer may have packed into one field or given one by one.
    pub(super) fn numbers(self, into: &mut Vec<u64>) -> Result<(), RecogniseError> {
        match self {
            Value::Number(number) => into.push(number),
            Value::Bytes(mut bytes) => {
                while !bytes.is_empty() {
                    into.push(varint(&mut bytes)?);
                }
            }
            _ => return Err(RecogniseError::Malformed("a list of numbers is none")),
        }
        Ok(())
    }

    /// The same for 32-bit floating point numbers.
    pub(super) fn floats(self, into: &mut Vec<f32>) -> Result<(), RecogniseError> {
        match self {
            Value::Four(bytes) => into.push(f32::from_le_bytes(bytes)),
            Value::Bytes(bytes) => {
                let (numbers, rest) = bytes.as_chunks::<4>();
                if !rest.is_empty() {
                    return Err(RecogniseError::Malformed("a list of numbers ends in the middle"));
                }
                into.extend(numbers.iter().map(|four| f32::from_le_bytes(*four)));
            }
            _ => return Err(RecogniseError::Malformed("a list of numbers is none")),
        }
        Ok(())
    }
}

/// The fields of a message.
pub(super) struct Fields<'a> {
    rest: &'a [u8],
}

impl<'a> Fields<'a> {
    pub(super) fn of(message: &'a [u8]) -> Self {
        Self { rest: message }
    }

    fn read(&mut self) -> Result<(u64, Value<'a>), RecogniseError> {
        let key = varint(&mut self.rest)?;
        let value = match key & 7 {
            0 => Value::Number(varint(&mut self.rest)?),
            1 => {
                self.take(8)?;
                Value::Eight
            }
            2 => {
                let length = varint(&mut self.rest)?;
                Value::Bytes(self.take(usize::try_from(length).unwrap_or(usize::MAX))?)
            }
            5 => Value::Four(*self.take(4)?.first_chunk().ok_or(CUT)?),
            _ => return Err(RecogniseError::Malformed("a field of an unknown type")),
        };
        Ok((key >> 3, value))
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], RecogniseError> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(CUT)?;
        self.rest = rest;
        Ok(taken)
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Result<(u64, Value<'a>), RecogniseError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let field = self.read();
        if field.is_err() {
            self.rest = &[];
        }
        Some(field)
    }
}

const CUT: RecogniseError = RecogniseError::Malformed("it ends in the middle");

/// A number in groups of seven bits, lowest first, ten groups at most.
fn varint(bytes: &mut &[u8]) -> Result<u64, RecogniseError> {
    let mut number = 0_u64;
    for shift in (0..70).step_by(7) {
        let (&byte, rest) = bytes.split_first().ok_or(CUT)?;
        *bytes = rest;
        number |= u64::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
        if byte & 0x80 == 0 {
            return Ok(number);
        }
    }
    Err(RecogniseError::Malformed("a number without an end"))
}
