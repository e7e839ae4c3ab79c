use gateway::GateError;
use serde_json::Value;

use super::{body, response};
use crate::error::WebError;

#[test]
fn errors_have_the_shape_of_openai() {
    let all: Vec<Value> = [
        WebError::Gate(GateError::BadKey),
        WebError::Gate(GateError::NotFound { what: "model", id: "x".to_owned() }),
        WebError::Gate(GateError::invalid("`n`: no", Some("n"))),
        WebError::Gate(GateError::Busy),
        WebError::Gate(GateError::Internal("a canary".to_owned())),
        WebError::TooLarge(2048),
    ]
    .iter()
    .map(body)
    .collect();
    insta::assert_json_snapshot!(all, @r#"
    [
      {
        "error": {
          "message": "the API key is missing or not valid; make one on the page of the gate, under API keys",
          "type": "authentication_error",
          "param": null,
          "code": "invalid_api_key"
        }
      },
      {
        "error": {
          "message": "there is no model `x`",
          "type": "invalid_request_error",
          "param": "model",
          "code": "model_not_found"
        }
      },
      {
        "error": {
          "message": "`n`: no",
          "type": "invalid_request_error",
          "param": "n",
          "code": "invalid_request"
        }
      },
      {
        "error": {
          "message": "too many requests at once; try again in a moment",
          "type": "rate_limit_error",
          "param": null,
          "code": "rate_limit_exceeded"
        }
      },
      {
        "error": {
          "message": "the gate failed; nothing was released",
          "type": "server_error",
          "param": null,
          "code": "internal"
        }
      },
      {
        "error": {
          "message": "the request is larger than 2048 KiB",
          "type": "invalid_request_error",
          "param": null,
          "code": "request_too_large"
        }
      }
    ]
    "#);
}

#[test]
fn each_error_has_its_status() {
    for (error, status) in [
        (WebError::Gate(GateError::BadKey), 401),
        (WebError::Gate(GateError::GrantEnded), 403),
        (WebError::Gate(GateError::NoEndpoint(String::new())), 403),
        (WebError::Gate(GateError::NotFound { what: "model", id: String::new() }), 404),
        (WebError::TooLarge(2048), 413),
        (WebError::MediaType("application/json"), 415),
        (WebError::Gate(GateError::Busy), 429),
        (WebError::Gate(GateError::Internal(String::new())), 500),
        (WebError::Gate(GateError::Model(String::new())), 502),
        (WebError::Gate(GateError::Ledger), 503),
        (WebError::Gate(GateError::Unlearned("why".to_owned())), 503),
    ] {
        let response = response(&error);
        assert_eq!(response.status(), status, "{error}");
        assert_eq!(response.headers().contains_key("retry-after"), status == 429 || status == 503);
    }
}
