//! Bound expressions, and their values on a row.

use std::sync::Arc;

use soql::{Function, Sign};

use super::{View, dates};
use crate::schema::{Field, Kind, Object};
use crate::state::Row;
use crate::value::Value;

/// A field's place in the rows of one object.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) object: usize,
    pub(crate) at: usize,
}

/// A path of lookups to a field. Each step knows the place for every object it may find itself on.
#[derive(Clone, Debug)]
pub(crate) struct Path {
    /// The relationship names, as written.
    pub(crate) names: Vec<String>,
    pub(crate) hops: Vec<Vec<Place>>,
    pub(crate) leaf: Leaf,
}

#[derive(Clone, Debug)]
pub(crate) enum Leaf {
    Field {
        places: Vec<Place>,
        /// The first object that has it, which stands for the others in type and name.
        object: &'static Object,
        field: &'static Field,
    },
    /// The name of the object the path ends at.
    ObjectName,
}

/// An expression without aggregates.
#[derive(Clone, Debug)]
pub(crate) enum Bound {
    Path(Path),
    Part(Function, Box<Bound>),
    Format(Box<Bound>),
    Sum(Path, Vec<(Sign, Path)>),
}

static TEXT: Kind = Kind::Text(255);
static INT: Kind = Kind::Int;
static DATE: Kind = Kind::Date;
static DOUBLE: Kind = Kind::Double;

impl Path {
    pub(crate) fn kind(&self) -> &'static Kind {
        match &self.leaf {
            Leaf::Field { field, .. } => &field.kind,
            Leaf::ObjectName => &TEXT,
        }
    }

    pub(crate) fn field(&self) -> Option<&'static Field> {
        if let Leaf::Field { field, .. } = &self.leaf { Some(field) } else { None }
    }

    /// What the field is called in a result.
    pub(crate) fn leaf_name(&self) -> &str {
        self.field().map_or("Type", |field| &field.name)
    }

    pub(crate) fn value(&self, view: &View<'_>, object: &'static Object, row: &Arc<Row>) -> Value {
        let mut here: (&'static Object, Arc<Row>) = (object, Arc::clone(row));
        for hop in &self.hops {
            let Some(next) = step(view, hop, here.0, &here.1) else { return Value::Null };
            here = next;
        }
        match &self.leaf {
            Leaf::ObjectName => Value::text(here.0.name.as_str()),
            Leaf::Field { places, .. } => {
                let place = places.iter().find(|place| place.object == here.0.index);
                place.map_or(Value::Null, |place| here.1.get(place.at).clone())
            }
        }
    }
}

/// Follows one lookup; nothing where it is empty, or leads to what the user may not see.
pub(crate) fn step(
    view: &View<'_>,
    hop: &[Place],
    object: &'static Object,
    row: &Row,
) -> Option<(&'static Object, Arc<Row>)> {
    let place = hop.iter().find(|place| place.object == object.index)?;
    match row.get(place.at) {
        Value::Id(id) => view.follow(*id),
        // Entity definitions are referred to by name.
        Value::Text(name) => {
            let object = view.state().schema.object("EntityDefinition")?;
            let rows = view.rows(object);
            let found = rows
                .into_iter()
                .find(|row| row.named(object, "DurableId").as_str() == Some(name.as_ref()))?;
            Some((object, found))
        }
        _ => None,
    }
}

impl Bound {
    pub(crate) fn kind(&self) -> &'static Kind {
        match self {
            Self::Path(path) => path.kind(),
            Self::Part(Function::DayOnly, _) => &DATE,
            Self::Part(..) => &INT,
            Self::Format(_) => &TEXT,
            Self::Sum(..) => &DOUBLE,
        }
    }

    /// The field compared or sorted by, for what the field itself forbids.
    pub(crate) fn field(&self) -> Option<&'static Field> {
        if let Self::Path(path) = self { path.field() } else { None }
    }

    pub(crate) fn value(&self, view: &View<'_>, object: &'static Object, row: &Arc<Row>) -> Value {
        match self {
            Self::Path(path) => path.value(view, object, row),
            Self::Part(function, argument) => {
                dates::part(*function, &argument.value(view, object, row))
            }
            Self::Format(argument) => format(&argument.value(view, object, row)),
            Self::Sum(first, rest) => {
                let number = |path: &Path| path.value(view, object, row).as_number();
                let sum = rest.iter().try_fold(number(first), |sum, (sign, path)| {
                    let next = number(path)?;
                    Some(sum.map(|sum| if *sign == Sign::Plus { sum + next } else { sum - next }))
                });
                sum.flatten().map_or(Value::Null, Value::Number)
            }
        }
    }
}

/// A value as a person of the org's locale reads it.
fn format(value: &Value) -> Value {
    match value {
        Value::Number(number) => Value::text(grouped(*number)),
        Value::Date(date) => Value::text(date.strftime("%d/%m/%Y").to_string()),
        Value::Instant(at) => Value::text(at.strftime("%d/%m/%Y, %H:%M").to_string()),
        Value::Bool(flag) => Value::text(flag.to_string()),
        Value::Id(id) => Value::text(id.to_string()),
        Value::Time(time) => Value::text(time.strftime("%H:%M").to_string()),
        other => other.clone(),
    }
}

/// `1234567.5` as `1,234,567.50`.
fn grouped(number: f64) -> String {
    let fixed = format!("{:.2}", number.abs());
    let (whole, part) = fixed.split_once('.').unwrap_or((&fixed, "00"));
    let mut out = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    let sign = if number < 0.0 { "-" } else { "" };
    if part == "00" { format!("{sign}{out}") } else { format!("{sign}{out}.{part}") }
}
