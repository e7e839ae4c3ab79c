//! Tensors by name, and the nodes that use them.

use std::collections::HashMap;

use super::wire::{Fields, Value};
use crate::error::RecogniseError;

/// Stored numbers.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Tensor<'a> {
    /// Sizes, outermost first.
    pub(crate) sizes: Vec<u64>,
    /// The bytes as they stand in the file.
    pub(crate) raw: &'a [u8],
    /// Small tensors are written as numbers instead.
    pub(crate) floats: Vec<f32>,
    /// The same for whole numbers.
    pub(crate) whole: Vec<u64>,
}

impl Tensor<'_> {
    /// How many values the sizes announce.
    pub(crate) fn len(&self) -> usize {
        let product = self.sizes.iter().try_fold(1_u64, |all, size| all.checked_mul(*size));
        product.and_then(|all| usize::try_from(all).ok()).unwrap_or(usize::MAX)
    }

    /// The values of a 32-bit floating point tensor.
    pub(crate) fn as_floats(&self, what: &str) -> Result<Vec<f32>, RecogniseError> {
        let values = if self.raw.is_empty() {
            self.floats.clone()
        } else {
            let mut values = Vec::with_capacity(self.raw.len() / 4);
            Value::Bytes(self.raw).floats(&mut values)?;
            values
        };
        if values.iter().any(|value| !value.is_finite()) {
            return Err(RecogniseError::Malformed("a number is infinite or none"));
        }
        fits(what, values.len(), self.len())?;
        Ok(values)
    }
}

/// `found` values where `expected` are needed.
pub(crate) fn fits(what: &str, found: usize, expected: usize) -> Result<(), RecogniseError> {
    if found == expected {
        Ok(())
    } else {
        Err(RecogniseError::Shape { what: what.to_owned(), found, expected })
    }
}

/// A network as stored.
#[derive(Debug, Default)]
pub(crate) struct Graph<'a> {
    tensors: HashMap<&'a str, Tensor<'a>>,
    /// Inputs of each node, by the node's name.
    nodes: HashMap<&'a str, Vec<&'a str>>,
}

impl<'a> Graph<'a> {
    /// Reads a file.
    pub(crate) fn parse(file: &'a [u8]) -> Result<Self, RecogniseError> {
        let mut graph = Self::default();
        let mut found = false;
        for field in Fields::of(file) {
            if let (7, value) = field? {
                graph.read(value.bytes()?)?;
                found = true;
            }
        }
        if found { Ok(graph) } else { Err(RecogniseError::Malformed("it holds no network")) }
    }

    /// The tensor with this name.
    pub(crate) fn tensor(&self, name: &str) -> Result<&Tensor<'a>, RecogniseError> {
        self.tensors.get(name).ok_or_else(|| RecogniseError::Missing(name.to_owned()))
    }

    /// The tensor that a node takes as its input number `index`.
    pub(crate) fn input(&self, node: &str, index: usize) -> Result<&Tensor<'a>, RecogniseError> {
        let inputs =
            self.nodes.get(node).ok_or_else(|| RecogniseError::Missing(node.to_owned()))?;
        let name =
            inputs.get(index).ok_or(RecogniseError::Malformed("a step has too few inputs"))?;
        self.tensor(name)
    }

    fn read(&mut self, message: &'a [u8]) -> Result<(), RecogniseError> {
        for field in Fields::of(message) {
            match field? {
                (1, value) => {
                    let (name, inputs) = node(value.bytes()?)?;
                    self.nodes.insert(name, inputs);
                }
                (5, value) => {
                    let (name, tensor) = tensor(value.bytes()?)?;
                    self.tensors.insert(name, tensor);
                }
                _ => {}
            }
        }
        Ok(())
    }
}

fn node(message: &[u8]) -> Result<(&str, Vec<&str>), RecogniseError> {
    let (mut name, mut inputs) = ("", Vec::new());
    for field in Fields::of(message) {
        match field? {
            (1, value) => inputs.push(value.text()?),
            (3, value) => name = value.text()?,
            _ => {}
        }
    }
    Ok((name, inputs))
}

fn tensor(message: &[u8]) -> Result<(&str, Tensor<'_>), RecogniseError> {
    let (mut name, mut tensor) = ("", Tensor::default());
    for field in Fields::of(message) {
        match field? {
            (1, value) => value.numbers(&mut tensor.sizes)?,
            (4, value) => value.floats(&mut tensor.floats)?,
            (5, value) => value.numbers(&mut tensor.whole)?,
            (8, value) => name = value.text()?,
            (9, value) => tensor.raw = value.bytes()?,
            (14, value) if value.number()? != 0 => {
                return Err(RecogniseError::Malformed("its numbers are in another file"));
            }
            _ => {}
        }
    }
    Ok((name, tensor))
}
