/**
 * Waits for something, but not for ever. The timer also holds the process while it waits: the SDK's requests alone do not,
 * and Node would end with an unsettled await.
 */
export async function settleWithin(work: Promise<unknown>, limitMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs);
  });
  try {
    await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
