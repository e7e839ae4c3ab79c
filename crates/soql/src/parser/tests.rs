use crate::{ast::Condition, parse};

#[test]
fn a_condition_of_one_kind_is_flat() {
    let query = parse("SELECT Id FROM Account WHERE A = 1 AND B = 2 AND (C = 3 OR D = 4)").unwrap();
    let Some(Condition::And(all)) = query.filter else { panic!("not a conjunction") };
    assert_eq!(all.len(), 3);
}
