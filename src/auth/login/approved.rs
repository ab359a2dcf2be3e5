//! The login flow of the sandbox: approved without a person.

use super::Login;
use crate::auth::authorizer::Wanted;
use crate::auth::oauth::{OAuthClient, Refusal};
use crate::sandbox::Sandbox;
use crate::tokens::Tokens;
use crate::{Error, Result};

impl Login for Sandbox {
    async fn log_in(&self, client: &OAuthClient<'_>, wanted: &Wanted<'_>) -> Result<Tokens> {
        let authorization = client.authorize(wanted);
        let code = self.approve(&authorization.url)?;
        client.exchange(&authorization, &code).await.map_err(|refusal| match refusal {
            Refusal::Other(error) => error,
            Refusal::InvalidGrant(why) => Error::failed("the sandbox refused its own code").because(why),
        })
    }
}
