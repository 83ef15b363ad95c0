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
