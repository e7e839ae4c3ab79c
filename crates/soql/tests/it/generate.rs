//! Trees made from bytes: any bytes give a tree that the parser could have made.

use soql::*;

/// Choices, read from bytes. When they run out every choice is the first, which ends every tree.
pub(crate) struct Choices<'a> {
    bytes: &'a [u8],
    depth: usize,
}

const NAMES: &[&str] = &[
    "Id",
    "Name",
    "a",
    "X9_y__c",
    "order",
    "group",
    "offset",
    "count",
    "fields",
    "today",
    "view",
    "data",
    "scope",
    "formula",
    "distance",
    "geolocation",
    "all",
    "rows",
    "lAsT_n_days",
    "usd5",
    "Account",
    "category",
    "sum",
    "then",
];
const TEXTS: &[&str] =
    &["", "x", "it's", "a\\b", "\n\r\t\u{8}\u{c}", "%_", "\u{1F600}\u{e9}", ":bind", "\"", "--"];
const NUMBERS: &[&str] = &["0", "5", "-5", "1.25", "-.5", "99999999999999999999.1", "007"];
const MOMENTS: &[&str] = &[
    "2026-11-22",
    "2024-02-29",
    "2026-11-22T10:00:00Z",
    "2026-11-22T10:00:00.123+0100",
    "2026-11-22t23:59:59.9-08:00",
    "10:00:00.000Z",
    "23:59:59z",
];

impl<'a> Choices<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, depth: 0 }
    }

    fn pick(&mut self, count: usize) -> usize {
        let Some((first, rest)) = self.bytes.split_first() else { return 0 };
        self.bytes = rest;
        usize::from(*first) % count
    }

    fn flip(&mut self) -> bool {
        self.pick(2) == 1
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.pick(of.len())]
    }

    fn maybe<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.flip().then(|| make(self))
    }

    fn some<T>(&mut self, least: usize, make: impl Fn(&mut Self) -> T) -> Vec<T> {
        let count = least + self.pick(3);
        (0..count).map(|_| make(self)).collect()
    }

    /// A choice that needs to go deeper; the first when too deep already.
    fn deeper(&mut self, count: usize) -> usize {
        if self.depth > 4 { 0 } else { self.pick(count) }
    }

    fn nested<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> T {
        self.depth += 1;
        let made = make(self);
        self.depth -= 1;
        made
    }

    fn name(&mut self) -> Name {
        Name::new(self.one(NAMES)).unwrap()
    }

    fn path(&mut self) -> FieldPath {
        FieldPath::parse(self.one(&[
            "Id",
            "a.b",
            "order",
            "group.Name",
            "c.d.limit.From",
            "X__r.Y__c",
            "today",
        ]))
        .unwrap()
    }

    pub(crate) fn query(&mut self) -> Query {
        let (object, select) = (self.path(), self.select());
        let mut query = self.body(object, select);
        query.group = self.maybe(|c| Group {
            kind: c.one(&[GroupKind::Plain, GroupKind::Rollup, GroupKind::Cube]),
            by: c.some(1, Self::key),
        });
        if query.group.is_some() {
            query.having = self.maybe(|c| c.condition(false));
        }
        query.order = self.some(0, Self::order);
        query.limit = self.maybe(Self::count);
        query.offset = self.maybe(Self::count);
        // Right after a lookup without bindings, a closing BIND would be read as the lookup's.
        if !matches!(&query.using, Some(Using::Lookup { bind, .. }) if bind.is_empty()) {
            query.bind = self.some(0, Self::binding);
        }
        let at = At::default();
        query.for_clauses = self
            .maybe(|c| c.one(&[ForClause::View(at), ForClause::Reference(at)]))
            .into_iter()
            .collect();
        query.updates = self.some(0, Self::update);
        query
    }

    /// What every query has, also a semi-join.
    fn body(&mut self, object: FieldPath, select: Vec<SelectItem>) -> Query {
        let mut query = Query::new(object, select);
        query.from.alias = self.maybe(Self::name);
        query.from.more =
            self.some(0, |c| FromAlias { path: c.path(), alias: c.maybe(Self::name) });
        query.using = match self.pick(3) {
            0 => None,
            1 => Some(Using::Scope(self.name())),
            _ => Some(Using::Lookup { path: self.path(), bind: self.some(0, Self::binding) }),
        };
        query.filter = self.maybe(|c| c.condition(true));
        query.with = match self.pick(4) {
            0 => None,
            1 => Some(With::DataCategory(self.some(1, Self::category))),
            2 => Some(With::UserId(self.text())),
            _ => Some(With::RecordVisibility(self.some(1, Self::setting))),
        };
        query
    }

    fn select(&mut self) -> Vec<SelectItem> {
        if self.pick(8) == 7 {
            vec![SelectItem::Count(At::default())]
        } else {
            self.some(1, Self::item)
        }
    }

    fn item(&mut self) -> SelectItem {
        match self.deeper(6) {
            0..=2 => SelectItem::Column(self.column()),
            3 => SelectItem::Fields(
                self.one(&[FieldSet::All, FieldSet::Standard, FieldSet::Custom]),
                At::default(),
            ),
            4 => SelectItem::TypeOf(TypeOf {
                relationship: self.path(),
                whens: self.some(1, |c| When {
                    object: c.name(),
                    at: At::default(),
                    fields: c.some(1, Self::path),
                }),
                otherwise: self.some(0, Self::path),
            }),
            _ => SelectItem::Children(Box::new(self.nested(Self::query))),
        }
    }

    fn column(&mut self) -> Column {
        Column { expr: self.expr(), alias: self.maybe(Self::name) }
    }

    fn expr(&mut self) -> Expr {
        let field = Expr::Field(self.path());
        match self.pick(4) {
            0 | 1 => field,
            2 => {
                let inner = if self.flip() { self.call(field) } else { field };
                self.call(inner)
            }
            _ => self.distance(),
        }
    }

    fn call(&mut self, argument: Expr) -> Expr {
        let function = self.one(&Function::ALL);
        Expr::Call(Call { function, argument: Box::new(argument), at: At::default() })
    }

    fn distance(&mut self) -> Expr {
        Expr::Distance(Box::new(Distance {
            field: self.path(),
            latitude: self.number(),
            longitude: self.number(),
            unit: self.one(&[DistanceUnit::Miles, DistanceUnit::Kilometres]),
            at: At::default(),
        }))
    }

    fn compared(&mut self, formula: bool) -> Expr {
        match self.pick(6) {
            4 if formula => Expr::Formula(Formula { text: self.text(), at: At::default() }),
            5 => {
                let rest = vec![(self.one(&[Sign::Plus, Sign::Minus]), self.path())];
                Expr::Sum(Box::new(FieldSum { first: self.path(), rest }))
            }
            _ => self.expr(),
        }
    }

    fn condition(&mut self, formula: bool) -> Condition {
        match self.deeper(7) {
            0 | 1 => {
                let ops = [
                    CompareOp::Equal,
                    CompareOp::NotEqual,
                    CompareOp::Less,
                    CompareOp::LessOrEqual,
                    CompareOp::Greater,
                    CompareOp::GreaterOrEqual,
                    CompareOp::Like,
                ];
                let (op, right) = (self.one(&ops), self.literal());
                let left = if op == CompareOp::Like { self.key() } else { self.compared(formula) };
                Condition::Compare { left, op, right }
            }
            2 => Condition::Includes {
                left: self.key(),
                negated: self.flip(),
                values: self.some(1, Self::literal),
            },
            3 => {
                let list = if self.flip() {
                    InList::Query(Box::new(self.nested(Self::semi_join)), At::default())
                } else {
                    InList::Values(self.some(1, Self::literal))
                };
                Condition::In { left: self.key(), negated: self.flip(), list }
            }
            4 => Condition::Not(Box::new(self.nested(|c| c.condition(formula)))),
            5 => Condition::And(self.nested(|c| c.some(2, |c| c.condition(formula)))),
            _ => Condition::Or(self.nested(|c| c.some(2, |c| c.condition(formula)))),
        }
    }

    fn semi_join(&mut self) -> Query {
        let select = vec![SelectItem::Column(Column { expr: self.expr(), alias: None })];
        let object = self.path();
        self.body(object, select)
    }

    fn literal(&mut self) -> Literal {
        let units =
            [DateUnit::Week, DateUnit::Month, DateUnit::FiscalQuarter, DateUnit::FiscalYear];
        match self.pick(9) {
            0 => Literal::Null,
            1 => Literal::Bool(self.flip()),
            2 => Literal::Number(self.number()),
            3 | 4 => Literal::Text(self.text()),
            5 => Literal::moment(self.one(MOMENTS)).unwrap(),
            6 => Literal::Relative(match self.pick(4) {
                0 => self.one(&[
                    DateLiteral::Today,
                    DateLiteral::Last90Days,
                    DateLiteral::Next90Days,
                ]),
                1 => self.one(&[DateLiteral::Last, DateLiteral::This, DateLiteral::Next])(
                    self.one(&units),
                ),
                _ => {
                    let counted =
                        self.one(&[DateLiteral::LastN, DateLiteral::NextN, DateLiteral::NAgo]);
                    counted(
                        self.one(&[DateUnit::Day, DateUnit::Quarter, DateUnit::FiscalYear]),
                        self.count(),
                    )
                }
            }),
            _ => Literal::Currency(
                Currency::new("USD", Number::new(self.one(&["5", "0.25", "-3"])).unwrap()).unwrap(),
            ),
        }
    }

    fn text(&mut self) -> StringLiteral {
        StringLiteral::new(self.one(TEXTS))
    }

    fn number(&mut self) -> Number {
        Number::new(self.one(NUMBERS)).unwrap()
    }

    fn count(&mut self) -> u32 {
        self.one(&[0, 1, 200, 2_147_483_647])
    }

    fn order(&mut self) -> Order {
        Order {
            expr: self.expr(),
            direction: self.one(&[Direction::Ascending, Direction::Descending]),
            nulls: self.maybe(|c| c.one(&[Nulls::First, Nulls::Last])),
        }
    }

    fn binding(&mut self) -> Binding {
        Binding { field: self.path(), value: self.literal() }
    }

    fn category(&mut self) -> CategoryFilter {
        let reaches = [
            CategoryReach::At,
            CategoryReach::Above,
            CategoryReach::Below,
            CategoryReach::AboveOrBelow,
        ];
        CategoryFilter {
            group: self.name(),
            reach: self.one(&reaches),
            categories: self.some(1, Self::name),
        }
    }

    fn update(&mut self) -> UpdateClause {
        self.one(&[UpdateClause::Tracking(At::default()), UpdateClause::ViewStat(At::default())])
    }

    pub(crate) fn search(&mut self) -> Search {
        let groups = [
            SearchGroup::All,
            SearchGroup::Name,
            SearchGroup::Email,
            SearchGroup::Phone,
            SearchGroup::Sidebar,
        ];
        let term = self.one(&["x", "a AND b", "{brace}", "back\\slash", "\u{e9}*"]);
        Search {
            term: SearchTerm::new(term),
            group: self.maybe(|c| c.one(&groups)),
            returning: self.some(0, Self::returning),
            with: self.some(0, Self::search_with),
            limit: self.maybe(Self::count),
            updates: self.some(0, Self::update),
        }
    }

    fn search_with(&mut self) -> SearchWith {
        let text = |c: &mut Self| SearchValue::One(Literal::Text(c.text()));
        let (name, value) = match self.pick(6) {
            0 => return SearchWith::DataCategory(self.some(1, Self::category)),
            1 => ("HIGHLIGHT", SearchValue::None),
            2 => ("Snippet", SearchValue::Settings(self.some(1, Self::setting))),
            3 => ("NETWORK", SearchValue::Many(self.some(1, Self::text))),
            4 => ("SPELL_CORRECTION", SearchValue::One(Literal::Bool(self.flip()))),
            _ => (self.one(&["DIVISION", "METADATA", "NETWORK", "PricebookId"]), text(self)),
        };
        SearchWith::Named { name: FieldPath::parse(name).unwrap(), value }
    }

    fn setting(&mut self) -> (Name, Literal) {
        let value = match self.pick(3) {
            0 => Literal::Bool(self.flip()),
            1 => Literal::Number(self.number()),
            _ => Literal::Text(self.text()),
        };
        (self.name(), value)
    }

    /// What can be grouped by, and compared in other ways than by size.
    fn key(&mut self) -> Expr {
        match self.expr() {
            Expr::Distance(distance) => Expr::Field(distance.field),
            expr => expr,
        }
    }

    fn returning(&mut self) -> Returning {
        let object = self.path();
        let fields = self.some(0, Self::column);
        let bare = Returning {
            object,
            fields,
            using: None,
            filter: None,
            order: Vec::new(),
            limit: None,
            offset: None,
        };
        if bare.fields.is_empty() {
            return bare;
        }
        Returning {
            using: self.maybe(|c| SearchUsing { list_view: c.name() }),
            filter: self.maybe(|c| c.condition(true)),
            order: self.some(0, Self::order),
            limit: self.maybe(Self::count),
            offset: self.maybe(Self::count),
            ..bare
        }
    }
}
