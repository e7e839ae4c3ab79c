//! Every layer alone, and all together.

use std::sync::{Arc, RwLock};

use boundary::Layer;
use detect::{Detectors, KnownValues};
use recognise::Recogniser;

use crate::Anyhow;
use crate::counting::{find, score};
use crate::labelled::Item;
use crate::memory;
use crate::report::{Column, report};

/// What every finder here is made of.
pub(crate) struct Means {
    pub(crate) known: Arc<RwLock<KnownValues>>,
    pub(crate) recogniser: Option<Arc<Recogniser>>,
}

impl Means {
    /// All layers but what a recogniser reads.
    pub(crate) fn rules(&self) -> Detectors {
        Detectors::standard(&[]).with_known(Arc::clone(&self.known))
    }

    /// The same with the recogniser, where its files are.
    pub(crate) fn all(&self) -> Detectors {
        self.read(self.rules())
    }

    pub(crate) fn read(&self, detectors: Detectors) -> Detectors {
        match &self.recogniser {
            Some(it) => detectors.with_recogniser(Arc::clone(it) as Arc<dyn detect::Recogniser>),
            None => detectors,
        }
    }

    /// A layer by the name that `--layers` has for it. `memory` and `house` find what they were told.
    pub(crate) fn layer(&self, name: &str) -> Option<Detectors> {
        let layer = match name {
            "construction" => Layer::Field,
            "known" => Layer::Known,
            "pattern" => Layer::Pattern,
            "model" => Layer::Model,
            _ => return None,
        };
        Some(self.all().only(&[layer]))
    }
}

/// Tables of each set; `whole`: only of all layers together.
pub(crate) fn layers(items: &[Item], means: &Means, whole: bool) -> Anyhow<()> {
    for set in ["crm", "general"] {
        let part: Vec<&Item> = items.iter().filter(|item| item.set == set).collect();
        if part.is_empty() {
            continue;
        }
        let mut columns: Vec<Column> = Vec::new();
        let mut add = |name, detector: &Detectors| -> Anyhow<()> {
            columns.push((name, score(&part, &mut |item| find(&item.text, detector))?));
            Ok(())
        };
        if whole {
            add("all", &means.all())?;
            report(set, &columns);
            continue;
        }
        for name in ["construction", "known", "pattern", "model"] {
            add(name, &means.layer(name).ok_or("a layer")?)?;
        }
        let unread = Detectors::standard(&[]).only(&[Layer::Model]);
        if means.recogniser.is_some() {
            add("model, without the recogniser", &unread)?;
        }
        add("all but known", &means.read(Detectors::standard(&[])))?;
        add("all, without the recogniser", &means.rules())?;
        if means.recogniser.is_some() {
            add("all", &means.all())?;
        }
        let again = memory::said_again(&part);
        let again: Vec<&Item> = again.iter().collect();
        let rules = means.rules();
        let mut recall = memory::Recall::new(&part, &rules);
        let found = score(&again, &mut |item| recall.find(item))?;
        columns.insert(2, ("memory, of what is said again", found));
        report(set, &columns);
    }
    if whole { Ok(()) } else { memory::by_way(items, &means.rules(), false) }
}
