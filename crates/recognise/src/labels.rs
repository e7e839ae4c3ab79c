//! What the network's scores say about a word.

use detect::Opinion;

/// Scores that a piece gets from the published network.
pub(crate) const PUBLISHED: usize = LABELS - 2;
/// Scores per piece: none, then the first and a following piece of each of the groups below.
pub(crate) const LABELS: usize = 1 + 2 * GROUPS.len();

/// What we make of a label. Numbers and addresses of the net are left to the patterns, which prove them.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Group {
    Name,
    Place,
    Address,
    Org,
    Other,
}

/// In the order of the model's labels.
const GROUPS: [Group; 18] = [
    Group::Name,    // given name
    Group::Name,    // surname
    Group::Other,   // e-mail
    Group::Other,   // telephone
    Group::Other,   // web address
    Group::Other,   // tax id
    Group::Other,   // bank account
    Group::Other,   // routing number
    Group::Other,   // government id
    Group::Other,   // passport
    Group::Other,   // licence
    Group::Address, // building number
    Group::Address, // street
    Group::Address, // flat
    Group::Place,   // city
    Group::Place,   // state
    Group::Address, // postcode
    Group::Org,     // ours: the published network has no scores for it
];

/// Shares of one, in 255ths, that a piece's scores give to each kind of thing.
pub(crate) fn opinion(start: usize, end: usize, scores: &[f32]) -> Opinion {
    let most = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let all: f32 = scores.iter().map(|score| (score - most).exp()).sum();
    let share = |wanted: Group| {
        let labels = GROUPS.iter().flat_map(|group| [group, group]);
        let of = scores.iter().skip(1).zip(labels).filter(|(_, group)| **group == wanted);
        of.map(|(score, _)| (score - most).exp()).sum::<f32>() / all
    };
    Opinion {
        start,
        end,
        name: to_u8(share(Group::Name)),
        place: to_u8(share(Group::Place)),
        address: to_u8(share(Group::Address)),
        org: to_u8(share(Group::Org)),
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 255")]
fn to_u8(share: f32) -> u8 {
    (share * 255.0).round().clamp(0.0, 255.0) as u8
}
