//! The program in a terminal, and whoever sits there.

use std::{
    fs::File,
    io::{Read as _, Write as _},
    process::{Child, Command, Stdio},
};

use rustix::{
    fs::{Mode, OFlags, open},
    pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt},
};

/// A terminal in which one program runs.
pub(crate) struct Terminal {
    child: Child,
    screen: File,
    shown: String,
}

impl Terminal {
    /// Starts a program with a terminal for its questions. What it prints at the end is read apart.
    pub(crate) fn start(mut command: Command) -> Self {
        let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
        let screen = openpt(flags).unwrap();
        grantpt(&screen).unwrap();
        unlockpt(&screen).unwrap();
        let name = ptsname(&screen, Vec::new()).unwrap();
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
        let inside = File::from(open(name, flags, Mode::empty()).unwrap());
        command
            .stdin(inside.try_clone().unwrap())
            .stderr(inside)
            .stdout(Stdio::piped());
        let child = command.spawn().unwrap();
        Self {
            child,
            screen: screen.into(),
            shown: String::new(),
        }
    }

    /// Reads until it asks something; tells what was shown since the last answer.
    pub(crate) fn question(&mut self) -> String {
        while !self.shown.ends_with("[y/N] ") {
            assert!(self.read(), "it asks nothing after {}", self.shown);
        }
        std::mem::take(&mut self.shown)
    }

    pub(crate) fn answer(&mut self, line: &str) {
        writeln!(self.screen, "{line}").unwrap();
    }

    /// Its exit code, what it printed and what else was shown.
    pub(crate) fn end(mut self) -> (Option<i32>, String, String) {
        while self.read() {}
        let output = self.child.wait_with_output().unwrap();
        let printed = String::from_utf8(output.stdout).unwrap();
        (output.status.code(), printed, self.shown)
    }

    /// Reads some more. Nothing is left when the program has ended.
    fn read(&mut self) -> bool {
        let mut some = [0; 4096];
        let n = self.screen.read(&mut some).unwrap_or(0);
        self.shown += &String::from_utf8_lossy(&some[..n]);
        n > 0
    }
}
