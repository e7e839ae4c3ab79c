//! Names and places as conditions: `for Acme`, `at Globex`, `in Berlin`, `named Jane`, `Maria's deals`.

use super::Scan;
use crate::grammar::names::{Relation, about, name_end};
use crate::lexicon::{FILLERS, STOPPERS};
use crate::search::{Condition, Op, Value};
use crate::words::Kind;

impl Scan<'_, '_> {
    /// A name with the word before it: `for Acme`, `at Globex`, `in Berlin`, `named Jane`.
    pub(super) fn relation(&mut self, i: usize) -> Option<usize> {
        // `with their phone numbers` asks for a column.
        if let Some(at) = self
            .run
            .one_of(i, "with|with the|with their|with its|including|including the|including their")
            && self.column_not_noun(at).is_some()
        {
            return None;
        }
        if let Some(next) = self.run.one_of(
            i,
            "of it|for it|at it|for them|for this account|for that account|there|for her|for him|at that company|\
         at this company|at this account|for this customer|for this one|for that one|for this deal|on it|\
         for that deal",
        ) && self.scene.has_focus
        {
            self.of_focus = true;
            return Some(next);
        }
        if let Some(next) = self.text_relation(i) {
            return Some(next);
        }
        let (relation, at) = if let Some(at) = self.run.one_of(
            i,
            "named|called|with the name|with name|by the name of|titled|name is",
        ) {
            (Relation::Named, at)
        } else if let Some(at) = self.run.one_of(
            i,
            "in the city of|in|based in|located in|headquartered in|near|out of|living in|within|inside|\
         who live in|that are in|from around",
        ) {
            (Relation::In, at)
        } else if let Some(at) = self.run.one_of(i, "does|do").filter(|_| i > 0 && self.run.find(i, "have|own").is_some()) {
            // `how many deals does Acme have`
            (Relation::Possessive, at)
        } else if let Some(at) = self.run.phrase(i, "from") {
            (Relation::From, at)
        } else {
            let at = self.run.one_of(
                i,
                "for|at|with|of|about|regarding|related to|on|concerning|to|associated with|linked to|connected to|\
         by|working at|works at|works for|work at|work for|who work at|working for|who works at|who work for|attached to|under|tied to|against",
            )?;
            (Relation::About, at)
        };
        self.named_from(i, at, relation)
    }

    fn named_from(&mut self, i: usize, at: usize, relation: Relation) -> Option<usize> {
        let mut at = self.run.skip(at, &["the", "our", "a", "an", "my", "all"]);
        // `a list of my deals`: the noun itself is no name.
        if self.noun.is_some_and(|(start, _)| start == at) {
            return None;
        }
        let mut of = None;
        if let Some(noun) =
            self.noun_here(at).filter(|n| !n.plural && n.object.name != self.object.name)
        {
            // `for account Acme`, `for the customer Acme`
            let follows = self
                .run
                .word(noun.next)
                .is_some_and(|w| w.kind != Kind::Mark && !STOPPERS.contains(w.lower.as_str()));
            if follows {
                of = Some(noun.object);
                at = self.run.skip(noun.next, &["named", "called", ":"]);
            }
        }
        let end = name_end(self.scene, self.run, at);
        if end == at {
            return None;
        }
        let name_run = self.run.between(at, end);
        let country = crate::grammar::names::country_names(&name_run.text()).is_some();
        if !country
            && name_run
                .words()
                .iter()
                .all(|w| w.kind == Kind::Word && FILLERS.contains(w.lower.as_str()))
        {
            return None;
        }
        let mut next = end;
        if of.is_none()
            && let Some(noun) = self.noun_here(end).filter(|n| !n.plural)
        {
            // `for the Acme account`
            of = Some(noun.object);
            next = noun.next;
        }
        let mut relation = relation;
        if self.run.kind(next) == Some(Kind::Possessive) {
            next += 1;
            relation = Relation::Possessive;
        }
        if matches!(name_run.text().to_lowercase().as_str(), "risk" | "least" | "most" | "all") {
            return None;
        }
        let mut any = vec![about(self.scene, self.object, &name_run.text(), relation, of)?];
        // `at Acme or Globex`
        while self.run.any_of(next, &["or", "and"]) && i > 0 {
            let second = name_end(self.scene, self.run, next + 1);
            let named = self
                .run
                .word(next + 1)
                .is_some_and(|w| w.is_capitalised() || w.kind == Kind::Token);
            if !named || second == next + 1 {
                break;
            }
            any.push(about(
                self.scene,
                self.object,
                &self.run.between(next + 1, second).text(),
                relation,
                of,
            )?);
            next = second;
        }
        let condition = Condition::any(any)?;
        self.push(condition);
        Some(next)
    }

    /// `whose name contains tech`, `starting with A`, `with solar in the name`.
    fn text_relation(&mut self, i: usize) -> Option<usize> {
        let own = self.object.name_field.clone();
        let contains = self.run.one_of(
            i,
            "containing|that contain|which contain|whose name contains|whose name contain|with name containing|\
         name contains|names contain|matching|with a name like|name like|with names containing|\
         where name contains|where the name contains|with a name containing|whose subject contains|\
         mentioning|that mention|including the word|with the word|name includes",
        );
        let starts = self.run.one_of(
            i,
            "starting with|beginning with|that start with|that begin with|whose name starts with|\
         name starts with|where name starts with|which start with",
        );
        let (at, starts) = match (contains, starts) {
            (Some(at), _) => (at, false),
            (None, Some(at)) => (at, true),
            (None, None) => {
                // `with solar in the name`
                let at = self.run.phrase(i, "with")?;
                let end = name_end(self.scene, self.run, at);
                let next = self.run.one_of(
                    end,
                    "in the name|in their name|in its name|in name|in the title|in the subject",
                )?;
                let text = self.run.between(at, end).text();
                self.push(Condition::contains(&own, &text));
                return Some(next);
            }
        };
        let at = self.run.skip(
            at,
            ["the", "word", "letter", "a"].into_iter().take(3).collect::<Vec<_>>().as_slice(),
        );
        let end = name_end(self.scene, self.run, at).max(at + 1).min(self.run.len());
        if end <= at {
            return None;
        }
        let text = self.run.between(at, end).text();
        let value = if starts { Value::StartsWith(text) } else { Value::Contains(text) };
        self.push(Condition::is(&own, Op::Like, value));
        Some(end)
    }

    /// A name before the noun: `the Acme deals`, `Maria's leads`.
    pub(super) fn name_before_noun(&mut self, i: usize) -> usize {
        let (start, _) = self.noun.unwrap_or((i, i));
        let mut end = i + 1;
        while end < start && !self.is_filler(end) && self.clone().slot(end).is_none() {
            end += 1;
        }
        // `Bank of America deals`: a capital on either side of a filler.
        let capital = |at: usize| {
            self.run.word(at).is_some_and(|w| w.kind == Kind::Word && w.is_capitalised())
        };
        while end + 1 < start
            && capital(end - 1)
            && self.run.any_of(end, &["of", "and", "the"])
            && capital(end + 1)
        {
            end += 2;
        }
        let next = if self.run.kind(end) == Some(Kind::Possessive) { end + 1 } else { end };
        let relation = if next > end { Relation::Possessive } else { Relation::About };
        let name = self.run.between(i, end).text();
        let condition = about(self.scene, self.object, &name, relation, None);
        match condition {
            Some(condition) => self.push(condition),
            None => self.left.push((i, end)),
        }
        next
    }

    /// The noun itself, what it hints at, and a name right after it: `opportunity GenTech Expansion`.
    pub(super) fn after_noun(&mut self) -> usize {
        let Some((start, end)) = self.noun else { return usize::MAX };
        if let Some(noun) = self.noun_here(start) {
            use crate::lexicon::Hint;
            match noun.hint {
                Hint::Open => {
                    let decided = self
                        .search
                        .conditions
                        .iter()
                        .any(|c| c.paths().iter().any(|p| p == "IsClosed" || p == "IsWon"));
                    if !decided {
                        self.open_or_closed(true, "open");
                    }
                }
                Hint::Won => drop(self.won(true)),
                Hint::Call if self.has("TaskSubtype") => {
                    self.push(Condition::is("TaskSubtype", Op::Eq, Value::Text("Call".to_owned())));
                }
                Hint::Call => self.push(Condition::is(
                    "Subject",
                    Op::Like,
                    Value::Contains("Call".to_owned()),
                )),
                Hint::None => {}
            }
        }
        let free =
            self.run.word(end).is_some_and(|w| w.kind != Kind::Mark && w.kind != Kind::Possessive)
                && !self.is_filler(end)
                && !STOPPERS.contains(self.run.at(end))
                && self.clone().slot(end).is_none();
        if !free {
            return end;
        }
        let stop = name_end(self.scene, self.run, end);
        let name = self.run.between(end, stop).text();
        match about(self.scene, self.object, &name, Relation::Named, None).filter(|_| stop > end) {
            Some(condition) => {
                self.push(condition);
                stop
            }
            None => end,
        }
    }
}
