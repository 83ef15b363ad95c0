//! What is compared, and how: the files with their settings, the rules, and what the gap is held against.

use std::path::PathBuf;

use jiff::SignedDuration;

use crate::attribution::{Baseline, Expected, Forecast, MODELLED_PLAYERS, Matching, Method, Rules};
use crate::reconcile::LogSettings;
use crate::run::RunError;
use crate::scenario::{Baseline as Held, LogPlan, Scenario};
use crate::stats::Reference;

/// A log to be compared.
#[derive(Clone, Debug)]
pub struct LogFile {
    /// The file.
    pub path: PathBuf,
    /// How it is to be read.
    pub settings: LogSettings,
    /// The name of its zone, for times without an offset, where it was told.
    pub zone: Option<String>,
}

/// What is compared, and how.
#[derive(Clone, Debug)]
pub struct CompareLogs {
    /// What the browsers reported.
    pub cookie: LogFile,
    /// What the operator's server reported.
    pub s2s: LogFile,
    /// How they are matched.
    pub matching: Matching,
    /// How the gap is judged.
    pub rules: Rules,
    /// What the gap is held against, in words.
    pub held_against: String,
    /// Share of a log's rows that may be unreadable, 0 to 1.
    pub max_rejected: f64,
    /// Where the run's files go.
    pub out: Option<PathBuf>,
    /// Where JUnit XML goes, besides.
    pub junit: Option<PathBuf>,
}

impl CompareLogs {
    /// What a scenario asks for in `[parallel]` and `[parallel.compare]`. Its audience is simulated where the gap is held against it,
    /// which takes a fraction of a second.
    ///
    /// # Errors
    /// When no file is named.
    pub fn planned(scenario: &Scenario, out: Option<PathBuf>, junit: Option<PathBuf>) -> Result<Self, RunError> {
        let (run, plan) = (&scenario.parallel, &scenario.parallel.compare);
        let (baseline, held_against) = held_against(scenario);
        Ok(Self {
            cookie: LogFile::planned(&plan.cookie, Method::Cookie)?,
            s2s: LogFile::planned(&plan.s2s, Method::S2s)?,
            matching: Matching {
                grace: SignedDuration::try_from(plan.grace).unwrap_or(SignedDuration::MAX),
                end: None,
            },
            rules: Rules { attention: run.attention, error: run.error, baseline },
            held_against,
            max_rejected: plan.max_rejected,
            out,
            junit,
        })
    }

    pub(super) fn file(&self, method: Method) -> &LogFile {
        match method {
            Method::Cookie => &self.cookie,
            Method::S2s => &self.s2s,
        }
    }
}

impl LogFile {
    fn planned(plan: &LogPlan, method: Method) -> Result<Self, RunError> {
        let name = method.name();
        let path = plan.file.clone().ok_or_else(|| {
            RunError::usage(
                format!("no {name} log is named"),
                format!("name it with --{name} FILE, or by file = in [parallel.compare.{name}] of a scenario"),
            )
        })?;
        let zone = plan.zone.as_ref().map(|zone| zone.name.clone());
        Ok(Self { path, settings: LogSettings::from(plan), zone })
    }
}

/// What the gap is held against, and how a report tells that.
fn held_against(scenario: &Scenario) -> (Baseline, String) {
    let plan = &scenario.parallel;
    match (plan.compare.expected_gap, plan.baseline) {
        (Some(difference), _) => {
            let total = Reference { difference, standard_error: 0.0 };
            let told =
                format!("the gap is held against an expected one of {:.1} %, as it was given", difference * 100.0);
            (Baseline::Modelled(Expected { total, ..Expected::default() }), told)
        }
        (None, Held::Modelled) => {
            let expected = Expected::from(&Forecast::modelled(plan, &scenario.journeys));
            let told = format!(
                "the gap is held against what the audience of {} loses with a {}: {:.1} % by a simulation of {MODELLED_PLAYERS} players",
                scenario.name,
                plan.setup.name(),
                expected.total.difference * 100.0
            );
            (Baseline::Modelled(expected), told)
        }
        (None, Held::None) => {
            let told = "the gap is held against nothing, so the fixed rule decides; --baseline modelled, with a scenario that tells the audience, takes off what browsers lose anyway";
            (Baseline::None, told.to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{check, read};

    const FILES: &str = "cookie = { file = \"c.csv\" }\ns2s = { file = \"s.csv\", zone = \"Europe/Madrid\" }\n";

    fn planned(text: &str) -> CompareLogs {
        let text = format!("{text}\n[parallel.compare]\n{FILES}");
        let scenario = check(&read("my.toml", &text).expect("TOML"), "my.toml", &text).expect("a scenario");
        CompareLogs::planned(&scenario, None, None).expect("files are named")
    }

    #[test]
    fn the_gap_is_held_against_what_is_said() {
        let none = planned("[parallel]\nbaseline = \"none\"");
        assert_eq!(none.rules.baseline, Baseline::None);
        assert!(none.held_against.contains("the fixed rule decides"), "{}", none.held_against);
        let third = planned("[parallel]\nsetup = \"third-party\"");
        let Baseline::Modelled(expected) = &third.rules.baseline else { panic!("it is modelled by default") };
        assert!((0.3..0.6).contains(&expected.total.difference), "{:?}", expected.total);
        let told = format!("third-party pixel: {:.1} % by", expected.total.difference * 100.0);
        assert!(third.held_against.contains(&told) && third.held_against.contains("my.toml"), "{}", third.held_against);
        assert!(expected.by.keys().any(|(_, name)| name == "safari"));
    }

    #[test]
    fn a_given_gap_goes_before_a_modelled_one() {
        let text = format!("[parallel.compare]\nexpected_gap = \"15%\"\n{FILES}");
        let scenario = check(&read("my.toml", &text).expect("TOML"), "my.toml", &text).expect("a scenario");
        let given = CompareLogs::planned(&scenario, None, None).expect("files are named");
        let Baseline::Modelled(expected) = &given.rules.baseline else { panic!("it was given") };
        assert!((expected.total.difference - 0.15).abs() < 1e-12 && expected.by.is_empty());
        assert!(given.held_against.contains("15.0 %, as it was given"), "{}", given.held_against);
    }

    #[test]
    fn logs_are_as_the_scenario_has_them_and_have_to_be_named() {
        let options = planned("[parallel]\nbaseline = \"none\"\ngrace = \"2h\"\nattention = \"1%\"\nerror = \"2%\"");
        assert_eq!((options.cookie.path.to_str(), options.s2s.path.to_str()), (Some("c.csv"), Some("s.csv")));
        assert_eq!((options.cookie.zone, options.s2s.zone.as_deref()), (None, Some("Europe/Madrid")));
        assert_eq!(options.matching.grace, SignedDuration::from_hours(2));
        assert_eq!((options.rules.attention, options.rules.error), (0.01, 0.02));
        let text = "[parallel]\nbaseline = \"none\"\n[parallel.compare.cookie]\nfile = \"c.csv\"";
        let scenario = check(&read("my.toml", text).expect("TOML"), "my.toml", text).expect("a scenario");
        let said = CompareLogs::planned(&scenario, None, None).expect_err("no log of S2S").to_string();
        assert_eq!(said, "no s2s log is named");
    }
}
