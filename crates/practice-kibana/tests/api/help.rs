//! The lines that README and `--help` give to copy are true.

use std::{env, fs};

use axum::{body::Body, http::Request};
use practice_kibana::{Options, Rights, read_keys};
use uuid::Uuid;

use crate::{PROFILE, support::Server};

const HELP: &str = include_str!("../../src/help.txt");
const README: &str = include_str!("../../../../README.md");

/// Splits a command into words as a shell does, without its variables.
fn words(command: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), String::new(), None);
    for c in command.chars() {
        match quote {
            Some(open) if c == open => quote = None,
            None if c == '\'' || c == '"' => quote = Some(c),
            None if c.is_whitespace() => words.push(std::mem::take(&mut word)),
            _ => word.push(c),
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words
}

/// The commands of a text that call curl, each in one line.
fn curls(text: &str) -> Vec<String> {
    let text = text.replace("\\\n", " ");
    let mut commands: Vec<String> = Vec::new();
    let mut is_open = false;
    for line in text.lines() {
        if is_open {
            let command = commands.last_mut().expect("a command was begun");
            command.push(' ');
            command.push_str(line.trim());
        } else if line.trim().starts_with("curl ") {
            commands.push(line.trim().to_owned());
        } else {
            continue;
        }
        let command = commands.last().expect("it was pushed");
        is_open = command.matches('\'').count() % 2 == 1;
    }
    commands
}

fn request(command: &str, key: &str) -> Request<Body> {
    let mut request = Request::builder();
    let mut body = Body::empty();
    let mut words = words(command).into_iter().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "-H" => {
                let header = words.next().expect("a header follows");
                let header = header.replace("$KEY", key);
                let (name, value) = header.split_once(": ").expect("headers have a colon");
                request = request.header(name, value);
            }
            "-d" => {
                body = Body::from(words.next().expect("a body follows"));
                request = request.method("POST");
            }
            address => {
                let path = address.strip_prefix("$URL").expect("the address is $URL");
                request = request.uri(path);
            }
        }
    }
    request.body(body).expect("the line is a request")
}

#[tokio::test]
async fn curl_lines_succeed() {
    for (text, count) in [(HELP, 4), (README, 2)] {
        let server = Server::new(Options {
            profile: PROFILE,
            ..Options::default()
        });
        let commands = curls(text);
        assert_eq!(commands.len(), count, "{commands:?}");
        for command in commands {
            let reply = server
                .raw(request(&command, server.practice.api_key()))
                .await;
            assert_eq!(reply.status, 200, "{command}: {}", reply.body);
            let found = ["/total", "/hits/total/value", "/id"]
                .iter()
                .find_map(|pointer| reply.body.pointer(pointer));
            assert!(
                found.is_some_and(|found| *found != 0),
                "{command}: {}",
                reply.body
            );
        }
    }
}

#[test]
fn key_files_are_read() {
    for text in [HELP, README] {
        let start = text.find("[[key]]").expect("there is an example");
        let example: Vec<&str> = (text.split_at(start).1)
            .lines()
            .take(4)
            .map(str::trim)
            .collect();
        let path = env::temp_dir().join(format!("practice-keys-{}.toml", Uuid::new_v4()));
        fs::write(&path, example.join("\n")).expect("the folder can be written");
        let keys = read_keys(&path).expect("the example is right");
        fs::remove_file(&path).expect("it was just written");
        let spaces: Vec<(&str, Rights)> = keys[0]
            .spaces
            .iter()
            .map(|(space, rights)| (space.as_str(), *rights))
            .collect();
        assert_eq!(spaces, [("*", Rights::None), ("soc", Rights::Read)]);
    }
}
