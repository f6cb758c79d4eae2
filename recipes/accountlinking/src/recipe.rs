//! The recipe: its configuration, and what it brings to an application.

use std::sync::Arc;

use supertokens_kernel::ports::{self, AutomaticLinking, PrimaryUsers};
use supertokens_kernel::{BoxFuture, Error, InitError, LoginMethod, Ports, Recipe, Setup, User, UserContext};

use crate::decisions::Decisions;
use crate::functions::AccountLinkingFunctionsBuilder;
use crate::implementation::Implementation;
use crate::linker::AccountLinker;
use crate::types::AccountToLink;

const RECIPE_ID: &str = "accountlinking";

type OnAccountLinked = Arc<dyn Fn(User, LoginMethod, UserContext) -> BoxFuture<Result<(), Error>> + Send + Sync>;
type Rule = Arc<dyn Fn(AccountToLink) -> BoxFuture<Result<AutomaticLinking, Error>> + Send + Sync>;

/// The account linking recipe, to be configured, overridden, and handed to `SuperTokens::init`.
///
/// Recipes that sign people in bring it along. List it to link accounts automatically or to override something:
///
/// ```
/// use supertokens_accountlinking::{AccountLinking, AutomaticLinking};
/// use supertokens_kernel::Recipe;
///
/// let recipe = AccountLinking::new()
///     .should_do_automatic_account_linking(async |account| {
///         // never to the user of a session, always by a verified address
///         if account.session.is_some() {
///             return Ok(AutomaticLinking::No);
///         }
///         Ok(AutomaticLinking::Yes { should_require_verification: true })
///     })
///     .boxed();
/// # let _ = recipe;
/// ```
#[derive(Clone, Default)]
#[must_use]
pub struct AccountLinking {
    config: Config,
    functions: AccountLinkingFunctionsBuilder,
}

/// What the application said.
#[derive(Clone, Default)]
pub(crate) struct Config {
    pub(crate) on_account_linked: Option<OnAccountLinked>,
    pub(crate) should_do_automatic_account_linking: Option<Rule>,
}

impl AccountLinking {
    /// The recipe with its defaults: nothing is linked by itself.
    pub fn new() -> Self {
        Self::default()
    }

    /// The linking of an application.
    ///
    /// # Errors
    ///
    /// [`Error::RecipeNotInitialised`] if it does not have the recipe.
    pub fn of(app: &impl AsRef<Ports>) -> Result<AccountLinker, Error> {
        Ok((*app.as_ref().require::<AccountLinker>(RECIPE_ID)?).clone())
    }

    /// Overrides functions. Called twice, the second call's overrides lie over those of the first.
    pub fn override_functions(
        mut self,
        overrides: impl FnOnce(AccountLinkingFunctionsBuilder) -> AccountLinkingFunctionsBuilder,
    ) -> Self {
        self.functions = overrides(self.functions);
        self
    }

    /// Decides whether an account is linked by itself; never unless said otherwise.
    ///
    /// Asked while somebody signs up or in, verifies an address, or changes one. The answer should depend on nothing but
    /// what is asked, or accounts end up linked halfway.
    pub fn should_do_automatic_account_linking<F, Fut>(mut self, rule: F) -> Self
    where
        F: Fn(AccountToLink) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<AutomaticLinking, Error>> + Send + 'static,
    {
        self.config.should_do_automatic_account_linking = Some(Arc::new(move |account| Box::pin(rule(account))));
        self
    }

    /// Called when an account has been linked: with the primary user as they are now, and the login method that is new.
    /// Here the application merges what it keeps of the two.
    pub fn on_account_linked<F, Fut>(mut self, handler: F) -> Self
    where
        F: Fn(User, LoginMethod, UserContext) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), Error>> + Send + 'static,
    {
        let handler = move |user, new_account, context| -> BoxFuture<Result<(), Error>> {
            Box::pin(handler(user, new_account, context))
        };
        self.config.on_account_linked = Some(Arc::new(handler));
        self
    }
}

impl Recipe for AccountLinking {
    fn id(&self) -> &'static str {
        RECIPE_ID
    }

    fn build(&self, setup: &mut Setup) -> Result<(), InitError> {
        let config = Arc::new(self.config.clone());
        let ports = setup.ports().clone();
        let original = Implementation { core: setup.core(), config: config.clone(), ports: ports.clone() };
        let functions = self.functions.clone().build(original);
        let decisions = Decisions { functions, config, ports };
        setup.provide::<dyn ports::AccountLinking>(Arc::new(decisions.clone()))?;
        setup.provide::<dyn PrimaryUsers>(Arc::new(decisions.clone()))?;
        setup.provide(Arc::new(AccountLinker::new(decisions)))
    }
}
