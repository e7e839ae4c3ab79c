use super::{Kind, Schema};

#[test]
fn every_reference_names_an_object_and_every_prefix_is_its_own() {
    let schema = Schema::standard().unwrap();
    let mut prefixes = std::collections::HashSet::new();
    for object in schema.objects() {
        if let Some(prefix) = object.prefix {
            assert!(prefixes.insert(prefix), "{} shares its prefix", object.name);
        }
        let mut names = std::collections::HashSet::new();
        for field in &object.fields {
            assert!(
                names.insert(field.name.to_lowercase()),
                "{}.{} twice",
                object.name,
                field.name
            );
            assert!(
                ["Public", "Internal", "Confidential", "Restricted", "MissionCritical"]
                    .contains(&field.level.as_str()),
                "{}.{}",
                object.name,
                field.name
            );
            if let Kind::Reference { targets, .. } = &field.kind {
                for target in targets {
                    assert!(schema.object(target).is_some(), "{}.{}", object.name, field.name);
                }
            }
        }
        let mut relations = std::collections::HashSet::new();
        for child in object.children.iter().filter(|child| !child.relationship.is_empty()) {
            assert!(
                relations.insert(&child.relationship),
                "{} has two {}",
                object.name,
                child.relationship
            );
        }
        if object.history {
            assert!(schema.object(&object.history_name()).is_some());
        }
    }
}

#[test]
fn a_bad_line_is_named() {
    let error =
        super::parse::schema("@A|001|A|As|private|\nName|strang 3||Name|Public\n").unwrap_err();
    assert!(error.to_string().contains("line 2"), "{error}");
}
