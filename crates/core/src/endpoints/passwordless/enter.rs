//! `POST /recipe/signinup/code/check` and `/consume`.

use serde::Serialize;

use super::{DeviceReply, Reply, device_id, status};
use crate::{
    core::Context,
    endpoints::users::UserReply,
    http::{ApiError, Fields, json},
    passwordless::{
        self, Entered, Entry, Limits,
        derivation::{LinkCode, parse_pre_auth_session_id},
    },
    random,
    storage::{DeviceIdHash, UserRecords},
};

/// What a request enters.
struct Input {
    /// Whose code it says that it is. `None` if no device can have that name.
    device: Option<DeviceIdHash>,
    entry: Entry,
}

/// Says whether a code is good, and leaves it so.
pub(super) async fn check(context: &Context<'_>) -> Reply {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Checked<'r> {
        status: &'static str,
        consumed_device: DeviceReply<'r>,
    }

    let input = Input::read(context)?;
    let (tenant, limits) = (context.tenant()?, limits(context)?);
    let enter =
        move |records: &mut dyn UserRecords| passwordless::enter(records, &tenant, input.device, &input.entry, limits);
    match context.storage().change_users(enter).await? {
        Entered::Good(device) => json(&Checked { status: "OK", consumed_device: DeviceReply::new(&device) }),
        refused => refusal(&refused, limits),
    }
}

/// Signs in or up.
pub(super) async fn consume(context: &Context<'_>) -> Reply {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Consumed<'r> {
        status: &'static str,
        created_new_user: bool,
        user: UserReply<'r>,
        recipe_user_id: &'r str,
        consumed_device: DeviceReply<'r>,
    }

    let input = Input::read(context)?;
    let (tenant, limits) = (context.tenant()?, limits(context)?);
    let new_user_id = random::uuid()?;
    let consume = move |records: &mut dyn UserRecords| {
        passwordless::consume(records, &tenant, input.device, &input.entry, limits, new_user_id)
    };
    match context.storage().change_many_users(consume).await? {
        Ok(signed_in) => {
            context.note_active(&signed_in.user.user_id).await?;
            json(&Consumed {
                status: "OK",
                created_new_user: signed_in.created_new_user,
                user: UserReply::new(&signed_in.user),
                recipe_user_id: signed_in.user.shown_recipe_user_id(&signed_in.recipe_user_id),
                consumed_device: DeviceReply::new(&signed_in.device),
            })
        }
        Err(refused) => refusal(&refused, limits),
    }
}

impl Input {
    fn read(context: &Context<'_>) -> Result<Self, ApiError> {
        let fields = Fields::parse(context.request.body)?;
        let pre_auth_session_id = fields.string("preAuthSessionId")?;
        let names = ["linkCode", "deviceId", "userInputCode"].map(|name| fields.has(name));
        let entry = match names {
            [true, false, false] => {
                let link_code = LinkCode::parse(&fields.string("linkCode")?);
                Entry::Link(link_code.ok_or_else(|| ApiError::bad_request("Input encoding error in linkCode"))?)
            }
            [false, true, true] => {
                let device = fields.string("deviceId")?;
                let user_input_code = fields.string("userInputCode")?.into_owned();
                Entry::Typed { device: device_id(&device)?, user_input_code }
            }
            _ => {
                return Err(ApiError::bad_request("Please provide exactly one of linkCode or deviceId+userInputCode"));
            }
        };
        Ok(Self { device: parse_pre_auth_session_id(&pre_auth_session_id), entry })
    }
}

fn limits(context: &Context<'_>) -> Result<Limits, ApiError> {
    let config = context.tenant_config()?;
    Ok(Limits {
        code_lifetime_ms: config.passwordless_code_lifetime,
        max_attempts: config.passwordless_max_code_input_attempts,
        now_ms: context.now_ms(),
    })
}

fn refusal(refused: &Entered, limits: Limits) -> Reply {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Wrong {
        status: &'static str,
        failed_code_input_attempt_count: u32,
        maximum_code_input_attempts: u32,
    }

    let wrong = |status, failed_attempts| {
        json(&Wrong {
            status,
            failed_code_input_attempt_count: failed_attempts,
            maximum_code_input_attempts: limits.max_attempts,
        })
    };
    match refused {
        Entered::Incorrect { failed_attempts } => wrong("INCORRECT_USER_INPUT_CODE_ERROR", *failed_attempts),
        Entered::Expired { failed_attempts } => wrong("EXPIRED_USER_INPUT_CODE_ERROR", *failed_attempts),
        Entered::OtherDevice => Err(ApiError::bad_request("preAuthSessionId and deviceId doesn't match")),
        // A good code is no refusal.
        Entered::RestartFlow | Entered::Good(_) => status("RESTART_FLOW_ERROR"),
    }
}
