//! Stands between a gate and its org: lets every request through, but for one that it holds, before the org has
//! it or before the answer is back.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

/// Longer than anything takes on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// Where a request is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum At {
    /// The org never gets it.
    TheDoor,
    /// The org has done it, and the gate never hears.
    TheWayBack,
}

#[derive(Default)]
struct State {
    /// Method, a part of the path, how many such requests pass before, and where the next is held.
    hold: Option<(String, String, usize, At)>,
    held: bool,
    /// Method and path of everything that the org got.
    passed: Vec<String>,
}

/// The turnstile, open until it is told to hold something.
pub(crate) struct Turnstile {
    /// Where the gate finds the org.
    pub(crate) address: String,
    state: Arc<(Mutex<State>, Condvar)>,
}

impl Turnstile {
    /// In front of the org at `host:port`.
    pub(crate) fn before(org: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new((Mutex::new(State::default()), Condvar::new()));
        let (org, shared) = (org.to_owned(), Arc::clone(&state));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (org, state) = (org.clone(), Arc::clone(&shared));
                // One request a connection: whoever dies in the middle leaves nothing behind.
                std::thread::spawn(move || pass(stream.unwrap(), &org, &state));
            }
        });
        Self { address, state }
    }

    /// Holds the request with this method and this in its path, after so many others of them.
    pub(crate) fn hold(&self, method: &str, path: &str, after: usize, at: At) {
        let mut state = self.state.0.lock().unwrap();
        state.hold = Some((method.to_owned(), path.to_owned(), after, at));
        state.held = false;
    }

    /// Waits until it is held.
    pub(crate) fn wait(&self) {
        let state = self.state.0.lock().unwrap();
        let (state, _) =
            self.state.1.wait_timeout_while(state, PATIENCE, |state| !state.held).unwrap();
        assert!(state.held, "nothing came: {:?}", state.passed);
    }

    /// How many requests with this method and this in their path the org got.
    pub(crate) fn passed(&self, method: &str, path: &str) -> usize {
        let state = self.state.0.lock().unwrap();
        let such = |line: &&String| line.starts_with(method) && line.contains(path);
        state.passed.iter().filter(such).count()
    }
}

fn pass(mut gate: TcpStream, org: &str, state: &(Mutex<State>, Condvar)) {
    gate.set_read_timeout(Some(PATIENCE)).unwrap();
    let Some((head, body)) = request(&mut gate) else { return };
    let line = head.lines().next().unwrap_or_default().to_owned();
    let held = match hold(&line, state) {
        Some(At::TheDoor) => return gone(&mut gate, state),
        held => held,
    };
    let mut upstream = TcpStream::connect(org).unwrap();
    let kept = head.lines().filter(|it| !it.to_ascii_lowercase().starts_with("connection:"));
    let mut wire: String = kept.flat_map(|line| [line, "\r\n"]).collect();
    wire.push_str("connection: close\r\n\r\n");
    upstream.write_all(&[wire.as_bytes(), &body].concat()).unwrap();
    let mut answer = Vec::new();
    // The org may reset what it has closed.
    let _ = upstream.read_to_end(&mut answer);
    state.0.lock().unwrap().passed.push(line);
    if held.is_some() {
        return gone(&mut gate, state);
    }
    // The gate may be gone.
    let _ = gate.write_all(&answer);
}

/// Whether this is the request that is to be held.
fn hold(line: &str, state: &(Mutex<State>, Condvar)) -> Option<At> {
    let mut state = state.0.lock().unwrap();
    let (method, path, after, at) = state.hold.as_mut()?;
    if !line.starts_with(method.as_str()) || !line.contains(path.as_str()) {
        return None;
    }
    if *after > 0 {
        *after -= 1;
        return None;
    }
    let at = *at;
    state.hold = None;
    Some(at)
}

/// Says that it is held, and keeps the connection until its other end is gone.
fn gone(gate: &mut TcpStream, state: &(Mutex<State>, Condvar)) {
    state.0.lock().unwrap().held = true;
    state.1.notify_all();
    while matches!(gate.read(&mut [0; 64]), Ok(1..)) {}
}

fn request(gate: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    let mut piece = [0; 4096];
    loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
            let length = head.lines().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().unwrap())
            });
            let whole = end + 4 + length.unwrap_or(0);
            while bytes.len() < whole {
                let read = gate.read(&mut piece).ok().filter(|read| *read > 0)?;
                bytes.extend_from_slice(&piece[..read]);
            }
            return Some((head, bytes[end + 4..whole].to_vec()));
        }
        let read = gate.read(&mut piece).ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(&piece[..read]);
    }
}
