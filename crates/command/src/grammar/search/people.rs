//! Whose records: `my`, `I own`, `owned by Jane`, `assigned to me`, `not mine`.

use super::Scan;
use crate::grammar::names::{Relation, about, name_end};
use crate::search::{Condition, Op, Value};
use crate::words::Kind;

impl Scan<'_, '_> {
    pub(super) fn person(&mut self, i: usize) -> Option<usize> {
        // A team's records are those the person may see; there is no narrower condition for it.
        if let Some(next) =
            self.run.one_of(i, "my team's|our team's|the team's|my team|our team|the team")
        {
            return Some(if self.run.kind(next) == Some(Kind::Possessive) {
                next + 1
            } else {
                next
            });
        }
        if self
            .run
            .one_of(
                i,
                "did i close|did i win|did i lose|have i won|have i closed|i won|i lost|i closed",
            )
            .is_some()
        {
            return None;
        }
        if let Some(next) = self.run.one_of(
            i,
            "my own|my|mine|i own|i have|i've got|i am working on|i'm working on|i am responsible for|do i have|\
         have i|i'm on|that are mine|assigned to me|owned by me|owned by myself|belonging to me|on my plate|\
         on my name|i got|i manage|i'm responsible for|in my name|am i working on|do i own|did i|have i got|\
         i won|i lost|i closed|i created|for me|i need to do|i need to|i have to do|i should|do i need to do|\
         for myself",
        ) {
            let last = self.run.at(next - 1);
            // The verb belongs to the next slot.
            let next =
                if matches!(last, "won" | "lost" | "closed" | "created") { next - 1 } else { next };
            return Some(self.own(next));
        }
        let next = self.run.one_of(
            i,
            "owned by|assigned to|belonging to|managed by|owner is|owner =|whose owner is|handled by|run by|\
         of owner|for owner|where owner is|from rep|for rep|by rep|with owner|worked by|owner|rep",
        )?;
        if self.run.at(next - 1) == "owner" || self.run.at(next - 1) == "rep" {
            // `owner Jane Doe`, but not `by owner` or `the owner of`.
            let named = self
                .run
                .word(next)
                .is_some_and(|w| w.is_capitalised() || w.is_token(&["NAME", "PERSON", "USER"]));
            if !named {
                return None;
            }
        }
        let next = self.run.skip(next, &["the", "user", "rep"]);
        if self.run.any_of(next, &["me", "myself"]) {
            return Some(self.own(next + 1));
        }
        let end = name_end(self.scene, self.run, next);
        if end == next {
            return None;
        }
        let name = self.run.between(next, end).text();
        let condition = about(self.scene, self.object, &name, Relation::Owner, None)?;
        self.push(condition);
        Some(end)
    }

    fn own(&mut self, next: usize) -> usize {
        // Users have no owner, and neither has what the schema gives none.
        if self.object.name != "User" && self.has("OwnerId") {
            self.push(Condition::is("OwnerId", Op::Eq, Value::Me));
        }
        next
    }
}
