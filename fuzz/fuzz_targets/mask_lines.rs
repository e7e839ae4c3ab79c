//! Any bytes as the input of `portcullis mask`: one answer for each line, in the line's own form, that says the text again.

#![no_main]
#![allow(dead_code)]

use libfuzzer_sys::fuzz_target;

#[path = "../../crates/cli/src/mask/answer.rs"]
mod answer;
#[path = "../../crates/cli/src/mask/lines.rs"]
mod lines;

use answer::Form;

fuzz_target!(|bytes: &[u8]| {
    let mut lines = lines::Lines::new(bytes);
    let (mut count, mut length) = (0, 0);
    while let Some(line) = lines.next_line().expect("a slice can be read") {
        count += 1;
        assert_eq!(line.number, count);
        length += line.end.len();
        let Ok(text) = line.text else { continue };
        length += text.len();
        let given = match answer::read(text.clone()) {
            Ok(given) => given,
            Err(reason) => {
                // Columns may be told, words of the line may not.
                assert!(reason.len() < 60, "{reason}");
                continue;
            }
        };
        let plain = matches!(given.form, Form::Plain);
        assert!(!plain || given.text == text);
        let written = answer::write(&given.form, &given.text, &given.text, None);
        assert!(!plain || written == text);
        for form in [given.form.clone(), given.form.as_json()] {
            let written = answer::write(&form, &given.text, &given.text, Some(&[]));
            assert!(!written.contains('\n'), "{written}");
            // What was answered is read as what it says, by the way back.
            if let Form::Json(_) = form {
                let again = answer::read(written).expect("an answer is an input");
                assert_eq!(again.text, given.text);
            }
        }
    }
    let ends = bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
    let last = u64::from(bytes.last().is_some_and(|byte| *byte != b'\n'));
    assert_eq!(count, ends + last);
    assert!(length <= bytes.len());
});
