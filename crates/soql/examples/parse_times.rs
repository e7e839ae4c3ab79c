//! Times the parser on the queries of a file: microseconds of each parse, as JSON. `cargo xtask bench soql` runs it
//! beside another parser.

#![expect(clippy::print_stdout, reason = "its output is read by the bench")]

use std::hint::black_box;
use std::time::Instant;

const ROUNDS: usize = 50;
const PARSES: u32 = 400;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = std::env::args().nth(1).ok_or("expected a file of queries")?;
    let queries: Vec<String> = serde_json::from_str(&std::fs::read_to_string(file)?)?;
    let mut times = Vec::with_capacity(queries.len());
    for query in &queries {
        soql::parse(query)?;
        let mut samples = Vec::with_capacity(ROUNDS);
        // As many rounds again come first, unmeasured.
        for round in 0..2 * ROUNDS {
            let start = Instant::now();
            for _ in 0..PARSES {
                black_box(soql::parse(black_box(query)).is_ok());
            }
            if round >= ROUNDS {
                samples.push(start.elapsed().as_secs_f64() * 1e6 / f64::from(PARSES));
            }
        }
        times.push(samples);
    }
    println!("{}", serde_json::to_string(&times)?);
    Ok(())
}
