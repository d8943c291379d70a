//! What a process that holds keys leaves behind when it crashes: one line, and nothing of what was in its memory.

use std::panic;

/// Keeps the memory of this process off the disk, and the messages of panics, which may hold anything, out of what is printed.
///
/// Whoever starts a process calls this first. `tell` is given the one line of each panic: where it happened.
pub fn leave_nothing(tell: impl Fn(&str) + Send + Sync + 'static) {
    #[cfg(unix)]
    if let Err(error) = without_core_dumps() {
        tell(&format!("core dumps could not be switched off: {error}"));
    }
    panic::set_hook(Box::new(move |panicked| match panicked.location() {
        Some(place) => tell(&format!("panicked at {place}")),
        None => tell("panicked"),
    }));
}

/// Children inherit this.
#[cfg(unix)]
fn without_core_dumps() -> rustix::io::Result<()> {
    use rustix::process::{Resource, Rlimit, setrlimit};

    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    setrlimit(Resource::Core, none)
}
