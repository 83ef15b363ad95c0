//! A simulated run to plant mistakes in: the players of a crowd, and what both methods were told of them, message by message.

use std::sync::LazyLock;

use jiff::Timestamp;

use super::stage::{Outcome, Stage, each};
use crate::attribution::{Conversion, Dimension, Logs, Method, Names, Side, Sighting, Traits, Visitor, told};
use crate::model::{Amount, Currency, Ids, Mixer};
use crate::scenario::Setup;

/// The brand that was there first, and a smaller one.
pub(in crate::attribution) const FIRST_BRAND: &str = "lucky-star";
/// A smaller brand, where a mistake is one brand's.
pub(in crate::attribution) const BRAND: &str = "royal-spin";
/// The way without pages between landing and registration.
pub(in crate::attribution) const SHORT_WAY: &str = "landing>register";
/// One of the others.
pub(in crate::attribution) const LONG_WAY: &str = "landing>games>register";

static RUNS: LazyLock<Vec<World>> =
    LazyLock::new(|| each(&(0..20).collect::<Vec<_>>(), |seed| World::sound(Stage::default(), *seed)));

static VARIANTS: LazyLock<Vec<World>> = LazyLock::new(variants);

/// What one method was told of one player.
#[derive(Clone, Debug)]
pub(in crate::attribution) struct Message {
    pub(in crate::attribution) player: usize,
    pub(in crate::attribution) at: Timestamp,
    pub(in crate::attribution) received: Timestamp,
    /// Empty where none was told.
    pub(in crate::attribution) click: String,
    pub(in crate::attribution) transaction: Option<String>,
    pub(in crate::attribution) money: Option<(Amount, Currency)>,
    pub(in crate::attribution) attributed: bool,
}

/// Somebody who came by a click and registered.
#[derive(Clone, Debug)]
pub(in crate::attribution) struct Player {
    pub(in crate::attribution) click: String,
    pub(in crate::attribution) account: String,
    pub(in crate::attribution) registered: Timestamp,
    /// In the order of the dimensions.
    traits: [&'static str; Dimension::ALL.len()],
}

/// All that was told. The first players are those who deposited, in the order of the S2S side's messages.
#[derive(Clone)]
pub(in crate::attribution) struct World {
    pub(in crate::attribution) stage: &'static Stage,
    pub(in crate::attribution) players: Vec<Player>,
    pub(in crate::attribution) cookie: Vec<Message>,
    pub(in crate::attribution) s2s: Vec<Message>,
    /// Whether the S2S side knows browsers, devices and ways.
    pub(in crate::attribution) tells_traits: bool,
    seed: u64,
}

impl World {
    /// Twenty runs of the default scenario, of which everything is known.
    pub(in crate::attribution) fn runs() -> &'static [Self] {
        &RUNS
    }

    /// Runs with a first-party cookie and with a third-party one, whose S2S side knows browsers and ways or does not, and whose cookie
    /// side keeps pixels without a cookie or does not: every combination, as exported logs come.
    pub(in crate::attribution) fn variants() -> &'static [Self] {
        &VARIANTS
    }

    /// A run with that seed in which nothing is set up wrongly.
    pub(in crate::attribution) fn sound(stage: &'static Stage, seed: u64) -> Self {
        let ids = Ids::new("k3f9q2xw".parse().expect("a tag"));
        let crowd = stage.crowd(seed);
        let all = (0..crowd.players()).map(|player| crowd.visitor(player));
        let (depositors, others): (Vec<_>, Vec<_>) = all.partition(|visitor| visitor.conversion.is_some());
        let conversions: Vec<_> = depositors.iter().filter_map(|visitor| visitor.conversion).collect();
        let logs = told(conversions.iter().copied(), &ids);
        let with_pixel = conversions.iter().enumerate().filter(|(_, conversion)| sends_pixel(conversion));
        let with_pixel = with_pixel.map(|(player, _)| player);
        let players = depositors.iter().chain(&others).filter_map(|visitor| player(visitor, &ids));
        Self {
            stage,
            players: players.collect(),
            cookie: messages(&logs, Method::Cookie, with_pixel),
            s2s: messages(&logs, Method::S2s, 0..conversions.len()),
            tells_traits: true,
            seed,
        }
    }

    /// An even number below `bound`, by what it is for.
    pub(in crate::attribution) fn draw(&self, player: usize, purpose: u64, bound: u64) -> u64 {
        let mixer = Mixer::new(self.seed).word(player as u64).word(purpose);
        u64::try_from((u128::from(mixer.value()) * u128::from(bound)) >> 64).expect("below a bound of 64 bits")
    }

    /// Changes the S2S messages of some players.
    pub(in crate::attribution) fn change(&mut self, hit: impl Fn(&Player) -> bool, change: impl Fn(&mut Message)) {
        let Self { players, s2s, .. } = self;
        s2s.iter_mut().filter(|message| hit(&players[message.player])).for_each(change);
    }

    /// Changes the cookie side's messages of some players.
    pub(in crate::attribution) fn change_pixels(
        &mut self,
        hit: impl Fn(&Player) -> bool,
        change: impl Fn(&mut Message),
    ) {
        let Self { players, cookie, .. } = self;
        cookie.iter_mut().filter(|message| hit(&players[message.player])).for_each(change);
    }

    /// Keeps the S2S messages of some players only.
    pub(in crate::attribution) fn keep(&mut self, kept: impl Fn(&Player) -> bool) {
        let Self { players, s2s, .. } = self;
        s2s.retain(|message| kept(&players[message.player]));
    }

    /// Keeps the cookie side's messages of some players only.
    pub(in crate::attribution) fn keep_pixels(&mut self, kept: impl Fn(&Player) -> bool) {
        let Self { players, cookie, .. } = self;
        cookie.retain(|message| kept(&players[message.player]));
    }

    /// Whether the cookie side keeps pixels that came without a cookie.
    pub(in crate::attribution) fn keeps_anonymous(&self) -> bool {
        self.cookie.iter().any(|pixel| !pixel.attributed)
    }

    /// Keeps so many of the depositors, spread over the run.
    pub(in crate::attribution) fn thin(&mut self, depositors: usize) {
        let step = (self.s2s.len() / depositors).max(1);
        let kept = |message: &Message| message.player.is_multiple_of(step) && message.player / step < depositors;
        self.s2s.retain(kept);
        self.cookie.retain(kept);
    }

    /// Moves the pixel to the page that welcomes after the registration: it tells of no deposit, and of those who never make one too.
    /// The cookie is still there then, but for those who refused it or whose blocker stops the pixel.
    pub(in crate::attribution) fn move_pixels_to_registration(&mut self) {
        let depositors = self.s2s.len();
        let kept = self.cookie.clone();
        self.cookie = kept.into_iter().map(|pixel| self.at_registration(pixel.player, pixel.attributed)).collect();
        let others = (depositors..self.players.len()).map(|player| self.at_registration(player, true));
        let others: Vec<_> = others.collect();
        self.cookie.extend(others);
    }

    fn at_registration(&self, player: usize, attributed: bool) -> Message {
        let Player { click, registered, .. } = &self.players[player];
        let click = if attributed { click.clone() } else { String::new() };
        Message { player, at: *registered, received: *registered, click, transaction: None, money: None, attributed }
    }

    /// The instant before which that share of the deposits was made.
    pub(in crate::attribution) fn instant(&self, share: f64) -> Timestamp {
        let mut instants: Vec<_> = self.s2s.iter().map(|message| message.at).collect();
        instants.sort();
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a place in a list of thousands"
        )]
        let place = (instants.len() as f64 * share) as usize;
        instants[place]
    }

    /// Both logs.
    pub(in crate::attribution) fn logs(&self) -> Logs {
        let mut logs = Logs::default();
        logs.cookie = self.side(&self.cookie, true, &mut logs.names);
        logs.s2s = self.side(&self.s2s, self.tells_traits, &mut logs.names);
        logs
    }

    /// What comes of it.
    pub(in crate::attribution) fn outcome(&self) -> Outcome {
        self.stage.outcome(&self.logs())
    }

    fn side(&self, messages: &[Message], tells_all: bool, names: &mut Names) -> Side {
        let mut side = Side::default();
        for (row, message) in (1_u32..).zip(messages) {
            let player = &self.players[message.player];
            let known = Dimension::ALL.into_iter().zip(player.traits).filter(|(dimension, _)| {
                tells_all || !matches!(dimension, Dimension::Browser | Dimension::Device | Dimension::Path)
            });
            let traits =
                known.fold(Traits::default(), |traits, (dimension, name)| traits.with(dimension, names.number(name)));
            let mut add = |text: &str| (!text.is_empty()).then(|| side.texts.add(text)).flatten();
            side.sightings.push(Sighting {
                at: message.at,
                received: Some(message.received),
                click: add(&message.click),
                transaction: message.transaction.as_deref().and_then(&mut add),
                account: add(&player.account),
                money: message.money,
                attributed: message.attributed,
                traits,
                row,
            });
        }
        side
    }
}

impl Player {
    /// The name of the player in a dimension.
    pub(in crate::attribution) fn is(&self, dimension: Dimension, name: &str) -> bool {
        self.traits[dimension as usize] == name
    }
}

fn variants() -> Vec<World> {
    let mut seed = 100;
    let mut all = Vec::new();
    for setup in [Setup::ALL[0], Setup::ThirdParty] {
        for (tells_traits, keeps_anonymous) in [(true, true), (true, false), (false, true), (false, false)] {
            let mut world = World { tells_traits, ..World::sound(Stage::of(setup), seed) };
            world.cookie.retain(|message| message.attributed || keeps_anonymous);
            all.push(world);
            seed += 1;
        }
    }
    all
}

fn sends_pixel(conversion: &Conversion<'_>) -> bool {
    conversion.cookie.err().is_none_or(super::super::Loss::leaves_pixel)
}

/// A visitor who registered.
fn player(visitor: &Visitor<'static>, ids: &Ids) -> Option<Player> {
    let with = visitor.conversion.map_or((visitor.browser, visitor.device), |it| (it.browser, it.device));
    let (browser, device) = with;
    Some(Player {
        click: ids.click(visitor.player),
        account: format!("u_{}", visitor.player),
        registered: visitor.registered?,
        traits: Dimension::ALL.map(|dimension| match dimension {
            Dimension::Brand => visitor.brand.as_str(),
            Dimension::Affiliate => visitor.affiliate.as_str(),
            Dimension::Country => visitor.country.as_str(),
            Dimension::Browser => browser.name(),
            Dimension::Device => device.name(),
            Dimension::Path => visitor.path.as_str(),
        }),
    })
}

/// The messages of a log, each with its player.
fn messages(logs: &Logs, method: Method, players: impl Iterator<Item = usize>) -> Vec<Message> {
    let side = logs.side(method);
    let text = |id| side.texts.get(id).to_owned();
    let message = |(player, sighting): (usize, &Sighting)| Message {
        player,
        at: sighting.at,
        received: sighting.received.expect("it was told"),
        click: sighting.click.map(text).unwrap_or_default(),
        transaction: sighting.transaction.map(text),
        money: sighting.money,
        attributed: sighting.attributed,
    };
    players.zip(&side.sightings).map(message).collect()
}
