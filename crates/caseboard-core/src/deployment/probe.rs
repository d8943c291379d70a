//! Tests an address with a key: is it Kibana, does it accept the key, which spaces may the key enter.

use kibana_cases::{Client, KibanaSpace};

use crate::error::Error;

/// What a test found.
#[derive(Debug)]
pub(crate) struct Probe {
    pub(crate) kibana_version: Option<String>,
    pub(crate) spaces: Vec<KibanaSpace>,
}

/// Asks. Fails at the first thing that is wrong, in the order in which people can mend it.
pub(crate) async fn probe(client: &Client) -> Result<Probe, Error> {
    let status = client.status().await?;
    let spaces = client.spaces().await?;
    Ok(Probe {
        kibana_version: status.version,
        spaces: spaces.items,
    })
}
