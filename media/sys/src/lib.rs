//! The shell round the engine: sockets and worker threads.
