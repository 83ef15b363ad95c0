//! Sound logs to plant defects in: players of several browsers, brands, affiliates and paths, who lose cookies as browsers do.

use std::sync::LazyLock;

use jiff::{SignedDuration, Timestamp};

use crate::attribution::diagnosis::{Diagnosis, ExpectedLoss, Terms};
use crate::attribution::{
    Dimension, Doubled, Logs, MatchedBy, Method, Names, Pair, Pairing, Side, Sighting, TextId, Traits,
};
use crate::model::{Amount, Currency, Mixer};

/// First deposits of a run of 48 hours.
pub(super) const FTDS: usize = 2600;

/// For how long a postback may come.
pub(super) const GRACE: SignedDuration = SignedDuration::from_hours(1);

/// How the cookie is kept, and with it which browsers lose it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Setup {
    FirstParty,
    ThirdParty,
}

/// Browsers with their shares of a hundred players, and the percentage of cookies that each loses, first-party and third-party.
const BROWSERS: [(&str, u64, u64, u64); 5] = [
    ("chrome", 58, 9, 18),
    ("safari", 24, 22, 100),
    ("firefox", 5, 28, 100),
    ("edge", 5, 10, 20),
    ("in-app", 8, 45, 60),
];

const BRANDS: [&str; 3] = ["casino", "poker", "sports"];
const AFFILIATES: [&str; 6] = ["acme", "blue", "cora", "duo", "echo", "fox"];
const PATHS: [&str; 4] =
    ["landing>register", "landing>promo>register", "landing>games>register", "landing>faq>games>register"];

static EUR: LazyLock<Currency> = LazyLock::new(|| "EUR".parse().expect("a currency"));

/// What one method was told of one player.
#[derive(Clone, Debug)]
pub(super) struct Message {
    pub(super) player: usize,
    pub(super) at: Timestamp,
    pub(super) received: Timestamp,
    pub(super) click: String,
    pub(super) transaction: Option<String>,
    pub(super) money: Option<(Amount, Currency)>,
    pub(super) attributed: bool,
}

/// Somebody who came by a click and registered.
#[derive(Clone, Debug)]
pub(super) struct Player {
    pub(super) click: String,
    pub(super) registered: Timestamp,
    pub(super) deposited: Timestamp,
    pub(super) money: (Amount, Currency),
    pub(super) browser: usize,
    pub(super) brand: usize,
    pub(super) affiliate: usize,
    pub(super) path: usize,
    pub(super) cookie: bool,
    pub(super) blocked: bool,
}

/// All that was told.
#[derive(Clone, Debug)]
pub(super) struct World {
    pub(super) players: Vec<Player>,
    pub(super) cookie: Vec<Message>,
    pub(super) s2s: Vec<Message>,
    /// Whether the S2S side knows browsers and paths.
    pub(super) told_traits: bool,
    /// Whether pixels without a cookie are kept.
    pub(super) told_anonymous: bool,
    seed: u64,
}

impl World {
    /// A sound world.
    pub(super) fn sound(seed: u64, ftds: usize, setup: Setup) -> Self {
        let mut world = Self {
            players: (0..ftds).map(|n| player(Mixer::new(seed).word(n as u64), n, setup)).collect(),
            cookie: Vec::new(),
            s2s: Vec::new(),
            told_traits: !seed.is_multiple_of(3),
            told_anonymous: seed.is_multiple_of(2),
            seed,
        };
        for n in 0..world.players.len() {
            let (cookie, s2s) = (world.pixel(n), world.postback(n));
            world.cookie.extend(cookie);
            world.s2s.push(s2s);
        }
        world
    }

    /// An even number below `bound`, by what it is for.
    pub(super) fn draw(&self, player: usize, purpose: u64, bound: u64) -> u64 {
        below(Mixer::new(self.seed).word(player as u64).word(1000 + purpose), bound)
    }

    pub(super) fn player(&self, message: &Message) -> &Player {
        &self.players[message.player]
    }

    /// The postback of a player's deposit.
    pub(super) fn postback(&self, n: usize) -> Message {
        let player = &self.players[n];
        Message {
            player: n,
            at: player.deposited,
            received: player.deposited
                + SignedDuration::from_secs(1 + below(Mixer::new(self.seed).word(n as u64).word(77), 40).cast_signed()),
            click: player.click.clone(),
            transaction: Some(format!("dep_{n}")),
            money: Some(player.money),
            attributed: true,
        }
    }

    /// The pixel of a player's deposit; none where it is blocked.
    fn pixel(&self, n: usize) -> Option<Message> {
        let player = &self.players[n];
        let click = if player.cookie { player.click.clone() } else { String::new() };
        let late = SignedDuration::from_secs(self.draw(n, 1, 9).cast_signed());
        let at = player.deposited + late;
        let pixel = Message { at, received: at, click, attributed: player.cookie, ..self.postback(n) };
        (player.cookie || self.told_anonymous && !player.blocked).then_some(pixel)
    }

    /// The logs, and who belongs to whom.
    pub(super) fn paired(&self) -> (Logs, Pairing) {
        let mut logs = Logs::default();
        logs.cookie = self.side(&self.cookie, true, &mut logs.names);
        logs.s2s = self.side(&self.s2s, self.told_traits, &mut logs.names);
        let mut pairing = Pairing::default();
        let (cookie, s2s) = (self.first(Method::Cookie, &mut pairing), self.first(Method::S2s, &mut pairing));
        let end = self.s2s.iter().chain(&self.cookie).map(|message| message.received).max();
        for (player, places) in cookie.iter().zip(&s2s).enumerate() {
            match places {
                (Some(cookie), Some(s2s)) => {
                    let pair = Pair { cookie: *cookie, s2s: *s2s, by: MatchedBy::Account };
                    let message = &self.s2s[*s2s as usize];
                    let at = message.at.max(self.cookie[*cookie as usize].at);
                    if message.received.duration_since(at) > GRACE {
                        pairing.late.push(pair);
                        pairing.cookie_only.push(*cookie);
                    } else {
                        pairing.both.push(pair);
                    }
                }
                (Some(cookie), None) => {
                    let at = logs.cookie.sighting(*cookie).map(|sighting| sighting.at);
                    let young = at.zip(end).is_some_and(|(at, end)| end.duration_since(at) < GRACE);
                    if young { pairing.pending.push(*cookie) } else { pairing.cookie_only.push(*cookie) }
                }
                (None, Some(s2s)) => pairing.s2s_only.push(*s2s),
                (None, None) => assert!(player < self.players.len()),
            }
        }
        (logs, pairing)
    }

    /// What is found of it.
    pub(super) fn diagnosis(&self) -> Diagnosis {
        let (logs, pairing) = self.paired();
        Diagnosis::of(&logs, &pairing, Terms { grace: GRACE, losses: &[] })
    }

    /// The same where it is known what the audience loses.
    pub(super) fn diagnosis_with(&self, setup: Setup) -> Diagnosis {
        let (logs, pairing) = self.paired();
        let losses: Vec<_> = BROWSERS
            .map(|(name, _, first, third)| ExpectedLoss {
                browser: name.to_owned(),
                share: percent(setup, first, third),
                error: 0.002,
            })
            .into();
        Diagnosis::of(&logs, &pairing, Terms { grace: GRACE, losses: &losses })
    }

    /// The first attributed message of each player; further ones are doubled, and those without a click are kept as evidence.
    fn first(&self, method: Method, pairing: &mut Pairing) -> Vec<Option<u32>> {
        let mut first = vec![None; self.players.len()];
        let messages = if method == Method::Cookie { &self.cookie } else { &self.s2s };
        for (place, message) in (0_u32..).zip(messages) {
            match (message.attributed, first[message.player], method) {
                (true, None, _) => first[message.player] = Some(place),
                (true, Some(first), _) => pairing.doubled.push(Doubled { method, first, again: place }),
                (false, _, Method::Cookie) => pairing.anonymous.push(place),
                (false, _, Method::S2s) => pairing.unattributed.push(place),
            }
        }
        first
    }

    fn side(&self, messages: &[Message], knows: bool, names: &mut Names) -> Side {
        let mut side = Side::default();
        for (row, message) in (1_u32..).zip(messages) {
            let player = self.player(message);
            let mut traits = Traits::default()
                .with(Dimension::Brand, names.number(BRANDS[player.brand]))
                .with(Dimension::Affiliate, names.number(AFFILIATES[player.affiliate]));
            if knows {
                traits = traits
                    .with(Dimension::Browser, names.number(BROWSERS[player.browser].0))
                    .with(Dimension::Path, names.number(PATHS[player.path]));
            }
            let mut add = |text: &str| -> Option<TextId> { side.texts.add(text) };
            side.sightings.push(Sighting {
                at: message.at,
                received: Some(message.received),
                click: add(&message.click),
                transaction: message.transaction.as_deref().and_then(&mut add),
                account: add(&format!("acc_{}", message.player)),
                money: message.money,
                attributed: message.attributed,
                traits,
                row,
            });
        }
        side
    }
}

/// The share of cookies that a browser loses.
#[expect(clippy::cast_precision_loss, reason = "percentages")]
fn percent(setup: Setup, first: u64, third: u64) -> f64 {
    (match setup {
        Setup::FirstParty => first,
        Setup::ThirdParty => third,
    }) as f64
        / 100.0
}

/// Player `n`: browsers differ by brand, and brands by path, as they do.
fn player(mixer: Mixer, n: usize, setup: Setup) -> Player {
    let pick = |purpose: u64, bound: u64| below(mixer.word(purpose), bound);
    let index = |value: u64| usize::try_from(value).expect("small");
    let brand = index(pick(1, 10)).saturating_sub(5).min(2);
    let mut of_hundred = pick(2, 100);
    if brand == 1 && pick(3, 2) == 0 {
        of_hundred = 58 + pick(4, 24);
    }
    let mut browser = 0;
    while of_hundred >= BROWSERS[browser].1 && browser + 1 < BROWSERS.len() {
        of_hundred -= BROWSERS[browser].1;
        browser += 1;
    }
    let (_, _, first, third) = BROWSERS[browser];
    let lost = match setup {
        Setup::FirstParty => first,
        Setup::ThirdParty => third,
    };
    let deposited = pick(5, 48 * 3600).cast_signed();
    let lag = 300 + pick(6, 60).pow(3).cast_signed() / 3;
    let instant = |second: i64| Timestamp::from_second(1_790_000_000 + second).expect("in range");
    Player {
        click: format!("clk_{:016x}{n:08x}", mixer.word(7).value()),
        registered: instant(deposited - lag),
        deposited: instant(deposited),
        money: (Amount::from_minor(1000 + pick(8, 20_000).cast_signed(), eur()), eur()),
        browser,
        brand,
        affiliate: index(pick(9, 6)),
        path: (index(pick(10, 5)) + brand).min(3),
        cookie: pick(11, 100) >= lost,
        blocked: pick(12, 100) < 40,
    }
}

pub(super) fn eur() -> Currency {
    *EUR
}

fn below(mixer: Mixer, bound: u64) -> u64 {
    u64::try_from((u128::from(mixer.value()) * u128::from(bound)) >> 64).expect("below a bound of 64 bits")
}
