//! Looking an installation over: each thing checked, and what to mend.

mod mcp;

use std::path::PathBuf;

use boundary::Matrix;
use gateway::{Gate, seal_key_path};
use serde_json::json;

use crate::args::{ConfigArgs, DoctorArgs};
use crate::backend;
use crate::output::{self, Exit};
use crate::policy;
use crate::serve::{detection, read_config};

/// One thing that was looked at.
struct Finding {
    what: String,
    state: Result<String, String>,
}

pub(crate) async fn run(args: &DoctorArgs) -> anyhow::Result<Exit> {
    let findings = match &args.mcp {
        Some(address) => mcp::examine(address).await,
        None => examine(&args.common).await,
    };
    let args = &args.common;
    let sick = findings.iter().filter(|finding| finding.state.is_err()).count();
    if args.json {
        let list = findings.iter().map(|finding| {
            let (good, text) = match &finding.state {
                Ok(text) => (true, text),
                Err(text) => (false, text),
            };
            json!({ "what": finding.what, "good": good, "text": text })
        });
        let list: Vec<_> = list.collect();
        output::line(&json!({ "good": sick == 0, "findings": list }).to_string())?;
    } else {
        for finding in &findings {
            let (mark, text) = match &finding.state {
                Ok(text) => ("good", text),
                Err(text) => ("MEND", text),
            };
            output::line(&format!("{mark}  {:14}  {text}", finding.what))?;
        }
        output::line(&match sick {
            0 => "Nothing to mend.".to_owned(),
            1 => "1 thing to mend.".to_owned(),
            many => format!("{many} things to mend."),
        })?;
    }
    Ok(if sick == 0 { Exit::Good } else { Exit::Failed })
}

async fn examine(args: &ConfigArgs) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut note = |what: &str, state: Result<String, String>| {
        let good = state.is_ok();
        findings.push(Finding { what: what.to_owned(), state });
        good
    };
    let config = match read_config(args) {
        Ok(config) => config,
        Err(error) => {
            note("configuration", Err(format!("{error:#}")));
            return findings;
        }
    };
    let endpoints = config.endpoints.len();
    note("configuration", Ok(format!("{} with {endpoints} endpoints", args.config.display())));
    let matrix = std::fs::read_to_string(&config.matrix).map_err(|error| error.to_string());
    let matrix = matrix.and_then(|text| Matrix::parse(&text).map_err(|error| error.to_string()));
    note(
        "matrix",
        matrix.map(|it| format!("{} rows, version {}", it.cells().count(), it.version())),
    );
    let judge = policy::judge(config.policy.as_deref());
    let rules = match (&config.policy, &judge) {
        (_, Err(error)) => Err(format!("{error:#}")),
        (None, Ok(_)) => Ok("no rules: whoever asks for a write approves it".to_owned()),
        (Some(folder), Ok(_)) => Ok(format!("{}, checked", folder.display())),
    };
    note("approvals", rules);
    let Ok(judge) = judge else { return findings };
    note("seal key", Ok(seal_key_path(&config).display().to_string()));
    let detection = match detection(&config.detect) {
        Ok(detection) => {
            let none = format!(
                "none: free text counts as {} at least; `[detect]` `recogniser` names one",
                config.detect.unread.name()
            );
            let there = |folder: &PathBuf| format!("{}, files as published", folder.display());
            note("recogniser", Ok(config.detect.recogniser.as_ref().map_or(none, there)));
            detection
        }
        Err(error) => {
            note("recogniser", Err(format!("{error:#}")));
            return findings;
        }
    };
    let backend = match backend::open(&config) {
        Ok(backend) => backend,
        Err(error) => {
            note("store", Err(format!("{error:#}")));
            return findings;
        }
    };
    match Gate::open_under(backend, judge, config, detection, gateway::system_clock()).await {
        Ok(gate) => {
            note("ledger", Ok("matches its last signed checkpoint".to_owned()));
            for (what, state) in gate.examine().await {
                note(&what, state);
            }
            if let Err(error) = gate.close().await {
                note("ledger", Err(error.to_string()));
            }
        }
        Err(error) => {
            note("gate", Err(error.to_string()));
        }
    }
    findings
}
