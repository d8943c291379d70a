//! What a client is made of: address, credentials, certificates, limits, transport.

use url::Url;
use uuid::Uuid;

use crate::{
    client::{Client, Inner},
    credentials::Credentials,
    error::Error,
    gate::{Crowd, Gate},
    limits::Limits,
    retry::Retries,
    transport::{ReqwestTransport, Transport, is_loopback},
};

/// Collects what a [`Client`] is made of; see [`Client::builder`].
#[derive(Debug)]
#[must_use]
pub struct ClientBuilder {
    base: String,
    credentials: Credentials,
    ca_pem: Option<Vec<u8>>,
    transport: Option<Box<dyn Transport>>,
    limits: Limits,
    seed: Option<u64>,
    crowd: Crowd,
}

impl ClientBuilder {
    pub(crate) fn new(base: &str, credentials: Credentials) -> Self {
        Self {
            base: base.to_owned(),
            credentials,
            ca_pem: None,
            transport: None,
            limits: Limits::default(),
            seed: None,
            crowd: Crowd::default(),
        }
    }

    /// Trusts these certificates (PEM, one or more) beside those of the system, for this deployment alone.
    pub fn ca_pem(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.ca_pem = Some(pem.into());
        self
    }

    /// Keeps these limits instead of the usual ones.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Sends in another way than over the network.
    pub fn transport(mut self, transport: impl Transport + 'static) -> Self {
        self.transport = Some(Box::new(transport));
        self
    }

    /// Throws the same dice each time when it decides how long to pause.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Takes turns with the clients of other deployments that are of the same crowd.
    pub fn crowd(mut self, crowd: Crowd) -> Self {
        self.crowd = crowd;
        self
    }

    /// The client.
    ///
    /// # Errors
    /// [`Error::Address`] unless the address is https, or http on this computer; [`Error::Transport`] if the certificates
    /// are none, or TLS cannot be set up at all.
    pub fn build(self) -> Result<Client, Error> {
        let base = usable(&self.base)?;
        let set_up = |source| Error::Transport {
            route: "set-up",
            source,
        };
        let transport = match self.transport {
            Some(transport) => transport,
            None => Box::new(
                ReqwestTransport::new(&base, self.ca_pem.as_deref(), &self.limits)
                    .map_err(set_up)?,
            ),
        };
        let seed = self.seed.unwrap_or_else(|| Uuid::new_v4().as_u64_pair().0);
        Ok(Client::of(Inner {
            base,
            credentials: self.credentials,
            transport,
            gate: Gate::new(self.limits.in_flight, self.crowd),
            retries: Retries::new(seed, &self.limits),
            limits: self.limits,
        }))
    }
}

/// Only where a key may go: https anywhere, http on this computer; nothing in the address but host, port and base path.
pub(crate) fn usable(base: &str) -> Result<Url, Error> {
    let url = Url::parse(base).map_err(|_| Error::Address {
        reason: "it is not a URL",
    })?;
    let reason = match url.scheme() {
        "https" | "http" if !url.username().is_empty() || url.password().is_some() => {
            Some("it holds a user name or password")
        }
        "https" | "http" if url.query().is_some() || url.fragment().is_some() => {
            Some("it holds a query or a fragment")
        }
        "https" => None,
        "http" if is_loopback(&url) => None,
        "http" => Some("plain http is used only on this computer itself"),
        _ => Some("it is neither https nor http"),
    };
    reason.map_or(Ok(url), |reason| Err(Error::Address { reason }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_goes_only_to_https_or_this_computer() {
        for good in [
            "https://kibana.example.org",
            "https://proxy.test:8443/kibana/",
            "http://127.0.0.1:5601",
            "http://localhost:5601",
            "http://[::1]:5601",
        ] {
            assert!(usable(good).is_ok(), "{good} is usable");
        }
        for bad in [
            "kibana",
            "ftp://k.test",
            "http://kibana.example.org",
            "https://me:pw@k.test",
            "https://k.test/?a=b",
            "https://k.test/#x",
            "http://127.0.0.1.evil.test",
        ] {
            assert!(usable(bad).is_err(), "{bad} is not usable");
        }
    }
}
