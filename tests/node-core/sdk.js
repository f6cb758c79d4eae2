"use strict";
// The official Node SDK on a core of its own, for the tests of a file.

const assert = require("node:assert/strict");
const { after, before } = require("node:test");
const supertokens = require("supertokens-node");
const { middleware } = require("supertokens-node/framework/custom");
const { CollectingResponse, PreParsedRequest } = require("supertokens-node/framework/custom");
const { startCore } = require("./core.js");

const WEBSITE = "http://localhost:3000";
const API = "http://localhost:3001";

/** Starts a core and the SDK with these recipes before the tests, and ends the core after them. */
function useCore(recipeList) {
    let core;
    before(async () => {
        core = await startCore();
        supertokens.init({
            framework: "custom",
            supertokens: { connectionURI: core.uri },
            appInfo: { appName: "test", apiDomain: API, websiteDomain: WEBSITE },
            telemetry: false,
            recipeList,
        });
    });
    after(async () => assert.equal(await core.stop(), 0));
}

/** Sends a request to the SDK's own APIs, as a front end does, with a token in the header. */
async function ask(method, path, body = undefined, token = undefined) {
    const headers = new Headers({ "st-auth-mode": "header", "content-type": "application/json" });
    if (token) {
        headers.set("authorization", `Bearer ${token}`);
    }
    const url = new URL(path, API);
    const request = new PreParsedRequest({
        url: url.href,
        method,
        headers,
        cookies: {},
        query: Object.fromEntries(url.searchParams),
        getJSONBody: async () => body,
        getFormBody: async () => ({}),
    });
    const response = new CollectingResponse();
    const { handled, error } = await middleware()(request, response);
    if (error) {
        throw error;
    }
    assert.ok(handled, `${method} ${path} is an API of the SDK`);
    return { status: response.statusCode, headers: response.headers, body: JSON.parse(response.body) };
}

/** The fields of a form, as front ends send them. */
const form = (fields) => ({ formFields: Object.entries(fields).map(([id, value]) => ({ id, value })) });

module.exports = { API, WEBSITE, ask, form, useCore };
