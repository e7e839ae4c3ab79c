//! The chat-completions protocol, as OpenAI, Azure, Ollama, llama.cpp, vLLM and many more
//! speak it.

mod chunk;
mod lines;
mod request;
mod stream;
#[cfg(test)]
mod tests;

use boundary::Dispatch;
use egress::{Dialect, DialectRequest, KeyHeader, ModelDoor};

use crate::{AnswerStream, ModelError};

pub(crate) use stream::Decoder;

/// Differences between servers that the address alone does not tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Variant {
    /// `POST {address}/chat/completions`, key as bearer.
    #[default]
    Standard,
    /// Azure: the address ends in the deployment, the key has a header of its own, and every
    /// call names a version of the interface, such as `2024-10-21`.
    Azure {
        /// `api-version`.
        version: String,
    },
}

/// A model behind a server that speaks the protocol.
#[derive(Debug)]
pub struct OpenAi {
    door: ModelDoor,
    model: String,
    variant: Variant,
}

impl OpenAi {
    /// The model called `model` by the server behind the door.
    pub fn new(door: ModelDoor, model: String, variant: Variant) -> Self {
        Self { door, model, variant }
    }

    /// The door it is asked through.
    pub fn door(&self) -> &ModelDoor {
        &self.door
    }

    /// See [`crate::ModelClient::answer`].
    pub async fn answer(&self, dispatch: Dispatch) -> Result<AnswerStream, ModelError> {
        // The entry of the intent has an index that no other prompt has.
        let decoder = Decoder::new(dispatch.receipt().index());
        let bytes = self.door.send(dispatch, self).await?;
        Ok(AnswerStream::new(stream::deltas(bytes, decoder)))
    }
}

impl Dialect for OpenAi {
    fn request(&self, dispatch: &Dispatch) -> DialectRequest {
        let body = request::body(&self.model, dispatch);
        let (path, key) = match &self.variant {
            Variant::Standard => ("/chat/completions".to_owned(), KeyHeader::Bearer),
            Variant::Azure { version } => {
                // A version holds letters, digits and hyphens; anything else is left out.
                let plain = |c: &char| c.is_ascii_alphanumeric() || *c == '-';
                let version: String = version.chars().filter(plain).collect();
                (format!("/chat/completions?api-version={version}"), KeyHeader::Named("api-key"))
            }
        };
        DialectRequest { path, key, body }
    }
}
