//! A dense layer with weights of eight bits, inputs brought to eight bits row by row.

use rten_gemm::{GemmExecutor, GemmInputA, GemmInputB, GemmOptions, PackedBMatrix};
use rten_tensor::{NdTensor, NdTensorView, prelude::*};

use super::{
    functions::{Codes, Worth},
    pairs::{LARGEST, Pairs, Panels, largest},
};
use crate::{
    adapter::Adapter,
    error::RecogniseError,
    onnx::{Graph, Tensor, fits},
};

/// Values that share one scale in the file.
const BLOCK: usize = 32;

/// Multiplies bytes; finds the best instructions of this processor when it is made.
pub(super) struct Bytes {
    blocks: GemmExecutor<u8, i8, i32>,
    pairs: Option<Pairs>,
}

/// Weights as the multiplier wants them.
enum Packed {
    Blocks(PackedBMatrix<i8>),
    Panels(Pairs, Panels),
}

/// `y = x W + b`.
pub(super) struct Linear {
    weights: Packed,
    scales: Vec<f32>,
    /// Each column's weights added up, which is what an input's zero has to be made good with.
    totals: Vec<f32>,
    bias: Vec<f32>,
    inputs: usize,
}

/// A layer's numbers: a column of weights for each output, and what is added.
pub(super) struct Weights {
    columns: Vec<Vec<f32>>,
    bias: Vec<f32>,
    inputs: usize,
}

impl Weights {
    /// Several layers of the file side by side, as `(node, name)`, each from `inputs` to `outputs` values, with the changes.
    pub(super) fn read(
        graph: &Graph<'_>,
        adapter: &mut Adapter<'_>,
        parts: &[(String, String)],
        (inputs, outputs): (usize, usize),
    ) -> Result<Self, RecogniseError> {
        let mut all = Self { columns: Vec::new(), bias: Vec::new(), inputs };
        for (node, name) in parts {
            let codes = graph.input(node, 1)?;
            let steps = graph.input(node, 2)?.as_floats(node)?;
            let stored = Columns::new(node, codes, &steps, (inputs, outputs))?;
            let mut columns: Vec<Vec<f32>> = stored.columns().collect();
            adapter.add_matrix(name, &mut columns, inputs)?;
            all.columns.extend(columns);
            let name = format!("{name}.bias");
            let mut bias = graph.tensor(&name)?.as_floats(&name)?;
            fits(&name, bias.len(), outputs)?;
            adapter.add(&name, &mut bias)?;
            all.bias.extend(bias);
        }
        Ok(all)
    }

    /// Outputs that only the changes have; without them their scores are as low as scores get.
    pub(super) fn widen(
        &mut self,
        adapter: &mut Adapter<'_>,
        name: &str,
        outputs: usize,
    ) -> Result<(), RecogniseError> {
        const NEVER: f32 = -1e4;
        let weights = adapter.part(&format!("{name}.weight"), outputs * self.inputs)?;
        let bias = adapter.part(&format!("{name}.bias"), outputs)?;
        let weights = weights.unwrap_or_else(|| vec![0.0; outputs * self.inputs]);
        self.columns.extend(weights.chunks_exact(self.inputs).map(<[f32]>::to_vec));
        self.bias.extend(bias.unwrap_or_else(|| vec![NEVER; outputs]));
        Ok(())
    }
}

impl Linear {
    /// Brings the numbers to eight bits.
    pub(super) fn pack(bytes: &Bytes, weights: Weights) -> Self {
        let Weights { columns, bias, inputs } = weights;
        let mut codes: Vec<i8> = Vec::with_capacity(bias.len() * inputs);
        let (mut scales, mut totals) = (Vec::new(), Vec::new());
        for column in columns {
            let scale = bytes.step(&column);
            let from = codes.len();
            codes.extend(column.iter().map(|value| to_i8(value / scale)));
            totals.push(codes.iter().skip(from).map(|code| f32::from(*code)).sum());
            scales.push(scale);
        }
        let weights = bytes.pack(codes, inputs, bias.len());
        Self { weights, scales, totals, bias, inputs }
    }

    /// What the sums that [`Self::multiply`] leaves are worth.
    pub(super) fn worth(&self) -> Worth<'_> {
        Worth { scales: &self.scales, totals: &self.totals, bias: &self.bias }
    }

    /// Rows of bytes through the weights; the products' sums, as wide as the layer has outputs, go into `room`.
    pub(super) fn multiply<'r>(
        &self,
        bytes: &Bytes,
        codes: &Codes,
        room: &'r mut Vec<i32>,
    ) -> Result<&'r [i32], RecogniseError> {
        let rows = codes.steps.len();
        let sums = sized(room, rows * self.bias.len());
        match &self.weights {
            Packed::Panels(pairs, panels) => pairs.multiply(&codes.bytes, panels, sums),
            Packed::Blocks(weights) => {
                let view = NdTensorView::try_from_data([rows, self.inputs], &*codes.bytes)
                    .map_err(|_| RecogniseError::Compute)?;
                // Packed here once, and not again for every block of columns.
                let packed = bytes.blocks.prepack_a(view);
                let (a, b) = (GemmInputA::Packed(&packed), GemmInputB::Packed(weights));
                // Version 0.27 mixes up the rows when each has its own zero, so zeros are seen to elsewhere.
                let product = bytes.blocks.gemm(sums, a, b, GemmOptions::default());
                product.map_err(|_| RecogniseError::Compute)?;
            }
        }
        Ok(sums)
    }
}

impl Bytes {
    pub(super) fn new() -> Self {
        Self { blocks: GemmExecutor::new(), pairs: Pairs::new() }
    }

    /// What a step of a column's weights is worth, so that no product is cut off.
    fn step(&self, column: &[f32]) -> f32 {
        let alone = column.iter().fold(0.0_f32, |most, value| most.max(value.abs()));
        let (largest, most) = if self.pairs.is_some() {
            // Rounding may add half a step to each of four.
            (largest(column), f32::from(LARGEST - 2))
        } else if self.blocks.may_saturate() {
            // Two products are added in 16 bits: seven bits keep them from overflowing.
            (alone, 63.0)
        } else {
            (alone, 127.0)
        };
        if largest > 0.0 { largest / most } else { 1.0 }
    }

    fn pack(&self, codes: Vec<i8>, inputs: usize, outputs: usize) -> Packed {
        let panels = self.pairs.zip(Panels::new(&codes, inputs));
        if let Some((pairs, panels)) = panels {
            return Packed::Panels(pairs, panels);
        }
        let stored = NdTensor::from_data([outputs, inputs], codes);
        Packed::Blocks(self.blocks.prepack_b(stored.view().transposed()))
    }
}

/// The first `length` places, with whatever is in them: to fill them with zeros each time would take a tenth of the whole.
fn sized<T: Clone + Default>(room: &mut Vec<T>, length: usize) -> &mut [T] {
    if room.len() < length {
        room.resize(length, T::default());
    }
    room.get_mut(..length).unwrap_or_default()
}

impl std::fmt::Debug for Linear {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Linear({} x {})", self.inputs, self.bias.len())
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the number was brought between -127 and 127")]
fn to_i8(value: f32) -> i8 {
    value.round().clamp(-127.0, 127.0) as i8
}

/// Weights of four bits, in blocks along the inputs, each block with its own step.
struct Columns<'t> {
    codes: &'t [u8],
    steps: &'t [f32],
    inputs: usize,
}

impl<'t> Columns<'t> {
    fn new(
        node: &str,
        codes: &'t Tensor<'_>,
        steps: &'t [f32],
        (inputs, outputs): (usize, usize),
    ) -> Result<Self, RecogniseError> {
        fits(node, codes.raw.len(), inputs * outputs / 2)?;
        fits(node, codes.len(), inputs * outputs / 2)?;
        fits(node, steps.len(), inputs * outputs / BLOCK)?;
        Ok(Self { codes: codes.raw, steps, inputs })
    }

    /// Each output's weights.
    fn columns(&self) -> impl Iterator<Item = Vec<f32>> {
        let steps = self.steps.chunks_exact(self.inputs / BLOCK);
        self.codes.chunks_exact(self.inputs / 2).zip(steps).map(|(codes, steps)| {
            let blocks = codes.chunks_exact(BLOCK / 2).zip(steps);
            blocks
                .flat_map(|(codes, step)| {
                    codes.iter().flat_map(move |two| {
                        [two & 15, two >> 4].map(|code| (f32::from(code) - 8.0) * step)
                    })
                })
                .collect()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::functions::{dequantise, quantise};
    use super::*;

    /// A layer like those of the file, and what it should compute.
    #[test]
    fn bytes_come_near_to_what_numbers_would_give() {
        let (inputs, outputs) = (64, 6);
        let codes: Vec<u8> = (0..inputs * outputs / 2)
            .map(|at| u8::try_from(at * 37 % 256).expect("a byte"))
            .collect();
        let steps: Vec<f32> = (0_u8..12).map(|at| 0.01 + f32::from(at) / 500.0).collect();
        let columns = Columns { codes: &codes, steps: &steps, inputs };
        let columns: Vec<Vec<f32>> = columns.columns().collect();
        assert_eq!((columns.len(), columns[5].len()), (outputs, inputs));
        // The low half of a byte comes first; 8 is zero; the third and fourth step are the second column's.
        assert!((columns[1][32] - (f32::from(codes[48] & 15) - 8.0) * steps[3]).abs() < 1e-7);
        assert!((columns[1][33] - (f32::from(codes[48] >> 4) - 8.0) * steps[3]).abs() < 1e-7);

        let bytes = Bytes::new();
        let bias = vec![0.5; outputs];
        let weights = Weights { columns: columns.clone(), bias, inputs };
        let linear = Linear::pack(&bytes, weights);
        let x: Vec<f32> = (0_u16..40 * 64)
            .map(|at| (f32::from(at) * 0.7).sin() * 3.0 + f32::from(at / 640))
            .collect();
        let (mut codes, mut room, mut y) = (Codes::default(), Vec::new(), Vec::new());
        // What a larger product left behind must not show.
        for x in [[x.as_slice(), &x].concat(), x.clone()] {
            quantise(&x, inputs, &mut codes);
            let sums = linear.multiply(&bytes, &codes, &mut room).expect("a product");
            y.resize(sums.len(), 7.0);
            dequantise(sums, &codes.steps, linear.worth(), &mut y);
        }
        // More rows than the multiplier takes at once, each with another zero.
        assert_eq!(y.len(), 40 * outputs);
        for (row, given) in x.chunks(inputs).zip(y.chunks(outputs)) {
            for (column, given) in columns.iter().zip(given) {
                let right = 0.5 + row.iter().zip(column).map(|(x, w)| x * w).sum::<f32>();
                // Weights as even as these are the hardest to bring to few bits.
                assert!((given - right).abs() < 0.1, "{given} {right}");
            }
        }
    }
}
