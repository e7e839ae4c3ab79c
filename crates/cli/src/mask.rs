//! Masking texts from standard input, and going back.

mod answer;
mod contacts;
mod forget;
mod known;
mod lines;
mod pieces;
mod stream;
mod table;

use std::io;
use std::sync::{Arc, RwLock};

use anyhow::{Context as _, bail};
use boundary::{Detector, Label, Layer, Raw, Replaced, Rights, Viewer};
use detect::{Detectors, KnownValues};

use crate::args::{LayerName, MaskArgs};
use crate::output::{self, Exit};
use crate::recogniser;

use answer::Given;
use lines::Lines;
use table::{Reader, Writer};

/// Whose telephone numbers to expect when a number says no country.
const COUNTRIES: &[&str] = &[
    "US", "GB", "DE", "FR", "ES", "IT", "NL", "CH", "AT", "SE", "JP", "BR", "IN", "TR", "PL", "IE",
    "PT", "CN", "KR",
];

/// The detectors that need nothing, for numbers of these countries.
pub(crate) fn standard(countries: Option<&[String]>) -> anyhow::Result<Detectors> {
    let Some(countries) = countries else { return Ok(Detectors::standard(COUNTRIES)) };
    if let Some(strange) = countries.iter().find(|it| !detect::has_numbers_of(it)) {
        bail!(
            "`{strange}` is no country whose numbers are known, expected two letters as in ISO 3166"
        );
    }
    Ok(Detectors::standard(&countries.iter().map(String::as_str).collect::<Vec<_>>()))
}

/// Milliseconds that the recogniser may take for one line.
const PATIENCE: u64 = 10_000;

/// Answers every line of standard input with one of standard output.
pub(crate) async fn run(args: &MaskArgs) -> anyhow::Result<Exit> {
    match args {
        MaskArgs { restore: true, .. } => restore(args),
        MaskArgs { forget: true, .. } => forget::run(args, now()),
        _ => mask(args).await,
    }
}

async fn mask(args: &MaskArgs) -> anyhow::Result<Exit> {
    let layers = args.layers.iter().copied().map(layer).collect::<Vec<_>>();
    let known = match (&args.known, &args.org) {
        (Some(file), _) => Some(Arc::new(RwLock::new(known::read(file)?))),
        (None, Some(org)) => Some(known::of_org(org, &args.config).await?),
        (None, None) => None,
    };
    let detectors = detectors(args, known, &layers)?;
    // Lines that have nothing to do with each other must not hide each other's words.
    let recall = args.conversation || layers.contains(&Layer::Memory);
    let mut table = Writer::open(args, now())?;
    if args.stream {
        return stream::mask(&mut table, &detectors);
    }
    each_line(args, |given| {
        let text = Raw::new(given.text, Label::lowest());
        let (masked, spans) = table.mask(&text, &detectors, recall)?;
        Ok((masked, Some(spans)))
    })
}

fn restore(args: &MaskArgs) -> anyhow::Result<Exit> {
    let mut table = Reader::new(args, now())?;
    let (person, rights) = (table::person(), Rights::none());
    if args.stream {
        return stream::restore(&mut table, &Viewer { person: &person, rights: &rights });
    }
    each_line(args, |given| {
        let viewer = Viewer { person: &person, rights: &rights };
        Ok((table.show(&given.text, &viewer)?, None))
    })
}

/// Seconds since 1970.
fn now() -> u64 {
    gateway::system_clock()().0 / 1_000
}

type Answered = (String, Option<Vec<Replaced>>);

/// Reads, answers and writes line by line. A line that cannot be read is told with its number and
/// does not keep the others from being answered.
fn each_line(
    args: &MaskArgs,
    mut answer: impl FnMut(Given) -> anyhow::Result<Answered>,
) -> anyhow::Result<Exit> {
    let mut exit = Exit::Good;
    let mut lines = Lines::new(io::stdin().lock());
    while let Some(line) = lines.next_line().context("cannot read standard input")? {
        let given = line.text.map_err(str::to_owned).and_then(answer::read);
        let written = match given {
            Ok(given) => {
                let form = if args.json { given.form.as_json() } else { given.form.clone() };
                let source = given.text.clone();
                let (text, spans) = answer(given)?;
                answer::write(&form, &source, &text, spans.as_deref())
            }
            Err(reason) => {
                exit = Exit::Failed;
                output::error(&anyhow::anyhow!("line {}: {reason}", line.number));
                answer::refusal(args.json, &reason)
            }
        };
        output::raw(format!("{written}{}", line.end).as_bytes())?;
    }
    Ok(exit)
}

fn detectors(
    args: &MaskArgs,
    known: Option<Arc<RwLock<KnownValues>>>,
    layers: &[Layer],
) -> anyhow::Result<impl Detector + use<>> {
    let countries = (!args.countries.is_empty()).then_some(args.countries.as_slice());
    let mut detectors = standard(countries).context("`--countries` is not usable")?;
    if !layers.is_empty() {
        detectors = detectors.only(layers);
    }
    if let Some(known) = known {
        detectors = detectors.with_known(known);
    }
    // Without it the layer looks at how names are written, and at the words around them, alone.
    let wanted = layers.is_empty() || layers.contains(&Layer::Model);
    let nearby = || wanted.then(recogniser::nearby).flatten();
    if let Some(folder) = args.recogniser.clone().or_else(nearby) {
        detectors = detectors.with_recogniser(recogniser::read(&folder, PATIENCE)?);
    }
    if let Some(file) = &args.rules {
        detectors = detectors.with_house(Arc::new(crate::rules::read(file)?));
    }
    Ok(detectors)
}

fn layer(name: LayerName) -> Layer {
    match name {
        LayerName::Construction => Layer::Field,
        LayerName::Known => Layer::Known,
        LayerName::Memory => Layer::Memory,
        LayerName::Pattern => Layer::Pattern,
        LayerName::Model => Layer::Model,
        LayerName::House => Layer::House,
    }
}
