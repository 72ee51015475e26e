//! The engine as a whole: worker threads that own their sockets and one sans-IO core each.
//!
//! [`Engine`] is what a process holds. A peer lives on one worker and is reached through that worker's port: mostly that of its
//! room, which is on several where one is too busy. Workers tell each other by mailboxes what goes on in such a room. Commands go to the worker by channel and wake it by eventfd; events come back through one queue whose eventfd is set only when
//! it goes from empty to not empty.

#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod aside;
mod courier;
mod crew;
mod directory;
mod engine;
mod load;
mod machine;
mod mailbox;
mod placement;
mod ports;
mod queue;
mod rescue;
mod rest;
mod streams;
mod tally;
mod worker;

pub use engine::{Engine, EngineConfig};
pub use ports::BindError;
