//! What can go wrong with Salesforce, and whose fault it is.

use egress::{EgressError, Fault};

use crate::StoreFailure;

/// Why Salesforce could not be asked, or said no. Holds error codes and API names, never a
/// value or a token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The call itself failed or was refused.
    #[error(transparent)]
    Egress(#[from] EgressError),
    /// The person has no grant, or Salesforce ended it.
    #[error("Salesforce asks the person to sign in again")]
    SignIn,
    /// The code of a sign-in is not accepted: too old, used twice, or not for this verifier.
    #[error("Salesforce did not accept the sign-in: `{code}`")]
    Code {
        /// Salesforce's error code.
        code: String,
    },
    /// Salesforce does not accept the app: its id, its secret or its settings.
    #[error("Salesforce did not accept the app: `{code}`; look at its settings in Salesforce")]
    App {
        /// Salesforce's error code.
        code: String,
    },
    /// The app got no refresh token.
    #[error("Salesforce gave no refresh token; the app needs the scope `refresh_token`")]
    NoRefreshToken,
    /// The person belongs to another org than the gate is for.
    #[error("the person signed in to org `{found}`, this gate is for `{expected}`")]
    WrongOrg {
        /// Org id, 18 characters.
        found: String,
        /// Org id, 18 characters.
        expected: String,
    },
    /// A refreshed token is another person's.
    #[error("Salesforce gave the token of another person")]
    WrongPerson,
    /// An answer does not have the form that Salesforce documents.
    #[error("the answer of Salesforce is not {expected}")]
    Shape {
        /// What was expected.
        expected: &'static str,
    },
    /// Grants cannot be kept.
    #[error(transparent)]
    Store(#[from] StoreFailure),
    /// A task of the gate was stopped half-way.
    #[error("the gate is stopping")]
    Stopping,
}

impl Error {
    /// Whose fault it is.
    pub fn fault(&self) -> Fault {
        match self {
            Self::SignIn | Self::Code { .. } | Self::WrongOrg { .. } => Fault::Caller,
            Self::App { .. } | Self::NoRefreshToken | Self::Store(_) | Self::Stopping => {
                Fault::Gate
            }
            Self::WrongPerson | Self::Shape { .. } => Fault::Salesforce,
            Self::Egress(error) => match error {
                EgressError::Refused { status: 400 | 404, .. } | EgressError::Request { .. } => {
                    Fault::Caller
                }
                EgressError::Address { .. }
                | EgressError::Certificates { .. }
                | EgressError::WrongEndpoint { .. } => Fault::Gate,
                _ => Fault::Salesforce,
            },
        }
    }

    /// Salesforce's error code, where it gave one.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Egress(error) => error.code(),
            Self::Code { code } | Self::App { code } => Some(code),
            _ => None,
        }
    }
}
