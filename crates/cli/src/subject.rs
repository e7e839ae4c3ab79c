//! What somebody has a right to, at the command line of the gate's own machine.

use std::path::Path;

use anyhow::Context as _;
use gateway::{Config, Gate};
use serde_json::Value;

use crate::args::{ConfigArgs, SubjectArgs, SubjectCommand};
use crate::backend;
use crate::output::{self, Exit};
use crate::serve::{detection, read_config};

pub(crate) async fn run(command: &SubjectCommand) -> anyhow::Result<Exit> {
    match command {
        SubjectCommand::Access(args) => {
            let gate = open(args).await?;
            let bundle = gate.subject_access(&args.who).await;
            gate.close().await?;
            output::line(&serde_json::to_string_pretty(&bundle?)?)?;
        }
        SubjectCommand::Erase(args) => {
            let gate = open(args).await?;
            let receipt = gate.subject_erase(&args.who).await;
            gate.close().await?;
            tell(&receipt?, args.json)?;
        }
        SubjectCommand::Hold { args, reason } => {
            let gate = open(args).await?;
            let held = gate.subject_hold(&args.who, reason).await;
            gate.close().await?;
            held?;
            output::line("Held: nothing of them can be erased.")?;
        }
        SubjectCommand::Release(args) => {
            let gate = open(args).await?;
            let released = gate.subject_release(&args.who).await;
            gate.close().await?;
            released?;
            output::line("Released.")?;
        }
    }
    Ok(Exit::Good)
}

async fn open(args: &SubjectArgs) -> anyhow::Result<Gate> {
    let config = match &args.demo {
        Some(folder) => demo(folder)?,
        None => read_config(&ConfigArgs { config: args.config.clone(), json: false })?,
    };
    let detection = detection(&config.detect)?;
    let backend = backend::open(&config)?;
    let judge = crate::policy::judge(config.policy.as_deref())?;
    Gate::open_under(backend, judge, config, detection, gateway::system_clock())
        .await
        .context("the gate cannot be opened; one that runs has to be stopped first")
}

/// The gate of a demo, without its org: nothing is asked of it.
fn demo(folder: &Path) -> anyhow::Result<Config> {
    let folder = std::path::absolute(folder)?;
    // A JSON string is a TOML string.
    let file = |name: &str| Value::String(folder.join(name).display().to_string());
    let text = format!(
        "data = {}\nseal_key = {}\nmatrix = {}\n\
         [org]\ninstance = \"http://127.0.0.1:9\"\nclient_id = \"none\"\n\
         [[endpoint]]\nname = \"local\"\nkind = \"local\"\nresidency = \"machine\"\nlevel = \"Public\"\n",
        file("gate"),
        file("seal.key"),
        file("matrix.csv"),
    );
    Ok(Config::parse(&text)?)
}

fn tell(receipt: &Value, json: bool) -> anyhow::Result<()> {
    if json {
        return output::line(&receipt.to_string());
    }
    output::line(&format!(
        "Erased: {} sealed parts and {} proposals are destroyed, key and mapping too.\n{} entries stay and say `{}`, which stands for nobody now.\nEntry {} of the ledger records it; its proof:\n",
        receipt["parts"],
        receipt["proposals"],
        receipt["entries_that_stay"],
        receipt["erased"].as_str().unwrap_or_default(),
        receipt["entry"],
    ))?;
    output::raw(receipt["proof"].as_str().unwrap_or_default().as_bytes())?;
    output::raw(left(receipt).as_bytes())
}

/// What is to be done by hand.
fn left(receipt: &Value) -> String {
    let mut text = String::new();
    for remnant in receipt["remnants"].as_array().into_iter().flatten() {
        let of = |name: &str| remnant[name].as_str().unwrap_or_default();
        text.extend(["\n`", of("place"), "` could not be written anew: ", of("reason")]);
        text.push_str(".\nNo query finds what was erased, but bytes of it may stand in its file. ");
        text.extend(["By hand: ", of("remedy"), "\n"]);
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn what_is_left_is_said_with_what_to_do() {
        let remnant =
            json!({ "place": "parts", "reason": "timed out", "remedy": "VACUUM FULL parts;" });
        let said = super::left(&json!({ "remnants": [remnant] }));
        assert!(said.contains("`parts` could not be written anew: timed out."), "{said}");
        assert!(said.ends_with("By hand: VACUUM FULL parts;\n"), "{said}");
        assert_eq!(super::left(&json!({ "remnants": [] })), "");
    }
}
