//! One of the kinds of model, chosen by the configuration.

use boundary::Dispatch;

use crate::{AnswerStream, LocalModel, ModelError, OpenAi};

/// A model that can be asked.
#[derive(Debug)]
pub enum ModelClient {
    /// The engine inside this process.
    Local(LocalModel),
    /// A server that speaks the chat-completions protocol.
    OpenAi(OpenAi),
}

impl ModelClient {
    /// Sends a prompt and gives the answer as it arrives. An error here or in the stream is
    /// final: the prompt is not sent again, least of all elsewhere.
    pub async fn answer(&self, dispatch: Dispatch) -> Result<AnswerStream, ModelError> {
        match self {
            Self::Local(model) => model.answer(&dispatch),
            Self::OpenAi(model) => model.answer(dispatch).await,
        }
    }
}
