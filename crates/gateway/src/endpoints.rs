//! The models of the configuration, each with the evidence that it is where it is said to be.

use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};

use boundary::{Endpoint, Label, Uncovered, UnixMillis};
use egress::{Limits, ModelDoor, Trust};
use keys::SecretSource;
use models::{ModelClient, OpenAi, Variant};

use crate::config::{ConfigError, EndpointConfig, EndpointKind};
use crate::error::GateError;

/// All endpoints, in the order of the configuration.
#[derive(Debug)]
pub(crate) struct Endpoints {
    all: Vec<Slot>,
}

#[derive(Debug)]
struct Slot {
    config: EndpointConfig,
    /// `None` for the engine inside this process.
    client: Option<ModelClient>,
    verified: RwLock<Option<Endpoint>>,
}

/// An endpoint that may get a prompt, and how to ask it.
pub(crate) struct Chosen<'a> {
    pub(crate) endpoint: Endpoint,
    /// `None` for the engine inside this process.
    pub(crate) client: Option<&'a ModelClient>,
}

impl Endpoints {
    /// Doors to all endpoints. Opens nothing yet.
    pub(crate) fn new(configs: &[EndpointConfig]) -> Result<Self, ConfigError> {
        let slots = configs.iter().map(|config| {
            let client = client_of(config)?;
            Ok(Slot { config: config.clone(), client, verified: RwLock::new(None) })
        });
        Ok(Self { all: slots.collect::<Result<_, ConfigError>>()? })
    }

    /// The first endpoint that covers what is left in the clear. `wanted` names one; it is
    /// then that one or none, never another.
    pub(crate) async fn choose(
        &self,
        wanted: Option<&str>,
        label: &Label,
        now: UnixMillis,
    ) -> Result<Chosen<'_>, GateError> {
        let mut reasons = BTreeMap::new();
        let mut away = true;
        let fits = |slot: &&Slot| wanted.is_none_or(|wanted| slot.config.name == wanted);
        for slot in self.all.iter().filter(fits) {
            let refused = match slot.verified(now).await {
                Ok(endpoint) => match endpoint.covers(label, now) {
                    Ok(()) => return Ok(Chosen { endpoint, client: slot.client.as_ref() }),
                    Err(uncovered) => explain(uncovered),
                },
                Err(Unverified::Away(reason)) => {
                    reasons.insert(slot.config.name.clone(), reason);
                    continue;
                }
                Err(Unverified::Elsewhere(reason)) => reason,
            };
            away = false;
            reasons.insert(slot.config.name.clone(), refused);
        }
        if reasons.is_empty() {
            let id = wanted.unwrap_or_default().to_owned();
            return Err(GateError::NotFound { what: "model", id });
        }
        let told: Vec<String> =
            reasons.iter().map(|(name, why)| format!("`{name}`: {why}")).collect();
        let told = told.join("; ");
        // Nobody said no to the label: the models were not there to be asked about.
        Err(if away { GateError::Model(told) } else { GateError::NoEndpoint(told) })
    }

    /// Whether each endpoint can be reached and is where it is said to be: for `doctor`.
    pub(crate) async fn examine(&self, now: UnixMillis) -> Vec<(String, Result<(), String>)> {
        let mut found = Vec::with_capacity(self.all.len());
        for slot in &self.all {
            let state = match slot.verified(now).await {
                Ok(_) => Ok(()),
                Err(Unverified::Away(why) | Unverified::Elsewhere(why)) => Err(why),
            };
            found.push((slot.config.name.clone(), state));
        }
        found
    }
}

/// Why there is no evidence that an endpoint is where it is said to be.
enum Unverified {
    /// It cannot be reached.
    Away(String),
    /// It is not where the configuration says.
    Elsewhere(String),
}

impl Slot {
    /// The endpoint with evidence that still holds; looks again when it does not.
    async fn verified(&self, now: UnixMillis) -> Result<Endpoint, Unverified> {
        let known = self.verified.read().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(endpoint) = known.filter(|endpoint| now <= endpoint.until()) {
            return Ok(endpoint);
        }
        let evidence = match &self.client {
            None | Some(ModelClient::Local(_)) => egress::in_process(now),
            Some(ModelClient::OpenAi(model)) => model
                .door()
                .probe(now)
                .await
                .map_err(|error| Unverified::Away(error.to_string()))?,
        };
        let endpoint = Endpoint::verify(self.config.spec(), &evidence)
            .map_err(|error| Unverified::Elsewhere(error.to_string()))?;
        *self.verified.write().unwrap_or_else(PoisonError::into_inner) = Some(endpoint.clone());
        Ok(endpoint)
    }
}

fn explain(uncovered: Uncovered) -> String {
    uncovered.to_string()
}

fn client_of(config: &EndpointConfig) -> Result<Option<ModelClient>, ConfigError> {
    let variant = match (config.kind, &config.api_version) {
        (EndpointKind::Local, _) => return Ok(None),
        (EndpointKind::Azure, Some(version)) => Variant::Azure { version: version.clone() },
        (EndpointKind::Azure, None) => return Err(wrong(config, "Azure needs `api_version`")),
        (EndpointKind::Openai, _) => Variant::Standard,
    };
    let (Some(url), Some(model)) = (&config.url, &config.model) else {
        return Err(wrong(config, "expected `url` and `model`"));
    };
    let address = url.parse().map_err(|error| wrong(config, error))?;
    let key = config.key.as_deref().map(|reference| {
        let source: SecretSource = reference.parse().map_err(|error| wrong(config, error))?;
        source.load().map_err(|error| wrong(config, error))
    });
    let trust = Trust { file: config.ca.clone(), ..Trust::default() };
    let door =
        ModelDoor::new(config.name.clone(), address, &trust, Limits::model(), key.transpose()?)
            .map_err(|error| wrong(config, error))?;
    Ok(Some(ModelClient::OpenAi(OpenAi::new(door, model.clone(), variant))))
}

fn wrong(config: &EndpointConfig, problem: impl std::fmt::Display) -> ConfigError {
    ConfigError(format!("endpoint `{}`: {problem}", config.name))
}
