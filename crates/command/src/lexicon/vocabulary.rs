//! Plain word lists.

use std::collections::HashSet;
use std::sync::LazyLock;

/// A set of single words.
pub(crate) type Lexemes = LazyLock<HashSet<&'static str>>;

fn set(words: &'static str) -> HashSet<&'static str> {
    words.split('|').collect()
}

/// Months in order; the first three letters are enough.
pub(crate) const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Weekdays, Monday first.
pub(crate) const WEEKDAYS: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// Words of time that a slip is corrected for wherever they stand.
pub(crate) static PERIODS: Lexemes = LazyLock::new(|| {
    set(
        "january|february|march|april|august|september|october|november|december|monday|tuesday|wednesday|\
         thursday|friday|saturday|sunday|today|tomorrow|yesterday|day|days|week|weeks|year|month|months|quarter|quarters|years|\
         fiscal|hundred|thousand|million|billion|negotiation|proposal|qualification|prospecting",
    )
});

/// Keywords that a slip is corrected for where no name is expected.
pub(crate) static CORRECTABLE: Lexemes = LazyLock::new(|| {
    set(
        "deal|lead|case|task|emails|mails|phones|event|note|call|user|sale|opps|lose|loss|city|state|type|rating|names|dates|notes|users|sales|\
         calls|events|wins|title|quote|quotes|orders|asset|assets|product|products|contract|contracts|stages|opportunity|opportunities|deals|accounts|account|customer|customers|company|companies|contact|\
         contacts|people|leads|prospects|prospect|cases|ticket|tickets|tasks|events|meeting|meetings|\
         appointments|activities|campaign|campaigns|pipeline|forecast|amount|amounts|stage|status|close|\
         closed|closing|created|modified|updated|overdue|owner|owned|source|industry|country|total|average|\
         count|number|highest|largest|biggest|smallest|lowest|newest|latest|oldest|recent|sorted|order|\
         ordered|group|grouped|between|greater|bigger|higher|larger|lower|smaller|before|after|through|\
         within|without|missing|change|update|increase|decrease|reduce|raise|create|schedule|remind|reminder|\
         assign|reassign|rename|complete|display|search|details|phone|email|address|priority|escalated|\
         converted|employees|revenue|probability|website|description|follow|please|should|worth",
    )
});

/// Words that carry no meaning of their own in a request.
pub(crate) static FILLERS: Lexemes = LazyLock::new(|| {
    set(
        "the|a|an|all|any|every|each|of|me|us|i|we|you|have|has|had|is|are|was|were|be|been|do|does|did|that|\
         which|who|whose|there|currently|right|now|please|just|still|also|so|far|some|and|with|in|on|for|to|\
         at|from|by|our|total|records|record|list|entries|ones|one|those|these|them|it|out|up|got|get|give|\
         it's|what's|what|really|actually|exactly|only|or|as|my|whole|entire|full|complete|current|existing|\
         see|show|can|could|will|would|am|been|where|than|then|their|its|his|her|this|crm|salesforce|system|\
         database|called|look|like|looking|know|value|worth|sitting|standing|going|coming|due|happening|sort|\
         everything|about|ever|yet|already|currently|being|kind|down|per|let|together|need|needs|want|ok|\
         okay|thanks|again|back|if|how|when|i'm|i've|we've|i'd|into|set|anything|something|details|info|\
         information|data|today's",
    )
});

/// Openings that only make a request polite; tried in this order, repeatedly.
pub(crate) const POLITE: &str = "please|pls|plz|kindly|hey|hi|hello|ok|okay|so|um|uh|erm|well|right|now|could you please|\
         can you please|would you please|could you|can you|would you|will you|can i|could i|may i|can we|\
         could we|i would like you to|i would like to|i'd like you to|i'd like to|i want you to|i want to|\
         i wanna|i need you to|i need to|i have to|we need to|let's|lets|let us|go ahead and|help me|\
         i'd love to|would you mind|do me a favor and|quickly|also|and|then|next|just|good morning|\
         good afternoon|thanks|thank you|great|perfect|alright|after that|finally|and then|and also|actually|\
         yes please|be so kind to|try to";

/// Words that end a name when they follow it.
pub(crate) static STOPPERS: Lexemes = LazyLock::new(|| {
    set(
        "that|which|who|whose|where|with|without|by|sorted|ordered|order|sort|grouped|group|closing|closes|\
         close|closed|created|opened|updated|modified|over|under|above|below|between|greater|less|more|\
         larger|bigger|smaller|higher|lower|worth|due|overdue|since|before|after|until|and|or|owned|assigned|\
         belonging|having|is|are|has|have|in|on|at|for|from|to|of|as|please|limit|top|this|last|next|today|\
         tomorrow|yesterday|starting|ending|not|won|lost|open|named|called|broken|split|per|during|within|\
         then|via|about|regarding|exceeding|named|first",
    )
});
