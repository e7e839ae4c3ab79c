use proptest::prelude::*;

use super::*;
use crate::error::RecogniseError;

fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
    let length = u8::try_from(bytes.len()).expect("short");
    assert!(length < 128);
    [&[number << 3 | 2, length], bytes].concat()
}

fn small() -> Vec<u8> {
    let floats = [1.5_f32, -2.0].map(f32::to_le_bytes).concat();
    let tensor = [&[8, 2][..], &[16, 1], &field(8, b"weights"), &field(9, &floats)].concat();
    let node =
        [field(1, b"x"), field(1, b"weights"), field(3, b"/step"), field(4, b"Add")].concat();
    field(7, &[field(1, &node), field(5, &tensor)].concat())
}

#[test]
fn tensors_are_found_by_name_and_by_the_step_that_uses_them() {
    let file = small();
    let graph = Graph::parse(&file).expect("a graph");
    let tensor = graph.input("/step", 1).expect("a tensor");
    assert_eq!(tensor.as_floats("weights"), Ok(vec![1.5, -2.0]));
    assert_eq!(graph.tensor("other"), Err(RecogniseError::Missing("other".to_owned())));
    assert_eq!(
        graph.input("/step", 2),
        Err(RecogniseError::Malformed("a step has too few inputs"))
    );
}

#[test]
fn every_cut_is_an_error_or_lacks_something() {
    let file = small();
    for end in 0..file.len() {
        let cut = Graph::parse(&file[..end]);
        assert!(cut.is_err(), "{end}");
    }
}

#[test]
fn sizes_that_overflow_do_not_fit() {
    let tensor = Tensor { sizes: vec![u64::MAX, 3], ..Tensor::default() };
    assert_eq!(tensor.len(), usize::MAX);
    assert!(tensor.as_floats("x").is_err());
}

proptest! {
    #[test]
    fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = Graph::parse(&bytes);
    }

    #[test]
    fn a_changed_byte_never_makes_more_numbers(at in 0_usize..60, byte in any::<u8>()) {
        let mut file = small();
        let at = at % file.len();
        file[at] = byte;
        if let Ok(graph) = Graph::parse(&file)
            && let Ok(tensor) = graph.tensor("weights")
            && let Ok(floats) = tensor.as_floats("weights")
        {
            prop_assert!(floats.len() <= 2);
        }
    }
}
