//! postproof as processes: the command in a folder, and `serve` until it is dropped.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// The command in a folder, with none of this environment's settings.
pub(crate) fn postproof(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_postproof"));
    command.current_dir(folder).env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command
}

/// `postproof serve` as a process of its own.
pub(crate) struct Stack {
    pub(crate) child: Child,
    /// What it printed to be pasted.
    pub(crate) env: Vec<(String, String)>,
    /// Everything that it printed before it took connections.
    pub(crate) greeting: String,
}

impl Stack {
    /// Starts it and waits for the lines to paste.
    pub(crate) fn serve(folder: &Path, args: &[&str]) -> Self {
        Self::serve_with(folder, args, &[])
    }

    /// The same with further variables in its environment.
    pub(crate) fn serve_with(folder: &Path, args: &[&str], variables: &[(&str, &str)]) -> Self {
        let mut command = postproof(folder);
        command.arg("serve").args(args).envs(variables.iter().copied());
        let mut child = command.stdout(Stdio::piped()).spawn().expect("it starts");
        let (mut env, mut greeting) = (Vec::new(), String::new());
        for line in BufReader::new(child.stdout.take().expect("a pipe")).lines() {
            let line = line.expect("a line");
            greeting.push_str(&line);
            greeting.push('\n');
            if let Some((name, value)) = line.strip_prefix("export ").and_then(|line| line.split_once('=')) {
                env.push((name.to_owned(), value.to_owned()));
            }
            if line.contains("POSTPROOF_JWT_SECRET") {
                break;
            }
        }
        assert_eq!(env.len(), 6, "six lines to paste: {env:?}");
        Self { child, env, greeting }
    }

    /// One of those values.
    pub(crate) fn value(&self, name: &str) -> &str {
        self.env.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
