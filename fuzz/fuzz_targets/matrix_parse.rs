//! Any text as a matrix: cells or an error, and what is granted is never more than a row says.

#![no_main]

use boundary::Matrix;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(matrix) = Matrix::parse(text) else { return };
    for cell in matrix.cells() {
        let found = matrix.cell(&cell.object, &cell.field).expect("a cell finds itself");
        assert_eq!((found.read, found.create, found.update), (cell.read, cell.create, cell.update));
    }
    assert!(matrix.cell("No Such Object", "No Such Field").is_none());
});
