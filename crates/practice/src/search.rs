//! Text search: SOSL, and the same asked with parameters.

mod term;

use std::sync::Arc;

use serde_json::{Map, Value as Json, json};
use soql::{Column, Expr, FieldPath, Returning, Search, SearchGroup};

use crate::exchange::{ApiError, Request};
use crate::query::{Binder, View};
use crate::schema::{Kind, Object};
use crate::state::Row;
use term::Term;

/// Records of one answer.
const MOST: usize = 2000;
const FEWEST_CHARACTERS: usize = 2;

/// Runs a SOSL search.
pub(crate) fn run(view: &View<'_>, text: &str) -> Result<Json, ApiError> {
    let search = soql::parse_search(text)
        .map_err(|error| ApiError::new(400, "MALFORMED_SEARCH", error.salesforce_message(text)))?;
    found(view, text, &search)
}

fn found(view: &View<'_>, text: &str, search: &Search) -> Result<Json, ApiError> {
    let term = Term::read(search.term.raw());
    if term.letters() < FEWEST_CHARACTERS {
        let message = "search term must be longer than one character";
        return Err(ApiError::new(400, "MALFORMED_SEARCH", message));
    }
    let group = search.group.unwrap_or(SearchGroup::All);
    let most = search.limit.map_or(MOST, |limit| (limit as usize).min(MOST));
    let mut records = Vec::new();
    if search.returning.is_empty() {
        let seen = view
            .state()
            .schema
            .objects()
            .iter()
            .filter(|object| object.searched && view.actor().sees_object(object));
        for object in seen {
            let id = Returning {
                object: path(&object.name)?,
                fields: Vec::new(),
                using: None,
                filter: None,
                order: Vec::new(),
                limit: None,
                offset: None,
            };
            records.extend(of_object(view, text, &term, group, &id)?);
        }
    }
    for returning in &search.returning {
        records.extend(of_object(view, text, &term, group, returning)?);
    }
    records.truncate(most);
    Ok(json!({ "searchRecords": records }))
}

fn of_object(
    view: &View<'_>,
    text: &str,
    term: &Term,
    group: SearchGroup,
    returning: &Returning,
) -> Result<Vec<Json>, ApiError> {
    // What follows an object in RETURNING is a query of it; so is how it is carried out.
    let mut query = soql::Query::new(returning.object.clone(), Vec::new());
    query.filter.clone_from(&returning.filter);
    query.order.clone_from(&returning.order);
    query.select = if returning.fields.is_empty() {
        vec![soql::SelectItem::field(path("Id")?)]
    } else {
        returning.fields.iter().cloned().map(soql::SelectItem::Column).collect()
    };
    let binder = Binder::new(view, text, &query.from)?;
    if !binder.root.searched {
        let message = format!("entity type {} does not support search", binder.root.name);
        return Err(ApiError::new(400, "INVALID_TYPE", message));
    }
    let plan = crate::query::Plan::of(&binder, &query)?;
    let mut rows: Vec<Arc<Row>> = plan
        .filtered(view)
        .into_iter()
        .filter(|row| has(view, binder.root, row, term, group))
        .collect();
    plan.sort(view, &mut rows);
    let offset = returning.offset.unwrap_or(0) as usize;
    let limit = returning.limit.map_or(MOST, |limit| limit as usize);
    let rows: Vec<Arc<Row>> = rows.into_iter().skip(offset).take(limit).collect();
    plan.records(view, &rows)
}

/// Whether the term is in the fields the user may read. A hidden field must not be found by, either.
fn has(view: &View<'_>, object: &Object, row: &Row, term: &Term, group: SearchGroup) -> bool {
    let mut texts = String::new();
    for field in object.fields.iter().filter(|field| view.actor().sees(object, field)) {
        let wanted = match group {
            SearchGroup::Name => field.is_name,
            SearchGroup::Email => field.kind == Kind::Email,
            SearchGroup::Phone => field.kind == Kind::Phone,
            SearchGroup::All | SearchGroup::Sidebar => {
                field.kind.is_textual() && field.kind != Kind::Base64
            }
        };
        if wanted && let Some(text) = row.get(field.at).as_str() {
            // A line end keeps a phrase from running over into the next field.
            texts.push_str(text);
            texts.push('\n');
        }
    }
    term.is_in(&texts)
}

/// A search by parameters.
#[derive(Debug)]
pub(crate) struct Asked {
    text: String,
    group: Option<SearchGroup>,
    objects: Vec<AskedObject>,
    fields: Vec<String>,
    limit: Option<u32>,
    per_object: Option<u32>,
}

#[derive(Debug)]
struct AskedObject {
    name: String,
    fields: Vec<String>,
    filter: Option<String>,
    limit: Option<u32>,
}

impl Asked {
    pub(crate) fn read(request: &Request) -> Result<Self, ApiError> {
        let body = if request.body.is_empty() { Map::new() } else { object(request.json()?)? };
        let list = |text: &str| {
            text.split(',')
                .map(str::trim)
                .filter(|one| !one.is_empty())
                .map(str::to_owned)
                .collect()
        };
        let word = |name: &str| {
            request
                .parameter(name)
                .map(str::to_owned)
                .or_else(|| body.get(name)?.as_str().map(str::to_owned))
        };
        let count = |name: &str| {
            let given = request.parameter(name).and_then(|count| count.parse().ok());
            given.or_else(|| number(body.get(name)))
        };
        let text = word("q").unwrap_or_default();
        let mut objects = Vec::new();
        let named: Vec<String> = request
            .query
            .iter()
            .filter(|(key, _)| key == "sobject")
            .flat_map(|(_, value)| list(value))
            .collect();
        let fields: Vec<String> = match body.get("fields") {
            Some(fields) => strings(fields),
            None => request.parameter("fields").map(list).unwrap_or_default(),
        };
        for name in named {
            let own = request.parameter(&format!("{name}.fields")).map(list).unwrap_or_default();
            let limit =
                request.parameter(&format!("{name}.limit")).and_then(|limit| limit.parse().ok());
            let filter = request.parameter(&format!("{name}.where")).map(str::to_owned);
            objects.push(AskedObject { name, fields: own, filter, limit });
        }
        for entry in body.get("sobjects").and_then(Json::as_array).into_iter().flatten() {
            let name = entry.get("name").and_then(Json::as_str).unwrap_or_default().to_owned();
            let own = entry.get("fields").map(strings).unwrap_or_default();
            let filter = entry.get("where").and_then(Json::as_str).map(str::to_owned);
            objects.push(AskedObject {
                name,
                fields: own,
                filter,
                limit: number(entry.get("limit")),
            });
        }
        let group = match word("in").unwrap_or_default().to_ascii_uppercase().as_str() {
            "NAME" => Some(SearchGroup::Name),
            "EMAIL" => Some(SearchGroup::Email),
            "PHONE" => Some(SearchGroup::Phone),
            "SIDEBAR" => Some(SearchGroup::Sidebar),
            _ => None,
        };
        Ok(Self {
            text,
            group,
            objects,
            fields,
            limit: count("overallLimit"),
            per_object: count("defaultLimit"),
        })
    }
}

fn object(json: Json) -> Result<Map<String, Json>, ApiError> {
    match json {
        Json::Object(body) => Ok(body),
        _ => Err(ApiError::parser("an object is wanted")),
    }
}

fn number(json: Option<&Json>) -> Option<u32> {
    json.and_then(Json::as_u64).and_then(|count| u32::try_from(count).ok())
}

fn strings(json: &Json) -> Vec<String> {
    json.as_array().into_iter().flatten().filter_map(Json::as_str).map(str::to_owned).collect()
}

/// Runs a search by parameters, as the SOSL it stands for.
pub(crate) fn parameterized(view: &View<'_>, asked: &Asked) -> Result<Json, ApiError> {
    let mut returning = Vec::new();
    for wanted in &asked.objects {
        let fields = if wanted.fields.is_empty() { &asked.fields } else { &wanted.fields };
        let filter = match &wanted.filter {
            None => None,
            Some(text) => {
                let text = format!("SELECT Id FROM {} WHERE {text}", wanted.name);
                let query = soql::parse(&text).map_err(|error| {
                    ApiError::new(400, "MALFORMED_SEARCH", error.salesforce_message(&text))
                })?;
                query.filter
            }
        };
        returning.push(Returning {
            object: path(&wanted.name)?,
            fields: fields.iter().map(|field| column(field)).collect::<Result<_, _>>()?,
            using: None,
            filter,
            order: Vec::new(),
            limit: wanted.limit.or(asked.per_object),
            offset: None,
        });
    }
    let search = Search {
        term: soql::SearchTerm::new(&asked.text),
        group: asked.group,
        returning,
        with: Vec::new(),
        limit: asked.limit,
        updates: Vec::new(),
    };
    found(view, &asked.text, &search)
}

fn column(field: &str) -> Result<Column, ApiError> {
    Ok(Column { expr: Expr::Field(path(field)?), alias: None })
}

fn path(name: &str) -> Result<FieldPath, ApiError> {
    FieldPath::parse(name)
        .ok_or_else(|| ApiError::new(400, "MALFORMED_SEARCH", "a name is not one"))
}
