//! The style sheet and scripts, part of the binary.

use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderMap, StatusCode, header};
use sha2::{Digest as _, Sha256};

use crate::error::WebError;

const CSS: &str = "text/css; charset=utf-8";
const JS: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

const FILES: [(&str, &str, &str); 9] = [
    ("tokens.css", CSS, include_str!("../assets/tokens.css")),
    ("app.css", CSS, include_str!("../assets/app.css")),
    ("icon.svg", SVG, include_str!("../assets/icon.svg")),
    ("app.js", JS, include_str!("../assets/app.js")),
    ("approvals.js", JS, include_str!("../assets/approvals.js")),
    ("chat.js", JS, include_str!("../assets/chat.js")),
    ("dom.js", JS, include_str!("../assets/dom.js")),
    ("queue.js", JS, include_str!("../assets/queue.js")),
    ("stream.js", JS, include_str!("../assets/stream.js")),
];

pub(crate) fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/assets/{name}", get(file))
}

async fn file(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let Some((_, kind, text)) = FILES.iter().find(|(file, ..)| *file == name) else {
        return WebError::NoSuchPage.into_response();
    };
    let tag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(Sha256::digest(text)));
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let is_known = known.is_some_and(|known| known.split(',').any(|it| it.trim() == tag));
    // Asked for again with every page, answered in a few bytes: a new binary is never mixed
    // with scripts of the one before.
    let head = [(header::CACHE_CONTROL, "no-cache".to_owned()), (header::ETAG, tag)];
    if is_known {
        return (StatusCode::NOT_MODIFIED, head).into_response();
    }
    (head, [(header::CONTENT_TYPE, *kind)], Body::from(*text)).into_response()
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::Body;
    use axum::extract::Request;
    use axum::response::Response;
    use tower::ServiceExt as _;

    use super::FILES;

    async fn ask(path: &str, known: Option<&str>) -> Response {
        let mut request = Request::get(path);
        if let Some(known) = known {
            request = request.header("if-none-match", known);
        }
        let router: Router = super::router();
        router.oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
    }

    #[tokio::test]
    async fn a_file_is_sent_once() {
        let first = ask("/assets/app.css", None).await;
        assert_eq!(
            (first.status().as_u16(), &first.headers()["content-type"]),
            (200, &"text/css; charset=utf-8".parse().unwrap())
        );
        let tag = first.headers()["etag"].to_str().unwrap().to_owned();
        assert_eq!(ask("/assets/app.css", Some(&format!("\"x\", {tag}"))).await.status(), 304);
        assert_eq!(ask("/assets/tokens.css", Some(&tag)).await.status(), 200);
        assert_eq!(ask("/assets/..%2FCargo.toml", None).await.status(), 404);
    }

    #[test]
    fn scripts_and_styles_need_nothing_from_elsewhere() {
        for (name, _, text) in FILES {
            for word in [
                "http://",
                "https://",
                "eval(",
                "new Function",
                "@import",
                "url(",
                "document.write",
            ] {
                let addresses = text.replace("http://www.w3.org/2000/svg", "");
                assert!(!addresses.contains(word), "{name} has `{word}`");
            }
            let makes_html = text.contains("innerHTML");
            assert_eq!(makes_html, name == "dom.js", "{name}");
        }
    }
}
