//! A cleared prompt is sent before the ledger has its intent.
use boundary::{Act, Endpoint, Prompt, UnixMillis};
use egress::{Dialect, ModelDoor};

async fn leak(door: &ModelDoor, dialect: &dyn Dialect, prompt: Prompt, endpoint: &Endpoint, act: &Act) {
    let (cleared, _intent) = prompt.clear(endpoint, act, UnixMillis(0)).unwrap();
    let _ = door.send(cleared, dialect).await;
}

fn main() {}
