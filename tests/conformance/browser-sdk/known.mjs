// The cases that fail for a reason that is not ours, each with its cause. Whatever else fails is a failure of the run.

const NO_NETWORK = "fetches a page of another company's; nothing beyond this machine is reached in a run";
const OLD_INTERFACE =
  "needs core interface 2.18, which the core refuses: `/login-2.18` answers 501";

/** File, name of the case, cause. */
export const KNOWN = [
  ["accessToken.test.js", "access token update should be able to refresh a session started w/ CDI 2.18", OLD_INTERFACE],
  ...[
    ["fetch.headers.test.js", "Fetch AuthHttpRequest class tests with headers"],
    ["fetch.test.js", "Fetch AuthHttpRequest class tests"],
  ].map(([file, group]) => [
    file,
    `${group} test with fetch interception should not happen when domain is not the one that they gave`,
    NO_NETWORK,
  ]),
];

/** Why a case fails, if that is known and not ours. */
export function knownCause({ file, name }) {
  return KNOWN.find(([inFile, called]) => inFile === file && called === name)?.[2];
}
