//! Asking a running gate.

use anyhow::{Context as _, bail};
use egress::{GateDoor, Limits, Trust};
use keys::SecretSource;
use serde_json::{Value, json};

use crate::args::AskArgs;
use crate::output::{self, Exit};

pub(crate) async fn run(args: &AskArgs) -> anyhow::Result<Exit> {
    let source: SecretSource = args.key.parse().context("`--key` has to say where the key is")?;
    let key =
        source.load().inspect_err(|_| output::hint("make a key on the gate's page, under Keys"))?;
    let door = GateDoor::new(args.url.parse()?, &Trust::default(), Limits::model(), key)?;
    let question = args.question.join(" ");
    let body =
        json!({ "model": args.model, "messages": [{ "role": "user", "content": question }] });
    let (status, answer) = door.post("/v1/chat/completions", body.to_string()).await?;
    if args.json {
        output::raw(&answer)?;
        output::raw(b"\n")?;
        return Ok(if status == 200 { Exit::Good } else { Exit::Failed });
    }
    let answer: Value =
        serde_json::from_slice(&answer).context("the gate did not answer with JSON")?;
    if status != 200 {
        bail!(
            "{}",
            answer
                .pointer("/error/message")
                .and_then(Value::as_str)
                .unwrap_or("the gate refused without a reason")
        );
    }
    output::line(
        answer.pointer("/choices/0/message/content").and_then(Value::as_str).unwrap_or_default(),
    )?;
    let proposals = answer.pointer("/portcullis/proposals").and_then(Value::as_array);
    for proposal in proposals.into_iter().flatten() {
        let address = proposal.get("page").and_then(Value::as_str).unwrap_or_default();
        output::line(&format!("\nA write waits for your approval: {address}"))?;
    }
    Ok(Exit::Good)
}
