//! Everything that adds the books up says the same to the cent: `/credits`, `/totals`, `/metrics`, both views and the
//! comparison with the operator, over random journeys in four currencies, three brands and three affiliates; and so does
//! a plain addition of what was sent.

use std::collections::BTreeMap;

use proptest::prelude::*;
use rust_decimal::{Decimal, RoundingStrategy};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::harness::{Answer, Running, answer};
use crate::scrape::Page;

const RATES: &str = include_str!("../../../data/fx.csv");

/// The dollar, one with as many decimals, one with none and one with three.
const CURRENCIES: [(&str, u32); 4] = [("USD", 2), ("EUR", 2), ("JPY", 0), ("KWD", 3)];

const EVENTS: [&str; 5] = ["registration", "kyc_approved", "deposit_success", "refund", "chargeback"];

const BRANDS: [&str; 3] = ["one", "two", ""];

const AFFILIATES: [&str; 4] = ["acme", "blue", "duo", ""];

/// Every day of the journeys; the rates change with the year.
const DAYS: &str = "from=2025-12-12&to=2026-01-20";

/// One event: whose, what, when, and how much in which currency.
#[derive(Debug, Clone, Copy)]
struct Step {
    player: usize,
    event: usize,
    /// Hours since 2025-12-15T00:30:00Z.
    hours: i64,
    /// In the currency's smallest unit, from 1.
    units: i64,
    currency: usize,
    is_ftd: bool,
}

/// Count, sum in the own currency and sum in the report currency.
type Sum = (u64, Decimal, Decimal);

/// Sums by event and currency.
type Sums = BTreeMap<(String, String), Sum>;

/// Sums of a view: by event in the report currency, and what both views have besides.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Figures {
    events: BTreeMap<&'static str, (u64, Decimal)>,
    ftds: u64,
    ngr: Decimal,
    commission: Decimal,
}

/// A credit, a total, or a row of the comparison.
#[derive(Deserialize)]
struct Row<'a> {
    event: String,
    currency: Option<String>,
    #[serde(default = "one", alias = "tracker_count")]
    count: u64,
    #[serde(borrow, alias = "tracker_amount")]
    amount: Option<&'a RawValue>,
    #[serde(borrow)]
    report_amount: Option<&'a RawValue>,
    is_ftd: Option<bool>,
}

#[derive(Deserialize)]
struct Comparison<'a> {
    #[serde(borrow)]
    groups: Vec<Row<'a>>,
}

#[derive(Deserialize)]
struct View<'a> {
    #[serde(borrow)]
    total: BTreeMap<&'a str, &'a RawValue>,
    #[serde(borrow)]
    groups: Vec<BTreeMap<&'a str, &'a RawValue>>,
}

fn one() -> u64 {
    1
}

fn decimal(number: Option<&RawValue>) -> Decimal {
    number.map(|number| number.get().parse().expect("a plain number")).unwrap_or_default()
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = (0..7_usize, 0..5_usize, 0..720_i64, 1..2_000_000_i64, 0..4_usize, any::<bool>());
    let step = step.prop_map(|(player, event, hours, units, currency, is_ftd)| Step {
        player,
        event,
        hours,
        units,
        currency,
        is_ftd,
    });
    prop::collection::vec(step, 1..24)
}

impl Step {
    fn money(self) -> Option<(Decimal, &'static str)> {
        let (code, units) = CURRENCIES[self.currency];
        (self.event >= 2).then(|| (Decimal::new(self.units, units), code))
    }

    fn at(self) -> jiff::Timestamp {
        let start: jiff::Timestamp = "2025-12-15T00:30:00Z".parse().expect("an instant");
        start + jiff::SignedDuration::from_hours(self.hours)
    }

    /// The postback in canonical form, written out so that no amount passes through a float.
    fn body(self, number: usize, click: &str) -> String {
        let money = self.money().map(|(amount, code)| (format!(r#""amount":{},"#, amount.normalize()), code));
        let (amount, currency) = match money {
            Some((amount, code)) => (amount, format!(r#""currency":"{code}","#)),
            None => Default::default(),
        };
        let brand = BRANDS[self.player % 3];
        let brand = if brand.is_empty() { String::new() } else { format!(r#""brand_id":"{brand}","#) };
        let is_ftd = if self.event == 2 { format!(r#""is_ftd":{},"#, self.is_ftd) } else { String::new() };
        format!(
            r#"{{"account_id":"u_{}",{amount}{brand}"click_id":"{click}",{currency}"event":"{}","event_id":"e_{number}",{is_ftd}"ts_event":"{}"}}"#,
            self.player,
            EVENTS[self.event],
            self.at()
        )
    }
}

/// What a plain addition of the steps comes to, by the rates as they stand in the file.
fn added_up(steps: &[Step]) -> Sums {
    let mut sums = Sums::new();
    for step in steps {
        let (amount, code) = step.money().unwrap_or_default();
        let amount = if step.event >= 3 { -amount } else { amount };
        let day = step.at().strftime("%Y-%m-%d").to_string();
        let rates = RATES.lines().filter_map(|line| line.split_once(&format!(",{code},")));
        let rate = rates.filter(|(from, _)| *from <= day.as_str()).max_by_key(|(from, _)| *from);
        let rate = rate.map_or(Decimal::ONE, |(_, rate)| rate.parse().expect("a rate"));
        let worth = (amount * rate).round_dp_with_strategy(2, RoundingStrategy::MidpointNearestEven);
        add(&mut sums, EVENTS[step.event], code, (1, amount, worth));
    }
    sums
}

fn add(sums: &mut Sums, event: &str, currency: &str, (count, amount, worth): Sum) {
    let sum = sums.entry((event.to_owned(), currency.to_owned())).or_default();
    *sum = (sum.0 + count, sum.1 + amount, sum.2 + worth);
}

fn sums_of(rows: &[Row<'_>]) -> Sums {
    let mut sums = Sums::new();
    for row in rows {
        let currency = row.currency.as_deref().unwrap_or_default();
        add(&mut sums, &row.event, currency, (row.count, decimal(row.amount), decimal(row.report_amount)));
    }
    sums
}

/// Counts by event and sums by currency, which is what figures for monitoring tell.
type Counted = (BTreeMap<String, u64>, BTreeMap<String, Decimal>);

fn counted(sums: &Sums) -> Counted {
    let (mut events, mut amounts) = Counted::default();
    for ((event, currency), (count, amount, _)) in sums {
        *events.entry(event.clone()).or_default() += count;
        if !currency.is_empty() {
            *amounts.entry(currency.clone()).or_default() += amount;
        }
    }
    (events, amounts)
}

fn scraped(page: &Page) -> Counted {
    let events = page.family("postproof_booked_events_total").into_iter();
    let events = events.map(|(event, count)| (event.to_owned(), count.parse().expect("a count")));
    let amounts = page.family("postproof_booked_amount").into_iter();
    let amounts = amounts.map(|(code, sum)| (code.to_owned(), sum.parse().expect("a plain number")));
    (events.filter(|(_, count)| *count > 0).collect(), amounts.collect())
}

/// A stack to which all of that was told at once, and which has booked it.
async fn told(steps: &[Step], defects: &[&str]) -> Running {
    let stack = Running::with(defects).await;
    let mut clicks = Vec::new();
    for player in 0..7 {
        let brand = if player == 5 { "&brand=one" } else { "" };
        let url = format!("{}?affiliate={}{brand}", stack.urls.click, AFFILIATES[player % 4]);
        let clicked = stack.client.get(url).send().await.expect("an answer");
        let location = clicked.headers()["location"].to_str().expect("text").to_owned();
        let (_, click) = location.split_once("click_id=").expect("a click id");
        clicks.push(click.split('&').next().unwrap_or_default().to_owned());
    }
    let fired: Vec<_> = steps
        .iter()
        .enumerate()
        .map(|(number, step)| tokio::spawn(answer(stack.request(&step.body(number, &clicks[step.player])))))
        .collect();
    for answer in fired {
        assert_eq!(answer.await.expect("no panic"), Answer::ack(false));
    }
    stack.quiet().await;
    stack
}

impl Figures {
    fn of(row: &BTreeMap<&str, &RawValue>) -> Self {
        let count = |name: &str| row[name].get().parse::<u64>().expect("a count");
        let sum = |name: &str| row.get(name).map_or(Decimal::ZERO, |sum| decimal(Some(sum)));
        let names = [
            ("registration", "registrations", ""),
            ("kyc_approved", "kyc", ""),
            ("deposit_success", "deposits", "deposit_sum"),
            ("refund", "refunds", "refund_sum"),
            ("chargeback", "chargebacks", "chargeback_sum"),
        ];
        let events = names.map(|(event, counts, sums)| (event, (count(counts), sum(sums))));
        let (ngr, commission) = (sum("ngr"), sum("commission"));
        Self { events: events.into(), ftds: count("ftds"), ngr, commission }
    }

    fn together(all: Vec<Self>) -> Self {
        all.into_iter().reduce(Self::plus).unwrap_or_default()
    }

    fn plus(mut self, other: Self) -> Self {
        for (event, (count, sum)) in other.events {
            let all = self.events.entry(event).or_default();
            *all = (all.0 + count, all.1 + sum);
        }
        let (ngr, commission) = (self.ngr + other.ngr, self.commission + other.commission);
        Self { ftds: self.ftds + other.ftds, ngr, commission, ..self }
    }
}

/// The total of a view, and its groups together.
async fn view(stack: &Running, path: &str) -> (Figures, Figures) {
    let text = stack.text(&stack.at(path)).await;
    let view: View<'_> = serde_json::from_str(&text).expect("a view");
    (Figures::of(&view.total), Figures::together(view.groups.iter().map(Figures::of).collect()))
}

async fn totals_of(stack: &Running, paths: impl IntoIterator<Item = String>) -> Figures {
    let mut all = Vec::new();
    for path in paths {
        all.push(view(stack, &path).await.0);
    }
    Figures::together(all)
}

async fn agree(steps: &[Step]) -> Result<(), TestCaseError> {
    let stack = told(steps, &[]).await;
    let text = stack.text(&stack.urls.read_back).await;
    let credits: Vec<Row<'_>> = serde_json::from_str(&text).expect("credits");
    let expected = added_up(steps);
    let totals = stack.text(&stack.at("/totals")).await;
    let totals: Vec<Row<'_>> = serde_json::from_str(&totals).expect("totals");
    // Whatever else adds the books up by event and currency is one more line here.
    for (who, sums) in [("/credits", sums_of(&credits)), ("/totals", sums_of(&totals))] {
        prop_assert_eq!(&sums, &expected, "{}", who);
    }

    prop_assert_eq!(scraped(&Page::of(&stack).await), counted(&expected), "/metrics");

    let text = stack.text(&stack.at(&format!("/reports/discrepancy?{DAYS}"))).await;
    let comparison: Comparison<'_> = serde_json::from_str(&text).expect("a comparison");
    // The comparison is in own currencies alone.
    let own =
        |sums: Sums| sums.into_iter().map(|(key, (count, sum, _))| (key, (count, sum))).collect::<BTreeMap<_, _>>();
    prop_assert_eq!(own(sums_of(&comparison.groups)), own(expected.clone()), "the comparison with the operator");

    let (manager, by_affiliate) = view(&stack, "/reports/manager").await;
    for event in EVENTS {
        let of_event = expected.iter().filter(|((name, _), _)| name == event).map(|(_, sum)| sum);
        let summed = of_event.fold((0, Decimal::ZERO), |all, sum| (all.0 + sum.0, all.1 + sum.2));
        prop_assert_eq!(manager.events[event], summed, "the manager's view of {}", event);
    }
    let ftds = credits.iter().filter(|credit| credit.is_ftd == Some(true)).count();
    prop_assert_eq!(manager.ftds, u64::try_from(ftds).expect("a test is short"));
    prop_assert_eq!(&by_affiliate, &manager, "the affiliates of the manager's view together");

    let brands = BRANDS.map(|brand| format!("/reports/manager?brand={brand}&by=geo"));
    prop_assert_eq!(&totals_of(&stack, brands).await, &manager, "the manager's views of the brands together");
    let affiliates = ["acme", "blue", "duo"].map(|name| format!("/reports/affiliate/{name}?tz=Asia/Tokyo"));
    let theirs = totals_of(&stack, affiliates).await;
    prop_assert_eq!(&theirs.plus(nobodys(&stack).await), &manager, "the affiliates' views, and what is nobody's");
    stack.stop().await;
    Ok(())
}

/// What no affiliate brought: the one group of the manager's view that has no name.
async fn nobodys(stack: &Running) -> Figures {
    let text = stack.text(&stack.at("/reports/manager?by=affiliate")).await;
    let view: View<'_> = serde_json::from_str(&text).expect("a view");
    let nameless = view.groups.iter().filter(|group| group["affiliate"].get() == "null");
    Figures::together(nameless.map(Figures::of).collect())
}

fn waited<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(future)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn all_views_agree_to_the_cent(steps in steps()) {
        waited(agree(&steps))?;
    }
}

#[test]
fn books_that_value_wrongly_do_not_agree() {
    let deposit = Step { player: 0, event: 2, hours: 0, units: 10_000, currency: 1, is_ftd: true };
    let refund = Step { event: 3, units: 5_000, ..deposit };
    let steps = [deposit, refund];
    for (defect, differs) in [("fx-of-wrong-day", true), ("reversals-positive", true), ("local-times", false)] {
        let sums = waited(async {
            let stack = told(&steps, &[defect]).await;
            let totals = stack.text(&stack.at("/totals")).await;
            stack.stop().await;
            sums_of(&serde_json::from_str::<Vec<Row<'_>>>(&totals).expect("totals"))
        });
        assert_eq!(sums != added_up(&steps), differs, "{defect}: {sums:?}");
    }
}
