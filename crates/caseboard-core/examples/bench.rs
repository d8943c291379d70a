//! What the mirror takes with 50,000 cases in 10 sources: `cargo xtask bench core`.
#![expect(clippy::print_stdout, reason = "printing is what it is for")]

use std::path::Path;

use caseboard_core::{bench, code::CommandError};

const N_CASES: u32 = 50_000;

#[tokio::main]
async fn main() -> Result<(), String> {
    let dir = std::env::args_os().nth(1).ok_or("name an empty folder")?;
    let measured = bench::run(Path::new(&dir), N_CASES).await;
    let measured = measured.map_err(|error: CommandError| error.message)?;
    let scan = measured[0].median;
    println!("{N_CASES} cases in 10 sources, encrypted; medians\n");
    for one in measured {
        let ratio = one.median.as_secs_f64() / scan.as_secs_f64();
        let milliseconds = one.median.as_secs_f64() * 1_000.0;
        println!(
            "{milliseconds:9.2} ms  {ratio:7.3} of the scan  {}",
            one.name
        );
    }
    Ok(())
}
