//! The string literals of a query, to be read or replaced.

use crate::ast::{
    CompareOp, Condition, Expr, InList, Literal, Query, Search, SearchValue, SearchWith,
    SelectItem, StringLiteral, Using, With,
};

/// What a string is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StringUse {
    /// It is compared as it is.
    Value,
    /// It is a pattern of `LIKE`: see [`StringLiteral::pieces`].
    Pattern,
    /// It is a formula, which names fields.
    Formula,
}

/// What is called with each string.
pub type Visit<'a> = dyn FnMut(&mut StringLiteral, StringUse) + 'a;

/// Shows `visit` every string of the query and its sub-queries.
pub fn for_each_string(query: &mut Query, visit: &mut Visit<'_>) {
    for item in &mut query.select {
        if let SelectItem::Children(inner) = item {
            for_each_string(inner, visit);
        }
    }
    if let Some(Using::Lookup { bind, .. }) = &mut query.using {
        literals(bind.iter_mut().map(|binding| &mut binding.value), visit);
    }
    if let Some(filter) = &mut query.filter {
        condition(filter, visit);
    }
    match &mut query.with {
        Some(With::UserId(user)) => visit(user, StringUse::Value),
        Some(With::RecordVisibility(settings)) => {
            literals(settings.iter_mut().map(|(_, value)| value), visit);
        }
        Some(With::DataCategory(_)) | None => {}
    }
    if let Some(having) = &mut query.having {
        condition(having, visit);
    }
    literals(query.bind.iter_mut().map(|binding| &mut binding.value), visit);
}

/// The same for a search. Its term is no string literal and not shown: see [`Search::term`].
pub fn for_each_search_string(search: &mut Search, visit: &mut Visit<'_>) {
    for returning in &mut search.returning {
        if let Some(filter) = &mut returning.filter {
            condition(filter, visit);
        }
    }
    for with in &mut search.with {
        let SearchWith::Named { value, .. } = with else { continue };
        match value {
            SearchValue::None => {}
            SearchValue::Settings(settings) => {
                literals(settings.iter_mut().map(|(_, value)| value), visit);
            }
            SearchValue::One(value) => literals([value], visit),
            SearchValue::Many(values) => {
                for value in values {
                    visit(value, StringUse::Value);
                }
            }
        }
    }
}

fn condition(tree: &mut Condition, visit: &mut Visit<'_>) {
    if let Condition::Compare { left, .. }
    | Condition::In { left, .. }
    | Condition::Includes { left, .. } = tree
        && let Expr::Formula(formula) = left
    {
        visit(&mut formula.text, StringUse::Formula);
    }
    match tree {
        Condition::And(parts) | Condition::Or(parts) => {
            for part in parts {
                condition(part, visit);
            }
        }
        Condition::Not(inner) => condition(inner, visit),
        Condition::Compare { op: CompareOp::Like, right: Literal::Text(text), .. } => {
            visit(text, StringUse::Pattern);
        }
        Condition::Compare { right, .. } => literals([right], visit),
        Condition::In { list: InList::Values(values), .. } | Condition::Includes { values, .. } => {
            literals(values, visit);
        }
        Condition::In { list: InList::Query(query, _), .. } => for_each_string(query, visit),
    }
}

fn literals<'a>(values: impl IntoIterator<Item = &'a mut Literal>, visit: &mut Visit<'_>) {
    for value in values {
        if let Literal::Text(text) = value {
            visit(text, StringUse::Value);
        }
    }
}
