import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { RequestError } from "./api/client.ts";
import { createAppRouter } from "./router.tsx";
import { SignInGate } from "./shell/sign-in-gate.tsx";
import "./ui/tokens.css";
import "./ui/ui.css";

const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // Server-sent events say when something changed; the age limit covers a lost connection.
      staleTime: 30_000,
      retry: (attempts, error) => attempts < 2 && isTransient(error),
      refetchOnWindowFocus: "always",
    },
  },
});

function isTransient(error: Error): boolean {
  return error instanceof RequestError && (error.problem.status === 0 || error.problem.status === 503);
}

createRoot(document.getElementById("root") as HTMLElement).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <SignInGate>
        <RouterProvider router={createAppRouter(queryClient)} />
      </SignInGate>
    </QueryClientProvider>
  </StrictMode>,
);
