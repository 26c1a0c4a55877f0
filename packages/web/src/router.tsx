/** Every page's address. Pages load when they are opened; the shell and the router alone are in the first load. */
import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import { projectsQuery } from "./api/projects.ts";
import * as ask from "./route-data.ts";
import { parseSearch, pickSearch, stringifySearch } from "./search-params.ts";
import { chooseProject } from "./shell/last-project.ts";
import { NotFoundPage, PageFailed } from "./shell/page-failed.tsx";
import { Shell } from "./shell/shell.tsx";

const root = createRootRouteWithContext<{ queryClient: QueryClient }>()({});

const index = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: async ({ context }) => {
    const { projects } = await context.queryClient.ensureQueryData(projectsQuery);
    throw redirect({ to: "/p/$project", params: { project: chooseProject(projects) } });
  },
});

const project = createRoute({
  getParentRoute: () => root,
  path: "/p/$project",
  loader: ask.askFrame,
  component: Shell,
});
const below = () => project;

// Named, as types of routes whose loader depends on the search are not inferred through a generic call.
const tracesSearch = pickSearch(
  "t",
  "from",
  "to",
  "status",
  "name",
  "origin",
  "signal",
  "failure",
  "session",
  "release",
  "rollout",
  "arm",
  "live",
);
const datasetSearch = pickSearch("version", "case", "from");
const experimentsSearch = pickSearch("dataset", "baseline", "tab");

const pages = [
  createRoute({
    getParentRoute: below,
    path: "/",
    loader: ask.askHome,
    component: lazyRouteComponent(() => import("./pages/home/home-page.tsx"), "HomePage"),
  }),
  createRoute({
    getParentRoute: below,
    path: "/traces",
    validateSearch: tracesSearch,
    loaderDeps: ({ search }) => search,
    loader: (route) => ask.askTraces(route, route.deps),
    component: lazyRouteComponent(() => import("./pages/traces/traces-page.tsx"), "TracesPage"),
  }),
  createRoute({
    getParentRoute: below,
    path: "/traces/$traceId",
    validateSearch: pickSearch("span", "tab"),
    loader: ask.askTrace,
    component: lazyRouteComponent(() => import("./pages/traces/trace-page.tsx"), "TracePage"),
  }),
  createRoute({
    getParentRoute: below,
    path: "/failures",
    validateSearch: pickSearch("stage", "q"),
    loader: ask.askFailures,
    component: lazyRouteComponent(() => import("./pages/failures/failures-page.tsx"), "FailuresPage"),
  }),
  createRoute({
    getParentRoute: below,
    path: "/failures/$failureId",
    loader: ask.askFailure,
    component: lazyRouteComponent(() => import("./pages/failures/failure-page.tsx"), "FailurePage"),
  }),
  createRoute({
    getParentRoute: below,
    path: "/datasets",
    loader: ask.askDatasets,
    component: lazyRouteComponent(() => import("./pages/datasets/datasets-page.tsx"), "DatasetsPage"),
  }),
  createRoute({
    getParentRoute: below,
    path: "/datasets/$name",
    validateSearch: datasetSearch,
    loaderDeps: ({ search: { version } }) => ({ version }),
    loader: (route) => ask.askDataset(route, route.deps.version),
    component: lazyRouteComponent(() => import("./pages/datasets/dataset-page.tsx"), "DatasetPage"),
  }),
  createRoute({
    getParentRoute: below,
    path: "/prompts",
    loader: ask.askPrompts,
    component: lazyRouteComponent(() => import("./pages/prompts/prompts-page.tsx"), "PromptsPage"),
  }),
  createRoute({
    getParentRoute: below,
    path: "/prompts/$name",
    validateSearch: pickSearch("version", "against", "view"),
    loader: ask.askPrompt,
    component: lazyRouteComponent(() => import("./pages/prompts/prompt-page.tsx"), "PromptPage"),
  }),
  createRoute({
    getParentRoute: below,
    path: "/experiments",
    validateSearch: experimentsSearch,
    loaderDeps: ({ search: { dataset } }) => ({ dataset }),
    loader: (route) => ask.askExperiments(route, route.deps.dataset),
    component: lazyRouteComponent(() => import("./pages/experiments/experiments-page.tsx"), "ExperimentsPage"),
  }),
  createRoute({
    getParentRoute: below,
    path: "/experiments/compare",
    validateSearch: pickSearch("baseline", "candidate", "metric", "show", "case", "view"),
    loader: (route) => ask.askExperiments(route, undefined),
    component: lazyRouteComponent(() => import("./pages/experiments/compare-page.tsx"), "ComparePage"),
  }),
  createRoute({
    getParentRoute: below,
    path: "/experiments/$experimentId",
    validateSearch: pickSearch("show", "case"),
    loader: ask.askExperiment,
    component: lazyRouteComponent(() => import("./pages/experiments/experiment-page.tsx"), "ExperimentPage"),
  }),
  createRoute({
    getParentRoute: below,
    path: "/gates/$gateId",
    validateSearch: pickSearch("metric", "show", "case", "view"),
    loader: ask.askGate,
    component: lazyRouteComponent(() => import("./pages/experiments/gate-page.tsx"), "GatePage"),
  }),
  createRoute({
    getParentRoute: below,
    path: "/rollouts",
    loader: ask.askRollouts,
    component: lazyRouteComponent(() => import("./pages/rollouts/rollouts-page.tsx"), "RolloutsPage"),
  }),
  createRoute({
    getParentRoute: below,
    path: "/rollouts/$rolloutId",
    loader: ask.askRollout,
    component: lazyRouteComponent(() => import("./pages/rollouts/rollout-page.tsx"), "RolloutPage"),
  }),
  createRoute({
    getParentRoute: below,
    path: "/settings",
    component: lazyRouteComponent(() => import("./pages/settings/settings-page.tsx"), "SettingsPage"),
  }),
] as const;

export function createAppRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree: root.addChildren([index, project.addChildren(pages)]),
    context: { queryClient },
    defaultPreload: "intent",
    defaultNotFoundComponent: NotFoundPage,
    defaultErrorComponent: PageFailed,
    scrollRestoration: true,
    parseSearch,
    stringifySearch,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
