//! Searches by words, and what was looked at last.

use std::collections::BTreeSet;

use boundary::{Columns, Touch, Usage, Withheld};
use soql::{
    Column, Expr, FieldPath, Returning, Search, SearchGroup, SearchTerm, Use, narrow_search,
};

use super::guessing::refuse_gaps;
use super::{Against, Asked, Plan, ReadRefusal, of_soql, reason_against, touches_of};

/// Records that a search brings at most.
const FOUND: u64 = 200;
/// Characters of the words that are looked for; longer ones are no name.
const LONGEST: usize = 2_000;

/// Plans a search by name.
pub(crate) fn plan_search(
    text: &str,
    objects: &[String],
    against: Against<'_>,
) -> Result<Plan, ReadRefusal> {
    if text.trim().chars().count() < 2 {
        return Err(ReadRefusal::new("MALFORMED_SEARCH", "search for at least two characters"));
    }
    if text.chars().count() > LONGEST {
        let message = format!("search for at most {LONGEST} characters");
        return Err(ReadRefusal::new("MALFORMED_SEARCH", message));
    }
    let named = |name: &String| {
        objects.is_empty() || objects.iter().any(|it| it.eq_ignore_ascii_case(name))
    };
    let chosen: Vec<String> = nameable(against).into_iter().filter(named).collect();
    if chosen.is_empty() {
        return Err(ReadRefusal::new(
            "INVALID_TYPE",
            "none of these objects can be searched by name",
        ));
    }
    let search = Search {
        term: SearchTerm::new(text.trim()),
        group: Some(SearchGroup::Name),
        returning: chosen.iter().filter_map(|object| returning(object)).collect(),
        with: Vec::new(),
        limit: Some(u32::try_from(against.rows.min(50)).unwrap_or(50)),
        updates: Vec::new(),
    };
    let touched = soql::resolve_search(&search, against.schema).map_err(|error| of_soql(&error))?;
    Ok(Plan {
        asked: Asked::Search,
        statement: search.to_string(),
        touches: touches_of(&touched),
        columns: Columns::new(),
        dropped: BTreeSet::new(),
        about: chosen.join(", "),
        cap: None,
    })
}

fn returning(object: &str) -> Option<Returning> {
    let field = |name: &str| {
        let path = FieldPath::parse(name)?;
        Some(Column { expr: Expr::Field(path), alias: None })
    };
    Some(Returning {
        object: FieldPath::parse(object)?,
        fields: vec![field("Id")?, field("Name")?],
        using: None,
        filter: None,
        order: Vec::new(),
        limit: None,
        offset: None,
    })
}

/// Plans a SOSL search of a program. `searchable` are the objects that are looked through when it
/// names none.
///
/// The words are looked for in names alone: Salesforce would look into every field of a record, and
/// a hit would tell what stands in one that is kept.
pub(crate) fn plan_sosl(
    text: &str,
    searchable: &[String],
    against: Against<'_>,
) -> Result<Plan, ReadRefusal> {
    let mut search = soql::parse_search(text).map_err(|error| of_soql(&error))?;
    if !search.with.is_empty() || !search.updates.is_empty() {
        let message = "WITH and UPDATE are not for searches through this gate";
        return Err(ReadRefusal::new("MALFORMED_SEARCH", message));
    }
    if search.returning.is_empty() {
        let known = nameable(against).into_iter().filter(|it| searchable.contains(it));
        search.returning = known.filter_map(|object| bare(&object)).collect();
    }
    let plain = |column: &Column| column.alias.is_none() && matches!(column.expr, Expr::Field(_));
    if !search.returning.iter().flat_map(|it| &it.fields).all(plain) {
        let message = "RETURNING takes plain fields through this gate";
        return Err(ReadRefusal::new("MALFORMED_SEARCH", message));
    }
    search.group = Some(SearchGroup::Name);
    let mut refused = None;
    let narrowed = narrow_search(search, against.schema, &mut |touch| {
        let why = reason_against(touch, against);
        if refused.is_none() {
            refused = why.clone().map(|why| (touch.object.clone(), touch.field.clone(), why));
        }
        why.is_none()
    });
    let mut narrowed = narrowed.map_err(|error| match refused {
        Some((object, field, why)) => ReadRefusal::of_policy(&object, &field, &why, &error),
        None => of_soql(&error),
    })?;
    let term = narrowed.search.term.raw().to_owned();
    let rows = u32::try_from(against.rows.min(FOUND)).unwrap_or(u32::MAX);
    let capped = narrowed.search.limit.is_none_or(|limit| limit > rows);
    if capped {
        narrowed.search.limit = Some(rows);
    }
    let dropped = narrowed.dropped.iter().map(|touch| Withheld {
        object: touch.object.clone(),
        field: touch.field.clone(),
        why: reason_against(touch, against).unwrap_or_default(),
    });
    let about: Vec<String> =
        narrowed.search.returning.iter().map(|it| it.object.to_string()).collect();
    let plan = Plan {
        asked: Asked::Search,
        statement: narrowed.search.to_string(),
        touches: touches_of(&narrowed.touched),
        columns: Columns::new(),
        dropped: dropped.collect(),
        about: about.join(", "),
        cap: capped.then_some(u64::from(rows)),
    };
    refuse_gaps(&term, &searched(&plan), against.matrix)?;
    Ok(plan)
}

/// The plan with the names that the search looks through, whatever it returns.
fn searched(plan: &Plan) -> Plan {
    let objects: BTreeSet<&String> = plan.touches.iter().map(|it| &it.object).collect();
    let names = objects.into_iter().map(|object| Touch {
        object: object.clone(),
        field: "Name".to_owned(),
        usage: Usage::Decide,
    });
    Plan { touches: plan.touches.iter().cloned().chain(names).collect(), ..plan.clone() }
}

/// Plans a look at what the person opened last: ids and names.
pub(crate) fn plan_recent(most: u16, against: Against<'_>) -> Plan {
    let objects = nameable(against);
    let touches = objects.iter().flat_map(|object| {
        ["Id", "Name"].map(|field| Touch {
            object: object.clone(),
            field: field.to_owned(),
            usage: Usage::Select,
        })
    });
    Plan {
        asked: Asked::Recent(most),
        statement: String::new(),
        touches: touches.collect(),
        columns: Columns::new(),
        dropped: BTreeSet::new(),
        about: objects.join(", "),
        cap: None,
    }
}

/// The objects of which both id and name may be told.
pub(crate) fn nameable(against: Against<'_>) -> Vec<String> {
    let may = |object: &str| {
        ["Id", "Name"].into_iter().all(|field| {
            let touch = select_touch(object, field);
            against.rights.may_read(object, field) && reason_against(&touch, against).is_none()
        })
    };
    against.rights.objects().map(|it| it.name.clone()).filter(|name| may(name)).collect()
}

fn bare(object: &str) -> Option<Returning> {
    Some(Returning {
        fields: vec![Column { expr: Expr::Field(FieldPath::parse("Id")?), alias: None }],
        ..returning(object)?
    })
}

fn select_touch(object: &str, field: &str) -> soql::Touch {
    soql::Touch {
        object: object.to_owned(),
        field: field.to_owned(),
        used: Use::Select,
        implied: false,
        known: true,
        at: soql::At::default(),
    }
}
