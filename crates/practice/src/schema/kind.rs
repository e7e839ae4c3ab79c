//! Field types and sharing models, with their names in a describe result.

/// What a field holds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kind {
    Id,
    Text(usize),
    LongText(usize),
    Email,
    Phone,
    Url,
    Picklist(Vec<String>),
    MultiPicklist(Vec<String>),
    Currency,
    Double,
    Percent,
    Int,
    Boolean,
    Date,
    DateTime,
    Time,
    Base64,
    /// Counts up; the pattern's zeros give the width.
    Auto(usize),
    /// Made from the fields whose names start with this.
    Address(String),
    /// A history value of any type.
    Any,
    Reference {
        targets: Vec<String>,
        relationship: String,
        children: String,
    },
}

impl Kind {
    /// The `type` in a describe result.
    pub(crate) fn describe_name(&self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Text(_) | Self::Auto(_) => "string",
            Self::LongText(_) => "textarea",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Url => "url",
            Self::Picklist(_) => "picklist",
            Self::MultiPicklist(_) => "multipicklist",
            Self::Currency => "currency",
            Self::Double => "double",
            Self::Percent => "percent",
            Self::Int => "int",
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::DateTime => "datetime",
            Self::Time => "time",
            Self::Base64 => "base64",
            Self::Address(_) => "address",
            Self::Any => "anyType",
            Self::Reference { .. } => "reference",
        }
    }

    /// The `soapType` in a describe result.
    pub(crate) fn soap_name(&self) -> &'static str {
        match self {
            Self::Id | Self::Reference { .. } => "tns:ID",
            Self::Currency | Self::Double | Self::Percent => "xsd:double",
            Self::Int => "xsd:int",
            Self::Boolean => "xsd:boolean",
            Self::Date => "xsd:date",
            Self::DateTime => "xsd:dateTime",
            Self::Time => "xsd:time",
            Self::Base64 => "xsd:base64Binary",
            Self::Address(_) => "urn:address",
            Self::Any => "xsd:anyType",
            _ => "xsd:string",
        }
    }

    /// Setup's name for the type, as `FieldDefinition.DataType` gives it.
    pub(crate) fn setup_name(&self) -> String {
        match self {
            Self::Id => "Id".to_owned(),
            Self::Text(length) => format!("Text({length})"),
            Self::LongText(length) if *length > 255 => format!("Long Text Area({length})"),
            Self::LongText(length) => format!("Text Area({length})"),
            Self::Email => "Email".to_owned(),
            Self::Phone => "Phone".to_owned(),
            Self::Url => "URL(255)".to_owned(),
            Self::Picklist(_) => "Picklist".to_owned(),
            Self::MultiPicklist(_) => "Picklist (Multi-Select)".to_owned(),
            Self::Currency => "Currency(16, 2)".to_owned(),
            Self::Double => "Number(16, 2)".to_owned(),
            Self::Percent => "Percent(3, 0)".to_owned(),
            Self::Int => "Number(8, 0)".to_owned(),
            Self::Boolean => "Checkbox".to_owned(),
            Self::Date => "Date".to_owned(),
            Self::DateTime => "Date/Time".to_owned(),
            Self::Time => "Time".to_owned(),
            Self::Base64 => "Base64".to_owned(),
            Self::Auto(_) => "Auto Number".to_owned(),
            Self::Address(_) => "Address".to_owned(),
            Self::Any => "Any".to_owned(),
            Self::Reference { targets, .. } => format!("Lookup({})", targets.join(", ")),
        }
    }

    /// Characters a value may have; 0 where length means nothing.
    pub(crate) fn length(&self) -> usize {
        match self {
            Self::Id | Self::Reference { .. } => 18,
            Self::Text(length) | Self::LongText(length) => *length,
            Self::Email => 80,
            Self::Phone => 40,
            Self::Url | Self::Picklist(_) => 255,
            Self::MultiPicklist(_) => 4099,
            Self::Auto(_) => 30,
            Self::Any => 1333,
            _ => 0,
        }
    }

    pub(crate) fn is_textual(&self) -> bool {
        matches!(
            self,
            Self::Text(_)
                | Self::LongText(_)
                | Self::Email
                | Self::Phone
                | Self::Url
                | Self::Picklist(_)
                | Self::MultiPicklist(_)
                | Self::Auto(_)
                | Self::Any
                | Self::Base64
        )
    }

    pub(crate) fn is_number(&self) -> bool {
        matches!(self, Self::Currency | Self::Double | Self::Percent | Self::Int)
    }
}

/// Who sees rows they do not own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Sharing {
    /// The owner, those above in the role hierarchy, and those it is shared with.
    Private,
    /// Everyone who may read the object; writing as if private.
    Public,
    /// Everyone, for reading and writing.
    Team,
    /// As private, and readable by whoever can read the record it is about.
    Activity,
    /// As the record this field names.
    Parent(String),
    /// Readable by all, written by administrators.
    Setup,
    /// The query itself decides (logs, permissions).
    Special,
}
