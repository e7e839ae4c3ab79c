//! From words for a record to exactly one record, or a question.

use serde_json::{Value, json};

use super::state::{Me, Pending, Question, Slot};
use super::tools::Halt;
use super::{Outcome, Session};
use crate::intent::{Intent, Target, Who};
use crate::lexicon::object_noun;
use crate::protocol::{GET_USER_INFO, SOQL_QUERY};
use crate::query;
use crate::records::{self, Row, Rows};
use crate::schema::ObjectView;
use crate::search::{Condition, Op, Order, Search, Value as Wanted};
use crate::words::{distance, squash};

/// Candidates shown in a question.
const CANDIDATES: u32 = 10;

/// A row, its record, and what was kept back from it.
type Hit<'v> = (Row, &'v Value, Vec<records::Withheld>);

/// What a search for one record found.
pub(super) enum Found<'v> {
    One(Row, &'v Value, Vec<records::Withheld>),
    /// Several, or similar ones when the name itself found nothing.
    Many(Vec<Row>, String),
    Nothing(String),
}

impl<'r> Session<'_, 'r> {
    /// Runs a statement; a refusal ends the turn with its reason.
    pub(super) fn query(&mut self, statement: &str) -> Result<Rows<'r>, Halt> {
        let result = self.tools.call(SOQL_QUERY, json!({ "q": statement }))?;
        match refusal(result) {
            Some(why) => Err(Halt::Fail(why)),
            None => Ok(records::read(result)),
        }
    }

    /// The acting person, asked for once in a conversation.
    pub(super) fn me(&mut self) -> Result<Me, Halt> {
        if let Some(me) = &self.state.me {
            return Ok(me.clone());
        }
        let result = self.tools.call(GET_USER_INFO, json!({}))?;
        if let Some(why) = refusal(result) {
            return Err(Halt::Fail(why));
        }
        let text = |name: &str| result.get(name).and_then(Value::as_str).map(str::to_owned);
        let Some(id) = text("user_id") else {
            return Err(Halt::Fail(
                "I could not find out who you are, so I cannot look for your own records."
                    .to_owned(),
            ));
        };
        let me = Me { id, name: text("name").or_else(|| text("username")).unwrap_or_default() };
        self.state.me = Some(me.clone());
        Ok(me)
    }

    /// The person's Id when a search needs it.
    pub(super) fn me_for(&mut self, search: &Search) -> Result<Option<String>, Halt> {
        if search.needs_me() { Ok(Some(self.me()?.id)) } else { Ok(None) }
    }

    /// Looks for the record that a target means, with these columns. A write looks at every object the words allow.
    pub(super) fn resolve(
        &mut self,
        target: &Target,
        columns: &[String],
        write: bool,
    ) -> Result<Found<'r>, Halt> {
        match &target.who {
            Who::Chosen { object, id } => self.by_id(object, id, columns),
            Who::Focus => {
                let only = (self.state.list.len() == 1)
                    .then(|| self.state.list.first().cloned())
                    .flatten();
                match self.state.focus.clone().or(only) {
                    Some(row)
                        if target.objects.is_empty() || target.objects.contains(&row.object) =>
                    {
                        self.by_id(&row.object, &row.id, columns)
                    }
                    Some(row) => Ok(Found::Nothing(format!(
                        "We spoke of {} last, which is not what that asks for. Please name the record.",
                        self.called(&row)
                    ))),
                    None => {
                        Ok(Found::Nothing("Which record do you mean? Please name it.".to_owned()))
                    }
                }
            }
            Who::Nth(place) => self.by_place(place.checked_sub(1 + self.state.first), columns),
            Who::Last => self.by_place(self.state.list.len().checked_sub(1), columns),
            Who::Named(name) => self.by_name(name, &target.objects, columns, write),
        }
    }

    fn by_place(&mut self, place: Option<usize>, columns: &[String]) -> Result<Found<'r>, Halt> {
        match place.and_then(|i| self.state.list.get(i)).cloned() {
            Some(row) => self.by_id(&row.object, &row.id, columns),
            None if self.state.list.is_empty() => Ok(Found::Nothing(
                "There is no list to pick from. Please name the record.".to_owned(),
            )),
            None => Ok(Found::Nothing(format!("The list has {} rows.", self.state.list.len()))),
        }
    }

    fn by_id(&mut self, object: &str, id: &str, columns: &[String]) -> Result<Found<'r>, Halt> {
        let schema = self.schema;
        let Some(view) = schema.object(object) else {
            return Ok(Found::Nothing("That record cannot be read.".to_owned()));
        };
        let found = self.query(&query::by_id(schema, view, id, columns))?;
        match found.records.as_slice() {
            [record] => match records::row(schema, record, object) {
                Some(row) => Ok(Found::One(row, record, found.withheld)),
                None => Ok(Found::Nothing(
                    "That record came back without its Id, so I leave it alone.".to_owned(),
                )),
            },
            _ => Ok(Found::Nothing("That record is no longer there.".to_owned())),
        }
    }

    fn by_name(
        &mut self,
        name: &str,
        objects: &[String],
        columns: &[String],
        write: bool,
    ) -> Result<Found<'r>, Halt> {
        let schema = self.schema;
        let views: Vec<&ObjectView> = objects.iter().filter_map(|o| schema.object(o)).collect();
        let mut all: Vec<Hit<'r>> = Vec::new();
        // First the name as it was said, then its words with anything between them.
        for loosely in [false, true] {
            for view in &views {
                if !all.is_empty() && (loosely || !write) {
                    break;
                }
                all.extend(self.named(view, name, columns, loosely)?);
            }
        }
        if all.len() > 1 {
            let same: Vec<Row> = all
                .iter()
                .map(|(row, ..)| row)
                .filter(|row| squash(&row.name) == squash(name))
                .cloned()
                .collect();
            if let [only] = same.as_slice() {
                // Picked out of several by its exact name: looked at once more by itself before anything is done with it.
                return self.by_id(&only.object.clone(), &only.id.clone(), columns);
            }
        }
        match all.as_slice() {
            [_] => Ok(all.pop().map_or_else(
                || Found::Nothing(String::new()),
                |(row, record, withheld)| Found::One(row, record, withheld),
            )),
            [] => self.similar(name, &views),
            _ => {
                let rows: Vec<Row> = all.into_iter().map(|(row, ..)| row).collect();
                Ok(Found::Many(
                    rows,
                    format!(
                        "Several records match `{}`. Which one do you mean?",
                        crate::answer::quoted(name)
                    ),
                ))
            }
        }
    }

    /// The records of one object that a name may mean: open ones first, then all.
    fn named(
        &mut self,
        view: &ObjectView,
        name: &str,
        columns: &[String],
        loosely: bool,
    ) -> Result<Vec<Hit<'r>>, Halt> {
        let schema = self.schema;
        let open = schema
            .has(view, "IsClosed")
            .then(|| Condition::is("IsClosed", Op::Eq, Wanted::Bool(false)));
        if loosely && (!name.contains(' ') || name.contains(['{', '@'])) {
            return Ok(Vec::new());
        }
        let Some(naming) = naming(self, view, name, loosely) else { return Ok(Vec::new()) };
        let mut attempts: Vec<Vec<Condition>> = Vec::new();
        attempts.extend(open.map(|open| vec![naming.clone(), open]));
        attempts.push(vec![naming]);
        for conditions in attempts {
            let mut search = Search::of(&view.name);
            search.conditions = conditions;
            search.limit = Some(CANDIDATES + 1);
            search.columns = columns.to_vec();
            let Some(statement) = query::rows(schema, &search, None) else { continue };
            let found = self.query(&statement)?;
            let hits: Vec<_> = found
                .records
                .iter()
                .filter_map(|r| {
                    records::row(schema, r, &view.name).map(|row| (row, *r, found.withheld.clone()))
                })
                .collect();
            if !hits.is_empty() {
                return Ok(hits);
            }
        }
        Ok(Vec::new())
    }

    /// Names that sound alike, for a slip of the tongue or the recogniser. Never used without asking.
    fn similar(&mut self, name: &str, views: &[&ObjectView]) -> Result<Found<'r>, Halt> {
        let schema = self.schema;
        let nothing = || {
            let nouns: Vec<String> = views.iter().map(|v| object_noun(v, 1)).collect();
            Found::Nothing(format!(
                "I found no {} named `{}`.",
                crate::answer::alternatives(&nouns),
                crate::answer::quoted(name)
            ))
        };
        let wanted = squash(name);
        let start: String = wanted.chars().take(2).collect();
        if name.contains('{')
            || name.contains('@')
            || wanted.chars().count() < 4
            || !start.chars().all(char::is_alphabetic)
        {
            return Ok(nothing());
        }
        let mut near: Vec<(usize, Row)> = Vec::new();
        for view in
            views.iter().take(3).filter(|v| !matches!(v.name.as_str(), "Case" | "Task" | "Event"))
        {
            let mut search = Search::of(&view.name);
            search.conditions =
                vec![Condition::is(&view.name_field, Op::Like, Wanted::StartsWith(start.clone()))];
            search.order = Some(Order { path: view.name_field.clone(), descending: false });
            search.limit = Some(100);
            let Some(statement) = query::rows(schema, &search, None) else { continue };
            let found = self.query(&statement)?;
            for row in found.records.iter().filter_map(|r| records::row(schema, r, &view.name)) {
                let theirs = squash(&row.name);
                let head: String = theirs.chars().take(wanted.chars().count()).collect();
                let apart = distance(&wanted, &theirs).min(distance(&wanted, &head));
                if apart <= (wanted.chars().count() / 4).max(1) {
                    near.push((apart, row));
                }
            }
        }
        near.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.name.cmp(&b.1.name)));
        let rows: Vec<Row> = near.into_iter().map(|(_, row)| row).take(5).collect();
        if rows.is_empty() {
            return Ok(nothing());
        }
        Ok(Found::Many(
            rows,
            format!(
                "I found nothing named `{}`. Did you mean one of these?",
                crate::answer::quoted(name)
            ),
        ))
    }

    /// A numbered question about candidates; the command waits for the answer.
    pub(super) fn ask_which(
        &self,
        rows: Vec<Row>,
        heading: &str,
        intent: Intent,
        slot: Slot,
    ) -> Outcome {
        let more = rows.len() > CANDIDATES as usize;
        let shown: Vec<Row> = rows.into_iter().take(CANDIDATES as usize).collect();
        let lines: Vec<String> = shown
            .iter()
            .zip(1..)
            .map(|(row, number)| {
                let about: Vec<String> = row
                    .about
                    .iter()
                    .filter(|a| !a.is_empty())
                    .take(4)
                    .map(|a| crate::answer::safe(a, 60))
                    .collect();
                let kind =
                    self.schema.object(&row.object).map(|o| object_noun(o, 1)).unwrap_or_default();
                let about =
                    if about.is_empty() { kind } else { format!("{kind}: {}", about.join(", ")) };
                format!("{number}. {} ({about})", crate::answer::safe(&row.name, 80))
            })
            .collect();
        let end = if more {
            "\n\nThere are more; say a longer part of the name if it is not among these."
        } else {
            ""
        };
        let text = format!("{heading}\n\n{}{end}", lines.join("\n"));
        Outcome::Ask(
            text.clone(),
            Box::new(Pending::new(intent, Question::Which { rows: shown, slot }, &text)),
        )
    }

    /// A record's name and kind for a sentence.
    pub(super) fn called(&self, row: &Row) -> String {
        let kind = self.schema.object(&row.object).map(|o| object_noun(o, 1)).unwrap_or_default();
        if row.name.is_empty() {
            format!("the {kind}")
        } else {
            format!("**{}** ({kind})", crate::answer::safe(&row.name, 80))
        }
    }
}

/// The condition that a record of `view` has this name.
fn naming(
    session: &Session<'_, '_>,
    view: &ObjectView,
    name: &str,
    loosely: bool,
) -> Option<Condition> {
    let email = name.contains('@') || name.starts_with("{EMAIL");
    let phone = name.starts_with("{PHONE");
    let number = name.len() >= 4 && name.chars().all(|c| c.is_ascii_digit());
    let paths: &[&str] = match view.name.as_str() {
        _ if email => &["Email"],
        _ if phone => &["Phone", "MobilePhone"],
        "Opportunity" => &["Name", "Account.Name"],
        "Lead" => &["Name", "Company"],
        "Case" if number => &["CaseNumber"],
        "Case" => &["CaseNumber", "Subject", "Account.Name"],
        "Task" | "Event" => &["Subject", "What.Name", "Who.Name"],
        _ => &[view.name_field.as_str()],
    };
    let known =
        paths.iter().filter(|p| session.schema.path(view, p).is_some_and(|f| f.kind.is_text()));
    let each = known.map(|path| match () {
        () if email || phone => Condition::is(path, Op::Eq, Wanted::Text(name.to_owned())),
        () if loosely => Condition::is(path, Op::Like, Wanted::Loosely(name.to_owned())),
        () => Condition::contains(path, name),
    });
    Condition::any(each.collect())
}

/// The reason when a tool refused.
pub(super) fn refusal(result: &Value) -> Option<String> {
    let error = result.get("error")?;
    let text = |name: &str| error.get(name).and_then(Value::as_str).unwrap_or_default();
    let message = crate::answer::safe(text("message"), 300);
    let code = crate::answer::safe(text("code"), 60);
    Some(match (message.as_str(), code.as_str()) {
        ("", "") => "The request was refused.".to_owned(),
        ("", code) => format!("The request was refused ({code})."),
        (message, "") => format!("The request was refused: {message}"),
        (message, code) => format!("The request was refused: {message} ({code})"),
    })
}
