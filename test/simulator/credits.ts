// Commerce: the balance, the ledger and the daily claim of credits. All other credits move when jobs start and end.

import { balanceOf, credit, endOfBeijingDay, type LedgerEntry } from "./accounts.ts";
import type { Answer } from "./answer.ts";
import type { Call } from "./call.ts";
import { accepted, refused } from "./envelope.ts";
import { refusal } from "./errors.ts";
import { literal, number, object, read, textLike } from "./shape.ts";
import type { World } from "./world.ts";

const msPerSecond = 1000;

const noFields = object({}, {});
const maxPage = 100;
const ledgerBody = object(
  {
    count: number({ min: 1, max: maxPage, whole: true }),
    cursor: textLike(/^\d+$/, "digits in a string"),
  },
  { history_type: number({ min: 1, max: 2, whole: true }) },
);

export function balance(world: World, call: Call): Answer {
  const outcome = read(noFields, call.body, "body");
  if (!outcome.ok) return invalid(world, outcome.problem);
  world.jobs.settle();
  const realMs = world.clock.realMs();
  const { giftCredits, boughtCredits, giftEndsAt: endsAt } = call.account;
  const hasGift = giftCredits > 0;
  const data = {
    credit: {
      vip_credit: 0,
      gift_credit: giftCredits,
      purchase_credit: boughtCredits,
    },
    expiring_credits: hasGift ? [{ credit_amount: giftCredits, expire_time: endsAt }] : [],
    credits_detail: {
      gift_credits: hasGift ? [{ residual_credits: giftCredits, credits_life_end: endsAt }] : [],
    },
  };
  return accepted("commerce", data, realMs);
}

const kindCode = { gain: 1, spend: 2 };

export function ledger(world: World, call: Call): Answer {
  const outcome = read(ledgerBody, call.body, "body");
  if (!outcome.ok) return invalid(world, outcome.problem);
  const { count, cursor, history_type } = outcome.value;
  world.jobs.settle();
  const nowMs = world.clock.nowMs();
  const newestFirst = call.account.ledger
    .filter(({ visibleAtMs }) => visibleAtMs <= nowMs)
    .filter(({ kind }) => !history_type || kindCode[kind] === history_type)
    .reverse();
  const start = Number(cursor);
  const data = {
    total_credit: balanceOf(call.account),
    records: newestFirst.slice(start, start + count).map(ledgerRecord),
    new_cursor: String(Math.min(start + count, newestFirst.length)),
    has_more: start + count < newestFirst.length,
  };
  return accepted("commerce", data, world.clock.realMs());
}

function ledgerRecord(entry: LedgerEntry) {
  return {
    amount: entry.amount,
    title: entry.title,
    history_type: kindCode[entry.kind],
    create_time: Math.floor(entry.createdRealMs / msPerSecond),
    status: 1,
    history_id: entry.historyId,
    submit_id: entry.submitId,
  };
}

/** Every client sends this value; the meaning of others is unknown. */
const claimBody = object({ time_zone: literal("Asia/Shanghai") }, {});

/** A second claim of a day was never seen; giving nothing is a guess. */
export function claim(world: World, { account, body }: Call): Answer {
  const outcome = read(claimBody, body, "body");
  if (!outcome.ok) return invalid(world, outcome.problem);
  world.jobs.settle();
  const realMs = world.clock.realMs();
  const today = endOfBeijingDay(realMs);
  const isNew = account.claimedUntil !== today;
  const amount = isNew ? world.settings.dailyCredits : 0;
  account.claimedUntil = today;
  const movement = { amount, title: "Daily credits", historyId: "", submitId: "" };
  credit(account, movement, world.clock, world.settings);
  const data = {
    cur_total_credits: balanceOf(account),
    receive_quota: amount,
    is_first_receive: isNew,
    has_popup: false,
    receive_inter_days: 1,
  };
  return accepted("commerce", data, realMs);
}

function invalid(world: World, detail: string): Answer {
  return refused("commerce", refusal("1000", detail), world.clock.realMs());
}
