//! `postproof serve --config`: what is wrong with a file is shown where it stands, flags lie over it, and a run finds
//! the stack that it describes.

use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::command::{code, signal, text, wait};
use crate::process::{Stack, postproof};

/// Environment variables of a test, and what they hold.
const VARIABLES: [(&str, &str); 4] =
    [("ONE", "first-secret-0123456789"), ("TWO", "second-secret-0123456789"), ("THREE", "third-secret"), ("EMPTY", "")];

fn serve(folder: &Path, config: &str) -> Command {
    std::fs::write(folder.join("serve.toml"), config).expect("written");
    let mut command = postproof(folder);
    command.args(["serve", "--config", "serve.toml"]).envs(VARIABLES);
    command
}

fn refused(config: &str) -> (i32, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let Output { status, stdout, stderr } = serve(folder.path(), config).output().expect("it runs");
    assert!(stdout.is_empty(), "{}", text(&stdout));
    (status.code().unwrap_or(-1), text(&stderr))
}

#[test]
fn mistakes_are_shown_where_they_stand() {
    let cases = [
        "listen = \"127.0.0.1:0\"\n\n[tracker]\nqueue_capcity = 5\n",
        "[tracker]\nqueue_capacity = \"many\"\n",
        "[tracker.admission]\nallow = [\"10.0.0.0/8\", \"10.0.0.0/33\"]\n",
        "[tracker.signature]\nsecret_env = \"NOWHERE\"\n",
        "defects = [\"no-idempotence\"]\n",
        "[tracker.signature]\nsecret = \"hunter2\"\n",
        "listen 127.0.0.1\n",
    ];
    let mut shown = String::new();
    for config in cases {
        let (code, told) = refused(config);
        assert_eq!(code, 2, "{told}");
        assert!(!told.contains("hunter2"), "{told}");
        shown.push_str(&told);
        shown.push_str("────\n");
    }
    insta::assert_snapshot!("serve_config_mistakes", shown);
}

#[test]
fn surroundings_of_a_file_that_are_missing_are_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = |args: &[&str]| {
        let output = postproof(folder.path()).arg("serve").args(args).output().expect("it runs");
        (code(&output), text(&output.stderr))
    };
    let (code, told) = run(&["--config", "not-there.toml"]);
    assert!(code == 2 && told.contains("not-there.toml cannot be read"), "{code} {told}");
    let (code, told) = run(&["--config", "."]);
    assert!(code == 2 && told.contains("cannot be read"), "{code} {told}");
    std::fs::write(folder.path().join("binary.toml"), [0xff, 0xfe]).expect("written");
    let (code, told) = run(&["--config", "binary.toml"]);
    assert!(code == 2 && told.contains("no UTF-8"), "{code} {told}");
    std::fs::write(folder.path().join("large.toml"), vec![b'#'; 1 << 21]).expect("written");
    let (code, told) = run(&["--config", "large.toml"]);
    assert!(code == 2 && told.contains("more than 1048576 bytes"), "{code} {told}");
}

#[test]
fn databases_that_cannot_be_used_are_named_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = |name: &str| {
        let args = ["--listen", "127.0.0.1:0", "--db", name];
        let mut child =
            postproof(folder.path()).arg("serve").args(args).stderr(Stdio::piped()).spawn().expect("it runs");
        assert_eq!(wait(&mut child), 3, "{name}");
        let mut told = String::new();
        child.stderr.take().expect("a pipe").read_to_string(&mut told).expect("text");
        told.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert!(database(".").contains("cannot use the database ."), "{}", database("."));
    std::fs::write(folder.path().join("letter.txt"), "Dear Sir, this is no database. ".repeat(50)).expect("written");
    assert!(database("letter.txt").contains("letter.txt"), "{}", database("letter.txt"));
    assert!(database("missing/tracker.db").contains("missing/tracker.db"), "{}", database("missing/tracker.db"));

    let mut stack = Stack::serve(folder.path(), &["--listen", "127.0.0.1:0", "--db", "newer.db"]);
    let taken = stack.value("POSTPROOF_TARGET").trim_start_matches("http://").trim_end_matches("/postback").to_owned();
    let output = postproof(folder.path()).args(["serve", "--listen", &taken]).output().expect("it runs");
    let told = text(&output.stderr);
    assert!(code(&output) == 3 && told.matches("in use").count() == 1, "{told}");
    signal(&stack.child, "TERM");
    assert_eq!(wait(&mut stack.child), 0, "it closes its files");
    // The version of a store stands in bytes 60 to 63 of the file, most significant first.
    let file = folder.path().join("newer.db");
    let mut bytes = std::fs::read(&file).expect("a database");
    bytes[63] = 99;
    std::fs::write(&file, bytes).expect("written");
    let told = database("newer.db");
    assert!(told.contains("has tables of version 99"), "{told}");
}

#[test]
fn a_run_finds_the_stack_that_the_file_describes() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = "listen = \"127.0.0.1:1\"\n[tracker.signature]\nscheme = \"stripe\"\nsecret_env = \"ONE\"\n\
                  previous_secret_env = \"TWO\"\n[tracker.tokens]\nsecret_env = \"TWO\"\n";
    std::fs::write(folder.path().join("serve.toml"), config).expect("written");
    let flags = ["--config", "serve.toml", "--listen", "127.0.0.1:0"];
    let stack = Stack::serve_with(folder.path(), &flags, &VARIABLES);
    assert!(stack.greeting.contains("postproof run --scheme stripe\n"), "{}", stack.greeting);
    assert_eq!(stack.value("POSTPROOF_SECRET"), "\"$ONE\"", "secrets of the environment are not repeated");
    for (secret, expected) in [("first-secret-0123456789", 0), ("third-secret", 1)] {
        let output = postproof(folder.path())
            .args(["run", "--players", "10", "--seed", "7", "--scheme", "stripe"])
            .envs(stack.env.clone())
            .envs([("POSTPROOF_SECRET", secret), ("POSTPROOF_JWT_SECRET", "second-secret-0123456789")])
            .output()
            .expect("it runs");
        assert_eq!(code(&output), expected, "{secret}: {}{}", text(&output.stdout), text(&output.stderr));
    }
}

#[test]
fn the_canonical_form_is_in_the_lines_to_paste() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = "listen = \"127.0.0.1:0\"\n[tracker.signature]\ncanonical = \"sorted\"\n";
    std::fs::write(folder.path().join("serve.toml"), config).expect("written");
    let stack = Stack::serve(folder.path(), &["--config", "serve.toml"]);
    assert!(stack.greeting.contains("postproof run --canonical sorted\n"), "{}", stack.greeting);
    let run = ["run", "--players", "10", "--seed", "7", "--canonical", "sorted"];
    let output = postproof(folder.path()).args(run).envs(stack.env.clone()).output().expect("it runs");
    assert_eq!(code(&output), 0, "{}{}", text(&output.stdout), text(&output.stderr));
}

#[test]
fn flags_lie_over_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = "listen = \"127.0.0.1:1\"\ndefects = [\"overwrite\"]\ndatabase = \"missing/tracker.db\"\n";
    std::fs::write(folder.path().join("serve.toml"), config).expect("written");
    let flags = ["--config", "serve.toml", "--listen", "127.0.0.1:0", "--db", "tracker.db"];
    let of_the_file = Stack::serve(folder.path(), &flags);
    assert!(of_the_file.greeting.contains("defects: overwrite;"), "{}", of_the_file.greeting);
    drop(of_the_file);
    let of_the_flag = Stack::serve(folder.path(), &[&flags[..], &["--defect", "no-idempotency"]].concat());
    assert!(of_the_flag.greeting.contains("defects: no-idempotency;"), "{}", of_the_flag.greeting);
}
