export { type AdjustMethod, adjust } from "./adjust.ts";
