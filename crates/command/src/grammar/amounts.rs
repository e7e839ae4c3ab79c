//! Comparisons with numbers: `over 100k`, `between 50k and 1.5 million`, `at least €250,000`.

use crate::search::{Condition, Op, Value};
use crate::words::{Kind, Quantity, Run, quantity_at};

/// A comparison without its field.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Comparison {
    pub(crate) op: Op,
    pub(crate) first: Quantity,
    /// The upper end of a range.
    pub(crate) last: Option<Quantity>,
}

const OVER: &str = "over|above|more than|greater than|larger than|bigger than|higher than|exceeding|north of|\
         in excess of|exceeds|that exceed|upwards of|worth more than|beyond|is over|is above|is greater than|\
         is more than|worth over|valued over|valued at over";
const UNDER: &str = "under|below|less than|smaller than|lower than|fewer than|south of|is under|is below|is less than|\
         worth less than|worth under|cheaper than";
const AT_LEAST: &str =
    "at least|minimum|min|no less than|not less than|from|starting at|a minimum of|of at least";
const AT_MOST: &str = "at most|up to|maximum|max|no more than|not more than|of at most";
const EXACTLY: &str = "exactly|equal to|equals|is|worth|of|valued at|is exactly|worth exactly|at";

/// Reads a comparison at `i`. A bare `from`, `of` or `at` counts only before a number that is surely an amount.
pub(crate) fn comparison_at(run: Run<'_>, i: usize) -> Option<Comparison2> {
    let mark = |sign: &str| run.is_mark(i, sign);
    if mark(">") || mark("<") || mark("=") || mark("≥") || mark("≤") {
        let equal = run.is_mark(i + 1, "=");
        let op = match (mark(">"), mark("<"), equal) {
            (true, _, true) => Op::Ge,
            (true, _, false) => Op::Gt,
            (_, true, true) => Op::Le,
            (_, true, false) => Op::Lt,
            _ if mark("≥") => Op::Ge,
            _ if mark("≤") => Op::Le,
            _ => Op::Eq,
        };
        let (first, next) = quantity_at(run, if equal { i + 2 } else { i + 1 })?;
        return Some((Comparison { op, first, last: None }, next));
    }
    if let Some(at) = run.one_of(i, "between|from|ranging from|in between")
        && let Some(found) = range_at(run, at)
    {
        return Some(found);
    }
    let tables: [(&str, Op, bool); 5] = [
        (OVER, Op::Gt, false),
        (UNDER, Op::Lt, false),
        (AT_LEAST, Op::Ge, true),
        (AT_MOST, Op::Le, false),
        (EXACTLY, Op::Eq, true),
    ];
    for (words, op, weak) in tables {
        let Some(at) = run.one_of(i, words) else { continue };
        let Some((first, next)) =
            quantity_at(run, run.skip(at, &["about", "around", "approximately"]))
        else {
            continue;
        };
        let single = at == i + 1 && run.any_of(i, &["from", "of", "at", "is"]);
        if weak && single && !first.explicit && !first.percent && first.value < 1000.0 {
            continue;
        }
        // `of 100k or more` is no exact amount.
        if op == Op::Eq
            && let Some(found) = suffixed(run, at)
        {
            return Some(found);
        }
        return Some((Comparison { op, first, last: None }, next));
    }
    suffixed(run, i).or_else(|| {
        range_at(run, i).filter(|(c, _)| c.first.explicit || c.last.is_some_and(|l| l.explicit))
    })
}

type Comparison2 = (Comparison, usize);

/// `50k and 100k`, `50k to 100k`, `50-100k`: a scale said once holds for both.
fn range_at(run: Run<'_>, i: usize) -> Option<Comparison2> {
    if let Some(word) = run.word(i).filter(|w| w.kind == Kind::Number)
        && let Some((a, b)) = word.text.split_once('-')
        && let Some((low, own)) = crate::words::parse_digits(a)
        && let Some((high, suffix)) = crate::words::parse_digits(b)
    {
        let by = match suffix.as_str() {
            "k" => 1e3,
            "m" => 1e6,
            _ => return None,
        };
        let quantity = |value| Quantity { value, currency: None, percent: false, explicit: true };
        let low = if own.is_empty() { low * by } else { return None };
        return Some((
            Comparison { op: Op::Ge, first: quantity(low), last: Some(quantity(high * by)) },
            i + 1,
        ));
    }
    let (mut first, next) = quantity_at(run, i)?;
    let to = run
        .one_of(next, "and|to|through|up to")
        .or_else(|| run.is_mark(next, "-").then_some(next + 1))?;
    let (last, end) = quantity_at(run, to)?;
    if !first.explicit && last.explicit && first.value < 1000.0 && last.value >= 1000.0 {
        // `between 50 and 100 thousand`
        let scale = if last.value >= 1e9 {
            1e9
        } else if last.value >= 1e6 {
            1e6
        } else {
            1e3
        };
        first.value *= scale;
        first.explicit = true;
    }
    (first.value <= last.value).then_some((Comparison { op: Op::Ge, first, last: Some(last) }, end))
}

/// `100k or more`, `100k+`, `50k or less`.
fn suffixed(run: Run<'_>, i: usize) -> Option<Comparison2> {
    let (first, next) = quantity_at(run, i)?;
    if run.is_mark(next, "+") {
        return Some((Comparison { op: Op::Ge, first, last: None }, next + 1));
    }
    if let Some(end) = run.one_of(next, "or more|and up|and above|or above|plus|and more|or higher")
    {
        return Some((Comparison { op: Op::Ge, first, last: None }, end));
    }
    let end =
        run.one_of(next, "or less|and below|or below|or under|and under|or fewer|or lower")?;
    Some((Comparison { op: Op::Le, first, last: None }, end))
}

impl Comparison {
    /// The condition on a field.
    pub(crate) fn on(self, path: &str) -> Condition {
        let is = |op, value| Condition::is(path, op, Value::Number(value));
        match self.last {
            Some(last) => {
                Condition::All(vec![is(Op::Ge, self.first.value), is(Op::Le, last.value)])
            }
            None => is(self.op, self.first.value),
        }
    }

    /// Whether the words leave no doubt that money or another amount is meant.
    pub(crate) fn is_surely_amount(self) -> bool {
        let sure = |q: Quantity| q.explicit || q.currency.is_some() || q.value >= 3000.0;
        sure(self.first) || self.last.is_some_and(sure)
    }
}
