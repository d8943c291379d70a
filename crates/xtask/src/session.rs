//! A desktop session of its own: display, home folder, session bus and unlocked keyring, ended with whoever asked for it.
//!
//! Nothing of the user's is read or written. Each service runs under a small shell that holds one end of a pipe whose other end is
//! ours: when this program ends, however it ends, the pipe closes and the shell ends the service and all that it started.

pub(crate) mod bus;
mod service;

use std::{
    collections::BTreeMap,
    env,
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use anyhow::{Context as _, Result, bail};
use serde_json::json;

use self::service::Service;
use crate::process::{exit_code, has, program, status, succeed};

/// Sockets lie below the runtime folder; the system takes paths of at most 107 bytes.
const LONGEST_RUNTIME_DIR: usize = 80;

/// Protects nothing: the keyring holds what a practice server or a test made up.
const KEYRING_PASSWORD: &str = "throwaway";

/// What a session is made of, beside its home folder and its bus.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Parts {
    pub(crate) display: bool,
    pub(crate) keyring: bool,
}

/// A running session. Dropping it ends all that it started.
#[derive(Debug)]
pub(crate) struct Session {
    environment: Environment,
    services: Vec<Service>,
    /// Held as long as the session lives: two of them in one folder would take each other's sockets.
    _lock: File,
}

/// The variables that make a program part of the session.
pub(crate) type Environment = BTreeMap<&'static str, String>;

/// `cargo xtask session`: with a command, ends with it; without one, prints the environment and holds until standard input closes.
pub(crate) fn hold(dir: &Path, keyring: bool, command: &[String]) -> Result<ExitCode> {
    let session = Session::start(
        dir,
        Parts {
            display: true,
            keyring,
        },
    )?;
    if let Some((name, arguments)) = command.split_first() {
        let mut command = Command::new(name);
        return Ok(exit_code(status(
            command.args(arguments).envs(session.environment()),
        )?));
    }
    println!("{}", json!(session.environment()));
    io::copy(&mut io::stdin(), &mut io::sink()).context("cannot read standard input")?;
    Ok(ExitCode::SUCCESS)
}

impl Session {
    /// Starts what is asked for and waits until it can be used. Home and keyring of an earlier session in this folder are used again.
    pub(crate) fn start(dir: &Path, parts: Parts) -> Result<Self> {
        for needed in [
            "setsid",
            "dbus-daemon",
            "gdbus",
            "gnome-keyring-daemon",
            "Xvfb",
        ] {
            if !has(needed) {
                bail!("{needed} is missing: run `cargo xtask setup`");
            }
        }
        fs::create_dir_all(dir).with_context(|| format!("cannot make {}", dir.display()))?;
        let dir = dir.canonicalize()?;
        let lock = lock(&dir)?;
        let mut session = Self {
            environment: private_folders(&dir)?,
            services: Vec::new(),
            _lock: lock,
        };
        if parts.display {
            session.start_display(&dir)?;
        } else {
            session.keep_display();
        }
        session.start_bus(&dir, parts.keyring)?;
        if parts.keyring {
            session.start_keyring(&dir)?;
        }
        Ok(session)
    }

    pub(crate) fn environment(&self) -> &Environment {
        &self.environment
    }

    fn start_display(&mut self, dir: &Path) -> Result<()> {
        // Xvfb takes a free number itself and writes it down once it listens.
        let mut display = Command::new("Xvfb");
        display.args([
            "-displayfd",
            "1",
            "-screen",
            "0",
            "2560x1440x24",
            "-nolisten",
            "tcp",
            "-noreset",
        ]);
        let display = Service::start("display", dir, &display, None)?;
        let number = display.wait_until(|service| {
            let number = fs::read_to_string(service.output()).unwrap_or_default();
            number.strip_suffix('\n').map(str::to_owned)
        })?;
        self.services.push(display);
        self.environment.insert("DISPLAY", format!(":{number}"));
        self.environment.insert("GDK_BACKEND", "x11".to_owned());
        Ok(())
    }

    /// The user's display is found through their home and runtime folders, which are not those of the session.
    fn keep_display(&mut self) {
        let folder = |name| env::var_os(name).map(PathBuf::from);
        let wayland = folder("XDG_RUNTIME_DIR").zip(folder("WAYLAND_DISPLAY"));
        let x11 = folder("XAUTHORITY").or_else(|| Some(env::home_dir()?.join(".Xauthority")));
        // A socket's path that is absolute already stays as it is.
        let socket = wayland.map(|(folder, socket)| folder.join(socket));
        for (name, path) in [("WAYLAND_DISPLAY", socket), ("XAUTHORITY", x11)] {
            if let Some(path) = path.filter(|path| path.exists()) {
                self.environment
                    .insert(name, path.to_string_lossy().into_owned());
            }
        }
    }

    fn start_bus(&mut self, dir: &Path, activation: bool) -> Result<()> {
        let address = format!("unix:path={}/bus", self.environment["XDG_RUNTIME_DIR"]);
        let mut daemon = Command::new("dbus-daemon");
        daemon.args(["--nofork", "--nopidfile", &format!("--address={address}")]);
        if activation {
            daemon.arg("--session");
        } else {
            let configuration = dir.join("bus.conf");
            write(&configuration, bus::WITHOUT_ACTIVATION)?;
            daemon.arg(format!("--config-file={}", configuration.display()));
        }
        // What the bus starts for others belongs to this session, not to the caller's.
        daemon
            .envs(&self.environment)
            .env("DBUS_SESSION_BUS_ADDRESS", &address);
        let daemon = Service::start("bus", dir, &daemon, None)?;
        self.environment.insert("DBUS_SESSION_BUS_ADDRESS", address);
        daemon.wait_until(|_| bus::answers(&self.environment).then_some(()))?;
        self.services.push(daemon);
        Ok(())
    }

    fn start_keyring(&mut self, dir: &Path) -> Result<()> {
        let password = dir.join("keyring.password");
        write(&password, KEYRING_PASSWORD)?;
        let mut keyring = Command::new("gnome-keyring-daemon");
        keyring
            .args(["--foreground", "--unlock", "--components=secrets"])
            .envs(&self.environment);
        let keyring = Service::start("keyring", dir, &keyring, Some(&password))?;
        keyring.wait_until(|_| bus::secrets_are_open(&self.environment).then_some(()))?;
        self.services.push(keyring);
        Ok(())
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // The keyring before its bus, the bus before the display.
        while let Some(service) = self.services.pop() {
            drop(service);
        }
        // Sockets are of no use any more, and may lie outside the session's folder.
        drop(fs::remove_dir_all(&self.environment["XDG_RUNTIME_DIR"]));
    }
}

fn lock(dir: &Path) -> Result<File> {
    let path = dir.join("lock");
    let lock = File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => {
            bail!("another session uses {}: end it first", dir.display())
        }
        Err(TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("cannot lock {}", path.display()))
        }
    }
}

/// Makes the folders and names them. Home is kept from one session to the next, sockets are not.
fn private_folders(dir: &Path) -> Result<Environment> {
    let home = dir.join("home");
    let runtime = runtime_dir(dir);
    if runtime.exists() {
        fs::remove_dir_all(&runtime)
            .with_context(|| format!("cannot remove {}", runtime.display()))?;
    }
    let folders = [
        ("HOME", home.clone()),
        ("XDG_RUNTIME_DIR", runtime),
        ("XDG_DATA_HOME", home.join(".local/share")),
        ("XDG_STATE_HOME", home.join(".local/state")),
        ("XDG_CONFIG_HOME", home.join(".config")),
        ("XDG_CACHE_HOME", home.join(".cache")),
    ];
    let mut environment = Environment::new();
    for (name, folder) in folders {
        // A runtime folder that others can read is refused by those who use it.
        succeed(program("mkdir").args(["-p", "-m", "700"]).arg(&folder))?;
        let folder = folder.into_os_string().into_string();
        environment.insert(
            name,
            folder
                .ok()
                .with_context(|| format!("the path of {} is not Unicode", dir.display()))?,
        );
    }
    // Settings stay in memory and the accessibility bridge stays out: both would only start more services.
    environment.insert("GSETTINGS_BACKEND", "memory".to_owned());
    environment.insert("NO_AT_BRIDGE", "1".to_owned());
    Ok(environment)
}

fn runtime_dir(dir: &Path) -> PathBuf {
    let usual = dir.join("runtime");
    if usual.as_os_str().len() <= LONGEST_RUNTIME_DIR {
        usual
    } else {
        env::temp_dir().join(format!("caseboard-{}", std::process::id()))
    }
}

fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}
