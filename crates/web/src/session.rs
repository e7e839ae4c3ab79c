//! Who is at the page.

use axum::extract::{FromRequestParts, OriginalUri};
use axum::response::{IntoResponse as _, Redirect, Response};
use gateway::{GateError, Session};
use http::Method;
use http::request::Parts;

use crate::cookie::Cookie;
use crate::doors::Doors;
use crate::error::WebError;

/// A person who is signed in; anyone else is sent to the first page.
pub(crate) struct SignedIn(pub(crate) Session);

impl FromRequestParts<Doors> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, doors: &Doors) -> Result<Self, Response> {
        match session(parts, doors).await {
            Ok(Some(session)) => Ok(Self(session)),
            Ok(None) if parts.method == Method::GET => Err(to_sign_in(parts)),
            Ok(None) => Err(WebError::Gate(GateError::SignInNeeded).into_response()),
            Err(error) => Err(error.into_response()),
        }
    }
}

/// A person who may or may not be signed in.
pub(crate) struct Visitor(pub(crate) Option<Session>);

impl FromRequestParts<Doors> for Visitor {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, doors: &Doors) -> Result<Self, WebError> {
        session(parts, doors).await.map(Self)
    }
}

async fn session(parts: &Parts, doors: &Doors) -> Result<Option<Session>, WebError> {
    let Some(cookie) = Cookie::Session.read(&parts.headers, &doors.site) else {
        return Ok(None);
    };
    match doors.gate.session(&cookie).await {
        Ok(session) => Ok(Some(session)),
        Err(GateError::SignInNeeded) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The first page, which brings them back here afterwards.
fn to_sign_in(parts: &Parts) -> Response {
    let here = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |original| &original.0);
    let path = here.path_and_query().map_or("/", |path| path.as_str());
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("return_to", path);
    Redirect::to(&format!("/?{}", query.finish())).into_response()
}

/// A path of ours, or the first page: whoever made the link must not choose another site.
pub(crate) fn own_path(path: &str) -> &str {
    let plain = path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if plain && path.starts_with('/') && !path.starts_with("//") && path.len() <= 4096 {
        path
    } else {
        "/"
    }
}

#[cfg(test)]
mod tests {
    use super::own_path;

    #[test]
    fn only_paths_of_ours_are_returned_to() {
        for good in ["/", "/approvals/p1", "/activity?before=12", "/c/a?x=%2F%2Fb"] {
            assert_eq!(own_path(good), good);
        }
        for bad in [
            "",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "javascript:x",
            "/a\n",
            "/ä",
        ] {
            assert_eq!(own_path(bad), "/", "{bad:?}");
        }
    }
}
