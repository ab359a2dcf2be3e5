//! Profiles that share a login: one login with all of their scopes is enough for them.

use std::path::PathBuf;

use url::Url;

use super::session::{settings, store};
use crate::Result;
use crate::fs::is_same_file;
use crate::globus::scope;
use crate::profile::{Grant, Profile};

/// Profiles with the same client, token file, namespace, Globus Auth and kind of account. A member is what the caller
/// has for each.
#[derive(Debug)]
pub struct LoginGroup<M> {
    pub members: Vec<M>,
    /// The profiles of the members.
    pub(super) profiles: Vec<Profile>,
    /// A profile whose login is enough for every member.
    pub(super) profile: Profile,
    tokens: Option<TokenPlace>,
}

/// Where the tokens of a login come from, and where they are kept.
#[derive(Debug)]
struct TokenPlace {
    auth: Url,
    /// `None` in memory.
    file: Option<PathBuf>,
}

impl<M> LoginGroup<M> {
    /// The login of one profile.
    pub fn of(member: M, profile: &Profile) -> Result<Self> {
        let services = settings::services(profile)?;
        let file = store::of(profile, &services)?.file().map(ToOwned::to_owned);
        let tokens = Some(TokenPlace { auth: (*services.auth).clone(), file });
        Ok(Self { tokens, ..Self::alone(member, profile) })
    }

    /// A login that no other profile shares, whatever its settings.
    pub fn alone(member: M, profile: &Profile) -> Self {
        let (members, profiles) = (vec![member], vec![profile.clone()]);
        Self { members, profiles, profile: profile.clone(), tokens: None }
    }

    /// Whether its tokens outlive this process.
    pub fn keeps_tokens(&self) -> bool {
        self.tokens.as_ref().is_some_and(|tokens| tokens.file.is_some())
    }

    /// Adds this login to those with which it can be shared. Their order is that of their first members.
    pub fn add_to(self, groups: &mut Vec<Self>) {
        match groups.iter_mut().find(|known| known.is_shared_with(&self)) {
            Some(known) => known.join(self),
            None => groups.push(self),
        }
    }

    fn is_shared_with(&self, other: &Self) -> bool {
        let is_person = |login: &Self| matches!(login.profile.auth.grant, Grant::Person(_));
        self.profile.client_id == other.profile.client_id
            && self.profile.auth.namespace == other.profile.auth.namespace
            && is_person(self) == is_person(other)
            && match (&self.tokens, &other.tokens) {
                (Some(own), Some(others)) => {
                    own.auth == others.auth
                        && match (&own.file, &others.file) {
                            (Some(own), Some(other)) => is_same_file(own, other),
                            // Tokens in memory are those of one session.
                            (None, None) => settings::connect_alike(&self.profile, &other.profile),
                            _ => false,
                        }
                }
                _ => false,
            }
    }

    fn join(&mut self, other: Self) {
        self.members.extend(other.members);
        self.profiles.extend(other.profiles);
        scope::merge(&mut self.profile.scopes, &other.profile.scopes);
        if let (Grant::Person(person), Grant::Person(more)) =
            (&mut self.profile.auth.grant, &other.profile.auth.grant)
        {
            person.refresh_tokens |= more.refresh_tokens;
        }
    }
}
