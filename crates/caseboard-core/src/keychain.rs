//! Where keys are kept: the system's keychain behind a port, and one in memory for tests.

use std::{collections::HashMap, sync::Mutex};

use async_trait::async_trait;
use secrecy::{ExposeSecret, SecretString};

/// Service name of every item in the system's keychain.
const SERVICE: &str = "io.caseboard.desktop";

/// Keeps secrets by name. A call can take as long as a person needs to unlock the keychain.
#[async_trait]
pub trait Keychain: Send + Sync {
    /// Reads a secret; `None` if there is none of that name.
    async fn load(&self, name: &str) -> Result<Option<SecretString>, KeychainError>;

    /// Keeps a secret in the place of an older one of that name.
    async fn save(&self, name: &str, secret: &SecretString) -> Result<(), KeychainError>;

    /// Deletes a secret, if there is one of that name.
    async fn delete(&self, name: &str) -> Result<(), KeychainError>;

    /// What answers, as it names itself: another name means that another one keeps the secrets. It is no secret.
    async fn backend(&self) -> Result<String, KeychainError>;
}

/// Why the keychain did not do it. Never holds the secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeychainError {
    /// There is no keychain service on this computer, or it does not answer.
    #[error("there is no keychain: {0}")]
    Absent(String),
    /// There is one, and it refused: locked and not unlocked, or without a place to keep secrets.
    #[error("the keychain refused: {0}")]
    Refused(String),
}

/// The system's keychain: Secret Service, macOS Keychain or Windows Credential Manager.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemKeychain;

#[async_trait]
impl Keychain for SystemKeychain {
    async fn load(&self, name: &str) -> Result<Option<SecretString>, KeychainError> {
        let name = name.to_owned();
        on_own_thread(move || match entry(&name)?.get_password() {
            Ok(secret) => Ok(Some(secret.into())),
            Err(keyring::Error::NoEntry) => Ok(None),
            Err(error) => Err(refused(&error)),
        })
        .await
    }

    async fn save(&self, name: &str, secret: &SecretString) -> Result<(), KeychainError> {
        let (name, secret) = (name.to_owned(), secret.clone());
        on_own_thread(move || {
            entry(&name)?
                .set_password(secret.expose_secret())
                .map_err(|error| refused(&error))
        })
        .await
    }

    async fn delete(&self, name: &str) -> Result<(), KeychainError> {
        let name = name.to_owned();
        on_own_thread(move || match entry(&name)?.delete_credential() {
            Ok(()) | Err(keyring::Error::NoEntry) => Ok(()),
            Err(error) => Err(refused(&error)),
        })
        .await
    }

    async fn backend(&self) -> Result<String, KeychainError> {
        on_own_thread(backend).await
    }
}

/// Secrets in memory, gone with the process.
#[derive(Debug, Default)]
pub struct MemoryKeychain {
    secrets: Mutex<HashMap<String, SecretString>>,
}

#[async_trait]
impl Keychain for MemoryKeychain {
    async fn load(&self, name: &str) -> Result<Option<SecretString>, KeychainError> {
        Ok(self
            .secrets
            .lock()
            .expect("no holder of the lock panics")
            .get(name)
            .cloned())
    }

    async fn save(&self, name: &str, secret: &SecretString) -> Result<(), KeychainError> {
        self.secrets
            .lock()
            .expect("no holder of the lock panics")
            .insert(name.to_owned(), secret.clone());
        Ok(())
    }

    async fn delete(&self, name: &str) -> Result<(), KeychainError> {
        self.secrets
            .lock()
            .expect("no holder of the lock panics")
            .remove(name);
        Ok(())
    }

    async fn backend(&self) -> Result<String, KeychainError> {
        Ok("memory".to_owned())
    }
}

fn entry(name: &str) -> Result<keyring::Entry, KeychainError> {
    keyring::Entry::new(SERVICE, name).map_err(|error| KeychainError::Absent(error.to_string()))
}

fn refused(error: &keyring::Error) -> KeychainError {
    KeychainError::Refused(error.to_string())
}

/// Every Secret Service has the same name on the bus; the program behind it tells one from the other.
#[cfg(all(unix, not(target_os = "macos")))]
fn backend() -> Result<String, KeychainError> {
    let absent = |error: zbus::Error| KeychainError::Absent(error.to_string());
    let session = zbus::blocking::Connection::session().map_err(absent)?;
    let bus = zbus::blocking::fdo::DBusProxy::new(&session).map_err(absent)?;
    let name = zbus::names::BusName::try_from("org.freedesktop.secrets")
        .map_err(|error| KeychainError::Absent(error.to_string()))?;
    let pid = bus.get_connection_unix_process_id(name);
    let pid = pid.map_err(|error| KeychainError::Absent(error.to_string()))?;
    let program = std::fs::read_to_string(format!("/proc/{pid}/comm"));
    // Elsewhere than on Linux nobody tells; then there is one name for all.
    Ok(program.map_or_else(
        |_| "Secret Service".to_owned(),
        |name| name.trim().to_owned(),
    ))
}

#[cfg(not(all(unix, not(target_os = "macos"))))]
fn backend() -> Result<String, KeychainError> {
    let name = if cfg!(windows) {
        "Windows Credential Manager"
    } else {
        "macOS Keychain"
    };
    Ok(name.to_owned())
}

/// A locked keychain blocks its caller until somebody unlocks it, so no task of the runtime may be that caller; nor may it be
/// a thread of the runtime, which waits for them when it ends.
async fn on_own_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, KeychainError> + Send + 'static,
) -> Result<T, KeychainError> {
    let (done, answer) = tokio::sync::oneshot::channel();
    let thread = std::thread::Builder::new().name("keychain".to_owned());
    let began = thread.spawn(move || {
        // Whoever asked may have gone on.
        drop(done.send(work()));
    });
    let failed = || KeychainError::Absent("the keychain's client failed".to_owned());
    began.map_err(|_| failed())?;
    answer.await.unwrap_or_else(|_| Err(failed()))
}

#[cfg(test)]
mod tests {
    use std::{sync::mpsc, thread, time::Duration};

    use super::*;

    #[test]
    fn a_keychain_that_never_answers_keeps_no_process_from_ending() {
        let (_locked, until_unlocked) = mpsc::channel::<()>();
        let (asked, is_asked) = mpsc::channel();
        let (ended, is_over) = mpsc::channel();
        thread::spawn(move || {
            let runtime = tokio::runtime::Runtime::new().unwrap();
            runtime.spawn(on_own_thread(move || {
                asked.send(()).unwrap();
                let refused = |_| KeychainError::Refused(String::new());
                until_unlocked.recv().map_err(refused)
            }));
            is_asked.recv().unwrap();
            drop(runtime);
            ended.send(()).unwrap();
        });
        let is_over = is_over.recv_timeout(Duration::from_secs(10));
        assert!(is_over.is_ok(), "the runtime waits for the keychain");
    }
}
