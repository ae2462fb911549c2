//! What no document can show: closed pipes, terminals, interruptions, and JSON that must fit its schema.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a helper of a test fails by panicking, as the test does")]

use serde_json::Value;
use std::io::{Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

const WRONG: &str = "party Helios \"Hélios\"\nparty Helios \"once more\"\ngrant G from Helios to Nobody\n";

/// A file of its own for each test.
fn file(name: &str, text: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("streams").join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, text).unwrap();
    path
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_counterpart"));
    command.args(arguments).env_remove("NO_COLOR").env("TERM", "xterm");
    command
}

fn start(arguments: &[&str]) -> Child {
    command(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn output(arguments: &[&str]) -> Output {
    command(arguments).output().unwrap()
}

#[test]
fn a_reader_that_goes_away_is_no_fault() {
    for arguments in [&["explain"][..], &["completion", "bash"], &["--help"], &["explain", "--json"]] {
        let mut child = start(arguments);
        drop(child.stdout.take());
        let mut said = String::new();
        child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        assert_eq!((child.wait().unwrap().code(), said.as_str()), (Some(0), ""), "{arguments:?}");
    }
}

#[test]
fn a_terminal_has_colour_and_a_pipe_has_none() {
    let path = file("colour/wrong.deal", WRONG);
    let path = path.to_str().unwrap();
    let piped = output(&["check", path]);
    assert!(!piped.stdout.contains(&0x1b) && !piped.stderr.contains(&0x1b));
    // `script` of util-linux runs a command on a terminal of its own; elsewhere this is left out.
    let on_terminal = |environment: &str| {
        let line = format!("env {environment} {} check {path}", env!("CARGO_BIN_EXE_counterpart"));
        let output =
            Command::new("script").args(["-qec", &line, "/dev/null"]).stdin(Stdio::null()).output().ok()?;
        output.status.code().filter(|code| *code == 2).map(|_| output.stdout)
    };
    let Some(plain) = on_terminal("-u NO_COLOR TERM=xterm") else {
        assert!(std::env::var_os("CI").is_none(), "`script` of util-linux is missing");
        return;
    };
    assert!(plain.contains(&0x1b), "{}", String::from_utf8_lossy(&plain));
    for off in ["NO_COLOR=1", "TERM=dumb"] {
        let bare = on_terminal(off).unwrap();
        assert!(!bare.contains(&0x1b), "{off}: {}", String::from_utf8_lossy(&bare));
        // The words are the same with and without colour.
        assert_eq!(stripped(&plain), stripped(&bare));
    }
}

/// The text without its colours.
fn stripped(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes).replace('\r', "");
    let mut pieces = text.split('\u{1b}');
    let first = pieces.next().unwrap_or_default().to_string();
    pieces.fold(first, |out, piece| out + piece.split_once('m').map_or(piece, |(_, rest)| rest))
}

#[test]
fn an_interruption_ends_it_as_shells_expect() {
    let mut child = start(&["check", "-"]);
    // It waits for its input; the shell reports a death by signal 2 as 130.
    child.stdin.as_mut().unwrap().write_all(b"party").unwrap();
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().signal(), Some(2));
}

#[test]
fn the_json_of_findings_fits_its_schema() {
    let path = file("schema/wrong.deal", WRONG);
    let schema: Value = serde_json::from_str(include_str!("../../../docs/schema/diagnostics.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let mut deals: Vec<PathBuf> = vec![path];
    deals.extend(examples());
    for deal in deals {
        let answer = output(&["check", "--json", deal.to_str().unwrap()]);
        let value: Value = serde_json::from_slice(&answer.stdout).unwrap();
        let faults: Vec<String> = validator.iter_errors(&value).map(|e| e.to_string()).collect();
        assert_eq!(faults, Vec::<String>::new(), "{}", deal.display());
        assert!(!value["diagnostics"].as_array().unwrap().is_empty(), "{}", deal.display());
    }
}

#[test]
fn the_json_of_statements_fits_its_schema() {
    let schema = counterpart_run::statement::schema();
    let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
    let published = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/schema/statement.json");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&published, &text).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&published).unwrap(), text, "UPDATE=1 writes it");
    let validator = jsonschema::validator_for(&schema).unwrap();
    for deal in ["innoviva", "kadcyla", "helios-borealis"] {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../deals").join(deal);
        let answer = output(&["statement", path.to_str().unwrap(), "--as-of", "2032-01-31", "--json"]);
        let value: Value = serde_json::from_slice(&answer.stdout).unwrap();
        let faults: Vec<String> = validator.iter_errors(&value).map(|e| e.to_string()).collect();
        assert_eq!(faults, Vec::<String>::new(), "{deal}");
        assert!(!value["payments"].as_array().unwrap().is_empty(), "{deal}");
    }
}

#[test]
fn a_command_that_fails_answers_in_json_too() {
    let schema: Value = serde_json::from_str(include_str!("../../../docs/schema/failure.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let there = env!("CARGO_MANIFEST_DIR");
    let fails: [&[&str]; 9] = [
        &["statement", "nowhere"],
        &["show", "nowhere"],
        &["due", "nowhere"],
        &["explain", "nothing"],
        &["new", there],
        &["demo", "--save", there],
        &["show", there],
        &["frobnicate"],
        &["due", "--as-of", "soon"],
    ];
    for words in fails {
        let answer = output(&[words, &["--json"]].concat());
        let value: Value = serde_json::from_slice(&answer.stdout).unwrap();
        let faults: Vec<String> = validator.iter_errors(&value).map(|e| e.to_string()).collect();
        assert_eq!(faults, Vec::<String>::new(), "{words:?}");
        assert_eq!(value["error"]["exit"].as_i64(), answer.status.code().map(i64::from), "{words:?}");
        assert!(!answer.stderr.is_empty(), "{words:?}: people are told too");
    }
}

#[test]
fn sarif_names_its_version_its_rules_and_places_that_exist() {
    for deal in examples() {
        let answer = output(&["check", "--format", "sarif", deal.to_str().unwrap()]);
        let value: Value = serde_json::from_slice(&answer.stdout).unwrap();
        assert_eq!(value["version"], "2.1.0");
        let run = &value["runs"][0];
        for result in run["results"].as_array().unwrap() {
            let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(run["tool"]["driver"]["rules"][index]["id"], result["ruleId"]);
            assert!(run["tool"]["driver"]["rules"][index]["shortDescription"]["text"].is_string());
            let region = &result["locations"][0]["physicalLocation"]["region"];
            let number = |name: &str| region[name].as_u64().unwrap();
            assert!((number("startLine"), number("startColumn")) <= (number("endLine"), number("endColumn")));
        }
    }
}

/// The examples of the catalogue.
fn examples() -> Vec<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("errors");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    // Those whose last line has to be repeated are checked by the catalogue's own tests.
    paths.retain(|p| !matches!(p.file_stem().and_then(|s| s.to_str()), Some("file-too-large")));
    paths
}

#[test]
fn the_json_of_a_deal_fits_its_schema() {
    let validator = jsonschema::validator_for(&counterpart_terms::json::schema()).unwrap();
    for template in ["patent", "exclusive", "cross", "university"] {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("streams/deals").join(template);
        let _ = std::fs::remove_dir_all(&folder);
        assert!(output(&["new", "-t", template, folder.to_str().unwrap()]).status.success());
        let answer = output(&["show", "--json", folder.to_str().unwrap()]);
        let value: Value = serde_json::from_slice(&answer.stdout).unwrap();
        let faults: Vec<String> = validator.iter_errors(&value).map(|e| e.to_string()).collect();
        assert_eq!(faults, Vec::<String>::new(), "{template}");
    }
}

/// Every form a command answers in is published, and the answers are as published.
#[test]
fn every_form_is_published() {
    let schemas = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/schema");
    let there = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("streams/forms");
    let _ = std::fs::remove_dir_all(&there);
    std::fs::create_dir_all(&there).unwrap();
    let (deal, saved) = (there.join("deal"), there.join("saved"));
    let (deal, saved) = (deal.to_str().unwrap(), saved.to_str().unwrap());
    let register = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../deals/helios-borealis");
    let register = register.to_str().unwrap();
    let schema =
        serde_json::to_string_pretty(&counterpart_run::inventions::register::schema()).unwrap() + "\n";
    for (name, schema) in counterpart_run::questions::forms() {
        let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        let published = schemas.join(format!("{name}.json"));
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&published, &text).unwrap();
        }
        assert_eq!(std::fs::read_to_string(&published).unwrap(), text, "{name}.json (UPDATE=1 accepts)");
    }
    for (name, schema) in
        [("costs", counterpart_run::costs::schema()), ("net", counterpart_run::balances::schema())]
    {
        let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        let published = schemas.join(format!("{name}.json"));
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&published, &text).unwrap();
        }
        assert_eq!(std::fs::read_to_string(&published).unwrap(), text, "{name}.json (UPDATE=1 accepts)");
    }
    let published = schemas.join("inventions.json");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&published, &schema).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&published).unwrap(), schema, "UPDATE=1 writes it");
    let asked: [&[&str]; 31] = [
        &["new", "-t", "exclusive", deal],
        &["check", deal],
        &["fmt", "--check", deal],
        &["show", deal],
        &["show", deal, "Developer"],
        &["show", deal, "nobody"],
        &["statement", deal, "--as-of", "2030-01-31"],
        &["due", deal, "--as-of", "2026-12-01"],
        &["due", deal, "--as-of", "2030-01-31", "--all"],
        &["costs", register, "--as-of", "2031-12-31"],
        &["net", register, "--as-of", "2031-12-31"],
        &["inventions", register],
        &["inventions", register, "Binder-7", "--as-of", "2028-01-31"],
        &["windows", "../../deals/helios-borealis", "--as-of", "2030-02-01"],
        &["may", "Helios", "sell", "../../deals/helios-borealis", "--in", "DE", "--on", "2031-12-31"],
        &["why", "Storage-Europe in DE is sole", "../../deals/helios-borealis", "--as-of", "2031-12-31"],
        &["why", "Running earned for 2029 Q1", "../../deals/helios-borealis", "--as-of", "2031-12-31"],
        &["rights", "../../deals/helios-borealis", "--as-of", "2031-12-31"],
        &["avails", "../../deals/helios-borealis", "--as-of", "2031-12-31"],
        &["clash", "../../deals/helios-borealis", "--as-of", "2027-01-01"],
        &["status", "../../deals/helios-borealis", "--as-of", "2031-05-01"],
        &["timeline", "../../deals/helios-borealis"],
        &["exit", "../../deals/helios-borealis", "--on", "2031-06-30"],
        &["exit", "../../deals/helios-borealis", "--on", "2031-06-30", "--cause", "will", "--by", "Borealis"],
        &["explain"],
        &["explain", "bad-row"],
        &["doctor"],
        &["completion", "fish"],
        &["demo"],
        &["demo", "--save", saved],
        &["check", "nowhere", "--format", "sarif"],
    ];
    let mut told: Vec<String> = Vec::new();
    for arguments in asked {
        let answer = output(&[arguments, &["--json"]].concat());
        let value: Value = serde_json::from_slice(&answer.stdout).unwrap();
        let form = value["schema"].as_str().unwrap();
        let name = form.strip_prefix("counterpart/").and_then(|f| f.strip_suffix("/1")).unwrap();
        let text = std::fs::read_to_string(schemas.join(format!("{name}.json"))).unwrap();
        let schema: Value = serde_json::from_str(&text).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let faults: Vec<String> = validator.iter_errors(&value).map(|e| e.to_string()).collect();
        assert_eq!(faults, Vec::<String>::new(), "{arguments:?}");
        for field in value.as_object().unwrap().keys() {
            assert!(schema["properties"].get(field).is_some(), "{name}: `{field}` is not published");
        }
        told.push(format!("{name}.json"));
    }
    for entry in std::fs::read_dir(&schemas).unwrap().flatten() {
        let name = entry.file_name().into_string().unwrap();
        assert!(told.contains(&name), "nothing answers in {name}");
    }
}

#[test]
fn every_shell_gets_a_script_that_knows_the_commands() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let answer = output(&["completion", shell]);
        let script = String::from_utf8(answer.stdout).unwrap();
        for word in ["check", "explain", "template", "known-on"] {
            assert!(script.contains(word), "{shell} does not know `{word}`");
        }
    }
    assert_eq!(output(&["completion", "csh"]).status.code(), Some(2));
}

#[test]
fn any_bytes_are_answered_and_none_drive_the_terminal() {
    let mut bytes: Vec<u8> = (0..=255).collect();
    bytes.extend_from_slice("\u{202e}\u{2066}\"\u{1b}]0;title\u{7} \n\tparty\u{0}\r\n  between".as_bytes());
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("streams/any.deal");
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, &bytes).unwrap();
    for format in ["human", "plain", "json", "sarif"] {
        let answer = output(&["check", "--format", format, path.to_str().unwrap()]);
        assert_eq!(answer.status.code(), Some(2), "{}", String::from_utf8_lossy(&answer.stderr));
        let control = |b: &u8| *b < 0x20 && *b != b'\n';
        assert!(!answer.stdout.iter().any(control), "{format}: {}", String::from_utf8_lossy(&answer.stdout));
    }
    assert_eq!(output(&["fmt", path.to_str().unwrap()]).status.code(), Some(2));
    assert_eq!(std::fs::read(&path).unwrap(), bytes);
}

/// The length of the answer is bounded, however much is wrong; and so is its time, or this would take the better part
/// of an hour.
#[test]
fn a_deal_of_nothing_but_mistakes_is_answered_shortly() {
    let mut names = String::from("agreement \"Many\"\n  between A, B\n");
    for number in 0..20_000 {
        names += &format!("pay P{number} from Makr{number} to Lab\n  USD 5 on 2027-01-01\n");
    }
    for number in 0..20_000 {
        names += &format!("2027-04-20 paid Q{number} USD 1\n");
    }
    let mut list = String::from("group G is N0");
    for number in 1..60_000 {
        list += &format!(", N{number}");
    }
    for (name, text) in [("names", names), ("list", list)] {
        let path = file(&format!("mistakes/{name}.deal"), &text);
        let answer = output(&["check", path.to_str().unwrap()]);
        assert_eq!(answer.status.code(), Some(2));
        assert!(answer.stdout.len() < 1 << 20, "{name}: {} bytes", answer.stdout.len());
        assert!(
            String::from_utf8_lossy(&answer.stdout)
                .contains(" more findings of `unknown-name` are not shown")
        );
    }
}
