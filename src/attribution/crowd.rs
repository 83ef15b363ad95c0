//! All players of a parallel run. Each is made from the seed and the player's number alone.

use std::ops::Range;

use jiff::Timestamp;

use super::conversion::{Conversion, Visitor};
use super::loss::Rules;
use super::person::{Person, Source};
use super::sighting::Dimension;
use super::tally::{Seen, Tally};
use crate::journey::{Draws, Streams};
use crate::model::{Label, Mixer, Money};
use crate::scenario::{Browser, Device, JourneyPlan, ParallelPlan, Setup};

/// The players of one seed.
#[derive(Clone)]
pub struct Crowd<'p> {
    source: Source<'p>,
    rules: Rules,
    streams: Streams,
    start: i64,
    players: u64,
}

impl<'p> Crowd<'p> {
    /// So many players who click between `start` and the end of the plan's window. The plan's own number of players is what a live
    /// run has; a simulation may have others.
    pub fn new(plan: &'p ParallelPlan, journeys: &'p JourneyPlan, seed: u64, start: Timestamp, players: u64) -> Self {
        Self {
            source: Source { plan, journeys },
            rules: Rules::of(&plan.audience),
            // The journeys of the same seed are other people.
            streams: Streams::new(Mixer::new(seed).bytes(b"parallel").value()),
            start: start.as_second(),
            players,
        }
    }

    /// How many there are.
    pub fn players(&self) -> u64 {
        self.players
    }

    /// The plan that they follow.
    pub fn plan(&self) -> &'p ParallelPlan {
        self.source.plan
    }

    /// The player of that number; numbers beyond the last click after the end of the run.
    pub fn visitor(&self, player: u64) -> Visitor<'p> {
        let (person, mut draws) = self.drawn(player);
        let audience = &self.source.plan.audience;
        let mix = &self.source.journeys.mix;
        Visitor {
            player,
            clicked: instant(person.clicked),
            arrives: person.arrives,
            registered: person.registered.filter(|at| *at < self.end()).map(instant),
            conversion: self.converted(player, &person, &mut draws),
            brand: label(mix.brands.labels(), person.brand),
            affiliate: label(mix.affiliates.labels(), person.affiliate),
            country: label(audience.countries.labels(), person.country),
            path: label(audience.paths.labels(), person.path),
            browser: person.clicks_with.browser,
            device: person.clicks_with.device,
        }
    }

    /// The first deposits of all players, in the order of their clicks.
    pub fn conversions(&self) -> impl Iterator<Item = Conversion<'p>> {
        (0..self.players).filter_map(|player| {
            let (person, mut draws) = self.drawn(player);
            self.converted(player, &person, &mut draws)
        })
    }

    /// Counts some players: what each set-up would see of them. Nothing is allocated for a player.
    pub fn count(&self, players: Range<u64>, tally: &mut Tally) {
        for player in players {
            let (person, _) = self.drawn(player);
            tally.player(person.arrives);
            let Some(deposited) = self.deposited(&person) else { continue };
            let after = deposited - person.clicked;
            tally.conversion(&Seen {
                numbers: numbers(&person),
                losses: Setup::ALL.map(|setup| self.rules.loss(&person, setup, after)),
            });
        }
    }

    /// The names of a dimension, in the order of their numbers in a tally.
    pub fn names(&self, dimension: Dimension) -> Vec<&'p str> {
        let audience = &self.source.plan.audience;
        let mix = &self.source.journeys.mix;
        let of = |labels: &'p [Label]| labels.iter().map(Label::as_str).collect();
        match dimension {
            Dimension::Brand => of(mix.brands.labels()),
            Dimension::Affiliate => of(mix.affiliates.labels()),
            Dimension::Country => of(audience.countries.labels()),
            Dimension::Browser => Browser::ALL.map(Browser::name).into(),
            Dimension::Device => Device::ALL.map(Device::name).into(),
            Dimension::Path => of(audience.paths.labels()),
        }
    }

    fn drawn(&self, player: u64) -> (Person, Draws) {
        let mut draws = self.streams.journey(player);
        let clicked = self.clicked(player, &mut draws);
        (self.source.person(clicked, &mut draws), draws)
    }

    /// Clicks are spread evenly over the window, one in each player's share of it, so that later players click later.
    fn clicked(&self, player: u64, draws: &mut Draws) -> i64 {
        let window = u128::from(self.source.plan.window.as_secs());
        let place = (u128::from(player) << 32) + u128::from(draws.word() >> 32);
        let offset = place * window / (u128::from(self.players.max(1)) << 32);
        // Held far below the largest number, so that delays can be added to it.
        self.start.saturating_add(i64::try_from(offset).unwrap_or(i64::MAX).min(i64::MAX / 4))
    }

    /// The first second that is no longer in the run.
    fn end(&self) -> i64 {
        self.start.saturating_add(i64::try_from(self.source.plan.window.as_secs()).unwrap_or(i64::MAX))
    }

    /// When the player deposits, if that is before the end.
    fn deposited(&self, person: &Person) -> Option<i64> {
        person.deposited.filter(|at| *at < self.end())
    }

    fn converted(&self, player: u64, person: &Person, draws: &mut Draws) -> Option<Conversion<'p>> {
        let (registered, deposited) = (person.registered?, self.deposited(person)?);
        let audience = &self.source.plan.audience;
        let mix = &self.source.journeys.mix;
        let loss = self.rules.loss(person, self.source.plan.setup, deposited - person.clicked);
        Some(Conversion {
            player,
            clicked: instant(person.clicked),
            registered: instant(registered),
            deposited: instant(deposited),
            money: self.money(draws),
            brand: label(mix.brands.labels(), person.brand),
            affiliate: label(mix.affiliates.labels(), person.affiliate),
            country: label(audience.countries.labels(), person.country),
            path: label(audience.paths.labels(), person.path),
            browser: person.deposits_with.browser,
            device: person.deposits_with.device,
            cookie: loss.map_or(Ok(()), Err),
        })
    }

    /// What is deposited, as the journeys have it.
    fn money(&self, draws: &mut Draws) -> Money {
        let (amounts, mix) = (&self.source.journeys.amounts, &self.source.journeys.mix);
        let scale = amounts.currencies[mix.currencies.index(draws.word())];
        let units = draws.log_normal(amounts.median, amounts.sigma);
        #[expect(clippy::cast_possible_truncation, reason = "held between two amounts of minor units")]
        let minor = ((units * scale.minor_per_unit) as i64).clamp(scale.least, scale.most);
        Money::from_minor(minor, scale.currency)
    }
}

/// The player's number in each dimension, in the order of [`Dimension::ALL`].
fn numbers(person: &Person) -> [usize; Dimension::ALL.len()] {
    Dimension::ALL.map(|dimension| match dimension {
        Dimension::Brand => person.brand,
        Dimension::Affiliate => person.affiliate,
        Dimension::Country => person.country,
        Dimension::Browser => person.deposits_with.browser as usize,
        Dimension::Device => person.deposits_with.device as usize,
        Dimension::Path => person.path,
    })
}

/// The label of a number that was drawn among these labels.
fn label(labels: &[Label], number: usize) -> &Label {
    &labels[number]
}

/// Held to what a timestamp can tell.
fn instant(second: i64) -> Timestamp {
    let held = second.clamp(Timestamp::MIN.as_second(), Timestamp::MAX.as_second());
    Timestamp::from_second(held).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests;
