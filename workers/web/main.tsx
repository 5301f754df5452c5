/** Entry of the page: styles, start, first render. */
import "./style/tokens.css";
import "./style/base.css";
import "./style/components.css";
import "./style/layers.css";
import "./style/shell.css";
import "./style/compose.css";
import "./style/references.css";
import "./style/sessions.css";
import "./style/tasks.css";
import "./style/tiles.css";
import "./style/gallery.css";
import "./style/viewer.css";
import { render } from "preact";
import { App } from "./app.tsx";
import { startPage } from "./shell/start.ts";

startPage();
const page = document.getElementById("page");
if (page !== null) render(<App />, page);
