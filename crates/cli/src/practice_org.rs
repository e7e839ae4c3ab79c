//! The practice org alone, for clients that talk to it directly.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use practice::{ExternalClientApp, Org, Person, Tls};
use serde_json::json;
use tokio::sync::watch;

use crate::args::PracticeArgs;
use crate::demo::{client_secret, listen, prepare, stopped, today};
use crate::folders;
use crate::output::{self, Exit};
use crate::serve::until_told;

/// The External Client App that the greeting names.
const CLIENT_ID: &str = "practice-app";

pub(crate) async fn run(args: PracticeArgs) -> anyhow::Result<Exit> {
    let data = args.data.clone().map_or_else(folders::practice, Ok)?;
    let plain = listen(args.port, "--port").await?;
    let secure = listen(args.tls_port, "--tls-port").await?;
    let (http, https) = (plain.local_addr()?, secure.local_addr()?);
    let (http, https) = (format!("http://{http}"), format!("https://{https}"));
    prepare(&data, args.fresh)?;
    let org = practice::OrgConfig::new(data.join("org"), args.seed, today());
    let org = Org::open(org).context("the practice org does not open")?;
    let app = app(&org, &client_secret(&data)?, args.app_key.as_deref())?;
    org.register_client(app.clone())?;
    let tls = Tls::open(&data.join("tls")).context("the certificate cannot be made")?;

    let (tell, told) = watch::channel(false);
    let authority = std::path::absolute(tls.authority())?;
    let greeting =
        Greeting { http: &http, https: &https, authority: &authority, app: &app, data: &data };
    let greeting =
        if args.json { greeting.json(&org.users()) } else { greeting.text(&org.users()) };
    let serving = [
        tokio::spawn(practice::serve(Arc::clone(&org), plain, stopped(told.clone()))),
        tokio::spawn(practice::serve_tls(Arc::clone(&org), secure, tls, stopped(told))),
    ];
    let end = until_told()?;
    output::line(&greeting)?;

    end.await;
    tell.send_replace(true);
    for served in serving {
        served.await??;
    }
    Ok(Exit::Good)
}

/// What a program may ask tokens with. Nobody is asked to agree: the org is for practice.
fn app(org: &Org, secret: &str, key: Option<&Path>) -> anyhow::Result<ExternalClientApp> {
    let key = key.map(public_key).transpose()?;
    Ok(ExternalClientApp {
        client_id: CLIENT_ID.to_owned(),
        client_secret: Some(secret.to_owned()),
        name: "Practice app".to_owned(),
        redirect_uris: vec!["http://127.0.0.1/callback".to_owned()],
        pre_authorized: true,
        run_as: org.users().into_iter().next().map(|user| user.username),
        assertion_keys: key.into_iter().collect(),
        token_exchange: true,
        ..ExternalClientApp::default()
    })
}

fn public_key(path: &Path) -> anyhow::Result<Vec<u8>> {
    let shown = path.display();
    let text =
        std::fs::read_to_string(path).with_context(|| format!("`{shown}` cannot be read"))?;
    let Some(key) = practice::rsa_public_key(&text) else {
        output::hint("`openssl rsa -in app.key -RSAPublicKey_out` writes such a file");
        bail!("`{shown}` holds no RSA public key in PEM (`BEGIN RSA PUBLIC KEY`)");
    };
    Ok(key)
}

/// What the terminal shows once the org runs.
struct Greeting<'a> {
    http: &'a str,
    https: &'a str,
    authority: &'a Path,
    app: &'a ExternalClientApp,
    data: &'a Path,
}

impl Greeting<'_> {
    fn json(&self, users: &[Person]) -> String {
        let users = users.iter().map(|user| {
            json!({ "username": user.username, "password": user.password, "name": user.name,
                "role": user.role, "profile": user.profile, "about": user.about })
        });
        json!({
            "org": self.http,
            "tls": { "org": self.https, "ca": self.authority },
            "client_id": self.app.client_id,
            "client_secret": self.app.client_secret,
            "runs_as": self.app.run_as,
            "users": users.collect::<Vec<_>>(),
            "data": self.data,
        })
        .to_string()
    }

    fn text(&self, users: &[Person]) -> String {
        let Greeting { http, https, .. } = self;
        let (authority, data) = (self.authority.display(), self.data.display());
        let secret = self.app.client_secret.as_deref().unwrap_or_default();
        let runs_as = self.app.run_as.as_deref().unwrap_or_default();
        let line = |it: &Person| format!("    {:34} {:32} {}", it.username, it.password, it.about);
        let people = users.iter().map(line).collect::<Vec<_>>().join("\n");
        format!(
            "
  The practice org is running: an invented company that speaks Salesforce's API, on this machine.

  HTTP           {http}
  HTTPS          {https}   (trust {authority})

  People (web login, SOAP login)
{people}

  App            {CLIENT_ID}   secret {secret}
                 client credentials act as {runs_as}

  A token        curl {http}/services/oauth2/token -d grant_type=client_credentials \\
                   -d client_id={CLIENT_ID} -d client_secret={secret}

  Data           {data}   (`--fresh` begins again)

  Ctrl-C stops it."
        )
    }
}
