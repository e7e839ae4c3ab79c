//! OpenTelemetry's names for generative AI, in one place: they are of development status, and have moved
//! before (github.com/open-telemetry/semantic-conventions-genai).

use boundary::Action;

pub(crate) const OPERATION_DURATION: &str = "gen_ai.client.operation.duration";
pub(crate) const TOKEN_USAGE: &str = "gen_ai.client.token.usage";
pub(crate) const OPERATION: &str = "gen_ai.operation.name";
pub(crate) const PROVIDER: &str = "gen_ai.provider.name";
pub(crate) const MODEL: &str = "gen_ai.request.model";
pub(crate) const TOOL: &str = "gen_ai.tool.name";
pub(crate) const TOKEN_TYPE: &str = "gen_ai.token.type";
pub(crate) const INPUT_TOKENS: &str = "gen_ai.usage.input_tokens";
pub(crate) const OUTPUT_TOKENS: &str = "gen_ai.usage.output_tokens";
pub(crate) const ERROR: &str = "error.type";
pub(crate) const USER: &str = "enduser.pseudo.id";
pub(crate) const SESSION: &str = "session.id";
pub(crate) const SERVICE: &str = "service.name";
pub(crate) const VERSION: &str = "service.version";
pub(crate) const INSTANCE: &str = "service.instance.id";

/// Upper bounds of durations in seconds, as the conventions advise.
pub(crate) const SECONDS: [f64; 14] =
    [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
/// Upper bounds of tokens, as the conventions advise.
pub(crate) const TOKENS: [f64; 14] = [
    1.0,
    4.0,
    16.0,
    64.0,
    256.0,
    1024.0,
    4096.0,
    16384.0,
    65536.0,
    262_144.0,
    1_048_576.0,
    4_194_304.0,
    16_777_216.0,
    67_108_864.0,
];

/// A name as Prometheus takes it.
pub(crate) fn prometheus(name: &str) -> String {
    name.replace('.', "_")
}

/// `gen_ai.operation.name` of what an entry is about.
pub(crate) fn operation(action: Action) -> Option<&'static str> {
    match action {
        Action::Ask => Some("chat"),
        Action::Read | Action::Write | Action::Delete => Some("execute_tool"),
        _ => None,
    }
}
