//! The views against each other and against a plain addition, over random journeys: they agree to the cent.

use std::sync::Arc;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::calendar::{Boundaries, Calendar, Days};
use super::collect;
use super::dimension::Dimension;
use super::entry::{ClickEntry, ClickFacts};
use super::shelf::{Happening, Shelf, books};
use super::tally::Tally;
use super::view::{Lens, Pick, View};
use crate::tracker::books::commission::Accrual;
use crate::tracker::books::fx::Fx;
use crate::tracker::books::kind::Kind;
use crate::tracker::books::spend::SpendTable;
use crate::tracker::books::terms::Terms;

const TERMS: &str = r#"
    zone = "America/Sao_Paulo"
    [fees]
    percent_of_deposits = "1.7"
    per_deposit = "0.13"
    [affiliates.a0]
    model = "cpa"
    amount = "80.00"
    amount_by_brand = { b1 = "95.50" }
    clawback = true
    [affiliates.a1]
    model = "revenue_share"
    share_percent = "33.333"
    negative_carry_over = true
    [affiliates.a2]
    model = "hybrid"
    amount = "20.00"
    share_percent = "12.5"
"#;

const RATES: &str = "date,currency,rate_to_USD\n2026-01-01,BRL,0.1853\n2026-02-10,BRL,0.1917\n2026-01-01,JPY,0.00681\n\
                     2026-03-03,JPY,0.00659\n";

const SPEND: &str = "day,campaign,affiliate,brand,amount\n2026-01-05,c0,a0,b0,40.00\n2026-02-05,c1,,,25.55\n\
                     2026-03-01,c0,a2,,17.01\n";

/// USD, two currencies with rates, and one without.
const CURRENCIES: [(&str, u32); 4] = [("USD", 2), ("BRL", 2), ("JPY", 0), ("MXN", 2)];

/// One event: who, what, when (hours from the start), how much (in cents) in which currency.
type Step = (u8, u8, u16, u32, u8);

fn world(steps: &[Step]) -> (Shelf, Terms, SpendTable) {
    let terms = Terms::parse(TERMS).expect("terms");
    let books = books(&terms, Fx::parse(RATES).expect("rates"));
    let start: Timestamp = "2026-01-01T00:00:00Z".parse().expect("an instant");
    let mut shelf = Shelf::default();
    for &(player, kind, hours, cents, currency) in steps {
        let kind = Kind::ALL[usize::from(kind) % Kind::ALL.len()];
        let (code, units) = CURRENCIES[usize::from(currency) % CURRENCIES.len()];
        let amount = Decimal::new(i64::from(cents) + 1, units);
        let at = start + SignedDuration::from_hours(hours.into());
        let facts = facts(player);
        if player % 4 == 0 {
            let id = i64::try_from(shelf.clicks.len() + 1).expect("a test is short");
            shelf.clicks.push(ClickEntry { id, at, facts: Arc::clone(&facts) });
        }
        let brands = [Some("b0"), Some("b1"), None];
        shelf.book(
            &books,
            Happening {
                kind,
                player: &format!("p{player}"),
                brand: brands[usize::from(player) % 3],
                facts,
                at,
                money: kind.moves_money().then_some((amount, code)),
                commission: (player % 11 == 0 && kind == Kind::Deposit).then_some(Decimal::new(1234, 2)),
                billable: player % 7 != 0,
            },
        );
    }
    (shelf, terms, SpendTable::parse(SPEND, 2).expect("a table"))
}

fn facts(player: u8) -> Arc<ClickFacts> {
    let affiliates = ["a0", "a1", "a2", "a3"];
    let named = |text: &str| Some(text.to_owned());
    Arc::new(ClickFacts {
        affiliate: affiliates.get(usize::from(player) % 5).copied().and_then(named),
        campaign: named(if player.is_multiple_of(2) { "c0" } else { "c1" }),
        utm_source: named(if player.is_multiple_of(3) { "search" } else { "mail" }),
        geo: (player % 4 != 1).then(|| "BR".to_owned()),
        ..ClickFacts::default()
    })
}

async fn seen(world: &(Shelf, Terms, SpendTable), affiliate: Pick, brand: Pick, by: Dimension, days: Days) -> View {
    let (shelf, terms, spend) = world;
    let zone = TimeZone::get("Asia/Tokyo").expect("a zone");
    let as_of = "2026-06-01T00:00:00Z".parse().expect("an instant");
    let calendar = Calendar::new(zone, days, Boundaries::default());
    let mut view = View::bounded(Lens { affiliate, brand, by: vec![by], calendar, as_of }, 7);
    collect::fill(&mut view, shelf, terms, spend).await.expect("the shelf can be read");
    view
}

/// Everything of a tally that adds up, as text: money first.
fn figures(tallies: &[&Tally]) -> Vec<String> {
    let money = |of: fn(&Tally) -> Decimal| tallies.iter().map(|tally| of(tally)).sum::<Decimal>().round_dp(2);
    let count = |of: fn(&Tally) -> u64| tallies.iter().map(|tally| of(tally)).sum::<u64>();
    let mut all: Vec<_> = [
        money(|t| t.deposits.sum),
        money(|t| t.refunds.sum),
        money(|t| t.chargebacks.sum),
        money(|t| t.fees),
        money(|t| t.ngr),
        money(|t| t.commission),
        money(|t| t.spend),
        money(|t| t.depositors.lifetime),
        money(|t| t.depositors.d7.ngr),
        money(|t| t.registrants.d30.ngr),
    ]
    .map(|sum| sum.normalize().to_string())
    .to_vec();
    all.extend(
        [
            count(|t| t.clicks),
            count(|t| t.registrations),
            count(|t| t.kyc),
            count(|t| t.ftds),
            count(|t| t.deposits.count),
            count(|t| t.refunds.count),
            count(|t| t.chargebacks.count),
            count(|t| t.unconverted),
            count(|t| t.not_billable.events),
            count(|t| t.depositors.players),
            count(|t| t.registrants.d7.players),
        ]
        .map(|count| count.to_string()),
    );
    all
}

fn any_days() -> impl Strategy<Value = Days> {
    let day = |offset: i64| Some(jiff::civil::date(2026, 1, 1).saturating_add(jiff::Span::new().days(offset)));
    prop_oneof![
        Just(Days::default()),
        (0_i64..90, 0_i64..60).prop_map(move |(from, length)| Days { from: day(from), to: day(from + length) }),
    ]
}

/// The figures of the views that together show everything, one after the other.
async fn parts(world: &(Shelf, Terms, SpendTable), days: Days, picks: Vec<(Pick, Pick)>) -> Vec<String> {
    let mut views = Vec::new();
    for (affiliate, brand) in picks {
        views.push(seen(world, affiliate, brand, Dimension::Brand, days).await);
    }
    figures(&views.iter().map(View::total).collect::<Vec<_>>())
}

async fn agree(steps: Vec<Step>, days: Days) -> Result<(), TestCaseError> {
    let world = world(&steps);
    let whole = figures(&[seen(&world, Pick::Any, Pick::Any, Dimension::Affiliate, days).await.total()]);

    let named = |name: &str| Pick::Named(name.to_owned());
    let affiliates = ["a0", "a1", "a2", "a3"].map(named).into_iter().chain([Pick::Absent]);
    let affiliates = affiliates.map(|affiliate| (affiliate, Pick::Any)).collect();
    prop_assert_eq!(&parts(&world, days, affiliates).await, &whole, "the affiliates' views together");
    let brands = ["b0", "b1"].map(named).into_iter().chain([Pick::Absent]);
    let brands = brands.map(|brand| (Pick::Any, brand)).collect();
    prop_assert_eq!(&parts(&world, days, brands).await, &whole, "the manager's views together");

    for by in Dimension::ALL {
        let view = seen(&world, Pick::Any, Pick::Any, by, days).await;
        let (groups, others) = view.groups();
        let groups: Vec<_> = groups.into_iter().map(|(_, tally)| tally).chain(others).collect();
        prop_assert_eq!(&figures(&groups), &whole, "grouped by {}", by.name());
    }
    Ok(())
}

/// Adds the entries up without any view; commission without settlements is what they accrue one by one.
fn added_up((shelf, terms, _): &(Shelf, Terms, SpendTable)) -> [Decimal; 3] {
    let mut sums = [Decimal::ZERO; 3];
    for entry in &shelf.entries {
        let worth = entry.report_amount.unwrap_or_default();
        let fee =
            if entry.kind == Kind::Deposit && entry.report_amount.is_some() { terms.fee(worth) } else { Decimal::ZERO };
        sums[0] += worth;
        sums[1] += fee;
        sums[2] += Accrual::of(&entry.occurrence(), terms).fixed;
    }
    sums
}

fn waited<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(future)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_views_agree_to_the_cent(
        steps in prop::collection::vec((0_u8..24, 0_u8..5, 0_u16..2400, 0_u32..50_000, 0_u8..4), 0..80),
        days in any_days(),
    ) {
        waited(agree(steps, days))?;
    }

    #[test]
    fn a_total_is_a_plain_sum(
        steps in prop::collection::vec((0_u8..24, 0_u8..5, 0_u16..2400, 0_u32..50_000, 0_u8..4), 0..80),
    ) {
        let world = world(&steps);
        let view = waited(seen(&world, Pick::Any, Pick::Any, Dimension::Day, Days::default()));
        let [worth, fees, fixed] = added_up(&world);
        let total = view.total();
        prop_assert_eq!(total.deposits.sum + total.refunds.sum + total.chargebacks.sum, worth);
        prop_assert_eq!((total.fees, total.ngr), (fees, worth - fees));
        prop_assert_eq!(total.clicks, u64::try_from(world.0.clicks.len()).expect("a test is short"));
        prop_assert!(total.commission >= fixed, "a settled month never pays less than nothing");
        prop_assert!(view.carried() <= Decimal::ZERO);
    }

    #[test]
    fn neighbouring_ranges_add_up(
        steps in prop::collection::vec((0_u8..24, 0_u8..5, 0_u16..2400, 0_u32..50_000, 0_u8..4), 0..60),
        split in 0_i64..110,
    ) {
        let world = world(&steps);
        let day = jiff::civil::date(2026, 1, 1).saturating_add(jiff::Span::new().days(split));
        let until = Days { from: None, to: Some(day) };
        let since = Days { from: day.tomorrow().ok(), to: None };
        let views = [until, since, Days::default()].map(|days| waited(seen(&world, Pick::Any, Pick::Any, Dimension::Geo, days)));
        let [until, since, whole] = views.each_ref().map(View::total);
        prop_assert_eq!(figures(&[until, since]), figures(&[whole]));
    }
}
