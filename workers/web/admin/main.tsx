/** Entry of the administrator's page: styles, start, first render. */
import "./style/admin.css";
import { effect } from "@preact/signals";
import { render } from "preact";
import { adminMessages } from "#web/messages/admin.ts";
import { messages } from "#web/messages/index.ts";
import "#web/state/theme.ts";
import { Admin } from "./admin.tsx";
import { readSession } from "./state/sign-in.ts";

effect(() => {
  document.title = messages(adminMessages).title;
});
void readSession();
const page = document.getElementById("page");
if (page !== null) render(<Admin />, page);
