//! The two functions of the service that an application may override.

use std::sync::Arc;

use supertokens_kernel::delivery::{Email, EmailContent};
use supertokens_kernel::{Error, NormalisedAppInfo, input, overridable};

use crate::implementation::Implementation;
use crate::settings::SmtpSender;

input! {
    /// What [`SmtpFunctions::get_content`] takes.
    GetContent {
        /// The e-mail; [`downcast_ref`](Email::downcast_ref) gives it as its recipe's type.
        email: Arc<dyn Email>,
        /// The application that sends it.
        app_info: Arc<NormalisedAppInfo>,
    } with {}
}

input! {
    /// What [`SmtpFunctions::send_raw_email`] takes.
    SendRawEmail {
        /// The e-mail in words, with the address that it goes to.
        content: EmailContent,
        /// Who it comes from: the sender of the settings.
        from: SmtpSender,
    } with {}
}

overridable! {
    /// The functions of an [`SmtpService`](crate::SmtpService).
    pub SmtpFunctions, SmtpFunctionsBuilder, SmtpFunctionsOverride, SmtpFunctionsLayer, SmtpFunction,
    recipe "smtp", original Implementation, error Error;
    /// The words of an e-mail: those that its recipe has for it.
    async fn get_content(GetContent) -> EmailContent;
    /// Hands an e-mail to the mail server.
    async fn send_raw_email(SendRawEmail) -> ();
}
