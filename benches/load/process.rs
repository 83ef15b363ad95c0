//! Processes of the benchmark: pinned to a core, watched from outside by what the kernel tells about them (`proc(5)`), and
//! ended with it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

/// Kernel ticks of CPU time in a second; Linux shows 100 to user space on every machine.
const TICKS: u64 = 100;

/// A process on one core.
pub(crate) struct Pinned {
    child: Child,
    out: BufReader<ChildStdout>,
}

impl Pinned {
    /// Starts a program on that core. What it writes is read by [`Self::line`] and [`Self::rest`]; its errors are shown.
    pub(crate) fn start(core: usize, program: &str, arguments: &[String]) -> Self {
        let mut command = Command::new("taskset");
        command.args(["-c", &core.to_string(), program]).args(arguments);
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("taskset, which benches/needs installs");
        let out = BufReader::new(child.stdout.take().expect("a pipe"));
        Self { child, out }
    }

    /// This very program, doing something else.
    pub(crate) fn again(core: usize, mode: &str, arguments: &[String]) -> Self {
        let program = std::env::current_exe().expect("a path");
        let mode = std::iter::once(mode.to_owned()).chain(arguments.iter().cloned()).collect::<Vec<_>>();
        Self::start(core, &program.to_string_lossy(), &mode)
    }

    /// The next line of its output.
    pub(crate) fn line(&mut self) -> String {
        let mut line = String::new();
        self.out.read_line(&mut line).expect("a pipe");
        line.trim().to_owned()
    }

    /// All the rest of its output, once it has ended.
    pub(crate) fn rest(mut self) -> String {
        let mut text = String::new();
        self.out.read_to_string(&mut text).expect("text");
        text
    }

    /// CPU time that it has taken so far, all threads together.
    pub(crate) fn cpu(&self) -> Duration {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap_or_default();
        // The name stands in brackets and may hold anything; user and system time are the 12th and 13th field behind it.
        let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(2);
        let ticks: u64 = fields.filter_map(|field| field.parse::<u64>().ok()).sum();
        Duration::from_millis(ticks * 1000 / TICKS)
    }
}

impl Drop for Pinned {
    fn drop(&mut self) {
        // What has ended already cannot be ended again.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Asks the target for something and reads the number that it answers.
pub(crate) fn ask(port: u16, path: &str) -> u64 {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("a target");
    write!(stream, "GET {path} HTTP/1.1\r\nhost: target\r\n\r\n").expect("a target that reads");
    let mut text = Vec::new();
    let mut buffer = [0; 512];
    // The answer is a few dozen bytes behind one empty line, written at once.
    while !text.windows(4).any(|four| four == b"\r\n\r\n") {
        let read = stream.read(&mut buffer).expect("a target that answers");
        text.extend_from_slice(&buffer[..read]);
    }
    let text = String::from_utf8_lossy(&text).into_owned();
    text.rsplit("\r\n").next().and_then(|number| number.parse().ok()).expect("a number")
}

/// A line of `/proc/<pid>/status` in KiB.
pub(crate) fn status_kib(pid: &str, name: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix(name)).expect("a line that every kernel writes");
    line.trim_start_matches(':').trim().trim_end_matches(" kB").parse().expect("a number")
}
