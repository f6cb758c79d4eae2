// What a front end does with a session. The official SuperTokens front-end SDKs do all of this for you.

const SHOWN_CALLS = 12;
const SHOWN_HEADERS = ["front-token", "anti-csrf", "cache-control"];
// Names in the access token that are the session's own.
const RESERVED = [
  "iss", "sub", "iat", "exp", "sessionHandle", "parentRefreshTokenHash1", "refreshTokenHash1", "antiCsrfToken", "rsub",
  "tId", "stt",
];

const element = (id) => document.getElementById(id);

// --- The session, as a front end handles it -------------------------------------------------------------------------

/** The front token of the session: `uid` is the user, `ate` when the access token expires, `up` its payload. */
function frontToken() {
  const stored = localStorage.getItem("front-token");
  if (!stored) return null;
  const bytes = Uint8Array.from(atob(stored), (character) => character.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes));
}

/** Sends one request. The browser adds the cookies; a new front token is kept, one that says `remove` dropped. */
async function send(method, path, body) {
  // `cookie` is how this front end wants its tokens; `rid` is what other sites cannot send without being asked.
  const headers = { "st-auth-mode": "cookie", rid: "anti-csrf" };
  if (body) headers["content-type"] = "application/json";
  let response;
  try {
    response = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
  } catch {
    showCall(method, path, null);
    return { status: 0, ok: false, reply: {} };
  }
  const token = response.headers.get("front-token");
  if (token === "remove") localStorage.removeItem("front-token");
  else if (token) localStorage.setItem("front-token", token);
  showCall(method, path, response);
  return { status: response.status, ok: response.ok, reply: await response.json().catch(() => ({})) };
}

/** Sends a request, and where the access token has expired, refreshes the session and sends it again. */
async function call(method, path, body) {
  const result = await send(method, path, body);
  if (result.status !== 401 || result.reply.message !== "try refresh token") return result;
  const refreshed = await send("POST", "/auth/session/refresh");
  return refreshed.ok ? send(method, path, body) : refreshed;
}

// --- What the person does -------------------------------------------------------------------------------------------

onSubmit("create", async (fields) => {
  const result = await call("POST", "/api/session", { userId: fields.userId });
  if (!result.ok) return notify(inPlainWords(result), "bad");
  notify("Here is your session. The override in main.rs has put someKey into both payloads.");
  return load();
});

onSubmit("change-jwt-payload", (fields, form) => change("/api/jwt-payload", fields, form));
onSubmit("change-session-data", (fields, form) => change("/api/session-data", fields, form));

onClick("reload", async () => {
  notify("");
  await load();
});

onClick("refresh", async () => {
  const result = await send("POST", "/auth/session/refresh");
  const done = "Refreshed: both tokens are new, the session is the same.";
  notify(result.ok ? done : inPlainWords(result), tone(result));
  await load();
});

onClick("revoke", async () => {
  const result = await call("POST", "/api/revoke");
  if (!result.ok) {
    notify(inPlainWords(result), "bad");
    return load();
  }
  await load();
  notify(
    "The core has ended the session. This browser's access token was still good: /api/me took it without asking. " +
      "/api/session-data asked the core, was told, and the tokens were removed.",
  );
});

onClick("sign-out", async () => {
  const result = await call("POST", "/auth/signout");
  const done = "Signed out: the session has ended, and the tokens are gone.";
  notify(result.ok ? done : inPlainWords(result), tone(result));
  await load();
});

onClick("report", async () => {
  const result = await call("GET", "/api/report");
  showResult(result.ok ? `Allowed: ${result.reply.report}` : inPlainWords(result), tone(result));
  await load();
});

onClick("plan-team", () => changePlan("team"));
onClick("plan-free", () => changePlan("free"));

async function changePlan(plan) {
  const result = await call("POST", "/api/plan", { plan });
  const done = `The plan is ${result.reply.plan} now, and the token has been told. Read the report.`;
  showResult(result.ok ? done : inPlainWords(result), result.ok ? "" : "bad");
  await load();
}

/** Stores one field, or removes it where there is no value. */
async function change(path, { name, value }, form) {
  if (!name.trim()) return notify("Give the field a name.", "bad");
  const result = await call("POST", path, { name: name.trim(), value: value === "" ? null : value });
  if (!result.ok) {
    notify(inPlainWords(result), "bad");
  } else {
    notify(value === "" ? `Removed ${name.trim()}.` : `Stored ${name.trim()}.`);
    form?.reset();
  }
  return load();
}

/** Shows the session as the server sees it. Without a front token there is none, and nobody is asked. */
async function load() {
  if (frontToken()) {
    const me = await call("GET", "/api/me");
    const data = me.ok && (await call("GET", "/api/session-data"));
    if (data?.ok) showSession(me.reply, data.reply.sessionData);
    else if (frontToken()) notify(inPlainWords(data || me), "bad");
    else if (element("notice").hidden) notify(inPlainWords(data || me));
  }
  showFrontToken();
  element("signed-in").hidden = !frontToken();
  element("signed-out").hidden = Boolean(frontToken());
}

/** A refused or failed call, for a person. */
function inPlainWords({ status, reply }) {
  if (status === 0) return "The program does not answer. Is it still running?";
  if (status === 401) return "The session has ended. Create a new one.";
  if (status === 403 && reply.claimValidationErrors) return reply.claimValidationErrors.map(failedClaim).join(" ");
  if (status >= 500) return "The program could not do this. Its log says why.";
  return reply.message ?? `The program refused this (${status}).`;
}

function failedClaim({ id, reason }) {
  const actual = "actualValue" in reason ? `is ${JSON.stringify(reason.actualValue)}` : "is not there";
  return `Refused: the claim ${id} ${actual}, and ${JSON.stringify(reason.expectedValue)} is needed.`;
}

// --- Showing --------------------------------------------------------------------------------------------------------

function showSession(me, sessionData) {
  element("user-id").textContent = me.userId;
  element("handle").textContent = me.handle;
  element("some-key").textContent = me.someKey === null ? "None" : `Some(${JSON.stringify(me.someKey)})`;
  showFields("jwt-payload", me.jwtPayload, "/api/jwt-payload");
  const reserved = Object.entries(me.jwtPayload).filter(([name]) => RESERVED.includes(name));
  element("reserved").replaceChildren(...reserved.map(([name, value]) => row(name, value)));
  const plan = me.jwtPayload.plan;
  element("plan").textContent = plan?.t ? `${plan.v}, fetched ${time(plan.t)}` : "nothing yet";
  showFields("session-data", sessionData, "/api/session-data");
}

/** The application's own fields, each with a button that removes it; the session's own ones elsewhere. */
function showFields(id, fields, path) {
  const own = Object.entries(fields).filter(([name]) => !RESERVED.includes(name));
  const rows = own.map(([name, value]) => {
    const remove = create("button", { className: "remove", textContent: "Remove", type: "button" });
    remove.setAttribute("aria-label", `Remove ${name}`);
    remove.addEventListener("click", () => whileBusy(() => change(path, { name, value: "" })));
    const action = create("td");
    action.append(remove);
    const shown = row(name, value);
    shown.append(action);
    return shown;
  });
  element(id).replaceChildren(...rows);
  if (!rows.length) element(id).append(create("caption", { textContent: "Nothing in it." }));
}

function row(name, value) {
  const shown = create("tr");
  shown.append(create("th", { textContent: name, scope: "row" }), create("td", { textContent: JSON.stringify(value) }));
  return shown;
}

function showFrontToken() {
  const token = frontToken();
  element("front-token").textContent = token ? JSON.stringify(token, null, 2) : "";
  if (!token) return;
  const seconds = Math.max(0, Math.round((token.ate - Date.now()) / 1000));
  element("expires").textContent = seconds
    ? `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, "0")} s`
    : "no longer: the next call refreshes";
}

function showCall(method, path, response) {
  const line = create("li");
  const details = create("details");
  const summary = create("summary");
  const status = response ? String(response.status) : "no answer";
  const kind = !response || response.status >= 400 ? "status bad" : "status";
  summary.append(
    create("span", { className: "method", textContent: method }),
    create("span", { className: "path", textContent: path }),
    create("span", { className: kind, textContent: status }),
  );
  const headers = SHOWN_HEADERS.filter((name) => response?.headers.has(name));
  const shown = headers.map((name) => `${name}: ${response.headers.get(name)}`).join("\n");
  const none = "None of the session's headers: no token has changed.";
  details.append(summary, create("pre", { textContent: shown || none }));
  if (headers.includes("front-token")) {
    const change = response.headers.get("front-token") === "remove" ? "tokens removed" : "new token";
    summary.append(create("span", { className: "tag", textContent: change }));
  }
  line.append(details);
  const calls = element("calls");
  calls.querySelector(".none")?.remove();
  calls.prepend(line);
  while (calls.children.length > SHOWN_CALLS) calls.lastChild.remove();
}

function notify(text, kind = "") {
  const notice = element("notice");
  notice.textContent = text;
  notice.className = `notice ${kind}`;
  notice.hidden = !text;
}

function showResult(text, kind) {
  element("report-result").textContent = text;
  element("report-result").className = `result ${kind}`;
}

function time(milliseconds) {
  return new Date(milliseconds).toLocaleTimeString();
}

function tone(result) {
  return result.ok ? "good" : "bad";
}

// --- Small things ---------------------------------------------------------------------------------------------------

function create(name, properties = {}) {
  return Object.assign(document.createElement(name), properties);
}

function onSubmit(id, act) {
  element(id).addEventListener("submit", (event) => {
    event.preventDefault();
    whileBusy(() => act(Object.fromEntries(new FormData(event.target)), event.target));
  });
}

function onClick(id, act) {
  element(id).addEventListener("click", () => whileBusy(act));
}

/** One thing at a time: a second click waits for the first one's answer. */
async function whileBusy(act) {
  const main = document.querySelector("main");
  if (main.ariaBusy === "true") return;
  main.ariaBusy = "true";
  try {
    await act();
  } finally {
    main.ariaBusy = "false";
  }
}

setInterval(showFrontToken, 1000);
load();
