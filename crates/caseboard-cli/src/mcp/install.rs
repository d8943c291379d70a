//! Sets up a client of agents: one entry in its configuration, which never holds a key.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
};

use caseboard_core::code::{CommandError, ErrorCode};
use serde_json::{Map, Value, json};

use crate::{
    args::Client,
    context::invalid,
    told::{Result, Told},
};

/// What the entry is called.
const NAME: &str = "caseboard";

/// What a client is to start.
pub(crate) struct Wanted<'a> {
    pub(crate) client: Client,
    pub(crate) profile: Option<&'a str>,
    pub(crate) only: &'a [String],
    pub(crate) practice: bool,
    pub(crate) print: bool,
}

/// Writes the configuration of a client, or tells what to write.
///
/// # Errors
/// `invalid_input` if what is there cannot be read: it is left as it is then.
pub(crate) fn install(
    wanted: &Wanted<'_>,
    program: &Path,
    variable: impl Fn(&str) -> Option<String>,
) -> Result {
    let args = wanted.args();
    if wanted.client == Client::ClaudeCode {
        let quoted = args.iter().map(|arg| quoted(arg)).collect::<Vec<_>>();
        let program = quoted_path(program);
        let told = format!(
            "Run this where Claude Code is installed:\n  claude mcp add --scope user {NAME} -- {program} {}",
            quoted.join(" ")
        );
        return Ok(told.into());
    }
    let (list, entry) = entry(wanted.client, program, &args);
    if wanted.print {
        let text = json!({list: {NAME: entry}});
        return Ok(pretty(&text).into());
    }
    let file = file(wanted.client, variable)?;
    let before = read(&file)?;
    let after = with(before, list, entry)?;
    write(&file, &pretty(&after)).map_err(|error| failed(&file, &error.to_string()))?;
    let told = format!(
        "{} now starts {NAME} for agents. Restart the client.\nWhat an agent may write is granted with `caseboard agent grant`.",
        file.display()
    );
    Ok(Told::from(told))
}

impl Wanted<'_> {
    fn args(&self) -> Vec<String> {
        let mut args = Vec::new();
        if let Some(profile) = self.profile {
            args.extend(["--profile".to_owned(), profile.to_owned()]);
        }
        args.extend(["mcp", "--as", self.client.name()].map(str::to_owned));
        for only in self.only {
            args.extend(["--only".to_owned(), only.clone()]);
        }
        if self.practice {
            args.push("--practice".to_owned());
        }
        args
    }
}

impl Client {
    fn name(self) -> &'static str {
        match self {
            Self::ClaudeDesktop => "claude-desktop",
            Self::ClaudeCode => "claude-code",
            Self::Cursor => "cursor",
            Self::Vscode => "vscode",
        }
    }
}

/// The name of the list of servers, and the entry in it.
fn entry(client: Client, program: &Path, args: &[String]) -> (&'static str, Value) {
    let program = program.to_string_lossy();
    let entry = json!({"command": program, "args": args});
    match client {
        Client::Vscode => {
            let mut entry = entry;
            entry["type"] = "stdio".into();
            ("servers", entry)
        }
        Client::ClaudeDesktop | Client::ClaudeCode | Client::Cursor => ("mcpServers", entry),
    }
}

/// Where a client keeps its configuration.
fn file(client: Client, variable: impl Fn(&str) -> Option<String>) -> Result<PathBuf> {
    let set = |name: &str| variable(name).filter(|value| !value.is_empty());
    let home = set("HOME").or_else(|| set("USERPROFILE"));
    let home = home
        .map(PathBuf::from)
        .ok_or_else(|| invalid("client", "HOME does not say where its configuration is"))?;
    let config = if cfg!(target_os = "macos") {
        home.join("Library/Application Support")
    } else if cfg!(windows) {
        set("APPDATA").map_or_else(|| home.join("AppData/Roaming"), PathBuf::from)
    } else {
        set("XDG_CONFIG_HOME").map_or_else(|| home.join(".config"), PathBuf::from)
    };
    Ok(match client {
        Client::ClaudeDesktop => config.join("Claude/claude_desktop_config.json"),
        Client::Cursor => home.join(".cursor/mcp.json"),
        Client::Vscode => config.join("Code/User/mcp.json"),
        Client::ClaudeCode => home.join(".claude.json"),
    })
}

fn read(file: &Path) -> Result<Map<String, Value>> {
    let text = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Map::new()),
        Err(error) => return Err(failed(file, &error.to_string())),
    };
    if text.trim().is_empty() {
        return Ok(Map::new());
    }
    serde_json::from_str(&text).map_err(|_| {
        failed(
            file,
            "it is no plain JSON; --print shows what to add by hand",
        )
    })
}

fn with(mut config: Map<String, Value>, list: &str, entry: Value) -> Result<Value> {
    let servers = config
        .entry(list)
        .or_insert_with(|| Value::Object(Map::new()));
    let servers = servers.as_object_mut().ok_or_else(|| {
        let reason = format!("{list} in its configuration is no object; --print shows what to add");
        invalid("client", &reason)
    })?;
    servers.insert(NAME.to_owned(), entry);
    Ok(Value::Object(config))
}

/// In the place of the old file, whole or not at all.
fn write(file: &Path, text: &str) -> std::io::Result<()> {
    let dir = file.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(dir)?;
    // Through a link to where it points, which stays.
    let file = std::fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
    let dir = file.parent().unwrap_or(dir);
    let mut new = tempfile::NamedTempFile::new_in(dir)?;
    if let Ok(before) = std::fs::metadata(&file) {
        new.as_file().set_permissions(before.permissions())?;
    }
    writeln!(new, "{text}")?;
    new.as_file().sync_all()?;
    new.persist(&file).map_err(|error| error.error)?;
    Ok(())
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).expect("it is JSON")
}

fn quoted_path(path: &Path) -> String {
    quoted(&path.to_string_lossy())
}

fn quoted(arg: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=".contains(c);
    if !arg.is_empty() && arg.chars().all(plain) {
        return arg.to_owned();
    }
    format!("'{}'", arg.replace('\'', r"'\''"))
}

fn failed(file: &Path, reason: &str) -> CommandError {
    CommandError {
        code: ErrorCode::InvalidInput,
        message: format!("{}: {reason}", file.display()),
        hint: None,
        retryable: false,
        detail: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set_up(home: &Path, client: Client, print: bool) -> Result {
        let home = home.to_string_lossy().into_owned();
        let variables = move |name: &str| {
            Some(match name {
                "HOME" => home.clone(),
                "KIBANA_API_KEY" => "canary".to_owned(),
                "XDG_CONFIG_HOME" => format!("{home}/config"),
                "APPDATA" => format!("{home}/AppData"),
                _ => return None,
            })
        };
        let wanted = Wanted {
            client,
            profile: Some("work"),
            only: &["PROD/soc".to_owned()],
            practice: false,
            print,
        };
        install(&wanted, Path::new("/opt/case board/caseboard"), variables)
    }

    #[test]
    fn every_client_is_set_up_and_no_key_is_in_it() {
        let home = tempfile::tempdir().unwrap();
        for (client, list) in [
            (Client::ClaudeDesktop, "mcpServers"),
            (Client::Cursor, "mcpServers"),
            (Client::Vscode, "servers"),
        ] {
            let told = set_up(home.path(), client, false).unwrap().text;
            let file = told.split(" now starts").next().unwrap();
            let text = std::fs::read_to_string(file).unwrap();
            let config: Value = serde_json::from_str(&text).unwrap();
            let entry = &config[list][NAME];
            assert_eq!(entry["command"], "/opt/case board/caseboard");
            let args = [
                "--profile",
                "work",
                "mcp",
                "--as",
                client.name(),
                "--only",
                "PROD/soc",
            ];
            assert_eq!(entry["args"], json!(args));
            assert!(
                entry.get("env").is_none() && !text.contains("canary"),
                "{text}"
            );
            let printed = set_up(home.path(), client, true).unwrap().text;
            assert_eq!(serde_json::from_str::<Value>(&printed).unwrap(), config);
        }
        let told = set_up(home.path(), Client::ClaudeCode, false).unwrap().text;
        let line = "claude mcp add --scope user caseboard -- '/opt/case board/caseboard' --profile work mcp --as claude-code --only PROD/soc";
        assert!(told.ends_with(line), "{told}");
    }

    #[test]
    fn what_is_there_stays() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join(".cursor/mcp.json");
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        let other =
            json!({"mcpServers": {"other": {"command": "x", "env": {"A": "b"}}}, "theme": 1});
        std::fs::write(&file, other.to_string()).unwrap();
        for _ in 0..2 {
            set_up(home.path(), Client::Cursor, false).unwrap();
        }
        let now: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        assert_eq!(now["mcpServers"]["other"], other["mcpServers"]["other"]);
        assert_eq!(now["theme"], 1);
        assert_eq!(now["mcpServers"].as_object().unwrap().len(), 2);
        for broken in ["// a comment\n{}", "[]", r#"{"mcpServers": []}"#] {
            std::fs::write(&file, broken).unwrap();
            assert!(set_up(home.path(), Client::Cursor, false).is_err());
            assert_eq!(std::fs::read_to_string(&file).unwrap(), broken);
        }
    }
}
