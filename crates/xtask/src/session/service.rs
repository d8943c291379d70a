//! A program that ends when this one does.

use std::{
    fs::File,
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    time::Duration,
};

use anyhow::{Context as _, Result};

use crate::process::{tail, wait_for};

/// Services answer in under a second; this is for machines with much else to do.
const START: Duration = Duration::from_secs(30);

/// Started by `setsid`, so that process 0 stands for the service and its children. `$0` is the service's standard input.
const GUARD: &str = r#"
"$@" <"$0" &
service=$!
read -r _
trap '' TERM
kill -TERM 0
(sleep 3; kill -KILL 0) &
wait "$service"
kill -KILL 0
"#;

/// A running service. Dropping it, or the end of this program, closes the pipe that its guard reads.
#[derive(Debug)]
pub(super) struct Service {
    name: &'static str,
    dir: PathBuf,
    guard: Child,
    pipe: Option<ChildStdin>,
}

impl Service {
    /// Output goes to `NAME.out` and `NAME.log` in `dir`, never to our own streams: a reader of those would wait for the service.
    pub(super) fn start(
        name: &'static str,
        dir: &Path,
        command: &Command,
        input: Option<&Path>,
    ) -> Result<Self> {
        let create = |end: &str| {
            let path = dir.join(format!("{name}.{end}"));
            File::create(&path).with_context(|| format!("cannot write {}", path.display()))
        };
        let mut guard = Command::new("setsid");
        guard
            .args(["sh", "-c", GUARD])
            .arg(input.unwrap_or(Path::new("/dev/null")));
        guard.arg(command.get_program()).args(command.get_args());
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => guard.env(name, value),
                None => guard.env_remove(name),
            };
        }
        guard
            .stdin(Stdio::piped())
            .stdout(create("out")?)
            .stderr(create("log")?);
        let mut guard = guard
            .spawn()
            .with_context(|| format!("cannot start the {name}"))?;
        let pipe = guard.stdin.take();
        Ok(Self {
            name,
            dir: dir.to_path_buf(),
            guard,
            pipe,
        })
    }

    /// Where its standard output goes.
    pub(super) fn output(&self) -> PathBuf {
        self.dir.join(format!("{}.out", self.name))
    }

    /// Asks until the service can be used; its log is part of the error when it never can.
    pub(super) fn wait_until<T>(&self, mut ready: impl FnMut(&Self) -> Option<T>) -> Result<T> {
        let answer = wait_for(&format!("the private {}", self.name), START, || {
            Ok(ready(self))
        });
        answer.with_context(|| {
            format!(
                "its log says:\n{}",
                tail(&self.dir.join(format!("{}.log", self.name)))
            )
        })
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        drop(self.pipe.take());
        // The guard ends itself with its service, so its status says nothing.
        drop(self.guard.wait());
    }
}
