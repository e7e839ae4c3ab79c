//! An answer is shown as it arrives, without the receipt of its release.
use boundary::{Conversation, Viewer};

fn leak(conversation: &Conversation, viewer: &Viewer<'_>) {
    let _ = conversation.show_stream(viewer);
}

fn main() {}
