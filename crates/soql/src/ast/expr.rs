//! What can be selected, grouped, ordered and compared.

use super::{At, FieldPath, Function, Number, StringLiteral};

/// A field or something computed from fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expr {
    /// `Account.Name`
    Field(FieldPath),
    /// `MAX(Amount)`, `FORMAT(convertCurrency(Amount))`
    Call(Call),
    /// `DISTANCE(Location__c, GEOLOCATION(37.775, -122.418), 'mi')`
    Distance(Box<Distance>),
    /// `FORMULA('EndDate - StartDate')`
    Formula(Formula),
    /// `StartDate + Days__c`
    Sum(Box<FieldSum>),
}

/// A function of one argument; every SOQL function is, but `COUNT()`, `DISTANCE` and `FORMULA`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// Which.
    pub function: Function,
    /// A field, or a call where the function allows one.
    pub argument: Box<Expr>,
    /// Where the function's name stands.
    pub at: At,
}

/// How far a field's place is from a fixed one, `GEOLOCATION(latitude, longitude)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Distance {
    /// A location or address field.
    pub field: FieldPath,
    /// Degrees north of the fixed place.
    pub latitude: Number,
    /// Degrees east of the fixed place.
    pub longitude: Number,
    /// In what.
    pub unit: DistanceUnit,
    /// Where the function's name stands.
    pub at: At,
}

/// The third argument of `DISTANCE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DistanceUnit {
    /// `'mi'`
    Miles,
    /// `'km'`
    Kilometres,
}

/// `FORMULA('..')`: an expression in a string, which names fields too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Formula {
    /// The expression.
    pub text: StringLiteral,
    /// Where the function's name stands.
    pub at: At,
}

/// A field added to or subtracted from another, on the left of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldSum {
    /// The first.
    pub first: FieldPath,
    /// The others: in a query just one.
    pub rest: Vec<(Sign, FieldPath)>,
}

/// Between two fields of a sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// `+`
    Plus,
    /// `-`
    Minus,
}

impl Expr {
    /// Whether it is an aggregate, or a function of one.
    pub fn is_aggregate(&self) -> bool {
        match self {
            Self::Call(call) => call.function.is_aggregate() || call.argument.is_aggregate(),
            _ => false,
        }
    }

    /// Where it stands.
    pub fn at(&self) -> At {
        match self {
            Self::Field(path) => path.at,
            Self::Call(call) => call.at,
            Self::Distance(distance) => distance.at,
            Self::Formula(formula) => formula.at,
            Self::Sum(sum) => sum.first.at,
        }
    }

    /// Calls `visit` with every field named, those inside a formula's string excepted.
    pub fn for_each_field<'a>(&'a self, visit: &mut impl FnMut(&'a FieldPath)) {
        match self {
            Self::Field(path) => visit(path),
            Self::Call(call) => call.argument.for_each_field(visit),
            Self::Distance(distance) => visit(&distance.field),
            Self::Formula(_) => {}
            Self::Sum(sum) => {
                visit(&sum.first);
                sum.rest.iter().for_each(|(_, path)| visit(path));
            }
        }
    }
}

impl DistanceUnit {
    /// As written between quotes.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Miles => "mi",
            Self::Kilometres => "km",
        }
    }
}
