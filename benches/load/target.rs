//! The target of the benchmark: one thread that reads whole requests and answers every one alike. It is written on the bare
//! socket, because a server that costs more than its clients would hide what differs between them. It also counts what it
//! answers, so that all clients are counted by the same hand, and it stalls when it is told to.

use std::cell::Cell;
use std::io::Write as _;
use std::rc::Rc;
use std::time::{Duration, Instant};

use memchr::memmem;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::LocalSet;

/// How long a stall lasts.
pub(crate) const STALL: Duration = Duration::from_millis(1400);

/// The answer to every postback.
const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 34\r\n\r\n\
                        {\"status\":\"ok\",\"idempotent\":false}";

/// Listens on a free port of loopback, tells it in the first line of the output, and serves for ever.
pub(crate) fn serve() -> std::io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    LocalSet::new().block_on(&runtime, async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let mut out = std::io::stdout();
        writeln!(out, "{}", listener.local_addr()?.port())?;
        out.flush()?;
        let answered = Rc::new(Cell::new(0));
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let answered = Rc::clone(&answered);
            tokio::task::spawn_local(async move { drop(converse(stream, &answered).await) });
        }
    })
}

async fn converse(mut stream: TcpStream, answered: &Cell<u64>) -> std::io::Result<()> {
    let mut buffer = Vec::with_capacity(16 << 10);
    loop {
        let Some(length) = request(&buffer) else {
            if stream.read_buf(&mut buffer).await? == 0 {
                return Ok(());
            }
            continue;
        };
        if buffer.starts_with(b"GET ") {
            let body = told(&buffer, answered);
            let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
            stream.write_all(&[head.as_bytes(), body.as_bytes()].concat()).await?;
        } else {
            answered.set(answered.get() + 1);
            stream.write_all(ANSWER).await?;
        }
        buffer.drain(..length);
    }
}

/// What the benchmark itself asks for: a stall, or how many postbacks were answered.
fn told(request: &[u8], answered: &Cell<u64>) -> String {
    if request.starts_with(b"GET /stall ") {
        let began = Instant::now();
        std::thread::sleep(STALL);
        return began.elapsed().as_micros().to_string();
    }
    answered.get().to_string()
}

/// How long the first request is, once it is there as a whole.
fn request(buffer: &[u8]) -> Option<usize> {
    let head = memmem::find(buffer, b"\r\n\r\n")? + 4;
    let length = buffer[..head].split(|byte| *byte == b'\n').find_map(|line| {
        let (name, value) = line.split_at_checked(15)?;
        name.eq_ignore_ascii_case(b"content-length:").then(|| number(value))
    });
    let whole = head + length.unwrap_or(0);
    (buffer.len() >= whole).then_some(whole)
}

fn number(digits: &[u8]) -> usize {
    let digits = digits.iter().filter(|byte| byte.is_ascii_digit());
    digits.fold(0, |number, digit| number * 10 + usize::from(digit - b'0'))
}
