//! Whether a value in a query is one that the person said.

use boundary::around_tokens;

/// A text without its tokens.
pub(super) struct Pieces {
    texts: Vec<String>,
    beside_tokens: bool,
}

/// The pieces of a plain text.
pub(super) fn pieces_of(text: &str) -> Pieces {
    let around = around_tokens(text);
    let beside_tokens = around.len() > 1;
    Pieces { texts: around.into_iter().map(str::to_owned).collect(), beside_tokens }
}

/// The pieces of a pattern of `LIKE` as it is written, without `%`. None when it asks for single
/// characters, or spells them as codes.
pub(super) fn pieces_of_pattern(raw: &str) -> Option<Pieces> {
    let around = around_tokens(raw);
    let beside_tokens = around.len() > 1;
    let mut texts = Vec::new();
    for piece in around {
        let mut text = String::new();
        let mut chars = piece.chars();
        while let Some(c) = chars.next() {
            match c {
                '%' => texts.push(std::mem::take(&mut text)),
                '_' => return None,
                '\\' => match chars.next()? {
                    'u' | 'U' => return None,
                    'n' | 'N' | 'r' | 'R' | 't' | 'T' | 'b' | 'B' | 'f' | 'F' => text.push(' '),
                    plain => text.push(plain),
                },
                plain => text.push(plain),
            }
        }
        texts.push(text);
    }
    Some(Pieces { texts, beside_tokens })
}

impl Pieces {
    /// Whether all of it was said, each piece in at least `shortest` letters and digits.
    pub(super) fn echo(&self, said: &dyn Fn(&str) -> bool, shortest: usize) -> bool {
        self.texts.iter().all(|text| {
            let length = text.chars().filter(|c| c.is_alphanumeric()).count();
            match length {
                0 => text.chars().all(|c| self.beside_tokens && (c.is_whitespace() || c == ',')),
                _ => length >= shortest && said(text),
            }
        })
    }
}

/// Letters and digits of a record id.
pub(super) fn is_id(text: &str) -> bool {
    matches!(text.len(), 15 | 18) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// `1500000` is said by `1500000`, `1,500,000`, `1 500 000.00`, `1.5m`, `1.5 million`, `1500k`.
pub(super) fn number_said(number: &str, said: &dyn Fn(&str) -> bool) -> bool {
    const SCALES: [(usize, &[&str]); 4] = [
        (0, &[""]),
        (3, &["k", "thousand"]),
        (6, &["m", "mn", "mio", "million", "millions"]),
        (9, &["b", "bn", "billion", "billions"]),
    ];
    let plain = number.trim_start_matches('-');
    let (whole, part) = plain.split_once('.').unwrap_or((plain, ""));
    let part = part.trim_end_matches('0');
    SCALES.iter().any(|(scale, units)| {
        // The point moves to the left by the scale.
        let padded = format!("{whole:0>width$}", width = scale + 1);
        let (front, back) =
            padded.split_at_checked(padded.len() - scale).unwrap_or((padded.as_str(), ""));
        let front = match front.trim_start_matches('0') {
            "" => "0",
            front => front,
        };
        let back = format!("{back}{part}");
        let back = back.trim_end_matches('0');
        let forms = [front.to_owned(), grouped(front)].into_iter().flat_map(|front| {
            let cents = |zeros: &str| format!("{front} {back}{zeros}");
            // An amount may be written with its cents.
            if back.is_empty() {
                vec![front.clone(), cents("00")]
            } else {
                vec![cents(""), cents("0")]
            }
        });
        let forms: Vec<String> = forms.collect();
        units.iter().any(|unit| {
            forms.iter().any(|form| {
                said(&format!("{form}{unit}"))
                    || !unit.is_empty() && said(&format!("{form} {unit}"))
            })
        })
    })
}

/// `1500000` as `1 500 000`.
fn grouped(digits: &str) -> String {
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}

/// A day is said by its year, month and day, in any form and order; a time of that day only at its
/// very beginning or end, for the hours between would be the model's own.
pub(super) fn moment_said(moment: &str, said: &dyn Fn(&str) -> bool) -> bool {
    let (date, time) = match moment.split_once(['T', 't']) {
        Some((date, time)) => (Some(date), Some(time)),
        None if moment.contains(':') => (None, Some(moment)),
        None => (Some(moment), None),
    };
    let day_said = date.is_none_or(|date| {
        let mut parts = date.split('-');
        let (Some(year), Some(month), Some(day)) = (parts.next(), parts.next(), parts.next())
        else {
            return false;
        };
        said(year) && month_said(month, said) && day_of_month_said(day, said)
    });
    let time_said = time.is_none_or(|time| match date {
        Some(_) => time.starts_with("00:00:00") || time.starts_with("23:59:59"),
        None => said(time.trim_end_matches(['Z', 'z'])) || said(time.get(..5).unwrap_or(time)),
    });
    day_said && time_said
}

fn month_said(month: &str, said: &dyn Fn(&str) -> bool) -> bool {
    const NAMES: [&str; 12] = [
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
    let bare = month.trim_start_matches('0');
    let name = bare.parse().ok().and_then(|number: usize| NAMES.get(number.checked_sub(1)?));
    said(month)
        || said(bare)
        || name.is_some_and(|name| said(name) || said(name.get(..3).unwrap_or(name)))
}

fn day_of_month_said(day: &str, said: &dyn Fn(&str) -> bool) -> bool {
    let bare = day.trim_start_matches('0');
    said(day) || ["", "st", "nd", "rd", "th"].iter().any(|end| said(&format!("{bare}{end}")))
}

/// `LAST_N_DAYS:30` is said by `last 30 days`, `N_DAYS_AGO:3` by `3 days ago`, `THIS_MONTH` by
/// `this month`.
pub(super) fn relative_said(relative: &str, said: &dyn Fn(&str) -> bool) -> bool {
    let (name, n) = relative.split_once(':').unwrap_or((relative, ""));
    let words = name.split('_').map(|word| if word == "N" { n } else { word });
    said(&words.collect::<Vec<_>>().join(" "))
}
