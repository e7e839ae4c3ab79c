use proptest::prelude::*;

use super::*;

/// A file with these parts.
fn file(rank: u16, parts: &[(&str, &[u16])]) -> Vec<u8> {
    let mut file = MAGIC.to_vec();
    file.extend(VERSION.to_le_bytes());
    file.extend(rank.to_le_bytes());
    file.extend(7_u64.to_le_bytes());
    file.extend([1; 3 * DIGEST]);
    file.extend(u16::try_from(parts.len()).expect("few").to_le_bytes());
    for (name, values) in parts {
        file.push(u8::try_from(name.len()).expect("short"));
        file.extend(name.as_bytes());
        file.extend(u32::try_from(values.len()).expect("few").to_le_bytes());
        file.extend(values.iter().flat_map(|value| value.to_le_bytes()));
    }
    sealed(file)
}

fn sealed(mut file: Vec<u8>) -> Vec<u8> {
    let digest = Sha256::digest(&file);
    file.extend(digest);
    file
}

/// One, two and a half in 16 bits.
const ONE: u16 = 0x3c00;
const TWO: u16 = 0x4000;
const HALF: u16 = 0x3800;

#[test]
fn numbers_of_sixteen_bits_are_what_they_were() {
    for (half, number) in [
        (0, 0.0),
        (ONE, 1.0),
        (0xc000, -2.0),
        (0x3555, 0.333_251_95),
        (0x7bff, 65_504.0),
        (0x0001, 5.960_464_5e-8),
        (0x83ff, -6.097_555e-5),
    ] {
        assert_eq!(single(half).map(f32::to_bits), Some(f32::to_bits(number)), "{half:x}");
    }
    assert_eq!((single(0x7c00), single(0xfe00)), (None, None));
}

#[test]
fn parts_are_added_and_a_product_of_narrow_ones_too() {
    let file =
        file(1, &[("a.bias", &[ONE, HALF]), ("a.down", &[ONE, TWO]), ("a.up", &[HALF, TWO])]);
    let mut adapter = Adapter::parse(&file).expect("a file");
    assert_eq!(adapter.seed, 7);
    let mut bias = [1.0, 1.0];
    adapter.add("a.bias", &mut bias).expect("fits");
    adapter.add("b.bias", &mut bias).expect("nothing to add");
    let mut columns = [vec![0.0, 0.0], vec![1.0, 1.0]];
    adapter.add_matrix("a", &mut columns, 2).expect("fits");
    assert_eq!(bias.map(f32::to_bits), [2.0, 1.5].map(f32::to_bits));
    let columns: Vec<u32> = columns.iter().flatten().map(|value| value.to_bits()).collect();
    assert_eq!(columns, [0.5, 1.0, 3.0, 5.0].map(f32::to_bits));
    assert_eq!(adapter.finish(), Ok(()));
}

#[test]
fn other_shapes_names_and_networks_are_refused() {
    let long = file(1, &[("a.bias", &[ONE; 3])]);
    let mut adapter = Adapter::parse(&long).expect("a file");
    let error = adapter.add("a.bias", &mut [0.0; 2]).expect_err("refused");
    assert_eq!(error.to_string(), "`a.bias` has 3 values, expected 2");
    let infinite = file(1, &[("a.bias", &[0x7c00])]);
    let mut adapter = Adapter::parse(&infinite).expect("a file");
    assert!(matches!(adapter.add("a.bias", &mut [0.0]), Err(RecogniseError::Malformed(_))));
    let strange = file(1, &[("nobody", &[ONE])]);
    let adapter = Adapter::parse(&strange).expect("a file");
    assert!(adapter.check().expect_err("another").to_string().contains("another network"));
    assert_eq!(adapter.finish(), Err(RecogniseError::Missing("nobody".to_owned())));
}

proptest! {
    /// The digest stops what is damaged; behind it nothing panics and nothing is read that is not there.
    #[test]
    fn damaged_files_are_errors(at in 0_usize..160, bit in 0_u8..8, cut in 0_usize..160, seal in any::<bool>()) {
        let whole = file(2, &[("a.bias", &[ONE, HALF]), ("b", &[TWO])]);
        let body = &whole[..whole.len() - DIGEST];
        prop_assert!(Adapter::parse(&sealed(body[..cut % body.len()].to_vec())).is_err());
        let mut file = body.to_vec();
        let at = at % file.len();
        file[at] ^= 1 << bit;
        if seal {
            let all = sealed(file);
            if let Ok(mut adapter) = Adapter::parse(&all) {
                let _ = adapter.part("a.bias", 2);
                let _ = adapter.finish();
            }
        } else {
            file.extend(&whole[body.len()..]);
            prop_assert!(Adapter::parse(&file).is_err());
        }
    }
}
