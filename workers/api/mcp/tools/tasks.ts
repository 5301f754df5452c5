/** The tools for tasks that exist. */
import type { McpServer } from "@modelcontextprotocol/server";
import type { OwnApi } from "#api/mcp/own-api.ts";
import { answered, sayingRefusals } from "#api/mcp/refusal.ts";
import { sentencesOf, taskResult } from "#api/mcp/task-result.ts";
import { waitForTask } from "#api/mcp/wait-for-task.ts";
import type { CancelledTask, TaskList } from "#shared/wire/task.ts";
import { cancelArguments, listArguments, toolTaskSchema, toolTasksSchema, waitArguments } from "#shared/wire/tools.ts";

export function addTaskTools(server: McpServer, api: OwnApi): void {
  server.registerTool(
    "get_task",
    {
      title: "Wait for a task",
      description: "Waits until a task has ended, and returns links to its images, or why there are none.",
      inputSchema: waitArguments,
      outputSchema: toolTaskSchema,
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    ({ task_id, ...answering }, context) => sayingRefusals(() => waitForTask(api, task_id, answering, context)),
  );
  server.registerTool(
    "cancel_task",
    {
      title: "Cancel a task",
      description: "Cancels a task that has not ended. Images that it has already are kept.",
      inputSchema: cancelArguments,
      outputSchema: toolTaskSchema,
      annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: true },
    },
    ({ task_id }) =>
      sayingRefusals(async () => {
        const path = `/v1/images/tasks/${encodeURIComponent(task_id)}/cancel`;
        const { cancel, ...task } = await answered<CancelledTask>(await api(path, {}));
        return { ...taskResult(task), isError: false, content: [{ type: "text", text: outcomes[cancel] }] };
      }),
  );
  server.registerTool(
    "list_tasks",
    {
      title: "List tasks",
      description: "The tasks of this caller, newest first, with the links to their images.",
      inputSchema: listArguments,
      outputSchema: toolTasksSchema,
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    (query) =>
      sayingRefusals(async () => {
        const asked = Object.entries(query).flatMap(([name, value]) =>
          value === undefined ? [] : [[name, `${value}`]],
        );
        const { data, has_more } = await answered<TaskList>(
          await api(`/v1/images/tasks?${new URLSearchParams(asked)}`),
        );
        const text = data.length === 0 ? "There are no such tasks." : data.map(sentencesOf).join("\n\n");
        return {
          content: [{ type: "text", text }],
          structuredContent: toolTasksSchema.parse({ tasks: data, has_more }),
        };
      }),
  );
}

const outcomes: Record<CancelledTask["cancel"], string> = {
  done: "Cancelled. It had not begun, and nothing was spent.",
  requested: "Dreamina is asked to cancel it; credits may be spent. get_task tells how it ends.",
  too_late: "Too late: its images are made. get_task returns them.",
};
