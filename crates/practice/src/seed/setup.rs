//! The company itself: its people, roles and queues, and what it sells.

use super::{Seeder, text};
use crate::access::profile::{ADMINISTRATOR, COMPLIANCE, MANAGER, REPRESENTATIVE};
use crate::error::OrgError;
use crate::id::Id;
use crate::save::STAGES;
use crate::value::Value;

/// One who can sign in.
#[derive(Debug)]
pub(crate) struct SeededPerson {
    pub(crate) username: &'static str,
    pub(crate) first: &'static str,
    pub(crate) last: &'static str,
    pub(crate) title: &'static str,
    pub(crate) profile: &'static str,
    pub(crate) role: &'static str,
    pub(crate) about: &'static str,
    phone: &'static str,
}

/// Everyone who can sign in, the one a demonstration starts with first.
pub(crate) fn people() -> &'static [SeededPerson] {
    &PEOPLE
}

const PEOPLE: [SeededPerson; 5] = [
    SeededPerson {
        username: "maya.lindqvist@practice.example",
        first: "Maya",
        last: "Lindqvist",
        title: "Account Executive, Europe",
        profile: REPRESENTATIVE,
        role: "Sales Europe",
        about: "sells in Europe and owns the GenTech opportunity; sees her own records, her teams' and the accounts in Brazil",
        phone: "+44 20 7946 0011",
    },
    SeededPerson {
        username: "tom.okafor@practice.example",
        first: "Tom",
        last: "Okafor",
        title: "Account Executive, Americas and Pacific",
        profile: REPRESENTATIVE,
        role: "Sales Americas and Pacific",
        about: "sells in the Americas and the Pacific; sees none of Europe",
        phone: "+1 617 555 0112",
    },
    SeededPerson {
        username: "elena.marchetti@practice.example",
        first: "Elena",
        last: "Marchetti",
        title: "Head of Sales",
        profile: MANAGER,
        role: "Head of Sales",
        about: "leads both and sees all their records",
        phone: "+44 20 7946 0012",
    },
    SeededPerson {
        username: "ingrid.solheim@practice.example",
        first: "Ingrid",
        last: "Solheim",
        title: "Compliance Officer",
        profile: COMPLIANCE,
        role: "Compliance",
        about: "reads everything and changes nothing",
        phone: "+44 20 7946 0013",
    },
    SeededPerson {
        username: "sam.whitfield@practice.example",
        first: "Sam",
        last: "Whitfield",
        title: "Salesforce Administrator",
        profile: ADMINISTRATOR,
        role: "Managing Director",
        about: "administers the org",
        phone: "+44 20 7946 0014",
    },
];

/// Role and the role above it.
const ROLES: [(&str, Option<&str>); 5] = [
    ("Managing Director", None),
    ("Head of Sales", Some("Managing Director")),
    ("Sales Europe", Some("Head of Sales")),
    ("Sales Americas and Pacific", Some("Head of Sales")),
    ("Compliance", Some("Managing Director")),
];

/// The users, by name, and the queue of web leads.
#[derive(Debug)]
pub(super) struct Team {
    users: Vec<(&'static str, Id)>,
    pub(super) europe: Id,
    pub(super) americas: Id,
    pub(super) manager: Id,
    pub(super) admin: Id,
    pub(super) web_leads: Id,
}

impl Team {
    pub(super) fn user(&self, username: &str) -> Result<Id, OrgError> {
        let found = self.users.iter().find(|(name, _)| *name == username).map(|(_, id)| *id);
        found.ok_or_else(|| OrgError::Seed("a user is missing".to_owned()))
    }

    /// Who looks after a part of the world.
    pub(super) fn of(&self, europe: bool) -> Id {
        if europe { self.europe } else { self.americas }
    }
}

pub(super) fn organization(seeder: &mut Seeder<'_>) -> Result<Team, OrgError> {
    // The administrator made it all, and is made first; its id is known before its row is.
    let admin = Id::numbered(*b"005", 1);
    seeder.admin = Some(admin);
    let when = seeder.span(1140);
    let order = ["sam", "maya", "tom", "elena", "ingrid"];
    seeder.add(
        "Organization",
        admin,
        when,
        &[
            ("Name", text("Northlight Systems (practice)")),
            ("Street", text("1 Fenwright Street")),
            ("City", text("London")),
            ("PostalCode", text("EC2A 4NE")),
            ("Country", text("United Kingdom")),
            ("Phone", text("+44 20 7946 0000")),
            ("PrimaryContact", text("Sam Whitfield")),
            ("DefaultLocaleSidKey", text("en_GB")),
            ("LanguageLocaleKey", text("en_US")),
            ("TimeZoneSidKey", text("GMT")),
            ("OrganizationType", text("Developer Edition")),
            ("InstanceName", text("PRX1")),
            ("IsSandbox", Value::Bool(false)),
            ("FiscalYearStartMonth", Value::Number(1.0)),
        ],
    )?;
    let mut roles: Vec<(&str, Id)> = Vec::new();
    for (name, above) in ROLES {
        let parent = above
            .and_then(|above| roles.iter().find(|(name, _)| *name == above))
            .map(|(_, id)| *id);
        let values = [
            ("Name", text(name)),
            ("DeveloperName", text(name.replace(' ', "_"))),
            ("ParentRoleId", parent.map_or(Value::Null, Value::Id)),
        ];
        roles.push((name, seeder.add("UserRole", admin, when, &values)?));
    }
    let mut profiles: Vec<(&str, Id)> = Vec::new();
    for name in [ADMINISTRATOR, REPRESENTATIVE, MANAGER, COMPLIANCE] {
        let values = [("Name", text(name)), ("UserType", text("Standard"))];
        profiles.push((name, seeder.add("Profile", admin, when, &values)?));
    }
    let id = |list: &[(&str, Id)], wanted: &str| {
        list.iter().find(|(name, _)| *name == wanted).map_or(Value::Null, |(_, id)| Value::Id(*id))
    };
    let mut users = Vec::new();
    for start in order {
        let Some(person) = PEOPLE.iter().find(|person| person.username.starts_with(start)) else {
            continue;
        };
        let alias: String = person
            .first
            .chars()
            .take(1)
            .chain(person.last.chars().take(7))
            .flat_map(char::to_lowercase)
            .collect();
        let values = [
            ("Username", text(person.username)),
            ("FirstName", text(person.first)),
            ("LastName", text(person.last)),
            ("Title", text(person.title)),
            ("Email", text(person.username)),
            ("Phone", text(person.phone)),
            ("Alias", text(alias)),
            ("CommunityNickname", text(person.username.split('@').next().unwrap_or_default())),
            ("CompanyName", text("Northlight Systems")),
            ("Country", text("United Kingdom")),
            ("ProfileId", id(&profiles, person.profile)),
            ("UserRoleId", id(&roles, person.role)),
            ("UserType", text("Standard")),
        ];
        users.push((person.username, seeder.add("User", admin, when, &values)?));
    }
    let of = |start: &str| {
        users.iter().find(|(name, _)| name.starts_with(start)).map_or(admin, |(_, id)| *id)
    };
    let (europe, americas, manager) = (of("maya"), of("tom"), of("elena"));
    let values = [
        ("Name", text("Web Leads")),
        ("DeveloperName", text("Web_Leads")),
        ("Type", text("Queue")),
    ];
    let web_leads = seeder.add("Group", admin, when, &values)?;
    for member in [europe, americas] {
        seeder.add(
            "GroupMember",
            admin,
            when,
            &[("GroupId", Value::Id(web_leads)), ("UserOrGroupId", Value::Id(member))],
        )?;
    }
    values_of_setup(seeder, admin)?;
    audit_trail(seeder, admin)?;
    Ok(Team { users, europe, americas, manager, admin, web_leads })
}

/// What set-up was changed since.
fn audit_trail(seeder: &mut Seeder<'_>, admin: Id) -> Result<(), OrgError> {
    for (section, display) in [
        ("Manage Users", "Created new user Maya Lindqvist"),
        ("Manage Users", "Created new user Tom Okafor"),
        ("Security Controls", "Changed field level security for Opportunity: Discount Model"),
        ("Sharing Defaults", "Changed organization-wide default for Opportunity to Private"),
    ] {
        let when = seeder.span(900);
        let values =
            [("Action", text("setup")), ("Section", text(section)), ("Display", text(display))];
        seeder.add("SetupAuditTrail", admin, when, &values)?;
    }
    Ok(())
}

/// The lists of stages and statuses.
fn values_of_setup(seeder: &mut Seeder<'_>, admin: Id) -> Result<(), OrgError> {
    let when = seeder.span(1140);
    let mut order = 0.0;
    for stage in &STAGES {
        order += 1.0;
        let values = [
            ("MasterLabel", text(stage.name)),
            ("ApiName", text(stage.name)),
            ("IsActive", Value::Bool(true)),
            ("SortOrder", Value::Number(order)),
            ("IsClosed", Value::Bool(stage.closed)),
            ("IsWon", Value::Bool(stage.won)),
            ("ForecastCategoryName", text(stage.forecast.1)),
            ("DefaultProbability", Value::Number(stage.probability)),
        ];
        seeder.add("OpportunityStage", admin, when, &values)?;
    }
    for (object, flag, on) in
        [("LeadStatus", "IsConverted", "Closed - Converted"), ("CaseStatus", "IsClosed", "Closed")]
    {
        let field = if object == "LeadStatus" { ("Lead", "Status") } else { ("Case", "Status") };
        let kind = seeder
            .state
            .schema
            .object(field.0)
            .and_then(|object| object.field(field.1))
            .map(|field| &field.kind);
        let Some(crate::schema::Kind::Picklist(names)) = kind else { continue };
        for (place, name) in names.iter().enumerate() {
            let values = [
                ("MasterLabel", text(name.as_str())),
                ("ApiName", text(name.as_str())),
                ("SortOrder", Value::Number(f64::from(u32::try_from(place).unwrap_or(0)) + 1.0)),
                ("IsDefault", Value::Bool(place == 0)),
                (flag, Value::Bool(name == on)),
            ];
            seeder.add(object, admin, when, &values)?;
        }
    }
    Ok(())
}

/// What is sold: entries of the standard price book, with their prices.
#[derive(Debug)]
pub(super) struct Catalog {
    pub(super) book: Id,
    pub(super) entries: Vec<(Id, f64)>,
    pub(super) campaigns: Vec<Id>,
}

const PRODUCTS: [(&str, &str, &str, f64); 10] = [
    ("Platform Core, per 100 users", "NL-CORE", "Platform", 24_000.0),
    ("Platform Analytics", "NL-ANLT", "Platform", 18_500.0),
    ("Integration Hub", "NL-INTG", "Platform", 15_000.0),
    ("Field Mobile, per 50 devices", "NL-MOBL", "Platform", 9_200.0),
    ("Edge Gateway", "NL-EDGE", "Hardware", 3_450.0),
    ("Implementation, per week", "NL-IMPL", "Services", 8_750.0),
    ("Data Migration", "NL-MIGR", "Services", 12_400.0),
    ("Premier Support, yearly", "NL-PREM", "Support", 11_000.0),
    ("Standard Support, yearly", "NL-STND", "Support", 4_200.0),
    ("Administrator Training", "NL-TRNG", "Training", 1_950.0),
];

pub(super) fn catalog(seeder: &mut Seeder<'_>, team: &Team) -> Result<Catalog, OrgError> {
    let when = seeder.span(1100);
    let values = [
        ("Name", text("Standard Price Book")),
        ("IsActive", Value::Bool(true)),
        ("IsStandard", Value::Bool(true)),
    ];
    let book = seeder.add("Pricebook2", team.admin, when, &values)?;
    let mut entries = Vec::new();
    for (name, code, family, price) in PRODUCTS {
        let values = [
            ("Name", text(name)),
            ("ProductCode", text(code)),
            ("Family", text(family)),
            ("IsActive", Value::Bool(true)),
            ("Description", text(format!("{name}. List price in pounds."))),
        ];
        let product = seeder.add("Product2", team.admin, when, &values)?;
        let values = [
            ("Pricebook2Id", Value::Id(book)),
            ("Product2Id", Value::Id(product)),
            ("UnitPrice", Value::Number(price)),
            ("IsActive", Value::Bool(true)),
        ];
        entries.push((seeder.add("PricebookEntry", team.admin, when, &values)?, price));
    }
    let mut campaigns = Vec::new();
    for (name, kind, days) in [
        ("Utilities Webinar", "Webinar", 620),
        ("Northlight Forum", "Conference", 400),
        ("Spring Newsletter", "Email", 250),
        ("Customer Referral Programme", "Referral Program", 700),
        ("Industry Days", "Trade Show", 90),
        ("Analytics Launch", "Email", 30),
    ] {
        let when = seeder.span(days + 40);
        let values = [
            ("Name", text(name)),
            ("Type", text(kind)),
            ("Status", text(if days > 60 { "Completed" } else { "In Progress" })),
            ("IsActive", Value::Bool(days <= 60)),
            ("StartDate", Value::Date(seeder.day(-days))),
            ("EndDate", Value::Date(seeder.day(40 - days))),
            ("BudgetedCost", Value::Number(f64::from(seeder.chance.below(40)) * 500.0 + 5_000.0)),
        ];
        campaigns.push(seeder.add("Campaign", team.manager, when, &values)?);
    }
    Ok(Catalog { book, entries, campaigns })
}
