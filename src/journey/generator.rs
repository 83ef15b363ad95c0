//! The generator: journey number in, player and events out.

use std::net::Ipv4Addr;

use super::draw::{Draws, Streams};
use super::quota::Quota;
use crate::model::{Detail, Event, EventKey, EventKind, Ids, Label, Mixer, Money, Player};
use crate::scenario::{DEPOSITS_APART, Delay, JourneyPlan};

/// All journeys of one run.
pub struct Journeys<'p> {
    plan: &'p JourneyPlan,
    ids: &'p Ids,
    start: i64,
    streams: Streams,
    steps: Steps,
}

/// One journey.
#[derive(Clone, Debug)]
pub struct Journey<'p> {
    /// Who makes it.
    pub player: Player<'p>,
    /// When the click happens, in whole seconds since 1970.
    pub clicked_at: i64,
    /// What happens afterwards, in order.
    pub events: Vec<Event<'p>>,
}

struct Steps {
    registration: Quota,
    kyc: Quota,
    ftd: Quota,
    repeat: Quota,
    reversal: Quota,
    chargeback: Quota,
}

/// The steps of the funnel, each including those before it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Click,
    Registration,
    Kyc,
    Ftd,
}

/// What one player gets to.
#[derive(Clone, Copy)]
struct Reach {
    step: Step,
    repeat: bool,
    reversal: Option<EventKind>,
}

impl<'p> Journeys<'p> {
    /// The journeys of a seed that start at an instant, given in whole seconds since 1970.
    pub fn new(plan: &'p JourneyPlan, ids: &'p Ids, seed: u64, start: i64) -> Self {
        Self { plan, ids, start, streams: Streams::new(seed), steps: Steps::new(plan, seed) }
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        self.plan.players
    }

    /// The instant at which they start, in whole seconds since 1970.
    pub fn start(&self) -> i64 {
        self.start
    }

    /// How many events the journey of that number has, told without making it; at most 63.
    pub fn events_of(&self, index: u64) -> u16 {
        let Reach { step, repeat, reversal } = self.steps.reach(index);
        match step {
            Step::Click => 0,
            Step::Registration => 1,
            Step::Kyc => 2,
            Step::Ftd => {
                let repeats = if repeat { self.plan.funnel.repeat_deposits } else { 0 };
                3 + repeats + u16::from(reversal.is_some())
            }
        }
    }

    /// The journey of that number, with a derived click id.
    pub fn journey(&self, index: u64) -> Journey<'p> {
        let mut draws = self.streams.journey(index);
        let clicked_at = self.start + self.click_offset(index, &mut draws);
        let currency = draws.word();
        let player = self.player(index, &mut draws);
        let mut course =
            Course { journeys: self, draws, events: Vec::with_capacity(6), at: clicked_at, journey: index, currency };
        course.play(self.steps.reach(index));
        Journey { player, clicked_at, events: course.events }
    }

    /// How thoroughly a player is checked, and how they pay, where somebody else decides what they do.
    pub fn wording(&self, index: u64) -> (&'p Label, &'p Label) {
        let mix = &self.plan.mix;
        let word = Mixer::new(index).word(7).value();
        (mix.kyc_levels.pick(word), mix.payment_methods.pick(word))
    }

    /// Clicks are spread evenly over the window, one in each player's share of it, so that later journeys start later.
    fn click_offset(&self, index: u64, draws: &mut Draws) -> i64 {
        let window = self.plan.window.as_millis();
        let share = u128::from(draws.word() >> 32);
        let place = ((u128::from(index) << 32) + share) * window / (u128::from(self.plan.players) << 32);
        i64::try_from(place / 1000).unwrap_or(0)
    }

    fn player(&self, index: u64, draws: &mut Draws) -> Player<'p> {
        let mix = &self.plan.mix;
        let device = mix.devices.pick(draws.word());
        let host = draws.word();
        Player {
            journey: index,
            click_id: Label::new(self.ids.click(index)),
            account: format!("u_{}_{index}", self.ids.tag()),
            session: format!("s_{}_{index}", self.ids.tag()),
            ip: documentation_address(host),
            user_agent: user_agent(device.as_str()),
            geo: mix.geo.pick(draws.word()),
            device,
            brand: mix.brands.pick(draws.word()),
            affiliate: mix.affiliates.pick(draws.word()),
            aff_sub: mix.aff_subs.pick(draws.word()),
            campaign: mix.campaigns.pick(draws.word()),
            creative: mix.creatives.pick(draws.word()),
            consent: mix.consent_versions.pick(draws.word()),
        }
    }
}

impl Steps {
    fn new(plan: &JourneyPlan, seed: u64) -> Self {
        let funnel = &plan.funnel;
        let mixer = |step| Mixer::new(seed).word(step);
        let registration = Quota::new(plan.players, funnel.registration, mixer(1));
        let kyc = Quota::new(registration.quota(), funnel.kyc, mixer(2));
        let ftd = Quota::new(kyc.quota(), funnel.ftd, mixer(3));
        let reversal = Quota::new(ftd.quota(), funnel.reversal, mixer(5));
        Self {
            registration,
            kyc,
            repeat: Quota::new(ftd.quota(), funnel.repeat, mixer(4)),
            chargeback: Quota::new(reversal.quota(), funnel.chargeback, mixer(6)),
            ftd,
            reversal,
        }
    }

    fn reach(&self, index: u64) -> Reach {
        let only = |step| Reach { step, repeat: false, reversal: None };
        let Some(registered) = self.registration.take(index) else { return only(Step::Click) };
        let Some(known) = self.kyc.take(registered) else { return only(Step::Registration) };
        let Some(depositor) = self.ftd.take(known) else { return only(Step::Kyc) };
        let reversal = self.reversal.take(depositor).map(|reversed| match self.chargeback.take(reversed) {
            Some(_) => EventKind::Chargeback,
            None => EventKind::Refund,
        });
        Reach { step: Step::Ftd, repeat: self.repeat.take(depositor).is_some(), reversal }
    }
}

/// A journey while it is being made.
struct Course<'a, 'p> {
    journeys: &'a Journeys<'p>,
    draws: Draws,
    events: Vec<Event<'p>>,
    at: i64,
    journey: u64,
    currency: u64,
}

impl<'p> Course<'_, 'p> {
    fn play(&mut self, reach: Reach) {
        let plan = self.journeys.plan;
        if reach.step >= Step::Registration {
            self.happens(EventKind::Registration, plan.delays.registration, 1, Detail::Registration);
        }
        if reach.step >= Step::Kyc {
            let level = plan.mix.kyc_levels.pick(self.draws.word());
            self.happens(EventKind::KycApproved, plan.delays.kyc, 1, Detail::Kyc { level });
        }
        if reach.step >= Step::Ftd {
            self.deposit(plan.delays.ftd, true);
        }
        if reach.repeat {
            for _ in 0..plan.funnel.repeat_deposits {
                self.deposit(plan.delays.repeat, false);
            }
        }
        if let Some(kind) = reach.reversal {
            let deposits: Vec<Money> = self.events.iter().filter_map(|event| event.detail.money()).collect();
            let chosen = self.draws.below(deposits.len() as u64);
            if let Some(&money) = deposits.get(usize::try_from(chosen).unwrap_or(0)) {
                self.happens(kind, plan.delays.reversal, 1, Detail::Reversal { money });
            }
        }
    }

    fn deposit(&mut self, delay: Delay, is_ftd: bool) {
        let amounts = &self.journeys.plan.amounts;
        let mix = &self.journeys.plan.mix;
        let scale = amounts.currencies[mix.currencies.index(self.currency)];
        let units = self.draws.log_normal(amounts.median, amounts.sigma);
        #[expect(clippy::cast_possible_truncation, reason = "held between two amounts of minor units")]
        let minor = ((units * scale.minor_per_unit) as i64).clamp(scale.least, scale.most);
        let money = Money::from_minor(minor, scale.currency);
        let method = mix.payment_methods.pick(self.draws.word());
        self.happens(EventKind::Deposit, delay, i64::from(DEPOSITS_APART), Detail::Deposit { money, is_ftd, method });
    }

    fn happens(&mut self, kind: EventKind, delay: Delay, least: i64, detail: Detail<'p>) {
        let drawn = self.draws.log_normal(delay.median, delay.sigma).min(f64::from(delay.cap));
        #[expect(clippy::cast_possible_truncation, reason = "held below a number of 32 bits")]
        let seconds = (drawn as i64).max(least);
        self.at += seconds;
        let slot = u16::try_from(self.events.len() + 1).unwrap_or(EventKey::SLOTS - 1);
        self.events.push(Event { key: EventKey { journey: self.journey, slot, kind }, at: self.at, detail });
    }
}

/// An address out of the three blocks that RFC 5737 keeps for documentation.
fn documentation_address(draw: u64) -> Ipv4Addr {
    let host = u8::try_from(draw >> 32 & 0xff).unwrap_or(0);
    match draw % 3 {
        0 => Ipv4Addr::new(192, 0, 2, host),
        1 => Ipv4Addr::new(198, 51, 100, host),
        _ => Ipv4Addr::new(203, 0, 113, host),
    }
}

/// What the browser of a device says that it is.
pub fn user_agent(device: &str) -> &'static str {
    match device {
        "android" => {
            "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36"
        }
        "ios" => {
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1"
        }
        _ => "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36",
    }
}

#[cfg(test)]
mod tests;
