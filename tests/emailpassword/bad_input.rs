//! What no front end would send: a bad request each, and never more.

use serde_json::json;
use supertokens::emailpassword::{EmailPassword, FormField, SignUpPost};

use crate::site::{ADA, PASSWORD, Site, credentials, field_error, form, outcome};
use crate::support::{TestCore, on_each_core};

const POSTS: [&str; 4] =
    ["/auth/signup", "/auth/signin", "/auth/user/password/reset/token", "/auth/user/password/reset"];

on_each_core!(
    bodies_that_are_no_object_are_refused,
    lists_that_are_none_are_refused,
    fields_of_wrong_types_are_refused,
    too_many_fields_are_refused,
    of_two_fields_with_one_id_the_first_counts,
    of_a_member_that_is_repeated_the_last_counts,
    unknown_members_are_passed_over,
    huge_and_deep_bodies_are_refused,
    long_addresses_and_passwords_are_refused_or_wrong,
    other_methods_are_the_applications_own,
);

async fn bodies_that_are_no_object_are_refused(core: TestCore) {
    let site = Site::start(core).await;
    for path in POSTS {
        for body in [&b"{"[..], b"formFields=1", b"{\"formFields\": [}", b"\xff\xfe", b"{\"a\": \"\xc3\x28\"}", b"\0"] {
            let reply = site.app.post(path).header("content-type", "application/json").body(body).send().await;
            assert_eq!(reply.status, 400, "{path} {body:?}");
            assert!(reply.body["message"].as_str().unwrap().starts_with("API input error"), "{reply:?}");
        }
        for body in ["", "null", "[]", "1", "\"formFields\"", "{}"] {
            let reply = site.app.post(path).body(body).send().await;
            assert_eq!(reply.outcome(), (400, "Missing input param: formFields"), "{path} {body}");
        }
    }
    // Nothing was made of it.
    assert!(site.app.core_calls().iter().all(|call| !call.starts_with("POST")));
}

async fn lists_that_are_none_are_refused(core: TestCore) {
    let site = Site::start(core).await;
    for path in POSTS {
        for fields in [json!(null), json!({}), json!("email"), json!(1), json!(true)] {
            let reply = site.post(path, &json!({"formFields": fields})).await;
            assert_eq!(reply.outcome(), (400, "formFields must be an array"), "{path}");
        }
        for element in [json!(null), json!("email"), json!(1)] {
            let reply = site.post(path, &json!({"formFields": [element]})).await;
            assert_eq!(reply.outcome(), (400, "All elements of formFields must be an object"), "{path}");
        }
    }
}

async fn fields_of_wrong_types_are_refused(core: TestCore) {
    let site = Site::start(core).await;
    let needs_both = "All elements of formFields must contain an 'id' and 'value' field";
    for path in POSTS {
        for element in [
            json!({}),
            json!([]),
            json!({"id": "email"}),
            json!({"value": ADA}),
            json!({"id": 1, "value": ADA}),
            json!({"id": null, "value": ADA}),
        ] {
            let reply = site.post(path, &json!({"formFields": [element]})).await;
            assert_eq!(reply.outcome(), (400, needs_both), "{path}");
        }
        for id in ["email", "password"] {
            for value in [json!(null), json!(1), json!(true), json!([ADA]), json!({"a": ADA})] {
                let reply = site.post(path, &json!({"formFields": [{"id": id, "value": value}]})).await;
                assert_eq!(reply.outcome(), (400, &*format!("{id} value must be a string")), "{path}");
            }
        }
    }
}

async fn too_many_fields_are_refused(core: TestCore) {
    let site = Site::start(core).await;
    let many = form(&[("email", ADA), ("password", PASSWORD), ("email", "eve@example.com")]);
    for path in POSTS {
        assert_eq!(site.post(path, &many).await.outcome(), (400, "Are you sending too many formFields?"), "{path}");
    }
}

async fn of_two_fields_with_one_id_the_first_counts(core: TestCore) {
    // As many fields as are sent at most, or there would be too many.
    let recipe = EmailPassword::new()
        .form_field(FormField::new("name").optional().validate(async |name, _, _| match name == json!("Ada") {
            true => Ok(()),
            false => Err("Not Ada".to_owned()),
        }))
        .form_field(FormField::new("town").optional())
        .override_apis(|apis| {
            apis.sign_up_post(async |input: SignUpPost, original| {
                assert_eq!(input.form_fields.others().filter(|(id, _)| *id == "name").count(), 1);
                assert_eq!(input.form_fields.get("name"), Some(&json!("Ada")));
                original.sign_up_post(input).await
            })
        });
    let site = Site::with(core, recipe).await;
    let (eve, other) = ("eve@example.com", "another one 2");
    for repeated in [("password", other), ("email", eve), ("name", "Eve")] {
        let email = format!("{}-twice@example.com", repeated.0);
        let fields = [("email", &*email), ("password", PASSWORD), ("name", "Ada"), repeated];
        assert_eq!(site.post("/auth/signup", &form(&fields)).await.body["status"], "OK", "{repeated:?}");
        assert_eq!(site.sign_in(&email, PASSWORD).await.body["status"], "OK", "{repeated:?}");
        assert_eq!(site.sign_in(&email, other).await.body, json!({"status": "WRONG_CREDENTIALS_ERROR"}));
    }
    assert_eq!(site.sign_in(eve, PASSWORD).await.body, json!({"status": "WRONG_CREDENTIALS_ERROR"}));
    // The first counts also where it is the wrong one.
    for (first, error) in [
        (("password", "short1"), ("password", "Password must contain at least 8 characters, including a number")),
        (("password", ""), ("password", "Field is not optional")),
        (("email", "ada"), ("email", "Email is invalid")),
        (("email", ""), ("email", "Field is not optional")),
        (("name", "Eve"), ("name", "Not Ada")),
    ] {
        let good = [("email", ADA), ("password", PASSWORD), ("name", "Ada")];
        let fields: Vec<_> = [first].into_iter().chain(good).collect();
        let reply = site.post("/auth/signup", &form(&fields)).await;
        assert_eq!(outcome(&reply), (200, field_error(&[error])), "{first:?}");
    }
}

/// As everywhere in JSON.
async fn of_a_member_that_is_repeated_the_last_counts(core: TestCore) {
    let site = Site::start(core).await;
    let repeated = format!(
        r#"{{"formFields": [], "formFields": [{{"id": "x", "id": "email", "value": "{ADA}"}}, {{"id": "password",
           "value": "short", "value": "{PASSWORD}"}}]}}"#
    );
    assert_eq!(site.app.post("/auth/signup").body(repeated).send().await.body["status"], "OK");
    assert_eq!(site.sign_in(ADA, PASSWORD).await.body["status"], "OK");
}

async fn unknown_members_are_passed_over(core: TestCore) {
    let site = Site::start(core).await;
    let mut body = credentials(ADA, PASSWORD);
    body["unknown"] = json!({"deep": [1, 2, {"three": null}]});
    body["formFields"][0]["unknown"] = json!("x");
    assert_eq!(site.post("/auth/signup", &body).await.body["status"], "OK");
    // A field that the form does not have takes the place of one that it has.
    let reply = site.post("/auth/signin", &form(&[("email", ADA), ("unknown", "x")])).await;
    assert_eq!(reply.body["formFields"], json!([{"id": "password", "error": "Field is not optional"}]));
}

async fn huge_and_deep_bodies_are_refused(core: TestCore) {
    let site = Site::start(core).await;
    let huge = format!("{{\"formFields\": [\"{}\"]}}", "a".repeat(10 * 1024 * 1024));
    let deep = format!("{{\"formFields\": {}1{}}}", "[".repeat(10_000), "]".repeat(10_000));
    for path in POSTS {
        assert_eq!(site.app.post(path).body(huge.clone()).send().await.status, 413, "{path}");
        let reply = site.app.post(path).body(deep.clone()).send().await;
        assert_eq!(reply.outcome(), (400, "API input error: the JSON body nests deeper than 64"), "{path}");
    }
}

async fn long_addresses_and_passwords_are_refused_or_wrong(core: TestCore) {
    let site = Site::start(core).await;
    site.new_user(ADA).await;
    let long = "a1".repeat(200_000);
    let address = format!("{long}@example.com");
    assert_eq!(site.sign_up(ADA, &long).await.body["status"], "FIELD_ERROR");
    assert_eq!(site.sign_up(&address, PASSWORD).await.body["status"], "FIELD_ERROR");
    assert_eq!(site.sign_in(&address, PASSWORD).await.body["status"], "FIELD_ERROR");
    assert_eq!(site.ask_for_reset(&address).await.body["status"], "FIELD_ERROR");
    assert_eq!(site.sign_in(ADA, &long).await.body, json!({"status": "WRONG_CREDENTIALS_ERROR"}));
    let exists = site.app.get(&format!("/auth/emailpassword/email/exists?email={}", "a".repeat(50_000))).send().await;
    assert_eq!(exists.body, json!({"status": "OK", "exists": false}));
}

async fn other_methods_are_the_applications_own(core: TestCore) {
    let site = Site::start(core).await;
    for path in POSTS {
        assert_eq!(site.app.get(path).send().await.status, 404);
    }
    assert_eq!(site.app.post("/auth/emailpassword/email/exists?email=a").send().await.status, 404);
}
