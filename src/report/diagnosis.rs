//! What a report says of the diagnosis: the causes of the gap, by how much each explains, and what none of them does.

use std::io::{Result, Write};

use schemars::JsonSchema;
use serde::Serialize;

use super::table;
use crate::attribution::diagnosis::{Diagnosis, Explanation, Subject};

/// What explains that the two methods do not agree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DiagnosisBlock {
    /// The causes, those that explain most first. None where nothing is wrong, and where nothing is clear enough to be named.
    pub causes: Vec<CauseBlock>,
    /// What no cause explains. Cookies that browsers lose without any error are among the conversions seen by S2S alone.
    pub unexplained: UnexplainedBlock,
}

/// A cause that is named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CauseBlock {
    /// Its name, such as `click-id-truncated`.
    pub cause: &'static str,
    /// What went wrong.
    pub about: &'static str,
    /// `proof`: the messages themselves say it. `pattern`: what is missing has something in common, beyond chance.
    pub strength: &'static str,
    /// How much it explains.
    pub explained: ExplainedBlock,
    /// The evidence in one sentence.
    pub evidence: String,
    /// What to do.
    pub advice: &'static str,
    /// Up to ten ids to look at: transactions where they are known, else click ids, accounts or rows of the log.
    pub ids: Vec<String>,
}

/// How much a cause explains. Nothing is explained by two causes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ExplainedBlock {
    /// All of what follows.
    pub total: u64,
    /// Conversions seen by cookie alone.
    pub cookie_only: u64,
    /// Conversions seen by S2S alone.
    pub s2s_only: u64,
    /// Conversions seen by both and not told alike: another amount, another instant, a spoilt id.
    pub told_differently: u64,
    /// Conversions that one method counted again.
    pub doubled: u64,
    /// Postbacks that were credited to no click, of conversions that the cookie side did not see.
    pub unattributed: u64,
}

/// What no cause explains.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct UnexplainedBlock {
    /// Conversions seen by cookie alone.
    pub cookie_only: u64,
    /// Conversions seen by S2S alone.
    pub s2s_only: u64,
    /// Conversions that one method counted again.
    pub doubled: u64,
    /// Postbacks that were credited to no click, of conversions that the cookie side did not see.
    pub unattributed: u64,
}

impl DiagnosisBlock {
    /// The report's form of a diagnosis.
    pub fn of(diagnosis: &Diagnosis) -> Self {
        let open = diagnosis.open;
        Self {
            causes: diagnosis.explanations.iter().map(CauseBlock::of).collect(),
            unexplained: UnexplainedBlock {
                cookie_only: open.cookie_only,
                s2s_only: open.s2s_only,
                doubled: open.doubled,
                unattributed: open.unattributed,
            },
        }
    }

    /// Writes it as a section of a table, with a line end behind it.
    ///
    /// # Errors
    /// When the writer fails.
    pub fn write_table(&self, out: &mut dyn Write) -> Result<()> {
        writeln!(out, "{}", table::diagnosis::section(self))
    }
}

impl CauseBlock {
    fn of(explanation: &Explanation) -> Self {
        Self {
            cause: explanation.cause,
            about: explanation.about,
            strength: explanation.strength.word(),
            explained: ExplainedBlock::of(&explanation.subjects),
            evidence: explanation.evidence.clone(),
            advice: explanation.advice,
            ids: explanation.ids.clone(),
        }
    }
}

impl ExplainedBlock {
    fn of(subjects: &[Subject]) -> Self {
        let mut block = Self { total: subjects.len() as u64, ..Self::default() };
        for subject in subjects {
            *match subject {
                Subject::CookieOnly(_) => &mut block.cookie_only,
                Subject::S2sOnly(_) => &mut block.s2s_only,
                Subject::Pair(_) => &mut block.told_differently,
                Subject::Doubled(_) => &mut block.doubled,
                Subject::Unattributed(_) => &mut block.unattributed,
            } += 1;
        }
        block
    }

    /// What it consists of, in words, without what is none.
    pub(super) fn parts(&self) -> String {
        let parts = [
            (self.cookie_only, "cookie only"),
            (self.s2s_only, "S2S only"),
            (self.told_differently, "told differently"),
            (self.doubled, "doubled"),
            (self.unattributed, "unattributed"),
        ];
        let parts = parts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}"));
        parts.collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attribution::diagnosis::{Open, Strength};

    fn diagnosis() -> Diagnosis {
        let explanation = Explanation {
            cause: "click-id-truncated",
            about: "the click id is cut short on its way to the postback",
            advice: "make room for the whole of it",
            strength: Strength::Proof,
            subjects: vec![Subject::CookieOnly(3), Subject::CookieOnly(5), Subject::Unattributed(1), Subject::Pair(0)],
            evidence: "2 postbacks have the beginning of a known click id.".to_owned(),
            ids: vec!["dep_3".to_owned(), "dep_\u{1b}[31m5".to_owned()],
        };
        let mut diagnosis = Diagnosis::default();
        diagnosis.explanations.push(explanation);
        diagnosis.open = Open { cookie_only: 0, s2s_only: 340, unattributed: 2, doubled: 0 };
        diagnosis
    }

    #[test]
    fn what_is_explained_is_counted_by_kind() {
        let block = DiagnosisBlock::of(&diagnosis());
        let json = serde_json::to_value(&block).expect("JSON");
        assert_eq!(json["causes"][0]["explained"]["total"], 4);
        assert_eq!(json["causes"][0]["explained"]["cookie_only"], 2);
        assert_eq!(json["causes"][0]["strength"], "proof");
        assert_eq!(json["unexplained"]["s2s_only"], 340);
        assert_eq!(block.causes[0].explained.parts(), "2 cookie only, 1 told differently, 1 unattributed");
    }

    #[test]
    fn the_table_names_cause_evidence_advice_and_ids() {
        let mut out = Vec::new();
        DiagnosisBlock::of(&diagnosis()).write_table(&mut out).expect("memory takes all");
        let text = String::from_utf8(out).expect("UTF-8");
        for part in ["click-id-truncated", "proof", "2 postbacks have", "make room", "dep_3", "340 S2S only"] {
            assert!(text.contains(part), "{part} is missing in\n{text}");
        }
        assert!(!text.contains('\u{1b}') && text.lines().all(|line| line.chars().count() <= 100), "{text}");
    }

    #[test]
    fn nothing_to_name_is_said() {
        let mut out = Vec::new();
        DiagnosisBlock::of(&Diagnosis::default()).write_table(&mut out).expect("memory takes all");
        let text = String::from_utf8(out).expect("UTF-8");
        assert!(text.contains("no cause is clear enough to be named"), "{text}");
    }
}
