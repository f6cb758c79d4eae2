//! The version of the front-end interface that a request is made for.

use crate::http::Request;

/// A version of the front-end interface (FDI), as the header `fdi-version` names it.
///
/// ```
/// use supertokens_kernel::Request;
/// use supertokens_kernel::http::FdiVersion;
///
/// let request = Request::builder().header("fdi-version", "1.17,3.1").finish();
/// assert_eq!(FdiVersion::of(&request), FdiVersion::new(3, 1));
/// assert_eq!(FdiVersion::of(&Request::default()), FdiVersion::NEWEST);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FdiVersion {
    major: u32,
    minor: u32,
}

impl FdiVersion {
    /// The newest that the SDK speaks: that of a request which names none.
    pub const NEWEST: Self = Self::new(4, 2);

    /// A version by its numbers.
    pub const fn new(major: u32, minor: u32) -> Self {
        Self { major, minor }
    }

    /// The version that a request is made for: the largest of its list.
    pub fn of(request: &Request) -> Self {
        let Some(version) = request.fdi_version() else {
            return Self::NEWEST;
        };
        let mut numbers = version.split('.').map(|number| number.parse().unwrap_or(0));
        Self::new(numbers.next().unwrap_or(0), numbers.next().unwrap_or(0))
    }

    /// Whether front ends of this version know linked accounts, and read a user with all login methods: 1.18 and 1.19,
    /// and again from 3.0.
    pub fn knows_linked_accounts(self) -> bool {
        (self >= Self::new(1, 18) && self < Self::new(2, 0)) || self >= Self::new(3, 0)
    }

    /// Whether front ends of this version say `shouldTryLinkingWithSessionUser`: from 3.1.
    pub fn says_should_try_linking(self) -> bool {
        self >= Self::new(3, 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_number_and_linked_accounts_came_twice() {
        let knows = |major, minor| FdiVersion::new(major, minor).knows_linked_accounts();
        assert_eq!([knows(1, 17), knows(1, 18), knows(1, 19)], [false, true, true]);
        assert_eq!([knows(2, 0), knows(3, 0), knows(3, 1), knows(4, 2)], [false, true, true, true]);
        assert!(FdiVersion::new(1, 9) < FdiVersion::new(1, 17));
        let says = |version: &str| {
            FdiVersion::of(&Request::builder().header("fdi-version", version).finish()).says_should_try_linking()
        };
        assert_eq!([says("3.0"), says("3.1"), says("3.0,4.0")], [false, true, true]);
        assert!(FdiVersion::NEWEST.says_should_try_linking());
    }
}
