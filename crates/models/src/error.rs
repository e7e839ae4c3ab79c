//! What can go wrong with a model, and whose fault it is.

use egress::{EgressError, Fault};

/// Why there is no answer, or no whole one. Holds nothing of the prompt or the answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// The model's server could not be asked, or refused.
    #[error(transparent)]
    Egress(#[from] EgressError),
    /// The prompt was cleared for another endpoint.
    #[error("the prompt is for endpoint `{cleared}`, this is `{here}`")]
    WrongEndpoint {
        /// Where it may go.
        cleared: String,
        /// Where it would have gone.
        here: String,
    },
    /// The answer is not in the provider's documented form.
    #[error("the answer of the model is not {expected}")]
    Shape {
        /// What was expected.
        expected: &'static str,
    },
    /// The server reported an error in the middle of its answer.
    #[error("the model stopped in the middle of its answer with `{code}`")]
    Stopped {
        /// Its error code, or `UNKNOWN`.
        code: String,
    },
    /// The answer ended without saying that it ended.
    #[error("the answer of the model was cut off")]
    Cut,
    /// The answer is larger than the gate accepts.
    #[error("the answer of the model has more than {limit} {of}")]
    TooLarge {
        /// How many.
        limit: usize,
        /// Of what.
        of: &'static str,
    },
}

impl ModelError {
    /// Whose fault it is.
    pub fn fault(&self) -> Fault {
        match self {
            Self::WrongEndpoint { .. } => Fault::Gate,
            Self::Egress(error) => match error {
                // The key or the address in the configuration is wrong.
                EgressError::Refused { status: 401 | 403 | 404, .. }
                | EgressError::Address { .. }
                | EgressError::Certificates { .. }
                | EgressError::WrongEndpoint { .. }
                | EgressError::Request { .. } => Fault::Gate,
                _ => Fault::Model,
            },
            Self::Shape { .. } | Self::Stopped { .. } | Self::Cut | Self::TooLarge { .. } => {
                Fault::Model
            }
        }
    }
}
