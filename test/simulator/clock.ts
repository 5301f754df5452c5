// The simulator's clock. Jobs run in simulated time, which can be faster, stopped (speed 0) or advanced by hand. Values
// that a client compares with its own clock (link expiry, systime) use real time.

const msPerSecond = 1000;

/** The simulated time at a real time, and the speed from there on. */
export type ClockMemory = { realMs: number; simulatedMs: number; speed: number };

export type Clock = {
  /** Simulated Unix milliseconds; equal to the real time at the start. */
  nowMs(): number;
  realMs(): number;
  speed(): number;
  setSpeed(speed: number): void;
  advance(seconds: number): void;
  /** A simulated duration in real seconds, rounded up; while the clock stands, at the speed it had before. */
  realSeconds(simulatedSeconds: number): number;
  reset(): void;
  memory(): ClockMemory;
};

/** @param memory continues a saved clock; the time since then counts at the saved speed. */
export function createClock(start: { speed: number; now: () => number }, memory?: ClockMemory): Clock {
  let speed = start.speed;
  let lastSpeed = speed || 1;
  let realBaseMs = start.now();
  let simulatedBaseMs = memory ? memory.simulatedMs + (realBaseMs - memory.realMs) * memory.speed : realBaseMs;

  const nowMs = () => simulatedBaseMs + (start.now() - realBaseMs) * speed;

  return {
    nowMs,
    realMs: start.now,
    speed: () => speed,
    setSpeed(next) {
      simulatedBaseMs = nowMs();
      realBaseMs = start.now();
      speed = next;
      if (next > 0) lastSpeed = next;
    },
    advance(seconds) {
      simulatedBaseMs += seconds * msPerSecond;
    },
    realSeconds: (simulatedSeconds) => Math.ceil(simulatedSeconds / lastSpeed),
    reset() {
      speed = start.speed;
      lastSpeed = speed || 1;
      realBaseMs = start.now();
      simulatedBaseMs = realBaseMs;
    },
    memory: () => ({ realMs: realBaseMs, simulatedMs: simulatedBaseMs, speed }),
  };
}
