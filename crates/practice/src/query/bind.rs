//! Names of a query to the fields they mean, as far as the user may know of them.

use soql::{At, ErrorCode, Expr, FieldPath, From, Function, Reason, SoqlError};

use super::View;
use super::evaluate::{Bound, Leaf, Path, Place};
use crate::exchange::ApiError;
use crate::schema::{Field, Kind, Object};

/// Lookups a path may go through.
const MOST_HOPS: usize = 5;

/// Resolves names within one query or sub-query.
pub(crate) struct Binder<'a> {
    pub(crate) view: &'a View<'a>,
    text: &'a str,
    pub(crate) root: &'static Object,
    alias: Option<String>,
    /// `FROM Contact c, c.Account a`: what `a` stands for.
    more: Vec<(String, Vec<String>)>,
}

impl<'a> Binder<'a> {
    /// The binder of a query's own object.
    pub(crate) fn new(view: &'a View<'a>, text: &'a str, from: &From) -> Result<Self, ApiError> {
        let name = from.object.to_string();
        let root =
            view.state().schema.object(&name).filter(|object| view.actor().sees_object(object));
        let Some(root) = root else {
            return Err(refuse(text, Reason::NoSuchObject(name.into()), from.object.at));
        };
        Self::of(view, text, from, root)
    }

    /// The binder of a sub-query from this child object.
    pub(crate) fn of(
        view: &'a View<'a>,
        text: &'a str,
        from: &From,
        root: &'static Object,
    ) -> Result<Self, ApiError> {
        let mut binder = Self {
            view,
            text,
            root,
            alias: from.alias.as_ref().map(soql::Name::key),
            more: Vec::new(),
        };
        for extra in &from.more {
            let parts: Vec<String> =
                extra.path.parts.iter().map(|part| part.as_str().to_owned()).collect();
            let (hops, _) = binder.hops(&extra.path, &binder.expand(&parts))?;
            if hops.is_empty() {
                return Err(refuse(
                    text,
                    Reason::NoSuchRelationship(extra.path.to_string().into()),
                    extra.path.at,
                ));
            }
            if let Some(alias) = &extra.alias {
                binder.more.push((alias.key(), binder.expand(&parts)));
            }
        }
        Ok(binder)
    }

    /// A binder for a query nested in this one, from an object of its own.
    pub(crate) fn inner(&self, from: &From) -> Result<Self, ApiError> {
        Self::new(self.view, self.text, from)
    }

    /// A binder for a sub-query over children.
    pub(crate) fn child(&self, from: &From, root: &'static Object) -> Result<Self, ApiError> {
        Self::of(self.view, self.text, from, root)
    }

    /// A binder for paths that begin at another object.
    pub(crate) fn on(&self, root: &'static Object) -> Self {
        Self { view: self.view, text: self.text, root, alias: None, more: Vec::new() }
    }

    /// An error with the query's text and a caret under the fault.
    pub(crate) fn refuse(&self, reason: Reason, at: At) -> ApiError {
        refuse(self.text, reason, at)
    }

    /// The same, in words the `soql` crate does not have.
    pub(crate) fn complain(&self, code: &'static str, at: At, words: &str) -> ApiError {
        let marked = SoqlError { code: ErrorCode::MalformedQuery, reason: Reason::Empty, at };
        let message = marked.salesforce_message(self.text);
        let place = message.strip_suffix(&Reason::Empty.to_string()).unwrap_or_default();
        ApiError::new(400, code, format!("{place}{words}"))
    }

    /// Replaces an alias at the start by what it stands for.
    fn expand(&self, parts: &[String]) -> Vec<String> {
        let Some((first, rest)) = parts.split_first() else { return Vec::new() };
        if rest.is_empty() {
            return parts.to_vec();
        }
        let key = first.to_ascii_lowercase();
        if let Some((_, path)) = self.more.iter().find(|(alias, _)| *alias == key) {
            return path.iter().chain(rest).cloned().collect();
        }
        let own = self.alias.as_ref() == Some(&key)
            || self.root.name.eq_ignore_ascii_case(first) && self.root.lookup(first).is_none();
        if own { rest.to_vec() } else { parts.to_vec() }
    }

    /// The lookups a path goes through and the objects it ends at. `parts` are all lookups.
    fn hops(
        &self,
        path: &FieldPath,
        parts: &[String],
    ) -> Result<(Vec<Vec<Place>>, Vec<&'static Object>), ApiError> {
        let actor = self.view.actor();
        let mut objects: Vec<&'static Object> = vec![self.root];
        let mut hops = Vec::new();
        for name in parts {
            let mut places = Vec::new();
            let mut next: Vec<&'static Object> = Vec::new();
            for object in &objects {
                let Some(field) = object.lookup(name).filter(|field| actor.sees(object, field))
                else {
                    continue;
                };
                places.push(Place { object: object.index, at: field.at });
                for target in self.targets(field) {
                    if !next.iter().any(|known| known.index == target.index) {
                        next.push(target);
                    }
                }
            }
            if places.is_empty() || next.is_empty() {
                return Err(self.refuse(Reason::NoSuchRelationship(name.as_str().into()), path.at));
            }
            hops.push(places);
            objects = next;
        }
        if hops.len() > MOST_HOPS {
            let words = format!("Only {MOST_HOPS} relationships may be followed in one path");
            return Err(self.complain("MALFORMED_QUERY", path.at, &words));
        }
        Ok((hops, objects))
    }

    pub(crate) fn targets(&self, field: &Field) -> Vec<&'static Object> {
        let Kind::Reference { targets, .. } = &field.kind else { return Vec::new() };
        let known = targets.iter().filter_map(|target| self.view.state().schema.object(target));
        known.filter(|object| self.view.actor().sees_object(object)).collect()
    }

    /// A path to a field.
    pub(crate) fn path(&self, path: &FieldPath) -> Result<Path, ApiError> {
        let parts: Vec<String> = path.parts.iter().map(|part| part.as_str().to_owned()).collect();
        let parts = self.expand(&parts);
        let (name, lookups) = parts.split_last().ok_or_else(ApiError::unknown)?;
        let (hops, objects) = self.hops(path, lookups)?;
        let names = lookups.to_vec();
        // Of a lookup with several targets, `Type` is the name of the object and not one of its fields.
        if objects.len() > 1 && name.eq_ignore_ascii_case("Type") {
            return Ok(Path { names, hops, leaf: Leaf::ObjectName });
        }
        let mut places = Vec::new();
        let mut found: Option<(&'static Object, &'static Field)> = None;
        for object in &objects {
            let field = object.field(name).or_else(|| named(object, name, objects.len()));
            if let Some(field) = field.filter(|field| self.view.actor().sees(object, field)) {
                places.push(Place { object: object.index, at: field.at });
                found = found.or(Some((object, field)));
            }
        }
        let Some((object, field)) = found else {
            let object = objects.first().map_or("", |object| object.name.as_str());
            let object = if objects.len() > 1 { "Name" } else { object };
            let reason =
                Reason::NoSuchColumn { field: name.as_str().into(), object: object.into() };
            return Err(self.refuse(reason, path.at));
        };
        Ok(Path { names, hops, leaf: Leaf::Field { places, object, field } })
    }

    /// The lookup field of a polymorphic relationship, for `TYPEOF`.
    pub(crate) fn relationship(
        &self,
        path: &FieldPath,
    ) -> Result<(Path, &'static Field), ApiError> {
        let parts: Vec<String> = path.parts.iter().map(|part| part.as_str().to_owned()).collect();
        let parts = self.expand(&parts);
        let (name, lookups) = parts.split_last().ok_or_else(ApiError::unknown)?;
        let (hops, objects) = self.hops(path, lookups)?;
        let found = objects.iter().find_map(|object| {
            let field =
                object.lookup(name).filter(|field| self.view.actor().sees(object, field))?;
            Some((*object, field))
        });
        let Some((object, field)) = found else {
            return Err(self.refuse(Reason::NoSuchRelationship(name.as_str().into()), path.at));
        };
        let places = vec![Place { object: object.index, at: field.at }];
        Ok((
            Path { names: lookups.to_vec(), hops, leaf: Leaf::Field { places, object, field } },
            field,
        ))
    }

    /// An expression without aggregates.
    pub(crate) fn expr(&self, expr: &Expr) -> Result<Bound, ApiError> {
        match expr {
            Expr::Field(path) => Ok(Bound::Path(self.path(path)?)),
            Expr::Call(call) if call.function.is_aggregate() => {
                let words =
                    format!("Grouped field should not be aggregated: {}", call.function.as_str());
                Err(self.complain("MALFORMED_QUERY", call.at, &words))
            }
            Expr::Call(call) => {
                let argument = self.expr(&call.argument)?;
                if call.function.is_date()
                    && !matches!(argument.kind(), Kind::Date | Kind::DateTime)
                {
                    let words = format!("{} needs a date field", call.function.as_str());
                    return Err(self.complain("MALFORMED_QUERY", call.at, &words));
                }
                Ok(match call.function {
                    Function::Format => Bound::Format(Box::new(argument)),
                    // One currency, one time zone, labels equal to values: these change nothing here.
                    Function::ConvertCurrency | Function::ConvertTimezone | Function::ToLabel => {
                        argument
                    }
                    function => Bound::Part(function, Box::new(argument)),
                })
            }
            Expr::Sum(sum) => {
                let first = self.path(&sum.first)?;
                let rest: Result<Vec<_>, _> =
                    sum.rest.iter().map(|(sign, path)| Ok((*sign, self.path(path)?))).collect();
                Ok(Bound::Sum(first, rest?))
            }
            Expr::Distance(distance) => Err(self.complain(
                "INVALID_FIELD",
                distance.at,
                "this org has no geolocation fields",
            )),
            Expr::Formula(formula) => Err(self.complain(
                "MALFORMED_QUERY",
                formula.at,
                "FORMULA is not enabled in this org",
            )),
        }
    }
}

/// Where several objects can be meant, `Name` is each one's own name field: a case's is its number.
fn named<'o>(object: &'o Object, name: &str, targets: usize) -> Option<&'o Field> {
    if targets > 1 && name.eq_ignore_ascii_case("Name") { object.name_field() } else { None }
}

pub(super) fn refuse(text: &str, reason: Reason, at: At) -> ApiError {
    let code = match reason {
        Reason::NoSuchColumn { .. } | Reason::NoSuchRelationship(_) => ErrorCode::InvalidField,
        Reason::NoSuchObject(_) | Reason::NoSuchChildren(_) => ErrorCode::InvalidType,
        Reason::OffsetTooLarge(_) => ErrorCode::NumberOutsideValidRange,
        _ => ErrorCode::MalformedQuery,
    };
    of_soql(text, &SoqlError { code, reason, at })
}

pub(super) fn of_soql(text: &str, error: &SoqlError) -> ApiError {
    ApiError::new(400, error.code.as_str(), error.salesforce_message(text))
}
