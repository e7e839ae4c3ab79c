//! The network: BERT with six layers of 384 values, twelve heads, and one score per label and piece.

mod attention;
mod embedding;
mod functions;
mod linear;
mod pairs;

use crate::{
    adapter::Adapter,
    error::RecogniseError,
    onnx::{Graph, fits},
};
use attention::{Head, attend};
use embedding::Embedding;
use functions::{Codes, bend, dequantise, layer_norm, quantise, settle};
use linear::{Bytes, Linear, Weights};

/// Values a piece of text is described by.
pub(crate) const WIDTH: usize = 384;
const HEADS: usize = 12;
const LAYERS: usize = 6;
const INNER: usize = 4 * WIDTH;
/// Pieces the network can look at together.
pub(crate) const POSITIONS: usize = 512;

/// The network, ready to be used by many at once.
#[derive(Debug)]
pub(crate) struct Net {
    embedding: Embedding,
    layers: Vec<Layer>,
    classifier: Linear,
}

#[derive(Debug)]
struct Layer {
    query_key_value: Linear,
    attended: Linear,
    attended_norm: Norm,
    inner: Linear,
    outer: Linear,
    outer_norm: Norm,
}

#[derive(Debug)]
struct Norm {
    scale: Vec<f32>,
    shift: Vec<f32>,
}

impl Net {
    /// Takes the network's numbers out of a file and adds the changes. `published` is how many scores a piece gets by the
    /// file, `labels` how many with the changes.
    pub(crate) fn read(
        graph: &Graph<'_>,
        adapter: &mut Adapter<'_>,
        (vocabulary, published, labels): (usize, usize, usize),
    ) -> Result<Self, RecogniseError> {
        let bytes = Bytes::new();
        let embedding = Embedding::read(graph, vocabulary)?;
        let layers = (0..LAYERS)
            .map(|index| Layer::read(&bytes, graph, adapter, index))
            .collect::<Result<_, _>>()?;
        let parts = [("/classifier/MatMul_Q4".to_owned(), "classifier".to_owned())];
        let mut weights = Weights::read(graph, adapter, &parts, (WIDTH, published))?;
        weights.widen(adapter, "organisation", labels - published)?;
        let classifier = Linear::pack(&bytes, weights);
        Ok(Self { embedding, layers, classifier })
    }

    /// Scores of those pieces that are asked about, counted through all windows, one score per label. What the others make
    /// of their neighbours is known before the last layer ends, so that it ends without them.
    ///
    /// A window is a row of vocabulary numbers, [`POSITIONS`] at most.
    pub(crate) fn score(
        &self,
        windows: &[Vec<u32>],
        asked: &[usize],
    ) -> Result<Vec<f32>, RecogniseError> {
        // It cannot be shared between threads; a new one finds the same instructions in no time.
        let bytes = &Bytes::new();
        let mut x = self.embedding.embed(windows)?;
        let Room { codes, bent, sums, mixed, seen, own, head } = &mut Room::default();
        quantise(&x, WIDTH, codes);
        for (number, layer) in self.layers.iter().enumerate() {
            let linear = &layer.query_key_value;
            let products = linear.multiply(bytes, codes, sums)?;
            mixed.resize(products.len(), 0.0);
            dequantise(products, &codes.steps, linear.worth(), mixed);
            seen.resize(x.len(), 0.0);
            let (mut rest, mut places) = (mixed.as_slice(), seen.as_mut_slice());
            for window in windows {
                let cut = window.len() * WIDTH;
                let (part, after) =
                    rest.split_at_checked(3 * cut).ok_or(RecogniseError::Compute)?;
                let (place, left) =
                    places.split_at_mut_checked(cut).ok_or(RecogniseError::Compute)?;
                attend(head, part, place);
                (rest, places) = (after, left);
            }
            if number + 1 == LAYERS {
                (x, *seen) = (only(&x, asked), only(seen, asked));
            }
            quantise(seen, WIDTH, own);
            let products = layer.attended.multiply(bytes, own, sums)?;
            let norm = layer.attended_norm.parts();
            settle(products, &own.steps, layer.attended.worth(), &mut x, norm, codes);
            let products = layer.inner.multiply(bytes, codes, sums)?;
            bend(products, &codes.steps, layer.inner.worth(), bent);
            let products = layer.outer.multiply(bytes, bent, sums)?;
            let norm = layer.outer_norm.parts();
            settle(products, &bent.steps, layer.outer.worth(), &mut x, norm, codes);
        }
        let products = self.classifier.multiply(bytes, codes, sums)?;
        let mut scores = vec![0.0; products.len()];
        dequantise(products, &codes.steps, self.classifier.worth(), &mut scores);
        Ok(scores)
    }
}

/// These rows alone.
fn only(x: &[f32], rows: &[usize]) -> Vec<f32> {
    rows.iter().filter_map(|row| x.chunks_exact(WIDTH).nth(*row)).flatten().copied().collect()
}

/// What stands between the steps of a layer.
#[derive(Default)]
struct Room {
    /// The description so far, in bytes.
    codes: Codes,
    /// What attention made of it.
    own: Codes,
    /// The inner layer's, bent.
    bent: Codes,
    sums: Vec<i32>,
    mixed: Vec<f32>,
    seen: Vec<f32>,
    head: Head,
}

impl Layer {
    fn read(
        bytes: &Bytes,
        graph: &Graph<'_>,
        adapter: &mut Adapter<'_>,
        index: usize,
    ) -> Result<Self, RecogniseError> {
        let linear = |adapter: &mut Adapter<'_>, paths: &[&str], shape| {
            let parts: Vec<_> = paths
                .iter()
                .map(|path| {
                    let name = format!("layer.{index}.{path}").replace('.', "/");
                    let node = name.replacen("layer/", "layer.", 1);
                    (
                        format!("/bert/encoder/{node}/MatMul_Q4"),
                        format!("bert.encoder.layer.{index}.{path}"),
                    )
                })
                .collect();
            Ok(Linear::pack(bytes, Weights::read(graph, adapter, &parts, shape)?))
        };
        let norm = |adapter: &mut Adapter<'_>, path: &str| {
            Norm::read(graph, adapter, &format!("bert.encoder.layer.{index}.{path}"))
        };
        Ok(Self {
            query_key_value: linear(
                adapter,
                &["attention.self.query", "attention.self.key", "attention.self.value"],
                (WIDTH, WIDTH),
            )?,
            attended: linear(adapter, &["attention.output.dense"], (WIDTH, WIDTH))?,
            attended_norm: norm(adapter, "attention.output.LayerNorm")?,
            inner: linear(adapter, &["intermediate.dense"], (WIDTH, INNER))?,
            outer: linear(adapter, &["output.dense"], (INNER, WIDTH))?,
            outer_norm: norm(adapter, "output.LayerNorm")?,
        })
    }
}

impl Norm {
    fn read(
        graph: &Graph<'_>,
        adapter: &mut Adapter<'_>,
        path: &str,
    ) -> Result<Self, RecogniseError> {
        let mut read = |which: &str| {
            let name = format!("{path}.{which}");
            let mut values = graph.tensor(&name)?.as_floats(&name)?;
            fits(&name, values.len(), WIDTH)?;
            adapter.add(&name, &mut values)?;
            Ok(values)
        };
        Ok(Self { scale: read("weight")?, shift: read("bias")? })
    }

    fn apply(&self, x: &mut [f32]) {
        layer_norm(x, &self.scale, &self.shift);
    }

    fn parts(&self) -> (&[f32], &[f32]) {
        (&self.scale, &self.shift)
    }
}
