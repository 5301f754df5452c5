/** `counted(1, "request")` → "1 request"; `counted(1_200, "request")` → "1,200 requests". */
export const counted = (count: number, noun: string): string =>
  `${count.toLocaleString("en-US")} ${noun}${count === 1 ? "" : "s"}`;
