//! `sortie explain`: what a code means and what to do about it, from the very table that the allocation walks.

use crate::config::{load_line, load_plan_alone, nearest};
use crate::refusal::refusal;
use clap::Args;
use serde_json::{Value, json};
use sortie_core::output::Reason;
use sortie_core::plan::Plan;
use sortie_core::{Code, RULES, Rule};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Arguments of `sortie explain`.
#[derive(Args, Clone, Debug)]
pub struct ExplainArgs {
    /// The code, like NRD; without one, all are explained
    code: Option<String>,
    /// The line's configuration; with it, the outlets that its plan lists are told
    #[arg(long)]
    config: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Runs `sortie explain`; exit code 2 if there is no such code.
///
/// # Errors
/// When the result cannot be written.
pub fn run(args: &ExplainArgs, out: &mut dyn Write) -> io::Result<ExitCode> {
    let wanted = args.code.as_ref().map(|code| code.to_ascii_uppercase());
    if let Some(code) = wanted.as_ref().filter(|code| Reason::from_code(code).is_none()) {
        let codes = Reason::ALL.map(Reason::code);
        let hint = nearest(code, &codes).map_or(String::new(), |code| format!("did you mean {code}? "));
        return refused(2, &format!("there is no code {code}; {hint}codes: {}", codes.join(", ")));
    }
    let plan = match args.config.as_deref().map(plan).transpose() {
        Ok(plan) => plan,
        Err(error) => return refused(1, &error),
    };
    let chosen = |code: &Code| wanted.as_ref().is_none_or(|wanted| wanted == code.text);
    let codes = || RULES.iter().flat_map(|rule| rule.codes.iter().map(move |code| (rule, code)));
    let codes: Vec<_> = codes().filter(|(_, code)| chosen(code)).collect();
    if args.json {
        let list: Vec<Value> = codes.iter().map(|(rule, code)| object(rule, code, plan.as_ref())).collect();
        writeln!(out, "{}", json!({ "codes": list }))?;
        return Ok(ExitCode::SUCCESS);
    }
    for (rule, code) in codes {
        writeln!(out, "{} (rule {}): {}", code.text, rule.number, code.sentence)?;
        writeln!(out, "    the rule looks at {}", rule.looks_at)?;
        writeln!(out, "    what to do: {}", code.remedy)?;
        if let Some(plan) = &plan {
            writeln!(out, "    outlets in plan version {}: {}", plan.version, outlets(plan, code.reason))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn plan(config: &Path) -> Result<Plan, String> {
    let line = load_line(config).map_err(|problems| problems.to_string())?;
    load_plan_alone(&line.files.plan, &line).map_err(|problems| problems.to_string())
}

fn listed(plan: &Plan, reason: Reason) -> Vec<u16> {
    let exception = plan.exceptions.iter().find(|exception| exception.code == reason);
    exception.map_or(Vec::new(), |exception| exception.outlets.to_vec())
}

fn outlets(plan: &Plan, reason: Reason) -> String {
    if reason == Reason::Ok {
        return "the chutes of its flight".to_owned();
    }
    let chutes = listed(plan, reason).into_iter().map(|chute| format!("chute {chute}, then "));
    chutes.collect::<String>() + "the end of line"
}

fn object(rule: &Rule, code: &Code, plan: Option<&Plan>) -> Value {
    json!({
        "code": code.text,
        "rule": rule.number,
        "looks_at": rule.looks_at,
        "sentence": code.sentence,
        "remedy": code.remedy,
        "outlets": plan.map(|plan| listed(plan, code.reason)),
    })
}

fn refused(code: u8, text: &str) -> io::Result<ExitCode> {
    Err(refusal(code, text))
}
