/** The row of one session in the answer of POST /v1/sessions/check. */
import type { Context } from "hono";
import type * as z from "zod";
import type { Hint } from "#shared/errors.ts";
import { languageOf } from "#shared/language.ts";
import { type RegionId, regionIds } from "#shared/region-ids.ts";
import { isUsualId } from "#shared/session-text.ts";
import type { Session, SessionCheck, UpstreamConfig } from "#shared/upstreams/index.ts";
import type { sessionCheckSchema } from "#shared/wire/sessions.ts";
import { sessionErrorOf, sessionNames } from "./ask-sessions.ts";
import { creditsOf } from "./credits-of.ts";

export function sessionRow(
  c: Context,
  session: Session,
  check: SessionCheck,
  { regions }: UpstreamConfig,
): z.infer<typeof sessionCheckSchema> {
  const names = sessionNames(session);
  switch (check.kind) {
    case "alive": {
      const { cluster } = regions[session.region];
      const answers_in = regionIds.filter((id) => regions[id].cluster === cluster);
      return {
        ...names,
        alive: true,
        answers_in,
        credits: creditsOf(check.balance),
        message: "This session is alive.",
      };
    }
    case "elsewhere": {
      const message = `This session is alive, but its account does not live in ${session.region}: write it ${spelling(check.regions)}.`;
      return {
        ...names,
        alive: true,
        answers_in: check.regions,
        credits: creditsOf(check.balance),
        message,
        error_code: "session_expired",
      };
    }
    case "dead": {
      const { code } = sessionErrorOf(c, names.session, check.failure);
      const isUsual = isUsualId(session.sessionId);
      const hint = (isUsual ? deadHint : unusualHint)[languageOf(c.req.header("accept-language"))];
      const message = isUsual
        ? "No site takes this session: it has expired, or was logged out."
        : `No site takes this session, and what was read as its id is none of the usual kind: it has ${session.sessionId.length} characters, not 32 hexadecimal digits.`;
      return { ...names, alive: false, answers_in: null, credits: null, message, hint, error_code: code };
    }
    case "unknown": {
      const { code, message, hint } = sessionErrorOf(c, names.session, check.failure);
      const found = check.refusedHere
        ? `The site of ${session.region} does not take this session, and another site, where its account may live, could not be asked. ${message}`
        : message;
      return { ...names, alive: null, answers_in: null, credits: null, message: found, hint, error_code: code };
    }
  }
}

/** Not the hint of the error: that one says to check the prefix, and every prefix has just been tried. */
const deadHint: Hint = {
  en: "Log in on the site again and copy the new sessionid cookie; the prefix is not at fault: every site was asked, without a prefix, with us- and with hk-, jp- or sg-.",
  zh: "请在网站上重新登录，并复制新的 sessionid Cookie；问题不在前缀，各个站点都已经问过了：不加前缀、加 us-，以及加 hk-、jp- 或 sg-。",
};

/** With something of another kind in the place of the id no prefix is right. */
const unusualHint: Hint = {
  en: "Copy the value of the cookie sessionid and nothing else, and put us-, hk-, jp- or sg- in front for dreamina.capcut.com, nothing for jimeng.jianying.com. Every site was asked with what was read: without a prefix, with us- and with hk-, jp- or sg-.",
  zh: "请只复制 sessionid Cookie 的值；dreamina.capcut.com 的账号在前面加 us-、hk-、jp- 或 sg-，jimeng.jianying.com 的账号不加。读到的内容已经问过各个站点：不加前缀、加 us-，以及加 hk-、jp- 或 sg-。",
};

/** `without a prefix`, `with the prefix us-`, `with the prefix hk-, jp- or sg-, whichever …` */
function spelling(regions: RegionId[]): string {
  const prefixes = regions.filter((id) => id !== "cn").map((id) => `${id}-`);
  if (prefixes.length === 0) return "without a prefix";
  if (prefixes.length === 1) return `with the prefix ${prefixes[0]}`;
  return `with the prefix ${prefixes.slice(0, -1).join(", ")} or ${prefixes.at(-1)}, whichever is the account's country`;
}
