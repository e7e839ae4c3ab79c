//! Releasing an answer: the ledger has its release before the first word, and its outcome
//! before the last.

use std::cell::OnceCell;
use std::sync::Arc;

use boundary::{
    Act, Action, Conversation, Counts, Detector, DetectorFailure, Facts, Label, Purpose,
    ShowStream, Shown, Verdict, Viewer,
};

use super::Released;
use crate::conversations::internal;
use crate::error::GateError;
use crate::gate::Inner;
use crate::recorder::Recorder;
use crate::screen::{Cover, Screen};

/// The release of one request's answer.
pub(super) struct Release {
    recorder: Recorder,
    receipt: Released,
    allowed: std::collections::BTreeSet<String>,
    /// Looks for what the model says of its own, where that is to be covered.
    covers: Option<Arc<dyn Detector>>,
    invented: u64,
    bytes: u64,
    removed: u64,
    unrestored: u64,
    /// What the person read, and what the model said.
    words: (String, String),
    /// Of the prompt that is being answered, until a word of the answer is shown.
    prompt: Option<Label>,
    /// Of all prompts whose answers were shown.
    label: Label,
}

/// One round's words on their way to the person.
pub(super) struct Speaker<'a> {
    conversation: &'a Conversation,
    viewer: &'a Viewer<'a>,
    screen: Screen,
    cover: Option<Cover<'a>>,
    stream: Option<ShowStream>,
}

impl Release {
    pub(super) fn new(inner: &Inner) -> Self {
        let mut allowed = inner.config.screen.link_hosts.clone();
        let instance = inner.config.org.instance.as_str();
        let host = instance.split("//").nth(1).and_then(|rest| rest.split(['/', ':']).next());
        allowed.extend(host.map(str::to_owned));
        let recorder = inner.recorder.clone();
        Self {
            recorder,
            receipt: None,
            allowed,
            covers: inner.covers_invented(),
            invented: 0,
            bytes: 0,
            removed: 0,
            unrestored: 0,
            words: Default::default(),
            prompt: None,
            label: Label::lowest(),
        }
    }

    /// Notes what a model said.
    pub(super) fn said(&mut self, text: &str) {
        self.words.1.push_str(text);
    }

    /// What the person read so far, and what the model had said.
    pub(super) fn words(&self) -> (&str, &str) {
        (&self.words.0, &self.words.1)
    }

    /// Tokens that were left as the model wrote them.
    pub(super) fn unrestored(&self) -> u64 {
        self.unrestored
    }

    /// Values that the model said of its own and that were covered.
    pub(super) fn invented(&self) -> u64 {
        self.invented
    }

    /// Covers what the model said of its own in the texts of a JSON text, such as a call's arguments.
    pub(super) fn cover_json(
        &mut self,
        conversation: &Conversation,
        viewer: &Viewer<'_>,
        json: &str,
    ) -> Result<String, GateError> {
        let Some(detector) = self.covers.as_deref() else { return Ok(json.to_owned()) };
        let mut cover = cover(detector, conversation, viewer);
        let covered = cover.json(json)?;
        self.invented += cover.covered();
        Ok(covered)
    }

    /// A prompt of this label is answered from here on.
    pub(super) fn answers(&mut self, prompt: &Label) {
        self.prompt = Some(prompt.clone());
    }

    /// The join of what the released words were made of.
    pub(super) fn label(&self) -> &Label {
        &self.label
    }

    /// Makes sure the ledger has the release.
    pub(super) async fn permit(&mut self, act: &Act) -> Result<(), GateError> {
        if self.receipt.is_none() {
            let facts = Facts::new(Purpose::Release, Action::Answer, Verdict::Allowed, act)
                .rule("screened");
            self.receipt = Some(self.recorder.record(facts).await?);
        }
        Ok(())
    }

    pub(super) fn speaker<'a>(
        &self,
        covers: Option<&'a dyn Detector>,
        conversation: &'a Conversation,
        viewer: &'a Viewer<'a>,
    ) -> Speaker<'a> {
        let cover = covers.map(|detector| cover(detector, conversation, viewer));
        Speaker { conversation, viewer, screen: Screen::new(&self.allowed), cover, stream: None }
    }

    /// What looks for what the model says of its own.
    pub(super) fn covers(&self) -> Option<Arc<dyn Detector>> {
        self.covers.clone()
    }

    fn read(&mut self, shown: &Shown) {
        if let Some(prompt) = self.prompt.take() {
            self.label.absorb(&prompt);
        }
        self.words.0.push_str(&shown.text());
    }

    /// Records the outcome; gives its index.
    pub(super) async fn close(
        &mut self,
        act: &Act,
        label: &Label,
        counts: Counts,
    ) -> Result<u64, GateError> {
        self.permit(act).await?;
        let rule = if self.removed > 0 { "addresses-removed" } else { "screened" };
        let mut facts = Facts::new(Purpose::Outcome, Action::Answer, Verdict::Done, act)
            .rule(rule)
            .labelled(label)
            .counted(Counts { bytes: self.bytes, ..counts });
        if let Some(receipt) = &self.receipt {
            facts = facts.answers(receipt);
        }
        Ok(self.recorder.record(facts).await?.index())
    }
}

impl Release {
    /// Records that an answer was cut off, when some of it was released.
    pub(super) async fn cut(&self, act: &Act) -> Result<(), GateError> {
        let Some(receipt) = &self.receipt else { return Ok(()) };
        let facts = Facts::new(Purpose::Outcome, Action::Answer, Verdict::Failed, act)
            .rule("cut")
            .counted(Counts { bytes: self.bytes, ..Counts::default() })
            .answers(receipt);
        self.recorder.record(facts).await.map(|_| ())
    }
}

/// Covers what nobody told this viewer in a conversation. What was told is gathered when it is first asked for.
pub(crate) fn cover<'a>(
    detector: &'a dyn Detector,
    conversation: &'a Conversation,
    viewer: &'a Viewer<'a>,
) -> Cover<'a> {
    let told = OnceCell::new();
    Cover::new(detector, move |value| told.get_or_init(|| conversation.told(viewer)).has(value))
}

impl Speaker<'_> {
    /// What of the model's words is safe to show so far.
    pub(super) fn screen(&mut self, piece: &str) -> Result<String, DetectorFailure> {
        let safe = self.screen.push(piece);
        match &mut self.cover {
            Some(cover) => cover.push(&safe),
            None => Ok(safe),
        }
    }

    /// What the screen held back.
    pub(super) fn screen_rest(&mut self) -> Result<String, DetectorFailure> {
        let safe = self.screen.finish();
        let Some(cover) = &mut self.cover else { return Ok(safe) };
        let mut rest = cover.push(&safe)?;
        rest.push_str(&cover.finish()?);
        Ok(rest)
    }

    /// Whether words were shown, so that the end of the stream has to be asked for.
    pub(super) fn holds(&self) -> bool {
        self.stream.is_some()
    }

    /// Restores screened words. Needs the receipt of the release.
    pub(super) fn show(&mut self, release: &mut Release, safe: &str) -> Result<Shown, GateError> {
        if self.stream.is_none() {
            let receipt =
                release.receipt.as_ref().ok_or_else(|| internal("no release is recorded"))?;
            self.stream =
                Some(self.conversation.show_stream(self.viewer, receipt).map_err(internal)?);
        }
        let stream = self.stream.as_mut().ok_or_else(|| internal("no release is recorded"))?;
        let shown = stream.push(safe);
        release.bytes += safe.len() as u64;
        release.read(&shown);
        Ok(shown)
    }

    /// What the restoring held back.
    pub(super) fn rest(&mut self, release: &mut Release) -> Shown {
        release.removed += self.screen.removed();
        release.invented += self.cover.as_ref().map_or(0, Cover::covered);
        let Some(stream) = &mut self.stream else { return Shown::nothing() };
        let rest = stream.finish();
        release.unrestored += stream.left();
        release.read(&rest);
        rest
    }
}
