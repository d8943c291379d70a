//! What this client does not model can be asked all the same, on the routes that it may ask.

use http::Method;
use serde_json::Value;

use crate::{
    client::{Client, Space},
    error::Error,
    request::{Request, encode},
    route::Route,
};

impl Request {
    /// A request of a route that has no method of its own here. `path` is in segments, not encoded, below base path
    /// and space: `["api", "cases", "tags"]`.
    ///
    /// # Errors
    /// [`Error::Route`] if it is no route of the Cases API and its neighbours; no other can be asked with this client.
    pub fn raw(method: Method, path: &[&str]) -> Result<Self, Error> {
        let encoded: Vec<_> = path.iter().map(|segment| encode(segment)).collect();
        let encoded: Vec<_> = encoded.iter().map(String::as_str).collect();
        let route = Route::of_path(&method, &encoded).ok_or(Error::Route { route: "raw" })?;
        Ok(Self::new(method, route.name, path))
    }
}

impl Client {
    /// Sends a request that belongs to the whole deployment, and answers with its JSON; `null` for no body.
    ///
    /// # Errors
    /// As any other call; a write follows [`Error::may_have_worked`].
    pub async fn raw(&self, request: Request) -> Result<Value, Error> {
        self.fetch(request).await
    }
}

impl Space {
    /// Sends a request to this space, and answers with its JSON; `null` for no body.
    ///
    /// # Errors
    /// As any other call; a write follows [`Error::may_have_worked`].
    pub async fn raw(&self, request: Request) -> Result<Value, Error> {
        self.fetch(request).await
    }
}
