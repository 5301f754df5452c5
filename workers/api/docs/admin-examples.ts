/** The examples of the administrator's routes. Pure. */
import type { Shown } from "./examples.ts";

const one = (summary: string, value: unknown) => ({ example: { summary, value } });

const at = 1_764_374_400;

const key = {
  id: "key_V1StGXR8_Z5jdHi6B-myT",
  object: "key",
  name: "newsletter bot",
  masked: "sk-…Ab3x",
  created_at: at,
  expires_at: null,
  is_expired: false,
  limits: { images_per_day: 100, images_per_month: null, at_once: 4, models: null, batches: false },
  usage: {
    ...{ today: 12, this_month: 340, reserved: 4, under_way: 1 },
    ...{ day_resets_at: at + 36_000, month_resets_at: at + 122_400 },
  },
};
const newKey = { name: key.name, limits: { images_per_day: 100, at_once: 4, batches: false } };
const keyChange = { limits: { images_per_day: 200 } };
const changedKey = { ...key, limits: { ...key.limits, images_per_day: 200 } };

const credential = {
  id: "cred_V1StGXR8_Z5jdHi6B-myT",
  object: "credential",
  name: "Anna's account",
  credential: "us-…c3f9",
  upstream: "dreamina",
  place: "us",
  weight: 1,
  paused: false,
  added_at: at,
  health: "ready",
  out_until: null,
  running: ["imgtask_V1StGXR8_Z5jdHi6B-myT"],
  slots: 4,
  last_refusal: null,
  checked_at: at,
  alive: true,
  credits: { total: 126, gift: 66, purchase: 0, vip: 60 },
  check_error: null,
  gift: null,
};
const expired = {
  ...credential,
  id: "cred_Z5jdHi6B-myTV1StGXR8_",
  name: "",
  credential: "hk-…0a41",
  place: "hk",
  health: "expired",
  out_until: at + 3_600,
  running: [],
  last_refusal: {
    at,
    code: "session_expired",
    message: "Dreamina does not accept the session: it expired, or its region prefix is wrong.",
    hint: "Log in on the site again and copy the new sessionid cookie.",
  },
  alive: null,
  checked_at: null,
  credits: null,
};
const added = { object: "list", data: [{ ...credential, running: [], is_new: true }] };

const session = { object: "admin.session", expires_at: at + 43_200 };

export const adminExamples: Record<string, Shown> = {
  openAdminSession: { answers: { 200: one("The browser is signed in", session) } },
  getAdminSession: { answers: { 200: one("The browser is signed in", session) } },
  createKey: {
    request: one("Up to 100 images a day", newKey),
    answers: { 201: one("The key, this once", { ...key, key: "sk-2Qk8vE1mZ0c5TnYbq7Hs4uWx9LrDgAb3x" }) },
  },
  listKeys: { answers: { 200: one("One key", { object: "list", data: [key] }) } },
  changeKey: { request: one("Another limit", keyChange), answers: { 200: one("The key", changedKey) } },
  deleteKey: { answers: { 200: one("It is deleted", { id: key.id, object: "key", deleted: true }) } },
  addCredentials: {
    request: one("A session", { credentials: "us-0123456789abcdef0123456789abcdef", name: credential.name }),
    answers: { 200: one("It was checked", added) },
  },
  takeOverCredentials: {
    answers: { 200: one("One session", { ...added, data: [{ ...added.data[0], name: "DEFAULT_CREDENTIALS" }] }) },
  },
  listCredentials: {
    answers: {
      200: one("One is ready, one has expired", {
        ...{ object: "list", data: [credential, expired], has_more: false, last_id: expired.id, in_settings: 0 },
      }),
    },
  },
  changeCredential: {
    request: one("A pause", { paused: true }),
    answers: { 200: one("It gets no new task", { ...credential, paused: true, health: "paused" }) },
  },
  checkCredential: { answers: { 200: one("It is alive", credential) } },
  removeCredential: {
    answers: { 200: one("It gets no new task", { id: credential.id, object: "credential", deleted: true }) },
  },
};
