//! The command `fire`: one postback by hand, made of a sample event whose members can each be given another value.

use tokio::sync::watch;

use super::click::click;
use super::shot::{Leaving, MAX_BODY, Shot, shoot, target, unsignable};
use super::site::Site;
use super::{RunError, clock, inputs};
use crate::model::{EventKind, Ids, Label, Player, RunTag, printable};
use crate::profile::{Payload, PayloadError, Sample};
use crate::scenario::Scenario;

/// What `fire` is asked to do.
pub struct FireOptions {
    /// Where to, and with what secrets.
    pub scenario: Scenario,
    /// What happened.
    pub event: EventKind,
    /// The values that were given.
    pub given: Vec<Given>,
    /// Members to leave out.
    pub without: Vec<String>,
    /// Whether it is sent.
    pub leaving: Leaving,
}

/// A member that was given a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Given {
    /// A text.
    Text(&'static str, String),
    /// A JSON number that is kept as it is spelled.
    Number(&'static str, String),
    /// A JSON value, or a text where it is none.
    Either(String, String),
}

/// Makes one postback and sends it, or writes it down.
///
/// # Errors
/// When there is no target, a value does not fit, or the target cannot be reached.
pub async fn fire(options: FireOptions) -> Result<Shot, RunError> {
    let FireOptions { scenario, event, given, without, leaving } = options;
    let site = target(&scenario).await?;
    let sample = Sample::new(Ids::new(RunTag::from_bits(inputs::fresh()?)));
    let mut player = sample.player();
    let own_click = given.iter().any(|given| matches!(given, Given::Text(name, _) if *name == "click_id"));
    let notes = if own_click { Vec::new() } else { clicked(&site, &scenario, &mut player, leaving).await? };
    let now = clock::now();
    let body = sample.body(site.dialect.profile, event, &player, now.as_second());
    let body = changed(&body, &given, &without)?;
    let event_id = Payload::read(&body).ok().and_then(|payload| payload.text("event_id")).unwrap_or_default();
    let postback = site.dialect.postback(&event_id, body, now).map_err(|error| unsignable(&error))?;
    shoot(&site, &scenario, &postback, notes, leaving).await
}

/// Gets a click id that the target knows, where it says how; tells where the id comes from.
async fn clicked(
    site: &Site,
    scenario: &Scenario,
    player: &mut Player<'_>,
    leaving: Leaving,
) -> Result<Vec<String>, RunError> {
    let derived = "the click id is derived; a target that refuses clicks it never saw needs";
    match (&site.click_url, leaving) {
        (None, _) => Ok(vec![format!("{derived} --click-url or --click-id")]),
        (Some(_), Leaving::DryRun) => Ok(vec![format!("{derived} --click-id, because a dry run does not click")]),
        (Some(url), Leaving::Sent) => {
            let (_keep, stop) = watch::channel(false);
            let clicked = click(site, &scenario.click, player, &stop).await.map_err(|error| {
                RunError::undone(
                    format!("the click at {url} gave no click id: {error}"),
                    "correct --click-url, or give --click-id",
                )
            })?;
            player.click_id = Label::new(clicked.click_id);
            Ok(vec![format!("clicked at {url} for the click id {}", player.click_id)])
        }
    }
}

/// The body with what was given in it.
fn changed(body: &[u8], given: &[Given], without: &[String]) -> Result<Vec<u8>, RunError> {
    let mut payload = Payload::read(body).map_err(|error| {
        RunError::undone(format!("the sample is no body: {error}"), "report this as a defect of postproof")
    })?;
    for given in given {
        match given {
            Given::Text(name, text) => payload.set_text(name, text),
            Given::Number(name, number) => {
                let begun = number.starts_with(|c: char| c == '-' || c.is_ascii_digit());
                let set = if begun { payload.set(name, number) } else { Err(PayloadError::Value((*name).to_owned())) };
                set.map_err(|_| not_a_number(name, number))?;
            }
            Given::Either(name, text) => {
                if payload.set(name, text).is_err() {
                    payload.set_text(name, text);
                }
            }
        }
    }
    for name in without {
        if !payload.remove(name) {
            return Err(RunError::usage(
                format!("the event has no member `{name}` to leave out"),
                "`postproof schema --payload EVENT` names its members",
            ));
        }
    }
    let body = payload.write();
    if body.len() > MAX_BODY {
        return Err(RunError::usage(
            format!("the body is {} bytes long, and {MAX_BODY} are the limit", body.len()),
            "give shorter values",
        ));
    }
    Ok(body)
}

fn not_a_number(name: &str, text: &str) -> RunError {
    RunError::usage(
        format!("`{name}` is {:?}, which is no JSON number", printable(text)),
        format!("write it such as 100.00; to send something else on purpose: --set '{name}=\"1,000\"'"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(given: &[Given], without: &[&str]) -> Result<String, RunError> {
        let without: Vec<String> = without.iter().map(|name| (*name).to_owned()).collect();
        changed(br#"{"amount":100,"event_id":"dep_1"}"#, given, &without)
            .map(|body| String::from_utf8(body).expect("UTF-8"))
    }

    #[test]
    fn values_are_taken_as_they_are_spelled() {
        let given = [
            Given::Number("amount", "100.00".into()),
            Given::Either("is_ftd".into(), "true".into()),
            Given::Either("note".into(), "plain text".into()),
            Given::Either("more".into(), "{\"a\": 1e2}".into()),
            Given::Text("account_id", "7".into()),
        ];
        assert_eq!(
            made(&given, &[]).unwrap(),
            r#"{"account_id":"7","amount":100.00,"event_id":"dep_1","is_ftd":true,"more":{"a": 1e2},"note":"plain text"}"#
        );
        assert_eq!(made(&[], &["event_id"]).unwrap(), r#"{"amount":100}"#);
    }

    #[test]
    fn what_does_not_fit_is_told() {
        for bad in ["1,000", "true", "\"100\"", "", "1 0", ".5", "+1", "NaN"] {
            let told = made(&[Given::Number("amount", bad.into())], &[]).unwrap_err();
            assert!(told.to_string().ends_with("which is no JSON number"), "{told}");
        }
        let absent = made(&[], &["ip"]).unwrap_err();
        assert!(absent.to_string().contains("no member `ip`"), "{absent}");
        let long = made(&[Given::Text("note", "x".repeat(MAX_BODY))], &[]).unwrap_err();
        assert!(long.to_string().contains("the limit"), "{long}");
    }
}
