//! Moments as HTTP headers write them.

const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// `2026-11-22T07:00:00.000+0000`, as Salesforce writes moments in UTC, as RFC 9110 wants them:
/// `Sun, 22 Nov 2026 07:00:00 GMT`. `None` for anything else.
pub(crate) fn http_date(moment: &str) -> Option<String> {
    let (date, rest) = moment.split_once('T')?;
    let (time, zone) = rest.split_once('.')?;
    if !matches!(zone.trim_start_matches(|c: char| c.is_ascii_digit()), "+0000" | "Z") {
        return None;
    }
    let [year, month, day] = numbers::<3>(date, '-')?;
    let [hour, minute, second] = numbers::<3>(time, ':')?;
    let name = MONTHS.get(usize::try_from(month.checked_sub(1)?).ok()?)?;
    let sound = (1..=31).contains(&day) && hour < 24 && minute < 60 && second < 61;
    let weekday = DAYS.get(usize::try_from(weekday(year, month, day)).ok()?)?;
    sound
        .then(|| format!("{weekday}, {day:02} {name} {year} {hour:02}:{minute:02}:{second:02} GMT"))
}

fn numbers<const N: usize>(text: &str, between: char) -> Option<[u32; N]> {
    let parts: Option<Vec<u32>> = text.split(between).map(|part| part.parse().ok()).collect();
    parts?.try_into().ok()
}

/// Zeller's congruence, Gregorian; 0 is a Sunday.
fn weekday(year: u32, month: u32, day: u32) -> u32 {
    let (year, month) =
        if month < 3 { (year.saturating_sub(1), month + 12) } else { (year, month) };
    let of_century = year % 100;
    let century = year / 100;
    let saturday_first =
        (day + 13 * (month + 1) / 5 + of_century + of_century / 4 + century / 4 + 5 * century) % 7;
    (saturday_first + 6) % 7
}

#[cfg(test)]
mod tests {
    use super::http_date;

    #[test]
    fn moments_of_salesforce_are_moments_of_http() {
        for (moment, expected) in [
            ("2026-11-22T07:00:00.000+0000", "Sun, 22 Nov 2026 07:00:00 GMT"),
            ("2024-02-29T23:59:59.123Z", "Thu, 29 Feb 2024 23:59:59 GMT"),
            ("2000-01-01T00:00:00.000+0000", "Sat, 01 Jan 2000 00:00:00 GMT"),
            ("2027-03-01T00:00:00.000+0000", "Mon, 01 Mar 2027 00:00:00 GMT"),
        ] {
            assert_eq!(http_date(moment).as_deref(), Some(expected));
        }
        for strange in
            ["", "2026-11-22", "2026-13-22T07:00:00.000+0000", "2026-11-22T07:00:00.000+0100"]
        {
            assert_eq!(http_date(strange), None, "{strange}");
        }
    }
}
