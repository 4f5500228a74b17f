// Ask the server. Knows no view and no element.

import { address } from "./dom.js";

const NO_ENGINE = new Set(["loading", "failed"]); // what is wrong with it, `api/status` tells
const PATIENCE = 30_000; // ms; the first search of a model on a slow machine

// The server answered, and the answer is no.
export class Refused extends Error {
  constructor(message, { status, code }) {
    super(message);
    Object.assign(this, { status, code });
  }
}

// Nobody answered, or the server has no engine (yet).
export class Unreachable extends Error {}

export async function post(path, body, { signal, patience } = {}) {
  return (await request(path, jsonBody(body), { signal, patience })).json();
}

export async function getJson(path) {
  return (await request(path, {})).json();
}

export const remove = async (path) => (await request(path, { method: "DELETE" })).json();

export const getStatus = ({ wait = 0 } = {}) => getJson(`api/status?wait=${wait}`);

// Uploads a photo to search with; returns its key.
export async function keepPhoto(file) {
  const options = {
    method: "POST",
    headers: { "Content-Type": file.type || "application/octet-stream" },
    body: file,
  };
  return (await (await request("api/query-photos", options)).json()).key;
}

// {blob, name} of a view as a file.
export const exportView = (view, format) => postForFile("api/export", { ...view, format });

export const postForFile = async (path, body) => fileOf(await request(path, jsonBody(body)));

export const getFile = async (path, { patience } = {}) => fileOf(await request(path, {}, { patience }));

async function fileOf(response) {
  const disposition = response.headers.get("content-disposition") ?? "";
  const name = /filename="([^"]+)"/.exec(disposition)?.[1] ?? "mmdemo";
  return { blob: await response.blob(), name };
}

function jsonBody(body) {
  return { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
}

async function request(path, options, { signal, patience = PATIENCE } = {}) {
  const late = AbortSignal.timeout(patience);
  let response;
  try {
    response = await fetch(address(path), { ...options, signal: signal ? AbortSignal.any([signal, late]) : late });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Unreachable("the server does not answer");
  }
  if (response.ok) return response;
  const answer = await response.json().catch(() => null);
  const { message = `the server answered ${response.status}`, code = "" } = answer?.error ?? {};
  if (code === "signed_out") dispatchEvent(new Event("mm-signed-out"));
  if (NO_ENGINE.has(code) || (response.status >= 502 && !code)) throw new Unreachable(message);
  throw new Refused(message, { status: response.status, code });
}
