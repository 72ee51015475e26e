//! The Python module `echo_session._media`: a thin binding of the engine, as `echo_session/_media.pyi` describes it.
//!
//! Everything crosses as JSON. No call holds the GIL while it waits for a worker, and no worker ever takes it.

use std::collections::BTreeMap;
use std::error::Error;
use std::io;
use std::net::IpAddr;
use std::os::fd::RawFd;

use echo_core::messages::{AddPeer, Command};
use echo_core::{EgressKind, Refusal};
use echo_shell::{BindError, EngineConfig};
use pyo3::exceptions::{PyException, PyOSError, PyValueError};
use pyo3::prelude::*;

pyo3::create_exception!(echo_session._media, EngineError, PyException, "A refused command; args is (code, message).");

/// Worker threads with one UDP (and ICE-TCP) socket each.
#[pyclass(frozen, module = "echo_session._media")]
struct Engine {
    inner: echo_shell::Engine,
}

#[pymethods]
impl Engine {
    #[new]
    #[expect(clippy::too_many_arguments, reason = "they are keyword arguments in Python")]
    #[pyo3(signature = (*, bind, port, workers, public_addresses, egress="direct", estimate=true, spread_above=0.6))]
    fn new(
        py: Python<'_>,
        bind: Vec<String>,
        port: u16,
        workers: u16,
        public_addresses: Vec<String>,
        egress: &str,
        estimate: bool,
        spread_above: f64,
    ) -> PyResult<Engine> {
        let config = EngineConfig {
            bind: addresses("bind", &bind)?,
            port,
            workers,
            public_addresses: addresses("public_addresses", &public_addresses)?,
            egress: egress_kind(egress)?,
            estimate,
            spread_above,
        };
        let inner = py.detach(|| echo_shell::Engine::start(&config)).map_err(os_error)?;
        Ok(Engine { inner })
    }

    /// An eventfd that becomes readable when events wait.
    fn fileno(&self) -> RawFd {
        self.inner.events_fd()
    }

    /// Every waiting event, oldest first, each as JSON.
    fn take_events(&self, py: Python<'_>) -> PyResult<Vec<String>> {
        py.detach(|| self.inner.take_events().iter().map(json).collect())
    }

    /// Any command but add_peer, as JSON.
    fn command(&self, py: Python<'_>, command: &str) -> PyResult<()> {
        py.detach(|| self.inner.command(parse::<Command>(command)?).map_err(refused))
    }

    /// JSON of AddPeer in, JSON of Answer out.
    fn add_peer(&self, py: Python<'_>, command: &str) -> PyResult<String> {
        py.detach(|| match parse::<Command>(command)? {
            Command::AddPeer(add) => self.answer(&add),
            _ => Err(PyValueError::new_err("add_peer takes a command of kind add_peer")),
        })
    }

    /// JSON list of RoomState.
    fn snapshot(&self, py: Python<'_>) -> PyResult<String> {
        py.detach(|| json(&self.inner.snapshot()))
    }

    /// Totals since start.
    fn counters(&self, py: Python<'_>) -> BTreeMap<String, u64> {
        py.detach(|| self.inner.counters())
    }

    /// Ends every room, joins the threads. Idempotent.
    fn close(&self, py: Python<'_>) {
        py.detach(|| self.inner.close());
    }
}

impl Engine {
    fn answer(&self, add: &AddPeer) -> PyResult<String> {
        json(&self.inner.add_peer(add).map_err(refused)?)
    }
}

fn addresses(name: &str, texts: &[String]) -> PyResult<Vec<IpAddr>> {
    let parse = |text: &String| {
        text.parse()
            .map_err(|_| PyValueError::new_err(format!("{name}: {text:?} is no IP address; host names are not taken")))
    };
    texts.iter().map(parse).collect()
}

fn egress_kind(name: &str) -> PyResult<EgressKind> {
    match name {
        "direct" => Ok(EgressKind::Direct),
        "str0m" => Ok(EgressKind::Str0m),
        _ => Err(PyValueError::new_err(format!("egress: {name:?} is unknown; it is \"direct\" or \"str0m\""))),
    }
}

fn parse<T: serde::de::DeserializeOwned>(text: &str) -> PyResult<T> {
    serde_json::from_str(text).map_err(|error| PyValueError::new_err(format!("not a command of this engine: {error}")))
}

fn json<T: serde::Serialize>(value: &T) -> PyResult<String> {
    serde_json::to_string(value).map_err(|error| PyValueError::new_err(error.to_string()))
}

fn refused(refusal: Refusal) -> PyErr {
    EngineError::new_err((refusal.code.as_str(), refusal.message))
}

/// The system's error number where there is one, so that Python gives the right subclass of OSError.
fn os_error(error: Box<dyn Error + Send + Sync>) -> PyErr {
    let cause = match error.downcast_ref::<BindError>() {
        Some(bind) => Some(&bind.cause),
        None => error.downcast_ref::<io::Error>(),
    };
    match cause.and_then(io::Error::raw_os_error) {
        Some(number) => PyOSError::new_err((number, error.to_string())),
        None => PyOSError::new_err(error.to_string()),
    }
}

/// The module.
#[pymodule]
fn _media(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Engine>()?;
    module.add("EngineError", module.py().get_type::<EngineError>())?;
    Ok(())
}
