//! Text in, opinions about its words out.

use std::{
    ops::Range,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use boundary::DetectorFailure;
use detect::{Opinion, Reading};
use rayon::{current_num_threads, iter::ParallelIterator as _, slice::ParallelSlice as _};

use crate::{
    adapter::Adapter,
    cache::{Cache, key},
    error::RecogniseError,
    files::{NETWORK, VOCABULARY},
    labels::{LABELS, PUBLISHED, opinion},
    net::Net,
    onnx::Graph,
    windows::{MOST, SHARED, best, plan},
    wordpiece::{Piece, Vocabulary},
};

/// Windows that go through the network together: enough to keep it busy, few enough to look at the clock between.
const TOGETHER: usize = 4;

/// What `cargo xtask train` learned.
const TRAINED: &[u8] = include_bytes!("../../../training/adapter.bin");

/// What a recogniser may use up.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Time for one text; the last windows started in time may end after it.
    pub budget: Duration,
    /// Texts whose results are kept.
    pub kept: usize,
}

impl Default for Limits {
    /// Ten seconds, some 200 kB of text on one quiet core; a thousand texts.
    fn default() -> Self {
        Self { budget: Duration::from_secs(10), kept: 1_000 }
    }
}

/// A network and its vocabulary. Many threads may read with one at the same time.
#[derive(Debug)]
pub struct Recogniser {
    net: Net,
    vocabulary: Vocabulary,
    cache: Mutex<Cache<Reading>>,
    limits: Limits,
    now: fn() -> Instant,
}

impl Recogniser {
    /// Takes the two files of the model, if they are exactly those this build knows, with what training changed of them.
    /// `now` tells the time that the budget is held against.
    ///
    /// # Errors
    /// When a file is another or damaged.
    pub fn load(
        network: &[u8],
        vocabulary: &[u8],
        limits: Limits,
        now: fn() -> Instant,
    ) -> Result<Self, RecogniseError> {
        NETWORK.check(network)?;
        VOCABULARY.check(vocabulary)?;
        let trained = Adapter::parse(TRAINED)?;
        trained.check()?;
        Self::parse(network, vocabulary, trained, limits, now)
    }

    /// The same for files nobody vouches for and other changes to them, [`Adapter::default`] for none: for tests, and to
    /// measure what training brought.
    ///
    /// # Errors
    /// When a file does not hold what the network needs, or a change is of what it does not have.
    pub fn parse(
        network: &[u8],
        vocabulary: &[u8],
        mut adapter: Adapter<'_>,
        limits: Limits,
        now: fn() -> Instant,
    ) -> Result<Self, RecogniseError> {
        let vocabulary = Vocabulary::read(vocabulary)?;
        let shape = (vocabulary.len(), PUBLISHED, LABELS);
        let net = Net::read(&Graph::parse(network)?, &mut adapter, shape)?;
        adapter.finish()?;
        Ok(Self { net, vocabulary, cache: Mutex::new(Cache::new(limits.kept)), limits, now })
    }

    /// The scores of those pieces that are asked about.
    fn scores(&self, pieces: &[Piece], asked: &[bool]) -> Result<Vec<f32>, DetectorFailure> {
        let started = (self.now)();
        let mut windows: Vec<Window> =
            plan(pieces, MOST, SHARED).into_iter().map(Window::new).collect();
        let places = best(windows.iter().map(|window| &window.pieces), pieces.len());
        for ((number, inside), _) in places.into_iter().zip(asked).filter(|(_, asked)| **asked) {
            windows.get_mut(number).into_iter().for_each(|window| window.asked.push(inside));
        }
        // As many for every core, so that none waits for another.
        let shares = windows.len().div_ceil(TOGETHER).next_multiple_of(current_num_threads());
        let together = windows.len().div_ceil(shares.max(1)).max(1);
        let groups: Vec<_> = windows
            .par_chunks(together)
            .map(|some| {
                if (self.now)().duration_since(started) > self.limits.budget {
                    return Err(failure("the text takes longer than its time budget"));
                }
                self.answers(pieces, some)
            })
            .collect::<Result<_, _>>()?;
        // What a window is asked about follows what the one before is.
        Ok(groups.concat())
    }

    /// For every window the scores of its pieces that are asked about, one after the other.
    fn answers(&self, pieces: &[Piece], windows: &[Window]) -> Result<Vec<f32>, DetectorFailure> {
        let (mut framed, mut asked, mut before) = (Vec::new(), Vec::new(), 0);
        for window in windows.iter().filter(|window| !window.asked.is_empty()) {
            let row = self.frame(pieces.get(window.pieces.clone()));
            // One piece stands before the window's own.
            asked.extend(window.asked.iter().map(|inside| before + 1 + inside));
            before += row.len();
            framed.push(row);
        }
        if framed.is_empty() {
            return Ok(Vec::new());
        }
        self.net.score(&framed, &asked).map_err(|_| failure("the network does not compute"))
    }

    fn frame(&self, pieces: Option<&[Piece]>) -> Vec<u32> {
        let ids = pieces.unwrap_or_default().iter().map(|piece| piece.id);
        [self.vocabulary.opening].into_iter().chain(ids).chain([self.vocabulary.closing]).collect()
    }

    fn words(&self, text: &str) -> Result<Reading, DetectorFailure> {
        // Signs and numbers are nobody's name, and every third piece is of one: nothing is asked about them, and a number's
        // first piece says that one stands there.
        let (mut pieces, mut asked) = (Vec::new(), Vec::new());
        for word in self.vocabulary.cut(text).chunk_by(|one, two| one.word == two.word) {
            let ends = word.first().zip(word.last());
            let whole = ends.and_then(|(first, last)| text.get(first.start..last.end));
            let lettered = whole.is_some_and(|whole| whole.contains(char::is_alphabetic));
            let kept = word.get(..if lettered { word.len() } else { 1 }).unwrap_or_default();
            pieces.extend_from_slice(kept);
            asked.extend(kept.iter().map(|_| lettered));
        }
        let scores = self.scores(&pieces, &asked)?;
        if scores.len() != asked.iter().filter(|asked| **asked).count() * LABELS {
            return Err(failure("the network answers about another text"));
        }
        let mut scores = scores.chunks_exact(LABELS);
        let mut opinions: Vec<Opinion> = Vec::new();
        let told = pieces.iter().zip(&asked).filter_map(|(piece, asked)| asked.then_some(*piece));
        let told: Vec<Piece> = told.collect();
        for word in told.chunk_by(|one, two| one.word == two.word) {
            let (Some(first), Some(last)) = (word.first(), word.last()) else { continue };
            // A word is what its pieces say together.
            let mut sums = [0.0_f32; LABELS];
            for own in scores.by_ref().take(word.len()) {
                sums.iter_mut().zip(own).for_each(|(sum, score)| *sum += score);
            }
            #[expect(clippy::cast_precision_loss, reason = "a hundred at most")]
            let share = 1.0 / word.len() as f32;
            opinions.push(opinion(first.start, last.end, &sums.map(|sum| sum * share)));
        }
        Ok(Reading { words: opinions })
    }
}

/// A part of a text that the network looks at as a whole.
struct Window {
    pieces: Range<usize>,
    /// Those of its pieces that it is asked about, counted from its first.
    asked: Vec<usize>,
}

impl Window {
    fn new(pieces: Range<usize>) -> Self {
        Self { pieces, asked: Vec::new() }
    }
}

impl detect::Recogniser for Recogniser {
    fn read(&self, text: &str) -> Result<Arc<Reading>, DetectorFailure> {
        let key = key(text);
        // A thread that panicked left a whole map: each change is one step.
        let cache = || self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = cache().look(&key) {
            return Ok(found);
        }
        let found = Arc::new(self.words(text)?);
        cache().keep(key, Arc::clone(&found));
        Ok(found)
    }

    fn has_read(&self, text: &str) -> bool {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner).look(&key(text)).is_some()
    }
}

fn failure(reason: &'static str) -> DetectorFailure {
    DetectorFailure { detector: "recogniser", reason }
}
