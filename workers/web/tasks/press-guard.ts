/** Takes presses of the same button that follow each other as closely as a double click for one. No clock of its own. */
const pauseMs = 800;

/** @returns tells whether a press counts. A press that does not count does not lengthen the pause. */
export function createPressGuard(now: () => number): (button: string) => boolean {
  const pressedAt = new Map<string, number>();
  return (button) => {
    const at = now();
    for (const [other, before] of pressedAt) if (at - before >= pauseMs) pressedAt.delete(other);
    if (pressedAt.has(button)) return false;
    pressedAt.set(button, at);
    return true;
  };
}
