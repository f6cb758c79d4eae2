//! `POST /signin`: makes a session of a user who knows the password.

use std::sync::Arc;

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::Value;
use supertokens_kernel::auth_flow::{
    AuthFlow, GetAuthenticatingUser, LinkingFailureCodes, PostAuthChecks, PreAuthChecks, PreAuthChecksResponse,
    reason_with_code,
};
use supertokens_kernel::http::{general_error_response, json_response};
use supertokens_kernel::ports::factor_ids;
use supertokens_kernel::users::auth_reply;
use supertokens_kernel::{AccountInfo, AccountInfoWithRecipeId, ApiCall, Error, RecipeId};

use super::{ApiImplementation, LinkTo, Routes, not_allowed, status};
use crate::apis::{EmailPasswordApis, SignInPost as Input, SignInPostResponse as Output};
use crate::form::{Form, FormFields};
use crate::functions::{SignIn, SignInResponse, VerifyCredentials, VerifyCredentialsResponse};
use crate::throttle::{SignInAttempt, SignInOutcome, SignInThrottle};
use crate::validators::is_fake_email;

/// The route's path below the API base path.
pub const SIGN_IN_API: &str = "/signin";

const LINKING_FAILURES: LinkingFailureCodes = LinkingFailureCodes::new([9, 10, 11, 12]);

/// Answers a request.
pub(crate) async fn sign_in_post(routes: Arc<Routes>, call: ApiCall) -> Result<Response<Bytes>, Error> {
    let body: Value = call.exchange.request.json()?;
    let link_to = routes.link_to(&call, &body).await?;
    let form_fields = routes.fields.read(Form::SignIn, &body, &link_to.tenant_id, &call.user_context).await?;
    let Some(throttle) = &routes.throttle else {
        return reply(routes.sign_in(call, link_to, form_fields).await?);
    };
    // Counted for the tenant whose users are asked for, which is the session's where there is one: the path can be
    // anything then.
    let attempt = SignInAttempt::new(
        link_to.tenant_id.clone(),
        form_fields.email(),
        call.exchange.request.clone(),
        routes.clock.now_ms(),
    )
    .user_context(call.user_context.clone());
    if let Some(refusal) = throttle.before_sign_in(attempt.clone()).await?.reply()? {
        return Ok(refusal);
    }
    let signed_in = routes.sign_in(call, link_to, form_fields).await;
    let outcome = match &signed_in {
        Ok((Output::Ok { .. }, _)) => SignInOutcome::SignedIn,
        Ok(_) => SignInOutcome::WrongCredentials,
        // What the front end is told about the form may be an override's way to say that the password is wrong.
        Err(error) if error.usual_status().is_success() => SignInOutcome::WrongCredentials,
        Err(_) => SignInOutcome::Undecided,
    };
    tell(&**throttle, attempt, outcome).await;
    reply(signed_in?)
}

impl Routes {
    async fn sign_in(
        &self,
        call: ApiCall,
        link_to: LinkTo,
        form_fields: FormFields,
    ) -> Result<(Output, supertokens_kernel::Request), Error> {
        let LinkTo { session, should_try, tenant_id } = link_to;
        let request = call.exchange.request.clone();
        let input = Input::new(form_fields, tenant_id, self.functions.clone(), call.exchange)
            .session(session)
            .should_try_linking_with_session_user(should_try)
            .user_context(call.user_context);
        Ok((self.apis.sign_in_post(input).await?, request))
    }
}

/// Whoever has signed in stays so, also if that cannot be counted.
async fn tell(throttle: &dyn SignInThrottle, attempt: SignInAttempt, outcome: SignInOutcome) {
    if let Err(error) = throttle.after_sign_in(attempt, outcome).await {
        tracing::error!(target: "supertokens", %error, "the throttle of sign-ins failed to count one");
    }
}

fn reply((output, request): (Output, supertokens_kernel::Request)) -> Result<Response<Bytes>, Error> {
    match output {
        Output::Ok { user, session } => json_response(StatusCode::OK, &auth_reply(&request, &user, &*session, None)?),
        Output::WrongCredentials => status("WRONG_CREDENTIALS_ERROR"),
        Output::SignInNotAllowed { reason } => not_allowed("SIGN_IN_NOT_ALLOWED", &reason),
        Output::GeneralError { message } => general_error_response(&message),
    }
}

impl ApiImplementation {
    pub(crate) async fn sign_in_post(&self, input: Input, _top: &EmailPasswordApis) -> Result<Output, Error> {
        let (context, flow) = (input.user_context.clone(), AuthFlow::of(&self.ports));
        let (email, password) = (input.form_fields.email().to_owned(), input.form_fields.required_password()?);
        if is_fake_email(&email) && input.session.is_none() {
            // Made-up addresses are for second factors only.
            return Ok(Output::WrongCredentials);
        }
        let verify = |tenant_id| {
            let verify = VerifyCredentials::new(tenant_id, &*email, password.clone()).user_context(context.clone());
            input.functions.verify_credentials(verify)
        };
        let find =
            GetAuthenticatingUser::new(input.tenant_id.clone(), RecipeId::EmailPassword, AccountInfo::email(&*email))
                .session(input.session.clone())
                .user_context(context.clone());
        let is_right = async |tenant_id| match verify(tenant_id).await? {
            VerifyCredentialsResponse::Ok { .. } => Ok(true),
            VerifyCredentialsResponse::WrongCredentials => Ok(false),
        };
        let found = flow.get_authenticating_user_and_add_to_current_tenant_if_required(find, is_right).await?;
        let Some(found) = found else {
            // Takes as long as for an address that there is: the core is asked for the tenant's factors, and hashes the
            // password, in either case.
            flow.get_available_first_factors(&input.tenant_id, &context).await?;
            verify(input.tenant_id.clone()).await?;
            return Ok(Output::WrongCredentials);
        };

        let account_info = AccountInfoWithRecipeId::new(RecipeId::EmailPassword).email(&*email);
        let factors = [factor_ids::EMAILPASSWORD.to_owned()];
        let checks = PreAuthChecks::new(input.tenant_id.clone(), account_info, factors)
            .authenticating_user(found.user)
            .is_verified(found.login_method.verified)
            .session(input.session.clone())
            .should_try_linking_with_session_user(input.should_try_linking_with_session_user)
            .user_context(context.clone());
        let checked = flow.pre_auth_checks(checks).await;
        // Why a sign-in is refused is for those who know the password: to all others the address is as good as unknown.
        if !matches!(checked, Ok(PreAuthChecksResponse::Ok { .. })) && !is_right(input.tenant_id.clone()).await? {
            return Ok(Output::WrongCredentials);
        }
        let is_first_factor = match checked? {
            PreAuthChecksResponse::Ok { is_first_factor, .. } => is_first_factor,
            PreAuthChecksResponse::LinkingToSessionUserFailed(failure) => {
                return Ok(Output::SignInNotAllowed { reason: LINKING_FAILURES.reason(failure) });
            }
            _ => {
                let text = "Cannot sign in due to security reasons. Please try resetting your password, use a \
                            different login method or contact support.";
                return Ok(Output::SignInNotAllowed { reason: reason_with_code(text, 8) });
            }
        };
        if is_first_factor && is_fake_email(&email) {
            return Ok(Output::WrongCredentials);
        }

        let sign_in = SignIn::new(input.tenant_id.clone(), &*email, password.clone())
            .session(input.session.clone())
            .should_try_linking_with_session_user(input.should_try_linking_with_session_user)
            .user_context(context.clone());
        let (user, recipe_user_id) = match input.functions.sign_in(sign_in).await? {
            SignInResponse::Ok { user, recipe_user_id } => (user, recipe_user_id),
            SignInResponse::WrongCredentials => return Ok(Output::WrongCredentials),
            SignInResponse::LinkingToSessionUserFailed(failure) => {
                return Ok(Output::SignInNotAllowed { reason: LINKING_FAILURES.reason(failure) });
            }
        };
        let checks = PostAuthChecks::new(
            input.exchange.clone(),
            input.tenant_id.clone(),
            user.clone(),
            recipe_user_id,
            factor_ids::EMAILPASSWORD,
        );
        let session =
            flow.post_auth_checks(checks.session(input.session.clone()).user_context(context.clone())).await?;
        Ok(Output::Ok { user, session })
    }
}
