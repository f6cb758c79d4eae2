//! Third-party sign-in.

use serde::Serialize;

use super::{
    Endpoint, Reply,
    contact::email,
    users::{UserReply, many},
};
use crate::{
    core::Context,
    email,
    http::{ApiError, Fields, json},
    random,
    storage::{AccountInfo, StoredThirdParty, UserRecipe, UserRecords},
    third_party::{self, SignedInUp, ThirdPartyUser},
    users::{self, Combine},
};

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint::at("/recipe/signinup").post(|context| Box::pin(sign_in_up(context))),
    Endpoint::at("/recipe/users/by-email").get(|context| Box::pin(by_email(context))),
];

/// The longest id of a third party or of a user there, in bytes.
const MAX_ID_BYTES: usize = 2048;

/// `POST /recipe/signinup`.
async fn sign_in_up(context: &Context<'_>) -> Reply {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Reply<'r> {
        status: &'static str,
        created_new_user: bool,
        user: UserReply<'r>,
        recipe_user_id: &'r str,
    }

    #[derive(Serialize)]
    struct NotAllowed {
        status: &'static str,
        reason: &'static str,
    }

    let fields = Fields::parse(context.request.body)?;
    let account = StoredThirdParty { id: id(&fields, "thirdPartyId")?, user_id: id(&fields, "thirdPartyUserId")? };
    let address = fields.fields("email")?;
    let given =
        ThirdPartyUser { account, email: email(&address, "id")?, is_email_verified: address.boolean("isVerified")? };
    let (tenant, now_ms, new_user_id) = (context.tenant()?, context.now_ms(), random::uuid()?);
    let sign_in_up =
        move |records: &mut dyn UserRecords| third_party::sign_in_up(records, &tenant, given, new_user_id, now_ms);
    match context.storage().change_users(sign_in_up).await? {
        SignedInUp::Yes { created_new_user, user, recipe_user_id } => {
            context.note_active(&user.user_id).await?;
            json(&Reply {
                status: "OK",
                created_new_user,
                recipe_user_id: user.shown_recipe_user_id(&recipe_user_id),
                user: UserReply::new(&user),
            })
        }
        SignedInUp::EmailNotAllowed => json(&NotAllowed {
            status: "EMAIL_CHANGE_NOT_ALLOWED_ERROR",
            reason: "Email already associated with another primary user.",
        }),
    }
}

/// `GET /recipe/users/by-email`, an older form: users with a third party's account of that address.
async fn by_email(context: &Context<'_>) -> Reply {
    let email = email::normalise(&context.request.parameter("email")?);
    let tenant = context.tenant()?;
    let find = move |records: &dyn UserRecords| {
        let mut users = users::with_account_info(records, &tenant, &[AccountInfo::Email(&email)], Combine::All)?;
        users.retain(|user| {
            let mut methods = user.login_methods.iter();
            methods.any(|method| method.recipe == UserRecipe::ThirdParty && method.email.as_deref() == Some(&email))
        });
        Ok(users)
    };
    many(&context.storage().read_users(find).await?)
}

fn id(fields: &Fields<'_>, name: &str) -> Result<String, ApiError> {
    let id = fields.string(name)?.into_owned();
    if id.len() > MAX_ID_BYTES {
        return Err(ApiError::bad_request(format!("{name} must have at most {MAX_ID_BYTES} bytes")));
    }
    Ok(id)
}
