/** The tasks and images that the page shows, as they are searched for and filtered. */
import { computed, signal } from "@preact/signals";
import { favourites } from "#web/state/favourites.ts";
import { type Filter, imageTest, isFiltering, modelOf, noFilter, taskTest } from "#web/state/filter.ts";
import { imagesOf, type TaskImage } from "#web/state/images.ts";
import { isRunning, phaseOf, type Task } from "#web/state/task.ts";
import { completed, current, failed, finished } from "#web/state/tasks.ts";

export const filter = signal<Filter>(noFilter);

export const isFiltered = computed(() => isFiltering(filter.value));

const test = computed(() => ({
  task: taskTest(filter.value, Date.now()),
  image: imageTest(filter.value, favourites.value),
}));

/** The images of a task that are looked for. */
export const foundImages = (task: Task): TaskImage[] =>
  isFiltered.value ? imagesOf(task).filter(test.value.image) : imagesOf(task);

const ended = (phase: "completed" | "failed") => finished.value.filter((task) => phaseOf(task) === phase);

/** Completed tasks in the gallery; while something is looked for, also those that the page would show above it. */
export const foundTasks = computed(() =>
  isFiltered.value
    ? ended("completed").filter((task) => test.value.task(task) && foundImages(task).length > 0)
    : completed.value,
);

export const foundFailures = computed(() => {
  if (!isFiltered.value) return failed.value;
  const { shape, isFavourite } = filter.value;
  return shape !== null || isFavourite ? [] : ended("failed").filter(test.value.task);
});

/** The tasks above the gallery. */
export const feed = computed(() =>
  isFiltered.value ? current.value.filter((task) => isRunning(task) || phaseOf(task) === "unsent") : current.value,
);

/** Ids of the models that ended tasks were made with. */
export const usedModels = computed(() => [...new Set(finished.value.map(modelOf))].filter((id) => id !== "").sort());
