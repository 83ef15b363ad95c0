//! Cookie and S2S side by side at a target without operator pages: postproof fires the postbacks and the pixels itself.

use postproof::model::Verdict;
use postproof::report::RunReport;
use postproof_mocks::{CookieSettings, CookieSetup};

use crate::harness::shown;
use crate::parallel_defects::{PLAYERS, compared, keys, squeezed};

/// The places of a pixel that the reference stack reads.
const PLACES: &str = "event=deposit_success&click_id={click_id}&transaction_id={transaction_id}&account={account}\
&amount={amount}&currency={currency}&brand_id={brand_id}&ts={ts}";

async fn fired(setup: CookieSetup, planted: &[&str]) -> RunReport {
    let served = squeezed(planted, CookieSettings { setup, ..CookieSettings::default() }).await;
    let name = match setup {
        CookieSetup::FirstParty => "first-party",
        CookieSetup::ThirdParty => "third-party",
        CookieSetup::Cname => "cname",
    };
    let more = format!("{}setup = \"{name}\"\npixel = \"{}?{PLACES}\"\n", keys(&served), served.urls.pixel);
    compared(&served.scenario(PLAYERS, &more), 7).await
}

#[tokio::test(flavor = "multi_thread")]
async fn both_sides_are_fired_and_the_gap_is_what_browsers_lose() {
    for setup in [CookieSetup::FirstParty, CookieSetup::ThirdParty, CookieSetup::Cname] {
        let report = fired(setup, &[]).await;
        assert_ne!(report.verdict, Verdict::Fail, "{}", shown(&report));
        assert_eq!(report.through, "self");
        let gap = report.gap.as_ref().expect("a gap");
        let total = &gap.total;
        assert!(total.both > 60 && total.s2s_only > 20 && total.cookie_only == 0, "{setup:?} {}", shown(&report));
        let expected = total.expected.expect("modelled");
        assert!((total.gap - expected).abs() < 0.12, "{setup:?} {}", shown(&report));
        assert_eq!(report.diagnosis.as_ref().map(|diagnosis| diagnosis.causes.len()), Some(0), "{}", shown(&report));
    }
}
