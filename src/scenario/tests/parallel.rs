//! Parallel runs and their audiences: what is taken where nothing is said, and what their mistakes look like.

use std::time::Duration;

use insta::assert_snapshot;

use super::*;

#[test]
fn a_scenario_without_a_parallel_run_has_the_defaults() {
    let plan = scenario("").parallel;
    assert_eq!((plan.window, plan.players), (Duration::from_hours(48), 5000));
    assert_eq!((plan.setup, plan.baseline), (Setup::FirstParty(SetBy::Script), Baseline::Modelled));
    assert_eq!((plan.grace, plan.attention, plan.error), (Duration::from_hours(1), 0.05, 0.10));
    assert_eq!(plan.audience.browsers.each_ref().map(|browsers| browsers.values().len()), [3, 4, 5]);
    // Players of the journeys' default countries are asked in Germany alone.
    let asked = plan.audience.countries.labels().iter().zip(&plan.audience.consent.asked);
    let asked: Vec<&str> = asked.filter(|(_, asked)| **asked).map(|(label, _)| label.as_str()).collect();
    assert_eq!(asked, ["DE"]);
}

#[test]
fn set_ups_are_told_by_their_words() {
    let setup = |text: &str| scenario(&format!("[parallel]\n{text}")).parallel.setup;
    assert_eq!(setup("first_party_cookie = \"http\""), Setup::FirstParty(SetBy::Http));
    assert_eq!(setup("setup = \"third-party\"\nfirst_party_cookie = \"http\""), Setup::ThirdParty);
    assert_eq!(setup("setup = \"cname\""), Setup::Cname);
    for (place, setup) in Setup::ALL.into_iter().enumerate() {
        assert_eq!(setup.place(), place);
    }
}

#[test]
fn the_audience_can_have_countries_and_a_pace_of_its_own() {
    let text =
        "[parallel]\nspeed = 2880\n[parallel.audience]\ncountries = { FR = 1, CA = 1 }\nconsent_countries = [\"CA\"]\n";
    let plan = scenario(text).parallel;
    assert!((plan.speed - 2880.0).abs() < f64::EPSILON);
    assert_eq!(plan.audience.countries.labels().len(), 2);
    assert_eq!(plan.audience.consent.asked, [true, false]);
}

#[test]
fn a_share_beyond_100_percent_is_shown_with_its_place() {
    assert_snapshot!(shown("[parallel.audience]\nother_device = \"110%\"\n"), @r#"
      × my.toml: `parallel.audience.other_device` is `110%`, and a share goes from 0% to 100%
       ╭─[my.toml:2:16]
     1 │ [parallel.audience]
     2 │ other_device = "110%"
       ·                ──────
       ╰────
      help: write a share such as "2%"
    "#);
}

#[test]
fn logs_to_be_compared_are_read_as_usual_unless_said_otherwise() {
    let usual = scenario("").parallel.compare;
    assert_eq!((&usual.cookie, &usual.s2s), (&LogPlan::default(), &LogPlan::default()));
    assert_eq!((usual.max_rejected, usual.grace, usual.expected_gap), (0.05, Duration::from_hours(1), None));
    let text = "[parallel]\ngrace = \"2h\"\n[parallel.compare]\nexpected_gap = \"15%\"\n[parallel.compare.cookie]\n\
                file = \"c.csv\"\nzone = \"Europe/Madrid\"\ndecimal = \",\"\nevent = \" paid \"\n\
                columns = { \"Click ID\" = \"SubID\", amount = \"\" }\n";
    let plan = scenario(text).parallel.compare;
    assert_eq!((plan.grace, plan.expected_gap), (Duration::from_hours(2), Some(0.15)));
    let log = plan.cookie;
    assert_eq!((log.file, log.event.as_deref()), (Some("c.csv".into()), Some("paid")));
    assert_eq!((log.decimal, log.zone.map(|zone| zone.name)), (DecimalMark::Comma, Some("Europe/Madrid".to_owned())));
    assert_eq!(log.columns, [(Field::Click, Some("SubID".to_owned())), (Field::Amount, None)].into());
    assert_eq!(scenario("[parallel.compare]\ngrace = \"3d\"").parallel.compare.grace, Duration::from_hours(72));
}

#[test]
fn a_column_for_no_field_is_shown_with_its_place() {
    let text = "[parallel.compare.s2s.columns]\nclick_id = \"cid\"\ncolour = \"x\"\n";
    assert_snapshot!(shown(text), @r#"
      × my.toml: `parallel.compare.s2s.columns.colour` names a column for `colour`, which is no field
      │ of a log
       ╭─[my.toml:3:10]
     2 │ click_id = "cid"
     3 │ colour = "x"
       ·          ───
       ╰────
      help: write some of ts_event, click_id, transaction_id, account, amount, currency, received_at,
            attributed, event, is_ftd, brand_id, affiliate_id, country, browser, device, path
    "#);
}

#[test]
fn each_mistake_is_named_with_its_key() {
    for (text, said) in [
        ("[parallel]\nplayers = 0", "`parallel.players` is 0"),
        ("[parallel]\nhours = 0", "`parallel.hours` is 0"),
        ("[parallel]\nhours = 2\ngrace = \"2h\"", "`parallel.grace` is no shorter than the 2 hours"),
        ("[parallel]\nsetup = \"pixel\"", "`parallel.setup` is `pixel`"),
        ("[parallel]\nfirst_party_cookie = \"js\"", "`parallel.first_party_cookie` is `js`"),
        ("[parallel]\nbaseline = \"no\"", "`parallel.baseline` is `no`"),
        ("[parallel]\nattention = \"10%\"", "`parallel.attention` leaves no room"),
        ("[parallel]\nerror = \"5%\"", "`parallel.error` leaves no room"),
        ("[parallel]\nspeed = 0.5", "`parallel.speed` is 0.5"),
        ("[parallel]\nlag = { median = \"2h\", p90 = \"1h\" }", "`parallel.lag` has a median"),
        ("[parallel.compare]\nmax_rejected = \"5\"", "`parallel.compare.max_rejected` is `5`, which is no share"),
        ("[parallel.compare]\nexpected_gap = \"-1%\"", "`parallel.compare.expected_gap` is `-1%`"),
        ("[parallel.compare]\ngrace = \"soon\"", "`parallel.compare.grace` is `soon`"),
        ("[parallel.compare.cookie]\nfile = \"\"", "`parallel.compare.cookie.file` is empty"),
        ("[parallel.compare.s2s]\nevent = \" \"", "`parallel.compare.s2s.event` is empty"),
        ("[parallel.compare.s2s]\nzone = \"Mars/Olympus\"", "is `Mars/Olympus`, which is no time zone"),
        ("[parallel.compare.cookie]\ndecimal = \";\"", "`parallel.compare.cookie.decimal` is `;`"),
        ("[parallel.compare.cookie]\ncolumns = { click = \"a\", cid = \"b\" }", "names a second column for click_id"),
        ("[parallel.compare.cookie]\ncolour = \"x\"", "unknown field `colour`"),
        ("[parallel.audience]\ndevices = { fridge = 1 }", "names `fridge`, which is no device"),
        ("[parallel.audience]\ndevices = { ios = 0 }", "`parallel.audience.devices` names nothing"),
        ("[parallel.audience.browsers]\nios = { opera = 1 }", "`parallel.audience.browsers.ios` names `opera`"),
        ("[parallel.audience.browsers]\nios = { in-app = 1 }", "names `in-app`, which is no browser"),
        ("[parallel.audience]\npaths = { landing = 1 }", "names `landing`, which is no way"),
        ("[parallel.audience]\npaths = { \"landing>>register\" = 1 }", "which is no way"),
        ("[parallel.audience]\nconsent_countries = [\"FR\"]", "names `FR`, where no player comes from"),
        ("[parallel.audience]\nscript_cap = \"401d\"", "longer than any browser keeps a cookie"),
        ("[parallel.audience]\nblockers_stop_first_party = \"60%\"", "is more than blockers_stop_third_party"),
        ("[parallel.audience]\ndeleted_first_party = \"100%\"", "is all of them"),
    ] {
        let shown = shown(text).replace("\n  │ ", " ");
        assert!(shown.contains(said), "{text}\n{shown}");
        assert!(shown.contains("help: "), "{shown}");
    }
    let all = scenario("[parallel.audience]\nblockers_stop_third_party = \"10%\"\n").parallel.audience.blockers;
    assert!((all.stop_first_party - 0.10).abs() < f64::EPSILON, "the default is held to what is given");
}
