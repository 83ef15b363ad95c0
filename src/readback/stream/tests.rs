//! However a text is cut into chunks, it reads as it does in one piece.

use proptest::prelude::*;

use super::*;
use crate::model::Credit;
use crate::scenario;

fn plan(toml: &str) -> ReadBackPlan {
    let raw = scenario::read("test", toml).expect("TOML");
    scenario::check(&raw, "test", toml).expect("a scenario").read_back
}

/// What comes out of a text in chunks of that size, and the rows that were told of.
fn streamed(text: &[u8], size: usize, plan: &ReadBackPlan) -> (Result<u64, String>, Vec<Credit>) {
    let mut rows = Vec::new();
    let mut visit = |row: &CreditRow<'_>| rows.push(row.to_credit());
    let mut stream = CreditStream::new(plan);
    let fed: Result<(), Garbage> = text.chunks(size.max(1)).try_for_each(|chunk| stream.feed(chunk, &mut visit));
    let read = fed.and_then(|()| stream.finish(&mut visit)).map_err(|garbage| garbage.to_string());
    (read, rows)
}

/// The same as in one piece: the same rows, or the same words about what is wrong.
fn alike(text: &[u8], size: usize, plan: &ReadBackPlan) -> Result<(), TestCaseError> {
    let whole = credits(&String::from_utf8_lossy(text), plan);
    let (read, rows) = streamed(text, size, plan);
    let shown = String::from_utf8_lossy(text);
    match whole {
        Ok(credits) => {
            prop_assert_eq!(read, Ok(credits.len() as u64), "{}", shown);
            prop_assert_eq!(rows, credits, "{}", shown);
        }
        Err(garbage) => prop_assert_eq!(read, Err(garbage.to_string()), "{}", shown),
    }
    Ok(())
}

const TEXTS: [&str; 42] = [
    "",
    " \n ",
    "[]",
    " [ ] ",
    "\u{feff}[]",
    "\u{feff}\u{feff}{\"event_id\":\"a\"}",
    "\u{feff}\n{\"event_id\":\"a\"}\r\n\r\n{\"event_id\":\"b\"}",
    "{\"event_id\":\"a\"}",
    "{\"event_id\":\"a\"}\n \n{\"event_id\":\"b\\n\\u00e9\",\"amount\":-10.50}\n",
    "{\"event_id\":\"a\"}\n\u{a0}\n{\"event_id\":\"b\"}",
    "{\"event_id\":\"a\"}\n{oops}\n{\"event_id\":\"b\"}",
    "{\"event_id\":\"a\"}\n{\"event_id\":\"b\"",
    "{\"event_id\":\"a\"}\n{\"event_id\":\"b",
    "{\"event_id\":\"a\"} {\"event_id\":\"b\"}",
    "{\"event_id\":\"a\",\n\"amount\":1}",
    "{}\n{}",
    "{\"error\":\"x\"}",
    "null",
    "<html>",
    "[",
    "[1",
    "[1]",
    "[1 ]",
    "[{}]",
    "[[]]",
    "[{\"event_id\":\"a\"}]",
    "[ {\"event_id\":\"a,]}\\\"\"} ,\n {\"event_id\":[1,{\"b\":\"]\"}]}\n]\n",
    "[{\"event_id\":\"a\"},{\"event_id\":\"b\"",
    "[{\"event_id\":\"a\"},{\"event_id\":\"b\"}",
    "[{\"event_id\":\"a\"},",
    "[{\"event_id\":\"a\"},]",
    "[,]",
    "[{\"event_id\":\"a\"}]]",
    "[{\"event_id\":\"a\"}] []",
    "[{\"event_id\":\"a\"}{\"event_id\":\"b\"}]",
    "[{\"event_id\":\"a\"}\n,\n{\"event_id\" \"b\"}]",
    "[{\"event_id\":\"a\"},\n\n  {\"event_id\":\"b\",\n \"amount\":1.}]",
    "[\"a\", {\"event_id\":\"b\"}]",
    "[{\"event_id\":\"a\"]]",
    "[{\"event_id\":null}]",
    "[{\"event_id\":\"a\\",
    "[}",
];

#[test]
fn whatever_the_text_and_the_chunks_it_reads_as_in_one_piece() {
    let plan = plan("");
    for text in TEXTS {
        for size in [1, 2, 3, 7, 1024] {
            alike(text.as_bytes(), size, &plan).unwrap_or_else(|error| panic!("{error}, in chunks of {size}"));
        }
    }
}

#[test]
fn bytes_that_are_no_text_are_replaced_as_in_one_piece() {
    let plan = plan("");
    for text in
        [&b"{\"event_id\":\"\xff\xc3\"}\n{\"event_id\":\"\xe2\x82\"}"[..], b"[{\"event_id\":\"\xc3\xa9\xe2\x82\"}]"]
    {
        for size in [1, 2, 1024] {
            alike(text, size, &plan).unwrap();
        }
    }
}

#[test]
fn lines_that_two_threads_read_are_read_as_by_one() {
    let plan = plan("");
    let rows = |count: usize| {
        let row = |number| {
            format!(
                "{{\"event_id\":\"e{number}\",\"click_id\":\"c\\u00e9{number}\"}}\n\n{{\"event_id\":\"p{number}\"}}\n"
            )
        };
        (0..count).map(row).collect::<String>().into_bytes()
    };
    let sound = rows(12_000);
    let broken = [&sound, &b"{\"event_id\":\"\xff\"}\n{oops}\n"[..], &rows(10)].concat();
    for text in [&sound, &broken] {
        for size in [300_000, 1 << 20] {
            alike(text, size, &plan).unwrap();
        }
    }
    assert_eq!(streamed(&sound, 1 << 20, &plan).1.len(), 24_000);
    assert_eq!(
        streamed(&broken, 1 << 20, &plan).0,
        Err("line 36002, column 2: no JSON: key must be a string".to_owned())
    );
}

#[test]
fn items_below_a_pointer_are_read_as_a_whole() {
    let plan = plan("[read_back]\nitems = \"/data/rows\"\n[read_back.map]\namount = \"/money/0\"\n");
    for text in [
        r#"{"data":{"rows":[{"event_id":"x","money":[19.99,"EUR"]}]}}"#,
        "",
        "{\"data\":[]}",
        "{\"data\":{\"rows\":[{}]}}",
        "{",
    ] {
        alike(text.as_bytes(), 3, &plan).unwrap();
    }
}

#[test]
fn rows_before_the_garbage_were_told() {
    let plan = plan("");
    let (read, rows) = streamed(b"{\"event_id\":\"a\"}\n{\"event_id\":\"b\"}\n{oops}\n", 5, &plan);
    assert_eq!(read, Err("line 3, column 2: no JSON: key must be a string".to_owned()));
    assert_eq!(rows.len(), 2);
}

#[test]
fn a_row_without_an_end_is_given_up() {
    let plan = plan("");
    let endless = vec![b'x'; 3 * MAX_ROW];
    for start in ["{\"event_id\":\"", "[{\"event_id\":\""] {
        let (read, _) = streamed(&[start.as_bytes(), &endless].concat(), MAX_ROW / 3, &plan);
        assert_eq!(read, Err("a row is longer than 1048576 bytes".to_owned()));
    }
    let mut sound = "{\"event_id\":\"a\"}\n".repeat(MAX_ROW / 4).into_bytes();
    assert_eq!(streamed(&sound, usize::MAX, &plan).0, Ok(MAX_ROW as u64 / 4));
    sound.extend(b"{");
    assert!(streamed(&sound, usize::MAX, &plan).0.is_err());
}

proptest! {
    #[test]
    fn texts_that_are_cut_off_or_changed_somewhere_read_as_in_one_piece(
        which in 0..TEXTS.len(), cut in 0..80_usize, with in "[\\[\\]{}\",:x1 \n\\\\]?", size in 1..40_usize,
    ) {
        let text = TEXTS[which];
        let cut = text.floor_char_boundary(cut);
        let plan = plan("");
        // Space at the end of the text is cut off before a whole text is read, and shifts the column of an error in the
        // last line.
        alike(text[..cut].trim_end().as_bytes(), size, &plan)?;
        let mut changed = text.trim_end().to_owned();
        let cut = cut.min(changed.len());
        changed.insert_str(cut, &with);
        let changed = changed.trim_end();
        // A text that begins with an empty line, then a mark, is read leniently as it comes.
        prop_assume!(!changed.trim_start().starts_with('\u{feff}') || changed.starts_with('\u{feff}'));
        alike(changed.as_bytes(), size, &plan)?;
    }
}
