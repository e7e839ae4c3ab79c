//! A gate that the network parts from the database, at any point of a step.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use postgresql::Postgres;
use store::{Backend as _, Store};

use crate::cluster::cluster;
use crate::history_suite::{LONG, entry};
use crate::sharing::{append_until, check, gate};

const OPEN: u8 = 0;
/// Nothing gets through and nobody is told.
const SILENT: u8 = 1;
/// Both ends are told.
const CLOSED: u8 = 2;

/// A wire between a gate and the server that can be cut.
struct Wire {
    port: u16,
    state: Arc<AtomicU8>,
}

impl Wire {
    fn to(server: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(AtomicU8::new(OPEN));
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for near in listener.incoming().map_while(Result::ok) {
                let Ok(far) = TcpStream::connect(("127.0.0.1", server)) else { continue };
                for (from, to) in [(&near, &far), (&far, &near)] {
                    let (from, to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
                    let state = Arc::clone(&shared);
                    std::thread::spawn(move || carry(from, to, &state));
                }
            }
        });
        Self { port, state }
    }

    fn set(&self, state: u8) {
        self.state.store(state, Ordering::Relaxed);
    }
}

fn carry(mut from: TcpStream, mut to: TcpStream, state: &AtomicU8) {
    from.set_read_timeout(Some(Duration::from_millis(5))).unwrap();
    to.set_nodelay(true).unwrap();
    let mut bytes = [0; 16384];
    loop {
        match state.load(Ordering::Relaxed) {
            SILENT => {
                std::thread::sleep(Duration::from_millis(2));
                continue;
            }
            CLOSED => break,
            _ => {}
        }
        match from.read(&mut bytes) {
            Ok(0) => break,
            Ok(count) => {
                // What was on the wire when it was cut is lost with it.
                if state.load(Ordering::Relaxed) != OPEN || to.write_all(&bytes[..count]).is_err() {
                    break;
                }
            }
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
            Err(_) => break,
        }
    }
    let _ = from.shutdown(std::net::Shutdown::Both);
    let _ = to.shutdown(std::net::Shutdown::Both);
}

#[test]
fn a_gate_that_falls_silent_in_a_claim_holds_nobody_up_for_long() {
    let Some(cluster) = cluster() else { return };
    let schema = cluster.schema();
    let wire = Wire::to(cluster.port());
    let far = Postgres::open(&schema.access_over(wire.port)).unwrap();
    let (_dir, near) = schema.store();
    let gate = gate(&near);
    gate.append(entry(0)).wait(LONG).unwrap();
    let mut claimed = far.log_storage().unwrap();
    assert_eq!(claimed.claim().unwrap(), 1);
    wire.set(SILENT);
    let begin = Instant::now();
    assert_eq!(gate.append(entry(1)).wait(LONG).unwrap().index(), 1);
    assert!(begin.elapsed() < Duration::from_secs(4), "{:?}", begin.elapsed());
    wire.set(CLOSED);
    std::thread::sleep(Duration::from_millis(20));
    wire.set(OPEN);
    // What the silent one had claimed is another's now, and it is told so.
    let row = near.log().rows(1, 1).unwrap().remove(0);
    assert!(claimed.append(&[row]).is_err());
    assert_eq!(claimed.claim().unwrap(), 2);
    claimed.release();
    drop(gate);
    check(&near, &[]);
}

#[test]
fn a_gate_is_cut_off_at_random() {
    let Some(cluster) = cluster() else { return };
    let schema = cluster.schema();
    let wire = Wire::to(cluster.port());
    let dir = tempfile::tempdir().unwrap();
    let far = Postgres::open(&schema.access_over(wire.port)).unwrap();
    let far = Store::open_on(dir.path(), Box::new(far)).unwrap();
    let (_dir, near) = schema.store();
    let gates = [gate(&far), gate(&near)];
    let (stop, receipts) = (AtomicBool::new(false), [AtomicU64::new(0), AtomicU64::new(0)]);
    let given: Vec<BTreeMap<u64, u64>> = std::thread::scope(|scope| {
        let (stop, gates, receipts) = (&stop, &gates, &receipts);
        let work = |thread: u64| {
            let at = usize::from(thread % 2 == 1);
            scope.spawn(move || append_until(stop, &receipts[at], &gates[at], thread).0)
        };
        let threads: Vec<_> = (0..4).map(work).collect();
        for cut in 0..16_u64 {
            // Once the gate is at work again, at any moment of it.
            let (before, begin) = (receipts[0].load(Ordering::Relaxed), Instant::now());
            while receipts[0].load(Ordering::Relaxed) == before && begin.elapsed() < LONG {
                std::thread::sleep(Duration::from_millis(1));
            }
            std::thread::sleep(Duration::from_micros((cut * 7919) % 20_000));
            wire.set(if cut % 3 == 0 { SILENT } else { CLOSED });
            std::thread::sleep(Duration::from_millis((cut * 6271) % 120));
            // A connection that was silent never speaks again: its bytes were lost.
            wire.set(CLOSED);
            std::thread::sleep(Duration::from_millis(12));
            wire.set(OPEN);
        }
        stop.store(true, Ordering::Relaxed);
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let far_entries = given[0].len() + given[2].len();
    println!(
        "{far_entries} entries of the gate that was cut off, {} of both",
        far_entries + given[1].len() + given[3].len()
    );
    assert!(far_entries >= 10, "{far_entries} entries of the gate that was cut off");
    drop(gates);
    check(&near, &given);
}
