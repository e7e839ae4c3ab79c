//! The SOAP `login()` that older clients still begin with, `logout()`, and `undelete()`, which REST has not.

use super::vault::Session;
use crate::exchange::{ApiError, Reply, Request};
use crate::id::Id;
use crate::org::Org;
use crate::save::{self, Writer};

/// Records of one call.
const MOST: usize = 200;
const XML: &str = "text/xml;charset=UTF-8";

/// `POST /services/Soap/u/{version}`
pub(crate) fn answer(org: &Org, request: &Request) -> Reply {
    let body = String::from_utf8_lossy(&request.body);
    if element(&body, "logout").is_some() || body.contains(":logout/>") || body.contains("<logout")
    {
        if let Some(token) = element(&body, "sessionId") {
            let _ = org.with_vault(|vault| vault.revoke(&token));
        }
        return Reply::text(200, XML, envelope("<logoutResponse/>"));
    }
    if element(&body, "undelete").is_some() {
        return undelete(org, &body);
    }
    let (Some(username), Some(password)) = (element(&body, "username"), element(&body, "password"))
    else {
        return fault(
            "UNKNOWN_EXCEPTION",
            "UNKNOWN_EXCEPTION: only login, logout and undelete are offered",
        );
    };
    let Some(user) = org.check_password(&username, &password, request, "Other Apex API") else {
        let message =
            "INVALID_LOGIN: Invalid username, password, security token; or user locked out.";
        return fault("INVALID_LOGIN", message);
    };
    match token_for(org, user) {
        Some(token) => Reply::text(200, XML, envelope(&result(org, request, user, &token))),
        None => fault("SERVER_UNAVAILABLE", "SERVER_UNAVAILABLE: try again later"),
    }
}

/// `undelete()` of the partner API: each record by itself.
fn undelete(org: &Org, body: &str) -> Reply {
    let token = element(body, "sessionId").unwrap_or_default();
    let session = org.vault().session(&token, org.now()).cloned();
    let actor = session.and_then(|session| session.user()).and_then(|user| org.actor(user));
    let Some(actor) = actor else {
        let message =
            "INVALID_SESSION_ID: Invalid Session ID found in SessionHeader: Illegal Session";
        return fault("INVALID_SESSION_ID", message);
    };
    let ids = elements(body, "ids");
    if ids.len() > MOST {
        return fault("EXCEEDED_ID_LIMIT", "EXCEEDED_ID_LIMIT: cannot pass more than 200 ids");
    }
    let writer = Writer { actor: &actor, now: org.now() };
    org.write(|state| {
        let result = |id: &String| {
            let mark = state.mark();
            let outcome = match Id::parse(id) {
                Some(id) => save::restore(state, writer, id),
                None => Err(ApiError::new(400, "MALFORMED_ID", "malformed id")),
            };
            let Err(error) = outcome else {
                return format!("<result><id>{}</id><success>true</success></result>", escape(id));
            };
            state.rollback(mark);
            format!(
                "<result><errors><message>{}</message><statusCode>{}</statusCode></errors>\
                 <id xsi:nil=\"true\"/><success>false</success></result>",
                escape(&error.message),
                error.code,
            )
        };
        let results: String = ids.iter().map(result).collect();
        let body = format!("<undeleteResponse>{results}</undeleteResponse>");
        Reply::text(200, XML, envelope(&body))
    })
}

fn token_for(org: &Org, user: Id) -> Option<String> {
    let now = org.now();
    let session = Session {
        user: user.short().to_owned(),
        client: "SOAP login".to_owned(),
        scope: vec!["full".to_owned()],
        grant: None,
        issued: now.as_millisecond(),
        expires: (now + org.settings().session).as_millisecond(),
    };
    org.with_vault(|vault| vault.new_session(org.id(), session, now)).ok()?.ok()
}

fn result(org: &Org, request: &Request, user: Id, token: &str) -> String {
    let version = request.segments.get(3).map_or("68.0", String::as_str);
    let version: String =
        version.chars().filter(|char| char.is_ascii_digit() || *char == '.').collect();
    let (origin, id) = (request.origin(), org.id());
    let text = |value: Option<String>| escape(&value.unwrap_or_default());
    let seconds = org.settings().session.as_secs();
    format!(
        "<loginResponse><result><metadataServerUrl>{origin}/services/Soap/m/{version}/{short}</metadataServerUrl>\
         <passwordExpired>false</passwordExpired><sandbox>false</sandbox>\
         <serverUrl>{origin}/services/Soap/u/{version}/{short}</serverUrl>\
         <sessionId>{token}</sessionId><userId>{user}</userId><userInfo>\
         <organizationId>{id}</organizationId><organizationName>{organization}</organizationName>\
         <sessionSecondsValid>{seconds}</sessionSecondsValid>\
         <userFullName>{name}</userFullName><userId>{user}</userId><userName>{username}</userName>\
         <userTimeZone>GMT</userTimeZone><userType>Standard</userType></userInfo></result></loginResponse>",
        short = id.short(),
        organization = text(org.organization_name()),
        name = text(org.user_name(user)),
        username = text(org.username(user)),
        origin = escape(&origin),
    )
}

fn envelope(body: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><soapenv:Envelope \
         xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns=\"urn:partner.soap.sforce.com\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><soapenv:Body>{body}</soapenv:Body></soapenv:Envelope>"
    )
}

fn fault(code: &str, message: &str) -> Reply {
    let body = format!(
        "<soapenv:Fault><faultcode>sf:{code}</faultcode><faultstring>{message}</faultstring><detail>\
         <sf:UnexpectedErrorFault xmlns:sf=\"urn:fault.partner.soap.sforce.com\"><sf:exceptionCode>{code}\
         </sf:exceptionCode><sf:exceptionMessage>{message}</sf:exceptionMessage></sf:UnexpectedErrorFault></detail>\
         </soapenv:Fault>"
    );
    Reply::text(500, XML, envelope(&body))
}

/// The text of the first element of this name, whatever its prefix. Enough for the flat bodies clients send;
/// anything with markup inside is not such a body.
fn element(xml: &str, name: &str) -> Option<String> {
    next_element(xml, name).map(|(text, _)| text)
}

/// The texts of every element of this name.
fn elements(xml: &str, name: &str) -> Vec<String> {
    let mut rest = xml;
    std::iter::from_fn(|| {
        let (text, after) = next_element(rest, name)?;
        rest = after;
        Some(text)
    })
    .collect()
}

fn next_element<'a>(xml: &'a str, name: &str) -> Option<(String, &'a str)> {
    let mut rest = xml;
    loop {
        let open = rest.find('<')?;
        rest = rest.get(open + 1..)?;
        let end = rest.find('>')?;
        let tag = rest.get(..end)?;
        rest = rest.get(end + 1..)?;
        let local = tag
            .split_whitespace()
            .next()
            .unwrap_or_default()
            .rsplit(':')
            .next()
            .unwrap_or_default();
        if local == name && !tag.starts_with('/') {
            let close = rest.find('<')?;
            return Some((unescape(rest.get(..close)?), rest.get(close..)?));
        }
    }
}

fn unescape(text: &str) -> String {
    // The ampersand last: it must not make new entities.
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")]
        .into_iter()
        .fold(text.trim().to_owned(), |text, (entity, sign)| text.replace(entity, sign))
}

fn escape(text: &str) -> String {
    [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&quot;")]
        .into_iter()
        .fold(text.to_owned(), |text, (sign, entity)| text.replace(sign, entity))
}

#[cfg(test)]
mod tests {
    use super::element;

    #[test]
    fn elements_are_found_under_any_prefix() {
        let xml = "<e:Envelope><e:Body><n1:login xmlns:n1=\"urn\"><n1:username>a&amp;lt;b</n1:username><n1:password/></n1:login>";
        assert_eq!(element(xml, "username").as_deref(), Some("a&lt;b"));
        assert_eq!(element(xml, "sessionId"), None);
        assert_eq!(element("<username>a", "username"), None);
        assert_eq!(element("<", "username"), None);
        let ids = "<a:undelete><ids>1</ids><a:ids>2</a:ids><id>3</id></a:undelete>";
        assert_eq!(super::elements(ids, "ids"), ["1", "2"]);
        assert_eq!(element(ids, "undelete").as_deref(), Some(""));
    }

    proptest::proptest! {
        #[test]
        fn any_body_can_be_looked_through(xml in "[<>/a:u &;]{0,40}") {
            let _ = element(&xml, "u");
        }
    }
}
