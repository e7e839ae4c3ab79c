//! SOSL.

use super::Parser;
use crate::ast::{
    Column, Literal, Returning, Search, SearchGroup, SearchTerm, SearchUsing, SearchValue,
    SearchWith,
};
use crate::error::{Reason, SoqlError};
use crate::lexer::Kind;

/// What follows the name of a `WITH`.
#[derive(Clone, Copy, Debug)]
enum Form {
    /// Nothing.
    Bare,
    /// Perhaps `(name=value)`.
    Settings,
    /// `= 'text'`
    Text,
    /// `= 'text'`, or `IN ('text', ..)`
    ManyTexts,
    /// `= true`
    Flag,
}

const FILTERS: &[(&str, Form)] = &[
    ("DIVISION", Form::Text),
    ("HIGHLIGHT", Form::Bare),
    ("METADATA", Form::Text),
    ("NETWORK", Form::ManyTexts),
    ("PricebookId", Form::Text),
    ("SNIPPET", Form::Settings),
    ("SPELL_CORRECTION", Form::Flag),
];

impl Parser<'_> {
    pub(super) fn search(&mut self) -> Result<Search, SoqlError> {
        let term = self.term()?;
        let group = if self.eat_word("IN") { Some(self.search_group()?) } else { None };
        let returning =
            if self.eat_word("RETURNING") { self.list(Self::returning)? } else { Vec::new() };
        let mut with = Vec::new();
        while self.eat_word("WITH") {
            with.push(self.search_with()?);
        }
        let limit = if self.eat_word("LIMIT") { Some(self.rows()?) } else { None };
        let updates = self.updates()?;
        Ok(Search { term, group, returning, with, limit, updates })
    }

    fn term(&mut self) -> Result<SearchTerm, SoqlError> {
        if !self.at_word("FIND") {
            return Err(self.unexpected("FIND"));
        }
        if self.next.kind != Kind::Brace {
            self.advance();
            if self.current.kind == Kind::Text {
                return Err(SoqlError::new(Reason::ApexOnly("FIND with quotes"), self.current.at));
            }
            return Err(self.unexpected("a search term in braces"));
        }
        // The lexer stands right behind the brace: nothing of the term has been read as tokens.
        let Some(token) = self.lexer.term() else {
            return Err(SoqlError::new(Reason::Unterminated('}'), self.next.at));
        };
        let term = self.text(token);
        if term.trim().is_empty() {
            return Err(SoqlError::new(
                Reason::Rule("search term must be longer than one character"),
                token.at,
            ));
        }
        self.current = self.lexer.next();
        self.next = self.lexer.next();
        self.previous_end = token.end + 1;
        Ok(SearchTerm::of_lexed(term))
    }

    fn search_group(&mut self) -> Result<SearchGroup, SoqlError> {
        let groups = [
            SearchGroup::All,
            SearchGroup::Name,
            SearchGroup::Email,
            SearchGroup::Phone,
            SearchGroup::Sidebar,
        ];
        let Some(group) = groups.into_iter().find(|group| self.at_word(group.as_str())) else {
            return Err(self.unexpected("ALL, NAME, EMAIL, PHONE or SIDEBAR"));
        };
        self.advance();
        self.expect_word("FIELDS")?;
        Ok(group)
    }

    fn returning(&mut self) -> Result<Returning, SoqlError> {
        let object = self.path("an object")?;
        let mut returning = Returning {
            object,
            fields: Vec::new(),
            using: None,
            filter: None,
            order: Vec::new(),
            limit: None,
            offset: None,
        };
        if !self.eat(Kind::Open) {
            return Ok(returning);
        }
        returning.fields = self.list(|parser| {
            let expr = parser.expr()?;
            let alias = if parser.at_name() && !parser.at_clause() {
                Some(parser.name("an alias")?)
            } else {
                None
            };
            Ok(Column { expr, alias })
        })?;
        // The reference puts WHERE first in its grammar and USING first in its examples.
        returning.using = self.using_list_view()?;
        if self.eat_word("WHERE") {
            returning.filter = Some(self.condition(true)?);
        }
        if returning.using.is_none() {
            returning.using = self.using_list_view()?;
        }
        returning.order = self.order()?;
        if self.eat_word("LIMIT") {
            returning.limit = Some(self.rows()?);
        }
        if self.eat_word("OFFSET") {
            returning.offset = Some(self.rows()?);
        }
        self.expect(Kind::Close, "a closing bracket")?;
        Ok(returning)
    }

    fn using_list_view(&mut self) -> Result<Option<SearchUsing>, SoqlError> {
        if !self.eat_word("USING") {
            return Ok(None);
        }
        self.expect_word("LISTVIEW")?;
        self.expect(Kind::Equal, "an equals sign")?;
        Ok(Some(SearchUsing { list_view: self.name("a list view")? }))
    }

    fn search_with(&mut self) -> Result<SearchWith, SoqlError> {
        if self.at_word("DATA") && self.next_is_word("CATEGORY") {
            return Ok(SearchWith::DataCategory(self.data_category()?));
        }
        self.refuse_access_mode()?;
        let Some((_, form)) = FILTERS.iter().find(|(word, _)| self.at_word(word)) else {
            return Err(self.unexpected("a filter of a search"));
        };
        let name = self.path("a filter")?;
        let value = match form {
            Form::Settings if self.current.kind == Kind::Open => {
                SearchValue::Settings(self.settings()?)
            }
            Form::Bare | Form::Settings => SearchValue::None,
            Form::ManyTexts if self.eat_word("IN") => {
                self.expect(Kind::Open, "an opening bracket")?;
                let values = self.list(|parser| parser.string("a value in quotes"))?;
                self.expect(Kind::Close, "a comma or a closing bracket")?;
                SearchValue::Many(values)
            }
            Form::Text | Form::ManyTexts => {
                self.expect(Kind::Equal, "an equals sign")?;
                SearchValue::One(Literal::Text(self.string("a value in quotes")?))
            }
            Form::Flag => {
                self.expect(Kind::Equal, "an equals sign")?;
                if !(self.at_word("TRUE") || self.at_word("FALSE")) {
                    return Err(self.unexpected("TRUE or FALSE"));
                }
                SearchValue::One(self.literal()?)
            }
        };
        Ok(SearchWith::Named { name, value })
    }
}
