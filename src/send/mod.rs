//! Sending: the HTTP client, the retry policy, the dead-letter queue and the log of exchanges.
//! What is sent and in which order is decided by the core and by `run`.

mod body;
mod client;
mod cookies;
mod curl;
mod download;
mod hello;
mod journal;
mod loopback;
mod octets;
mod page;
mod redact;
mod retry;
mod shell;
mod visitor;
mod wire;

pub use client::{Answer, Client, ClientError, Exchange, Outgoing, Patience, TlsFiles};
pub use cookies::Cookies;
pub use curl::{Authorization, Command, quoted};
pub use download::Download;
pub use journal::Journal;
pub use loopback::is_loopback;
pub use page::{Image, Page};
pub use redact::Redactor;
pub use retry::{Next, next, retry_after};
pub use shell::{ACCOUNT, Entrance, Errand, Look, Outing, Party, Shelf, Shell, ShellSecret, named};
pub use visitor::{Form, Visitor, by_name};
pub use wire::Delivered;
