// The simulator's time. Job life runs in simulated time, which can be sped up, frozen (speed 0) or moved
// on by hand; what the client compares with its own clock (link expiry, systime) uses real time.

const msPerSecond = 1000;

/** Where the clock stood at a real moment, and how fast it ran from there. */
export type ClockMemory = { realMs: number; simulatedMs: number; speed: number };

export type Clock = {
  /** Simulated milliseconds. Starts at the real time and runs away from it with speed. */
  nowMs(): number;
  realMs(): number;
  speed(): number;
  setSpeed(speed: number): void;
  advance(seconds: number): void;
  /** How long a simulated duration takes the client, in whole real seconds, rounded up. */
  realSeconds(simulatedSeconds: number): number;
  reset(): void;
  memory(): ClockMemory;
};

/** With a memory it continues from there: time passed meanwhile at the remembered speed. */
export function createClock(start: { speed: number; now: () => number }, memory?: ClockMemory): Clock {
  let speed = start.speed;
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
    },
    advance(seconds) {
      simulatedBaseMs += seconds * msPerSecond;
    },
    realSeconds: (simulatedSeconds) => Math.ceil(speed > 0 ? simulatedSeconds / speed : simulatedSeconds),
    reset() {
      speed = start.speed;
      realBaseMs = start.now();
      simulatedBaseMs = realBaseMs;
    },
    memory: () => ({ realMs: realBaseMs, simulatedMs: simulatedBaseMs, speed }),
  };
}
