//! Comma-separated values as bulk jobs exchange them (RFC 4180, with the platform's choice of separators).

/// Reads records; each line is a list of cells. A quote left open runs to the end, as spreadsheets read it.
pub(crate) fn read(text: &str, separator: char) -> Vec<Vec<String>> {
    let mut lines = Vec::new();
    let mut line = Vec::new();
    let mut cell = String::new();
    let mut quoted = false;
    let mut chars = text.trim_start_matches('\u{feff}').chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' => quoted = !quoted,
            char if quoted => cell.push(char),
            char if char == separator => line.push(std::mem::take(&mut cell)),
            '\r' => {}
            '\n' => {
                line.push(std::mem::take(&mut cell));
                lines.push(std::mem::take(&mut line));
            }
            char => cell.push(char),
        }
    }
    if !cell.is_empty() || !line.is_empty() {
        line.push(cell);
        lines.push(line);
    }
    lines.retain(|line| line.iter().any(|cell| !cell.is_empty()));
    lines
}

/// One line, every cell quoted.
pub(crate) fn line<T: AsRef<str>>(cells: &[T], separator: char) -> String {
    let mut out = String::new();
    for (place, cell) in cells.iter().enumerate() {
        if place > 0 {
            out.push(separator);
        }
        out.push('"');
        out.push_str(&cell.as_ref().replace('"', "\"\""));
        out.push('"');
    }
    out.push('\n');
    out
}

/// The separator a job names.
pub(crate) fn separator(name: &str) -> Option<char> {
    Some(match name {
        "" | "COMMA" => ',',
        "SEMICOLON" => ';',
        "TAB" => '\t',
        "PIPE" => '|',
        "CARET" => '^',
        "BACKQUOTE" => '`',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{line, read};

    #[test]
    fn cells_survive_the_way_out_and_back() {
        let cells = ["plain", "with, comma", "with \"quotes\"", "two\nlines", ""];
        let text = line(&cells, ',');
        assert_eq!(read(&text, ','), [cells]);
        assert_eq!(read("a,b\r\n1,2\r\n", ','), [["a", "b"], ["1", "2"]]);
        assert_eq!(read("a;\"b", ';'), [["a", "b"]]);
        assert!(read("\n\n", ',').is_empty());
    }

    proptest::proptest! {
        #[test]
        fn any_line_is_read_back(cells in proptest::collection::vec("[^\r]{0,6}", 1..5), at in 0_usize..6) {
            let separator = [',', ';', '\t', '|', '^', '`'][at];
            let expected: Vec<Vec<String>> =
                if cells.iter().all(String::is_empty) { Vec::new() } else { vec![cells.clone()] };
            let text = line(&cells, separator);
            proptest::prop_assume!(!text.starts_with('\u{feff}'));
            proptest::prop_assert_eq!(read(&text, separator), expected);
        }
    }
}
