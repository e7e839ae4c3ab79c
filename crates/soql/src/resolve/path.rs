//! From a written path to the fields it means.

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use super::walk::Walk;
use super::{Touch, Use};
use crate::ast::{At, FieldPath, From, Name};
use crate::error::{Reason, SoqlError};
use crate::schema::{Field, Object};

/// How many relationships a path may follow.
const MAX_HOPS: usize = 5;

/// What names mean inside one query.
#[derive(Clone, Debug)]
pub(crate) struct Scope<'s> {
    pub(crate) object: &'s Object,
    /// What may stand before a field of the object itself: its name, its alias, its child relationship.
    own: Vec<String>,
    /// Aliases of parents, with the way there.
    aliases: Vec<(String, Vec<Name>)>,
}

/// What a path means.
#[derive(Clone, Debug)]
pub(crate) struct Resolved {
    /// The names as the org writes them, from the object of the query.
    pub(crate) names: Vec<String>,
    /// Object and field at the end of the path; several when it went through a polymorphic relationship.
    pub(crate) sources: Arc<[(String, String)]>,
}

/// What was resolved before. A polymorphic relationship may lead to hundreds of objects, and a hostile query may follow
/// it thousands of times.
#[derive(Default)]
pub(super) struct Memory<'s> {
    /// By the object and the path from it.
    reached: HashMap<(&'s str, String), Rc<Reached<'s>>>,
    resolved: HashMap<(&'s str, String, Use), Resolved>,
}

/// Where some relationships lead.
pub(super) struct Reached<'s> {
    /// The relationships as the org writes them.
    pub(super) names: Vec<String>,
    /// The objects at the end.
    pub(super) objects: Vec<&'s Object>,
    /// Targets that the schema does not know.
    missing: Vec<&'s str>,
    /// The foreign keys of the last hop, as object and field.
    keys: Vec<(String, String)>,
}

impl<'s> Scope<'s> {
    pub(crate) fn new(
        object: &'s Object,
        from: &From,
        relationship: Option<&str>,
    ) -> Result<Self, SoqlError> {
        let mut scope = Self::of(object);
        let further = [from.alias.as_ref().map(Name::as_str), relationship];
        scope.own.extend(further.into_iter().flatten().map(str::to_owned));
        for more in &from.more {
            let Some(hops) = scope.expand(&more.path.parts) else {
                return Err(SoqlError::new(
                    Reason::NoSuchChildren(more.path.to_string().into()),
                    more.path.at,
                ));
            };
            if hops.len() > MAX_HOPS {
                return Err(too_many_hops(more.path.at));
            }
            if let Some(alias) = &more.alias {
                scope.aliases.push((alias.key(), hops));
            }
        }
        Ok(scope)
    }

    /// An object under its own name alone.
    pub(super) fn of(object: &'s Object) -> Self {
        Self { object, own: vec![object.name().to_owned()], aliases: Vec::new() }
    }

    pub(crate) fn is_own(&self, name: &Name) -> bool {
        self.own.iter().any(|own| name.is(own))
    }

    /// The names from the object of the query, when the first is its name or an alias.
    fn expand(&self, parts: &[Name]) -> Option<Vec<Name>> {
        let (first, rest) = parts.split_first()?;
        if self.is_own(first) {
            return Some(rest.to_vec());
        }
        let key = first.key();
        let (_, hops) = self.aliases.iter().find(|(alias, _)| *alias == key)?;
        Some(hops.iter().chain(rest).cloned().collect())
    }
}

fn too_many_hops(at: At) -> SoqlError {
    SoqlError::new(Reason::Rule("a field path can follow at most five relationships"), at)
}

impl<'s> Walk<'s> {
    /// Touches what the path means.
    pub(super) fn path(
        &mut self,
        scope: &Scope<'s>,
        path: &FieldPath,
        used: Use,
    ) -> Result<Resolved, SoqlError> {
        let as_written = path.parts.as_slice();
        let expanded = if as_written.len() > 1 { scope.expand(as_written) } else { None };
        let Some(expanded) = expanded else {
            return self.follow(scope.object, as_written, used, path.at);
        };
        let is_parent_too =
            as_written.first().is_some_and(|first| scope.object.parent(first.as_str()).is_some());
        if !is_parent_too {
            return self.follow(scope.object, &expanded, used, path.at);
        }
        // `Account.Name` where the object is called Account and has a parent called Account too: nobody but
        // Salesforce knows which is meant, so both are touched.
        let readings =
            [&expanded, as_written].map(|parts| self.follow(scope.object, parts, used, path.at));
        match readings {
            [Ok(one), Ok(other)] => {
                let sources = one.sources.iter().chain(other.sources.iter()).cloned().collect();
                Ok(Resolved { names: one.names, sources })
            }
            [Ok(one), Err(_)] | [Err(_), Ok(one)] => Ok(one),
            [Err(error), Err(_)] => Err(error),
        }
    }

    /// Touches the foreign keys of a path made of relationships alone.
    pub(super) fn relationship(
        &mut self,
        scope: &Scope<'s>,
        path: &FieldPath,
    ) -> Result<Rc<Reached<'s>>, SoqlError> {
        let expanded = if path.parts.len() > 1 { scope.expand(&path.parts) } else { None };
        self.hops(scope.object, expanded.as_deref().unwrap_or(&path.parts), path.at)
    }

    fn hops(
        &mut self,
        from: &'s Object,
        hops: &[Name],
        at: At,
    ) -> Result<Rc<Reached<'s>>, SoqlError> {
        if hops.len() > MAX_HOPS {
            return Err(too_many_hops(at));
        }
        let mut reached = Rc::new(Reached {
            names: Vec::new(),
            objects: vec![from],
            missing: Vec::new(),
            keys: Vec::new(),
        });
        let mut way = String::new();
        for hop in hops {
            way.push_str(&hop.key());
            way.push('.');
            let key = (from.name(), way.clone());
            reached = match self.memory.reached.get(&key) {
                Some(known) => Rc::clone(known),
                None => Rc::new(self.hop(&reached, hop, at)?),
            };
            self.memory.reached.insert(key, Rc::clone(&reached));
        }
        Ok(reached)
    }

    fn hop(&mut self, from: &Reached<'s>, hop: &Name, at: At) -> Result<Reached<'s>, SoqlError> {
        let (mut names, mut missing) = (from.names.clone(), from.missing.clone());
        let mut keys = Vec::new();
        let mut targets: Vec<&'s str> = Vec::new();
        let mut seen = BTreeSet::new();
        for &object in &from.objects {
            let Some((field, reference)) = object.parent(hop.as_str()) else { continue };
            if keys.is_empty() {
                names.push(reference.relationship.clone());
            }
            self.touch(object, field, Use::Hop, at);
            keys.push((object.name().to_owned(), field.name.clone()));
            targets.extend(
                reference.targets.iter().map(String::as_str).filter(|target| seen.insert(*target)),
            );
        }
        if keys.is_empty() {
            return Err(SoqlError::new(Reason::NoSuchRelationship(hop.as_str().into()), at));
        }
        let mut objects = Vec::with_capacity(targets.len());
        for &target in &targets {
            match self.schema.object(target) {
                Some(object) => objects.push(object),
                None => missing.push(target),
            }
        }
        if objects.is_empty() {
            let name = targets.first().copied().unwrap_or_default();
            return Err(SoqlError::new(Reason::NoSuchObject(name.into()), at));
        }
        Ok(Reached { names, objects, missing, keys })
    }

    fn follow(
        &mut self,
        from: &'s Object,
        parts: &[Name],
        used: Use,
        at: At,
    ) -> Result<Resolved, SoqlError> {
        let Some((leaf, hops)) = parts.split_last() else {
            let reason = Reason::NoSuchColumn { field: "".into(), object: from.name().into() };
            return Err(SoqlError::new(reason, at));
        };
        let way: Vec<String> = parts.iter().map(Name::key).collect();
        let key = (from.name(), way.join("."), used);
        if let Some(known) = self.memory.resolved.get(&key) {
            return Ok(known.clone());
        }
        let reached = self.hops(from, hops, at)?;
        let polymorphic = reached.objects.len() + reached.missing.len() > 1;
        let resolved = if polymorphic && leaf.is("Type") {
            self.object_name(&reached, used, at)
        } else {
            self.leaf(&reached, leaf, used, at)?
        };
        self.memory.resolved.insert(key, resolved.clone());
        Ok(resolved)
    }

    /// Of a polymorphic parent, `Type` is the name of its object, and tells no more than the key does.
    fn object_name(&mut self, reached: &Reached<'s>, used: Use, at: At) -> Resolved {
        for (object, field) in &reached.keys {
            self.note(object, field, used, &Touch::stated(at));
        }
        let names = reached.names.iter().cloned().chain(["Type".to_owned()]).collect();
        Resolved { names, sources: reached.keys.as_slice().into() }
    }

    fn leaf(
        &mut self,
        reached: &Reached<'s>,
        leaf: &Name,
        used: Use,
        at: At,
    ) -> Result<Resolved, SoqlError> {
        let mut names = reached.names.clone();
        let mut sources = Vec::new();
        for object in &reached.objects {
            let Some(field) = object.field(leaf.as_str()) else { continue };
            if sources.is_empty() {
                names.push(field.name.clone());
            }
            self.touch(object, field, used, at);
            sources.push((object.name().to_owned(), field.name.clone()));
        }
        if sources.is_empty() {
            let object = reached.objects.first().map_or("", |object| object.name());
            let reason =
                Reason::NoSuchColumn { field: leaf.as_str().into(), object: object.into() };
            return Err(SoqlError::new(reason, at));
        }
        for object in &reached.missing {
            self.touch_unknown(object, leaf.as_str(), used, at);
            sources.push(((*object).to_owned(), leaf.as_str().to_owned()));
        }
        Ok(Resolved { names, sources: sources.into() })
    }

    /// Notes the use of a field, and if it is a compound one, of its parts.
    pub(super) fn touch(&mut self, object: &'s Object, field: &'s Field, used: Use, at: At) {
        self.note(object.name(), &field.name, used, &Touch::stated(at));
        if used != Use::Hop {
            for part in object.parts(&field.name) {
                self.note(
                    object.name(),
                    &part.name,
                    used,
                    &Touch { implied: true, ..Touch::stated(at) },
                );
            }
        }
    }

    /// A foreign key that a child relationship goes by.
    pub(super) fn touch_key(&mut self, object: &str, field: &str, at: At) {
        self.note(object, field, Use::Hop, &Touch::stated(at));
    }

    pub(super) fn touch_unknown(&mut self, object: &str, field: &str, used: Use, at: At) {
        self.note(object, field, used, &Touch { known: false, ..Touch::stated(at) });
    }
}

impl Touch {
    /// A use whose names are still to be filled in.
    pub(super) fn stated(at: At) -> Self {
        Self {
            object: String::new(),
            field: String::new(),
            used: Use::Select,
            implied: false,
            known: true,
            at,
        }
    }
}
