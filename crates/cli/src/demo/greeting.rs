//! What the terminal shows once the demo runs.

use std::path::Path;

use gateway::NewKey;
use practice::Person;
use serde_json::json;

use super::tls::Secure;
use crate::output;

pub(super) struct Greeting<'a> {
    pub(super) base: &'a str,
    pub(super) org: &'a str,
    pub(super) users: &'a [Person],
    pub(super) key: &'a NewKey,
    pub(super) data: &'a Path,
    pub(super) secure: Option<&'a Secure>,
}

pub(super) fn greet(greeting: &Greeting<'_>, as_json: bool) -> anyhow::Result<()> {
    if as_json { output::line(&json_line(greeting)) } else { output::line(&text(greeting)) }
}

fn json_line(greeting: &Greeting<'_>) -> String {
    let users = greeting.users.iter().map(|user| {
        json!({
            "username": user.username,
            "password": user.password,
            "name": user.name,
            "role": user.role,
            "profile": user.profile,
            "about": user.about,
        })
    });
    let secure = greeting
        .secure
        .map(|secure| json!({ "page": secure.page, "org": secure.org, "ca": secure.authority }));
    json!({
        "page": greeting.base,
        "org": greeting.org,
        "users": users.collect::<Vec<_>>(),
        "api_base": format!("{}/v1", greeting.base),
        "api_key": greeting.key.secret,
        "data": greeting.data,
        "tls": secure,
    })
    .to_string()
}

fn text(greeting: &Greeting<'_>) -> String {
    let Greeting { base, org, users, key, data, secure } = greeting;
    let widest =
        |of: fn(&Person) -> &str| users.iter().map(|it| of(it).chars().count()).max().unwrap_or(0);
    let (name, username, password) =
        (widest(|it| &it.name), widest(|it| &it.username), widest(|it| &it.password));
    let line = |it: &Person| {
        format!(
            "    {:name$}  {:username$}  {:password$}  {}",
            it.name, it.username, it.password, it.about
        )
    };
    let people = users.iter().map(line).collect::<Vec<_>>().join("\n");
    let who = users.first().map_or("", |it| it.name.as_str());
    let (key, data) = (&key.secret, data.display());
    let secure = secure.map_or_else(String::new, |secure| {
        let Secure { page, org, authority } = secure;
        format!("\n  Over HTTPS     {page}   the org {org}   (trust {})", authority.display())
    });
    format!(
        "
  Portcullis is running: the gate, its doors and a practice org, all on this machine.

  Page           {base}
  Practice org   {org}   (an invented company; the gate signs people in there){secure}

  Sign in as
{people}

  Ask from a terminal, as {who}

    curl {base}/v1/chat/completions -H 'Authorization: Bearer {key}' \\
      -H 'Content-Type: application/json' \\
      -d '{{\"model\":\"portcullis\",\"messages\":[{{\"role\":\"user\",\"content\":\"my open opportunities\"}}]}}'

    PORTCULLIS_URL={base} PORTCULLIS_KEY={key} portcullis ask \"my open opportunities\"

  Ask from a program (pip install openai)

    from openai import OpenAI
    client = OpenAI(base_url=\"{base}/v1\", api_key=\"{key}\")
    answer = client.chat.completions.create(
        model=\"portcullis\", messages=[{{\"role\": \"user\", \"content\": \"my open opportunities\"}}])
    print(answer.choices[0].message.content)

  Data           {data}   (`--fresh` begins again)
  Matrix         {data}/matrix.csv   (edit it as a spreadsheet; read at start)
  A real org     portcullis serve --config portcullis.toml   (see docs/real-org.md)

  Ctrl-C stops it."
    )
}
