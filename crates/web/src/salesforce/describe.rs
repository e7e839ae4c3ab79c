//! What there is: versions, resources, objects and fields, narrowed to what the matrix and the client's
//! clearance leave.

use gateway::{DirectCall, DirectField, DirectObject, Said};
use http::{StatusCode, header};
use serde_json::{Value, json};

use super::answer::{Answer, of_gate};
use super::error::{self, Place};
use super::{Context, Outcome, VERSIONS, times};

/// The newest version and the season it came in; there are three a year.
const NEWEST: (u16, u16) = (68, 27);

pub(super) fn versions() -> Answer {
    let label = |version: u16| {
        let back = NEWEST.0.saturating_sub(version);
        let season = ["Winter", "Summer", "Spring"].get(usize::from(back % 3)).copied();
        // Winter is named for the year that follows.
        let year = NEWEST.1.saturating_sub(back.div_ceil(3));
        format!("{} '{year:02}", season.unwrap_or_default())
    };
    let list = VERSIONS.map(|version| {
        json!({
            "label": label(version),
            "url": format!("/services/data/v{version}.0"),
            "version": format!("{version}.0"),
        })
    });
    Answer::ok(list.collect())
}

pub(super) fn resources(context: &Context<'_>) -> Answer {
    let open = [
        "sobjects",
        "query",
        "queryAll",
        "search",
        "parameterizedSearch",
        "recent",
        "limits",
        "composite",
    ];
    let list = open.iter().map(|name| ((*name).to_owned(), Value::String(context.path(name))));
    Answer::ok(Value::Object(list.collect()))
}

/// `/sobjects`
pub(super) async fn all(context: &Context<'_>) -> Outcome {
    let answer = context.direct.run(DirectCall::Objects).await.map_err(of_gate)?;
    let Said::Objects(objects) = &answer.said else { return Ok(error::not_found()) };
    let list: Vec<Value> = objects.iter().map(|object| brief(context, object)).collect();
    let body = json!({ "encoding": "UTF-8", "maxBatchSize": 200, "sobjects": list });
    Ok(conditional(context, body))
}

/// `/sobjects/Contact`
pub(super) async fn basic(context: &Context<'_>, object: &str) -> Outcome {
    Ok(match one(context, object).await? {
        Ok(object) => {
            Answer::ok(json!({ "objectDescribe": brief(context, &object), "recentItems": [] }))
        }
        Err(answer) => answer,
    })
}

/// `/sobjects/Contact/describe`
pub(super) async fn full(context: &Context<'_>, object: &str) -> Outcome {
    Ok(match one(context, object).await? {
        Ok(object) => conditional(context, whole(context, &object)),
        Err(answer) => answer,
    })
}

/// `/limits`
pub(super) async fn limits(context: &Context<'_>) -> Outcome {
    let answer = context.direct.run(DirectCall::Limits).await.map_err(of_gate)?;
    let Said::Limits(limits) = &answer.said else { return Ok(error::not_found()) };
    Ok(Answer::ok(super::answer::limits(limits)))
}

async fn one(
    context: &Context<'_>,
    object: &str,
) -> Result<Result<DirectObject, Answer>, crate::error::WebError> {
    let describe = DirectCall::Describe { object: object.to_owned() };
    let answer = context.direct.run(describe).await.map_err(of_gate)?;
    Ok(match &answer.said {
        Said::Object(object) => Ok(object.clone()),
        Said::Refused(refusal) => Err(error::refused(&answer, refusal, Place::Path)),
        _ => Err(error::not_found()),
    })
}

/// 304 when the client has it already.
fn conditional(context: &Context<'_>, body: Value) -> Answer {
    let now = (context.doors.site.now)();
    let (tag, since) = context.doors.stamps.of(&body.to_string(), now);
    let tag = format!("\"{tag}\"");
    let wants = &context.wants;
    let same = match (&wants.tag, &wants.since) {
        (Some(known), _) => known.split(',').any(|it| it.trim().trim_start_matches("W/") == tag),
        (None, Some(known)) => times::of_http_date(known).is_some_and(|known| since <= known),
        (None, None) => false,
    };
    let answer = if same { Answer::empty(StatusCode::NOT_MODIFIED) } else { Answer::ok(body) };
    answer.with(header::ETAG, tag).with(header::LAST_MODIFIED, times::http_date(since))
}

fn brief(context: &Context<'_>, object: &DirectObject) -> Value {
    let summary = &object.schema.summary;
    let base = context.path(&format!("sobjects/{}", summary.name));
    json!({
        "activateable": false,
        "associateEntityType": null,
        "associateParentEntity": null,
        "createable": summary.createable && object.fields.iter().any(|it| it.createable),
        "custom": summary.custom,
        "customSetting": false,
        "deepCloneable": false,
        "deletable": object.deletable,
        "deprecatedAndHidden": false,
        "feedEnabled": false,
        "hasSubtypes": false,
        "isInterface": false,
        "isSubtype": false,
        "keyPrefix": object.schema.key_prefix,
        "label": summary.label,
        "labelPlural": summary.label_plural,
        "layoutable": false,
        "mergeable": false,
        "mruEnabled": false,
        "name": summary.name,
        "queryable": summary.queryable,
        "replicateable": false,
        "retrieveable": true,
        "searchable": object.schema.searchable,
        "triggerable": false,
        "undeletable": false,
        "updateable": summary.updateable && object.fields.iter().any(|it| it.updateable),
        "urls": {
            "sobject": base,
            "describe": format!("{base}/describe"),
            "rowTemplate": format!("{base}/{{ID}}"),
        },
    })
}

fn whole(context: &Context<'_>, object: &DirectObject) -> Value {
    let mut whole = brief(context, object);
    let children = object.children.iter().map(|child| {
        json!({
            "cascadeDelete": false,
            "childSObject": child.object,
            "deprecatedAndHidden": false,
            "field": child.field,
            "junctionIdListNames": [],
            "junctionReferenceTo": [],
            "relationshipName": child.relationship,
            "restrictedDelete": false,
        })
    });
    let more = json!({
        "actionOverrides": [],
        "childRelationships": children.collect::<Vec<_>>(),
        "compactLayoutable": false,
        "fields": object.fields.iter().map(field).collect::<Vec<_>>(),
        "listviewable": null,
        "lookupLayoutable": null,
        "namedLayoutInfos": [],
        "networkScopeFieldName": null,
        "recordTypeInfos": [],
        "searchLayoutable": false,
        "sobjectDescribeOption": "FULL",
        "supportedScopes": [],
    });
    extend(&mut whole, more);
    whole
}

fn extend(object: &mut Value, more: Value) {
    if let (Some(object), Value::Object(more)) = (object.as_object_mut(), more) {
        object.extend(more);
    }
}

fn field(field: &DirectField) -> Value {
    let (schema, form) = (&field.schema, &field.schema.form);
    let picklist = schema.picklist.iter().map(|value| {
        json!({
            "active": value.active,
            "defaultValue": false,
            "label": value.label,
            "validFor": null,
            "value": value.value,
        })
    });
    // What comes rounded cannot choose or order rows.
    let decides = field.treatment != boundary::Treatment::Round;
    let mut whole = json!({
        "aggregatable": form.aggregatable,
        "aiPredictionField": false,
        "autoNumber": form.auto_number,
        "byteLength": form.byte_length,
        "calculated": form.calculated,
        "calculatedFormula": null,
        "cascadeDelete": false,
        "caseSensitive": form.case_sensitive,
        "compoundFieldName": schema.part_of,
        "controllerName": null,
        "createable": field.createable,
        "custom": form.custom,
        "defaultValue": null,
        "defaultValueFormula": null,
        "defaultedOnCreate": schema.defaulted,
        "dependentPicklist": false,
        "deprecatedAndHidden": false,
        "digits": form.digits,
        "displayLocationInDecimal": false,
        "encrypted": schema.encrypted,
        "externalId": form.external_id,
        "extraTypeInfo": null,
        "filterable": schema.filterable && decides,
        "filteredLookupInfo": null,
        "formulaTreatNullNumberAsZero": false,
        "groupable": form.groupable && decides,
        "highScaleNumber": false,
    });
    let more = json!({
        "htmlFormatted": form.html_formatted,
        "idLookup": form.id_lookup,
        "inlineHelpText": schema.help,
        "label": schema.label,
        "length": schema.length,
        "mask": null,
        "maskType": null,
        "name": schema.name,
        "nameField": schema.names_record,
        "namePointing": form.name_pointing,
        "nillable": schema.nillable,
        "permissionable": form.permissionable,
        "picklistValues": picklist.collect::<Vec<_>>(),
        "polymorphicForeignKey": form.polymorphic_foreign_key,
        "precision": form.precision,
        "queryByDistance": false,
        "referenceTargetField": null,
        "referenceTo": schema.reference_to,
        "relationshipName": schema.relationship,
        "relationshipOrder": null,
        "restrictedDelete": false,
        "restrictedPicklist": form.restricted_picklist,
        "scale": form.scale,
        "searchPrefilterable": false,
        "soapType": form.soap_type,
        "sortable": schema.sortable && decides,
        "type": schema.kind,
        "unique": form.unique,
        "updateable": field.updateable,
        "writeRequiresMasterRead": false,
    });
    extend(&mut whole, more);
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_version_has_its_season() {
        let list = versions().json();
        let label = |version: &str| {
            let list = list.as_array().unwrap();
            list.iter().find(|it| it["version"] == version).unwrap()["label"].clone()
        };
        for (version, season) in [
            ("68.0", "Winter '27"),
            ("67.0", "Summer '26"),
            ("66.0", "Spring '26"),
            ("65.0", "Winter '26"),
            ("59.0", "Winter '24"),
            ("30.0", "Spring '14"),
        ] {
            assert_eq!(label(version), season, "{version}");
        }
    }
}
