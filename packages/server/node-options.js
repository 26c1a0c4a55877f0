// How a process of its own runs the server: `npm start` and the benches. JavaScript, as npm may run on an older Node.

/** With V8's default of 16 its garbage takes 100 MiB more while spans come fast, for no speed that we could measure. */
export const nodeFlags = ["--max-semi-space-size=4"];

export const nodeVariables = {
  /** Reads and inserts of the embedded engine each occupy a thread of libuv, which has four by default. */
  UV_THREADPOOL_SIZE: "8",
  /** glibc, for Node's own buffers: fewer arenas, and what is freed goes back. Another 80 MiB; smaller thresholds cost speed. */
  MALLOC_ARENA_MAX: "2",
  MALLOC_TRIM_THRESHOLD_: "1048576",
  MALLOC_MMAP_THRESHOLD_: "1048576",
  /** The embedded engine's allocator keeps what was freed for ten seconds, by processor: another 100 MiB. */
  JE_MALLOC_CONF: "narenas:2,dirty_decay_ms:200,muzzy_decay_ms:0",
};
