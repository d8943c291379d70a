//! A practice Kibana: a real HTTP server that answers Kibana's Cases API word for word.
//!
//! It exists so that people can try Caseboard, and tests can hold it to account, without an Elastic
//! stack. Documents live in memory and end with the server, unless a file is named that keeps them. It depends on no other crate of the
//! product and shares no types with the client, so a wrong field name cannot agree with itself.
//!
//! It is deliberately not a Kibana: no Elasticsearch, no user interface, no other system behind a connector,
//! and it listens on loopback only, unless it is told to let other machines in.
//!
//! ```
//! # async fn example() -> std::io::Result<()> {
//! use practice_kibana::{Options, PracticeKibana};
//!
//! let practice = PracticeKibana::start(Options::default()).await?;
//! println!("curl -H 'Authorization: ApiKey {}' {}/api/cases/_find", practice.api_key(), practice.url());
//! practice.stop().await;
//! # Ok(())
//! # }
//! ```
//!
//! | Module | Holds |
//! | --- | --- |
//! | `server` | options, listener, graceful stop, the handle for use in process |
//! | `routes` | the list of routes, the gate in front of them, one file per resource |
//! | `rules` | validation and Kibana's texts for it |
//! | `store` | documents, version tokens, user actions; every write passes one function |
//! | `search` | the operators of `search=` |
//! | `space` | the spaces there are, which requests may change |
//! | `traffic` | what the server tells of itself as a process |
//! | `seed` | the practice world and the large one |
//! | `data` | the file that keeps a world over restarts |
//! | [`faults`] | what can go wrong on the way, on demand |
//! | [`log`] | every write in order, for proofs |
//! | [`history`] | holds what a client says it did against the log |

#![warn(missing_docs)]

mod auth;
mod clock;
mod data;
mod error;
pub mod faults;
pub mod history;
mod key_file;
mod listener;
pub mod log;
mod query;
mod routes;
mod rules;
mod search;
mod seed;
mod server;
mod space;
mod store;
mod time;
mod traffic;

pub use auth::{Key, Login, Rights, User};
pub use clock::Clock;
pub use data::DataError;
pub use faults::{Faults, Faulty, faulty};
pub use key_file::{KeyFileError, read_keys};
pub use server::{Alert, Licence, Options, Practice, PracticeKibana, Profile, World, router};
pub use space::{Solution, Space};
