//! A throttle that counts in the memory of one process.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, RandomState};
use std::sync::{Arc, Mutex, PoisonError};

use supertokens_kernel::{BoxFuture, Error, Request};

use super::{SignInAttempt, SignInOutcome, SignInThrottle, ThrottleDecision};

const PER_EMAIL: Rate = Rate { burst: 10, interval_ms: 60_000 };
const PER_CLIENT: Rate = Rate { burst: 100, interval_ms: 10_000 };
/// About 4 MB.
const DEFAULT_MAX_ENTRIES: usize = 100_000;

type ClientFn = Arc<dyn Fn(&Request) -> Option<String> + Send + Sync>;

/// A [`SignInThrottle`] that counts wrong passwords in the memory of one process, per tenant and address: ten in a row,
/// then one a minute; a right one forgets those before it. An address without a user is treated the same.
///
/// Whoever keeps guessing keeps the owner of the address waiting too, so the wait is short: a minute from the last
/// attempt that was let through. With [`client`](Self::client), wrong passwords are also counted per client,
/// whatever addresses they are for: a hundred in a row, then one every ten seconds.
///
/// It keeps hashes, not addresses, and no more than 100,000 of them; beyond, those that matter least are forgotten.
/// Processes that serve one application count each for themselves.
#[derive(Clone)]
pub struct InMemorySignInThrottle {
    counters: Arc<Mutex<Counters>>,
    per_email: Rate,
    per_client: Rate,
    client: Option<ClientFn>,
}

/// So many at once, then one per interval.
#[derive(Clone, Copy, Debug)]
struct Rate {
    burst: u32,
    interval_ms: u64,
}

/// For each key until when its attempts are paid for, at one per interval.
struct Counters {
    paid_until_ms: HashMap<u64, u64>,
    max_entries: usize,
    hasher: RandomState,
}

impl InMemorySignInThrottle {
    /// The throttle with its defaults.
    pub fn new() -> Self {
        let (paid_until_ms, hasher) = (HashMap::new(), RandomState::new());
        let counters = Counters { paid_until_ms, max_entries: DEFAULT_MAX_ENTRIES, hasher };
        let counters = Arc::new(Mutex::new(counters));
        Self { counters, per_email: PER_EMAIL, per_client: PER_CLIENT, client: None }
    }

    /// How many wrong passwords an address takes in a row, and how many seconds each of them counts: 10 and 60 unless
    /// said otherwise. At least one of each.
    #[must_use]
    pub fn per_email(mut self, burst: u32, interval_s: u64) -> Self {
        self.per_email = Rate::new(burst, interval_s);
        self
    }

    /// The same per client: 100 and 10 unless said otherwise. Counts only with [`client`](Self::client).
    #[must_use]
    pub fn per_client(mut self, burst: u32, interval_s: u64) -> Self {
        self.per_client = Rate::new(burst, interval_s);
        self
    }

    /// Who sends a request, as far as the application knows: the client's address in a header that its own proxy sets,
    /// for example.
    #[must_use]
    pub fn client(mut self, client: impl Fn(&Request) -> Option<String> + Send + Sync + 'static) -> Self {
        self.client = Some(Arc::new(client));
        self
    }

    /// How many addresses and clients are counted at once; 100,000 unless said otherwise. At least one.
    #[must_use]
    pub fn max_entries(self, max_entries: usize) -> Self {
        self.with_counters(|counters| counters.max_entries = max_entries.max(1));
        self
    }

    fn keys(&self, counters: &Counters, attempt: &SignInAttempt) -> (u64, Option<u64>) {
        let email = counters.hasher.hash_one(("email", attempt.tenant_id.as_str(), attempt.email.as_str()));
        let client = self.client.as_ref().and_then(|client| client(&attempt.request));
        (email, client.map(|client| counters.key_of("client", &client)))
    }

    fn before(&self, attempt: &SignInAttempt) -> ThrottleDecision {
        let wait_ms = self.with_counters(|counters| {
            let (email, client) = self.keys(counters, attempt);
            let now_ms = attempt.now_ms;
            let of_email = counters.wait_ms(email, self.per_email, now_ms);
            let of_client = client.map_or(0, |client| counters.wait_ms(client, self.per_client, now_ms));
            let wait_ms = of_email.max(of_client);
            // Paid before the password is looked at, or many at once would be free.
            if wait_ms == 0 {
                counters.pay(email, self.per_email, now_ms);
                client.inspect(|client| counters.pay(*client, self.per_client, now_ms));
            }
            wait_ms
        });
        if wait_ms == 0 {
            return ThrottleDecision::Allow;
        }
        let retry_after_s = wait_ms.div_ceil(1000);
        let message = match retry_after_s.div_ceil(60) {
            1 => "Too many attempts to sign in. Please try again in a minute.".to_owned(),
            minutes => format!("Too many attempts to sign in. Please try again in {minutes} minutes."),
        };
        ThrottleDecision::GeneralError { message, retry_after_s: Some(retry_after_s) }
    }

    fn after(&self, attempt: &SignInAttempt, outcome: SignInOutcome) {
        self.with_counters(|counters| {
            let (email, client) = self.keys(counters, attempt);
            match outcome {
                SignInOutcome::WrongCredentials => return,
                SignInOutcome::SignedIn => _ = counters.paid_until_ms.remove(&email),
                SignInOutcome::Undecided => counters.pay_back(email, self.per_email),
            }
            client.inspect(|client| counters.pay_back(*client, self.per_client));
        });
    }

    fn with_counters<R>(&self, f: impl FnOnce(&mut Counters) -> R) -> R {
        f(&mut self.counters.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Default for InMemorySignInThrottle {
    fn default() -> Self {
        Self::new()
    }
}

impl SignInThrottle for InMemorySignInThrottle {
    fn before_sign_in(&self, attempt: SignInAttempt) -> BoxFuture<Result<ThrottleDecision, Error>> {
        Box::pin(std::future::ready(Ok(self.before(&attempt))))
    }

    fn after_sign_in(&self, attempt: SignInAttempt, outcome: SignInOutcome) -> BoxFuture<Result<(), Error>> {
        self.after(&attempt, outcome);
        Box::pin(std::future::ready(Ok(())))
    }
}

impl Rate {
    fn new(burst: u32, interval_s: u64) -> Self {
        Self { burst: burst.max(1), interval_ms: interval_s.max(1).saturating_mul(1000) }
    }
}

impl Counters {
    fn key_of(&self, kind: &str, value: impl Hash) -> u64 {
        self.hasher.hash_one((kind, value))
    }

    /// How long to wait before another attempt can be paid for.
    fn wait_ms(&self, key: u64, rate: Rate, now_ms: u64) -> u64 {
        let credit_until = now_ms.saturating_add(rate.interval_ms.saturating_mul(u64::from(rate.burst)));
        // Nobody is let through beyond their credit: what is later comes from a clock that has been set back.
        let paid_until = self.paid_until_ms.get(&key).copied().unwrap_or(0).clamp(now_ms, credit_until);
        paid_until.saturating_add(rate.interval_ms).saturating_sub(credit_until)
    }

    fn pay(&mut self, key: u64, rate: Rate, now_ms: u64) {
        if !self.paid_until_ms.contains_key(&key) {
            self.make_room(now_ms);
        }
        let paid_until = self.paid_until_ms.entry(key).or_insert(now_ms);
        *paid_until = (*paid_until).max(now_ms).saturating_add(rate.interval_ms);
    }

    fn pay_back(&mut self, key: u64, rate: Rate) {
        if let Some(paid_until) = self.paid_until_ms.get_mut(&key) {
            *paid_until = paid_until.saturating_sub(rate.interval_ms);
        }
    }

    /// Forgets what is over, and if that is nothing, what is over first.
    fn make_room(&mut self, now_ms: u64) {
        if self.paid_until_ms.len() < self.max_entries {
            return;
        }
        self.paid_until_ms.retain(|_, paid_until| *paid_until > now_ms);
        if self.paid_until_ms.len() < self.max_entries {
            return;
        }
        let first = self.paid_until_ms.iter().min_by_key(|(_, paid_until)| **paid_until).map(|(key, _)| *key);
        if let Some(first) = first {
            self.paid_until_ms.remove(&first);
        }
    }
}

impl std::fmt::Debug for InMemorySignInThrottle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut debug = f.debug_struct("InMemorySignInThrottle");
        debug.field("per_email", &self.per_email).field("per_client", &self.per_client).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attempt(email: &str, now_ms: u64) -> SignInAttempt {
        let request = Request::builder().header("x-client", "c1").finish();
        SignInAttempt::new("public", email, request, now_ms)
    }

    /// How many attempts at once with a wrong password are let through.
    fn wrong(throttle: &InMemorySignInThrottle, email: &str, now_ms: u64) -> usize {
        let is_allowed = |_: &i32| {
            let attempt = attempt(email, now_ms);
            let is_allowed = throttle.before(&attempt) == ThrottleDecision::Allow;
            if is_allowed {
                throttle.after(&attempt, SignInOutcome::WrongCredentials);
            }
            is_allowed
        };
        (0..200).take_while(is_allowed).count()
    }

    #[test]
    fn ten_wrong_passwords_and_then_one_a_minute() {
        let throttle = InMemorySignInThrottle::new();
        assert_eq!(wrong(&throttle, "ada@example.com", 1_000), 10);
        assert_eq!(wrong(&throttle, " ADA@example.com", 60_999), 0, "the same address, and not yet a minute");
        assert_eq!(wrong(&throttle, "ada@example.com", 61_000), 1);
        assert_eq!(wrong(&throttle, "eve@example.com", 61_000), 10, "others do not wait");
        assert_eq!(wrong(&throttle, "ada@example.com", 3_600_000), 10, "after a while all is forgotten");
    }

    #[test]
    fn the_refusal_says_how_long_to_wait() {
        let throttle = InMemorySignInThrottle::new().per_email(1, 90);
        assert_eq!(wrong(&throttle, "ada@example.com", 0), 1);
        let ThrottleDecision::GeneralError { message, retry_after_s } =
            throttle.before(&attempt("ada@example.com", 500))
        else {
            panic!("it was let through");
        };
        assert_eq!(message, "Too many attempts to sign in. Please try again in 2 minutes.");
        assert_eq!(retry_after_s, Some(90));
    }

    #[test]
    fn a_right_password_forgets_wrong_ones_and_a_failure_of_ours_counts_nothing() {
        let throttle = InMemorySignInThrottle::new();
        let at = |now_ms| attempt("ada@example.com", now_ms);
        for _ in 0..9 {
            assert_eq!(throttle.before(&at(0)), ThrottleDecision::Allow);
        }
        for _ in 0..50 {
            assert_eq!(throttle.before(&at(0)), ThrottleDecision::Allow);
            throttle.after(&at(0), SignInOutcome::Undecided);
        }
        assert_eq!(throttle.before(&at(0)), ThrottleDecision::Allow);
        throttle.after(&at(0), SignInOutcome::SignedIn);
        assert_eq!(wrong(&throttle, "ada@example.com", 0), 10);
    }

    #[test]
    fn attempts_at_once_are_counted_before_any_has_ended() {
        let throttle = InMemorySignInThrottle::new();
        let allowed = (0..64).filter(|_| throttle.before(&attempt("a@b.co", 0)) == ThrottleDecision::Allow).count();
        assert_eq!(allowed, 10);
    }

    #[test]
    fn a_client_that_tries_many_addresses_waits_too_if_the_application_knows_clients() {
        let client = |request: &Request| request.header("x-client").map(str::to_owned);
        let throttle = InMemorySignInThrottle::new().client(client);
        let tried = (0..1000).take_while(|n| wrong(&throttle, &format!("{n}@example.com"), 0) == 10).count();
        assert_eq!(tried, 10, "a hundred passwords for ten addresses");
        assert_eq!(wrong(&throttle, "fresh@example.com", 10_000), 1);
        let unknowing = InMemorySignInThrottle::new();
        assert!((0..100).all(|n| wrong(&unknowing, &format!("{n}@example.com"), 0) == 10));
    }

    #[test]
    fn its_memory_is_bounded_and_who_was_stopped_stays_so_longest() {
        let throttle = InMemorySignInThrottle::new().max_entries(100);
        assert_eq!(wrong(&throttle, "stopped@example.com", 0), 10);
        for n in 0..10_000 {
            throttle.before(&attempt(&format!("{n}@example.com"), 0));
        }
        assert_eq!(throttle.with_counters(|counters| counters.paid_until_ms.len()), 100);
        assert_eq!(wrong(&throttle, "stopped@example.com", 0), 0);
    }

    #[test]
    fn nobody_waits_longer_because_a_clock_is_set_back() {
        let throttle = InMemorySignInThrottle::new();
        assert_eq!(wrong(&throttle, "a@b.co", 3_600_000), 10);
        assert_eq!(wrong(&throttle, "a@b.co", 0), 0);
        let ThrottleDecision::GeneralError { retry_after_s, .. } = throttle.before(&attempt("a@b.co", 0)) else {
            panic!("it was let through");
        };
        assert_eq!(retry_after_s, Some(60));
    }

    #[test]
    fn limits_without_end_are_limits_still() {
        let throttle = InMemorySignInThrottle::new().per_email(u32::MAX, u64::MAX);
        assert_eq!(throttle.before(&attempt("a@b.co", 5)), ThrottleDecision::Allow);
        let none = InMemorySignInThrottle::new().per_email(0, 0);
        assert_eq!(wrong(&none, "a@b.co", 0), 1, "at least one");
    }
}
