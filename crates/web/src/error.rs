//! What can go wrong at a door, and its status.

use axum::response::{IntoResponse, Response};
use gateway::GateError;
use http::StatusCode;

/// An error at a door. Its text never holds a value of the CRM or a secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WebError {
    /// The gate said no.
    #[error(transparent)]
    Gate(#[from] GateError),
    /// A form without the secret of the session it was sent in.
    #[error("this form is from another session; load the page again")]
    ForeignForm,
    /// A request that a page of somebody else made.
    #[error("requests from other sites are refused")]
    ForeignOrigin,
    /// A name that is not ours, as DNS rebinding makes them.
    #[error("this gate does not answer to that host name")]
    ForeignHost,
    /// More than this many KiB.
    #[error("the request is larger than {0} KiB")]
    TooLarge(usize),
    /// It took too long to arrive.
    #[error("the request took too long to arrive")]
    TooSlow,
    /// Neither of the types that the path takes.
    #[error("expected the content type {0}")]
    MediaType(&'static str),
    /// A body that cannot be read.
    #[error("{0}")]
    Malformed(String),
    /// Nothing is at this path.
    #[error("there is nothing at this address")]
    NoSuchPage,
    /// Something is at this path, for another method.
    #[error("this address does not take that method")]
    Method,
    /// The org sent the browser back without a sign-in.
    #[error("the sign-in was not finished; begin again")]
    SignInRefused,
    /// A panic, caught.
    #[error("the gate failed")]
    Panicked,
}

impl WebError {
    /// The status, for any door.
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::Gate(error) => status_of(error),
            Self::ForeignForm | Self::ForeignOrigin => StatusCode::FORBIDDEN,
            Self::ForeignHost => StatusCode::MISDIRECTED_REQUEST,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::MediaType(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Malformed(_) | Self::SignInRefused => StatusCode::BAD_REQUEST,
            Self::NoSuchPage => StatusCode::NOT_FOUND,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Panicked => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// What the caller may read of it. What went wrong inside the gate stays in its log.
    pub(crate) fn message(&self) -> String {
        match self {
            Self::Gate(GateError::Internal(_)) => {
                "the gate failed; nothing was released".to_owned()
            }
            other => other.to_string(),
        }
    }

    /// The short name, for API errors.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Gate(error) => error.code(),
            Self::ForeignForm => "foreign_form",
            Self::ForeignOrigin => "foreign_origin",
            Self::ForeignHost => "foreign_host",
            Self::TooLarge(_) => "request_too_large",
            Self::TooSlow => "request_timeout",
            Self::MediaType(_) => "unsupported_media_type",
            Self::Malformed(_) => "invalid_request",
            Self::NoSuchPage => "not_found",
            Self::Method => "method_not_allowed",
            Self::SignInRefused => "sign_in_refused",
            Self::Panicked => "internal",
        }
    }

    /// Whether signing in again is what helps.
    pub(crate) fn wants_sign_in(&self) -> bool {
        matches!(
            self,
            Self::Gate(GateError::SignInNeeded | GateError::GrantEnded | GateError::StrayCallback)
                | Self::SignInRefused
        )
    }

    /// Says the detail to the log, where one is kept from the caller.
    pub(crate) fn log(&self) {
        if let Self::Gate(GateError::Internal(detail)) = self {
            tracing::error!(detail, "the gate failed");
        }
    }
}

fn status_of(error: &GateError) -> StatusCode {
    match error {
        GateError::SignInNeeded | GateError::BadKey | GateError::GrantEnded => {
            StatusCode::UNAUTHORIZED
        }
        GateError::NotFound { .. } => StatusCode::NOT_FOUND,
        GateError::Busy | GateError::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
        GateError::NoEndpoint(_) | GateError::NotYours(_) | GateError::Protected(_) => {
            StatusCode::FORBIDDEN
        }
        GateError::Approval(_)
        | GateError::Decided(_)
        | GateError::Held(_)
        | GateError::OthersAtWork(_)
        | GateError::Dropping => StatusCode::CONFLICT,
        GateError::Ledger | GateError::Unlearned(_) => StatusCode::SERVICE_UNAVAILABLE,
        GateError::Salesforce(_) | GateError::Model(_) => StatusCode::BAD_GATEWAY,
        GateError::Mask(_) | GateError::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        // `Invalid`, `Draft`, `StrayCallback`, and what a caller could do that is not known yet.
        _ => StatusCode::BAD_REQUEST,
    }
}

impl IntoResponse for WebError {
    fn into_response(self) -> Response {
        self.log();
        crate::page::problem::page(&self)
    }
}
