//! What a refresh does to a session, decided inside the storage's transaction from what is stored and what is presented.
//!
//! A refresh token's *child* is one that was given for it. 5.4 gives any number of children and makes one of them
//! current when it is first used; 5.6 makes the child current at once, and forgives the parent for a grace period. Both
//! write `previous` and `rotated_at_ms`, so that a session may be refreshed by either in turn.

use crate::{
    CdiVersion,
    config::Config,
    storage::{KeyKind, RefreshState, SessionChange, StoredSession, TokenHash},
};

/// What a caller brings.
#[derive(Clone, Debug)]
pub(crate) struct Presented {
    /// Hash 2 of the refresh token.
    pub(crate) token: TokenHash,
    /// Hash 2 of the token that it was given for.
    pub(crate) parent: Option<TokenHash>,
    /// Hash 2 of the token that is given for it now.
    pub(crate) child: TokenHash,
    pub(crate) key_kind: KeyKind,
    pub(crate) version: CdiVersion,
    pub(crate) now_ms: u64,
}

/// What the caller is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// There is no such session, or it has ended.
    NoSession,
    /// The child is given. It was made current (5.6), or will be when it is used (5.4).
    Refreshed,
    /// The token was displaced, so two parties hold this session.
    Reused(Reuse),
}

/// Which displaced token was used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reuse {
    /// As 5.4 reports it, which does not tell.
    Unclassified,
    /// The one before the current one, after its grace period.
    RecentPrevious,
    /// A child that another child of the same token displaced within the grace period.
    OrphanedBranch,
    /// An older one.
    StaleLineage,
}

impl Reuse {
    /// The value of `recentTokenReuseSubtype` (5.6).
    pub(crate) fn subtype(self) -> Option<&'static str> {
        match self {
            Self::Unclassified => None,
            Self::RecentPrevious => Some("RECENT_PREV"),
            Self::OrphanedBranch => Some("ORPHANED_BRANCH"),
            Self::StaleLineage => Some("STALE_LINEAGE"),
        }
    }
}

/// Decides. Whoever stores the change gives the client the outcome.
pub(crate) fn decide(
    session: Option<&StoredSession>,
    presented: &Presented,
    config: &Config,
) -> (Outcome, SessionChange) {
    let Some(state) = session.map(|session| &session.refresh).filter(|state| state.expires_at_ms > presented.now_ms)
    else {
        return (Outcome::NoSession, SessionChange::Keep);
    };
    let is_current = presented.token == state.current;
    let is_child_of_current = presented.parent == Some(state.current);
    if presented.version >= CdiVersion::V5_6 {
        if is_current || is_child_of_current {
            return (Outcome::Refreshed, rotate(presented, config));
        }
        decide_displaced(state, presented, config)
    } else if is_current {
        (Outcome::Refreshed, keep_current(state, presented))
    } else if is_child_of_current {
        (Outcome::Refreshed, promote(state, presented, config))
    } else {
        // Revoking is the caller's job.
        (Outcome::Reused(Reuse::Unclassified), SessionChange::Keep)
    }
}

/// 5.6: the child is current at once, and what was presented is what is forgiven.
fn rotate(presented: &Presented, config: &Config) -> SessionChange {
    SessionChange::Refresh(RefreshState {
        current: presented.child,
        previous: Some(presented.token),
        rotated_at_ms: Some(presented.now_ms),
        expires_at_ms: presented.now_ms.saturating_add(config.refresh_token_validity_ms()),
        key_kind: presented.key_kind,
    })
}

/// 5.6: neither current nor a child of it.
fn decide_displaced(state: &RefreshState, presented: &Presented, config: &Config) -> (Outcome, SessionChange) {
    let is_previous = state.previous == Some(presented.token);
    let grace_ends_ms = state.rotated_at_ms.map(|rotated_at| rotated_at.saturating_add(config.grace_period_ms()));
    if is_previous && grace_ends_ms.is_some_and(|ends| presented.now_ms <= ends) {
        // Neither the grace period nor the session's end moves, however often this happens.
        let state = RefreshState { current: presented.child, key_kind: presented.key_kind, ..state.clone() };
        return (Outcome::Refreshed, SessionChange::Refresh(state));
    }
    let reuse = if is_previous {
        Reuse::RecentPrevious
    } else if presented.parent.is_some() && presented.parent == state.previous {
        Reuse::OrphanedBranch
    } else {
        Reuse::StaleLineage
    };
    (Outcome::Reused(reuse), SessionChange::Remove)
}

/// 5.4: the token stays good until a child of it is used.
fn keep_current(state: &RefreshState, presented: &Presented) -> SessionChange {
    if state.key_kind == presented.key_kind {
        return SessionChange::Keep;
    }
    SessionChange::Refresh(RefreshState { key_kind: presented.key_kind, ..state.clone() })
}

/// 5.4: a child is used, which makes it current.
fn promote(state: &RefreshState, presented: &Presented, config: &Config) -> SessionChange {
    SessionChange::Refresh(RefreshState {
        key_kind: presented.key_kind,
        ..promoted(state, presented.token, presented.now_ms, config)
    })
}

/// The state after a child of the current token was used, be it the refresh token or its access token.
pub(crate) fn promoted(state: &RefreshState, child: TokenHash, now_ms: u64, config: &Config) -> RefreshState {
    RefreshState {
        current: child,
        previous: Some(state.current),
        rotated_at_ms: Some(now_ms),
        expires_at_ms: now_ms.saturating_add(config.refresh_token_validity_ms()),
        key_kind: state.key_kind,
    }
}
