//! Reading rules: parsed, then held against the schema, all of them or none.

use std::fmt;

use cedar_policy_core::ast::{PolicyID, PolicySet};
use cedar_policy_core::extensions::Extensions;
use cedar_policy_core::parser::parse_policyset;
use cedar_policy_core::validator::{ValidationMode, Validator, ValidatorSchema};

/// What rules can speak of.
pub const SCHEMA: &str = include_str!("approvals.cedarschema");

/// Rules that were read and checked.
pub struct Rules {
    pub(crate) policies: PolicySet,
    text: String,
    count: usize,
}

/// What is wrong with a file of rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file's name.
    pub file: String,
    /// What is wrong, in Cedar's words.
    pub problem: String,
}

/// The rules are not usable; none of them took effect.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct RuleError {
    /// Every problem found.
    pub problems: Vec<Problem>,
}

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, Problem { file, problem }) in self.problems.iter().enumerate() {
            let comma = if at == 0 { "" } else { "; " };
            write!(f, "{comma}{file}: {problem}")?;
        }
        Ok(())
    }
}

impl Rules {
    /// Reads rules from files: pairs of a name and a text.
    pub fn parse(files: &[(String, String)]) -> Result<Self, RuleError> {
        let mut problems = Vec::new();
        let mut policies = PolicySet::new();
        let mut text = String::new();
        let mut count = 0;
        for (file, rules) in files {
            let mut wrong = |problem: String| {
                problems.push(Problem { file: file.clone(), problem });
            };
            text.push_str(rules);
            text.push('\n');
            let parsed = match parse_policyset(rules) {
                Ok(parsed) => parsed,
                Err(errors) => {
                    errors.iter().for_each(|error| wrong(error.to_string()));
                    continue;
                }
            };
            let found = match faults(&parsed) {
                Ok(found) => found,
                Err(problem) => vec![problem],
            };
            found.into_iter().for_each(&mut wrong);
            for policy in parsed.into_policies() {
                // Every file counts its rules from nought.
                let id = PolicyID::from_string(format!("{file}/{}", policy.id()));
                if let Err(error) = policies.add(policy.new_id(id)) {
                    wrong(error.to_string());
                }
                count += 1;
            }
        }
        if count == 0 && problems.is_empty() {
            let file = files.first().map_or_else(|| "policy".to_owned(), |(file, _)| file.clone());
            let problem = "there is no rule, so nobody could approve anything".to_owned();
            problems.push(Problem { file, problem });
        }
        if problems.is_empty() {
            Ok(Self { policies, text, count })
        } else {
            Err(RuleError { problems })
        }
    }

    /// How many rules there are.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The text of all files, which names their version.
    pub fn source(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for Rules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rules({})", self.count)
    }
}

/// What the schema finds wrong with parsed rules.
fn faults(policies: &PolicySet) -> Result<Vec<String>, String> {
    let schema = ValidatorSchema::from_cedarschema_str(SCHEMA, Extensions::none());
    let (schema, _) = schema.map_err(|error| error.to_string())?;
    let found = Validator::new(schema).validate(policies, ValidationMode::Strict);
    let errors = found.validation_errors().map(ToString::to_string);
    // A rule that can never hold is a mistake too.
    let warnings = found.validation_warnings().map(ToString::to_string);
    Ok(errors.chain(warnings).collect())
}
