//! What finding users costs the embedded core on a file, with a thousand users and up to a million: signing in, getting
//! one, and pages of the list.
//!
//! `cargo bench -p supertokens-benches --bench users`. Filling the database takes minutes. Times are CPU time of the
//! process, all threads; compare rows of one run. Each request is about another user, at random. The password hashes are
//! the cheapest that there are, so what hashing costs is not in here.
#![allow(
    missing_docs,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a program, whose only item is the function of criterion's macro"
)]

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;

use bytes::Bytes;
use criterion::{Criterion, criterion_group, criterion_main};
use http::Request;
use serde_json::{Value, json};
use supertokens::emailpassword::EmailPassword;
use supertokens::session::Session;
use supertokens::{AppInfo, Recipe, SuperTokens, Users};
use supertokens_benches::CpuTime;
use supertokens_core::{
    Config, Core,
    storage::{Reach, StoredLoginMethod, UserRecipe, UserRecords, UserStorage},
};
use supertokens_core_sqlite::SqliteStorage;
use tokio::runtime::Runtime;

const START_MS: u64 = 1_790_000_000_000;
/// Undoing is kept ready for each change, which is slow for large ones.
const USERS_OF_A_CHANGE: u64 = 50;
const CHANGES_AT_ONCE: usize = 100;
const PAGE: usize = 100;

fn with_few_and_with_many(criterion: &mut Criterion<CpuTime>) {
    for (name, count) in [("1,000 users", 1_000), ("100,000 users", 100_000), ("1,000,000 users", 1_000_000)] {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let directory = tempfile::tempdir().unwrap();
        let core = filled(&runtime, &directory, count);
        let mut random = Random(1);
        let mut group = criterion.benchmark_group(name);
        group.bench_function("sign in, without the hash", |bencher| {
            bencher.iter(|| {
                let body = json!({"email": email(random.below(count)), "password": "password"});
                let request = Request::post("/recipe/signin").body(Bytes::from(body.to_string()));
                assert_eq!(answer(&runtime, &core, request.unwrap())["status"], "OK");
            });
        });
        group.bench_function("get a user", |bencher| {
            bencher.iter(|| {
                let user = get(&runtime, &core, &format!("/user/id?userId={}", id(random.below(count))));
                assert_eq!(user["status"], "OK");
            });
        });
        let app = SuperTokens::builder(AppInfo::new("bench", "http://localhost:3001", "http://localhost:3000"))
            .core(supertokens::Core::opened(core.clone()))
            .recipes(vec![EmailPassword::new().boxed(), Session::new().boxed()])
            .build()
            .unwrap();
        let users = Users::of(&app).unwrap();
        group.bench_function("get a user, through the SDK", |bencher| {
            bencher.iter(|| {
                assert!(runtime.block_on(users.get_user(id(random.below(count)))).unwrap().is_some());
            });
        });
        group.bench_function("find a user by address", |bencher| {
            bencher.iter(|| {
                let address = email(random.below(count));
                let path = format!("/users/by-accountinfo?email={address}&doUnionOfAccountInfo=false");
                assert_eq!(get(&runtime, &core, &path)["users"].as_array().unwrap().len(), 1);
            });
        });
        for (page, order) in [("first page of 100, oldest first", "ASC"), ("first page of 100, newest first", "DESC")] {
            group.bench_function(page, |bencher| {
                bencher.iter(|| page_of(&runtime, &core, &format!("timeJoinedOrder={order}")));
            });
        }
        let middle = middle(count);
        group.bench_function("page of 100 in the middle", |bencher| {
            bencher.iter(|| page_of(&runtime, &core, &format!("paginationToken={middle}")));
        });
        group.finish();
        runtime.block_on(core.shutdown());
    }
}

fn filled(runtime: &Runtime, directory: &tempfile::TempDir, count: u64) -> Core {
    let storage = SqliteStorage::open(directory.path().join("core.db")).unwrap();
    // Of "password": eight KiB, one pass.
    let hash = "$argon2id$v=19$m=8,t=1,p=1$YdC1pmQVEec9oayFOZpeHA$YwQxmq93HmTnOwlo7dOaIDaDYHbgg12P/uzBae092jo";
    let hash: Arc<str> = hash.into();
    let add = |first: u64| {
        let hash = hash.clone();
        let add = move |records: &mut dyn UserRecords| {
            for number in first..count.min(first + USERS_OF_A_CHANGE) {
                records.add_login_method("public", &login_method(number), Some(&hash))?;
            }
            Ok(())
        };
        storage.run_change(Reach::Many, Box::new(add))
    };
    let changes: Vec<u64> = (0..count).step_by(usize::try_from(USERS_OF_A_CHANGE).unwrap()).collect();
    for of_a_commit in changes.chunks(CHANGES_AT_ONCE) {
        let mut waiting: Vec<_> = of_a_commit.iter().map(|first| add(*first)).collect();
        // All are asked at once, so that they share commits.
        runtime.block_on(poll_fn(|context| {
            waiting.retain_mut(|change| match change.as_mut().poll(context) {
                Poll::Ready(changed) => {
                    changed.unwrap();
                    false
                }
                Poll::Pending => true,
            });
            if waiting.is_empty() { Poll::Ready(()) } else { Poll::Pending }
        }));
    }
    // As the hash is, which would be made anew otherwise.
    let config = "argon2_memory_kb: 8\nargon2_iterations: 1\nargon2_parallelism: 1\n";
    Core::builder(storage).config(Config::from_yaml_str(config).unwrap()).build().unwrap()
}

fn login_method(number: u64) -> StoredLoginMethod {
    StoredLoginMethod {
        recipe_user_id: id(number),
        external_user_id: None,
        recipe: UserRecipe::EmailPassword,
        tenant_ids: vec!["public".into()],
        time_joined_ms: START_MS + number,
        email: Some(email(number)),
        phone_number: None,
        third_party: None,
        is_verified: false,
    }
}

/// Ids lie in the database in another order than users join, as random ones do.
fn id(number: u64) -> String {
    let mixed = number.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
    format!("{:08x}-0000-4000-8000-{number:012x}", mixed >> 32)
}

fn email(number: u64) -> String {
    let mixed = number.wrapping_mul(0xd6e8_feb8_6659_fd93).rotate_left(31);
    format!("user{:08x}{number}@example.com", mixed >> 32)
}

fn middle(count: u64) -> String {
    use base64::{Engine, engine::general_purpose::STANDARD};

    let number = count / 2;
    STANDARD.encode(format!("{};{}", id(number), START_MS + number)).replace('=', "%3D").replace('+', "%2B")
}

fn page_of(runtime: &Runtime, core: &Core, query: &str) {
    let users = get(runtime, core, &format!("/users?limit={PAGE}&{query}"));
    assert_eq!(users["users"].as_array().unwrap().len(), PAGE);
}

fn get(runtime: &Runtime, core: &Core, path: &str) -> Value {
    answer(runtime, core, Request::get(path).body(Bytes::new()).unwrap())
}

fn answer(runtime: &Runtime, core: &Core, request: Request<Bytes>) -> Value {
    serde_json::from_slice(runtime.block_on(core.call(request)).body()).unwrap()
}

/// Numbers in no order (splitmix64).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().with_measurement(CpuTime::Process);
    targets = with_few_and_with_many
}
criterion_main!(benches);
