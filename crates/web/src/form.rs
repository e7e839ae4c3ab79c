//! Forms that give nothing away before their origin was checked.

use axum::extract::{FromRequest, Request};
use gateway::Session;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use subtle::ConstantTimeEq as _;

use crate::body::{media_type, whole};
use crate::error::WebError;

/// Name of the member that carries the session's secret.
pub(crate) const CSRF: &str = "csrf";

/// A form, or the same as a JSON object, that has arrived and is not trusted yet.
///
/// Its content comes out of [`ProtectedForm::verified`] alone: a handler that forgets to check
/// where the form came from has nothing to work with.
pub(crate) struct ProtectedForm<T> {
    csrf: String,
    content: T,
}

impl<T> ProtectedForm<T> {
    /// The content, when the form was made in this session.
    pub(crate) fn verified(self, session: &Session) -> Result<T, WebError> {
        let same = self.csrf.as_bytes().ct_eq(session.csrf.as_bytes());
        if session.csrf.is_empty() || !bool::from(same) {
            return Err(WebError::ForeignForm);
        }
        Ok(self.content)
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for ProtectedForm<T> {
    type Rejection = WebError;

    async fn from_request(request: Request, _: &S) -> Result<Self, WebError> {
        let kind = media_type(request.headers());
        let body = whole(request.into_body()).await?;
        let mut members = match kind.as_str() {
            "application/x-www-form-urlencoded" => fields(&body),
            "application/json" => serde_json::from_slice(&body)
                .map_err(|error| WebError::Malformed(format!("expected a JSON object: {error}")))?,
            _ => {
                return Err(WebError::MediaType(
                    "application/x-www-form-urlencoded or application/json",
                ));
            }
        };
        let Some(Value::String(csrf)) = members.remove(CSRF) else {
            return Err(WebError::ForeignForm);
        };
        let content = serde_json::from_value(Value::Object(members))
            .map_err(|error| WebError::Malformed(format!("the form does not fit: {error}")))?;
        Ok(Self { csrf, content })
    }
}

/// Browsers send line breaks as CR LF, whatever the person typed.
fn fields(body: &[u8]) -> Map<String, Value> {
    let pairs = form_urlencoded::parse(body);
    pairs
        .map(|(name, value)| (name.into_owned(), Value::String(value.replace("\r\n", "\n"))))
        .collect()
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::extract::{FromRequest as _, Request};
    use boundary::{Door, PersonId, Principal};
    use gateway::Session;

    use super::ProtectedForm;
    use crate::error::WebError;

    #[derive(Debug, serde::Deserialize)]
    struct Question {
        question: String,
    }

    fn session(csrf: &str) -> Session {
        Session {
            principal: Principal::new(PersonId::new("00D", "005"), Door::Page, "s1".to_owned()),
            username: String::new(),
            name: String::new(),
            csrf: csrf.to_owned(),
            auditor: false,
            compliance: false,
            admin: false,
        }
    }

    async fn read(kind: &str, body: &'static str, csrf: &str) -> Result<String, WebError> {
        let request =
            Request::post("/").header("content-type", kind).body(Body::from(body)).unwrap();
        let form = ProtectedForm::<Question>::from_request(request, &()).await?;
        form.verified(&session(csrf)).map(|content| content.question)
    }

    const FORM: &str = "application/x-www-form-urlencoded";

    #[tokio::test]
    async fn a_form_of_the_session_is_read_in_both_shapes() {
        let body = "csrf=s3cret&question=one%0D%0Atwo+%26+three";
        assert_eq!(read(FORM, body, "s3cret").await.unwrap(), "one\ntwo & three");
        let body = r#"{"csrf":"s3cret","question":"one"}"#;
        assert_eq!(read("application/json; charset=utf-8", body, "s3cret").await.unwrap(), "one");
    }

    #[tokio::test]
    async fn a_form_from_elsewhere_gives_nothing() {
        for (body, csrf) in [
            ("question=one", "s3cret"),
            ("csrf=&question=one", "s3cret"),
            ("csrf=s3cre&question=one", "s3cret"),
            ("csrf=S3CRET&question=one", "s3cret"),
            // A session without a secret accepts none.
            ("csrf=&question=one", ""),
        ] {
            assert!(matches!(read(FORM, body, csrf).await, Err(WebError::ForeignForm)), "{body}");
        }
        let json = r#"{"csrf":["s3cret"],"question":"one"}"#;
        assert!(matches!(
            read("application/json", json, "s3cret").await,
            Err(WebError::ForeignForm)
        ));
    }

    #[tokio::test]
    async fn other_shapes_are_refused() {
        let text = read("text/plain", "csrf=s3cret&question=one", "s3cret").await;
        assert!(matches!(text, Err(WebError::MediaType(_))));
        assert!(matches!(read("application/json", "[1]", "s").await, Err(WebError::Malformed(_))));
        assert!(matches!(read(FORM, "csrf=s", "s").await, Err(WebError::Malformed(_))));
    }
}
