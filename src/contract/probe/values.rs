//! Values that single members are given by mutations: odd ones for any member, and such as look like the member's own.

/// What may stand before a number.
pub(super) const SIGNS: &[&str] = &["-", "+", "0", "00", ".", "-0", "0x", " "];
/// Amounts that are as good as any.
pub(super) const SOUND: &[&str] =
    &["19.99", "250", "12345.67", "1e2", "1E+3", "33.33", "999999999999.99", "0.1e4", "4294967296"];
/// What may stand behind a number.
pub(super) const ENDS: &[&str] = &[
    "e0", "e1", "e-1", "e2", "E+2", "e-2", "e400", "e-400", "00e-2", ".5", ".50", ".005", ".0", ".", ".99", "e", "f",
    ",5",
];
/// How many digits a number may have.
pub(super) const COUNTS: &[usize] = &[12, 13, 15, 16, 17, 20, 40, 310, 400];
/// How long a text may be.
pub(super) const LENGTHS: &[usize] = &[99, 100, 101, 255, 256, 1000, 3000];

/// Values that a member of any kind may be given.
pub(super) const ANY: &[&str] = &[
    "null",
    "true",
    "false",
    "0",
    "-1",
    "1e400",
    "\"\"",
    "[]",
    "{}",
    "[null]",
    "{\"\":{}}",
    "\" \"",
    "\"null\"",
    "\"0\"",
    "NaN",
    "Infinity",
    "\"NaN\"",
    "\"\\u0000\"",
    "\"\\ud800\"",
    "\"../../etc/passwd\"",
    "\"' OR 1=1 --\"",
    "undefined",
    "\"\\ud83d\\udcb6\"",
    "\"é\"",
    "''",
];

/// Values that look like the member's own.
pub(super) const FITTING: &[(&str, &[&str])] = &[
    (
        "amount",
        &[
            "0.01",
            "19.99",
            "12345.67",
            "250",
            "1e2",
            "1E+2",
            "100.00",
            "100.000",
            "1000e-1",
            "0.1e3",
            "999999999999.99",
            "1000000000000",
            "9007199254740993",
            "100.005",
            "0",
            "0.00",
            "-100",
            "-0",
            "\"100\"",
            "\"100,00\"",
            "1e-7",
            "100.0000000000000000001",
            "33.335",
            "0.30",
        ],
    ),
    (
        "currency",
        &["\"EUR\"", "\"JPY\"", "\"KWD\"", "\"BRL\"", "\"usd\"", "\"ZZZ\"", "\"US\"", "\"USDT\"", "840", "\"$\""],
    ),
    (
        "ts_event",
        &[
            "\"2025-02-29T00:00:00Z\"",
            "\"2025-13-01T00:00:00Z\"",
            "\"9999-12-31T23:59:59Z\"",
            "\"1969-12-31T23:59:59Z\"",
            "\"2025-10-21T15:12:31+02:00\"",
            "\"2025-10-21T15:12:31\"",
            "\"2025-10-21 15:12:31Z\"",
            "\"2025-10-21\"",
            "1761059551",
            "1761059551000",
            "\"1761059551\"",
            "\"yesterday\"",
            "\"2025-10-21T24:00:00Z\"",
            "\"2025-06-30T23:59:60Z\"",
            "\"2025-10-21T15:12:31.123Z\"",
        ],
    ),
    (
        "event",
        &["\"registration\"", "\"deposit_success\"", "\"refund\"", "\"Registration\"", "\"login\"", "\"deposit\"", "7"],
    ),
    ("is_ftd", &["true", "false", "\"true\"", "1", "0", "null"]),
];

/// What is put into texts, as it stands in JSON.
pub(super) const ODD: &[&str] = &[
    "\\u0000",
    "\\n",
    "\\t",
    "\\\\",
    "\\\"",
    "\\/",
    "\\x41",
    "\\ud800",
    "\\ud83d\\udcb6",
    "é",
    "💶",
    "\u{202e}",
    "\u{feff}",
    " ",
    "\n",
    "\u{1}",
    "'",
    "\"",
    ",",
    "<b>",
    "%00",
    "&amp;",
    "${x}",
    "_",
    "A",
    "0",
];
