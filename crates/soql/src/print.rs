//! Canonical text: keywords in capitals, one space, the defaults left out, names as they were written.

use std::fmt::{Display, Formatter, Result};

use crate::ast::{
    Binding, Call, CategoryFilter, Column, CompareOp, Condition, Currency, Direction, Distance,
    Expr, ForClause, From, GroupKind, InList, Literal, Name, Nulls, Order, Query, Returning,
    Search, SearchValue, SearchWith, SelectItem, Sign, StringLiteral, TypeOf, UpdateClause, Using,
    With,
};

impl Display for Query {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "SELECT {} FROM {}", Commas(&self.select), self.from)?;
        if let Some(using) = &self.using {
            write!(f, " USING {using}")?;
        }
        if let Some(filter) = &self.filter {
            write!(f, " WHERE {filter}")?;
        }
        if let Some(with) = &self.with {
            write!(f, " WITH {with}")?;
        }
        if let Some(group) = &self.group {
            let by = Commas(&group.by);
            match group.kind {
                GroupKind::Plain => write!(f, " GROUP BY {by}")?,
                GroupKind::Rollup => write!(f, " GROUP BY ROLLUP({by})")?,
                GroupKind::Cube => write!(f, " GROUP BY CUBE({by})")?,
            }
        }
        if let Some(having) = &self.having {
            write!(f, " HAVING {having}")?;
        }
        order_and_limits(f, &self.order, self.limit, self.offset)?;
        if !self.bind.is_empty() {
            write!(f, " BIND {}", Commas(&self.bind))?;
        }
        for clause in &self.for_clauses {
            write!(f, " FOR {clause}")?;
        }
        updates(f, &self.updates)
    }
}

impl Display for Search {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "FIND {{{}}}", self.term.raw())?;
        if let Some(group) = self.group {
            write!(f, " IN {} FIELDS", group.as_str())?;
        }
        if !self.returning.is_empty() {
            write!(f, " RETURNING {}", Commas(&self.returning))?;
        }
        for with in &self.with {
            write!(f, " WITH {with}")?;
        }
        order_and_limits(f, &[], self.limit, None)?;
        updates(f, &self.updates)
    }
}

fn order_and_limits(
    f: &mut Formatter<'_>,
    order: &[Order],
    limit: Option<u32>,
    offset: Option<u32>,
) -> Result {
    if !order.is_empty() {
        write!(f, " ORDER BY {}", Commas(order))?;
    }
    if let Some(limit) = limit {
        write!(f, " LIMIT {limit}")?;
    }
    if let Some(offset) = offset {
        write!(f, " OFFSET {offset}")?;
    }
    Ok(())
}

fn updates(f: &mut Formatter<'_>, updates: &[UpdateClause]) -> Result {
    if updates.is_empty() { Ok(()) } else { write!(f, " UPDATE {}", Commas(updates)) }
}

/// Items with commas between.
struct Commas<'a, T>(&'a [T]);

impl<T: Display> Display for Commas<'_, T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        for (index, item) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(", ")?;
            }
            item.fmt(f)?;
        }
        Ok(())
    }
}

impl Display for SelectItem {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Column(column) => column.fmt(f),
            Self::Count(_) => f.write_str("COUNT()"),
            Self::Fields(set, _) => write!(f, "FIELDS({})", set.as_str()),
            Self::TypeOf(type_of) => type_of.fmt(f),
            Self::Children(query) => write!(f, "({query})"),
        }
    }
}

impl Display for Column {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        self.expr.fmt(f)?;
        alias(f, self.alias.as_ref())
    }
}

impl Display for TypeOf {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "TYPEOF {}", self.relationship)?;
        for when in &self.whens {
            write!(f, " WHEN {} THEN {}", when.object, Commas(&when.fields))?;
        }
        if !self.otherwise.is_empty() {
            write!(f, " ELSE {}", Commas(&self.otherwise))?;
        }
        f.write_str(" END")
    }
}

impl Display for From {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        self.object.fmt(f)?;
        alias(f, self.alias.as_ref())?;
        for more in &self.more {
            write!(f, ", {}", more.path)?;
            alias(f, more.alias.as_ref())?;
        }
        Ok(())
    }
}

fn alias(f: &mut Formatter<'_>, alias: Option<&Name>) -> Result {
    alias.map_or(Ok(()), |alias| write!(f, " {alias}"))
}

impl Display for Expr {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Field(path) => path.fmt(f),
            Self::Call(Call { function, argument, .. }) => {
                write!(f, "{}({argument})", function.as_str())
            }
            Self::Distance(distance) => distance.fmt(f),
            Self::Formula(formula) => write!(f, "FORMULA({})", formula.text),
            Self::Sum(sum) => {
                sum.first.fmt(f)?;
                for (sign, path) in &sum.rest {
                    let sign = match sign {
                        Sign::Plus => '+',
                        Sign::Minus => '-',
                    };
                    write!(f, " {sign} {path}")?;
                }
                Ok(())
            }
        }
    }
}

impl Display for Distance {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let Self { field, latitude, longitude, unit, .. } = self;
        write!(f, "DISTANCE({field}, GEOLOCATION({latitude}, {longitude}), '{}')", unit.as_str())
    }
}

impl Display for Condition {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::And(all) => joined(f, all, " AND "),
            Self::Or(any) => joined(f, any, " OR "),
            Self::Not(inner) => {
                f.write_str("NOT ")?;
                part(f, inner)
            }
            Self::Compare { left, op, right } => write!(f, "{left} {} {right}", op.as_str()),
            Self::In { left, negated, list } => {
                write!(f, "{left} {}IN ", if *negated { "NOT " } else { "" })?;
                match list {
                    InList::Values(values) => write!(f, "({})", Commas(values)),
                    InList::Query(query, _) => write!(f, "({query})"),
                }
            }
            Self::Includes { left, negated, values } => {
                let word = if *negated { "EXCLUDES" } else { "INCLUDES" };
                write!(f, "{left} {word} ({})", Commas(values))
            }
        }
    }
}

fn joined(f: &mut Formatter<'_>, parts: &[Condition], join: &str) -> Result {
    for (index, condition) in parts.iter().enumerate() {
        if index > 0 {
            f.write_str(join)?;
        }
        part(f, condition)?;
    }
    Ok(())
}

/// A condition inside another: in brackets unless it is a plain comparison.
fn part(f: &mut Formatter<'_>, condition: &Condition) -> Result {
    match condition {
        Condition::And(_) | Condition::Or(_) | Condition::Not(_) => write!(f, "({condition})"),
        _ => condition.fmt(f),
    }
}

impl Display for CompareOp {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(self.as_str())
    }
}

impl Display for Literal {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Null => f.write_str("NULL"),
            Self::Bool(true) => f.write_str("TRUE"),
            Self::Bool(false) => f.write_str("FALSE"),
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => text.fmt(f),
            Self::Date(moment) | Self::DateTime(moment) | Self::Time(moment) => moment.fmt(f),
            Self::Relative(date) => date.fmt(f),
            Self::Currency(currency) => currency.fmt(f),
        }
    }
}

impl Display for StringLiteral {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "'{}'", self.raw())
    }
}

impl Display for Currency {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "{}{}", self.code(), self.amount)
    }
}

impl Display for Using {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Scope(scope) => write!(f, "SCOPE {scope}"),
            Self::Lookup { path, bind } if bind.is_empty() => write!(f, "LOOKUP {path}"),
            Self::Lookup { path, bind } => write!(f, "LOOKUP {path} BIND {}", Commas(bind)),
        }
    }
}

impl Display for Binding {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "{} = {}", self.field, self.value)
    }
}

impl Display for With {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::DataCategory(filters) => data_category(f, filters),
            Self::UserId(user) => write!(f, "UserId = {user}"),
            Self::RecordVisibility(values) => {
                f.write_str("RecordVisibilityContext ")?;
                settings(f, values)
            }
        }
    }
}

fn data_category(f: &mut Formatter<'_>, filters: &[CategoryFilter]) -> Result {
    f.write_str("DATA CATEGORY ")?;
    for (index, filter) in filters.iter().enumerate() {
        if index > 0 {
            f.write_str(" AND ")?;
        }
        write!(f, "{} {} ", filter.group, filter.reach.as_str())?;
        match filter.categories.as_slice() {
            [one] => one.fmt(f)?,
            many => write!(f, "({})", Commas(many))?,
        }
    }
    Ok(())
}

fn settings(f: &mut Formatter<'_>, settings: &[(Name, Literal)]) -> Result {
    f.write_str("(")?;
    for (index, (name, value)) in settings.iter().enumerate() {
        let comma = if index > 0 { ", " } else { "" };
        write!(f, "{comma}{name} = {value}")?;
    }
    f.write_str(")")
}

impl Display for Order {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        self.expr.fmt(f)?;
        f.write_str(match self.direction {
            Direction::Ascending => "",
            Direction::Descending => " DESC",
        })?;
        f.write_str(match self.nulls {
            None => "",
            Some(Nulls::First) => " NULLS FIRST",
            Some(Nulls::Last) => " NULLS LAST",
        })
    }
}

impl Display for ForClause {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(match self {
            Self::View(_) => "VIEW",
            Self::Reference(_) => "REFERENCE",
        })
    }
}

impl Display for UpdateClause {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(match self {
            Self::Tracking(_) => "TRACKING",
            Self::ViewStat(_) => "VIEWSTAT",
        })
    }
}

impl Display for Returning {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        self.object.fmt(f)?;
        if self.fields.is_empty() {
            return Ok(());
        }
        write!(f, "({}", Commas(&self.fields))?;
        if let Some(filter) = &self.filter {
            write!(f, " WHERE {filter}")?;
        }
        if let Some(using) = &self.using {
            write!(f, " USING LISTVIEW = {}", using.list_view)?;
        }
        order_and_limits(f, &self.order, self.limit, self.offset)?;
        f.write_str(")")
    }
}

impl Display for SearchWith {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::DataCategory(filters) => data_category(f, filters),
            Self::Named { name, value } => {
                name.fmt(f)?;
                match value {
                    SearchValue::None => Ok(()),
                    SearchValue::One(value) => write!(f, " = {value}"),
                    SearchValue::Many(values) => write!(f, " IN ({})", Commas(values)),
                    SearchValue::Settings(values) => {
                        f.write_str(" ")?;
                        settings(f, values)
                    }
                }
            }
        }
    }
}
