// The table of business calls: name, path, required query and handler. A new endpoint is one row and one file. Uploads,
// images and the login are in routes.ts.

import { userInfo } from "./account-info.ts";
import { cancel } from "./cancel.ts";
import { config } from "./config.ts";
import { contentCheck } from "./content-check.ts";
import { balance, claim, ledger } from "./credits.ts";
import type { Endpoint } from "./endpoint.ts";
import { history, queue } from "./history.ts";
import { getSettings, updateSettings } from "./preferences.ts";
import { imageByUri, remove } from "./stored-images.ts";
import { submit } from "./submit.ts";
import { uploadToken } from "./upload-token.ts";
import { updateWorkspace, workspaces } from "./workspaces.ts";

const versions = ["da_version", "web_version", "aigc_features"];
const placed = ["aid", "device_platform", "region", ...versions];

/** Required parameters as in the SG browser capture of 2026-04, without those that older clients omit. */
export const endpoints: readonly Endpoint[] = [
  {
    name: "submit",
    path: "/mweb/v1/aigc_draft/generate",
    wrapper: "mweb",
    requiredQuery: placed,
    gate: "submit",
    handle: submit,
  },
  {
    name: "history",
    path: "/mweb/v1/get_history_by_ids",
    wrapper: "mweb",
    requiredQuery: placed,
    handle: history,
  },
  {
    name: "queue",
    path: "/mweb/v1/get_history_queue_info",
    wrapper: "mweb",
    requiredQuery: ["aid", ...versions],
    handle: queue,
  },
  {
    name: "cancel",
    path: "/mweb/v1/aigc_draft/cancel_generate",
    wrapper: "mweb",
    requiredQuery: ["aid", ...versions],
    handle: cancel,
  },
  {
    name: "credits",
    path: "/commerce/v1/benefits/user_credit",
    wrapper: "commerce",
    requiredQuery: [],
    handle: balance,
  },
  {
    name: "ledger",
    path: "/commerce/v1/benefits/user_credit_history",
    wrapper: "commerce",
    requiredQuery: [],
    handle: ledger,
  },
  {
    name: "uploadToken",
    path: "/mweb/v1/get_upload_token",
    wrapper: "mweb",
    requiredQuery: ["aid", ...versions],
    handle: uploadToken,
  },
  {
    name: "contentCheck",
    path: "/mweb/v1/algo_proxy",
    wrapper: "mweb",
    requiredQuery: ["aid", ...versions, "babi_param"],
    handle: contentCheck,
  },
  {
    name: "userInfo",
    path: "/mweb/v1/get_user_info",
    wrapper: "mweb",
    requiredQuery: ["aid", ...versions],
    handle: userInfo,
  },
  {
    name: "claim",
    path: "/commerce/v1/benefits/credit_receive",
    wrapper: "commerce",
    requiredQuery: [],
    gate: "claim",
    handle: claim,
  },
  {
    name: "updateSettings",
    path: "/mweb/v1/update_settings",
    wrapper: "mweb",
    requiredQuery: [],
    handle: updateSettings,
  },
  {
    name: "getSettings",
    path: "/mweb/v1/get_settings",
    wrapper: "mweb",
    requiredQuery: ["aid", ...versions],
    handle: getSettings,
  },
  {
    name: "config",
    path: "/mweb/v1/get_common_config",
    wrapper: "mweb",
    requiredQuery: ["aid", ...versions],
    handle: config,
  },
  {
    name: "workspaces",
    path: "/mweb/v1/workspace/list",
    wrapper: "mweb",
    requiredQuery: ["aid", ...versions],
    handle: workspaces,
  },
  {
    name: "updateWorkspace",
    path: "/mweb/v1/workspace/update",
    wrapper: "mweb",
    requiredQuery: ["aid", ...versions, "os"],
    handle: updateWorkspace,
  },
  {
    name: "imageByUri",
    path: "/mweb/v1/get_image_by_uri",
    wrapper: "mweb",
    requiredQuery: ["aid", ...versions],
    handle: imageByUri,
  },
  {
    name: "remove",
    path: "/mweb/v1/remove_history",
    wrapper: "mweb",
    requiredQuery: ["aid", ...versions],
    handle: remove,
  },
];
