//! What the gate does not open on, and what the database itself refuses.

use ledger::verify;
use postgresql::{Access, Postgres};
use store::{Backend as _, StoreError};

use crate::cluster::cluster;
use crate::history_suite::{entry, signer, start};

#[test]
fn a_server_that_names_itself_otherwise_or_by_a_stranger_is_refused() {
    let Some(cluster) = cluster() else { return };
    let schema = cluster.schema();
    let ca = Some(cluster.certificate.clone());
    let named = |host: &str, ca| {
        let access = schema.access();
        Access { address: access.address.replace("127.0.0.1", host), ca, ..access }
    };
    let encrypted = Postgres::open(&named("localhost", ca.clone())).unwrap();
    assert_eq!(encrypted.log().size().unwrap(), 0);
    let sql = "SELECT count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
               WHERE usename = 'portcullis' AND ssl";
    assert_ne!(cluster.rule(sql), "0");

    let other_name = Postgres::open(&named("127.0.0.1", ca)).unwrap_err();
    assert!(matches!(other_name, StoreError::Postgres(_)), "{other_name}");
    let stranger = rcgen::KeyPair::generate().unwrap();
    let params = rcgen::CertificateParams::new(["localhost".to_owned()]).unwrap();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), params.self_signed(&stranger).unwrap().pem()).unwrap();
    let foreign = Postgres::open(&named("localhost", Some(file.path().to_owned()))).unwrap_err();
    assert!(matches!(foreign, StoreError::Postgres(_)), "{foreign}");
}

#[test]
fn a_wrong_password_is_refused_and_not_repeated() {
    let Some(cluster) = cluster() else { return };
    let password = Some(keys::SecretText::new("canary".to_owned()));
    let refused = Postgres::open(&Access { password, ..cluster.schema().access() }).unwrap_err();
    let said = refused.to_string();
    assert!(said.contains("28P01") && !said.contains("canary"), "{said}");
}

#[test]
fn commits_reach_the_disk_whatever_the_address_says() {
    let Some(cluster) = cluster() else { return };
    let schema = cluster.schema();
    let mut access = schema.access();
    access.address.push_str("%20-c%20synchronous_commit%3Doff");
    let postgres = Postgres::open(&access).unwrap();
    assert_eq!(postgres.log().size().unwrap(), 0);
}

#[test]
fn tables_of_a_later_version_are_refused() {
    let Some(cluster) = cluster() else { return };
    let schema = cluster.schema();
    drop(schema.postgres());
    schema.tamper("UPDATE versions SET version = 99 WHERE name = 'log'");
    let refused = Postgres::open(&schema.access()).unwrap_err();
    assert!(matches!(refused, StoreError::Newer { found: 99, .. }), "{refused}");
}

#[test]
fn gates_that_start_at_once_make_the_tables_once() {
    let Some(cluster) = cluster() else { return };
    let schema = cluster.schema();
    std::thread::scope(|scope| {
        let open = || schema.postgres().log().size().unwrap();
        let threads: Vec<_> = (0..6).map(|_| scope.spawn(open)).collect();
        assert!(threads.into_iter().all(|thread| thread.join().unwrap() == 0));
    });
}

#[test]
fn the_database_itself_refuses_to_change_an_entry() {
    let Some(cluster) = cluster() else { return };
    let schema = cluster.schema();
    let (_dir, store) = schema.store();
    let sequencer = start(&store).unwrap();
    sequencer.append(entry(1)).wait(crate::history_suite::LONG).unwrap();
    sequencer.close().unwrap();
    let name = &schema.name;
    for sql in [
        "DELETE FROM entries",
        "TRUNCATE entries",
        "DELETE FROM pruned",
        "UPDATE pruned SET minimum = -1",
        "UPDATE entries SET actor = 'x'",
        "TRUNCATE leaves",
        "UPDATE leaves SET hash = '\\x00'",
        "DELETE FROM checkpoints",
    ] {
        let sql = format!("SET search_path = {name}; SET ROLE portcullis; {sql}");
        let refused = std::panic::catch_unwind(|| cluster.rule(&sql));
        assert!(refused.is_err(), "{sql}");
    }
    // Somebody who rules over the database can; the verifier finds it.
    schema.tamper("UPDATE entries SET actor = 'x'");
    let found = verify(store.log(), &signer().verifying_keys().unwrap(), &[]).unwrap_err();
    assert!(found.to_string().contains("another actor"), "{found}");
}
