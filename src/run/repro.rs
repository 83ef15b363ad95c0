//! How to see a failed case again: a line for postproof, which signs afresh with fresh ids, and a line for a shell, which
//! sends exactly the bytes that failed. Both take their secrets from where the target's own lie.

use std::fmt::Write as _;

use jiff::Timestamp;

use super::Inputs;
use super::site::Site;
use super::suite::address;
use crate::contract::{Finding, Plan, Visited};
use crate::model::{Check, Verdict};
use crate::report::RunReport;
use crate::scenario::{Scenario, SecretSource};
use crate::send::{Shell, ShellSecret};

/// What repeats the cases of one suite.
pub(super) struct Repro<'a> {
    pub(super) site: &'a Site,
    pub(super) scenario: &'a Scenario,
    /// The flags of the command line that name the target, ready to be pasted.
    pub(super) flags: &'a str,
    pub(super) inputs: &'a Inputs,
    pub(super) now: Timestamp,
}

impl Repro<'_> {
    /// The lines for a case that did not pass: what a shell sends is the shot that shows it, or the visits that were played.
    pub(super) fn lines(&self, case: &str, plan: &Plan, visited: &[Visited], finding: &Finding) -> Vec<String> {
        if matches!(finding.verdict, Verdict::Pass | Verdict::Skipped) {
            return Vec::new();
        }
        let mut lines = vec![format!("postproof replay {case}{}", self.flags)];
        lines.extend(finding.shown_by.first().and_then(|&shot| self.shell(plan, shot)));
        // A player who never got to the operator's form may have been led to a host that nobody allowed.
        if visited.iter().any(|visited| !visited.deliveries.is_empty()) {
            lines.extend(self.outing(plan));
        }
        lines
    }

    /// The shell's line for a shot; `None` for the stack inside this process, whose secrets nobody has.
    pub(super) fn shell(&self, plan: &Plan, shot: usize) -> Option<String> {
        let target = self.scenario.target.as_ref()?;
        let request = &plan.shots().nth(shot)?.request;
        let wire = request.wire(&self.site.dialect, self.now).ok()?;
        let token = match &target.bearer_env {
            Some(variable) => ShellSecret::Variable(variable.clone()),
            None => place(&target.jwt_secret),
        };
        let files = self.files();
        let shell = Shell { dialect: &self.site.dialect, secret: &place(&target.secret), token: &token, files: &files };
        Some(shell.line(address(self.site, &wire).as_str(), request, &wire))
    }

    /// curl's options for the target's files of certificates, with their paths.
    pub(super) fn files(&self) -> Vec<(&'static str, String)> {
        let Some(target) = &self.scenario.target else { return Vec::new() };
        let mut files = Vec::new();
        files.extend(target.ca_file.as_ref().map(|path| ("--cacert", path.display().to_string())));
        if let Some((certificate, key)) = &target.client_files {
            files.push(("--cert", certificate.display().to_string()));
            files.push(("--key", key.display().to_string()));
        }
        files
    }
}

/// All lines of a report as one script, each under what it shows.
pub(super) fn script(report: &RunReport) -> String {
    let mut script = String::from(
        "#!/bin/sh\n# What did not pass, to be seen again. The secrets are taken from the environment or their files.\n",
    );
    for Check { id, observed, repro, .. } in report.checks.iter().filter(|check| check.repro.len() > 1) {
        let _ = write!(script, "\n# {id}: {}\n# with fresh ids: {}\n", observed.replace('\n', " "), repro[0]);
        for line in &repro[1..] {
            let _ = writeln!(script, "{line}");
        }
    }
    script
}

fn place(source: &SecretSource) -> ShellSecret {
    match source {
        SecretSource::Env(variable) => ShellSecret::Variable(variable.clone()),
        SecretSource::DefaultEnv(variable) => ShellSecret::Variable((*variable).to_owned()),
        SecretSource::File(path) => ShellSecret::File(path.clone()),
    }
}
