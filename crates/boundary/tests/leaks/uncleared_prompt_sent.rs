//! A prompt is sent that no endpoint was checked for.
use boundary::{Conversation, PersonId, Prompt};
use egress::{Dialect, ModelDoor};

async fn leak(door: &ModelDoor, dialect: &dyn Dialect) {
    let conversation = Conversation::new("c".to_owned(), PersonId::new("00D", "005"));
    let _ = door.send(Prompt::of(&conversation), dialect).await;
}

fn main() {}
