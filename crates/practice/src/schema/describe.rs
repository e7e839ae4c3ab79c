//! Describe results, as far as one user may know.

use serde_json::{Map, Value as Json, json};

use super::{Field, Kind, Object, Schema, system};
use crate::access::{Actor, profile::ObjectRights};
use crate::render;

/// An object in the list of all.
pub(crate) fn brief(actor: &Actor, object: &Object, version: &str) -> Json {
    let rights = actor.profile.object(object);
    let prefix = object.prefix.map(|prefix| String::from_utf8_lossy(&prefix).into_owned());
    let base = format!("/services/data/{version}/sobjects/{}", object.name);
    let mut urls = Map::new();
    urls.insert("sobject".to_owned(), json!(base));
    urls.insert("describe".to_owned(), json!(format!("{base}/describe")));
    urls.insert("rowTemplate".to_owned(), json!(format!("{base}/{{ID}}")));
    if !object.fixed {
        urls.insert("layouts".to_owned(), json!(format!("{base}/describe/layouts")));
        urls.insert("listviews".to_owned(), json!(format!("{base}/listviews")));
    }
    let ObjectRights { create, edit, delete, .. } = rights;
    let open = !object.fixed;
    json!({
        "activateable": false,
        "associateEntityType": null,
        "associateParentEntity": null,
        "createable": open && create,
        "custom": object.is_custom(),
        "customSetting": false,
        "deepCloneable": false,
        "deletable": open && delete,
        "deprecatedAndHidden": false,
        "feedEnabled": false,
        "hasSubtypes": false,
        "isInterface": false,
        "isSubtype": false,
        "keyPrefix": prefix,
        "label": object.label,
        "labelPlural": object.plural,
        "layoutable": open,
        "mergeable": matches!(object.name.as_str(), "Account" | "Contact" | "Lead"),
        "mruEnabled": open,
        "name": object.name,
        "queryable": true,
        "replicateable": !object.computed,
        "retrieveable": true,
        "searchable": object.searched,
        "triggerable": open,
        "undeletable": open && delete,
        "updateable": open && edit,
        "urls": urls
    })
}

/// Everything about an object.
pub(crate) fn full(schema: &Schema, actor: &Actor, object: &Object, version: &str) -> Json {
    let mut out = brief(actor, object, version);
    let fields: Vec<Json> = object
        .fields
        .iter()
        .filter(|one| actor.sees(object, one))
        .map(|one| field(actor, object, one))
        .collect();
    let children: Vec<Json> = object
        .children
        .iter()
        .filter_map(|child| {
            let of = schema.at(child.object).filter(|of| actor.sees_object(of))?;
            let field = of.fields.get(child.field).filter(|field| actor.sees(of, field))?;
            let name =
                if child.relationship.is_empty() { Json::Null } else { json!(child.relationship) };
            Some(json!({
                "cascadeDelete": field.cascade,
                "childSObject": of.name,
                "deprecatedAndHidden": false,
                "field": field.name,
                "junctionIdListNames": [],
                "junctionReferenceTo": [],
                "relationshipName": name,
                "restrictedDelete": false
            }))
        })
        .collect();
    if let Json::Object(out) = &mut out {
        out.insert("actionOverrides".to_owned(), json!([]));
        out.insert("childRelationships".to_owned(), json!(children));
        out.insert("compactLayoutable".to_owned(), json!(!object.fixed));
        out.insert("fields".to_owned(), json!(fields));
        out.insert("namedLayoutInfos".to_owned(), json!([]));
        out.insert("networkScopeFieldName".to_owned(), Json::Null);
        out.insert(
            "recordTypeInfos".to_owned(),
            json!([master_record_type(&object.name, version)]),
        );
        out.insert("searchLayoutable".to_owned(), json!(object.searched));
        out.insert(
            "supportedScopes".to_owned(),
            json!([
                { "label": format!("All {}", object.plural), "name": "everything" },
                { "label": format!("My {}", object.plural), "name": "mine" }
            ]),
        );
        out.insert("sobjectDescribeOption".to_owned(), json!("FULL"));
    }
    out
}

/// The one record type of objects that have none.
pub(crate) const MASTER_RECORD_TYPE: &str = "012000000000000AAA";

fn master_record_type(object: &str, version: &str) -> Json {
    json!({
        "active": true,
        "available": true,
        "defaultRecordTypeMapping": true,
        "developerName": "Master",
        "master": true,
        "name": "Master",
        "recordTypeId": MASTER_RECORD_TYPE,
        "urls": { "layout": format!("/services/data/{version}/sobjects/{object}/describe/layouts/{MASTER_RECORD_TYPE}") }
    })
}

fn field(actor: &Actor, object: &Object, field: &Field) -> Json {
    let kind = &field.kind;
    let edit = actor.may_write(object, field);
    let length = kind.length();
    let (digits, precision, scale) = match kind {
        Kind::Int => (8, 0, 0),
        Kind::Currency | Kind::Double => (0, 18, 2),
        Kind::Percent => (0, 3, 0),
        _ => (0, 0, 0),
    };
    let values = match kind {
        Kind::Picklist(values) | Kind::MultiPicklist(values) => values.as_slice(),
        _ => &[],
    };
    let default = field.default.as_ref().map_or(Json::Null, |value| render::value(kind, value));
    let picklist: Vec<Json> = values
        .iter()
        .map(|value| {
            json!({
                "active": true,
                "defaultValue": default.as_str() == Some(value),
                "label": value,
                "validFor": null,
                "value": value
            })
        })
        .collect();
    let (targets, relationship) = match kind {
        Kind::Reference { targets, .. } => (targets.as_slice(), field.relationship()),
        _ => (&[] as &[String], None),
    };
    let groupable = field.filterable
        && !matches!(kind, Kind::Currency | Kind::Double | Kind::Percent | Kind::DateTime);
    json!({
        "aggregatable": field.filterable && !matches!(kind, Kind::Boolean),
        "aiPredictionField": false,
        "autoNumber": matches!(kind, Kind::Auto(_)),
        "byteLength": length * 3,
        "calculated": field.calculated,
        "calculatedFormula": null,
        "cascadeDelete": field.cascade,
        "caseSensitive": false,
        "compoundFieldName": field.part_of,
        "controllerName": null,
        "createable": field.createable && edit,
        "custom": field.is_custom(),
        "defaultValue": default,
        "defaultValueFormula": null,
        "defaultedOnCreate": field.default.is_some() || field.at <= system::STAMP || field.name == "OwnerId",
        "dependentPicklist": false,
        "deprecatedAndHidden": false,
        "digits": digits,
        "displayLocationInDecimal": false,
        "encrypted": false,
        "externalId": field.external,
        "extraTypeInfo": match kind {
            Kind::LongText(length) if *length > 255 => json!("plaintextarea"),
            _ if field.name == "Name" && object.position("LastName").is_some() => json!("personname"),
            _ => Json::Null,
        },
        "filterable": field.filterable,
        "filteredLookupInfo": null,
        "formulaTreatNullNumberAsZero": false,
        "groupable": groupable,
        "highScaleNumber": false,
        "htmlFormatted": false,
        "idLookup": field.external || matches!(kind, Kind::Id),
        "inlineHelpText": null,
        "label": field.label,
        "length": length,
        "mask": null,
        "maskType": null,
        "name": field.name,
        "nameField": field.is_name,
        "namePointing": targets.len() > 1,
        "nillable": !field.required && !matches!(kind, Kind::Boolean) && field.at > system::STAMP && field.name != "OwnerId",
        "permissionable": field.at > system::STAMP && !field.required,
        "picklistValues": picklist,
        "polymorphicForeignKey": targets.len() > 1,
        "precision": precision,
        "queryByDistance": false,
        "referenceTargetField": null,
        "referenceTo": targets,
        "relationshipName": relationship,
        "relationshipOrder": null,
        "restrictedDelete": false,
        "restrictedPicklist": field.restricted,
        "scale": scale,
        "searchPrefilterable": false,
        "soapType": kind.soap_name(),
        "sortable": field.filterable,
        "type": kind.describe_name(),
        "unique": field.unique,
        "updateable": field.updateable && edit,
        "writeRequiresMasterRead": false
    })
}
