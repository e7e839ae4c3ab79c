//! API names and values as people read them.

/// `CloseDate` as `Close Date`, `Portfolio_Value__c` as `Portfolio Value`.
pub(crate) fn label(api_name: &str) -> String {
    // The one standard field of a sales path whose label is another.
    if api_name == "StageName" {
        return "Stage".to_owned();
    }
    let custom = api_name.strip_suffix("__c").or_else(|| api_name.strip_suffix("__r"));
    let name = custom.unwrap_or(api_name);
    // `AccountId` names the account.
    let name = name.strip_suffix("Id").filter(|rest| !rest.is_empty()).unwrap_or(name);
    let mut label = String::new();
    let mut before = ' ';
    let mut chars = name.chars().peekable();
    while let Some(char) = chars.next() {
        let starts = char.is_uppercase()
            && (before.is_lowercase()
                || before.is_ascii_digit()
                || before.is_uppercase() && chars.peek().is_some_and(|next| next.is_lowercase()));
        if starts {
            label.push(' ');
        }
        label.push(if char == '_' { ' ' } else { char });
        before = char;
    }
    label
}

/// Endings of fields that hold money. The type of a field does not reach the page; a wrong
/// guess costs a separator, never a digit.
const MONEY: [&str; 6] = ["Amount", "Revenue", "Price", "Value", "Cost", "Budget"];

/// The value as it is read: thousands apart in fields that hold money, anything else as it is.
pub(crate) fn value(api_name: &str, text: &str) -> String {
    let name = api_name.strip_suffix("__c").unwrap_or(api_name);
    if MONEY.iter().any(|ending| name.ends_with(ending)) {
        grouped(text).unwrap_or_else(|| text.to_owned())
    } else {
        text.to_owned()
    }
}

fn grouped(text: &str) -> Option<String> {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let (whole, fraction) =
        digits.split_once('.').map_or((digits, None), |(whole, rest)| (whole, Some(rest)));
    let numeric = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !numeric(whole) || !fraction.is_none_or(numeric) {
        return None;
    }
    let mut out = sign.to_owned();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    // `150000.0` is how JSON writes a whole sum.
    if let Some(fraction) = fraction.filter(|fraction| fraction.bytes().any(|byte| byte != b'0')) {
        out.push('.');
        out.push_str(fraction);
        if fraction.len() == 1 {
            out.push('0');
        }
    }
    Some(out)
}

/// Whether the field is a step on a path: an opportunity's stage, a lead's or a case's status.
pub(crate) fn is_step(api_name: &str) -> bool {
    matches!(api_name, "StageName" | "Status")
}

#[cfg(test)]
mod tests {
    use super::{label, value};

    #[test]
    fn names_read_as_words() {
        for (name, expected) in [
            ("StageName", "Stage"),
            ("CloseDate", "Close Date"),
            ("Amount", "Amount"),
            ("Portfolio_Value__c", "Portfolio Value"),
            ("AccountId", "Account"),
            ("Id", "Id"),
            ("HTTPStatus", "HTTP Status"),
            ("Address2Line", "Address2 Line"),
            ("CPQ_Owner__c", "CPQ Owner"),
        ] {
            assert_eq!(label(name), expected);
        }
    }

    #[test]
    fn sums_are_grouped_and_nothing_else_is_touched() {
        for (name, text, expected) in [
            ("Amount", "1234567", "1,234,567"),
            ("Amount", "-1234.5", "-1,234.50"),
            ("Amount", "150000.0", "150,000"),
            ("Portfolio_Value__c", "999", "999"),
            ("Amount", "1e9", "1e9"),
            ("Amount", "12a456", "12a456"),
            ("Amount", "", ""),
            ("Amount", "-", "-"),
            ("Amount", "1.", "1."),
            ("Phone", "49891234567", "49891234567"),
            ("External_Key__c", "123456", "123456"),
        ] {
            assert_eq!(value(name, text), expected);
        }
    }
}
