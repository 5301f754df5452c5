/** Entry of the page: styles, start, first render. */
import "./style/page.css";
import { render } from "preact";
import { App } from "./app.tsx";
import { startPage } from "./shell/start.ts";

startPage();
const page = document.getElementById("page");
if (page !== null) render(<App />, page);
