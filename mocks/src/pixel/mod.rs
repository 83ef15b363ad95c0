//! The cookie side of tracking, beside the postbacks: a click id that waits in the player's browser, and a pixel that
//! brings it back when the player deposits (seed 000, "Why S2S outperforms cookie tracking").
//!
//! | room | what is there |
//! |---|---|
//! | `settings` | which cookie the pixel goes by, and how the brand's own cookie is written |
//! | `sites` | which names the parties have, and which of them a request's `Host` names |
//! | `cookies` | the two cookies, as they are set and as they come back |
//! | `tag` | what a page of the brand carries: the script or header that sets its cookie, and the pixel |
//! | `door` | `GET /pixel`: one transparent dot, and what it tells |
//!
//! A browser tells sites apart by their names, and everything here answers on one loopback address. So names stand in
//! the `Host` header and in the pages: each page says as `data-site` of its `html` element whose page it is, and each
//! pixel as `data-site` of its `img` whom it is addressed to. `/click` and `/pixel` are the tracker's, everything else is
//! the brand's. Who plays a browser keeps cookies by those names, and decides by them what is third-party; who does not
//! care sees one address. `Secure` cookies are set on plain http as well: loopback counts as a trustworthy origin (W3C
//! Secure Contexts §3.1), and elsewhere the stack speaks TLS.
//!
//! What becomes of a pixel is left to the tracker, who alone knows its clicks.

mod cookies;
mod door;
mod settings;
mod sites;
mod tag;

pub(crate) use cookies::{FIRST_PARTY, by_tracker, value};
pub(crate) use door::{Pixels, routes};
pub use settings::{CookieSettings, CookieSetup, FirstPartyCookie};
pub(crate) use sites::{cname, of_brand};
pub(crate) use tag::{Conversion, Remembered, Tag};
