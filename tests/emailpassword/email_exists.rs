//! `GET /emailpassword/email/exists`, and the path that older front ends have for it.

use serde_json::json;

use crate::site::{ADA, Site, outcome};
use crate::support::{Reply, TestCore, on_each_core};

const PATHS: [&str; 2] = ["/emailpassword/email/exists", "/signup/email/exists"];
const EVE: &str = "eve@example.com";

on_each_core!(
    an_address_is_known_or_not,
    an_address_without_a_password_is_not_known,
    a_tenant_knows_the_addresses_of_its_own_users,
    asking_for_no_address_is_a_bad_request,
    of_two_addresses_the_first_is_asked_about,
);

async fn ask(site: &Site, path: &str) -> Reply {
    site.app.get(&format!("/auth{path}")).header("rid", "emailpassword").send().await
}

async fn an_address_is_known_or_not(core: TestCore) {
    let site = Site::start(core).await;
    site.new_user("ada+1@example.com").await;
    for path in PATHS {
        for (email, exists) in [
            ("ada%2B1@example.com", true),
            ("ADA%2b1%40Example.com", true),
            ("ada+1@example.com", false),
            (EVE, false),
            ("", false),
        ] {
            let reply = ask(&site, &format!("{path}?email={email}")).await;
            assert_eq!(outcome(&reply), (200, json!({"status": "OK", "exists": exists})), "{path} {email}");
            assert!(reply.leaves_tokens_alone());
        }
    }
}

async fn an_address_without_a_password_is_not_known(core: TestCore) {
    let site = Site::start(core).await;
    let (by_google, by_code) = ("google@example.com", "code@example.com");
    site.third_party_user(by_google, true).await;
    let code = site.ask_core("public", "/recipe/signinup/code", &json!({"email": by_code})).await;
    let link = json!({"preAuthSessionId": code["preAuthSessionId"], "linkCode": code["linkCode"]});
    let consumed = site.ask_core("public", "/recipe/signinup/code/consume", &link).await;
    assert_eq!(consumed["user"]["emails"], json!([by_code]), "there is such a user");
    for email in [by_google, by_code] {
        for path in PATHS {
            let reply = ask(&site, &format!("{path}?email={email}")).await;
            assert_eq!(outcome(&reply), (200, json!({"status": "OK", "exists": false})), "{path} {email}");
        }
        // The same address with a password, of a user of its own.
        site.new_user(email).await;
        for path in PATHS {
            let reply = ask(&site, &format!("{path}?email={email}")).await;
            assert_eq!(outcome(&reply), (200, json!({"status": "OK", "exists": true})), "{path} {email}");
        }
    }
}

async fn a_tenant_knows_the_addresses_of_its_own_users(core: TestCore) {
    let site = Site::start(core).await;
    site.tenant("acme", json!(null)).await;
    site.new_user(ADA).await;
    site.new_user_of("acme", EVE).await;
    for path in PATHS {
        for (tenant, email, exists) in [
            ("", ADA, true),
            ("/public", ADA, true),
            ("/acme", ADA, false),
            ("", EVE, false),
            ("/public", EVE, false),
            ("/acme", EVE, true),
        ] {
            let reply = ask(&site, &format!("{tenant}{path}?email={email}")).await;
            assert_eq!(outcome(&reply), (200, json!({"status": "OK", "exists": exists})), "{tenant}{path} {email}");
        }
        let nowhere = ask(&site, &format!("/nowhere{path}?email={ADA}")).await;
        assert_eq!(outcome(&nowhere), (500, json!({"message": "Internal server error"})), "{path}");
    }
}

async fn asking_for_no_address_is_a_bad_request(core: TestCore) {
    let site = Site::start(core).await;
    for path in PATHS {
        for query in ["", "?", "?mail=a@example.com", "?Email=a@example.com"] {
            let reply = ask(&site, &format!("{path}{query}")).await;
            let message = "Please provide the email as a GET param";
            assert_eq!(outcome(&reply), (400, json!({"message": message})), "{path}{query}");
        }
    }
    assert!(site.app.core_calls().is_empty(), "the core is not asked");
}

async fn of_two_addresses_the_first_is_asked_about(core: TestCore) {
    let site = Site::start(core).await;
    site.new_user(ADA).await;
    for path in PATHS {
        for (emails, exists) in [([ADA, EVE], true), ([EVE, ADA], false), (["", ADA], false)] {
            let reply = ask(&site, &format!("{path}?email={}&email={}", emails[0], emails[1])).await;
            assert_eq!(outcome(&reply), (200, json!({"status": "OK", "exists": exists})), "{path} {emails:?}");
        }
    }
}
