//! A disk that fails when it is told to: the system's VFS of SQLite, with four of its functions replaced.
#![expect(unsafe_code, reason = "a VFS of SQLite is a table of C functions")]

use std::{
    ffi::{c_char, c_int, c_void},
    ptr,
    sync::{
        OnceLock,
        atomic::{AtomicI32, Ordering},
    },
};

use rusqlite::ffi;

/// Name of folders whose files lie on this disk.
pub(crate) const NAME: &str = "failing-disk";
const VFS_NAME: &std::ffi::CStr = c"failing-disk";

/// What the disk answers once [`LEFT`] calls went well.
static ANSWER: AtomicI32 = AtomicI32::new(ffi::SQLITE_OK);
static LEFT: AtomicI32 = AtomicI32::new(0);
static SYSTEM: OnceLock<Table<ffi::sqlite3_vfs>> = OnceLock::new();
/// The functions of the file proper, and of its log, which differ in how they lock.
static FILES: [OnceLock<Methods>; 2] = [const { OnceLock::new() }; 2];

struct Table<T>(*mut T);

struct Methods {
    system: ffi::sqlite3_io_methods,
    ours: ffi::sqlite3_io_methods,
}

// SAFETY: SQLite's tables of functions are never written after they were made.
unsafe impl<T> Send for Table<T> {}
// SAFETY: as above.
unsafe impl<T> Sync for Table<T> {}

/// From the call after the next `n_good` on, every write, sync and truncation answers like this, until [`heal`].
pub(crate) fn fail_after(n_good: i32, answer: c_int) {
    LEFT.store(n_good, Ordering::SeqCst);
    ANSWER.store(answer, Ordering::SeqCst);
}

pub(crate) fn heal() {
    ANSWER.store(ffi::SQLITE_OK, Ordering::SeqCst);
}

/// Name of the VFS, registered at the first call.
pub(crate) fn vfs() -> &'static std::ffi::CStr {
    SYSTEM.get_or_init(|| {
        // SAFETY: the default VFS lives as long as the process, and so does the leaked copy of it.
        unsafe {
            let system = ffi::sqlite3_vfs_find(ptr::null());
            let mut ours = *system;
            ours.zName = VFS_NAME.as_ptr();
            ours.xOpen = Some(open);
            ours.pNext = ptr::null_mut();
            let registered = ffi::sqlite3_vfs_register(Box::leak(Box::new(ours)), 0);
            assert_eq!(registered, ffi::SQLITE_OK);
            Table(system)
        }
    });
    VFS_NAME
}

fn answer() -> c_int {
    match ANSWER.load(Ordering::SeqCst) {
        ffi::SQLITE_OK => ffi::SQLITE_OK,
        failure if LEFT.fetch_sub(1, Ordering::SeqCst) <= 0 => failure,
        _ => ffi::SQLITE_OK,
    }
}

unsafe extern "C" fn open(
    _: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    out_flags: *mut c_int,
) -> c_int {
    let system = SYSTEM
        .get()
        .expect("it is set before the VFS is registered")
        .0;
    // SAFETY: the arguments are SQLite's own, and the file is as large as the system's VFS asks for.
    unsafe {
        let open = (*system).xOpen.expect("every VFS opens files");
        let opened = open(system, name, file, flags, out_flags);
        if opened == ffi::SQLITE_OK && !(*file).pMethods.is_null() {
            let of = usize::from(flags & ffi::SQLITE_OPEN_MAIN_DB == 0);
            let methods = FILES[of].get_or_init(|| {
                let system = *(*file).pMethods;
                let ours = ffi::sqlite3_io_methods {
                    xWrite: Some(write),
                    xSync: Some(sync),
                    xTruncate: Some(truncate),
                    ..system
                };
                Methods { system, ours }
            });
            (*file).pMethods = &raw const methods.ours;
        }
        opened
    }
}

/// The functions of the system; those that are replaced are the same for the file and its log.
fn system() -> &'static ffi::sqlite3_io_methods {
    let methods = FILES.iter().find_map(OnceLock::get);
    &methods.expect("a file was opened").system
}

unsafe extern "C" fn write(
    file: *mut ffi::sqlite3_file,
    data: *const c_void,
    amount: c_int,
    offset: ffi::sqlite3_int64,
) -> c_int {
    match answer() {
        // SAFETY: the arguments are SQLite's own.
        ffi::SQLITE_OK => unsafe {
            system().xWrite.expect("files are written")(file, data, amount, offset)
        },
        failure => failure,
    }
}

unsafe extern "C" fn sync(file: *mut ffi::sqlite3_file, flags: c_int) -> c_int {
    match answer() {
        // SAFETY: the arguments are SQLite's own.
        ffi::SQLITE_OK => unsafe { system().xSync.expect("files are synced")(file, flags) },
        failure => failure,
    }
}

unsafe extern "C" fn truncate(file: *mut ffi::sqlite3_file, size: ffi::sqlite3_int64) -> c_int {
    match answer() {
        // SAFETY: the arguments are SQLite's own.
        ffi::SQLITE_OK => unsafe { system().xTruncate.expect("files are truncated")(file, size) },
        failure => failure,
    }
}
