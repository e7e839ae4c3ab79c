//! Whether one word that is known stands for what is known.

use std::sync::LazyLock;

use boundary::Kind;

use super::{
    asked,
    everyday::{abroad, describes, telling},
    scan::{Hit, Scan},
    slot::Roles,
};
use crate::{
    cues,
    lexicon::{
        ABROAD, AFTER_PERSON, AMBIGUOUS, BEFORE_PERSON, BORNE, BRAND, COUNTRY, Class, DAY,
        FUNCTION, GIVEN, GREETING, MONTH, NAME, NATIONALITY, ORG_LABEL, ORG_WORD, PLACE_CUE,
        PRODUCT, REFERENCE, STATE, WORD, Words,
    },
    name::{led_small, shouting},
    resolve::KNOWN,
    text::{Gap, Shape, Token},
};

/// German words behind which a noun has an article, and a name has none.
static GERMAN_LEADS: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        "mit bei von dass ob wenn weil laut wegen sagt meint frag frage fragt fragte bitte bat dann an für durch gegen hat will rief sprach schreibt schrieb",
    )
});

/// What is done to whom stands right behind, or behind a small word: "falar com prado", "chase hunter".
static REACHED: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        "chase remind invite nudge thank ping tell told inform frag frage fragt schreib schreibe ruf rufe erinnere informiere sag sagt grüß hab habe angebot mail mailen bel bellen gebeld vraag stuur zeg herinner ring ringa ringde ringt mejla maila fråga hälsa säg skicka spør send sig appeler appelle appelé rappeler rappelle relancer relance écrire écris écrit prévenir demander demande voir vu dire dis llamar llama llamé hablar habla hablé escribe escribir avisar avisa preguntar pregunta decir dile insistir quedar chiamare chiama chiamato sentire senti sentito scrivere scrivi avvisare avvisa chiedere chiedi dire dillo parlare ligar liga liguei falar fala falei escreve escrever avisar avisa perguntar pergunta mandar zadzwonić zadzwoń dzwonić napisać napisz zapytać zapytaj przekazać przekaż spotkanie rozmowa volat zavolat zavolej volal volala napsat napiš poslat pošli schůzka ara sor söyle yaz gönder haber soita kysy laita lähetä",
    )
});

/// English words behind which whoever is known is out or asks: "Hope is out".
static BEING: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        "out back away sick ill here off late coming going asking waiting calling happy unhappy fine aware travelling traveling chasing looking leaving joining covering unavailable available keen ok",
    )
});

/// What a note goes on with behind whom it begins with: "reyes no contesta", "klein hat zugesagt".
static GOING_ON: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        "nicht niet inte ikke ei no non não nie ne pas hat ist will kommt möchte kann heeft wil belt vill har är er a est veut ha è vuole quiere está tem quer está chce je má",
    )
});

/// Words of other languages behind which a phrase ends with whom it is about: "offerten till sten?", "niet naar bas".
static TO_WHOM: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        "mit bei von an frag met naar aan van voor bij till med från av åt hos til fra avec chez par con com para do od dla pro macht",
    )
});

impl Scan<'_, '_> {
    /// Whether the word at a hit is taken for what is known.
    pub(super) fn accept_single(&mut self, hit: &Hit) -> bool {
        let Some(token) = self.doc.token(hit.from).copied() else { return false };
        if matches!(token.shape, Shape::Digits | Shape::Alnum) {
            if hit.roles.any(Roles::STREET) {
                self.push(hit, Kind::Address, KNOWN);
                self.weak.extend(self.found.pop());
            }
            return false;
        }
        if token.len() < 2 && token.shape != Shape::Ideograph
            || token.shape == Shape::Initial && token.class != Class::default()
        {
            return false;
        }
        let score = cues::person(self.doc, hit.from, hit.to);
        let person = hit.roles.any(Roles::FIRST.or(Roles::LAST).or(Roles::FULL));
        let place_cue = self.before(hit.from).is_some_and(|t| {
            t.class.any(PLACE_CUE)
                && !t.class.any(BEFORE_PERSON.or(GREETING))
                && t.shape == Shape::Lower
        });
        let kind = if hit.roles.any(Roles::TOWN) && (place_cue || !person) {
            Kind::Location
        } else if person {
            Kind::Name
        } else {
            Kind::Org
        };
        let kind = if hit.roles.any(Roles::ORG) && self.about_org(hit) { Kind::Org } else { kind };
        let fits = match token.shape {
            // One ideograph is a name only where it stands by itself, and is not the answer to a question.
            Shape::Ideograph if self.doc.word(&token).chars().count() == 1 => {
                let next = self.doc.token(hit.to).map(|t| t.gap);
                let answer = token.gap == Gap::Colon && next != Some(Gap::Apostrophe);
                let alone = token.gap != Gap::None && !answer && next != Some(Gap::None);
                alone || self.addressed(&token) || self.acts(&token)
            }
            _ if kind == Kind::Location && !person && !self.doubtful(&token) && token.capital() => {
                true
            }
            Shape::Lower => self.fits_small(hit, &token, kind, score),
            _ if self.doubtful(&token) => {
                score >= 2
                    // "Finn is economic buyer": of one people, and somebody's name.
                    || kind == Kind::Name && score >= 1 && Self::of_a_people(&token)
                    || kind == Kind::Name && score >= 0 && self.stands_out(hit, &token)
                    || kind == Kind::Name && self.behind_article(&token, score) && self.stands_out(hit, &token)
                    || kind == Kind::Name && score >= 0 && self.spoken_to(hit, &token)
                    || kind == Kind::Name && token.class.any(NAME.or(BORNE)) && self.acts_so(hit, &token)
                    || self.said.binary_search(&token.hash).is_ok() && score >= 0
                    || kind != Kind::Name && score >= 0 && place_cue
            }
            // Three capitals in a line of small letters are an abbreviation first.
            Shape::Upper if token.len() <= 3 => score > 0 || shouting(self.doc, hit.from),
            // "the Threlkeld account": in no list, so nothing else.
            _ => {
                let next = self.doc.token(hit.to);
                let thing = next.is_some_and(|t| {
                    t.gap == Gap::Space && (t.capital() || t.shape == Shape::Alnum)
                });
                score > -3 && !(thing && token.class.any(WORD))
                    || kind == Kind::Name && token.class == Class::default() && !thing
            }
        };
        if fits {
            self.push(hit, kind, KNOWN);
        }
        fits
    }

    /// Typed in haste: a word that is no other is somebody wherever it stands, another where a person must stand.
    fn fits_small(&self, hit: &Hit, token: &Token, kind: Kind, score: i32) -> bool {
        let letters = self.doc.word(token).chars().count();
        let telling = telling(self.doc, token);
        match kind {
            Kind::Name if telling => match letters {
                0..=1 => false,
                2 => score >= 3,
                3 => token.class.any(GIVEN) && score > -3 || score > 0,
                _ => score > -5,
            },
            Kind::Name if token.class.any(FUNCTION) || letters < 3 => false,
            Kind::Name => {
                let thing = PRODUCT.or(ORG_WORD).or(REFERENCE).or(BRAND).or(MONTH).or(DAY);
                !token.class.any(thing)
                    && (score >= 3 && !token.class.any(AFTER_PERSON)
                        || led_small(self.doc, hit.from) >= 3
                        || self.says(hit, token)
                        || self.reached(hit, token)
                        || abroad(token) && self.closes(hit, token))
            }
            // A firm whose name is no word is nothing else in small letters, and so is a town.
            Kind::Org => {
                telling
                    && letters > 3
                    && (self.doc.is_english() || letters > 4 && !token.class.any(NAME))
            }
            _ => telling && letters > 4,
        }
    }

    /// "klein sagt", "reyes no contesta": a line begins with who does what people do.
    fn says(&self, hit: &Hit, token: &Token) -> bool {
        let Some(next) = self.doc.token(hit.to).filter(|t| t.gap == Gap::Space) else {
            return false;
        };
        let does =
            next.shape == Shape::Lower && next.class.any(AFTER_PERSON) && !next.class.any(FUNCTION);
        let borne = token.class.any(NAME.or(BORNE)) || abroad(token);
        match token.gap {
            Gap::Start | Gap::Line => {
                let goes_on = !self.doc.is_english() && GOING_ON.has(self.doc.word(next));
                borne && (does || goes_on)
            }
            Gap::Comma => does && (token.class.any(GIVEN) || abroad(token)),
            _ => false,
        }
    }

    /// "falar com prado sobre ..", "chase hunter": whoever is called or written to.
    fn reached(&self, hit: &Hit, token: &Token) -> bool {
        let Some(prior) = self.before(hit.from).filter(|_| token.gap == Gap::Space) else {
            return false;
        };
        let verb = |t: &Token| t.shape != Shape::Upper && self.is_of(&REACHED, t);
        let behind = || {
            let small = prior.gap == Gap::Space
                && (self.is_of(&TO_WHOM, prior)
                    || matches!(self.doc.word(prior), "a" | "p" | "pra" | "s" | "k"));
            small && hit.from.checked_sub(2).and_then(|i| self.doc.token(i)).is_some_and(verb)
        };
        (token.class.any(NAME.or(BORNE)) || abroad(token)) && (verb(prior) || behind())
    }

    fn is_of(&self, words: &Words, token: &Token) -> bool {
        let word = self.doc.word(token);
        words.has(word) || token.capital() && words.has(&word.to_lowercase())
    }

    /// "offerten till sten?", "niet naar bas": nothing follows whom it is for.
    fn closes(&self, hit: &Hit, token: &Token) -> bool {
        let led = self
            .before(hit.from)
            .is_some_and(|t| t.shape == Shape::Lower && TO_WHOM.has(self.doc.word(t)));
        led && !self.doc.is_english()
            && token.gap == Gap::Space
            && self.doc.token(hit.to).is_none_or(|t| t.gap != Gap::Space)
    }

    /// A word that is known as a name, with a capital where a mere word would have none: inside a sentence of
    /// small words, or in front of what it says in a chat.
    fn stands_out(&self, hit: &Hit, token: &Token) -> bool {
        let else_named =
            MONTH.or(DAY).or(BRAND).or(COUNTRY).or(PRODUCT).or(ORG_WORD).or(NATIONALITY);
        let given = token.class.any(GIVEN) && !self.doc.capitalises_nouns();
        let borne = token.class.any(NAME.or(BORNE)) || abroad(token);
        let thing = token.class.any(else_named) || !given && token.class.any(REFERENCE.or(ABROAD));
        if !borne || thing || token.shape != Shape::Title {
            return false;
        }
        let next = self.doc.token(hit.to);
        let small = |t: &Token| t.shape == Shape::Lower || t.opens && t.class.any(FUNCTION);
        let before = self.before(hit.from);
        let inside = !token.opens
            && token.gap == Gap::Space
            && before.is_some_and(small)
            && next.is_none_or(|t| t.gap != Gap::Space || small(t));
        // Where nouns have capitals, a name is told by its missing article.
        let inside = inside
            && (!self.doc.capitalises_nouns()
                || describes(token)
                || before.is_some_and(|t| GERMAN_LEADS.has(self.doc.word(t))));
        let speaks = matches!(token.gap, Gap::Line | Gap::Start)
            && next.is_some_and(|t| t.gap == Gap::Colon && t.shape != Shape::Digits)
            && token.class.any(GIVEN);
        // "Wolf kommt", "Bas belt terug": no article where a sentence begins, in a language that has them.
        let begins = token.opens
            && next.is_some_and(|t| {
                t.gap == Gap::Space
                    && t.shape == Shape::Lower
                    && if self.doc.is_english() {
                        token.class.any(GIVEN) && self.is_out(hit, t)
                    } else {
                        t.class.any(AFTER_PERSON)
                    }
            });
        inside || speaks || begins
    }

    /// "Hope is out", "Grace was asking".
    fn is_out(&self, hit: &Hit, next: &Token) -> bool {
        matches!(self.doc.word(next), "is" | "was" | "isn" | "has")
            && self.doc.token(hit.to + 1).is_some_and(|t| BEING.has(self.doc.word(t)))
    }

    /// Inside a question of who somebody is, given something, or doing what only people do.
    fn acts_so(&self, hit: &Hit, token: &Token) -> bool {
        let other = MONTH.or(DAY).or(COUNTRY).or(PRODUCT).or(ORG_WORD);
        token.shape == Shape::Title
            && !token.class.any(other)
            && asked::about(self.doc, hit.from, hit.to)
    }

    /// "a Rosa pagou", "il Conti firma": what is an article elsewhere stands before people, too.
    fn behind_article(&self, token: &Token, score: i32) -> bool {
        let foreign = !self.doc.is_english() && !self.doc.capitalises_nouns();
        foreign && (-3..0).contains(&score) && !token.opens
    }

    /// "Mark, can you ..", "see you then, Hope!", or the last line of a letter.
    fn spoken_to(&self, hit: &Hit, token: &Token) -> bool {
        let named = hit.roles.any(Roles::FIRST)
            && token.shape == Shape::Title
            && (token.class.any(GIVEN) || abroad(token))
            && !token.class.any(DAY.or(COUNTRY).or(PRODUCT).or(ORG_WORD).or(FUNCTION));
        let month = token.class.any(MONTH);
        let line = matches!(token.gap, Gap::Line | Gap::Start);
        let next = self.doc.token(hit.to);
        // "April, can you ..", against "April, May".
        let first = line
            && self.doc.byte(token.end) == b','
            && next.is_some_and(|t| !month || t.shape == Shape::Lower);
        let last = token.gap == Gap::Comma
            && matches!(self.doc.byte(token.end), 0 | b'.' | b'!' | b'?' | b'\n')
            && self.before(hit.from).is_some_and(|t| t.shape == Shape::Lower);
        let signs = token.gap == Gap::Line && next.is_none();
        named && (first || !month && (last || signs))
    }

    /// `Finn`, `Dane`, `Scot`: a name that is also what one of a people is called.
    fn of_a_people(token: &Token) -> bool {
        let else_named = MONTH.or(DAY).or(BRAND).or(COUNTRY).or(PRODUCT).or(ORG_WORD).or(FUNCTION);
        token.len() <= 5
            && token.shape == Shape::Title
            && token.class.any(NATIONALITY)
            && token.class.any(GIVEN)
            && !token.class.any(else_named)
    }

    /// Names that are also words, months or makers need a second sign.
    fn doubtful(&self, token: &Token) -> bool {
        let other = MONTH
            .or(DAY)
            .or(BRAND)
            .or(AMBIGUOUS)
            .or(FUNCTION)
            .or(COUNTRY)
            .or(PRODUCT)
            .or(ORG_WORD)
            .or(NATIONALITY)
            .or(GREETING);
        if token.class.any(other) || token.class.any(STATE) && token.len() <= 3 {
            return true;
        }
        if token.class.any(WORD) {
            // "Grant ruft an": an English word is none of another language.
            return self.doc.is_english()
                || token.class.any(ABROAD)
                || !token.class.any(NAME)
                || abroad(token);
        }
        self.doc.capitalises_nouns() && abroad(token)
    }

    /// A word that needs a sign is one of the people beside it: `Stark, Vogel und König`, `König;Rita;Bremen`.
    pub(super) fn accept_beside(&mut self, open: &[Hit]) {
        if open.is_empty() {
            return;
        }
        let names = || self.found.iter().filter(|it| it.kind == Kind::Name);
        let mut ends: Vec<usize> = names().map(|it| it.end).collect();
        let mut starts: Vec<usize> = names().map(|it| it.start).collect();
        ends.sort_unstable();
        starts.sort_unstable();
        // Hits come in order, and so do the ends of those that are taken.
        let mut taken = Vec::new();
        for hit in open {
            let Some(token) = self.doc.token(hit.from).copied() else { continue };
            let name = hit.roles.any(Roles::FIRST.or(Roles::LAST))
                && token.shape == Shape::Title
                && !token.class.any(MONTH.or(DAY).or(COUNTRY).or(FUNCTION).or(PRODUCT).or(BRAND));
            let before = self.partner(hit.from, true);
            let after = self.partner(hit.to, false);
            let ended =
                |end: usize| [&ends, &taken].iter().any(|it| it.binary_search(&end).is_ok());
            let beside = before.is_some_and(ended)
                || after.is_some_and(|start| starts.binary_search(&start).is_ok());
            if name && beside {
                self.push(hit, Kind::Name, KNOWN);
                taken.push(token.end);
            }
        }
    }

    /// Where the item before the word at `at` ends, or the one that begins there starts, in a row of items.
    fn partner(&self, at: usize, before: bool) -> Option<usize> {
        let here = self.doc.token(at)?;
        let prior = self.before(at)?;
        let listed = |a: &Token, b: &Token| {
            b.gap == Gap::Comma
                || matches!(self.doc.span(a.end, b.start), ";" | "; " | " / " | " & " | " + " | "|")
        };
        let and = |t: &Token| cues::joins(self.doc.word(t));
        if listed(prior, here) {
            return Some(if before { prior.end } else { here.start });
        }
        if before && here.gap == Gap::Space && prior.gap == Gap::Space && and(prior) {
            return Some(self.before(at.checked_sub(1)?)?.end);
        }
        if !before && here.gap == Gap::Space && and(here) {
            return self.doc.token(at + 1).filter(|t| t.gap == Gap::Space).map(|t| t.start);
        }
        None
    }

    pub(super) fn before(&self, index: usize) -> Option<&Token> {
        index.checked_sub(1).and_then(|i| self.doc.token(i))
    }

    pub(super) fn about_org(&self, hit: &Hit) -> bool {
        let label = |t: &Token| t.class.any(ORG_LABEL);
        // "Ada Byron (Acme)", "Acme - renewal".
        if let Some(token) = self.doc.token(hit.from)
            && (self.doc.byte_before(token.start) == b'(' && self.doc.byte(token.end) == b')'
                || self.doc.span(token.end, token.end + 3) == " - ")
        {
            return true;
        }
        self.before(hit.from)
            .is_some_and(|t| label(t) || matches!(self.doc.word(t), "at" | "account" | "about"))
            || self.doc.token(hit.to).is_some_and(|t| {
                t.gap == Gap::Space
                    && (label(t) || matches!(self.doc.word(t), "opportunity" | "deal" | "contract"))
            })
            || !hit.roles.any(Roles::FIRST.or(Roles::LAST))
                && !self.doc.token(hit.from).is_some_and(|t| t.class.any(NAME))
    }
}
