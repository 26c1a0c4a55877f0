export { type AdjustMethod, adjust } from "./adjust.ts";
export { differenceOfProportions } from "./difference-of-proportions.ts";
