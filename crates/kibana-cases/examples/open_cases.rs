//! Prints the newest open cases of a space: `open_cases URL API_KEY [SPACE]`.
#![expect(clippy::print_stdout, reason = "printing is what the example is for")]

use kibana_cases::{CaseStatus, Client, Credentials, FindCases, SpaceId};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(url), Some(key)) = (arguments.next(), arguments.next()) else {
        return Err("open_cases URL API_KEY [SPACE]".into());
    };
    let space = arguments
        .next()
        .map_or(Ok(SpaceId::default()), |space| space.parse())?;
    let client = Client::new(&url, Credentials::api_key(&key)?)?;
    let page = client
        .space(&space)
        .find_cases(&FindCases::default())
        .await?;
    for case in page
        .cases
        .iter()
        .filter(|case| case.status == CaseStatus::Open)
    {
        println!("{:8} {}", case.severity.as_str(), case.title);
    }
    Ok(())
}
