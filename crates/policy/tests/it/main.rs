//! Rules as people write them, and what they rule.

use std::collections::BTreeSet;

use boundary::{Case, Judge as _, Operation, PersonId, Ruling};
use policy::Rules;

/// The rules that a demo begins with.
const DEMO: &str = include_str!("../../../cli/demo/policy/approvals.cedar");

fn rules(text: &str) -> Result<Rules, String> {
    let files = [("approvals.cedar".to_owned(), text.to_owned())];
    Rules::parse(&files).map_err(|error| error.to_string())
}

fn person(number: u8) -> PersonId {
    PersonId::new("00D000000000001AAA", &format!("00500000000000{number}AAA"))
}

struct Question {
    approver: PersonId,
    groups: BTreeSet<String>,
    amount: i64,
    bulk: u64,
    tainted_fields: Vec<&'static str>,
    withheld: bool,
}

impl Question {
    fn by(number: u8) -> Self {
        let tainted_fields = Vec::new();
        let (groups, amount, bulk) = (BTreeSet::new(), 0, 1);
        Self { approver: person(number), groups, amount, bulk, tainted_fields, withheld: false }
    }

    fn of(self, rules: &Rules) -> Ruling {
        rules.judge(&Case {
            approver: &self.approver,
            username: "ana@example.com",
            groups: &self.groups,
            asker: &person(1),
            origin: ("page", "s1"),
            operation: Operation::Update,
            object: "Opportunity",
            fields: vec!["Amount", "NextStep"],
            amount: self.amount,
            tainted: !self.tainted_fields.is_empty(),
            tainted_fields: self.tainted_fields,
            unusual_recipient: false,
            bulk: self.bulk,
            withheld: self.withheld,
        })
    }
}

#[test]
fn the_rules_of_the_demo_say_who_approves_what() {
    let rules = rules(DEMO).unwrap();
    let cases = [
        (1, 250_000, Ruling::Alone),
        (2, 250_000, Ruling::No),
        (1, 2_000_000, Ruling::No),
        (2, 2_000_000, Ruling::Alone),
        (1, 20_000_000, Ruling::No),
        (2, 20_000_000, Ruling::Together),
    ];
    for (approver, amount, expected) in cases {
        let question = Question { amount, ..Question::by(approver) };
        assert_eq!(question.of(&rules), expected, "{approver} and {amount}");
    }
}

#[test]
fn what_is_withheld_is_approved_by_those_alone_who_may_do_so_unseen() {
    let own = "permit(principal, action == Action::\"approveAlone\", resource);";
    let blind =
        "permit(principal in Group::\"officers\", action == Action::\"approveUnseen\", resource);";
    let unseen = || Question { withheld: true, ..Question::by(2) };
    assert_eq!(unseen().of(&rules(own).unwrap()), Ruling::No);
    let both = rules(&format!("{own}\n{blind}")).unwrap();
    assert_eq!(unseen().of(&both), Ruling::No);
    let officer = Question { groups: BTreeSet::from(["officers".to_owned()]), ..unseen() };
    assert_eq!(officer.of(&both), Ruling::Alone);
}

#[test]
fn rules_see_every_attribute_of_the_schema() {
    let text = r#"
        permit(principal, action == Action::"approveAlone", resource) when {
            principal.username == "ana@example.com" && resource.asker == principal
            && resource.door == "page" && resource.client == "s1"
            && resource.operation == "update" && resource.object == "Opportunity"
            && resource.fields.contains("Amount") && resource.fields.contains("NextStep")
            && resource.amount > 5 && resource.bulk == 7 && resource.tainted
            && resource.tainted_fields.contains("NextStep") && !resource.unusual_recipient
        };"#;
    let rules = rules(text).unwrap();
    let asked =
        |bulk| Question { amount: 6, bulk, tainted_fields: vec!["NextStep"], ..Question::by(1) };
    assert_eq!(asked(7).of(&rules), Ruling::Alone);
    assert_eq!(asked(8).of(&rules), Ruling::No);
}

#[test]
fn a_rule_that_cannot_hold_is_refused_before_it_takes_effect() {
    let permit = |when: &str| {
        rules(&format!("permit(principal, action, resource) when {{ {when} }};")).unwrap_err()
    };
    assert!(permit("resource.ammount > 5").contains("ammount"));
    assert!(permit("resource.amount > \"5\"").contains("approvals.cedar"));
    assert!(permit("resource.amount >").contains("approvals.cedar"));
    assert!(rules("permit(principal, action == Action::\"approve\", resource);").is_err());
    assert!(rules("").unwrap_err().contains("no rule"));
    // What names nothing that exists.
    assert!(rules("permit(principal is Robot, action, resource);").is_err());
}

#[test]
fn a_forbid_that_fails_forbids() {
    // Arithmetic that overflows is an error while it is evaluated, and Cedar skips such a rule.
    let text = "permit(principal, action, resource);
        forbid(principal, action, resource) when { resource.amount + 1 > 5 };";
    let rules = rules(text).unwrap();
    let most = Question { amount: i64::MAX, ..Question::by(1) };
    assert_eq!(most.of(&rules), Ruling::No);
    assert_eq!(Question::by(1).of(&rules), Ruling::Alone);
}
