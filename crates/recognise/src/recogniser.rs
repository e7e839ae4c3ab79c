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

    fn scores(&self, pieces: &[Piece]) -> Result<Vec<f32>, DetectorFailure> {
        let started = (self.now)();
        let windows = plan(pieces, MOST, SHARED);
        // An equal share for every core, so that none waits for another.
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
        let answers: Vec<Vec<f32>> = groups.into_iter().flatten().collect();
        let mut joined = Vec::with_capacity(pieces.len() * LABELS);
        for (window, inside) in best(&windows, pieces.len()) {
            let own =
                answers.get(window).and_then(|scores| scores.chunks_exact(LABELS).nth(inside));
            joined.extend(own.ok_or(failure("the network answers about another text"))?);
        }
        Ok(joined)
    }

    /// For every window the scores of its pieces, one after the other.
    fn answers(
        &self,
        pieces: &[Piece],
        windows: &[Range<usize>],
    ) -> Result<Vec<Vec<f32>>, DetectorFailure> {
        let framed: Vec<Vec<u32>> =
            windows.iter().map(|window| self.frame(pieces.get(window.clone()))).collect();
        let scores =
            self.net.score(&framed).map_err(|_| failure("the network does not compute"))?;
        let mut rest = scores.as_slice();
        let own = framed.iter().map(|window| {
            let (own, after) = rest.split_at_checked(window.len() * LABELS).unwrap_or_default();
            rest = after;
            // Without the scores of the piece before the window; those of the one behind are never asked for.
            own.get(LABELS..).unwrap_or_default().to_vec()
        });
        Ok(own.collect())
    }

    fn frame(&self, pieces: Option<&[Piece]>) -> Vec<u32> {
        let ids = pieces.unwrap_or_default().iter().map(|piece| piece.id);
        [self.vocabulary.opening].into_iter().chain(ids).chain([self.vocabulary.closing]).collect()
    }

    fn words(&self, text: &str) -> Result<Reading, DetectorFailure> {
        let pieces = self.vocabulary.cut(text);
        let scores = self.scores(&pieces)?;
        let mut words: Vec<Opinion> = Vec::new();
        let mut scores = scores.chunks_exact(LABELS);
        for word in pieces.chunk_by(|one, two| one.word == two.word) {
            let (Some(first), Some(last)) = (word.first(), word.last()) else { continue };
            // A word is what its pieces say together.
            let mut sums = [0.0_f32; LABELS];
            for own in scores.by_ref().take(word.len()) {
                sums.iter_mut().zip(own).for_each(|(sum, score)| *sum += score);
            }
            #[expect(clippy::cast_precision_loss, reason = "a hundred at most")]
            let share = 1.0 / word.len() as f32;
            words.push(opinion(first.start, last.end, &sums.map(|sum| sum * share)));
        }
        Ok(Reading { words })
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
