//! One question of the gate as Cedar's request: a person, an action, a write.

use std::collections::HashSet;

use boundary::{Case, Judge, Ruling};
use cedar_policy_core::ast::{
    Context, Eid, Entity, EntityType, EntityUID, Request, RequestSchemaAllPass, RestrictedExpr,
};
use cedar_policy_core::authorizer::{Authorizer, Decision};
use cedar_policy_core::entities::{Entities, NoEntitiesSchema, TCComputation};
use cedar_policy_core::extensions::Extensions;

use crate::Rules;

impl Judge for Rules {
    fn judge(&self, case: &Case<'_>) -> Ruling {
        let Some(world) = World::of(case) else { return Ruling::No };
        if case.withheld && !world.permits(self, "approveUnseen") {
            return Ruling::No;
        }
        if world.permits(self, "approveAlone") {
            Ruling::Alone
        } else if world.permits(self, "approveTogether") {
            Ruling::Together
        } else {
            Ruling::No
        }
    }

    fn text(&self) -> &str {
        self.source()
    }
}

struct World {
    person: EntityUID,
    write: EntityUID,
    entities: Entities,
}

impl World {
    /// What a case is about. `None` when Cedar takes none of it, which permits nothing.
    fn of(case: &Case<'_>) -> Option<Self> {
        let person = named("Person", case.approver.as_str())?;
        let asker = named("Person", case.asker.as_str())?;
        let write = named("Write", "this")?;
        let groups: Option<HashSet<EntityUID>> =
            case.groups.iter().map(|group| named("Group", group)).collect();
        let texts = |list: &[&str]| RestrictedExpr::set(list.iter().map(|it| text(it)));
        let number = |count: u64| RestrictedExpr::val(i64::try_from(count).unwrap_or(i64::MAX));
        let attributes = [
            ("asker", RestrictedExpr::val(asker)),
            ("door", text(case.origin.0)),
            ("client", text(case.origin.1)),
            ("operation", text(case.operation.name())),
            ("object", text(case.object)),
            ("fields", texts(&case.fields)),
            ("amount", RestrictedExpr::val(case.amount)),
            ("bulk", number(case.bulk)),
            ("tainted", RestrictedExpr::val(case.tainted)),
            ("tainted_fields", texts(&case.tainted_fields)),
            ("unusual_recipient", RestrictedExpr::val(case.unusual_recipient)),
        ];
        let entities = [
            entity(person.clone(), vec![("username", text(case.username))], groups?)?,
            entity(write.clone(), attributes.into(), HashSet::new())?,
        ];
        let entities = Entities::from_entities(
            entities,
            None::<&NoEntitiesSchema>,
            TCComputation::ComputeNow,
            Extensions::none(),
        );
        Some(Self { person, write, entities: entities.ok()? })
    }

    fn permits(&self, rules: &Rules, action: &str) -> bool {
        let Some(action) = named("Action", action) else { return false };
        let request = Request::new(
            (self.person.clone(), None),
            (action, None),
            (self.write.clone(), None),
            Context::empty(),
            None::<&RequestSchemaAllPass>,
            Extensions::none(),
        );
        let Ok(request) = request;
        let answer = Authorizer::new().is_authorized(request, &rules.policies, &self.entities);
        // A `forbid` that cannot be evaluated would be skipped: then nobody knows, and the answer is no.
        answer.decision == Decision::Allow && answer.diagnostics.errors.is_empty()
    }
}

fn entity(
    uid: EntityUID,
    attributes: Vec<(&str, RestrictedExpr)>,
    parents: HashSet<EntityUID>,
) -> Option<Entity> {
    let attributes = attributes.into_iter().map(|(name, value)| (name.into(), value));
    Entity::new(uid, attributes, HashSet::new(), parents, [], Extensions::none()).ok()
}

fn named(kind: &str, id: &str) -> Option<EntityUID> {
    let kind = EntityType::from_normalized_str(kind).ok()?;
    Some(EntityUID::from_components(kind, Eid::new(id), None))
}

fn text(text: &str) -> RestrictedExpr {
    RestrictedExpr::val(text)
}
