//! One recorded prompt is sent twice.
use boundary::Dispatch;
use egress::{Dialect, ModelDoor};

async fn leak(door: &ModelDoor, dialect: &dyn Dialect, dispatch: Dispatch) {
    let _ = door.send(dispatch, dialect).await;
    let _ = door.send(dispatch, dialect).await;
}

fn main() {}
