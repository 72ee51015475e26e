//! The engine as a whole: worker threads that own their sockets and one sans-IO core each.
//!
//! [`Engine`] is what a process holds. A room lives on one worker; every peer of it is reached through that worker's port.
//! Commands go to the worker by channel and wake it by eventfd; events come back through one queue whose eventfd is set only when
//! it goes from empty to not empty.

#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod crew;
mod directory;
mod engine;
mod machine;
mod ports;
mod queue;
mod rescue;
mod streams;
mod tally;
mod worker;

pub use engine::{Engine, EngineConfig};
pub use ports::BindError;
