//! `http.error-json`: refusals are JSON objects with an error code, which a sender can log and alert on, and a hint.

use serde_json::Value;

use crate::contract::{Address, Card, Case, Finding, Pass, Reply, Scene, Shot, Trial, grade};
use crate::model::Verdict;

pub(super) struct ErrorJson;

/// Longest body whose refusal has to be JSON, in bytes. What is longer is often turned away before the application is asked.
const ORDINARY: usize = 64 * 1024;

impl Case for ErrorJson {
    fn card(&self) -> Card {
        Card {
            id: "http.error-json",
            rule: "seed 003 §14.2",
            expected: "every refusal of a postback is a JSON object with a text `error`, and best a text `hint`",
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        let unsigned = scene.deposit(&player).sealed_by(Vec::new());
        scene.forged(unsigned);
        let ill_typed = scene.deposit(&player).json("amount", "\"a hundred\"");
        scene.forged(ill_typed);
        if scene.terms.need_tokens().is_ok() {
            let without_token = scene.deposit(&player).pass(Pass::Missing);
            scene.forged(without_token);
        }
    }

    fn judge(&self, trial: &Trial<'_>) -> Finding {
        let mut seen = 0;
        let (mut wrong, mut lean) = (Vec::new(), Vec::new());
        for (shot, reply) in
            trial.tries().filter_map(|(shot, tried)| Some((shot, refusal(shot, tried.reply.as_ref()?)?)))
        {
            seen += 1;
            match flaw(&reply.body) {
                Some((Verdict::Fail, what)) => wrong.push((shot, format!("({}) {what}", reply.status))),
                Some((_, what)) => lean.push((shot, format!("({}) {what}", reply.status))),
                None => {}
            }
        }
        let found =
            Finding::of_suite(trial, Verdict::Fail, wrong).or_else(|| Finding::of_suite(trial, Verdict::Warn, lean));
        let fine = || match seen {
            0 => Finding::inconclusive("nothing was refused, so there is no refusal to read"),
            seen => Finding::pass(format!("{seen} refusals, each with error and hint")),
        };
        found.unwrap_or_else(fine).worse(grade(trial))
    }
}

/// The answer, where it refuses a postback of ordinary size.
fn refusal<'a>(shot: &Shot, reply: &'a Reply) -> Option<&'a Reply> {
    let ours = shot.request.method == "POST" && shot.request.address == Address::Postback;
    // Limits of rate and of time are often kept by what stands before the application.
    let refuses = (400..500).contains(&reply.status) && !matches!(reply.status, 408 | 429);
    (ours && refuses && !reply.cut && shot.request.body.len() <= ORDINARY).then_some(reply)
}

/// What is wrong with the body of a refusal.
fn flaw(body: &[u8]) -> Option<(Verdict, &'static str)> {
    let Ok(Value::Object(object)) = serde_json::from_slice::<Value>(body) else {
        return Some((Verdict::Fail, if body.is_empty() { "is empty" } else { "is no JSON object" }));
    };
    match (object.get("error"), object.get("hint")) {
        (Some(Value::String(_)), Some(Value::String(_))) => None,
        (Some(Value::String(_)), _) => Some((Verdict::Warn, "has no text `hint`")),
        _ => Some((Verdict::Fail, "has no text `error`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_an_object_with_error_and_hint() {
        for (body, told) in [
            (r#"{"error":"signature_invalid","hint":"check canonical order"}"#, None),
            (r#"{"error":"x"}"#, Some(Verdict::Warn)),
            (r#"{"error":"x","hint":7}"#, Some(Verdict::Warn)),
            (r#"{"error":{"code":1},"hint":"x"}"#, Some(Verdict::Fail)),
            (r#"{"message":"x"}"#, Some(Verdict::Fail)),
            (r#"["error"]"#, Some(Verdict::Fail)),
            ("<html><body>403 Forbidden</body></html>", Some(Verdict::Fail)),
            ("", Some(Verdict::Fail)),
        ] {
            assert_eq!(flaw(body.as_bytes()).map(|(verdict, _)| verdict), told, "{body}");
        }
    }
}
