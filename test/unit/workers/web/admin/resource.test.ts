/** What a part of the administrator's page shows, while loads, refreshes and changes overlap. */
import { expect, it } from "vitest";
import { newResource } from "#web/admin/state/resource.ts";
import { ApiError } from "#web/api/api-error.ts";

/** A list whose loads the test ends one by one, in any order. */
function aList() {
  const loads: PromiseWithResolvers<string[]>[] = [];
  const list = newResource(() => {
    const load = Promise.withResolvers<string[]>();
    loads.push(load);
    return load.promise;
  });
  const ends = async (load: number, shown: string[]) => {
    loads[load]?.resolve(shown);
    await Promise.resolve();
    await Promise.resolve();
  };
  return { list, loads, ends };
}

it("a list that takes longer than its refreshes is shown, and refreshed after that", async () => {
  const { list, loads, ends } = aList();
  void list.load();
  void list.refresh();
  void list.refresh();
  await ends(0, ["first"]);

  expect([list.value.value, list.isLoading.value]).toEqual([["first"], false]);
  void list.refresh();
  await ends(1, ["second"]);
  expect([list.value.value, loads.length]).toEqual([["second"], 2]);
});

it("a load that is asked for is made at once, and the one before it does not count", async () => {
  const { list, ends } = aList();
  void list.load();
  void list.load();
  await ends(1, ["newer"]);
  await ends(0, ["older"]);

  expect([list.value.value, list.isLoading.value]).toEqual([["newer"], false]);
});

it("a load under way does not undo a change, and begins again", async () => {
  const { list, loads, ends } = aList();
  void list.load();
  await ends(0, ["in use"]);
  void list.refresh();
  list.change(() => ["paused"]);
  await ends(1, ["in use"]);

  expect(list.value.value).toEqual(["paused"]);
  await ends(2, ["paused", "another"]);
  expect([list.value.value, list.isLoading.value, loads.length]).toEqual([["paused", "another"], false, 3]);
});

it("a change loads nothing where no load is under way", async () => {
  const { list, loads, ends } = aList();
  void list.load();
  await ends(0, ["in use"]);
  list.change((before) => [...before, "paused"]);

  expect([list.value.value, loads.length]).toEqual([["in use", "paused"], 1]);
});

it("a load that fails keeps the list and says why, and the next refresh loads again", async () => {
  const { list, loads, ends } = aList();
  void list.load();
  await ends(0, ["first"]);
  const failing = list.refresh();
  loads[1]?.reject(new ApiError({ status: 500, code: "internal", message: "broken" }));
  await failing;

  expect([list.value.value, list.error.value?.code, list.isLoading.value]).toEqual([["first"], "internal", false]);
  void list.refresh();
  await ends(2, ["second"]);
  expect([list.value.value, list.error.value]).toEqual([["second"], null]);
});
