//! Many light participants in one process.

fn main() {}
