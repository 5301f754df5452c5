import { dateOf, momentOf } from "#web/admin/moment-of.ts";
import { relative } from "#web/admin/relative.ts";

/** How long ago or in how long, with the date and time as its tooltip. */
export function Moment({ at }: { at: number }) {
  return (
    <time dateTime={dateOf(at).toISOString()} title={momentOf(at)}>
      {relative(at)}
    </time>
  );
}
