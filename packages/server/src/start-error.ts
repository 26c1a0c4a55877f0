/**
 * Why the server cannot start, for the person who starts it: what is wrong, and which variable or program to change.
 * The process prints the message alone and exits with 2.
 */
export class StartError extends Error {
  override readonly name = "StartError";
}
