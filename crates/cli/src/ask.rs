//! Asking a running gate.

use anyhow::{Context as _, bail};
use egress::{GateDoor, Limits, Trust};
use keys::SecretSource;
use serde_json::{Value, json};

use crate::args::AskArgs;
use crate::output::{Exit, Output};

pub(crate) async fn run(args: &AskArgs, out: &Output) -> anyhow::Result<Exit> {
    let source: SecretSource = args.key.parse().context("`--key` has to say where the key is")?;
    let key =
        source.load().inspect_err(|_| out.hint("make a key on the gate's page, under Keys"))?;
    let door = GateDoor::new(args.url.parse()?, &Trust::default(), Limits::model(), key)?;
    let question = args.question.join(" ");
    let body =
        json!({ "model": args.model, "messages": [{ "role": "user", "content": question }] });
    let (status, answer) = door.post("/v1/chat/completions", body.to_string()).await?;
    if args.json {
        out.raw(&answer)?;
        out.raw(b"\n")?;
        return Ok(if status == 200 { Exit::Good } else { Exit::Failed });
    }
    let answer: Value =
        serde_json::from_slice(&answer).context("the gate did not answer with JSON")?;
    if status != 200 {
        bail!(
            "{}",
            answer["error"]["message"].as_str().unwrap_or("the gate refused without a reason")
        );
    }
    out.line(answer["choices"][0]["message"]["content"].as_str().unwrap_or_default())?;
    for proposal in answer["portcullis"]["proposals"].as_array().into_iter().flatten() {
        let address = proposal["url"].as_str().or_else(|| proposal.as_str()).unwrap_or_default();
        out.line(&format!("\nA write waits for your approval: {address}"))?;
    }
    Ok(Exit::Good)
}
