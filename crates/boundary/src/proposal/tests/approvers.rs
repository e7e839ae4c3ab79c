//! Who signs, and how many.

use serde_json::json;

use super::*;

#[test]
fn two_people_sign_one_digest() {
    let all = opportunity_rights();
    let matrix = Matrix::parse(MATRIX).unwrap();
    let policy = matrix.version();
    let judge = All(Ruling::Together);
    let sign = |proposal: &Proposal, person: &PersonId| {
        let current = records_for(person, STAMP);
        let look = Look { door: Door::Page, client: "s9", current: Some(&current), now: NOW };
        look.sign(proposal, person, &all, &proposal.digest(), policy, &judge)
    };
    let proposal = draft(json!({ "Amount": 250 })).unwrap();
    let (of_ben, of_third) = (sign(&proposal, &ben()).unwrap(), sign(&proposal, &third()).unwrap());
    assert!(!proposal.is_signed(&[]));
    assert!(!proposal.is_signed(std::slice::from_ref(&of_ben)));
    assert!(!proposal.is_signed(&[of_ben.clone(), of_ben.clone()]));
    assert!(proposal.is_signed(&[of_ben.clone(), of_third.clone()]));
    // It runs under the grant of who asked, and of nobody else.
    let asker = ana();
    let owner = Viewer { person: &asker, rights: &all };
    let current = records(STAMP);
    let both = [of_ben.clone(), of_third];
    let (proposal, error) =
        proposal.approve(&both[..1], &owner, Some(&current), policy, &act(), NOW).unwrap_err();
    assert_eq!(error, ApprovalError::Unsigned);
    let person = ben();
    let other = Viewer { person: &person, rights: &all };
    let (proposal, error) =
        proposal.approve(&both, &other, Some(&current), policy, &act(), NOW).unwrap_err();
    assert_eq!(error, ApprovalError::NotYours);
    let raw = Raw::new("300".to_owned(), Label::typed_by(&asker));
    let edited = proposal.edit([8; 16], vec![("Amount".to_owned(), raw)], NOW).unwrap();
    assert!(!edited.is_signed(&both), "an edit voids what was signed before");
    let sealed = of_ben.seal(&SealKey::new([1; 32]), [9; 24]).unwrap();
    let open =
        |id: &str, person: &PersonId| Signature::open(id, person, &sealed, &SealKey::new([1; 32]));
    assert_eq!(open("p1", &ben()).unwrap(), of_ben);
    assert!(open("p1", &third()).is_err() && open("p2", &ben()).is_err());
}

#[test]
fn an_approver_needs_their_own_rights_and_eyes() {
    let all = opportunity_rights();
    let matrix = Matrix::parse(MATRIX).unwrap();
    let proposal = draft(json!({ "Amount": 250 })).unwrap();
    let digest = proposal.digest();
    let own = records_for(&ben(), STAMP);
    let sign = |door, client, current: Option<&Records>, rights: &Rights| {
        let look = Look { door, client, current, now: NOW };
        look.sign(&proposal, &ben(), rights, &digest, matrix.version(), &All(Ruling::Alone))
    };
    let refused = |result: Result<Signature, ApprovalError>| result.unwrap_err();
    assert!(sign(Door::Page, "s9", Some(&own), &all).is_ok());
    // Through another client than the one that asked, and not at the page.
    assert_eq!(refused(sign(Door::Mcp, "s1", Some(&own), &all)), ApprovalError::Client);
    // The record as somebody else read it, or not at all.
    let of_asker = records(STAMP);
    assert_eq!(refused(sign(Door::Page, "s9", Some(&of_asker), &all)), ApprovalError::Withheld);
    assert_eq!(refused(sign(Door::Page, "s9", None, &all)), ApprovalError::Withheld);
    // Rights to read and not to write.
    let mut reader = rights(&[]);
    let mut object = all.object("Opportunity").unwrap().clone();
    object.fields.get_mut("amount").unwrap().updateable = false;
    reader.learn(object);
    let error = refused(sign(Door::Page, "s9", Some(&own), &reader));
    assert_eq!(error, ApprovalError::Rights("a field of it"));
}
