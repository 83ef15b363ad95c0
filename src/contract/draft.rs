//! Drafts: a genuine postback on its way to being what a case wants of it. Each change touches one thing, and signature and
//! token are made right for the result unless they are the thing.

use std::time::Duration;

use jiff::Timestamp;

use super::request::{Address, Framing, Listening};
use super::{Pass, Request, Seal, Spelling};
use crate::model::{Money, OwedBrand, Sent};
use crate::profile::Payload;

/// A postback that can still be changed.
#[derive(Clone, Debug)]
pub struct Draft {
    pub(super) sent: Sent,
    payload: Payload,
    /// Bytes that are sent in place of the payload's own.
    bytes: Option<Vec<u8>>,
    pub(super) note: String,
    request: Request,
}

impl Draft {
    /// The agreed postback of that body.
    pub(super) fn new(sent: Sent, payload: Payload, content_type: &'static str) -> Self {
        let request = Request {
            method: "POST",
            address: Address::Postback,
            content_type: Some(content_type),
            headers: Vec::new(),
            seals: vec![Seal::default()],
            pass: Pass::Agreed,
            event_id: sent.event_id.clone(),
            body: Vec::new(),
            framing: Framing::Sized,
            patience: Listening::ToTheEnd,
        };
        Self { sent, payload, bytes: None, note: String::new(), request }
    }

    /// The `event_id` that it carries.
    pub fn event_id(&self) -> &str {
        &self.sent.event_id
    }

    /// When it says that the event happened: whole seconds since 1970.
    pub fn at(&self) -> i64 {
        self.sent.at
    }

    /// What it says was paid.
    pub fn amount(&self) -> Option<Money> {
        self.sent.money
    }

    /// The body as it stands, before a signature is put into it.
    pub fn body(&self) -> Vec<u8> {
        self.bytes.clone().unwrap_or_else(|| self.payload.write())
    }

    /// A member's value, as it is spelled; `null` where it is not there.
    pub fn value(&self, name: &str) -> &str {
        self.payload.json(name).unwrap_or("null")
    }

    /// A member's value as JSON text, which is kept as it is spelled.
    #[must_use]
    pub fn json(mut self, name: &str, json: &str) -> Self {
        self.payload.set(name, json).expect("cases write JSON");
        self
    }

    /// A member's value as a text.
    #[must_use]
    pub fn text(mut self, name: &str, text: &str) -> Self {
        self.payload.set_text(name, text);
        self
    }

    /// Without a member.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.payload.remove(name);
        match name {
            "brand_id" => self.sent.owed_brand = OwedBrand::Any,
            "is_ftd" => self.sent.says_ftd = false,
            _ => {}
        }
        self
    }

    /// With the required members only.
    #[must_use]
    pub fn only(self, names: &[&str]) -> Self {
        let unsaid = ["brand_id", "is_ftd"].into_iter().filter(|name| !names.contains(name));
        let mut draft = unsaid.fold(self, Self::without);
        draft.payload.keep(names);
        draft
    }

    /// Of another amount, spelled so.
    #[must_use]
    pub fn money(mut self, money: Money, spelled: &str) -> Self {
        self.sent.money = Some(money);
        let currency = money.currency();
        self.json("amount", spelled).text("currency", currency.code())
    }

    /// Not said to be the account's first deposit.
    #[must_use]
    pub fn repeat_deposit(mut self) -> Self {
        self.sent.says_ftd = false;
        self.json("is_ftd", "false")
    }

    /// Of an event that happened at another second since 1970.
    #[must_use]
    pub fn dated(mut self, at: i64) -> Self {
        let Ok(instant) = Timestamp::from_second(at) else { return self };
        self.sent.at = at;
        self.text("ts_event", &instant.to_string())
    }

    /// Under another id.
    #[must_use]
    pub fn id(mut self, event_id: &str) -> Self {
        event_id.clone_into(&mut self.sent.event_id);
        event_id.clone_into(&mut self.request.event_id);
        self.text("event_id", event_id)
    }

    /// For another click.
    #[must_use]
    pub fn click(mut self, click_id: &str) -> Self {
        click_id.clone_into(&mut self.sent.click_id);
        self.text("click_id", click_id)
    }

    /// For another brand than the player's own, which the books may show in its place.
    #[must_use]
    pub fn brand(mut self, brand: &str) -> Self {
        self.sent.owed_brand = OwedBrand::NamedOr(std::mem::take(&mut self.sent.brand));
        brand.clone_into(&mut self.sent.brand);
        self.text("brand_id", brand)
    }

    /// The same document, spelled otherwise.
    #[must_use]
    pub fn respelled(self, spelling: Spelling) -> Self {
        let bytes = spelling.of(&self.payload.write());
        self.spelled(bytes)
    }

    /// The same document in these bytes, or other bytes than any document.
    #[must_use]
    pub fn spelled(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.bytes = Some(bytes.into());
        self
    }

    /// Told apart by these words in findings, which follow the name of its event: `without currency`.
    #[must_use]
    pub fn noted(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }

    /// Under this signature alone.
    #[must_use]
    pub fn sealed(self, seal: Seal) -> Self {
        self.sealed_by(vec![seal])
    }

    /// Under these signatures; under none when there are none.
    #[must_use]
    pub fn sealed_by(mut self, seals: Vec<Seal>) -> Self {
        self.request.seals = seals;
        self
    }

    /// With this token.
    #[must_use]
    pub fn pass(mut self, pass: Pass) -> Self {
        self.request.pass = pass;
        self
    }

    /// By another method.
    #[must_use]
    pub fn method(mut self, method: &'static str) -> Self {
        self.request.method = method;
        self
    }

    /// With another content type, or none.
    #[must_use]
    pub fn content_type(mut self, content_type: Option<&'static str>) -> Self {
        self.request.content_type = content_type;
        self
    }

    /// With a further header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.request.headers.push((name, value.into()));
        self
    }

    /// Its bytes travel so.
    #[must_use]
    pub fn framed(mut self, framing: Framing) -> Self {
        self.request.framing = framing;
        self
    }

    /// Its body takes so long.
    #[must_use]
    pub fn slowly(self, duration: Duration) -> Self {
        self.framed(Framing::Slow(duration))
    }

    /// Its sender hangs up once the body has left.
    #[must_use]
    pub fn unheard(mut self) -> Self {
        self.request.patience = Listening::NotAtAll;
        self
    }

    /// To another address.
    #[must_use]
    pub fn to(mut self, address: Address) -> Self {
        self.request.address = address;
        self
    }

    /// The request alone, for what the books cannot name.
    pub fn request(self) -> Request {
        self.finish().1
    }

    /// What it says, and the request that says it.
    pub(super) fn finish(self) -> (Sent, Request) {
        let body = self.body();
        (self.sent, Request { body, ..self.request })
    }
}
